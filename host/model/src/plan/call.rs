//! Plans the use of a plugin: its region, credentials and grants.

use std::collections::BTreeSet;

use toml::Spanned;

use super::PluginCall;
use super::basis::{Basis, ScopedJob};
use super::error::PlanError;
use super::names::KnownNames;
use super::operation::RoleMember;
use super::warning::PlanWarning;
use crate::action::Action;
use crate::credentials::{Base, CredentialsError, StepCredentials};
use crate::error::nearest;
use crate::grant::Grants;
use crate::id::{PluginName, RegionName, StepId};
use crate::plugin::{Kind, Plugin};
use crate::policy::GivenNames;
use crate::region::Region;
use crate::schema;
use crate::settings::{AwsSettings, Level, Project, Setting, Settings};
use crate::source::Place;
use crate::value::Value;

pub(super) fn plan_call(
    scoped: &ScopedJob<'_>,
    step: &StepId,
    uses: &Spanned<PluginName>,
    aws: &AwsSettings<Region>,
    known: &KnownNames,
    with: &Value,
) -> Result<PluginCall, PlanError> {
    let plugin = plugin(scoped, step, uses)?;
    let for_request = ForRequest { role: None, unneeded: unneeded(plugin, with) };
    call_of(scoped, step, plugin.clone(), aws, known, for_request)
}

/// What the request of a step says about its actions.
#[derive(Default)]
pub(super) struct ForRequest<'a> {
    /// The member of an operation's request that names a role.
    pub(super) role: Option<&'a RoleMember>,
    /// The actions that the plugin imports, and that the step does not need.
    unneeded: BTreeSet<Action>,
}

impl<'a> ForRequest<'a> {
    /// That of an operation.
    pub(super) fn passing(role: Option<&'a RoleMember>) -> Self {
        Self { role, ..Self::default() }
    }
}

/// The actions that the plugin needs only with properties that `with` does not name. One whose value is blank counts: the
/// job may run with another value.
fn unneeded(plugin: &Plugin, with: &Value) -> BTreeSet<Action> {
    let of_properties: Vec<_> = schema::actions_of_properties(&plugin.description.config_schema).collect();
    let is_given = |name: &str| matches!(with, Value::Table(table) if table.contains_key(name));
    let needed = |action: &str| of_properties.iter().any(|(name, of)| *of == action && is_given(name));
    let is_unneeded =
        |action: &Action| of_properties.iter().any(|(_, of)| *of == action.as_str()) && !needed(action.as_str());
    plugin.imports.actions().into_iter().filter(is_unneeded).collect()
}

/// A call of a plugin, or of an operation that a plugin stands for.
pub(super) fn call_of(
    scoped: &ScopedJob<'_>,
    step: &StepId,
    plugin: Plugin,
    aws: &AwsSettings<Region>,
    known: &KnownNames,
    ForRequest { role, unneeded }: ForRequest<'_>,
) -> Result<PluginCall, PlanError> {
    let basis = scoped.basis;
    let (system, project) = basis.authority();
    let call = PluginCall {
        config: None,
        operation: None,
        names: GivenNames::new(),
        region: region(scoped, step, aws, known)?,
        credentials: credentials(scoped, aws, &plugin)?,
        limits: scoped.limits,
        grants: Grants::decide(&plugin, &system.grants, project.map(|settings| &settings.grants)).without(unneeded),
        directories: scoped.directories.clone(),
        secrets: Vec::new(),
        requests: Vec::new(),
        plugin,
    };
    scoped.denied.borrow_mut().add(step, &call.grants, role);
    Ok(call)
}

/// The credentials of a step. The first level that names credentials names all of them.
fn credentials(
    scoped: &ScopedJob<'_>,
    step: &AwsSettings<Region>,
    plugin: &Plugin,
) -> Result<StepCredentials, PlanError> {
    let (job, basis) = (scoped.job, scoped.basis);
    let name = basis.project.map(|project| project.name.as_str());
    for (level, aws) in [(Level::Step, step), (Level::Job, &job.aws)] {
        if let Some(named) = aws.credentials(level, &job.source)? {
            aws.check_key(level, name, &job.source)?;
            let (system, _) = basis.authority();
            let system = system.aws.credentials(Level::System, &system.source)?;
            return Ok(allowed(basis, plugin, StepCredentials::of_level(level, named, system)?)?);
        }
    }
    let (system, project) = basis.authority();
    Ok(allowed(basis, plugin, credentials_below_jobs(system, project)?)?)
}

