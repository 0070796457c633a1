//! A process's access to AWS, and a run's: configuration, credentials and clients, each made when it is first needed.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;
use stepwell_model::credentials::{Base, Provider, StepCredentials};
use stepwell_model::event::SignedAs;
use stepwell_model::grant::Permit;
use stepwell_model::id::{JobName, RunId};
use stepwell_secrets::{KeyStores, Masker, Secrets};
use tokio::sync::OnceCell;

use crate::credentials::{Issuer, Owner, Shared, Stage, Trust, signed_as};
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
#[derive(Clone)]
pub struct Aws {
    pub(crate) host: Arc<Host>,
}

/// What all runs of a process share.
pub(crate) struct Host {
    /// `STEPWELL_HOME`.
    pub(crate) home: PathBuf,
    pub(crate) http: SharedHttpClient,
    pub(crate) keys: KeyStores,
    pub(crate) masker: Masker,
    pub(crate) trust: Trust,
    pub(crate) allow_unverified_roles: bool,
    /// What the SDK finds when no step names a region, by the profile that is asked; none when it finds none.
    own_regions: Mutex<HashMap<Option<String>, OwnRegion>>,
}

/// Looked up once, by whoever needs it first.
type OwnRegion = Arc<OnceCell<Option<Region>>>;

/// The run that calls are made for.
#[derive(Debug, Clone)]
pub struct Run {
    /// Names every session, so that CloudTrail leads back to the run.
    pub id: RunId,
    /// The job.
    pub job: JobName,
    /// The project and its directory.
    pub project: Option<(String, PathBuf)>,
    /// The values of its secret options.
    pub secrets: Secrets,
}

impl Run {
    /// Whose external id the run's own roles ask for.
    pub(crate) fn owner(&self) -> Owner {
        self.project.as_ref().map_or(Owner::System, |(_, directory)| Owner::Project(directory.clone()))
    }
}

pub(crate) type PerRegion<C> = Mutex<HashMap<Region, C>>;

/// One AWS service: what its file tells this one.
pub(crate) trait Service: Clone {
    /// The type of its rows in the action table, such as `action::ec2::Service`.
    type Rows;

    /// A client that has the gate as an interceptor.
    fn gated(config: &SdkConfig, gate: Gate) -> Self;

    /// Where the clients of this service are kept.
    fn kept(clients: &Clients) -> &PerRegion<Self>;
}

/// The clients of one session.
#[derive(Default)]
pub(crate) struct Clients {
    pub(crate) athena: PerRegion<aws_sdk_athena::Client>,
    pub(crate) autoscaling: PerRegion<aws_sdk_autoscaling::Client>,
    pub(crate) cloudwatch_logs: PerRegion<aws_sdk_cloudwatchlogs::Client>,
    pub(crate) ec2: PerRegion<aws_sdk_ec2::Client>,
    pub(crate) ecs: PerRegion<aws_sdk_ecs::Client>,
    pub(crate) elbv2: PerRegion<aws_sdk_elasticloadbalancingv2::Client>,
    pub(crate) lambda: PerRegion<aws_sdk_lambda::Client>,
    pub(crate) rds: PerRegion<aws_sdk_rds::Client>,
    pub(crate) s3: PerRegion<aws_sdk_s3::Client>,
    pub(crate) ssm: PerRegion<aws_sdk_ssm::Client>,
    pub(crate) sts: PerRegion<aws_sdk_sts::Client>,
}

/// Credentials, and the clients that sign with them.
pub(crate) struct Session {
    /// The chain, from the base to what signs.
    links: Vec<Arc<Issuer>>,
    source: ConfigSource,
    configs: PerRegion<SdkConfig>,
    clients: Clients,
}

/// Where region, endpoint and everything else but the credentials come from.
enum ConfigSource {
    /// The environment, and the profile that is named.
    Host(Arc<Host>, Option<String>),
    /// A configuration that was made elsewhere.
    Fixed(Box<SdkConfig>),
}

impl Aws {
    /// Access with the files of a `STEPWELL_HOME`.
    pub fn new(home: &Path, keys: KeyStores, masker: Masker, allow_unverified_roles: bool) -> Self {
        let (http, trust) = (http::client(), Trust::new(home));
        let (own_regions, home) = (Mutex::default(), home.to_owned());
        Self { host: Arc::new(Host { home, http, keys, masker, trust, allow_unverified_roles, own_regions }) }
    }

    /// External ids and verdicts.
    pub fn trust(&self) -> &Trust {
        &self.host.trust
    }

    /// Where secrets lie.
    pub fn keys(&self) -> &KeyStores {
        &self.host.keys
    }
}

impl Host {
    /// What `AWS_REGION`, the profile or the instance say.
    pub(crate) async fn own_region(&self, profile: Option<&str>) -> Option<Region> {
        let cell = {
            let mut regions = self.own_regions.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(regions.entry(profile.map(str::to_owned)).or_default())
        };
        cell.get_or_init(|| async { self.loader(profile).load().await.region().cloned() }).await.clone()
    }

