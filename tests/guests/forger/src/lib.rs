//! Sends any request that a test gives it, and tells what became of each call.

use schemars::JsonSchema;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value as Json, json};
use stepwell_plugin::{CallError, CallErrorKind, Failure, Invocation, Step, aws};

stepwell_plugin::operation! {
    /// `DescribeIdentityProvider` of Amazon Cognito.
    fn describe_identity_provider = "stepwell:aws/cognito-idp@0.1.0", "describe-identity-provider";
    /// `DescribeVpnConnections` of Amazon EC2.
    fn describe_vpn_connections = "stepwell:aws/ec2@0.1.0", "describe-vpn-connections";
    /// `ListConnections` of Amazon DataZone.
    fn list_connections = "stepwell:aws/datazone@0.1.0", "list-connections";
    /// `ListTables` of Amazon DynamoDB.
    fn list_tables = "stepwell:aws/dynamodb@0.1.0", "list-tables";
    /// `PutItem` of Amazon DynamoDB.
    fn put_item = "stepwell:aws/dynamodb@0.1.0", "put-item";
    /// `PutEvents` of Amazon EventBridge, whose endpoint can be a member.
    fn put_events = "stepwell:aws/events@0.1.0", "put-events";
    /// `PutEvents` of EventBridge V2, which speaks CBOR.
    fn put_cbor_events = "stepwell:aws/eventbridgev2@0.1.0", "put-events";
    /// `ListShards` of Amazon Kinesis, which can name a stream by its ARN.
    fn list_shards = "stepwell:aws/kinesis@0.1.0", "list-shards";
    /// `GetFunction` of AWS Lambda.
    fn get_function = "stepwell:aws/lambda@0.1.0", "get-function";
    /// `UpdateFunctionConfiguration` of AWS Lambda, which can pass a role.
    fn update_function_configuration = "stepwell:aws/lambda@0.1.0", "update-function-configuration";
    /// `GetGraphSummary` of Amazon Neptune Analytics, which has the graph in the host name.
    fn get_graph_summary = "stepwell:aws/neptune-graph@0.1.0", "get-graph-summary";
    /// `DescribeDBInstances` of Amazon RDS.
    fn describe_db_instances = "stepwell:aws/rds@0.1.0", "describe-db-instances";
    /// `ModifyDBInstance` of Amazon RDS.
    fn modify_db_instance = "stepwell:aws/rds@0.1.0", "modify-db-instance";
    /// `CopyObject` of Amazon S3.
    fn copy_object = "stepwell:aws/s3@0.1.0", "copy-object";
    /// `HeadObject` of Amazon S3.
    fn head_object = "stepwell:aws/s3@0.1.0", "head-object";
    /// `ListObjectsV2` of Amazon S3.
    fn list_objects_v2 = "stepwell:aws/s3@0.1.0", "list-objects-v2";
    /// `GetAccessPoint` of Amazon S3 Control, which has the account in the host name.
    fn get_access_point = "stepwell:aws/s3control@0.1.0", "get-access-point";
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The calls, in this order.
    calls: Vec<Forged>,
    /// The text in the place of each `TOKEN` of a request, in the names of members too. `TOKEN64` is its base64, `TOKENHEAD`
    /// and `TOKENTAIL` are its halves.
    #[serde(default)]
    token: String,
}

/// A call.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Forged {
    /// The operation, by the name of its function.
    operation: String,
    /// The request as JSON.
    #[serde(default)]
    request: String,
    /// The levels of objects below the member `Item`.
    #[serde(default)]
    levels: usize,
    /// The bytes of the member `Padding`.
    #[serde(default)]
    padding: usize,
    /// The most pages of `list-tables` to read.
    pages: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// What became of each call.
    answers: Vec<Answered>,
}

#[derive(Serialize, JsonSchema)]
struct Answered {
    /// The answer.
    answer: Option<Json>,
    /// The kind of the error.
    kind: Option<String>,
    /// AWS's code of the error.
    code: Option<String>,
    /// The message of the error.
    message: Option<String>,
}

