//! The calls of a run that are in flight.

use std::collections::HashMap;
use std::time::Duration;

use stepwell_model::id::StepPath;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::error::EngineError;

/// The calls of a run that are in flight. Dropped, it ends every one of them.
#[derive(Default)]
pub(crate) struct Flights {
    calls: JoinSet<(StepPath, Result<(), EngineError>)>,
    stops: HashMap<StepPath, CancellationToken>,
}

impl Flights {
    pub(crate) fn is_empty(&self) -> bool {
        self.stops.is_empty()
    }

    /// Starts a call, unless one of the step is in flight; says whether it did.
    pub(crate) fn start<F>(&mut self, step: &StepPath, call: impl FnOnce(CancellationToken) -> F) -> bool
    where
        F: Future<Output = Result<(), EngineError>> + Send + 'static,
    {
        if self.stops.contains_key(step) {
            return false;
        }
        let (stop, id) = (CancellationToken::new(), step.clone());
        let call = call(stop.clone());
        self.stops.insert(id.clone(), stop);
        self.calls.spawn(async move { (id, call.await) });
        true
    }

    /// Asks the call of this step to end soon; false when none is in flight.
    pub(crate) fn stop(&self, step: &StepPath) -> bool {
        self.stops.get(step).inspect(|stop| stop.cancel()).is_some()
    }

    /// Waits until one of the calls ends.
    pub(crate) async fn next(&mut self) -> Result<(), EngineError> {
        let Some(landed) = self.calls.join_next().await else { return std::future::pending().await };
        let (step, result) =
            landed.map_err(|gone| EngineError::Inconsistent { missing: format!("a call ({gone})") })?;
        self.stops.remove(&step);
        result
    }

    /// Waits until all calls have ended, at most for `patience`.
    pub(crate) async fn land(&mut self, patience: Duration) -> Result<(), EngineError> {
        let all = async {
            while !self.is_empty() {
                self.next().await?;
            }
            Ok(())
        };
        tokio::time::timeout(patience, all).await.unwrap_or(Ok(()))
    }
}
