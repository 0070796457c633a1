//! The access of a run to AWS: one session for every set of credentials and every session policy that its steps need.

mod chain;

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::region::Region;
use stepwell_model::credentials::{AssumeRole, Base, StepCredentials};
use stepwell_model::event::SignedAs;
use stepwell_model::grant::Grants;
use stepwell_model::policy::{hop_policy, session_policy};
use stepwell_model::report::CallReport;
use stepwell_model::settings::HttpSettings;
use stepwell_secrets::{Masker, Secrets};
use tokio::sync::Mutex;

use crate::aws::{Aws, Host, Run, Session, profile};
use crate::credentials::{Issuer, OwnVariables, ProcessEnvironment, VERDICT_HOLDS, explain};
use crate::directory::HostFiles;
use crate::error::HostFault;
use crate::sdk_error::{caller_unknown, no_credentials};
use crate::web::ToldServers;

/// The region of STS calls when no setting names one: STS answers there in every account of the partition `aws`.
const STS_REGION: Region = Region::from_static("us-east-1");

/// The access of one run to AWS. Cheap to clone; its credentials go with the last clone.
#[derive(Clone)]
pub struct RunAws {
    access: Arc<Access>,
    told: ToldServers,
}

enum Access {
    Live(Box<LiveRun>),
    Fixed { session: Arc<Session>, masker: Masker, web: stepwell_http::Client },
}

struct LiveRun {
    host: Arc<Host>,
    run: Run,
    opened: Mutex<Opened>,
}

struct Opened {
    since: Instant,
    /// The links of all chains, by everything that they depend on.
    links: HashMap<String, Arc<Issuer>>,
    sessions: HashMap<String, Arc<Session>>,
}

impl Default for Opened {
    fn default() -> Self {
        Self { since: Instant::now(), links: HashMap::new(), sessions: HashMap::new() }
    }
}

/// The identity of the caller according to AWS (`sts:GetCallerIdentity`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerIdentity {
    /// The account.
    pub account: String,
    /// The ARN.
    pub arn: String,
    /// AWS's own id of the user or the session.
    pub user_id: String,
    /// The credentials of the request.
    pub signed_as: SignedAs,
    /// The region of the request.
    pub region: String,
}

/// The result of the default chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceFound {
    /// Credentials, in this place.
    Found(String),
    /// No credentials, and why.
    Nothing(String),
}

/// The purpose of a session.
#[derive(Clone, Copy)]
pub(crate) struct Purpose<'a> {
    /// The credentials.
    pub(crate) credentials: &'a StepCredentials,
    /// The actions that the session is narrowed to; none leaves it everything that the role may do.
    pub(crate) grants: Option<&'a Grants>,
    /// The region of the step.
    pub(crate) region: Option<&'a str>,
    /// The IAM action that needs it, for errors.
    pub(crate) action: &'static str,
    /// Whether to wait for a recent change of a role to arrive.
    pub(crate) patient: bool,
}

impl Aws {
    /// Access for one run.
    pub fn run(&self, run: Run) -> RunAws {
        let (host, opened) = (Arc::clone(&self.host), Mutex::new(Opened::default()));
        RunAws::new(Access::Live(Box::new(LiveRun { host, run, opened })))
    }
}

impl RunAws {
    /// Access with a ready-made configuration, whatever credentials a step names.
    pub fn fixed(config: SdkConfig) -> Self {
        Self::fixed_with(config, stepwell_http::Client::new(Path::new(""), HttpSettings::default()))
    }

    /// Access that AWS does not know, for uses that end before a call leaves.
    pub fn of_nobody() -> Self {
        Self::fixed(nobody())
    }

    /// The same, with this client for requests to other servers.
    pub fn of_nobody_with(web: stepwell_http::Client) -> Self {
        Self::fixed_with(nobody(), web)
    }

    fn fixed_with(config: SdkConfig, web: stepwell_http::Client) -> Self {
        Self::new(Access::Fixed { session: Arc::new(Session::fixed(config)), masker: Masker::new(), web })
    }

