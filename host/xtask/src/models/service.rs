//! A service, from botocore's `service-2.json`.

use serde_json::Value as Json;
use stepwell_generic::endpoint::RuleSet;
use stepwell_generic::model::{Auth, Checksum, Operation, Protocol, Refused, Scalar, Service};
use stepwell_model::action::Repeat;

use super::iam;
use super::problem::{Inside as _, Problem};
use super::repeat::{self, Facts};
use super::rules;
use super::shapes::{Shapes, namespace_of};
use super::source::{self, Metadata, Reference, Source};
use super::summary::summary;

/// What is known about operations besides botocore's files.
#[derive(Default)]
pub(super) struct Knowledge {
    /// IAM's definitions.
    pub(super) definitions: iam::Definitions,
    /// Reviewed actions.
    pub(super) actions: iam::Rows,
    /// Reviewed classes of repetition.
    pub(super) classes: repeat::Rows,
}

/// Converts a service. `name` is the one of the AWS CLI.
pub(super) fn convert(
    knowledge: &Knowledge,
    name: &str,
    source: &Source,
    endpoints: RuleSet,
) -> Result<Service, Problem> {
    let metadata = &source.metadata;
    let shapes = Shapes::new(&source.shapes);
    let protocol = protocol(metadata).inside("metadata")?;
    let signature = Signature { is_known: is_signed_by_v4(metadata), only_v4a: rules::only_sigv4a(&endpoints) };
    let conversion =
        Conversion { knowledge, service: name, metadata, shapes: &shapes, protocol, signature: &signature };
    let operations = source.operations.iter().map(|(key, operation)| conversion.operation(key, operation).inside(key));
    let target_prefix = metadata.target_prefix.clone();
    if target_prefix.is_none() && matches!(protocol, Protocol::Json10 | Protocol::Json11 | Protocol::Cbor) {
        return Err(Problem::new("no targetPrefix").inside("metadata"));
    }
    Ok(Service {
        name: name.to_owned(),
        title: metadata.service_full_name.clone(),
        id: metadata.service_id.clone(),
        api_version: metadata.api_version.clone(),
        protocol,
        target_prefix: target_prefix.unwrap_or_default(),
        endpoint_prefix: metadata.endpoint_prefix.clone(),
        signing_name: metadata.signing_name.as_ref().unwrap_or(&metadata.endpoint_prefix).clone(),
        xml_namespace: metadata.xml_namespace.as_ref().map(namespace_of),
        is_query_compatible: metadata.aws_query_compatible.is_some(),
        operations: operations.collect::<Result<_, _>>()?,
        shapes: shapes.convert()?,
        waiters: Vec::new(),
        endpoints,
    })
}

/// The first protocol that is not CBOR: the others are easier to read in a log.
fn protocol(metadata: &Metadata) -> Result<Protocol, Problem> {
    let only = std::slice::from_ref(&metadata.protocol);
    let offered = if metadata.protocols.is_empty() { only } else { &metadata.protocols };
    let known = offered.iter().map(|name| {
        Ok(match (name.as_str(), metadata.json_version.as_deref()) {
            ("json", Some("1.0")) => Protocol::Json10,
            ("json", Some("1.1")) => Protocol::Json11,
            ("query", _) => Protocol::Query,
            ("ec2", _) => Protocol::Ec2,
            ("rest-json", _) => Protocol::RestJson,
            ("rest-xml", _) => Protocol::RestXml,
            ("smithy-rpc-v2-cbor", _) => Protocol::Cbor,
            (other, version) => return Err(Problem::new(format!("unknown protocol `{other}` ({version:?})"))),
        })
    });
    let known = known.collect::<Result<Vec<_>, _>>()?;
    let first = known.iter().find(|protocol| **protocol != Protocol::Cbor).or(known.first());
    first.copied().ok_or_else(|| Problem::new("no protocol"))
}

/// What an operation is signed by, as far as the whole service says it.
struct Signature {
    is_known: bool,
    only_v4a: bool,
}

fn is_signed_by_v4(metadata: &Metadata) -> bool {
    let is_offered = metadata.auth.is_empty() || metadata.auth.iter().any(|auth| auth == "aws.auth#sigv4");
    is_offered && matches!(metadata.signature_version.as_str(), "v4" | "s3" | "s3v4")
}

struct Conversion<'a> {
    knowledge: &'a Knowledge,
    service: &'a str,
    metadata: &'a Metadata,
    shapes: &'a Shapes<'a>,
    protocol: Protocol,
    signature: &'a Signature,
}

