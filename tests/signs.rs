//! A step signs with the credentials that its level names, from their provider, and renews them before they expire.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Authorization, Failure, Keys, Metadata, Token};

use super::support::identity::{ACCOUNT, Identity, run_with, trusting};
use super::support::{Site, events, failure, report, venv};

const VALIDATE: &str = "aws-validate-credentials";
const LONG: Duration = Duration::from_secs(3_600);

fn naming(site: Site, provider: &str) -> Site {
    site.file("project.toml", format!("name = \"web\"\n[aws.credentials]\n{provider}\n")).step(VALIDATE, "{}")
}

/// The outputs of the first step. Asserts that the run succeeded.
fn outputs((code, lines): (i32, Vec<Json>)) -> Json {
    assert_eq!(code, 0, "{}", report(&lines));
    report(&lines)["steps"][0]["outputs"].clone()
}

fn metadata(identity: &Identity, role: &str, lasting: Duration) -> Metadata {
    let role = identity.role(role, trusting(None), &["ec2:*"]);
    Metadata::of_role(&venv(), identity.ministack.endpoint(), &role, &identity.host, lasting).expect("it starts")
}

fn assumed(role: &str) -> String {
    format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/")
}

#[test]
fn on_an_instance_a_step_signs_with_the_role_of_the_instance() {
    let identity = Identity::new();
    let metadata = metadata(&identity, "instance", LONG);
    let site = naming(identity.site(), "provider = \"ec2\"");
    let outputs = outputs(run_with(&site, |command| metadata.on_instance(command)));
    assert!(outputs["arn"].as_str().is_some_and(|arn| arn.starts_with(&assumed("instance"))), "{outputs}");
    assert_eq!(outputs["credential_source"], "project: ec2");
    let seen = metadata.seen().expect("it answers");
    let fetched = seen.iter().find(|fetch| fetch.access_key_id.is_some()).expect("credentials were fetched");
    assert_eq!(fetched.token, Token::Valid, "IMDSv2, with its token");
}

#[test]
fn in_a_container_a_step_signs_with_the_role_of_the_task_or_the_pod() {
    let identity = Identity::new();
    let mut metadata = metadata(&identity, "task", LONG);
    let site = naming(identity.site(), "provider = \"ecs\"").file("token", "the-token-that-was-rotated-in");
    let arn = |outputs: Json| outputs["arn"].as_str().unwrap_or_default().to_owned();
    let token = metadata.container_token().to_owned();
    let of_variable = run_with(&site, |command| metadata.in_container(command, Authorization::Variable(&token)));
    assert!(arn(outputs(of_variable)).starts_with(&assumed("task")));
    let of_task = run_with(&site, |command| metadata.in_container(command, Authorization::None));
    assert!(arn(outputs(of_task)).starts_with(&assumed("task")));
    let (code, _) = run_with(&site, |command| metadata.in_container(command, Authorization::Variable("wrong")));
    assert_eq!(code, 3);
    metadata.set_container_token("the-token-that-was-rotated-in").expect("it answers");
    let file = site.path("token");
    let of_file = run_with(&site, |command| metadata.in_container(command, Authorization::File(&file)));
    assert!(arn(outputs(of_file)).starts_with(&assumed("task")));
}

#[test]
fn a_step_calls_in_the_region_that_its_expression_has_as_its_value() {
    let identity = Identity::new();
    let step = format!(
        "[[steps]]\nid = \"each\"\nuses = \"{VALIDATE}\"\nfor_each = \"${{options.regions}}\"\naws = {{ region = \"${{item}}\" }}"
    );
    let option = "[options.regions]\nmultiple = true\ndefault = [\"eu-west-3\", \"us-east-2\"]";
    let site = identity.site().file("job.toml", format!("name = \"job\"\n{option}\n{step}\n"));
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{}", report(&lines));
    let steps = report(&lines)["steps"].as_array().cloned().unwrap_or_default();
    let regions: Vec<_> = steps.iter().filter_map(|step| step["outputs"]["region"].as_str()).collect();
    assert_eq!(regions, ["eu-west-3", "us-east-2"]);
    let site = site.file("job.toml", format!("name = \"job\"\n{}\n{step}\n", option.replace("us-east-2", "Ohio")));
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("ConfigurationInvalid")), "{}", report(&lines));
    let because = failure(&lines)["because"].as_str().unwrap_or_default();
    assert!(because.starts_with("the region of step `each` is \"Ohio\", which is not"), "{because}");
}

