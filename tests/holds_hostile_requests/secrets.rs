//! A secret reaches no plugin, no journal and no place that its owner did not name.

use serde_json::{Value as Json, json};

use super::{answers, calls, failed, run, site};
use crate::support::canned::CannedAws;
use crate::support::{Ended, NOBODY, Site, ended, holders};

const SECRET: &str = "correct-horse-battery";

/// Asserts that a text is in nothing that a run has written.
fn is_nowhere(site: &Site, ended: &Ended, text: &str) {
    assert!(!format!("{ended:?}").contains(text), "{text}: {ended:?}");
    assert_eq!(holders(site.home(), text), [""; 0], "{text}");
}

#[test]
fn a_secret_in_an_answer_is_withheld_from_plugin_journal_and_log() {
    let of_vpn = |inner: &str| {
        let set = format!("<vpnConnectionSet><item>{inner}</item></vpnConnectionSet>");
        format!("<DescribeVpnConnectionsResponse>{set}</DescribeVpnConnectionsResponse>")
    };
    let gateway = format!("<customerGatewayConfiguration>&lt;k&gt;{SECRET}</customerGatewayConfiguration>");
    let tunnel = format!("<tunnelOptionSet><item><preSharedKey>{SECRET}</preSharedKey></item></tunnelOptionSet>");
    let details = json!({ "client_id": "id", "client_secret": SECRET });
    let endpoint = json!({ "managedEndpointCredentials": { "token": SECRET } });
    let rows = [
        (
            ("describe-identity-provider", json!({ "UserPoolId": "eu-central-1_a", "ProviderName": "p" })),
            json!({ "IdentityProvider": { "ProviderDetails": details } }).to_string(),
        ),
        (("describe-vpn-connections", json!({})), of_vpn(&gateway)),
        (("describe-vpn-connections", json!({})), of_vpn(&format!("<options>{tunnel}</options>"))),
        (
            ("list-connections", json!({ "domainIdentifier": "dzd_1" })),
            json!({ "items": [{ "props": { "sparkEmrProperties": endpoint } }] }).to_string(),
        ),
    ];
    let bodies: Vec<_> = rows.iter().map(|(_, body)| body.clone()).collect();
    let aws = CannedAws::start(move |_, number| (200, Vec::new(), bodies[number].clone()));
    let site = site(aws.endpoint()).step("forger", &format!("{{ {} }}", calls(rows.map(|(call, _)| call))));
    let ended = run(&site);
    for answer in answers(&ended) {
        assert!(answer["answer"].to_string().contains("(withheld: a secret)"), "{answer}");
    }
    is_nowhere(&site, &ended, SECRET);
}

/// The base64 of [`SECRET`], which only the plugin computes: the journal keeps the text of the job.
const COMPUTED: &str = "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5";

#[test]
fn a_sensitive_member_and_bytes_leave_no_trace_in_the_journal() {
    let aws = CannedAws::start(|_, _| (400, Vec::new(), "<ErrorResponse/>".to_owned()));
    let step = calls([
        ("modify-db-instance", json!({ "DBInstanceIdentifier": "d", "MasterUserPassword": "TOKEN64" })),
        ("put-item", json!({ "TableName": "t", "Item": { "k": { "B": "TOKEN64" } } })),
    ]);
    let site = site(aws.endpoint()).step("forger", &format!("{{ {step}, token = \"{SECRET}\" }}"));
    let ended = run(&site);
    assert_eq!(answers(&ended).len(), 2);
    let asked = aws.asked();
    assert!(asked.len() == 2 && asked.iter().all(|asked| asked.body.contains(COMPUTED)), "{asked:?}");
    is_nowhere(&site, &ended, COMPUTED);
}

