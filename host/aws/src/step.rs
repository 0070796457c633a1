//! The AWS side of one call of a plugin: everything that its caller says ([`StepContext`]), and the state while it runs
//! ([`StepAws`]).

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use aws_types::region::Region;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use stepwell_model::action::{Echo, Repeat};
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::{Answer, Call, Progress, SignedAs, What};
use stepwell_model::grant::{Grants, Permit};
use stepwell_model::id::StepPath;
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::lease::Lease;
use stepwell_model::limits::{Limits, Used};
use stepwell_model::plan::{Capture, StepSecret};
use stepwell_model::report::CallReport;
use stepwell_model::settings::Directories;
use stepwell_model::stand_in;
use stepwell_secrets::Masker;

use crate::aws::{Service, Session};
use crate::departure::held;
use crate::directory::Lender;
use crate::error::{HostError, HostFault};
use crate::fill::StepSecrets;
use crate::gate::Pass;
use crate::run::{Purpose, RunAws};
use crate::sdk_error::no_credentials;
use crate::tally::Tally;
use crate::wit::types::CallError;

/// The interval at which the journal learns the progress of a call.
const EVERY: Duration = Duration::from_secs(1);

/// Everything that the caller of a plugin lends to one call.
#[derive(Clone)]
pub struct StepContext {
    /// The run's access to AWS.
    pub aws: RunAws,
    /// The credentials that sign the AWS calls.
    pub credentials: StepCredentials,
    /// The AWS calls that the plugin may make.
    pub grants: Arc<Grants>,
    /// What the call, and the attempt, may cost.
    pub limits: Limits,
    /// What the attempt has used of them before. The answers to calls count as they come.
    pub used: Used,
    /// The directories that the plugin may reach.
    pub directories: Directories,
    /// The secrets that its requests may carry, and where to.
    pub may_send: Arc<[StepSecret]>,
    /// Keeps the records of the call: log, intents and answers.
    pub journal: Arc<dyn Journal>,
    /// The masker of the run. It masks the plugin's texts before the host cuts them into lines or to a length: half a
    /// secret is unknown to it. The journal masks its records with the same one.
    pub masker: Masker,
    /// The values that the job captures from the lines of the log.
    pub captures: Vec<Capture>,
    /// Whether an earlier step of the run made a call that held a secret and whose results other calls show
    /// ([`held_secret`]).
    pub told_secret: bool,
    /// The step.
    pub step: StepPath,
    /// The AWS region of the step. None leaves it to the SDK: `AWS_REGION`, the profile, the instance.
    pub region: Option<String>,
    /// The same for every retry of one attempt; at most 64 characters of `[0-9a-z-]`. Client tokens derive from it.
    pub idempotency_token: String,
    /// The run's lease: nothing is done for the run without it.
    pub lease: Lease,
    /// Make no change: the call ends before the first one with [`HostFault::DryRun`].
    pub dry_run: bool,
    /// The AWS calls of this step that the journal holds.
    pub calls: Vec<CallReport>,
    /// Number of `calls` made before this invocation began. Later ones belong to an earlier, interrupted attempt at the
    /// same invocation: the host repeats no call of them that must happen once, and gives the plugin its recorded answer.
    pub settled_calls: usize,
    /// The journal's record of the step's credentials; the host records others when they come.
    pub signed_as: Option<SignedAs>,
}

/// The member of a recorded request that tells that it held a secret. Only calls have it whose results other calls
/// show.
pub(crate) const HELD_SECRET: &str = "HeldSecret";

/// Whether a recorded request held a secret.
pub fn held_secret(request: &Json) -> bool {
    request.get(HELD_SECRET).is_some_and(|held| *held == Json::Bool(true))
}

/// By what AWS or a server recognises a repetition of a call.
pub(crate) struct Token {
    pub(crate) value: String,
    /// The header of an HTTP request that carries it.
    pub(crate) header: Option<String>,
}

/// What the journal has of a call that an interrupted attempt made.
pub(crate) enum Earlier<W> {
    /// Nothing: the call is still to be made.
    Nothing,
    /// The call was carried out, and its answer was not kept.
    Withheld,
    /// Its answer.
    Answered(W),
}

