//! `http-request` against the web server.

use std::fs;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Listener, WebServer};

use super::super::{NETWORKS, http_request_project, web};
use crate::support::{Ended, Site, failure, log_lines, report};

/// A site that may send everything to the server and save files in `out`, with these steps: `with`, and further keys.
fn steps(web: &WebServer, steps: &[(&str, &str)]) -> Site {
    let step = |(at, (with, more)): (usize, &(&str, &str))| {
        format!("[[steps]]\nid = \"s{at}\"\nuses = \"http-request\"\n{more}\nwith = {{ {with} }}\n")
    };
    let job: String = (1..).zip(steps).map(step).collect();
    let grants = http_request_project(web, &[Listener::Plain, Listener::Tls, Listener::Refused]);
    let project = format!("{grants}[directories]\nout = {{ path = \"out\", write = true }}\n");
    let site = Site::without_aws().file("project.toml", project).file("job.toml", format!("name = \"job\"\n{job}"));
    fs::create_dir_all(site.path("out")).expect("it can be made");
    site.home_file("stepwell.toml", format!("[http]\nca = \"{}\"\n{NETWORKS}\n", web.authority().display()))
}

/// The outputs of all steps of a run that succeeds.
fn outputs(web: &WebServer, with: &[&str]) -> Vec<Json> {
    let all: Vec<_> = with.iter().map(|with| (*with, "")).collect();
    let (code, lines) = steps(web, &all).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let of = |step: &Json| step["outputs"].clone();
    report(&lines)["steps"].as_array().expect("steps").iter().map(of).collect()
}

fn failed(web: &WebServer, with: &str) -> Json {
    let (code, lines) = steps(web, &[(with, "")]).run_json();
    assert_eq!(code, 1, "{:?}", lines.last());
    failure(&lines).clone()
}

