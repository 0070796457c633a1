//! The names that a step may read, and the keys of a step.

use super::*;
use crate::job::{Backoff, OnUncertain};

const WITH: &str = "uses = \"start\"\nwith = { instance_id = \"i-1\" }\n";

fn job(text: &str) -> Case {
    Case { options: &[], ..Case::job(format!("name = \"job\"\n{text}")) }
}

/// A step with these keys beside its plugin.
fn step(id: &str, keys: &str) -> String {
    format!("[[steps]]\nid = \"{id}\"\n{WITH}{keys}\n")
}

fn steps(steps: &[(&str, &str)]) -> Case {
    job(&steps.iter().map(|(id, keys)| step(id, keys)).collect::<String>())
}

fn plan(case: &Case) -> Plan {
    case.plan().unwrap_or_else(|error| panic!("{}\n{}", case.job, error.explain()))
}

/// The names that the plan refuses in an expression.
fn refused(case: &Case) -> String {
    match case.error() {
        PlanError::UnknownName { name, .. } => name,
        PlanError::NotYetRun { later, .. } => format!("later {later}"),
        PlanError::OutputOfList { name, .. } => format!("several {name}"),
        other => panic!("{}\n{}", case.job, other.explain()),
    }
}

fn reads(id: &str) -> String {
    format!("when = \"${{steps.{id}.status == 'failed'}}\"")
}

#[test]
fn a_step_reads_the_steps_that_are_surely_over() {
    let (a, b) = (reads("a"), reads("b"));
    let group = "parallel = \"g\"";
    let both = "when = \"${steps.b.status == steps.c.status and steps.a.status == 'failed'}\"";
    let cases: [&[(&str, &str)]; 6] = [
        &[("a", ""), ("b", &a)],
        &[("a", ""), ("b", ""), ("c", &a)],
        &[("a", ""), ("b", group), ("c", group), ("d", both)],
        &[("a", &format!("needs = [\"b\"]\n{b}")), ("b", "needs = []")],
        &[("a", ""), ("b", "needs = [\"a\"]"), ("x", "needs = []"), ("c", &format!("needs = [\"b\"]\n{a}"))],
        &[("a", ""), ("b", "needs = []"), ("c", &b)],
    ];
    for case in cases {
        plan(&steps(case));
    }
}

#[test]
fn what_may_not_be_over_cannot_be_read() {
    let (a, b) = (reads("a"), reads("b"));
    let group = "parallel = \"g\"";
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[("a", &b), ("b", "")], "later b"),
        (&[("a", &a)], "later a"),
        (&[("a", group), ("b", &format!("{group}\n{a}"))], "later a"),
        (&[("a", ""), ("b", &format!("needs = []\n{a}"))], "later a"),
        (&[("a", ""), ("b", "needs = []"), ("c", &a)], "later a"),
        (&[("a", ""), ("b", &reads("c"))], "steps.c.status"),
    ];
    for (case, expected) in cases {
        assert_eq!(refused(&steps(case)), expected, "{case:?}");
    }
    let own = steps(&[("a", "on_error = { uses = \"start\", with = { instance_id = \"${steps.a.failure.code}\" } }")]);
    assert_eq!(refused(&own), "later a");
    assert!(own.error().next().contains("`error` in `on_error`"), "{}", own.error().explain());
}

