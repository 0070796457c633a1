//! Values in the path, the host name, the query string and headers: none leads to another operation or host, or adds a
//! header.

use serde_json::{Value as Json, json};
use stepwell_generic::model::Service;
use stepwell_generic::protocol::{self, Request, RequestError};
use stepwell_model::NextAction as _;
use stepwell_xtask::models::service_of;

/// A service with a member in every place.
fn service() -> Service {
    let text = |location: &str, name: &str| json!({ "shape": "Text", "location": location, "locationName": name });
    let model = json!({
        "metadata": {
            "apiVersion": "2026-01-01",
            "endpointPrefix": "places",
            "serviceFullName": "Places",
            "serviceId": "Places",
            "signatureVersion": "v4",
            "protocol": "rest-json",
        },
        "operations": { "Put": {
            "name": "Put",
            "http": { "method": "PUT", "requestUri": "/a/{Name}/b/{Path+}?fixed" },
            "endpoint": { "hostPrefix": "{Host}.data." },
            "input": { "shape": "Input" },
        } },
        "shapes": {
            "Text": { "type": "string" },
            "Texts": { "type": "list", "member": { "shape": "Text" } },
            "Map": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Text" } },
            "Input": {
                "type": "structure",
                "required": ["Name", "Path", "Host"],
                "members": {
                    "Name": text("uri", "Name"),
                    "Path": text("uri", "Path"),
                    "Host": { "shape": "Text", "hostLabel": true },
                    "Query": text("querystring", "query"),
                    "Queries": { "shape": "Map", "location": "querystring" },
                    "Header": text("header", "X-Header"),
                    "Headers": { "shape": "Texts", "location": "header", "locationName": "X-Headers" },
                    "Meta": { "shape": "Map", "location": "headers", "locationName": "x-amz-meta-" },
                },
            },
        },
    });
    service_of("places", model).unwrap()
}

/// The request with one member changed.
fn put(member: &str, value: impl Into<Json>) -> Result<Request, RequestError> {
    let service = service();
    let mut input = json!({ "Name": "n", "Path": "p", "Host": "h" });
    input[member] = value.into();
    protocol::request(&service, service.operation("Put").unwrap(), &input)
}

#[test]
fn a_label_of_the_path_leads_to_no_other_operation() {
    for value in ["..", ".", "../x", "x/..", "x/../y", "./x", "..\\x", "x\\.."] {
        for member in ["Name", "Path"] {
            let error = put(member, value).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("`{member}` has a segment `.` or `..`, and it is a part of the path")
            );
            assert_eq!(error.because(), "the path decides which operation is called, and on what");
            assert_eq!(error.next(), format!("give the name or id of the resource alone in `{member}`"));
        }
    }
    for member in ["Name", "Path"] {
        let error = put(member, "").unwrap_err();
        assert_eq!(error.to_string(), format!("`{member}` is empty, and it is a part of the path"));
    }
    for (value, in_name, in_path) in [
        ("/", "/a/%2F/b/p?fixed", "/a/n/b//?fixed"),
        ("x/y", "/a/x%2Fy/b/p?fixed", "/a/n/b/x/y?fixed"),
        ("?x=y#z", "/a/%3Fx%3Dy%23z/b/p?fixed", "/a/n/b/%3Fx%3Dy%23z?fixed"),
        ("%2e%2e/x", "/a/%252e%252e%2Fx/b/p?fixed", "/a/n/b/%252e%252e/x?fixed"),
        ("a b\r\nc\0", "/a/a%20b%0D%0Ac%00/b/p?fixed", "/a/n/b/a%20b%0D%0Ac%00?fixed"),
        ("\u{ff0e}\u{ff0e}", "/a/%EF%BC%8E%EF%BC%8E/b/p?fixed", "/a/n/b/%EF%BC%8E%EF%BC%8E?fixed"),
        ("..;x", "/a/..%3Bx/b/p?fixed", "/a/n/b/..%3Bx?fixed"),
        ("{Path+}", "/a/%7BPath%2B%7D/b/p?fixed", "/a/n/b/%7BPath%2B%7D?fixed"),
    ] {
        assert_eq!(put("Name", value).unwrap().uri, in_name);
        assert_eq!(put("Path", value).unwrap().uri, in_path);
    }
}

