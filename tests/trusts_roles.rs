//! The host uses a role only if the role trusts exactly this host, and only for the actions of the step.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{EmulatorError, Keys, Microburst, Moto};

use super::support::identity::{ACCOUNT, Identity, external_id, run_with, trusting};
use super::support::{Site, events, failure, report, venv};

const VALIDATE: &str = "aws-validate-credentials";

fn project(roles: &[(&str, &str)]) -> String {
    let role = |(arn, more): &(&str, &str)| format!("[[aws.credentials.assume_role]]\nrole_arn = \"{arn}\"\n{more}\n");
    format!("name = \"web\"\n{}", roles.iter().map(role).collect::<String>())
}

fn arn(role: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{role}")
}

fn site(identity: &Identity, role: &str) -> Site {
    identity.site().file("project.toml", project(&[(&arn(role), "")])).step(VALIDATE, "{}")
}

#[test]
fn a_role_that_insists_on_the_external_id_is_assumed_under_the_name_of_the_run() {
    let identity = Identity::new();
    let site = site(&identity, "web");
    identity.role("web", trusting(Some(&external_id(&site))), &["ec2:*"]);
    let (code, lines) = site.run_json();
    let report = report(&lines);
    assert_eq!(code, 0, "{report}");
    let run = report["run"].as_str().expect("a run has an id");
    let outputs = &report["steps"][0]["outputs"];
    assert_eq!(outputs["arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/web/{run}"));
    assert_eq!(events(&lines, "credentials_issued")[0]["credentials"]["role_arn"], arn("web"));
    let kept = std::fs::read_to_string(site.home().join("trust.json")).expect("verdicts are kept");
    assert!(kept.contains("\"verified\""), "{kept}");
}

#[test]
fn a_role_that_anybody_could_use_through_the_host_is_refused() {
    let identity = Identity::new();
    let anybody = json!({
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") },
        "Condition": { "StringLike": { "sts:ExternalId": "*" } },
    });
    identity.role("open", trusting(None), &["ec2:*"]);
    identity.role("careless", anybody, &["ec2:*"]);
    for (role, why) in [("open", "without an external id"), ("careless", "with any external id")] {
        let site = site(&identity, role);
        let ended = site.run();
        let [what, because, next] = three(&ended.stderr);
        assert_eq!(ended.code, 3, "{ended:?}");
        assert!(what.ends_with("it is rejected-insecure"), "{what}");
        assert!(because.contains(why) && because.contains("project.toml:2:1"), "{because}");
        assert!(next.contains("stepwell credentials trust") && next.contains("allow_unverified_roles"), "{next}");
        let allowed = site.home_file("stepwell.toml", "[aws]\nallow_unverified_roles = true\n");
        let ended = allowed.run();
        // A role that does not check the external id accepts the host's one too.
        assert_eq!(ended.code, 0, "{ended:?}");
    }
}

fn three(stderr: &str) -> [String; 3] {
    let lines: Vec<_> = stderr.lines().map(str::to_owned).collect();
    lines.try_into().unwrap_or_else(|lines| panic!("not three lines: {lines:?}"))
}

#[test]
fn a_role_that_does_not_trust_the_host_is_refused_with_the_way_to_change_it() {
    let identity = Identity::new();
    identity.role("theirs", trusting(Some("another-external-id")), &["ec2:*"]);
    let ended = site(&identity, "theirs").run();
    let [what, because, next] = three(&ended.stderr);
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(what.ends_with("it is rejected-unassumable"), "{what}");
    assert!(because.contains("it cannot be assumed with its external id: "), "{because}");
    assert!(next.contains("`stepwell credentials trust`"), "{next}");
}

#[test]
fn a_role_without_an_external_id_is_used_only_when_the_system_allows_it() {
    let identity = Identity::new();
    identity.role("plain", trusting(None), &["ec2:*"]);
    let project = project(&[(&arn("plain"), "external_id = false")]);
    let site = identity.site().file("project.toml", project).step(VALIDATE, "{}");
    let ended = site.run();
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("anyone can have the host use it"), "{ended:?}");
    assert_eq!(site.home_file("stepwell.toml", "[aws]\nallow_unverified_roles = true\n").run().code, 0);
}

/// Anyone who may read a trust policy knows its external id, and could name it in a project.
#[test]
fn a_project_cannot_name_the_external_id_of_another_one() {
    let identity = Identity::new();
    let victim = site(&identity, "web");
    let id = external_id(&victim);
    identity.role("web", trusting(Some(&id)), &["ec2:*"]);
    let named = format!("external_id = \"{id}\"");
    let thief = identity.site().file("project.toml", project(&[(&arn("web"), &named)])).step(VALIDATE, "{}");
    let ended = thief.run();
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("its external id is not the generated one"), "{ended:?}");
}

