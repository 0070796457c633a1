//! What a step may call: grants, the exact policy, and a dry run that changes nothing.

use serde_json::{Value as Json, json};

use super::{ANYTHING, count, job, site, tables};
use crate::runs_examples::moto;
use crate::support::{NOBODY, Site};

const CHANGE: &str = "uses = \"aws:dynamodb/UpdateTable\"\n\
                      with = { TableName = \"orders\", DeletionProtectionEnabled = true }\nwait = \"TableExists\"";
const READ: &str = "uses = \"aws:dynamodb/DescribeTable\"\nwith = { TableName = \"orders\" }";

fn check(lines: &str, project: &str) -> crate::support::Ended {
    let site = Site::without_aws().file("project.toml", format!("name = \"test\"\n{project}"));
    site.file("job.toml", job(lines)).stepwell(&["job", "check", "job.toml"])
}

#[test]
fn without_an_entry_a_step_may_read_and_a_change_is_refused_with_the_line_that_allows_it() {
    assert_eq!(check(READ, "").code, 0);
    let expected = [
        "error: step `it` may not call `dynamodb:UpdateTable`",
        "because: a step that uses `aws:` may read; what changes something, or what IAM calls by a name that is not known, needs a grant",
        "next: add [grants.\"aws\"] with allow = [\"dynamodb:UpdateTable\"] to project.toml if steps should do that",
    ];
    assert_eq!(check(CHANGE, "").three_lines(3), expected);
    assert_eq!(check(CHANGE, "[grants.\"aws\"]\nallow = [\"dynamodb:UpdateTable\"]\n").code, 0);
}

#[test]
fn a_grant_of_the_project_adds_changes_and_takes_no_reads_away() {
    assert_eq!(check(READ, "[grants.\"aws\"]\nallow = [\"sqs:SendMessage\"]\n").code, 0);
    let expected = [
        "error: step `it` may not call `dynamodb:UpdateTable`",
        "next: add \"dynamodb:UpdateTable\" to [grants.\"aws\"] allow in project.toml if steps should do that",
    ];
    let ended = check(CHANGE, "[grants.\"aws\"]\nallow = [\"sqs:SendMessage\"]\n");
    let [what, because, next] = ended.three_lines(3);
    assert_eq!([what, next], expected);
    let granted = "because: steps that use `aws:` are granted other actions than this one (";
    assert!(because.starts_with(granted) && because.ends_with("project.toml:2:9)"), "{because}");
}

#[test]
fn a_grant_of_the_system_is_the_upper_limit_for_reads_too() {
    let site = Site::without_aws().home_file("stepwell.toml", "[grants.\"aws\"]\nallow = [\"sqs:*\"]\n");
    let site = site.file("project.toml", ANYTHING).file("job.toml", job(READ));
    let ended = site.stepwell(&["job", "check", "job.toml"]);
    let [what, because, next] = ended.three_lines(3);
    assert_eq!(what, "error: step `it` may not call `dynamodb:DescribeTable`");
    assert!(because.ends_with("stepwell.toml:1:9)"), "{because}");
    assert!(next.contains("in stepwell.toml"), "{next}");
}

#[test]
fn a_deny_is_stronger_than_a_grant_and_than_the_default() {
    let denied = "[grants.\"aws\"]\nallow = [\"*\"]\n[grants.\"*\"]\ndeny = [\"dynamodb:Update*\"]\n";
    let [what, because, _] = check(CHANGE, denied).three_lines(3).map(str::to_owned);
    assert_eq!(what, "error: step `it` may not call `dynamodb:UpdateTable`");
    assert!(because.contains("it is denied to every plugin"), "{because}");
    check(READ, "[grants.\"*\"]\ndeny = [\"dynamodb:Describe*\"]\n").three_lines(3);
}

#[test]
fn a_step_does_not_run_without_an_action_that_is_denied_to_it() {
    let denied = |action: &str| format!("[grants.\"aws\"]\nallow = [\"*\"]\ndeny = [\"{action}\"]\n");
    let [what, because, next] = check(CHANGE, &denied("dynamodb:UpdateTable")).three_lines(3).map(str::to_owned);
    assert_eq!(what, "error: step `it` may not call `dynamodb:UpdateTable`");
    assert!(because.starts_with("because: it is denied to steps that use `aws:` ("), "{because}");
    assert!(because.ends_with("project.toml:4:9)"), "{because}");
    assert_eq!(
        next,
        "next: remove the step, or remove `dynamodb:UpdateTable` from that `deny` if steps should do that"
    );
    // The look of a waiter, without which the step would fail after its change.
    let what = check(CHANGE, &denied("dynamodb:DescribeTable")).three_lines(3)[0].to_owned();
    assert_eq!(what, "error: step `it` may not call `dynamodb:DescribeTable`");
}