#[test]
fn a_profile_gives_its_keys_its_role_and_its_region() {
    let identity = Identity::new();
    let role = identity.role("of-profile", trusting(None), &["ec2:*"]);
    let Keys { access_key_id, secret_access_key, .. } = &identity.host;
    let keys = format!("aws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}\n");
    let profiles = format!(
        "[profile plain]\n{keys}region = eu-west-3\n[profile role]\nrole_arn = {role}\nsource_profile = plain\nregion = eu-west-3\n"
    );
    let endpoint = identity.ministack.endpoint().to_owned();
    let with_profiles = |site: &Site, command: &mut Command| {
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"] {
            command.env_remove(name);
        }
        // The profile's own STS call reads only this endpoint variable.
        command.env("AWS_CONFIG_FILE", site.path("profiles")).env("AWS_ENDPOINT_URL_STS", &endpoint);
    };
    for (profile, arn) in [("plain", format!("arn:aws:iam::{ACCOUNT}:user/host")), ("role", assumed("of-profile"))] {
        let site = naming(identity.site(), &format!("provider = \"profile\"\nprofile = \"{profile}\""));
        let site = site.file("profiles", &profiles);
        let outputs = outputs(run_with(&site, |command| with_profiles(&site, command)));
        assert!(outputs["arn"].as_str().is_some_and(|found| found.starts_with(&arn)), "{outputs}");
        assert_eq!(outputs["region"], "eu-west-3");
    }
}

#[test]
fn an_access_key_has_its_secret_in_key_storage() {
    let identity = Identity::new();
    let Keys { access_key_id, secret_access_key, .. } = &identity.host;
    let path = "keys/project/web/aws";
    let keys = format!("provider = \"key_storage\"\naccess_key_id = \"{access_key_id}\"\nsecret_key_path = \"{path}\"");
    let site = naming(Site::new(identity.ministack.endpoint()), &keys);
    let before = site.run();
    assert_eq!(before.code, 3, "{before:?}");
    assert!(before.stderr.contains(&format!("there is no key `{path}`")), "{before:?}");
    // Pasting adds spaces and line breaks around a secret.
    let set = site.pipe(&["keys", "set", path], &format!(" {secret_access_key} \n"));
    assert_eq!(set.code, 0, "{set:?}");
    let outputs = outputs(site.run_json());
    assert_eq!(outputs["arn"], format!("arn:aws:iam::{ACCOUNT}:user/host"));
    assert_eq!(outputs["credential_source"], "project: key_storage");
}

#[test]
fn a_web_identity_is_exchanged_for_a_session_under_the_name_of_the_run() {
    let identity = Identity::new();
    let role = identity.role("pod", web_identity(), &["ec2:*"]);
    let site = Site::new(identity.ministack.endpoint()).file("token", token());
    let file = site.path("token").display().to_string();
    let table = format!("provider = \"web_identity\"\nrole_arn = \"{role}\"\ntoken_file = \"{file}\"");
    let site = naming(site, &table);
    let endpoint = identity.ministack.endpoint().to_owned();
    let (code, lines) = run_with(&site, |command| {
        command.env("AWS_ENDPOINT_URL_STS", &endpoint);
    });
    assert_eq!(code, 0, "{}", report(&lines));
    let run = report(&lines)["run"].as_str().expect("a run has an id");
    assert_eq!(report(&lines)["steps"][0]["outputs"]["arn"], format!("{}{run}", assumed("pod")));

    let by_environment = naming(Site::new(&endpoint), "provider = \"web_identity\"").file("token", token());
    let (code, lines) = run_with(&by_environment, |command| {
        let file = by_environment.path("token");
        command.env("AWS_ENDPOINT_URL_STS", &endpoint).env("AWS_ROLE_ARN", &role);
        command.env("AWS_WEB_IDENTITY_TOKEN_FILE", file);
    });
    assert_eq!(code, 0, "{}", report(&lines));
    let run = report(&lines)["run"].as_str().expect("a run has an id");
    assert_eq!(report(&lines)["steps"][0]["outputs"]["arn"], format!("{}{run}", assumed("pod")));
}

fn web_identity() -> Json {
    let provider = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.example.com");
    json!({ "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": { "Federated": provider } })
}

