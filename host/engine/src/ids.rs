//! Ids of runs and attempts.

use sha2::{Digest as _, Sha256};
use stepwell_model::id::{InvalidName, RunId, StepPath};
use stepwell_model::report::Report;

/// A new run id, unique for all times and in the order of time (UUID version 7).
///
/// # Errors
/// Never in practice: every UUID is a valid run id.
pub fn new_run_id() -> Result<RunId, InvalidName> {
    uuid::Uuid::now_v7().to_string().parse()
}

/// An unpredictable text, for the placeholders of a run's secrets.
pub fn new_nonce() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The text by which AWS recognises a repetition of this attempt: at most 64 characters, as `ClientToken` takes them. The
/// parts of a step get another one with every attempt at the step, and the step with every repetition for its `until`.
pub(crate) fn idempotency_token(run: &RunId, report: &Report, step: &StepPath) -> String {
    let wholes = std::iter::successors(Some(step.clone()), StepPath::parent);
    let attempts = wholes.filter_map(|id| report.step(&id)).map(|step| step.attempt.to_string());
    let attempts = attempts.collect::<Vec<_>>().join("/");
    let again = match report.step(step).map_or(0, |step| step.repetitions) {
        0 => String::new(),
        repetitions => format!("+{repetitions}"),
    };
    let hash = Sha256::digest(format!("{run}/{step}/{attempts}{again}"));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
