//! Plans: what a job means. Every default is filled in, every plugin resolved to a digest, every setting carries the
//! level that it came from. A plan that exists can be run; everything that can be refused is refused here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;
use toml::Spanned;

use crate::credentials::{Base, CredentialsError, StepCredentials};
use crate::expression::{self, Scope};
use crate::grant::Grants;
use crate::id::{JobName, KeyPath, OptionName, PluginName, StepId};
use crate::job::{Job, Step};
use crate::limits::Limits;
use crate::plugin::{Kind, Plugin};
use crate::schema;
use crate::settings::{AwsSettings, Level, Project, RegionName, Setting, Settings, limits};
use crate::source::{Place, Source};
use crate::value::{Value, span_at};

use crate::option::Options;
pub use crate::plan_error::PlanError;
use crate::reference::{self, Known};

/// How long a step may take when nobody says: long enough for every AWS wait, short enough to notice a stuck one.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// All that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The job.
    pub job: &'a Job,
    /// The shared sections of `stepwell.toml`.
    pub system: &'a Settings,
    /// `project.toml`, when the job belongs to a project.
    pub project: Option<&'a Project>,
    /// The plugins that the job uses, as far as they were found.
    pub plugins: &'a BTreeMap<PluginName, Plugin>,
    /// The names of all plugins that there are, for those that were not found.
    pub plugin_names: &'a [PluginName],
    /// The options that were given.
    pub options: &'a BTreeMap<String, String>,
    /// What nobody can guess: the placeholders of secrets are made with it.
    pub nonce: &'a str,
    /// Whether options that are missing stop the plan: to run a job, yes; to look at it, no.
    pub complete: bool,
}

/// What a job means.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The job's name.
    pub job: JobName,
    /// What it is for.
    pub description: String,
    /// The job file, for errors at run time.
    pub source: Source,
    /// The project's name.
    pub project: Option<String>,
    /// The project's file.
    pub project_file: Option<String>,
    /// The options that have a value; a secret has its placeholder.
    pub options: BTreeMap<OptionName, String>,
    /// The options that are secret and have a value.
    pub secrets: BTreeMap<OptionName, PlannedSecret>,
    /// The steps in the order in which they run.
    pub steps: Vec<PlannedStep>,
}

/// A secret option that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSecret {
    /// What expressions, plugins and the journal get in its place.
    pub placeholder: String,
    /// Where the value is; none is asked for when the run starts.
    pub key: Option<KeyPath>,
}

/// What a step means.
#[derive(Debug, Clone)]
pub struct PlannedStep {
    /// Its id.
    pub id: StepId,
    /// What it is for.
    pub description: String,
    /// The plugin.
    pub plugin: Plugin,
    /// The configuration, with its expressions.
    pub with: Spanned<Value>,
    /// The configuration without them, when it needs no other step's outputs and no missing option.
    pub config: Option<Json>,
    /// How long it may take.
    pub timeout: Setting<Duration>,
    /// The region; none leaves it to the SDK's own look-up.
    pub region: Option<Setting<RegionName>>,
    /// Whose credentials its calls are signed with.
    pub credentials: StepCredentials,
    /// What a call may cost.
    pub limits: Limits,
    /// What it may call.
    pub grants: Grants,
    /// Where it stands in the job file.
    pub place: Place,
}

impl Plan {
    /// Makes a plan.
    ///
    /// # Errors
    /// When the job cannot run as it stands: wrong options, unknown plugins, configuration that a plugin refuses,
    /// unknown names in expressions, actions that are not granted.
    pub fn new(basis: Basis<'_>) -> Result<Self, PlanError> {
        let job = basis.job;
        let Options { values: options, secrets } = Options::choose(basis)?;
        let mut known = Known::new(job, &options, basis.project.map(|project| project.name.as_str()));
        let limits = limits(basis.system, basis.project.map(|project| &project.settings))?;
        let mut steps = Vec::new();
        for step in &job.steps {
            let planned = plan_step(basis, step, &known, limits)?;
            known.add_step(&planned);
            steps.push(planned);
        }
        Ok(Self {
            job: job.name.clone(),
            description: job.description.clone(),
            source: job.source.clone(),
            project: basis.project.map(|project| project.name.clone()),
            project_file: basis.project.map(|project| project.settings.source.name.clone()),
            options,
            secrets,
            steps,
        })
    }

    /// The step with this id.
    pub fn step(&self, id: &StepId) -> Option<&PlannedStep> {
        self.steps.iter().find(|step| step.id == *id)
    }
}

impl PlannedStep {
    /// The configuration with every expression evaluated, as the plugin gets it.
    ///
    /// # Errors
    /// When an expression has no value, or when the plugin's schema refuses the result.
    pub fn configure(&self, source: &Source, scope: &Scope) -> Result<Json, PlanError> {
        let at = |span| source.place(&span);
        let config = expression::evaluate(&self.with, scope).map_err(|error| PlanError::Expression {
            place: at(error.span.clone()),
            step: self.id.clone(),
            error,
        })?;
        self.check(&config, &[], source)?;
        Ok(config)
    }

    /// Checks a configuration against the plugin's schema, except for what lies under the `open` JSON pointers.
    fn check(&self, config: &Json, open: &[String], source: &Source) -> Result<(), PlanError> {
        let Some(violation) = schema::violation(&self.plugin.description.config_schema, config, open) else {
            return Ok(());
        };
        Err(PlanError::Config {
            place: source.place(&span_at(&self.with, &violation.pointer)),
            step: self.id.clone(),
            plugin: self.plugin.name.clone(),
            violation,
        })
    }
}

