//! The ways to AWS and to key storage that the files of a `STEPWELL_HOME` open.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use stepwell_aws::{Aws, Configs, KeyError, KeyStores, Run, RunAws, Secrets, SecretsManagerError};
use stepwell_engine::engine::{Access, Loader};
use stepwell_engine::snapshot::{Authority, ProjectText};
use stepwell_engine::{Engine, Library, refusal, run};
use stepwell_journal::JournalStore;
use stepwell_model::credentials::{AssumeRole, ExternalIdUse, LONGEST_SESSION, StepCredentials};
use stepwell_model::failure::Failure;
use stepwell_model::id::{JobName, RoleArn, RunId};
use stepwell_model::key_store::{KeyStore, KeyStoreSettings};
use stepwell_model::plan::{self, Plan};
use stepwell_model::settings::{Level, System};
use stepwell_model::source::Place;

use crate::error::CliError;
use crate::out;
use crate::prompt::Terminal;
use crate::secret;
use crate::setup::{Home, Planned, ProjectDir};

impl Home {
    /// The way to AWS.
    pub fn aws(&self) -> Aws {
        self.aws_with(self.keys())
    }

    /// Where secrets lie.
    pub fn keys(&self) -> KeyStores {
        self.keys_with(&self.system.key_stores, self.secrets_manager_configs())
    }

    fn aws_with(&self, keys: KeyStores) -> Aws {
        let allow_unverified_roles = self.system.settings.aws.allows_unverified_roles();
        Aws::new(&self.path, keys, out::masker().clone(), allow_unverified_roles)
    }

    fn keys_with(&self, stores: &[KeyStoreSettings], configs: Configs) -> KeyStores {
        KeyStores::open(&self.path, stores, out::masker().clone(), Arc::new(Terminal), configs)
    }

    /// Secrets Manager is read with the host's own credentials, wherever these lie but in itself.
    fn secrets_manager_configs(&self) -> Configs {
        let is_other = |store: &&KeyStoreSettings| !matches!(store.store, KeyStore::SecretsManager(_));
        let others: Vec<_> = self.system.key_stores.iter().filter(is_other).cloned().collect();
        let circle = || unusable("the credentials that read Secrets Manager cannot lie in it");
        let keys = self.keys_with(&others, Arc::new(move |_, _| Box::pin(async move { Err(circle()) })));
        let (aws, system) = (self.aws_with(keys), self.system.clone());
        Arc::new(move |region, role| {
            let (aws, system) = (aws.clone(), system.clone());
            Box::pin(async move {
                let credentials = through(role, &system)?;
                let own_region = plan::region_below_jobs(&system.settings, None);
                let own_region = own_region.as_ref().map(|region| region.value.as_str());
                let region = region.as_ref().map(AsRef::as_ref).or(own_region);
                let run = nameless(None).map_err(|error| unusable(&error.to_string()))?;
                aws.run(run).config(&credentials, region).await.map_err(KeyError::from)
            })
        })
    }

    /// Access for a run of nothing: sessions are named by its id.
    pub fn access(&self, project: Option<&ProjectDir>) -> Result<RunAws, CliError> {
        Ok(self.aws().run(nameless(project)?))
    }
}

/// The host's own credentials, through a role when one is named.
fn through(role: Option<RoleArn>, system: &System) -> Result<StepCredentials, KeyError> {
    let settings = &system.settings;
    let own = plan::below_jobs(settings, None).map_err(|error| unusable(&error.to_string()))?;
    let hop = |role_arn| AssumeRole {
        role_arn,
        external_id: ExternalIdUse::Generated,
        duration: LONGEST_SESSION,
        from: Level::System,
        place: Place { file: settings.source.name.clone(), line: 1, column: 1 },
    };
    Ok(StepCredentials { assume_role: own.assume_role.into_iter().chain(role.map(hop)).collect(), ..own })
}

fn unusable(reason: &str) -> KeyError {
    SecretsManagerError::NoCredentials { reason: reason.to_owned(), cause: None }.into()
}

fn nameless(project: Option<&ProjectDir>) -> Result<Run, CliError> {
    let job = JobName::try_from("credentials".to_owned());
    let job = job.map_err(|error| CliError::System { what: "name the run", reason: error.to_string() })?;
    let project = project.map(ProjectDir::identity).transpose()?;
    Ok(Run { id: new_run_id()?, job, project, secrets: Secrets::default() })
}

impl Planned {
    /// A run of the plan, and its access to AWS.
    pub fn access(&self, secrets: Secrets) -> Result<(RunId, RunAws), CliError> {
        let id = new_run_id()?;
        let run = Run { id: id.clone(), job: self.plan.job.clone(), project: self.project.clone(), secrets };
        Ok((id, self.aws.run(run)))
    }
}

/// What runs need that go on in this process.
pub struct FromHome {
    aws: Aws,
    /// Whether somebody can be asked for a secret.
    somebody: bool,
}

impl FromHome {
    pub fn new(aws: Aws, somebody: bool) -> Self {
        Self { aws, somebody }
    }
}

/// What drives runs in this process.
pub fn engine(journal: JournalStore, library: Library, aws: Aws, somebody: bool) -> Engine {
    let access = Box::new(FromHome::new(aws, somebody));
    Engine::new(journal, Loader::new(library, out::masker().clone(), access))
}

#[async_trait]
impl Access for FromHome {
    fn authority(&self, project: Option<&ProjectText>) -> Result<Authority, Failure> {
        let settings = || {
            let project = project.map(ProjectDir::again).transpose()?;
            Ok(Authority { system: Home::open()?.system.settings, project: project.map(|dir| dir.project.settings) })
        };
        settings().map_err(|error: CliError| refusal(&error))
    }

    fn is_attended(&self) -> bool {
        self.somebody
    }

    async fn aws(&self, plan: &Plan, run: &RunId, project: Option<(String, PathBuf)>) -> Result<RunAws, Failure> {
        let secrets = secret::find(plan, &self.aws, project.as_ref(), self.somebody).await;
        let secrets = secrets.map_err(|error| refusal(&error))?;
        Ok(self.aws.run(Run { id: run.clone(), job: plan.job.clone(), project, secrets }))
    }
}

fn new_run_id() -> Result<RunId, CliError> {
    run::new_run_id().map_err(|error| CliError::System { what: "name the run", reason: error.to_string() })
}