#[test]
fn a_label_of_the_host_leads_to_no_other_host() {
    let long = "a".repeat(64);
    for value in [
        "",
        ".",
        "..",
        "a.b",
        "evil.example.com",
        "a/b",
        "a\\b",
        "a@b",
        "a:80",
        "a?b",
        "a#b",
        "a b",
        "a%2eb",
        "a\r\nb",
        "a\0",
        "-a",
        "a-",
        "a_b",
        "*",
        "[::1]",
        "{Name}",
        "\u{e4}",
        "a\u{3002}b",
        &long,
    ] {
        let error = put("Host", value).unwrap_err();
        assert_eq!(error.to_string(), "`Host` is no label of a host name, and it is a part of it", "{value:?}");
        assert_eq!(error.because(), "only letters, digits and hyphens keep a signed request on AWS's hosts");
        assert_eq!(error.next(), "give the name or id of the resource alone in `Host`");
    }
    for value in ["a", "123456789012", "A-1", &"a".repeat(63)] {
        assert_eq!(put("Host", value).unwrap().host_prefix, Some(format!("{value}.data.")));
    }
}

#[test]
fn a_value_of_a_header_begins_no_other_header() {
    for value in ["a\r\nX-Amz-Target: b", "a\n", "\r", "a\0", "a\u{7f}", "\tb", "a\u{85}"] {
        for (member, value) in
            [("Header", json!(value)), ("Headers", json!(["a", value])), ("Meta", json!({ "k": value }))]
        {
            let error = put(member, value.clone()).unwrap_err();
            let name = match member {
                "Header" => "X-Header",
                "Headers" => "X-Headers",
                _ => "x-amz-meta-k",
            };
            let what = format!("header `{name}` would have a character that no header can have");
            assert_eq!(error.to_string(), what, "{value}");
            assert_eq!(error.because(), "a line end in a header begins the next one");
        }
    }
}

#[test]
fn a_name_of_a_header_is_a_name_and_not_more() {
    for name in ["a: b", "a\r\nHost: evil", "a b", "a:", "\u{e4}", "a/b", "a\t", "\"a\"", "a,b"] {
        let error = put("Meta", json!({ name: "v" })).unwrap_err();
        let shown = name.escape_debug();
        let what = format!("header `x-amz-meta-{shown}` would have a character that no header can have");
        assert_eq!(error.to_string(), what);
        assert!(!error.to_string().contains(char::is_control));
    }
    let headers = put("Meta", json!({ "k-1": "v", "Ab_c": "" })).unwrap().headers;
    let own: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(own.contains(&("x-amz-meta-k-1", "v")) && own.contains(&("x-amz-meta-Ab_c", "")), "{own:?}");
}

#[test]
fn a_value_of_the_query_string_adds_no_other_parameter() {
    assert_eq!(put("Query", "a&b=c#d?e+f g%").unwrap().uri, "/a/n/b/p?fixed&query=a%26b%3Dc%23d%3Fe%2Bf%20g%25");
    assert_eq!(put("Queries", json!({ "a&b=": "c" })).unwrap().uri, "/a/n/b/p?fixed&a%26b%3D=c");
    // A map does not replace what the model names.
    let service = service();
    let input =
        json!({ "Name": "n", "Path": "p", "Host": "h", "Query": "q", "Queries": { "query": "evil", "x": "y" } });
    let request = protocol::request(&service, service.operation("Put").unwrap(), &input).unwrap();
    assert_eq!(request.uri, "/a/n/b/p?fixed&query=q&x=y");
}
