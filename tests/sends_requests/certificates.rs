//! Certificates, HTTP/2, the proxy: the way to a server, as the operator set it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebProxy, WebServer};

use super::answers::{FEW_ATTEMPTS, assert_errors, at};
use super::{NETWORKS, error, granted, inline, sent, web};
use crate::support::{Site, venv};

const UNKNOWN: &str = "the host does not trust who issued its certificate; `ca` in [http] of stepwell.toml names a file \
                       with further authorities";

/// A site that is granted everything, with these lines under `[http]`.
fn set(web: &WebServer, http: &str) -> Site {
    granted(web, "", &["* *://*"]).home_file("stepwell.toml", format!("[http]\n{NETWORKS}\n{http}\n"))
}

fn get(web: &WebServer, listener: Listener) -> Json {
    json!({ "url": web.url(listener, "/status/204") })
}

fn ca(path: &Path) -> String {
    format!("ca = \"{}\"\n", path.display())
}

#[test]
fn a_certificate_that_cannot_be_trusted_is_told_with_its_fault() {
    let web = web();
    let plain_port = format!("https://localhost:{}/", web.port(Listener::Plain));
    let requests = json!([
        get(&web, Listener::Tls),
        get(&web, Listener::Tls2),
        { "url": web.url_at(Listener::Tls, "127.0.0.1", "/status/204") },
        get(&web, Listener::Expired),
        get(&web, Listener::Misnamed),
        get(&web, Listener::SelfSigned),
        { "url": plain_port },
    ]);
    let answers = sent(&set(&web, &ca(&web.authority())), &requests);
    for answer in &answers[..3] {
        assert_eq!((error(answer), &answer["status"]), (("", ""), &json!(204)));
    }
    let to = |listener, what: &str| format!("there is no connection to {}: {what}", at(&web, listener));
    let (kind, message) = error(&answers[3]);
    let expired = to(Listener::Expired, "its certificate expired at 20");
    assert!(kind == "not-sent" && message.starts_with(&expired) && message.ends_with('Z'), "{message}");
    let other = "its certificate is not for `localhost`, but for `elsewhere.test`";
    assert_eq!(error(&answers[4]), ("not-sent", to(Listener::Misnamed, other).as_str()));
    assert_eq!(error(&answers[5]), ("not-sent", to(Listener::SelfSigned, UNKNOWN).as_str()));
    assert_eq!(error(&answers[6]), ("not-sent", to(Listener::Plain, "what it answers is no TLS").as_str()));
    assert_eq!(web.seen().expect("it answers").len(), 3, "nothing was said to the others");
}

#[test]
fn an_authority_that_the_operator_does_not_name_is_not_trusted() {
    let web = web();
    let not_sent = |listener| {
        (get(&web, listener), "not-sent", format!("there is no connection to {}: {UNKNOWN}", at(&web, listener)))
    };
    let rows = [
        not_sent(Listener::Tls),
        not_sent(Listener::Tls2),
        not_sent(Listener::SelfSigned),
        (get(&web, Listener::Plain), "", String::new()),
    ];
    assert_errors(&set(&web, ""), &rows);
    assert_eq!(web.seen().expect("it answers").len(), 1);
}

#[test]
fn a_file_of_authorities_that_cannot_be_used_is_told_with_what_to_do() {
    let web = web();
    let authority = fs::read_to_string(web.authority()).expect("it is there");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let name_one = "name a file with the certificates (PEM) of authorities";
    let wrong = (2, name_one.to_owned());
    let cases = [
        ("missing.pem", None, "no such file or directory", (2, "check the path and its permissions".to_owned())),
        ("empty.pem", Some((String::new(), 0o600)), "it holds no certificate", wrong.clone()),
        ("text.pem", Some(("no certificate\n".to_owned(), 0o600)), "it holds no certificate", wrong.clone()),
        ("letters.pem", Some((broken.replace("AAAA", "!!!!"), 0o600)), "it is no PEM file", wrong.clone()),
        ("half.pem", Some((format!("{authority}{broken}"), 0o600)), "certificate 2 in it is broken", wrong),
        (
            "open.pem",
            Some((authority, 0o666)),
            "another user can change what the host does: its permissions are 666",
            (3, "run `chmod go-w {}`".to_owned()),
        ),
    ];
    for (name, content, because, (code, next)) in cases {
        // A relative path starts from STEPWELL_HOME.
        let requests = inline(&json!([get(&web, Listener::Tls)]));
        let site = set(&web, &format!("ca = \"{name}\"\n")).step("courier", &format!("{{ requests = {requests} }}"));
        let path = site.home().join(name);
        if let Some((text, mode)) = content {
            fs::write(&path, text).expect("it can be written");
            fs::set_permissions(&path, Permissions::from_mode(mode)).expect("they can be set");
        }
        let shown = path.display().to_string();
        let ended = site.run();
        let error = format!("error: the host cannot use `{shown}`, which is `ca` in [http] of stepwell.toml");
        let next = format!("next: {}", next.replace("{}", &shown));
        assert_eq!(ended.three_lines(code), [error.as_str(), &format!("because: {because}"), &next], "{name}");
    }
    assert_eq!(web.seen().expect("it answers"), []);
}

