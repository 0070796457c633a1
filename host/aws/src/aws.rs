//! One process's access to AWS: configuration, credentials and clients, each made when it is first needed.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;
use stepwell_model::grant::Permit;
use tokio::sync::OnceCell;

use crate::error::HostFault;
use crate::gate::Gate;
use crate::http;

/// The SDK's own default. Beyond it, the machine behind an address is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);
/// No EC2 call is silent for as long. Services whose calls are (Lambda's `Invoke`) set their own.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Ends an answer that trickles. Three attempts of this length bound a call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// One process's access to AWS. Nothing is read or resolved before the first call. Cheap to clone.
#[derive(Clone, Default)]
pub struct Aws {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    /// What the SDK finds when no step names a region; none when it finds none.
    own_region: OnceCell<Option<Region>>,
    /// With the region of the first call; every region's clients are made from it and share its credentials.
    config: OnceCell<SdkConfig>,
    ec2: PerRegion<aws_sdk_ec2::Client>,
}

pub(crate) type PerRegion<C> = Mutex<HashMap<Region, C>>;

/// One AWS service: what its file tells this one.
pub(crate) trait Service: Clone {
    /// The interface in `wit/`.
    const INTERFACE: &'static str;

    /// A client that has the gate as an interceptor.
    fn gated(config: &SdkConfig, gate: Gate) -> Self;

    /// Where [`Clients`] keeps the clients of this service.
    fn kept(clients: Clients<'_>) -> &PerRegion<Self>;
}

/// The clients of a process, seen by a [`Service`].
#[derive(Clone, Copy)]
pub(crate) struct Clients<'a>(&'a Inner);

impl<'a> Clients<'a> {
    pub(crate) fn ec2(self) -> &'a PerRegion<aws_sdk_ec2::Client> {
        &self.0.ec2
    }
}

impl Aws {
    /// Access with the SDK's default credential chain and its standard environment variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Access with a configuration that was made elsewhere.
    pub fn from_config(config: SdkConfig) -> Self {
        let inner = Inner {
            own_region: OnceCell::new_with(Some(config.region().cloned())),
            config: OnceCell::new_with(Some(config)),
            ..Inner::default()
        };
        Self { inner: Arc::new(inner) }
    }

    /// A client of the service for a call that was permitted.
    pub(crate) async fn client<S: Service>(&self, permit: Permit, region: Option<&str>) -> Result<S, HostFault> {
        let region = self.region(region).await.ok_or(HostFault::NoRegion { action: permit.row().action.as_str() })?;
        let kept = S::kept(Clients(&self.inner));
        if let Some(client) = kept.lock().unwrap_or_else(PoisonError::into_inner).get(&region) {
            return Ok(client.clone());
        }
        let config = self.inner.config.get_or_init(|| loader().region(region.clone()).load()).await;
        let client = S::gated(&config.to_builder().region(region.clone()).build(), Gate);
        kept.lock().unwrap_or_else(PoisonError::into_inner).insert(region, client.clone());
        Ok(client)
    }

    async fn region(&self, given: Option<&str>) -> Option<Region> {
        match given {
            Some(name) => Some(Region::new(name.to_owned())),
            None => self.inner.own_region.get_or_init(|| self.find_region()).await.clone(),
        }
    }

    /// `AWS_REGION`, the profile's region, the instance's. What was loaded to find it serves all calls, when nothing
    /// was loaded for a call before.
    async fn find_region(&self) -> Option<Region> {
        let found = loader().load().await;
        let region = found.region().cloned();
        if region.is_some() && !self.inner.config.initialized() {
            drop(self.inner.config.set(found));
        }
        region
    }
}

fn loader() -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .build();
    // Retries are the SDK's standard ones, which AWS_MAX_ATTEMPTS and AWS_RETRY_MODE can change.
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http::client()).timeout_config(timeouts)
}

/// Shows nothing of the configuration: it leads to the credentials.
impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").finish_non_exhaustive()
    }
}
