//! Plans: what a job means. Every default is filled in, every plugin resolved to a digest, every setting carries the
//! level that it came from. A plan that exists can be run; everything that can be refused is refused here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;
use toml::Spanned;

use crate::expression::{self, Scope};
use crate::grant::Grants;
use crate::id::{JobName, OptionName, PluginName, StepId};
use crate::job::{Job, Step};
use crate::limits::Limits;
use crate::plugin::{Kind, Plugin};
use crate::schema;
use crate::settings::{AwsSettings, Level, Project, RegionName, Setting, Settings, limits};
use crate::source::{Place, Source};
use crate::value::{Value, span_at};

pub use crate::plan_error::PlanError;
use crate::reference::{self, Known};

/// How long a step may take when nobody says: long enough for every AWS wait, short enough to notice a stuck one.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// All that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Basis<'a> {
    /// The job.
    pub job: &'a Job,
    /// `stepwell.toml`.
    pub system: &'a Settings,
    /// `project.toml`, when the job belongs to a project.
    pub project: Option<&'a Project>,
    /// The plugins that the job uses, as far as they were found.
    pub plugins: &'a BTreeMap<PluginName, Plugin>,
    /// The names of all plugins that there are, for those that were not found.
    pub plugin_names: &'a [PluginName],
    /// The options that were given.
    pub options: &'a BTreeMap<String, String>,
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
    /// The options that have a value.
    pub options: BTreeMap<OptionName, String>,
    /// The steps in the order in which they run.
    pub steps: Vec<PlannedStep>,
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
        let options = options(basis)?;
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

fn options(basis: Basis<'_>) -> Result<BTreeMap<OptionName, String>, PlanError> {
    let job = basis.job;
    if let Some(name) = basis.options.keys().find(|name| !job.options.contains_key(name.as_str())) {
        let known = job.options.keys().map(|name| name.as_str().to_owned()).collect();
        return Err(PlanError::UnknownOption { name: name.clone(), job: job.name.clone(), known });
    }
    let mut values = BTreeMap::new();
    for (name, option) in &job.options {
        let place = job.source.place(&option.span());
        let option = option.get_ref();
        let given = basis.options.get(name.as_str());
        let Some(value) = given.or(option.default.as_ref().map(Spanned::get_ref)) else {
            if option.required && basis.complete {
                let description = option.description.clone();
                return Err(PlanError::MissingOption { name: name.clone(), description, place });
            }
            continue;
        };
        if option.required && value.is_empty() {
            let description = option.description.clone();
            return Err(PlanError::MissingOption { name: name.clone(), description, place });
        }
        // `Job::read` has refused what is no regular expression.
        if let (Ok(Some(regex)), Some(pattern)) = (option.regex(), &option.pattern)
            && !regex.is_match(value)
        {
            return Err(PlanError::OptionPattern {
                name: name.clone(),
                value: value.clone(),
                pattern: pattern.get_ref().clone(),
                place: job.source.place(&pattern.span()),
            });
        }
        values.insert(name.clone(), value.clone());
    }
    Ok(values)
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
    let levels = [
        (Level::Step, Some(step)),
        (Level::Job, Some(&basis.job.aws)),
        (Level::Project, basis.project.map(|project| &project.settings.aws)),
        (Level::System, Some(&basis.system.aws)),
    ];
    levels.into_iter().find_map(|(from, aws)| Some(Setting { value: aws?.region.clone()?, from }))
}

#[cfg(test)]
mod tests;
