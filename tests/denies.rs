//! A plugin can call only what it imports and what the operator granted, and IAM has the last word.

use std::time::Duration;

use serde_json::json;
use stepwell_xtask::emulator::{Identities, Keys, Ministack, Moto};

use super::support::{INSTANCE, NOBODY, Site, failure, guest, report, venv};

const REBOOT: &str = "{ mode = \"reboot\", instance_id = \"i-0123456789abcdef0\" }";

fn project(grants: &str) -> String {
    format!("name = \"test\"\n{grants}")
}

#[test]
fn a_step_without_a_grant_never_reaches_aws() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    for grants in ["", "[grants.hostile]\nallow = [\"ec2:DescribeInstances\"]\n", "[grants.other]\nallow = [\"*\"]\n"] {
        let site = Site::new(moto.endpoint()).guest("hostile").file("project.toml", project(grants));
        let ended = site.step("hostile", REBOOT).run();
        let [what, _, next] = ended.three_lines(3);
        assert!(what.starts_with("error: step `it` may not call `ec2:"), "{what}");
        assert!(next.contains("[grants.\"hostile\"]"), "{next}");
    }
    assert_eq!(moto.seen().expect("moto records"), []);
}

#[test]
fn a_refusal_prints_the_line_that_would_allow_it() {
    let grants = project("[grants.hostile]\nallow = [\"ec2:DescribeInstances\", \"ec2:StopInstances\"]\n");
    let ended = Site::without_aws().guest("hostile").file("project.toml", grants).step("hostile", REBOOT).run();
    let [what, because, next] = ended.three_lines(3);
    assert_eq!(what, "error: step `it` may not call `ec2:RebootInstances`");
    assert!(because.contains("is granted only `ec2:DescribeInstances`, `ec2:StopInstances` ("), "{because}");
    assert!(because.contains("project.toml:2:"), "{because}");
    assert!(next.starts_with("next: add \"ec2:RebootInstances\" to [grants.\"hostile\"] allow"), "{next}");
}

#[test]
fn the_systems_deny_wins_over_every_grant_and_over_shipped_plugins() {
    let deny = "[grants.\"*\"]\ndeny = [\"ec2:Reboot*\"]\n";
    let site = Site::without_aws().guest("hostile").home_file("stepwell.toml", deny);
    let ended = site.step("hostile", REBOOT).run();
    let [what, because, _] = ended.three_lines(3);
    assert_eq!(what, "error: step `it` may not call `ec2:RebootInstances`");
    assert!(because.contains("stepwell.toml:2:"), "{because}");
    let site = Site::without_aws().home_file("stepwell.toml", deny);
    site.step("ec2-restart", &format!("{{ instance_id = \"{INSTANCE}\" }}")).run().three_lines(3);
}

#[test]
fn a_withheld_call_is_answered_with_denied_and_does_not_leave() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let grants = project("[grants.hostile]\nallow = [\"*\"]\ndeny = [\"ec2:RebootInstances\"]\n");
    let site = Site::new(moto.endpoint()).guest("hostile").file("project.toml", grants).step("hostile", REBOOT);
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")));
    assert_eq!(report(&lines)["steps"][0]["calls"], json!([]), "nothing was intended");
    assert_eq!(moto.seen().expect("moto records"), []);
}

#[test]
fn a_copy_of_a_shipped_plugin_is_trusted_and_a_plugin_that_takes_its_name_is_not() {
    let shipped = super::support::component("ec2_stop.wasm");
    let with = format!("{{ instance_id = \"{INSTANCE}\" }}");
    let site = || Site::without_aws().file("project.toml", project(""));
    let plan = site().plugin("ec2_stop", &shipped).step("ec2-stop", &with).stepwell(&["job", "plan", "job.toml"]);
    assert!(plan.code == 0 && plan.stdout.contains("ships with Stepwell"), "{plan:?}");
    // Grants and denials name plugins, so the same component under another name is another plugin.
    site().plugin("my_stop", &shipped).step("my-stop", &with).run().three_lines(3);

    let impostor = Site::without_aws().file("project.toml", project("")).plugin("ec2_stop", &guest("hostile"));
    let impostor = impostor.step("ec2-stop", REBOOT);
    let [what, because, next] = impostor.run().three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: plugin `ec2-stop` in the project hides another one");
    assert!(because.contains("part of Stepwell"), "{because}");
    assert!(next.contains("override = [\"ec2-stop\"]"), "{next}");
    let override_it = project("[plugins]\noverride = [\"ec2-stop\"]\n");
    let impostor = impostor.file("project.toml", override_it);
    impostor.run().three_lines(3);
}

#[test]
fn a_project_that_other_users_could_have_written_is_not_used() {
    let grants = project("[grants.hostile]\nallow = [\"*\"]\n");
    let site = Site::without_aws().guest("hostile").file("project.toml", grants).step("hostile", REBOOT);
    let file = site.path("project.toml");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o666)).expect("it is ours");
    for command in [&["run", "job.toml"][..], &["job", "check", "job.toml", "--project", "."]] {
        let [what, _, next] = site.stepwell(command).three_lines(3).map(str::to_owned);
        assert!(what.contains("project.toml"), "{what}");
        assert!(next.starts_with("next: run `chmod go-w "), "{next}");
    }
}

#[test]
fn what_iam_denies_names_the_action_and_the_words_of_aws() {
    let ministack = Ministack::start(&venv(), Identities::Enforced).expect("ministack starts");
    let mut aws = ministack.client().expect("boto3 starts");
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.call("iam", "CreateUser", json!({ "UserName": "reader" })).expect("it is made");
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" }],
    });
    let params = json!({ "UserName": "reader", "PolicyName": "read", "PolicyDocument": policy.to_string() });
    aws.call("iam", "PutUserPolicy", params).expect("it is attached");
    let answer = aws.call("iam", "CreateAccessKey", json!({ "UserName": "reader" })).expect("it is made");
    let text = |key: &str| answer["AccessKey"][key].as_str().expect("it is text").to_owned();
    let keys = Keys::new(&text("AccessKeyId"), &text("SecretAccessKey"));

    let site =
        Site::new(ministack.endpoint()).signing_as(keys).step("ec2-stop", &format!("{{ instance_id = \"{id}\" }}"));
    let (code, lines) = site.run_json();
    assert_eq!((code, &failure(&lines)["code"]), (1, &json!("AccessDenied")));
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!(message.contains("ec2:StopInstances"), "{message}");
    assert_eq!(aws.instance_state(&id).expect("it is there"), "running");
}

#[test]
fn without_credentials_the_run_is_refused() {
    let site = Site::new(NOBODY).step("ec2-stop", &format!("{{ instance_id = \"{INSTANCE}\" }}"));
    let mut command = site.command(&["run", "job.toml"]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let ended = super::support::ended(command.output().expect("stepwell starts"));
    let [what, _, next] = ended.three_lines(3);
    assert!(what.contains("credentials"), "{what}");
    assert!(next.contains("AWS_"), "{next}");
}

#[test]
fn a_wrong_secret_is_a_matter_of_credentials_and_is_not_shown() {
    let ministack = Ministack::start(&venv(), Identities::Enforced).expect("ministack starts");
    let keys = Keys::new("AKIAUNKNOWNUNKNOWN12", "canary-secret-canary-secret");
    let site = Site::new(ministack.endpoint())
        .signing_as(keys)
        .step("ec2-stop", &format!("{{ instance_id = \"{INSTANCE}\" }}"));
    let ended = site.run();
    ended.three_lines(3);
    assert!(!format!("{ended:?}").contains("canary"), "{ended:?}");
}
