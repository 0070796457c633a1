//! A plugin that forges requests reaches no other host, no action that it is not granted, and no secret; nor does an
//! answer that is forged reach the plugin as one of AWS.

use serde_json::{Value as Json, json};

use super::support::canned::{Canned, CannedAws};
use super::support::{Ended, Site, ended, holders, report};

/// A site with the forger, which is granted everything.
fn site(endpoint: &str) -> Site {
    Site::new(endpoint).guest("forger")
}

/// The configuration of a step that makes these calls.
fn calls<'a>(rows: impl IntoIterator<Item = (&'a str, Json)>) -> String {
    let call = |(operation, request): (&str, Json)| {
        format!("{{ operation = \"{operation}\", request = {} }}", json!(request.to_string()))
    };
    format!("calls = [{}]", rows.into_iter().map(call).collect::<Vec<_>>().join(", "))
}

/// Runs the job of a site. The SDK makes no second attempt.
fn run(site: &Site) -> Ended {
    let mut command = site.command(&["run", "job.toml", "--output", "json"]);
    ended(command.env("AWS_MAX_ATTEMPTS", "1").output().expect("stepwell starts"))
}

/// What became of each call.
fn answers(ended: &Ended) -> Vec<Json> {
    assert_eq!(ended.code, 0, "{ended:?}");
    report(&ended.json_lines())["steps"][0]["outputs"]["answers"].as_array().expect("a list").clone()
}

/// Why the step failed.
fn failed(ended: &Ended) -> Json {
    report(&ended.json_lines())["steps"][0]["failure"].clone()
}

/// Makes these calls of an AWS, and tells what became of each.
fn made<'a>(aws: &CannedAws, rows: impl IntoIterator<Item = (&'a str, Json)>) -> Vec<Json> {
    answers(&run(&site(aws.endpoint()).step("forger", &format!("{{ {} }}", calls(rows)))))
}

/// Asserts that a call was refused with such a message.
fn is_refused(answer: &Json, kind: &str, part: &str) {
    let message = answer["message"].as_str().unwrap_or_default();
    assert!(answer["kind"] == kind && message.contains(part), "{kind}, {part}: {answer}");
}

const LABEL: &str = "AccountId must only contain a-z, A-Z, 0-9 and `-`";

