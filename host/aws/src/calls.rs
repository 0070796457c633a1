//! The path of every call: permit, intent, request, answer. The service files go through [`AwsCalls::call`] and have no
//! other way to AWS.

use std::sync::Arc;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::region::Region;
use aws_types::request_id::RequestId;
use serde_json::Value as Json;
use stepwell_model::NextAction as _;
use stepwell_model::action;
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::{Answer, Call, SignedAs, What};
use stepwell_model::grant::{Denied, Grants, Permit};
use stepwell_model::id::StepId;
use stepwell_model::journal::Journal;

use crate::aws::{Service, Session};
use crate::error::{HostError, HostFault};
use crate::gate::Pass;
use crate::run::{Purpose, RunAws};
use crate::wit::stepwell::step::types::{CallError, Denial};
use crate::{sdk_error, secrets};

/// What one call of a plugin has of AWS.
#[derive(Clone)]
pub struct StepAws {
    /// The run's access.
    pub aws: RunAws,
    /// Whose credentials calls are signed with.
    pub credentials: StepCredentials,
    /// What the plugin may call.
    pub grants: Arc<Grants>,
    /// Keeps intents and answers.
    pub journal: Arc<dyn Journal>,
    /// The step.
    pub step: StepId,
    /// Its region; none leaves it to the SDK.
    pub region: Option<String>,
    /// Make no change.
    pub dry_run: bool,
    /// How many intents of this step the journal has: calls are numbered on from here.
    pub calls_made: u64,
    /// What the journal holds of the credentials: others are recorded when they come.
    pub signed_as: Option<SignedAs>,
    /// The session of the calls that were made already.
    pub session: OpenSession,
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
    /// Makes one call: `send` gets a client and the pass that the request must carry as an interceptor.
    ///
    /// `request` is what the journal keeps of a call that changes something: the names in it, never a secret.
    pub(crate) async fn call<S, O, E, F>(
        &mut self,
        function: &'static str,
        request: Json,
        send: impl FnOnce(S, Pass) -> F + Send,
    ) -> Result<O, HostError>
    where
        S: Service + Send,
        O: RequestId + Send,
        E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>> + Send,
    {
        let interface = S::INTERFACE;
        let step = self.step.as_mut().ok_or(HostFault::Describing { interface, function })?;
        let row = action::row(interface, function).ok_or(HostFault::NoRow { interface, function })?;
        let permit = step.grants.permit(row)?;
        let session = step.open(permit.row().action.as_str()).await?;
        let client = session.client::<S>(permit, step.region.as_deref()).await?;
        step.sign(&session, permit.row().action.as_str()).await?;
        let number = step.intend(permit, request).await?;
        let pass = Pass::new::<E>(permit, step.aws.secrets());
        let result = send(client, pass.clone()).await;
        let (answer, result) = match result {
            Ok(output) => (Answer::Done { request_id: output.request_id().map(str::to_owned) }, Ok(output)),
            Err(error) => {
                let (answer, error) = sdk_error::explain(&error, &pass);
                (answer, Err(if pass.holds_secrets() { secrets::withhold(error) } else { error }))
            }
        };
        if matches!(&result, Err(HostError::Trap(HostFault::Credentials { .. }))) {
            session.forget().await;
        }
        if let Some(number) = number {
            step.conclude(permit, number, answer).await?;
        }
        result
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
    async fn intend(&mut self, permit: Permit, mut request: Json) -> Result<Option<u64>, HostFault> {
        let row = permit.row();
        if !row.repeat.changes() {
            return Ok(None);
        }
        // What the plugin left out does not leave either.
        if let Some(names) = request.as_object_mut() {
            names.retain(|_, value| !value.is_null());
        }
        let action = row.action.as_str();
        let number = self.calls_made + 1;
        let call = Call { number, action: action.to_owned(), request, token: None };
        let step = self.step.clone();
        let what = if self.dry_run { What::ChangeWithheld { step, call } } else { What::CallIntended { step, call } };
        self.journal.append(what).await.map_err(|source| HostFault::IntentNotKept { action, source })?;
        self.calls_made = number;
        if self.dry_run { Err(HostFault::DryRun { action }) } else { Ok(Some(number)) }
    }

    async fn conclude(&self, permit: Permit, number: u64, answer: Answer) -> Result<(), HostFault> {
        let action = permit.row().action.as_str();
        let what = What::CallAnswered { step: self.step.clone(), number, answer };
        self.journal.append(what).await.map_err(|source| HostFault::AnswerNotKept { action, source })?;
        Ok(())
    }
}

impl From<Denied> for HostError {
    fn from(denied: Denied) -> Self {
        let message = format!("{denied}: {}", denied.because());
        Self::Answer(CallError::Denied(Denial { action: denied.action.to_string(), message, request_id: None }))
    }
}
