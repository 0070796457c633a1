//! Every mistake in a step that calls an operation is found before the run, with its place and the nearest right name.

use super::site;
use crate::runs_examples::moto;
use crate::support::NOBODY;

/// Asserts that `job check` answers this step with these three lines.
fn wrong(lines: &str, expected: [&str; 3]) {
    assert_eq!(site(NOBODY, lines).stepwell(&["job", "check", "job.toml"]).three_lines(2), expected, "{lines}");
}

#[test]
fn a_service_or_an_operation_that_aws_does_not_have() {
    wrong(
        "uses = \"aws:dynamo/UpdateTable\"",
        [
            "error: step `it`: `aws:dynamo/UpdateTable` cannot be called: AWS has no service `dynamo`",
            "because: the models that this program carries do not list it (job.toml:5:8)",
            "next: write `dynamodb`, if that is meant",
        ],
    );
    wrong(
        "uses = \"aws:DynamoDB/UpdateTable\"",
        [
            "error: `aws:DynamoDB/UpdateTable` is not a valid operation of AWS",
            "because: the mistake is at job.toml:5:8",
            "next: write `aws:dynamodb/UpdateTable`",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb\"",
        [
            "error: `aws:dynamodb` is not a valid operation of AWS: expected `aws:SERVICE/Operation`, such as `aws:dynamodb/UpdateTable`",
            "because: the mistake is at job.toml:5:8",
            "next: correct line 5 of job.toml",
        ],
    );
    for other in
        ["dynamodb/ListTables", "AWS:dynamodb/ListTables", "aws:dynamodb.ListTables", "aws:dynamodb/list-tables"]
    {
        wrong(
            &format!("uses = \"{other}\""),
            [
                &format!("error: `{other}` is not a valid operation of AWS"),
                "because: the mistake is at job.toml:5:8",
                "next: write `aws:dynamodb/ListTables`",
            ],
        );
    }
    for misspelt in ["UpdateTabel", "updateTable"] {
        let site = site(NOBODY, &format!("uses = \"aws:dynamodb/{misspelt}\""));
        let ended = site.stepwell(&["job", "check", "job.toml"]);
        let [what, because, next] = ended.three_lines(2);
        assert_eq!(what, format!("error: step `it`: `dynamodb` has no operation `{misspelt}`"));
        assert!(because.ends_with(" operations and not this one (job.toml:5:8)"), "{because}");
        assert_eq!(next, "next: write `aws:dynamodb/UpdateTable`");
    }
}

#[test]
fn a_member_that_is_misspelt_at_any_depth() {
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\nwith = { Limt = 3 }",
        [
            "error: step `it`: `aws:dynamodb/ListTables` does not accept its configuration",
            "because: job.toml:6:17: `Limt`: is no member of the request",
            "next: write `Limit`; `stepwell aws show dynamodb/ListTables` describes it",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb/UpdateTable\"\nwith = { TableName = \"t\", ProvisionedThroughput = { ReadCapacityUnits = 1, WriteCapacity = 2 } }",
        [
            "error: step `it`: `aws:dynamodb/UpdateTable` does not accept its configuration",
            "because: job.toml:6:92: `ProvisionedThroughput.WriteCapacity`: is no member of the request",
            "next: write `WriteCapacityUnits`; `stepwell aws show dynamodb/UpdateTable` describes it",
        ],
    );
    wrong(
        "uses = \"aws:kms/DisableKey\"\nwith = { key_id = \"k\" }",
        [
            "error: step `it`: `aws:kms/DisableKey` does not accept its configuration",
            "because: job.toml:6:19: `key_id`: is no member of the request",
            "next: write `KeyId`; `stepwell aws show kms/DisableKey` describes it",
        ],
    );
}

#[test]
fn a_value_of_the_wrong_type_or_none_at_all() {
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\nwith = { Limit = \"three\" }",
        [
            "error: step `it`: `aws:dynamodb/ListTables` does not accept its configuration",
            "because: job.toml:6:18: `Limit`: must be an integer of 32 bits, not text",
            "next: write an integer of 32 bits; `stepwell aws show dynamodb/ListTables` describes it",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\nwith = { ExclusiveStartTableName = \"${['a']}\" }",
        [
            "error: step `it`: `aws:dynamodb/ListTables` does not accept its configuration",
            "because: job.toml:6:36: `ExclusiveStartTableName`: must be text, not a list",
            "next: write text; `stepwell aws show dynamodb/ListTables` describes it",
        ],
    );
    for (time, found) in [
        ("2026-01-01", "a date without the time of day"),
        ("2026-01-01T12:00:00", "a time without its zone"),
        ("yesterday", "other text"),
    ] {
        let with = format!("with = {{ StartTime = \"{time}\" }}");
        wrong(
            &format!("uses = \"aws:cloudtrail/LookupEvents\"\n{with}"),
            [
                "error: step `it`: `aws:cloudtrail/LookupEvents` does not accept its configuration",
                &format!(
                    "because: job.toml:6:22: `StartTime`: must be a timestamp, such as 2026-01-31T12:00:00Z, not {found}"
                ),
                "next: write a timestamp, such as 2026-01-31T12:00:00Z; `stepwell aws show cloudtrail/LookupEvents` describes it",
            ],
        );
    }
    for lines in ["uses = \"aws:dynamodb/DescribeTable\"", "uses = \"aws:dynamodb/DescribeTable\"\nwith = {}"] {
        let because = match lines.contains("with") {
            true => "because: job.toml:6:8: lacks `TableName`",
            false => "because: job.toml:5:8: lacks `TableName`",
        };
        wrong(
            lines,
            [
                "error: step `it`: `aws:dynamodb/DescribeTable` does not accept its configuration",
                because,
                "next: add `TableName`; `stepwell aws show dynamodb/DescribeTable` describes it",
            ],
        );
    }
}

const ON_DEMAND: &str =
    "uses = \"aws:dynamodb/UpdateTable\"\nwith = { TableName = \"t\", BillingMode = \"PAY_PER_REQEST\" }";

#[test]
fn a_value_that_the_model_does_not_know_unless_the_step_allows_it() {
    wrong(
        ON_DEMAND,
        [
            "error: step `it`: `aws:dynamodb/UpdateTable` does not accept its configuration",
            "because: job.toml:6:41: `BillingMode`: has a value that the model does not know",
            "next: write `PAY_PER_REQUEST`, or set `allow_unlisted = true` if AWS accepts it by now; `stepwell aws show dynamodb/UpdateTable` describes it",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\nwith = { Limit = 1000 }",
        [
            "error: step `it`: `aws:dynamodb/ListTables` does not accept its configuration",
            "because: job.toml:6:18: `Limit`: must have 1 to 100, not 1000",
            "next: write a value within these bounds, or set `allow_unlisted = true` if AWS accepts it by now; `stepwell aws show dynamodb/ListTables` describes it",
        ],
    );
    for allowed in [ON_DEMAND, "uses = \"aws:dynamodb/ListTables\"\nwith = { Limit = 1000 }"] {
        let site = site(NOBODY, &format!("{allowed}\nallow_unlisted = true"));
        assert_eq!(site.stepwell(&["job", "check", "job.toml"]).code, 0, "{allowed}");
    }
    // Names and types are not AWS's to extend.
    let misspelt = site(NOBODY, "uses = \"aws:dynamodb/ListTables\"\nwith = { Limt = 3 }\nallow_unlisted = true");
    misspelt.stepwell(&["job", "check", "job.toml"]).three_lines(2);
}

#[test]
fn a_value_that_only_the_run_knows_fails_the_step_and_reaches_no_aws() {
    let (moto, _aws) = moto();
    let two = "uses = \"aws:sqs/ListQueues\"\n\n[[steps]]\nid = \"list\"\nuses = \"aws:dynamodb/ListTables\"\n\
               with = { Limit = \"${steps.it.outputs.QueueUrls}\" }";
    let [what, because, _] = site(moto.endpoint(), two).run().three_lines(1).map(str::to_owned);
    assert!(what.starts_with("error: step `list` failed: "), "{what}");
    assert!(
        because.starts_with("because: job.toml:10:18: `Limit`: must be an integer of 32 bits, not a list"),
        "{because}"
    );
    assert_eq!(super::count(&moto, "ListTables"), 0);
}

#[test]
fn a_waiter_that_the_service_does_not_have() {
    wrong(
        "uses = \"aws:ecs/DescribeServices\"\nwith = { services = [\"web\"] }\nwait = \"ServiceStable\"",
        [
            "error: step `it`: `ecs` has no waiter `ServiceStable`",
            "because: its waiters are `ServicesInactive`, `ServicesStable`, `DaemonActive`, `DaemonDeploymentStopped`, `DaemonDeploymentSuccessful`, `DaemonTaskDefinitionActive`, `DaemonTaskDefinitionDeleted`, `TasksRunning`, `TasksStopped` (job.toml:7:8)",
            "next: write `ServicesStable`",
        ],
    );
    wrong(
        "uses = \"aws:sqs/ListQueues\"\nwait = \"QueueExists\"",
        [
            "error: step `it`: `sqs` has no waiter `QueueExists`",
            "because: AWS's model of the service has no waiters (job.toml:6:8)",
            "next: add a step with the operation that describes the resource and an `until`, which waits for any state",
        ],
    );
}

/// A waiter of a similar name waits for another state.
#[test]
fn a_waiter_that_is_no_slip_of_the_keyboard_is_not_guessed() {
    wrong(
        "uses = \"aws:rds/StopDBInstance\"\nwith = { DBInstanceIdentifier = \"d\" }\nwait = \"DBInstanceStopped\"",
        [
            "error: step `it`: `rds` has no waiter `DBInstanceStopped`",
            "because: its waiters are `DBClusterAvailable`, `DBClusterDeleted`, `DBClusterSnapshotAvailable`, `DBClusterSnapshotDeleted`, `DBInstanceAvailable`, `DBInstanceDeleted`, `DBSnapshotAvailable`, `DBSnapshotCompleted`, `DBSnapshotDeleted`, `TenantDatabaseAvailable`, `TenantDatabaseDeleted` (job.toml:7:8)",
            "next: use one of them, or add a step with the operation that describes the resource and an `until`, which waits for any state",
        ],
    );
}

#[test]
fn a_retry_that_would_repeat_a_change_that_is_made() {
    for code in ["NothingSelected", "ExpectFailed"] {
        let retry = format!("retry = {{ attempts = 3, on = [\"Throttled\", \"{code}\"] }}");
        wrong(
            &format!("uses = \"aws:sqs/SendMessage\"\nwith = {{ QueueUrl = \"q\", MessageBody = \"m\" }}\n{retry}"),
            [
                &format!("error: step `it`: `aws:sqs/SendMessage` cannot be repeated on `{code}`"),
                "because: it changes something, the change is made by then, and another attempt would make it again (job.toml:7:9)",
                &format!(
                    "next: remove `{code}` from `on`; add a step that reads the resource, and give that one an `until`"
                ),
            ],
        );
        let reads = site(NOBODY, &format!("uses = \"aws:sqs/ListQueues\"\n{retry}"));
        assert_eq!(reads.stepwell(&["job", "check", "job.toml"]).code, 0);
    }
}

#[test]
fn a_retry_on_a_code_with_which_no_step_fails() {
    let usual = "write the code with which the step failed, such as `AwsError`, `NotFound`, `Throttled`, `Unavailable`, `StepTimeout`";
    for (code, next) in [("NotFuond", "write `NotFound`"), ("ThrottlingException", usual)] {
        wrong(
            &format!("uses = \"aws:sqs/ListQueues\"\nretry = {{ attempts = 3, on = [\"{code}\"] }}"),
            [
                &format!("error: step `it`: `on` of `retry` has `{code}`, with which no step fails"),
                "because: an operation fails with a code of Stepwell; AWS's own code is part of the message (job.toml:6:9)",
                &format!("next: {next}"),
            ],
        );
    }
}

#[test]
fn a_waiter_that_needs_what_the_request_does_not_have() {
    wrong(
        "uses = \"aws:ecs/UpdateService\"\nwith = { service = \"web\", desiredCount = 2 }\nwait = \"ServicesStable\"",
        [
            "error: step `it`: `ServicesStable` cannot wait for this request",
            "because: it looks with `DescribeServices`, which needs `services`, and the request has none (job.toml:7:8)",
            "next: add a step that uses `aws:ecs/DescribeServices` with this `wait`",
        ],
    );
    wrong(
        "uses = \"aws:ec2/DescribeVpcs\"\nwait = \"InstanceStopped\"",
        [
            "error: step `it`: `InstanceStopped` cannot wait for this request",
            "because: it looks with `DescribeInstances`, and the request names nothing of what that takes (job.toml:6:8)",
            "next: add a step that uses `aws:ec2/DescribeInstances` with this `wait`",
        ],
    );
}

#[test]
fn a_select_that_is_no_jmespath() {
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\nselect = \"TableNames[\"",
        [
            "error: step `it`: `select` is no JMESPath",
            "because: Expected number, ':', or '*' -- found Eof, at character 12 (job.toml:6:10)",
            "next: write a path such as `Table.TableStatus` or `QueueUrls[]`",
        ],
    );
    let long = format!("uses = \"aws:dynamodb/ListTables\"\nselect = \"{}\"", "a".repeat(1_001));
    wrong(
        &long,
        [
            "error: step `it`: `select` is no JMESPath",
            "because: it has more than 1000 bytes (job.toml:6:10)",
            "next: write a path such as `Table.TableStatus` or `QueueUrls[]`",
        ],
    );
}

#[test]
fn pages_of_an_operation_without_pages_and_other_keys_without_effect() {
    wrong(
        "uses = \"aws:dynamodb/DescribeTable\"\nwith = { TableName = \"t\" }\npages = \"all\"",
        [
            "error: step `it`: `aws:dynamodb/DescribeTable` has no pages",
            "because: AWS's model names no token that would lead to a next page (job.toml:7:9)",
            "next: remove `pages`",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\npage_limit = 3",
        [
            "error: `page_limit` of step `it` has no effect",
            "because: the step reads one page (job.toml:6:14)",
            "next: remove `page_limit`, or add `pages = \"all\"`",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\npages = \"all\"\npage_limit = 1001",
        [
            "error: `page_limit` is a number from 1 to 1000",
            "because: the mistake is at job.toml:7:14",
            "next: write a number from 1 to 1000",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb/ListTables\"\npages = 2",
        [
            "error: `pages` is \"first\" or \"all\"",
            "because: the mistake is at job.toml:6:9",
            "next: write pages = \"all\"; `page_limit` is the most pages",
        ],
    );
    wrong(
        "uses = \"aws:dynamodb/DescribeTable\"\nwith = { TableName = \"t\" }\nwait = \"TableExists\"\nuntil = \"${true}\"",
        [
            "error: `until` of step `it` has no effect",
            "because: `wait` already decides when the step is complete (job.toml:8:9)",
            "next: remove `until`, or remove `wait`, when the operation reads",
        ],
    );
    wrong(
        "uses = \"ec2-stop\"\nwith = { instance_id = \"i-0123456789abcdef0\" }\nselect = \"state\"",
        [
            "error: `select` of step `it` has no effect",
            "because: only a step that uses an operation of AWS (`aws:…`) reads it (job.toml:7:10)",
            "next: remove `select`",
        ],
    );
}

#[test]
fn an_operation_that_the_host_cannot_call() {
    for (uses, because) in [
        ("s3/GetObject", "its request or response has a body of any length, which a call cannot hold"),
        ("kinesis/SubscribeToShard", "it sends or receives events while it runs, which a call cannot do"),
        ("timestream-query/Query", "another operation has to be asked for its endpoint, which the host does not do"),
        (
            "codecatalyst/ListSpaces",
            "it is signed in another way than by Signature Version 4, which is all that the host does",
        ),
    ] {
        wrong(
            &format!("uses = \"aws:{uses}\""),
            [
                &format!("error: step `it`: `aws:{uses}` cannot be called"),
                &format!("because: {because} (job.toml:5:8)"),
                "next: use a shipped plugin or a typed interface for it",
            ],
        );
    }
}

#[test]
fn an_operation_that_answers_with_a_secret() {
    for uses in ["iam/CreateAccessKey", "secretsmanager/GetSecretValue", "sts/AssumeRole"] {
        wrong(
            &format!("uses = \"aws:{uses}\""),
            [
                &format!("error: step `it`: `aws:{uses}` cannot be called"),
                "because: it answers with a secret, which the journal and other steps could read (job.toml:5:8)",
                "next: let the host hold the secret: store it with `stepwell keys set`, and name it as the `key` of a secret option",
            ],
        );
    }
}

#[test]
fn a_parameter_is_not_decrypted_in_the_plan_nor_in_the_run() {
    wrong(
        "uses = \"aws:ssm/GetParameter\"\nwith = { Name = \"p\", WithDecryption = true }",
        [
            "error: step `it`: `aws:ssm/GetParameter` does not accept its configuration",
            "because: job.toml:6:39: `WithDecryption`: asks for a secret, which the journal and other steps could read",
            "next: leave it out; a secret that a request needs is stored with `stepwell keys set`, and named as the `key` of a secret option",
        ],
    );
    let (moto, _aws) = moto();
    let two = "uses = \"aws:sqs/ListQueues\"\n\n[[steps]]\nid = \"get\"\nuses = \"aws:ssm/GetParameter\"\n\
               with = { Name = \"p\", WithDecryption = \"${steps.it.outputs.QueueUrls|length == 0}\" }";
    let ended = site(moto.endpoint(), two).run();
    let [what, because, _] = ended.three_lines(1);
    assert!(what.starts_with("error: step `get` failed: "), "{what}");
    assert!(format!("{what}{because}").contains("secret"), "{ended:?}");
    assert_eq!(super::count(&moto, "GetParameter"), 0);
}