/// What becomes of the placeholder of a secret.
enum Sent {
    /// The secret leaves in the body, and the plugin gets no answer.
    Filled,
    /// It leaves as the plugin has changed it: neither placeholder nor secret.
    Changed,
    /// Nothing leaves, and the step ends with these words.
    Refused(&'static str),
}

const KEY: &str = "keys/shared/token";

const TO: [&str; 9] = [
    "dynamodb:PutItem",
    "events:PutEvents",
    "lambda:GetFunction",
    "lambda:UpdateFunctionConfiguration",
    "neptune-graph:GetGraphSummary",
    "s3:GetAccessPoint",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
];

/// Runs the forger with a secret, whose placeholder is its `TOKEN`.
fn run_with_secret(site: Site, rows: &[(&str, Json)]) -> (Site, Ended) {
    let option = format!("[options.token]\nsecret = true\nkey = \"{KEY}\"\n");
    let with = format!("{{ {}, token = \"${{options.token}}\" }}", calls(rows.iter().cloned()));
    let job = format!("name = \"job\"\n{option}[[steps]]\nid = \"it\"\nuses = \"forger\"\nwith = {with}\n");
    let site = site.file("job.toml", job);
    let ended = run(&site);
    (site, ended)
}

fn site_with_secret(endpoint: &str) -> Site {
    let site = site(endpoint);
    assert_eq!(site.pipe(&["keys", "set", KEY], SECRET).code, 0);
    site.home_file("stepwell.toml", format!("[secrets.\"{KEY}\"]\nto = {}\n", json!(TO)))
}

#[test]
fn a_placeholder_is_filled_where_the_secret_may_go_and_refused_everywhere_else() {
    // It repeats the body in each form that a plugin could read.
    let aws = CannedAws::start(|asked, _| {
        let backwards: String = asked.body.chars().rev().collect();
        let body =
            json!({ "Description": asked.body, "Attributes": { "k": { "S": backwards } }, "TableNames": [asked.body] });
        (200, vec![("x-amz-meta-echo", SECRET.to_owned())], body.to_string())
    });
    let variables = |variables: Json| {
        ("update-function-configuration", json!({ "FunctionName": "f", "Environment": { "Variables": variables } }))
    };
    let item = |value: Json| ("put-item", json!({ "TableName": "t", "Item": { "k": value } }));
    let copy = |member: &str, value: Json| {
        let mut request = json!({ "Bucket": "bucket", "Key": "k", "CopySource": "a/b" });
        request[member] = value;
        ("copy-object", request)
    };
    let event = json!([{ "Source": "s", "DetailType": "d", "Detail": "TOKEN" }]);
    let bus = "arn:aws:events:eu-central-1:123456789012:event-bus/b";
    let (address, head, encoded) = ("in the address", "in the head", "in the encoded part");
    let mut site = site_with_secret(aws.endpoint());
    for (call, wanted) in [
        (variables(json!({ "K": "TOKEN" })), Sent::Filled),
        (variables(json!({ "K": "user:TOKEN@host" })), Sent::Filled),
        (variables(json!({ "TOKEN": "v" })), Sent::Filled),
        (item(json!({ "M": { "a": { "L": [{ "M": { "b": { "SS": ["x", "TOKEN"] } } }] } } })), Sent::Filled),
        (item(json!({ "L": [{ "S": "TOKENHEAD" }, { "S": "TOKENTAIL" }] })), Sent::Changed),
        (item(json!({ "S": "TOKEN64" })), Sent::Changed),
        (item(json!({ "B": "TOKEN64" })), Sent::Refused(encoded)),
        (item(json!({ "L": [{ "M": { "a": { "BS": ["", "TOKEN64"] } } }] })), Sent::Refused(encoded)),
        (("put-cbor-events", json!({ "EventBusArn": bus, "Entries": event })), Sent::Refused(encoded)),
        (("get-function", json!({ "FunctionName": "TOKEN" })), Sent::Refused(address)),
        (("get-function", json!({ "FunctionName": "f", "Qualifier": "a TOKEN" })), Sent::Refused(address)),
        (("list-objects-v2", json!({ "Bucket": "TOKEN" })), Sent::Refused(address)),
        (("list-objects-v2", json!({ "Bucket": "b", "Prefix": "TOKEN" })), Sent::Refused(address)),
        (("head-object", json!({ "Bucket": "b", "Key": "a/TOKEN/b" })), Sent::Refused(address)),
        (("head-object", json!({ "Bucket": "b", "Key": "k", "IfMatch": "TOKEN" })), Sent::Refused(head)),
        (copy("Metadata", json!({ "k": "a TOKEN" })), Sent::Refused(head)),
        (copy("Metadata", json!({ "TOKEN": "v" })), Sent::Refused(head)),
        (copy("SSECustomerKey", json!("TOKEN")), Sent::Refused(head)),
        // No owner lets it go there.
        (("list-tables", json!({ "ExclusiveStartTableName": "TOKEN" })), Sent::Refused("the secret may not go to")),
        (
            ("modify-db-instance", json!({ "DBInstanceIdentifier": "d", "MasterUserPassword": "TOKEN" })),
            Sent::Refused("the secret may not go to"),
        ),
    ] {
        let before = aws.asked().len();
        let (same, ended) = run_with_secret(site, std::slice::from_ref(&call));
        site = same;
        let asked = aws.asked().split_off(before);
        match wanted {
            Sent::Filled => {
                assert!(asked.len() == 1 && asked[0].body.contains(SECRET), "{call:?}: {asked:?}");
                let told = &answers(&ended)[0];
                assert_eq!((&told["kind"], &told["code"]), (&json!("rejected"), &json!("AnswerWithheld")), "{call:?}");
            }
            Sent::Changed => {
                assert!(asked.len() == 1 && !asked[0].body.contains(SECRET), "{call:?}: {asked:?}");
                assert_eq!(ended.code, 0, "{call:?}: {ended:?}");
            }
            Sent::Refused(words) => {
                assert!(asked.is_empty(), "{call:?}: {asked:?}");
                let failure = failed(&ended);
                assert_eq!((ended.code, &failure["origin"]), (3, &json!("refused")), "{call:?}: {ended:?}");
                assert!(failure.to_string().contains(words), "{call:?}: {failure}");
            }
        }
        is_nowhere(&site, &ended, SECRET);
        is_nowhere(&site, &ended, &SECRET.chars().rev().collect::<String>());
    }
}

#[test]
fn a_placeholder_is_no_part_of_a_host_name() {
    let proxy = CannedAws::start(|_, _| (403, Vec::new(), String::new()));
    let mut site = site_with_secret(NOBODY);
    for call in [
        ("get-graph-summary", json!({ "graphIdentifier": "TOKEN" })),
        ("get-access-point", json!({ "AccountId": "TOKEN", "Name": "n" })),
        ("list-objects-v2", json!({ "Bucket": "TOKEN" })),
    ] {
        let (same, _) = run_with_secret(site, std::slice::from_ref(&call));
        site = same;
        let mut command = site.command(&["run", "job.toml", "--output", "json"]);
        command.env_remove("AWS_ENDPOINT_URL").env("HTTPS_PROXY", proxy.endpoint()).env("AWS_MAX_ATTEMPTS", "1");
        let ended = ended(command.output().expect("stepwell starts"));
        let message = failed(&ended)["message"].to_string();
        assert!(ended.code == 3 && message.contains("a secret would stand in the "), "{call:?}: {ended:?}");
    }
    assert_eq!(proxy.asked().len(), 0, "{:?}", proxy.asked());
}

/// The plugin lets a service keep the secret, and asks for it.
#[test]
fn an_answer_with_a_secret_that_an_earlier_call_has_sent_ends_the_run() {
    let aws = CannedAws::start(|asked, _| {
        let body = if asked.body.is_empty() { json!({ "Tags": { "t": format!("x{SECRET}y") } }) } else { json!({}) };
        (200, Vec::new(), body.to_string())
    });
    let rows = [
        (
            "update-function-configuration",
            json!({ "FunctionName": "f", "Environment": { "Variables": { "K": "TOKEN" } } }),
        ),
        ("get-function", json!({ "FunctionName": "f" })),
        ("put-item", json!({ "TableName": "t", "Item": {} })),
    ];
    let (site, ended) = run_with_secret(site_with_secret(aws.endpoint()), &rows);
    assert_eq!(failed(&ended)["code"], "SecretFound", "{ended:?}");
    assert_eq!(aws.asked().len(), 2, "the plugin made no other call: {:?}", aws.asked());
    is_nowhere(&site, &ended, SECRET);
}
