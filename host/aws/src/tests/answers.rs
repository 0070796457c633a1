//! Truncated responses, and calls whose first attempt has an unknown outcome while AWS refuses the next one.

use stepwell_model::event::{Answer, What};

use super::repeats::{CREATED, log_flows};
use super::support::{Bench, answers, ec2_error};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::ec2::{DescribeInstancesRequest, Host as _, StopInstancesRequest};
use crate::wit::types::{CallError, CallErrorKind};

const DESCRIBED: &str = "<DescribeInstancesResponse><reservationSet><item><instancesSet><item>\
    <instanceId>i-0abc</instanceId><instanceState><code>16</code><name>running</name></instanceState></item>\
    </instancesSet></item></reservationSet></DescribeInstancesResponse>";

fn refusal<T: std::fmt::Debug>(result: Result<T, HostError>) -> CallError {
    match result {
        Err(HostError::Answer(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// The journal's answer to the only change.
fn kept(bench: &Bench) -> Answer {
    let kept = bench.kept.records().into_iter().find_map(|what| match what {
        What::CallAnswered { answer, .. } => Some(answer),
        _ => None,
    });
    kept.expect("it is answered")
}

#[tokio::test]
async fn a_list_that_breaks_off_is_asked_for_again_and_is_no_shorter_list() {
    let (short, _) = DESCRIBED.split_once("</instancesSet>").unwrap();
    let request = || DescribeInstancesRequest {
        instance_ids: Vec::new(),
        filters: Vec::new(),
        max_results: None,
        next_token: None,
    };
    let mut bench = answers(&[(200, short), (200, DESCRIBED)]);
    let found = AwsCalls::new(Some(&mut bench.step)).describe_instances(request()).await.unwrap();
    assert_eq!((found.reservations.len(), bench.left().len()), (1, 2));

    let mut bench = answers(&[(200, short); 3]);
    let error = refusal(AwsCalls::new(Some(&mut bench.step)).describe_instances(request()).await);
    assert_eq!(error.kind, CallErrorKind::Unavailable);
    assert!(error.message.ends_with("the response is truncated"), "{}", error.message);
}

#[tokio::test]
async fn a_call_with_a_token_stays_open_when_only_its_last_attempt_was_refused() {
    let (throttled, denied) =
        (ec2_error("RequestLimitExceeded", "slow down"), ec2_error("UnauthorizedOperation", "not any more"));
    for (last, code) in [((503, throttled.as_str()), "RequestLimitExceeded"), ((403, &denied), "UnauthorizedOperation")]
    {
        let mut bench = answers(&[(500, "<html>oops</html>"), last, last]);
        let error = refusal(log_flows(&mut bench, "subnet-1").await);
        assert_eq!((error.kind, error.code.as_deref()), (CallErrorKind::Unavailable, Some(code)));
        assert!(matches!(kept(&bench), Answer::Unknown { .. }), "{:?}", kept(&bench));
    }
    let mut bench = answers(&[(503, throttled.as_str()); 3]);
    assert_eq!(refusal(log_flows(&mut bench, "subnet-1").await).kind, CallErrorKind::Throttled);
    assert!(matches!(kept(&bench), Answer::Refused { .. }), "nothing is open: {:?}", kept(&bench));
}

#[tokio::test]
async fn a_new_attempt_of_a_step_asks_with_the_token_of_the_call_that_is_open() {
    let throttled = ec2_error("RequestLimitExceeded", "slow down");
    let mut first = answers(&[(500, "oops"), (503, &throttled), (503, &throttled)]);
    first.step.context.idempotency_token = "attempt 1".to_owned();
    refusal(log_flows(&mut first, "subnet-1").await);
    let mut second = answers(&[CREATED]);
    second.step.context.idempotency_token = "attempt 2".to_owned();
    second.step.context.calls = first.step.context.calls.clone();
    second.step.context.calls[0].decided = false;
    second.step.context.calls[0].answer = Some(kept(&first));
    second.step.context.settled_calls = 1;
    log_flows(&mut second, "subnet-1").await.unwrap();
    let token = |request: &str| request.split('&').find(|part| part.starts_with("ClientToken=")).map(str::to_owned);
    assert_eq!(token(&first.left()[0]), token(&second.left()[0]));
}

#[tokio::test]
async fn a_resource_of_somebody_else_is_not_taken_for_wrong_credentials() {
    for (words, is_denied) in [
        ("Not authorized for images: [ami-0abc]", true),
        ("AWS was not able to validate the provided access credentials", false),
    ] {
        let mut bench = answers(&[(400, &ec2_error("AuthFailure", words))]);
        let request = StopInstancesRequest { instance_ids: vec!["i-0abc".into()], force: None, hibernate: None };
        let error = AwsCalls::new(Some(&mut bench.step)).stop_instances(request).await.unwrap_err();
        let denied = matches!(&error, HostError::Answer(answer) if answer.kind == CallErrorKind::Denied);
        assert_eq!(denied, is_denied, "{error:?}");
    }
}

#[tokio::test]
async fn of_a_request_that_is_too_large_the_journal_keeps_what_tells_it_from_others() {
    let mut bench = answers(&[(400, &ec2_error("InvalidInstanceID.Malformed", "no"))]);
    let request = StopInstancesRequest { instance_ids: vec!["i".repeat(100_000)], force: None, hibernate: None };
    refusal(AwsCalls::new(Some(&mut bench.step)).stop_instances(request).await);
    let What::CallIntended { call, .. } = bench.kept.records().remove(0) else { panic!("no intent") };
    assert_eq!(call.request["Bytes"], 100_020);
    assert_eq!(call.request["Sha256"].as_str().map(str::len), Some(64));
}