/// Every project could use what a role of the system trusts.
#[test]
fn a_role_over_the_hosts_own_role_is_verified_as_well() {
    let identity = Identity::new();
    let system = format!("[[aws.credentials.assume_role]]\nrole_arn = \"{}\"\n", arn("hub"));
    let site = identity.site().home_file("stepwell.toml", &system).step(VALIDATE, "{}");
    identity.role("hub", trusting(Some(&external_id(&site))), &["sts:AssumeRole", "sts:TagSession"]);
    let mut trust = trusting(None);
    trust["Principal"] = json!({ "AWS": arn("hub") });
    identity.role("victim", trust, &["ec2:*"]);
    assert_eq!(site.run().code, 0, "the host's own role is as it should be");
    for more in ["", "external_id = false"] {
        let ended = identity_of(&site, &project(&[(&arn("victim"), more)]));
        assert_eq!(ended.0, 3, "{more}: {}", ended.1);
        assert!(ended.1.contains("rejected-"), "{more}: {}", ended.1);
    }
}

fn identity_of(site: &Site, project: &str) -> (i32, String) {
    std::fs::write(site.path("project.toml"), project).expect("it can be written");
    let ended = site.run();
    (ended.code, ended.stderr)
}

#[test]
fn a_verdict_is_kept_for_the_next_run_and_sts_that_does_not_answer_gives_none() {
    let identity = Identity::new();
    let burst = Microburst::before(&venv(), identity.ministack.endpoint()).expect("microburst starts");
    let throttled =
        json!([{ "service": "sts", "operation": "AssumeRole", "error": { "code": "Throttling", "status": 400 } }]);
    let site = Site::new(burst.endpoint()).signing_as(identity.host.clone());
    let site = site.file("project.toml", project(&[(&arn("web"), "")])).step(VALIDATE, "{}");
    identity.role("web", trusting(Some(&external_id(&site))), &["ec2:*"]);

    burst.rules(&throttled).expect("the rule is understood");
    let ended = site.run();
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("it is inconclusive") && ended.stderr.contains("Throttling"), "{ended:?}");
    burst.rules(&json!([])).expect("no rule is left");
    assert_eq!(site.run().code, 0);

    // The second run requests one session and makes no probe: the role now accepts requests without the external id, so
    // a probe would lead to a refusal.
    identity.trust("web", trusting(None));
    assert_eq!(site.run().code, 0, "what was found out holds for a day");
}

#[test]
fn after_a_rotation_the_old_external_id_is_recognised_and_not_used() {
    let identity = Identity::new();
    let site = site(&identity, "web");
    identity.role("web", trusting(Some(&external_id(&site))), &["ec2:*"]);
    assert_eq!(site.run().code, 0);
    let rotated = site.stepwell(&["credentials", "trust", "--rotate", "--yes", "--output", "json"]);
    let shown = &rotated.json_lines()[0];
    assert_ne!(shown["external_id"], shown["previous_external_id"]);
    let ended = site.run();
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains("it still asks for the external id of before the rotation"), "{ended:?}");
    identity.trust("web", trusting(shown["external_id"].as_str()));
    assert_eq!(site.run().code, 0);
}

#[test]
fn every_role_of_a_chain_is_asked_with_its_own_external_id() {
    let identity = Identity::new();
    let project = project(&[(&arn("hub"), ""), (&arn("target"), "external_id = \"of-the-target\"")]);
    let site = identity.site().file("project.toml", project).step(VALIDATE, "{}");
    identity.role("hub", trusting(Some(&external_id(&site))), &["sts:AssumeRole", "sts:TagSession"]);
    let hub = json!({ "AWS": arn("hub") });
    let mut trust = trusting(Some("of-the-target"));
    trust["Principal"] = hub;
    identity.role("target", trust, &["ec2:*"]);
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{}", failure(&lines));
    let run = report(&lines)["run"].as_str().expect("a run has an id");
    let arn = &report(&lines)["steps"][0]["outputs"]["arn"];
    assert_eq!(*arn, format!("arn:aws:sts::{ACCOUNT}:assumed-role/target/{run}"));
    // The second role asks for the external id of the first one.
    identity.trust("target", trusting(Some(&external_id(&site))));
    let ended = site.run();
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.stderr.contains(":role/target: STS answered `AccessDenied`"), "{ended:?}");
}

#[test]
fn a_project_cannot_use_a_role_that_trusts_another_one() {
    let identity = Identity::new();
    let (ours, theirs) = (site(&identity, "web"), site(&identity, "web"));
    let home = |site: &Site| site.home().display().to_string();
    let id = external_id(&ours);
    identity.role("web", trusting(Some(&id)), &["ec2:*"]);
    let shared_home = home(&ours);
    let (code, _) = run_with(&theirs, |command| {
        command.env("STEPWELL_HOME", &shared_home);
    });
    assert_eq!(code, 3, "the same name in another directory is another project");
    assert_eq!(ours.run().code, 0);
}

/// A role in moto's account. moto lets every role be assumed.
fn moto_arn(role: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{role}")
}

