//! Requests that are not of the model.

use serde_json::{Value as Json, json};
use stepwell_generic::archive::Archive;
use stepwell_generic::check::{Depth, check};
use stepwell_generic::protocol::{self, RequestError};
use stepwell_model::NextAction as _;

use crate::support::zoo::{self, PROTOCOLS};

/// What, because and next of a request that is refused.
fn refused(service: &str, operation: &str, request: &Json) -> [String; 3] {
    let service = Archive::shipped().service(service).unwrap();
    let error = protocol::request(&service, service.operation(operation).unwrap(), request).unwrap_err();
    [error.to_string(), error.because(), error.next()]
}

/// The findings of a request whose values are checked, too.
fn findings(service: &str, operation: &str, request: &Json) -> Vec<String> {
    let service = Archive::shipped().service(service).unwrap();
    let operation = service.operation(operation).unwrap();
    let found = check(&service, operation, request, Depth::Values, &|_| false);
    found.iter().map(|finding| format!("{finding}; {}", finding.problem.advice())).collect()
}

#[test]
fn an_unknown_member_is_told_with_the_nearest_one() {
    let [what, because, next] = refused("dynamodb", "DescribeTable", &json!({ "TableNam": "t" }));
    assert_eq!(what, "`TableNam` is no member of the request");
    assert_eq!(because, "the request has 2 faults; this is the first");
    assert_eq!(next, "write `TableName`");
    for (written, meant) in [("tablename", "TableName"), ("table_name", "TableName"), ("table-name", "TableName")] {
        assert_eq!(refused("dynamodb", "DescribeTable", &json!({ written: "t" }))[2], format!("write `{meant}`"));
    }
    let far = refused("dynamodb", "DescribeTable", &json!({ "TableName": "t", "Colour": 1 }));
    assert_eq!(far[2], "leave it out, or use one of `TableName`");
    let inner = json!({ "InstanceIds": ["i-1"], "Filters": [{ "Name": "a", "Value": ["b"] }] });
    let [what, _, next] = refused("ec2", "DescribeInstances", &inner);
    assert_eq!((what.as_str(), next.as_str()), ("`Filters[0].Value` is no member of the request", "write `Values`"));
}

#[test]
fn a_value_of_another_type_is_told_with_its_place() {
    for (request, what) in [
        (json!({ "InstanceIds": "i-1" }), "`InstanceIds` must be a list, not text"),
        (json!({ "InstanceIds": ["i-1", 2] }), "`InstanceIds[1]` must be text, not an integer"),
        (json!({ "InstanceIds": ["i-1", null] }), "`InstanceIds[1]` must be text, not null"),
        (json!({ "InstanceIds": { "a": 1 } }), "`InstanceIds` must be a list, not an object"),
        (json!({ "MaxResults": "5" }), "`MaxResults` must be an integer of 32 bits, not text"),
        (json!({ "MaxResults": 5.5 }), "`MaxResults` must be an integer of 32 bits, not a number with a fraction"),
        (json!({ "MaxResults": 2_147_483_648_u32 }), "`MaxResults` must be an integer of 32 bits, not an integer"),
        (json!({ "DryRun": "true" }), "`DryRun` must be true or false, not text"),
        (json!([]), "the request must be an object, not a list"),
        (json!("x"), "the request must be an object, not text"),
        (json!(null), "the request must be an object, not null"),
    ] {
        assert_eq!(refused("ec2", "DescribeInstances", &request)[0], what);
    }
    let long = json!({ "Text": "x", "Long": u64::MAX });
    assert_eq!(of_zoo(&long), "`Long` must be an integer of 64 bits, not an integer");
    assert_eq!(of_zoo(&json!({ "Blob": "no base64" })), "`Blob` must be bytes in base64, not text");
    assert_eq!(
        of_zoo(&json!({ "Time": "yesterday" })),
        "`Time` must be a timestamp, such as 2026-01-31T12:00:00Z, not other text"
    );
    assert_eq!(of_zoo(&json!({ "Double": "inf" })), "`Double` must be a number, not text");
    assert_eq!(of_zoo(&json!({ "Map": { "k": "v" } })), "`Map.k` must be an integer of 32 bits, not text");
}

