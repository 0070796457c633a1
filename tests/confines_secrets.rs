//! A secret goes only where its owner lets it go, and only from the steps that name it.

mod refusals;

use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_model::schema::SECRET_TO;
use stepwell_xtask::emulator::Moto;

use super::support::{Ended, Site, events, report, venv};

const KEY: &str = "keys/shared/token";
const SECRET: &str = "correct-horse-battery";
const OPTION: &str = "[options.token]\nsecret = true\nkey = \"keys/shared/token\"\n";

fn moto() -> Moto {
    Moto::start(&venv(), Duration::ZERO).expect("moto starts")
}

fn step(id: &str, uses: &str, with: &str) -> String {
    format!("[[steps]]\nid = \"{id}\"\nuses = \"{uses}\"\nwith = {{ {with} }}\n")
}

/// A project with the third-party plugin `invoker`, this `stepwell.toml`, and this job; the key has its secret.
fn site(endpoint: &str, system: &str, job: &str) -> Site {
    let site = Site::new(endpoint).guest("invoker").file("job.toml", format!("name = \"job\"\n{job}"));
    assert_eq!(site.pipe(&["keys", "set", KEY], SECRET).code, 0);
    site.home_file("stepwell.toml", system)
}

/// The functions that moto was asked to invoke.
fn invoked(moto: &Moto) -> Vec<String> {
    let seen = moto.seen().expect("moto records");
    let name = |operation: &str| {
        let name = operation.split_once("/functions/")?.1.strip_suffix("/invocations")?;
        Some(name.replace("%3A", ":"))
    };
    seen.iter().filter_map(|seen| name(&seen.operation)).collect()
}

fn run(site: &Site) -> (i32, Vec<Json>) {
    let (code, lines) = site.run_json();
    assert!(!json!(lines).to_string().contains(SECRET), "{lines:?}");
    (code, lines)
}

/// Asserts that the host refused the last step, before it recorded the call and before AWS saw it.
fn refused(lines: &[Json], code: i32) -> String {
    assert_eq!(code, 3, "{:?}", lines.last());
    assert_eq!(events(lines, "call_intended"), Vec::<&Json>::new());
    let steps = report(lines)["steps"].as_array().expect("steps");
    let failure = &steps.last().expect("one")["failure"];
    assert_eq!((&failure["code"], &failure["origin"]), (&json!("SecretRefused"), &json!("refused")));
    ["message", "because", "next"].map(|key| failure[key].as_str().unwrap_or_default().to_owned()).join("\n")
}

fn lines(ended: &Ended, code: i32) -> [String; 3] {
    ended.three_lines(code).map(str::to_owned)
}

const BY_INVOKER: &str = "function_name = \"reverse\", payload = \"${options.token}\"";

#[test]
fn a_third_party_plugin_gets_no_secret_until_the_owner_of_the_key_says_where_it_may_go() {
    let moto = moto();
    let job = format!("{OPTION}{}", step("it", "invoker", BY_INVOKER));
    let given = site(moto.endpoint(), "", &job);
    let expected = [
        "error: step `it` may not have the secret option `token`",
        "because: plugin `invoker` does not ship with Stepwell, and the owner of `keys/shared/token` does not say where it may go (job.toml:8:47)",
        "next: add [secrets.\"keys/shared/token\"] with to = [\"lambda:InvokeFunction\"] to stepwell.toml, if plugin `invoker` should send it there",
    ];
    for command in [&["job", "check", "job.toml"][..], &["job", "plan", "job.toml"], &["run", "job.toml"]] {
        assert_eq!(lines(&given.stepwell(command), 3), expected, "{command:?}");
    }
    // Neither the job nor the project can let it go.
    let widened = job.replace("key = ", "to = [\"lambda:InvokeFunction\"]\nkey = ");
    let project = "name = \"test\"\n[grants.invoker]\nallow = [\"*\"]\n[secrets.\"keys/shared/\"]\nto = [\"lambda:InvokeFunction\"]\n";
    let widened = site(moto.endpoint(), "", &widened).file("project.toml", project);
    assert_eq!(widened.stepwell(&["job", "check", "job.toml"]).three_lines(3)[2], expected[2]);
    assert_eq!(invoked(&moto), [""; 0]);

    let allowed = site(moto.endpoint(), "[secrets.\"keys/shared/\"]\nto = [\"lambda:InvokeFunction\"]\n", &job);
    assert_eq!(allowed.stepwell(&["job", "check", "job.toml"]).code, 0);
    run(&allowed);
    assert_eq!(invoked(&moto), ["reverse"]);
}

