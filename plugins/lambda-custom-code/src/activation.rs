//! Between its creation and its first invocation, a function becomes active.

use stepwell_plugin::lambda::{self, GetFunctionRequest};
use stepwell_plugin::{Failure, Outcome, Schedule, seen};

use crate::LambdaCustomCode;
use crate::progress::{Phase, Progress};

pub(crate) fn activate(function: String, mut schedule: Schedule) -> Result<Outcome<LambdaCustomCode>, Failure> {
    let request = GetFunctionRequest { function_name: function.clone(), ..Default::default() };
    let found = match seen(lambda::get_function(&request)) {
        Ok(found) => found.map(|answer| answer.configuration),
        Err(failure) => return Ok(Progress::failing(function, failure)),
    };
    let state = found.as_ref().and_then(|found| found.state.clone()).unwrap_or_else(|| "not seen".to_owned());
    match state.as_str() {
        "Active" => return Ok(Progress { function, phase: Phase::Invoke(schedule) }.at_once("Active")),
        "Failed" | "Inactive" | "Deleting" => {
            let reason =
                found.and_then(|found| found.state_reason).map_or(String::new(), |reason| format!(": {reason}"));
            let failure = Failure::terminal_state(format!("{function} is `{state}` and will not be `Active`{reason}"));
            return Ok(Progress::failing(function, failure));
        }
        _ => {}
    }
    match schedule.pause() {
        Some(after) => {
            let message = format!("{function}: {state}");
            Ok(Progress { function, phase: Phase::Activate(schedule) }.later(after, message))
        }
        None => {
            let timeout = schedule.timeout();
            let failure = Failure::wait_timeout(format!("{function} is not `Active` after {timeout}, but `{state}`"));
            Ok(Progress::failing(function, failure))
        }
    }
}