struct Forger;

impl Step for Forger {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, Config { calls, token }: Config) -> Result<Outputs, Failure> {
        let answers = calls.iter().map(|forged| Ok(told(make(forged, &token)?)));
        Ok(Outputs { answers: answers.collect::<Result<_, Failure>>()? })
    }
}

/// Makes a call. The failure is a mistake of the test.
fn make(forged: &Forged, token: &str) -> Result<Result<Json, CallError>, Failure> {
    let Forged { operation, request, levels, padding, pages } = forged;
    if let Some(limit) = pages {
        return Ok(tables(*limit).map(|names| json!(names.len())));
    }
    if *levels > 0 {
        return send(operation, &Deep(*levels));
    }
    if *padding > 0 {
        return send(operation, &json!({ "Padding": "a".repeat(*padding) }));
    }
    let (head, tail) = token.split_at_checked(token.len() / 2).unwrap_or_default();
    let request = request.replace("TOKEN64", &base64(token)).replace("TOKENHEAD", head).replace("TOKENTAIL", tail);
    let request = request.replace("TOKEN", token);
    let request: Json = serde_json::from_str(&request)
        .map_err(|error| Failure::new("ConfigurationInvalid", format!("a request is no JSON: {error}")))?;
    send(operation, &request)
}

fn send<Q: aws::Request>(operation: &str, request: &Q) -> Result<Result<Json, CallError>, Failure> {
    Ok(match operation {
        "copy-object" => copy_object(request),
        "describe-db-instances" => describe_db_instances(request),
        "describe-identity-provider" => describe_identity_provider(request),
        "describe-vpn-connections" => describe_vpn_connections(request),
        "get-access-point" => get_access_point(request),
        "get-function" => get_function(request),
        "get-graph-summary" => get_graph_summary(request),
        "head-object" => head_object(request),
        "list-connections" => list_connections(request),
        "list-objects-v2" => list_objects_v2(request),
        "list-shards" => list_shards(request),
        "list-tables" => list_tables(request),
        "modify-db-instance" => modify_db_instance(request),
        "put-cbor-events" => put_cbor_events(request),
        "put-events" => put_events(request),
        "put-item" => put_item(request),
        "update-function-configuration" => update_function_configuration(request),
        other => return Err(Failure::new("ConfigurationInvalid", format!("`{other}` is not imported"))),
    })
}

fn told(result: Result<Json, CallError>) -> Answered {
    match result {
        Ok(answer) => Answered { answer: Some(answer), kind: None, code: None, message: None },
        Err(CallError { kind, code, message, .. }) => {
            let kind = match kind {
                CallErrorKind::Denied => "denied",
                CallErrorKind::Throttled => "throttled",
                CallErrorKind::NotFound => "not found",
                CallErrorKind::Rejected => "rejected",
                CallErrorKind::Unavailable => "unavailable",
            };
            Answered { answer: None, kind: Some(kind.to_owned()), code, message: Some(message) }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    table_names: Vec<String>,
    last_evaluated_table_name: Option<String>,
}

/// The names on the pages of a list.
fn tables(limit: usize) -> Result<Vec<String>, CallError> {
    aws::all_pages(limit, |token| {
        let listed: Listed = list_tables(&json!({ "ExclusiveStartTableName": token }))?;
        Ok((listed.table_names, listed.last_evaluated_table_name))
    })
}

/// Objects inside of each other.
struct Deep(usize);

impl Serialize for Deep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(1))?;
        match self.0.checked_sub(1) {
            Some(levels) => object.serialize_entry("Item", &Self(levels))?,
            None => object.serialize_entry("Item", "")?,
        }
        object.end()
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(text: &str) -> String {
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let sign = ALPHABET.get((bits >> (18 - 6 * at) & 63) as usize).filter(|_| at <= chunk.len());
            out.push(sign.map_or('=', |sign| char::from(*sign)));
        }
    }
    out
}

stepwell_plugin::export!(Forger);
