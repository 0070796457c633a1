//! What is not granted does not leave: the plan refuses what it knows, and the host what only the run knows. Each refusal
//! names the line that would allow it.

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::Listener;

use super::{error, granted, inline, sent, site, web};
use crate::support::{Ended, Site, component, events, failure, guest, report};

/// The three lines of a refusal of the plan.
fn lines(ended: &Ended) -> [String; 3] {
    ended.three_lines(3).map(str::to_owned)
}

/// A site without any grant, and with these steps of `http-request`, by their configurations.
fn steps(with: &[&str]) -> Site {
    let step = |(at, with): (usize, &&str)| {
        format!("[[steps]]\nid = \"s{at}\"\nuses = \"http-request\"\nwith = {{ {with} }}\n")
    };
    let steps: String = (1..).zip(with).map(step).collect();
    Site::without_aws().file("job.toml", format!("name = \"job\"\n{steps}"))
}

fn project(grants: &str) -> String {
    format!("name = \"test\"\n{grants}")
}

/// A step of `courier` that sends one request.
fn courier(site: Site, request: &Json) -> Site {
    site.step("courier", &format!("{{ requests = [{}] }}", inline(request)))
}

#[test]
fn a_plan_refuses_every_request_that_is_not_granted_and_prints_the_one_line_that_grants_them() {
    let web = web();
    let (items, health) = (web.url(Listener::Plain, "/echo/items"), web.url(Listener::Tls, "/echo"));
    let get = format!("url = \"{health}?verbose=1\"");
    let site = steps(&[&format!("url = \"{items}\", method = \"POST\""), &get, &get]).file("project.toml", project(""));
    let what = format!("error: step `s1` may not send `POST {items}`; steps `s2`, `s3` may not send `GET {health}`");
    let because = "because: the configuration of `http-request` names the address, so the address needs a grant";
    let list = format!("http = [\"POST {items}\", \"GET {health}\"]");
    let next = format!("next: add [grants.\"http-request\"] with {list} to project.toml if it should send that");
    for command in [&["job", "check", "job.toml"][..], &["job", "plan", "job.toml"], &["run", "job.toml"]] {
        assert_eq!(lines(&site.stepwell(command)), [what.as_str(), because, next.as_str()], "{command:?}");
    }
    assert_eq!(web.seen().expect("it records"), []);

    // Without a project, the lines make one.
    let alone = steps(&[&get]);
    let [what, _, next] = lines(&alone.run());
    assert_eq!(what, format!("error: step `s1` may not send `GET {health}`"));
    let (creation, rest) = next.split_once(" with the lines ").expect("it says which lines");
    assert_eq!(creation, "next: create project.toml in this directory");
    let project = rest.strip_suffix(" if steps should send that").expect("it ends so").replace(" and ", "\n");
    let ca = format!("[http]\nca = \"{}\"\n{}\n", web.authority().display(), super::NETWORKS);
    let made = alone.file("project.toml", project).home_file("stepwell.toml", ca);
    assert_eq!(made.run().code, 0);
    assert_eq!(web.seen().expect("it records").len(), 1);
}

#[test]
fn a_plugin_of_a_third_party_sends_nothing_without_a_grant() {
    let web = web();
    let request = json!({ "url": web.url(Listener::Plain, "/echo") });
    let bare = courier(granted(&web, "", &[]), &request);
    let without = bare.file("project.toml", project("[grants.other]\nhttp = [\"* https://*\"]\n"));
    let [what, because, next] = lines(&without.run());
    assert_eq!(what, "error: step `it` may not send HTTP requests");
    assert_eq!(because, "because: plugin `courier` does not ship with Stepwell, so it needs a grant");
    let line =
        "next: add [grants.\"courier\"] with http = [\"GET https://HOST/*\"] to project.toml if it should send that";
    assert_eq!(next, line);
    // An empty list grants nothing.
    let empty = without.file("project.toml", project("[grants.courier]\nhttp = []\n"));
    let [_, because, _] = lines(&empty.run());
    assert!(
        because.starts_with("because: plugin `courier` is granted no request (") && because.ends_with(":2:9)"),
        "{because}"
    );
    // The operator grants to their own plugins in the system's file, and not to those of a project.
    let system = format!("[grants.courier]\nhttp = [\"* {}\"]\n", web.url(Listener::Plain, ""));
    let foreign = empty.file("project.toml", project("")).home_file("stepwell.toml", system);
    assert_eq!(lines(&foreign.run())[0], what);
    assert_eq!(web.seen().expect("it records"), []);
}

