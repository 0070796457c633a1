//! `wit/deps/credentials.wit`: describes the credentials that sign a step's calls, without any secret of them.

use jiff::Timestamp;

use crate::AwsCalls;
use crate::wit::credentials::{self, Description};

impl credentials::Host for AwsCalls<'_> {
    async fn describe(&mut self) -> wasmtime::Result<Description> {
        let (signed_as, region) = self.signed_as().await?;
        let milliseconds = |at: Timestamp| u64::try_from(at.as_millisecond()).ok();
        Ok(Description {
            from: signed_as.from.as_str().to_owned(),
            provider: signed_as.provider.as_str().to_owned(),
            source: signed_as.source,
            role_arn: signed_as.role_arn.map(|role| role.to_string()),
            access_key_id_ends: signed_as.access_key_id_ends,
            expires_at: signed_as.expires_at.and_then(milliseconds),
            region: region.map(|region| region.to_string()),
        })
    }
}
