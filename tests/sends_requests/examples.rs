//! The jobs in `examples/http`, and `examples/patch-night.toml`, run against a web server of the test: their files name
//! hosts that it stands for, and nothing else of them is changed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::CannedSsm;

use crate::runs_examples::{moto, outputs};
use crate::support::canned::{Asked, Canned, CannedAws};
use crate::support::{NOBODY, Site, events, report, repository, venv};

/// Each example, with the options that it needs.
const EXAMPLES: [(&str, &[&str]); 5] = [
    ("announced-restart", &["instance_id=i-0123456789abcdef0"]),
    ("deployed-version", &[]),
    ("page-when-unhealthy", &[]),
    ("reports-download", &["day=2026-01-31"]),
    ("roll-out", &["version=1.4.2"]),
];

/// The hosts that the web server of a test stands for.
const HOSTS: [&str; 3] = ["https://shop.example.com", "https://deploy.example.com", "https://reports.example.com"];

/// The requests that `slack-message` declares.
const SLACK: &str = "\"POST https://hooks.slack.com/services/*\", \"POST https://hooks.slack-gov.com/services/*\"";

/// The secrets of the examples.
const ROUTING_KEY: &str = "canary-routing-key-0123456789";
const TOKEN: &str = "canary-token-0123456789";

/// A proxy that lets nothing through, and tells what it was asked for.
fn proxy() -> CannedAws {
    CannedAws::start(|_, _| (403, Vec::new(), String::new()))
}

/// The folder of an example, in which `web` stands for its hosts. Pauses are short.
fn site(aws: &str, folder: &str, web: &CannedAws, proxy: &CannedAws) -> Site {
    let (web, proxy) = (web.endpoint(), proxy.endpoint());
    let system = format!(
        "[http]\nproxy = \"{proxy}\"\nnetworks = [\"127.0.0.1/32\"]\n\n\
         [secrets.\"keys/shared/slack-ops\"]\nto = [\"{web}/*\"]\n\n\
         [secrets.\"keys/shared/deploy\"]\nto = [\"{web}/*\"]\nechoes = false\n"
    );
    let mut site = Site::new(aws).home_file("stepwell.toml", system);
    for entry in fs::read_dir(repository().join(folder)).expect("it is there") {
        let path = entry.expect("it can be listed").path();
        let (true, Some(name)) = (path.is_file(), path.file_name().and_then(|name| name.to_str())) else { continue };
        let mut text = fs::read_to_string(&path).expect("it can be read").replace("\"15s\"", "\"100ms\"");
        text = HOSTS.iter().fold(text, |text, host| text.replace(host, web));
        if name == "project.toml" {
            text = format!("{text}\n[grants.\"slack-message\"]\nhttp = [\"POST {web}\", {SLACK}]\n");
        }
        site = site.file(name, text);
    }
    fs::create_dir_all(site.path("reports")).expect("it can be made");
    fs::create_dir_all(site.path("site")).expect("it can be made");
    let webhook = format!("{web}/services/T0/B0/canary-webhook");
    for (key, secret) in [("slack-ops", webhook.as_str()), ("pagerduty-shop", ROUTING_KEY), ("deploy", TOKEN)] {
        let ended = site.pipe(&["keys", "set", &format!("keys/shared/{key}")], secret);
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    site
}

fn run(site: &Site, example: &str, options: &[&str]) -> (i32, Vec<Json>) {
    let file = format!("{example}.toml");
    let mut arguments = vec!["run", &file, "--output", "json"];
    arguments.extend(options.iter().flat_map(|option| ["--option", option]));
    let ended = site.stepwell(&arguments);
    assert!(!ended.stdout.contains("canary"), "{ended:?}");
    (ended.code, ended.json_lines())
}

fn succeeds(site: &Site, example: &str, options: &[&str]) -> Vec<Json> {
    let (code, lines) = run(site, example, options);
    assert_eq!(code, 0, "{example}: {:?}", lines.last());
    lines
}

fn document(status: u16, body: &Json) -> Canned {
    (status, vec![("content-type", "application/json".to_owned())], body.to_string())
}

/// The texts of the messages that the channel got.
fn told(web: &CannedAws) -> Vec<String> {
    let asked = web.asked().into_iter().filter(|asked| asked.path == "/services/T0/B0/canary-webhook");
    let text = |asked: Asked| serde_json::from_str::<Json>(&asked.body).expect("JSON")["text"].clone();
    asked.map(|asked| text(asked).as_str().expect("text").to_owned()).collect()
}

#[test]
fn every_example_can_be_planned_and_is_in_the_guide() {
    let folder = fs::read_dir(repository().join("examples/http")).expect("it is there");
    let names = folder.map(|entry| entry.expect("it can be listed").file_name().into_string().expect("UTF-8"));
    let names: BTreeSet<_> = names.filter(|name| name.ends_with(".toml") && name != "project.toml").collect();
    let listed: BTreeSet<_> = EXAMPLES.iter().map(|(name, _)| format!("{name}.toml")).collect();
    assert_eq!(names, listed);
    let guide = fs::read_to_string(repository().join("docs/http.md")).expect("it is there");
    let owner = "[secrets.\"keys/shared/deploy\"]\nto = [\"https://deploy.example.com/*\"]\n";
    let site = Site::new(NOBODY).home_file("stepwell.toml", owner);
    for (example, options) in EXAMPLES.iter().chain([&("../patch-night", &[] as &[&str])]) {
        let name = example.trim_start_matches("../");
        assert!(guide.contains(&format!("\n| `{name}` | ")), "{name}");
        let path = repository().join(format!("examples/http/{example}.toml"));
        let mut arguments = vec!["job", "plan", path.to_str().expect("UTF-8")];
        arguments.extend(options.iter().flat_map(|option| ["--option", option]));
        let ended = site.stepwell(&arguments);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{example}");
    }
}

#[test]
fn a_version_is_reported_once_the_shop_is_healthy() {
    let web = CannedAws::start(|_, number| {
        let service = |healthy| json!({ "services": [{ "name": "orders", "healthy": healthy, "version": "1.4.2" }] });
        match number {
            0 => document(500, &json!({})),
            1 => document(200, &service(false)),
            _ => document(200, &service(true)),
        }
    });
    let lines = succeeds(&site(NOBODY, "examples/http", &web, &proxy()), "deployed-version", &[]);
    assert_eq!(*outputs(&lines), json!({ "version": "1.4.2" }));
    assert_eq!(web.asked().len(), 3);
}

#[test]
fn a_version_is_rolled_out_with_a_token_that_no_record_has() {
    let web = CannedAws::start(|asked, _| match asked.head.starts_with("POST") {
        true => document(202, &json!({ "id": "d-7", "state": "queued" })),
        false => document(200, &json!({ "id": "d-7", "state": "done" })),
    });
    let site = site(NOBODY, "examples/http", &web, &proxy());
    let lines = succeeds(&site, "roll-out", &["version=1.4.2"]);
    assert_eq!(*outputs(&lines), json!({ "deployment": "d-7" }));
    let asked = web.asked();
    let paths: Vec<_> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, ["/v1/deployments", "/v1/deployments/d-7"]);
    for asked in &asked {
        assert!(asked.head.contains(&format!("authorization: Bearer {TOKEN}\r\n")), "{}", asked.head);
    }
    assert!(asked[0].head.to_ascii_lowercase().contains("\nidempotency-key: "), "{}", asked[0].head);
    let body: Json = serde_json::from_str(&asked[0].body).expect("JSON");
    assert_eq!(body, json!({ "service": "shop", "version": "1.4.2" }));
    assert_eq!(events(&lines, "call_intended")[0]["call"]["repeat"], "tokened");
}

