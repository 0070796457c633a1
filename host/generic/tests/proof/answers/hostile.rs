//! Answers that want to exhaust the host or confuse it.

use ciborium::Value as Cbor;
use serde_json::json;

use crate::support::zoo::{self, PROTOCOLS, XML};

/// As deep as this, an answer would exhaust a stack if reading it were recursion without a bound.
const LEVELS: usize = 10_000;

/// The stack of a thread of Rust, and of tokio.
const STACK: usize = 2 << 20;

/// Reads the body with the stack of a thread, as a response and as an error.
fn read_on_a_thread(protocol: &'static str, body: Vec<u8>) -> Result<(), String> {
    let read = move || {
        zoo::refuse(protocol, &[], &body);
        zoo::read(protocol, &body).map(drop)
    };
    std::thread::Builder::new().stack_size(STACK).spawn(read).unwrap().join().unwrap()
}

#[test]
fn a_deep_answer_is_an_error_and_no_overflow() {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(LEVELS), close.repeat(LEVELS));
    for protocol in ["json", "rest-json"] {
        for body in [
            nested("{\"Child\":", "}").replace(":}", ":{}}"),
            nested("[", "]"),
            format!("{{\"Unknown\":{}}}", nested("[", "]")),
        ] {
            let found = read_on_a_thread(protocol, body.into_bytes()).unwrap_err();
            assert_eq!(found, "it is not well-formed JSON; perhaps it was cut off");
        }
    }
    for protocol in XML {
        for body in [nested("<Child>", "</Child>"), nested("<x>", "</x>")] {
            let found = read_on_a_thread(protocol, zoo::body(protocol, &body)).unwrap_err();
            assert_eq!(found, "it is not XML of at most 100 levels", "{protocol}");
        }
        // Without its end.
        let open = read_on_a_thread(protocol, "<Child>".repeat(LEVELS).into_bytes()).unwrap_err();
        assert_eq!(open, "it is not well-formed XML; perhaps it was cut off");
    }
}

#[test]
fn the_deepest_answer_that_is_read_fits_the_stack() {
    let xml = |levels: usize| format!("{}{}", "<Child>".repeat(levels), "</Child>".repeat(levels));
    for (protocol, levels) in [("query", 96), ("ec2", 97), ("rest-xml", 97)] {
        assert_eq!(read_on_a_thread(protocol, zoo::body(protocol, &xml(levels))), Ok(()), "{protocol}");
        assert!(read_on_a_thread(protocol, zoo::body(protocol, &xml(levels + 2))).is_err(), "{protocol}");
    }
    let json = |levels: usize| format!("{}{{}}{}", "{\"Child\":".repeat(levels), "}".repeat(levels));
    for protocol in ["json", "rest-json"] {
        assert_eq!(read_on_a_thread(protocol, json(126).into_bytes()), Ok(()));
        assert!(read_on_a_thread(protocol, json(128).into_bytes()).is_err());
    }
    let cbor = |levels: usize| [b"\xa1\x65Child".repeat(levels), vec![0xa0]].concat();
    assert_eq!(read_on_a_thread("smithy-rpc-v2-cbor", cbor(98)), Ok(()));
    assert!(read_on_a_thread("smithy-rpc-v2-cbor", cbor(101)).is_err());
}

#[test]
fn deep_cbor_is_an_error_and_no_overflow() {
    let wrong = "it is not well-formed CBOR of at most 100 levels; perhaps it was cut off";
    // Maps of one entry, arrays of one item, tags, arrays and texts without an announced length.
    for open in [b"\xa1\x65Child".as_slice(), b"\x81", b"\xc1", b"\x9f", b"\x7f", b"\xbf\x65Child"] {
        let body = [open.repeat(LEVELS), vec![0xf6]].concat();
        assert_eq!(read_on_a_thread("smithy-rpc-v2-cbor", body).unwrap_err(), wrong, "{open:?}");
    }
}