/// Three steps that change something, one of them as an error handler.
const CHANGES: &str = "uses = \"aws:sqs/CreateQueue\"\nwith = { QueueName = \"q\" }\n\
    on_error = { uses = \"aws:sqs/PurgeQueue\", with = { QueueUrl = \"q\" } }\n\n\
    [[steps]]\nid = \"stack\"\nuses = \"aws:cloudformation/CreateStack\"\n\
    with = { StackName = \"s\", RoleARN = \"arn:aws:iam::123456789012:role/deploy\" }\n\n\
    [[steps]]\nid = \"more\"\nuses = \"aws:sqs/CreateQueue\"\nwith = { QueueName = \"r\" }";

#[test]
fn all_missing_grants_of_all_steps_are_told_at_once() {
    let reads = "a step that uses `aws:` may read; what changes something, or what IAM calls by a name that is not known, \
                 needs a grant";
    let what = "error: steps `it`, `more` may not call `sqs:CreateQueue`; step `on_error` may not call `sqs:PurgeQueue`; \
                step `stack` may not call `cloudformation:CreateStack`, `iam:PassRole`";
    let because = format!("because: {reads}; the request of step `stack` names a role in `RoleARN`");
    let next = "next: add [grants.\"aws\"] with allow = [\"sqs:CreateQueue\", \"sqs:PurgeQueue\", \
                \"cloudformation:CreateStack\", \"iam:PassRole\"] to project.toml if steps should do that";
    assert_eq!(check(CHANGES, "").three_lines(3), [what, &because, next]);
}

#[test]
fn without_a_project_the_refusal_says_where_to_make_one() {
    let two_lines = |place: &str| {
        format!(
            "next: create project.toml in {place} with the lines name = \"job\" and grants.aws.allow = \
             [\"dynamodb:UpdateTable\"] if steps should do that"
        )
    };
    let site = Site::without_aws().file("job.toml", job(CHANGE)).file("jobs/job.toml", job(CHANGE));
    for (file, place) in [("job.toml", "this directory"), ("jobs/job.toml", "`jobs`")] {
        let refused = site.stepwell(&["job", "check", file]);
        assert_eq!(refused.three_lines(3)[2], two_lines(place));
    }
    let site = site.file("project.toml", "name = \"job\"\ngrants.aws.allow = [\"dynamodb:UpdateTable\"]");
    assert_eq!(site.stepwell(&["job", "check", "job.toml"]).code, 0);
}

/// A change of a stack with these further members.
fn update_stack(members: &str) -> String {
    format!(
        "uses = \"aws:cloudformation/UpdateStack\"\nwith = {{ StackName = \"shop\", UsePreviousTemplate = true{members} }}"
    )
}

const ROLE: &str = ", RoleARN = \"arn:aws:iam::123456789012:role/deploy\"";

#[test]
fn a_request_that_names_a_role_needs_the_grant_for_that_too() {
    let granted = |members: &str, more: &str| {
        check(&update_stack(members), &format!("[grants.\"aws\"]\nallow = [\"cloudformation:*\"{more}]\n"))
    };
    assert_eq!(granted("", "").code, 0, "the request names no role");
    let expected = [
        "error: step `it` may not call `iam:PassRole`",
        "because: its request names a role in `RoleARN`",
        "next: add \"iam:PassRole\" to [grants.\"aws\"] allow in project.toml if steps should do that",
    ];
    assert_eq!(granted(ROLE, "").three_lines(3), expected);
    assert_eq!(granted(ROLE, ", \"iam:PassRole\"").code, 0);
    let open = ", RoleARN = \"${none if run.id else 'arn'}\"";
    let because = granted(open, "").three_lines(3)[1].to_owned();
    assert_eq!(because, "because: its request may name a role in `RoleARN`");
    assert_eq!(granted(", StackPolicyBody = \"${run.id}\"", "").code, 0, "no role can be in it");
    let denied = "[grants.\"aws\"]\nallow = [\"*\"]\ndeny = [\"iam:PassRole\"]\n";
    let because = check(&update_stack(ROLE), denied).three_lines(3)[1].to_owned();
    let whole = "because: its request names a role in `RoleARN`, and it is denied to steps that use `aws:` (";
    assert!(because.starts_with(whole), "{because}");
}