#[test]
fn a_report_is_saved_where_a_directory_is_lent() {
    let web =
        CannedAws::start(|_, _| (200, vec![("content-type", "text/csv".to_owned())], "id;total\n1;2\n".to_owned()));
    let site = site(NOBODY, "examples/http", &web, &proxy());
    let lines = succeeds(&site, "reports-download", &["day=2026-01-31"]);
    assert_eq!(*outputs(&lines), json!({ "bytes": 13 }));
    assert_eq!(fs::read_to_string(site.path("reports/2026-01-31.csv")).expect("it is there"), "id;total\n1;2\n");
    assert_eq!(web.asked()[0].path, "/daily/2026-01-31.csv");
}

#[test]
fn a_channel_is_told_how_a_restart_ended_however_it_ended() {
    let (moto, mut aws) = moto();
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let web = CannedAws::start(|_, _| (200, Vec::new(), "ok".to_owned()));
    let site = site(moto.endpoint(), "examples/http", &web, &proxy());
    succeeds(&site, "announced-restart", &[&format!("instance_id={id}")]);
    assert_eq!(aws.instance_state(&id).expect("it is there"), "running");
    let (code, _) = run(&site, "announced-restart", &["instance_id=i-0123456789abcdef0"]);
    assert_eq!(code, 1, "there is no such instance");
    let expected = [format!("`{id}` succeeded"), "`i-0123456789abcdef0` failed".to_owned()];
    assert_eq!(told(&web), expected.map(|end| format!("*announced-restart*: {end}")));
}

