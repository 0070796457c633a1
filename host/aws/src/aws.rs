//! The access of a process to AWS: configuration, sessions and clients, each made at its first use.

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
use stepwell_model::action;
use stepwell_model::credentials::{Base, Provider, StepCredentials};
use stepwell_model::event::SignedAs;
use stepwell_model::grant::Permit;
use stepwell_model::id::{JobName, RunId};
use stepwell_secrets::{KeyStores, Masker, Secrets};
use tokio::sync::OnceCell;

use crate::credentials::{Issuer, MissingProfile, Owner, Shared, Stage, Trust, own_files, signed_as};
use crate::departure::only_departures;
use crate::directory::HostFiles;
use crate::error::HostFault;
use crate::gate::Gate;
use crate::generic;
use crate::http;
use crate::patient::PatientSleep;

/// The SDK's own default. A machine that takes longer does not exist.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);
/// Longer than the silence of any EC2 call. A call that is silent for longer (Lambda's `Invoke`) sets its own.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Ends a response that trickles. Three attempts of this length bound a call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// The access of one process to AWS. It reads and resolves nothing before the first call. Cheap to clone.
#[derive(Clone)]
pub struct Aws {
    pub(crate) host: Arc<Host>,
}

/// Shared by all runs of a process.
pub(crate) struct Host {
    /// `STEPWELL_HOME`.
    pub(crate) home: PathBuf,
    pub(crate) http: SharedHttpClient,
    /// For the requests of plugins to other servers than AWS's.
    pub(crate) web: stepwell_http::Client,
    pub(crate) keys: KeyStores,
    /// Files with credentials of the host, beside those of the key stores.
    secret_files: Vec<PathBuf>,
    pub(crate) trust: Trust,
    pub(crate) allow_unverified_roles: bool,
    /// The SDK's region by profile, for steps that name no region; none when the SDK finds none.
    own_regions: Mutex<HashMap<Option<String>, OwnRegion>>,
}

/// Looked up once, at the first use.
type OwnRegion = Arc<OnceCell<Option<Region>>>;

/// The run that makes the calls.
#[derive(Debug, Clone)]
pub struct Run {
    /// Names every session, so that CloudTrail leads back to the run.
    pub id: RunId,
    /// The job.
    pub job: JobName,
    /// The project, when the job belongs to one.
    pub project: Option<RunProject>,
    /// The values of its secret options.
    pub secrets: Secrets,
    /// Learns every credential of the run.
    pub masker: Masker,
    /// The files that it was planned from.
    pub files: RunFiles,
}

/// The files of a run that lie anywhere, and that no directory may give away to its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFiles {
    /// The files of its job and of the jobs that this one uses. No step may write them.
    pub jobs: Vec<PathBuf>,
    /// The files with the tokens of its steps' credentials.
    pub tokens: Vec<PathBuf>,
}

/// The project that a run belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunProject {
    /// Its name.
    pub name: String,
    /// The canonical path of its directory.
    pub directory: PathBuf,
}

impl Run {
    /// The owner of the external id that the run's own roles ask for.
    pub(crate) fn owner(&self) -> Owner {
        self.project.as_ref().map_or(Owner::System, |project| Owner::Project(project.directory.clone()))
    }
}

pub(crate) type PerRegion<C> = Mutex<HashMap<Region, C>>;

/// One AWS service, described by its file.
pub(crate) trait Service: Clone {
    /// The type of its rows in the action table, such as `action::ec2::Service`.
    type Rows;

    /// A client that has the gate as an interceptor.
    fn gated(config: &SdkConfig, gate: Gate) -> Self;

    /// The clients of this service in a session.
    fn kept(clients: &Clients) -> &PerRegion<Self>;
}

/// The clients of one session.
#[derive(Default)]
pub(crate) struct Clients {
    pub(crate) athena: PerRegion<aws_sdk_athena::Client>,
    pub(crate) autoscaling: PerRegion<generic::Client<action::autoscaling::Service>>,
    pub(crate) cloudwatch_logs: PerRegion<aws_sdk_cloudwatchlogs::Client>,
    pub(crate) ec2: PerRegion<aws_sdk_ec2::Client>,
    pub(crate) ecs: PerRegion<generic::Client<action::ecs::Service>>,
    pub(crate) elbv2: PerRegion<generic::Client<action::elbv2::Service>>,
    pub(crate) generic: PerRegion<generic::Client>,
    pub(crate) lambda: PerRegion<aws_sdk_lambda::Client>,
    pub(crate) rds: PerRegion<generic::Client<action::rds::Service>>,
    pub(crate) s3: PerRegion<aws_sdk_s3::Client>,
    pub(crate) ssm: PerRegion<aws_sdk_ssm::Client>,
    pub(crate) sts: PerRegion<aws_sdk_sts::Client>,
}

/// Credentials, and the clients that sign with them.
pub(crate) struct Session {
    /// The chain, from the base to the link that signs.
    links: Vec<Arc<Issuer>>,
    source: ConfigSource,
    configs: PerRegion<SdkConfig>,
    clients: Clients,
}