/// The AWS side of one running call of a plugin.
pub struct StepAws {
    /// `calls` and `signed_as` in it grow with the calls that the plugin makes.
    pub(crate) context: StepContext,
    /// Open after the first AWS call.
    session: Option<Arc<Session>>,
    /// Number of client tokens given out in this invocation, by the call that asked for them.
    tokens_given: HashMap<String, usize>,
}

impl StepAws {
    /// The state before the plugin's first AWS call.
    pub fn new(context: StepContext) -> Self {
        Self { context, session: None, tokens_given: HashMap::new() }
    }

    /// The way into the directories that the step may reach.
    pub(crate) fn lender(&self) -> Lender {
        Lender { directories: self.context.directories.clone(), files: self.context.aws.host_files() }
    }

    /// Waits until this process certainly holds the run. Everything that acts for the step begins with it.
    pub(crate) async fn held(&self, action: &'static str) -> Result<(), HostFault> {
        held(&self.context.lease).await.map_err(|source| HostFault::NotHeld { action, source })
    }

    /// The secrets of the run, and those of them that the step may send.
    pub(crate) fn secrets(&self) -> StepSecrets {
        StepSecrets { all: self.context.aws.secrets(), may_send: Arc::clone(&self.context.may_send) }
    }

    /// A client for a permitted call, and the session whose credentials sign it.
    pub(crate) async fn client<S: Service>(&mut self, permit: Permit) -> Result<(Arc<Session>, S), HostFault> {
        let action = permit.row().action.as_str();
        let session = self.open(action).await?;
        let client = session.client::<S>(permit, self.context.region.as_deref()).await?;
        self.sign(&session, action).await?;
        Ok((session, client))
    }

    /// The owner of the credentials that sign, and the region of the calls.
    pub(crate) async fn signed_as(&mut self, action: &'static str) -> Result<(SignedAs, Option<Region>), HostFault> {
        let session = self.open(action).await?;
        let signed_as = self.sign(&session, action).await?;
        Ok((signed_as, session.region(self.context.region.as_deref()).await))
    }

    /// The region of the calls. None before the first call.
    pub(crate) async fn region(&self) -> Option<Region> {
        self.session.as_ref()?.region(self.context.region.as_deref()).await
    }

    /// The session of the step, opened by its first call.
    async fn open(&mut self, action: &'static str) -> Result<Arc<Session>, HostFault> {
        if let Some(session) = &self.session {
            return Ok(Arc::clone(session));
        }
        let StepContext { aws, credentials, grants, region, .. } = &self.context;
        let (grants, region) = (Some(&**grants), region.as_deref());
        let session = aws.session(Purpose { credentials, grants, region, action, patient: false }).await?;
        self.session = Some(Arc::clone(&session));
        Ok(session)
    }

    /// Gets credentials before the host records any intent, and records their owner when it is another one.
    async fn sign(&mut self, session: &Session, action: &'static str) -> Result<SignedAs, HostFault> {
        let issued = session.issued(&self.context.credentials).await;
        let (_, signed_as) = issued.map_err(|error| no_credentials(action, &error))?;
        let region = session.region(self.context.region.as_deref()).await.map(|region| region.to_string());
        let signed_as = SignedAs { region, ..signed_as };
        if self.context.signed_as.as_ref() != Some(&signed_as) {
            let what = What::CredentialsIssued { step: self.context.step.clone(), credentials: signed_as.clone() };
            self.append(what).await.map_err(|source| HostFault::IntentNotKept { action, source })?;
            self.context.signed_as = Some(signed_as.clone());
        }
        Ok(signed_as)
    }

    /// Refuses a read with a stand-in in a dry run: its answer would tell nothing.
    pub(crate) fn check_real(&self, action: &'static str, request: &Json) -> Result<(), HostFault> {
        let is_stand_in = self.context.dry_run && stand_in::is_in(request);
        if is_stand_in { Err(HostFault::StandIn { action }) } else { Ok(()) }
    }

