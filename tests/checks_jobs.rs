//! What can be known to be wrong about a job is told before its first step.

use serde_json::{Value as Json, json};

use super::support::{Ended, INSTANCE, Site};

/// The plugins that ship with Stepwell, as `plugin list` prints them.
fn plugins(site: &Site) -> Vec<Json> {
    let ended = site.stepwell(&["plugin", "list", "--output", "json"]);
    let shipped = ended.json_lines().into_iter().filter(|plugin| plugin["origin"] == "shipped");
    let shipped: Vec<_> = shipped.collect();
    assert!(shipped.len() > 30, "run: cargo xtask plugins");
    shipped
}

/// A value that a property accepts, as TOML.
fn plausible(name: &str, schema: &Json) -> String {
    if let Some(example) = special(name) {
        return example;
    }
    let choice = |key: &str| schema[key].as_array().and_then(|all| all.first()).cloned();
    if let Some(word) = choice("enum") {
        return word.to_string();
    }
    if let Some(form) = choice("anyOf").or_else(|| choice("oneOf")) {
        return plausible(name, &form);
    }
    let kind = schema["type"].as_array().map_or(&schema["type"], |kinds| &kinds[0]);
    match kind.as_str() {
        Some("integer" | "number") => "3".to_owned(),
        Some("boolean") => "true".to_owned(),
        Some("array") => format!("[{}]", plausible(name, &schema["items"])),
        Some("object") => "{}".to_owned(),
        _ => text(schema["pattern"].as_str().unwrap_or_default()),
    }
}

/// Properties whose pattern is not all that the plan asks of them.
fn special(name: &str) -> Option<String> {
    let url = "\"https://example.com/x\"";
    match name {
        "url" | "webhook_url" => Some(url.to_owned()),
        // One of them at least is not on this machine.
        "source" | "destination" => Some("\"s3://web/release/\"".to_owned()),
        _ => None,
    }
}

fn text(pattern: &str) -> String {
    let pattern = regex::Regex::new(pattern).expect("it is a pattern");
    let texts = [
        "web",
        INSTANCE,
        "vol-0123456789abcdef0",
        "snap-0123456789abcdef0",
        "vpc-0123456789abcdef0",
        "subnet-0123456789abcdef0",
        "123456789012",
        "arn:aws:iam::123456789012:role/web",
        "s3://web/release/",
        "/web/log",
        "ops@example.com",
        "1h",
        "pcx-0123456789abcdef0",
        "0123456789abcdef0123456789abcdef",
        "2026-01-31",
        "arn:aws:sns:eu-central-1:123456789012:alerts",
        "arn:aws:lambda:eu-central-1:123456789012:function:a",
        "python3.12",
        "s3://web-bucket",
        "3",
    ];
    let found = texts.into_iter().find(|text| pattern.is_match(text));
    json!(found.unwrap_or_else(|| panic!("no text matches `{pattern}`"))).to_string()
}

/// Optional properties that a rule of the step needs.
fn also_needed(step: &str) -> &'static [&'static str] {
    match step {
        "asg-update" => &["min_size"],
        "ec2-create-from-snapshot" => &["snapshot_id"],
        "email-send" | "note" => &["text"],
        "opsgenie-alert" => &["message"],
        "pagerduty-event" => &["summary"],
        "ssm-run-command" => &["instance_id"],
        "wait" => &["duration"],
        _ => &[],
    }
}