#[test]
fn a_secret_for_one_function_reaches_no_other() {
    let moto = moto();
    let system =
        "[secrets.\"keys/shared/token\"]\nto = [\"lambda:InvokeFunction arn:aws:lambda:*:*:function:notify\"]\n";
    for uses in ["invoker", "lambda-invoke"] {
        // The job asks for more than the owner allows.
        let option = format!("{OPTION}to = [\"lambda:InvokeFunction\", \"ssm:SendCommand\"]\n");
        let of = |function: &str| {
            let with = format!("function_name = \"{function}\", payload = \"${{options.token}}\"");
            site(moto.endpoint(), system, &format!("{option}{}", step("it", uses, &with)))
        };
        for function in ["reverse", "notify2", "notify:live", "function:notify", "123456789012:function:reverse"] {
            let (code, lines) = run(&of(function));
            let said = refused(&lines, code);
            assert!(
                said.contains("`lambda:InvokeFunction` was not called") && said.contains("stepwell.toml:1:10"),
                "{said}"
            );
        }
        assert_eq!(invoked(&moto), [""; 0]);
    }
    for function in ["notify", "123456789012:function:notify"] {
        let with = format!("function_name = \"{function}\", payload = \"${{options.token}}\"");
        run(&site(moto.endpoint(), system, &format!("{OPTION}{}", step("it", "invoker", &with))));
    }
    assert_eq!(invoked(&moto), ["notify", "123456789012:function:notify"]);
}

#[test]
fn a_placeholder_from_the_outputs_of_a_step_is_not_replaced() {
    let moto = moto();
    let system = "[secrets.\"keys/shared/token\"]\nto = [\"lambda:InvokeFunction\"]\n";
    let first = step("first", "invoker", "payload = \"${options.token}\"");
    for with in [
        "function_name = \"reverse\", payload = { a = [\"${steps.first.outputs.given}\"] }",
        "function_name = \"reverse\", payload = \"${exports.given}\"",
    ] {
        let second = step("it", "lambda-invoke", with);
        let job = format!("{OPTION}{first}export = {{ given = \"${{outputs.given}}\" }}\n{second}");
        let (code, lines) = run(&site(moto.endpoint(), system, &job));
        assert!(json!(lines).to_string().contains("stepwell-secret-token-"), "the placeholder came that far");
        let said = refused(&lines, code);
        assert!(said.contains("does not name `token`") && said.contains("`with` of this step"), "{said}");
    }
    assert_eq!(invoked(&moto), [""; 0]);
    let both = "function_name = \"notify\", payload = [\"${options.token}\", \"${steps.first.outputs.given}\"]";
    run(&site(moto.endpoint(), system, &format!("{OPTION}{first}{}", step("it", "lambda-invoke", both))));
    assert_eq!(invoked(&moto), ["notify"]);
}