    /// Records a change before it is made, and returns its number; a read needs no record.
    pub(crate) async fn intend(
        &mut self,
        action: &'static str,
        repeat: Repeat,
        request: Json,
        token: Option<Token>,
    ) -> Result<Option<u64>, HostFault> {
        if !repeat.changes() {
            return Ok(None);
        }
        if self.context.masker.finds_in_json(&request) {
            return Err(HostFault::SecretFound);
        }
        let dry_run = self.context.dry_run;
        let number = u64::try_from(self.context.calls.len()).unwrap_or(u64::MAX) + 1;
        let (token, token_header) = token.map(|token| (token.value, token.header)).unzip();
        let token_header = token_header.flatten();
        let call = Call { number, action: action.to_owned(), repeat, request, token, token_header };
        let (step, known) = (self.context.step.clone(), call.clone());
        let what = if dry_run { What::ChangeWithheld { step, call } } else { What::CallIntended { step, call } };
        self.append(what).await.map_err(|source| HostFault::IntentNotKept { action, source })?;
        self.context.calls.push(CallReport::in_flight(known));
        if dry_run { Err(HostFault::DryRun { action }) } else { Ok(Some(number)) }
    }

    /// Records the answer to a change.
    pub(crate) async fn conclude(&self, action: &'static str, number: u64, answer: Answer) -> Result<(), HostFault> {
        let what = What::CallAnswered { step: self.context.step.clone(), number, answer };
        self.append(what).await.map_err(|source| HostFault::AnswerNotKept { action, source })
    }

    /// The client token of a call that takes one. It is the same when the plugin makes the same call after a crash,
    /// whatever other calls it makes then, and differs for every other call. `header` carries the token of an HTTP
    /// request.
    ///
    /// # Errors
    /// When the same call had another key, by which the server would not recognise this one as a repetition.
    pub(crate) fn token(
        &mut self,
        action: &'static str,
        repeat: Repeat,
        request: &Json,
        header: Option<&str>,
    ) -> Result<Option<Token>, HostFault> {
        let StepContext { calls, settled_calls, idempotency_token, .. } = &mut self.context;
        let is_same = |call: &CallReport| call.call.action == action && call.call.request == *request;
        let is_open = |call: &CallReport| {
            !call.decided && is_same(call) && matches!(call.answer, None | Some(Answer::Unknown { .. }))
        };
        let is_refused = |call: &CallReport| matches!(call.answer, Some(Answer::Refused { .. }));
        let settled = (*settled_calls).min(calls.len());
        let (earlier, interrupted) = calls.split_at_mut(settled);
        let may_come_twice = |call: &&CallReport| match repeat {
            Repeat::Once => true,
            Repeat::Tokened => call.call.token_header.as_deref() != header,
            _ => false,
        };
        let of_interrupted = interrupted.iter().filter(|call| !call.decided && is_same(call) && !is_refused(call));
        let keyed = earlier.iter().filter(|call| is_open(call)).chain(of_interrupted);
        if keyed.filter(|call| call.call.repeat == Repeat::Tokened).any(|call| may_come_twice(&call)) {
            return Err(HostFault::OtherKey { action });
        }
        if repeat != Repeat::Tokened {
            return Ok(None);
        }
        let header = header.map(str::to_owned);
        // An earlier attempt did not learn its outcome: AWS would not recognise this call as the same.
        if let Some(open) = earlier.iter_mut().find(|call| is_open(call)) {
            open.decided = true;
            return Ok(open.call.token.clone().map(|value| Token { value, header }));
        }
        let before = earlier.iter().filter(|call| is_same(call)).count();
        let key = format!("{action} {request}");
        let now = self.tokens_given.entry(key.clone()).or_default();
        *now += 1;
        let hash = Sha256::digest(format!("{idempotency_token}/{key}/{}", before + *now));
        let value = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Ok(Some(Token { value, header }))
    }

