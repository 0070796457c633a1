//! A job file cannot make the host work without a bound.

use serde_json::json;

use super::resumes::fleet::show;
use super::resumes::running::{Running, Serving, await_that, records};
use super::support::{Ended, Site, events};

/// The answer to `job check`.
fn checked(text: &str) -> Ended {
    Site::without_aws().file("job.toml", text).stepwell(&["job", "check", "job.toml"])
}

fn with_when(expression: &str) -> String {
    format!("name = \"job\"\n[[steps]]\nid = \"it\"\nuses = \"ec2-list\"\nwhen = \"${{{expression}}}\"\n")
}

#[test]
fn an_expression_that_makes_too_much_is_an_error_with_its_place() {
    let grown = |times: usize| format!("','{}", "|replace(',',',,,,,,,,,,')".repeat(times));
    let (list, large) = (format!("{}|split(',')", grown(4)), grown(5));
    for greedy in [
        format!("({list}|map(attribute='z',default={large})|string) == 1"),
        format!("({list}|join({large})|length) == 1"),
        format!("(({large} ~ {large} ~ {large})|split(',')|length) == 1"),
        format!("({}) == 1", vec![format!("({list}|sort|length)"); 12].join(" + ")),
        format!("{large} in [{}]", vec![large.as_str(); 20].join(", ")),
    ] {
        let ended = checked(&with_when(&greedy));
        let [what, because, next] = ended.three_lines(2);
        assert_eq!(what, "error: step `it` has an expression beyond the bounds");
        assert!(because.starts_with("because: job.toml:5:8: "), "{because}");
        assert!(because.len() < 500, "{because}");
        assert_eq!(next, "next: let the expression read and make less: shorter texts, shorter lists, fewer filters");
    }
}

#[test]
fn many_steps_that_each_make_much_are_an_error() {
    let much = format!("${{(','{}|split(','))|length > 1}}", "|replace(',',',,,,,,,,,,')".repeat(4));
    let step = |at: usize| format!("[[steps]]\nid = \"s{at}\"\nuses = \"ec2-list\"\nwhen = \"{much}\"\n");
    let ended = checked(&format!("name = \"job\"\n{}", (0..2_000).map(step).collect::<String>()));
    let [what, because, _] = ended.three_lines(2);
    assert!(what.contains("has an expression beyond the bounds"), "{what}");
    assert!(because.contains("the expressions of the job take too long"), "{because}");
}

#[test]
fn a_pattern_that_compiles_to_megabytes_is_an_error_with_its_place() {
    let step = "[[steps]]\nid = \"it\"\nuses = \"ec2-list\"\n";
    let option = checked(&format!("name = \"job\"\n[options.x]\npattern = '\\pL{{90}}'\n{step}"));
    let [_, because, _] = option.three_lines(2);
    assert!(because.starts_with("because: job.toml:3:11: the pattern is too large"), "{because}");
    let capture = checked(&format!("name = \"job\"\n{step}capture = {{ x = '(\\pL{{90}})' }}\n"));
    let [_, because, _] = capture.three_lines(2);
    assert!(because.starts_with("because: job.toml:5:17: the pattern is too large"), "{because}");
}

/// Each file alone is within the bounds.
#[test]
fn the_patterns_of_all_jobs_that_a_job_uses_are_bounded_together() {
    let option = |at: usize| format!("[options.o{at}]\npattern = '[^:*]{{1,512}}'\n");
    let options = (0..8).map(option).collect::<String>();
    let used = |at: usize| format!("[[steps]]\nid = \"s{at}\"\nuses = \"job:j{at}\"\n");
    let job = format!("name = \"job\"\n{}", (0..5).map(used).collect::<String>());
    let site = (0..5).fold(Site::without_aws().file("job.toml", job), |site, at| {
        let job = format!("name = \"j{at}\"\n{options}[[steps]]\nid = \"it\"\nuses = \"ec2-list\"\n");
        site.file(&format!("j{at}.toml"), job)
    });
    let ended = site.stepwell(&["job", "check", "job.toml"]);
    let [what, because, _] = ended.three_lines(2);
    assert_eq!(what, "error: the patterns of the job and of those that it uses are too large together");
    assert!(because.contains("may take 32 MiB, which this one exceeds (j"), "{because}");
}

