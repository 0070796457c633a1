//! botocore's `service-2.json`, typed. Every key is named, also those without a meaning here: a new one fails the
//! conversion, so that a person decides about it.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// A service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Source {
    pub(super) metadata: Metadata,
    pub(super) operations: BTreeMap<String, Operation>,
    pub(super) shapes: BTreeMap<String, Shape>,
    #[serde(rename = "documentation")]
    _documentation: Option<IgnoredAny>,
    #[serde(rename = "version")]
    _version: Option<IgnoredAny>,
    #[serde(rename = "examples")]
    _examples: Option<IgnoredAny>,
    #[serde(rename = "deprecated")]
    _deprecated: Option<IgnoredAny>,
    #[serde(rename = "deprecatedMessage")]
    _deprecated_message: Option<IgnoredAny>,
    /// Settings of a client. Their defaults hold.
    #[serde(rename = "clientContextParams")]
    _client_context_params: Option<IgnoredAny>,
}

/// The part about the whole service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Metadata {
    pub(super) api_version: String,
    pub(super) endpoint_prefix: String,
    pub(super) protocol: String,
    #[serde(default)]
    pub(super) protocols: Vec<String>,
    pub(super) service_full_name: String,
    pub(super) service_id: String,
    pub(super) signature_version: String,
    #[serde(default)]
    pub(super) auth: Vec<String>,
    pub(super) signing_name: Option<String>,
    pub(super) json_version: Option<String>,
    pub(super) target_prefix: Option<String>,
    pub(super) xml_namespace: Option<Namespace>,
    pub(super) aws_query_compatible: Option<IgnoredAny>,
    #[serde(rename = "uid")]
    _uid: Option<IgnoredAny>,
    #[serde(rename = "serviceAbbreviation")]
    _abbreviation: Option<IgnoredAny>,
    /// HTTP 2, which only event streams need.
    #[serde(rename = "protocolSettings")]
    _protocol_settings: Option<IgnoredAny>,
    /// What the endpoint rules replace.
    #[serde(rename = "globalEndpoint")]
    _global_endpoint: Option<IgnoredAny>,
    /// Of Glacier and S3, for streaming bodies.
    #[serde(rename = "checksumFormat")]
    _checksum_format: Option<IgnoredAny>,
    #[serde(rename = "ripServiceName")]
    _rip_service_name: Option<IgnoredAny>,
}

/// A namespace of XML.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Namespace {
    Uri(String),
    Full(FullNamespace),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullNamespace {
    pub(super) uri: String,
    pub(super) prefix: Option<String>,
}

