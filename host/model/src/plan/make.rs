//! Makes the plan of a job, or refuses the job.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value as Json;
use toml::Spanned;

use super::basis::{Basis, MOST_STEPS, ScopedJob};
use super::call::{ForRequest, call_of, plan_call};
use super::error::{FoundErrors, PlanError};
use super::given_names::given_names;
use super::names::{CheckedTable, KnownNames, ValueType};
use super::operation::{KnownRequest, OperationKeys, PlannedOperation};
use super::options::Options;
use super::order::order;
use super::secret::{GivenTable, HeldSecrets, step_secrets};
use super::warning::PlanWarning;
use super::{Capture, ErrorStep, ForEach, JobOptions, Plan, PlannedStep, Work};
use super::{concurrency, repeat, requests};
use crate::error::nearest;
use crate::expression::{BlankEntry, Evaluated, PlanWork};
use crate::failure::FailureCode;
use crate::file::DurationText;
use crate::id::{Identifier, ON_ERROR, StepId};
use crate::job::{Chosen, Job, OnError, OnUncertain, Retry, Step, Uses};
use crate::pattern;
use crate::plugin::{Origin, Plugin};
use crate::region::Region;
use crate::schema::Schema;
use crate::settings::{AwsSettings, Level, Setting, directories, limits};
use crate::source::Place;
use crate::value::Value;

/// The default timeout of a step: long enough for every wait on AWS, short enough to notice a stuck step.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// The default timeout of a step that uses a job: the steps of the job have timeouts of their own, and together they may
/// need far more than one of them.
pub const DEFAULT_JOB_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

const FOR_EACH: ValueType = ValueType { key: "for_each", expected: "a list", fits: Json::is_array };

const WHEN: ValueType = ValueType { key: "when", expected: "`true` or `false`", fits: Json::is_boolean };

const UNTIL: ValueType = ValueType { key: "until", ..WHEN };

const EXPECT: ValueType = ValueType { key: "expect", ..WHEN };

impl Plan {
    /// Makes a plan.
    ///
    /// # Errors
    /// The first of [`Self::new_or_all_errors`].
    pub fn new(basis: Basis<'_>) -> Result<Self, PlanError> {
        Self::new_or_all_errors(basis).map_err(|errors| errors.into_iter().next().unwrap_or(PlanError::ReservedName))
    }

    /// Makes a plan.
    ///
    /// # Errors
    /// Every reason why the job cannot be run, up to [`MOST_MISTAKES`](crate::file::MOST_MISTAKES): wrong options, unknown plugins, configuration
    /// that a plugin refuses, unknown names in expressions. Actions that are not granted are told when all else is right.
    pub fn new_or_all_errors(basis: Basis<'_>) -> Result<Self, Vec<PlanError>> {
        let errors = FoundErrors::new(basis.authority.is_some());
        match Self::make(basis, &errors) {
            Ok(plan) if errors.is_empty() => Ok(plan),
            Ok(_) => Err(errors.take()),
            Err(error) => {
                errors.add(error);
                Err(errors.take())
            }
        }
    }

    fn make(basis: Basis<'_>, errors: &FoundErrors) -> Result<Self, PlanError> {
        let job = basis.job;
        let exports = Rc::new(exports(basis));
        let (system, project) = basis.authority();
        let limits = limits(system, project)?;
        let directories = directories(system, project)?;
        let path = vec![&job.name];
        let (room, denied) = (Cell::new(MOST_STEPS), RefCell::default());
        let warnings = Rc::<RefCell<Vec<PlanWarning>>>::default();
        let scoped = ScopedJob {
            basis,
            job,
            path,
            limits,
            directories,
            exports,
            work: PlanWork::default(),
            on_uncertain: job.on_uncertain.unwrap_or_default(),
            held: HeldSecrets::default(),
            room: &room,
            patterns: &RefCell::default(),
            denied: &denied,
            errors: errors.clone(),
            warnings: Rc::clone(&warnings),
            now: Timestamp::now(),
        };
        let options = Options::choose(basis, &scoped.work, errors)?;
        let mut plan = Self::of(scoped, options)?;
        plan.warnings = warnings.take();
        match denied.into_inner() {
            _ if !errors.is_empty() => Ok(plan),
            denied if denied.is_empty() => Ok(plan),
            denied if basis.project.is_none() => Err(PlanError::Denied(Box::new(denied.without_project(job)))),
            denied => Err(PlanError::Denied(Box::new(denied))),
        }
    }

