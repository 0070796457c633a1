//! Answers, whole and broken: each is read within its limits, or is the error that it says. Requests that the host does
//! not send, whatever a plugin asks for.

use std::io::Read as _;
use std::net::TcpListener;
use std::thread;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebServer};

use super::{error, everything, granted, sent, site, web, write_job};
use crate::support::{Site, report};

/// Milliseconds of a request that end before the longer of its pauses.
pub(super) const FEW_ATTEMPTS: u32 = 1_200;

/// Sends these requests, and compares the kind and the message of each error. Both are empty for an answer.
pub(super) fn assert_errors(site: &Site, rows: &[(Json, &str, String)]) {
    let requests: Vec<_> = rows.iter().map(|(request, ..)| request).collect();
    let answers = sent(site, &json!(requests));
    assert_eq!(answers.len(), rows.len());
    for ((request, kind, message), answer) in rows.iter().zip(&answers) {
        assert_eq!(error(answer), (*kind, message.as_str()), "{request}");
    }
}

/// A listener as an error names it.
pub(super) fn at(web: &WebServer, listener: Listener) -> String {
    format!("localhost:{}", web.port(listener))
}

/// A request that must happen once, so that the host does not repeat it.
fn post(web: &WebServer, listener: Listener, path: &str) -> Json {
    json!({ "method": "POST", "url": web.url(listener, path) })
}

#[test]
fn an_answer_is_read_in_each_version_of_http() {
    let web = web();
    let get = |listener| json!({ "url": web.url(listener, "/echo?x=1"), "headers": [["x-me", "1"]] });
    let answers = sent(&site(&web, ""), &json!([get(Listener::Plain), get(Listener::Tls), get(Listener::Tls2)]));
    for (answer, version) in answers.iter().zip(["1.1", "1.1", "2"]) {
        assert_eq!(answer["status"], 200, "{answer}");
        assert_eq!(error(answer), ("", ""));
        assert!(answer["body"].as_str().expect("a body").contains(&format!("\"{version}\"")), "{answer}");
    }
}

#[test]
fn an_answer_in_pieces_or_compressed_or_after_others_is_read_whole() {
    let web = web();
    let paths = [
        ("GET", "/gzip", "{\"compressed\": true}"),
        ("HEAD", "/gzip", ""),
        ("GET", "/chunked", "{\"pieces\":3}"),
        ("GET", "/continue", "{\"continued\":true}"),
        ("GET", "/status/204", ""),
        ("GET", "/status/503?x=1", "{\"status\":503}"),
        ("DELETE", "/status/299", "{\"status\":299}"),
        ("OPTIONS", "/status/418", "{\"status\":418}"),
    ];
    let rows: Vec<_> = [Listener::Plain, Listener::Tls2]
        .into_iter()
        .flat_map(|listener| paths.map(|(method, path, body)| (method, web.url(listener, path), body)))
        .collect();
    let request =
        |(method, url, _): &(&str, String, &str)| json!({ "method": method, "url": url, "timeout_ms": FEW_ATTEMPTS });
    let answers = sent(&site(&web, ""), &json!(rows.iter().map(request).collect::<Vec<_>>()));
    for ((method, url, body), answer) in rows.iter().zip(&answers) {
        assert_eq!((error(answer), answer["body"].as_str()), (("", ""), Some(*body)), "{method} {url}");
        let headers = answer["headers"].as_array().expect("a list");
        assert!(headers.iter().all(|header| header[0] != "content-encoding"), "{method} {url}: {headers:?}");
    }
}

