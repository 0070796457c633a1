//! One call of a step, in the report.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::action::Repeat;
use crate::event::{Answer, Call};
use crate::failure::{Failure, FailureCode};
use crate::http;

/// Bytes of a response that the report keeps once no call of the plugin can ask for it any more: small answers have a few
/// hundred, the payload of a Lambda function some millions.
const KEPT_RESPONSE: usize = 4 << 10;

/// A call that may have changed something.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CallReport {
    /// The call.
    #[serde(flatten)]
    pub call: Call,
    /// How it ended; none while that is unknown, or in a dry run.
    pub answer: Option<Answer>,
    /// Whether an operator or the job decided about its unknown effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
    /// When it was intended; none for a call that this process has just made.
    #[serde(skip)]
    pub intended: Option<Timestamp>,
    /// Milliseconds from its intent to its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
}

impl CallReport {
    pub(super) fn new(call: &Call, intended: Timestamp) -> Self {
        Self { call: call.clone(), answer: None, decided: false, intended: Some(intended), took_ms: None }
    }

    /// A call that this process makes. Nobody has to decide about it.
    pub fn in_flight(call: Call) -> Self {
        Self { call, answer: None, decided: true, intended: None, took_ms: None }
    }

    pub(super) fn answered(&mut self, answer: &Answer, at: Timestamp) {
        self.answer = Some(answer.clone());
        let span = self.intended.map(|intended| at.duration_since(intended).as_millis());
        self.took_ms = span.and_then(|span| u64::try_from(span).ok());
    }

    /// Whether its outcome is unknown.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.answer, None | Some(Answer::Unknown { .. }))
    }

    /// Whether its effect is unknown, and a repetition could have the effect twice.
    pub(super) fn is_uncertain(&self) -> bool {
        self.is_open() && !self.decided && self.call.repeat == Repeat::Once
    }

    /// Whether another attempt at the step would repeat an effect that it had or may have had. A retry repeats an unanswered
    /// call with the same client token, which is harmless.
    pub(super) fn would_be_doubled(&self) -> bool {
        match self.call.repeat {
            Repeat::Once => !matches!(self.answer, Some(Answer::Refused { .. })),
            Repeat::Tokened => matches!(self.answer, Some(Answer::Done { .. })),
            Repeat::Read | Repeat::Idempotent | Repeat::Paid => false,
        }
    }

    /// Drops a large response, because no call of the plugin asks for it any more.
    pub(super) fn settle(&mut self) {
        if let Some(Answer::Done { response, .. }) = &mut self.answer {
            *response = response.take().filter(is_small);
        }
    }
}

fn is_small(response: &Json) -> bool {
    let mut room = [0; KEPT_RESPONSE];
    serde_json::to_writer(room.as_mut_slice(), response).is_ok()
}

/// The failure of a step that ends while the effect of its call is unknown.
pub fn uncertain_failure(action: &str) -> Failure {
    Failure::new(FailureCode::Uncertain, format!("it is not known whether `{action}` took effect"))
        .because("no answer came, and a second such call would have its effect again")
        .next(format!("look {} whether it took effect", place_of(action)))
}

/// Where an operator sees what a call did.
pub fn place_of(action: &str) -> &'static str {
    if http::method_of(action).is_some() { "at the server" } else { "in AWS" }
}
