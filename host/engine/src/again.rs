//! `until` of a step that uses a plugin: the plugin starts again until its outputs are as the step wants them.
//!
//! A repetition belongs to the attempt: it has its timeout, and shares its limits. It is a new start of the plugin with a
//! client token of its own, so that it makes all of its calls again. The plan has refused `until` for a step whose calls
//! must not be repeated, unless the job says that they may.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value as Json};
use stepwell_model::error::shorten_to;
use stepwell_model::event::{Checkpoint, What};
use stepwell_model::expression::Scope;
use stepwell_model::failure::Failure;
use stepwell_model::limits::Logged;
use stepwell_model::plan::{PluginCall, StepInPlan};
use stepwell_model::report::StepReport;
use stepwell_sandbox::{Exceeded, Limit, StepFault};
use stepwell_secrets::Masker;

use crate::operation::{Goal, LONGEST_STATE};
use crate::timing::later;

/// The longest pause of a step without `every`, in seconds: that of most waiters of AWS.
pub(crate) const LONGEST_PAUSE: u32 = 15;

/// The pause after so many looks. It is short at first, because many changes take seconds. `longest` is in seconds.
pub(crate) fn pause(looks: u32, longest: u32) -> Duration {
    Duration::from_secs(u64::from(2_u32.saturating_pow(looks.min(16)).min(longest.max(1))))
}

/// The wait for the next start of the plugin. None when its outputs are as the step wants them.
pub(crate) fn wait(
    found: StepInPlan<'_>,
    call: &PluginCall,
    scope: impl FnOnce() -> Scope,
    state: &StepReport,
    outputs: &BTreeMap<String, Json>,
    host_calls: u64,
    masker: &Masker,
) -> Result<Option<What>, Failure> {
    // The host itself repeats an operation.
    if found.step.until.is_none() || call.operation.is_some() {
        return Ok(None);
    }
    let goal = Goal::new(found, scope());
    let outputs: Map<_, _> = outputs.clone().into_iter().collect();
    if goal.is_reached(&outputs)? {
        return Ok(None);
    }
    let checkpoint = Checkpoint::default();
    let (limits, mut used) = (&call.limits, state.used);
    used.wait(host_calls, Logged::default(), &checkpoint);
    for (limit, value, used) in [
        (Limit::HostCalls, limits.host_calls, used.host_calls),
        (Limit::CheckpointTotal, limits.checkpoint_total, used.checkpoint_bytes),
    ] {
        if used > value {
            return Err(Failure::from(&StepFault::Limit(Exceeded { limit, value })));
        }
    }
    Ok(Some(What::StepWaiting {
        step: state.id.clone(),
        until: later(goal.every().unwrap_or_else(|| pause(state.repetitions, LONGEST_PAUSE))),
        message: shorten_to(&masker.text(&goal.missed(&outputs)), LONGEST_STATE),
        progress: None,
        checkpoint,
        host_calls,
        logged: Logged::default(),
        again: true,
    }))
}