#[test]
fn steps_of_every_ending_read_all_others_and_are_read_by_the_outputs_alone() {
    let case = |a: &str, y: &str, z: &str, outputs: &str| {
        let finally = |id, keys| step(id, keys).replace("[[steps]]", "[[finally]]");
        let b = step("b", "parallel = \"g\"");
        job(&format!("{}{b}{}{}[outputs]\nx = \"{outputs}\"", step("a", a), finally("y", y), finally("z", z)))
    };
    let outcome = "when = \"${run.outcome == 'failed'}\"";
    plan(&case("parallel = \"g\"", &reads("b"), outcome, "${steps.z.status ~ steps.a.outputs.current_state}"));
    assert_eq!(refused(&case(&reads("y"), "", "", "x")), "later y");
    assert_eq!(refused(&case("", &reads("z"), "", "x")), "later z");
    assert_eq!(refused(&case(outcome, "", "", "x")), "run.outcome");
    assert_eq!(refused(&case("", "", "", "${run.outcome}")), "run.outcome");
    let of_other_list = case("", "needs = [\"a\"]", "", "x").error();
    assert!(of_other_list.because().ends_with("the other steps are `z`"), "{}", of_other_list.explain());
}

#[test]
fn what_a_step_needs_exists_and_does_not_need_it() {
    let error = steps(&[("stop", ""), ("b", "needs = [\"stpo\"]")]).error();
    assert!(matches!(&error, PlanError::UnknownNeed { place, .. } if (place.line, place.column) == (11, 10)));
    assert_eq!(error.next(), "write `stop` instead of `stpo`");
    let error = steps(&[("a", "needs = [\"b\"]"), ("b", "needs = [\"a\"]")]).error();
    assert!(error.because().ends_with("a needs b needs a"), "{}", error.explain());
    assert!(matches!(steps(&[("a", "needs = [\"a\"]")]).error(), PlanError::NeedCycle { .. }));
    let finally = "[[finally]]\nid = \"z\"\nuses = \"start\"\nneeds = [\"a\"]";
    let error = job(&format!("{}{finally}", step("a", ""))).error();
    assert!(matches!(&error, PlanError::UnknownNeed { known, .. } if known.is_empty()), "{error:?}");
}

const EACH: &str = "for_each = [\"i-1\", \"i-2\"]";

#[test]
fn an_item_is_known_where_the_step_runs_for_it_and_nowhere_else() {
    let each = |keys: &str| steps(&[("a", &format!("{EACH}\n{keys}")), ("b", "")]);
    for good in [
        "when = \"${item != 'i-2' and index > 0}\"",
        "on_error = { uses = \"start\", with = { instance_id = \"${item}\", count = \"${index}\" } }",
        "export = { last = \"${item ~ outputs.current_state}\" }",
    ] {
        plan(&each(good));
    }
    for (wrong, name) in [
        (steps(&[("a", "for_each = \"${item}\"")]), "item"),
        (steps(&[("a", "for_each = [\"${index}\"]")]), "index"),
        (steps(&[("a", EACH), ("b", "when = \"${index > 0}\"")]), "index"),
        (job(&format!("{}[outputs]\nx = \"${{item}}\"", step("a", EACH))), "item"),
    ] {
        assert_eq!(refused(&wrong), name);
    }
}

#[test]
fn the_outputs_of_a_step_with_a_list_are_a_list() {
    let read = |expression: &str| steps(&[("a", EACH), ("b", &format!("when = \"${{{expression} == 'running'}}\""))]);
    for good in [
        "steps.a.outputs[0].current_state",
        "steps.a.outputs|map(attribute='current_state')|unique|first",
        "steps.a.outputs|length",
    ] {
        plan(&read(good));
    }
    let error = read("steps.a.outputs.current_state").error();
    assert_eq!(error.to_string(), "step `b` reads `steps.a.outputs.current_state`, which is a list");
    assert!(error.next().contains("steps.a.outputs|map(attribute='current_state')"), "{}", error.explain());
}

