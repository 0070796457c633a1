//! Which secrets a step may send, and where to.

use super::*;
use crate::destination::Leaving;

/// A job with a secret option, with these further keys of the option, and a step with this `with`.
fn case(option: &str, with: &str) -> Case {
    let head = "name = \"job\"\n[options.token]\nsecret = true\n";
    let job = format!("{head}{option}\n[[steps]]\nid = \"a\"\nuses = \"start\"\nwith = {{ {with} }}\n");
    Case { options: &[], ..Case::job(job) }
}

const SHARED: &str = "key = \"keys/shared/token\"";
const OWN: &str = "key = \"keys/project/web/token\"";
const TYPED: &str = "required = true";

/// A plugin that may hold a secret in `text`, as it says, and not in `other`.
fn sender(origin: Origin) -> Plugin {
    let schema = json!({
        "type": "object",
        "properties": { "text": { SECRET_TO: ["ec2:StartInstances"] }, "other": true, "list": true },
    });
    let described = plugin("start", origin);
    Plugin { description: Description { config_schema: schema.into(), ..described.description.clone() }, ..described }
}

fn planned(case: &Case, origin: Origin) -> Result<Vec<String>, String> {
    let plan = case.plan_with(sender(origin)).map_err(|error| error.explain())?;
    let call = plan.steps[0].call().expect("it uses a plugin");
    Ok(call.secrets.iter().flat_map(|secret| &secret.reach).map(ToString::to_string).collect())
}

const IN_TEXT: &str = "text = \"x ${options.token}\"";

#[test]
fn without_a_word_of_the_owner_a_shipped_plugin_sends_what_its_schema_declares_and_another_nothing() {
    for option in [SHARED, OWN, TYPED] {
        let of = |with: &str, origin| planned(&Case { project: Some(""), ..case(option, with) }, origin);
        assert_eq!(of(IN_TEXT, Origin::Shipped), Ok(vec!["ec2:StartInstances".to_owned()]), "{option}");
        assert_eq!(of("other = \"${options['token']|length}\"", Origin::Shipped), Ok(vec![]), "{option}");
        for (with, origin, because) in [
            ("other = \"${options.token}\"", Origin::Shipped, "`other` of `start` is not meant for secrets, and "),
            ("other = [{ a = \"${options['token']}\" }]", Origin::Shipped, "`other` of `start` is not meant"),
            (IN_TEXT, Origin::Home, "plugin `start` does not ship with Stepwell, and "),
            (IN_TEXT, Origin::Project, "plugin `start` does not ship with Stepwell, and "),
        ] {
            let project = Some("[grants.start]\nallow = [\"*\"]");
            let system = "[grants.start]\nallow = [\"*\"]";
            let error = planned(&Case { project, system, ..case(option, with) }, origin).expect_err(with);
            assert!(error.contains(because), "{with}: {error}");
            let line = match option {
                SHARED => "add [secrets.\"keys/shared/token\"] with to = [\"ec2:DescribeInstances\"] to stepwell.toml",
                OWN => "add [secrets.\"keys/project/web/token\"] with to = [\"ec2:DescribeInstances\"] to project.toml",
                _ => "add to = [\"ec2:DescribeInstances\"] to [options.token] (job.toml:2:1)",
            };
            assert!(error.contains(line) && error.ends_with("; it may also call `ec2:StartInstances`"), "{error}");
        }
    }
}

