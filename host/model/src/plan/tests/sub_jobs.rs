//! Jobs that use jobs.

use super::*;
use crate::id::StepPath;

/// A job with options of several types, a step with an error handler, and an output.
const SUB: &str = r#"
name = "sub"
[options.id]
required = true
pattern = "i-.*"
[options.note]
default = "none"
[options.size]
type = "integer"
[options.tags]
multiple = true
values = ["a", "b"]
[options.token]
secret = true
key = "keys/shared/token"
[[steps]]
id = "stop"
uses = "start"
with = { instance_id = "${options.id}" }
on_error = { uses = "other", with = { instance_id = "${options.id}" } }
export = { stopped = "${outputs.current_state}" }
[outputs]
state = "${steps.stop.outputs.current_state}"
"#;

const HEAD: &str =
    "name = \"job\"\n[options.size]\ntype = \"integer\"\n[options.token]\nsecret = true\nkey = \"keys/shared/other\"\n";

/// A job whose step `cleanup` uses another one, with these keys.
fn case(keys: &str) -> Case {
    let job = format!("{HEAD}[[steps]]\nid = \"cleanup\"\nuses = \"job:sub\"\n{keys}\n");
    Case { options: &[], jobs: vec![SUB.to_owned()], ..Case::job(job) }
}

fn try_plan(case: &Case) -> Result<Plan, PlanError> {
    case.plan_with_all([plugin("start", Origin::Shipped), plugin("other", Origin::Shipped)])
}

fn plan(case: &Case) -> Plan {
    try_plan(case).unwrap_or_else(|error| panic!("{}\n{}", case.job, error.explain()))
}

fn error(case: &Case) -> PlanError {
    try_plan(case).map(|plan| plan.job).expect_err("the job cannot run")
}

fn inner(plan: &Plan) -> &Plan {
    match &plan.steps[0].work {
        Work::Job(inner) => inner,
        Work::Plugin(call) => panic!("{call:?}"),
    }
}

#[test]
fn the_options_of_a_sub_job_have_the_values_that_are_known_before_the_run() {
    let options = |case: &Case| {
        let mut options = json!(inner(&plan(case)).options);
        options.as_object_mut().expect("a table").remove("token");
        options
    };
    let literal = case("with = { id = \"i-1\", size = 3, tags = [\"a\"] }");
    assert_eq!(options(&literal), json!({ "id": "i-1", "note": "none", "size": 3, "tags": ["a"] }));
    let expression =
        Case { options: &[("size", "4")], ..case("with = { id = \"i-${run.id}\", size = \"${options.size}\" }") };
    assert_eq!(options(&expression), json!({ "note": "none", "size": 4 }));
    let without = case("with = { id = \"${options.size|default('i-0')}\", note = \"\" }");
    assert_eq!(options(&without), json!({ "id": "i-0", "note": "" }));
    let config = inner(&plan(&literal)).steps[0].call().expect("a plugin").config.clone();
    assert_eq!(config, Some(json!({ "instance_id": "i-1" })));
}

#[test]
fn a_sub_job_gets_all_the_options_that_it_needs_no_others_and_none_of_another_type() {
    let missing = error(&case("with = { note = \"x\" }"));
    assert!(
        matches!(&missing, PlanError::MissingWith { name, place, .. } if name.as_str() == "id" && place.line == 10)
    );
    assert!(matches!(error(&case("")), PlanError::MissingWith { place, .. } if place.line == 9));
    let unknown = error(&case("with = { id = \"i-1\", noet = \"x\" }"));
    assert_eq!(unknown.next(), "write `note` instead of `noet`");
    assert!(unknown.because().starts_with("job.toml:10:29:"), "{}", unknown.explain());
    for (with, name) in [
        ("id = \"x-1\"", "id"),
        ("id = \"\"", "id"),
        ("id = 1", "id"),
        ("id = \"i-1\", size = \"3\"", "size"),
        ("id = \"i-1\", size = 3.5", "size"),
        ("id = \"i-1\", tags = \"a\"", "tags"),
        ("id = \"i-1\", tags = [\"a\", \"c\"]", "tags"),
        ("id = \"i-1\", note = { a = 1 }", "note"),
    ] {
        let wrong = error(&case(&format!("with = {{ {with} }}")));
        assert!(matches!(&wrong, PlanError::OptionValue { name: of, .. } if of.as_str() == name), "{with}: {wrong:?}");
    }
}

