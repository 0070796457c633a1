//! Errors about a request with a secret, or to a URL that is one: they have no part of it.

use serde_json::json;
use stepwell_xtask::emulator::Listener;

use super::super::{answers, error, granted, site, web};
use super::{HOOK, KEY, SECRET, entry, keyed, leaks, written};

#[test]
fn a_secret_that_is_no_url_is_told_without_its_text() {
    let web = web();
    let all = web.url(Listener::Tls, "");
    for secret in [
        "canary-of-no-url",
        "https://canary:canary@localhost/",
        "https://localhost/canary canary",
        "https://localhost:99999/canary",
    ] {
        let site = site(&web, &entry(HOOK, &[&all], true));
        let site = keyed(site, SECRET, secret, &json!([{ "url": "${options.hook}" }]));
        let all = written(&site, &[]);
        assert_eq!(leaks(&site, &all, "canary"), [""; 0], "{secret}");
        let answers = answers(&site);
        // The fault would tell something of it.
        assert_eq!(error(&answers[0]), ("rejected", "the secret is no URL that a request can have"));
    }
    assert_eq!(web.seen().expect("it records"), []);
}

#[test]
fn no_error_about_a_url_that_is_a_secret_has_its_path_or_query() {
    let web = web();
    let listeners = [
        Listener::Refused,
        Listener::Reset,
        Listener::Expired,
        Listener::Misnamed,
        Listener::SelfSigned,
        Listener::Tls,
        Listener::Plain,
    ];
    for listener in listeners {
        let root =
            web.url(listener, "").replace("http:", if listener == Listener::Refused { "https:" } else { "http:" });
        let path = "/canaryPath/no?key=canaryQuery";
        let site = granted(&web, &entry(HOOK, &[&root], true), &[&format!("* {root}")]);
        let site = keyed(
            site,
            SECRET,
            &format!("{root}{path}"),
            &json!([{ "url": "${options.hook}", "method": "POST", "timeout_ms": 20000 }]),
        );
        let all = written(&site, &[]);
        for secret in ["canaryPath", "canaryQuery"] {
            assert_eq!(leaks(&site, &all, secret), [""; 0], "{listener:?}");
        }
        let said = &all.iter().find(|(place, _)| place.starts_with("stdout json")).expect("it is there").1;
        assert!(
            said.contains(&format!("localhost:{}", web.port(listener))) || said.contains("\"status\":404"),
            "{listener:?}: {said}"
        );
    }
    // What is not granted is told without them as well, and in words that say what to do.
    let (tls, plain) = (web.url(Listener::Tls, ""), web.url(Listener::Plain, ""));
    let site = granted(&web, &entry(HOOK, &[&tls], true), &[&format!("* {plain}")]);
    let site =
        keyed(site, SECRET, &format!("{tls}/canaryPath"), &json!([{ "url": "${options.hook}", "method": "POST" }]));
    let answers = answers(&site);
    let (kind, message) = error(&answers[0]);
    assert_eq!(kind, "denied");
    assert!(message.starts_with("plugin `courier` may not send a `POST` to the URL that the secret is: "), "{message}");
    assert!(
        message.ends_with(
            "add \"POST https://HOST/*\" to [grants.\"courier\"] http in project.toml if it should send that"
        ),
        "{message}"
    );
}

#[test]
fn the_end_of_a_connection_quotes_nothing_of_a_secret() {
    let web = web();
    let url = web.url(Listener::Tls2, "/go-away");
    let request = json!([{ "url": url, "method": "POST", "body": "x", "headers": [["authorization", "Bearer ${options.token}"]] }]);
    let site = keyed(site(&web, &entry(KEY, &[&url], true)), SECRET, "https://web.test/", &request);
    let answers = answers(&site);
    let (kind, message) = error(&answers[0]);
    assert_eq!((kind, web.seen().expect("it records").len()), ("unavailable", 1), "{message}");
    assert!(!message.contains("Bearer") && !message.contains("canary"), "{message}");
}
