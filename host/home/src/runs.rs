//! The runs that the journal holds: finding, resuming, cancelling and removing them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use stepwell_engine::{Engine, EngineError, Observer, Watch};
use stepwell_model::event::{Decision, Event, What};
use stepwell_model::id::StepPath;
use stepwell_model::journal::JournalError;
use stepwell_model::report::{Report, Status};
use stepwell_model::run_store::{
    ClaimError, Claimed, Holder, Prune, Pruned, RunFilter, RunInfo, RunMatch, RunReader, RunState,
};

use crate::error::HomeError;
use crate::resources::Resources;

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

impl StoredRun {
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
        let report = Report::of(&self.events(0)?).map_err(JournalError::from)?;
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
    pub fn decide(&self, decisions: &Decisions) -> Result<Vec<(StepPath, Decision)>, HomeError> {
        let mut report = self.report()?;
        let resumed = Event { seq: report.last_seq + 1, at: Timestamp::now(), what: What::RunResumed };
        // A run that has ended accepts no record. The claim reports that later.
        drop(report.apply(&resumed));
        let uncertain = report.steps.iter().filter(|step| step.status == Status::Uncertain);
        let uncertain: Vec<_> = uncertain.map(|step| step.id.clone()).collect();
        let retried = decisions.retry.iter().map(|step| (step, Decision::Retry));
        let skipped = decisions.skip.iter().map(|step| (step, Decision::Skip));
        let failed = uncertain.iter().filter(|_| decisions.fail).map(|step| (step, Decision::Fail));
        let decided: Vec<_> = retried.chain(skipped).chain(failed).collect();
        if let Some((step, _)) = decided.iter().find(|(step, _)| !uncertain.contains(step)) {
            return Err(HomeError::NotUncertain { step: (*step).clone(), uncertain });
        }
        let mut by_step = BTreeMap::new();
        for (step, decision) in decided {
            if by_step.insert(step.clone(), decision).is_some_and(|other| other != decision) {
                return Err(HomeError::DecidedTwice { step: step.clone() });
            }
        }
        Ok(by_step.into_iter().collect())
    }

    /// Claims the run for this process, to resume it with these decisions.
    ///
    /// # Errors
    /// When the run has ended, or another process executes it.
    pub async fn claim(&self, decisions: Vec<(StepPath, Decision)>) -> Result<ClaimedRun, HomeError> {
        let engine = self.resources.engine().await?.clone();
        let claimed = engine.store().claim(&self.info.id).await?;
        Ok(ClaimedRun { engine, claimed, decisions })
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

    /// Requests the run to be cancelled, and gives the process that will do so. None means that no process executes the
    /// run: the caller has to claim it and cancel it.
    ///
    /// # Errors
    /// When the run has ended, or the journal cannot be changed.
    pub async fn request_cancel(&self) -> Result<Option<Holder>, HomeError> {
        Ok(self.resources.store().await?.request_cancel(&self.info.id).await?.held_by)
    }
}

/// A run that this process holds and does not execute yet.
pub struct ClaimedRun {
    engine: Engine,
    claimed: Claimed,
    decisions: Vec<(StepPath, Decision)>,
}

impl ClaimedRun {
    /// The engine that will drive the run.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Resumes the run. `observer` sees every new record.
    pub fn resume(self, observer: Observer) -> Watch {
        self.engine.take(self.claimed, self.decisions, Some(observer))
    }

    /// Resumes the run only to cancel it.
    pub fn cancel(self, observer: Observer) -> Watch {
        let engine = self.engine.clone();
        let watch = self.resume(observer);
        engine.cancel(watch.run);
        watch
    }
}
