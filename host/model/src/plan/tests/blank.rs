//! Options without a value: what is left out because of them, and what cannot be.

use super::*;

const OPTIONS: &str = "name = \"job\"\n[options.id]\n[options.count]\ntype = \"integer\"\n[options.ids]\nmultiple = true\n\
                       [options.token]\nsecret = true\n";

fn job(text: &str) -> Case {
    Case { options: &[], ..Case::job(format!("{OPTIONS}{text}")) }
}

fn step(keys: &str) -> Case {
    job(&format!("[[steps]]\nid = \"a\"\nuses = \"start\"\n{keys}\n"))
}

/// A second step whose `with` only the run knows.
fn after(with: &str) -> Case {
    let first = "[[steps]]\nid = \"a\"\nuses = \"start\"\nwith = { instance_id = \"i-1\" }\n";
    job(&format!("{first}[[steps]]\nid = \"b\"\nuses = \"start\"\nwith = {with}\n"))
}

fn plan(case: &Case) -> Plan {
    case.plan().unwrap_or_else(|error| panic!("{}\n{}", case.job, error.explain()))
}

fn config(case: &Case) -> Option<Json> {
    plan(case).steps.last().and_then(|step| step.call()?.config.clone())
}

#[test]
fn an_optional_property_is_left_out_and_a_required_one_is_an_error() {
    for code in ["options.count", "options.count|int", "options.count + 1", "options.ids[0]|int", "options.id|int|abs"]
    {
        let case = step(&format!("with = {{ instance_id = \"i-1\", count = \"${{{code}}}\" }}"));
        assert_eq!(config(&case), Some(json!({ "instance_id": "i-1" })), "{code}");
    }
    for code in ["options.count|default(none)", "none", "options.count|default(none)|int"] {
        let case = step(&format!("with = {{ instance_id = \"i-1\", count = \"${{{code}}}\" }}"));
        assert_eq!(config(&case), Some(json!({ "instance_id": "i-1" })), "{code}");
    }
    let error = step("with = { instance_id = \"${options.id}\" }").error();
    assert_eq!(
        error.explain(),
        "error: step `a` needs a value of the option `id`\n\
         because: job.toml:12:24: the option has no value, and what stands here cannot be left out\n\
         next: give --option id=…, or write ${options.id|default('…')}"
    );
    let given = Case { options: &[("id", "i-2")], ..step("with = { instance_id = \"${options.id}\" }") };
    assert_eq!(config(&given), Some(json!({ "instance_id": "i-2" })));
    let none = step("with = { instance_id = \"${options.id|default(none)}\" }").error();
    assert!(
        matches!(&none, PlanError::Config { violation, .. } if violation.message.contains("is missing")),
        "{none:?}"
    );
}

#[test]
fn what_cannot_be_left_out_needs_a_value_before_the_first_step() {
    let with = "with = { instance_id = \"i-1\" }";
    for (keys, option) in [
        ("with = { instance_id = \"i-${options.id}\" }".to_owned(), "id"),
        (format!("{with}\nwhen = \"${{options.count > 3}}\""), "count"),
        (format!("{with}\nfor_each = \"${{options.ids}}\""), "ids"),
        (format!("{with}\nfor_each = [\"${{options.id}}\"]"), "id"),
        (format!("{with}\nexport = {{ x = \"${{options.id}}\" }}"), "id"),
        (format!("{with}\nexport = {{ x = \"${{options.id ~ outputs.current_state}}\" }}"), "id"),
        (format!("{with}\n[outputs]\nx = \"${{options.id}}\""), "id"),
        (format!("{with}\n[outputs]\nx = [\"${{steps.a.outputs.current_state|default(options.id)}}\"]"), "id"),
        (format!("{with}\non_error = {{ uses = \"start\", with = {{ instance_id = \"${{options.id}}\" }} }}"), "id"),
        (
            format!(
                "{with}\n[[finally]]\nid = \"z\"\nuses = \"start\"\nwith = {{ instance_id = \"${{options.id}}\" }}"
            ),
            "id",
        ),
    ] {
        let error = step(&keys).error();
        assert!(matches!(&error, PlanError::BlankOption { option: found, .. } if found == option), "{keys}: {error:?}");
    }
    let lists = step(&format!("{with}\nfor_each = \"${{options.ids}}\"")).error();
    assert!(lists.next().ends_with("or write ${options.ids|default([…])}"), "{}", lists.explain());
    let secret = step("with = { instance_id = \"${options.token}\" }").error();
    assert_eq!(secret.next(), "give --option token=keys/…, or add a `key` to the option");
}

