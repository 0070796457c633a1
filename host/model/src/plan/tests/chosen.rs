//! What a job says once for many steps, and what its options choose: `[locals]`, `[defaults]`, `timeout`, `concurrency`.

use super::*;

const WITH: &str = "uses = \"start\"\nwith = { instance_id = \"i-1\" }\n";

fn job(head: &str, steps: &str) -> Case {
    let options = "[options.n]\ntype = \"integer\"\n[options.t]\n[options.id]\n";
    Case { options: &[], ..Case::job(format!("name = \"job\"\n{head}\n{options}{steps}")) }
}

fn step(id: &str, keys: &str) -> String {
    format!("[[steps]]\nid = \"{id}\"\n{WITH}{keys}\n")
}

fn plan(case: &Case) -> Plan {
    case.plan().unwrap_or_else(|error| panic!("{}\n{}", case.job, error.explain()))
}

fn read(text: &str) -> Result<Job, JobError> {
    Job::read(Source::new("job.toml", text))
}

#[test]
fn options_choose_timeouts_and_concurrency_before_the_run() {
    let keys = "for_each = [1]\nconcurrency = \"${options.n}\"\ntimeout = \"${options.t}\"";
    let case = |options| Case { options, ..job("timeout = \"${options.t}\"", &step("a", keys)) };
    let planned = plan(&case(&[("n", "3"), ("t", "90s")]));
    let seconds = Duration::from_secs(90);
    assert_eq!(planned.timeout, Some(seconds));
    assert_eq!(planned.steps[0].timeout, Setting { value: seconds, from: Level::Step });
    assert_eq!(planned.steps[0].for_each.as_ref().map(|each| each.concurrency), Some(3));
    // A blank option leaves them out.
    let planned = plan(&case(&[]));
    assert_eq!((planned.timeout, planned.steps[0].timeout.value), (None, DEFAULT_TIMEOUT));
    assert_eq!(planned.steps[0].for_each.as_ref().map(|each| each.concurrency), Some(1));
    for (options, key, line) in
        [(&[("n", "0")][..], "concurrency", 12), (&[("n", "300")], "concurrency", 12), (&[("t", "soon")], "timeout", 2)]
    {
        let error = Case { options, ..case(&[]) }.error();
        assert!(
            matches!(&error, PlanError::Chosen { key: found, place, .. } if *found == key && place.line == line),
            "{options:?}: {error:?}"
        );
    }
}

#[test]
fn what_only_the_run_knows_cannot_choose_them() {
    let later = |keys: &str| job("", &format!("{}{}", step("a", ""), step("b", keys)));
    for keys in [
        "timeout = \"${run.id}\"",
        "timeout = \"${now()}\"",
        "for_each = [1]\nconcurrency = \"${exports.x}\"\nexport = { x = 1 }",
    ] {
        assert!(matches!(later(keys).error(), PlanError::ChosenLate { .. }), "{keys}");
    }
    for keys in ["timeout = \"${steps.a.status}\"", "for_each = [1]\ntimeout = \"${item}\""] {
        let error = later(keys).error();
        assert!(matches!(error, PlanError::NotYetRun { .. } | PlanError::UnknownName { .. }), "{keys}: {error:?}");
    }
}

#[test]
fn locals_are_names_for_values_wherever_they_are_used() {
    let head = "[locals]\nid = \"i-${job.name|length}\"\ntwice = \"${locals.id}${locals.id}\"\nnote = \"${options.id}\"\n\
                last = \"${steps.a.outputs.current_state}\"\nfirst = \"${item}\"";
    let steps = "[[steps]]\nid = \"a\"\nuses = \"start\"\nwith = { instance_id = \"${locals.twice}\", count = \"${locals.note|int}\" }\n\
                 [[steps]]\nid = \"b\"\nuses = \"start\"\nwith = { instance_id = \"${locals.last}\" }\nwhen = \"${locals.id == 'i-3'}\"\n\
                 [[steps]]\nid = \"c\"\nuses = \"start\"\nwith = { instance_id = \"${locals.first}\" }\nfor_each = [\"i-1\"]\n";
    let planned = plan(&job(head, steps));
    let config = |at: usize| planned.steps[at].call().and_then(|call| call.config.clone());
    assert_eq!(config(0), Some(json!({ "instance_id": "i-3i-3" })));
    assert_eq!((config(1), config(2)), (None, None));
    let mut scope = Scope::of_job("job", None, &planned.options).with_locals(&planned.locals);
    scope.set("steps", json!({ "a": { "outputs": { "current_state": "i-7" } } }));
    let given = planned.steps[1].given(&planned.source, &scope).expect("it has a value");
    assert_eq!(planned.steps[1].accept(given, &planned, &[]).expect("it is accepted"), json!({ "instance_id": "i-7" }));
    let given = Case { options: &[("id", "4")], ..job(head, steps) };
    let config = plan(&given).steps[0].call().and_then(|call| call.config.clone());
    assert_eq!(config, Some(json!({ "instance_id": "i-3i-3", "count": 4 })));
}

