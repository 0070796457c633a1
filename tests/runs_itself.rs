//! The steps of the run itself, which call no AWS: `wait`, `fail`, `assert`, `set` and `note`.

use serde_json::{Value as Json, json};

use super::resumes::fleet::the_run;
use super::resumes::running::Running;
use super::support::{Site, events, failure, log_lines, report};

/// A site whose job has these steps.
fn site(steps: &str) -> Site {
    Site::without_aws().file("job.toml", format!("name = \"job\"\n{steps}\n"))
}

fn step(id: &str, uses: &str, with: &str) -> String {
    format!("\n[[steps]]\nid = \"{id}\"\nuses = \"{uses}\"\nwith = {{ {with} }}\n")
}

fn outputs<'a>(lines: &'a [Json], id: &str) -> &'a Json {
    let steps = report(lines)["steps"].as_array().expect("a list");
    &steps.iter().find(|step| step["id"] == id).expect("it is there")["outputs"]
}

#[test]
fn values_keep_their_types_for_later_steps() {
    let steps =
        step(
            "vars",
            "set",
            "count = 3, half = \"${3 / 2}\", on = true, list = [1, \"a\"], table = { x = \"${2 + 3}\" }",
        ) + &step("later", "set", "count = \"${steps.vars.outputs.count + 1}\", all = \"${steps.vars.outputs}\"");
    let (code, lines) = site(&steps).run_json();
    let vars = json!({ "count": 3, "half": 1.5, "on": true, "list": [1, "a"], "table": { "x": 5 } });
    assert_eq!((code, outputs(&lines, "vars")), (0, &vars), "{:?}", lines.last());
    assert_eq!(outputs(&lines, "later"), &json!({ "count": 4, "all": vars }));
}

#[test]
fn a_value_that_was_not_set_is_an_unknown_name_before_the_run() {
    let steps = step("vars", "set", "count = 3") + &step("later", "set", "x = \"${steps.vars.outputs.cuont}\"");
    let checked = site(&steps).stepwell(&["job", "check", "job.toml"]);
    let [error, because, _] = checked.three_lines(2);
    assert!(error.contains("steps.vars.outputs.cuont"), "{error}");
    assert!(because.ends_with("the valid names are `count`"), "{because}");
}

#[test]
fn a_job_fails_with_its_own_code_which_its_handler_reads() {
    let steps = step("no", "fail", "message = \"account 1 is production\", code = \"WrongAccount\"")
        + "on_error = { uses = \"set\", with = { code = \"${error.code}\" } }\n";
    let site = site(&steps);
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("WrongAccount")));
    assert_eq!(outputs(&lines, "no.on_error"), &json!({ "code": "WrongAccount" }));
    let [error, because, _] = site.run().three_lines(1).map(str::to_owned);
    assert_eq!(error, "error: step `no` failed: account 1 is production");
    assert!(because.contains("WrongAccount"), "{because}");
}

#[test]
fn every_condition_that_does_not_hold_is_told_at_once() {
    let with = "conditions = [
        { that = \"${1 > 2}\", message = \"one is small\" },
        { that = true, message = \"never\" },
        { that = \"${'a' in 'b'}\", message = \"no a\" },
    ]";
    // TOML allows line breaks in an array, and not in an inline table.
    let steps = format!("\n[[steps]]\nid = \"ready\"\nuses = \"assert\"\n[steps.with]\n{with}\n");
    let (code, lines) = site(&steps).run_json();
    let failure = failure(&lines);
    assert_eq!((code, &failure["code"]), (1, &json!("AssertFailed")));
    assert_eq!(failure["message"], "2 of 3 conditions do not hold: one is small; no a");
    assert_eq!(log_lines(&lines), ["one is small", "no a"]);
    let holds = format!(
        "\n[[steps]]\nid = \"ready\"\nuses = \"assert\"\n[steps.with]\n{}\n",
        with.replace("1 > 2", "3 > 2").replace("in 'b'", "in 'ab'")
    );
    let (code, lines) = site(&holds).run_json();
    assert_eq!((code, outputs(&lines, "ready")), (0, &json!({ "condition_count": 3 })));
}

#[test]
fn a_note_is_in_the_log_and_in_the_report() {
    let rows = "table = [{ host = \"web-1\", load = 3 }, { host = \"web-2\" }], columns = [\"host\", \"load\"]";
    let with =
        format!("text = \"two hosts\\nare up\", {rows}, links = {{ runbook = \"https://wiki.example.com/web\" }}");
    let site = site(&step("told", "note", &with));
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert_eq!(log_lines(&lines), ["two hosts", "are up"]);
    let logged: Vec<&Json> = events(&lines, "step_logged").into_iter().map(|line| &line["log"]).collect();
    let table = logged.iter().find(|log| log["is"] == "table").expect("a table");
    assert_eq!(table["rows"], json!([["web-1", "3"], ["web-2", null]]));
    assert_eq!(logged.iter().find(|log| log["is"] == "link").expect("a link")["url"], "https://wiki.example.com/web");
    let shown = site.run().stdout;
    for part in ["two hosts", "web-1", "https://wiki.example.com/web"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn a_wait_goes_on_in_another_process_and_ends_at_its_time() {
    let site = site(&step("pause", "wait", "duration = \"2s\""));
    let waiting = Running::waiting(&site);
    waiting.kill();
    let run = the_run(&site).expect("there is a run");
    let resumed = site.stepwell(&["runs", "resume", &run, "--output", "json"]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
    let over = self::site(&step("past", "wait", "until = \"2026-01-02T04:04:05+01:00\"")).run_json();
    assert_eq!((over.0, outputs(&over.1, "past")), (0, &json!({ "until": "2026-01-02T03:04:05Z" })));
    assert!(events(&over.1, "step_waiting").is_empty());
}

#[test]
fn a_wait_longer_than_the_timeout_of_its_step_is_refused_before_the_run() {
    let checked = site(&step("pause", "wait", "duration = \"2h\"")).stepwell(&["job", "check", "job.toml"]);
    let [error, because, next] = checked.three_lines(2);
    assert!(error.contains("`pause`"), "{error}");
    assert!(because.contains("job.toml:6:"), "{because}");
    assert!(because.ends_with("`duration`: 2h is longer than the `timeout` of the step, 1h (default)"), "{because}");
    assert_eq!(next, "next: give the step a `timeout` longer than 2h, or wait for a shorter time");
    let longer = step("pause", "wait", "duration = \"2h\"").replace("uses =", "timeout = \"3h\"\nuses =");
    assert_eq!(site(&longer).stepwell(&["job", "check", "job.toml"]).code, 0);
    // Every step that waits has the rule, also for a value that only the run knows.
    let ssm = step("run", "ssm-run-command", "targets = [{ key = \"tag-key\", values = [\"web\"] }], timeout = \"6h\"");
    let checked = site(&ssm).stepwell(&["job", "check", "job.toml"]);
    assert!(checked.three_lines(2)[1].contains("`timeout`: 6h is longer than the `timeout` of the step"));
    let late =
        step("vars", "set", "long = \"2h\"") + &step("pause", "wait", "duration = \"${steps.vars.outputs.long}\"");
    let (code, lines) = site(&late).run_json();
    let failure = &report(&lines)["steps"][1]["failure"];
    assert_eq!((code, &failure["code"]), (1, &json!("ConfigurationInvalid")), "{failure}");
}