/// A token in the form of an OpenID Connect provider: header, claims, signature.
fn token() -> &'static str {
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL29pZGMuZXhhbXBsZS5jb20iLCJzdWIiOiJwb2QiLCJhdWQiOiJzdHMuYW1hem9uYXdzLmNvbSIsImV4cCI6NDEwMjQ0NDgwMH0.c2lnbmF0dXJl"
}

fn steps(count: usize, wait: &str) -> String {
    let validate = |at: usize| {
        let wait = if at == 1 { wait } else { "" };
        format!("{wait}[[steps]]\nid = \"s{at}\"\nuses = \"{VALIDATE}\"\n")
    };
    format!("name = \"job\"\n{}", (0..count).map(validate).collect::<String>())
}

fn fetched(metadata: &Metadata) -> Vec<String> {
    let seen = metadata.seen().expect("it answers");
    seen.into_iter().filter_map(|fetch| fetch.access_key_id).collect()
}

#[test]
fn steps_share_credentials_that_were_fetched_once() {
    let identity = Identity::new();
    let metadata = metadata(&identity, "instance", LONG);
    let site = naming(identity.site(), "provider = \"ec2\"").file("job.toml", steps(3, ""));
    outputs(run_with(&site, |command| metadata.on_instance(command)));
    assert_eq!(fetched(&metadata).len(), 1);
}

const WAIT: &str = "[[steps]]\nid = \"wait\"\nuses = \"waiter\"\nwith = { rounds = 1, after_ms = 5000 }\n";

#[test]
fn a_session_that_ends_in_the_middle_of_a_run_is_renewed_before() {
    let identity = Identity::new();
    let metadata = metadata(&identity, "instance", Duration::from_secs(4));
    let site = naming(identity.site().guest("waiter"), "provider = \"ec2\"").file("job.toml", steps(2, WAIT));
    let (code, lines) = run_with(&site, |command| metadata.on_instance(command));
    assert_eq!(code, 0, "{}", report(&lines));
    let issued = events(&lines, "credentials_issued");
    let ends = |at: usize| issued[at]["credentials"]["access_key_id_ends"].clone();
    assert_eq!(issued.len(), 2, "{issued:#?}");
    assert_ne!(ends(0), ends(1));
    assert!(fetched(&metadata).len() >= 2);
}

#[test]
fn a_refused_renewal_fails_the_step_with_the_providers_own_reason() {
    let identity = Identity::new();
    let metadata = metadata(&identity, "instance", Duration::from_secs(3));
    let site = naming(identity.site().guest("waiter"), "provider = \"ecs\"").file("job.toml", steps(2, WAIT));
    let mut command = site.command(&["run", "job.toml", "--output", "json"]);
    metadata.in_container(&mut command, Authorization::None);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let running = command.spawn().expect("stepwell starts");
    let fetches = (0..500).find(|_| {
        std::thread::sleep(Duration::from_millis(10));
        !fetched(&metadata).is_empty()
    });
    assert!(fetches.is_some(), "the first step has fetched");
    metadata.fail_next(100, Failure::Refusal).expect("it answers");
    let ended = super::support::ended(running.wait_with_output().expect("it ends"));
    assert_eq!(ended.code, 3, "{ended:?}");
    let lines = ended.json_lines();
    let failed = report(&lines)["steps"].as_array().expect("steps").iter().find(|step| !step["failure"].is_null());
    let failure = &failed.expect("the last step failed")["failure"];
    assert_eq!(failure["code"], "CredentialsUnavailable");
    assert!(failure["because"].as_str().is_some_and(|because| because.starts_with("ecs: ")), "{failure}");
    assert_eq!(report(&lines)["steps"][0]["status"], "succeeded");
}

#[test]
fn a_step_can_sign_with_other_credentials_than_its_neighbour() {
    let identity = Identity::new();
    let metadata = metadata(&identity, "instance", LONG);
    let own = "aws = { credentials = { provider = \"ec2\" } }\n";
    let site =
        identity.site().file("project.toml", "name = \"web\"\n").file("job.toml", format!("{}{own}", steps(2, "")));
    let (code, lines) = run_with(&site, |command| {
        command.env_remove("AWS_EC2_METADATA_DISABLED");
        command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.endpoint());
    });
    assert_eq!(code, 0, "{}", failure(&lines));
    let source = |at: usize| report(&lines)["steps"][at]["outputs"]["credential_source"].clone();
    assert_eq!((source(0), source(1)), (json!("default: default_chain (environment)"), json!("step: ec2")));
}
