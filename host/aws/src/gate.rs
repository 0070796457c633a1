//! The second lock: no request leaves without the permit for exactly its operation.
//!
//! The first lock: a client requires a [`Permit`]. This one does not trust that the client is then used for the
//! permitted operation: on every attempt, at the last moment before the bytes leave, it compares the permit with the
//! SDK's own metadata of the request, and gives it its [`Departure`]: the connection takes no request without one. Only
//! [`AwsCalls`](crate::AwsCalls) makes a [`Pass`], after the journal has the intent.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef,
    Error, FinalizerInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_types::region::Region;
use stepwell_model::action::{ActionRow, Repeat};
use stepwell_model::destination::Leaving;
use stepwell_model::error::find_cause;
use stepwell_model::grant::Permit;
use stepwell_model::lease::Lease;

use crate::codes::is_throttling;
use crate::departure::{Departure, NotHeld};
use crate::fill::{Misplaced, SecretPlace, StepSecrets};
use crate::whole;

/// The interceptor on every client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate;

/// Goes with every request of a call: the permit that the call was made for.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    permit: Permit,
    /// The run's lease, without which nothing leaves.
    lease: Lease,
    /// The endpoint of the request, once an attempt has asked for a connection.
    endpoint: Arc<OnceLock<String>>,
    /// Whether a byte of an attempt may have left.
    left: Arc<AtomicBool>,
    throttled: fn(&Error) -> bool,
    /// The client token, by which AWS recognises a retry of the call.
    token: Option<String>,
    /// The secrets behind the placeholders of the run, and where the step may send them.
    secrets: StepSecrets,
    /// Stop the request before it leaves, after its secrets were checked.
    rehearses: bool,
    /// Whether the request holds a secret.
    filled: Arc<AtomicBool>,
    /// Whether an attempt may have had its effect without an answer that says so.
    open: Arc<AtomicBool>,
}

impl Storable for Pass {
    type Storer = StoreReplace<Self>;
}

/// A request that the gate stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{asked} was stopped at the gate")]
pub(crate) struct Stopped {
    pub(crate) asked: String,
    pub(crate) carried: String,
}

/// A request that was made only to check its secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request was only rehearsed")]
struct Rehearsed;

impl Pass {
    /// A pass for one call whose errors are of type `E`.
    pub(crate) fn new<E: StdError + ProvideErrorMetadata + Send + Sync + 'static>(
        permit: Permit,
        token: Option<String>,
        secrets: StepSecrets,
        lease: Lease,
    ) -> Self {
        let throttled = |error: &Error| error.downcast_ref::<E>().and_then(E::code).is_some_and(is_throttling);
        let (endpoint, left, filled, open) = Default::default();
        Self { permit, lease, endpoint, left, throttled, token, secrets, rehearses: false, filled, open }
    }

    /// A pass for the many requests of one call, each of which can be retried.
    pub(crate) fn of_many(permit: Permit, secrets: StepSecrets, lease: Lease) -> Self {
        let (endpoint, left, filled, open) = Default::default();
        let (throttled, token, rehearses): (fn(&Error) -> bool, _, _) = (|_| false, None, false);
        Self { permit, lease, endpoint, left, throttled, token, secrets, rehearses, filled, open }
    }

    /// A pass with which no request leaves: it ends with an error after its secrets were checked. None when the run has
    /// no secrets, so that there is nothing to check.
    pub(crate) fn rehearsal(&self) -> Option<Self> {
        let (endpoint, left, filled, open) = Default::default();
        (!self.secrets.all.is_empty()).then(|| Self { rehearses: true, endpoint, left, filled, open, ..self.clone() })
    }

    /// Checks that the step may send every secret of the request there.
    fn check(&self, request: &HttpRequest, cfg: &ConfigBag) -> Result<(), BoxError> {
        let region = cfg.load::<Region>().map(Region::as_ref);
        self.secrets.check(self.permit.row(), request, region)
    }

    pub(crate) fn permit(&self) -> Permit {
        self.permit
    }

    /// The lease of the run that makes the call.
    pub(crate) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// The client token for an operation that takes one ([`Repeat::Tokened`]).
    pub(crate) fn token(&self) -> Option<String> {
        self.token.clone()
    }

    /// Replaces the placeholders in a text that is encoded before it goes into the request: the interceptor would not find
    /// them there.
    pub(crate) fn reveal<E>(&self, text: &str) -> Result<String, SdkError<E, HttpResponse>> {
        let leaving = Leaving::Call { action: self.permit.row().action, function: None };
        self.secrets.check_text(text, leaving).map_err(SdkError::construction_failure)?;
        let revealed = self.secrets.all.reveal(text);
        if revealed != text {
            self.filled.store(true, Ordering::Relaxed);
        }
        Ok(revealed)
    }

    /// Refuses a placeholder in encoded bytes, where it would remain a placeholder, and in a value that AWS stores in the
    /// clear or computes with, because a plugin could get the secret back in another form.
    pub(crate) fn refuse_secrets<E>(&self, place: SecretPlace, bytes: &[u8]) -> Result<(), SdkError<E, HttpResponse>> {
        match self.secrets.all.stands_in(&String::from_utf8_lossy(bytes)) {
            true => Err(SdkError::construction_failure(Misplaced { place })),
            false => Ok(()),
        }
    }

    /// Whether AWS got a secret with the request, and may repeat it in an answer or in an error.
    pub(crate) fn holds_secrets(&self) -> bool {
        self.filled.load(Ordering::Relaxed)
    }

    /// Whether one of the attempts may have had its effect without an answer that says so, whatever the answer to the last
    /// attempt.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    /// `host:port` of the endpoint. None when no attempt has asked for a connection.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.get().map(String::as_str)
    }

    /// Whether AWS may have got a byte of an attempt. A refused connection gets none.
    pub(crate) fn has_left(&self) -> bool {
        self.left.load(Ordering::Relaxed)
    }

    /// Stops the SDK's own retries after an error that leaves the outcome unknown, when a retry would have its effect a
    /// second time. A throttled request had no effect, nor had one that did not leave.
    fn limit_retries(&self, cfg: &mut ConfigBag, throttled: bool) {
        if self.permit.row().repeat == Repeat::Once && !throttled && self.has_left() {
            let retries = cfg.load::<RetryConfig>().cloned().unwrap_or_else(RetryConfig::standard);
            cfg.interceptor_state().store_put(retries.with_max_attempts(1));
        }
    }
}