#[test]
fn requests_to_a_server_share_a_connection_and_speak_http_2_where_it_can() {
    let web = web();
    let listeners = [Listener::Plain, Listener::Tls, Listener::Tls2];
    let requests: Vec<_> = listeners.iter().cycle().take(9).map(|listener| get(&web, *listener)).collect();
    for answer in sent(&set(&web, &ca(&web.authority())), &json!(requests)) {
        assert_eq!((error(&answer), &answer["status"]), (("", ""), &json!(204)));
    }
    let seen = web.seen().expect("it answers");
    for (listener, version) in listeners.into_iter().zip(["1.1", "1.1", "2"]) {
        let of: Vec<_> = seen.iter().filter(|request| request.listener == listener).collect();
        assert_eq!(of.len(), 3);
        assert!(of.iter().all(|request| request.version == version), "{of:?}");
        assert!(of.iter().all(|request| request.connection == of[0].connection), "{of:?}");
    }
}

#[test]
fn requests_go_through_the_proxy_which_finds_their_servers() {
    let web = web();
    let proxy = WebProxy::start(&venv()).expect("the proxy starts");
    let site = set(&web, &format!("{}proxy = \"{}\"\n", ca(&web.authority()), proxy.url()));
    let url = |listener, host| json!({ "url": web.url_at(listener, host, "/status/204") });
    let requests =
        json!([url(Listener::Plain, "web.test"), url(Listener::Tls, "web.test"), url(Listener::Tls2, "other.test"),]);
    for answer in sent(&site, &requests) {
        assert_eq!((error(&answer), &answer["status"]), (("", ""), &json!(204)));
    }
    let asked = proxy.seen().expect("it answers");
    let of: Vec<_> = asked.iter().map(|asked| (asked.method.as_str(), asked.host.as_str())).collect();
    assert_eq!(of, [("GET", "web.test"), ("CONNECT", "web.test"), ("CONNECT", "other.test")]);
    let seen = web.seen().expect("it answers");
    assert_eq!(seen.iter().map(|seen| seen.version.as_str()).collect::<Vec<_>>(), ["1.1", "1.1", "2"]);
}

#[test]
fn a_certificate_and_an_address_are_checked_on_the_way_through_a_proxy_too() {
    let web = web();
    let proxy = WebProxy::start(&venv()).expect("the proxy starts");
    let site = set(&web, &format!("{}proxy = \"{}\"\n", ca(&web.authority()), proxy.url()));
    let by = proxy.url().trim_start_matches("http://");
    let url = |listener, host| json!({ "url": web.url_at(listener, host, "/status/204") });
    let requests = json!([
        url(Listener::Misnamed, "web.test"),
        url(Listener::SelfSigned, "web.test"),
        url(Listener::Expired, "web.test"),
        { "url": "http://169.254.169.254/latest/meta-data/" },
        { "url": "https://10.0.0.1/" },
        // The proxy forbids it.
        { "url": "https://api.example.com/", "timeout_ms": FEW_ATTEMPTS },
    ]);
    let answers = sent(&site, &requests);
    let to = |to: &str, what: &str| format!("there is no connection to {to} through the proxy {by}: {what}");
    let port = |listener| format!("web.test:{}", web.port(listener));
    let other = "its certificate is not for `web.test`, but for `elsewhere.test`";
    assert_eq!(error(&answers[0]), ("not-sent", to(&port(Listener::Misnamed), other).as_str()));
    assert_eq!(error(&answers[1]), ("not-sent", to(&port(Listener::SelfSigned), UNKNOWN).as_str()));
    let expired = to(&port(Listener::Expired), "its certificate expired at 20");
    assert!(error(&answers[2]).0 == "not-sent" && error(&answers[2]).1.starts_with(&expired), "{:?}", answers[2]);
    let advice = "`networks` in [http] of stepwell.toml lists what requests may reach beside public addresses";
    for (answer, host, what) in [
        (&answers[3], "169.254.169.254", "the address of a service that gives out credentials"),
        (&answers[4], "10.0.0.1", "an address of a private network"),
    ] {
        assert_eq!(error(answer), ("denied", format!("`{host}` leads to {what}; {advice}").as_str()));
    }
    assert_eq!(error(&answers[5]), ("not-sent", to("api.example.com:443", "the proxy refuses it").as_str()));
    assert_eq!(web.seen().expect("it answers"), []);
    let asked = proxy.seen().expect("it answers");
    assert!(asked.iter().all(|asked| asked.host != "169.254.169.254" && asked.host != "10.0.0.1"), "{asked:?}");
}

