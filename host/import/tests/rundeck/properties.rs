//! The configuration of steps.

use super::at;
use super::steps::steps;

#[test]
fn properties_take_the_type_that_the_plugin_asks_for() {
    for (provider, configuration, path, expected) in [
        ("aws-vm-stop-step", "instanceId: i-1", "with.instance_id", Some("\"i-1\"")),
        ("aws-vm-stop-step", "instanceId: 'i-1, i-2'", "with.instance_id", Some("[\"i-1\", \"i-2\"]")),
        ("aws-vm-stop-step", "instanceId: '${option.many}'", "with.instance_id", Some("\"${options.many}\"")),
        ("aws-vm-stop-step", "wait: 'true'", "with.wait", Some("true")),
        ("aws-vm-stop-step", "wait: '${option.x}'", "with.wait", Some("\"${options.x == 'true'}\"")),
        ("aws-vm-stop-step", "timeoutSeconds: '90'", "with.timeout", Some("\"1m30s\"")),
        ("aws-vm-stop-step", "pollSeconds: '${option.x}'", "with.poll_every", Some("\"${options.x}s\"")),
        ("aws-vm-stop-step", "region: eu-west-1", "aws.region", Some("\"eu-west-1\"")),
        ("aws-vm-stop-step", "region: ''", "aws", None),
        ("aws-vm-stop-step", "region: '${option.x}'", "aws.region", Some("\"${options.x}\"")),
        ("aws-query-cloudwatch-logs-step", "'0': '5'", "with.past_time_range", Some("5")),
        ("aws-query-cloudwatch-logs-step", "'0': '${option.x}'", "with.past_time_range", Some("\"${options.x|int}\"")),
        ("aws-query-cloudwatch-logs-step", "timeUnit: Minutes", "with.time_unit", Some("\"minutes\"")),
        ("aws-query-cloudwatch-logs-step", "timeUnit: '${option.x}'", "with.time_unit", Some("\"${options.x|lower}\"")),
        ("aws-query-cloudwatch-logs-step", "timeoutSeconds: '90'", "with.timeout", Some("\"1m30s\"")),
        ("cloudwatch-logs-saved-query", "limit: '20'", "with.limit", Some("20")),
        ("cloudwatch-create-log-stream", "ifExists: Ignore", "with.if_exists", Some("\"ignore\"")),
        ("cloudwatch-create-log-stream", "ifExists: '${option.x}'", "with.if_exists", Some("\"${options.x|lower}\"")),
        ("lambda-invoke", "invocationType: RequestResponse", "with.invocation_type", Some("\"Request\"")),
        ("lambda-invoke", "invocationType: event", "with.invocation_type", Some("\"Event\"")),
        ("lambda-invoke", "invocationType: '${option.x}'", "with.invocation_type", Some("\"${options.x}\"")),
        ("vpc-flow-logs", "resourceType: vpc", "with.resource_type", Some("\"VPC\"")),
        ("vpc-flow-logs", "resourceType: network-interface", "with.resource_type", Some("\"NetworkInterface\"")),
        ("vpc-flow-logs", "trafficType: ALL", "with.traffic_type", Some("\"All\"")),
        ("aws-rds-status", "target: db", "with.instance_name", Some("\"db\"")),
        ("aws-target-elb", "target: lb", "with.load_balancer_name", Some("\"lb\"")),
        ("aws-cli-s3-ls-step", "S3Uri: s3://b", "with.s3_uri", Some("\"s3://b\"")),
        ("aws-cli-s3-ls-step", "page-size: '5'", "with.page_size", Some("5")),
        (
            "lambda-invoke",
            "payload: '{\"a\": [1, true, \"${option.x}\"]}'",
            "with.payload.a",
            Some("[1, true, \"${options.x}\"]"),
        ),
        ("lambda-invoke", "payload: '{\"a\": null}'", "with.payload.a", Some("\"${none}\"")),
        ("aws / s3 / cp", "secret_access_key: keys/a/b", "aws.credentials.secret_key_path", Some("\"keys/a/b\"")),
        ("some.Vendors_Step", "someKey: 'true'", "with.some_key", Some("\"true\"")),
    ] {
        let (table, _) = steps(&format!("{{type: '{provider}', configuration: {{{configuration}}}}}"));
        assert_eq!(at(&table, &format!("steps.0.{path}")).as_deref(), expected, "{provider}: {configuration}");
    }
}

