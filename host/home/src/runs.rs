//! The runs that the journal holds: finding, resuming, cancelling and removing them.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value as Json;
use stepwell_engine::snapshot::{Given, Snapshot, SnapshotError};
use stepwell_engine::{Engine, EngineError, Observer, Watch};
use stepwell_model::event::{Decision, Event, What};
use stepwell_model::id::{KeyPath, OptionName, StepPath};
use stepwell_model::job::{Job, JobOption};
use stepwell_model::journal::JournalError;
use stepwell_model::report::{Report, Status};
use stepwell_model::run_store::{
    ClaimError, Claimed, DecideError, Holder, OperatorDecision, Prune, Pruned, RunFilter, RunInfo, RunMatch, RunReader,
    RunRecord, RunState,
};
use stepwell_model::source::Source;
use toml::Spanned;

use crate::error::HomeError;
use crate::operator;
use crate::plan::JobRequest;
use crate::rerun::RerunError;
use crate::resources::Resources;

/// How long a command waits until the process that executes a run has noticed what an operator asks.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it looks.
const POLL: Duration = Duration::from_millis(50);

/// The runs of a `STEPWELL_HOME`. Reading them creates no journal.
pub struct Runs(pub(crate) Arc<Resources>);

impl Runs {
    /// Lists runs, the newest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn list(&self, filter: &RunFilter) -> Result<Vec<RunInfo>, HomeError> {
        self.0.reader()?.map_or_else(|| Ok(Vec::new()), |reader| Ok(reader.list(filter)?))
    }

    /// Finds the run whose id is, or begins with, this text.
    ///
    /// # Errors
    /// When no run or several runs match, or the journal cannot be read.
    pub fn find(&self, text: &str) -> Result<StoredRun, HomeError> {
        let no_run = || HomeError::NoRun { text: text.to_owned() };
        let reader = self.0.reader()?.ok_or_else(no_run)?;
        match reader.find(text)? {
            RunMatch::One(record) => Ok(StoredRun { info: record.info, reader, resources: Arc::clone(&self.0) }),
            RunMatch::Ambiguous(known) => Err(HomeError::AmbiguousRun { text: text.to_owned(), known }),
            RunMatch::Unknown => Err(no_run()),
        }
    }

    /// How many runs a removal would remove by now.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn prunable(&self, prune: &Prune) -> Result<u64, HomeError> {
        self.0.reader()?.map_or(Ok(0), |reader| Ok(reader.prunable(prune)?))
    }

    /// Removes ended runs with all their records.
    ///
    /// # Errors
    /// When the journal cannot be changed.
    pub async fn prune(&self, prune: &Prune) -> Result<Pruned, HomeError> {
        match self.0.reader()? {
            Some(_) => Ok(self.0.store().await?.prune(prune).await?),
            None => Ok(Pruned::default()),
        }
    }
}

/// A run in the journal.
pub struct StoredRun {
    /// The run as it was when it was found.
    pub info: RunInfo,
    reader: Arc<dyn RunReader>,
    resources: Arc<Resources>,
}

/// What the operator decides about the uncertain steps of a run.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// Steps whose last call is made again.
    pub retry: Vec<StepPath>,
    /// Steps that count as skipped.
    pub skip: Vec<StepPath>,
    /// Whether all uncertain steps fail.
    pub fail: bool,
}

/// The error of a run whose record has another form than this host writes.
pub(crate) fn unreadable(error: SnapshotError) -> HomeError {
    EngineError::Refused { failure: Box::new(stepwell_engine::refusal(&error)) }.into()
}

/// What a run was started with, for people.
#[derive(Debug, Clone)]
pub struct StartedWith {
    /// The job file, as it was named, and its absolute path where that is known.
    pub file: String,
    /// The project.
    pub project: Option<String>,
    /// The options with their values. A secret has the path of its key, or none when it was typed.
    pub options: Vec<(String, ShownOption)>,
}

/// The value of an option, for people.
#[derive(Debug, Clone, PartialEq)]
pub enum ShownOption {
    /// The values that the operator gave.
    Given(Vec<String>),
    /// The default of the job.
    Default(Json),
    /// A secret of key storage.
    Key(String),
    /// A secret that the operator typed.
    Typed,
    /// None was given, and the job has no default.
    Nothing,
}

