//! The path of every call: permit, intent, request, answer. The service files go through [`AwsCalls::call`] and have no
//! other way to AWS.

mod batch;

use std::collections::HashMap;
use std::sync::Arc;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::region::Region;
use aws_types::request_id::RequestId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use stepwell_model::NextAction as _;
use stepwell_model::action::{self, Action, Repeat};
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::{Answer, Call, SignedAs, What};
use stepwell_model::grant::{Denied, Grants, Permit};
use stepwell_model::id::StepPath;
use stepwell_model::journal::Journal;
use stepwell_model::report::CallReport;
use stepwell_model::settings::Directories;
use stepwell_secrets::Masker;

use crate::aws::{Service, Session};
use crate::convert::sha256;
use crate::directory::Lender;
use crate::error::{HostError, HostFault};
use crate::gate::Pass;
use crate::run::{Purpose, RunAws};
use crate::sdk_error;
use crate::wit::stepwell::step::types::{CallError, CallErrorKind};

pub(crate) use batch::Tally;

/// What one call of a plugin has of AWS.
#[derive(Clone)]
pub struct StepAws {
    /// The run's access.
    pub aws: RunAws,
    /// Whose credentials calls are signed with.
    pub credentials: StepCredentials,
    /// What the plugin may call.
    pub grants: Arc<Grants>,
    /// The directories that it may reach.
    pub directories: Directories,
    /// Keeps intents and answers.
    pub journal: Arc<dyn Journal>,
    /// The step.
    pub step: StepPath,
    /// Its region; none leaves it to the SDK.
    pub region: Option<String>,
    /// Make no change.
    pub dry_run: bool,
    /// What client tokens of this attempt are made from.
    pub idempotency_token: String,
    /// The calls of this step that the journal has.
    pub calls: Vec<CallReport>,
    /// How many of them were made before the plugin was called like this. It made the others when it was called like this
    /// before, and the host was gone: those that must happen once are not made again, their answers are.
    pub settled_calls: usize,
    /// What the journal's records were masked with.
    pub masker: Masker,
    /// What the journal holds of the credentials: others are recorded when they come.
    pub signed_as: Option<SignedAs>,
    /// The session of the calls that were made already.
    pub session: OpenSession,
    /// How often the plugin asked for the same call with a client token since it was called.
    pub tokens_given: HashMap<String, usize>,
}

/// The session of a step, once it is open.
#[derive(Clone, Default)]
pub struct OpenSession(Option<Arc<Session>>);

/// The AWS interfaces of the contract, for one step; or for none, while a plugin says what it is: then nothing answers.
pub struct AwsCalls<'a> {
    step: Option<&'a mut StepAws>,
}

impl<'a> AwsCalls<'a> {
    /// The view that wasmtime calls.
    pub fn new(step: Option<&'a mut StepAws>) -> Self {
        Self { step }
    }
}

impl AwsCalls<'_> {
    /// Makes one call: `send` gets a client and the pass that the request must carry as an interceptor, `convert` makes of
    /// AWS's answer what the plugin gets.
    ///
    /// `request` is what the journal keeps of a call that changes something: the names in it, never a secret.
    pub(crate) async fn call<S, O, E, F, W>(
        &mut self,
        function: &'static str,
        mut request: Json,
        send: impl FnOnce(S, Pass) -> F + Send,
        convert: impl FnOnce(O) -> Result<W, HostError> + Send,
    ) -> Result<W, HostError>
    where
        S: Service + Send,
        O: RequestId + Send,
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>> + Send,
        W: Serialize + DeserializeOwned + Send,
    {
        let (step, permit) = self.permitted::<S>(function, &mut request)?;
        let row = permit.row();
        if let Some(response) = step.answered_before(permit, &request)? {
            return Ok(response);
        }
        let (session, client) = step.client::<S>(permit).await?;
        let token = step.token(permit, &request);
        let number = step.intend(row.action.as_str(), row.repeat, request, token.clone()).await?;
        let pass = Pass::new::<E>(permit, token, step.aws.secrets());
        let (answer, result) = match send(client, pass.clone()).await {
            Ok(output) => done(&pass, output, convert),
            Err(error) => failed(&error, &pass),
        };
        if matches!(&result, Err(HostError::Trap(HostFault::Credentials { .. }))) {
            session.forget().await;
        }
        let result = result.map_err(|error| error.of(row.action));
        if let Some(number) = number {
            step.conclude(row.action.as_str(), number, answer).await?;
        }
        result
    }

    /// The permit for a function, and the request as the journal keeps it.
    fn permitted<S: Service>(
        &mut self,
        function: &'static str,
        request: &mut Json,
    ) -> Result<(&mut StepAws, Permit), HostError> {
        let interface = S::INTERFACE;
        let step = self.step.as_deref_mut().ok_or(HostFault::Describing { interface, function })?;
        let row = action::row(interface, function).ok_or(HostFault::NoRow { interface, function })?;
        let permit = step.grants.permit(row)?;
        // What the plugin left out does not leave either.
        if let Some(names) = request.as_object_mut() {
            names.retain(|_, value| !value.is_null());
        }
        if row.repeat.changes() {
            bound(request);
        }
        Ok((step, permit))
    }

    /// The way into the directories that are lent to the step.
    pub(crate) fn lender(&self, interface: &'static str, function: &'static str) -> Result<Lender, HostFault> {
        let step = self.step.as_deref().ok_or(HostFault::Describing { interface, function })?;
        let (home, project) = step.aws.bases();
        Ok(Lender { directories: step.directories.clone(), home, project })
    }

    /// Whose credentials calls are signed with now, and the region that they go to: for `credentials.describe`, which is
    /// no call of AWS and needs no permit.
    pub(crate) async fn signed_as(&mut self) -> Result<(SignedAs, Option<Region>), HostFault> {
        let describing = HostFault::Describing { interface: "credentials", function: "describe" };
        let step = self.step.as_mut().ok_or(describing)?;
        let session = step.open("credentials.describe").await?;
        let signed_as = step.sign(&session, "credentials.describe").await?;
        Ok((signed_as, session.region(step.region.as_deref()).await))
    }
}

