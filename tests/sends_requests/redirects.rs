//! Redirects: each one is a request of its own, which has to be granted, and only the server that the plugin meant gets
//! what could be a credential.

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebRequest, WebServer};

use super::answers::assert_errors;
use super::{error, granted, sent, site, web};

/// The URL of a redirect to a location, whatever it holds.
fn redirect(web: &WebServer, listener: Listener, status: u16, location: &str) -> String {
    web.url(listener, &path_of_redirect(status, location))
}

fn path_of_redirect(status: u16, location: &str) -> String {
    let encoded = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    let location: String = location.bytes().map(encoded).collect();
    format!("/redirect?status={status}&to={location}")
}

/// A `GET` with headers that are a credential, that could be one, and that are none.
fn with_credentials(url: &str) -> Json {
    json!({ "url": url, "headers": [
        ["authorization", "Bearer canary"],
        ["cookie", "session=canary"],
        ["x-api-key", "canary"],
        ["user-agent", "canary"],
        ["content-type", "text/canary"],
        ["accept", "application/json"],
        ["accept-language", "de"],
    ] })
}

fn paths(seen: &[WebRequest]) -> Vec<&str> {
    seen.iter().map(|request| request.path.as_str()).collect()
}

#[test]
fn a_redirect_to_the_same_server_is_followed_with_all_headers() {
    let web = web();
    let mut requests = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        requests.push(with_credentials(&redirect(&web, Listener::Tls, status, "/echo?x=1")));
        let absolute = web.url(Listener::Tls, "/echo?x=1");
        let mut head = with_credentials(&redirect(&web, Listener::Tls, status, &absolute));
        head["method"] = json!("HEAD");
        requests.push(head);
    }
    // A fragment is for the plugin, and a path can start from where the redirect stands.
    for location in ["/echo?x=1#part", "echo?x=1", "//localhost:PORT/echo?x=1"] {
        let location = location.replace("PORT", &web.port(Listener::Tls).to_string());
        requests.push(with_credentials(&redirect(&web, Listener::Tls, 302, &location)));
    }
    for (answer, request) in sent(&site(&web, ""), &json!(requests)).iter().zip(&requests) {
        assert_eq!((error(answer), &answer["status"]), (("", ""), &json!(200)), "{request}");
    }
    let seen = web.seen().expect("it answers");
    assert_eq!(seen.len(), 2 * requests.len());
    for pair in seen.chunks(2) {
        let [first, second] = pair else { panic!("{pair:?}") };
        assert_eq!((second.method.as_str(), second.path.as_str()), (first.method.as_str(), "/echo?x=1"));
        assert_eq!(second.headers, first.headers);
    }
}

#[test]
fn a_redirect_to_another_granted_server_carries_no_header_that_could_be_a_credential() {
    let web = web();
    // Another host, another port, and another scheme.
    let others = [
        web.url_at(Listener::Tls, "127.0.0.1", "/echo"),
        web.url(Listener::Tls2, "/echo"),
        web.url(Listener::Plain, "/echo"),
    ];
    // And back: the first server gets nothing more from a server in between.
    let back = path_of_redirect(307, &web.url(Listener::Tls, "/echo"));
    let there_and_back = web.url_at(Listener::Tls, "127.0.0.1", &back);
    let locations = others.iter().chain([&there_and_back]);
    let requests: Vec<_> =
        locations.map(|location| with_credentials(&redirect(&web, Listener::Tls, 307, location))).collect();
    let grants = ["* https://localhost", "* https://127.0.0.1", "* http://localhost"];
    let ports = [Listener::Tls, Listener::Tls2, Listener::Plain].map(|listener| web.port(listener));
    let grants: Vec<_> = grants.iter().flat_map(|grant| ports.map(|port| format!("{grant}:{port}"))).collect();
    let grants: Vec<_> = grants.iter().map(String::as_str).collect();
    for (answer, request) in sent(&granted(&web, "", &grants), &json!(requests)).iter().zip(&requests) {
        assert_eq!((error(answer), &answer["status"]), (("", ""), &json!(200)), "{request}");
    }
    let seen = web.seen().expect("it answers");
    let (meant, others): (Vec<_>, Vec<_>) = seen.iter().partition(|request| request.header("authorization").is_some());
    assert_eq!((meant.len(), others.len()), (requests.len(), 5), "{:?}", paths(&seen));
    for other in others {
        let mut names: Vec<_> = other.headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "accept-language", "host", "user-agent"]);
        assert_eq!((other.header("accept"), other.header("accept-language")), (Some("application/json"), Some("de")));
        assert!(other.headers.iter().all(|(_, value)| !value.contains("canary")), "{:?}", other.headers);
    }
}