    fn of(scoped: ScopedJob<'_>, mut options: Options) -> Result<Self, PlanError> {
        let scoped = &ScopedJob { held: std::mem::take(&mut options.held), ..scoped };
        let (basis, job) = (scoped.basis, scoped.job);
        let project = basis.project.map(|project| project.name.as_str());
        let locals = Arc::new(job.locals.clone());
        let known = KnownNames::new(scoped, &options, &locals);
        let timeout = job.timeout.as_ref().and_then(|timeout| known.choose(timeout, "timeout", &job.source));
        let concurrency = concurrency::plan(scoped, &known);
        let (steps, known) = plan_all(scoped, &job.steps, known, false)?;
        let (finally, known) = plan_all(scoped, &job.finally, known.of_finally(), true)?;
        let known = known.of_outputs();
        job.locals.values().for_each(|value| known.check_local(value, &job.source));
        for value in job.outputs.values() {
            known.check_value(value, &job.source);
        }
        Ok(Self {
            job: job.name.clone(),
            is_used: scoped.path.len() > 1,
            description: job.description.clone(),
            docs: job.docs.clone(),
            source: job.source.clone(),
            project: project.map(str::to_owned),
            project_file: basis.project.map(|project| project.settings.source.name.clone()),
            declared: job.options.clone(),
            options: options.values,
            secrets: options.secrets,
            timeout: timeout.map(|timeout| timeout.0),
            locals,
            concurrency,
            keep_going: job.keep_going,
            steps,
            finally,
            outputs: job.outputs.clone(),
            warnings: Vec::new(),
        })
    }
}

/// The names that the steps of all jobs export.
fn exports(basis: Basis<'_>) -> BTreeSet<String> {
    let jobs = std::iter::once(basis.job).chain(basis.jobs.values());
    jobs.flat_map(Job::all_steps).flat_map(|step| step.export.keys()).map(|name| name.as_str().to_owned()).collect()
}

/// Plans the steps of one list. Each planned step adds to the names that later steps may read.
fn plan_all<'a>(
    scoped: &ScopedJob<'a>,
    steps: &'a [Step],
    known: KnownNames,
    finally: bool,
) -> Result<(Vec<PlannedStep>, KnownNames), PlanError> {
    let (needs, sorted) = order(steps, &scoped.job.source)?;
    let mut planned: Vec<(usize, PlannedStep)> = Vec::new();
    for at in sorted {
        let (Some(step), Some(needs)) = (steps.get(at), needs.get(at)) else { continue };
        let own = known.of_step(step, needs);
        match scoped.errors.keep(plan_step(scoped, step, &own)) {
            Some(step) => {
                let step = PlannedStep { needs: needs.clone(), finally, ..step };
                known.add_step(&step, own);
                planned.push((at, step));
            }
            None => known.add_wrong_step(step, own, &scoped.job.capture),
        }
    }
    planned.sort_by_key(|(at, _)| *at);
    Ok((planned.into_iter().map(|(_, step)| step).collect(), known))
}

