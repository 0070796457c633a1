//! Steps that call an operation of AWS themselves: what a plugin would do, done by the host. The call takes the path of
//! every call, and waits and outputs have the limits of a plugin's.

mod goal;
mod refused;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use stepwell_aws::generic::Operation;
use stepwell_aws::wit::types::{CallError, CallErrorKind};
use stepwell_aws::{AwsCalls, HostError, HostFault, StepAws, StepContext, is_answer_withheld};
use stepwell_generic::archive::Archive;
use stepwell_generic::model::{Service, Waiter, WaiterState};
use stepwell_generic::step::SelectError;
use stepwell_generic::{page, step, waiter};
use stepwell_model::NextAction as _;
use stepwell_model::error::shorten_to;
use stepwell_model::event::Checkpoint;
use stepwell_model::failure::{Failure, FailureCode};
use stepwell_model::grant::Grants;
use stepwell_model::job::{OperationName, Pages};
use stepwell_model::limits::{Limits, Logged, Used};
use stepwell_model::plan::OperationCall;
use stepwell_sandbox::{Answer, Entry, Exceeded, Invocation, Limit, StepFault};

use crate::again::{LONGEST_PAUSE, pause};
pub(crate) use goal::Goal;
use refused::{refused, told};

/// The interval at which the journal learns how many pages of a list were read.
const TELLS_EVERY: Duration = Duration::from_secs(1);

/// Bytes of all pages together. Outputs are far smaller; a longer list is work for a plugin.
const LARGEST_ANSWER: usize = 8 << 20;

/// Characters of what a wait shows of the resource.
pub(crate) const LONGEST_STATE: usize = 200;