#[test]
fn an_answer_over_the_limit_is_too_large_whatever_it_claims_to_be() {
    let web = web();
    let mut rows = Vec::new();
    for listener in [Listener::Plain, Listener::Tls, Listener::Tls2] {
        let at = at(&web, listener);
        let get = |path: &str| json!({ "url": web.url(listener, path) });
        let large = format!(
            "the answer of {at} is larger than 65536 bytes; `http_answer` and, for a file, `http_download` in [limits] \
             set the limit"
        );
        rows.push((get("/bytes/65536"), "", String::new()));
        rows.extend(["/bytes/65537", "/endless", "/gzip-bomb"].map(|path| (get(path), "too-large", large.clone())));
        // A server that changes something has done it.
        rows.push((post(&web, listener, "/endless"), "too-large", large));
        let head = format!("the answer of {at} has more than 200 headers, or more than 128 KiB of them");
        rows.extend(["/headers/100", "/headers/16/150"].map(|path| (get(path), "", String::new())));
        let heads = ["/headers/140", "/headers/256", "/headers/3072", "/headers/16/300"];
        rows.extend(heads.map(|path| (get(path), "too-large", head.clone())));
    }
    assert_errors(&site(&web, "\n[limits]\nhttp_answer = \"64KiB\"\n"), &rows);
    assert_eq!(web.seen().expect("it answers").len(), rows.len(), "no such answer is asked for again");
}

#[test]
fn an_answer_that_breaks_off_or_is_none_is_unavailable() {
    let web = web();
    let cut = "end of file before message length reached";
    let reset = "connection reset by peer";
    let rows: Vec<_> = [
        (Listener::Plain, "/cut", "the answer of {} cannot be read: ", cut),
        (Listener::Plain, "/reset-in-body", "the answer of {} cannot be read: ", reset),
        (Listener::Plain, "/not-http", "no answer from {}: ", "invalid HTTP version parsed"),
        (Listener::Plain, "/effect-then-silence", "no answer from {}: ", "connection closed before message completed"),
        (Listener::Reset, "/", "no answer from {}: ", reset),
    ]
    .into_iter()
    .flat_map(|(listener, path, what, why)| {
        let said = what.replace("{}", &at(&web, listener)) + why;
        let without = post(&web, listener, path);
        let mut with = without.clone();
        with["body"] = json!("x");
        // An empty body is one as well: the request has left.
        [without, with].map(|request| (request, "unavailable", said.clone()))
    })
    .collect();
    let all: Vec<_> =
        [Listener::Plain, Listener::Reset].map(|listener| format!("POST {}", web.url(listener, ""))).into();
    let grants: Vec<_> = all.iter().map(String::as_str).collect();
    assert_errors(&granted(&web, "", &grants), &rows);
    assert_eq!(web.seen().expect("it answers").len(), rows.len(), "none is sent a second time");
}

#[test]
fn an_answer_of_http_2_that_breaks_off_or_is_none_is_unavailable() {
    let web = web();
    let requests =
        ["/cut", "/reset-in-body", "/not-http", "/effect-then-silence"].map(|path| post(&web, Listener::Tls2, path));
    for answer in sent(&site(&web, ""), &json!(requests)) {
        let (kind, message) = error(&answer);
        assert_eq!(kind, "unavailable", "{answer}");
        assert!(message.contains(&at(&web, Listener::Tls2)), "{answer}");
    }
    assert_eq!(web.seen().expect("it answers").len(), requests.len(), "none is sent a second time");
}

#[test]
fn an_answer_that_does_not_come_in_time_is_timed_out() {
    let web = web();
    let late = |seconds: &str| format!("no whole answer came within {seconds} s");
    let mut rows = Vec::new();
    for (listener, path) in [
        (Listener::Plain, "/trickle"),
        (Listener::Tls2, "/trickle"),
        (Listener::Plain, "/slow/60"),
        (Listener::Silent, "/"),
    ] {
        for method in ["GET", "POST"] {
            let request = json!({ "method": method, "url": web.url(listener, path), "timeout_ms": 150 });
            rows.push((request, "timed-out", late("0.15")));
        }
    }
    // The plugin can shorten the time, and not more.
    for timeout in [json!({ "timeout_ms": 3_600_000 }), json!({})] {
        let mut request = timeout;
        request["url"] = json!(web.url(Listener::Silent, "/"));
        rows.push((request, "timed-out", late("0.2")));
    }
    let all = everything(&web, &[Listener::Plain, Listener::Tls2, Listener::Silent]);
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    assert_errors(&granted(&web, "\n[limits]\nhttp_timeout = \"200ms\"\n", &all), &rows);
}

