//! Steps that consist of others.

use super::*;

fn expanded(step: &str, attempt: u32, into: Expansion, parts: &[&str]) -> What {
    let steps = parts.iter().map(|id| title(id)).collect();
    What::StepExpanded { step: path(step), attempt, deadline: Timestamp::MAX, into, steps, stand_ins: Vec::new() }
}

fn items(step: &str, attempt: u32, parts: &[&str]) -> What {
    expanded(step, attempt, Expansion::Items(vec![json!("i-1"), json!("i-2")]), parts)
}

fn job(step: &str, attempt: u32, parts: &[&str]) -> What {
    expanded(step, attempt, Expansion::Job(BTreeMap::new()), parts)
}

fn ids(report: &Report) -> Vec<&str> {
    report.steps.iter().map(|step| step.id.as_str()).collect()
}

#[test]
fn the_parts_of_a_step_stand_behind_it() {
    let mut report = run_of(&["a", "b", "b.on_error", "b_2"]);
    say(&mut report, items("b", 1, &["b[0]", "b[0].on_error", "b[1]", "b[1].on_error"]));
    say(&mut report, job("b[0]", 1, &["b[0].x", "b[0].x.on_error", "b[0].y"]));
    let expected = [
        "a",
        "b",
        "b[0]",
        "b[0].x",
        "b[0].x.on_error",
        "b[0].y",
        "b[0].on_error",
        "b[1]",
        "b[1].on_error",
        "b.on_error",
        "b_2",
    ];
    assert_eq!(ids(&report), expected);
    let items: Vec<_> = report.steps.items_of(&path("b")).map(|item| item.id.as_str()).collect();
    assert_eq!(items, ["b[0]", "b[1]"]);
    let whole = report.step(&path("b")).expect("it is there");
    assert_eq!((whole.status, whole.attempt), (Status::Running, 1));
    assert_eq!(whole.expansion, Some(Expansion::Items(vec![json!("i-1"), json!("i-2")])));
    say(&mut report, started_at(&path("b[0].x"), 1));
    say(&mut report, failed(&path("b[0].x")));
    assert_eq!(report.step(&path("b[0].x")).map(|step| step.status), Some(Status::Failed));
    assert_eq!(report.step(&path("b[0]")).map(|step| step.status), Some(Status::Running));
}

#[test]
fn another_attempt_has_parts_of_its_own_in_the_place_of_the_last_ones() {
    let mut report = run_of(&["a", "a.on_error", "b"]);
    say(&mut report, job("a", 1, &["a.x", "a.y"]));
    say(&mut report, job("a.x", 1, &["a.x.z"]));
    say(&mut report, failed(&path("a.y")));
    say(&mut report, retrying(&path("a")));
    assert_eq!(
        ids(&report),
        ["a", "a.x", "a.x.z", "a.y", "a.on_error", "b"],
        "until then they are those of the last one"
    );
    say(&mut report, job("a", 2, &["a.x", "a.y"]));
    assert_eq!(ids(&report), ["a", "a.x", "a.y", "a.on_error", "b"]);
    let y = report.step(&path("a.y")).expect("it is there");
    assert_eq!((y.status, &y.failure, y.attempt), (Status::NotStarted, &None, 0));
    assert_eq!(report.step(&path("a")).map(|step| step.attempt), Some(2));
}

#[test]
fn what_is_no_part_of_a_step_does_not_come_with_it() {
    for wrong in [&["a.x", "b.x"][..], &["a"], &["b"], &["a.on_error"], &["a_2"]] {
        refuses(&mut run_of(&["a", "a.on_error", "b"]), job("a", 1, wrong));
    }
    let mut report = run_of(&["a"]);
    refuses(&mut report, job("b", 1, &[]));
    say(&mut report, job("a", 1, &["a.x"]));
    refuses(&mut report, job("a", 2, &["a.x"]));
    say(&mut report, succeeded(&path("a")));
    refuses(&mut report, job("a", 2, &["a.x"]));
}

#[test]
fn a_list_without_items_has_no_parts() {
    let mut report = run_of(&["a", "b"]);
    say(&mut report, expanded("a", 1, Expansion::Items(Vec::new()), &[]));
    say(&mut report, succeeded(&path("a")));
    assert_eq!(ids(&report), ["a", "b"]);
}

#[test]
fn steps_in_an_order_that_no_job_has_are_no_reason_to_give_up() {
    let mut report = run_of(&["a.x", "a"]);
    say(&mut report, job("a", 1, &["a.y"]));
    assert_eq!(ids(&report), ["a", "a.y"]);
}

fn taken(step: &str, item: Option<Json>, rounds: u64) -> What {
    let outputs = Arc::new([("rounds".to_owned(), json!(rounds))].into());
    let exports = [(step.to_owned(), json!(rounds))].into();
    let (step, from, result) = (path(step), "r-0".parse().expect("valid"), TakenResult::Succeeded { outputs });
    What::StepTaken { step, from, item, result, captured: BTreeMap::new(), exports }
}

#[test]
fn a_result_of_an_earlier_run_is_that_of_the_step_at_once_or_once_its_whole_is_expanded() {
    let mut report = run_of(&["a", "b"]);
    say(&mut report, taken("a", None, 1));
    say(&mut report, taken("b[0]", Some(json!("i-1")), 2));
    // Another item stands in this place now.
    say(&mut report, taken("b[1]", Some(json!("i-9")), 3));
    say(&mut report, taken("b[1].x", None, 4));
    assert_eq!(report.exports, [("a".to_owned(), json!(1))].into());
    let outputs = |report: &Report, id: &str| {
        let step = report.step(&path(id)).expect("it is there").clone();
        (step.status, step.attempt, step.outputs.and_then(|outputs| outputs.get("rounds").cloned()))
    };
    assert_eq!(outputs(&report, "a"), (Status::Succeeded, 0, Some(json!(1))));
    say(&mut report, items("b", 1, &["b[0]", "b[1]"]));
    assert_eq!(outputs(&report, "b[0]"), (Status::Succeeded, 0, Some(json!(2))));
    assert_eq!(outputs(&report, "b[1]"), (Status::NotStarted, 0, None));
    assert_eq!(
        report.step(&path("b[0]")).and_then(|step| step.taken_from.clone()),
        Some("r-0".parse().expect("valid"))
    );
    assert_eq!(report.exports, [("a".to_owned(), json!(1)), ("b[0]".to_owned(), json!(2))].into());
    assert!(report.taken.is_empty(), "{:?}", report.taken);
    refuses(&mut report, taken("a", None, 1));
    refuses(&mut report, taken("z", None, 1));
}

#[test]
fn another_attempt_at_a_step_takes_nothing_from_an_earlier_run() {
    let mut report = run_of(&["a"]);
    say(&mut report, taken("a.x", None, 1));
    say(&mut report, job("a", 1, &["a.x", "a.y"]));
    assert_eq!(report.step(&path("a.x")).map(|step| step.status), Some(Status::Succeeded));
    say(&mut report, failed(&path("a.y")));
    say(&mut report, retrying(&path("a")));
    say(&mut report, job("a", 2, &["a.x", "a.y"]));
    assert_eq!(report.step(&path("a.x")).map(|step| step.status), Some(Status::NotStarted));
}
