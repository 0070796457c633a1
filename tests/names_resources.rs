//! The policy of a job names the resources that its steps name, and no others.

use serde_json::{Value as Json, json};

use super::support::Site;

const DATA: &str =
    "name = \"test\"\n[directories.site]\npath = \"files\"\n[grants.aws]\nallow = [\"lambda:*\", \"sqs:*\"]\n";

/// The statements of the policy of a job with these lines.
fn statements(lines: &str, arguments: &[&str]) -> Vec<Json> {
    let site = Site::without_aws().file("project.toml", DATA).file("job.toml", format!("name = \"job\"\n{lines}"));
    std::fs::create_dir_all(site.path("files")).expect("it can be made");
    let ended = site.stepwell(&[&["job", "policy", "job.toml"], arguments].concat());
    let policy: Json = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    policy["Statement"].as_array().expect("a list").clone()
}

/// The resources of an action in the policy of one step.
fn resources(uses: &str, with: &str, action: &str) -> Json {
    let lines = format!("[[steps]]\nid = \"it\"\nuses = \"{uses}\"\nwith = {{ {with} }}\n");
    let mut found = statements(&lines, &[])
        .into_iter()
        .filter(|statement| statement["Action"].as_array().is_some_and(|actions| actions.contains(&json!(action))));
    let resource = found.next().unwrap_or_else(|| panic!("{uses} has no {action}"))["Resource"].clone();
    assert_eq!(found.next(), None, "{uses}");
    resource
}

#[test]
fn the_policy_names_what_the_step_names() {
    let id = "i-0123456789abcdef0";
    let instance = format!("arn:aws:ec2:*:*:instance/{id}");
    let node = format!(r#"instance_id = "{id}", parameters = {{ commands = "true" }}"#);
    for (uses, with, action, expected) in [
        ("ec2-stop", format!(r#"instance_id = "{id}""#), "ec2:StopInstances", json!(instance)),
        ("ec2-stop", format!(r#"instance_id = "{id}""#), "ec2:DescribeInstances", json!("*")),
        ("aws:ec2/DescribeInstances", format!(r#"InstanceIds = ["{id}"]"#), "ec2:DescribeInstances", json!("*")),
        (
            "rds-instance-stop",
            r#"instance_name = "orders""#.to_owned(),
            "rds:StopDBInstance",
            json!(["arn:aws:rds:*:*:db:orders", "arn:aws:rds:*:*:snapshot:*"]),
        ),
        (
            "asg-update",
            r#"auto_scaling_group_name = "web", desired_capacity = 2"#.to_owned(),
            "autoscaling:UpdateAutoScalingGroup",
            json!("arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/web"),
        ),
        (
            "aws:lambda/Invoke",
            r#"FunctionName = "report""#.to_owned(),
            "lambda:InvokeFunction",
            json!(["arn:aws:lambda:*:*:function:report", "arn:aws:lambda:*:*:function:report:*"]),
        ),
        (
            "aws:sqs/PurgeQueue",
            r#"QueueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/q""#.to_owned(),
            "sqs:PurgeQueue",
            json!("arn:aws:sqs:*:*:q"),
        ),
        ("ssm-run-command", node.clone(), "ssm:SendCommand", json!([instance, "arn:aws:ssm:*:*:document/*"])),
        (
            "ssm-run-command",
            format!(r#"{node}, document_name = "AWS-RunShellScript""#),
            "ssm:SendCommand",
            json!([instance, "arn:aws:ssm:*:*:document/AWS-RunShellScript"]),
        ),
        (
            "s3-copy",
            r#"source = "site/a", destination = "s3://data/b/""#.to_owned(),
            "s3:PutObject",
            json!("arn:aws:s3:::data/b/*"),
        ),
        (
            "s3-copy",
            r#"source = "s3://here/a", destination = "s3://there/b""#.to_owned(),
            "s3:GetObject",
            json!("arn:aws:s3:::here/a*"),
        ),
        (
            "s3-delete-bucket",
            r#"s3_uri = "s3://data", force = true"#.to_owned(),
            "s3:DeleteBucket",
            json!("arn:aws:s3:::data"),
        ),
        (
            "s3-copy",
            r#"source = "site/a", destination = "s3://data/b", sse = "aws:kms", sse_kms_key_id = "1234-abcd""#
                .to_owned(),
            "kms:GenerateDataKey",
            json!("arn:aws:kms:*:*:key/1234-abcd"),
        ),
    ] {
        assert_eq!(resources(uses, &with, action), expected, "{uses} {with}");
    }
}

#[test]
fn what_only_the_run_knows_keeps_the_policy_open_and_a_given_option_closes_it() {
    let job = "[options.id]\ndefault = \"i-0123456789abcdef0\"\n\n[[steps]]\nid = \"stop\"\nuses = \"ec2-stop\"\n\
               with = { instance_id = \"${options.id}\" }\n";
    let general =
        json!({ "Effect": "Allow", "Action": ["ec2:StopInstances"], "Resource": "arn:aws:ec2:*:*:instance/*" });
    // Another run may give the option another value than its default.
    assert!(statements(job, &[]).contains(&general));
    let given = statements(job, &["--option", "id=i-0aaaaaaaaaaaaaaaa"]);
    let one = json!({
        "Effect": "Allow",
        "Action": ["ec2:StopInstances"],
        "Resource": "arn:aws:ec2:*:*:instance/i-0aaaaaaaaaaaaaaaa",
    });
    assert!(given.contains(&one), "{given:?}");
    let computed = job.replace("${options.id}", "${options.id|lower}");
    assert!(statements(&computed, &["--option", "id=i-0aaaaaaaaaaaaaaaa"]).contains(&general));
    let items = "[[steps]]\nid = \"stop\"\nuses = \"ec2-stop\"\nfor_each = [\"i-0123456789abcdef0\"]\n\
                 with = { instance_id = \"${item}\" }\n";
    assert!(statements(items, &[]).contains(&general));
}

#[test]
fn the_names_of_all_steps_come_together_and_a_step_without_names_needs_all() {
    let stop = |id: &str, instance: &str| {
        format!("[[steps]]\nid = \"{id}\"\nuses = \"ec2-stop\"\nwith = {{ instance_id = {instance} }}\n")
    };
    let named =
        stop("one", "\"i-0123456789abcdef0\"") + &stop("two", "[\"i-0aaaaaaaaaaaaaaaa\", \"i-0123456789abcdef0\"]");
    let both = ["arn:aws:ec2:*:*:instance/i-0123456789abcdef0", "arn:aws:ec2:*:*:instance/i-0aaaaaaaaaaaaaaaa"];
    let described = json!({ "Effect": "Allow", "Action": ["ec2:DescribeInstances"], "Resource": "*" });
    let stopped = |resource: Json| json!({ "Effect": "Allow", "Action": ["ec2:StopInstances"], "Resource": resource });
    assert_eq!(statements(&named, &[]), [described.clone(), stopped(json!(both))]);
    let open = named + &stop("three", "\"${run.id}\"");
    assert_eq!(statements(&open, &[]), [described, stopped(json!("arn:aws:ec2:*:*:instance/*"))]);
}