#[test]
fn the_owner_decides_and_every_other_file_only_narrows() {
    let to = |key: &str, actions: &str| format!("[secrets.\"{key}\"]\nto = [{actions}]\n");
    let (both, start, describe) =
        ("\"ec2:StartInstances\", \"ec2:DescribeInstances\"", "\"ec2:StartInstances\"", "\"ec2:DescribeInstances\"");
    let (shared, own) = ("keys/shared/", "keys/project/web/");
    let none = String::new();
    let cases = [
        // key, system, project, job, the actions
        (SHARED, to(shared, both), none.clone(), none.clone(), "ec2:DescribeInstances ec2:StartInstances"),
        (SHARED, to(shared, both), to(shared, describe), none.clone(), "ec2:DescribeInstances"),
        (SHARED, to(shared, describe), to(shared, start), none.clone(), "nowhere"),
        (SHARED, to(shared, describe), none.clone(), format!("to = [{both}]"), "ec2:DescribeInstances"),
        (SHARED, to(shared, describe), none.clone(), format!("to = [{start}]"), "nowhere"),
        (SHARED, to(shared, ""), none.clone(), format!("to = [{both}]"), "nowhere"),
        (SHARED, to(own, both), to(shared, both), format!("to = [{both}]"), "nowhere"),
        (OWN, none.clone(), to(own, both), none.clone(), "ec2:DescribeInstances ec2:StartInstances"),
        (OWN, to(own, start), to(own, both), none.clone(), "ec2:StartInstances"),
        (OWN, to("keys/", describe), none.clone(), none.clone(), "ec2:DescribeInstances"),
        (OWN, none.clone(), to(own, both), format!("to = [{start}]"), "ec2:StartInstances"),
        (TYPED, to("keys/", ""), to("keys/", ""), format!("to = [{describe}]"), "ec2:DescribeInstances"),
    ];
    for (key, system, project, job, expected) in cases {
        let grants = "[grants.start]\nallow = [\"*\"]\n";
        let (system, project) = (format!("{system}{grants}"), format!("{project}{grants}"));
        let words = format!("{key}\n{system}\n{project}\n{job}");
        let case = case(&format!("{key}\n{job}"), IN_TEXT);
        let case = Case { system: system.leak(), project: Some(project.leak()), ..case };
        let found = planned(&case, Origin::Project).map_or_else(|_| "nowhere".to_owned(), |to| to.join(" "));
        assert_eq!(found, expected, "{words}");
    }
}

#[test]
fn a_step_has_only_the_secrets_that_its_own_with_names() {
    let head = "name = \"job\"\n[options.token]\nsecret = true\nkey = \"keys/a\"\n[options.pin]\nsecret = true\nkey = \"keys/b\"\n[options.plain]\n";
    let first = "[[steps]]\nid = \"first\"\nuses = \"start\"\nwith = { text = \"${options.token}\" }\n";
    let names = |with: &str, more: &str| {
        let step = format!("[[steps]]\nid = \"a\"\nuses = \"start\"\nwith = {{ {with} }}\n{more}\n");
        let job = format!("{head}{first}{step}");
        let case = Case { options: &[("plain", "x")], ..Case::job(job) };
        let plan = case.plan_with(sender(Origin::Shipped)).unwrap_or_else(|error| panic!("{}", error.explain()));
        let call = |step: &PlannedStep| {
            let secrets = &step.call().expect("it uses a plugin").secrets;
            secrets.iter().map(|secret| secret.option.to_string()).collect::<Vec<_>>().join(" ")
        };
        let handler = plan.steps[1].on_error.as_ref().map(|handler| call(&handler.step));
        (call(&plan.steps[1]), handler)
    };
    let item = "for_each = [{ t = \"${options.pin}\" }]";
    for (with, more, expected, of_handler) in [
        ("text = \"${options.plain}\"", "", "", None),
        ("text = \"${steps.first.outputs}\"", "", "", None),
        ("text = \"${steps.first.status}\"", "when = \"${options.token != ''}\"", "", None),
        ("text = [\"${options.token}\", \"${options.pin}\"]", "", "pin token", None),
        ("text = \"${options['token']}\"", "", "token", None),
        ("text = \"${options}\"", "", "pin token", None),
        ("text = \"${item.t}\"", item, "pin", None),
        ("text = \"${index}\"", item, "", None),
        ("text = \"x\"", "on_error = { uses = \"start\", with = { text = \"${options.pin}\" } }", "", Some("pin")),
        ("text = \"${options.token}\"", "on_error = { uses = \"start\" }", "token", Some("")),
    ] {
        let (found, handler) = names(with, more);
        let sorted = |text: String| {
            let mut names: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
            names.sort();
            names.join(" ")
        };
        assert_eq!((sorted(found).as_str(), handler.as_deref()), (expected, of_handler), "{with} {more}");
    }
}

