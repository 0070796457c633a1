//! A secret goes into a request at the last moment, to the server that its owner named, and stands nowhere else.

mod errors;
mod guesses;
mod redirects;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebServer};

use super::{answers, error, granted, inline, json_body, site, web};
use crate::support::{Ended, Site, ended, events, failure, guest, holders, report};

const KEY: &str = "keys/shared/token";
const SECRET: &str = "canary/Secret+Token&of=\"the\\server\"";
const HOOK: &str = "keys/shared/hook";
const OPTIONS: &str = "[options.token]\nsecret = true\nkey = \"keys/shared/token\"\n[options.hook]\nsecret = true\nkey = \"keys/shared/hook\"\n";

/// What an owner writes about a key.
fn entry(key: &str, to: &[&str], echoes: bool) -> String {
    format!("[secrets.\"{key}\"]\nto = {}\nechoes = {echoes}\n", json!(to))
}

/// A step of `courier` with these requests, in a site whose keys have these secrets.
fn keyed(site: Site, token: &str, hook: &str, requests: &Json) -> Site {
    for (key, secret) in [(KEY, token), (HOOK, hook)] {
        assert_eq!(site.pipe(&["keys", "set", key], secret).code, 0);
    }
    let with = format!("with = {{ requests = {} }}", inline(requests));
    site.file("job.toml", format!("name = \"job\"\n{OPTIONS}[[steps]]\nid = \"it\"\nuses = \"courier\"\n{with}\n"))
}

/// A site where the token may go to everything on the listener with TLS.
fn to_tls(web: &WebServer, echoes: bool, token: &str, requests: &Json) -> Site {
    keyed(site(web, &entry(KEY, &[&web.url(Listener::Tls, "")], echoes)), token, "https://web.test/", requests)
}

/// The failure of a run that ended with this code of a failure and before it sent anything.
fn refused(web: &WebServer, site: &Site, code: &str) -> String {
    let (exit, lines) = site.run_json();
    assert_ne!(exit, 0, "{lines:?}");
    assert_eq!(events(&lines, "call_intended"), Vec::<&Json>::new());
    assert_eq!(web.seen().expect("it records"), []);
    let failure = failure(&lines);
    assert_eq!(failure["code"], code, "{failure}");
    let text = ["message", "because", "next"].map(|key| failure[key].as_str().unwrap_or_default()).join("\n");
    assert!(!text.contains("canary"), "{text}");
    text
}

fn bearer(url: &str) -> Json {
    json!({ "url": url, "headers": [["authorization", "Bearer ${options.token}"]] })
}

/// The texts in which a secret could be written.
fn forms(secret: &str) -> Vec<String> {
    let percent = |upper: bool, keep: &str| {
        secret.bytes().fold(String::new(), |mut text, byte| {
            let _ = match byte {
                _ if byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte) => {
                    write!(text, "{}", char::from(byte))
                }
                _ if upper => write!(text, "%{byte:02X}"),
                _ => write!(text, "%{byte:02x}"),
            };
            text
        })
    };
    let json = |text: &str| json!(text).to_string().trim_matches('"').to_owned();
    let mut forms = vec![secret.to_owned(), json(secret), json(&json(secret)), secret.chars().rev().collect()];
    forms.extend([percent(true, "-_.~"), percent(false, "-_.~"), percent(true, ""), percent(true, "-_.~/:=?&")]);
    forms.push(secret.bytes().map(|byte| format!("{byte:02x}")).collect());
    for before in 0..3 {
        let encoded = STANDARD.encode(format!("{}{secret}", "x".repeat(before)));
        forms.extend(encoded.get(4..encoded.len() - 4).filter(|part| part.len() > 8).map(str::to_owned));
    }
    forms
}

