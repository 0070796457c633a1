use super::support::{answers, ec2_error};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::stepwell::step::ec2::{self, Host as _};
use crate::wit::stepwell::step::types::{CallError, CallErrorKind};

/// The name of the answer, and its content.
async fn answer(status: u16, body: &str) -> (&'static str, CallError) {
    let mut bench = answers(&[(status, body), (status, body), (status, body)]);
    let request = ec2::StopInstancesRequest { instance_ids: vec!["i-0abc".into()], force: None, hibernate: None };
    match AwsCalls::new(Some(&mut bench.step)).stop_instances(request).await.unwrap_err() {
        HostError::Answer(error) => {
            assert_eq!(error.action, "ec2:StopInstances");
            let kind = match error.kind {
                CallErrorKind::Denied => "denied",
                CallErrorKind::Throttled => "throttled",
                CallErrorKind::NotFound => "not-found",
                CallErrorKind::Rejected => "rejected",
                CallErrorKind::Unavailable => "unavailable",
            };
            (kind, error)
        }
        HostError::Trap(fault) => panic!("{fault:?}"),
    }
}

#[tokio::test]
async fn every_kind_of_error_becomes_the_answer_that_says_what_to_do() {
    for (status, code, wanted) in [
        (403, "UnauthorizedOperation", "denied"),
        (403, "AccessDenied", "denied"),
        (400, "AccessDeniedException", "denied"),
        (503, "RequestLimitExceeded", "throttled"),
        (400, "Throttling", "throttled"),
        (400, "ThrottlingException", "throttled"),
        (429, "TooManyRequestsException", "throttled"),
        (503, "SlowDown", "throttled"),
        (400, "InvalidInstanceID.NotFound", "not-found"),
        (400, "ResourceNotFoundException", "not-found"),
        (404, "DBInstanceNotFound", "not-found"),
        (404, "DBClusterNotFoundFault", "not-found"),
        (400, "LoadBalancerNotFound", "not-found"),
        (400, "ClusterNotFoundException", "not-found"),
        (400, "InvalidCommandId", "not-found"),
        (400, "InvalidDocument", "not-found"),
        (400, "InvocationDoesNotExist", "not-found"),
        (400, "ParameterNotFound", "not-found"),
        (400, "InvalidDBInstanceState", "rejected"),
        (400, "ScalingActivityInProgress", "rejected"),
        (400, "IncorrectInstanceState", "rejected"),
        (400, "InvalidInstanceID.Malformed", "rejected"),
        (400, "LimitExceededException", "rejected"),
        (412, "DryRunOperation", "rejected"),
        (500, "InternalError", "unavailable"),
        (503, "Unavailable", "unavailable"),
    ] {
        let (kind, error) = answer(status, &ec2_error(code, "in AWS's words")).await;
        assert_eq!(kind, wanted, "{status} {code}");
        assert!(error.message.contains("in AWS's words"), "{code}: {}", error.message);
        assert_eq!(error.request_id.as_deref(), Some("req-1"), "{code}");
        if kind != "denied" {
            assert_eq!(error.code.as_deref(), Some(code));
        }
    }
}

#[tokio::test]
async fn a_denial_names_the_iam_action() {
    let (_, error) = answer(403, &ec2_error("UnauthorizedOperation", "not authorized")).await;
    assert_eq!(error.message, "IAM does not allow `ec2:StopInstances`: not authorized");
}

#[tokio::test]
async fn what_is_not_an_answer_of_aws_is_unavailable_and_names_the_endpoint() {
    for (status, body) in [(500, "<html>oops</html>"), (403, "<html>proxy</html>"), (502, ""), (200, "not xml")] {
        let (kind, error) = answer(status, body).await;
        assert_eq!(kind, "unavailable", "{status} {body}");
        assert!(error.message.contains("ec2.eu-central-1.amazonaws.com:443"), "{status}: {}", error.message);
        assert_eq!(error.code, None);
    }
}

#[test]
fn a_plugin_does_not_get_back_from_aws_the_secret_that_it_has_a_placeholder_for() {
    let message = "The value 'hunter22' is not valid".to_owned();
    let (kind, action, code) = (CallErrorKind::Rejected, String::new(), Some("InvalidParameterValue".to_owned()));
    let HostError::Answer(told) =
        HostError::Answer(CallError { kind, action, code, message, request_id: None }).withheld()
    else {
        panic!("it is still an answer")
    };
    assert_eq!(told.kind, CallErrorKind::Rejected);
    assert_eq!(told.code.as_deref(), Some("InvalidParameterValue"));
    assert!(!told.message.contains("hunter22"), "{}", told.message);
}