#[test]
fn a_shipped_step_sends_a_secret_only_from_the_properties_that_are_meant_for_it() {
    let moto = moto();
    let job = |with: &str| format!("{OPTION}{}", step("it", "lambda-invoke", with));
    let meant =
        site(moto.endpoint(), "", &job("function_name = \"notify\", payload = { token = \"${options.token}\" }"));
    let (_, lines_of_run) = run(&meant);
    assert_eq!(invoked(&moto), ["notify"], "{lines_of_run:?}");
    let other = site(moto.endpoint(), "", &job("function_name = \"${options.token}\""));
    let [what, because, next] = lines(&other.stepwell(&["job", "check", "job.toml"]), 3);
    assert_eq!(what, "error: step `it` may not have the secret option `token`");
    assert!(because.contains("`function_name` of `lambda-invoke` is not meant for secrets"), "{because}");
    assert!(next.contains("[secrets.\"keys/shared/token\"]"), "{next}");
    // Another plugin under its name is another plugin.
    let hidden = meant.file("project.toml", "name = \"test\"\n[plugins]\noverride = [\"lambda-invoke\"]\n[grants.\"*\"]\nallow = [\"*\"]\n[grants.lambda-invoke]\nallow = [\"*\"]\n");
    let hidden = hidden.plugin("lambda-invoke", &super::support::guest("invoker")).file(
        "job.toml",
        format!("name = \"job\"\n{}", job("function_name = \"notify\", payload = \"${options.token}\"")),
    );
    let [_, because, _] = lines(&hidden.stepwell(&["job", "check", "job.toml"]), 3);
    assert!(because.contains("plugin `lambda-invoke` does not ship with Stepwell"), "{because}");
}

#[test]
fn the_owner_can_keep_a_secret_from_shipped_steps_and_a_job_can_keep_its_own() {
    let moto = moto();
    let step = step("it", "lambda-invoke", "function_name = \"notify\", payload = \"${options.token}\"");
    for (system, option, place) in [
        ("[secrets.\"keys/\"]\nto = []\n", "", "it may go nowhere ("),
        (
            "[secrets.\"keys/\"]\nto = [\"ssm:SendCommand\"]\n",
            "",
            "stepwell.toml:1:10), and plugin `lambda-invoke` may send it only with `lambda:InvokeFunction` (job.toml:8:46)",
        ),
        ("", "to = [\"ssm:SendCommand\"]\n", "it may go only to `ssm:SendCommand` (job.toml:5:6)"),
    ] {
        let given = site(moto.endpoint(), system, &format!("{OPTION}{option}{step}"));
        let [_, because, _] = lines(&given.stepwell(&["job", "check", "job.toml"]), 3);
        assert!(because.contains(place), "{because}");
    }
    assert_eq!(invoked(&moto), [""; 0]);
}

#[test]
fn a_typed_secret_goes_where_its_job_says() {
    let moto = moto();
    let option = "[options.token]\nsecret = true\nrequired = true\n";
    let job = format!("{option}{}", step("it", "invoker", BY_INVOKER));
    let undeclared = site(moto.endpoint(), "", &job);
    let [_, because, next] = lines(&undeclared.stepwell(&["job", "check", "job.toml"]), 3);
    assert!(because.contains("the job does not say where it may go"), "{because}");
    assert_eq!(
        next,
        "next: add to = [\"lambda:InvokeFunction\"] to [options.token] (job.toml:2:1), if plugin `invoker` should send it there"
    );
    let declared = site(moto.endpoint(), "", &job.replace("required", "to = [\"lambda:InvokeFunction\"]\nrequired"));
    let ended = declared.pipe(&["run", "job.toml", "--output", "json"], &format!("{SECRET}\n"));
    assert!(!ended.stdout.contains(SECRET) && invoked(&moto) == ["reverse"], "{ended:?}");
    // With a key, the job only narrows what the owner says.
    let [_, because, _] = lines(&declared.stepwell(&["run", "job.toml", "--option", "token=keys/shared/token"]), 3);
    assert!(because.contains("the owner of `keys/shared/token` does not say where it may go"), "{because}");
}