#[test]
fn the_entry_of_the_system_is_an_upper_limit() {
    let web = web();
    let (plain, tls) = (web.url(Listener::Plain, ""), web.url(Listener::Tls, ""));
    let everything = ["* http://*", &format!("* {plain}"), &format!("* {tls}")].map(str::to_owned);
    let everything: Vec<_> = everything.iter().map(String::as_str).collect();
    let limit = format!("[grants.\"*\"]\nhttp = [\"GET {plain}/echo\", \"PUT {tls}/*\"]");
    let requests = json!([
        { "url": format!("{plain}/echo?a=b") },
        { "url": format!("{plain}/echo"), "method": "POST" },
        { "url": format!("{plain}/echoes") },
        { "url": format!("{tls}/effect/a"), "method": "PUT" },
        { "url": format!("{tls}/effect/a") },
    ]);
    let answers = sent(&granted(&web, &limit, &everything), &requests);
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].as_u64()).collect();
    assert_eq!(statuses, [Some(200), None, None, Some(200), None], "{answers:?}");
    let (kind, message) = error(&answers[1]);
    assert_eq!(kind, "denied");
    assert!(message.starts_with(&format!("plugin `courier` may not send `POST {plain}/echo`: plugin `courier` is granted only `GET {plain}/echo`, `PUT {tls}/*` (")), "{message}");
    assert!(message.contains("stepwell.toml:4:9); add \"POST "), "{message}");
    assert!(
        message.ends_with(&format!(
            "add \"POST {plain}/echo\" to [grants.\"courier\"] http in stepwell.toml if it should send that"
        )),
        "{message}"
    );
    assert_eq!(web.seen().expect("it records").len(), 2);

    // What the system does not allow is refused before the first step, where it is known.
    let step = steps(&[&format!("url = \"{plain}/status/200\"")]).home_file("stepwell.toml", limit);
    let step = step.file("project.toml", project(&format!("[grants.http-request]\nhttp = [\"GET {plain}/*\"]\n")));
    let [_, because, next] = lines(&step.stepwell(&["job", "check", "job.toml"]));
    assert!(because.contains("stepwell.toml:1:9)"), "{because}");
    assert!(next.ends_with("in stepwell.toml if it should send that"), "{next}");
}

#[test]
fn a_denied_request_does_not_leave_whatever_the_grants_say() {
    let web = web();
    let url = web.url(Listener::Plain, "/echo");
    let (own, every) =
        (format!("deny_http = [\"GET {url}\"]\n"), "[grants.\"*\"]\ndeny_http = [\"* *://localhost\"]\n".to_owned());
    let all = format!("[grants.courier]\nhttp = [\"* {}\"]\n", web.url(Listener::Plain, "/*"));
    let system = |more: &str| format!("[http]\n{}\n{more}", super::NETWORKS);
    let whole = |more: &str| project(&format!("{all}{more}"));
    for (in_system, in_project, because) in [
        (String::new(), own.clone(), "it is denied to `courier` ("),
        (format!("{all}{own}"), String::new(), "it is denied to `courier` ("),
        (String::new(), every.clone(), "it is denied to every plugin ("),
        (every.clone(), String::new(), "it is denied to every plugin ("),
    ] {
        let site = granted(&web, "", &[]).home_file("stepwell.toml", system(&in_system));
        let answers = sent(&site.file("project.toml", whole(&in_project)), &json!([{ "url": url }]));
        let (kind, message) = error(&answers[0]);
        assert_eq!(kind, "denied", "{message}");
        let file = if in_project.is_empty() { "stepwell.toml:" } else { "project.toml:" };
        assert!(message.contains(because) && message.contains(file), "{message}");
        assert!(message.ends_with("ask the owner of that file to remove the pattern from `deny_http`"), "{message}");
    }
    // The request of a shipped plugin is known before the run.
    let step = steps(&[&format!("url = \"{url}\"")]).home_file("stepwell.toml", every);
    let step = step.file("project.toml", project(&format!("[grants.http-request]\nhttp = [\"GET {url}\"]\n")));
    let [what, because, _] = lines(&step.run());
    assert_eq!(what, format!("error: step `s1` may not send `GET {url}`"));
    assert!(
        because.contains("it is denied to every plugin (") && because.ends_with("stepwell.toml:2:14)"),
        "{because}"
    );
    assert_eq!(web.seen().expect("it records"), []);
}

