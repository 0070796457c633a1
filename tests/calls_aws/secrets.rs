//! A secret in a request reaches AWS and no file of the host, and an answer brings none.

use serde_json::json;

use super::{ANYTHING, outputs, site};
use crate::runs_examples::{ministack, moto};
use crate::support::{Ended, NOBODY, Site, events, holders, report};

const SECRET: &str = "correct-horse-battery";
const KEY: &str = "keys/shared/database";
const OWNER: &str = "[secrets.\"keys/shared/database\"]\nto = [\"rds:CreateDBInstance\"]\n";

/// A step that creates a database with this password, and a step that reads its state.
fn create(password: &str, more: &str) -> String {
    format!(
        "[[steps]]\nid = \"create\"\nuses = \"aws:rds/CreateDBInstance\"\n{more}\n[steps.with]\n\
         DBInstanceIdentifier = \"orders\"\nDBInstanceClass = \"db.t4g.medium\"\nEngine = \"postgres\"\n\
         AllocatedStorage = 20\nMasterUsername = \"root\"\nMasterUserPassword = \"{password}\"\n\n\
         [[steps]]\nid = \"state\"\nuses = \"aws:rds/DescribeDBInstances\"\n\
         with = {{ DBInstanceIdentifier = \"orders\" }}\nselect = \"DBInstances[0].DBInstanceStatus\"\n"
    )
}

fn with_option(endpoint: &str, system: &str) -> Site {
    let option = format!("name = \"job\"\n\n[options.password]\nsecret = true\nkey = \"{KEY}\"\n\n");
    let job = option + &create("${options.password}", "wait = \"DBInstanceAvailable\"\n");
    let site = Site::new(endpoint).file("project.toml", ANYTHING).file("job.toml", job);
    assert_eq!(site.pipe(&["keys", "set", KEY], SECRET).code, 0);
    site.home_file("stepwell.toml", system)
}

