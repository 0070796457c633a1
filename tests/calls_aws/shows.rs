//! `stepwell aws services|operations|show|wit`: what AWS has, and what of it can be used.

use serde_json::{Value as Json, json};

use crate::support::{NOBODY, Site};

/// Standard output of a command that succeeds.
fn shown(arguments: &[&str]) -> String {
    let ended = Site::without_aws().stepwell(arguments);
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.stdout
}

/// The only JSON object that a command prints.
fn object(arguments: &[&str]) -> Json {
    serde_json::from_str(&shown(arguments)).expect("it is JSON")
}

#[test]
fn services_are_listed_by_a_part_of_any_of_their_names() {
    let named = |part: &str| -> Vec<Json> {
        let text = shown(&["aws", "services", part, "--output", "json"]);
        text.lines().map(|line| serde_json::from_str::<Json>(line).expect("it is JSON")["service"].clone()).collect()
    };
    assert_eq!(named("dynamo"), ["dax", "dynamodb", "dynamodbstreams"]);
    assert_eq!(named("eventbridge"), ["eventbridgev2", "events", "pipes", "scheduler"]);
    let ended = Site::without_aws().stepwell(&["aws", "services", "dynmodb"]);
    let expected = [
        "error: AWS has no service `dynmodb`",
        "because: the models that this program carries do not list it",
        "next: write `dynamodb`, if that is meant",
    ];
    assert_eq!(ended.three_lines(2), expected);
}

#[test]
fn a_name_in_the_spelling_of_another_tool_gets_the_right_one() {
    for (given, expected) in [
        ("dynamodb/update-table", "next: write `dynamodb/UpdateTable`"),
        ("dynamodb/describe_table", "next: write `dynamodb/DescribeTable`"),
        ("aws:dynamodb/updatetable", "next: write `dynamodb/UpdateTable`"),
        ("DynamoDB/UpdateTable", "next: write `dynamodb`, if that is meant"),
        ("cloudwatchlogs/FilterLogEvents", "next: write `logs`, if that is meant"),
        ("elasticloadbalancing/DescribeRules", "next: write one of `elb`, `elbv2`"),
    ] {
        for command in ["show", "wit", "call"] {
            let ended = Site::without_aws().stepwell(&["aws", command, given]);
            assert_eq!(ended.three_lines(2)[2], expected, "{command} {given}");
        }
    }
    let job = super::site(NOBODY, "uses = \"aws:eventbridge/PutRule\"");
    let next = "next: write `events`, if that is meant";
    assert_eq!(job.stepwell(&["job", "check", "job.toml"]).three_lines(2)[2], next);
}

#[test]
fn operations_are_listed_with_their_class_or_why_they_are_refused() {
    let iam = shown(&["aws", "operations", "iam"]);
    let line = |name: &str| iam.lines().find(|line| line.starts_with(&format!("{name} "))).expect(name).to_owned();
    assert!(line("CreateAccessKey").contains("refused: it answers with a secret"), "{iam}");
    assert!(line("ListUsers").contains("  reads  "), "{iam}");
    assert!(line("CreateUser").contains("never repeated without being asked"), "{iam}");
    assert!(shown(&["aws", "operations", "s3"]).contains("refused: its request or response has a body"));
    let refused = object(&["aws", "show", "iam/CreateAccessKey", "--output", "json"]);
    assert_eq!((&refused["callable"], &refused["refused"]), (&json!(false), &json!("it answers with a secret")));
    assert!(shown(&["aws", "operations", "cloudtrail"]).contains("Cancels a query"), "no notice is a summary");
}

#[test]
fn a_plugin_gets_no_function_of_an_operation_that_is_refused() {
    for (operation, because) in [
        ("iam/CreateAccessKey", "because: it answers with a secret"),
        ("s3/GetObject", "because: its request or response has a body of any length, which a call cannot hold"),
    ] {
        let ended = Site::without_aws().stepwell(&["aws", "wit", "dynamodb/DescribeTable", operation]);
        let [what, reason, _] = ended.three_lines(2);
        assert_eq!((what, reason), (&*format!("error: `{operation}` cannot be called"), because));
        assert_eq!(ended.stdout, "");
    }
}

#[test]
fn an_operation_is_shown_with_the_waiters_that_a_step_of_it_can_name() {
    let text = shown(&["aws", "show", "dynamodb/UpdateTable"]);
    assert!(text.contains("  TableExists  (looks with DescribeTable every 20 s at most)\n"), "{text}");
    let own = shown(&["aws", "show", "dynamodb/DescribeTable"]);
    assert!(own.contains("  TableExists  (looks every 20 s at most)\n"), "{own}");
    // Its request does not have the `services` that the waiter needs.
    assert!(!shown(&["aws", "show", "ecs/UpdateService"]).contains("ServicesStable"));
    let waiters = object(&["aws", "show", "ec2/StopInstances", "--output", "json"])["waiters"].clone();
    let has = |name: &str| waiters.as_array().expect("a list").contains(&json!(name));
    assert!(has("InstanceStopped") && !has("VpcAvailable"), "{waiters}");
}

#[test]
fn what_lies_too_deep_is_marked_and_shown_on_demand() {
    const OPERATION: &str = "route53/ChangeResourceRecordSets";
    let text = shown(&["aws", "show", OPERATION]);
    assert!(text.contains("      ResourceRecordSet  object, required  …\n"), "{text}");
    assert!(text.contains("`--depth 4` shows more of what `…` stands for"), "{text}");
    let deep = shown(&["aws", "show", OPERATION, "--depth", "6"]);
    assert!(deep.contains("        AliasTarget  object\n          HostedZoneId  text, required\n"), "{deep}");
    assert!(!deep.contains("stands for"), "{deep}");
    let set = "/request/members/ChangeBatch/members/Changes/of/members/ResourceRecordSet";
    let cut = object(&["aws", "show", OPERATION, "--output", "json"]);
    assert_eq!(cut.pointer(set), Some(&json!({ "type": "object", "cut": "depth", "required": true })));
    let whole = object(&["aws", "show", OPERATION, "--output", "json", "--depth", "4"]);
    assert_eq!(whole.pointer(&format!("{set}/members/Name/type")), Some(&json!("text")));
}

#[test]
fn a_type_that_contains_itself_ends() {
    let text = shown(&["aws", "show", "dynamodb/PutItem", "--depth", "20"]);
    assert!(text.contains("L  list of objects  … (as above)"), "{text}");
    let object = object(&["aws", "show", "dynamodb/PutItem", "--output", "json", "--depth", "20"]);
    let list = "/request/members/Item/of/members/L/of";
    assert_eq!(object.pointer(list), Some(&json!({ "type": "object", "cut": "recursion" })));
}

#[test]
fn a_program_gets_an_error_as_json_too() {
    for arguments in
        [&["aws", "show", "dynamodb/Nope"][..], &["aws", "operations", "nope"], &["aws", "services", "nope"]]
    {
        let ended = Site::without_aws().stepwell(&[arguments, &["--output", "json"]].concat());
        let [what, ..] = ended.three_lines(2);
        let lines = ended.json_lines();
        assert_eq!((lines.len(), &lines[0]["event"], &lines[0]["exit_code"]), (1, &json!("error"), &json!(2)));
        assert_eq!(what, format!("error: {}", lines[0]["error"].as_str().expect("text")));
    }
}