/// `with` of the only step, and the notes, with their places.
fn with(provider: &str, configuration: &str) -> (toml::Table, Vec<String>) {
    let (mut table, notes) = steps(&format!("{{type: {provider}, configuration: {{{configuration}}}}}"));
    let step = table["steps"].as_array_mut().unwrap().remove(0);
    (step.get("with").and_then(toml::Value::as_table).cloned().unwrap_or_default(), notes)
}

/// Asserts that the step has one note with these words, at its configuration, and returns `with`.
fn only_note(provider: &str, configuration: &str, words: &str) -> toml::Table {
    let (with, notes) = with(provider, configuration);
    let [note] = notes.as_slice() else { panic!("{provider}: {configuration}: {notes:#?}") };
    assert!(note.contains(words) && note.starts_with("3:"), "{provider}: {configuration}: {note}");
    with
}

#[test]
fn include_brings_nothing_back_that_rundeck_leaves_out() {
    for provider in ["s3-copy", "s3-move", "s3-sync", "s3-remove"] {
        for order in ["exclude: '*', include: '*.tmp'", "include: '*.tmp', exclude: '*'"] {
            let with =
                only_note(provider, order, "`include` (`*.tmp`) is not imported: Rundeck puts it before `exclude`");
            assert_eq!((at(&with, "exclude").as_deref(), at(&with, "include")), (Some("\"*\""), None), "{provider}");
        }
        for alone in ["include: '*.tmp'", "include: '*.tmp', exclude: ' '"] {
            let with = only_note(provider, alone, "`include` (`*.tmp`) is not imported: without `exclude`");
            assert!(with.is_empty(), "{provider}: {with}");
        }
        let (with, notes) = with(provider, "exclude: '*.map', include: ''");
        assert_eq!((with.len(), notes.len()), (1, 0), "{provider}: {with} {notes:?}");
    }
}

#[test]
fn what_a_form_offers_and_no_step_has_is_left_out_with_a_note_if_it_is_switched_on() {
    for (provider, key) in [("s3-sync", "recursive"), ("s3-copy", "delete"), ("s3-move", "delete")] {
        for on in ["'true'", "true", "'${option.x}'"] {
            let with = only_note(provider, &format!("{key}: {on}"), &format!("`{key}` is not imported"));
            assert!(with.is_empty(), "{provider}: {with}");
        }
        for off in ["'false'", "false", "''"] {
            let (with, notes) = with(provider, &format!("{key}: {off}"));
            assert!(with.is_empty() && notes.is_empty(), "{provider}: {off}: {with} {notes:?}");
        }
    }
    let (with, notes) = with("s3-sync", "delete: 'true'");
    assert_eq!((at(&with, "delete").as_deref(), notes.len()), (Some("true"), 0));
}

#[test]
fn the_endpoint_of_a_step_of_s3_becomes_a_note() {
    for step in ["cp", "mv", "sync", "ls", "rm", "mb", "rb"] {
        let provider = format!("aws-cli-s3-{step}-step");
        for key in ["endpoint_url", "endpointUrl"] {
            let with = only_note(&provider, &format!("{key}: 'http://user:word@s3.test'"), "AWS_ENDPOINT_URL");
            assert!(with.is_empty(), "{provider}: {with}");
        }
    }
    let (_, notes) = with("s3-list", "endpoint_url: 'http://user:word@s3.test'");
    assert!(!notes.concat().contains("word"), "a note shows no value that may be secret: {notes:?}");
}

