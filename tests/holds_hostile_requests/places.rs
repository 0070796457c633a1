//! A value of a request stays in its part of the address and of the head, and chooses no host.

use serde_json::{Value as Json, json};

use super::{answers, calls, made, site};
use crate::support::canned::CannedAws;
use crate::support::{NOBODY, ended};

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
    let site = site(NOBODY).step("forger", &step);
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