#[test]
fn an_error_is_known_to_the_step_that_runs_because_of_it() {
    let handler = |expression: &str| {
        format!("on_error = {{ uses = \"start\", with = {{ instance_id = \"${{{expression}}}\" }} }}")
    };
    for good in ["error.code", "error.message", "error.step", "steps.a.outputs.current_state", "run.id"] {
        plan(&steps(&[("a", ""), ("b", &handler(good))]));
    }
    for wrong in ["error.reason", "outputs.current_state", "item", "run.outcome"] {
        assert_eq!(refused(&steps(&[("a", ""), ("b", &handler(wrong))])), wrong);
    }
    assert_eq!(refused(&steps(&[("a", "when = \"${error.code == 'X'}\"")])), "error.code");
    let cleared =
        &plan(&steps(&[("a", "on_error = { uses = \"start\", with = { instance_id = \"i-1\" }, continue = true }")]));
    let handler = cleared.steps[0].on_error.as_ref().expect("it has one");
    assert!(handler.clears && handler.step.id.as_str() == ON_ERROR);
}

#[test]
fn what_a_step_exports_is_known_everywhere_and_made_from_its_own_outputs() {
    let export = |value: &str| format!("export = {{ last = \"{value}\" }}");
    let reader = "when = \"${exports.last == 'x'}\"";
    plan(&steps(&[("a", reader), ("b", &export("${outputs.current_state}")), ("c", reader)]));
    plan(&job(&format!("{}[outputs]\nx = \"${{exports.last}}\"", step("a", &export("x")))));
    for (wrong, name) in [
        (export("${outputs.curent_state}"), "outputs.curent_state"),
        ("when = \"${outputs.current_state == 'x'}\"".to_owned(), "outputs.current_state"),
        ("when = \"${exports.lsat == 'x'}\"".to_owned(), "exports.lsat"),
    ] {
        assert_eq!(refused(&steps(&[("a", ""), ("b", &wrong)])), name);
    }
}

#[test]
fn what_is_captured_is_known_of_each_step_by_the_names_of_the_job_and_its_own() {
    let capture = "capture = { volume = \"own (.)\", state = \"(.+)\" }";
    let case = |reader: &str| {
        let reader = format!("when = \"${{{reader} == 'x'}}\"");
        let job_wide = "capture = { volume = \"created (.+)\", note = \"note (.)\" }\n";
        job(&format!("{job_wide}{}{}{}", step("a", capture), step("b", ""), step("c", &reader)))
    };
    for good in ["steps.a.captured.state", "steps.a.captured.note", "steps.b.captured.volume", "steps.b.captured"] {
        plan(&case(good));
    }
    assert_eq!(refused(&case("steps.b.captured.state")), "steps.b.captured.state");
    let list = step("a", &format!("{EACH}\n{capture}"));
    let of_list = job(&format!("{list}{}", step("b", "when = \"${steps.a.captured.state == 'x'}\"")));
    assert_eq!(refused(&of_list), "steps.a.captured.state");
    let plan = plan(&case("steps.b.status"));
    let patterns = |step: usize| {
        let captures =
            plan.steps[step].captures.iter().map(|capture| (capture.name.as_str(), capture.pattern.as_str()));
        captures.collect::<BTreeMap<_, _>>()
    };
    assert_eq!(patterns(0), BTreeMap::from([("note", "note (.)"), ("state", "(.+)"), ("volume", "own (.)")]));
    assert_eq!(patterns(1), BTreeMap::from([("note", "note (.)"), ("volume", "created (.+)")]));
}

#[test]
fn the_outputs_of_a_job_are_checked_as_its_steps_are() {
    let case = |value: &str| job(&format!("{}[outputs]\nx = {value}", step("a", "")));
    assert_eq!(plan(&case("{ y = [\"${steps.a.outputs.current_state}\", 3] }")).outputs.len(), 1);
    let error = case("\"${steps.a.outputs.curent_state}\"").error();
    assert!(error.to_string().starts_with("a value of the job reads"), "{error}");
    assert!(error.because().starts_with("job.toml:8:5:"), "{}", error.explain());
    assert!(matches!(case("\"${\"").error(), PlanError::Expression { step: None, .. }));
}