impl StepAws {
    /// A client for a call that was permitted, with credentials that sign.
    async fn client<S: Service>(&mut self, permit: Permit) -> Result<(Arc<Session>, S), HostFault> {
        let action = permit.row().action.as_str();
        let session = self.open(action).await?;
        let client = session.client::<S>(permit, self.region.as_deref()).await?;
        self.sign(&session, action).await?;
        Ok((session, client))
    }

    /// The session whose credentials sign.
    async fn open(&mut self, action: &'static str) -> Result<Arc<Session>, HostFault> {
        if let Some(session) = &self.session.0 {
            return Ok(Arc::clone(session));
        }
        let (credentials, grants, region) = (&self.credentials, Some(&*self.grants), self.region.as_deref());
        let session = self.aws.session(Purpose { credentials, grants, region, action, patient: false }).await?;
        self.session.0 = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Has credentials that sign, before anything is intended, and records whose they are when they are others.
    async fn sign(&mut self, session: &Session, action: &'static str) -> Result<SignedAs, HostFault> {
        let issued = session.issued(&self.credentials).await;
        let (_, signed_as) = issued.map_err(|error| HostFault::no_credentials(action, &error))?;
        if self.signed_as.as_ref() != Some(&signed_as) {
            let what = What::CredentialsIssued { step: self.step.clone(), credentials: signed_as.clone() };
            self.journal.append(what).await.map_err(|source| HostFault::IntentNotKept { action, source })?;
            self.signed_as = Some(signed_as.clone());
        }
        Ok(signed_as)
    }

    /// Records a change that is about to be made and gives its number; reads need no record.
    async fn intend(
        &mut self,
        action: &'static str,
        repeat: Repeat,
        request: Json,
        token: Option<String>,
    ) -> Result<Option<u64>, HostFault> {
        if !repeat.changes() {
            return Ok(None);
        }
        let number = u64::try_from(self.calls.len()).unwrap_or(u64::MAX) + 1;
        let call = Call { number, action: action.to_owned(), repeat, request, token };
        let (step, known) = (self.step.clone(), call.clone());
        let what = if self.dry_run { What::ChangeWithheld { step, call } } else { What::CallIntended { step, call } };
        self.journal.append(what).await.map_err(|source| HostFault::IntentNotKept { action, source })?;
        self.calls.push(CallReport { call: known, answer: None, decided: true });
        if self.dry_run { Err(HostFault::DryRun { action }) } else { Ok(Some(number)) }
    }

    /// The client token of a call that takes one: the same when the plugin is called again after a crash and asks for the
    /// same, whatever else it asks for then, and another one for every other call.
    fn token(&mut self, permit: Permit, request: &Json) -> Option<String> {
        let row = permit.row();
        if row.repeat != Repeat::Tokened {
            return None;
        }
        let mut masked = request.clone();
        self.masker.json(&mut masked);
        let is_same = |call: &&CallReport| call.call.action == row.action.as_str() && call.call.request == masked;
        // An earlier attempt did not learn what became of it: AWS would not know this one as the same.
        let is_open = |call: &&mut CallReport| {
            !call.decided && is_same(&&**call) && matches!(call.answer, None | Some(Answer::Unknown { .. }))
        };
        let earlier = self.calls.get_mut(..self.settled_calls).unwrap_or_default();
        if let Some(open) = earlier.iter_mut().find(is_open) {
            open.decided = true;
            return open.call.token.clone();
        }
        let before = self.calls.iter().take(self.settled_calls).filter(is_same).count();
        let key = format!("{} {masked}", row.action);
        let now = self.tokens_given.entry(key.clone()).or_default();
        *now += 1;
        let hash = Sha256::digest(format!("{}/{key}/{}", self.idempotency_token, before + *now));
        Some(hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The answer to a call that must happen once, and did before the host was gone: of the calls of this action the next
    /// one that the journal has.
    fn answered_before<W: DeserializeOwned>(&mut self, permit: Permit, request: &Json) -> Result<Option<W>, HostFault> {
        let (row, action) = (permit.row(), permit.row().action.as_str());
        let is_done = |call: &CallReport| {
            !call.decided && call.call.action == action && matches!(call.answer, Some(Answer::Done { .. }))
        };
        let open = self.calls.get_mut(self.settled_calls..).unwrap_or_default();
        let Some(before) = open.iter_mut().find(|call| is_done(call)).filter(|_| row.repeat == Repeat::Once) else {
            return Ok(None);
        };
        // It is not given a second time.
        before.decided = true;
        let before = before.clone();
        let mut request = request.clone();
        self.masker.json(&mut request);
        if request != before.call.request {
            return Err(HostFault::OtherCall { action });
        }
        let Some(Answer::Done { response, .. }) = before.answer else { return Ok(None) };
        serde_json::from_value(response.unwrap_or_default()).map(Some).map_err(|_| HostFault::OtherCall { action })
    }

    async fn conclude(&self, action: &'static str, number: u64, answer: Answer) -> Result<(), HostFault> {
        let what = What::CallAnswered { step: self.step.clone(), number, answer };
        self.journal.append(what).await.map_err(|source| HostFault::AnswerNotKept { action, source })?;
        Ok(())
    }
}

/// A request that is larger than this is no list of names: AWS would refuse it, and a journal could be filled with it.
const LARGEST_REQUEST: usize = 64 << 10;

/// Keeps of a request that is too large what tells it from others.
fn bound(request: &mut Json) {
    let text = request.to_string();
    if text.len() > LARGEST_REQUEST {
        *request = json!({ "Bytes": text.len(), "Sha256": sha256(text.as_bytes()) });
    }
}

/// What the journal keeps of an answer, and what the plugin gets of it.
fn done<O: RequestId, W: Serialize + DeserializeOwned>(
    pass: &Pass,
    output: O,
    convert: impl FnOnce(O) -> Result<W, HostError>,
) -> (Answer, Result<W, HostError>) {
    let request_id = output.request_id().map(str::to_owned);
    let converted = convert(output).and_then(|answer| pass.hide(answer));
    if let Err(HostError::Answer(CallError { message, .. })) = &converted {
        // Nobody learns what was done: another attempt has to ask for the same, with the same token.
        return (Answer::Unknown { message: message.clone() }, converted);
    }
    let kept = converted.as_ref().ok().filter(|_| pass.permit().row().repeat == Repeat::Once);
    // What is nothing is read back as what is not there.
    let response = kept.and_then(|answer| serde_json::to_value(answer).ok()).filter(|answer| !answer.is_null());
    (Answer::Done { request_id, response }, converted)
}

fn failed<E, W>(error: &SdkError<E, HttpResponse>, pass: &Pass) -> (Answer, Result<W, HostError>)
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let (answer, error) = sdk_error::explain(error, pass);
    (answer, Err(if pass.holds_secrets() { error.withheld() } else { error }))
}

impl HostError {
    /// The same, with the action of the call that failed.
    fn of(mut self, action: Action) -> Self {
        if let Self::Answer(answer) = &mut self {
            action.as_str().clone_into(&mut answer.action);
        }
        self
    }
}

impl From<Denied> for HostError {
    fn from(denied: Denied) -> Self {
        let message = format!("{denied}: {}", denied.because());
        let action = denied.action.to_string();
        Self::Answer(CallError { kind: CallErrorKind::Denied, action, code: None, message, request_id: None })
    }
}
