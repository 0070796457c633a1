//! Steps that call an operation of AWS themselves: what a plugin would do, done by the host. The call takes the path of
//! every call, and waits and outputs have the limits of a plugin's.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use stepwell_aws::generic::Operation;
use stepwell_aws::wit::types::{CallError, CallErrorKind};
use stepwell_aws::{AwsCalls, HostError, HostFault, StepAws, StepContext};
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Service, Waiter, WaiterState};
use stepwell_generic::{page, step, waiter};
use stepwell_model::NextAction as _;
use stepwell_model::error::shorten_to;
use stepwell_model::event::Checkpoint;
use stepwell_model::failure::{Failure, FailureCode, FailureOrigin};
use stepwell_model::job::Pages;
use stepwell_model::limits::{Limits, Logged, Used};
use stepwell_model::plan::OperationCall;
use stepwell_sandbox::{Answer, Entry, Exceeded, Invocation, Limit, StepFault};

/// Bytes of all pages together. Outputs are far smaller; a longer list is work for a plugin.
const LARGEST_ANSWER: usize = 8 << 20;

/// Characters of what a wait shows of the resource.
const LONGEST_STATE: usize = 200;

/// Calls the operation once, or looks whether what the step waits for has come.
pub(crate) async fn call(
    of: &OperationCall,
    entry: Entry,
    invocation: Invocation,
    context: StepContext,
) -> Result<Answer, StepFault> {
    let waited = match &entry {
        Entry::Start => None,
        Entry::Resume(checkpoint) => Some(checkpoint),
        // A waiter only looks, so there is nothing to stop.
        Entry::Cancel(_) => return Ok(Answer::Cancelled),
    };
    let masker = context.masker.clone();
    let done = async {
        let service = Archive::shipped()
            .service(&of.name.service)
            .map_err(|error| Stop::Failed(failure(FailureCode::HostDefect, format!("{error}: {}", error.because()))))?;
        let mut aws = StepAws::new(context);
        let mut step = OperationStep { of, service, aws: AwsCalls::new(Some(&mut aws)), invocation, calls: 0 };
        match waited {
            None => step.start().await,
            Some(checkpoint) => step.resume(checkpoint).await,
        }
    };
    match done.await {
        Ok(Answer::Wait { message, after, checkpoint, progress, host_calls, logged }) => {
            let message = shorten_to(&masker.text(&message), LONGEST_STATE);
            Ok(Answer::Wait { message, after, checkpoint, progress, host_calls, logged })
        }
        Ok(answer) => Ok(answer),
        Err(Stop::Fault(fault)) => Err(fault),
        Err(Stop::Failed(failure)) if masker.finds(failure.message.as_bytes()) => {
            Err(StepFault::Host(HostFault::SecretFound))
        }
        Err(Stop::Failed(failure)) => Ok(Answer::Failed(failure)),
    }
}

/// Why a step ends without outputs.
enum Stop {
    Failed(Failure),
    Fault(StepFault),
}

impl From<StepFault> for Stop {
    fn from(fault: StepFault) -> Self {
        Self::Fault(fault)
    }
}

fn failure(code: FailureCode, message: String) -> Failure {
    let retryable = code.is_retryable();
    let (because, next, origin) = (None, None, FailureOrigin::Plugin);
    Failure { code: code.as_str().to_owned(), message, because, next, retryable, origin }
}

/// The failure of a call that AWS or the host refused.
fn refused(error: &CallError) -> Failure {
    let CallError { kind, action, code, message, request_id } = error;
    let failure_code = match kind {
        CallErrorKind::Denied => FailureCode::AccessDenied,
        CallErrorKind::NotFound => FailureCode::NotFound,
        CallErrorKind::Throttled => FailureCode::Throttled,
        CallErrorKind::Rejected => FailureCode::AwsError,
        CallErrorKind::Unavailable => FailureCode::Unavailable,
    };
    let text = match (kind, code) {
        (CallErrorKind::Denied, _) => format!("`{action}` was denied: {message}"),
        (_, Some(code)) => format!("{code}: {message}"),
        (_, None) => message.clone(),
    };
    let id = request_id.as_ref().map_or_else(String::new, |id| format!(" (request id {id})"));
    failure(failure_code, format!("{text}{id}"))
}

/// What a wait leaves for the next look.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Waited {
    /// The outputs of the call that was made before the first look. None: the step only looks.
    outputs: Option<Map<String, Json>>,
    looks: u32,
}

struct OperationStep<'a> {
    of: &'a OperationCall,
    service: Arc<Service>,
    aws: AwsCalls<'a>,
    invocation: Invocation,
    /// Calls to AWS in this call of the step.
    calls: u64,
}

