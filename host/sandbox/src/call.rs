//! One call of a plugin: what goes in, and what comes out, cut to a size that the journal can keep.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;
use serde_json::error::Category;
use stepwell_aws::wit::exports::stepwell::step::step;
use stepwell_aws::{HostFault, StepContext};
use stepwell_model::event::{Checkpoint, Progress};
use stepwell_model::failure::{Failure, FailureCode, FailureOrigin};
use stepwell_model::id::{JobName, RunId};
use stepwell_model::limits::{Limits, Logged, Used};
use stepwell_secrets::Masker;
use wasmtime::Store;

use crate::exports::Plugin;
use crate::fault::{Limit, StepFault, cut};
use crate::limits;
use crate::state::State;

/// Bytes of a failure's message. People read it; a plugin that has more to say logs it.
const LONGEST_FAILURE: usize = 4 << 10;
/// Bytes of the message of a wait: one line of a terminal, with room.
const LONGEST_WAIT: usize = 1 << 10;
/// Bytes of a failure's code and of a unit.
pub(crate) const LONGEST_WORD: usize = 64;

/// The `extra` of an invocation: this host has no further facts for a plugin, because no step runs for a node yet.
const NO_EXTRA: &str = "{}";

/// The function of the plugin that a call enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// `start`: the first call of an attempt.
    Start,
    /// `resume`: the wait is over.
    Resume(Checkpoint),
    /// `cancel`: stop or undo the work that was started.
    Cancel(Checkpoint),
}

/// What a plugin is called for (`step.invocation` of the WIT), together with the step, region and idempotency token of
/// the [`StepContext`].
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The run.
    pub run: RunId,
    /// Its job.
    pub job: JobName,
    /// The number of the attempt at the step, from 1.
    pub attempt: u32,
    /// The configuration: an object that is valid against the plugin's schema.
    pub config: Json,
}

/// The result of a call in which nothing broke.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The step is complete.
    Done {
        /// Its outputs. The sandbox does not check them against the plugin's schema.
        outputs: BTreeMap<String, Json>,
        /// Number of calls to the host that this call of the plugin made.
        host_calls: u64,
    },
    /// The step waits.
    Wait {
        /// How long.
        after: Duration,
        /// The plugin gets it back.
        checkpoint: Checkpoint,
        /// The reason for the wait; at most 1 KiB.
        message: String,
        /// The progress of the work that the step waits for.
        progress: Option<Progress>,
        /// Number of calls to the host that this call of the plugin made.
        host_calls: u64,
        /// The log of the attempt so far, as the plugin wrote it.
        logged: Logged,
    },
    /// The plugin reports that its work failed; the origin is `FailureOrigin::Plugin`.
    Failed(Failure),
    /// The plugin has stopped the work that it had started: the answer to [`Entry::Cancel`].
    Cancelled,
}

/// The plugin's argument.
pub(crate) fn input(invocation: &Invocation, context: &StepContext) -> step::Invocation {
    step::Invocation {
        run_id: invocation.run.as_str().to_owned(),
        job: invocation.job.as_str().to_owned(),
        step_id: context.step.as_str().to_owned(),
        attempt: invocation.attempt,
        idempotency_token: context.idempotency_token.clone(),
        region: context.region.clone(),
        config: invocation.config.to_string(),
        extra: NO_EXTRA.to_owned(),
    }
}

/// The plugin's result, unchecked.
pub(crate) enum Returned {
    Done(String),
    Wait(step::Wait),
    Failed(step::Failure),
    Cancelled,
}

pub(crate) async fn enter(
    store: &mut Store<State>,
    plugin: &Plugin,
    entry: &Entry,
    input: &step::Invocation,
) -> wasmtime::Result<Returned> {
    let returned = match entry {
        Entry::Start => plugin.start(store, input).await?,
        Entry::Resume(checkpoint) => plugin.resume(store, input, &checkpoint.0).await?,
        Entry::Cancel(checkpoint) => {
            let cancelled = plugin.cancel(store, input, &checkpoint.0).await?;
            return Ok(cancelled.map_or_else(Returned::Failed, |()| Returned::Cancelled));
        }
    };
    Ok(match returned {
        Ok(step::Outcome::Done(outputs)) => Returned::Done(outputs),
        Ok(step::Outcome::Wait(wait)) => Returned::Wait(wait),
        Err(failure) => Returned::Failed(failure),
    })
}

/// What a call of a plugin has used of the limits of its attempt.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// Its calls to the host.
    pub(crate) host_calls: u64,
    /// The log of the attempt so far, that of this call included.
    pub(crate) logged: Logged,
}