#[test]
fn announced_sizes_reserve_no_memory() {
    let wrong = "it is not well-formed CBOR of at most 100 levels; perhaps it was cut off";
    // A text, bytes, an array and a map of 2^62 items.
    for head in [0x7b_u8, 0x5b, 0x9b, 0xbb] {
        let body = [vec![0xa1, 0x64], b"Text".to_vec(), vec![head, 0x40, 0, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(zoo::read("smithy-rpc-v2-cbor", &body).unwrap_err(), wrong);
    }
}

#[test]
fn more_attributes_than_any_answer_has_are_an_error_before_they_cost_anything() {
    let many = |attribute: &str| (0..100_000).map(|n| attribute.replace('N', &n.to_string())).collect::<String>();
    let (plain, namespaces) = (many(" aN=''"), many(" xmlns:aN='u'"));
    for body in [
        format!("<Animal{plain}/>"),
        format!("<Animal{namespaces}/>"),
        // Marks that end no tag.
        format!("<Animal x='>'{plain}/>"),
        format!("<Animal x=\"'>\" y='\">'{plain}/>"),
        format!("<Animal><Text{plain}>x</Text></Animal>"),
        // Without its end.
        format!("<Animal{plain}"),
    ] {
        let found = zoo::read("rest-xml", body.as_bytes()).unwrap_err();
        assert_eq!(found, "it is not XML with tags of at most 16 KiB");
    }
    // A long text is no tag, nor is a comment.
    let long = format!("<!-- {plain} --><Animal><Text>{plain}</Text></Animal>");
    assert_eq!(zoo::read("rest-xml", long.as_bytes()).unwrap(), json!({ "Text": plain }));
}

#[test]
fn a_dtd_is_refused_so_that_no_entity_grows() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
        <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><FeedResponse><FeedResult><Text>&c;</Text></FeedResult></FeedResponse>"#;
    let file = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Animal><Text>&x;</Text></Animal>"#;
    let remote = r#"<!DOCTYPE a SYSTEM "http://169.254.169.254/latest"><Animal/>"#;
    for protocol in XML {
        for body in [bomb, file, remote] {
            let found = zoo::read(protocol, body.as_bytes()).unwrap_err();
            assert_eq!(found, "it is not well-formed XML; perhaps it was cut off", "{protocol}");
            assert_eq!(zoo::refuse(protocol, &[], body.as_bytes()).code, None);
        }
    }
}

#[test]
fn text_that_is_no_utf_8_is_an_error() {
    for protocol in ["json", "rest-json"] {
        let found = zoo::read(protocol, b"{\"Text\":\"\xff\"}").unwrap_err();
        assert_eq!(found, "it is not well-formed JSON; perhaps it was cut off");
    }
    for protocol in XML {
        let found = zoo::read(protocol, b"<FeedResponse><FeedResult>\xff</FeedResult></FeedResponse>").unwrap_err();
        assert_eq!(found, "it is not XML in UTF-8");
        let utf16: Vec<u8> = "<Animal/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = zoo::read(protocol, &[vec![0xff, 0xfe], utf16].concat()).unwrap_err();
        assert_eq!(found, "it is not XML in UTF-8");
    }
    let found = zoo::read("smithy-rpc-v2-cbor", b"\xa1\x64Text\x61\xff").unwrap_err();
    assert_eq!(found, "it is not well-formed CBOR of at most 100 levels; perhaps it was cut off");
}

#[test]
fn a_name_that_comes_twice_has_one_value_and_not_a_mixture() {
    for protocol in ["json", "rest-json"] {
        let read = zoo::read(protocol, br#"{"Text":"a","Text":"b","Child":{"Text":"a"},"Child":{"Long":1}}"#);
        assert_eq!(read.unwrap(), json!({ "Text": "b", "Child": { "Long": 1 } }));
    }
    for protocol in XML {
        let inner = "<Text>a</Text><Text>b</Text><Child><Text>a</Text></Child><Child><Long>1</Long></Child>";
        let read = zoo::read(protocol, &zoo::body(protocol, inner)).unwrap();
        assert_eq!(read, json!({ "Text": "a", "Child": { "Text": "a" } }), "{protocol}");
    }
    let entry = |value: &str| (Cbor::from("Text"), Cbor::from(value));
    let read = zoo::read("smithy-rpc-v2-cbor", &zoo::cbor(&Cbor::Map(vec![entry("a"), entry("b")])));
    assert_eq!(read.unwrap(), json!({ "Text": "a" }));
}

#[test]
fn an_empty_answer_has_no_members() {
    for protocol in ["json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"] {
        assert_eq!(zoo::read(protocol, b"").unwrap(), json!({}), "{protocol}");
    }
    for protocol in ["query", "ec2"] {
        let found = zoo::read(protocol, b"").unwrap_err();
        assert_eq!(found, "it is not well-formed XML; perhaps it was cut off");
    }
}

#[test]
fn members_that_the_model_does_not_have_are_left_out() {
    for protocol in PROTOCOLS {
        let inner = if XML.contains(&protocol) {
            "<Unknown><Text>x</Text></Unknown><Text>y</Text>"
        } else {
            r#"{"Unknown":{"Text":"x"},"Text":"y"}"#
        };
        assert_eq!(zoo::read(protocol, &zoo::body(protocol, inner)).unwrap(), json!({ "Text": "y" }), "{protocol}");
    }
}

#[test]
fn more_than_one_document_is_an_error() {
    for (protocol, body) in [
        ("json", br#"{"Text":"x"}{}"#.to_vec()),
        ("rest-json", br#"{"Text":"x"} x"#.to_vec()),
        ("rest-xml", b"<Animal/><Animal/>".to_vec()),
        ("query", b"<FeedResponse><FeedResult/></FeedResponse>x".to_vec()),
        ("smithy-rpc-v2-cbor", b"\xa0\xa0".to_vec()),
    ] {
        assert!(zoo::read(protocol, &body).unwrap_err().ends_with("; perhaps it was cut off"), "{protocol}");
    }
}