impl Conversion<'_> {
    fn operation(&self, key: &str, from: &source::Operation) -> Result<Operation, Problem> {
        let is_rest = matches!(self.protocol, Protocol::RestJson | Protocol::RestXml);
        if from.name != key && !is_rest {
            return Err(Problem::new(format!("it is called `{}` on the wire", from.name)));
        }
        let auth = auth(from)?;
        let (actions, repeat, because) = self.effects(key, from)?;
        let member = |reference: &Option<Reference>| {
            reference.as_ref().map(|reference| self.shapes.member(reference, None)).transpose()
        };
        let errors = from.errors.iter().map(|error| self.shapes.id(&error.shape)).collect::<Result<_, _>>()?;
        let static_context = from
            .static_context_params
            .iter()
            .map(|(name, parameter)| Ok((name.clone(), scalar(&parameter.value).inside(name)?)));
        let static_context: Vec<_> = static_context.collect::<Result<_, Problem>>()?;
        let operation_context = from.operation_context_params.iter();
        Ok(Operation {
            name: key.to_owned(),
            summary: summary(&from.documentation),
            method: from.http.method.clone(),
            uri: self.uri(&from.http.request_uri).to_owned(),
            input: member(&from.input).inside("input")?,
            output: member(&from.output).inside("output")?,
            errors,
            host_prefix: host_prefix(from, &static_context),
            checksum: checksum(from),
            auth,
            static_context,
            operation_context: operation_context.map(|(name, from)| (name.clone(), from.path.clone())).collect(),
            paginator: None,
            refused: self.refused(from, auth)?,
            actions,
            repeat,
            because,
        })
    }

    /// The IAM actions, the class of repetition, and the reason for the class when a row decides.
    fn effects(&self, name: &str, from: &source::Operation) -> Result<(Vec<String>, Repeat, Option<String>), Problem> {
        let Knowledge { definitions, actions, classes } = self.knowledge;
        let known = iam::actions(definitions, actions, (self.service, self.metadata), (name, from));
        let input = from.input.as_ref().map(|input| self.shapes.of(input)).transpose()?;
        let facts = Facts {
            only_read: known.as_ref().is_some_and(|known| known.only_read),
            has_token: input.is_some_and(|input| input.members.iter().any(|(_, member)| member.idempotency_token)),
            is_idempotent: from.idempotent,
        };
        let (repeat, because) = classes.class(self.service, name, facts);
        Ok((known.map(|known| known.names).unwrap_or_default(), repeat, because))
    }

    /// S3's endpoint rules put the bucket into the URL.
    fn uri<'u>(&self, uri: &'u str) -> &'u str {
        match uri.strip_prefix("/{Bucket}") {
            Some(rest) if self.service == "s3" => rest,
            _ => uri,
        }
    }

    fn refused(&self, from: &source::Operation, auth: Auth) -> Result<Option<Refused>, Problem> {
        let sides = from.input.iter().chain(&from.output);
        let mut found = None;
        for side in sides {
            let shape = self.shapes.of(side)?;
            for (name, member) in &shape.members {
                let of = self.shapes.of(member)?;
                if of.eventstream {
                    return Ok(Some(Refused::EventStream));
                }
                let is_payload = shape.payload.as_ref() == Some(name);
                if is_payload && (member.streaming || of.streaming) {
                    found = Some(Refused::Streaming);
                }
                let is_any_header = member.location.as_deref() == Some("headers")
                    && member.location_name.as_deref() != Some("x-amz-meta-");
                if is_any_header {
                    found = Some(Refused::AnyHeaders);
                }
            }
        }
        let needs_discovery = from.endpointdiscovery.as_ref().is_some_and(|discovery| discovery.required);
        let is_signed_otherwise = auth != Auth::Anonymous && (!self.signature.is_known || self.signature.only_v4a);
        Ok(found
            .or(is_signed_otherwise.then_some(Refused::OtherSignature))
            .or(needs_discovery.then_some(Refused::EndpointDiscovery)))
    }
}

fn auth(from: &source::Operation) -> Result<Auth, Problem> {
    let is_anonymous = from.auth.iter().any(|auth| auth == "smithy.api#noAuth");
    match from.authtype.as_deref() {
        Some("none") => Ok(Auth::Anonymous),
        Some("v4-unsigned-body") => Ok(Auth::UnsignedPayload),
        Some(other) => Err(Problem::new(format!("unknown authtype `{other}`"))),
        None if is_anonymous => Ok(Auth::Anonymous),
        None if from.unsigned_payload => Ok(Auth::UnsignedPayload),
        None if from.auth.is_empty() => Ok(Auth::SigV4),
        None => Err(Problem::new(format!("unknown auth {:?}", from.auth))),
    }
}

/// S3 Control's endpoint rules put the account into the host themselves.
fn host_prefix(from: &source::Operation, context: &[(String, Scalar)]) -> Option<String> {
    let by_rules = ("RequiresAccountId".to_owned(), Scalar::Bool(true));
    let prefix = from.endpoint.as_ref()?.host_prefix.clone();
    (prefix != "{AccountId}." || !context.contains(&by_rules)).then_some(prefix)
}

fn checksum(from: &source::Operation) -> Checksum {
    let named = from.http_checksum.as_ref();
    let algorithm = named.and_then(|named| named.request_algorithm_member.clone());
    let is_required = from.http_checksum_required || named.is_some_and(|named| named.request_checksum_required);
    match algorithm {
        algorithm if is_required => Checksum::Required { algorithm },
        Some(algorithm) => Checksum::Optional { algorithm },
        None => Checksum::None,
    }
}

/// The value of a parameter of endpoint rules.
pub(super) fn scalar(value: &Json) -> Result<Scalar, Problem> {
    match value {
        Json::Bool(value) => Ok(Scalar::Bool(*value)),
        Json::String(text) => Ok(Scalar::Text(text.clone())),
        Json::Array(items) => {
            let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
            let texts: Option<Vec<_>> = texts.collect();
            texts.map(Scalar::Texts).ok_or_else(|| Problem::new("a list of other things than texts"))
        }
        other => Err(Problem::new(format!("{other} is no value of a parameter"))),
    }
}