/// The `sts:AssumeRole` requests that moto recorded.
fn asked(job: &str, project: &str) -> Vec<BTreeMap<String, String>> {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let mut client = moto.client().expect("a client starts");
    let instance = client.run_instances(1).expect("moto has any image").remove(0);
    let system = "[aws]\nallow_unverified_roles = true\n";
    let site = Site::new(moto.endpoint()).file("project.toml", project).home_file("stepwell.toml", system);
    let ended = site.file("job.toml", job.replace("INSTANCE", &instance)).run();
    assert_eq!(ended.code, 0, "{ended:?}");
    let seen = moto.seen().expect("moto records");
    seen.into_iter().filter(|seen| seen.operation == "AssumeRole").map(|seen| seen.parameters).collect()
}

const STOP_AND_START: &str = "name = \"job\"
[[steps]]
id = \"stop\"
uses = \"ec2-stop\"
with = { instance_id = \"INSTANCE\" }
[[steps]]
id = \"again\"
uses = \"ec2-stop\"
with = { instance_id = \"INSTANCE\" }
[[steps]]
id = \"start\"
uses = \"ec2-start\"
with = { instance_id = \"INSTANCE\" }
";

#[test]
fn steps_that_may_do_the_same_share_a_session_and_others_get_their_own() {
    let (hub, target) = (moto_arn("hub"), moto_arn("target"));
    let asked = asked(STOP_AND_START, &project(&[(&hub, "duration = \"20m\""), (&target, "external_id = \"theirs\"")]));
    let of = |role: &str| asked.iter().filter(|asked| asked["RoleArn"] == role).collect::<Vec<_>>();
    assert_eq!((of(&hub).len(), of(&target).len()), (1, 2), "one for stop and again, one for start: {asked:#?}");
    assert!(of(&target).iter().all(|asked| asked["ExternalId"] == "theirs"));
    assert!(of(&hub).iter().all(|asked| asked["ExternalId"].len() == 64 && asked["DurationSeconds"] == "1200"));
    let run = &asked[0]["RoleSessionName"];
    assert!(run.len() == 36 && asked.iter().all(|asked| asked["RoleSessionName"] == *run), "{asked:#?}");
    let actions = |asked: &BTreeMap<String, String>| {
        let policy: Json = serde_json::from_str(&asked["Policy"]).expect("a policy is JSON");
        let statements = policy["Statement"].as_array().expect("it has statements").clone();
        statements.into_iter().map(|statement| statement["Action"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(actions(of(&hub)[0]), [json!(["sts:AssumeRole", "sts:TagSession"])]);
    assert_eq!(actions(of(&target)[0]), [json!(["ec2:DescribeInstances"]), json!(["ec2:StopInstances"])]);
    assert_eq!(actions(of(&target)[1]), [json!(["ec2:DescribeInstances"]), json!(["ec2:StartInstances"])]);
    assert!(asked.iter().all(|asked| !asked.keys().any(|name| name.starts_with("Tags"))), "{asked:#?}");
}

#[test]
fn sessions_carry_tags_and_the_whole_role_when_the_project_says_so() {
    let wide = "[aws.credentials]\nsession_tags = true\nnarrow_sessions = false\n[[aws.credentials.assume_role]]\n";
    let project = format!("name = \"web\"\n{wide}role_arn = \"{}\"\n", moto_arn("wide"));
    let asked = asked(STOP_AND_START, &project);
    let [asked] = asked.as_slice() else { panic!("one session does for all: {asked:#?}") };
    assert!(!asked.contains_key("Policy"), "{asked:#?}");
    let tag = |number: u8, part: &str| asked[&format!("Tags.member.{number}.{part}")].as_str();
    let tags: Vec<_> = (1..=3).map(|number| (tag(number, "Key"), tag(number, "Value"))).collect();
    assert_eq!(tags, [("run", asked["RoleSessionName"].as_str()), ("job", "job"), ("project", "web")]);
}

/// The host refuses an ungranted call before it leaves, so this test uses another AWS client to see that AWS refuses it
/// too.
#[test]
fn aws_itself_refuses_what_the_session_of_a_step_is_not_for() {
    let policy =
        asked(STOP_AND_START, &project(&[(&moto_arn("web"), "")])).remove(0).remove("Policy").expect("it has one");
    let identity = Identity::new();
    let instance = identity.instance();
    let role = identity.role("web", trusting(None), &["ec2:*"]);
    let session = json!({ "RoleArn": role, "RoleSessionName": "step", "Policy": policy });
    let session = identity.client_of(&identity.host).call("sts", "AssumeRole", session).expect("the host may");
    let half = |name: &str| session["Credentials"][name].as_str().expect("a session has it").to_owned();
    let mut keys = Keys::new(&half("AccessKeyId"), &half("SecretAccessKey"));
    keys.session_token = Some(half("SessionToken"));
    let mut client = identity.client_of(&keys);
    let ids = json!({ "InstanceIds": [instance] });
    client.call("ec2", "StopInstances", ids.clone()).expect("that is what the session is for");
    let refused = client.call("ec2", "StartInstances", ids).expect_err("the role may, the session may not");
    assert!(matches!(&refused, EmulatorError::Refused { code, .. } if code == "UnauthorizedOperation"), "{refused}");
}