#[test]
fn this_machine_is_reached_without_the_proxy() {
    let web = web();
    let proxy = WebProxy::start(&venv()).expect("the proxy starts");
    let lines = format!("{}proxy = \"{}\"\n", ca(&web.authority()), proxy.url());
    let url = |listener, host| json!({ "url": web.url_at(listener, host, "/status/204") });
    let listeners = [Listener::Plain, Listener::Tls];
    let hosts = ["localhost", "127.0.0.1", "web.test"];
    let requests = listeners.map(|listener| hosts.map(|host| url(listener, host))).concat();
    for answer in sent(&set(&web, &lines), &json!(requests)) {
        assert_eq!((error(&answer), &answer["status"]), (("", ""), &json!(204)));
    }
    let asked = proxy.seen().expect("it answers");
    assert!(asked.len() == 2 && asked.iter().all(|asked| asked.host == "web.test"), "{asked:?}");
}

#[test]
fn a_proxy_that_is_not_there_or_asks_for_a_password_is_told() {
    let web = web();
    let guarded = WebProxy::guarded(&venv(), "user:canary").expect("the proxy starts");
    let refused = web.url(Listener::Refused, "");
    for (proxy, why) in [
        (refused.as_str(), "connection refused"),
        (guarded.url(), "the proxy asks for a password, and the host does not give one to a proxy"),
    ] {
        let by = proxy.trim_start_matches("http://");
        let rows: Vec<_> = [(Listener::Plain, "GET"), (Listener::Plain, "POST"), (Listener::Tls, "GET")]
            .into_iter()
            .map(|(listener, method)| {
                let url = web.url_at(listener, "web.test", "/effect");
                let request = json!({ "method": method, "url": url, "timeout_ms": FEW_ATTEMPTS });
                let to = format!("web.test:{} through the proxy {by}", web.port(listener));
                // The answer of a server would look the same, which may have done what it was asked for.
                match (proxy == guarded.url(), method) {
                    (true, "POST") => (request, "unavailable", format!("no answer from {to}: {why}")),
                    _ => (request, "not-sent", format!("there is no connection to {to}: {why}")),
                }
            })
            .collect();
        assert_errors(&set(&web, &format!("{}proxy = \"{proxy}\"\n", ca(&web.authority()))), &rows);
    }
    assert_eq!(web.seen().expect("it answers"), []);
}

#[test]
fn a_proxy_with_tls_has_to_be_of_an_authority_that_is_trusted() {
    let web = web();
    // A web server takes such a request as well.
    let proxied = |listener| format!("{}proxy = \"{}\"\n", ca(&web.authority()), web.url(listener, ""));
    let request = json!({ "url": web.url_at(Listener::Plain, "web.test", "/echo") });
    let answers = sent(&set(&web, &proxied(Listener::Tls)), &json!([request]));
    assert_eq!((error(&answers[0]), &answers[0]["status"]), (("", ""), &json!(200)));
    let by = format!("web.test:{} through the proxy {}", web.port(Listener::Plain), at(&web, Listener::SelfSigned));
    let rows = [(request, "not-sent", format!("there is no connection to {by}: {UNKNOWN}"))];
    assert_errors(&set(&web, &proxied(Listener::SelfSigned)), &rows);
    let seen = web.seen().expect("it answers");
    assert!(seen.len() == 1 && seen[0].listener == Listener::Tls, "{seen:?}");
}

#[test]
fn the_proxy_of_the_environment_is_not_that_of_plugins() {
    let web = web();
    let proxy = WebProxy::start(&venv()).expect("the proxy starts");
    let requests = json!([get(&web, Listener::Plain), get(&web, Listener::Tls)]);
    let with = format!("{{ requests = {} }}", inline(&requests));
    let site = set(&web, &ca(&web.authority())).step("courier", &with);
    let mut command = site.command(&["run", "job.toml"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, proxy.url());
    }
    let ended = command.env_remove("NO_PROXY").output().expect("stepwell starts");
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(web.seen().expect("it answers").len(), 2);
    assert_eq!(proxy.seen().expect("it answers"), []);
}