#[test]
fn no_request_chooses_the_host_that_gets_its_signature() {
    // Without an endpoint of the operator, and with a proxy that lets nothing through.
    let proxy = CannedAws::start(|_, _| (403, Vec::new(), String::new()));
    let long = "a".repeat(64);
    let account = |value: &str| ("get-access-point", json!({ "AccountId": value, "Name": "n" }));
    let graph = |value: &str| ("get-graph-summary", json!({ "graphIdentifier": value }));
    let bucket = |value: &str| ("list-objects-v2", json!({ "Bucket": value }));
    let point =
        |region: &str, account: &str, name: &str| bucket(&format!("arn:aws:s3:{region}:{account}:accesspoint/{name}"));
    let stream = |region: &str, account: &str| {
        ("list-shards", json!({ "StreamARN": format!("arn:aws:kinesis:{region}:{account}:stream/s") }))
    };
    let endpoint = |value: &str| ("put-events", json!({ "Entries": [], "EndpointId": value }));
    let mut rows = vec![
        (account("123456789012"), Ok("123456789012.s3-control")),
        (account("a\r\nb"), Err("`x-amz-account-id` would have a character that no header can have")),
        (graph("g-0123456789"), Ok("g-0123456789")),
        (bucket("bucket"), Ok("bucket.s3")),
        (bucket("xn--a"), Ok("xn--a.s3")),
        (bucket(""), Err("cannot be part of the address")),
        (bucket("."), Err("cannot be part of the address")),
        (bucket(".."), Err("cannot be part of the address")),
        (bucket("a/../b"), Err("a path has no segment `.` or `..`")),
        (bucket("a\\.."), Err("a path has no segment `.` or `..`")),
        (bucket("arn:"), Err("was not a valid ARN")),
        (bucket("arn:aws:s3:eu-central-1:123456789012:bucket/x"), Err("Unrecognized format")),
        (bucket("bucket--use1-az1--x-s3"), Err("wants another signature")),
        (point("eu-central-1", "123456789012", "ap"), Ok("ap-123456789012.s3-accesspoint")),
        (point("", "123456789012", "a.mrap"), Err("wants another signature")),
        (point("eu-central-1@evil.example", "123456789012", "ap"), Err("invalid DNS name")),
        (point("evil.example/", "123456789012", "ap"), Err("invalid DNS name")),
        // A load balancer of anyone.
        (point("evil.eu-central-1.elb", "123456789012", "ap"), Err("is no region")),
        (point("cn-north-1", "123456789012", "ap"), Err("partition")),
        (point("eu-central-1", "evil/", "ap"), Err("account id may only contain")),
        (point("eu-central-1", "123456789012", "evil.example"), Err("access point name may only contain")),
        (stream("eu-central-1", "123456789012"), Ok("123456789012.control-kinesis")),
        // The region is that of the step, whatever the ARN says.
        (stream("us-east-1", "123456789012"), Ok("123456789012.control-kinesis")),
        (stream("evil.example", "123456789012"), Err("Invalid region")),
        (
            ("list-shards", json!({ "StreamARN": "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/s" })),
            Err("doesn't match with partition name"),
        ),
        (stream("eu-central-1", "evil.example"), Err("Invalid account id")),
        (stream("eu-central-1", "a@b"), Err("Invalid account id")),
        (endpoint("abc.veo"), Err("wants another signature")),
        (endpoint("evil.example/"), Err("must be a valid host label")),
        (endpoint("a@b"), Err("must be a valid host label")),
    ];
    let odd = ["", ".", "..", "-a", "a.b", "evil.example", "a@b", "a/b", "a\\b", "a:443", "a#", "a?", "a b", "\u{e4}"];
    for value in odd.into_iter().chain(["a%2eb", &long]) {
        rows.push((account(value), Err(LABEL)));
        rows.push((graph(value), Err("`graphIdentifier` is no label of a host name")));
    }
    // What is no label of a host is a segment of the path.
    for value in ["my.bucket", "a@evil.example/", "evil.example:443#", "b%2e%2e", "b?c", "B_c", "192.168.0.1", "-a"] {
        rows.push((bucket(value), Ok("s3")));
    }
    for value in ["a..b", "a b", "b\u{fc}cket", &long] {
        rows.push((bucket(value), Ok("s3")));
    }
    let step = format!("{{ {} }}", calls(rows.iter().map(|(call, _)| call.clone())));
    let site = site("http://127.0.0.1:9").step("forger", &step);
    let mut command = site.command(&["run", "job.toml", "--output", "json"]);
    command.env_remove("AWS_ENDPOINT_URL").env("HTTPS_PROXY", proxy.endpoint()).env("AWS_MAX_ATTEMPTS", "1");
    let ended = ended(command.output().expect("stepwell starts"));
    let mut expected = Vec::new();
    for (((operation, request), wanted), answer) in rows.iter().zip(answers(&ended)) {
        match wanted {
            Ok(host) => {
                let domain =
                    if *operation == "get-graph-summary" { "neptune-graph.amazonaws.com" } else { "amazonaws.com" };
                expected.push(format!("{host}.eu-central-1.{domain}:443"));
                assert_eq!(answer["kind"], "unavailable", "{operation} {request}: {answer}");
            }
            Err(part) => {
                let message = answer["message"].as_str().unwrap_or_default();
                assert!(answer["kind"] == "rejected" && message.contains(part), "{operation} {request}: {answer}");
            }
        }
    }
    let asked: Vec<_> = proxy.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(asked, expected);
}

const COPIED: &str = "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>";