#[test]
fn a_filter_that_does_not_exist_is_found_wherever_it_stands() {
    let wrong = "${steps.a.outputs.current_state|uper}";
    let of = |keys: &str| steps(&[("a", ""), ("b", keys)]);
    let on_error = format!("on_error = {{ uses = \"start\", with = {{ instance_id = \"{wrong}\" }} }}");
    let finally = format!("[[finally]]\nid = \"z\"\n{WITH}when = \"{wrong}\"\n");
    for case in [
        of(&format!("when = \"{wrong}\"")),
        of(&format!("for_each = \"{wrong}\"")),
        of(&format!("export = {{ x = \"{wrong}\" }}")),
        of(&format!("aws = {{ region = \"{wrong}\" }}")),
        of(&on_error),
        job(&format!("{}{finally}", step("a", ""))),
        job(&format!("{}[outputs]\nx = [{{ y = \"{wrong}\" }}]", step("a", ""))),
    ] {
        let error = case.error();
        assert!(matches!(&error, PlanError::Expression { place, .. } if place.line > 5), "{error:?}");
        assert_eq!(error.next(), "write `upper` instead of `uper`", "{}", case.job);
    }
}

#[test]
fn a_condition_and_a_list_that_are_known_are_what_they_have_to_be() {
    let options =
        "[options.flag]\ntype = \"boolean\"\ndefault = false\n[options.ids]\nmultiple = true\ndefault = [\"a\"]\n";
    let case = |key: &str| job(&format!("{options}{}{}", step("a", ""), step("b", key)));
    for good in [
        "when = true",
        "when = \"${options.flag}\"",
        "when = \"${steps.a.outputs.current_state}\"",
        "for_each = []",
        "for_each = \"${options.ids}\"",
        "for_each = [\"${steps.a.status}\", { a = 1 }, 3]",
        "for_each = \"${steps.a.outputs.current_state}\"",
    ] {
        plan(&case(good));
    }
    for wrong in [
        "when = \"yes\"",
        "when = 1",
        "when = \"${options.ids}\"",
        "when = \"${options.flag} \"",
        "when = [\"${steps.a.status}\"]",
        "for_each = 3",
        "for_each = \"${options.flag}\"",
        "for_each = \"a\"",
        "for_each = { a = 1 }",
    ] {
        let error = case(wrong).error();
        assert!(matches!(&error, PlanError::ValueType { place, .. } if place.line == 17), "{wrong}: {error:?}");
    }
}

#[test]
fn what_a_step_says_is_in_its_plan_and_what_it_does_not_say_has_a_default() {
    let keys = "docs = \"d\"\nfor_each = [1]\nconcurrency = 3\ntimeout = \"5m\"\non_uncertain = \"skip\"\n\
                retry = { attempts = 3, delay = \"10s\", backoff = \"exponential\", on = [\"Throttled\"] }";
    let plan = plan(&job(&format!(
        "keep_going = true\ntimeout = \"2h\"\non_uncertain = \"fail\"\n{}{}",
        step("a", keys),
        step("b", EACH)
    )));
    let [a, b] = &plan.steps[..] else { panic!("{:?}", plan.steps) };
    let retry = a.retry.as_ref().expect("it has one");
    assert_eq!(
        (retry.attempts.0, retry.backoff, retry.on.as_deref()),
        (3, Backoff::Exponential, Some(&["Throttled".to_owned()][..]))
    );
    assert_eq!(a.timeout, Setting { value: Duration::from_secs(300), from: Level::Step });
    let concurrency = |step: &PlannedStep| step.for_each.as_ref().map(|each| each.concurrency);
    assert_eq!((concurrency(a), concurrency(b)), (Some(3), Some(1)));
    assert_eq!((a.on_uncertain, b.on_uncertain), (OnUncertain::Skip, OnUncertain::Fail));
    assert_eq!(b.needs, [Need { step: a.id.clone(), at: 0, success: false }]);
    assert_eq!((plan.keep_going, plan.timeout), (true, Some(Duration::from_secs(7_200))));
}
