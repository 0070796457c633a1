use serde_json::json;
use stepwell_model::action;
use stepwell_model::event::{Answer, What};

use super::support::{Bench, answers, answers_with_room, ec2_error, grants};
use crate::AwsCalls;
use crate::error::{HostError, HostFault};
use crate::wit::ec2::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

pub(super) const REBOOTED: (u16, &str) = (200, "<RebootInstancesResponse/>");
const NO_INSTANCES: (u16, &str) = (200, "<DescribeInstancesResponse/>");

pub(super) async fn reboot(bench: &mut Bench) -> Result<(), HostError> {
    let request = ec2::RebootInstancesRequest { instance_ids: vec!["i-0abc".into()] };
    AwsCalls::new(Some(&mut bench.step)).reboot_instances(request).await
}

async fn describe(bench: &mut Bench) -> Result<ec2::DescribeInstancesResponse, HostError> {
    let request = ec2::DescribeInstancesRequest {
        instance_ids: Vec::new(),
        filters: Vec::new(),
        max_results: None,
        next_token: None,
    };
    AwsCalls::new(Some(&mut bench.step)).describe_instances(request).await
}

pub(super) fn fault<T: std::fmt::Debug>(result: Result<T, HostError>) -> HostFault {
    match result {
        Err(HostError::Trap(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_intent_is_kept_before_the_request_leaves_and_the_answer_after() {
    let mut bench = answers(&[REBOOTED]);
    reboot(&mut bench).await.unwrap();
    assert_eq!(bench.kept.order(), ["call_intended", "request", "call_answered"]);
    let [What::CallIntended { step, call }, What::CallAnswered { number, answer, .. }] = &bench.kept.records()[..]
    else {
        panic!("{:?}", bench.kept.records())
    };
    assert_eq!((step.as_str(), call.number, *number), ("restart", 1, 1));
    assert_eq!((call.action.as_str(), &call.request), ("ec2:RebootInstances", &json!({ "InstanceIds": ["i-0abc"] })));
    // AWS gives no more detail, and neither does the host to the plugin.
    assert_eq!(*answer, Answer::Done { request_id: Some("req-1".to_owned()), status: None, response: None });
}

#[tokio::test]
async fn calls_are_numbered_on_from_the_earlier_calls_of_the_step() {
    let mut bench = answers(&[REBOOTED, REBOOTED]);
    bench.step.context.calls = vec![super::repeats::before("i-0fff", None); 4];
    bench.step.context.settled_calls = 4;
    reboot(&mut bench).await.unwrap();
    reboot(&mut bench).await.unwrap();
    let numbers = bench.kept.records().into_iter().filter_map(|what| match what {
        What::CallIntended { call, .. } => Some(call.number),
        _ => None,
    });
    assert_eq!(numbers.collect::<Vec<_>>(), [5, 6]);
}

#[tokio::test]
async fn a_read_leaves_no_record() {
    let mut bench = answers(&[NO_INSTANCES]);
    describe(&mut bench).await.unwrap();
    assert_eq!(bench.kept.order(), ["request"]);
}

#[tokio::test]
async fn an_intent_that_is_not_kept_keeps_the_request_here() {
    let mut bench = answers_with_room(&[REBOOTED], 0);
    let fault = fault(reboot(&mut bench).await);
    assert!(matches!(fault, HostFault::IntentNotKept { action: "ec2:RebootInstances", .. }), "{fault:?}");
    assert!(bench.left().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_not_kept_ends_the_step() {
    let mut bench = answers_with_room(&[REBOOTED], 1);
    let fault = fault(reboot(&mut bench).await);
    assert!(matches!(fault, HostFault::AnswerNotKept { .. }), "{fault:?}");
    assert_eq!(bench.left().len(), 1);
}

#[tokio::test]
async fn a_dry_run_reads_and_ends_before_the_first_change() {
    let mut bench = answers(&[NO_INSTANCES, REBOOTED]);
    bench.step.context.dry_run = true;
    describe(&mut bench).await.unwrap();
    assert_eq!(fault(reboot(&mut bench).await), HostFault::DryRun { action: "ec2:RebootInstances" });
    assert_eq!(bench.kept.order(), ["request", "change_withheld"]);
    let [What::ChangeWithheld { call, .. }] = &bench.kept.records()[..] else { panic!("{:?}", bench.kept.records()) };
    assert_eq!(call.request, json!({ "InstanceIds": ["i-0abc"] }));
}

#[tokio::test]
async fn a_step_without_a_grant_never_reaches_aws() {
    let mut bench = answers(&[REBOOTED]);
    bench.step.context.grants = grants(&[("ec2", "describe-instances")]).into();
    let error = reboot(&mut bench).await.unwrap_err();
    let HostError::Answer(denial @ CallError { kind: CallErrorKind::Denied, .. }) = error else { panic!("{error:?}") };
    assert_eq!((denial.action.as_str(), denial.request_id), ("ec2:RebootInstances", None));
    assert!(bench.kept.order().is_empty());
}

#[tokio::test]
async fn nothing_answers_while_a_plugin_says_what_it_is() {
    let request = ec2::RebootInstancesRequest { instance_ids: vec!["i-0abc".into()] };
    let fault = fault(AwsCalls::new(None).reboot_instances(request).await);
    assert_eq!(fault, HostFault::Describing { function: action::ec2::REBOOT_INSTANCES.row().function });
}

#[tokio::test]
async fn the_journal_knows_a_refusal_from_a_call_whose_end_is_not_known() {
    let refusal = ec2_error("IncorrectInstanceState", "it is terminated");
    let mut bench = answers(&[(400, &refusal), (500, &ec2_error("InternalError", "try again"))]);
    reboot(&mut bench).await.unwrap_err();
    reboot(&mut bench).await.unwrap_err();
    let answered = bench.kept.records().into_iter().filter_map(|what| match what {
        What::CallAnswered { answer, .. } => Some(answer),
        _ => None,
    });
    let refused =
        Answer::Refused { code: Some("IncorrectInstanceState".to_owned()), message: "it is terminated".to_owned() };
    assert_eq!(answered.collect::<Vec<_>>(), [refused, Answer::Unknown { message: "try again".to_owned() }]);
}

#[tokio::test]
async fn a_call_that_has_its_effect_again_is_repeated_only_when_it_was_throttled() {
    let broken = ec2_error("InternalError", "try again");
    let mut bench = answers(&[(500, &broken), REBOOTED]);
    reboot(&mut bench).await.unwrap_err();
    assert_eq!(bench.left().len(), 1, "a reboot that perhaps took effect");

    let throttled = ec2_error("RequestLimitExceeded", "slow down");
    let mut bench = answers(&[(503, &throttled), (503, &throttled), REBOOTED]);
    reboot(&mut bench).await.unwrap();
    assert_eq!(bench.left().len(), 3);

    let mut bench = answers(&[(500, &broken), (500, &broken), NO_INSTANCES]);
    describe(&mut bench).await.unwrap();
    assert_eq!(bench.left().len(), 3, "a read can be repeated after anything");
}

#[tokio::test]
async fn whose_credentials_sign_is_recorded_once_before_the_first_call() {
    let mut bench = answers(&[REBOOTED, REBOOTED]);
    bench.step.context.signed_as = None;
    reboot(&mut bench).await.unwrap();
    reboot(&mut bench).await.unwrap();
    let call = ["call_intended", "request", "call_answered"];
    assert_eq!(bench.kept.order(), [&["credentials_issued"][..], &call, &call].concat());
    let [What::CredentialsIssued { credentials, .. }, ..] = &bench.kept.records()[..] else {
        panic!("{:?}", bench.kept.records())
    };
    assert_eq!(credentials.access_key_id_ends, "TEST");
}