#[test]
fn a_value_stays_in_its_part_of_the_path_and_of_the_head() {
    let aws = CannedAws::start(|asked, _| {
        let is_copy = asked.head.starts_with("PUT");
        (200, Vec::new(), if is_copy { COPIED.to_owned() } else { String::new() })
    });
    let key = |value: &str| ("head-object", json!({ "Bucket": "bucket", "Key": value }));
    let version = |value: &str| ("head-object", json!({ "Bucket": "bucket", "Key": "k", "VersionId": value }));
    let function = |value: &str| ("get-function", json!({ "FunctionName": value }));
    let copy = |member: &str, value: Json| {
        let mut request = json!({ "Bucket": "bucket", "Key": "k", "CopySource": "a/b" });
        request[member] = value;
        ("copy-object", request)
    };
    let (dots, empty, header) = ("has a segment `.` or `..`", "is empty", "a character that no header can have");
    let rows = [
        (key("a//b"), Ok("HEAD /bucket/a//b HTTP")),
        (key("/a"), Ok("HEAD /bucket//a HTTP")),
        (key("a/%2e%2e/b"), Ok("HEAD /bucket/a/%252e%252e/b HTTP")),
        (key("a?b#c d\u{e4}\r\n\0"), Ok("HEAD /bucket/a%3Fb%23c%20d%C3%A4%0D%0A%00 HTTP")),
        (key("k HTTP/1.1\r\nHost: evil"), Ok("HEAD /bucket/k%20HTTP/1.1%0D%0AHost%3A%20evil HTTP")),
        (key(".."), Err(dots)),
        (key("../x"), Err(dots)),
        (key("a/./b"), Err(dots)),
        (key("..\\b"), Err(dots)),
        (key(""), Err(empty)),
        (version("a&b=c#d"), Ok("HEAD /bucket/k?versionId=a%26b%3Dc%23d HTTP")),
        (function("f/../../other"), Err(dots)),
        (function("f/code?x"), Ok("GET /2015-03-31/functions/f%2Fcode%3Fx HTTP")),
        (function(""), Err(empty)),
        (copy("ContentType", json!("a\r\nx-evil: 1")), Err(header)),
        (copy("ContentType", json!("a\0")), Err(header)),
        (copy("CopySource", json!("a\nb")), Err(header)),
        (copy("Metadata", json!({ "k": "v\r\nx-evil: 1" })), Err(header)),
        (copy("Metadata", json!({ "k: v\r\nx-evil": "1" })), Err(header)),
        (copy("Metadata", json!({ "": "v" })), Ok("PUT /bucket/k HTTP")),
        (copy("Metadata", json!({ "k": "v" })), Ok("PUT /bucket/k HTTP")),
    ];
    let mut expected = Vec::new();
    for (((operation, request), wanted), answer) in rows.iter().zip(made(&aws, rows.iter().map(|row| row.0.clone()))) {
        match wanted {
            Ok(line) => expected.push(line.to_string()),
            Err(part) => {
                let message = answer["message"].as_str().unwrap_or_default();
                assert!(answer["kind"] == "rejected" && message.contains(part), "{operation} {request}: {answer}");
            }
        }
    }
    let asked = aws.asked();
    let lines: Vec<_> = asked.iter().filter_map(|asked| Some(asked.head.split_once("/1.1\r\n")?.0)).collect();
    assert_eq!(lines, expected);
    assert!(!asked.iter().any(|asked| asked.head.to_ascii_lowercase().contains("\nx-evil")), "{asked:?}");
}

#[test]
fn an_action_that_is_denied_is_not_called_and_its_operations_are_not_either() {
    let aws = CannedAws::start(|_, _| (200, Vec::new(), "{}".to_owned()));
    let function = json!({ "FunctionName": "f", "Description": "no role in it" });
    let copy = json!({ "Bucket": "bucket", "Key": "k", "CopySource": "a/b" });
    let mut site = site(aws.endpoint());
    for (deny, operation, request) in [
        ("dynamodb:PutItem", "put-item", json!({ "TableName": "t", "Item": {} })),
        ("dynamodb:ListTables", "list-tables", json!({})),
        ("lambda:UpdateFunctionConfiguration", "update-function-configuration", function.clone()),
        ("iam:PassRole", "update-function-configuration", function),
        // The action of the source, and that of the destination.
        ("s3:GetObject", "copy-object", copy.clone()),
        ("s3:PutObject", "copy-object", copy),
    ] {
        let project = format!("name = \"test\"\n[grants.forger]\nallow = [\"*\"]\ndeny = [\"{deny}\"]\n");
        let step = format!("{{ {} }}", calls([(operation, request)]));
        site = site.file("project.toml", project).step("forger", &step);
        is_refused(&answers(&run(&site))[0], "denied", deny);
    }
    assert_eq!(aws.asked().len(), 0, "{:?}", aws.asked());
}