/// The source of region, endpoint and everything else but the credentials.
enum ConfigSource {
    /// The environment, and the named profile.
    Host(Arc<Host>, Option<String>),
    /// A ready-made configuration.
    Fixed(Box<SdkConfig>),
}

impl Aws {
    /// Access with the files of a `STEPWELL_HOME`. `token_files` are those that its settings name.
    pub fn new(
        home: &Path,
        keys: KeyStores,
        web: stepwell_http::Client,
        allow_unverified_roles: bool,
        token_files: Vec<PathBuf>,
    ) -> Self {
        let (http, trust) = (http::client(), Trust::new(home));
        let (own_regions, home) = (Mutex::default(), home.to_owned());
        let secret_files = token_files.into_iter().chain(own_files()).collect();
        Self {
            host: Arc::new(Host { home, http, web, keys, secret_files, trust, allow_unverified_roles, own_regions }),
        }
    }

    /// External ids and verdicts.
    pub fn trust(&self) -> &Trust {
        &self.host.trust
    }

    /// The client for requests to other servers than AWS's.
    pub fn web(&self) -> &stepwell_http::Client {
        &self.host.web
    }

    /// The key stores.
    pub fn keys(&self) -> &KeyStores {
        &self.host.keys
    }
}

/// The certificates of authorities that the environment names, in the place of the system's: they decide whom the host
/// takes for AWS. A directory of them holds links.
fn authorities() -> Vec<PathBuf> {
    let directories: Vec<PathBuf> =
        std::env::var_os("SSL_CERT_DIR").iter().flat_map(std::env::split_paths).filter(|path| path != "").collect();
    let files = directories.iter().flat_map(std::fs::read_dir).flatten().flatten().map(|entry| entry.path());
    let named = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    files.chain(named).collect::<Vec<_>>().into_iter().chain(directories).collect()
}

impl Host {
    /// The files of the host that no directory may give away to the steps of a run.
    pub(crate) fn files(&self, run: &Run) -> HostFiles {
        let keys = self.keys.files();
        HostFiles {
            home: Some(self.home.clone()),
            project: run.project.as_ref().map(|project| project.directory.clone()),
            secret: [&self.secret_files, &keys.secret, &run.files.tokens].into_iter().flatten().cloned().collect(),
            obeyed: [&keys.certificates, &authorities(), &run.files.jobs]
                .into_iter()
                .flatten()
                .cloned()
                .chain(self.web.authorities().map(Path::to_owned))
                .collect(),
        }
    }

    /// The region of `AWS_REGION`, the profile or the instance.
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
        // Retries are the SDK's standard ones, which AWS_MAX_ATTEMPTS and AWS_RETRY_MODE can change. The SDK's cache of
        // credentials is off: the issuers renew earlier, and for all clients at once.
        let loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(self.http.clone())
            .timeout_config(timeouts)
            .sleep_impl(PatientSleep)
            .identity_cache(aws_config::identity::IdentityCache::no_cache())
            .no_credentials();
        match profile {
            Some(profile) => loader.profile_name(profile),
            None => loader,
        }
    }
}

/// The profile that also gives region and endpoint.
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

    /// A session with a ready-made configuration, credentials included.
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

    /// The credentials that sign now, and their owner. After an error every link asks its provider anew at the next call.
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

    /// Has every link ask its provider anew at the next call, because AWS does not accept the credentials.
    pub(crate) async fn forget(&self) {
        for link in &self.links {
            link.forget().await;
        }
    }

    /// A client of the service for a permitted call.
    pub(crate) async fn client<S: Service>(&self, permit: Permit, region: Option<&str>) -> Result<S, HostFault> {
        let region = self.known_region(region, permit.row().action.as_str()).await?;
        let kept = S::kept(&self.clients);
        if let Some(client) = kept.lock().unwrap_or_else(PoisonError::into_inner).get(&region) {
            return Ok(client.clone());
        }
        let client = S::gated(&only_departures(self.config(region.clone()).await), Gate);
        kept.lock().unwrap_or_else(PoisonError::into_inner).insert(region, client.clone());
        Ok(client)
    }

    /// The region of a call of this action.
    pub(crate) async fn known_region(&self, given: Option<&str>, action: &'static str) -> Result<Region, HostFault> {
        if let Some(region) = self.region(given).await {
            return Ok(region);
        }
        let ConfigSource::Host(_, profile) = &self.source else { return Err(HostFault::NoRegion { action }) };
        Err(match MissingProfile::find(profile.as_deref()).await {
            Some(missing) => HostFault::NoProfile { action, missing: Box::new(missing) },
            None => HostFault::NoRegion { action },
        })
    }

    /// The named region, or the one that the SDK finds.
    pub(crate) async fn region(&self, given: Option<&str>) -> Option<Region> {
        match (given, &self.source) {
            (Some(name), _) => Some(Region::new(name.to_owned())),
            (None, ConfigSource::Fixed(fixed)) => fixed.region().cloned(),
            (None, ConfigSource::Host(host, profile)) => host.own_region(profile.as_deref()).await,
        }
    }

    /// A configuration that signs with this session's credentials.
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

/// Shows nothing that leads to the credentials.
impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").finish_non_exhaustive()
    }
}