fn plan_step(basis: Basis<'_>, step: &Step, known: &Known, limits: Limits) -> Result<PlannedStep, PlanError> {
    let source = &basis.job.source;
    let id = step.id.get_ref();
    let plugin = plugin(basis, step)?;
    let with = step.with.clone().unwrap_or_else(|| Spanned::new(step.uses.span(), Value::default()));
    if !matches!(with.get_ref(), Value::Table(_)) {
        return Err(PlanError::ConfigNotATable { place: source.place(&with.span()), step: id.clone() });
    }
    let open = reference::check(&with, known, id, source)?;
    let project = basis.project.map(|project| &project.settings);
    let mut planned = PlannedStep {
        id: id.clone(),
        description: step.description.clone(),
        config: None,
        timeout: match &step.timeout {
            Some(timeout) => Setting { value: timeout.get_ref().0, from: Level::Step },
            None => Setting { value: DEFAULT_TIMEOUT, from: Level::Default },
        },
        region: region(basis, &step.aws),
        credentials: credentials(basis, step, plugin)?,
        limits,
        grants: Grants::decide(plugin, &basis.system.grants, project.map(|settings| &settings.grants)),
        plugin: plugin.clone(),
        place: source.place(&step.id.span()),
        with,
    };
    if let Some(denied) = planned.grants.undecided().next() {
        return Err(PlanError::Denied { step: id.clone(), denied });
    }
    let config = reference::evaluate_known(&planned.with, known, id, source)?;
    planned.check(&config, &open, source)?;
    planned.config = open.is_empty().then_some(config);
    Ok(planned)
}

/// The first level that names credentials names them all.
fn credentials(basis: Basis<'_>, step: &Step, plugin: &Plugin) -> Result<StepCredentials, PlanError> {
    let (job, name) = (basis.job, basis.project.map(|project| project.name.as_str()));
    for (level, aws) in [(Level::Step, &step.aws), (Level::Job, &job.aws)] {
        if let Some(named) = aws.credentials(level, &job.source)? {
            aws.check_key(level, name, &job.source)?;
            let system = basis.system.aws.credentials(Level::System, &basis.system.source)?;
            return Ok(allowed(basis, plugin, StepCredentials::of_level(level, named, system)?)?);
        }
    }
    Ok(allowed(basis, plugin, below_jobs(basis.system, basis.project)?)?)
}

/// The credentials of a job that names none.
///
/// # Errors
/// When they do not make one set.
pub fn below_jobs(system: &Settings, project: Option<&Project>) -> Result<StepCredentials, CredentialsError> {
    let own = system.aws.credentials(Level::System, &system.source)?;
    let named = match project {
        Some(project) => project.settings.aws.credentials(Level::Project, &project.settings.source)?,
        None => None,
    };
    match named {
        Some(named) => StepCredentials::of_level(Level::Project, named, own),
        None => Ok(StepCredentials::host(own)),
    }
}

fn allowed(
    basis: Basis<'_>,
    plugin: &Plugin,
    credentials: StepCredentials,
) -> Result<StepCredentials, CredentialsError> {
    if plugin.imports.need_credentials() {
        check_allowed(basis.system, &credentials)?;
    }
    Ok(credentials)
}

/// Whether the system lets these credentials be used.
///
/// # Errors
/// When it does not.
pub fn check_allowed(system: &Settings, credentials: &StepCredentials) -> Result<(), CredentialsError> {
    let from = credentials.base_from;
    if !matches!(from, Level::Default | Level::System) && !system.aws.allows_other_providers() {
        return Err(CredentialsError::OtherProvider { from });
    }
    if credentials.base == Base::DefaultChain && !system.aws.allows_default_chain() {
        return Err(CredentialsError::DefaultChain { from });
    }
    Ok(())
}

fn plugin<'a>(basis: Basis<'a>, step: &Step) -> Result<&'a Plugin, PlanError> {
    let name = step.uses.get_ref();
    let place = basis.job.source.place(&step.uses.span());
    let id = step.id.get_ref().clone();
    let Some(plugin) = basis.plugins.get(name) else {
        return Err(PlanError::UnknownPlugin {
            place,
            step: id,
            plugin: name.clone(),
            known: basis.plugin_names.to_vec(),
        });
    };
    if !plugin.description.kinds.contains(&Kind::WorkflowStep) {
        return Err(PlanError::NoWorkflowStep { place, step: id, plugin: name.clone() });
    }
    Ok(plugin)
}

fn region(basis: Basis<'_>, step: &AwsSettings) -> Option<Setting<RegionName>> {
    let own = [(Level::Step, step), (Level::Job, &basis.job.aws)];
    let named = own.into_iter().find_map(|(from, aws)| Some(Setting { value: aws.region.clone()?, from }));
    named.or_else(|| region_below_jobs(basis.system, basis.project))
}

/// The region of a job that names none.
pub fn region_below_jobs(system: &Settings, project: Option<&Project>) -> Option<Setting<RegionName>> {
    let levels = [(Level::Project, project.map(|project| &project.settings.aws)), (Level::System, Some(&system.aws))];
    levels.into_iter().find_map(|(from, aws)| Some(Setting { value: aws?.region.clone()?, from }))
}

#[cfg(test)]
mod tests;