/// Everything that the commands about a run say and keep. `more` are further arguments of the run.
fn written(site: &Site, more: &[&str]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (output, log) in [("text", None), ("json", None), ("text", Some("trace"))] {
        let mut command = site.command(&[&["run", "job.toml", "--output", output], more].concat());
        if let Some(log) = log {
            command.env("STEPWELL_LOG", log).env("RUST_BACKTRACE", "1");
        }
        let Ended { stdout, stderr, .. } = ended(command.output().expect("it starts"));
        all.extend([(format!("stdout {output} {log:?}"), stdout), (format!("stderr {output} {log:?}"), stderr)]);
    }
    for listed in site.stepwell(&["runs", "list", "--output", "json"]).json_lines() {
        let run = listed["run"].as_str().expect("an id");
        for arguments in
            [&["runs", "show", run][..], &["runs", "show", run, "--output", "json"], &["runs", "logs", run]]
        {
            let Ended { stdout, stderr, .. } = site.stepwell(arguments);
            all.push((arguments.join(" "), stdout + &stderr));
        }
    }
    all
}

/// The places where a secret stands in any form.
fn leaks(site: &Site, written: &[(String, String)], secret: &str) -> Vec<String> {
    let of = |form: &String| {
        let said = written.iter().filter(|(_, text)| text.contains(form.as_str())).map(|(place, _)| place.clone());
        let kept = holders(site.home(), form);
        said.chain(kept).map(|place| format!("{form} in {place}")).collect::<Vec<_>>()
    };
    forms(secret).iter().flat_map(of).collect()
}