#[test]
fn a_request_fits_its_grant_in_method_scheme_host_port_and_path() {
    let web = web();
    let plain = |path: &str| web.url(Listener::Plain, path);
    let (a, exact) = (plain("/effect/a*"), plain("/echo"));
    let grants = [format!("POST {a}"), format!("GET {exact}")];
    let grants: Vec<_> = grants.iter().map(String::as_str).collect();
    let other_port = web.url(Listener::Tls, "/echo").replace("https:", "http:");
    let requests = [
        ("POST", plain("/effect/a"), true),
        ("POST", plain("/effect/a?x=/../b"), true),
        ("GET", plain("/echo?a=b"), true),
        ("GET", plain("/effect/a"), false),
        ("POST", plain("/effect/b"), false),
        ("POST", plain("/Effect/a"), false),
        ("GET", plain("/echo/"), false),
        ("GET", plain("/echoes"), false),
        ("GET", plain("/"), false),
        ("HEAD", plain("/echo"), false),
        ("GET", exact.replace("http:", "https:"), false),
        ("GET", exact.replace("localhost", "127.0.0.1"), false),
        ("GET", exact.replace("localhost", "localhost.evil.test"), false),
        ("GET", other_port, false),
    ];
    let asked: Vec<_> = requests.iter().map(|(method, url, _)| json!({ "method": method, "url": url })).collect();
    let answers = sent(&granted(&web, "", &grants), &json!(asked));
    for ((method, url, is_granted), answer) in requests.iter().zip(&answers) {
        let expected = if *is_granted { "" } else { "denied" };
        assert_eq!(error(answer).0, expected, "{method} {url}: {answer}");
    }
    assert_eq!(web.seen().expect("it records").len(), 3);
}

#[test]
fn a_refusal_at_the_step_names_the_line_that_would_allow_it() {
    let web = web();
    let (first, second) =
        (web.url(Listener::Plain, "/echo?x=canary"), web.url(Listener::Plain, "/status/200?x=canary"));
    let site = granted(&web, "", &[&format!("GET {}", web.url(Listener::Plain, "/echo"))]);
    let answers = sent(&site, &json!([{ "url": first }, { "url": second }]));
    let (kind, message) = error(&answers[1]);
    assert_eq!((kind, message.contains("canary")), ("denied", false), "{message}");
    let pattern = format!("GET {}", web.url(Listener::Plain, "/status/200"));
    assert!(message.contains("is granted only `GET ") && message.contains("project.toml:2:"), "{message}");
    let line = format!("; add \"{pattern}\" to [grants.\"courier\"] http in project.toml if it should send that");
    assert!(message.ends_with(&line), "{message}");
    let wider = granted(&web, "", &[&format!("GET {}", web.url(Listener::Plain, "/echo")), &pattern]);
    assert_eq!(sent(&wider, &json!([{ "url": second }]))[0]["status"], 200);
}

/// A step whose URL depends on the answer to the first one.
#[test]
fn a_url_that_only_the_run_knows_is_refused_at_its_step() {
    let web = web();
    let (echo, other) = (web.url(Listener::Plain, "/echo"), web.url(Listener::Plain, "/status/200"));
    let grant = format!("[grants.http-request]\nhttp = [\"GET {echo}\"]\n");
    let first = format!("url = \"{echo}?next={other}\", select = \"query.next[0]\"");
    for (url, code, part) in [
        ("${steps.s1.outputs.selected}", "AccessDenied", format!("may not send `GET {other}`")),
        ("${steps.s1.outputs.selected|replace('http:', 'ftp:')}", "", "does not begin with `https://`".to_owned()),
    ] {
        let site = steps(&[&first, &format!("url = \"{url}\"")]).file("project.toml", project(&grant));
        let site = site.home_file("stepwell.toml", format!("[http]\n{}\n", super::NETWORKS));
        assert_eq!(site.stepwell(&["job", "check", "job.toml"]).code, 0);
        let (exit, lines) = site.run_json();
        let failure = &report(&lines)["steps"][1]["failure"];
        assert!(exit != 0 && failure.to_string().contains(&part), "{exit} {failure}");
        assert!(code.is_empty() || failure["code"] == code, "{failure}");
        assert_eq!(report(&lines)["steps"][0]["status"], "succeeded");
    }
    let paths: Vec<_> = web.seen().expect("it records").into_iter().map(|request| request.path).collect();
    assert!(paths.len() == 2 && paths.iter().all(|path| path.starts_with("/echo?")), "{paths:?}");
}

