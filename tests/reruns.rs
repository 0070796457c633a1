//! A job runs again from where a run of it stopped: what succeeded is taken over, and is not called again.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use stepwell_xtask::killed;

use super::support::canned::CannedAws;
use super::support::{Ended, Site, events, guest, report, venv};

/// The steps fail whose paths are in the set.
const JOB: &str = r#"
name = "job"
keep_going = true

[options.base]
required = true

[[steps]]
id = "first"
uses = "http-request"
with = { url = "${options.base}/first" }
export = { seen = "${outputs.status}" }

[[steps]]
id = "each"
needs = ["first"]
for_each = ["a", "b", "c"]
uses = "http-request"
with = { url = "${options.base}/each/${item}" }

[[steps]]
id = "last"
needs = ["each"]
uses = "http-request"
with = { url = "${options.base}/last/${steps.first.outputs.status}/${exports.seen}" }
"#;

struct Shop {
    server: CannedAws,
    failing: Arc<Mutex<BTreeSet<String>>>,
    site: Site,
}

impl Shop {
    fn new(job: &str, failing: &[&str]) -> Self {
        let failing: Arc<Mutex<BTreeSet<_>>> =
            Arc::new(Mutex::new(failing.iter().map(|path| (*path).to_owned()).collect()));
        let fails = Arc::clone(&failing);
        let server = CannedAws::start(move |asked, _| {
            let status = if fails.lock().expect("no panic").contains(&asked.path) { 404 } else { 200 };
            (status, Vec::new(), "{}".to_owned())
        });
        let grants = format!("name = \"test\"\n[grants.http-request]\nhttp = [\"* {}/*\"]\n", server.endpoint());
        let site = Site::without_aws()
            .home_file("stepwell.toml", "[http]\nnetworks = [\"127.0.0.1/32\"]\n")
            .file("project.toml", grants)
            .file("job.toml", job);
        Self { server, failing, site }
    }

    /// Runs the job, which fails, and returns the id of the run.
    fn fails(&self) -> String {
        let base = format!("base={}", self.server.endpoint());
        let ended = self.site.stepwell(&["run", "job.toml", "-o", &base, "--output", "json"]);
        let lines = ended.json_lines();
        assert_eq!((ended.code, &report(&lines)["outcome"]), (1, &json!("failed")), "{ended:?}");
        report(&lines)["run"].as_str().expect("an id").to_owned()
    }

    /// From now on, these paths fail.
    fn failing(&self, paths: &[&str]) {
        *self.failing.lock().expect("no panic") = paths.iter().map(|path| (*path).to_owned()).collect();
    }

    fn rerun(&self, run: &str, more: &[&str]) -> Ended {
        self.site.stepwell(&[&["runs", "rerun", run, "--output", "json"], more].concat())
    }

    /// The paths that were asked for since this many requests.
    fn asked(&self, since: usize) -> Vec<String> {
        self.server.asked().into_iter().skip(since).map(|asked| asked.path).collect()
    }

    fn count(&self) -> usize {
        self.server.asked().len()
    }
}

fn step<'a>(lines: &'a [Json], id: &str) -> &'a Json {
    let steps = report(lines)["steps"].as_array().expect("steps");
    steps.iter().find(|step| step["id"] == id).unwrap_or_else(|| panic!("{id} in {steps:?}"))
}

