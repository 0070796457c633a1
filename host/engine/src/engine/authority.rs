//! What may be called is what the files say now, also for runs that are in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use stepwell_journal::RunKey;
use stepwell_model::event::{Outcome, PauseReason, StopCause, What};
use stepwell_model::failure::Failure;
use stepwell_model::journal::{Journal as _, JournalError};
use stepwell_model::report::{Report, Status};

use super::{Active, Engine};
use crate::failure;
use crate::journal::RunLog;
use crate::run::EngineError;
use crate::snapshot::{ProjectText, Snapshot};

/// What a run was made ready under.
pub(super) struct Under {
    project: Option<ProjectText>,
    /// [`Loader::said`](super::Loader::said).
    said: Arc<str>,
}

impl Engine {
    /// To be asked before the run is made ready: what changes in between is seen later.
    pub(super) fn under(&self, snapshot: &str) -> Under {
        let project = Snapshot::read(snapshot).ok().and_then(|snapshot| snapshot.project);
        Under { said: self.0.loader.said(project.as_ref()), project }
    }

    /// Goes on with a run in memory.
    pub(super) async fn go_on(&self, key: RunKey, mut active: Active) {
        match self.renew(&mut active).await {
            Ok(None) => self.driven(key, active).await,
            Ok(Some(report)) => self.over(key, active.watcher, report),
            Err(error) => self.broken(key, active.executor.run.clone(), active.watcher, error),
        }
    }

    /// Plans the run again when the files do not say what they said. Gives the report of a run that has ended instead.
    async fn renew(&self, active: &mut Active) -> Result<Option<Arc<Report>>, EngineError> {
        let said = self.0.loader.said(active.under.project.as_ref());
        if said == active.under.said {
            return Ok(None);
        }
        let (reader, id) = (self.0.journal.reader(), active.executor.run.clone());
        let record = reader.clone().on_thread(move |reader| reader.run(&id)).await.map_err(JournalError::from)?;
        let record = record.ok_or_else(|| EngineError::Inconsistent { missing: "the run".to_owned() })?;
        match self.0.loader.plan_now(&record, reader).await {
            Ok((plan, ..)) => {
                active.executor.plan = plan;
                active.under.said = said;
                Ok(None)
            }
            Err(failure) => {
                let is_cancelled = record.cancel_requested || active.executor.cancel.is_asked();
                self.refused(&active.executor.log, failure, is_cancelled).await.map(Some)
            }
        }
    }

    /// A run cannot go on as things are: it waits until somebody has seen to it. One that somebody cancels ends, without
    /// what its plugins would have stopped.
    pub(super) async fn refused(
        &self,
        log: &RunLog,
        failure: Failure,
        is_cancelled: bool,
    ) -> Result<Arc<Report>, EngineError> {
        if is_cancelled && self.0.loader.is_attended() {
            abandon(log, &failure).await?;
            return Ok(log.report());
        }
        log.append(What::RunPaused { reason: PauseReason::Refused { failure: failure.clone() } }).await?;
        Err(EngineError::Refused { failure: Box::new(failure) })
    }
}

/// Ends a run without its plugins.
async fn abandon(log: &RunLog, refusal: &Failure) -> Result<(), JournalError> {
    let report = log.report();
    if !report.cancel_requested() {
        log.append(What::CancelRequested).await?;
    }
    for step in &report.steps {
        if step.status == Status::NotStarted || step.status.is_ended() {
            continue;
        }
        if step.status == Status::Waiting {
            let (step, cause) = (step.id.clone(), StopCause::Cancelled);
            log.append(What::StepCancelling { step, cause, failure: None }).await?;
        }
        let failure = Some(failure::not_told(refusal));
        log.append(What::StepCancelled { step: step.id.clone(), failure }).await?;
    }
    log.append(What::RunFinished { outcome: Outcome::Cancelled, outputs: BTreeMap::new(), cause: None, failure: None })
        .await?;
    Ok(())
}