#[test]
fn a_secret_reaches_aws_and_no_file_of_the_host_and_the_wait_goes_on() {
    let (moto, mut aws) = moto();
    let site = with_option(moto.endpoint(), OWNER);
    let ended: Ended = site.stepwell(&["run", "job.toml", "--output", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines = ended.json_lines();
    let steps = &report(&lines)["steps"];
    assert_eq!(steps[0]["outputs"], json!({}), "the answer could repeat the secret");
    assert_eq!(steps[1]["outputs"], json!({ "result": "available" }));

    let seen = moto.seen().expect("moto records");
    let sent: Vec<_> = seen.iter().filter_map(|seen| seen.parameters.get("MasterUserPassword")).collect();
    assert_eq!(sent, [SECRET]);
    let found = aws.call("rds", "DescribeDBInstances", json!({})).expect("it is there");
    assert_eq!(found["DBInstances"][0]["DBInstanceIdentifier"], "orders");

    assert_eq!(holders(site.home(), SECRET), [""; 0]);
    assert!(!format!("{ended:?}").contains(SECRET), "{ended:?}");
    let intended = events(&lines, "call_intended");
    assert_eq!(intended[0]["call"]["request"]["MasterUserPassword"], "(sensitive)", "{intended:?}");
}

#[test]
fn a_job_that_reads_an_answer_which_the_host_withholds_is_wrong() {
    let check = |select: &str, more: &str| {
        let option = format!("name = \"job\"\n\n[options.password]\nsecret = true\nkey = \"{KEY}\"\n\n");
        let job = option + &create("${options.password}", select) + more;
        let site = Site::new(NOBODY).file("project.toml", ANYTHING).file("job.toml", job);
        assert_eq!(site.pipe(&["keys", "set", KEY], SECRET).code, 0);
        site.home_file("stepwell.toml", OWNER).stepwell(&["job", "check", "job.toml"])
    };
    let selecting = check("select = \"DBInstance\"\n", "");
    let [what, because, next] = selecting.three_lines(2);
    assert_eq!(what, "error: step `create`: `select` reads an answer that the host withholds");
    assert!(because.contains("the request holds a secret, which the answer could repeat: the step has no outputs"));
    assert_eq!(next, "next: remove `select`; a later step can read what this one made");
    let reading = check("", "[outputs]\narn = \"${steps.create.outputs.DBInstance}\"\n");
    let [what, because, _] = reading.three_lines(2);
    assert_eq!(what, "error: a value of the job reads `steps.create.outputs.DBInstance`, which does not exist");
    assert_eq!(because, "because: job.toml:25:7: the valid names are none");
}

#[test]
fn a_secret_goes_nowhere_before_its_owner_names_the_action() {
    let (moto, _aws) = moto();
    let check = |system: &str| with_option(moto.endpoint(), system).stepwell(&["job", "check", "job.toml"]);
    let silent = check("");
    let [what, because, next] = silent.three_lines(3);
    assert_eq!(what, "error: step `create` may not have the secret option `password`");
    assert!(
        because.starts_with(
            "because: a step that uses `aws:` sends a secret only where its owner says, and the owner of `keys/shared/database` does not say where it may go (job.toml:"
        ),
        "{because}"
    );
    assert_eq!(
        next,
        "next: add [secrets.\"keys/shared/database\"] with to = [\"rds:CreateDBInstance\"] to stepwell.toml, if the step should send it there; it may also call `rds:DescribeDBInstances`"
    );
    check("[secrets.\"keys/shared/database\"]\nto = [\"lambda:InvokeFunction\"]\n").three_lines(3);
    assert_eq!(moto.seen().expect("moto records"), []);
}

#[test]
fn a_member_that_the_model_calls_sensitive_is_not_in_the_record_of_the_call() {
    let (moto, _aws) = moto();
    let job = format!("name = \"job\"\n\n{}", create(SECRET, ""));
    let site = Site::new(moto.endpoint()).file("project.toml", ANYTHING).file("job.toml", job);
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    assert!(!json!(lines).to_string().contains(SECRET), "{lines:?}");
    let dry = site.stepwell(&["run", "job.toml", "--dry-run"]);
    assert!(dry.stdout.contains("would call rds:CreateDBInstance") && !dry.stdout.contains(SECRET), "{dry:?}");
}

#[test]
fn what_looks_like_a_secret_in_an_answer_is_withheld() {
    let (ministack, mut aws) = ministack();
    let pool = aws.call("cognito-idp", "CreateUserPool", json!({ "PoolName": "shop" })).expect("a pool");
    let pool = pool["UserPool"]["Id"].as_str().expect("an id");
    let provider = json!({
        "UserPoolId": pool, "ProviderName": "corp", "ProviderType": "OIDC",
        "ProviderDetails": { "client_id": "id", "client_secret": SECRET },
    });
    aws.call("cognito-idp", "CreateIdentityProvider", provider).expect("a provider");
    let lines = format!(
        "uses = \"aws:cognito-idp/DescribeIdentityProvider\"\nwith = {{ UserPoolId = \"{pool}\", ProviderName = \"corp\" }}"
    );
    let site = site(ministack.endpoint(), &lines);
    let ended = site.stepwell(&["run", "job.toml", "--output", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!ended.stdout.contains(SECRET), "{ended:?}");
    assert_eq!(holders(site.home(), SECRET), [""; 0]);
}

#[test]
fn a_value_whose_name_is_that_of_a_secret_is_withheld() {
    let (moto, mut aws) = moto();
    let environment = json!([
        { "name": "DB_PASSWORD", "value": SECRET }, { "name": "DB_PASSWORD_ARN", "value": "arn" },
        { "name": "LEVEL", "value": "debug" },
    ]);
    let container = json!({ "name": "web", "image": "web", "memory": 128, "environment": environment });
    let task = json!({ "family": "web", "containerDefinitions": [container] });
    aws.call("ecs", "RegisterTaskDefinition", task).expect("it is registered");
    let lines = "uses = \"aws:ecs/DescribeTaskDefinition\"\nwith = { taskDefinition = \"web\" }\n\
                 select = \"taskDefinition.containerDefinitions[0].environment[].value\"";
    let site = site(moto.endpoint(), lines);
    let (code, lines) = site.run_json();
    let values = json!(["(withheld: a secret)", "arn", "debug"]);
    assert_eq!((code, &outputs(&lines)["result"]), (0, &values), "{lines:?}");
    assert_eq!(holders(site.home(), SECRET), [""; 0]);
}

#[test]
fn a_secret_in_an_address_in_bytes_or_under_a_checksum_is_refused() {
    let (moto, _aws) = moto();
    let system =
        "[secrets.\"keys/shared/\"]\nto = [\"lambda:GetFunction\", \"kinesis:PutRecord\", \"s3:PutBucketTagging\"]\n";
    let run = |lines: &str| {
        let option =
            format!("name = \"job\"\n\n[options.password]\nsecret = true\nkey = \"{KEY}\"\n\n[[steps]]\nid = \"it\"\n");
        let site = Site::new(moto.endpoint()).file("project.toml", ANYTHING).file("job.toml", option + lines);
        assert_eq!(site.pipe(&["keys", "set", KEY], SECRET).code, 0);
        site.home_file("stepwell.toml", system).run()
    };
    let address = run("uses = \"aws:lambda/GetFunction\"\nwith = { FunctionName = \"${options.password}\" }\n");
    let [what, because, _] = address.three_lines(3);
    assert!(
        what.contains("`lambda:GetFunction` was not called, because a secret would stand in the address"),
        "{what}"
    );
    assert_eq!(because, "because: other people can read that part: in proxies, in logs, or where it arrives");
    let bytes = run(
        "uses = \"aws:kinesis/PutRecord\"\nwith = { StreamName = \"s\", PartitionKey = \"k\", Data = \"${options.password}\" }\n",
    );
    assert!(bytes.three_lines(2)[1].contains("`Data`: must be bytes in base64, not text"), "{bytes:?}");
    let summed = run("uses = \"aws:s3/PutBucketTagging\"\n[steps.with]\nBucket = \"b\"\n\
         Tagging = { TagSet = [{ Key = \"k\", Value = \"${options.password}\" }] }\n");
    let [what, because, _] = summed.three_lines(3);
    assert!(what.contains("a secret would stand in the checksummed body of its request"), "{what}");
    assert!(because.ends_with("a checksum would be that of another text"), "{because}");
    assert_eq!(moto.seen().expect("moto records"), []);
}
