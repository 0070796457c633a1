//! The free texts of a record: they come from a plugin, from AWS or from a provider, and may hold a secret.
//!
//! The run depends on everything else: ids, names, times, numbers and tags. A new variant or field does not compile until
//! this file says which of both it is.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Answer, Call, Checkpoint, Expansion, Log, PauseReason, Progress, SignedAs, StepTitle, What};
use crate::failure::Failure;

/// Changes free texts.
pub trait FreeText {
    /// A text.
    fn text(&mut self, text: &mut String);

    /// A value that may hold texts at any depth.
    fn json(&mut self, json: &mut Json);

    /// The bytes of a checkpoint.
    fn checkpoint(&mut self, checkpoint: &mut Checkpoint);
}

impl What {
    /// Passes every free text to `free`.
    pub fn each_free_text(&mut self, free: &mut dyn FreeText) {
        match self {
            Self::RunStarted { run: _, job: _, steps, dry_run: _, deadline: _ } => titles(steps),
            Self::StepExpanded { step: _, attempt: _, deadline: _, into, steps } => {
                match into {
                    Expansion::Items(items) => items.iter_mut().for_each(|item| free.json(item)),
                    Expansion::Job(options) => options.values_mut().for_each(|value| free.json(value)),
                }
                titles(steps);
            }
            Self::StepLogged { step: _, log, captured } => {
                log.each_free_text(free);
                captured.values_mut().for_each(|value| free.text(value));
            }
            Self::ValuesExported { step: _, values } => values.values_mut().for_each(|value| free.json(value)),
            Self::RunPaused { reason: PauseReason::Refused { failure } }
            | Self::StepRetrying { step: _, failure, until: _ } => failure.each_free_text(free),
            Self::RunFinished { outcome: _, outputs, cause: _, failure } => {
                outputs.values_mut().for_each(|value| free.json(value));
                failure.iter_mut().for_each(|failure| failure.each_free_text(free));
            }
            Self::CredentialsIssued { step: _, credentials } => credentials.each_free_text(free),
            Self::CallIntended { step: _, call } | Self::ChangeWithheld { step: _, call } => call.each_free_text(free),
            Self::CallAnswered { step: _, number: _, answer } => answer.each_free_text(free),
            Self::StepProgressed { step: _, message, progress: Progress { done: _, total: _, unit } } => {
                free.text(message);
                free.text(unit);
            }
            Self::StepWaiting { step: _, until: _, message, progress, checkpoint, host_calls: _ } => {
                free.text(message);
                if let Some(Progress { done: _, total: _, unit }) = progress {
                    free.text(unit);
                }
                free.checkpoint(checkpoint);
            }
            Self::StepSucceeded { step: _, outputs } => {
                // The plugin chooses the names, too.
                let named = std::mem::take(Arc::make_mut(outputs)).into_iter().map(|(mut name, mut output)| {
                    free.text(&mut name);
                    free.json(&mut output);
                    (name, output)
                });
                *outputs = Arc::new(named.collect());
            }
            Self::StepFailed { step: _, failure } => failure.each_free_text(free),
            Self::StepCancelling { step: _, cause: _, failure } | Self::StepCancelled { step: _, failure } => {
                failure.iter_mut().for_each(|failure| failure.each_free_text(free));
            }
            Self::StepStarted { step: _, attempt: _, deadline: _ }
            | Self::StepSkipped { step: _ }
            | Self::StepResumed { step: _ }
            | Self::StepDecided { step: _, decision: _, by: _ }
            | Self::RunResumed
            | Self::RunPaused { reason: PauseReason::Uncertain { steps: _ } }
            | Self::RunTimedOut
            | Self::CancelRequested => {}
        }
    }
}

/// Names from the job file, which the run depends on.
fn titles(steps: &[StepTitle]) {
    steps.iter().for_each(|StepTitle { id: _, uses: _, finally: _ }| ());
}

impl Log {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        match self {
            Self::Line { level: _, text } => free.text(text),
            Self::Table { columns, rows } => {
                columns.iter_mut().chain(rows.iter_mut().flatten().flatten()).for_each(|text| free.text(text));
            }
            Self::Pairs { pairs } => pairs.iter_mut().for_each(|(name, value)| {
                free.text(name);
                free.text(value);
            }),
            Self::Link { label, url } => {
                free.text(label);
                free.text(url);
            }
        }
    }
}

impl SignedAs {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        let Self { from: _, provider: _, source, role_arn: _, access_key_id_ends: _, expires_at: _ } = self;
        source.iter_mut().for_each(|source| free.text(source));
    }
}

impl Call {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        // AWS recognises a repetition by the token.
        let Self { number: _, action: _, repeat: _, request, token: _ } = self;
        free.json(request);
    }
}

impl Answer {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        match self {
            Self::Done { request_id, response } => {
                request_id.iter_mut().for_each(|id| free.text(id));
                response.iter_mut().for_each(|response| free.json(response));
            }
            Self::Refused { code, message } => {
                code.iter_mut().for_each(|code| free.text(code));
                free.text(message);
            }
            Self::Unknown { message } => free.text(message),
        }
    }
}

impl Failure {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        let Self { code, message, because, next, retryable: _, origin: _ } = self;
        free.text(code);
        free.text(message);
        because.iter_mut().chain(next).for_each(|text| free.text(text));
    }
}