#[test]
fn a_plugin_that_can_pass_a_role_is_refused_without_the_grant_for_that() {
    let actions = [
        "cognito-idp:*",
        "datazone:*",
        "dynamodb:*",
        "ec2:*",
        "events:*",
        "kinesis:*",
        "lambda:*",
        "neptune-graph:*",
        "rds:*",
        "s3:*",
    ];
    let check = |allow: &[&str]| {
        let project = format!("name = \"test\"\n[grants.forger]\nallow = {}\n", json!(allow));
        let site = site("http://127.0.0.1:9").file("project.toml", project);
        site.step("forger", "{ calls = [] }").stepwell(&["job", "check", "job.toml"])
    };
    let refused = check(&actions);
    assert_eq!(refused.three_lines(3)[0], "error: step `it` may not call `iam:PassRole`");
    let all: Vec<_> = actions.into_iter().chain(["iam:PassRole"]).collect();
    assert_eq!(check(&all).code, 0, "{:?}", check(&all));
}

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
    let mut site = site_with_secret("http://127.0.0.1:9");
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

/// A head of an answer, with these headers.
fn raw(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{headers}connection: close\r\n\r\n").as_bytes(), body].concat()
}

/// `{"TableNames":["a"]}`, compressed with gzip.
const COMPRESSED: &str = "H4sIAAAAAAACA6tWCklMykn1S8xNLVayilZKVIqtBQDMiAIYFAAAAA==";

#[test]
fn a_request_or_an_answer_out_of_bounds_is_an_error_of_the_call() {
    let aws = CannedAws::start(|_, _| (200, Vec::new(), "{}".to_owned()));
    let step = "{ calls = [{ operation = \"put-item\", levels = 1000 }, { operation = \"put-item\", padding = 9000000 }, \
                { operation = \"put-item\", padding = 64000000 }] }";
    let site = site(aws.endpoint()).home_file("stepwell.toml", "[limits]\nmemory = \"512MiB\"\ncpu_time = \"60s\"\n");
    let told = answers(&run(&site.step("forger", step)));
    is_refused(&told[0], "rejected", "the request is no JSON, from line 1");
    is_refused(&told[1], "rejected", "bytes, and may have 8 MiB");
    is_refused(&told[2], "rejected", "bytes, and may have 8 MiB");
    assert_eq!(aws.asked().len(), 0, "{:?}", aws.asked());

    let names = |text: &str| format!("{{\"TableNames\":[\"{text}\"]}}").into_bytes();
    let large = names(&"a".repeat(9 << 20));
    let chunked = [format!("{:x}\r\n", large.len()).as_bytes(), &large, b"\r\n0\r\n\r\n"].concat();
    let deep = format!("{{\"TableNames\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes();
    let deep_xml = format!("{}{}", "<x>".repeat(10_000), "</x>".repeat(10_000)).into_bytes();
    let compressed =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, COMPRESSED).expect("it is base64");
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("list-tables", raw(&format!("content-length: {}\r\n", large.len()), &large), "more than 8 MiB"),
        ("list-tables", raw("transfer-encoding: chunked\r\n", &chunked), "more than 8 MiB"),
        ("list-tables", raw("", &large), "more than 8 MiB"),
        ("list-tables", raw("content-length: 100\r\n", &names("a")), "cannot be read"),
        ("list-tables", raw("transfer-encoding: chunked\r\n", b"16\r\n{\"TableNames\":[\"a\"]}\r\n"), "cannot be read"),
        ("list-tables", raw("", b"{\"TableNames\":[\"a\""), "cannot be read"),
        ("list-tables", raw("content-encoding: gzip\r\n", &compressed), "cannot be read"),
        ("list-tables", raw("", &deep), "cannot be read"),
        ("describe-db-instances", raw("", &deep_xml), "cannot be read"),
        ("describe-vpn-connections", raw("", &deep_xml), "cannot be read"),
        ("list-objects-v2", raw("", &deep_xml), "cannot be read"),
    ];
    let bytes: Vec<_> = rows.iter().map(|row| row.1.clone()).collect();
    let aws = CannedAws::sending(move |_, number| bytes[number].clone());
    let request = |operation: &str| if operation == "list-objects-v2" { json!({ "Bucket": "b" }) } else { json!({}) };
    let told = made(&aws, rows.iter().map(|row| (row.0, request(row.0))));
    for ((operation, _, words), answer) in rows.iter().zip(&told) {
        assert_eq!(answer["kind"], "unavailable", "{operation} {words}: {answer}");
        is_refused(answer, "unavailable", words);
    }
    assert_eq!(aws.asked().len(), rows.len());
}

