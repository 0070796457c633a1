//! The path of every call: permit, intent, request, answer. The service files go through [`AwsCalls::call`] and
//! [`AwsCalls::batch`], and have no other way to AWS.

use std::sync::Arc;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::region::Region;
use aws_types::request_id::RequestId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use stepwell_model::action::{self, Action, Function, Repeat, Row};
use stepwell_model::event::{Answer, Progress, SignedAs};
use stepwell_model::grant::Permit;
use stepwell_model::lease::Lease;

use crate::aws::Service;
use crate::convert::sha256;
use crate::directory::Lender;
use crate::error::{HostError, HostFault, LONGEST_REQUEST_ID, is_identifier};
use crate::gate::Pass;
use crate::sdk_error;
use crate::step::{Earlier, StepAws};
use crate::tally::Tally;
use crate::wit::types::{self, CallError, CallErrorKind};

/// The AWS interfaces of the contract for one running step. While a plugin describes itself there is no step, and every
/// function fails with [`HostFault::Describing`].
pub struct AwsCalls<'a> {
    step: Option<&'a mut StepAws>,
}

impl<'a> AwsCalls<'a> {
    /// The view that wasmtime calls.
    pub fn new(step: Option<&'a mut StepAws>) -> Self {
        Self { step }
    }
}

/// The SDK's output of an operation.
pub(crate) trait Output: RequestId + Send {}
impl<O: RequestId + Send> Output for O {}

/// The SDK's error of an operation.
pub(crate) trait OperationError: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static {}
impl<E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static> OperationError for E {}

/// A request of the SDK on its way.
pub(crate) trait Request<O, E>: Future<Output = Result<O, SdkError<E, HttpResponse>>> + Send {}
impl<O, E, F: Future<Output = Result<O, SdkError<E, HttpResponse>>> + Send> Request<O, E> for F {}

/// An answer in the plugin's form. The journal keeps that of a call that must happen once.
pub(crate) trait Told: Serialize + DeserializeOwned + Send {}
impl<W: Serialize + DeserializeOwned + Send> Told for W {}