#[test]
fn wrong_locals_are_told_at_their_place_also_when_no_step_uses_them() {
    for (local, next) in [
        ("${options.nope}", "use one of the valid names"),
        ("${steps.aa.status}", "write `a` instead of `aa`"),
        ("${job.name|uper}", "write `upper` instead of `uper`"),
        ("${locals.ids}", "write `id` instead of `ids`"),
    ] {
        let error = job(&format!("[locals]\nid = \"x\"\ny = \"{local}\""), &step("a", "")).error();
        assert_eq!(
            (error.next().as_str(), error.place().map(|place| place.line)),
            (next, Some(4)),
            "{}",
            error.explain()
        );
    }
    let later = job(
        "[locals]\nx = \"${steps.b.status}\"",
        &format!("{}{}", step("a", "when = \"${locals.x == 'a'}\""), step("b", "")),
    );
    assert!(matches!(later.error(), PlanError::NotYetRun { .. }));
    let unknown = job("[locals]\nx = 1", &step("a", "when = \"${locals.y == 1}\"")).error();
    assert!(matches!(&unknown, PlanError::UnknownName { name, .. } if name == "locals.y"), "{unknown:?}");
    let whole = job("[locals]\nx = 1", &step("a", "when = \"${locals|length == 1}\"")).error();
    assert!(matches!(&whole, PlanError::UnknownName { name, .. } if name == "locals"), "{whole:?}");
    let blank = job("[locals]\nx = \"${options.id}\"", &step("a", "when = \"${locals.x == 'a'}\"")).error();
    assert!(matches!(&blank, PlanError::BlankOption { option, .. } if option == "id"), "{blank:?}");
}

#[test]
fn locals_that_read_one_another_in_a_circle_or_too_deeply_are_refused() {
    let of = |locals: &str| read(&format!("name = \"a\"\n[locals]\n{locals}[[steps]]\nid = \"a\"\nuses = \"b\"\n"));
    let circle = of("x = \"${locals.y}\"\ny = [\"${locals.z}\"]\nz = \"${1 + locals.x}\"\n").expect_err("a circle");
    assert!(circle.to_string().ends_with("in a circle"), "{circle}");
    let chain = |length: usize| -> String {
        (1..length).map(|at| format!("x{at} = \"${{locals.x{} ~ locals.x{0}}}\"\n", at + 1)).collect::<String>()
            + &format!("x{length} = \"y\"\n")
    };
    assert!(of(&chain(8)).is_ok());
    assert!(of(&chain(9)).is_err_and(|error| error.to_string().ends_with("too deeply")));
    let many: String = (0..101).map(|at| format!("x{at} = 1\n")).collect();
    assert!(matches!(of(&many), Err(JobError::TooManyLocals { .. })));
    // Each is evaluated once for a value, however often it is used.
    let wide: String = (1..8)
        .map(|at| format!("x{at} = \"${{{}}}\"\n", vec![format!("locals.x{}", at + 1); 20].join(" ~ ")))
        .collect();
    let case = job(&format!("[locals]\n{wide}x8 = \"a\""), &step("a", "when = \"${locals.x4|length > 1}\""));
    assert!(plan(&case).steps[0].when.is_some());
    let deep = job(&format!("[locals]\n{wide}x8 = \"a\""), &step("a", "when = \"${locals.x1|length > 1}\"")).error();
    assert!(matches!(&deep, PlanError::Expression { error, .. } if error.is_bound), "{deep:?}");
}