#[test]
fn a_list_without_an_end_has_one() {
    let page = |token: String| -> Canned {
        (200, Vec::new(), json!({ "TableNames": ["a"], "LastEvaluatedTableName": token }).to_string())
    };
    let same = CannedAws::start(move |_, _| page("again".to_owned()));
    let other = CannedAws::start(move |_, number| page(number.to_string()));
    let bounded = "{ calls = [{ operation = \"list-tables\", pages = 5 }] }";
    let mut site = site(same.endpoint()).step("forger", bounded);
    is_refused(&answers(&run(&site))[0], "rejected", "a page names itself as the next one");
    assert_eq!(same.asked().len(), 2);
    site = site.endpoint(other.endpoint());
    is_refused(&answers(&run(&site))[0], "rejected", "the list has more than 5 pages");
    assert_eq!(other.asked().len(), 5);
    // A plugin without a bound of its own.
    site = site.step("forger", "{ calls = [{ operation = \"list-tables\", pages = 1000000 }] }");
    let ended = run(&site.home_file("stepwell.toml", "[limits]\nhost_calls = 30\n"));
    let failure = failed(&ended);
    assert!(failure["code"] == "LimitExceeded" && failure.to_string().contains("`host_calls`"), "{failure}");
    assert_eq!(other.asked().len(), 5 + 30);
}

