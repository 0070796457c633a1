//! Which HTTP requests of a step are refused before the first step.

use super::*;
use crate::http::RequestPattern;
use crate::schema::REQUEST;

/// A plugin whose configuration has a URL in `url`, for the method in `method`, and another URL in `ping` for a `GET`.
fn sender(origin: Origin, declared: &[&str]) -> Plugin {
    let schema = json!({
        "type": "object",
        "properties": {
            "url": { "type": "string", REQUEST: "method" },
            "ping": { "type": "string", REQUEST: "GET" },
            "method": { "type": "string", "default": "GET" },
            "other": true,
        },
    });
    let requests = declared.iter().map(|text| RequestPattern::parse(text).expect("a pattern")).collect();
    let described = plugin("start", origin);
    let description = Description {
        config_schema: schema.into(),
        extra: Extra { requests, ..Extra::default() },
        ..described.description.clone()
    };
    let imports = Imports { functions: vec![ImportedFunction::typed("http", "send")], wasi: Vec::new() };
    Plugin { description, imports, ..described }
}

/// The three lines of the refusal of steps with these `with`; none when there is no refusal.
fn refusal(with: &[&str], project: Option<&'static str>) -> Option<String> {
    let plan = Case { project, ..Case::steps(with) }.plan_with(sender(Origin::Shipped, &[]));
    plan.map(|plan| plan.job).err().map(|error| error.explain())
}

const GRANTED: &str = "[grants.start]\nhttp = [\"GET https://a.example/*\", \"POST https://a.example/v1\"]";

#[test]
fn a_request_that_the_plan_knows_needs_a_grant_for_its_method_and_its_path() {
    for (with, denied) in [
        ("{ url = \"https://a.example/x?y=1\" }", None),
        ("{ url = \"https://a.example/v1\", method = \"POST\" }", None),
        ("{ url = \"https://a.example/v2\", method = \"POST\" }", Some("POST https://a.example/v2")),
        ("{ url = \"https://b.example/x?y=1\" }", Some("GET https://b.example/x")),
        ("{ url = \"http://a.example/x\" }", Some("GET http://a.example/x")),
        ("{ url = \"https://a.example:8443/\" }", Some("GET https://a.example:8443/")),
        ("{ ping = \"https://b.example/\", method = \"POST\" }", Some("GET https://b.example/")),
        ("{ other = \"https://b.example/\" }", None),
    ] {
        let expected = denied.map(|request| {
            format!(
                "error: step `s1` may not send `{request}`\n\
                 because: plugin `start` is granted only `GET https://a.example/*`, `POST https://a.example/v1` (project.toml:2:9)\n\
                 next: add \"{request}\" to [grants.\"start\"] http in project.toml if it should send that"
            )
        });
        assert_eq!(refusal(&[with], Some(GRANTED)), expected, "{with}");
    }
}

#[test]
fn one_line_grants_the_requests_of_all_steps() {
    let (post, get) = ("{ url = \"https://a.example/v1\", method = \"POST\" }", "{ url = \"https://a.example/x\" }");
    let because = "because: the configuration of `start` names the address, so the address needs a grant\n";
    assert_eq!(
        refusal(&[post, get, post], Some("")).expect("it has no grant"),
        format!(
            "error: steps `s1`, `s3` may not send `POST https://a.example/v1`; step `s2` may not send `GET https://a.example/x`\n{because}\
             next: add [grants.\"start\"] with http = [\"POST https://a.example/v1\", \"GET https://a.example/x\"] to project.toml if it should send that"
        )
    );
    let both = "{ url = \"https://a.example/x\", ping = \"https://a.example/v1\" }";
    assert_eq!(
        refusal(&[both], None).expect("it has no grant"),
        format!(
            "error: step `s1` may not send `GET https://a.example/x`, `GET https://a.example/v1`\n{because}\
             next: create project.toml in this directory with the lines name = \"job\" and grants.start.http = [\"GET https://a.example/x\", \"GET https://a.example/v1\"] if steps should send that"
        )
    );
    assert_eq!(
        refusal(
            &[post, get, post, both],
            Some("[grants.start]\nhttp = [\"POST https://a.example/v1\", \"GET https://a.example/*\"]")
        ),
        None
    );
}

#[test]
fn a_request_that_only_the_run_knows_is_left_to_the_run() {
    let first = "{ other = 1 }";
    for with in [
        "{ url = \"${steps.s1.outputs.current_state}\" }",
        "{ url = \"https://b.example/${steps.s1.outputs.current_state}\" }",
        "{ url = \"https://b.example/\", method = \"${steps.s1.outputs.current_state}\" }",
    ] {
        assert_eq!(refusal(&[first, with], Some(GRANTED)), None, "{with}");
    }
    let refused = refusal(&["{ url = \"https://b.example/${options.id}\" }"], Some(GRANTED)).expect("it is known");
    assert!(refused.starts_with("error: step `s1` may not send `GET https://b.example/i-1`\n"), "{refused}");
}