impl AwsCalls<'_> {
    /// Makes one call. `send` gets a client and the pass that the request must carry as an interceptor; `convert` turns
    /// AWS's answer into the plugin's.
    ///
    /// `request` is the journal's record of a call that changes something: the names in it, never a secret.
    pub(crate) async fn call<S, O, E, F, W>(
        &mut self,
        row: Row<S::Rows>,
        request: Json,
        send: impl FnOnce(S, Pass) -> F + Clone + Send,
        convert: impl FnOnce(O) -> Result<W, HostError> + Send,
    ) -> Result<W, HostError>
    where
        S: Service + Send,
        O: Output,
        E: OperationError,
        F: Request<O, E>,
        W: Told,
    {
        self.call_keeping(row, request, send, convert, |_| None).await
    }

    /// The same for an answer of which a part tells nothing about a secret in the request: `keep` takes the rest out.
    pub(crate) async fn call_keeping<S, O, E, F, W>(
        &mut self,
        row: Row<S::Rows>,
        mut request: Json,
        send: impl FnOnce(S, Pass) -> F + Clone + Send,
        convert: impl FnOnce(O) -> Result<W, HostError> + Send,
        keep: impl FnOnce(W) -> Option<W> + Send,
    ) -> Result<W, HostError>
    where
        S: Service + Send,
        O: Output,
        E: OperationError,
        F: Request<O, E>,
        W: Told,
    {
        let (step, permit) = self.permitted::<S>(row, &mut request)?;
        let row = permit.row();
        step.held(row.action.as_str()).await?;
        match step.answered_before(row.action.as_str(), row.repeat, &request)? {
            Earlier::Nothing => {}
            Earlier::Withheld => return Err(HostError::unheard().of(row.action)),
            Earlier::Answered(response) => return Ok(response),
        }
        let (session, client) = step.client::<S>(permit).await?;
        let token = step.token(row.action.as_str(), row.repeat, &request, None)?;
        let pass = Pass::new::<E>(
            permit,
            token.as_ref().map(|token| token.value.clone()),
            step.secrets(),
            step.context.lease.clone(),
        );
        // A request that may not leave becomes no intent: a crash right after it would leave its outcome unknown.
        if let Some(rehearsal) = pass.rehearsal().filter(|_| row.repeat.changes())
            && let Err(error) = Box::pin(send.clone()(client.clone(), rehearsal)).await
        {
            sdk_error::secret_refusal(row.action.as_str(), &error).map_or(Ok(()), Err)?;
        }
        let number = step.intend(row.action.as_str(), row.repeat, request, token).await?;
        let (answer, result) = match send(client, pass.clone()).await {
            Ok(output) => {
                let request_id = output.request_id().map(str::to_owned);
                let told = |answer| if step.tells_secret(&pass) { without_echo(answer, keep) } else { Ok(answer) };
                // What is kept of an echo comes from the same sender, who may have put the secret there.
                let answer = convert(output).and_then(told).and_then(|answer| step.checked(answer));
                (kept(&pass, request_id, &answer), answer)
            }
            Err(error) => {
                let (answer, error) = sdk_error::explain(&error, &pass);
                (answer, Err(step.checked_error(error)))
            }
        };
        if matches!(&result, Err(HostError::Trap(HostFault::Credentials { .. }))) {
            session.forget().await;
        }
        let result = result.map_err(|error| error.of(row.action));
        if let Some(number) = number.filter(|_| !is_lost(&result)) {
            step.conclude(row.action.as_str(), number, answer).await?;
        }
        result
    }

    /// Makes one call that becomes many requests, each of which can be retried. `work` gets a client and the pass that
    /// every request must carry as an interceptor. Meanwhile the journal learns the progress.
    ///
    /// `request` is the journal's record of the call: a summary, never all names.
    pub(crate) async fn batch<S, T, F>(
        &mut self,
        row: Row<S::Rows>,
        mut request: Json,
        tally: Arc<Tally>,
        work: impl FnOnce(S, Pass) -> F + Send,
    ) -> Result<T, HostError>
    where
        S: Service + Send,
        F: Future<Output = Result<T, HostError>> + Send,
    {
        let (step, permit) = self.permitted::<S>(row, &mut request)?;
        let row = permit.row();
        let action = row.action.as_str();
        step.held(action).await?;
        let (session, client) = step.client::<S>(permit).await?;
        let number = step.intend(action, row.repeat, request, None).await?;
        let pass = Pass::of_many(permit, step.secrets(), step.context.lease.clone());
        // Both are one future: no progress follows the end of the work, or its drop.
        let result = tokio::select! {
            result = work(client, pass.clone()) => result,
            never = step.tell(&tally) => match never {},
        };
        let result = match result {
            Ok(_) if step.tells_secret(&pass) => Err(HostError::unheard()),
            Err(error) if pass.holds_secrets() => Err(step.checked_error(error.withheld())),
            Err(error) => Err(step.checked_error(error)),
            done => done,
        };
        if matches!(&result, Err(HostError::Trap(HostFault::Credentials { .. }))) {
            session.forget().await;
        }
        if let Some(number) = number.filter(|_| !is_lost(&result)) {
            let done = |_| Answer::Done { request_id: None, status: None, response: Some(tally.outcome()) };
            let answer = result.as_ref().map_or_else(|error| sdk_error::kept(error, &pass), done);
            step.conclude(action, number, answer).await?;
        }
        result.map_err(|error| error.of(row.action))
    }

    /// Changes files of this machine, which needs no permit of AWS. `action` is the journal's name for the change.
    pub(crate) async fn change_files<T, F>(
        &mut self,
        function: Function,
        action: &'static str,
        request: Json,
        change: impl FnOnce(Lease) -> F + Send,
    ) -> Result<T, HostFault>
    where
        F: Future<Output = T> + Send,
    {
        let step = self.running(function)?;
        step.held(action).await?;
        let number = step.intend(action, Repeat::Idempotent, request, None).await?;
        let changed = change(step.context.lease.clone()).await;
        if let Some(number) = number {
            step.conclude(action, number, Answer::Done { request_id: None, status: None, response: None }).await?;
        }
        Ok(changed)
    }

    /// Whether a placeholder stands in a part of a request.
    pub(crate) fn holds_placeholder(&self, part: &Json) -> bool {
        self.step.as_ref().is_some_and(|step| step.holds_placeholder(part))
    }

    /// Checks actions that AWS checks only for some requests of the function.
    pub(crate) fn check_actions(
        &mut self,
        function: Function,
        actions: impl IntoIterator<Item = Action>,
    ) -> Result<(), HostError> {
        let step = self.running(function)?;
        Ok(actions.into_iter().try_for_each(|action| step.context.grants.check(action))?)
    }

    /// The way into the directories that the step may reach.
    pub(crate) fn lender(&mut self, function: Function) -> Result<Lender, HostFault> {
        Ok(self.running(function)?.lender())
    }

    /// The owner of the credentials that sign, and the region of the calls: for `credentials.describe`, which calls no AWS
    /// and needs no permit.
    pub(crate) async fn signed_as(&mut self) -> Result<(SignedAs, Option<Region>), HostFault> {
        self.running(action::host::CREDENTIALS_DESCRIBE)?.signed_as("credentials.describe").await
    }

    /// Records how many pages of a list the step has read.
    pub async fn read_pages(&self, pages: u32) {
        if let Some(step) = &self.step {
            let progress = Progress { done: pages.into(), total: None, unit: "pages".to_owned() };
            step.progressed(format!("read {pages} pages"), progress).await;
        }
    }

    /// The region of the calls. None before the first call.
    pub async fn region(&self) -> Option<String> {
        self.step.as_ref()?.region().await.map(|region| region.to_string())
    }

    /// The permit for a row, and the request as the journal keeps it.
    fn permitted<S: Service>(
        &mut self,
        row: Row<S::Rows>,
        request: &mut Json,
    ) -> Result<(&mut StepAws, Permit), HostError> {
        let row = row.row();
        let step = self.running(row.function)?;
        let permit = step.context.grants.permit(row)?;
        // A member that the plugin left out stays out of the request as well.
        if let Some(names) = request.as_object_mut() {
            names.retain(|_, value| !value.is_null());
        }
        if row.repeat.changes() {
            bound(request);
        } else {
            step.check_real(row.action.as_str(), request)?;
        }
        Ok((step, permit))
    }

    /// The step that runs.
    pub(crate) fn running(&mut self, function: Function) -> Result<&mut StepAws, HostFault> {
        self.step.as_deref_mut().ok_or(HostFault::Describing { function })
    }
}