#[test]
fn what_only_the_run_can_evaluate_is_looked_at_before_it_all_the_same() {
    let later = "steps.a.outputs.current_state";
    let error = after(&format!("{{ instance_id = \"${{{later} ~ options.id}}\" }}")).error();
    assert!(matches!(&error, PlanError::BlankOption { option, .. } if option == "id"), "{error:?}");
    for code in [
        "options.id|default('') ~ steps.a.status",
        "options.id if options.id is defined else steps.a.status",
        "(options.id is undefined or options.id == 'x') and steps.a.status",
    ] {
        let case = after(&format!("{{ instance_id = \"${{{code}}}\" }}"));
        assert!(plan(&case).steps[1].call().is_some_and(|call| call.config.is_none()), "{code}");
    }
    // Left out in the plan and in the run alike.
    let case = after(&format!("{{ instance_id = \"${{{later}}}\", count = \"${{options.count + {later}|int}}\" }}"));
    let plan = plan(&case);
    let mut scope = Scope::of_job("job", None, &plan.options);
    scope.set("steps", json!({ "a": { "outputs": { "current_state": "i-7" } } }));
    let given = plan.steps[1].given(&plan.source, &scope).expect("it has a value");
    assert_eq!(plan.steps[1].accept(given, &plan, &[]).expect("it is accepted"), json!({ "instance_id": "i-7" }));
}

#[test]
fn a_condition_guards_what_the_step_reads() {
    let with = "with = { instance_id = \"${options.id}\" }";
    for when in [
        "${options.id is defined}",
        "${options.id is defined and options.id != 'i-3'}",
        "${run.id != 'x' and options.id is defined}",
        "${job.name == 'other'}",
    ] {
        plan(&step(&format!("{with}\nwhen = \"{when}\"")));
    }
    let error = step(&format!("{with}\nwhen = \"${{job.name == 'job'}}\"")).error();
    assert!(matches!(error, PlanError::BlankOption { .. }), "{error:?}");
}

#[test]
fn a_used_job_and_a_region_take_a_blank_option_as_one_that_is_not_given() {
    let sub = "name = \"sub\"\n[options.id]\ndefault = \"i-9\"\n[options.must]\nrequired = true\n\
               [[steps]]\nid = \"a\"\nuses = \"start\"\nwith = { instance_id = \"${options.id}\" }\n";
    let case = |with: &str| Case {
        jobs: vec![sub.to_owned()],
        ..job(&format!("[[steps]]\nid = \"a\"\nuses = \"job:sub\"\nwith = {with}\n"))
    };
    for id in ["${options.id}", "${options.id|default(none)}"] {
        let planned = plan(&case(&format!("{{ id = \"{id}\", must = \"x\" }}")));
        let Work::Job(inner) = &planned.steps[0].work else { panic!("{planned:?}") };
        assert_eq!(json!(inner.options), json!({ "id": "i-9", "must": "x" }));
    }
    let error = case("{ must = \"${options.id}\" }").error();
    assert!(matches!(&error, PlanError::BlankOption { option, .. } if option == "id"), "{error:?}");
    let region = |of_step: &str| Case {
        system: "[aws]\nregion = \"eu-west-1\"",
        ..step(&format!("with = {{ instance_id = \"i-1\" }}\naws = {{ region = \"{of_step}\" }}"))
    };
    let planned = plan(&region("${options.id}"));
    let region = planned.steps[0].call().and_then(|call| call.region.as_ref()).map(|region| region.value.to_string());
    assert_eq!(region.as_deref(), Some("eu-west-1"));
}

#[test]
fn a_run_that_an_earlier_version_began_is_resumed_and_leaves_its_mistakes_to_the_step() {
    let text = "with = { instance_id = \"${options.id}\" }\nexport = { x = \"${outputs.x|uper}\" }\n\
                retry = { attempts = 2, on = [\"Busy\"] }";
    let resumed = Case { now: Some(""), ..step(text) };
    let planned = plan(&resumed);
    let scope = Scope::of_job("job", None, &planned.options);
    let given = planned.steps[0].given(&planned.source, &scope).expect("the entry is left out");
    let error = planned.steps[0].accept(given, &planned, &[]).expect_err("the plugin needs it");
    assert!(matches!(&error, PlanError::BlankOption { option, .. } if option == "id"), "{error:?}");
    assert!(step(text).plan().is_err());
}