#[test]
fn a_url_that_is_none_is_told_with_its_place_and_without_its_text() {
    for (url, what) in [
        ("canary", "the URL does not begin with `https://` or `http://`"),
        ("https://canary:canary@a.example/", "the URL has a user or a password in it"),
        ("https://a.example/canary canary", "the URL holds a space, a control character"),
        ("https://a.example/canary/../x", "the path of the URL has a part that is `.` or `..`"),
        ("https://a.example/#canary", "the URL has a fragment"),
    ] {
        let refused = refusal(&[&format!("{{ other = 1, url = \"{url}\" }}")], Some(GRANTED)).expect("no URL");
        let head = format!("error: step `s1`: `url` is no URL: {what}");
        assert!(refused.starts_with(&head) && refused.contains("because: job.toml:9:27: "), "{refused}");
        assert!(!refused.contains("canary"), "{refused}");
    }
}

#[test]
fn a_mistake_is_told_before_the_grants() {
    let refused = refusal(&["{ url = \"https://b.example/\" }", "{ url = \"b.example\" }"], Some("")).expect("no URL");
    assert!(refused.starts_with("error: step `s2`: `url` is no URL"), "{refused}");
}

#[test]
fn what_a_plugin_declares_is_refused_when_the_plan_knows_no_request() {
    let planned = |origin, with: &str, project| {
        let plan = Case { project, ..Case::step(with) }.plan_with(sender(origin, &["PUT https://c.example/*"]));
        plan.map(|plan| plan.job).err().map(|error| error.explain())
    };
    assert_eq!(planned(Origin::Shipped, "{}", Some("")), None);
    let refused = planned(Origin::Project, "{}", Some("")).expect("it needs a grant");
    assert_eq!(
        refused,
        "error: step `s1` may not send `PUT https://c.example/*`\n\
         because: plugin `start` does not ship with Stepwell, so it needs a grant\n\
         next: add [grants.\"start\"] with http = [\"PUT https://c.example/*\"] to project.toml if it should send that"
    );
    assert_eq!(planned(Origin::Project, "{}", Some("[grants.start]\nhttp = [\"PUT https://c.example/v1/*\"]")), None);
    let known = planned(Origin::Shipped, "{ url = \"https://a.example/\" }", Some("")).expect("it needs a grant");
    assert!(known.starts_with("error: step `s1` may not send `GET https://a.example/`\n"), "{known}");
}

/// A job with a secret option in `url`, with these further lines of the option.
fn webhook(system: &'static str, project: &'static str, option: &str) -> Result<Plan, PlanError> {
    let job = format!(
        "name = \"job\"\n[options.hook]\nsecret = true\nkey = \"keys/shared/hook\"\n{option}\n[[steps]]\nid = \"s1\"\nuses = \"start\"\nwith = {{ url = \"${{options.hook}}\" }}\n"
    );
    let case = Case { system, project: Some(project), options: &[], ..Case::job(&job) };
    case.plan_with(sender(Origin::Shipped, &[]))
}

const HOOK_GRANTED: &str = "[grants.start]\nhttp = [\"GET https://a.example/*\"]";
const HOOK_OWNED: &str = "[secrets.\"keys/shared/\"]\nto = [\"https://a.example/*\"]\nechoes = false";

#[test]
fn a_url_that_is_a_secret_is_not_read_before_the_run() {
    let plan = webhook(HOOK_OWNED, HOOK_GRANTED, "").expect("it is allowed");
    let secrets = &plan.steps[0].call().expect("it uses a plugin").secrets;
    let shown: Vec<_> = secrets.iter().flat_map(|secret| &secret.reach).map(ToString::to_string).collect();
    assert_eq!((shown, secrets[0].echoes), (vec!["https://a.example/*".to_owned()], false));
    assert_eq!(
        webhook("", HOOK_GRANTED, "").map(|plan| plan.job).expect_err("the owner is silent").explain(),
        "error: step `s1` may not have the secret option `hook`\n\
         because: `url` of `start` is not meant for secrets, and the owner of `keys/shared/hook` does not say where it may go (job.toml:9:16)\n\
         next: add [secrets.\"keys/shared/hook\"] with to = [\"https://HOST/*\"] to stepwell.toml, if plugin `start` should send it there"
    );
}

#[test]
fn a_secret_url_that_nothing_can_allow_is_refused_before_the_run() {
    let refused =
        |project, option| webhook(HOOK_OWNED, project, option).map(|plan| plan.job).err().map(|error| error.explain());
    let line =
        "next: add [grants.\"start\"] with http = [\"GET https://HOST/*\"] to project.toml if it should send that";
    assert_eq!(
        refused("", "").expect("it has no grant"),
        format!(
            "error: step `s1` may not send a `GET` to the URL that the secret is\n\
             because: the configuration of `start` names the address, so the address needs a grant\n{line}"
        )
    );
    for (project, may) in [
        ("[grants.start]\nhttp = [\"POST https://a.example\"]", false),
        ("[grants.start]\nhttp = [\"GET https://a.example/T0*\"]", false),
        ("[grants.start]\nhttp = [\"GET https://a.example/T0*\", \"GET https://b.example\"]", true),
    ] {
        assert_eq!(refused(project, "").is_none(), may, "{project}");
    }
    assert_eq!(refused(HOOK_GRANTED, "to = [\"https://a.example\"]"), None);
    assert_eq!(
        refused(HOOK_GRANTED, "to = [\"https://a.example/T0*\"]").expect("it names a path"),
        "error: step `s1` may not have the secret option `hook`\n\
         because: the secret is the URL of a request, and only its owner may name a path of it (job.toml:5:6)\n\
         next: name the whole host there, such as `https://hooks.example.com` (job.toml:5:6)"
    );
}