    fn new(access: Access) -> Self {
        Self { access: Arc::new(access), told: ToldServers::default() }
    }

    /// The servers that may repeat a secret of the run.
    pub(crate) fn told(&self) -> &ToldServers {
        &self.told
    }

    /// Learns from the journal which servers may repeat a secret of the run.
    pub fn recall<'a>(&self, calls: impl Iterator<Item = &'a CallReport>) {
        self.told.recall(calls);
    }

    /// Asks AWS for the identity of these credentials. Verifies their roles on the way, and waits for recent changes of them
    /// to arrive.
    ///
    /// # Errors
    /// When there are no credentials, when a role is refused, or when STS is.
    pub async fn caller(
        &self,
        credentials: &StepCredentials,
        grants: Option<&Grants>,
        region: Option<&str>,
    ) -> Result<CallerIdentity, HostFault> {
        let action = "sts:GetCallerIdentity";
        let purpose = Purpose { credentials, grants, region, action, patient: true };
        let session = self.session(purpose).await?;
        let issued = session.issued(credentials).await.map_err(|error| no_credentials(action, &error))?;
        let region = session.region(region).await.unwrap_or(STS_REGION);
        let sts = aws_sdk_sts::Client::new(&session.config(region.clone()).await);
        let answer = sts.get_caller_identity().send().await.map_err(|error| caller_unknown(&error, action))?;
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Ok(CallerIdentity {
            account: text(answer.account()),
            arn: text(answer.arn()),
            user_id: text(answer.user_id()),
            signed_as: issued.1,
            region: region.to_string(),
        })
    }

    /// The credentials that the default chain finds; none for credentials that name their source.
    pub async fn source(&self, credentials: &StepCredentials) -> Option<SourceFound> {
        if credentials.base != Base::DefaultChain {
            return None;
        }
        let start = StepCredentials { assume_role: Vec::new(), ..credentials.clone() };
        let purpose =
            Purpose { credentials: &start, grants: None, region: None, action: "sts:AssumeRole", patient: false };
        let session = self.session(purpose).await.ok()?;
        Some(match session.issued(&start).await {
            Ok((_, signed_as)) => SourceFound::Found(signed_as.source.unwrap_or_default()),
            Err(error) => SourceFound::Nothing(explain(&error).0),
        })
    }

    /// The region that the SDK finds for calls with these credentials when no file names one: `AWS_REGION`, the
    /// profile, the instance.
    pub async fn own_region(&self, credentials: &StepCredentials) -> Option<String> {
        match &*self.access {
            Access::Live(live) => {
                live.host.own_region(profile(&credentials.base)).await.map(|region| region.to_string())
            }
            Access::Fixed { .. } => None,
        }
    }

    /// The environment of a process that a step starts. The values of the user's secret variables are masked
    /// from now on.
    ///
    /// # Errors
    /// When there are no credentials, or when a role is refused.
    pub async fn process_environment(
        &self,
        credentials: &StepCredentials,
        grants: &Grants,
        region: Option<&str>,
        own: OwnVariables<'_>,
    ) -> Result<ProcessEnvironment, HostFault> {
        let action = "sts:AssumeRole";
        let purpose = Purpose { credentials, grants: Some(grants), region, action, patient: false };
        let session = self.session(purpose).await?;
        let issued = session.issued(credentials).await.map_err(|error| no_credentials(action, &error))?;
        let region = session.region(region).await;
        let Access::Live(live) = &*self.access else { return Err(HostFault::NoRegion { action }) };
        let region = region.as_ref().map(Region::as_ref);
        Ok(ProcessEnvironment::new(&issued.0, region, &live.run.id, own, &live.run.masker))
    }

    /// An SDK configuration that signs with these credentials, for reads of the host itself.
    ///
    /// # Errors
    /// When a role is refused, or when there is no region.
    pub async fn config(&self, credentials: &StepCredentials, region: Option<&str>) -> Result<SdkConfig, HostFault> {
        let action = "secretsmanager:GetSecretValue";
        let session = self.session(Purpose { credentials, grants: None, region, action, patient: false }).await?;
        let region = session.known_region(region, action).await?;
        Ok(session.config(region).await)
    }

    /// The files of the host that no directory may give away to the steps of this run.
    pub fn host_files(&self) -> HostFiles {
        match &*self.access {
            Access::Live(live) => live.host.files(&live.run),
            Access::Fixed { .. } => HostFiles::default(),
        }
    }

    /// The masker that learns the run's credentials.
    pub fn masker(&self) -> &Masker {
        match &*self.access {
            Access::Live(live) => &live.run.masker,
            Access::Fixed { masker, .. } => masker,
        }
    }

    /// The client for requests to other servers than AWS's.
    pub(crate) fn web(&self) -> &stepwell_http::Client {
        match &*self.access {
            Access::Live(live) => &live.host.web,
            Access::Fixed { web, .. } => web,
        }
    }

    pub(crate) fn secrets(&self) -> Secrets {
        match &*self.access {
            Access::Live(live) => live.run.secrets.clone(),
            Access::Fixed { .. } => Secrets::default(),
        }
    }

    /// The session for a purpose. Steps with the same purpose share it.
    pub(crate) async fn session(&self, purpose: Purpose<'_>) -> Result<Arc<Session>, HostFault> {
        let live = match &*self.access {
            Access::Fixed { session, .. } => return Ok(Arc::clone(session)),
            Access::Live(live) => live,
        };
        let mut opened = live.opened.lock().await;
        // A verdict on a role holds for a day, also in a run that lasts longer.
        if opened.since.elapsed() > VERDICT_HOLDS {
            *opened = Opened::default();
        }
        let key = purpose.key();
        if let Some(session) = opened.sessions.get(&key) {
            return Ok(Arc::clone(session));
        }
        let links = live.chain(&mut opened, purpose).await?;
        let profile = profile(&purpose.credentials.base).map(str::to_owned);
        let session = Arc::new(Session::new(links, Arc::clone(&live.host), profile));
        opened.sessions.insert(key, Arc::clone(&session));
        Ok(session)
    }
}

