//! The second lock: no request leaves without the permit for exactly its operation.
//!
//! The first lock is that no client is to be had without a [`Permit`]. This one does not trust that the client is then
//! used for the permitted operation: it compares the permit with what the SDK itself says the request is, at the last
//! moment before the bytes leave, on every attempt. [`AwsCalls::call`](crate::AwsCalls) alone makes a [`Pass`], after the
//! intent was recorded.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef,
    Error, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use stepwell_model::action::{ActionRow, Repeat};
use stepwell_model::grant::Permit;

use crate::sdk_error::is_throttling;
use crate::secrets::Secrets;

/// The interceptor on every client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate;

/// What a request carries: the permit that it was made for.
#[derive(Debug, Clone)]
pub(crate) struct Pass {
    permit: Permit,
    /// Where the request was sent to, once an attempt at sending was made.
    endpoint: Arc<OnceLock<String>>,
    throttled: fn(&Error) -> bool,
    /// What AWS recognises a repetition of the call by.
    token: Option<String>,
    /// What stands in the place of the placeholders that the plugin was given.
    secrets: Secrets,
    /// Whether a secret was put into the request.
    filled: Arc<AtomicBool>,
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

impl Pass {
    /// A pass for one call whose errors are of type `E`.
    pub(crate) fn new<E: StdError + ProvideErrorMetadata + Send + Sync + 'static>(
        permit: Permit,
        token: Option<String>,
        secrets: Secrets,
    ) -> Self {
        let throttled = |error: &Error| error.downcast_ref::<E>().and_then(E::code).is_some_and(is_throttling);
        Self { permit, endpoint: Arc::default(), throttled, token, secrets, filled: Arc::default() }
    }

    /// A pass for the many requests of one call, each of which can be repeated.
    pub(crate) fn of_many(permit: Permit, secrets: Secrets) -> Self {
        Self { permit, endpoint: Arc::default(), throttled: |_| false, token: None, secrets, filled: Arc::default() }
    }

    pub(crate) fn permit(&self) -> Permit {
        self.permit
    }

    /// The client token for an operation that takes one ([`Repeat::Tokened`]).
    pub(crate) fn token(&self) -> Option<String> {
        self.token.clone()
    }

    /// A text with the secrets in the places of their placeholders, for what is encoded before it stands in the request:
    /// there no placeholder would be found.
    pub(crate) fn reveal(&self, text: &str) -> String {
        let revealed = self.secrets.reveal(text);
        if revealed != text {
            self.filled.store(true, Ordering::Relaxed);
        }
        revealed
    }

    /// The same the other way round, for what AWS gives back: a function that was handed a secret, a command's output.
    pub(crate) fn hide(&self, text: &str) -> String {
        self.secrets.hide(text)
    }

    /// Whether a placeholder stands in what the host encodes, or a plugin already has: there it would stay one.
    pub(crate) fn holds_placeholder(&self, bytes: &[u8]) -> bool {
        self.secrets.stands_in(&String::from_utf8_lossy(bytes))
    }

    /// Whether AWS got a secret with the request, and may quote it.
    pub(crate) fn holds_secrets(&self) -> bool {
        self.filled.load(Ordering::Relaxed)
    }

    /// `host:port` of where the request went. None when nothing was sent.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.get().map(String::as_str)
    }

    /// After an error that leaves open what happened, the SDK may not send the request again by itself when a repetition
    /// would have its effect a second time. What was throttled had none.
    fn limit_retries(&self, cfg: &mut ConfigBag, throttled: bool) {
        if self.permit.row().repeat == Repeat::Once && !throttled {
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

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.secrets.fill(context.request_mut())? {
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
        let error = context.output_or_error().and_then(Result::err);
        let throttled = error.and_then(|error| error.as_operation_error()).is_some_and(self.throttled);
        self.limit_retries(cfg, throttled);
        Ok(())
    }
}

#[dyn_dispatch_hint]
impl Intercept for Gate {
    fn name(&self) -> &'static str {
        "Gate"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let asked = cfg.load::<Metadata>().map(|asked| (asked.service(), asked.name()));
        let pass = cfg.load::<Pass>();
        let permits = |row: &ActionRow| {
            asked.is_some_and(|(service, name)| service == row.service && row.operations.contains(&name))
        };
        match pass {
            Some(pass) if permits(pass.permit.row()) => {
                pass.endpoint.get_or_init(|| host_and_port(context.request().uri()));
                Ok(())
            }
            _ => {
                let carried =
                    pass.and_then(|pass| Some((pass.permit.row().service, *pass.permit.row().operations.first()?)));
                Err(Stopped { asked: show(asked), carried: show(carried) }.into())
            }
        }
    }
}

fn show(operation: Option<(&str, &str)>) -> String {
    operation.map_or_else(|| "no permit".to_owned(), |(service, operation)| format!("{service} {operation}"))
}

/// `host:port` of a URL, without anything that could be a secret: no path, no query, no user.
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
