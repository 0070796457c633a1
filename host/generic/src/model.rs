//! A service as its model describes it: operations, shapes, paginators, waiters and endpoint rules.
//!
//! `cargo xtask models` makes these values from botocore's files. They are the format of the archive, too: a change of a
//! type changes [`archive::FORMAT`](crate::archive::FORMAT).

use serde::{Deserialize, Serialize};
use stepwell_model::action::Repeat;

use crate::endpoint::RuleSet;

/// One AWS service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// The name in `aws:SERVICE/Operation` and in the AWS CLI, such as `dynamodb`.
    pub name: String,
    /// The name for people, such as `Amazon DynamoDB`.
    pub title: String,
    /// The service as the SDK's operation metadata names it, such as `DynamoDB`.
    pub id: String,
    /// The version of the API, such as `2012-08-10`.
    pub api_version: String,
    /// How requests and responses are written.
    pub protocol: Protocol,
    /// What names the service in `X-Amz-Target` (json) and in the path (CBOR).
    pub target_prefix: String,
    /// The first label of the host name, mostly.
    pub endpoint_prefix: String,
    /// The service that a signature names.
    pub signing_name: String,
    /// The default namespace of XML bodies.
    pub xml_namespace: Option<Namespace>,
    /// Whether errors carry the code of the query protocol in `x-amzn-query-error`.
    pub is_query_compatible: bool,
    /// Sorted by name.
    pub operations: Vec<Operation>,
    /// What [`ShapeId`] counts.
    pub shapes: Vec<Shape>,
    /// Sorted by name.
    pub waiters: Vec<Waiter>,
    /// Where requests go.
    pub endpoints: RuleSet,
}

/// How a service writes requests and responses. A service with several protocols uses the first of these that it has
/// and that is not [`Protocol::Cbor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// AWS JSON 1.0: one path, the operation in `X-Amz-Target`.
    Json10,
    /// AWS JSON 1.1.
    Json11,
    /// A form in the request, XML in the response.
    Query,
    /// The form and the XML of EC2.
    Ec2,
    /// Paths, headers and JSON.
    RestJson,
    /// Paths, headers and XML.
    RestXml,
    /// RPC v2 with CBOR in both directions.
    Cbor,
}

/// A namespace of XML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// None: the default namespace.
    pub prefix: Option<String>,
    /// The URI that identifies it.
    pub uri: String,
}

/// One API operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Such as `UpdateTable`.
    pub name: String,
    /// The first sentence of AWS's documentation.
    pub summary: String,
    /// The method of HTTP.
    pub method: String,
    /// A path, perhaps with a query string, in which `{Name}` and `{Name+}` stand for members of the request.
    pub uri: String,
    /// The request. None: it has no members.
    pub input: Option<Member>,
    /// The response. None: it has no members.
    pub output: Option<Member>,
    /// The errors that the operation declares.
    pub errors: Vec<ShapeId>,
    /// What stands before the host name of the endpoint, such as `{AccountId}.`.
    pub host_prefix: Option<String>,
    /// The checksum that the request needs.
    pub checksum: Checksum,
    /// How a request is signed.
    pub auth: Auth,
    /// Parameters of the endpoint rules that have the same value in every request.
    pub static_context: Vec<(String, Scalar)>,
    /// Parameters of the endpoint rules that a path (JMESPath) finds in the request.
    pub operation_context: Vec<(String, String)>,
    /// How further pages are asked for.
    pub paginator: Option<Paginator>,
    /// Why the host cannot make the call at all.
    pub refused: Option<Refused>,
    /// The IAM actions that AWS checks. Empty: the sources do not know any.
    pub actions: Vec<String>,
    /// The effect of a retry.
    pub repeat: Repeat,
    /// The reason for [`Operation::repeat`], when it was decided by hand.
    pub because: Option<String>,
}

/// The checksum of a request body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checksum {
    /// None is needed.
    None,
    /// `Content-MD5`, or one of the newer ones.
    Required {
        /// The member of the request that names the algorithm.
        algorithm: Option<String>,
    },
    /// Only when the request names an algorithm.
    Optional {
        /// The member of the request that names it.
        algorithm: String,
    },
}

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auth {
    /// Signature version 4.
    SigV4,
    /// Signature version 4 with `UNSIGNED-PAYLOAD`.
    UnsignedPayload,
    /// Not at all.
    Anonymous,
}

/// Why a generic call of an operation is impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// It sends or receives events while it runs.
    EventStream,
    /// Its request or response has a body of any length.
    Streaming,
    /// It lets the request choose arbitrary headers.
    AnyHeaders,
    /// It is signed by a bearer token, by Signature version 2, or by Signature version 4A only.
    OtherSignature,
    /// AWS serves it only at an endpoint that another operation has to be asked for.
    EndpointDiscovery,
}

/// A value of a parameter of endpoint rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// Text.
    Text(String),
    /// A list of texts.
    Texts(Vec<String>),
}

/// The position of a shape in [`Service::shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ShapeId(pub u32);

