//! Errors: what a service says when it refuses, and what only looks like success.

use serde_json::json;
use stepwell_generic::archive::Archive;
use stepwell_generic::protocol::{self, Refusal, Response};

use crate::support::zoo::{self, PROTOCOLS, XML};

#[test]
fn a_success_of_s3_with_an_error_in_it_is_an_error() {
    let service = Archive::shipped().service("s3").unwrap();
    let operation = service.operation("CopyObject").unwrap();
    for head in [
        "",
        "\u{feff}",
        "\n ",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "<!-- x -->",
        "\u{feff}<?xml version='1.0'?>",
    ] {
        let body = format!("{head}<Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>");
        let response = Response { status: 200, headers: &[], body: body.as_bytes() };
        assert!(protocol::is_late_error(&service, &response), "{head:?}");
        let refusal = protocol::refusal(&service, operation, &response);
        assert_eq!(refusal.code.as_deref(), Some("SlowDown"), "{head:?}");
        let read = protocol::response(&service, operation, &response).unwrap_err().to_string();
        assert_eq!(read, "it is not a success, whatever its status says", "{head:?}");
    }
    for body in ["<CopyObjectResult/>", "<Errors/>", "<ErrorDocument/>", "", "Error", "<a><Error/></a>", "{}"] {
        let response = Response { status: 200, headers: &[], body: body.as_bytes() };
        assert!(!protocol::is_late_error(&service, &response), "{body}");
    }
}

#[test]
fn an_error_without_a_body_has_no_code_but_the_id_of_its_request() {
    let head = [("x-amz-request-id", "R1")];
    for protocol in PROTOCOLS {
        let expected = Refusal { request_id: Some("R1".to_owned()), ..Refusal::default() };
        assert_eq!(zoo::refuse(protocol, &head, b""), expected, "{protocol}");
    }
}

#[test]
fn an_error_that_cannot_be_read_has_no_code() {
    for protocol in PROTOCOLS {
        for body in [b"<html><body>502</body></html>".as_slice(), b"upstream timed out", b"\xff\xfe", b"[1]", b"\xa1"] {
            assert_eq!(zoo::refuse(protocol, &[], body), Refusal::default(), "{protocol}");
        }
    }
}

#[test]
fn an_error_that_was_cut_off_has_no_code_that_it_did_not_have() {
    for protocol in PROTOCOLS {
        let whole = error_of(protocol);
        let refusal = zoo::refuse(protocol, &[], &whole);
        assert_eq!(refusal.code.as_deref(), Some("Bitten"), "{protocol}");
        assert_eq!(refusal.fields, *json!({ "Animal": "cat", "Depth": 3 }).as_object().unwrap(), "{protocol}");
        for length in 0..whole.len() {
            let refusal = zoo::refuse(protocol, &[], whole.get(..length).unwrap());
            assert_eq!(refusal, Refusal::default(), "{protocol} at {length}");
        }
    }
}

/// An error of the model.
fn error_of(protocol: &str) -> Vec<u8> {
    let inner = "<Code>Bitten</Code><Message>It bit</Message><Animal>cat</Animal><Depth>3</Depth>";
    match protocol {
        "ec2" => format!("<Response><Errors><Error>{inner}</Error></Errors></Response>").into_bytes(),
        _ if XML.contains(&protocol) => format!("<ErrorResponse><Error>{inner}</Error></ErrorResponse>").into_bytes(),
        _ => zoo::body(protocol, r#"{"__type":"zoo#Bitten","message":"It bit","Animal":"cat","Depth":3}"#),
    }
}

#[test]
fn a_field_of_an_error_that_is_of_another_type_costs_neither_code_nor_message() {
    for protocol in PROTOCOLS {
        let wrong = String::from_utf8(error_of(protocol)).unwrap_or_default();
        let body = match protocol {
            "smithy-rpc-v2-cbor" => zoo::body(protocol, r#"{"__type":"zoo#Bitten","message":"It bit","Depth":"deep"}"#),
            _ if XML.contains(&protocol) => wrong.replace(">3<", ">deep<").into_bytes(),
            _ => wrong.replace(":3", ":\"deep\"").into_bytes(),
        };
        let refusal = zoo::refuse(protocol, &[], &body);
        assert_eq!(
            (refusal.code.as_deref(), refusal.message.as_deref()),
            (Some("Bitten"), Some("It bit")),
            "{protocol}"
        );
        assert!(refusal.fields.is_empty(), "{protocol}");
    }
}

#[test]
fn the_header_says_the_code_where_the_body_does_not() {
    for (header, code) in [
        ("Bitten", "Bitten"),
        ("zoo#Bitten:http://internal.amazon.com/coral/zoo/", "Bitten"),
        ("Bitten:http://internal.amazon.com/coral/zoo#x", "Bitten"),
    ] {
        let refusal = zoo::refuse("rest-json", &[("X-Amzn-ErrorType", header)], b"{}");
        assert_eq!(refusal.code.as_deref(), Some(code), "{header}");
    }
    let nothing = zoo::refuse("rest-json", &[("x-amzn-errortype", "")], b"{}");
    assert_eq!(nothing.code, None);
}