impl StoredRun {
    /// The run with everything that the journal keeps of it besides its records.
    ///
    /// # Errors
    /// When the journal cannot be read, or the run has been removed.
    pub fn record(&self) -> Result<RunRecord, HomeError> {
        let record = self.reader.run(&self.info.id)?;
        record.ok_or_else(|| HomeError::NoRun { text: self.info.id.to_string() })
    }

    /// Where the run stands by now; none when it has been removed.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn info_now(&self) -> Result<Option<RunInfo>, HomeError> {
        Ok(self.reader.run(&self.info.id)?.map(|record| record.info))
    }

    /// The request to plan the job of this run again: its file as it is now, and the options of the run. Secrets that were
    /// typed are asked for again.
    ///
    /// # Errors
    /// When the run has no job file, or the journal cannot be read.
    pub fn request(&self) -> Result<JobRequest, HomeError> {
        let record = self.record()?;
        let snapshot = Snapshot::read(&record.snapshot).map_err(unreadable)?;
        let Given { options, .. } = Given::read(&record.given).map_err(unreadable)?;
        let file = job_file(&snapshot).ok_or_else(|| RerunError::NoFile { run: self.info.id.clone() })?;
        let project = snapshot.project.map(|project| project.directory);
        Ok(JobRequest { file, options, project, complete: true })
    }

    /// What the run was started with.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn started_with(&self) -> Result<StartedWith, HomeError> {
        let record = self.record()?;
        let snapshot = Snapshot::read(&record.snapshot).map_err(unreadable)?;
        let Given { options: given, .. } = Given::read(&record.given).map_err(unreadable)?;
        let file = job_file(&snapshot).map_or_else(|| snapshot.job.name.clone(), |path| path.display().to_string());
        let job = Job::read(Source::new(snapshot.job.name, snapshot.job.text))?;
        let shown = |(name, option): (&OptionName, &Spanned<JobOption>)| {
            let (given, option) = (given.get(name.as_str()), option.get_ref());
            let shown = match (given, option.secret, &option.key, &option.default) {
                (Some(given), true, ..) => match given.iter().find_map(|path| path.parse::<KeyPath>().ok()) {
                    Some(path) => ShownOption::Key(path.to_string()),
                    None => ShownOption::Typed,
                },
                (None, true, Some(key), _) => ShownOption::Key(key.get_ref().to_string()),
                (None, true, None, _) if option.required => ShownOption::Typed,
                (Some(given), false, ..) => ShownOption::Given(given.clone()),
                (None, false, _, Some(default)) => ShownOption::Default(default.get_ref().literal()),
                (None, ..) => ShownOption::Nothing,
            };
            (name.to_string(), shown)
        };
        Ok(StartedWith { file, project: record.info.project, options: job.options.iter().map(shown).collect() })
    }

    /// The records after number `after`.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn events(&self, after: u64) -> Result<Vec<Event>, HomeError> {
        Ok(self.reader.events(self.info.key, after)?)
    }

    /// The report of everything that has happened so far.
    ///
    /// # Errors
    /// When the journal cannot be read, or its records do not fit together.
    pub fn report(&self) -> Result<Report, HomeError> {
        self.report_of(&self.events(0)?)
    }

    pub(crate) fn report_of(&self, events: &[Event]) -> Result<Report, HomeError> {
        let report = Report::of(events).map_err(JournalError::from)?;
        Ok(report.ok_or_else(|| EngineError::Inconsistent { missing: "its start".to_owned() })?)
    }

    /// The state by now. A run that has been removed has ended.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn state(&self) -> Result<RunState, HomeError> {
        Ok(self.reader.run(&self.info.id)?.map_or(RunState::Ended, |record| record.info.state))
    }

    /// Checks decisions against the steps that are uncertain, and gives one for each step.
    ///
    /// # Errors
    /// When a step is not uncertain, or has two decisions.
    pub fn decide(&self, decisions: &Decisions) -> Result<Vec<OperatorDecision>, HomeError> {
        let was_held = self.is_held()?;
        let mut report = self.report()?;
        // The calls that are in flight in another process are not uncertain.
        if !was_held && !self.is_held()? {
            let resumed = Event { seq: report.last_seq + 1, at: Timestamp::now(), what: What::RunResumed };
            // A run that has ended accepts no record. The claim reports that later.
            drop(report.apply(&resumed));
        }
        let calls = report.steps.iter().filter(|step| step.status == Status::Uncertain);
        let calls = calls.filter_map(|step| Some((&step.id, (step.attempt, step.uncertain_call()?.call.number))));
        let calls: BTreeMap<_, _> = calls.collect();
        let retried = decisions.retry.iter().map(|step| (step, Decision::Retry));
        let skipped = decisions.skip.iter().map(|step| (step, Decision::Skip));
        let failed = calls.keys().filter(|_| decisions.fail).map(|step| (*step, Decision::Fail));
        let (by, at) = (operator::name(), Timestamp::now());
        let mut by_step = BTreeMap::<&StepPath, OperatorDecision>::new();
        for (step, decision) in retried.chain(skipped).chain(failed) {
            let Some((attempt, call)) = calls.get(step).copied() else {
                return Err(self.not_uncertain(step, calls.into_keys().cloned().collect()));
            };
            let new = OperatorDecision { step: step.clone(), attempt, call, decision, by: by.clone(), at };
            if by_step.insert(step, new).is_some_and(|other| other.decision != decision) {
                return Err(HomeError::DecidedTwice { step: step.clone() });
            }
        }
        Ok(by_step.into_values().collect())
    }

    fn is_held(&self) -> Result<bool, HomeError> {
        Ok(self.reader.run(&self.info.id)?.is_some_and(|record| record.info.held_by.is_some()))
    }

    /// Why a step takes no decision: another operator may have been faster.
    fn not_uncertain(&self, step: &StepPath, uncertain: Vec<StepPath>) -> HomeError {
        match self.reader.decision(self.info.key, step) {
            Ok(Some(earlier)) => DecideError::Decided { id: self.info.id.clone(), earlier: Box::new(earlier) }.into(),
            Ok(None) => HomeError::NotUncertain { step: step.clone(), uncertain },
            Err(error) => error.into(),
        }
    }

    /// Leaves decisions in the journal, and claims the run for this process. A process that executes the run already
    /// applies the decisions instead: this waits for it for some seconds.
    ///
    /// # Errors
    /// When the run has ended, when an operator has decided before, or when another process executes the run and there
    /// is no decision to leave for it.
    pub async fn resume(&self, decisions: &[OperatorDecision]) -> Result<Resumption, HomeError> {
        let engine = self.resources.engine().await?.clone();
        if decisions.is_empty() {
            let claimed = engine.store().claim(&self.info.id).await?;
            return Ok(Resumption::Here(ClaimedRun { engine, claimed }));
        }
        let known = self.report()?.last_seq;
        engine.store().decide(&self.info.id, decisions).await?;
        let patience = Instant::now() + PATIENCE;
        loop {
            let holder = match engine.store().claim(&self.info.id).await {
                Ok(claimed) => return Ok(Resumption::Here(ClaimedRun { engine, claimed })),
                Err(ClaimError::Held { holder, .. }) => Some(holder),
                // The holder has applied the decisions, and the run has ended.
                Err(ClaimError::Ended { .. }) if self.has_recorded(decisions, known)? => None,
                Err(error) => return Err(error.into()),
            };
            let is_recorded = self.has_recorded(decisions, known)?;
            if is_recorded || holder.is_none() || Instant::now() > patience {
                return Ok(Resumption::There { holder, is_recorded });
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Whether the run has a record of all these decisions behind this one.
    fn has_recorded(&self, decisions: &[OperatorDecision], after: u64) -> Result<bool, HomeError> {
        let events = self.events(after)?;
        let has = |decision: &OperatorDecision| {
            events.iter().any(|event| matches!(&event.what, What::StepDecided { step, .. } if *step == decision.step))
        };
        Ok(decisions.iter().all(has))
    }

    /// Claims the run for this process.
    ///
    /// # Errors
    /// When the run has ended, or another process executes it.
    pub async fn claim(&self) -> Result<ClaimedRun, HomeError> {
        let engine = self.resources.engine().await?.clone();
        let claimed = engine.store().claim(&self.info.id).await?;
        Ok(ClaimedRun { engine, claimed })
    }

    /// Resumes the run in a process of its own.
    ///
    /// # Errors
    /// When the run has ended, another process executes it, or no process can be started.
    pub fn resume_detached(&self) -> Result<(), HomeError> {
        let id = self.info.id.clone();
        match (self.info.state, &self.info.held_by) {
            (RunState::Ended, _) => Err(ClaimError::Ended { id }.into()),
            (_, Some(holder)) => Err(ClaimError::Held { id, holder: holder.clone() }.into()),
            (_, None) => self.resources.detached(&id)?.start(),
        }
    }

    /// Requests the run to be cancelled, and claims it when no process executes it. Waits some seconds until the process
    /// that does has noticed the request, because it may be giving the run up at this moment. `force` also ends the
    /// clean-up of the run; without it, a run that is being cancelled goes on with that.
    ///
    /// # Errors
    /// When the run has ended, or the journal cannot be changed.
    pub async fn cancel(&self, force: bool) -> Result<Cancellation, HomeError> {
        let known = self.report()?;
        let asked = self.resources.store().await?.request_cancel(&self.info.id, force).await?;
        let Some(mut holder) = asked.held_by else { return self.cancel_here().await };
        let is_known = if force { known.forced } else { known.cancel_requested() };
        if is_known {
            return Ok(Cancellation::Already(holder));
        }
        let is_noticed = || -> Result<bool, HomeError> {
            let is_it =
                |event: &Event| matches!(event.what, What::CancelRequested { force: noticed } if noticed || !force);
            Ok(self.events(known.last_seq)?.iter().any(is_it))
        };
        let patience = Instant::now() + PATIENCE;
        while Instant::now() < patience && !is_noticed()? {
            match self.reader.run(&self.info.id)?.map(|record| (record.info.state, record.info.held_by)) {
                Some((RunState::Open | RunState::Paused, Some(now))) => holder = now,
                Some((RunState::Open | RunState::Paused, None)) => return self.cancel_here().await,
                Some((RunState::Ended, _)) | None => break,
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(Cancellation::There(Some(holder)))
    }

    /// Claims a run that is to be cancelled. Another process may be faster, and finds the request in the journal.
    pub(crate) async fn cancel_here(&self) -> Result<Cancellation, HomeError> {
        match self.claim().await {
            Ok(claimed) => Ok(Cancellation::Here(claimed)),
            Err(HomeError::Claim(ClaimError::Held { holder, .. })) => Ok(Cancellation::There(Some(holder))),
            Err(HomeError::Claim(ClaimError::Ended { .. })) => Ok(Cancellation::There(None)),
            Err(error) => Err(error),
        }
    }
}

/// Where a run is cancelled.
pub enum Cancellation {
    /// In this process.
    Here(ClaimedRun),
    /// In the process that executes it; none when the run has ended meanwhile.
    There(Option<Holder>),
    /// In the process that executes it, which was asked for the same before.
    Already(Holder),
}

/// Where a run is resumed.
pub enum Resumption {
    /// In this process.
    Here(ClaimedRun),
    /// In the process that executes it already.
    There {
        /// That process; none when the run has ended meanwhile.
        holder: Option<Holder>,
        /// Whether the run has a record of the decisions. Otherwise they are in the journal for it.
        is_recorded: bool,
    },
}

/// A run that this process holds and does not execute yet.
pub struct ClaimedRun {
    engine: Engine,
    claimed: Claimed,
}

impl ClaimedRun {
    /// The engine that will drive the run.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Resumes the run. `observer` sees every new record.
    pub fn resume(self, observer: Observer) -> Watch {
        self.engine.take(self.claimed, Some(observer))
    }

    /// Resumes the run only to cancel it. `force` also ends its clean-up.
    pub fn cancel(self, observer: Observer, force: bool) -> Watch {
        let engine = self.engine.clone();
        let watch = self.resume(observer);
        engine.cancel(watch.run, force);
        watch
    }
}

/// The path of the job file of a run; none when it had no file.
fn job_file(snapshot: &Snapshot) -> Option<PathBuf> {
    let named: PathBuf = Path::new(&snapshot.job.name).components().filter(|part| *part != Component::CurDir).collect();
    snapshot.job_files.iter().find(|path| path.ends_with(&named)).cloned()
}
