//! The ways to AWS and to key storage that the files of a `STEPWELL_HOME` open.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use stepwell_aws::{Aws, Configs, Run, RunAws, RunFiles, SecretsManagerError, secrets_manager};
use stepwell_engine::snapshot::{Authority, ProjectText};
use stepwell_engine::{Access, RunOf, refusal};
use stepwell_model::credentials::{AssumeRole, Base, ExternalIdUse, LONGEST_SESSION, StepCredentials};
use stepwell_model::failure::Failure;
use stepwell_model::id::{JobName, RoleArn, RunId};
use stepwell_model::key_store::{KeyStore, KeyStoreSettings};
use stepwell_model::plan::{self, Plan};
use stepwell_model::settings::{Level, System};
use stepwell_model::source::Place;
use stepwell_secrets::{KeyStores, Masker, Secrets};

use crate::error::HomeError;
use crate::file::read_system;
use crate::operator::Operator;
use crate::project::ProjectDir;
use crate::secret_values;

/// What a process needs for its way to AWS.
#[derive(Clone, Copy)]
pub struct AwsBuilder<'a> {
    /// `STEPWELL_HOME`.
    pub home: &'a Path,
    pub system: &'a System,
    /// The masker of the process.
    pub masker: &'a Masker,
    pub operator: &'a Arc<dyn Operator>,
}

impl AwsBuilder<'_> {
    /// The way to AWS, with the key stores that `stepwell.toml` names.
    pub fn build(self) -> Aws {
        self.with_keys(self.keys(&self.system.key_stores, self.secrets_manager_configs()))
    }

    fn with_keys(self, keys: KeyStores) -> Aws {
        let settings = &self.system.settings;
        // Whoever needs these credentials tells what is wrong with them.
        let own = plan::credentials_below_jobs(settings, None).ok();
        let tokens = own.iter().filter_map(token_file).collect();
        let web = stepwell_http::Client::new(self.home, self.system.http.clone());
        Aws::new(self.home, keys, web, settings.aws.allows_unverified_roles(), tokens)
    }

    fn keys(self, stores: &[KeyStoreSettings], configs: Configs) -> KeyStores {
        let operator = Arc::clone(self.operator);
        KeyStores::open(self.home, stores, self.masker.clone(), operator, &secrets_manager(configs))
    }

    /// Secrets Manager is read with the host's own credentials, which may lie in any key store but Secrets Manager.
    fn secrets_manager_configs(self) -> Configs {
        let is_other = |store: &&KeyStoreSettings| !matches!(store.store, KeyStore::SecretsManager(_));
        let others: Vec<_> = self.system.key_stores.iter().filter(is_other).cloned().collect();
        let circle = || unusable("the credentials that read Secrets Manager cannot lie in it");
        let keys = self.keys(&others, Arc::new(move |_, _| Box::pin(async move { Err(circle()) })));
        let (aws, system, masker) = (self.with_keys(keys), self.system.clone(), self.masker.clone());
        Arc::new(move |region, role| {
            let (aws, system, masker) = (aws.clone(), system.clone(), masker.clone());
            Box::pin(async move {
                let credentials = host_credentials(role, &system)?;
                let own_region = plan::region_below_jobs(&system.settings, None);
                let own_region = own_region.as_ref().map(|region| region.value.as_str());
                let region = region.as_ref().map(AsRef::as_ref).or(own_region);
                let run = run_without_job(None, &masker).map_err(|error| unusable(&error.to_string()))?;
                aws.run(run).config(&credentials, region).await.map_err(SecretsManagerError::from)
            })
        })
    }
}

/// The host's own credentials, through a role when one is named.
fn host_credentials(role: Option<RoleArn>, system: &System) -> Result<StepCredentials, SecretsManagerError> {
    let settings = &system.settings;
    let own = plan::credentials_below_jobs(settings, None).map_err(|error| unusable(&error.to_string()))?;
    let hop = |role_arn| AssumeRole {
        role_arn,
        external_id: ExternalIdUse::Generated,
        duration: LONGEST_SESSION,
        from: Level::System,
        place: Place { file: settings.source.name.clone(), line: 1, column: 1 },
    };
    Ok(StepCredentials { assume_role: own.assume_role.into_iter().chain(role.map(hop)).collect(), ..own })
}

fn unusable(reason: &str) -> SecretsManagerError {
    SecretsManagerError::NoCredentials { reason: reason.to_owned() }
}

/// A run for AWS calls that no job makes. Its id names their sessions, and its credentials are those of the process.
pub fn run_without_job(project: Option<&ProjectDir>, process: &Masker) -> Result<Run, HomeError> {
    let job = JobName::try_from("credentials".to_owned());
    let job = job.map_err(|error| HomeError::System { what: "name the run", reason: error.to_string() })?;
    let project = project.map(ProjectDir::of_run).transpose()?;
    let files = RunFiles::default();
    Ok(Run { id: new_run_id()?, job, project, secrets: Secrets::default(), masker: process.clone(), files })
}

/// The files of a run that no directory may give away.
pub fn run_files(plan: &Plan, jobs: Vec<PathBuf>) -> RunFiles {
    let tokens = plan.plugin_calls().into_iter().filter_map(|(_, _, call)| token_file(&call.credentials));
    RunFiles { jobs, tokens: tokens.collect() }
}

/// The file of the token that credentials begin with, where a file names one.
fn token_file(credentials: &StepCredentials) -> Option<PathBuf> {
    match &credentials.base {
        Base::WebIdentity { token } => token.as_ref().map(|token| token.token_file.clone()),
        _ => None,
    }
}

/// A run id that no other run has.
pub fn new_run_id() -> Result<RunId, HomeError> {
    stepwell_engine::new_run_id().map_err(|error| HomeError::System { what: "name the run", reason: error.to_string() })
}

/// What the engine asks a `STEPWELL_HOME` for while runs execute.
pub struct HomeAccess {
    pub home: PathBuf,
    pub aws: Aws,
    pub operator: Arc<dyn Operator>,
}

#[async_trait]
impl Access for HomeAccess {
    fn authority(&self, project: Option<&ProjectText>) -> Result<Authority, Failure> {
        let read = || -> Result<_, HomeError> {
            let project = project.map(ProjectDir::reopen).transpose()?;
            let system = read_system(&self.home)?.unwrap_or_default();
            Ok(Authority { system: system.settings, project: project.map(|dir| dir.project.settings) })
        };
        read().map_err(|error| refusal(&error))
    }

    fn is_attended(&self) -> bool {
        self.operator.is_attending()
    }

    async fn aws(&self, run: RunOf<'_>, masker: Masker) -> Result<RunAws, Failure> {
        let RunOf { plan, id, project, job_files } = run;
        let secrets = secret_values::find(plan, &self.aws, project.as_ref(), self.operator.as_ref(), &masker).await;
        let secrets = secrets.map_err(|error| refusal(&error))?;
        let files = run_files(plan, job_files);
        Ok(self.aws.run(Run { id: id.clone(), job: plan.job.clone(), project, secrets, masker, files }))
    }
}