/// An operation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Operation {
    pub(super) name: String,
    pub(super) http: Http,
    #[serde(default)]
    pub(super) documentation: String,
    pub(super) input: Option<Reference>,
    pub(super) output: Option<Reference>,
    #[serde(default)]
    pub(super) errors: Vec<Reference>,
    #[serde(default)]
    pub(super) idempotent: bool,
    pub(super) endpoint: Option<HostPrefix>,
    #[serde(default, deserialize_with = "pairs")]
    pub(super) static_context_params: Vec<(String, StaticParameter)>,
    #[serde(default, deserialize_with = "pairs")]
    pub(super) operation_context_params: Vec<(String, OperationParameter)>,
    pub(super) endpointdiscovery: Option<Discovery>,
    pub(super) authtype: Option<String>,
    #[serde(default)]
    pub(super) auth: Vec<String>,
    #[serde(default)]
    pub(super) unsigned_payload: bool,
    #[serde(default)]
    pub(super) http_checksum_required: bool,
    pub(super) http_checksum: Option<HttpChecksum>,
    /// The IAM level and the verb say it better: this trait is wrong for some.
    #[serde(rename = "readonly")]
    _readonly: Option<IgnoredAny>,
    #[serde(rename = "deprecated")]
    _deprecated: Option<IgnoredAny>,
    #[serde(rename = "deprecatedMessage")]
    _deprecated_message: Option<IgnoredAny>,
    #[serde(rename = "deprecatedSince")]
    _deprecated_since: Option<IgnoredAny>,
    #[serde(rename = "endpointoperation")]
    _endpoint_operation: Option<IgnoredAny>,
    /// A client may compress the request, and need not.
    #[serde(rename = "requestcompression")]
    _request_compression: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Http {
    pub(super) method: String,
    pub(super) request_uri: String,
    #[serde(rename = "responseCode")]
    _response_code: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HostPrefix {
    pub(super) host_prefix: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StaticParameter {
    pub(super) value: Json,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OperationParameter {
    pub(super) path: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Discovery {
    #[serde(default)]
    pub(super) required: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct HttpChecksum {
    pub(super) request_algorithm_member: Option<String>,
    #[serde(default)]
    pub(super) request_checksum_required: bool,
    /// A client may check a response, and need not.
    #[serde(rename = "requestValidationModeMember")]
    _request_validation_mode_member: Option<IgnoredAny>,
    #[serde(rename = "responseAlgorithms")]
    _response_algorithms: Option<IgnoredAny>,
}

/// A reference to a shape. What it says goes before what the shape says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Reference {
    pub(super) shape: String,
    pub(super) location: Option<String>,
    pub(super) location_name: Option<String>,
    pub(super) query_name: Option<String>,
    pub(super) flattened: Option<bool>,
    pub(super) idempotency_token: bool,
    pub(super) xml_namespace: Option<Namespace>,
    pub(super) xml_attribute: bool,
    pub(super) jsonvalue: bool,
    pub(super) streaming: bool,
    pub(super) timestamp_format: Option<String>,
    pub(super) result_wrapper: Option<String>,
    pub(super) context_param: Option<ContextParam>,
    #[serde(rename = "documentation")]
    _documentation: Option<Ignored>,
    #[serde(rename = "deprecated")]
    _deprecated: Option<Ignored>,
    #[serde(rename = "deprecatedMessage")]
    _deprecated_message: Option<Ignored>,
    #[serde(rename = "deprecatedSince")]
    _deprecated_since: Option<Ignored>,
    /// How languages with unboxed numbers hold it.
    #[serde(rename = "box")]
    _box: Option<Ignored>,
    /// The host prefix names the member anyway.
    #[serde(rename = "hostLabel")]
    _host_label: Option<Ignored>,
    /// Part of an event stream, which is refused.
    #[serde(rename = "eventpayload")]
    _event_payload: Option<Ignored>,
    /// Of two members of API Gateway. botocore takes values from shapes only.
    #[serde(rename = "enum")]
    _enum: Option<Ignored>,
    /// The shape says it too.
    #[serde(rename = "exception")]
    _exception: Option<Ignored>,
    #[serde(rename = "error")]
    _error: Option<Ignored>,
}

/// Any value, of which nothing is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ignored;

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|IgnoredAny| Self)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContextParam {
    pub(super) name: String,
}

/// A type.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(deserialize_with = "pairs")]
    pub(super) members: Vec<(String, Reference)>,
    pub(super) member: Option<Reference>,
    pub(super) key: Option<Reference>,
    pub(super) value: Option<Reference>,
    pub(super) required: Vec<String>,
    pub(super) xml_order: Vec<String>,
    pub(super) payload: Option<String>,
    pub(super) location_name: Option<String>,
    pub(super) flattened: bool,
    pub(super) timestamp_format: Option<String>,
    pub(super) xml_namespace: Option<Namespace>,
    pub(super) union: bool,
    pub(super) document: bool,
    pub(super) eventstream: bool,
    pub(super) streaming: bool,
    pub(super) sparse: bool,
    pub(super) sensitive: bool,
    pub(super) exception: bool,
    pub(super) error: Option<ErrorTrait>,
    #[serde(rename = "enum")]
    pub(super) values: Vec<String>,
    pub(super) pattern: Option<String>,
    pub(super) min: Option<serde_json::Number>,
    pub(super) max: Option<serde_json::Number>,
    #[serde(rename = "documentation")]
    _documentation: Option<Ignored>,
    #[serde(rename = "deprecated")]
    _deprecated: Option<Ignored>,
    #[serde(rename = "deprecatedMessage")]
    _deprecated_message: Option<Ignored>,
    #[serde(rename = "deprecatedSince")]
    _deprecated_since: Option<Ignored>,
    #[serde(rename = "box")]
    _box: Option<Ignored>,
    /// Whose fault an error is. The status code says it too.
    #[serde(rename = "fault")]
    _fault: Option<Ignored>,
    /// The SDK's retry classifiers know the codes.
    #[serde(rename = "retryable")]
    _retryable: Option<Ignored>,
    /// Of the query protocol; botocore ignores it as well.
    #[serde(rename = "wrapper")]
    _wrapper: Option<Ignored>,
    /// Part of an event stream, which is refused.
    #[serde(rename = "event")]
    _event: Option<Ignored>,
    /// An error that no operation names, but a response may.
    #[serde(rename = "synthetic")]
    _synthetic: Option<Ignored>,
    /// Of a streaming body, which is refused.
    #[serde(rename = "requiresLength")]
    _requires_length: Option<Ignored>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct ErrorTrait {
    pub(super) code: Option<String>,
    #[serde(rename = "httpStatusCode")]
    _status: Option<Ignored>,
    #[serde(rename = "senderFault")]
    _sender_fault: Option<Ignored>,
}

/// A JSON object as pairs, in the order of the file.
fn pairs<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<(String, T)>, D::Error> {
    struct Pairs<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
        type Value = Vec<(String, T)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::with_capacity(map.size_hint().unwrap_or_default());
            while let Some(pair) = map.next_entry()? {
                all.push(pair);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_map(Pairs(PhantomData))
}
