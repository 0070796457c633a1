//! What is known of one call of a step.

use serde::Serialize;
use serde_json::Value as Json;

use crate::action::Repeat;
use crate::event::{Answer, Call};
use crate::failure::{Failure, FailureCode};

/// Bytes of a response that are kept once no call of the plugin can ask for it any more: those for programs to read have
/// a few hundred, the payload of a function some millions.
const KEPT_RESPONSE: usize = 4 << 10;

/// A call that may have changed something.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallReport {
    /// The call.
    #[serde(flatten)]
    pub call: Call,
    /// How it ended; none when that is not known, or when it was not made (dry run).
    pub answer: Option<Answer>,
    /// Whether somebody decided about it, because nobody knows how it ended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub decided: bool,
}

impl CallReport {
    pub(super) fn new(call: &Call) -> Self {
        Self { call: call.clone(), answer: None, decided: false }
    }

    /// Whether nobody knows what became of it.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.answer, None | Some(Answer::Unknown { .. }))
    }

    /// Whether nobody knows if it took effect, and finding out by repeating it could do it twice.
    pub(super) fn is_uncertain(&self) -> bool {
        self.is_open() && !self.decided && self.call.repeat == Repeat::Once
    }

    /// Whether it had an effect, or may have had one, that another attempt at the step would have again. One with a
    /// client token and without an answer is made with the same token then.
    pub(super) fn would_be_doubled(&self) -> bool {
        match self.call.repeat {
            Repeat::Once => !matches!(self.answer, Some(Answer::Refused { .. })),
            Repeat::Tokened => matches!(self.answer, Some(Answer::Done { .. })),
            Repeat::Read | Repeat::Idempotent | Repeat::Paid => false,
        }
    }

    /// No call of the plugin asks for the response any more.
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

/// What is said of a step that ends although nobody knows whether its call took effect.
pub fn uncertain_failure(action: &str) -> Failure {
    Failure::new(FailureCode::Uncertain, format!("it is not known whether `{action}` took effect"))
        .because("no answer came, and a second such call would have its effect again")
        .next("look in AWS whether it took effect")
}