/// Calls the operation once, or looks whether what the step waits for has come.
pub(crate) async fn call(
    of: &OperationCall,
    goal: Goal<'_>,
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
            .map_err(|error| other_version(format!("{error}: {}", error.because())))?;
        let (grants, limits, used) = (Arc::clone(&context.grants), context.limits, context.used);
        let mut aws = StepAws::new(context);
        let aws = AwsCalls::new(Some(&mut aws));
        let mut step = OperationStep { of, goal, service, grants, aws, invocation, limits, used, calls: 0 };
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
        Err(Stop::Failed(Failure { message, because, .. }))
            if [Some(&message), because.as_ref()].into_iter().flatten().any(|text| masker.finds(text.as_bytes())) =>
        {
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

fn wrong_page(name: &OperationName, error: &page::PageError) -> Failure {
    Failure::new(FailureCode::AwsError, format!("the pages cannot be followed: {error}"))
        .because(format!("AWS answered `{name}` so"))
        .next("read the first page alone, or use a plugin that reads page by page")
}

fn too_many_pages(read: u32) -> Failure {
    Failure::new(FailureCode::LimitExceeded, format!("the list has more than {read} pages"))
        .because(format!("`page_limit` is {read}, and a part of a list would look like the whole"))
        .next("raise `page_limit`, or use a plugin that reads page by page")
}

fn too_large(read: u32, size: usize) -> Failure {
    Failure::new(FailureCode::LimitExceeded, format!("the first {read} pages of the list have {size} bytes"))
        .because(format!("all pages together may have {} MiB", LARGEST_ANSWER >> 20))
        .next("narrow the request, or use a plugin that reads page by page")
}

fn outputs_too_large(size: u64, limit: u64) -> Failure {
    Failure::new(FailureCode::LimitExceeded, format!("the outputs have {size} bytes"))
        .because(format!("the outputs of a step may have {limit} bytes"))
        .next("choose the part of the answer that later steps need with `select`")
}

/// The failure of a run that another version of the host began.
fn other_version(text: String) -> Stop {
    let because = "another version of Stepwell made the plan of this run";
    Stop::Failed(Failure::new(FailureCode::HostDefect, text).because(because).next("resume the run with that version"))
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
    goal: Goal<'a>,
    service: Arc<Service>,
    grants: Arc<Grants>,
    aws: AwsCalls<'a>,
    invocation: Invocation,
    limits: Limits,
    used: Used,
    /// Calls to AWS in this call of the step.
    calls: u64,
}

impl OperationStep<'_> {
    async fn start(&mut self) -> Result<Answer, Stop> {
        let waiter = self.waiter()?;
        if waiter.as_ref().is_some_and(|waiter| waiter.operation == self.of.name.operation) {
            return self.look(Waited::default()).await;
        }
        if waiter.is_none() {
            return self.call(Waited::default()).await;
        }
        let outputs = self.answered().await?;
        self.look(Waited { outputs: Some(outputs), looks: 0 }).await
    }

    /// Calls the operation, and waits for the next call while `until` is false.
    async fn call(&mut self, waited: Waited) -> Result<Answer, Stop> {
        let outputs = self.answered().await?;
        if self.goal.is_reached(&outputs).map_err(Stop::Failed)? {
            return self.done(outputs);
        }
        let missed = self.goal.missed(&outputs);
        let after = self.goal.every().unwrap_or_else(|| pause(waited.looks, LONGEST_PAUSE));
        self.wait(waited, after, missed)
    }

    /// The outputs of a call. Empty when the host withholds the answer.
    async fn answered(&mut self) -> Result<Map<String, Json>, Stop> {
        match self.pages().await? {
            Some(answer) => self.outputs(answer),
            None => Ok(Map::new()),
        }
    }

    /// Ends the step, when its outputs are as it expects them.
    fn done(&self, outputs: Map<String, Json>) -> Result<Answer, Stop> {
        self.goal.check(&outputs).map_err(|failure| self.after_call(failure))?;
        Ok(Answer::Done { outputs: outputs.into_iter().collect::<BTreeMap<_, _>>(), host_calls: self.calls })
    }

    async fn resume(&mut self, checkpoint: &Checkpoint) -> Result<Answer, Stop> {
        let waited = serde_json::from_slice(&checkpoint.0).map_err(|error| {
            let failure = Failure::new(FailureCode::CheckpointInvalid, "the checkpoint of the wait is not valid");
            let next = "look in AWS at what the step had started, and report this";
            Stop::Failed(failure.because(error.to_string()).next(next))
        })?;
        match self.of.repeats {
            true => self.call(waited).await,
            false => self.look(waited).await,
        }
    }

    fn waiter(&self) -> Result<Option<Waiter>, Stop> {
        let Some(name) = &self.of.wait else { return Ok(None) };
        // The plan has looked for it; another version of the host may go on with the run.
        let missing = || {
            other_version(format!("this version of Stepwell knows no waiter `{name}` of `{}`", self.of.name.service))
        };
        self.service.waiter(name).cloned().map(Some).ok_or_else(missing)
    }

    /// The operation of this name, with the actions that the request of the step needs.
    fn operation(&self, name: &str) -> Result<Operation, Stop> {
        let service = &self.of.name.service;
        let missing = || other_version(format!("this version of Stepwell knows no operation `{name}` of `{service}`"));
        Operation::find(&self.service, name, &self.invocation.config).ok_or_else(missing)
    }

    /// The failure of a call that AWS or the host refused.
    async fn refused(&self, error: &CallError) -> Stop {
        Stop::Failed(refused(&self.of.name, error, self.aws.region().await.as_deref()))
    }

    /// One call to AWS; an answer of AWS that refuses is a value.
    async fn ask(&mut self, operation: &Operation, request: Json) -> Result<Result<Json, CallError>, Stop> {
        // The call would be refused without the place of the grant.
        self.grants.permit(operation.row()).map_err(|denied| Stop::Failed(refused::not_granted(&denied)))?;
        self.calls += 1;
        let limit = self.limits.host_calls;
        check(Limit::HostCalls, limit, self.used.host_calls + self.calls)?;
        match self.aws.operation(operation, request).await {
            Ok(answer) => Ok(Ok(answer)),
            Err(HostError::Answer(error)) => Ok(Err(error)),
            Err(HostError::Trap(fault)) => Err(StepFault::Host(fault).into()),
        }
    }

    /// The answer, with the items of all pages that the step reads. None when the host withholds it, because it could tell
    /// a secret.
    async fn pages(&mut self) -> Result<Option<Json>, Stop> {
        let operation = self.operation(&self.of.name.operation)?;
        let request = self.invocation.config.clone();
        let mut whole = match self.ask(&operation, request.clone()).await? {
            Ok(answer) => answer,
            Err(error) if is_answer_withheld(&error) => return Ok(None),
            Err(error) => return Err(self.refused(&error).await),
        };
        page::fill_empty(&self.service, operation.model(), &mut whole);
        let (Pages::All, Some(paginator)) = (self.of.pages, operation.model().paginator.clone()) else {
            return Ok(Some(whole));
        };
        let name = &self.of.name;
        let wrong = |error: page::PageError| Stop::Failed(wrong_page(name, &error));
        let mut last = (request.as_object().cloned().unwrap_or_default(), whole.clone());
        let (mut read, mut size) = (1, whole.to_string().len());
        let mut told = Instant::now();
        while let Some(next) = page::next(&paginator, &last.0, &last.1).map_err(wrong)? {
            if read >= self.of.page_limit {
                return Err(Stop::Failed(too_many_pages(read)));
            }
            let page = match self.ask(&operation, Json::Object(next.clone())).await? {
                Ok(page) => page,
                Err(error) => return Err(self.refused(&error).await),
            };
            (read, size) = (read + 1, size + page.to_string().len());
            if size > LARGEST_ANSWER {
                return Err(Stop::Failed(too_large(read, size)));
            }
            page::append(&paginator, &mut whole, &page).map_err(wrong)?;
            last = (next, page);
            if told.elapsed() >= TELLS_EVERY {
                self.aws.read_pages(read).await;
                told = Instant::now();
            }
        }
        Ok(Some(page::whole(&paginator, whole)))
    }

    fn outputs(&self, answer: Json) -> Result<Map<String, Json>, Stop> {
        let selected = step::select(self.of.select.as_deref(), answer).map_err(|error| self.not_selected(&error))?;
        let (size, limit) = (json!(selected).to_string().len() as u64, self.limits.outputs);
        if size > limit {
            return Err(self.after_call(outputs_too_large(size, limit)));
        }
        Ok(selected)
    }

    fn not_selected(&self, error: &SelectError) -> Stop {
        let code = match error {
            SelectError::Nothing { .. } => FailureCode::NothingSelected,
            SelectError::Path { .. } => FailureCode::ConfigurationInvalid,
            SelectError::TooLarge { .. } => FailureCode::LimitExceeded,
        };
        // Another look at what a change has answered would be another change.
        let next = match error.looking_again() {
            Some(again) if !self.changes() => format!("{}; {again}", error.next()),
            _ => error.next(),
        };
        self.after_call(Failure::new(code, error.to_string()).because(error.because()).next(next))
    }

    /// A failure behind the call of the step: its reason says so when the call changed something.
    fn after_call(&self, failure: Failure) -> Stop {
        if !self.changes() {
            return Stop::Failed(failure);
        }
        let made = format!("the call of `{}` was made", self.of.name);
        let because = failure.because.as_ref().map_or_else(|| made.clone(), |because| format!("{because}; {made}"));
        let next = failure.next.as_deref().unwrap_or("look at the resource in AWS");
        let next = format!("{next}; another run makes the call again");
        Stop::Failed(failure.because(because).next(next))
    }

    /// Whether the operation of the step changes something.
    fn changes(&self) -> bool {
        self.operation(&self.of.name.operation).is_ok_and(|operation| operation.row().repeat.changes())
    }

    /// Looks whether what the step waits for has come.
    async fn look(&mut self, waited: Waited) -> Result<Answer, Stop> {
        let Some(waiter) = self.waiter()? else {
            return self.done(waited.outputs.unwrap_or_default());
        };
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
                Some(outputs) => self.done(outputs),
                // `TableNotExists` succeeds by an error.
                None => self.done(self.outputs(answer.unwrap_or_else(|_| json!({})))?),
            },
            (Some(WaiterState::Failure), answer) => Err(Stop::Failed(terminal(&waiter, &answer))),
            (None, Err(error)) => Err(self.refused(&error).await),
            (Some(WaiterState::Retry) | None, answer) => {
                let state = answer.ok().and_then(|answer| waiter::observed(&waiter, &answer));
                let state = state.unwrap_or_else(|| "not yet".to_owned());
                let pause = pause(waited.looks, waiter.delay);
                self.wait(waited, pause, format!("{}: {state}", waiter.name))
            }
        }
    }

    /// Waits for the next look.
    fn wait(&self, waited: Waited, after: Duration, message: String) -> Result<Answer, Stop> {
        let looks = waited.looks.saturating_add(1);
        let checkpoint = json!(Waited { looks, ..waited }).to_string().into_bytes();
        let (limits, mut used) = (self.limits, self.used);
        check(Limit::Checkpoint, limits.checkpoint, checkpoint.len() as u64)?;
        let (checkpoint, logged) = (Checkpoint(checkpoint.into()), logged(used));
        used.wait(self.calls, logged, &checkpoint);
        check_total(&limits, used)?;
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
        Err(error) => Some(told(error)),
    };
    let seen = seen.unwrap_or_else(|| "another state".to_owned());
    Failure::new(FailureCode::TerminalState, format!("the wait for `{}` has failed: {seen}", waiter.name))
        .because("AWS's model of the waiter takes this for the end")
        .next("look in AWS for the reason of that state")
}