#[test]
fn a_request_without_a_connection_was_not_sent() {
    let web = web();
    let refused = web.url(Listener::Refused, "/");
    let request = |method: &str| json!({ "method": method, "url": refused, "body": "x", "timeout_ms": FEW_ATTEMPTS });
    let none = format!("there is no connection to {}: connection refused", at(&web, Listener::Refused));
    let rows = ["POST", "GET"].map(|method| (request(method), "not-sent", none.clone()));
    assert_errors(&granted(&web, "", &["* *://localhost"]), &rows);
}

#[test]
fn a_request_whose_handshake_does_not_end_was_not_sent() {
    let web = web();
    let url = format!("https://localhost:{}", web.port(Listener::Silent));
    let requests = json!([
        { "method": "POST", "url": url, "timeout_ms": 150, "body": "x" },
        { "method": "POST", "url": url, "timeout_ms": 150 },
        { "method": "GET", "url": url, "timeout_ms": 150 },
    ]);
    let site = granted(&web, "", &["* *://localhost"]);
    write_job(&site, &requests);
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{lines:?}");
    let step = &report(&lines)["steps"][0];
    let answers = step["outputs"]["answers"].as_array().expect("a list");
    for (request, answer) in requests.as_array().expect("a list").iter().zip(answers) {
        assert_eq!(error(answer), ("not-sent", "there was no connection within 0.15 s"), "{request}");
    }
    let calls = step["calls"].as_array().expect("a list");
    assert_eq!(calls.iter().map(|call| &call["answer"]["is"]).collect::<Vec<_>>(), ["refused"; 2], "{calls:?}");
    assert_eq!(web.seen().expect("it answers"), []);
}

#[test]
fn a_repetition_without_a_connection_does_not_say_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("it is bound").to_string();
    // Reads the first attempt, and is gone.
    let server = thread::spawn(move || {
        let (mut first, _) = listener.accept().expect("it connects");
        drop(listener);
        first.read(&mut [0; 1024]).expect("it sends")
    });
    let web = web();
    let request = json!({ "method": "PUT", "url": format!("http://{at}/"), "timeout_ms": FEW_ATTEMPTS });
    let message = "an earlier attempt may have arrived, and now there is no connection: connection refused";
    let rows = [(request, "unavailable", format!("no answer from {at}: {message}"))];
    assert_errors(&granted(&web, "", &["* *://*"]), &rows);
    assert!(server.join().expect("it ends") > 0);
}

#[test]
fn a_body_over_the_limit_is_not_sent() {
    let web = web();
    let put = |bytes: usize| json!({ "method": "PUT", "url": web.url(Listener::Plain, "/echo"), "bytes": bytes });
    let large = "the body has 16385 bytes, and may have 16384; `http_request` in [limits] sets the limit";
    let rows = [(put(16_384), "", String::new()), (put(16_385), "rejected", large.to_owned())];
    assert_errors(&site(&web, "\n[limits]\nhttp_request = \"16KiB\"\n"), &rows);
    let seen = web.seen().expect("it answers");
    assert_eq!(seen.iter().map(|request| request.body.len()).collect::<Vec<_>>(), [16_384]);
}

