//! `ec2-delete`.

use serde_json::json;
use stepwell_xtask::emulator::{Identities, Ministack};

use super::{changes, failed, moto, outputs, waits};
use crate::support::{INSTANCE, Site, log_lines, venv};

#[test]
fn an_instance_is_terminated_and_the_step_waits_until_it_is() {
    let (moto, mut aws) = moto(2);
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.await_state(&id, "running", std::time::Duration::from_secs(20)).expect("it boots");
    let site = Site::new(moto.endpoint()).step("ec2-delete", &format!("{{ instance_id = \"{id}\", wait = true }}"));
    let (code, lines) = site.run_json();
    assert_eq!(code, 0, "{:?}", lines.last());
    let expected = |previous: &str| {
        let states = json!({ "instance_id": id, "previous_state": previous, "current_state": "terminated" });
        let mut expected = states.clone();
        expected["instances"] = json!([states]);
        expected
    };
    assert_eq!(*outputs(&lines), expected("running"));
    assert!(waits(&lines).contains(&format!("{id}: shutting-down").as_str()), "{:?}", waits(&lines));
    assert_eq!(log_lines(&lines), [format!("{id}: running -> terminated")]);
    assert_eq!(aws.instance_state(&id).expect("it is listed"), "terminated");

    let (code, lines) = site.run_json();
    assert_eq!((code, outputs(&lines)), (0, &expected("terminated")), "what is terminated stays so");
}

#[test]
fn more_instances_than_expected_are_refused_before_any_call() {
    let (moto, mut aws) = moto(0);
    let ids = aws.run_instances(3).expect("they launch");
    let delete = |more: &str| {
        let with = format!("{{ instance_id = {}{more} }}", json!(ids));
        Site::new(moto.endpoint()).step("ec2-delete", &with).run_json()
    };
    for more in ["", ", max_instances = 2"] {
        let ended = delete(more);
        let message = failed(&ended, "ConfigurationInvalid");
        assert!(message.contains("names 3 instances") && message.contains("raise `max_instances` to 3"), "{message}");
    }
    assert_eq!(moto.seen().expect("moto records"), []);
    let (code, lines) = delete(", max_instances = 3");
    assert_eq!((code, outputs(&lines)["instances"].as_array().map(Vec::len)), (0, Some(3)), "{:?}", lines.last());
    assert_eq!(changes(&moto), ["TerminateInstances"]);
}

#[test]
fn an_instance_that_is_protected_stays() {
    let (moto, mut aws) = moto(0);
    let id = &aws.run_instances(1).expect("it launches")[0];
    let protected = json!({ "InstanceId": id, "DisableApiTermination": { "Value": true } });
    aws.call("ec2", "ModifyInstanceAttribute", protected).expect("it is protected");
    let site = Site::new(moto.endpoint()).step("ec2-delete", &format!("{{ instance_id = \"{id}\", wait = true }}"));
    let ended = site.run_json();
    let message = failed(&ended, "AwsError");
    assert!(message.starts_with("OperationNotPermitted: ") && message.contains("disableApiTermination"), "{message}");
    assert_eq!(aws.instance_state(id).expect("it is there"), "running");
}

#[test]
fn an_instance_that_aws_does_not_know_is_not_found() {
    let ministack = Ministack::start(&venv(), Identities::Ignored).expect("ministack starts");
    let (moto, _) = moto(0);
    for endpoint in [ministack.endpoint(), moto.endpoint()] {
        let site = Site::new(endpoint).step("ec2-delete", &format!("{{ instance_id = \"{INSTANCE}\", wait = true }}"));
        let ended = site.run_json();
        let message = failed(&ended, "NotFound");
        assert!(message.contains(INSTANCE), "{message}");
    }
}

#[test]
fn an_instance_that_takes_too_long_is_a_wait_that_ran_out() {
    let (moto, mut aws) = moto(600);
    let id = aws.run_instances(1).expect("it launches").remove(0);
    let with = format!("{{ instance_id = \"{id}\", wait = true, timeout = \"1s\", poll_every = \"200ms\" }}");
    let ended = Site::new(moto.endpoint()).step("ec2-delete", &with).run_json();
    assert_eq!(failed(&ended, "WaitTimeout"), format!("not `terminated` after 1s: {id}: shutting-down"));
}
