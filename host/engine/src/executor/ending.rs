//! The ends of steps: well, badly, early, or untold in a dry run.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use stepwell_model::event::{StopCause, What};
use stepwell_model::failure::Failure;
use stepwell_model::id::StepPath;
use stepwell_model::plan::{StepInPlan, Work};
use stepwell_model::report::{Report, StepReport, uncertain_failure};
use stepwell_sandbox::{Answer, Entry};

use super::{Executor, is_late, state_of};
use crate::beside::{beside, computes, ends_computing};
use crate::dry_run::DryRun;
use crate::error::EngineError;
use crate::state::{Ending, broken, stopping};
use crate::timing::CANCEL_TIME;
use crate::{failure, record, scope, values};

impl Executor {
    pub(super) async fn call_cancel(self, id: StepPath, cause: StopCause) -> Result<(), EngineError> {
        let (report, found) = (self.log.report(), self.found(&id)?);
        let state = state_of(&report, &id)?;
        let left = self.tell_to_stop(found, &report, state).await?;
        let step = id.clone();
        let failed = || {
            let failure = state.failure.clone().unwrap_or_else(failure::stopped_before_end);
            match &left {
                Some(left) => failure.left_behind(left),
                None => failure,
            }
        };
        match cause {
            StopCause::TimedOut if is_late(state) && stopping(&self.plan, &report, &id).is_none() => {
                self.time_out(&id, found, left.as_ref()).await.map(drop)
            }
            StopCause::Failed => self.fail(&id, found, failed()).await.map(drop),
            StopCause::Decided => self.append(What::StepFailed { step, failure: failed() }).await.map(drop),
            StopCause::TimedOut | StopCause::Cancelled => {
                let uncertain = state.uncertain_call().map(|call| uncertain_failure(&call.call.action));
                self.append(What::StepCancelled { step, failure: left.or(uncertain) }).await.map(drop)
            }
        }
    }

    /// Tells the plugin to stop what it started; returns why it could not. In a dry run it has started nothing.
    async fn tell_to_stop(
        &self,
        found: StepInPlan<'_>,
        report: &Report,
        state: &StepReport,
    ) -> Result<Option<Failure>, EngineError> {
        if self.dry_run {
            return Ok(None);
        }
        let entry = Entry::Cancel(state.checkpoint.clone().unwrap_or_default());
        let prepared = match beside(computes(found), || self.prepare(found, report, state))? {
            Ok(prepared) => prepared,
            Err(failure) => return Ok(Some(failure)),
        };
        Ok(match tokio::time::timeout(CANCEL_TIME, self.enter(prepared, entry)).await {
            Err(_) => Some(failure::cancel_timed_out()),
            Ok(Err(fault)) => Some(Failure::from(&fault)),
            Ok(Ok(Answer::Failed(failure))) => Some(failure),
            Ok(Ok(Answer::Cancelled | Answer::Done { .. } | Answer::Wait { .. })) => None,
        })
    }

    /// Ends a step early that has no call in flight.
    pub(super) async fn stop(&self, report: &Report, id: &StepPath, cause: StopCause) -> Result<bool, EngineError> {
        self.append(record::stopped(state_of(report, id)?, cause)).await
    }

    /// Ends a step whose parts have ended.
    pub(super) async fn conclude(&self, report: &Report, id: &StepPath, ending: Ending) -> Result<bool, EngineError> {
        let (found, step) = (self.found(id)?, id.clone());
        match ending {
            Ending::Stopped(StopCause::TimedOut)
                if stopping(&self.plan, report, id).is_none() && is_late(state_of(report, id)?) =>
            {
                self.time_out(id, found, None).await
            }
            Ending::Stopped(_) => self.append(What::StepCancelled { step, failure: None }).await,
            Ending::Failed => {
                let part = broken(&self.plan, report, Some(id)).and_then(|part| report.step(&part));
                let failure = part.map_or_else(failure::stopped_before_end, failure::part_failed);
                self.fail(id, found, failure).await
            }
            Ending::Succeeded if let Some(undecided) = self.undecided(report, id) => self.append(undecided).await,
            Ending::Succeeded if found.is_list() => {
                self.append(What::StepSucceeded { step, outputs: Arc::default() }).await
            }
            Ending::Succeeded => {
                let Work::Job(plan) = &found.step.work else {
                    return Err(EngineError::Inconsistent { missing: format!("the job of step `{id}`") });
                };
                let outputs = || values::outputs(plan, &scope::of_job(&self.plan, report, Some(id), plan));
                match beside(ends_computing(plan), outputs) {
                    Ok(outputs) => self.succeed(id, found, outputs).await,
                    Err(failure) => {
                        let withheld = DryRun::of(&self.plan, report).map(|dry_run| dry_run.withheld_in(id));
                        match self.excused(report, id, &withheld.unwrap_or_default(), &failure) {
                            Some(undecided) => self.append(undecided).await,
                            None => self.fail(id, found, failure).await,
                        }
                    }
                }
            }
        }
    }

    /// The record of a step with a part of which a dry run cannot tell what it would do.
    fn undecided(&self, report: &Report, id: &StepPath) -> Option<What> {
        DryRun::of(&self.plan, report)?.concludes(id)
    }

    /// Ends a step well: records its exports first, so that a crash between both records exports them again.
    pub(super) async fn succeed(
        &self,
        id: &StepPath,
        found: StepInPlan<'_>,
        outputs: BTreeMap<String, Json>,
    ) -> Result<bool, EngineError> {
        let (step, outputs) = (id.clone(), Arc::new(outputs));
        if !found.step.exports.is_empty() {
            let report = self.log.report();
            let exports = || {
                let mut scope = scope::of_step(&self.plan, &report, id, found);
                scope.set("outputs", json!(*outputs));
                values::exports(found, &scope)
            };
            match beside(computes(found), exports) {
                Ok(values) => {
                    let exported = What::ValuesExported { step: step.clone(), values };
                    let (exported, is_clean) = self.searched(exported);
                    self.append(exported).await?;
                    if !is_clean {
                        return Ok(true);
                    }
                }
                Err(failure) => {
                    let excused = self.excused(&report, id, &[], &failure);
                    return self.append(excused.unwrap_or(What::StepFailed { step, failure })).await;
                }
            };
        }
        self.append(What::StepSucceeded { step, outputs }).await
    }

    pub(super) async fn fail(
        &self,
        id: &StepPath,
        found: StepInPlan<'_>,
        failure: Failure,
    ) -> Result<bool, EngineError> {
        let report = self.log.report();
        if let Some(undecided) = self.excused(&report, id, &[], &failure) {
            return self.append(undecided).await;
        }
        self.append(record::failed(&self.plan, &report, found, state_of(&report, id)?, failure)).await
    }

    /// Fails an attempt that exceeded its timeout. `left` is why its plugin could not stop what it had started.
    pub(super) async fn time_out(
        &self,
        id: &StepPath,
        found: StepInPlan<'_>,
        left: Option<&Failure>,
    ) -> Result<bool, EngineError> {
        let report = self.log.report();
        let wait = report.step(id).and_then(|step| step.wait.as_ref());
        let mut whole = report.steps.iter().filter(|part| part.id == *id || part.id.is_part_of(id));
        let failure = failure::timed_out(found.step, wait, whole.find_map(StepReport::call_to_double));
        let failure = match left {
            Some(left) => failure.left_behind(left),
            None => failure,
        };
        self.fail(id, found, failure).await
    }
}