#[test]
fn a_method_that_the_host_does_not_know_is_not_sent() {
    let web = web();
    let row = |method: &str, shown: &str| {
        let request = json!({ "method": method, "url": web.url(Listener::Plain, "/echo") });
        let known = "it sends `GET`, `HEAD`, `OPTIONS`, `PUT`, `DELETE`, `POST`, `PATCH`";
        (request, "rejected", format!("`{shown}` is no method that the host sends; {known}"))
    };
    let rows = [
        row("TRACE", "TRACE"),
        row("CONNECT", "CONNECT"),
        row("BREW", "BREW"),
        row("get", "get"),
        row("", ""),
        row("GET ", "GET "),
        row("GET /x HTTP/1.1\r\nx-evil: 1", "GET /x HTTP/1.1\\r\\nx-evil: 1"),
        row(&"X".repeat(90), &format!("{}\\u{{2026}}", "X".repeat(40))),
    ];
    assert_errors(&site(&web, ""), &rows);
    assert_eq!(web.seen().expect("it answers"), []);
}

#[test]
fn a_header_that_makes_others_or_is_not_for_plugins_is_not_sent() {
    let web = web();
    let row = |name: &str, value: &str, message: String| {
        let request = json!({ "url": web.url(Listener::Plain, "/echo"), "headers": [[name, value]] });
        (request, "rejected", message)
    };
    let mut rows = Vec::new();
    for value in ["1\r\nx-evil: 1", "1\nx-evil: 1", "1\r", "\0", "\u{1b}[2J"] {
        let what = "holds a line break or another character that a header cannot hold";
        rows.push(row("x-a", value, format!("the value of the header `x-a` {what}")));
    }
    for (name, shown) in [
        ("x-a\r\nx-evil", "x-a\\r\\nx-evil"),
        ("x-a:", "x-a:"),
        ("x a", "x a"),
        ("x-\u{e4}", "x-\\u{e4}"),
        (":authority", ":authority"),
        ("", ""),
    ] {
        rows.push(row(name, "1", format!("`{shown}` is no name of a header")));
    }
    for name in [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "connection",
        "Keep-Alive",
        "upgrade",
        "http2-settings",
        "TE",
        "trailer",
        "expect",
        "accept-encoding",
        "Proxy-Authorization",
        "proxy-connection",
    ] {
        let name_in_lower_case = name.to_ascii_lowercase();
        let what = "belongs to the connection, so the host sets it; leave it out";
        rows.push(row(name, "1", format!("the header `{name_in_lower_case}` {what}")));
    }
    for name in ["forwarded", "x-forwarded-host", "x-http-method-override", "x-original-url", "x-rewrite-url"] {
        let what = "could make the server take the request for another one than is granted; leave it out";
        rows.push(row(name, "DELETE", format!("the header `{name}` {what}")));
    }
    let twice = json!([["content-type", "text/plain"], ["Content-Type", "application/json"]]);
    let request = json!({ "url": web.url(Listener::Plain, "/echo"), "headers": twice });
    rows.push((request, "rejected", "a request has one header `content-type`".to_owned()));
    assert_errors(&site(&web, ""), &rows);
    assert_eq!(web.seen().expect("it answers"), []);
}

#[test]
fn a_request_has_headers_up_to_the_limit() {
    let web = web();
    let with = |headers: Json| json!({ "url": web.url(Listener::Plain, "/status/204"), "headers": headers });
    let large = "a request has at most 100 headers with 64 KiB in all";
    let rows = [
        (with(json!(vec![["x-a", " b\t"]; 100])), "", String::new()),
        (with(json!(vec![["x-a", "b"]; 101])), "rejected", large.to_owned()),
        (with(json!([["x-a", "b".repeat((64 << 10) - 3)]])), "", String::new()),
        (with(json!([["x-a", "b".repeat((64 << 10) - 2)]])), "rejected", large.to_owned()),
    ];
    assert_errors(&site(&web, ""), &rows);
    let seen = web.seen().expect("it answers");
    let own = |name: &str| {
        seen[0].headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((own("x-a"), own("host")), (vec!["b"; 100], vec![at(&web, Listener::Plain).as_str()]));
}