fn plan_step<'a>(scoped: &ScopedJob<'a>, step: &'a Step, known: &KnownNames) -> Result<PlannedStep, PlanError> {
    let source = &scoped.job.source;
    let part = CommonKeys {
        id: step.id.get_ref().clone(),
        description: &step.description,
        uses: &step.uses,
        with: step.with.as_ref(),
        timeout: step.timeout.as_ref(),
        aws: &step.aws,
        for_each: step.for_each.as_ref(),
        operation: OperationKeys { step: Some(step) },
        place: source.place(&step.id.span()),
    };
    // `for_each` comes before `when` in a run.
    if let Some(for_each) = &step.for_each {
        known.without_item().check_type(for_each, source, FOR_EACH);
    }
    let known = &match &step.when {
        Some(when) => known.guarded_by(when, known.check_type(when, source, WHEN).as_ref()),
        None => known.clone(),
    };
    let planned = part.plan(scoped, known);
    if let Ok(planned) = &planned {
        scoped.errors.keep(repeat::check(step, planned, source));
    }
    let with_outputs = known.with_outputs(planned.as_ref().ok());
    for (condition, of_key) in [(&step.until, UNTIL), (&step.expect, EXPECT)] {
        if let Some(condition) = condition {
            with_outputs.check_type(condition, source, of_key);
        }
    }
    step.export.values().for_each(|value| with_outputs.check_value(value, source));
    let on_error = step.on_error.as_ref().map(|handler| plan_handler(scoped, step, handler, known));
    let planned = match (planned, on_error) {
        (Ok(planned), None) => planned,
        (Ok(planned), Some(on_error)) => PlannedStep { on_error: Some(on_error?), ..planned },
        (Err(error), on_error) => {
            scoped.errors.keep(Err::<(), _>(error));
            return on_error.unwrap_or(Err(PlanError::ReservedName)).and(Err(PlanError::ReservedName));
        }
    };
    let retry = step.retry.as_ref().or_else(|| scoped.default_of(&planned, &scoped.job.defaults.retry));
    check_retry(scoped, &planned, retry);
    Ok(PlannedStep {
        docs: step.docs.clone(),
        when: step.when.clone(),
        for_each: step.for_each.as_ref().map(|list| ForEach {
            list: list.clone(),
            concurrency: step
                .concurrency
                .as_ref()
                .and_then(|limit| known.choose(limit, "concurrency", source))
                .map_or(1, |limit| limit.0 as usize),
        }),
        until: step.until.clone(),
        every: step.every.as_ref().map(|every| every.get_ref().0),
        expect: step.expect.clone(),
        retry: retry.map(|retry| retry.get_ref().clone()),
        on_uncertain: on_uncertain(scoped, step),
        captures: if planned.call().is_some() { captures(scoped, step) } else { Vec::new() },
        exports: step.export.clone(),
        ..planned
    })
}

/// Checks the codes of `retry.on`: the host, or a plugin of the step, has to fail with them.
fn check_retry(scoped: &ScopedJob<'_>, planned: &PlannedStep, retry: Option<&Spanned<Retry>>) {
    let Some((retry, codes)) = retry.and_then(|retry| Some((retry, retry.get_ref().on.as_ref()?))) else { return };
    let plugins: Vec<&Plugin> = match &planned.work {
        Work::Plugin(call) => vec![&call.plugin],
        Work::Job(plan) => plan.plugin_calls().into_iter().map(|(_, _, call)| &call.plugin).collect(),
    };
    let own = || plugins.iter().flat_map(|plugin| &plugin.description.extra.failures).map(|own| own.code.as_str());
    let is_known = |code: &&String| {
        FailureCode::ALL.iter().any(|known| known.as_str() == *code) || own().any(|known| known == *code)
    };
    for code in codes.iter().filter(|code| !is_known(code)) {
        let known = own().chain(FailureCode::ALL.iter().map(|code| code.as_str()));
        let nearest = nearest(code, known).map(str::to_owned);
        let (step, place) = (planned.id.clone(), scoped.job.source.place(&retry.span()));
        // A plugin that does not ship with the host may fail with codes that it does not state.
        let is_certain = plugins.iter().all(|plugin| matches!(plugin.origin, Origin::Shipped | Origin::Operation));
        if is_certain {
            scoped.errors.add(PlanError::UnknownCode { step, code: code.clone(), nearest, place });
        } else {
            scoped.warnings.borrow_mut().push(PlanWarning::unknown_code(&step, code, nearest.as_deref(), &place));
        }
    }
}

