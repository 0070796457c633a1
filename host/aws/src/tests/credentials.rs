use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;
use aws_types::sdk_config;
use stepwell_model::NextAction as _;
use stepwell_model::event::{Answer, What};

use super::support::{MemoryJournal, SECRET, TOKEN, bench, config, ec2_error, step};
use crate::error::{HostError, HostFault};
use crate::wit::ec2::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};
use crate::{Advice, AwsCalls, RunAws, StepAws, http};

async fn stop(step: &mut StepAws) -> HostError {
    let request = ec2::StopInstancesRequest { instance_ids: vec!["i-0abc".into()], force: None, hibernate: None };
    AwsCalls::new(Some(step)).stop_instances(request).await.unwrap_err()
}

async fn fault(config: sdk_config::Builder, answers: &[(u16, &str)]) -> HostFault {
    let mut bench = bench(answers, None, config);
    match stop(&mut bench.step).await {
        HostError::Trap(fault) => fault,
        answer => panic!("{answer:?}"),
    }
}

fn real(config: sdk_config::Builder) -> StepAws {
    let kept: Arc<MemoryJournal> = Arc::default();
    step(RunAws::fixed(config.http_client(http::client()).build()), kept)
}

#[tokio::test]
async fn missing_credentials_say_which_providers_were_tried() {
    let none =
        || provide_credentials_fn(|| async { Err(CredentialsError::not_loaded("Environment variable not set")) });
    let chain = CredentialsProviderChain::first_try("Environment", none()).or_else("Profile", none());
    let fault = fault(config().credentials_provider(SharedCredentialsProvider::new(chain)), &[]).await;
    assert!(matches!(fault, HostFault::Credentials { advice: Advice::Nothing, .. }), "{fault:?}");
    let tried = "Environment (environment variable not set), Profile (environment variable not set)";
    assert_eq!(fault.because(), format!("no provider has any: {tried}"));
}

#[tokio::test]
async fn a_provider_that_breaks_says_why() {
    let broken =
        provide_credentials_fn(|| async { Err(CredentialsError::provider_error("the role cannot be assumed")) });
    let fault = fault(config().credentials_provider(SharedCredentialsProvider::new(broken)), &[]).await;
    assert_eq!(fault.because(), "the role cannot be assumed");
}

#[tokio::test]
async fn credentials_that_aws_does_not_know_end_the_step() {
    for code in ["AuthFailure", "InvalidClientTokenId", "ExpiredToken"] {
        let fault = fault(config(), &[(401, &ec2_error(code, "AWS was not able to validate the credentials"))]).await;
        assert!(matches!(fault, HostFault::Credentials { advice: Advice::Refused, .. }), "{fault:?}");
        assert!(fault.because().contains(code), "{}", fault.explain());
    }
}

/// EC2 gives this code for an expired session as well.
#[tokio::test]
async fn a_request_that_has_expired_may_be_a_matter_of_the_clock() {
    let fault = fault(config(), &[(400, &ec2_error("RequestExpired", "Request has expired."))]).await;
    assert!(matches!(fault, HostFault::Credentials { advice: Advice::Expired, .. }), "{fault:?}");
    assert!(fault.next().contains("clock"), "{}", fault.explain());
}

#[tokio::test]
async fn a_wrong_signature_is_explained_without_the_request_that_aws_quotes() {
    let quoted = format!("The canonical string should have been x-amz-security-token:{TOKEN}");
    let fault = fault(config(), &[(403, &ec2_error("SignatureDoesNotMatch", &quoted))]).await;
    assert!(fault.explain().contains("SignatureDoesNotMatch"), "{}", fault.explain());
    assert!(!format!("{fault:?}{}", fault.explain()).contains(TOKEN));
}

#[tokio::test]
async fn no_region_at_all_is_said_before_anything_is_recorded() {
    let mut bench = bench(&[], None, SdkConfig::builder());
    let error = stop(&mut bench.step).await;
    assert!(matches!(error, HostError::Trap(HostFault::NoRegion { action: "ec2:StopInstances" })), "{error:?}");
    assert!(bench.kept.order().is_empty());
}

#[tokio::test]
async fn a_malformed_region_is_a_mistake_in_the_configuration() {
    let fault = fault(config().region(Region::new("eu central/1")), &[]).await;
    assert!(matches!(fault, HostFault::Configuration { .. }), "{fault:?}");
}

#[tokio::test]
async fn a_closed_port_is_named_with_its_cause() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = stop(&mut real(config().endpoint_url(format!("http://{free}")))).await;
    let HostError::Answer(unavailable @ CallError { kind: CallErrorKind::Unavailable, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unavailable.message, format!("no answer from {free}: connection refused"));
}

#[tokio::test]
async fn a_request_without_a_connection_has_had_no_effect() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(200)).build();
    for (address, is_known) in [(free, true), (silent.local_addr().unwrap(), false)] {
        let config = config().endpoint_url(format!("http://{address}")).timeout_config(timeouts.clone());
        let kept: Arc<MemoryJournal> = Arc::default();
        stop(&mut step(RunAws::fixed(config.http_client(http::client()).build()), kept.clone())).await;
        let records = kept.records();
        let Some(What::CallAnswered { answer, .. }) = records.last() else { panic!("{records:?}") };
        assert_eq!(matches!(answer, Answer::Refused { .. }), is_known, "{answer:?}");
    }
}

#[tokio::test]
async fn an_endpoint_that_hangs_does_not_hang_the_step() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(50)).build();
    let error = stop(&mut real(config().endpoint_url(format!("http://{address}")).timeout_config(timeouts))).await;
    let HostError::Answer(unavailable @ CallError { kind: CallErrorKind::Unavailable, .. }) = error else {
        panic!("{error:?}")
    };
    assert!(unavailable.message.starts_with(&format!("no answer from {address}: ")), "{}", unavailable.message);
    assert!(unavailable.message.contains("timeout"), "{}", unavailable.message);
}

#[test]
fn debug_output_holds_no_credential() {
    let shown = format!("{:?}", RunAws::fixed(config().build()));
    assert!(!shown.contains(SECRET) && !shown.contains(TOKEN) && !shown.contains("AKID"), "{shown}");
}