impl OperationStep<'_> {
    async fn start(&mut self) -> Result<Answer, Stop> {
        let waiter = self.waiter()?;
        if waiter.as_ref().is_some_and(|waiter| waiter.operation == self.of.name.operation) {
            return self.look(Waited::default()).await;
        }
        let answer = self.pages().await?;
        let outputs = self.outputs(answer)?;
        match waiter {
            Some(_) => self.look(Waited { outputs: Some(outputs), looks: 0 }).await,
            None => Ok(done(outputs)),
        }
    }

    async fn resume(&mut self, checkpoint: &Checkpoint) -> Result<Answer, Stop> {
        let waited = serde_json::from_slice(&checkpoint.0).map_err(|error| {
            Stop::Failed(failure(
                FailureCode::CheckpointInvalid,
                format!("the checkpoint of the wait is not valid: {error}"),
            ))
        })?;
        self.look(waited).await
    }

    fn waiter(&self) -> Result<Option<Waiter>, Stop> {
        let Some(name) = &self.of.wait else { return Ok(None) };
        // The plan has looked for it; another version of the host may go on with the run.
        let missing = || {
            let text = format!("this version of Stepwell knows no waiter `{name}` of `{}`", self.of.name.service);
            Stop::Failed(failure(FailureCode::HostDefect, text))
        };
        self.service.waiter(name).cloned().map(Some).ok_or_else(missing)
    }

    fn operation(&self, name: &str) -> Result<Operation, Stop> {
        let missing = || {
            let text = format!("this version of Stepwell knows no operation `{name}` of `{}`", self.of.name.service);
            Stop::Failed(failure(FailureCode::HostDefect, text))
        };
        Operation::find(&self.service, name).ok_or_else(missing)
    }

    /// One call to AWS; an answer of AWS that refuses is a value.
    async fn ask(&mut self, operation: &Operation, request: Json) -> Result<Result<Json, CallError>, Stop> {
        self.calls += 1;
        let limit = self.invocation.limits.host_calls;
        check(Limit::HostCalls, limit, self.invocation.used.host_calls + self.calls)?;
        match self.aws.operation(operation, request).await {
            Ok(answer) => Ok(Ok(answer)),
            Err(HostError::Answer(error)) => Ok(Err(error)),
            Err(HostError::Trap(fault)) => Err(StepFault::Host(fault).into()),
        }
    }

    /// The answer, with the items of all pages that the step reads.
    async fn pages(&mut self) -> Result<Json, Stop> {
        let operation = self.operation(&self.of.name.operation)?;
        let request = self.invocation.config.clone();
        let failed = |error: CallError| Stop::Failed(refused(&error));
        let mut whole = self.ask(&operation, request.clone()).await?.map_err(failed)?;
        page::fill_empty(&self.service, operation.model(), &mut whole);
        let (Pages::All, Some(paginator)) = (self.of.pages, operation.model().paginator.clone()) else {
            return Ok(whole);
        };
        let wrong = |error: page::PageError| Stop::Failed(failure(FailureCode::AwsError, error.to_string()));
        let mut last = (request.as_object().cloned().unwrap_or_default(), whole.clone());
        let (mut read, mut size) = (1, whole.to_string().len());
        while let Some(next) = page::next(&paginator, &last.0, &last.1).map_err(wrong)? {
            if read >= self.of.page_limit {
                return Err(Stop::Failed(
                    self.too_much(format!("the list has more than {read} pages"), "raise `page_limit`"),
                ));
            }
            let page = self.ask(&operation, Json::Object(next.clone())).await?.map_err(failed)?;
            (read, size) = (read + 1, size + page.to_string().len());
            if size > LARGEST_ANSWER {
                let text = format!("the first {read} pages of the list have more than {} MiB", LARGEST_ANSWER >> 20);
                return Err(Stop::Failed(self.too_much(text, "narrow the request")));
            }
            page::append(&paginator, &mut whole, &page).map_err(wrong)?;
            last = (next, page);
        }
        Ok(page::whole(&paginator, whole))
    }

    fn too_much(&self, text: String, next: &str) -> Failure {
        let failure = failure(FailureCode::LimitExceeded, text);
        Failure { next: Some(format!("{next}, or use a plugin that reads page by page")), ..failure }
    }

    fn outputs(&self, answer: Json) -> Result<Map<String, Json>, Stop> {
        let selected = step::select(self.of.select.as_deref(), answer);
        let outputs = selected.map_err(|reason| Stop::Failed(failure(FailureCode::ConfigurationInvalid, reason)))?;
        let (size, limit) = (json!(outputs).to_string().len() as u64, self.invocation.limits.outputs);
        if size > limit {
            let failure =
                failure(FailureCode::LimitExceeded, format!("the outputs have {size} bytes, and may have {limit}"));
            let next = "choose the part of the answer that later steps need with `select`".to_owned();
            return Err(Stop::Failed(Failure { next: Some(next), ..failure }));
        }
        Ok(outputs)
    }

    /// Looks whether what the step waits for has come.
    async fn look(&mut self, waited: Waited) -> Result<Answer, Stop> {
        let Some(waiter) = self.waiter()? else { return Ok(done(waited.outputs.unwrap_or_default())) };
        let operation = self.operation(&waiter.operation)?;
        let request = match waited.outputs {
            None => self.invocation.config.clone(),
            Some(_) => step::look_request(&self.service, operation.model(), &self.invocation.config),
        };
        let answer = self.ask(&operation, request).await?;
        let look = match &answer {
            Ok(response) => waiter::Look::Found { status: 200, response },
            Err(error) => waiter::Look::Refused { status: status(error), code: error.code.as_deref() },
        };
        match (waiter::judge(&waiter, look), answer) {
            (Some(WaiterState::Success), answer) => match waited.outputs {
                Some(outputs) => Ok(done(outputs)),
                // `TableNotExists` succeeds by an error.
                None => Ok(done(self.outputs(answer.unwrap_or_else(|_| json!({})))?)),
            },
            (Some(WaiterState::Failure), answer) => Err(Stop::Failed(terminal(&waiter, &answer))),
            (None, Err(error)) => Err(Stop::Failed(refused(&error))),
            (Some(WaiterState::Retry) | None, answer) => {
                let state = answer.ok().and_then(|answer| waiter::observed(&waiter, &answer));
                self.wait(&waiter, waited, state)
            }
        }
    }

    fn wait(&self, waiter: &Waiter, waited: Waited, state: Option<String>) -> Result<Answer, Stop> {
        let looks = waited.looks.saturating_add(1);
        // Short at first, because many changes take seconds; never longer than AWS's own tools wait.
        let seconds = 2_u32.saturating_pow(waited.looks.min(16)).min(waiter.delay.max(1));
        let message = match state {
            Some(state) => format!("{}: {state}", waiter.name),
            None => format!("{}: not yet", waiter.name),
        };
        let checkpoint = json!(Waited { looks, ..waited }).to_string().into_bytes();
        let (limits, mut used) = (self.invocation.limits, self.invocation.used);
        check(Limit::Checkpoint, limits.checkpoint, checkpoint.len() as u64)?;
        let (checkpoint, logged) = (Checkpoint(checkpoint.into()), logged(used));
        used.wait(self.calls, logged, &checkpoint);
        check_total(&limits, used)?;
        let after = Duration::from_secs(u64::from(seconds));
        Ok(Answer::Wait { after, checkpoint, message, progress: None, host_calls: self.calls, logged })
    }
}

