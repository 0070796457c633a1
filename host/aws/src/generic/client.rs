//! One call on the SDK's own orchestrator: its retries, timeouts, identities, signer and interceptors.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{PayloadSigningOverride, SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::recursion_detection::RecursionDetectionInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_runtime::service_clock_skew::{ServiceClockSkewClassifier, ServiceClockSkewInterceptor};
use aws_runtime::user_agent::{ApiMetadata, UserAgentInterceptor};
use aws_smithy_runtime::client::auth::no_auth::{NO_AUTH_SCHEME_ID, NoAuthScheme};
use aws_smithy_runtime::client::identity::no_auth::NoAuthIdentityResolver;
use aws_smithy_runtime::client::orchestrator::operation::Operation as SdkOperation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::auth::{
    AuthSchemeOptionResolverParams, SharedAuthScheme, SharedAuthSchemeOptionResolver,
};
use aws_smithy_runtime_api::client::endpoint::{
    EndpointFuture, EndpointResolverParams, ResolveEndpoint, SharedEndpointResolver,
};
use aws_smithy_runtime_api::client::identity::SharedIdentityResolver;
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::retries::classifiers::SharedRetryClassifier;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::StaticRuntimePlugin;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::endpoint::Endpoint;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SigningName;
use aws_types::region::SigningRegion;
use aws_types::request_id::RequestId;
use serde_json::Value as Json;
use stepwell_generic::model::{self, Auth};
use stepwell_generic::protocol::{self, Response};
use stepwell_model::action::operation::Service as AnyService;

use super::bound::BoundedResponse;
use super::endpoint::resolve;
use super::error::{OperationError, Unsendable};
use crate::aws::{Clients, PerRegion, Service};
use crate::gate::{Gate, Pass};

/// Makes the calls of these rows in one region.
#[derive(Clone)]
pub(crate) struct Client<R = AnyService> {
    config: SdkConfig,
    gate: Gate,
    rows: PhantomData<R>,
}

/// The rows of calls that the models describe, as a type.
pub(crate) trait Described: Clone + Send + Sync + 'static {
    /// The clients for them in a session.
    fn kept(clients: &Clients) -> &PerRegion<Client<Self>>;
}

impl Described for AnyService {
    fn kept(clients: &Clients) -> &PerRegion<Client<Self>> {
        &clients.generic
    }
}

impl<R: Described> Service for Client<R> {
    type Rows = R;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self { config: config.clone(), gate, rows: PhantomData }
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        R::kept(clients)
    }
}

/// A call, checked and written.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) service: Arc<model::Service>,
    pub(crate) model: Arc<model::Operation>,
    pub(crate) request: Json,
    /// The request without a client token.
    pub(crate) written: protocol::Request,
}

/// What a service answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) response: Json,
    request_id: Option<String>,
}

impl RequestId for Answered {
    fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

type Sent<T> = Result<T, SdkError<OperationError, HttpResponse>>;

impl<R> Client<R> {
    /// Sends a call.
    pub(crate) async fn send(&self, call: Call, pass: Pass) -> Sent<Answered> {
        let prepared = self.prepare(call, pass).map_err(SdkError::construction_failure)?;
        let (operation, request) = prepared;
        // The SDK's future is deep: without a box, every future around it takes the compiler long.
        Box::pin(operation.invoke(request)).await
    }

    fn prepare(
        &self,
        mut call: Call,
        pass: Pass,
    ) -> Result<(SdkOperation<protocol::Request, Answered, OperationError>, protocol::Request), Unsendable> {
        let (service, model) = (Arc::clone(&call.service), Arc::clone(&call.model));
        if let (Some(token), Some(member)) = (pass.token(), protocol::token_member(&service, &model))
            && let Some(fields) = call.request.as_object_mut()
        {
            fields.insert(member.to_owned(), Json::from(token));
            let written = protocol::request(&service, &model, &call.request);
            call.written = written.map_err(|error| Unsendable::Request(error.to_string()))?;
        }
        let mut request = call.written;
        let endpoint = resolve(&service, &model, &call.request, &mut request, &self.config)?;
        let layer = self.layer(&service, &model);
        let plugin = StaticRuntimePlugin::new().with_config(layer.freeze());
        let plugin = plugin.with_runtime_components(self.components(&model, endpoint, pass));
        let mut builder = SdkOperation::builder()
            .service_name(service.id.clone())
            .operation_name(model.name.clone())
            .with_connection_poisoning()
            .standard_retry(&self.config.retry_config().cloned().unwrap_or_else(RetryConfig::standard));
        if let Some(version) = self.config.behavior_version() {
            builder = builder.behavior_version(version);
        }
        if let Some(timeouts) = self.config.timeout_config() {
            builder = builder.timeout_config(timeouts.clone());
        }
        let operation = builder
            .runtime_plugin(plugin)
            .serializer(serialize)
            .deserializer(move |response: &HttpResponse| deserialize(&service, &model, response))
            .build();
        Ok((operation, request))
    }

