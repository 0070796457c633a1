//! Which credentials a job or a project uses, who AWS says they are, and who may assume their roles.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use stepwell_aws::{CallerIdentity, Owner, RunAws, SourceFound, TrustLevel};
use stepwell_model::credentials::StepCredentials;
use stepwell_model::grant::Grants;
use stepwell_model::id::RegionName;
use stepwell_model::plan::{self, GivenOptions};
use stepwell_model::region::Region;
use stepwell_model::settings::{Level, Setting};

use crate::access::run_without_job;
use crate::error::HomeError;
use crate::plan::{JobRequest, PlannedJob};
use crate::project::ProjectDir;
use crate::resources::Resources;

/// Whose credentials are meant: those of the steps of a job, or those that `stepwell.toml` and `project.toml` name.
#[derive(Debug, Clone, Default)]
pub struct CredentialsQuery {
    /// The job file.
    pub job: Option<PathBuf>,
    /// One step of the job; none means all.
    pub step: Option<String>,
    /// The directory of `project.toml`; none searches above the job file or the current directory.
    pub project: Option<PathBuf>,
}

/// Credentials, and the step that uses them.
pub struct CredentialUse {
    /// The step; none when no job was named.
    pub step: Option<String>,
    /// The credentials.
    pub credentials: StepCredentials,
    /// The region.
    pub region: Option<Setting<Region>>,
    /// What the step may call.
    grants: Option<Grants>,
}

/// The answer to a [`CredentialsQuery`], and the way to AWS to examine it.
pub struct ResolvedCredentials {
    /// One use for every step that is meant.
    pub uses: Vec<CredentialUse>,
    aws: RunAws,
}

impl ResolvedCredentials {
    pub(crate) async fn find(query: &CredentialsQuery, resources: Arc<Resources>) -> Result<Self, HomeError> {
        match &query.job {
            Some(job) => Self::of_job(job, query, resources).await,
            None => Self::below_jobs(query.project.as_deref(), &resources),
        }
    }

    async fn of_job(job: &Path, query: &CredentialsQuery, resources: Arc<Resources>) -> Result<Self, HomeError> {
        let (file, project) = (job.to_owned(), query.project.clone());
        let request = JobRequest { file, options: GivenOptions::new(), project, complete: false };
        let planned = PlannedJob::new(&request, resources).await?;
        let calls = planned.plan.plugin_calls();
        let is_meant = |path: &str| query.step.as_ref().is_none_or(|step| path == step);
        let meant = calls.iter().filter(|(path, ..)| is_meant(path.as_str()));
        let uses = meant.map(|(path, _, call)| CredentialUse {
            step: Some(path.to_string()),
            credentials: call.credentials.clone(),
            region: call.region.clone(),
            grants: Some(call.grants.clone()),
        });
        let uses: Vec<_> = uses.collect();
        if let (Some(step), true) = (&query.step, uses.is_empty()) {
            let known = calls.into_iter().map(|(path, ..)| path).collect();
            return Err(HomeError::NoStep { job: planned.plan.job.clone(), step: step.clone(), known });
        }
        let aws = planned.aws_without_secrets()?;
        Ok(Self { uses, aws })
    }

    fn below_jobs(project: Option<&Path>, resources: &Resources) -> Result<Self, HomeError> {
        let own = BelowJobs::find(project, resources)?;
        let aws = resources.aws.run(run_without_job(own.project.as_ref(), &resources.masker)?);
        let BelowJobs { credentials, region, .. } = own;
        Ok(Self {
            uses: vec![CredentialUse { step: None, credentials, region: region.map(Setting::into), grants: None }],
            aws,
        })
    }

    /// Where the default chain of the AWS SDK finds these credentials; none when they do not come from it.
    pub async fn source(&self, of: &CredentialUse) -> Option<SourceFound> {
        self.aws.source(&of.credentials).await
    }

    /// Asks AWS whose these credentials are, and verifies the roles on the way.
    ///
    /// # Errors
    /// When the credentials do not work, or a role is refused.
    pub async fn caller(&self, of: &CredentialUse) -> Result<CallerIdentity, HomeError> {
        let region = of.region.as_ref().and_then(|region| region.value.name()).map(RegionName::as_str);
        Ok(self.aws.caller(&of.credentials, of.grants.as_ref(), region).await?)
    }
}

/// The credentials that apply where a job names none.
struct BelowJobs {
    project: Option<ProjectDir>,
    credentials: StepCredentials,
    region: Option<Setting<RegionName>>,
}

impl BelowJobs {
    fn find(project: Option<&Path>, resources: &Resources) -> Result<Self, HomeError> {
        let project = ProjectDir::of_current_directory(project)?;
        let settings = project.as_ref().map(|project| &project.project);
        let system = &resources.system.settings;
        let credentials = plan::credentials_below_jobs(system, settings.map(|project| &project.settings))?;
        plan::check_allowed(system, &credentials)?;
        let region = plan::region_below_jobs(system, settings);
        Ok(Self { project, credentials, region })
    }
}

/// What the owner of a role needs to know to let this host assume it.
pub struct TrustStatement {
    /// The identity that assumes the role.
    pub caller: CallerIdentity,
    /// The external id.
    pub level: TrustLevel,
    /// Whether sessions are tagged.
    pub session_tags: bool,
}

impl TrustStatement {
    pub(crate) async fn make(project: Option<&Path>, rotate: bool, resources: &Resources) -> Result<Self, HomeError> {
        let BelowJobs { project, credentials, region } = BelowJobs::find(project, resources)?;
        let (level, owner) = match &project {
            Some(project) => (Level::Project, Owner::Project(project.of_run()?.directory)),
            None => (Level::System, Owner::System),
        };
        // The level's first role has to trust the identity that assumes it.
        let before = credentials.assume_role.iter().take_while(|role| role.from < level).cloned().collect();
        let session_tags = credentials.session_tags;
        let principal = StepCredentials { assume_role: before, ..credentials };
        let region = region.as_ref().map(|region| region.value.as_str());
        let aws = resources.aws.run(run_without_job(project.as_ref(), &resources.masker)?);
        let caller = aws.caller(&principal, None, region).await?;
        let trust = resources.aws.trust();
        let level = if rotate { trust.rotate(&owner)? } else { trust.level(&owner)? };
        Ok(Self { caller, level, session_tags })
    }
}
