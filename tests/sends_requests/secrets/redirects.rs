//! A redirect of a request with a secret: where its secrets go, and what is told about it.

use serde_json::json;
use stepwell_xtask::emulator::Listener;

use super::super::{answers, error, json_body, site, web};
use super::{HOOK, KEY, SECRET, bearer, entry, keyed};
use crate::support::report;

#[test]
fn a_redirect_carries_no_secret_to_another_address() {
    let web = web();
    let plain = |path: &str| web.url(Listener::Plain, path);
    let moved =
        |to: &str| bearer(&plain(&format!("/redirect?status=307&to={}", to.replace('?', "%3F").replace('&', "%26"))));
    let requests =
        json!([moved(&web.url(Listener::Tls, "/echo")), moved(&plain("/echo/elsewhere")), moved("/effect"),]);
    let (redirect, effect) = (plain("/redirect"), plain("/effect"));
    let site = site(&web, &entry(KEY, &[&redirect, &effect], true));
    let all = answers(&keyed(site, SECRET, "https://web.test/", &requests));
    assert!(all.iter().all(|answer| answer["withheld"] == true), "{all:?}");
    let seen = web.seen().expect("it records");
    let with: Vec<_> = seen
        .iter()
        .map(|request| (request.path.split('?').next().unwrap_or_default(), request.header("authorization").is_some()))
        .collect();
    let expected = [
        ("/redirect", true),
        ("/echo", false),
        ("/redirect", true),
        ("/echo/elsewhere", false),
        ("/redirect", true),
        ("/effect", true),
    ];
    assert_eq!(with, expected);
    assert_eq!(seen[1].listener, Listener::Tls);
    assert!(!format!("{:?}", seen[1]).contains("canary") && !format!("{:?}", seen[3]).contains("canary"));
}

#[test]
fn a_redirect_carries_no_body() {
    let web = web();
    let plain = |path: &str| web.url(Listener::Plain, path);
    let request = json!({
        "url": plain("/redirect?status=307&to=/effect"), "headers": [["content-type", "application/json"]],
        "body": "{\"token\":\"${options.token}\"}",
    });
    // The secret may go to both.
    let site = site(&web, &entry(KEY, &[&plain("/redirect"), &plain("/effect")], true));
    let all = answers(&keyed(site, SECRET, "https://web.test/", &json!([request])));
    assert_eq!((&all[0]["status"], &all[0]["withheld"]), (&json!(200), &json!(true)), "{all:?}");
    let seen = web.seen().expect("it records");
    let [first, second] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(json_body(first), json!({ "token": SECRET }));
    assert_eq!((second.path.as_str(), second.text()), ("/effect", String::new()));
    assert!(!format!("{second:?}").contains("canary"), "{second:?}");
}

#[test]
fn a_redirect_of_a_request_with_a_secret_is_told_without_where_it_leads() {
    let web = web();
    // The server of a webhook writes the secret into the location.
    let hook = web.url(Listener::Tls, "/redirect?to=https%3A%2F%2Felsewhere.test%2Fcanary%3Fx%3Dcanary");
    let site = site(&web, &entry(HOOK, &[&web.url(Listener::Tls, "")], false));
    let site = keyed(
        site,
        SECRET,
        &hook,
        &json!([{ "url": "${options.hook}" }, { "url": "${options.hook}", "method": "POST" }]),
    );
    let (code, lines) = site.run_json();
    assert!(!json!(lines).to_string().contains("canary%3Fx"), "{lines:?}");
    let answers = &report(&lines)["steps"][0]["outputs"]["answers"];
    let (kind, message) = error(&answers[0]);
    assert_eq!((code, kind), (0, "denied"));
    assert!(message.starts_with("the server redirected the request") && message.contains("not granted"), "{message}");
    assert!(!message.contains("elsewhere") && !message.contains("canary"), "{message}");
    // No other method is followed; the answer is what it is.
    assert_eq!(answers[1]["status"], 302, "{answers}");
}