#[test]
fn what_succeeded_is_taken_over_and_not_called_again() {
    let shop = Shop::new(JOB, &["/each/b"]);
    let run = shop.fails();
    assert_eq!(shop.asked(0), ["/first", "/each/a", "/each/b", "/each/c"]);
    shop.failing(&[]);

    let plan = shop.rerun(&run, &["--from-failed", "--plan"]).json_lines().remove(0);
    assert_eq!(plan["taken"], json!(["first", "each[0]", "each[2]"]));
    assert_eq!((&plan["runs"], &plan["changed"]), (&json!(["each[1]", "last"]), &json!([])));
    assert_eq!(shop.count(), 4, "the plan calls nothing");

    let ended = shop.rerun(&run, &["--from-failed"]);
    let lines = ended.json_lines();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(shop.asked(4), ["/each/b", "/last/200/200"]);
    assert_eq!(report(&lines)["origin"]["again"], run.as_str());
    for (id, from) in [("first", json!(run)), ("each[0]", json!(run)), ("each[1]", Json::Null), ("last", Json::Null)] {
        assert_eq!(
            (&step(&lines, id)["status"], &step(&lines, id)["taken_from"]),
            (&json!("succeeded"), &from),
            "{id}"
        );
    }
    assert_eq!(step(&lines, "first")["outputs"]["status"], 200);
    // All of it is in the journal before the first step begins.
    let kinds: Vec<_> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    let last_taken = kinds.iter().rposition(|kind| *kind == "step_taken");
    let first_begun = kinds.iter().position(|kind| ["step_started", "step_expanded"].contains(kind));
    assert_eq!(last_taken, Some(3), "{kinds:?}");
    assert!(first_begun > last_taken, "{kinds:?}");

    // A rerun of the rerun names the run in which each step really ran.
    let again = report(&lines)["run"].as_str().expect("an id");
    let [what, ..] = shop.site.stepwell(&["runs", "rerun", again, "--from-failed"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, format!("error: run `{again}` left nothing to run again"));
    let ended = shop.rerun(again, &["--from", "last"]);
    let lines = ended.json_lines();
    assert_eq!((ended.code, &step(&lines, "first")["taken_from"]), (0, &json!(run)), "{ended:?}");
    assert_eq!(step(&lines, "each[1]")["taken_from"], again);
    assert_eq!(shop.asked(6), ["/last/200/200"]);
}

#[test]
fn a_rerun_that_begins_with_a_step_runs_it_and_all_later_ones() {
    let shop = Shop::new(JOB, &["/each/b"]);
    let run = shop.fails();
    let [what, because, next] =
        shop.site.stepwell(&["runs", "rerun", &run, "--from", "last"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: the job cannot begin with step `last`: step `each` before it has to run again");
    assert!(because.contains(&run), "{because}");
    assert_eq!(next, "next: give --from each, or --from-failed");
    shop.failing(&[]);
    let ended = shop.rerun(&run, &["--from", "each"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(shop.asked(4), ["/each/a", "/each/b", "/each/c", "/last/200/200"]);
    let [what, _, next] =
        shop.site.stepwell(&["runs", "rerun", &run, "--from", "eahc"]).three_lines(2).map(str::to_owned);
    assert_eq!(
        (what.as_str(), next.as_str()),
        ("error: job `job` has no step `eahc` to begin with", "next: write `each`")
    );
}

#[test]
fn only_the_named_items_run_and_the_others_keep_what_they_had() {
    let shop = Shop::new(JOB, &["/each/a", "/each/b"]);
    let run = shop.fails();
    shop.failing(&[]);
    let ended = shop.rerun(&run, &["--only", "each[1]"]);
    let lines = ended.json_lines();
    // An item that failed stays failed, so what needs all of them does not begin.
    assert_eq!((ended.code, &report(&lines)["outcome"]), (1, &json!("failed")), "{ended:?}");
    assert_eq!(shop.asked(4), ["/each/b"]);
    for (id, status) in
        [("each[0]", "failed"), ("each[1]", "succeeded"), ("each[2]", "succeeded"), ("last", "not_started")]
    {
        assert_eq!(step(&lines, id)["status"], status, "{id}");
    }
    let second = report(&lines)["run"].as_str().expect("an id").to_owned();
    let ended = shop.rerun(&second, &["--only", "each[0]"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(shop.asked(5), ["/each/a", "/last/200/200"]);
    let [_, because, next] =
        shop.site.stepwell(&["runs", "rerun", &run, "--only", "each[9]"]).three_lines(2).map(str::to_owned);
    assert_eq!(because, "because: the items of its lists are `each[0]`, `each[1]`, `each[2]`");
    assert!(next.starts_with("next: write `each["), "{next}");
}

#[test]
fn a_step_that_has_changed_is_not_taken_over() {
    let shop = Shop::new(JOB, &["/each/b"]);
    let run = shop.fails();
    shop.failing(&[]);
    let changed = JOB.replace("/first\" }", "/first?v=2\" }");
    let Shop { server, failing, site } = shop;
    let shop = Shop { server, failing, site: site.file("job.toml", changed) };
    let [what, because, next] =
        shop.site.stepwell(&["runs", "rerun", &run, "--from-failed"]).three_lines(2).map(str::to_owned);
    assert_eq!(
        what,
        format!("error: the result of step `first` in run `{run}` cannot be taken over: the step has changed")
    );
    assert_eq!(because, "because: its `with` has changed");
    assert!(next.contains("--from first") && next.contains("--again"), "{next}");
    assert_eq!(shop.count(), 4);

    // A step that runs again may change, and what is only of people, too.
    let changed = JOB.replace("keep_going", "description = \"x\"\nkeep_going").replace("/last/", "/end/");
    let Shop { server, failing, site } = shop;
    let shop = Shop { server, failing, site: site.file("job.toml", changed) };
    let plan = shop.rerun(&run, &["--from-failed", "--plan"]).json_lines().remove(0);
    assert_eq!(plan["changed"], json!([{ "step": "last", "reason": "its `with` has changed" }]));
    assert_eq!(shop.rerun(&run, &["--from-failed"]).code, 0);
    assert_eq!(shop.asked(4), ["/each/b", "/end/200/200"]);
}

#[test]
fn the_result_of_a_plugin_that_has_changed_is_not_taken_over() {
    let job = "name = \"job\"\n[[steps]]\nid = \"a\"\nuses = \"waiter\"\nwith = { rounds = 0 }\n\
               [[steps]]\nid = \"b\"\nuses = \"waiter\"\nwith = { rounds = 0, fail_at = 0 }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job);
    let (code, lines) = site.run_json();
    assert_eq!(code, 1, "{:?}", lines.last());
    let run = report(&lines)["run"].as_str().expect("an id").to_owned();
    // A custom section changes the digest, and nothing else.
    let rebuilt = [guest("waiter").as_slice(), &[0, 3, 1, b'x', 0]].concat();
    let site = site.plugin("waiter", &rebuilt);
    let [what, because, _] = site.stepwell(&["runs", "rerun", &run, "--from-failed"]).three_lines(2).map(str::to_owned);
    assert!(what.starts_with("error: the result of step `a` in run "), "{what}");
    assert!(
        because.starts_with("because: plugin `waiter` was sha256:") && because.contains(", and is sha256:"),
        "{because}"
    );
}

#[test]
fn parts_of_a_sub_job_that_succeeded_are_taken_over() {
    let outer = "name = \"job\"\n[options.base]\nrequired = true\n[[steps]]\nid = \"all\"\nuses = \"job:sub\"\n\
                 with = { base = \"${options.base}\" }\n";
    let sub = "name = \"sub\"\n[options.base]\nrequired = true\n[[steps]]\nid = \"x\"\nuses = \"http-request\"\n\
               with = { url = \"${options.base}/x\" }\n[[steps]]\nid = \"y\"\nuses = \"http-request\"\n\
               with = { url = \"${options.base}/y/${steps.x.outputs.status}\" }\n";
    let Shop { server, failing, site } = Shop::new(outer, &["/y/200"]);
    let shop = Shop { server, failing, site: site.file("sub.toml", sub) };
    let run = shop.fails();
    shop.failing(&[]);
    let ended = shop.rerun(&run, &["--from-failed"]);
    let lines = ended.json_lines();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(shop.asked(0), ["/x", "/y/200", "/y/200"]);
    assert_eq!(step(&lines, "all.x")["taken_from"], run.as_str());
}

#[test]
fn a_rerun_in_the_background_takes_over_the_same() {
    let shop = Shop::new(JOB, &["/each/b"]);
    let run = shop.fails();
    shop.failing(&[]);
    let detached = shop.rerun(&run, &["--from-failed", "--detach"]);
    let id = detached.json_lines()[0]["run"].as_str().expect("an id").to_owned();
    assert_eq!(shop.site.stepwell(&["runs", "wait", &id]).code, 0);
    assert_eq!(shop.asked(4), ["/each/b", "/last/200/200"]);
    let shown = shop.site.stepwell(&["runs", "show", &id]).stdout;
    assert!(shown.contains(&format!("repeats     run {run}\n")), "{shown}");
    assert!(shown.contains(&format!("taken over from run {run}\n")), "{shown}");
    super::resumes::running::await_idle(&shop.site);
}

#[test]
fn a_chosen_item_runs_beside_another_that_keeps_its_failure() {
    let job = JOB.replace("keep_going = true\n", "");
    let shop = Shop::new(&job, &["/each/a", "/each/b"]);
    let run = shop.fails();
    let before = shop.count();
    shop.failing(&["/each/b"]);
    let ended = shop.rerun(&run, &["--only", "each[0]"]);
    let lines = ended.json_lines();
    assert_eq!((ended.code, &step(&lines, "each[0]")["status"]), (1, &json!("succeeded")), "{ended:?}");
    assert_eq!(shop.asked(before), ["/each/a"]);
    assert_eq!(step(&lines, "last")["status"], "not_started");
}

#[test]
fn a_run_again_of_a_dry_run_says_that_it_makes_the_changes() {
    let site = Site::without_aws()
        .file("job.toml", "name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"note\"\nwith = { text = \"x\" }\n");
    let dry = site.stepwell(&["run", "job.toml", "--dry-run", "--output", "json"]);
    let run = dry.json_lines()[0]["run"].as_str().expect("an id").to_owned();
    let again = site.stepwell(&["run", "--again", &run]);
    let note = format!("note: run `{run}` was a dry run; this one makes the changes\n");
    assert_eq!((again.code, again.stderr), (0, note));
    let again = site.stepwell(&["run", "--again", &run, "--dry-run"]);
    assert_eq!((again.code, again.stderr.as_str()), (0, ""));
}

/// Disk writes of a rerun before or after which the test kills it.
const KILLS: usize = 16;

#[test]
fn a_rerun_that_is_killed_at_a_change_of_the_disk_calls_nothing_that_it_took_over() {
    let begun = || {
        let shop = Shop::new(JOB, &["/each/b"]);
        let run = shop.fails();
        shop.failing(&[]);
        let rerun = shop.site.command(&["runs", "rerun", &run, "--from-failed", "--output", "json"]);
        (shop, run, rerun)
    };
    let (_shop, _, rerun) = begun();
    let changes = killed::changes(&venv(), &rerun, b"").expect("it is traced");
    let (mut without_a_run, mut killed_within) = (0, 0);
    for (number, is_after) in
        (1..=changes.len()).step_by(changes.len().div_ceil(KILLS)).zip([false, true].into_iter().cycle())
    {
        let (shop, run, rerun) = begun();
        let kill = if is_after { killed::after } else { killed::before };
        kill(number, &venv(), &rerun, b"").expect("it is traced");
        let at = format!("{} change {number}, {}", if is_after { "after" } else { "before" }, changes[number - 1]);
        let listed = shop.site.stepwell(&["runs", "list", "--output", "json"]).json_lines();
        let Some(second) = listed.iter().find(|listed| listed["run"] != run.as_str()) else {
            assert_eq!(shop.count(), 4, "no call is made without a run: {at}");
            assert_eq!(shop.rerun(&run, &["--from-failed"]).code, 0, "{at}");
            without_a_run += 1;
            continue;
        };
        let id = second["run"].as_str().expect("an id");
        if second["state"] != "ended" {
            let resumed = shop.site.stepwell(&["runs", "resume", id]);
            assert_eq!(resumed.code, 0, "{at}: {resumed:?}");
            killed_within += 1;
        }
        let shown = shop.site.stepwell(&["runs", "show", id, "--output", "json"]).json_lines().remove(0);
        assert_eq!(shown["outcome"], "succeeded", "{at}: {shown}");
        let taken = ["first", "each[0]", "each[2]"];
        let taken_from = |id: &&str| {
            shown["steps"]
                .as_array()
                .expect("steps")
                .iter()
                .any(|step| step["id"] == *id && step["taken_from"] == run.as_str())
        };
        assert!(taken.iter().all(taken_from), "{at}: {shown}");
        let asked: BTreeSet<_> = shop.asked(4).into_iter().collect();
        assert_eq!(asked, ["/each/b", "/last/200/200"].map(str::to_owned).into(), "{at}");
    }
    assert!(without_a_run > 0 && killed_within > 0, "{without_a_run} {killed_within}");
}

#[test]
fn a_job_runs_again_with_its_options_and_secrets_are_asked_for_again() {
    let job = "name = \"job\"\n[options.rounds]\ntype = \"integer\"\ndefault = 5\n[options.token]\nsecret = true\n\
               required = true\nto = [\"https://example.com/*\"]\n\
               [[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = { rounds = \"${options.rounds}\" }\n";
    let site = Site::without_aws().guest("waiter").file("job.toml", job);
    let secret = "correct-horse-battery\n";
    let ran = site.pipe(&["run", "job.toml", "-o", "rounds=0", "--output", "json"], secret);
    assert_eq!(ran.code, 0, "{ran:?}");
    let run = ran.json_lines()[0]["run"].as_str().expect("an id").to_owned();
    let again = site.pipe(&["run", "--again", &run, "--output", "json"], secret);
    let lines = again.json_lines();
    assert_eq!((again.code, &report(&lines)["steps"][0]["outputs"]["rounds"]), (0, &json!(0)), "{again:?}");
    assert_eq!((&report(&lines)["origin"]["again"], events(&lines, "step_taken").len()), (&json!(run), 0));
    let without = site.stepwell(&["run", "--again", &run]);
    let [what, ..] = without.three_lines(2);
    assert_eq!(what, "error: the secret option `token` has no value");
    let other = site.pipe(&["run", "--again", &run, "-o", "rounds=1", "--output", "json"], secret);
    assert_eq!(report(&other.json_lines())["steps"][0]["outputs"]["rounds"], 1, "{other:?}");

    let shown = site.stepwell(&["runs", "show", &run]).stdout;
    for line in ["option      rounds = 0\n", "option      token = (secret, typed)\n", "started by  "] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    assert!(shown.contains(&format!("job file    {}\n", site.path("job.toml").display())), "{shown}");
    assert!(!shown.contains("correct-horse"), "{shown}");
    let shown = site.stepwell(&["runs", "show", &run, "--output", "json"]).json_lines().remove(0);
    assert_eq!(shown["options"], json!({ "rounds": { "given": ["0"] }, "token": { "secret": true } }));
}