#[test]
fn a_path_that_no_lent_directory_can_have_is_told() {
    for path in
        ["/var/www/site", "'/srv/${option.x}'", "'~/site'", "'C:\\site'", "../site", "./site", "site/../up", "."]
    {
        for key in ["source", "destination"] {
            for provider in ["s3-copy", "s3-move", "s3-sync"] {
                let with =
                    only_note(provider, &format!("{key}: {path}"), &format!("`{key}` is not a path in a directory"));
                assert!(with.contains_key(key), "{path}: {with}");
            }
        }
    }
    for path in ["s3://b/../a", "site", "site/", "site/css/main..css", "'${option.x}'", "'${option.x}/a'"] {
        let (with, notes) = with("s3-copy", &format!("source: {path}"));
        assert!(with.contains_key("source") && notes.is_empty(), "{path}: {with} {notes:?}");
    }
}

#[test]
fn a_step_without_waiting_has_no_property_for_it() {
    for (provider, lacks) in [
        ("rds-status", ["wait", "timeoutSeconds", "pollSeconds"].as_slice()),
        ("s3-copy", &["wait", "timeoutSeconds", "pollSeconds"]),
        ("lambda-invoke", &["wait", "timeoutSeconds", "pollSeconds"]),
        ("athena-query", &["wait"]),
        ("vpc-peering", &["wait"]),
        ("ec2-stop", &[]),
    ] {
        for key in ["wait", "timeoutSeconds", "pollSeconds"] {
            let value = if key == "wait" { "'true'" } else { "'60'" };
            let (_, notes) = with(provider, &format!("{key}: {value}"));
            let is_told = notes.iter().any(|note| note.contains(&format!("`{provider}` has no property for `{key}`")));
            assert_eq!(is_told, lacks.contains(&key), "{provider}: {key}: {notes:?}");
        }
    }
}

#[test]
fn a_query_takes_the_first_log_group_and_the_others_are_told() {
    let query = "cloudwatch-logs-query";
    let table =
        only_note(query, "cloudWatchLogGroups: '/web, /db,/app'", "takes one value, so `/db`, `/app` is not imported");
    assert_eq!(at(&table, "log_group").as_deref(), Some("\"/web\""));
    let table = only_note(query, "cloudWatchLogGroup: '${option.many}'", "all but the first of the option `many`");
    assert_eq!(at(&table, "log_group").as_deref(), Some("\"${options.many|first}\""));
    for (one, expected) in [("/web", "\"/web\""), ("'/web,'", "\"/web\""), ("'${option.x}'", "\"${options.x}\"")] {
        let (with, notes) = with(query, &format!("cloudWatchLogGroup: {one}"));
        assert_eq!((at(&with, "log_group").as_deref(), notes.len()), (Some(expected), 0), "{one}: {notes:?}");
    }
}

#[test]
fn a_value_of_no_known_spelling_stays_with_the_words_that_there_are() {
    for (provider, key, name, words) in [
        ("lambda-invoke", "invocationType", "invocation_type", "one of `Request`, `Event`"),
        ("vpc-flow-logs", "resourceType", "resource_type", "one of `VPC`, `Subnet`, `NetworkInterface`"),
        ("vpc-flow-logs", "trafficType", "traffic_type", "one of `Accept`, `Reject`, `All`"),
        ("cloudwatch-logs-query", "timeUnit", "time_unit", "one of `minutes`, `hours`, `days`, `weeks`"),
        ("cloudwatch-create-log-stream", "ifExists", "if_exists", "one of `fail`, `ignore`"),
    ] {
        for (value, expected) in [("DryRun", "\"DryRun\""), ("'a${option.x}'", "\"a${options.x}\"")] {
            let with = only_note(provider, &format!("{key}: {value}"), words);
            assert_eq!(at(&with, name).as_deref(), Some(expected), "{provider}");
        }
    }
}

#[test]
fn json_that_stays_text_is_told_by_the_name_of_its_property() {
    for (provider, key, name) in [
        ("lambda-invoke", "eventPayload", "payload"),
        ("lambda-invoke", "clientContext", "client_context"),
        ("ebs-create-snapshot", "tags", "tags"),
    ] {
        only_note(provider, &format!("{key}: '{{\"a\": 1'"), &format!("write it as TOML: {name} = {{ … }}"));
    }
}