/// A reference to a shape, with what holds in this place. The converter of `cargo xtask models` has resolved what botocore
/// inherits from the shape: `wire_name`, `flattened`, `timestamp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The type.
    pub shape: ShapeId,
    /// The part of the request or response.
    pub location: Location,
    /// The name on the wire (`locationName`), when it is not the member's own.
    pub wire_name: Option<String>,
    /// The name in a form of EC2 (`queryName`).
    pub query_name: Option<String>,
    /// Whether a list or map of XML and forms has no element around its entries.
    pub flattened: bool,
    /// Whether the host fills in a client token when the request has none.
    pub is_token: bool,
    /// Whether it is an attribute of XML.
    pub is_attribute: bool,
    /// Whether a header holds JSON in base64.
    pub is_json_header: bool,
    /// The namespace of its element.
    pub xml_namespace: Option<Namespace>,
    /// How a timestamp is written here, when it is not the protocol's way.
    pub timestamp: Option<TimeFormat>,
    /// The element around the members of a query response, such as `ListUsersResult`.
    pub result_wrapper: Option<String>,
    /// The parameter of the endpoint rules that it is.
    pub context_param: Option<String>,
}

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Location {
    /// In the body.
    Body,
    /// In the path of a request. In a response, in the body.
    Path,
    /// In the query string.
    Query,
    /// In one header.
    Header,
    /// In all headers that begin with its wire name.
    Headers,
    /// The status code.
    Status,
}

/// How a timestamp is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeFormat {
    /// RFC 3339 in UTC.
    Iso8601,
    /// The date of HTTP headers.
    Rfc822,
    /// Seconds since 1970.
    UnixTimestamp,
}

/// A type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Its name in the model, such as `TableName`.
    pub name: String,
    /// Whether its values must not be shown.
    pub is_sensitive: bool,
    /// What it is.
    pub kind: Kind,
}

/// What a type is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// An object with known members.
    Structure(Structure),
    /// An array.
    List {
        /// Its items.
        member: Member,
        /// Whether `null` is an item.
        sparse: bool,
        /// How many items.
        size: Bounds,
    },
    /// An object with any names.
    Map {
        /// Its names.
        key: Member,
        /// Its values.
        value: Member,
        /// Whether `null` is a value.
        sparse: bool,
        /// How many entries.
        size: Bounds,
    },
    /// Text.
    Text {
        /// The values that the model knows. Empty: any.
        values: Vec<String>,
        /// A regular expression in the dialect of Java.
        pattern: Option<String>,
        /// How many characters.
        length: Bounds,
    },
    /// An integer of 32 bits.
    Integer(Bounds),
    /// An integer of 64 bits.
    Long(Bounds),
    /// A number of 32 bits.
    Float,
    /// A number of 64 bits.
    Double,
    /// `true` or `false`.
    Boolean,
    /// Bytes, in base64 wherever JSON holds them.
    Blob,
    /// A point in time.
    Timestamp,
    /// Any JSON.
    Document,
}

/// The least and the most, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// None: no least.
    pub least: Option<i64>,
    /// None: no most.
    pub most: Option<i64>,
}

/// An object with known members.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// In the order of the model; of `xmlOrder` where the model has one.
    pub fields: Vec<Field>,
    /// The position in [`Structure::fields`] of the member that is the body.
    pub payload: Option<u32>,
    /// Whether exactly one member is set.
    pub is_union: bool,
    /// The name of the element in XML (`locationName`).
    pub xml_name: Option<String>,
    /// Of an error: what a response calls it.
    pub error: Option<ErrorCode>,
}

/// What a response calls an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCode {
    /// The code, when it is not the name of the shape.
    pub code: Option<String>,
}

/// A member of a structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// AWS's name.
    pub name: String,
    /// Whether a request must have it.
    pub required: bool,
    /// What it is.
    pub member: Member,
}

/// How further pages of an operation are asked for (`paginators-1.json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paginator {
    /// Members of the request that take the tokens.
    pub inputs: Vec<String>,
    /// Where a response has the tokens (JMESPath), as many as `inputs`.
    pub outputs: Vec<String>,
    /// Where a response has its items (JMESPath). The first is what the pages are about.
    pub results: Vec<String>,
    /// Where a response says whether there is more (JMESPath).
    pub more: Option<String>,
    /// The member of the request that limits a page.
    pub limit: Option<String>,
}

/// A way to wait until something is so (`waiters-2.json`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiter {
    /// Such as `TableExists`.
    pub name: String,
    /// The operation that looks.
    pub operation: String,
    /// Seconds between two looks.
    pub delay: u32,
    /// Number of looks after which AWS's own tools give up.
    pub attempts: u32,
    /// The first that matches decides.
    pub acceptors: Vec<Acceptor>,
}

/// What an answer means to a waiter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acceptor {
    /// What follows when it matches.
    pub state: WaiterState,
    /// When it matches.
    pub matcher: Matcher,
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaiterState {
    /// It is so.
    Success,
    /// It will never be so.
    Failure,
    /// Not yet.
    Retry,
}

/// When an acceptor matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Matcher {
    /// The status code of the response.
    Status(u16),
    /// The code of the error.
    Error(String),
    /// Any error (`true`) or none (`false`).
    AnyError(bool),
    /// What the path (JMESPath) finds equals the value.
    Path {
        /// The path.
        path: String,
        /// The value.
        expected: Expected,
    },
    /// The path finds a list that is not empty, and all of it equals the value.
    PathAll {
        /// The path.
        path: String,
        /// The value.
        expected: Expected,
    },
    /// The path finds a list of which one equals the value.
    PathAny {
        /// The path.
        path: String,
        /// The value.
        expected: Expected,
    },
}

/// A value that a waiter compares with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expected {
    /// Text.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
}

impl Service {
    /// An operation by its name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let at = self.operations.binary_search_by(|operation| operation.name.as_str().cmp(name)).ok()?;
        self.operations.get(at)
    }

    /// A waiter by its name.
    pub fn waiter(&self, name: &str) -> Option<&Waiter> {
        self.waiters.iter().find(|waiter| waiter.name == name)
    }
}