#[test]
fn a_url_that_is_none_is_refused_with_its_place_before_the_run() {
    for (url, what) in [
        ("web.test/echo", "the URL does not begin with `https://` or `http://`"),
        ("https://user:canary@web.test/", "the URL has a user or a password in it"),
        ("https://web.test/a b", "the URL holds a space, a control character, `\\\\` or another"),
        ("https://0x7f.1/", "the host of the URL is not in its usual form"),
        ("https://web.test:0/", "the port of the URL is not a number from 1 to 65535"),
        ("https://web.test/#a", "the URL has a fragment"),
    ] {
        let site = steps(&[&format!("url = \"{url}\"")]).file("project.toml", project(""));
        let ended = site.stepwell(&["job", "check", "job.toml"]);
        let [said, because, _] = ended.three_lines(2);
        assert!(
            said.starts_with(&format!("error: step `s1`: `url` is no URL: {}", what.replace("\\\\", "\\"))),
            "{said}"
        );
        assert!(
            because.starts_with("because: job.toml:5:16: ") && !format!("{ended:?}").contains("canary"),
            "{ended:?}"
        );
    }
}

#[test]
fn a_wrong_pattern_is_told_with_its_place() {
    for (line, what, column) in [
        ("http = [\"GET https://a.example\", \"FETCH https://a.example\"]", "`FETCH` is no method of HTTP", 34),
        ("http = [\"GET https://a.example/?x=1\"]", "`https://a.example/?x=1` has a query", 9),
        ("deny_http = [\"* https://*.com\"]", "`*` has no meaning in this place of `https://*.com`", 14),
        ("deny_http = [\"GET https://a.example/*/b\"]", "`*` has no meaning in this place of", 14),
        ("http = [\"GET a.example\"]", "`a.example` names no address", 9),
        ("http = [\"GET https://u@a.example\"]", "`https://u@a.example` is no address: the URL has a user", 9),
        ("http = [\"GET https://a.example/../b\"]", "is no address: the path of the URL has a part", 9),
        ("idempotency_headers = { \"https://a.example\" = \"a b\" }", "`a b` is no header for a key", 47),
    ] {
        let wrong = format!("[grants.http-request]\n{line}\n");
        let site = steps(&["url = \"https://a.example/\""]);
        let in_project = site.file("project.toml", project(&wrong));
        let [said, because, _] = in_project.stepwell(&["job", "check", "job.toml"]).three_lines(2).map(str::to_owned);
        assert!(said.contains(what) && because.contains(&format!("project.toml:3:{column}")), "{said} {because}");
        let in_system = in_project.file("project.toml", project("")).home_file("stepwell.toml", wrong);
        let [said, because, _] = in_system.stepwell(&["job", "check", "job.toml"]).three_lines(2).map(str::to_owned);
        assert!(said.contains(what) && because.contains(&format!("stepwell.toml:2:{column}")), "{said} {because}");
    }
}