fn check(limit: Limit, value: u64, used: u64) -> Result<(), StepFault> {
    if used > value { Err(StepFault::Limit(Exceeded { limit, value })) } else { Ok(()) }
}

fn check_total(limits: &Limits, used: Used) -> Result<(), StepFault> {
    check(Limit::HostCalls, limits.host_calls, used.host_calls)?;
    check(Limit::CheckpointTotal, limits.checkpoint_total, used.checkpoint_bytes)
}

/// An operation writes no log.
fn logged(used: Used) -> Logged {
    Logged { events: used.log_events, bytes: used.log_bytes }
}

fn done(outputs: Map<String, Json>) -> Answer {
    Answer::Done(outputs.into_iter().collect::<BTreeMap<_, _>>())
}

/// The status behind an error that has no code, such as that of a HEAD request.
fn status(error: &CallError) -> Option<u16> {
    match error.kind {
        _ if error.code.is_some() => None,
        CallErrorKind::NotFound => Some(404),
        CallErrorKind::Denied => Some(403),
        CallErrorKind::Throttled | CallErrorKind::Rejected | CallErrorKind::Unavailable => None,
    }
}

/// The failure of a wait for what can never come.
fn terminal(waiter: &Waiter, answer: &Result<Json, CallError>) -> Failure {
    let seen = match answer {
        Ok(answer) => waiter::observed(waiter, answer),
        Err(error) => Some(refused(error).message),
    };
    let seen = seen.unwrap_or_else(|| "another state".to_owned());
    failure(FailureCode::TerminalState, format!("`{}` can no longer come: {seen}", waiter.name))
}