#[test]
fn a_secret_goes_through_as_its_placeholder_and_as_nothing_else() {
    let through = plan(&case("with = { id = \"i-1\", token = \"${options.token}\" }"));
    let sub = inner(&through);
    assert_eq!(sub.options["token"], through.options["token"]);
    assert!(sub.secrets.is_empty(), "it is the other job's");
    let own = plan(&case("with = { id = \"i-1\" }"));
    let sub = inner(&own);
    assert_ne!(sub.options["token"], own.options["token"]);
    assert_eq!(sub.secrets["token"].key.as_ref().map(KeyPath::as_str), Some("keys/shared/token"));
    for literal in ["\"hunter2\"", "[\"hunter2\"]", "\"${'hunter' ~ 2}\""] {
        let wrong = error(&case(&format!("with = {{ id = \"i-1\", token = {literal} }}")));
        assert!(matches!(wrong, PlanError::SecretWith { .. }), "{wrong:?}");
        assert!(!wrong.explain().contains("hunter2"), "{}", wrong.explain());
    }
    let asked = Case {
        jobs: vec![SUB.replace("key = \"keys/shared/token\"", "required = true")],
        ..case("with = { id = \"i-1\" }")
    };
    assert!(matches!(error(&asked), PlanError::MissingWith { name, .. } if name.as_str() == "token"));
    let foreign = Case {
        jobs: vec![SUB.replace("keys/shared/token", "keys/project/shop/token")],
        ..case("with = { id = \"i-1\" }")
    };
    assert!(matches!(error(&foreign), PlanError::Credentials(_)));
}

/// Jobs `j1`, `j2`, …, each of which uses the next one several times.
fn chain(jobs: usize, times: usize) -> Case {
    let job = |at: usize| {
        let uses = |time| format!("[[steps]]\nid = \"s{time}\"\nuses = \"job:j{}\"\n", at + 1);
        format!("name = \"j{at}\"\n{}", (0..times).map(uses).collect::<String>())
    };
    let last = format!("name = \"j{jobs}\"\n[[steps]]\nid = \"s0\"\nuses = \"start\"\nwith = {GOOD}\n");
    Case { options: &[], jobs: (2..jobs).map(job).chain([last]).collect(), ..Case::job(job(1)) }
}

#[test]
fn jobs_that_use_one_another_or_too_many_or_none_at_all_are_refused() {
    let unknown = Case { jobs: Vec::new(), ..case("") };
    assert!(error(&unknown).because().starts_with("there is no `sub.toml` beside the job file (job.toml:9:8)"));
    let back = |to: &str| {
        let case = case("with = { id = \"i-1\" }");
        let sub = SUB.replace("uses = \"other\"", &format!("uses = \"job:{to}\""));
        Case { jobs: vec![sub, case.job.clone()], ..case }
    };
    for (to, path) in [("job", "job → sub → job"), ("sub", "job → sub → sub")] {
        let wrong = error(&back(to));
        assert!(matches!(&wrong, PlanError::JobCycle { .. }) && wrong.because().ends_with(path), "{}", wrong.explain());
    }
    assert_eq!(plan(&chain(8, 1)).all_plans().len(), 8);
    assert!(matches!(error(&chain(9, 1)), PlanError::JobDepth { path, .. } if path.len() == 9));
    assert_eq!(plan(&chain(3, 25)).plugin_calls().len(), 625);
    assert!(matches!(error(&chain(5, 40)), PlanError::TooManySteps { .. }));
}

#[test]
fn keys_that_say_nothing_of_a_job_are_refused() {
    for (key, name) in [
        ("aws = { region = \"eu-central-1\" }", "aws"),
        ("on_uncertain = \"retry\"", "on_uncertain"),
        ("capture = { a = \"(.)\" }", "capture"),
    ] {
        let text = case(key).job;
        let refused = Job::read(Source::new("job.toml", text)).map(|job| job.name).expect_err(key);
        assert!(matches!(&refused, JobError::WithoutEffect { key, .. } if *key == name), "{refused:?}");
    }
}

#[test]
fn a_sub_job_shows_its_outputs_and_its_exports_and_nothing_else_of_it() {
    let reader = |value: &str| {
        let with = "with = { id = \"i-1\" }\n";
        case(&format!("{with}[[steps]]\nid = \"b\"\nuses = \"start\"\nwith = {{ instance_id = \"${{{value}}}\" }}"))
    };
    for good in ["steps.cleanup.outputs.state", "exports.stopped", "steps.cleanup.failure.code"] {
        plan(&reader(good));
    }
    for wrong in ["steps.cleanup.outputs.current_state", "steps.stop.outputs.current_state", "steps.cleanup.captured.a"]
    {
        assert!(matches!(error(&reader(wrong)), PlanError::UnknownName { name, .. } if name == wrong), "{wrong}");
    }
    let from_within =
        Case { jobs: vec![SUB.replace("${options.id}", "${options.other}")], ..case("with = { id = \"i-1\" }") };
    let PlanError::UnknownName { place, .. } = error(&from_within) else { panic!("it is no option of the sub-job") };
    assert_eq!(place.file, "sub.toml");
}

