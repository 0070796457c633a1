use super::support::{answers, ec2_error};
use crate::AwsCalls;
use crate::error::{HostError, HostFault};
use crate::wit::ec2::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

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
fn of_an_error_about_a_secret_only_what_has_the_form_of_a_code_and_of_an_id_remains() {
    let told = |code: &str, id: &str| {
        let message = "The value 'HUNTER22' is not valid".to_owned();
        let (kind, action, code) = (CallErrorKind::Rejected, String::new(), Some(code.to_owned()));
        let error = CallError { kind, action, code, message, request_id: Some(id.to_owned()) };
        match HostError::Answer(error).withheld() {
            HostError::Answer(told) => told,
            HostError::Trap(fault) => panic!("{fault:?}"),
        }
    };
    let usual = told("InvalidParameterValue.NotFound", "0f1e2d3c-0000-0000-0000-000000000000");
    assert_eq!(usual.kind, CallErrorKind::Rejected);
    assert_eq!(usual.code.as_deref(), Some("InvalidParameterValue.NotFound"));
    assert_eq!(usual.request_id.as_deref(), Some("0f1e2d3c-0000-0000-0000-000000000000"));
    assert_eq!(usual.message, "AWS refused the call; its message is withheld, because the request held a secret");
    for odd in ["", "Invalid value 'HUNTER22'", "a\nb", "\u{fc}", &"A".repeat(65)] {
        let told = told(odd, odd);
        assert_eq!((told.code, told.request_id), (None, None), "{odd}");
    }
}

#[test]
fn refused_credentials_do_not_quote_a_request_that_held_a_secret() {
    let (action, advice) = ("ec2:StopInstances", crate::credentials::Advice::Refused);
    let fault = HostFault::Credentials { action, reason: "AWS answered: HUNTER22".to_owned(), advice };
    let HostError::Trap(fault) = HostError::Trap(fault).withheld() else { panic!("it is still a fault") };
    assert!(!format!("{fault:?}").contains("HUNTER22"), "{fault:?}");
}