#[test]
fn a_redirect_to_what_is_not_granted_is_denied_with_the_line_that_would_allow_it() {
    let web = web();
    let (plain, tls) = (web.url(Listener::Plain, ""), web.url(Listener::Tls, ""));
    let grants = [format!("* {tls}/redirect"), format!("GET {tls}/public/*"), format!("POST {plain}")];
    let grants: Vec<_> = grants.iter().map(String::as_str).collect();
    let site = granted(&web, "", &grants);
    let place = std::fs::canonicalize(site.path("project.toml")).expect("it is there");
    let locations = [
        // From `https` to `http`, where only another method is granted.
        (format!("{plain}/echo"), format!("{plain}/echo")),
        ("/echo?token=canary".to_owned(), format!("{tls}/echo")),
        ("/adm%69n".to_owned(), format!("{tls}/admin")),
        ("/public/../admin".to_owned(), format!("{tls}/admin")),
        ("/public/%2e%2e/admin".to_owned(), format!("{tls}/admin")),
        (web.url_at(Listener::Tls, "127.0.0.1", "/public/x"), web.url_at(Listener::Tls, "127.0.0.1", "/public/x")),
        ("//evil.example/x".to_owned(), "https://evil.example/x".to_owned()),
    ];
    let listed = grants.iter().map(|grant| format!("`{grant}`")).collect::<Vec<_>>().join(", ");
    let rows: Vec<_> = locations
        .iter()
        .map(|(location, shown)| {
            let message = format!(
                "the server redirected the request to another address: plugin `courier` may not send `GET {shown}`: \
                 plugin `courier` is granted only {listed} ({}:2:9); add \"GET {shown}\" to [grants.\"courier\"] http in \
                 project.toml if it should send that",
                place.display()
            );
            (with_credentials(&redirect(&web, Listener::Tls, 302, location)), "denied", message)
        })
        .collect();
    assert_errors(&site, &rows);
    let seen = web.seen().expect("it answers");
    assert_eq!(seen.len(), rows.len());
    assert!(seen.iter().all(|request| request.path.starts_with("/redirect?")), "{:?}", paths(&seen));
}

#[test]
fn a_redirect_to_no_url_that_the_host_sends_is_denied() {
    let web = web();
    let port = web.port(Listener::Tls);
    let character = "the URL holds a space, a control character, `\\` or another character that a URL cannot hold: \
                     programs disagree about what such a URL means";
    let host = "the URL names no host: there is nothing between `//` and the path, or what is there ends with a dot";
    let odd = "the host of the URL is not in its usual form: the same host can be written in several ways, and grants \
               name it in one";
    let user = "the URL has a user or a password in it: a password in a URL is read by everybody who reads a log";
    let scheme = "the URL does not begin with `https://` or `http://`: a plugin can reach web servers only";
    let dots = "the path of the URL has a part that is `.` or `..`: the server could take it for another path than the \
                one that is granted";
    let number = "the port of the URL is not a number from 1 to 65535: no server listens there";
    let locations = [
        (format!("https://user@localhost:{port}/echo"), user),
        (format!("https://user:pass@localhost:{port}/echo"), user),
        (format!("https://localhost:{port}@evil.example/echo"), user),
        (format!("https://localhost:{port}\\@evil.example/"), character),
        ("\\\\evil.example/x".to_owned(), character),
        ("/\\evil.example/x".to_owned(), character),
        ("/a b".to_owned(), character),
        ("/\techo".to_owned(), character),
        ("https:///evil.example/x".to_owned(), host),
        ("///evil.example/x".to_owned(), host),
        ("https://evil.example./x".to_owned(), host),
        ("https://0x7f.1/".to_owned(), odd),
        ("//2130706433/".to_owned(), odd),
        ("http://[::ffff:127.0.0.1]/".to_owned(), odd),
        ("//[::ffff:a9fe:a9fe]/".to_owned(), odd),
        ("https://loc%61lhost/".to_owned(), odd),
        ("https://localhost:0/".to_owned(), number),
        ("ftp://localhost/".to_owned(), scheme),
        ("file:///etc/passwd".to_owned(), scheme),
        ("javascript:alert(1)".to_owned(), host),
        ("mailto:a@b.example".to_owned(), host),
        (format!("https://localhost:{port}/public/%2e%2e/echo"), dots),
        ("/public/..%2fecho".to_owned(), dots),
    ];
    let mut rows: Vec<_> = locations
        .iter()
        .map(|(location, why)| {
            let message = format!("the server redirected the request to where the host sends none: {why}");
            (json!({ "url": redirect(&web, Listener::Tls, 302, location) }), "denied", message)
        })
        .collect();
    let text = "the server redirected the request to a text that is no URL".to_owned();
    rows.push((json!({ "url": redirect(&web, Listener::Tls, 302, "/\u{e4}") }), "denied", text));
    assert_errors(&granted(&web, "", &["* *://*"]), &rows);
    assert_eq!(web.seen().expect("it answers").len(), rows.len());
}

