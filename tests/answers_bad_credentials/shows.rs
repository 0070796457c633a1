//! `credentials show` and plans show whose credentials are used and where they come from, and never the credentials
//! themselves.

use serde_json::{Value as Json, json};

use super::{VALIDATE, naming, shown, site, stepwell};
use crate::support::identity::{ACCOUNT, Identity, external_id, trusting};
use crate::support::{Ended, Site};

const NAMED: &str = "  session      as wide as the credentials\n  named by     project.toml\n  region       as the AWS SDK finds it: AWS_REGION, profile, instance\n";

fn said(site: &Site, ended: &Ended) -> String {
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended:?}");
    shown(site, &ended.stdout)
}

fn said_json(site: &Site, arguments: &[&str]) -> Vec<Json> {
    let ended = site.stepwell(&[arguments, &["--output", "json"]].concat());
    said(site, &ended);
    ended.json_lines()
}

fn step(id: &str, more: &str) -> String {
    format!("\n[[steps]]\nid = \"{id}\"\nuses = \"{VALIDATE}\"\n{more}")
}

/// Tables, and how each is shown to people and to programs.
const PROVIDERS: &[(&str, &str, &str)] = &[
    ("provider = \"ec2\"", "role of the EC2 instance", r#""provider": "ec2""#),
    ("provider = \"ecs\"", "role of the ECS task or EKS pod", r#""provider": "ecs""#),
    (
        "provider = \"web_identity\"",
        "web identity of AWS_WEB_IDENTITY_TOKEN_FILE",
        r#""provider": "web_identity", "token": null"#,
    ),
    (
        "provider = \"web_identity\"\nrole_arn = \"arn:aws:iam::123456789012:role/pod\"\ntoken_file = \"/run/token\"",
        "web identity of /run/token as arn:aws:iam::123456789012:role/pod",
        r#""provider": "web_identity", "token": { "role_arn": "arn:aws:iam::123456789012:role/pod", "token_file": "/run/token" }"#,
    ),
    ("provider = \"profile\"", "profile of AWS_PROFILE, or `default`", r#""provider": "profile", "profile": null"#),
    ("provider = \"profile\"\nprofile = \"web\"", "profile `web`", r#""provider": "profile", "profile": "web""#),
    (
        "provider = \"key_storage\"\naccess_key_id = \"AKIACANARYCANARY1234\"\nsecret_key_path = \"keys/web/aws\"",
        "access key …1234 with the secret in keys/web/aws",
        r#""provider": "key_storage", "access_key_id": "…1234", "secret_key_path": "keys/web/aws""#,
    ),
];

#[test]
fn every_provider_is_shown_in_its_own_words() {
    for (table, text, entries) in PROVIDERS {
        let site = naming(&format!("{table}\n"));
        let expected = format!("  credentials  {text}  (project.toml)\n{NAMED}");
        assert_eq!(said(&site, &site.stepwell(&["credentials", "show"])), expected);
        let levels = r#""from": "project", "base_from": "project""#;
        let roles = r#""assume_role": [], "narrow_sessions": true, "session_tags": false"#;
        let credentials: Json =
            serde_json::from_str(&format!("{{ {levels}, {roles}, {entries} }}")).expect("that is JSON");
        let expected = json!({ "step": null, "region": null, "credentials": credentials });
        assert_eq!(said_json(&site, &["credentials", "show"]), [expected]);
    }
}

#[test]
fn the_source_that_the_default_chain_finds_is_shown() {
    let site = site("");
    let expected = "  credentials  default chain of the AWS SDK  (default), found in: environment\n";
    let ended = site.stepwell(&["credentials", "show"]);
    assert_eq!(said(&site, &ended), format!("{expected}{}", NAMED.replace("project.toml", "default")));
    assert_eq!(said_json(&site, &["credentials", "show"])[0]["credentials"]["source"], "environment");
    let ended = stepwell(&site, &["credentials", "show"], |command| {
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    });
    assert!(said(&site, &ended).contains("which finds nothing: no provider has any: Environment ("), "{ended:?}");
}

/// A job with three steps, each with other credentials.
fn job_of_three() -> Site {
    let role = "[aws]\nregion = \"eu-west-1\"\n[aws.credentials]\nsession_tags = true\n[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::123456789012:role/web\"\nduration = \"20m\"\n";
    let own = "aws = { region = \"us-east-1\", credentials = { provider = \"ec2\" } }\n";
    let through = "aws = { credentials = { narrow_sessions = false, assume_role = [{ role_arn = \"arn:aws:iam::123456789012:role/theirs\", external_id = \"canary-theirs\" }] } }\n";
    let head = "name = \"job\"\ndescription = \"Three\"\n[options.token]\nsecret = true\nkey = \"keys/web/token\"\n[options.word]\nsecret = true\n";
    let job = [head, &step("a", ""), &step("b", own), &step("c", through)].concat();
    site(role).file("job.toml", job)
}

#[test]
fn every_step_of_a_job_is_shown_with_its_own_credentials() {
    let site = job_of_three();
    let chain = "  credentials  default chain of the AWS SDK  (default), found in: environment\n";
    let a = format!(
        "a\n{chain}  then role    arn:aws:iam::123456789012:role/web with the generated external id, for 20m  (./project.toml:6:1)\n  session      narrowed to what the step may call, tagged with run, job and project\n  named by     project.toml\n  region       eu-west-1  (project.toml)\n"
    );
    let b = "b\n  credentials  role of the EC2 instance  (step)\n  session      as wide as the credentials\n  named by     step\n  region       us-east-1  (step)\n";
    let c = format!(
        "c\n{chain}  then role    arn:aws:iam::123456789012:role/theirs with an external id of its own, for 1h  (job.toml:21:65)\n  session      as wide as the role\n  named by     step\n  region       eu-west-1  (project.toml)\n"
    );
    let show = ["credentials", "show", "--job", "job.toml"];
    assert_eq!(said(&site, &site.stepwell(&show)), format!("{a}{b}{c}"));
    assert_eq!(said(&site, &site.stepwell(&[&show[..], &["--step", "b"]].concat())), b);

    let lines = said_json(&site, &show);
    let role = |name: &str, id: Json, seconds: u16, from: &str| json!([{ "role_arn": format!("arn:aws:iam::123456789012:role/{name}"), "external_id": id, "duration_seconds": seconds, "from": from }]);
    let of = |at: usize, key: &str| lines[at]["credentials"][key].clone();
    assert_eq!(of(0, "assume_role"), role("web", json!("generated"), 1_200, "project"));
    assert_eq!(of(2, "assume_role"), role("theirs", json!({ "given": null }), 3_600, "step"));
    assert_eq!((of(0, "session_tags"), of(2, "narrow_sessions")), (json!(true), json!(false)));
    assert_eq!(lines[1]["region"], json!({ "from": "step", "value": "us-east-1" }));
    assert_eq!((&lines[1]["step"], of(1, "provider"), of(1, "from")), (&json!("b"), json!("ec2"), json!("step")));
}

#[test]
fn a_plan_shows_credentials_and_where_secrets_lie() {
    let site = job_of_three();
    let plan = ["job", "plan", "job.toml", "--option", "word=-"];
    let text = said(&site, &site.stepwell(&plan));
    let head = "job  Three\n  file     job.toml\n  project  web  (./project.toml)\n  token    secret, in keys/web/token; sent by no step\n  word     secret, asked for when the job runs; sent by no step\n\n1. a\n";
    assert!(text.starts_with(head), "{text}");
    let b = "     credentials  role of the EC2 instance  (step)\n     session      as wide as the credentials\n     region       us-east-1  (step)\n     may call     sts:GetCallerIdentity  (reads)\n";
    assert!(text.contains(b), "{text}");
    let c = "     then role    arn:aws:iam::123456789012:role/theirs with an external id of its own, for 1h  (job.toml:21:65)\n     session      as wide as the role\n";
    assert!(text.contains(c), "{text}");
    let plan = &said_json(&site, &plan)[0];
    assert_eq!(
        plan["secrets"],
        json!({ "token": { "key": "keys/web/token", "sent": [] }, "word": { "key": null, "sent": [] } })
    );
    assert_eq!(plan["steps"][1]["credentials"]["provider"], "ec2");
    assert_eq!(plan["steps"][0]["credentials"]["source"], "environment");
}

#[test]
fn the_identity_that_aws_reports() {
    let identity = Identity::new();
    let site = identity.site();
    let id = &identity.host.access_key_id;
    let ends = &id[id.len() - 4..];
    let expected = format!(
        "  account     {ACCOUNT}\n  arn         arn:aws:iam::{ACCOUNT}:user/host\n  region      eu-central-1\n  provider    default_chain: environment  (default)\n  access key  …{ends}\n  expires     never\n"
    );
    let validated = site.stepwell(&["credentials", "validate"]);
    assert_eq!(said(&site, &validated), expected);
    let mut line = said_json(&site, &["credentials", "validate"]).remove(0);
    assert!(line["user_id"].take().as_str().is_some_and(|id| id.starts_with("AIDA")));
    let signed =
        json!({ "from": "default", "provider": "default_chain", "source": "environment", "access_key_id_ends": ends });
    let caller = json!({ "step": null, "account": ACCOUNT, "arn": format!("arn:aws:iam::{ACCOUNT}:user/host"), "region": "eu-central-1", "user_id": null, "signed_as": signed });
    assert_eq!(line, caller);

    let role = format!("arn:aws:iam::{ACCOUNT}:role/web");
    let project = format!("name = \"web\"\n[[aws.credentials.assume_role]]\nrole_arn = \"{role}\"\n");
    let job = format!("name = \"job\"\n{}{}", step("a", ""), step("b", "aws = { region = \"us-east-1\" }\n"));
    let site = identity.site().file("project.toml", project).file("job.toml", job);
    identity.role("web", trusting(Some(&external_id(&site))), &["ec2:*"]);
    let lines = said_json(&site, &["credentials", "validate", "--job", "job.toml"]);
    let of = |at: usize, pointer: &str| lines[at].pointer(pointer).cloned().unwrap_or_default();
    assert_eq!((of(0, "/step"), of(1, "/step"), of(1, "/region")), (json!("a"), json!("b"), json!("us-east-1")));
    assert_eq!(of(0, "/signed_as/role_arn"), json!(role));
    let ran = site.run();
    let report = said(&site, &ran);
    let signed = format!("\n    signed as  default_chain (environment) > {role}, access key …");
    let named = report.split_once(&signed).expect("it says who signed").1;
    assert!(
        named.get(4..).is_some_and(|rest| rest.starts_with(", named by project.toml, in eu-central-1\n")),
        "{report}"
    );
    for secret in [&identity.host.access_key_id, &identity.host.secret_access_key] {
        assert!(!format!("{validated:?}{lines:?}{ran:?}").contains(secret.as_str()));
    }
}

#[test]
fn what_a_role_needs_so_that_this_host_may_assume_it() {
    let identity = Identity::new();
    let trust = ["credentials", "trust"];
    let role = "[[aws.credentials.assume_role]]\nrole_arn = \"arn:aws:iam::000000000000:role/web\"\n";
    let tags = "[aws.credentials]\nsession_tags = true\n";
    for (project, tagged) in [(role.to_owned(), false), (format!("{tags}{role}"), true)] {
        let site = identity.site().file("project.toml", format!("name = \"web\"\n{project}"));
        let line = said_json(&site, &trust).remove(0);
        let (id, since) = (line["external_id"].as_str().expect("text"), line["since"].as_str().expect("text"));
        let us = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
        let condition = json!({ "StringEquals": { "sts:ExternalId": id } });
        let assume = json!({ "Effect": "Allow", "Principal": us, "Action": "sts:AssumeRole", "Condition": condition });
        let tag = json!({ "Effect": "Allow", "Principal": us, "Action": "sts:TagSession" });
        let statements = if tagged { json!([assume, tag]) } else { json!([assume]) };
        let policy = json!({ "Version": "2012-10-17", "Statement": statements });
        let arn = format!("arn:aws:iam::{ACCOUNT}:user/host");
        let whole = json!({ "account": ACCOUNT, "arn": arn, "external_id": id, "since": since, "previous_external_id": null, "trust_policy": policy });
        assert_eq!(line, whole);
        let day = since.split('.').next().expect("a time").trim_end_matches('Z');
        let expected = format!(
            "account      {ACCOUNT}\nexternal id  {id}\ngenerated    {day}Z\n\ntrust policy of the role (https://console.aws.amazon.com/iam/home#/roles):\n{policy:#}\n"
        );
        assert_eq!(said(&site, &site.stepwell(&trust)), expected);
        let rotated = said(&site, &site.stepwell(&[&trust[..], &["--rotate"]].concat()));
        assert!(rotated.contains(&format!("\nbefore       {id}\n")), "{rotated}");
    }
}