#[test]
fn two_thousand_steps_with_many_needs_are_planned() {
    let needs =
        |at: usize| (at.saturating_sub(20)..at).map(|need| format!("\"s{need}\"")).collect::<Vec<_>>().join(", ");
    let step = |at: usize| format!("[[steps]]\nid = \"s{at}\"\nuses = \"ec2-list\"\nneeds = [{}]\n", needs(at));
    let ended = checked(&format!("name = \"job\"\n{}", (0..2_000).map(step).collect::<String>()));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

/// The largest job. What the engine does for one event must not grow with what all steps hold.
#[test]
fn a_run_of_two_thousand_steps_comes_to_its_end() {
    let when = |at: usize| match at {
        0 => "${job.name == 'another'}".to_owned(),
        at => format!("${{steps.s{}.status != 'skipped'}}", at - 1),
    };
    let step = |at: usize| format!("[[steps]]\nid = \"s{at}\"\nuses = \"ec2-list\"\nwhen = \"{}\"\n", when(at));
    let job = format!("name = \"job\"\n{}", (0..2_000).map(step).collect::<String>());
    let (code, lines) = Site::without_aws().file("job.toml", job).run_json();
    assert_eq!((code, events(&lines, "step_skipped").len()), (0, 2_000));
}

#[test]
fn a_slice_of_a_required_list_passes_the_check() {
    let ended = checked(
        "name = \"job\"\n[options.ids]\nmultiple = true\nrequired = true\n[[steps]]\nid = \"it\"\nuses = \"ec2-stop\"\n\
         with = { instance_id = \"${options.ids[1:]}\" }\n",
    );
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

/// A job of many items, each of which has an expression that costs as much as it may, and a plan that does.
fn hot() -> String {
    let grown = |seed: &str| format!("({seed} ~ ','){}", "|replace(',',',,,,,,,,,,')".repeat(4));
    let sorted = |seed: &str| format!("({}|split(',')|sort|length)", grown(seed));
    let item = vec![sorted("item"); 2].join(" + ");
    let items = (0..1_000).map(|at| format!("\"{at}\"")).collect::<Vec<_>>().join(", ");
    format!(
        "name = \"hot\"\n[options.id]\npattern = '(.{{1,255}})*'\ndefault = \"{}\"\n\
         [[steps]]\nid = \"never\"\nuses = \"noop\"\nwhen = \"${{{} == 1}}\"\n\
         [[steps]]\nid = \"each\"\nuses = \"noop\"\nfor_each = [{items}]\nwith = {{ sum = \"${{{item}}}\" }}\n",
        "x".repeat(4_000),
        sorted("'a'")
    )
}

fn quick() -> String {
    let step = |at: usize| format!("[[steps]]\nid = \"s{at}\"\nuses = \"noop\"\n");
    format!("name = \"quick\"\n{}", (0..100).map(step).collect::<String>())
}

/// The program has two threads for all runs. Work that blocked both would let another run take a few steps for each
/// item of the hot ones.
#[test]
fn other_runs_go_on_and_a_cancellation_takes_effect_while_a_run_computes_as_much_as_it_may() {
    let site = Site::without_aws().guest("noop").file("hot.toml", hot()).file("quick.toml", quick());
    let left = |job: &str| {
        let mut running = Running::start(site.command(&["run", job, "--output", "json"]));
        running.until("step_started");
        records(&running.kill())[0]["run"].as_str().expect("an id").to_owned()
    };
    let hot = ["hot.toml"; 3].map(left);
    let quick = left("quick.toml");
    let serving = Serving::start(&site);
    await_that("the quick run ends", || show(&site, &quick)["outcome"] == "succeeded");
    let during = hot.each_ref().map(|run| show(&site, run)["state"].clone());
    let cancelled = site.stepwell(&["runs", "cancel", &hot[0]]);
    await_that("one of the hot runs is cancelled", || show(&site, &hot[0])["outcome"] == "cancelled");
    let after = hot.each_ref().map(|run| show(&site, run)["state"].clone());
    drop(serving);
    assert_eq!((json!(during), cancelled.code), (json!(["open", "open", "open"]), 0), "{cancelled:?}");
    assert_eq!(json!(after), json!(["ended", "open", "open"]));
}