/// The captures of a step that uses a plugin: its own, and those of the job that it does not redefine.
fn captures(scoped: &ScopedJob<'_>, step: &Step) -> Vec<Capture> {
    let own = &step.capture;
    let all = scoped.job.capture.iter().filter(|(name, _)| !own.contains_key(*name)).chain(own);
    // `Job::read` has refused every text that is not a regular expression.
    let pattern = |text: &Spanned<String>| {
        let mut patterns = scoped.patterns.borrow_mut();
        if let Some(known) = patterns.get(text.get_ref()) {
            return Some(known.clone());
        }
        let pattern = (pattern::compile(text.get_ref()).ok()?, pattern::size(text.get_ref()));
        patterns.insert(text.get_ref().clone(), pattern.clone());
        Some(pattern)
    };
    let capture = |(name, text): (&Identifier, _)| {
        let (pattern, size) = pattern(text)?;
        Some(Capture { name: name.to_string(), pattern, size })
    };
    all.filter_map(capture).collect()
}

fn plan_handler<'a>(
    scoped: &ScopedJob<'a>,
    step: &Step,
    handler: &'a OnError,
    known: &KnownNames,
) -> Result<ErrorStep, PlanError> {
    // The id is valid, but `Job::read` refuses it in a file.
    let Ok(id) = ON_ERROR.parse::<StepId>() else { return Err(PlanError::ReservedName) };
    let own_settings = handler.aws != AwsSettings::default();
    let is_job = matches!(handler.uses.get_ref(), Uses::Job(_));
    let part = CommonKeys {
        id,
        description: &handler.description,
        uses: &handler.uses,
        with: handler.with.as_ref(),
        timeout: handler.timeout.as_ref(),
        // A used job has settings of its own, and takes none from a step.
        aws: if own_settings || is_job { &handler.aws } else { &step.aws },
        for_each: step.for_each.as_ref(),
        operation: OperationKeys { step: None },
        place: scoped.job.source.place(&handler.uses.span()),
    };
    let planned = part.plan(scoped, &known.of_handler())?;
    let on_uncertain = on_uncertain(scoped, step);
    Ok(ErrorStep { step: Box::new(PlannedStep { on_uncertain, ..planned }), clears: handler.clears })
}

fn on_uncertain(scoped: &ScopedJob<'_>, step: &Step) -> OnUncertain {
    step.on_uncertain.as_ref().map_or(scoped.on_uncertain, |choice| *choice.get_ref())
}

/// The keys that a step and an error handler have in common.
struct CommonKeys<'a, 'b> {
    id: StepId,
    description: &'b str,
    uses: &'a Spanned<Uses>,
    with: Option<&'b Spanned<Value>>,
    timeout: Option<&'b Chosen<DurationText>>,
    aws: &'b AwsSettings<Region>,
    /// The list whose `item` it can read.
    for_each: Option<&'b Spanned<Value>>,
    /// The keys of a step that uses an operation.
    operation: OperationKeys<'b>,
    place: Place,
}

