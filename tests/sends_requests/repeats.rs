//! Requests after a crash and after an error: repeated where a repetition is harmless, and nowhere else.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Death, Listener, WebServer};
use stepwell_xtask::killed;

use super::{granted, http_request_project, sent, site, web};
use crate::resumes::fleet::{share_cache, show, the_run};
use crate::support::{Site, ended, failure, report, venv};

/// Number of disk writes at which the process is killed.
const SAMPLES: usize = 16;

/// One request of each class, each in a step of its own, and all of them in one step.
const CLASSES: [&str; 5] = ["read", "put", "keyed", "marked", "once"];

/// A web server, and the job that sends it a request of each class.
struct Matrix {
    web: WebServer,
    warm: Site,
}

/// What a run came to, and what the server has of it.
#[derive(Debug, PartialEq)]
struct End {
    outcome: Json,
    /// Status and attempt of each step.
    steps: BTreeMap<String, Json>,
    /// Effects by path, of requests that may have one only once.
    effects: BTreeMap<String, usize>,
}

impl Matrix {
    fn start() -> Self {
        let web = web();
        let warm = Self::site_of(&web);
        Self { web, warm }
    }

    fn site_of(web: &WebServer) -> Site {
        let url = |path: &str| web.url(Listener::Tls, path);
        let step = |class: &str| {
            let path = url(&format!("/effect/{class}"));
            let with = match class {
                "read" => format!("url = {}", json!(path)),
                "put" => format!("url = {}, method = \"PUT\", text = \"x\"", json!(path)),
                "marked" => format!("url = {}, method = \"POST\", json = 1, idempotent = true", json!(path)),
                _ => format!("url = {}, method = \"POST\", json = {{ a = 1 }}", json!(path)),
            };
            format!("[[steps]]\nid = \"{class}\"\nuses = \"http-request\"\nwith = {{ {with} }}\n")
        };
        let all = [
            json!({ "method": "GET", "url": url("/effect/all-read") }),
            json!({ "method": "PUT", "url": url("/effect/all-put"), "body": "x" }),
            json!({ "method": "POST", "url": url("/effect/keyed-all"), "body": "x" }),
            json!({ "method": "POST", "url": url("/effect/all-marked"), "body": "x", "idempotent": true }),
            json!({ "method": "POST", "url": url("/status/409"), "body": "refused" }),
            json!({ "method": "POST", "url": url("/effect/all-once"), "body": "x" }),
            json!({ "method": "POST", "url": url("/effect/all-once-more"), "body": "x" }),
            json!({ "method": "DELETE", "url": url("/effect/all-put") }),
        ];
        let all = format!(
            "[[steps]]\nid = \"all\"\nuses = \"courier\"\nwith = {{ requests = {} }}\n",
            super::inline(&json!(all))
        );
        let job = format!("name = \"matrix\"\n{}{all}", CLASSES.map(step).concat());
        let everything = format!("* {}", url(""));
        let keys = format!("{{ {} = \"Idempotency-Key\" }}", json!(url("/effect/keyed*")));
        let project =
            format!("name = \"test\"\n[grants.\"*\"]\nhttp = [{}]\nidempotency_headers = {keys}\n", json!(everything),);
        granted(web, "", &[]).file("project.toml", project).file("job.toml", job)
    }

    /// A new `STEPWELL_HOME` with compiled components, and a server that has forgotten earlier runs.
    fn site(&self) -> Site {
        self.web.forget().expect("it forgets");
        let site = Self::site_of(&self.web);
        if self.warm.home().join("cache").exists() {
            share_cache(&self.warm, &site);
        }
        site
    }

    fn command(site: &Site) -> Command {
        site.command(&["run", "job.toml", "--output", "json"])
    }

    /// The end of a run that nobody kills, and the number of its requests.
    fn undisturbed(&self) -> (End, usize) {
        let site = self.site();
        let ran = ended(Self::command(&site).output().expect("it starts"));
        assert_eq!(ran.code, 0, "{ran:?}");
        share_cache(&site, &self.warm);
        let end = self.end(&show(&site, &the_run(&site).expect("there is a run")));
        (end, self.web.seen().expect("it answers").len())
    }

    /// Starts the command, and kills it at a request.
    fn kill_at(&self, number: usize, death: Death, mut command: Command) {
        self.web.kill_at(number, death).expect("it is told");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        self.web.aim(&child).expect("it is told");
        let status = child.wait().expect("it ends");
        assert_eq!(status.signal(), Some(9), "it sends fewer than {number} requests: {status}");
        self.web.settle().expect("it settles");
        self.web.disarm().expect("it is told");
    }