#[test]
fn a_job_is_given_as_long_as_the_step_says_or_it_says_itself() {
    let timeout = |step: &str, sub: &str| {
        let jobs = vec![format!("{sub}\n{SUB}")];
        let plan = plan(&Case { jobs, ..case(&format!("with = {{ id = \"i-1\" }}\n{step}")) });
        (plan.steps[0].timeout.value.as_secs() / 60, plan.steps[0].timeout.from)
    };
    let (own, of_step) = ("timeout = \"90m\"", "timeout = \"5m\"");
    assert_eq!(timeout(of_step, own), (5, Level::Step));
    assert_eq!(timeout("", own), (90, Level::Job));
    assert_eq!(timeout("", ""), (24 * 60, Level::Default));
}

/// A step with an error handler that runs a job for each item of a list.
fn nested() -> Plan {
    let keys = "with = { id = \"${item}\" }\nfor_each = [\"i-1\", \"i-2\"]\non_error = { uses = \"job:sub\", with = { id = \"i-3\" } }\n\
                [[finally]]\nid = \"tell\"\nuses = \"start\"\nwith = { instance_id = \"i-4\" }";
    plan(&case(keys))
}

#[test]
fn every_call_of_a_plugin_has_a_path_by_which_it_is_found() {
    let plan = nested();
    let calls: Vec<_> =
        plan.plugin_calls().into_iter().map(|(path, _, call)| format!("{path} {}", call.plugin.name)).collect();
    assert_eq!(
        calls,
        [
            "cleanup.stop start",
            "cleanup.stop.on_error other",
            "cleanup.on_error.stop start",
            "cleanup.on_error.stop.on_error other",
            "tell start",
        ]
    );
    for (path, step, _) in plan.plugin_calls() {
        assert_eq!(plan.find(&path).map(|found| &found.step.place), Some(&step.place), "{path}");
    }
}

#[test]
fn a_path_of_a_run_leads_to_its_step_and_what_is_none_leads_nowhere() {
    let plan = nested();
    let find = |path: &str| plan.find(&path.parse::<StepPath>().expect("it is a path"));
    let found = find("cleanup[2].stop.on_error").expect("it is there");
    assert_eq!((found.plan.job.as_str(), found.step.uses().as_str(), found.index), ("sub", "other", None));
    let item = find("cleanup[0]").expect("it is there");
    assert_eq!((item.plan.job.as_str(), item.index, item.is_list()), ("job", Some(0), false));
    assert!(find("cleanup").is_some_and(|found| found.is_list()));
    assert_eq!(find("cleanup[1].on_error").map(|found| found.step.uses()).as_deref(), Some("job:sub"));
    for nowhere in [
        "stop",
        "cleanup.start",
        "cleanup[0].stop[0]",
        "tell[0]",
        "tell.on_error",
        "cleanup.stop.on_error.stop",
        "cleanup.on_error[0]",
    ] {
        assert!(find(nowhere).is_none(), "{nowhere}");
    }
}

#[test]
fn the_titles_of_parts_are_where_a_run_puts_them() {
    let plan = nested();
    let titles = |plan: &Plan, of: Option<&str>| {
        let of = of.map(|of| of.parse::<StepPath>().expect("it is a path"));
        plan.titles(of.as_ref())
            .into_iter()
            .map(|title| format!("{} {} {}", title.id, title.uses, title.finally))
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(&plan, None), ["cleanup job:sub false", "tell start true"]);
    let item = plan.steps[0].titles("cleanup[1]".parse().expect("it is a path"));
    assert_eq!(item.iter().map(|title| title.id.as_str()).collect::<Vec<_>>(), ["cleanup[1]", "cleanup[1].on_error"]);
    assert_eq!(
        titles(inner(&plan), Some("cleanup[1]")),
        ["cleanup[1].stop start false", "cleanup[1].stop.on_error other false"]
    );
}

#[test]
fn the_policy_covers_sub_jobs_and_what_runs_on_errors() {
    let only = |name: &str, function: &str| {
        let functions = vec![ImportedFunction::typed("ec2", function)];
        Plugin { imports: Imports { functions, wasi: Vec::new() }, ..plugin(name, Origin::Shipped) }
    };
    let sub = format!("{SUB}\n[aws]\nregion = \"cn-north-1\"");
    let handler = "on_error = { uses = \"third\", with = { instance_id = \"i-3\" } }";
    let case = Case { jobs: vec![sub], ..case(&format!("with = {{ id = \"i-1\" }}\n{handler}")) };
    let plugins =
        [only("start", "start-instances"), only("other", "stop-instances"), only("third", "describe-instances")];
    let policy = own_policy(&case.plan_with_all(plugins).unwrap_or_else(|error| panic!("{}", error.explain())));
    assert_eq!(
        policy["Statement"],
        json!([
            { "Effect": "Allow", "Action": ["ec2:DescribeInstances"], "Resource": "*" },
            {
                "Effect": "Allow",
                "Action": ["ec2:StartInstances", "ec2:StopInstances"],
                "Resource": ["arn:aws:ec2:*:*:instance/*", "arn:aws-cn:ec2:*:*:instance/*"],
            },
        ])
    );
}