    /// Everything but credentials.
    pub(crate) async fn config(&self, profile: Option<&str>, region: Region) -> SdkConfig {
        self.loader(profile).region(region).load().await
    }

    fn loader(&self, profile: Option<&str>) -> ConfigLoader {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        // Retries are the SDK's standard ones, which AWS_MAX_ATTEMPTS and AWS_RETRY_MODE can change. Its cache of
        // credentials would come between the clients and the issuers, which renew earlier and for all clients at once.
        let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(self.http.clone())
            .timeout_config(timeouts)
            .identity_cache(aws_config::identity::IdentityCache::no_cache())
            .no_credentials();
        match profile {
            Some(profile) => loader.profile_name(profile),
            None => loader,
        }
    }
}

/// The profile that region and endpoint are looked up in as well.
pub(crate) fn profile(base: &Base) -> Option<&str> {
    match base {
        Base::Profile { profile } => profile.as_deref(),
        _ => None,
    }
}

impl Session {
    pub(crate) fn new(links: Vec<Arc<Issuer>>, host: Arc<Host>, profile: Option<String>) -> Self {
        let source = ConfigSource::Host(host, profile);
        Self { links, source, configs: Mutex::default(), clients: Clients::default() }
    }

    /// With a configuration that was made elsewhere, credentials included.
    pub(crate) fn fixed(config: SdkConfig) -> Self {
        let provider = config.credentials_provider();
        let provider = provider.unwrap_or_else(|| {
            SharedCredentialsProvider::new(provide_credentials_fn(|| async {
                Err(CredentialsError::not_loaded("the configuration has none"))
            }))
        });
        let issuer = Arc::new(Issuer::new(Stage::Base(Provider::DefaultChain), provider, Masker::default()));
        Self {
            links: vec![issuer],
            source: ConfigSource::Fixed(Box::new(config)),
            configs: Mutex::default(),
            clients: Clients::default(),
        }
    }

    /// What is to be signed with now, and whose it is. When there is nothing, every link asks anew at the next call.
    pub(crate) async fn issued(&self, of: &StepCredentials) -> Result<(Credentials, SignedAs), CredentialsError> {
        let Some(last) = self.links.last() else {
            return Err(CredentialsError::not_loaded("the chain has no link"));
        };
        let credentials = match last.credentials().await {
            Ok(credentials) => credentials,
            Err(error) => {
                self.forget().await;
                return Err(error);
            }
        };
        let source = match self.links.first().filter(|_| of.base == Base::DefaultChain) {
            Some(start) => start.source().await,
            None => None,
        };
        let signed_as = signed_as(of, &credentials, source);
        Ok((credentials, signed_as))
    }

    /// Every link asks anew at the next call: AWS does not accept what they gave.
    pub(crate) async fn forget(&self) {
        for link in &self.links {
            link.forget().await;
        }
    }

    /// A client of the service for a call that was permitted.
    pub(crate) async fn client<S: Service>(&self, permit: Permit, region: Option<&str>) -> Result<S, HostFault> {
        let region = self.region(region).await;
        let region = region.ok_or(HostFault::NoRegion { action: permit.row().action.as_str() })?;
        let kept = S::kept(&self.clients);
        if let Some(client) = kept.lock().unwrap_or_else(PoisonError::into_inner).get(&region) {
            return Ok(client.clone());
        }
        let client = S::gated(&self.config(region.clone()).await, Gate);
        kept.lock().unwrap_or_else(PoisonError::into_inner).insert(region, client.clone());
        Ok(client)
    }

    /// The region that is named, or the one that the SDK finds.
    pub(crate) async fn region(&self, given: Option<&str>) -> Option<Region> {
        match (given, &self.source) {
            (Some(name), _) => Some(Region::new(name.to_owned())),
            (None, ConfigSource::Fixed(fixed)) => fixed.region().cloned(),
            (None, ConfigSource::Host(host, profile)) => host.own_region(profile.as_deref()).await,
        }
    }

    /// What signs with this session's credentials.
    pub(crate) async fn config(&self, region: Region) -> SdkConfig {
        if let Some(config) = self.configs.lock().unwrap_or_else(PoisonError::into_inner).get(&region) {
            return config.clone();
        }
        let config = match &self.source {
            ConfigSource::Fixed(fixed) => fixed.to_builder().region(region.clone()).build(),
            ConfigSource::Host(host, profile) => match self.links.last() {
                Some(last) => signing(host.config(profile.as_deref(), region.clone()).await, last),
                None => host.config(profile.as_deref(), region.clone()).await,
            },
        };
        self.configs.lock().unwrap_or_else(PoisonError::into_inner).insert(region, config.clone());
        config
    }
}

pub(crate) fn signing(config: SdkConfig, issuer: &Arc<Issuer>) -> SdkConfig {
    let provider = SharedCredentialsProvider::new(Shared(Arc::clone(issuer)));
    config.into_builder().credentials_provider(provider).build()
}

/// Shows nothing of what leads to the credentials.
impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").finish_non_exhaustive()
    }
}