#[test]
fn a_role_that_only_the_run_knows_may_come_or_stay_out() {
    let (moto, _aws) = moto();
    for role in ["none", "'arn:aws:iam::123456789012:role/deploy'"] {
        let members =
            format!("Name = \"r\", ScheduleExpression = \"rate(1 day)\", RoleArn = \"${{{role} if run.id else ''}}\"");
        let lines = format!("uses = \"aws:events/PutRule\"\nwith = {{ {members} }}");
        let ended = site(moto.endpoint(), &lines).run();
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert_eq!(count(&moto, "PutRule"), 2);
}

#[test]
fn a_refused_step_sends_nothing() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &["orders"]);
    let site = Site::new(moto.endpoint()).file("project.toml", "name = \"test\"\n").file("job.toml", job(CHANGE));
    site.run().three_lines(3);
    assert_eq!(moto.seen().expect("moto records"), []);
}

#[test]
fn the_policy_has_the_action_of_the_operation_and_of_its_waiter_and_no_other() {
    let policy = |lines: &str| {
        let ended = site(NOBODY, lines).stepwell(&["job", "policy", "job.toml"]);
        let policy: Json = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
        policy["Statement"].clone()
    };
    let on_all = |actions: Json| json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    let on_table = |actions: Json| {
        let table = ["arn:aws:dynamodb:*:*:table/orders", "arn:aws:dynamodb:*:*:table/orders/*"];
        json!({ "Effect": "Allow", "Action": actions, "Resource": table })
    };
    assert_eq!(policy(CHANGE), json!([on_table(json!(["dynamodb:DescribeTable", "dynamodb:UpdateTable"]))]));
    assert_eq!(policy(READ), json!([on_table(json!(["dynamodb:DescribeTable"]))]));
    assert_eq!(policy(&update_stack("")), json!([on_all(json!(["cloudformation:UpdateStack"]))]));
    assert!(policy(&update_stack(ROLE)).to_string().contains("iam:PassRole"));
    // IAM's action is not always the operation's name.
    assert_eq!(
        policy("uses = \"aws:s3/ListObjectsV2\"\nwith = { Bucket = \"b\" }"),
        json!([{ "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "arn:aws:s3:::b" }])
    );
}

#[test]
fn the_plan_tells_how_a_crash_goes_for_each_operation() {
    for (lines, expected) in [
        (READ, "dynamodb:DescribeTable  (reads)"),
        (
            "uses = \"aws:iam/CreateUser\"\nwith = { UserName = \"u\" }",
            "iam:CreateUser  (changes; never repeated without being asked)",
        ),
        (
            "uses = \"aws:ec2/CreateVolume\"\nwith = { AvailabilityZone = \"a\", Size = 8 }",
            "ec2:CreateVolume  (changes; a client token makes it repeatable)",
        ),
    ] {
        let plan = site(NOBODY, lines).stepwell(&["job", "plan", "job.toml"]);
        assert!(plan.code == 0 && plan.stdout.contains(expected), "{expected}: {plan:?}");
    }
}

#[test]
fn the_plan_shows_a_request_by_members_with_their_expressions() {
    let finally = "\n[[finally]]\nid = \"last\"\nuses = \"aws:sqs/ListQueues\"";
    let lines = "uses = \"aws:dynamodb/UpdateTable\"\n[steps.with]\nTableName = \"${run.id}\"\nDeletionProtectionEnabled = true";
    let plan = site(NOBODY, &format!("{lines}\n{finally}")).stepwell(&["job", "plan", "job.toml"]).stdout;
    let pairs: Vec<_> = plan.lines().filter_map(|line| line.trim_start().split_once("  ")).collect();
    let of = |key: &str| pairs.iter().filter(|pair| pair.0 == key).map(|pair| pair.1.trim()).collect::<Vec<_>>();
    assert_eq!(of("with"), ["DeletionProtectionEnabled = true", "TableName = ${run.id}"], "{plan}");
    assert_eq!(of("after"), ["nothing: at once", "all other steps: at the end of the run"], "{plan}");
}

#[test]
fn a_dry_run_reads_and_shows_the_first_change_and_makes_none() {
    let (moto, mut aws) = moto();
    tables(&mut aws, &["orders"]);
    let two = format!("{READ}\n\n[[steps]]\nid = \"change\"\n{CHANGE}");
    let ended = site(moto.endpoint(), &two).stepwell(&["run", "job.toml", "--dry-run"]);
    let shown = "would call dynamodb:UpdateTable {\"DeletionProtectionEnabled\":true,\"TableName\":\"orders\"}";
    assert!(ended.code == 0 && ended.stdout.contains(shown), "{ended:?}");
    assert_eq!((count(&moto, "DescribeTable"), count(&moto, "UpdateTable")), (1, 0));
    let table = aws.call("dynamodb", "DescribeTable", json!({ "TableName": "orders" })).expect("it is there");
    assert_eq!(table["Table"]["DeletionProtectionEnabled"], false);
}