fn nobody() -> SdkConfig {
    let credentials = Credentials::new("NOBODY", "nobody", None, None, "nobody");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

impl Purpose<'_> {
    /// Everything that a session depends on.
    fn key(&self) -> String {
        let StepCredentials { base, assume_role, .. } = self.credentials;
        let roles: Vec<_> = (0..).zip(assume_role).map(|(at, role)| self.link_key(role, at)).collect();
        format!("{:?} {base:?} {roles:?}", self.region)
    }

    fn link_key(&self, role: &AssumeRole, at: usize) -> String {
        let AssumeRole { role_arn, external_id, duration, from, .. } = role;
        let (tags, policy) = (self.credentials.session_tags, self.policy(at));
        format!("{role_arn} {external_id:?} {duration:?} {from} {tags} {policy:?}")
    }

    /// The session policy of the role at this place: the last one may do what the step may, the others may assume the next.
    fn policy(&self, at: usize) -> Option<String> {
        let roles = &self.credentials.assume_role;
        let (role, next) = (roles.get(at)?, roles.get(at + 1));
        if !self.credentials.narrow_sessions {
            return None;
        }
        match (next, self.grants) {
            (Some(next), _) => Some(hop_policy(&next.role_arn).to_string()),
            (None, Some(grants)) => Some(session_policy(grants, &role.role_arn).to_string()),
            (None, None) => None,
        }
    }
}

impl Opened {
    fn keep(&mut self, key: &str, link: Issuer) -> Arc<Issuer> {
        let link = Arc::new(link);
        self.links.insert(key.to_owned(), Arc::clone(&link));
        link
    }
}

/// Shows nothing that leads to the credentials.
impl fmt::Debug for RunAws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunAws").finish_non_exhaustive()
    }
}