/// Checks a request of this action against the first step of a plan.
fn sent(plan: &Plan, placeholder: &str, action: &str) -> Result<(), String> {
    let row = crate::action::rows().find(|row| row.action.as_str() == action).expect("an action");
    let request = Leaving::Call { action: row.action, function: None };
    let secrets = &plan.steps[0].call().expect("it uses a plugin").secrets;
    StepSecret::check(secrets, placeholder, request).map(drop).map_err(|error| error.explain())
}

#[test]
fn a_request_is_compared_with_every_list_when_it_leaves() {
    let system = "[secrets.\"keys/shared/token\"]\nto = [\"ec2:StartInstances\", \"ec2:RebootInstances\"]";
    let case = Case { system, ..case(&format!("{SHARED}\nto = [\"ec2:StartInstances\"]"), IN_TEXT) };
    let plan = case.plan_with(sender(Origin::Shipped)).expect("it is a good job");
    let placeholder = plan.secrets["token"].placeholder.as_str();
    assert_eq!(sent(&plan, placeholder, "ec2:StartInstances"), Ok(()));
    assert_eq!(
        sent(&plan, placeholder, "ec2:RebootInstances").expect_err("the job does not list it"),
        "error: `ec2:RebootInstances` was not called: its request would carry the secret option `token`\n\
         because: the secret may not go to `ec2:RebootInstances` (job.toml:5:6)\n\
         next: add \"ec2:RebootInstances\" to `to` of [options.token] (job.toml:5:6), if it should go there"
    );
    assert_eq!(
        sent(&plan, "stepwell-secret-data-base-0123456789abcdef", "ec2:StartInstances")
            .expect_err("it has no such secret"),
        "error: `ec2:StartInstances` was not called: its request would carry the secret option `data_base`\n\
         because: a step may send only the secrets that its own `with` names, and it does not name `data_base`\n\
         next: write \"${options.data_base}\" in `with` of this step if it should send the secret; a secret does not travel through the outputs of other steps"
    );
}

#[test]
fn a_destination_that_the_owner_withdraws_is_withdrawn_for_runs_that_have_begun() {
    let system = "[grants.start]\nallow = [\"*\"]\n[secrets.\"keys/\"]\nto = [\"ec2:StartInstances\"]";
    let begun = Case { system, origin: Origin::Home, ..case(SHARED, IN_TEXT) };
    assert!(begun.plan_with(sender(Origin::Home)).is_ok());
    let withdrawn = Case { now: Some("[grants.start]\nallow = [\"*\"]"), ..begun };
    let error = withdrawn.plan_with(sender(Origin::Home)).map(|plan| plan.job).expect_err("it may go nowhere now");
    assert!(matches!(error, PlanError::Secret(_)), "{}", error.explain());
}

#[test]
fn a_plugin_that_calls_nothing_gets_no_secret() {
    let silent = Plugin { imports: Imports::default(), ..sender(Origin::Shipped) };
    let error = case(SHARED, IN_TEXT).plan_with(silent).map(|plan| plan.job).expect_err("it could send it nowhere");
    assert_eq!(
        error.explain(),
        "error: step `a` may not have the secret option `token`\n\
         because: plugin `start` calls no action of AWS and sends no HTTP request, so it could send it nowhere (job.toml:8:17)\n\
         next: remove the secret from `text` of step `a`"
    );
    let withheld = Case { system: "[grants.start]\ndeny = [\"*\"]", ..case(SHARED, IN_TEXT) };
    assert!(planned(&withheld, Origin::Shipped).expect_err("it may call nothing").contains("calls no action of AWS"));
}