#[test]
fn a_body_is_json_a_form_or_a_text_with_its_content_type() {
    let web = web();
    let url = format!("url = \"{}\", method = \"POST\"", web.url(Listener::Tls, "/echo"));
    let of = |more: &str| format!("{url}, {more}");
    let all = [
        of("json = { a = [1, \"ä\"], b = true }"),
        of("form = { \"a b\" = \"c+d&e\", n = \"ä\" }"),
        of("text = \"plain ä\""),
        of("headers = { content-type = \"text/xml\", x-me = \"1\" }, text = \"<a/>\""),
        format!("url = \"{}\", method = \"DELETE\"", web.url(Listener::Plain, "/echo?x=1")),
        format!("url = \"{}\"", web.url(Listener::Plain, "/echo?x=1")),
    ];
    let outputs = outputs(&web, &all.each_ref().map(String::as_str));
    let seen = web.seen().expect("it records");
    let sent: Vec<_> =
        seen.iter().map(|request| (request.method.as_str(), request.header("content-type"), request.text())).collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        sent,
        [
            ("POST", Some("application/json"), text(r#"{"a":[1,"ä"],"b":true}"#)),
            ("POST", Some("application/x-www-form-urlencoded"), text("a%20b=c%2Bd%26e&n=%C3%A4")),
            ("POST", Some("text/plain; charset=utf-8"), text("plain ä")),
            ("POST", Some("text/xml"), text("<a/>")),
            ("DELETE", None, text("")),
            ("GET", None, text("")),
        ]
    );
    assert_eq!((seen[3].header("x-me"), seen[4].path.as_str()), (Some("1"), "/echo?x=1"));
    assert_eq!((&outputs[0]["status"], &outputs[0]["json"]["method"]), (&json!(200), &json!("POST")));
    assert_eq!(
        (&outputs[0]["headers"]["content-type"], &outputs[0]["withheld"]),
        (&json!("application/json"), &json!(false))
    );
}

#[test]
fn only_an_expected_status_is_a_success() {
    let web = web();
    let url = |status: u16| format!("url = \"{}\"", web.url(Listener::Plain, &format!("/status/{status}")));
    let of = |status, more: &str| format!("{}{more}", url(status));
    let good = [of(204, ""), of(404, ", expect = [404, 200]"), of(302, ", expect = [302]"), of(200, "")];
    let outputs = outputs(&web, &good.each_ref().map(String::as_str));
    let statuses: Vec<_> = outputs.iter().map(|output| output["status"].as_u64().unwrap_or_default()).collect();
    assert_eq!(statuses, [204, 404, 302, 200]);
    for (with, status) in [
        (of(404, ""), 404),
        (of(403, ""), 403),
        (of(500, ""), 500),
        (of(302, ""), 302),
        (of(200, ", expect = [201]"), 200),
    ] {
        let failure = failed(&web, &with);
        assert_eq!((&failure["code"], &failure["retryable"]), (&json!("HttpStatus"), &json!(false)));
        assert_eq!(failure["message"], format!("the server answered {status}: {{\"status\":{status}}}"));
    }
}

#[test]
fn a_step_selects_a_part_of_the_answer() {
    let web = web();
    let url = format!("url = \"{}\"", web.url(Listener::Plain, "/echo?x=1&x=2&y=z"));
    let of = |select: &str| format!("{url}, select = \"{select}\"");
    let outputs =
        outputs(&web, &[&of("query.x[1]"), &of("{ m: method, n: length(query.x) }"), &of("query.x[?@ == '9']")]);
    let selected: Vec<_> = outputs.iter().map(|output| &output["selected"]).collect();
    assert_eq!(selected, [&json!("2"), &json!({ "m": "GET", "n": 2 }), &json!([])]);
    assert!(outputs.iter().all(|output| output.get("json").is_none() && output.get("text").is_none()), "{outputs:?}");
    assert_eq!(failed(&web, &of("query.nothing"))["code"], "NothingSelected");
    assert_eq!(failed(&web, &of("query["))["code"], "ConfigurationInvalid");
    let text = format!("url = \"{}\", select = \"a\"", web.url(Listener::Plain, "/bytes/3"));
    assert_eq!(failed(&web, &text)["code"], "AnswerInvalid");
}

#[test]
fn the_host_saves_an_answer_in_a_directory_that_the_operator_lends() {
    let web = web();
    let size = 9 << 20;
    let url = format!("url = \"{}\"", web.url(Listener::Tls, &format!("/bytes/{size}")));
    let missing = format!("url = \"{}\", expect = [404]", web.url(Listener::Tls, "/status/404"));
    let site = steps(
        &web,
        &[(&format!("{url}, save = \"out/a/report.bin\""), ""), (&format!("{missing}, save = \"out/none\""), "")],
    );
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let steps_of = &report(&lines)["steps"];
    assert_eq!((&steps_of[0]["outputs"]["saved"], &steps_of[0]["outputs"]["status"]), (&json!(size), &json!(200)));
    let saved = fs::read(site.path("out/a/report.bin")).expect("it is there");
    assert!(saved.len() == size && saved.iter().enumerate().all(|(at, byte)| *byte == (at % 256) as u8));
    assert_eq!(
        (&steps_of[1]["outputs"]["json"], steps_of[1]["outputs"].get("saved")),
        (&json!({ "status": 404 }), None)
    );
    assert!(!site.path("out/none").exists());
    let elsewhere = steps(&web, &[(&format!("{url}, save = \"elsewhere/report.bin\""), "")]);
    let checked = elsewhere.stepwell(&["job", "check", "job.toml"]);
    let because = checked.three_lines(2)[1];
    assert!(because.contains("`save`: no directory `elsewhere` is lent by [directories]"), "{because}");
    for (more, rule) in [
        ("method = \"POST\", save = \"out/x\"", "`save`: is possible with `method` `GET` and without `select` only"),
        ("select = \"a\", save = \"out/x\"", "`save`: is possible with `method` `GET` and without `select` only"),
        ("method = \"POST\", json = 1, text = \"x\"", "only one of `json`, `form` and `text` can be the body"),
    ] {
        let checked = steps(&web, &[(&format!("{url}, {more}"), "")]).stepwell(&["job", "check", "job.toml"]);
        let because = checked.three_lines(2)[1];
        assert!(because.ends_with(rule), "{because}");
    }
}

#[test]
fn a_step_is_repeated_when_its_status_or_its_answer_is_not_yet_the_expected_one() {
    let web = web();
    let retry = "retry = { attempts = 3, delay = \"10ms\", on = [\"HttpStatus\"] }";
    let post = format!("url = \"{}\", method = \"POST\"", web.url(Listener::Plain, "/retry-after/409/2/0"));
    let (code, lines) = steps(&web, &[(&post, retry)]).run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let step = &report(&lines)["steps"][0];
    assert_eq!((&step["attempt"], &step["outputs"]["json"]), (&json!(3), &json!({ "visits": 3 })));
    assert_eq!(log_lines(&lines), ["the server answered 409", "the server answered 409", "the server answered 200"]);
    assert_eq!(web.seen().expect("it records").len(), 3);
}

#[test]
fn an_operator_reads_why_there_is_no_answer_and_no_query() {
    let web = web();
    for (url, code, part) in [
        (web.url(Listener::Refused, "/a?token=canary"), "NotSent", "connection refused"),
        (web.url(Listener::Plain, "/cut?token=canary"), "Unavailable", ""),
        (web.url(Listener::Plain, "/slow/60?token=canary"), "Unavailable", "no whole answer came within 0.3 s"),
        (web.url(Listener::Plain, "/endless?token=canary"), "AnswerTooLarge", "`http_answer`"),
    ] {
        let timeout = if url.contains("/slow/") { "300ms" } else { "2s" };
        let site = steps(&web, &[(&format!("url = \"{url}\", timeout = \"{timeout}\""), "")]);
        let Ended { code: exit, stdout, .. } = site.run();
        assert_eq!(exit, 1, "{stdout}");
        assert!(
            stdout.contains(&format!("({code})")) && stdout.contains(part) && !stdout.contains("canary"),
            "{code}: {stdout}"
        );
    }
}
