//! The endpoint rules of a service, parsed: a function or property that is unknown fails the conversion and not the call.

use serde::{Deserialize, Serialize};

use crate::model::Scalar;

/// The endpoint rules of a service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleSet {
    /// What the rules may ask about a request, sorted by name.
    pub parameters: Vec<Parameter>,
    /// The first rule whose conditions hold decides.
    pub rules: Vec<Rule>,
}

/// A parameter of a rule set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Such as `Region` or `Bucket`.
    pub name: String,
    /// The type of its values.
    pub kind: ParameterKind,
    /// Whether a request cannot do without it.
    pub required: bool,
    /// The value of a request that has none.
    pub default: Option<Scalar>,
    /// The setting of the client that it takes its value from. None: the model of the operation says where from.
    pub built_in: Option<BuiltIn>,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterKind {
    /// `true` or `false`.
    Bool,
    /// Text.
    Text,
    /// A list of texts.
    Texts,
}

/// A setting of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BuiltIn {
    /// The region.
    Region,
    /// Whether the endpoint has to be one with FIPS 140 cryptography.
    UseFips,
    /// Whether the endpoint has to answer on IPv6 too.
    UseDualStack,
    /// The operator's own endpoint in place of AWS's.
    Endpoint,
    /// The account that the credentials belong to.
    AccountId,
    /// Whether the account becomes part of the host: `preferred`, `required` or `disabled`.
    AccountIdEndpointMode,
    /// Whether a bucket stands in the path and not in the host.
    S3ForcePathStyle,
    /// Whether S3 Transfer Acceleration is used.
    S3Accelerate,
    /// Whether `us-east-1` is S3's global endpoint.
    S3UseGlobalEndpoint,
    /// Whether Multi-Region Access Points are refused.
    S3DisableMultiRegionAccessPoints,
    /// Whether the region in the ARN of an access point is used in place of the client's.
    S3UseArnRegion,
    /// The same for S3 Control.
    S3ControlUseArnRegion,
    /// Whether STS's global endpoint is used.
    StsUseGlobalEndpoint,
}

/// Conditions, and what follows when all of them hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// All of them have to hold.
    pub conditions: Vec<Condition>,
    /// What follows.
    pub outcome: Outcome,
}

/// A condition holds unless its value is missing or `false`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What is computed.
    pub call: Call,
    /// The variable that gets the value.
    pub assign: Option<String>,
}

/// What follows from a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// One of these rules has to apply.
    Tree(Vec<Rule>),
    /// There is no endpoint, for this reason.
    Error(Template),
    /// The endpoint.
    Endpoint(EndpointTemplate),
}

/// An endpoint with variables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointTemplate {
    /// The URL.
    pub url: Expression,
    /// Headers that the request gets.
    pub headers: Vec<(String, Vec<Template>)>,
    /// How the request may be signed, best first. Empty: as the model of the operation says.
    pub auth: Vec<AuthTemplate>,
    /// The name of a backend with rules of its own, such as `S3Express`.
    pub backend: Option<String>,
    /// Letters that tell AWS's statistics what kind of endpoint it is.
    pub metrics: Vec<String>,
}

/// A way to sign, with variables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuthTemplate {
    /// The kind of signature.
    pub kind: AuthKind,
    /// The service that the signature names.
    pub signing_name: Option<Template>,
    /// The region that the signature names.
    pub signing_region: Option<Template>,
    /// The regions that a signature of version 4A names.
    pub region_set: Vec<Template>,
    /// Whether the path is signed as it is sent, and not escaped once more.
    pub disable_double_encoding: bool,
}

/// The kind of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthKind {
    /// Signature version 4.
    SigV4,
    /// Signature version 4A, which holds in several regions.
    SigV4a,
    /// Signature version 4 with the credentials of a session of S3 Express.
    S3Express,
}

/// Something that has a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expression {
    /// `true` or `false`.
    Bool(bool),
    /// Text with variables.
    Text(Template),
    /// The value of a parameter or variable.
    Variable(String),
    /// The value of a function.
    Call(Box<Call>),
}

/// A function with its arguments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// Whether there is a value.
    IsSet(Expression),
    /// Whether it is `false`.
    Not(Expression),
    /// Whether both are the same truth value.
    BooleanEquals(Expression, Expression),
    /// Whether both are the same text.
    StringEquals(Expression, Expression),
    /// A part of a value.
    GetAttr(Expression, Vec<Step>),
    /// Whether it can be a label of a host name.
    IsValidHostLabel {
        /// The text.
        value: Expression,
        /// Whether several labels with dots between them are right, too.
        dotted: bool,
    },
    /// Some of the characters of an ASCII text.
    Substring {
        /// The text.
        value: Expression,
        /// The position of the first.
        start: u32,
        /// The position behind the last.
        stop: u32,
        /// Whether positions count from the end.
        reverse: bool,
    },
    /// Text, escaped for a URL.
    UriEncode(Expression),
    /// The parts of a URL.
    ParseUrl(Expression),
    /// The parts of an ARN.
    ParseArn(Expression),
    /// The partition of a region.
    Partition(Expression),
    /// Whether a bucket can be part of a host name.
    IsVirtualHostableBucket {
        /// The bucket.
        value: Expression,
        /// Whether dots are right, too.
        dotted: bool,
    },
}

/// A step from a value to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The part with this name.
    Attribute(Attribute),
    /// An item of a list. A negative one counts from the end.
    Index(i32),
}

/// The name of a part of a URL, an ARN or a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attribute {
    /// `https` or `http`.
    Scheme,
    /// The host with the port.
    Authority,
    /// The path without a slash at its end.
    Path,
    /// The path with a slash at its beginning and its end.
    NormalizedPath,
    /// Whether the host is an address.
    IsIp,
    /// The partition of an ARN.
    Partition,
    /// The service of an ARN.
    Service,
    /// The region of an ARN.
    Region,
    /// The account of an ARN.
    AccountId,
    /// The resource of an ARN: a list, split at `:` and `/`.
    ResourceId,
    /// The name of a partition.
    Name,
    /// The domain of a partition.
    DnsSuffix,
    /// The domain of a partition's endpoints with IPv6.
    DualStackDnsSuffix,
    /// Whether a partition has endpoints with FIPS 140 cryptography.
    SupportsFips,
    /// Whether a partition has endpoints with IPv6.
    SupportsDualStack,
    /// The region of a partition's global services.
    ImplicitGlobalRegion,
}

/// Text with variables: its pieces, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template(pub Vec<Piece>);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// Text as it is.
    Literal(String),
    /// A variable, or a part of its value.
    Variable(String, Vec<Step>),
}