/// The proxy lets nothing through to PagerDuty: the step asks for its server, and only on an error.
#[test]
fn an_incident_is_opened_only_when_the_shop_is_not_healthy() {
    for (status, code, incidents) in [(200, 0, 0), (503, 1, 3)] {
        let (web, proxy) = (CannedAws::start(move |_, _| document(status, &json!({}))), proxy());
        let (ended, lines) = run(&site(NOBODY, "examples/http", &web, &proxy), "page-when-unhealthy", &[]);
        assert_eq!(ended, code, "{:?}", lines.last());
        let asked: Vec<_> = proxy.asked().into_iter().map(|asked| asked.path).collect();
        assert_eq!(asked, vec!["events.pagerduty.com:443"; incidents], "three attempts at one event");
        if incidents > 0 {
            let intended = events(&lines, "call_intended");
            let body = intended[0]["call"]["request"]["Body"].as_str().expect("a text");
            let event: Json = serde_json::from_str(body).expect("JSON");
            assert_eq!((&event["event_action"], &event["dedup_key"]), (&json!("trigger"), &json!("shop-health")));
            assert_eq!(event["payload"]["summary"], "The shop is not healthy: HttpStatus");
        }
    }
}

/// An AWS in which Systems Manager is canned, because the emulators run no commands.
fn with_ssm(aws: &str, ssm: &str) -> CannedAws {
    let address = |endpoint: &str| endpoint.trim_start_matches("http://").to_owned();
    let (aws, ssm) = (address(aws), address(ssm));
    CannedAws::sending(move |asked, _| {
        let is_ssm = asked.head.to_ascii_lowercase().contains("x-amz-target: amazonssm.");
        let mut stream = TcpStream::connect(if is_ssm { &ssm } else { &aws }).expect("it listens");
        let head = asked.head.trim_end();
        let mut answer = Vec::new();
        write!(stream, "{head}\r\nconnection: close\r\n\r\n{}", asked.body).expect("it reads");
        stream.read_to_end(&mut answer).expect("it answers");
        answer
    })
}

/// The number of events of this kind whose call has this action.
fn actions(lines: &[Json], event: &str, action: &str) -> usize {
    events(lines, event).iter().filter(|line| line["call"]["action"] == action).count()
}

#[test]
fn a_night_of_patches_tells_the_channel_and_pages_when_the_shop_stays_down() {
    let (moto, mut aws) = moto();
    let ssm = CannedSsm::start(&venv()).expect("it starts");
    let ids = aws.run_instances(2).expect("they launch");
    let tags = json!([{ "Key": "Patch", "Value": "web" }]);
    aws.call("ec2", "CreateTags", json!({ "Resources": ids, "Tags": tags })).expect("they are tagged");
    let node = json!({ "states": [["Success", "Success"]], "parts": [["PatchLinux", 0, "installed\n", ""]] });
    ssm.set(&json!({ "nodes": { &ids[0]: node } })).expect("it knows them");
    let both = with_ssm(moto.endpoint(), ssm.endpoint());

    for (status, code, ending) in [(200, 0, "succeeded"), (502, 1, "failed")] {
        let web = CannedAws::start(move |asked, _| match asked.path.as_str() {
            "/health" => document(status, &json!({ "version": "1.4.2" })),
            _ => (200, Vec::new(), "ok".to_owned()),
        });
        let proxy = proxy();
        let site = site(both.endpoint(), "examples", &web, &proxy);
        let dry = site.stepwell(&["run", "patch-night.toml", "--dry-run", "--output", "json"]);
        let lines = dry.json_lines();
        assert_eq!((dry.code, &report(&lines)["outcome"]), (0, &json!("stopped_before_change")), "{:?}", lines.last());
        let withheld = [("ec2:CreateSnapshot", 2), ("ssm:SendCommand", 2), ("http:POST", 1)];
        assert_eq!(withheld.map(|(action, _)| (action, actions(&lines, "change_withheld", action))), withheld);
        assert_eq!((told(&web).len(), events(&lines, "step_undecided").len()), (0, usize::from(status != 200)));
        let (ended, lines) = run(&site, "patch-night", &[]);
        assert_eq!(ended, code, "{:?}", lines.last());
        assert_eq!(told(&web), [format!("*patch-night* of `web` {ending}: 2 instances")]);
        let paged = proxy.asked().iter().any(|asked| asked.path == "events.pagerduty.com:443");
        assert_eq!(paged, status != 200);
        if status == 200 {
            assert_eq!(outputs(&lines)["version"], "1.4.2");
            assert_eq!(withheld.map(|(action, _)| (action, actions(&lines, "call_intended", action))), withheld);
        }
        assert_eq!(report(&lines)["outcome"], ending);
    }
}
