//! Answers of another protocol, or with values of other types.

use ciborium::Value as Cbor;
use serde_json::{Value as Json, json};

use crate::support::zoo::{self, PROTOCOLS, XML};

#[test]
fn an_answer_of_another_protocol_is_an_error() {
    let xml = zoo::body("query", "<Text>x</Text>");
    let json = br#"{"Text":"x"}"#;
    let cbor = zoo::body("smithy-rpc-v2-cbor", r#"{"Text":"x"}"#);
    let of_json = "it is not well-formed JSON; perhaps it was cut off";
    let of_xml = "it is not well-formed XML; perhaps it was cut off";
    let of_cbor = "it is not well-formed CBOR of at most 100 levels; perhaps it was cut off";
    for protocol in ["json", "rest-json"] {
        assert_eq!(error(protocol, &xml), of_json);
        assert_eq!(error(protocol, &cbor), of_json);
    }
    for protocol in XML {
        assert_eq!(error(protocol, json), of_xml);
        assert_eq!(error(protocol, &cbor), "it is not XML in UTF-8");
    }
    assert_eq!(error("smithy-rpc-v2-cbor", json), of_cbor);
    assert_eq!(error("smithy-rpc-v2-cbor", &xml), of_cbor);
}

#[test]
fn a_web_page_is_no_answer() {
    let page = b"<html><head><title>Sign in</title></head><body>Welcome</body></html>";
    let strict = b"<!DOCTYPE html><html></html>";
    for protocol in XML {
        assert_eq!(error(protocol, page), "it is not the XML of a service; it is a web page, perhaps of a proxy");
        assert_eq!(error(protocol, strict), "it is not well-formed XML; perhaps it was cut off");
    }
    for protocol in ["json", "rest-json"] {
        assert_eq!(error(protocol, page), "it is not well-formed JSON; perhaps it was cut off");
    }
}

#[test]
fn the_result_of_another_operation_is_no_answer() {
    let other = b"<StarveResponse><StarveResult><Text>x</Text></StarveResult></StarveResponse>";
    assert_eq!(error("query", other), "it is not the result of the operation");
    assert_eq!(error("query", b"<FeedResponse/>"), "it is not the result of the operation");
    assert_eq!(error("ec2", other), "it is not the response of the operation");
}

#[test]
fn an_answer_that_is_no_object_is_an_error() {
    for body in ["[]", "null", "1", "\"x\"", "true"] {
        for protocol in ["json", "rest-json", "smithy-rpc-v2-cbor"] {
            assert_eq!(error(protocol, &zoo::body(protocol, body)), "it is not an object", "{protocol} {body}");
        }
    }
}

/// A member, values of other types, and what is wanted.
const WRONG: [(&str, &[&str], &str); 10] = [
    ("Text", &["1", "true", "[]", "{}"], "text"),
    ("Integer", &["\"1\"", "1.5", "true", "[]", "{}"], "an integer of 32 bits"),
    ("Long", &["\"1\"", "1.5", "1e300", "true", "{}"], "an integer of 64 bits"),
    ("Double", &["\"1\"", "\"nan\"", "true", "[]"], "a number"),
    ("Boolean", &["\"true\"", "1", "[]"], "true or false"),
    ("Blob", &["1", "true", "[]"], "bytes in base64"),
    ("Time", &["true", "[]", "{}", "1e300"], "a timestamp, such as 2026-01-31T12:00:00Z"),
    ("List", &["\"x\"", "{}", "1"], "a list"),
    ("Map", &["\"x\"", "[]", "1"], "an object of names and values"),
    ("Child", &["\"x\"", "[]", "1"], "an object"),
];

#[test]
fn a_value_of_another_type_is_an_error_that_names_it() {
    for (member, values, wanted) in WRONG {
        for value in values {
            let text = format!("{{\"Child\":{{\"{member}\":{value}}}}}");
            for protocol in ["json", "rest-json", "smithy-rpc-v2-cbor"] {
                let found = error(protocol, &zoo::body(protocol, &text));
                assert_eq!(found, format!("`Child.{member}` is not {wanted}"), "{protocol} {value}");
            }
        }
    }
    let blob = br#"{"Blob":"no base64"}"#;
    assert_eq!(error("json", blob), "`Blob` is not bytes in base64");
    let text_as_blob = zoo::body("smithy-rpc-v2-cbor", r#"{"Blob":"aGVsbG8="}"#);
    assert_eq!(error("smithy-rpc-v2-cbor", &text_as_blob), "`Blob` is not bytes in base64");
}

#[test]
fn a_text_of_xml_that_is_no_value_is_an_error_that_names_it() {
    for (member, value, wanted) in [
        ("Integer", "1.5", "an integer of 32 bits"),
        ("Integer", "", "an integer of 32 bits"),
        ("Long", "9223372036854775808", "an integer of 64 bits"),
        ("Double", "one", "a number"),
        ("Boolean", "1", "true or false"),
        ("Blob", "%", "bytes in base64"),
        ("Time", "yesterday", "a timestamp, such as 2026-01-31T12:00:00Z"),
        ("Time", "NaN", "a timestamp, such as 2026-01-31T12:00:00Z"),
        ("Time", "inf", "a timestamp, such as 2026-01-31T12:00:00Z"),
        ("Time", "9999999999999999", "a timestamp, such as 2026-01-31T12:00:00Z"),
    ] {
        for protocol in XML {
            let body = zoo::body(protocol, &format!("<Child><{member}>{value}</{member}></Child>"));
            assert_eq!(error(protocol, &body), format!("`Child.{member}` is not {wanted}"), "{protocol} {value}");
        }
    }
}

#[test]
fn a_position_in_a_list_and_a_name_in_a_map_are_told() {
    assert_eq!(error("json", br#"{"Child":{"List":["a","b",3]}}"#), "`Child.List[2]` is not text");
    assert_eq!(error("json", br#"{"Map":{"k":"v"}}"#), "`Map.k` is not an integer of 32 bits");
    let map = zoo::body("query", "<Map><entry><key>k</key><value>v</value></entry></Map>");
    assert_eq!(error("query", &map), "`Map.k` is not an integer of 32 bits");
}

#[test]
fn an_unknown_member_of_a_union_is_told_and_not_lost() {
    let unknown = json!({ "Choice": { "SDK_UNKNOWN_MEMBER": { "name": "Middle" } } });
    for protocol in PROTOCOLS {
        let inner = if XML.contains(&protocol) {
            "<Choice><Middle>x</Middle></Choice>"
        } else {
            r#"{"Choice":{"__type":"t","Middle":"x"}}"#
        };
        assert_eq!(zoo::read(protocol, &zoo::body(protocol, inner)).unwrap(), unknown, "{protocol}");
    }
}

#[test]
fn numbers_that_json_lacks_are_texts_and_no_timestamps() {
    for (value, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "Infinity"), (f64::NEG_INFINITY, "-Infinity")] {
        let double = json!({ "Double": text });
        let field = |name: &str| zoo::cbor(&Cbor::Map(vec![(Cbor::from(name), Cbor::from(value))]));
        assert_eq!(zoo::read("smithy-rpc-v2-cbor", &field("Double")).unwrap(), double);
        assert_eq!(
            error("smithy-rpc-v2-cbor", &field("Time")),
            "`Time` is not a timestamp, such as 2026-01-31T12:00:00Z"
        );
        assert_eq!(zoo::read("json", double.to_string().as_bytes()).unwrap(), double);
        assert_eq!(zoo::read("query", &zoo::body("query", &format!("<Double>{text}</Double>"))).unwrap(), double);
        let bare = format!("{{\"Double\":{text}}}");
        assert_eq!(error("json", bare.as_bytes()), "it is not well-formed JSON; perhaps it was cut off");
    }
}

#[test]
fn an_integer_keeps_all_its_digits() {
    for number in [i64::MAX, i64::MIN, (1 << 53) + 1] {
        let expected = json!({ "Long": number });
        let text = expected.to_string();
        for protocol in ["json", "rest-json", "smithy-rpc-v2-cbor"] {
            assert_eq!(zoo::read(protocol, &zoo::body(protocol, &text)).unwrap(), expected, "{protocol}");
        }
        for protocol in XML {
            let body = zoo::body(protocol, &format!("<Long>{number}</Long>"));
            assert_eq!(zoo::read(protocol, &body).unwrap(), expected, "{protocol}");
        }
    }
}

fn error(protocol: &str, body: &[u8]) -> String {
    let read: Result<Json, String> = zoo::read(protocol, body);
    read.unwrap_err()
}