#[test]
fn a_request_with_many_faults_or_many_values_is_told_at_once() {
    let names: Json =
        (0..10_000).map(|n| (format!("{n}{}", "x".repeat(10_000)), json!(1))).collect::<serde_json::Map<_, _>>().into();
    assert_eq!(findings("ec2", "RunInstances", &names).len(), 50);
    let many = json!({ "DocumentName": "AWS-RunShellScript", "InstanceIds": vec!["i-0123456789abcdef0"; 20_000] });
    let [found] = &findings("ssm", "SendCommand", &many)[..] else { panic!("its pattern matches each") };
    assert!(found.starts_with("`InstanceIds` must have 0 to 50 items, not 20000"), "{found}");
}

/// Each protocol says the same.
fn of_zoo(request: &Json) -> String {
    let said = PROTOCOLS.map(|protocol| {
        let service = zoo::service(protocol);
        protocol::request(&service, zoo::feed(&service), request).unwrap_err().to_string()
    });
    let first = said.first().cloned().unwrap();
    assert!(said.iter().all(|other| *other == first), "{said:?}");
    first
}

#[test]
fn a_missing_member_is_told_and_a_null_is_missing() {
    for request in [json!({}), json!({ "TableName": null })] {
        let [what, because, next] = refused("dynamodb", "DescribeTable", &request);
        assert_eq!(what, "the request lacks `TableName`");
        assert_eq!(because, "the request is held against AWS's model before it leaves");
        assert_eq!(next, "add `TableName`");
    }
    let inner = json!({ "TableName": "t", "AttributeDefinitions": [{ "AttributeName": "a" }] });
    let what = &refused("dynamodb", "UpdateTable", &inner)[0];
    assert_eq!(what, "`AttributeDefinitions[0]` lacks `AttributeType`");
}

#[test]
fn a_union_has_exactly_one_member() {
    for (choice, set) in [(json!({}), 0), (json!({ "Left": null }), 0), (json!({ "Left": "a", "Right": "b" }), 2)] {
        assert_eq!(of_zoo(&json!({ "Choice": choice })), format!("`Choice` must have exactly one member, not {set}"));
    }
    let service = zoo::service("json");
    let request = json!({ "Choice": { "Left": "a", "Right": "b" } });
    let error = protocol::request(&service, zoo::feed(&service), &request).unwrap_err();
    assert_eq!(error.next(), "set one of `Left`, `Right`");
}

#[test]
fn values_are_checked_when_a_job_is_planned_and_not_when_it_runs() {
    let request = json!({ "TableName": "t", "BillingMode": "PAY_PER_REQEST" });
    assert_eq!(
        findings("dynamodb", "UpdateTable", &request),
        ["`BillingMode` has a value that the model does not know; write `PAY_PER_REQUEST`"]
    );
    let service = Archive::shipped().service("dynamodb").unwrap();
    assert!(protocol::request(&service, service.operation("UpdateTable").unwrap(), &request).is_ok());
    assert_eq!(
        findings("dynamodb", "ListTables", &json!({ "Limit": 0 })),
        ["`Limit` must have 1 to 100, not 0; write a value within these bounds"]
    );
    assert_eq!(
        findings("dynamodb", "ListTables", &json!({ "ExclusiveStartTableName": "a" })),
        ["`ExclusiveStartTableName` must have 3 to 255 characters, not 1; write a value within these bounds"]
    );
    assert_eq!(
        findings("dynamodb", "ListTables", &json!({ "ExclusiveStartTableName": "   " })),
        ["`ExclusiveStartTableName` does not match the model's pattern; write a text that matches `[a-zA-Z0-9_.-]+`"]
    );
}

#[test]
fn more_faults_than_anybody_reads_are_not_listed() {
    let fields = (0..1_000).map(|n| (format!("Wrong{n}"), json!(n))).collect();
    assert_eq!(findings("dynamodb", "ListTables", &Json::Object(fields)).len(), 50);
}