#[test]
fn an_option_without_a_value_leaves_every_optional_property_of_every_step_out() {
    let project = "name = \"test\"\n[grants.http-request]\nhttp = [\"* https://*\"]\n";
    let site = Site::without_aws().file("project.toml", project);
    let (mut steps, mut properties) = (String::new(), Vec::new());
    for plugin in plugins(&site) {
        let (name, schema) = (plugin["name"].as_str().expect("text"), &plugin["description"]["config_schema"]);
        let none = Vec::new();
        let mut required = schema["required"].as_array().unwrap_or(&none).clone();
        // A rule of the step may need one of several, or one beside another.
        required.extend(also_needed(name).iter().map(|name| json!(name)));
        let of = |name: &str| &schema["properties"][name];
        let given =
            required.iter().filter_map(Json::as_str).map(|name| format!("{name} = {}", plausible(name, of(name))));
        let given: String = given.map(|entry| format!("{entry}, ")).collect();
        let optional = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
        for property in optional.filter(|property| !required.contains(&json!(property))) {
            for expression in ["options.blank", "options.number|int", "options.list", "options.blank|default(none)"] {
                let id = properties.len();
                steps.push_str(&format!(
                    "[[steps]]\nid = \"s{id}\"\nuses = \"{name}\"\nwith = {{ {given}{property} = \"${{{expression}}}\" }}\n"
                ));
                properties.push((name.to_owned(), property.clone(), expression));
            }
        }
    }
    let options = "[options.blank]\n[options.number]\ntype = \"integer\"\n[options.list]\nmultiple = true\n";
    let site = site.file("job.toml", format!("name = \"job\"\n{options}{steps}"));
    let ended = site.stepwell(&["job", "plan", "job.toml", "--output", "json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let plan = ended.json_lines().remove(0);
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(properties.len()));
    for (step, (plugin, property, expression)) in plan["steps"].as_array().expect("a list").iter().zip(&properties) {
        // A property that takes `null` gets it from `none`: that is how its plugin reads an absent one.
        let found = step["config"].get(property).filter(|value| !(value.is_null() && expression.ends_with("(none)")));
        assert_eq!(found, None, "{plugin}: {property} = {expression}: {}", step["config"]);
    }
    for step in ["s3-sync", "rds-instance-stop", "asg-update", "lambda-invoke", "ecs-stopped-tasks", "ecs-stop-task"] {
        assert!(properties.iter().any(|(plugin, ..)| plugin == step), "{step}");
    }
}

#[test]
fn an_option_that_a_step_needs_is_asked_for_before_the_first_step() {
    let text = "name = \"job\"\n[options.other]\n[[steps]]\nid = \"a\"\nuses = \"noop\"\n[[steps]]\nid = \"b\"\nuses = \"ec2-stop\"\n\
                with = { instance_id = \"${options.other}\" }\n";
    let site = Site::without_aws().guest("noop").file("job.toml", text);
    let expected = [
        "error: step `b` needs a value of the option `other`",
        "because: job.toml:9:24: the option has no value, and what stands here cannot be left out",
        "next: give --option other=…, or write ${options.other|default('…')}",
    ];
    for command in ["run", "plan", "check"] {
        let arguments = if command == "run" { vec!["run", "job.toml"] } else { vec!["job", command, "job.toml"] };
        let ended = site.stepwell(&arguments);
        assert_eq!(ended.three_lines(2), expected, "{command}");
    }
}

#[test]
fn a_run_leaves_out_what_its_plan_left_out() {
    let text = r#"
name = "job"
[options.blank]
[options.tags]
multiple = true
[[steps]]
id = "a"
uses = "noop"
with = { plain = "${options.blank}", list = "${options.tags}", table = { x = "${options.blank}", y = 1 }, none = "${none}" }
[[steps]]
id = "b"
uses = "noop"
with = { a = "${steps.a.outputs.table.y}", later = "${options.blank ~ steps.a.status}" }
[outputs]
a = "${steps.a.outputs}"
b = "${steps.b.outputs}"
"#;
    let (code, lines) = Site::without_aws().guest("noop").file("job.toml", text).run_json();
    let report = lines.last().expect("a report");
    assert_eq!(code, 0, "{report}");
    // The plugin takes any value, so it gets `none` as it is.
    let expected = json!({ "a": { "table": { "y": 1 }, "none": null }, "b": { "a": 1 } });
    assert_eq!(report["outputs"], expected);
}

#[test]
fn an_operation_of_aws_takes_a_blank_option_for_a_member_that_is_not_given() {
    let text = |with: &str| {
        format!(
            "name = \"job\"\n[options.blank]\n[[steps]]\nid = \"a\"\nuses = \"aws:dynamodb/UpdateTable\"\nwith = {with}\n"
        )
    };
    let plan = |with: &str| {
        let site = Site::without_aws().home_file("stepwell.toml", "[grants.aws]\nallow = [\"dynamodb:UpdateTable\"]\n");
        site.file("job.toml", text(with)).stepwell(&["job", "plan", "job.toml", "--output", "json"])
    };
    for blank in ["options.blank", "options.blank|default(none)"] {
        let ended = plan(&format!("{{ TableName = \"t\", TableClass = \"${{{blank}}}\" }}"));
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let config = json!({ "TableName": "t" });
        assert_eq!(ended.json_lines()[0]["steps"][0]["config"], config);
    }
    let ended = plan("{ TableName = \"${options.blank}\" }");
    assert_eq!(ended.three_lines(2)[0], "error: step `a` needs a value of the option `blank`");
}

#[test]
fn all_mistakes_of_a_job_are_told_at_once_each_with_its_place() {
    let text = r#"name = "job"
retyr = 1
[options.other]
[[steps]]
id = "a"
uses = "ec2-stop"
timout = "5s"
with = { instance_id = "${options.othr}", wiat = true, timeout = "6x" }
[[steps]]
id = "b"
uses = "ec2-stopp"
when = "${steps.a.outputs.x|uper}"
[[steps]]
id = "c"
uses = "ec2-stop"
timeout = "soon"
with = { instance_id = "vol-1", wait = 3 }
[outputs]
y = "${steps.b.outputs.any}"
z = "${steps.q.status}"
"#;
    let site = Site::without_aws().file("job.toml", text);
    for arguments in [&["job", "check", "job.toml"][..], &["job", "plan", "job.toml"], &["run", "job.toml"]] {
        let ended = site.stepwell(arguments);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{ended:?}");
        let places: Vec<_> = ended.stderr.lines().filter(|line| line.starts_with("because: ")).collect();
        let lines = [2, 7, 8, 8, 8, 11, 12, 16, 17, 17, 20];
        assert_eq!(places.len(), lines.len(), "{}", ended.stderr);
        for (place, line) in places.iter().zip(lines) {
            assert!(place.contains(&format!("job.toml:{line}:")), "{line}: {place}");
        }
    }
    let ended = site.stepwell(&["job", "check", "job.toml", "--output", "json"]);
    let errors = ended.json_lines();
    assert_eq!((ended.code, errors.len()), (2, 11));
    assert_eq!(
        (&errors[4]["event"], &errors[4]["file"], &errors[4]["line"], &errors[4]["column"], &errors[4]["next"]),
        (
            &json!("error"),
            &json!("job.toml"),
            &json!(8),
            &json!(66),
            &json!("write a duration such as \"90s\", \"15m\" or \"1h30m\"")
        )
    );
    let many: String = (0..30).map(|at| format!("x{at} = 1\n")).collect();
    let ended =
        site.file("job.toml", format!("name = \"job\"\n{many}[[steps]]\nid = \"a\"\nuses = \"ec2-stop\"\n")).run();
    assert_eq!(ended.stderr.matches("error: ").count(), 20);
    assert!(ended.stderr.ends_with("These are the first 20 errors; there may be more.\n"), "{}", ended.stderr);
}

#[test]
fn a_valid_job_is_one_json_object_for_programs() {
    let site = Site::without_aws().step("aws-validate-credentials", "{}");
    let ended = site.stepwell(&["job", "check", "job.toml", "--output", "json"]);
    let expected = json!({ "event": "job_checked", "job": "job", "file": "job.toml", "steps": 1, "warnings": [] });
    assert_eq!((ended.code, ended.json_lines()), (0, vec![expected]));
}

#[test]
fn a_time_is_that_of_the_run_and_stays_the_same_for_an_attempt() {
    let text = r#"
name = "job"
[[steps]]
id = "a"
uses = "noop"
with = { now = "${now()}", again = "${now()}", started = "${run.started}", day = "${now()|date('%Y', 'Asia/Tokyo')}" }
[outputs]
a = "${steps.a.outputs}"
later = "${now() >= run.started}"
"#;
    let site = Site::without_aws().guest("noop").file("job.toml", text);
    let plan = site.stepwell(&["job", "plan", "job.toml"]);
    assert!(plan.stdout.contains("now = ${now()}"), "{}", plan.stdout);
    let (code, lines) = site.run_json();
    let report = lines.last().expect("a report");
    assert_eq!(code, 0, "{report}");
    let a = &report["outputs"]["a"];
    let begun = lines.iter().find(|line| line["event"] == "step_started").expect("it began");
    let second = |text: &Json| text.as_str().map(|text| text[..19].to_owned());
    assert_eq!(second(&a["now"]), second(&begun["at"]));
    assert_eq!(second(&a["started"]), second(&report["started"]));
    assert_eq!((&a["again"], &report["outputs"]["later"]), (&a["now"], &json!(true)));
}

fn in_region(region: &str, retry: &str) -> Site {
    let text = format!(
        "name = \"job\"\n[aws]\nregion = \"{region}\"\n[[steps]]\nid = \"a\"\nuses = \"ec2-stop\"\n{retry}with = {{ instance_id = \"{INSTANCE}\" }}\n"
    );
    Site::without_aws().file("job.toml", text)
}

fn check(site: &Site) -> Ended {
    site.stepwell(&["job", "check", "job.toml"])
}

/// A rule that a plugin has about its properties together: what breaks it, and what does not.
#[test]
fn the_rules_of_a_step_about_its_properties_are_checked_as_far_as_they_are_known() {
    let event = "routing_key = \"${options.key}\"";
    let alert = "api_key = \"${options.key}\", server = \"us\"";
    let invoke = "function_name = \"report\", client_context = { custom = {} }";
    for (uses, wrong, right, rule) in [
        ("pagerduty-event", event.to_owned(), format!("{event}, summary = \"down\""), "`trigger` needs `summary`"),
        (
            "pagerduty-event",
            format!("{event}, action = \"resolve\", summary = \"down\""),
            format!("{event}, action = \"resolve\", dedup_key = \"${{run.id}}\""),
            "`acknowledge` and `resolve` need `dedup_key`",
        ),
        ("opsgenie-alert", alert.to_owned(), format!("{alert}, message = \"${{run.id}}\""), "`create` needs `message`"),
        (
            "opsgenie-alert",
            format!("{alert}, action = \"close\""),
            format!("{alert}, action = \"close\", alias = \"a\""),
            "`close` needs `alias`",
        ),
        (
            "lambda-invoke",
            format!("{invoke}, invocation_type = \"Event\""),
            invoke.to_owned(),
            "`client_context`: is possible with the `invocation_type` `Request` only",
        ),
    ] {
        let site = |with: &str| {
            let job = format!(
                "name = \"job\"\n[options.key]\nsecret = true\nkey = \"keys/key\"\n[[steps]]\nid = \"it\"\nuses = \"{uses}\"\n\
                 with = {{ {with} }}\n"
            );
            Site::without_aws().file("job.toml", job)
        };
        let checked = check(&site(&wrong));
        let because = checked.three_lines(2)[1];
        assert!(because.ends_with(rule), "{because}");
        let checked = check(&site(&right));
        assert!(!checked.stderr.contains(rule), "{checked:?}");
    }
}

#[test]
fn a_region_that_does_not_exist_is_an_error_and_one_that_may_be_new_a_warning() {
    for (region, meant) in
        [("eu-centrl-1", "eu-central-1"), ("us-eats-1", "us-east-1"), ("eucentral-1", "eu-central-1")]
    {
        let [what, _, next] = check(&in_region(region, "")).three_lines(2).map(str::to_owned);
        assert_eq!(what, format!("error: there is no region `{region}`, which step `a` calls"));
        assert_eq!(next, format!("next: write `{meant}` instead of `{region}`"));
    }
    for known in ["eu-central-1", "cn-north-1", "us-gov-west-1"] {
        let ended = check(&in_region(known, ""));
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{known}");
    }
    let ended = check(&in_region("eu-central-7", ""));
    let warning = "warning: this version of Stepwell does not know the region `eu-central-7` of step `a`";
    assert_eq!((ended.code, ended.stderr.lines().next()), (0, Some(warning)), "{ended:?}");
}

#[test]
fn a_code_that_is_never_given_and_a_duration_in_the_wrong_form_are_told_in_words() {
    let [what, because, next] = check(&in_region("eu-central-1", "retry = { attempts = 2, on = [\"Throtled\"] }\n"))
        .three_lines(2)
        .map(str::to_owned);
    assert_eq!(what, "error: step `a` retries on `Throtled`, with which it never fails");
    assert!(because.starts_with("because: job.toml:7:9: "), "{because}");
    assert_eq!(next, "next: write `Throttled` instead of `Throtled`");
    for (keys, place) in [
        ("timeout = \"6x\"\n", "job.toml:7:11"),
        ("timeout = \"90\"\n", "job.toml:7:11"),
        ("retry = { attempts = 2, delay = \"soon\" }\n", "job.toml:7:33"),
    ] {
        let ended = check(&in_region("eu-central-1", keys));
        let [what, because, _] = ended.three_lines(2);
        assert!(what.starts_with("error: a duration is text such as \"90s\""), "{what}");
        assert!(because.contains(place), "{because}");
    }
    let text = format!("{{ instance_id = \"{INSTANCE}\", timeout = \"6x\" }}");
    let [_, because, next] = check(&Site::without_aws().step("ec2-stop", &text)).three_lines(2).map(str::to_owned);
    assert!(because.contains("`timeout`: \"6x\" is no duration; a duration is text such as"), "{because}");
    assert_eq!(next, "next: write a duration such as \"90s\", \"15m\" or \"1h30m\"");
    // One form for both: days as well.
    let text = format!("{{ instance_id = \"{INSTANCE}\", timeout = \"1d12h\" }}\ntimeout = \"2d\"");
    assert_eq!(check(&Site::without_aws().step("ec2-stop", &text)).code, 0);
}

#[test]
fn a_run_uses_names_of_the_job_defaults_and_keys_from_options() {
    let text = r#"
name = "job"
timeout = "${options.limit}"
[options.limit]
default = "1h"
[options.at_once]
type = "integer"
default = 2
[locals]
greeting = "hello ${job.name}"
last = "${steps.a.outputs[1].text}"
mine = "${locals.greeting} ${item}"
[defaults]
timeout = "5m"
[[steps]]
id = "a"
uses = "noop"
for_each = ["x", "y"]
concurrency = "${options.at_once}"
with = { text = "${locals.mine}" }
[[steps]]
id = "b"
uses = "noop"
with = { last = "${locals.last}", groups = "${steps.a.outputs|group_by('text')|map(attribute='key')}" }
[outputs]
b = "${steps.b.outputs}"
greeting = "${locals.greeting}"
"#;
    let site = Site::without_aws().guest("noop").file("job.toml", text);
    let (code, lines) = site.run_json();
    let report = lines.last().expect("a report");
    assert_eq!(code, 0, "{report}");
    let b = json!({ "last": "hello job y", "groups": ["hello job x", "hello job y"] });
    assert_eq!(report["outputs"], json!({ "b": b, "greeting": "hello job" }));
    let plan = site.stepwell(&["job", "plan", "job.toml", "--output", "json"]).json_lines().remove(0);
    assert_eq!((&plan["timeout_ms"], &plan["steps"][0]["concurrency"]), (&json!(3_600_000), &json!(2)));
    assert_eq!(plan["steps"][1]["timeout_ms"], json!(300_000));
    let ended = site.stepwell(&["run", "job.toml", "--option", "at_once=999"]);
    let [what, because, _] = ended.three_lines(2);
    assert_eq!(what, "error: `concurrency` of step `a` does not accept 999");
    assert!(because.starts_with("because: job.toml:19:15: "), "{because}");
}
