//! The links of a credential chain. All clients share the credentials of a link until shortly before they expire, and the
//! masker learns them first.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use stepwell_model::credentials::{Provider, StepCredentials};
use stepwell_model::event::SignedAs;
use stepwell_model::id::RoleArn;
use stepwell_secrets::Masker;
use tokio::sync::Mutex;

/// A session is renewed this long before it expires, which leaves a long call time to end.
const RENEW_BEFORE: Duration = Duration::from_secs(5 * 60);

/// One link of the chain: a provider whose credentials are kept, shared and masked.
pub(crate) struct Issuer {
    stage: Stage,
    provider: Box<dyn ProvideCredentials>,
    masker: Masker,
    /// Locked during a request to the provider, so that all callers wait for the same one.
    issued: Mutex<Option<Issued>>,
}

struct Issued {
    credentials: Credentials,
    renew_at: Option<SystemTime>,
}

/// The place of an issuer in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    Base(Provider),
    Role(RoleArn),
}

impl Stage {
    /// The timeout of the provider: a sign-on or a process that hangs must not hold up a run. A role waits longer than the
    /// base before it, so that the error names the link that hangs.
    fn patience(&self) -> Duration {
        Duration::from_secs(if matches!(self, Self::Base(_)) { 60 } else { 120 })
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base(provider) => write!(f, "provider `{}`", provider.as_str()),
            Self::Role(role) => write!(f, "role `{role}`"),
        }
    }
}

/// A link that gave no credentials. The innermost one in the causes is where the chain broke.
#[derive(Debug, thiserror::Error)]
#[error("{stage} gave no credentials")]
pub(crate) struct StageFailed {
    pub(crate) stage: Stage,
    pub(super) source: CredentialsError,
}

impl Issuer {
    pub(crate) fn new(stage: Stage, provider: impl ProvideCredentials + 'static, masker: Masker) -> Self {
        Self { stage, provider: Box::new(provider), masker, issued: Mutex::default() }
    }

    /// The credentials that sign now.
    pub(crate) async fn credentials(&self) -> Provided {
        let mut issued = self.issued.lock().await;
        let now = SystemTime::now();
        if let Some(issued) = issued.as_ref().filter(|issued| issued.renew_at.is_none_or(|at| now < at)) {
            return Ok(issued.credentials.clone());
        }
        let asking = tokio::time::timeout(self.stage.patience(), self.provider.provide_credentials());
        let answer = asking.await.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(self.stage.patience())));
        match answer {
            Ok(credentials) => {
                learn(&self.masker, &credentials);
                let renew_at = credentials.expiry().map(|expiry| renew_at(now, expiry));
                *issued = Some(Issued { credentials: credentials.clone(), renew_at });
                Ok(credentials)
            }
            // Credentials that are still valid serve until the renewal succeeds.
            Err(error) => match issued.as_ref().filter(|issued| issued.credentials.expiry() > Some(now)) {
                Some(issued) => {
                    tracing::warn!(stage = %self.stage, "credentials could not be renewed yet");
                    Ok(issued.credentials.clone())
                }
                None => Err(CredentialsError::provider_error(StageFailed { stage: self.stage.clone(), source: error })),
            },
        }
    }

    /// Has the next call ask the provider again, because AWS does not accept the credentials.
    pub(crate) async fn forget(&self) {
        *self.issued.lock().await = None;
    }

    /// The source of the last credentials, according to the SDK.
    pub(crate) async fn source(&self) -> Option<String> {
        self.issued.lock().await.as_ref().and_then(|issued| found(&issued.credentials))
    }
}

/// The owner of credentials, for people and the journal.
pub(crate) fn signed_as(of: &StepCredentials, credentials: &Credentials, source: Option<String>) -> SignedAs {
    let id = credentials.access_key_id();
    let ends = id.char_indices().rev().nth(3).and_then(|(at, _)| id.get(at..)).unwrap_or_default();
    SignedAs {
        from: of.from,
        provider: of.base.provider().unwrap_or(Provider::DefaultChain),
        source,
        role_arn: of.assume_role.last().map(|role| role.role_arn.clone()),
        access_key_id_ends: ends.to_owned(),
        expires_at: credentials.expiry().and_then(|expiry| expiry.try_into().ok()),
        session: credentials.session_token().is_some(),
        region: None,
    }
}

/// The time of renewal: [`RENEW_BEFORE`] the expiry, but not before half of the session: short sessions would be renewed at
/// every call.
fn renew_at(now: SystemTime, expiry: SystemTime) -> SystemTime {
    let left = expiry.duration_since(now).unwrap_or_default();
    expiry - RENEW_BEFORE.min(left / 2)
}

/// Has the masker learn the credentials. An access key id is not a secret, but names one in every error that holds it.
fn learn(masker: &Masker, credentials: &Credentials) {
    masker.learn_name(credentials.access_key_id(), credentials.expiry());
    for secret in std::iter::once(credentials.secret_access_key()).chain(credentials.session_token()) {
        match credentials.expiry() {
            Some(expiry) => masker.learn_until(secret, expiry),
            None => masker.learn(secret),
        }
    }
}

/// The source that the default chain found, from the SDK's own record of it.
fn found(credentials: &Credentials) -> Option<String> {
    let features = credentials.get_property::<Vec<Feature>>()?;
    let words = features.iter().filter_map(|feature| match feature {
        Feature::CredentialsEnvVars => Some("environment"),
        Feature::CredentialsProfile => Some("profile"),
        Feature::CredentialsProfileSso | Feature::CredentialsSso => Some("single sign-on"),
        Feature::CredentialsProfileProcess | Feature::CredentialsProcess => Some("credential process"),
        Feature::CredentialsStsAssumeRole => Some("assumed role"),
        Feature::CredentialsEnvVarsStsWebIdToken
        | Feature::CredentialsProfileStsWebIdToken
        | Feature::CredentialsStsAssumeRoleWebId => Some("web identity"),
        Feature::CredentialsHttp => Some("container endpoint"),
        Feature::CredentialsImds => Some("instance metadata"),
        Feature::CredentialsProfileLogin | Feature::CredentialsLogin => Some("console login"),
        _ => None,
    });
    let mut words: Vec<_> = words.collect();
    // The SDK records the innermost first.
    words.reverse();
    words.dedup();
    (!words.is_empty()).then(|| words.join(", "))
}

impl ProvideCredentials for Issuer {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// A link as the provider of the next one.
#[derive(Debug, Clone)]
pub(crate) struct Shared(pub(crate) Arc<Issuer>);

impl ProvideCredentials for Shared {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.0.provide_credentials()
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("stage", &self.stage).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
