//! JSON in the configuration of steps, and options without a value.

use super::steps::steps;
use super::{at, job, only};

#[test]
fn json_is_a_table_also_with_references_outside_of_quotes() {
    for (payload, path, expected) in [
        (r#"{"n": ${option.count}}"#, "n", r#""${options.count|int}""#),
        (r#"{"n": [1, ${option.share}]}"#, "n", r#"[1, "${options.share|float}"]"#),
        (r#"{"n": ${option.sure}}"#, "n", r#""${options.sure == 'true'}""#),
        (r#"{"n": ${option.x}}"#, "n", r#""${options.x|from_json}""#),
        (r#"{"n": ${option.blank}}"#, "n", r#""${options.blank|from_json if options.blank is defined else none}""#),
        (r#"{"n": "${option.count}"}"#, "n", r#""${options.count}""#),
        (r#"{"n": "a \" ${option.count}", "m": ${option.count}}"#, "m", r#""${options.count|int}""#),
        (r#"{"n": null, "m": [null]}"#, "m", r#"["${none}"]"#),
        (r#"{"n": 18446744073709551615}"#, "n", r#""${'18446744073709551615'|from_json}""#),
    ] {
        let options = "[{name: x, value: y}, {name: blank}, {name: count, value: '3'}, {name: share, value: '0.5'}, \
                        {name: sure, enforced: true, values: ['true', 'false'], value: 'true'}]";
        let step = format!("{{type: lambda-invoke, configuration: {{functionName: f, payload: '{payload}'}}}}");
        let (table, notes) = only(&job(&format!("options: {options}\nsequence: {{commands: [{step}]}}")));
        assert_eq!(at(&table, &format!("steps.0.with.payload.{path}")).as_deref(), Some(expected), "{payload}");
        assert_eq!(notes, [""; 0], "{payload}");
    }
    for (payload, expected) in [
        ("${option.x}", "${options.x|from_json}"),
        ("${option.x}${option.x}", "${((options.x) ~ (options.x))|from_json}"),
        (r#"{"${option.x}": 1}"#, r#"${('{"' ~ (options.x) ~ '": 1}')|from_json}"#),
    ] {
        let (table, _) = steps(&format!("{{type: lambda-invoke, configuration: {{payload: '{payload}'}}}}"));
        assert_eq!(table["steps"][0]["with"]["payload"].as_str(), Some(expected), "{payload}");
    }
}

#[test]
fn an_option_without_a_value_leaves_an_optional_property_out() {
    let options = "[{name: x}, {name: many, multivalued: true, delimiter: ;}]";
    for (provider, configuration, path, expected) in [
        ("rds-instance-stop", "snapshotName: '${option.x}'", "snapshot_name", "${options.x|default(none)}"),
        ("rds-instance-stop", "snapshotName: 'a${option.x}'", "snapshot_name", "a${options.x|default('')}"),
        ("asg-update", "maxSize: '${option.x}'", "max_size", "${options.x|int if options.x is defined else none}"),
        ("ec2-stop", "force: '${option.x}'", "force", "${options.x == 'true' if options.x is defined else false}"),
        (
            "ec2-stop",
            "timeoutSeconds: '${option.x}'",
            "timeout",
            "${options.x ~ 's' if options.x is defined else none}",
        ),
        (
            "lambda-invoke",
            "payload: '${option.x}'",
            "payload",
            "${options.x|from_json if options.x is defined else none}",
        ),
        (
            "ec2-create-from-snapshot",
            "securityGroupIds: '${option.x}'",
            "security_group_ids",
            "${options.x|split(',') if options.x is defined else []}",
        ),
        (
            "ec2-create-from-snapshot",
            "securityGroupIds: '${option.many}'",
            "security_group_ids",
            "${options.many|default([])}",
        ),
        (
            "rds-instance-stop",
            "snapshotName: '${option.many}'",
            "snapshot_name",
            "${options.many|join(';') if options.many is defined else none}",
        ),
        (
            "cloudwatch-create-log-stream",
            "ifExists: '${option.x}'",
            "if_exists",
            "${options.x|lower if options.x is defined else none}",
        ),
    ] {
        let step = format!("{{type: {provider}, configuration: {{{configuration}}}}}");
        let (table, notes) = only(&job(&format!("options: {options}\nsequence: {{commands: [{step}]}}")));
        let found = table["steps"][0]["with"][path].as_str();
        assert_eq!((found, notes.len()), (Some(expected), 0), "{provider}: {configuration}: {notes:?}");
    }
}

#[test]
fn an_option_that_a_step_needs_has_to_be_required() {
    let step = "{type: rds-instance-stop, configuration: {target: '${option.x}'}}";
    for (option, open) in [("{name: x}", 1), ("{name: x, required: true}", 0), ("{name: x, value: y}", 0)] {
        let import = super::read(&job(&format!("options: [{option}]\nsequence: {{commands: [{step}]}}")));
        assert!(import.jobs[0].toml.contains("instance_name = \"${options.x}\""), "{}", import.jobs[0].toml);
        assert_eq!(import.open_places(), open, "{option}: {:#?}", import.notes);
    }
}

#[test]
fn credentials_that_are_not_imported_leave_no_others_in_their_place() {
    for configuration in ["secret_access_key: abc", "accessKey: AKIAIOSFODNN7EXAMPLE, secretKey: abc"] {
        let (table, notes) = steps(&format!("{{type: s3-list, configuration: {{{configuration}}}}}"));
        assert_eq!(at(&table, "steps.0.aws.credentials.provider").as_deref(), Some("\"key_storage\""));
        assert!(at(&table, "steps.0.aws.credentials.secret_key_path").is_none());
        assert!(notes.iter().any(|note| note.contains("the secret key is not imported")), "{notes:?}");
    }
    let (_, notes) = steps("{type: s3-list, configuration: {assumeRoleArn: '${option.x}'}}");
    assert!(notes.iter().any(|note| note.contains("an option cannot choose the role")), "{notes:?}");
}

#[test]
fn a_step_has_the_time_that_it_may_wait() {
    for (seconds, timeout) in [("600", None), ("7200", Some("4h10m")), ("1800", Some("1h10m"))] {
        let step = format!("{{type: ec2-stop, configuration: {{instanceId: i-1, timeoutSeconds: '{seconds}'}}");
        let (table, _) = steps(&format!("{step}, errorhandler: {step}}}}}"));
        let at = |path: &str| table["steps"][0].get(path).and_then(toml::Value::as_str);
        assert_eq!(at("timeout"), timeout, "{seconds}");
        assert_eq!(table["steps"][0]["on_error"].get("timeout").and_then(toml::Value::as_str), timeout, "{seconds}");
    }
}