#[test]
fn inspect_and_plan_show_the_requests_of_a_plugin() {
    let site = Site::without_aws().file("project.toml", project("[grants.slack-message]\ndeny_http = [\"* https://hooks.slack-gov.com\"]\n[grants.courier]\nhttp = [\"GET https://a.example/*\", \"POST https://b.example/v1\"]\n[grants.http-request]\nhttp = [\"* https://a.example\"]\n"));
    let site = site
        .plugin("courier", &guest("courier"))
        .home_file("stepwell.toml", "[grants.http-request]\nhttp = [\"GET https://a.example/v1/*\"]\n");
    let of = |name: &str| {
        let text = site.stepwell(&["plugin", "inspect", name, "--project", "."]).stdout;
        let section = text.split_once("\nHTTP requests\n").expect("it has the section").1;
        section.split_once("\n\n").expect("another one follows").0.trim_end().to_owned()
    };
    assert_eq!(
        of("slack-message"),
        "  POST https://hooks.slack.com/services/*\n  POST https://hooks.slack-gov.com/services/*"
    );
    assert_eq!(of("http-request"), "  to the URL in `url`, as far as it is granted");
    assert_eq!(of("courier"), "  not declared; a grant decides");
    let inspected = site.stepwell(&["plugin", "inspect", "slack-message", "--output", "json"]).json_lines().remove(0);
    assert_eq!(
        inspected["description"]["requests"],
        json!(["POST https://hooks.slack.com/services/*", "POST https://hooks.slack-gov.com/services/*"])
    );

    let job = "name = \"job\"\n[options.hook]\nsecret = true\nkey = \"keys/shared/hook\"\n\
        [[steps]]\nid = \"tell\"\nuses = \"slack-message\"\nwith = { webhook = \"${options.hook}\", text = \"x\" }\n\
        [[steps]]\nid = \"ask\"\nuses = \"http-request\"\nwith = { url = \"https://a.example/v1/x\" }\n\
        [[steps]]\nid = \"any\"\nuses = \"courier\"\nwith = { requests = [] }\n";
    let site = site.file("job.toml", job);
    let plan = site.stepwell(&["job", "plan", "job.toml"]);
    assert_eq!(plan.code, 0, "{plan:?}");
    let line = |line: &str| {
        line.trim_start().starts_with("may ").then(|| line.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let mut shown: Vec<_> = plan.stdout.lines().filter_map(line).filter(|line| line.contains("request")).collect();
    shown.sort();
    let mut expected = [
        "may request POST https://hooks.slack.com/services/* (changes; never repeated without being asked)",
        "may request POST https://hooks.slack-gov.com/services/* (changes; never repeated without being asked)",
        "may not request * https://hooks.slack-gov.com",
        "may request GET https://a.example/v1/* (reads)",
        "may request GET https://a.example/* (reads)",
        "may request POST https://b.example/v1 (changes; never repeated without being asked)",
    ];
    expected.sort_unstable();
    assert_eq!(shown, expected);
    let plan = site.stepwell(&["job", "plan", "job.toml", "--output", "json"]).json_lines().remove(0);
    let mut steps: Vec<_> = plan["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| (step["id"].as_str().expect("an id"), &step["requests"], &step["denied_requests"]))
        .collect();
    steps.sort_by_key(|(id, ..)| *id);
    let none = json!([]);
    assert_eq!(
        steps,
        [
            ("any", &json!(["GET https://a.example/*", "POST https://b.example/v1"]), &none),
            ("ask", &json!(["GET https://a.example/v1/*"]), &none),
            (
                "tell",
                &json!(["POST https://hooks.slack-gov.com/services/*", "POST https://hooks.slack.com/services/*"]),
                &json!(["* https://hooks.slack-gov.com"])
            ),
        ]
    );
}

#[test]
fn another_plugin_under_the_name_of_a_shipped_one_has_none_of_its_requests() {
    let web = web();
    let hidden = site(&web, "").plugin("slack-message", &guest("courier"));
    let hidden = hidden.file("project.toml", project("[plugins]\noverride = [\"slack-message\"]\n"));
    let request = format!("{{ requests = [{{ url = \"{}\" }}] }}", web.url(Listener::Plain, "/echo"));
    let [what, because, _] = lines(&hidden.step("slack-message", &request).run());
    assert_eq!(what, "error: step `it` may not send HTTP requests");
    assert_eq!(because, "because: plugin `slack-message` does not ship with Stepwell, so it needs a grant");
    // A copy under another name is a plugin of the project.
    let copied = Site::without_aws().file("project.toml", project("")).plugin("tell", &component("slack_message.wasm"));
    let copied = copied.step("tell", "{ webhook = \"https://hooks.slack.com/services/T/B/x\", text = \"x\" }");
    let [what, _, next] = lines(&copied.run());
    assert_eq!(
        what,
        "error: step `it` may not send `POST https://hooks.slack.com/services/*`, `POST https://hooks.slack-gov.com/services/*`"
    );
    assert!(
        next.starts_with("next: add [grants.\"tell\"] with http = [\"POST https://hooks.slack.com/services/*\", "),
        "{next}"
    );
    assert_eq!(web.seen().expect("it records"), []);
}

#[test]
fn a_refused_request_is_no_call_of_the_run() {
    let web = web();
    let site =
        courier(granted(&web, "", &["GET https://a.example"]), &json!({ "url": web.url(Listener::Plain, "/echo") }));
    let (code, lines) = site.run_json();
    assert_eq!((code, failure(&lines)), (0, &Json::Null));
    assert_eq!(events(&lines, "call_intended"), Vec::<&Json>::new());
    assert_eq!(report(&lines)["steps"][0]["calls"], json!([]));
}