    /// The recorded answer to a call that must happen once and did so in an interrupted attempt: the next one of the
    /// journal's calls of this action. One that was refused had no effect, and is made again.
    pub(crate) fn answered_before<W: DeserializeOwned>(
        &mut self,
        action: &'static str,
        repeat: Repeat,
        request: &Json,
    ) -> Result<Earlier<W>, HostFault> {
        let StepContext { calls, settled_calls, .. } = &mut self.context;
        let is_next = |call: &&mut CallReport| {
            !call.decided
                && call.call.action == action
                && call.call.repeat == Repeat::Once
                // The operator may have made it repeatable meanwhile. It has happened all the same.
                && (repeat == Repeat::Once || call.call.request == *request)
                && match &call.answer {
                    Some(Answer::Done { .. }) => true,
                    Some(Answer::Refused { .. }) => call.call.request == *request,
                    Some(Answer::Unknown { .. }) | None => false,
                }
        };
        let open = calls.get_mut(*settled_calls..).unwrap_or_default();
        let Some(before) = open.iter_mut().find(is_next) else { return Ok(Earlier::Nothing) };
        // The plugin gets it once.
        before.decided = true;
        let before = before.clone();
        let Some(Answer::Done { response, .. }) = before.answer else { return Ok(Earlier::Nothing) };
        if *request != before.call.request {
            return Err(HostFault::OtherCall { action });
        }
        let is_withheld = response.is_none();
        match serde_json::from_value(response.unwrap_or_default()) {
            Ok(response) => Ok(Earlier::Answered(response)),
            Err(_) if is_withheld => Ok(Earlier::Withheld),
            Err(_) => Err(HostFault::OtherCall { action }),
        }
    }

    /// Whether an answer could tell the plugin something about a secret that AWS got.
    pub(crate) fn tells_secret(&self, pass: &Pass) -> bool {
        match pass.permit().row().echo {
            Echo::Never => false,
            Echo::Possible => pass.holds_secrets(),
            Echo::Later { of } => {
                let told = |call: &CallReport| call.call.action == of && held_secret(&call.call.request);
                pass.holds_secrets() || self.context.told_secret || self.context.calls.iter().any(told)
            }
        }
    }

    /// An answer that holds no secret of the run. A plugin of a run with secrets could otherwise send one with one call
    /// and read it with another, such as a tag.
    pub(crate) fn checked<W: Serialize>(&self, answer: W) -> Result<W, HostError> {
        let holds_one =
            |masker: &Masker| serde_json::to_value(&answer).is_ok_and(|answer| masker.finds_in_json(&answer));
        if self.searching_masker().is_some_and(holds_one) { Err(HostFault::SecretFound.into()) } else { Ok(answer) }
    }

    /// An error that holds no secret of the run where the plugin reads it: in its code, its message or its request id.
    pub(crate) fn checked_error(&self, error: HostError) -> HostError {
        let HostError::Answer(CallError { code, message, request_id, .. }) = &error else { return error };
        let parts = [code.as_ref(), request_id.as_ref(), Some(message)];
        let holds_one = |masker: &Masker| parts.iter().flatten().any(|part| masker.finds(part.as_bytes()));
        if self.searching_masker().is_some_and(holds_one) { HostFault::SecretFound.into() } else { error }
    }

    /// The masker, when the run has secrets that an answer could hold.
    pub(crate) fn searching_masker(&self) -> Option<&Masker> {
        let StepContext { aws, masker, .. } = &self.context;
        (!aws.secrets().is_empty()).then_some(masker)
    }

    /// Whether a placeholder stands in a part of a request.
    pub(crate) fn holds_placeholder(&self, part: &Json) -> bool {
        let secrets = self.context.aws.secrets();
        !secrets.is_empty() && secrets.stands_in(&part.to_string())
    }

    /// Records the progress of a call once a second, until the future is dropped.
    pub(crate) async fn tell(&self, tally: &Tally) -> Infallible {
        let mut told = None;
        loop {
            tokio::time::sleep(EVERY).await;
            let now = tally.now();
            if told.as_ref() == Some(&now) {
                continue;
            }
            let (message, progress) = now.clone();
            self.progressed(message, progress).await;
            told = Some(now);
        }
    }

    /// Records how far the step has come.
    pub(crate) async fn progressed(&self, message: String, progress: Progress) {
        let what = What::StepProgressed { step: self.context.step.clone(), message, progress };
        // A broken journal fails the record of the answer as well, and that error ends the step.
        drop(self.append(what).await);
    }

    async fn append(&self, what: What) -> Result<(), JournalError> {
        self.context.journal.append(what).await.map(drop)
    }
}
