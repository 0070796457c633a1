//! A job can ask AWS for its own identity, and its output holds nothing that could sign a request.

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Identities, Keys, Ministack};

use super::support::{Ended, Site, ended, events, report, repository, venv};

const EXAMPLE: &str = "examples/validate-credentials.toml";
const PLUGIN: &str = "aws-validate-credentials";

/// An AWS that checks identities, with a user, the user's key pair and ARN.
fn user(name: &str) -> (Ministack, Keys, String) {
    let ministack = Ministack::start(&venv(), Identities::Enforced).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let text = |answer: &Json, at: &str| answer.pointer(at).and_then(Json::as_str).expect("it is text").to_owned();
    let made = aws.call("iam", "CreateUser", json!({ "UserName": name })).expect("it is made");
    let key = aws.call("iam", "CreateAccessKey", json!({ "UserName": name })).expect("it is made");
    let keys = Keys::new(&text(&key, "/AccessKey/AccessKeyId"), &text(&key, "/AccessKey/SecretAccessKey"));
    (ministack, keys, text(&made, "/User/Arn"))
}

/// Runs the example, and asserts that its output holds no key.
fn validate(site: &Site, keys: &Keys, more: &[&str]) -> Ended {
    let job = repository().join(EXAMPLE);
    let run = ["run", job.to_str().expect("UTF-8")];
    let ended = ended(site.command(&[&run, more].concat()).output().expect("stepwell starts"));
    for secret in [&keys.access_key_id, &keys.secret_access_key] {
        assert!(!format!("{ended:?}").contains(secret.as_str()), "{secret} in {ended:?}");
    }
    ended
}

/// The value that the step printed for a name.
fn printed<'a>(lines: &'a [Json], name: &str) -> &'a str {
    let logs: Vec<_> = events(lines, "step_logged");
    let pairs = logs.iter().filter_map(|line| line["log"]["pairs"].as_array()).flatten();
    let pair = pairs.filter_map(Json::as_array).find(|pair| pair[0] == name);
    pair.and_then(|pair| pair[1].as_str()).unwrap_or_else(|| panic!("{name} in {logs:?}"))
}

#[test]
fn a_job_says_whose_credentials_it_has_and_where_they_come_from() {
    let (ministack, keys, arn) = user("deploy");
    let account = arn.split(':').nth(4).expect("it is an ARN");
    let ends = &keys.access_key_id[keys.access_key_id.len() - 4..];
    let site = Site::new(ministack.endpoint()).signing_as(keys.clone());
    let ended = validate(&site, &keys, &["--output", "json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let lines = ended.json_lines();

    let outputs = &report(&lines)["steps"][0]["outputs"];
    assert_eq!((&outputs["account"], &outputs["arn"]), (&json!(account), &json!(arn)));
    assert_eq!(outputs["region"], "eu-central-1");
    assert_eq!(outputs["credential_source"], "default: default_chain (environment)");
    assert_eq!(outputs["expires_at"], Json::Null);
    assert!(outputs["user_id"].as_str().is_some_and(|id| id.starts_with("AIDA")), "{outputs}");

    assert_eq!((printed(&lines, "ARN"), printed(&lines, "account")), (arn.as_str(), account));
    assert_eq!(printed(&lines, "access key id"), format!("…{ends}"));
    assert_eq!(printed(&lines, "provider"), "default_chain (environment)");
    assert_eq!((printed(&lines, "role"), printed(&lines, "expiry")), ("none", "unknown"));
    let [issued] = events(&lines, "credentials_issued")[..] else { panic!("{lines:?}") };
    assert_eq!(issued["credentials"]["access_key_id_ends"], ends);

    let text = validate(&site, &keys, &[]);
    assert!(text.code == 0 && text.stdout.contains(&arn), "{text:?}");
}

#[test]
fn wrong_keys_are_refused_and_not_shown() {
    let (ministack, keys, _) = user("deploy");
    let wrong_secret = Keys::new(&keys.access_key_id, "canary-secret-canary-secret-canary-secre");
    for wrong in [Keys::new("AKIAUNKNOWNUNKNOWN12", "canary-secret"), wrong_secret] {
        let site = Site::new(ministack.endpoint()).signing_as(wrong.clone());
        let ended = validate(&site, &wrong, &[]);
        let [what, _, _] = ended.three_lines(3);
        assert!(what.contains("`sts:GetCallerIdentity`"), "{what}");
    }
}

#[test]
fn a_dry_run_asks_for_the_identity_too() {
    let (ministack, keys, arn) = user("deploy");
    let site = Site::new(ministack.endpoint()).signing_as(keys.clone());
    let ended = validate(&site, &keys, &["--dry-run"]);
    assert!(ended.code == 0 && ended.stdout.contains(&arn), "{ended:?}");
}

#[test]
fn a_step_that_asks_for_its_identity_needs_credentials() {
    let off = "[aws]\nallow_default_chain = false\n";
    let site = Site::without_aws().home_file("stepwell.toml", off).step(PLUGIN, "{}");
    let [what, because, _] = site.run().three_lines(3).map(str::to_owned);
    assert!(what.contains("default"), "{what}");
    assert!(because.contains("allow_default_chain = false"), "{because}");
}