    /// Resumes a run as an operator would who asks the server what it has.
    fn go_on(&self, site: &Site) -> Option<(End, Vec<String>)> {
        let (id, mut decided) = (the_run(site)?, Vec::new());
        for _ in 0..5 {
            let shown = show(site, &id);
            if shown["state"] == "ended" {
                return Some((self.end(&shown), decided));
            }
            let uncertain = shown["paused"]["steps"].as_array().into_iter().flatten().filter_map(Json::as_str);
            let decisions = uncertain.flat_map(|step| {
                let is_made = self.effects().contains_key(Self::asked_last(&shown, step).as_str());
                [if is_made { "--skip" } else { "--retry" }.to_owned(), step.to_owned()]
            });
            let decisions: Vec<String> = decisions.collect();
            let arguments = ["runs", "resume", &id].into_iter().chain(decisions.iter().map(String::as_str));
            let resumed = site.stepwell(&arguments.collect::<Vec<_>>());
            assert!(matches!(resumed.code, 0 | 5), "{resumed:?}");
            decided.extend(decisions.chunks(2).map(|pair| pair.join(" ")));
        }
        panic!("it comes to no end: {}", show(site, &id))
    }

    /// The last part of the path of the last request of a step.
    fn asked_last(shown: &Json, step: &str) -> String {
        let step = shown["steps"].as_array().expect("a list").iter().find(|of| of["id"] == step).expect("it is there");
        let url = step["calls"].as_array().expect("a list").last().expect("a call")["request"]["Url"].clone();
        url.as_str().expect("a URL").rsplit('/').next().expect("a path").to_owned()
    }

    /// Effects by the last part of their path.
    fn effects(&self) -> BTreeMap<String, usize> {
        let mut effects = BTreeMap::new();
        for seen in self.web.seen().expect("it answers").iter().filter(|seen| seen.effect) {
            *effects.entry(seen.path.trim_start_matches("/effect/").to_owned()).or_default() += 1;
        }
        effects
    }

    fn end(&self, shown: &Json) -> End {
        let steps = shown["steps"].as_array().expect("a list").iter();
        let steps = steps
            .map(|step| (step["id"].as_str().expect("an id").to_owned(), json!([step["status"], step["attempt"]])));
        let mut effects = self.effects();
        effects.retain(|path, _| path.contains("once") || path.contains("keyed"));
        End { outcome: shown["outcome"].clone(), steps: steps.collect(), effects }
    }
}

impl End {
    /// The expected end when an operator skipped the same steps.
    fn with_skipped(&self, found: &Self) -> Self {
        let Self { outcome, effects, steps } = self;
        let (mut steps, mut effects) = (steps.clone(), effects.clone());
        // What follows in a step that an operator skips is not sent.
        if found.steps["all"][0] == "skipped" && !found.effects.contains_key("all-once-more") {
            effects.remove("all-once-more");
        }
        let skipped = found.steps.iter().filter(|(_, step)| step[0] == "skipped");
        steps.extend(skipped.map(|(id, step)| (id.clone(), step.clone())));
        Self { outcome: outcome.clone(), effects, steps }
    }
}

#[test]
fn killed_at_any_request_a_run_has_each_effect_once() {
    let matrix = Matrix::start();
    let (undisturbed, requests) = matrix.undisturbed();
    let once = |path: &str| undisturbed.effects.get(path).copied();
    assert_eq!(
        (once("once"), once("keyed"), once("all-once"), once("keyed-all")),
        (Some(1), Some(1), Some(1), Some(1))
    );
    let mut decided = Vec::new();
    for death in [Death::BeforeEffect, Death::BeforeAnswer] {
        for number in 1..=requests {
            let site = matrix.site();
            matrix.kill_at(number, death, Matrix::command(&site));
            let (end, decisions) = matrix.go_on(&site).unwrap_or_else(|| panic!("the run is lost at request {number}"));
            assert_eq!(end, undisturbed.with_skipped(&end), "killed at request {number} of {requests}, {death:?}");
            decided.extend(decisions);
        }
    }
    // Nobody has to decide about another class.
    decided.sort();
    decided.dedup();
    assert_eq!(decided, ["--retry all", "--retry once", "--skip all", "--skip once"]);
}

#[test]
fn killed_at_a_change_of_the_disk_a_run_has_each_effect_once() {
    let matrix = Matrix::start();
    let (undisturbed, _) = matrix.undisturbed();
    let site = matrix.site();
    let changes = killed::changes(&venv(), &Matrix::command(&site), b"").expect("it is traced").len();
    for (number, is_after) in (1..=changes).step_by(changes.div_ceil(SAMPLES)).zip([false, true].into_iter().cycle()) {
        let site = matrix.site();
        let kill = if is_after { killed::after } else { killed::before };
        kill(number, &venv(), &Matrix::command(&site), b"").expect("it is traced");
        match matrix.go_on(&site) {
            Some((end, _)) => assert_eq!(end, undisturbed.with_skipped(&end), "killed at change {number}"),
            None => assert_eq!(matrix.effects(), BTreeMap::new(), "the run is lost: killed at change {number}"),
        }
    }
}