impl Returned {
    /// The answer within the limits. Texts that only people read are masked before they are cut. A failure is read by
    /// expressions as well, so it is never changed; one that holds a secret ends the run.
    pub(crate) fn answer(
        self,
        limits: &Limits,
        used: Used,
        spent: Spent,
        masker: &Masker,
    ) -> Result<Answer, StepFault> {
        match self {
            Self::Done(json) => {
                limits::check(Limit::Outputs, limits.outputs, json.len() as u64)?;
                outputs(&json).map(|outputs| Answer::Done { outputs, host_calls: spent.host_calls })
            }
            Self::Wait(wait) => {
                limits::check(Limit::Checkpoint, limits.checkpoint, wait.checkpoint.len() as u64)?;
                let answer = waiting(wait, spent, masker);
                check_wait(&answer, limits, used)?;
                Ok(answer)
            }
            Self::Failed(failure) => {
                let holds_secret =
                    [&failure.code, &failure.message].into_iter().any(|text| masker.finds(text.as_bytes()));
                if holds_secret {
                    Err(StepFault::Host(HostFault::SecretFound))
                } else {
                    Ok(Answer::Failed(failed(failure)))
                }
            }
            Self::Cancelled => Ok(Answer::Cancelled),
        }
    }
}

/// The reason names the place and not the text, which could be anything.
fn outputs(json: &str) -> Result<BTreeMap<String, Json>, StepFault> {
    serde_json::from_str(json).map_err(|error| {
        let reason = match error.classify() {
            Category::Data => "they are JSON, but not an object".to_owned(),
            _ => format!("they are not JSON, from line {} column {} on", error.line(), error.column()),
        };
        StepFault::OutputsInvalid { reason }
    })
}

/// Checks what the attempt has used after this wait.
fn check_wait(answer: &Answer, limits: &Limits, mut used: Used) -> Result<(), StepFault> {
    let Answer::Wait { checkpoint, host_calls, logged, .. } = answer else { return Ok(()) };
    used.wait(*host_calls, *logged, checkpoint);
    limits::check(Limit::HostCalls, limits.host_calls, used.host_calls)?;
    limits::check(Limit::CheckpointTotal, limits.checkpoint_total, used.checkpoint_bytes)
}

fn waiting(wait: step::Wait, Spent { host_calls, logged }: Spent, masker: &Masker) -> Answer {
    let progress = wait.progress.map(|progress| Progress {
        done: progress.done,
        total: progress.total,
        unit: cut(&masker.text(&progress.unit), LONGEST_WORD),
    });
    Answer::Wait {
        after: Duration::from_millis(wait.after_ms),
        checkpoint: Checkpoint(wait.checkpoint.into()),
        message: cut(&masker.text(&wait.message), LONGEST_WAIT),
        progress,
        host_calls,
        logged,
    }
}

fn failed(failure: step::Failure) -> Failure {
    Failure {
        code: word(&failure.code),
        message: cut(&failure.message, LONGEST_FAILURE),
        because: None,
        next: None,
        retryable: failure.retryable,
        origin: FailureOrigin::Plugin,
    }
}

/// A code that programs can compare and search for: other characters become `_`.
pub(crate) fn word(code: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':') { c } else { '_' };
    let word: String = code.chars().take(LONGEST_WORD).map(plain).collect();
    if word.is_empty() { FailureCode::Unspecified.as_str().to_owned() } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_with_a_secret_is_replaced_and_another_one_stays_as_it_is() {
        let (masker, secret) = (Masker::new(), "wJalrXUtnFEMI/K7MDENG");
        masker.learn(secret);
        let answer = |code: &str, message: &str| {
            let (code, message) = (code.to_owned(), message.to_owned());
            Returned::Failed(step::Failure { code, message, retryable: true }).answer(
                &Limits::default(),
                Used::default(),
                Spent::default(),
                &masker,
            )
        };
        let beyond = format!("{}{secret}", "-".repeat(LONGEST_FAILURE - 5));
        for (code, message) in [("C", beyond.as_str()), ("C", secret), (secret, "m")] {
            assert_eq!(answer(code, message), Err(StepFault::Host(HostFault::SecretFound)));
        }
        masker.learn("1234");
        let Ok(Answer::Failed(failure)) = answer("C1234", "it is 1234") else { panic!() };
        assert_eq!((failure.code.as_str(), failure.message.as_str()), ("C1234", "it is 1234"));
    }

    #[test]
    fn words_are_not_cut_within_a_secret() {
        let (masker, secret) = (Masker::new(), "wJalrXUtnFEMI/K7MDENG");
        masker.learn(secret);
        for at in 1..secret.len() {
            let long = |longest: usize| format!("{}{secret}", "-".repeat(longest - at));
            let progress = Some(step::Progress { done: 1, total: None, unit: long(LONGEST_WORD) });
            let wait = step::Wait { after_ms: 1, checkpoint: Vec::new(), message: long(LONGEST_WAIT), progress };
            let Answer::Wait { message, progress: Some(progress), .. } = waiting(wait, Spent::default(), &masker)
            else {
                panic!()
            };
            for said in [message, progress.unit] {
                assert!(!said.contains('w'), "{said}");
            }
        }
    }
}