    fn layer(&self, service: &model::Service, model: &model::Operation) -> Layer {
        let mut layer = Layer::new("generic");
        layer.store_put(SigningName::from(service.signing_name.clone()));
        if let Some(region) = self.config.region() {
            layer.store_put(region.clone());
            layer.store_put(SigningRegion::from(region.clone()));
        }
        let mut signing = SigningOptions::default();
        if service.id == "S3" {
            // S3 signs the path as it is sent, and wants the hash of the body in a header.
            signing.double_uri_encode = false;
            signing.normalize_uri_path = false;
            signing.content_sha256_header = true;
        }
        if model.auth == Auth::UnsignedPayload {
            layer.store_put(PayloadSigningOverride::UnsignedPayload);
        }
        layer.store_put(SigV4OperationSigningConfig { signing_options: signing, ..Default::default() });
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(EndpointResolverParams::new(()));
        layer.store_put(ApiMetadata::new("stepwell", env!("CARGO_PKG_VERSION")));
        layer
    }

    fn components(&self, model: &model::Operation, endpoint: Endpoint, pass: Pass) -> RuntimeComponentsBuilder {
        let config = &self.config;
        let scheme = if model.auth == Auth::Anonymous { NO_AUTH_SCHEME_ID } else { SCHEME_ID };
        let schemes = StaticAuthSchemeOptionResolver::new(vec![scheme]);
        let components = RuntimeComponentsBuilder::new("generic")
            .with_endpoint_resolver(Some(SharedEndpointResolver::new(Resolved(endpoint))))
            .with_auth_scheme_option_resolver(Some(SharedAuthSchemeOptionResolver::new(schemes)))
            .with_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()))
            .with_auth_scheme(SharedAuthScheme::new(NoAuthScheme::default()))
            .with_identity_resolver(NO_AUTH_SCHEME_ID, SharedIdentityResolver::new(NoAuthIdentityResolver::new()))
            .with_identity_cache(config.identity_cache())
            .with_http_client(config.http_client())
            .with_time_source(config.time_source())
            .with_sleep_impl(config.sleep_impl())
            .with_retry_classifier(SharedRetryClassifier::new(TransientErrorClassifier::<OperationError>::new()))
            .with_retry_classifier(SharedRetryClassifier::new(AwsErrorCodeClassifier::<OperationError>::new()))
            .with_retry_classifier(SharedRetryClassifier::new(HttpStatusCodeClassifier::default()))
            .with_retry_classifier(SharedRetryClassifier::new(ServiceClockSkewClassifier::<OperationError>::new()))
            .with_interceptor(SharedInterceptor::new(ServiceClockSkewInterceptor::new()))
            .with_interceptor(SharedInterceptor::new(RequestInfoInterceptor::new()))
            .with_interceptor(SharedInterceptor::new(UserAgentInterceptor::new()))
            .with_interceptor(SharedInterceptor::new(InvocationIdInterceptor::new()))
            .with_interceptor(SharedInterceptor::new(RecursionDetectionInterceptor::new()))
            .with_interceptor(SharedInterceptor::new(BoundedResponse))
            .with_interceptor(SharedInterceptor::new(self.gate))
            .with_interceptor(SharedInterceptor::new(pass));
        match config.credentials_provider() {
            Some(credentials) => components.with_identity_resolver(SCHEME_ID, SharedIdentityResolver::new(credentials)),
            None => components,
        }
    }
}

#[derive(Debug)]
struct Resolved(Endpoint);

impl ResolveEndpoint for Resolved {
    fn resolve_endpoint<'a>(&'a self, _: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(self.0.clone()))
    }
}

fn serialize(request: protocol::Request) -> Result<HttpRequest, aws_smithy_runtime_api::box_error::BoxError> {
    let mut http = HttpRequest::new(SdkBody::from(request.body));
    http.set_method(&request.method)?;
    // A request about a bucket as a whole has no path of its own: the bucket is in the endpoint.
    let slash = if request.uri.starts_with('/') { "" } else { "/" };
    http.set_uri(format!("{slash}{}", request.uri))?;
    for (name, value) in request.headers {
        http.headers_mut().try_append(name, value)?;
    }
    if let Some(length) = http.body().content_length().filter(|length| *length > 0) {
        http.headers_mut().insert("content-length", length.to_string());
    }
    Ok(http)
}

fn deserialize(
    service: &model::Service,
    model: &model::Operation,
    response: &HttpResponse,
) -> Result<Answered, OrchestratorError<OperationError>> {
    let headers: Vec<_> = response.headers().iter().collect();
    let (status, body) = (response.status().as_u16(), response.body().bytes().unwrap_or_default());
    let own = Response { status, headers: &headers, body };
    if !response.status().is_success() || protocol::is_late_error(service, &own) {
        return Err(OrchestratorError::operation(protocol::refusal(service, model, &own).into()));
    }
    let read = protocol::response(service, model, &own);
    let response = read.map_err(|mismatch| OrchestratorError::response(Box::new(mismatch)))?;
    let names: HashMap<_, _> = headers.iter().copied().collect();
    let id = ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"].iter().find_map(|name| names.get(name));
    Ok(Answered { response: Json::Object(response), request_id: id.map(|id| (*id).to_owned()) })
}

/// Shows nothing that leads to the credentials.
impl<R> fmt::Debug for Client<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