impl<'a> CommonKeys<'a, '_> {
    fn plan(self, scoped: &ScopedJob<'a>, known: &KnownNames) -> Result<PlannedStep, PlanError> {
        let source = &scoped.job.source;
        scoped.add_step(self.uses.span())?;
        let with = self.with.cloned().unwrap_or_else(|| Spanned::new(self.uses.span(), Value::default()));
        if !matches!(with.get_ref(), Value::Table(_)) {
            return Err(PlanError::ConfigNotATable { place: source.place(&with.span()), step: self.id });
        }
        let CheckedTable { mut evaluated, mut open, clock } = known.check_table(&with, source);
        if matches!(self.uses.get_ref(), Uses::Job(_)) {
            // The plan of the used job shows no time that the run replaces.
            open.extend(clock.iter().cloned());
        }
        let planned_call = match self.uses.get_ref() {
            Uses::Plugin(name) => {
                let name = Spanned::new(self.uses.span(), name.clone());
                let call = plan_call(scoped, &self.id, &name, self.aws, known, with.get_ref())?;
                evaluated.leave_out(Some(&call.plugin.description.config_schema));
                Some(call)
            }
            Uses::Operation(_) | Uses::Job(_) => {
                evaluated.leave_out(None);
                None
            }
        };
        let Evaluated { value: config, blank, .. } = evaluated;
        let (locals, for_each) = (&scoped.job.locals, self.for_each);
        let given = GivenTable { step: &self.id, with: &with, locals, for_each, config: &config, open: &open };
        let work = match self.uses.get_ref() {
            Uses::Plugin(_) => {
                let Some(mut call) = planned_call else { return Err(PlanError::ReservedName) };
                call.secrets = step_secrets(scoped, given, &call)?;
                let (planned, denied) = requests::check(&call, given, source)?;
                scoped.denied.borrow_mut().add_requests(&self.id, denied);
                call.requests = planned;
                Work::Plugin(Box::new(call))
            }
            Uses::Operation(name) => {
                let uses = Spanned::new(self.uses.span(), name);
                let request = KnownRequest { value: &config, has_open: !open.is_empty() };
                let (operation, planned) = self.operation.plan(scoped, &self.id, &uses, request)?;
                let PlannedOperation { plugin, role } = planned;
                let mut call = call_of(scoped, &self.id, plugin, self.aws, known, ForRequest::passing(role.as_ref()))?;
                call.operation = Some(operation);
                call.secrets = step_secrets(scoped, given, &call)?;
                if !call.secrets.is_empty() {
                    // The answer could repeat the secret, and the host withholds it.
                    self.operation.check_withheld(scoped, &self.id)?;
                    call.plugin.description.outputs_schema = Schema::without_properties();
                }
                Work::Plugin(Box::new(call))
            }
            Uses::Job(_) => Work::Job(Box::new(self.sub_job(scoped, given, (&blank, known.options()))?)),
        };
        let timeout = self.timeout(&work, scoped, known);
        let mut planned = PlannedStep {
            id: self.id,
            description: self.description.to_owned(),
            docs: String::new(),
            needs: Vec::new(),
            finally: false,
            when: None,
            for_each: None,
            until: None,
            every: None,
            expect: None,
            timeout,
            retry: None,
            on_error: None,
            on_uncertain: scoped.on_uncertain,
            captures: Vec::new(),
            exports: BTreeMap::new(),
            with,
            work,
            place: self.place,
        };
        planned.charge(&config, &scoped.work, source)?;
        planned
            .check(&config, &open, &blank, (known.options(), source))
            .into_iter()
            .for_each(|error| scoped.errors.add(error));
        if let Work::Plugin(call) = &mut planned.work {
            call.names = given_names(scoped, planned.with.get_ref(), &config);
            call.config = (open.is_empty() && clock.is_empty()).then_some(config);
        }
        Ok(planned)
    }

    /// The timeout of the step, or of the job that it uses, or the default.
    fn timeout(&self, work: &Work, scoped: &ScopedJob<'_>, known: &KnownNames) -> Setting<Duration> {
        let source = &scoped.job.source;
        let choose = |chosen: &Chosen<DurationText>, from| {
            let value = known.choose(chosen, "timeout", source)?.0;
            Some(Setting { value, from })
        };
        let of_defaults = match work {
            Work::Plugin(_) => scoped.job.defaults.timeout.as_ref(),
            Work::Job(_) => None,
        };
        let own = self.timeout.and_then(|timeout| choose(timeout, Level::Step));
        let own = own.or_else(|| choose(of_defaults?, Level::Job));
        let default = |value| Setting { value, from: Level::Default };
        own.unwrap_or_else(|| match work {
            Work::Plugin(_) => default(DEFAULT_TIMEOUT),
            Work::Job(plan) => {
                plan.timeout.map_or_else(|| default(DEFAULT_JOB_TIMEOUT), |value| Setting { value, from: Level::Job })
            }
        })
    }

    fn sub_job(
        &self,
        scoped: &ScopedJob<'a>,
        given: GivenTable<'_>,
        blank: (&[BlankEntry], JobOptions<'_>),
    ) -> Result<Plan, PlanError> {
        let Uses::Job(job) = self.uses.get_ref() else { return Err(PlanError::ReservedName) };
        let sub = scoped.sub_job(&self.id, job, self.uses.span())?;
        let options = Options::of_sub_job(&sub, scoped, given, blank)?;
        Plan::of(sub, options)
    }
}