/// Levels of a request that would exhaust the stack of a thread.
const LEVELS: usize = 10_000;

#[test]
fn a_deep_request_is_refused_before_it_exhausts_the_stack() {
    // A value that is as deep is dropped by recursion, which needs a stack of its own.
    let made = std::thread::Builder::new().stack_size(256 << 20).spawn(|| {
        for request in [nested(LEVELS, "Child"), of("Text", nested(LEVELS, "x")), of("List", nested(LEVELS, "x"))] {
            refuse_on_a_thread(&request);
        }
    });
    made.unwrap().join().unwrap();
}

/// An object with one member. Unlike `json!`, it does not copy the value.
fn of(name: &str, value: Json) -> Json {
    Json::Object([(name.to_owned(), value)].into_iter().collect())
}

fn nested(levels: usize, name: &str) -> Json {
    (0..levels).fold(json!({}), |value, _| of(name, value))
}

/// With the stack of a thread of Rust, and of tokio.
fn refuse_on_a_thread(request: &Json) {
    std::thread::scope(|scope| {
        let refuse = || {
            assert_eq!(of_zoo(request), "the request is deeper than 127 levels");
        };
        std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, refuse).unwrap().join().unwrap();
    });
}

#[test]
fn the_deepest_request_that_is_accepted_can_be_written() {
    let request = nested(126, "Child");
    for protocol in PROTOCOLS {
        let service = zoo::service(protocol);
        assert!(protocol::request(&service, zoo::feed(&service), &request).is_ok(), "{protocol}");
    }
}

#[test]
fn what_the_host_cannot_call_is_refused_with_the_reason() {
    for (service, operation, what) in [
        ("logs", "StartLiveTail", "it sends or receives events while it runs, which a call cannot do"),
        ("s3", "GetObject", "its request or response has a body of any length, which a call cannot hold"),
        (
            "dataexchange",
            "SendApiAsset",
            "its request chooses headers of its own, and could replace those that are signed",
        ),
        ("sdb", "Select", "it is signed in another way than by Signature Version 4, which is all that the host does"),
        ("timestream-query", "Query", "another operation has to be asked for its endpoint, which the host does not do"),
    ] {
        let [found, because, next] = refused(service, operation, &json!({}));
        assert_eq!(found, what, "{service}:{operation}");
        assert_eq!(because, "the host offers only what it can do safely");
        assert_eq!(next, "use a shipped plugin or a typed interface for it");
    }
}

#[test]
fn a_checksum_is_computed_or_refused() {
    let service = Archive::shipped().service("s3").unwrap();
    let operation = service.operation("PutBucketTagging").unwrap();
    let request = |algorithm: &str| {
        let tags = json!({ "TagSet": [{ "Key": "a", "Value": "b" }] });
        protocol::request(
            &service,
            operation,
            &json!({ "Bucket": "b", "Tagging": tags, "ChecksumAlgorithm": algorithm }),
        )
    };
    let header = |algorithm: &str, name: &str| {
        let headers = request(algorithm).unwrap().headers;
        headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    let body = String::from_utf8(request("CRC32").unwrap().body).unwrap();
    assert_eq!(
        body,
        "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet><Tag><Key>a</Key><Value>b</Value></Tag>\
         </TagSet></Tagging>"
    );
    // By Python's zlib and hashlib.
    assert_eq!(header("CRC32", "x-amz-checksum-crc32").as_deref(), Some("Mr5yoA=="));
    assert_eq!(
        header("SHA256", "x-amz-checksum-sha256").as_deref(),
        Some("WDsnQSerDXwWGU7UcIQoW463rzj1z0Jg5kVXwgCWL2I=")
    );
    let error = request("CRC64NVME").unwrap_err();
    assert!(matches!(error, RequestError::Checksum { .. }));
    assert_eq!(error.to_string(), "the host does not compute the checksum `CRC64NVME`");
    assert_eq!(error.because(), "it computes `CRC32`, `SHA256`");
    assert_eq!(error.next(), "name another algorithm, or none");
}