#[test]
fn a_secret_arrives_in_headers_bodies_and_as_a_webhook_and_stands_nowhere_else() {
    let web = web();
    let echo = web.url(Listener::Tls, "/echo");
    // The webhook has secret parts in its path and in its query.
    let (path, query) = ("canaryPathOfTheHook", "canaryQueryOfTheHook");
    let hook = web.url(Listener::Tls, &format!("/echo-{path}?key={query}"));
    let body = |kind: &str, body: &str| json!({ "url": echo, "method": "POST", "headers": [["content-type", kind]], "body": body, "idempotent": true });
    let requests = json!([
        bearer(&echo),
        body("application/json", "{\"token\":\"${options.token}\",\"of\":[\"x ${options.token} y\"]}"),
        body("application/x-www-form-urlencoded", "token=${options.token}&more=1"),
        body("text/plain", "the token ${options.token}"),
        { "url": "${options.hook}", "method": "POST", "body": "{\"text\":\"done\"}", "headers": [["content-type", "application/json"]] },
    ]);
    let may = [web.url(Listener::Tls, "")];
    let may: Vec<_> = may.iter().map(String::as_str).collect();
    let secrets = entry(KEY, &may, true) + &entry(HOOK, &may, true);
    let site = keyed(site(&web, &secrets), SECRET, &format!("{hook}\n"), &requests);
    let all = written(&site, &[]);
    let seen = web.seen().expect("it records");
    assert_eq!(seen.len(), 15, "{all:?}");
    for run in seen.chunks(5) {
        assert_eq!(run[0].header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
        assert_eq!(json_body(&run[1]), json!({ "token": SECRET, "of": [format!("x {SECRET} y")] }));
        let token = forms(SECRET)[6].clone();
        assert_eq!(run[2].text(), format!("token={token}&more=1"));
        assert_eq!(run[3].text(), format!("the token {SECRET}"));
        assert_eq!(run[4].path, format!("/echo-{path}?key={query}"));
        for request in run {
            let length = request.header("content-length").map_or(0, |length| length.parse().expect("a number"));
            assert_eq!(length, request.body.len());
        }
    }
    for secret in [SECRET, path, query] {
        assert_eq!(leaks(&site, &all, secret), [""; 0]);
    }
    // The search would find it.
    let token = ("stdout".to_owned(), format!("x{SECRET}"));
    assert!(!leaks(&site, &[token], SECRET).is_empty());
    // The plugin holds the placeholder, and the record of the call says that the URL is a secret.
    let lines = site.stepwell(&["run", "job.toml", "--output", "json"]).json_lines();
    let intended = events(&lines, "call_intended");
    let urls: Vec<_> =
        intended.iter().map(|call| call["call"]["request"]["Url"].as_str().unwrap_or_default()).collect();
    assert_eq!(urls, [&*echo, &*echo, &*echo, "(secret)"], "{intended:?}");
    assert!(intended[0].to_string().contains("stepwell-secret-token-"), "{}", intended[0]);
}

#[test]
fn a_secret_in_any_other_part_of_a_request_ends_the_run_before_it_leaves() {
    let web = web();
    let (tls, token) = (web.url(Listener::Tls, ""), "${options.token}");
    let rest = "take the secret out of the ";
    let (address, head) =
        ("a secret would stand in the address of its request", "a secret would stand in the head of its request");
    for (request, what) in [
        (json!({ "url": format!("{tls}/echo/{token}") }), address),
        (json!({ "url": format!("{tls}/echo?token={token}") }), address),
        (json!({ "url": format!("https://{token}.localhost/") }), address),
        (json!({ "url": format!("{token}/more") }), address),
        (json!({ "url": format!("{tls}/echo"), "headers": [[token, "x"]] }), head),
        (json!({ "url": format!("{tls}/echo"), "headers": [[format!("x-{token}"), "x"]] }), head),
    ] {
        let said = refused(&web, &to_tls(&web, true, SECRET, &json!([request])), "ConfigurationInvalid");
        assert!(said.contains(what) && said.contains(rest), "{request}: {said}");
    }
    // A method that is none is no reason to end the run, and nothing is sent either.
    let answers = answers(&to_tls(&web, true, SECRET, &json!([{ "url": format!("{tls}/echo"), "method": token }])));
    let (kind, message) = error(&answers[0]);
    assert!(kind == "rejected" && message.starts_with("`stepwell-secret-token-"), "{message}");
    assert_eq!(web.seen().expect("it records"), []);
}

#[test]
fn a_secret_goes_to_no_server_and_no_path_that_its_owner_did_not_name() {
    let web = web();
    let tls = |path: &str| web.url(Listener::Tls, path);
    let allowed = [tls("/echo/*"), tls("/effect")];
    let allowed: Vec<_> = allowed.iter().map(String::as_str).collect();
    let of = |request: Json| {
        let site =
            granted(&web, &entry(KEY, &allowed, true), &["* *://localhost", "* *://127.0.0.1", "* *://web.test"]);
        keyed(site, SECRET, &tls("/echo/x"), &json!([request]))
    };
    for url in [
        tls("/echo"),
        tls("/effect/x"),
        tls("/status/200"),
        tls("/echo/x").replace("localhost", "127.0.0.1"),
        tls("/echo/x").replace("localhost", "web.test"),
        tls("/echo/x").replace("https:", "http:"),
        web.url(Listener::Plain, "/echo/x"),
        web.url(Listener::Tls2, "/echo/x"),
    ] {
        for request in
            [bearer(&url), json!({ "url": url, "method": "POST", "body": "{\"token\":\"${options.token}\"}" })]
        {
            let said = refused(&web, &of(request), "SecretRefused");
            let origin = url.rsplit_once("/e").or(url.rsplit_once("/s")).expect("it has a path").0;
            let expected = format!(
                "the request to `{origin}` was not sent: it would carry the secret option `token`\nthe secret may not go to that address ("
            );
            assert!(said.starts_with(&expected) && said.contains("stepwell.toml:4:1"), "{said}");
            assert!(
                said.ends_with(&format!(
                    "\nadd \"{origin}/*\" to `to` of [secrets.\"{KEY}\"] in stepwell.toml, if it should go there"
                )),
                "{said}"
            );
        }
    }
    assert_eq!(answers(&of(bearer(&tls("/echo/x?y=z"))))[0]["status"], 404, "it has gone there");
    assert_eq!(web.seen().expect("it records").len(), 1);
    web.forget().expect("it does");
    // The URL that is a secret has to lead there as well: nothing about it is told but scheme, host and port.
    let hook = entry(HOOK, &allowed, true);
    let site = keyed(site(&web, &hook), SECRET, &tls("/canary/x?y=canary"), &json!([{ "url": "${options.hook}" }]));
    let said = refused(&web, &site, "SecretRefused");
    assert!(said.starts_with(&format!("the request to `{}` was not sent", tls(""))), "{said}");
}

#[test]
fn a_third_party_plugin_gets_no_secret_until_its_owner_names_an_address() {
    let web = web();
    let url = web.url(Listener::Tls, "/echo");
    let expected = [
        "error: step `it` may not have the secret option `token`",
        "because: plugin `courier` does not ship with Stepwell, and the owner of `keys/shared/token` does not say where it may go (job.toml:11:21)",
        "next: add [secrets.\"keys/shared/token\"] with to = [\"https://HOST/*\"] to stepwell.toml, if plugin `courier` should send it there",
    ];
    let silent = keyed(site(&web, ""), SECRET, "https://web.test/", &json!([bearer(&url)]));
    for command in [&["job", "check", "job.toml"][..], &["job", "plan", "job.toml"], &["run", "job.toml"]] {
        assert_eq!(silent.stepwell(command).three_lines(3), expected, "{command:?}");
    }
    // A project does not decide about a key that it does not own, and an action of AWS is no address.
    let grants = format!("name = \"test\"\n[grants.courier]\nhttp = [\"* {}\"]\n", web.url(Listener::Tls, ""));
    let widened = silent.file("project.toml", grants + &entry(KEY, &[&url], false));
    assert_eq!(widened.run().three_lines(3), expected);
    let elsewhere =
        keyed(site(&web, &entry(KEY, &["ssm:SendCommand"], true)), SECRET, "https://web.test/", &json!([bearer(&url)]));
    let [_, because, next] = elsewhere.run().three_lines(3).map(str::to_owned);
    assert!(
        because.starts_with("because: it may go only to `ssm:SendCommand` (")
            && because.contains("plugin `courier` may send it only with HTTP requests"),
        "{because}"
    );
    assert_eq!(
        next,
        "next: add \"https://HOST/*\" to `to` of [secrets.\"keys/shared/token\"] in stepwell.toml, if plugin `courier` should send it there"
    );
    assert_eq!(web.seen().expect("it records"), []);
    let plan = keyed(site(&web, &entry(KEY, &[&url], true)), SECRET, "https://web.test/", &json!([bearer(&url)]));
    let shown = plan.stepwell(&["job", "plan", "job.toml"]).stdout;
    assert!(shown.contains(&format!("secret, in {KEY}; sent by it to {url}\n")), "{shown}");
    assert!(shown.contains(&format!("secret token to {url}\n")), "{shown}");
}

#[test]
fn a_destination_is_an_address_that_nobody_reads_on_the_way() {
    for (to, what) in [
        ("http://api.example.com/*", "a secret cannot go to `http://api.example.com/*`"),
        ("*://api.example.com", "a secret cannot go to `*://api.example.com`"),
        ("https://*", "a secret cannot go to `https://*`"),
        ("https://api.example.com/a*b", "`*` has no meaning in this place of `https://api.example.com/a*b`"),
        ("https://api.example.com/?x=1", "`https://api.example.com/?x=1` has a query"),
        ("https://API.example.com:0", "is no address: the port of the URL"),
    ] {
        let site = Site::without_aws().home_file("stepwell.toml", entry(KEY, &["https://a.example", to], true));
        let ended = site.file("job.toml", "name = \"job\"\n").stepwell(&["job", "check", "job.toml"]);
        let [said, because, _] = ended.three_lines(2);
        assert!(said.contains(what) && because.contains("stepwell.toml:2:28"), "{said}\n{because}");
    }
}

#[test]
fn the_answer_to_a_request_with_a_secret_is_withheld_unless_its_owner_trusts_the_server() {
    let web = web();
    let (tls, tls2) = (web.url(Listener::Tls, "/echo"), web.url(Listener::Tls2, "/echo"));
    let quiet = web.url(Listener::Tls, "/status/418");
    let requests = json!([
        { "url": tls, "headers": [["x-a", "b"]] },
        bearer(&tls),
        { "url": quiet, "method": "POST", "body": "${options.token}" },
        { "url": quiet, "headers": [["authorization", "${options.token}"], ["x-hook", "${options.hook}"]] },
    ]);
    let hidden = |answer: &Json| answer["withheld"] == true && answer["headers"] == json!([]) && answer["body"] == "";
    let all = [web.url(Listener::Tls, ""), tls2];
    let all: Vec<_> = all.iter().map(String::as_str).collect();
    let (echoing, quiet) = (entry(KEY, &all, true), entry(KEY, &all, false));
    let hook = entry(HOOK, &all, true);
    let of = |entries: &str| answers(&keyed(site(&web, entries), SECRET, "hook-canary", &requests));
    let first = of(&(echoing + &hook));
    assert!(
        first[0]["body"].as_str().expect("a body").contains("\"x-a\"") && first[0]["withheld"] == false,
        "{first:?}"
    );
    assert!(first[1..].iter().all(hidden), "{first:?}");
    assert_eq!((&first[1]["status"], &first[3]["status"]), (&json!(200), &json!(418)));
    // The echo with the secret would end the run.
    let requests = json!([requests[0], requests[2], requests[3]]);
    let of = |entries: &str| answers(&keyed(site(&web, entries), SECRET, "hook-canary", &requests));
    let second = of(&(quiet + &hook));
    assert_eq!((&second[1]["withheld"], &second[1]["body"]), (&json!(false), &json!("{\"status\":418}")));
    assert!(hidden(&second[2]), "one of its two secrets may come back: {second:?}");
}

#[test]
fn an_answer_that_quotes_the_secret_ends_the_run_though_the_owner_trusts_the_server() {
    let web = web();
    for quote in ["as=plain", "as=base64", "as=url", "as=hex", "as=plain&in=header", "as=base64&in=header"] {
        let url = web.url(Listener::Tls, &format!("/quote?{quote}"));
        for request in [
            bearer(&url),
            json!({ "url": url, "method": "POST", "headers": [["content-type", "application/json"]], "body": "{\"token\":\"${options.token}\"}" }),
        ] {
            web.forget().expect("it does");
            let site = to_tls(&web, false, SECRET, &json!([request]));
            let (code, lines) = site.run_json();
            assert_ne!(code, 0, "{quote}: {lines:?}");
            assert_eq!(web.seen().expect("it records").len(), 1, "{quote}");
            assert_eq!(failure(&lines)["code"], "SecretFound", "{quote}: {}", failure(&lines));
            assert_eq!(leaks(&site, &[("stdout".to_owned(), json!(lines).to_string())], SECRET), [""; 0], "{quote}");
        }
        // What may echo is withheld whole.
        let answers = answers(&to_tls(&web, true, SECRET, &json!([bearer(&url)])));
        assert_eq!((&answers[0]["withheld"], &answers[0]["body"]), (&json!(true), &json!("")), "{quote}");
    }
}

#[test]
fn a_secret_with_a_line_break_stands_in_no_header() {
    let web = web();
    let secret = "canary\r\nx-injected: 1";
    let url = web.url(Listener::Tls, "/echo");
    let requests = json!([
        bearer(&url),
        { "url": url, "method": "POST", "headers": [["content-type", "application/json"]], "body": "{\"token\":\"${options.token}\"}" },
        { "url": url, "method": "POST", "headers": [["content-type", "application/x-www-form-urlencoded"]], "body": "token=${options.token}" },
        { "url": url, "headers": [["x-a", "b\r\nx-injected: 1"]] },
    ]);
    let answers = answers(&to_tls(&web, true, secret, &requests));
    let what = "the secret cannot stand in the header `authorization`: it holds a line break or the like";
    assert_eq!(error(&answers[0]), ("rejected", what));
    assert_eq!(error(&answers[3]).0, "rejected");
    let seen = web.seen().expect("it records");
    let [json, form] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(json_body(json), json!({ "token": secret }));
    assert_eq!(form.text(), "token=canary%0D%0Ax%2Dinjected%3A%201");
    assert!(seen.iter().all(|request| request.header("x-injected").is_none()));
}

#[test]
fn a_dry_run_shows_a_request_and_neither_sends_it_nor_shows_its_secret() {
    let web = web();
    let url = web.url(Listener::Tls, "/effect");
    let post = json!({ "url": url, "method": "POST", "headers": [["authorization", "${options.token}"]], "body": "{\"t\":\"${options.token}\"}" });
    let site = to_tls(&web, true, SECRET, &json!([bearer(&url), post]));
    let all = written(&site, &["--dry-run"]);
    let seen = web.seen().expect("it records");
    assert!(seen.iter().all(|request| request.method == "GET"), "{seen:?}");
    assert_eq!(leaks(&site, &all, SECRET), [""; 0]);
    let said = &all[0].1;
    assert!(
        said.contains(&format!("would send POST {url}\n")) && said.contains("{\"t\":\"stepwell-secret-token-"),
        "{said}"
    );
}

#[test]
fn a_placeholder_from_another_step_is_not_filled() {
    let web = web();
    let url = web.url(Listener::Tls, "/echo");
    let first = "[[steps]]\nid = \"first\"\nuses = \"invoker\"\nwith = { payload = \"${options.token}\" }\n";
    let second = json!([{ "url": url, "headers": [["authorization", "${steps.first.outputs.given}"]] }]);
    let second = format!("[[steps]]\nid = \"it\"\nuses = \"courier\"\nwith = {{ requests = {} }}\n", inline(&second));
    let entry = entry(KEY, &[&web.url(Listener::Tls, ""), "lambda:InvokeFunction"], true);
    let site = keyed(site(&web, &entry), SECRET, "https://web.test/", &json!([]));
    let grants = format!("[grants.invoker]\nallow = [\"*\"]\n[grants.courier]\nhttp = [\"GET {url}\"]\n");
    let site = site.plugin("invoker", &guest("invoker")).file("project.toml", format!("name = \"test\"\n{grants}"));
    let site = site.file("job.toml", format!("name = \"job\"\n{OPTIONS}{first}{second}"));
    let (code, lines) = site.run_json();
    let steps = &report(&lines)["steps"];
    assert!(steps[0].to_string().contains("stepwell-secret-token-"), "the placeholder came that far: {steps}");
    assert_eq!((code, &steps[1]["failure"]["code"]), (3, &json!("SecretRefused")), "{steps}");
    assert_eq!(web.seen().expect("it records"), []);
}

#[test]
fn a_shipped_step_sends_a_secret_where_its_owner_names_the_address() {
    let web = web();
    let url = web.url(Listener::Tls, "/echo");
    let with = format!(
        "url = \"{url}\", method = \"POST\", headers = {{ authorization = \"Bearer ${{options.token}}\" }}, form = {{ token = \"${{options.token}}\" }}"
    );
    let job =
        format!("name = \"job\"\n{OPTIONS}[[steps]]\nid = \"it\"\nuses = \"http-request\"\nwith = {{ {with} }}\n");
    let project = format!("name = \"test\"\n[grants.http-request]\nhttp = [\"POST {url}\"]\n");
    let of = |entries: &str| {
        let site = keyed(site(&web, entries), SECRET, "https://web.test/", &json!([]));
        site.file("job.toml", job.as_str()).file("project.toml", project.as_str())
    };
    let [_, because, next] = of("").run().three_lines(3).map(str::to_owned);
    assert!(because.starts_with("because: `form` of `http-request` is not meant for secrets, and the owner of `keys/shared/token` does not say where it may go (job.toml:11:"), "{because}");
    let origin = web.url(Listener::Tls, "");
    assert_eq!(
        next,
        format!(
            "next: add [secrets.\"keys/shared/token\"] with to = [\"{origin}/*\"] to stepwell.toml, if plugin `http-request` should send it there"
        )
    );
    let site = of(&entry(KEY, &[&url], true));
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(
        report(&lines)["steps"][0]["outputs"],
        json!({ "status": 200, "headers": {}, "truncated": false, "withheld": true })
    );
    let seen = web.seen().expect("it records");
    assert_eq!(seen[0].header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    assert_eq!(seen[0].text(), format!("token={}", forms(SECRET)[6]));
}

#[test]
fn the_owner_of_a_key_of_the_project_and_the_job_of_a_typed_secret_name_the_address() {
    let web = web();
    let (url, all) = (web.url(Listener::Tls, "/status/200"), web.url(Listener::Tls, ""));
    let of = |option: &str, entries: &str| {
        let grants = format!("name = \"test\"\n[grants.courier]\nhttp = [\"* {all}\"]\n{entries}");
        let with = format!("with = {{ requests = [{}] }}", inline(&bearer(&url)));
        let job = format!(
            "name = \"job\"\n[options.token]\nsecret = true\n{option}\n[[steps]]\nid = \"it\"\nuses = \"courier\"\n{with}\n"
        );
        site(&web, "").file("project.toml", grants).file("job.toml", job)
    };
    let withheld = |ended: &Ended| {
        assert!(ended.code == 0 && !ended.stdout.contains("canary"), "{ended:?}");
        report(&ended.json_lines())["steps"][0]["outputs"]["answers"][0]["withheld"].clone()
    };
    let run = ["run", "job.toml", "--output", "json"];
    let own = "keys/project/test/token";
    for (echoes, expected) in [(true, true), (false, false)] {
        let site = of(&format!("key = \"{own}\""), &entry(own, &[&all], echoes));
        assert_eq!(site.pipe(&["keys", "set", own], SECRET).code, 0);
        assert_eq!(withheld(&site.stepwell(&run)), expected);
        let site = of(&format!("required = true\nto = [\"{all}\"]\nechoes = {echoes}"), "");
        assert_eq!(withheld(&site.pipe(&run, &format!("{SECRET}\n"))), expected);
    }
    let seen = web.seen().expect("it records");
    let expected = format!("Bearer {SECRET}");
    assert!(
        seen.len() == 4 && seen.iter().all(|request| request.header("authorization") == Some(&expected)),
        "{seen:?}"
    );
    let silent = of("required = true", "");
    let [_, because, next] = silent.pipe(&run[..2], &format!("{SECRET}\n")).three_lines(3).map(str::to_owned);
    assert!(because.contains("the job does not say where it may go"), "{because}");
    assert_eq!(
        next,
        "next: add to = [\"https://HOST/*\"] to [options.token] (job.toml:2:1), if plugin `courier` should send it there"
    );
}

#[test]
fn an_answer_that_may_repeat_a_secret_is_not_saved() {
    let web = web();
    let url = web.url(Listener::Tls, "/quote?as=plain");
    let request = json!([{ "url": url, "headers": [["authorization", "Bearer ${options.token}"]], "save": "out/a" }]);
    let lent = |site: Site| {
        std::fs::create_dir_all(site.path("out")).expect("it can be made");
        let grants = format!("[grants.courier]\nhttp = [\"* {}\"]\n", web.url(Listener::Tls, ""));
        site.file(
            "project.toml",
            format!("name = \"test\"\n[directories]\nout = {{ path = \"out\", write = true }}\n{grants}"),
        )
    };
    let site = lent(to_tls(&web, true, SECRET, &request));
    let answers = answers(&site);
    let (kind, message) = error(&answers[0]);
    assert!(kind == "denied" && message.contains("is not saved") && message.contains("echoes = false"), "{message}");
    assert_eq!((web.seen().expect("it records"), site.path("out/a").exists()), (Vec::new(), false));
}

#[test]
fn an_answer_that_quotes_the_secret_is_kept_in_no_file() {
    let web = web();
    let url = web.url(Listener::Tls, "/quote?as=plain");
    let request = json!([{ "url": url, "headers": [["authorization", "Bearer ${options.token}"]], "save": "out/a" }]);
    let site = to_tls(&web, false, SECRET, &request);
    std::fs::create_dir_all(site.path("out")).expect("it can be made");
    let grants = format!("[grants.courier]\nhttp = [\"* {}\"]\n", web.url(Listener::Tls, ""));
    let lent = "[directories]\nout = { path = \"out\", write = true }\n";
    let site = site.file("project.toml", format!("name = \"test\"\n{lent}{grants}"));
    let (code, lines) = site.run_json();
    assert_ne!(code, 0, "{lines:?}");
    assert_eq!(failure(&lines)["code"], "SecretFound");
    assert!(!site.path("out/a").exists());
}