#[test]
fn a_secret_is_found_behind_a_name_of_locals() {
    let mut plugin = plugin("start", Origin::Shipped);
    let mut schema = (*plugin.description.config_schema).clone();
    schema["properties"]["token"] = json!({ "type": "string", SECRET_TO: ["ec2:StartInstances"] });
    plugin.description.config_schema = schema.into();
    let text = "name = \"job\"\n[options.token]\nsecret = true\nkey = \"keys/shared/token\"\n[locals]\nt = \"${options.token}\"\n\
                [[steps]]\nid = \"a\"\nuses = \"start\"\nwith = { instance_id = \"i-1\", token = \"${locals.t}\" }\n";
    let planned = Case { options: &[], ..Case::job(text) }.plan_with(plugin).expect("it can be planned");
    let secrets = planned.steps[0].call().map(|call| call.secrets.len());
    assert_eq!(secrets, Some(1));
}

#[test]
fn defaults_hold_for_steps_that_say_nothing_themselves() {
    let head = "[defaults]\ntimeout = \"5m\"\nretry = { attempts = 3, delay = \"1s\" }";
    let sub = "name = \"sub\"\n[[steps]]\nid = \"x\"\nuses = \"start\"\nwith = { instance_id = \"i-1\" }\n";
    let own = step(
        "b",
        "timeout = \"1m\"\nretry = { attempts = 1 }\non_error = { uses = \"start\", with = { instance_id = \"i-1\" } }",
    );
    let uses = "[[steps]]\nid = \"c\"\nuses = \"job:sub\"\n[[finally]]\nid = \"z\"\nuses = \"start\"\nwith = { instance_id = \"i-1\" }\n";
    let case = Case { jobs: vec![sub.to_owned()], ..job(head, &format!("{}{own}{uses}", step("a", ""))) };
    let planned = plan(&case);
    let of = |step: &PlannedStep| (step.timeout.value.as_secs(), step.retry.as_ref().map(|retry| retry.attempts.0));
    let found: Vec<_> = planned.all_steps().map(of).collect();
    assert_eq!(found, [(300, Some(3)), (60, Some(1)), (24 * 3600, None), (300, Some(3))]);
    let handler = planned.steps[1].on_error.as_ref().expect("it has one");
    assert_eq!(of(&handler.step), (300, None));
    let Work::Job(inner) = &planned.steps[2].work else { panic!("{planned:?}") };
    assert_eq!(of(&inner.steps[0]), (3600, None));
    let chosen = Case { options: &[("t", "7s")], ..job("[defaults]\ntimeout = \"${options.t}\"", &step("a", "")) };
    assert_eq!(of(&plan(&chosen).steps[0]), (7, None));
    let aws = read(&format!("name = \"a\"\n[defaults.aws]\nregion = \"eu-central-1\"\n{}", step("a", "")));
    let aws = aws.expect_err("[aws] is the default of all steps");
    assert_eq!(aws.next(), "write it as [aws] of the job");
}

#[test]
fn a_code_that_no_one_fails_with_is_an_error_and_of_a_foreign_plugin_a_warning() {
    let with_own = |origin| {
        let mut plugin = plugin("start", origin);
        plugin.description.extra.failures =
            vec![crate::plugin::OwnFailure { code: "QuotaReached".to_owned(), summary: String::new() }];
        plugin
    };
    let case = |codes: &str| job("", &step("a", &format!("retry = {{ attempts = 2, on = [{codes}] }}")));
    assert!(case("\"Throttled\", \"QuotaReached\"").plan_with(with_own(Origin::Shipped)).is_ok());
    let error = case("\"Throttled\", \"Throtled\"").plan_with(with_own(Origin::Shipped)).map(|plan| plan.job);
    let error = error.expect_err("a misspelt code");
    assert_eq!(
        error.explain(),
        "error: step `a` retries on `Throtled`, with which it never fails\n\
         because: job.toml:11:9: neither the host nor a plugin of the step states this code\n\
         next: write `Throttled` instead of `Throtled`"
    );
    let foreign =
        Case { system: BOTH, ..case("\"QuotaReachd\"") }.plan_with(with_own(Origin::Home)).expect("it may fail so");
    let [warning] = &foreign.warnings[..] else { panic!("{:?}", foreign.warnings) };
    assert_eq!(warning.next(), "write `QuotaReached`, if that is meant");
}