/// The credentials of a job that names none.
///
/// # Errors
/// When they contradict each other or are incomplete.
pub fn credentials_below_jobs(
    system: &Settings,
    project: Option<&Settings>,
) -> Result<StepCredentials, CredentialsError> {
    let own = system.aws.credentials(Level::System, &system.source)?;
    let named = match project {
        Some(project) => project.aws.credentials(Level::Project, &project.source)?,
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
        check_allowed(basis.authority().0, &credentials)?;
    }
    Ok(credentials)
}

/// Checks that the system allows the credentials.
///
/// # Errors
/// When it does not allow them.
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

fn plugin<'a>(scoped: &ScopedJob<'a>, step: &StepId, uses: &Spanned<PluginName>) -> Result<&'a Plugin, PlanError> {
    let (name, step) = (uses.get_ref(), step.clone());
    let place = scoped.job.source.place(&uses.span());
    let Some(plugin) = scoped.basis.plugins.get(name) else {
        let known = scoped.basis.plugin_names.to_vec();
        return Err(PlanError::UnknownPlugin { place, step, plugin: name.clone(), known });
    };
    if !plugin.description.kinds.contains(&Kind::WorkflowStep) {
        return Err(PlanError::NoWorkflowStep { place, step, plugin: name.clone() });
    }
    Ok(plugin)
}

/// The region of a step's calls. The expression of a step reads what `with` of the step reads; that of the job is the
/// same for all its steps, and reads what the job begins with.
fn region(
    scoped: &ScopedJob<'_>,
    step: &StepId,
    aws: &AwsSettings<Region>,
    known: &KnownNames,
) -> Result<Option<Setting<Region>>, PlanError> {
    let (source, basis) = (&scoped.job.source, scoped.basis);
    for (known, region, from) in
        [(known, &aws.region, Level::Step), (&known.of_job(), &scoped.job.aws.region, Level::Job)]
    {
        // An expression may leave the region to the next level.
        let named = region.as_ref().map(|region| known.region(region, step, source)).transpose()?.flatten();
        if let Some(value) = named {
            let text = region.as_ref().and_then(|region| match region {
                Region::Computed(text) => Some(source.place(&text.span())),
                Region::Named(_) => None,
            });
            check_region(scoped, step, value.name(), (from, text))?;
            return Ok(Some(Setting { value, from }));
        }
    }
    let named = region_below_jobs(basis.system, basis.project);
    if let Some(Setting { value, from }) = &named {
        check_region(scoped, step, Some(value), (*from, None))?;
    }
    Ok(named.map(Setting::into))
}

/// Checks that there is such a region, as far as the models of AWS know.
fn check_region(
    scoped: &ScopedJob<'_>,
    step: &StepId,
    region: Option<&RegionName>,
    (from, place): (Level, Option<Place>),
) -> Result<(), PlanError> {
    let Some(region) = region else { return Ok(()) };
    let known = scoped.basis.operations.regions();
    if known.is_empty() || known.iter().any(|known| known == region.as_str()) {
        return Ok(());
    }
    let nearest = nearest(region.as_str(), known.iter().map(String::as_str)).map(str::to_owned);
    // Each word of the name of a new region is one that others have, except perhaps its country.
    let words = |name: &str| -> Vec<String> { name.split('-').skip(1).map(str::to_owned).collect() };
    let of_others: BTreeSet<String> = known.iter().flat_map(|known| words(known)).collect();
    let own = words(region.as_str());
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let may_be_new = own.last().is_some_and(is_number)
        && own.len() > 1
        && own.iter().all(|word| is_number(word) || of_others.contains(word));
    if may_be_new {
        let warning = PlanWarning::unknown_region(step, region.as_str(), nearest.as_deref(), place.as_ref());
        let mut warnings = scoped.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
        return Ok(());
    }
    let error = PlanError::UnknownRegion { step: step.clone(), region: region.clone(), nearest, from, place };
    if scoped.errors.leaves_to_step(&error) { Ok(()) } else { Err(error) }
}

/// The region of a job that names none.
pub fn region_below_jobs(system: &Settings, project: Option<&Project>) -> Option<Setting<RegionName>> {
    let levels = [(Level::Project, project.map(|project| &project.settings.aws)), (Level::System, Some(&system.aws))];
    levels.into_iter().find_map(|(from, aws)| Some(Setting { value: aws?.region.clone()?, from }))
}