#[dyn_dispatch_hint]
impl Intercept for Pass {
    fn name(&self) -> &'static str {
        "Pass"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().store_put(self.clone());
        Ok(())
    }

    fn read_after_serialization(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if !self.rehearses {
            return Ok(());
        }
        self.check(context.request(), cfg)?;
        Err(Rehearsed.into())
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.check(context.request(), cfg)?;
        if self.secrets.fill(context.request_mut()) {
            self.filled.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(Err(error)) = context.output_or_error() else { return Ok(()) };
        let throttled = error.as_operation_error().is_some_and(self.throttled);
        let is_refused =
            error.is_operation_error() && context.response().is_some_and(|answer| answer.status().is_client_error());
        let is_lost = error.as_connector_error().is_some_and(|error| find_cause::<NotHeld>(error).is_some());
        if self.has_left() && !throttled && !is_refused && !is_lost {
            self.open.store(true, Ordering::Relaxed);
        }
        self.limit_retries(cfg, throttled);
        Ok(())
    }
}

#[dyn_dispatch_hint]
impl Intercept for Gate {
    fn name(&self) -> &'static str {
        "Gate"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(pass) = cfg.load::<Pass>() {
            let to = host_and_port(context.request().uri());
            let (lease, asked, left) = (pass.lease.clone(), Arc::clone(&pass.endpoint), Arc::clone(&pass.left));
            context.request_mut().add_extension(Departure { lease, to, asked, left });
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let asked = cfg.load::<Metadata>().map(|asked| (asked.service(), asked.name()));
        let pass = cfg.load::<Pass>();
        let permits = |row: &ActionRow| {
            asked.is_some_and(|(service, name)| service == row.service && row.operations.contains(&name))
        };
        match pass {
            Some(pass) if !pass.rehearses && permits(pass.permit.row()) => Ok(()),
            _ => {
                let carried =
                    pass.and_then(|pass| Some((pass.permit.row().service, *pass.permit.row().operations.first()?)));
                Err(Stopped { asked: show(asked), carried: show(carried) }.into())
            }
        }
    }

    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let broken = context.response().and_then(|answer| whole::check(answer).err());
        if let (Some(broken), Some(output @ Ok(_))) = (broken, context.output_or_error_mut()) {
            *output = Err(OrchestratorError::response(broken.into()));
        }
        Ok(())
    }
}

fn show(operation: Option<(&str, &str)>) -> String {
    operation.map_or_else(|| "no permit".to_owned(), |(service, operation)| format!("{service} {operation}"))
}

/// `host:port` of a URL, without the parts that could hold a secret: path, query and user.
fn host_and_port(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    match (has_port, scheme) {
        (true, _) => host.to_owned(),
        (false, "http") => format!("{host}:80"),
        (false, _) => format!("{host}:443"),
    }
}
