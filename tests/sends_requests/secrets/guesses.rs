//! A secret is not read by trying, nor in parts.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Death, Listener};

use super::super::{answers, inline, site, web};
use super::{HOOK, KEY, OPTIONS, SECRET, entry, keyed};
use crate::resumes::fleet::{show, the_run};
use crate::support::failure;

#[test]
fn whoever_does_not_own_a_secret_url_learns_nothing_of_its_path() {
    let web = web();
    let all = web.url(Listener::Tls, "");
    let hook = web.url(Listener::Tls, "/status/204?canary");
    let post = json!([{ "method": "POST", "url": "${options.hook}" }]);
    let sends = |to: &str, system: &str| {
        let site = keyed(site(&web, system), SECRET, &hook, &post);
        let job = std::fs::read_to_string(site.path("job.toml")).expect("it is there");
        let job = job.replace("\"keys/shared/hook\"\n", &format!("\"keys/shared/hook\"\nto = [{}]\n", json!(to)));
        let ended = site.file("job.toml", job).stepwell(&["run", "job.toml", "--dry-run", "--output", "json"]);
        (ended.code, failure(&ended.json_lines())["code"].clone())
    };
    let owned = entry(HOOK, &[&all], true);
    assert_eq!(sends(&all, &owned), (0, Json::Null));
    let refused = (3, json!("SecretRefused"));
    for path in ["/status/204", "/status/*", "/st*", "/elsewhere/*"] {
        assert_eq!(sends(&format!("{all}{path}"), &owned), refused, "{path}");
    }
    // The owner may name it.
    assert_eq!(sends(&all, &entry(HOOK, &[&format!("{all}/status/*")], true)), (0, Json::Null));
    assert_eq!(sends(&all, &entry(HOOK, &[&format!("{all}/elsewhere/*")], true)), refused);
    assert_eq!(web.seen().expect("it records"), []);
}

#[test]
fn a_server_that_got_a_secret_gives_no_later_answer_that_could_repeat_a_part_of_it() {
    let web = web();
    let (tls, other) = (|path: &str| web.url(Listener::Tls, path), |path: &str| web.url(Listener::Tls2, path));
    let put = json!({ "method": "PUT", "url": tls("/status/200"), "body": "{\"t\":\"${options.token}\"}",
        "headers": [["content-type", "application/json"]] });
    let part = json!({ "url": tls("/echo?later"), "headers": [["range", "bytes=0-2"]] });
    let led = json!({ "url": other(&format!("/redirect?status=302&to={}", tls("/echo?led").replace(':', "%3A"))) });
    let requests = json!([part, put, part, led, { "url": other("/echo") }]);
    for echoes in [true, false] {
        let secrets = entry(KEY, &[&tls("")], echoes);
        let site = keyed(site(&web, &secrets), SECRET, "https://web.test/", &requests);
        let answers = answers(&site);
        let withheld: Vec<_> = answers.iter().map(|answer| answer["withheld"].as_bool()).collect();
        let expected = [false, echoes, echoes, echoes, false].map(Some);
        assert_eq!(withheld, expected, "{answers:?}");
    }
    // A later step, in another process.
    let step = |id: &str, request: &Json| {
        let with = format!("with = {{ requests = [{}] }}", inline(request));
        format!("[[steps]]\nid = \"{id}\"\nuses = \"courier\"\n{with}\n")
    };
    let site = keyed(site(&web, &entry(KEY, &[&tls("")], true)), SECRET, "https://web.test/", &requests);
    let site = site.file("job.toml", format!("name = \"job\"\n{OPTIONS}{}{}", step("put", &put), step("get", &part)));
    web.forget().expect("it forgets");
    web.kill_at(2, Death::BeforeEffect).expect("it is told");
    let mut child = site.command(&["run", "job.toml"]).stdout(Stdio::null()).spawn().expect("it starts");
    web.aim(&child).expect("it is told");
    assert_eq!(child.wait().expect("it ends").signal(), Some(9));
    web.disarm().expect("it is told");
    let id = the_run(&site).expect("there is a run");
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 0);
    assert_eq!(show(&site, &id)["steps"][1]["outputs"]["answers"][0]["withheld"], true);
}