#[test]
fn a_secret_goes_through_the_options_of_a_sub_job() {
    let moto = moto();
    let system = "[secrets.\"keys/shared/token\"]\nto = [\"lambda:InvokeFunction\"]\n";
    let sub = |head: &str, with: &str| {
        let step = step("it", "invoker", with);
        format!("name = \"sub\"\n[options.given]\n{head}[options.other]\n{step}")
    };
    let job = format!("{OPTION}{}", step("outer", "job:sub", "given = \"${options.token}\", other = \"x\""));
    let of = |head: &str, with: &str| site(moto.endpoint(), system, &job).file("sub.toml", sub(head, with));
    for head in ["", "secret = true\n", "secret = true\nto = [\"lambda:InvokeFunction\"]\n"] {
        run(&of(head, "function_name = \"notify\", payload = \"${options.given}\""));
    }
    assert_eq!(invoked(&moto), ["notify"; 3]);
    let narrowed = of("secret = true\nto = [\"ssm:SendCommand\"]\n", "payload = \"${options.given}\"");
    let [_, because, _] = lines(&narrowed.stepwell(&["job", "check", "job.toml"]), 3);
    assert!(because.contains("it may go only to `ssm:SendCommand` (sub.toml:4:6)"), "{because}");
}

#[test]
fn the_plan_shows_where_each_secret_may_go() {
    let system = "[secrets.\"keys/shared/token\"]\nto = [\"lambda:InvokeFunction arn:aws:lambda:*:*:function:notify\", \"ssm:SendCommand\"]\n";
    let job = format!(
        "{OPTION}{}",
        step("it", "lambda-invoke", "function_name = \"notify\", payload = \"${options.token}\"")
    );
    let site = site("http://127.0.0.1:9", system, &job);
    let text = site.stepwell(&["job", "plan", "job.toml"]).stdout;
    let to = "lambda:InvokeFunction arn:aws:lambda:*:*:function:notify";
    assert!(text.contains(&format!("secret, in keys/shared/token; sent by it to {to}\n")), "{text}");
    assert!(text.contains(&format!("may send       secret token to {to}\n")), "{text}");
    let plan = site.stepwell(&["job", "plan", "job.toml", "--output", "json"]).json_lines().remove(0);
    assert_eq!(plan["secrets"], json!({ "token": { "key": KEY, "sent": [{ "step": "it", "to": [to] }] } }));
    assert_eq!(plan["steps"][0]["may_send"], json!([{ "option": "token", "to": [to] }]));
}

/// The keyword has force only beside a property of the configuration itself, and only with an action that the plugin
/// calls.
#[test]
fn whatever_a_shipped_plugin_declares_for_secrets_has_force() {
    let site = Site::without_aws();
    let mut meant = Vec::new();
    for plugin in site.stepwell(&["plugin", "list", "--output", "json"]).json_lines() {
        let (name, schema) = (plugin["name"].as_str().expect("a name"), &plugin["description"]["config_schema"]);
        let properties = schema["properties"].as_object().into_iter().flatten();
        let declared: Vec<_> = properties.filter_map(|(key, schema)| Some((key, schema.get(SECRET_TO)?))).collect();
        assert_eq!(schema.to_string().matches(SECRET_TO).count(), declared.len(), "{name}");
        for (key, to) in declared {
            let to = to.as_array().expect("a list");
            let calls = plugin["actions"].as_array().expect("a list");
            let requests = plugin["description"]["requests"].as_array().into_iter().flatten();
            let sends = |to: &Json| {
                let is_it = |request: &Json| {
                    request.as_str().and_then(|text| text.split_once(' ')).map(|(_, url)| url) == to.as_str()
                };
                requests.clone().any(is_it)
            };
            assert!(!to.is_empty() && to.iter().all(|to| calls.contains(to) || sends(to)), "{name} {key}: {to:?}");
            meant.push(format!("{name} {key}"));
        }
    }
    meant.sort();
    let expected = [
        "ec2-create-from-snapshot user_data",
        "lambda-custom-code payload",
        "lambda-invoke payload",
        "msteams-message webhook",
        "opsgenie-alert api_key",
        "pagerduty-event routing_key",
        "slack-message webhook",
        "ssm-run-command parameters",
    ];
    assert_eq!(meant, expected);
}
