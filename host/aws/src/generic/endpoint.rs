//! Where a call goes: the endpoint rules of its service, asked with the settings of the client and the request.

use aws_config::SdkConfig;
use aws_smithy_types::Document;
use aws_smithy_types::endpoint::Endpoint as SdkEndpoint;
use aws_types::service_config::ServiceConfigKey;
use serde_json::Value as Json;
use stepwell_generic::archive::Archive;
use stepwell_generic::endpoint::{self, AuthKind, AuthScheme, BuiltIn, Parameters, check_url, is_host_label};
use stepwell_generic::model::{Operation, Scalar, Service};
use stepwell_generic::{path, protocol};
use stepwell_model::NextAction as _;

use super::error::Unsendable;

/// The endpoint of a call. That of a bucket holds its name, which the models leave out of the path.
pub(super) fn resolve(
    service: &Service,
    operation: &Operation,
    request: &Json,
    written: &mut protocol::Request,
    config: &SdkConfig,
) -> Result<SdkEndpoint, Unsendable> {
    let unsendable = |error: endpoint::EndpointError| Unsendable::Request(format!("{error}: {}", error.because()));
    let partitions = Archive::shipped().partitions().map_err(|error| Unsendable::Request(error.to_string()))?;
    let own = url_override(service, config);
    own.as_deref().map_or(Ok(()), check_own)?;
    let parameters = parameters(service, operation, request, config, own.as_deref());
    let mut found = endpoint::resolve(&service.endpoints, &partitions, &parameters).map_err(unsendable)?;
    if let Some(own) = &own {
        found = found.without_labels_before_address(own);
    }
    // The operator's own endpoint has one host for all.
    if let Some(prefix) = written.host_prefix.take().filter(|_| own.is_none()) {
        found = found.with_host_prefix(&prefix).map_err(unsendable)?;
    }
    let whole = format!("{}{}", found.url.trim_end_matches('/'), written.uri);
    check_url(&whole, own.as_deref()).map_err(unsendable)?;
    let schemes: Vec<_> = found.auth.iter().filter_map(scheme).collect();
    if schemes.is_empty() && !found.auth.is_empty() {
        return Err(Unsendable::Request(other_signature(&found.url)));
    }
    // The rules take several labels for a region. With them, an ARN could name a host of a customer of AWS.
    let mut regions = found.auth.iter().filter_map(|scheme| scheme.signing_region.as_deref());
    if let Some(region) = regions.find(|region| !is_host_label(region, false)) {
        let reason = format!("`{region}` is no region: a region has letters, digits and hyphens");
        return Err(Unsendable::Request(reason));
    }
    let mut endpoint = SdkEndpoint::builder().url(found.url);
    for (name, values) in found.headers {
        endpoint = values.into_iter().fold(endpoint, |endpoint, value| endpoint.header(name.clone(), value));
    }
    if !schemes.is_empty() {
        endpoint = endpoint.property("authSchemes", Document::Array(schemes));
    }
    Ok(endpoint.build())
}

/// The reason why nothing is sent to an endpoint such as that of a multi-region access point or a directory bucket.
fn other_signature(url: &str) -> String {
    format!("the host signs by Signature Version 4 only, and `{url}` wants another signature")
}

/// The endpoint that the operator names for the service: `AWS_ENDPOINT_URL_<SERVICE>` goes before `AWS_ENDPOINT_URL`.
fn url_override(service: &Service, config: &SdkConfig) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id(&service.id).env("AWS_ENDPOINT_URL").profile("endpoint_url");
    let own = key.build().ok().and_then(|key| config.service_config()?.load_config(key));
    own.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// Checks the operator's own endpoint.
fn check_own(url: &str) -> Result<(), Unsendable> {
    check_url(url, Some(url)).map_err(|error| {
        let because = error.because();
        Unsendable::Endpoint(format!("`{url}`, from AWS_ENDPOINT_URL or the AWS profile, is no endpoint: {because}"))
    })
}

fn parameters(
    service: &Service,
    operation: &Operation,
    request: &Json,
    config: &SdkConfig,
    own: Option<&str>,
) -> Parameters {
    let mut parameters = Parameters::new();
    for parameter in &service.endpoints.parameters {
        let value = match parameter.built_in {
            Some(BuiltIn::Region) => config.region().map(|region| Scalar::Text(region.to_string())),
            Some(BuiltIn::UseFips) => config.use_fips().map(Scalar::Bool),
            Some(BuiltIn::UseDualStack) => config.use_dual_stack().map(Scalar::Bool),
            Some(BuiltIn::Endpoint) => own.map(|url| Scalar::Text(url.to_owned())),
            // Emulators have no host for every bucket.
            Some(BuiltIn::S3ForcePathStyle) => own.map(|_| Scalar::Bool(true)),
            _ => None,
        };
        parameters.extend(value.map(|value| (parameter.name.clone(), value)));
    }
    let is_known = |name: &str| service.endpoints.parameters.iter().any(|parameter| parameter.name == name);
    for field in &service.structure(operation.input.as_ref()).fields {
        let value = request.get(&field.name).and_then(scalar);
        if let (Some(name), Some(value)) = (field.member.context_param.as_deref().filter(|name| is_known(name)), value)
        {
            parameters.insert(name.to_owned(), value);
        }
    }
    for (name, path) in operation.operation_context.iter().filter(|(name, _)| is_known(name)) {
        let found = path::compile(path).ok().and_then(|path| path::search(&path, request));
        parameters.extend(found.as_ref().and_then(scalar).map(|value| (name.clone(), value)));
    }
    let fixed = operation.static_context.iter().filter(|(name, _)| is_known(name));
    parameters.extend(fixed.map(|(name, value)| (name.clone(), value.clone())));
    parameters
}

fn scalar(value: &Json) -> Option<Scalar> {
    match value {
        Json::Bool(flag) => Some(Scalar::Bool(*flag)),
        Json::String(text) => Some(Scalar::Text(text.clone())),
        Json::Array(items) => {
            let texts: Vec<_> = items.iter().filter_map(Json::as_str).map(str::to_owned).collect();
            (!texts.is_empty()).then_some(Scalar::Texts(texts))
        }
        _ => None,
    }
}

/// The way to sign, as the SDK's signer reads it. It knows no other kind.
fn scheme(scheme: &AuthScheme) -> Option<Document> {
    let name = match scheme.kind {
        AuthKind::SigV4 => "sigv4",
        AuthKind::SigV4a | AuthKind::S3Express => return None,
    };
    let text = |text: &String| Document::String(text.clone());
    let entries = [
        Some(("name", Document::String(name.to_owned()))),
        scheme.signing_name.as_ref().map(|name| ("signingName", text(name))),
        scheme.signing_region.as_ref().map(|region| ("signingRegion", text(region))),
        Some(("disableDoubleEncoding", Document::Bool(scheme.disable_double_encoding))),
    ];
    Some(Document::Object(entries.into_iter().flatten().map(|(key, value)| (key.to_owned(), value)).collect()))
}