#[test]
fn a_request_is_not_sent_again_because_the_header_of_its_key_has_changed() {
    let matrix = Matrix::start();
    let url = |path: &str| matrix.web.url(Listener::Tls, path);
    let post = |path: &str| json!({ "method": "POST", "url": url(path), "body": "x" });
    let requests = json!([post("/effect/keyed-a"), post("/effect/b")]);
    let project = |headers: &[(&str, &str)]| {
        let headers: Vec<_> = headers.iter().map(|(path, name)| format!("{} = \"{name}\"", json!(url(path)))).collect();
        let grants = json!([format!("* {}", url(""))]);
        format!(
            "name = \"test\"\n[grants.courier]\nhttp = {grants}\nidempotency_headers = {{ {} }}\n",
            headers.join(", ")
        )
    };
    let (key, other) = ("Idempotency-Key", "X-Request-Id");
    let on_a = "/effect/keyed-a";
    // The headers at first and after the crash, the request at which it happens, and what comes of it.
    for (before, after, number, death, code) in [
        (&[][..], &[(on_a, key)][..], 2, Death::BeforeEffect, Json::Null),
        (&[(on_a, key)], &[], 1, Death::BeforeAnswer, json!("OtherCall")),
        (&[(on_a, key)], &[], 2, Death::BeforeEffect, json!("OtherCall")),
        (&[(on_a, key)], &[(on_a, other)], 1, Death::BeforeAnswer, json!("OtherCall")),
        (&[(on_a, key)], &[(on_a, other)], 2, Death::BeforeEffect, json!("OtherCall")),
        (&[(on_a, key)], &[(on_a, key)], 1, Death::BeforeAnswer, Json::Null),
    ] {
        let site = matrix.site().file("project.toml", project(before));
        super::write_job(&site, &requests);
        matrix.kill_at(number, death, Matrix::command(&site));
        let site = site.file("project.toml", project(after));
        let id = the_run(&site).expect("there is a run");
        let mut resumed = site.stepwell(&["runs", "resume", &id, "--output", "json"]);
        // The request without a key that may have left.
        if resumed.code == 5 {
            resumed = site.stepwell(&["runs", "resume", &id, "--retry", "it", "--output", "json"]);
        }
        let failed = failure(&resumed.json_lines())["code"].clone();
        let what = format!("{before:?} to {after:?} at request {number}: {resumed:?}");
        assert_eq!((failed, matrix.effects().get("keyed-a")), (code, Some(&1)), "{what}");
    }
}

#[test]
fn the_journal_keeps_the_answers_of_a_step_up_to_a_limit() {
    let web = web();
    let post = |bytes: usize| json!({ "method": "POST", "url": web.url(Listener::Plain, &format!("/bytes/{bytes}")) });
    // In base64, 13 of a megabyte pass 16 MiB.
    let mut requests = vec![post((1 << 20) + 1)];
    requests.extend((0..14).map(|_| post(1_000_000)));
    requests.push(json!({ "url": web.url(Listener::Plain, "/status/204") }));
    let site = site(&web, "");
    super::write_job(&site, &json!(requests));
    web.kill_at(requests.len(), Death::BeforeAnswer).expect("it is told");
    let mut child = site.command(&["run", "job.toml"]).stdout(Stdio::null()).spawn().expect("it starts");
    web.aim(&child).expect("it is told");
    assert_eq!(child.wait().expect("it ends").signal(), Some(9));
    web.disarm().expect("it is told");
    let id = the_run(&site).expect("there is a run");
    assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 0);
    let answers = show(&site, &id)["steps"][0]["outputs"]["answers"].clone();
    let come = |answer: &Json| answer["size"].as_u64().ok_or(super::error(answer).0.to_owned());
    let lost = || vec![Err("too-large".to_owned())];
    let expected = [lost(), vec![Ok(1_000_000); 13], lost(), vec![Ok(0)]].concat();
    assert_eq!(answers.as_array().expect("a list").iter().map(come).collect::<Vec<_>>(), expected);
    let posts = web.seen().expect("it answers").iter().filter(|seen| seen.method == "POST").count();
    assert_eq!(posts, 15, "none is sent again");
}

