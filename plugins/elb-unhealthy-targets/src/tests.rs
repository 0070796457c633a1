use serde_json::json;
use stepwell_plugin::elbv2::{TargetDescription, TargetGroup, TargetHealth, TargetHealthDescription};

use super::outputs::*;

fn group(name: &str) -> TargetGroup {
    let target_group_arn = format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/{name}/1");
    TargetGroup { target_group_arn, ..Default::default() }
}

fn seen(id: &str, state: &str) -> TargetHealthDescription {
    TargetHealthDescription {
        target: TargetDescription { id: id.to_owned(), port: Some(80), availability_zone: None },
        health_check_port: Some("8080".to_owned()),
        target_health: TargetHealth { state: state.to_owned(), reason: None, description: None },
    }
}

fn outputs(targets: &[(&str, &str, &str)]) -> Outputs {
    let mut outputs = Outputs::default();
    targets.iter().for_each(|(in_group, id, state)| outputs.add(&group(in_group), seen(id, state)));
    outputs
}

#[test]
fn only_unhealthy_targets_are_told_and_all_are_counted() {
    let outputs = outputs(&[
        ("a", "i-1", "healthy"),
        ("a", "i-2", "unhealthy"),
        ("a", "i-3", "draining"),
        ("b", "i-2", "unhealthy"),
        ("b", "i-4", "unused"),
        ("b", "i-5", "unhealthy.draining"),
    ]);
    assert_eq!((outputs.unhealthy_count, outputs.target_count), (3, 6));
    assert_eq!(outputs.unhealthy_ids, ["i-2", "i-5"]);
    assert_eq!(outputs.unhealthy_targets.len(), 3);
    let counts = json!({ "draining": 1, "healthy": 1, "unhealthy": 2, "unhealthy.draining": 1, "unused": 1 });
    assert_eq!(serde_json::to_value(&outputs.state_counts).unwrap(), counts);
    assert_eq!(outputs.failure("web").message, "3 of 6 targets of web are unhealthy: i-2, i-5");
}

#[test]
fn what_aws_does_not_say_is_absent() {
    let mut nothing_known = seen("arn:aws:lambda:eu-central-1:123456789012:function:f", "unhealthy");
    (nothing_known.target.port, nothing_known.health_check_port) = (None, None);
    let mut outputs = Outputs::default();
    outputs.add(&group("a"), nothing_known);
    let target = serde_json::to_value(&outputs.unhealthy_targets).unwrap();
    let keys: Vec<&String> = target[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "state", "target_group_arn"]);
    assert!(outputs.unhealthy_targets[0].line().ends_with(":function:f: unhealthy"));
}

#[test]
fn a_line_has_the_target_its_ports_its_state_and_the_reason() {
    let mut outputs = outputs(&[("a", "i-1", "unhealthy")]);
    let target = &mut outputs.unhealthy_targets[0];
    assert_eq!(target.line(), "i-1:80, checked at port 8080: unhealthy");
    target.reason = Some("Target.Timeout".to_owned());
    assert_eq!(target.line(), "i-1:80, checked at port 8080: unhealthy (Target.Timeout)");
    target.description = Some("Request timed out".to_owned());
    assert_eq!(target.line(), "i-1:80, checked at port 8080: unhealthy (Request timed out)");
    let row = target.row(7);
    assert_eq!((row[0].as_deref(), row[1].as_deref(), row[7].as_deref()), (Some("7"), Some("i-1"), Some("a/1")));
}

#[test]
fn more_targets_than_can_be_told_are_counted() {
    let mut outputs = Outputs::default();
    (0..TOLD + 5).for_each(|n| outputs.add(&group("a"), seen(&format!("i-{n}"), "unhealthy")));
    assert_eq!(outputs.unhealthy_count, TOLD as u64 + 5);
    assert_eq!((outputs.unhealthy_targets.len(), outputs.unhealthy_ids.len()), (TOLD, TOLD));
    assert!(outputs.failure("web").message.ends_with("i-0, i-1, i-2, i-3, i-4 and 995 more"));
}