/// The operation and the request.
type Call = (&'static str, Json);

/// The status, the region that a bucket is in, and the body of an answer.
type Forgery = (u16, &'static str, String);

/// The kind of an error, and words of its message.
type Told = (&'static str, &'static str);

#[test]
fn an_answer_of_another_protocol_or_with_an_error_inside_is_no_answer() {
    let page = "<!DOCTYPE html><html><head><title>Log in</title></head><body><p>Log in</p></body></html>";
    let strict = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>Log in</p></body></html>";
    let error =
        |code: &str| format!("<?xml version=\"1.0\"?>\n\n <Error><Code>{code}</Code><Message>m</Message></Error>");
    let (bucket, key) = (json!({ "Bucket": "b" }), json!({ "Bucket": "b", "Key": "k" }));
    let copy = json!({ "Bucket": "b", "Key": "k", "CopySource": "a/b" });
    let empty = || json!({});
    let unread = "cannot be read";
    let rows: Vec<(Call, Forgery, Told)> = vec![
        // S3 sends the status before it has done the work.
        (("copy-object", copy.clone()), (200, "", error("InternalError")), ("unavailable", "m")),
        (("copy-object", copy.clone()), (200, "", error("SlowDown")), ("throttled", "m")),
        (("copy-object", copy.clone()), (200, "", error("AccessDenied")), ("denied", "m")),
        (("copy-object", copy.clone()), (200, "", error("NoSuchKey")), ("not found", "m")),
        (("copy-object", copy.clone()), (200, "", "<CopyObjectResult>".to_owned()), ("unavailable", unread)),
        (("copy-object", copy.clone()), (200, "", strict.to_owned()), ("unavailable", unread)),
        (("list-objects-v2", bucket.clone()), (200, "", error("InternalError")), ("unavailable", "m")),
        // A response to HEAD has no body.
        (("head-object", key.clone()), (404, "", String::new()), ("not found", "404 alone")),
        (("head-object", key.clone()), (403, "", String::new()), ("denied", "403 alone")),
        (("head-object", key.clone()), (400, "", String::new()), ("unavailable", "HTTP status 400 and no error code")),
        (("head-object", key.clone()), (301, "us-east-1", String::new()), ("rejected", "is in region `us-east-1`")),
        // A page of a proxy, and redirections to one.
        (("list-tables", empty()), (200, "", page.to_owned()), ("unavailable", unread)),
        (("get-function", json!({ "FunctionName": "f" })), (200, "", page.to_owned()), ("unavailable", unread)),
        (("describe-db-instances", empty()), (200, "", page.to_owned()), ("unavailable", unread)),
        (("describe-db-instances", empty()), (200, "", strict.to_owned()), ("unavailable", unread)),
        (("describe-vpn-connections", empty()), (200, "", page.to_owned()), ("unavailable", unread)),
        (("describe-vpn-connections", empty()), (200, "", strict.to_owned()), ("unavailable", unread)),
        (("list-objects-v2", bucket.clone()), (200, "", page.to_owned()), ("unavailable", unread)),
        (("list-objects-v2", bucket.clone()), (200, "", strict.to_owned()), ("unavailable", unread)),
        (("list-tables", empty()), (503, "", page.to_owned()), ("unavailable", "HTTP status 503")),
        (("list-tables", empty()), (302, "", page.to_owned()), ("unavailable", "HTTP status 302")),
        (("list-objects-v2", bucket.clone()), (307, "", String::new()), ("unavailable", "HTTP status 307")),
        // The answer of another protocol, or of another operation.
        (("list-tables", empty()), (200, "", "<ListTablesResponse/>".to_owned()), ("unavailable", unread)),
        (("list-tables", empty()), (200, "", "[]".to_owned()), ("unavailable", unread)),
        (("list-tables", empty()), (200, "", "null".to_owned()), ("unavailable", unread)),
        (("list-tables", empty()), (200, "", "{\"TableNames\":{}}".to_owned()), ("unavailable", unread)),
        (("get-function", json!({ "FunctionName": "f" })), (200, "", "<a/>".to_owned()), ("unavailable", unread)),
        (("describe-db-instances", empty()), (200, "", "{}".to_owned()), ("unavailable", unread)),
        (("describe-vpn-connections", empty()), (200, "", "{}".to_owned()), ("unavailable", unread)),
        (("list-objects-v2", bucket), (200, "", "{}".to_owned()), ("unavailable", unread)),
    ];
    let canned: Vec<_> = rows.iter().map(|row| row.1.clone()).collect();
    let elsewhere = CannedAws::start(|_, _| (200, Vec::new(), "{}".to_owned()));
    let location = format!("{}/evil", elsewhere.endpoint());
    let aws = CannedAws::start(move |_, number| {
        let (status, region, body) = canned[number].clone();
        let mut headers = vec![("x-amz-bucket-region", region.to_owned()), ("location", location.clone())];
        headers.retain(|(_, value)| !value.is_empty());
        (status, headers, body)
    });
    let told = made(&aws, rows.iter().map(|row| row.0.clone()));
    for ((call, answer, (kind, words)), told) in rows.iter().zip(&told) {
        let message = told["message"].as_str().unwrap_or_default();
        assert!(told["kind"] == *kind && message.contains(words), "{call:?} {answer:?} {kind} {words}: {told}");
    }
    assert_eq!(aws.asked().len(), rows.len(), "no call was made twice");
    assert_eq!(elsewhere.asked().len(), 0, "{:?}", elsewhere.asked());
}