#[test]
fn a_request_that_must_happen_once_and_had_no_answer_is_uncertain() {
    let web = web();
    let request = |path: &str, more: &str| {
        let url = json!(web.url(Listener::Plain, path));
        format!(
            "[[steps]]\nid = \"tell\"\nuses = \"http-request\"\n{more}\nwith = {{ url = {url}, method = \"POST\" }}\n"
        )
    };
    let project = http_request_project(&web, &[Listener::Plain]);
    for (path, status) in
        [("/effect-then-silence/a", "no answer from"), ("/status/502", "the server answered with status 502")]
    {
        web.forget().expect("it forgets");
        let retry = "retry = { attempts = 3, delay = \"1ms\", on = [\"HttpStatus\", \"Unavailable\"] }";
        let job = format!("name = \"a\"\n{}", request(path, retry));
        let site = site(&web, "").file("project.toml", project.as_str()).file("job.toml", job);
        let (code, lines) = site.run_json();
        assert_eq!(code, 1, "{lines:?}");
        let seen = web.seen().expect("it answers");
        assert_eq!(seen.len(), 1, "nothing sends it again: {seen:?} {lines:?}");
        let call = &report(&lines)["steps"][0]["calls"][0];
        assert_eq!((&call["repeat"], &call["answer"]["is"]), (&json!("once"), &json!("unknown")), "{call}");
        assert!(call["answer"]["message"].as_str().expect("words").starts_with(status), "{call}");
    }
}

#[test]
fn a_busy_server_is_asked_again_when_it_says_so() {
    let web = web();
    let get = |path: &str| json!({ "url": web.url(Listener::Plain, path) });
    let post = |path: &str| json!({ "method": "POST", "url": web.url(Listener::Plain, path), "body": "x" });
    let long = json!({ "url": web.url(Listener::Plain, "/retry-after/429/1/3600?long"), "timeout_ms": 5000 });
    let answers = sent(
        &site(&web, ""),
        &json!([
            get("/retry-after/503/2/0?a"),
            get("/retry-after-date/429/1/0?b"),
            get("/retry-after/503/9/0?c"),
            post("/retry-after/503/1/0?d"),
            long,
        ]),
    );
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].clone()).collect();
    assert_eq!(statuses, [json!(200), json!(200), json!(503), json!(503), json!(429)]);
    let seen = web.seen().expect("it answers");
    let times = |query: &str| seen.iter().filter(|seen| seen.path.ends_with(query)).count();
    assert_eq!(["?a", "?b", "?c", "?d", "?long"].map(times), [3, 2, 3, 1, 1]);
}

#[test]
fn what_never_left_is_sent_again_and_what_may_have_left_only_when_that_is_harmless() {
    let web = web();
    let send =
        |method: &str, path: &str| json!({ "method": method, "url": web.url(Listener::Plain, path), "body": "x" });
    let answers = sent(
        &site(&web, ""),
        &json!([
            send("PUT", "/effect-then-silence/put?times=1"),
            send("POST", "/effect-then-silence/post?times=1"),
            { "method": "POST", "url": web.url(Listener::Plain, "/effect-then-silence/marked?times=1"), "body": "x", "idempotent": true },
        ]),
    );
    assert_eq!((&answers[0]["status"], &answers[2]["status"]), (&json!(200), &json!(200)), "{answers:?}");
    assert_eq!(super::error(&answers[1]).0, "unavailable", "{answers:?}");
    let seen = web.seen().expect("it answers");
    let times = |name: &str| seen.iter().filter(|seen| seen.path.contains(name)).count();
    assert_eq!(["/put", "/post", "/marked"].map(times), [2, 1, 2]);
}

#[test]
fn a_dry_run_sends_reads_and_shows_the_first_change() {
    let web = web();
    let url = |path: &str| json!(web.url(Listener::Plain, path));
    let job = format!(
        "name = \"a\"\n[[steps]]\nid = \"look\"\nuses = \"http-request\"\nwith = {{ url = {} }}\n\
         [[steps]]\nid = \"tell\"\nuses = \"http-request\"\nwith = {{ url = {}, method = \"POST\", json = {{ text = \"hello\" }} }}\n",
        url("/echo"),
        url("/effect/tell"),
    );
    let project = http_request_project(&web, &[Listener::Plain]);
    let site = site(&web, "").file("project.toml", project).file("job.toml", job);
    let ended = site.stepwell(&["run", "job.toml", "--dry-run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let shown = format!("would send POST {}\n      {{\"text\":\"hello\"}}\n", web.url(Listener::Plain, "/effect/tell"));
    assert!(ended.stdout.contains(&shown), "{}", ended.stdout);
    let seen: Vec<_> = web.seen().expect("it answers").into_iter().map(|seen| seen.path).collect();
    assert_eq!(seen, ["/echo"]);
}