impl types::Host for AwsCalls<'_> {
    fn convert_call_error(&mut self, error: HostError) -> wasmtime::Result<CallError> {
        match error {
            HostError::Answer(answer) => Ok(answer),
            HostError::Trap(fault) => Err(fault.into()),
        }
    }
}

/// Whether another process has the run: it also has the journal.
fn is_lost<T>(result: &Result<T, HostError>) -> bool {
    matches!(result, Err(HostError::Trap(HostFault::NotHeld { .. })))
}

/// A larger request is no list of names: AWS would refuse it, and it could fill the journal.
const LARGEST_REQUEST: usize = 64 << 10;

/// Replaces a request that is too large by its size and hash, which tell it from others.
fn bound(request: &mut Json) {
    let text = request.to_string();
    if text.len() > LARGEST_REQUEST {
        *request = json!({ "Bytes": text.len(), "Sha256": sha256(text.as_bytes()) });
    }
}

/// The journal's record of a call that AWS carried out.
fn kept<W: Serialize>(pass: &Pass, request_id: Option<String>, answer: &Result<W, HostError>) -> Answer {
    if let Err(HostError::Answer(CallError { kind: CallErrorKind::Unavailable, message, .. })) = answer {
        // The outcome of the call is unknown: another attempt has to make the same call with the same token.
        return Answer::Unknown { message: message.clone() };
    }
    let kept = answer.as_ref().ok().filter(|_| pass.permit().row().repeat == Repeat::Once);
    // The journal reads a `null` back as an absent value.
    let response = kept.and_then(|answer| serde_json::to_value(answer).ok()).filter(|answer| !answer.is_null());
    let is_shown = |id: &String| !pass.holds_secrets() || is_identifier(id, LONGEST_REQUEST_ID);
    Answer::Done { request_id: request_id.filter(is_shown), status: None, response }
}

/// The answer to a request that held a secret: what tells nothing about it. An answer without content needs no care.
fn without_echo<W: Serialize>(answer: W, keep: impl FnOnce(W) -> Option<W>) -> Result<W, HostError> {
    match serde_json::to_value(&answer) {
        Ok(Json::Null) => Ok(answer),
        _ => keep(answer).ok_or_else(HostError::unheard),
    }
}
