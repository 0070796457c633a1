//! The free texts of a record: they come from a plugin, from AWS or from a provider, and may hold a secret.
//!
//! Some of them are shown to people only: a mask may change these. The others decide what happens next, because an
//! expression, a plugin or a retry reads them. A mask that changed those would tell a plugin which of its guesses is a
//! secret; the host looks for secrets in them before they are recorded.
//!
//! Everything else is chosen by the host or the job file: ids, names, times, numbers and tags. A new variant or field
//! does not compile until this file says which of the three it is.

use serde_json::Value as Json;

use super::{
    Answer, Call, Checkpoint, Expansion, Log, PauseReason, Progress, RunOrigin, SignedAs, StepTitle, TakenResult, What,
};
use crate::failure::Failure;

/// Sees free texts, and changes those that only people read.
pub trait FreeText {
    /// A text that only people read.
    fn shown(&mut self, text: &mut String);

    /// A message of another program that only people read. It may be long.
    fn message(&mut self, text: &mut String);

    /// A text or a checkpoint that decides what happens next.
    fn decides(&mut self, bytes: &[u8]);

    /// A value that decides what happens next.
    fn decides_json(&mut self, json: &Json);
}

impl What {
    /// Passes every free text to `free`.
    pub fn each_free_text(&mut self, free: &mut dyn FreeText) {
        match self {
            Self::RunStarted { run: _, job: _, steps, dry_run: _, deadline: _, origin } => {
                titles(steps);
                // Of the host, and of its file system.
                if let Some(RunOrigin { by, directory, again: _ }) = origin.as_deref_mut() {
                    free.shown(by);
                    free.shown(directory);
                }
            }
            // The earlier run was searched for its own secrets.
            Self::StepTaken { step: _, from: _, item, result, captured, exports } => {
                item.iter().chain(exports.values()).for_each(|item| free.decides_json(item));
                captured.values().for_each(|value| free.decides(value.as_bytes()));
                match result {
                    TakenResult::Succeeded { outputs } => {
                        for (name, output) in &**outputs {
                            free.decides(name.as_bytes());
                            free.decides_json(output);
                        }
                    }
                    TakenResult::Failed { failure } => failure.each_free_text(free),
                    TakenResult::Skipped => {}
                }
            }
            Self::StepExpanded { step: _, attempt: _, deadline: _, into, steps, stand_ins: _ } => {
                match into {
                    Expansion::Items(items) => items.iter().for_each(|item| free.decides_json(item)),
                    Expansion::Job(options) => options.values().for_each(|value| free.decides_json(value)),
                }
                titles(steps);
            }
            Self::StepLogged { step: _, log, captured } => {
                log.each_free_text(free);
                captured.values().for_each(|value| free.decides(value.as_bytes()));
            }
            Self::ValuesExported { step: _, values } => values.values().for_each(|value| free.decides_json(value)),
            Self::RunPaused { reason: PauseReason::Refused { failure } } => failure.each_shown_text(free),
            Self::StepRetrying { step: _, failure, until: _ } => failure.each_free_text(free),
            Self::RunFinished { outcome: _, outputs, cause: _, failure } => {
                outputs.values().for_each(|value| free.decides_json(value));
                failure.iter_mut().for_each(|failure| failure.each_free_text(free));
            }
            Self::CredentialsIssued { step: _, credentials } => credentials.each_free_text(free),
            Self::CallIntended { step: _, call } | Self::ChangeWithheld { step: _, call } => call.each_free_text(free),
            Self::WaitWithheld { step: _, message: text }
            | Self::StepUndecided { step: _, after: _, because: text } => {
                free.shown(text);
            }
            Self::CallAnswered { step: _, number: _, answer } => answer.each_free_text(free),
            Self::StepProgressed { step: _, message, progress: Progress { done: _, total: _, unit } } => {
                free.shown(message);
                free.shown(unit);
            }
            Self::StepWaiting {
                step: _,
                until: _,
                message,
                progress,
                checkpoint: Checkpoint(checkpoint),
                host_calls: _,
                logged: _,
                again: _,
            } => {
                free.shown(message);
                if let Some(Progress { done: _, total: _, unit }) = progress {
                    free.shown(unit);
                }
                free.decides(checkpoint);
            }
            Self::StepSucceeded { step: _, outputs } => {
                // The plugin chooses the names, too.
                for (name, output) in &**outputs {
                    free.decides(name.as_bytes());
                    free.decides_json(output);
                }
            }
            Self::StepFailed { step: _, failure } => failure.each_free_text(free),
            Self::StepCancelling { step: _, cause: _, failure } | Self::StepCancelled { step: _, failure } => {
                failure.iter_mut().for_each(|failure| failure.each_free_text(free));
            }
            Self::StepStarted { step: _, attempt: _, deadline: _, stand_ins: _ }
            | Self::StepSkipped { step: _ }
            | Self::StepResumed { step: _ }
            | Self::StepDecided { step: _, decision: _, by: _ }
            | Self::RunQueued { behind: _ }
            | Self::RunBegun { deadline: _ }
            | Self::RunResumed
            | Self::RunPaused { reason: PauseReason::Uncertain { steps: _ } }
            | Self::RunTimedOut
            | Self::CancelRequested { force: _ } => {}
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
            Self::Line { level: _, text } => free.shown(text),
            Self::Table { columns, rows } => {
                columns.iter_mut().chain(rows.iter_mut().flatten().flatten()).for_each(|text| free.shown(text));
            }
            Self::Pairs { pairs } => pairs.iter_mut().for_each(|(name, value)| {
                free.shown(name);
                free.shown(value);
            }),
            Self::Link { label, url } => {
                free.shown(label);
                free.shown(url);
            }
        }
    }
}

impl SignedAs {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        let Self {
            from: _,
            provider: _,
            source,
            role_arn: _,
            access_key_id_ends: _,
            expires_at: _,
            session: _,
            region,
        } = self;
        source.iter_mut().chain(region).for_each(|source| free.shown(source));
    }
}

impl Call {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        // AWS recognises a repetition by the token.
        let Self { number: _, action: _, repeat: _, request, token: _, token_header: _ } = &*self;
        // A repetition of the call is compared with it.
        free.decides_json(request);
    }
}

impl Answer {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        match self {
            Self::Done { request_id, status: _, response } => {
                request_id.iter_mut().for_each(|id| free.shown(id));
                // The plugin gets it again after an interruption.
                response.iter().for_each(|response| free.decides_json(response));
            }
            Self::Refused { code, message } => {
                code.iter_mut().for_each(|code| free.shown(code));
                free.message(message);
            }
            Self::Unknown { message } => free.message(message),
        }
    }
}

impl Failure {
    fn each_free_text(&mut self, free: &mut dyn FreeText) {
        let Self { code, message, because, next, retryable: _, origin: _ } = self;
        // Expressions read both: `steps.ID.failure.message`.
        free.decides(code.as_bytes());
        free.decides(message.as_bytes());
        because.iter_mut().chain(next).for_each(|text| free.message(text));
    }

    /// The failure of no step: only people read it.
    fn each_shown_text(&mut self, free: &mut dyn FreeText) {
        let Self { code, message, because, next, retryable: _, origin: _ } = self;
        [code, message].into_iter().chain(because).chain(next).for_each(|text| free.message(text));
    }
}