#[test]
fn a_redirect_to_an_address_of_no_listed_network_is_denied_though_it_is_granted() {
    let web = web();
    let advice = "`networks` in [http] of stepwell.toml lists what requests may reach beside public addresses";
    let rows: Vec<_> = [
        (
            "http://169.254.169.254/latest/meta-data/",
            "169.254.169.254",
            "the address of a service that gives out credentials",
        ),
        ("http://[64:ff9b::a9fe:a9fe]/", "64:ff9b::a9fe:a9fe", "the address of a service that gives out credentials"),
        ("http://10.0.0.1/", "10.0.0.1", "an address of a private network"),
        ("http://127.0.0.2/", "127.0.0.2", "an address of this machine"),
    ]
    .into_iter()
    .map(|(location, shown, what)| {
        let message =
            format!("the server redirected the request to another address: `{shown}` leads to {what}; {advice}");
        (json!({ "url": redirect(&web, Listener::Tls, 302, location) }), "denied", message)
    })
    .collect();
    assert_errors(&granted(&web, "", &["* *://*"]), &rows);
}

#[test]
fn a_request_is_redirected_five_times_at_most() {
    let web = web();
    let chain = |length: usize| (0..length).fold("/echo".to_owned(), |to, _| path_of_redirect(302, &to));
    let get = |path: &str| json!({ "url": web.url(Listener::Tls2, path) });
    let often = "the server redirected the request more than 5 times";
    let rows = [
        (get(&chain(5)), "", String::new()),
        (get(&chain(6)), "rejected", often.to_owned()),
        (get("/loop"), "rejected", often.to_owned()),
    ];
    assert_errors(&site(&web, ""), &rows);
    assert_eq!(web.seen().expect("it answers").len(), 6 + 6 + 6);
}

#[test]
fn the_redirect_of_what_changes_something_is_the_answer() {
    let web = web();
    let mut requests = Vec::new();
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        for status in [301, 302, 303, 307, 308] {
            let url = redirect(&web, Listener::Tls, status, "/effect");
            requests.push(json!({ "method": method, "url": url, "body": "x" }));
        }
    }
    // A read is not redirected by every status, and not without a location.
    requests.push(json!({ "url": redirect(&web, Listener::Tls, 300, "/effect") }));
    requests.push(json!({ "url": redirect(&web, Listener::Tls, 304, "/effect") }));
    requests.push(json!({ "url": web.url(Listener::Tls, "/status/302") }));
    for (answer, request) in sent(&site(&web, ""), &json!(requests)).iter().zip(&requests) {
        let status = answer["status"].as_u64().expect("a status");
        assert!((300..400).contains(&status), "{request}: {answer}");
        let location = answer["headers"].as_array().expect("a list").iter().find(|header| header[0] == "location");
        let is_bare = request["url"].as_str().expect("a text").contains("/status/");
        assert_eq!(location.is_none(), is_bare, "{request}: {answer}");
    }
    let seen = web.seen().expect("it answers");
    assert_eq!(seen.len(), requests.len(), "{:?}", paths(&seen));
}
