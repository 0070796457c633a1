//! An answer out of bounds, of another protocol or with an error inside is no answer.

use serde_json::{Value as Json, json};

use super::{answers, failed, is_refused, made, run, site};
use crate::support::canned::{Canned, CannedAws};

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
