use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::credential_fn::provide_credentials_fn;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError;
use stepwell_model::action;
use stepwell_model::credentials::StepCredentials;
use stepwell_model::event::What;
use stepwell_model::settings::{Level, System};
use stepwell_model::source::Source;

use super::support::{Bench, answers, bench, config, grants};
use crate::AwsCalls;
use crate::error::{HostError, HostFault};
use crate::wit::credentials::{Description, Host as _};
use crate::wit::sts::Host as _;
use crate::wit::types::{CallError, CallErrorKind};

const DEPLOY: (u16, &str) = (
    200,
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/deploy</Arn>\
     <UserId>AIDATEST</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
);

async fn describe(bench: &mut Bench) -> wasmtime::Result<Description> {
    AwsCalls::new(Some(&mut bench.step)).describe().await
}

fn issued(bench: &Bench) -> usize {
    bench.kept.records().iter().filter(|what| matches!(what, What::CredentialsIssued { .. })).count()
}

#[tokio::test]
async fn get_caller_identity_asks_sts_in_the_region_of_the_step() {
    let mut bench = answers(&[DEPLOY]);
    let caller = AwsCalls::new(Some(&mut bench.step)).get_caller_identity().await.unwrap();
    assert_eq!(bench.left(), ["Action=GetCallerIdentity&Version=2011-06-15"]);
    assert_eq!(bench.urls(), ["https://sts.eu-central-1.amazonaws.com/"]);
    assert_eq!((caller.account.as_deref(), caller.user_id.as_deref()), (Some("123456789012"), Some("AIDATEST")));
    assert_eq!(caller.arn.as_deref(), Some("arn:aws:iam::123456789012:user/deploy"));
}

#[tokio::test]
async fn a_session_that_may_not_ask_who_it_is_is_denied() {
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>";
    let mut bench = answers(&[(403, denied)]);
    let error = AwsCalls::new(Some(&mut bench.step)).get_caller_identity().await.unwrap_err();
    let HostError::Answer(denial @ CallError { kind: CallErrorKind::Denied, .. }) = error else { panic!("{error:?}") };
    assert_eq!(denial.action, "sts:GetCallerIdentity");
}

#[tokio::test]
async fn a_step_knows_whose_credentials_it_has_without_a_grant_and_without_a_call() {
    let end = UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    let session = Credentials::new("AKIDTEST", "canary", Some("canary".to_owned()), Some(end), "test");
    let mut bench = bench(&[], None, config().credentials_provider(SharedCredentialsProvider::new(session)));
    bench.step.context.grants = grants(&[]).into();
    bench.step.context.region = Some("ap-south-1".to_owned());
    let known = describe(&mut bench).await.unwrap();
    assert_eq!((known.from.as_str(), known.provider.as_str()), ("default", "default_chain"));
    assert_eq!((known.access_key_id_ends.as_str(), known.expires_at), ("TEST", Some(4_102_444_800_000)));
    assert_eq!((known.region.as_deref(), known.role_arn.as_deref()), (Some("ap-south-1"), None));
    assert!(!format!("{known:?}").contains("canary"), "{known:?}");
    describe(&mut bench).await.unwrap();
    assert_eq!((issued(&bench), bench.left().len()), (1, 0), "the same credentials are recorded once");
}

#[tokio::test]
async fn the_last_role_and_the_level_are_those_of_the_plan() {
    let text = "[aws.credentials]\nprovider = \"ec2\"\n[[aws.credentials.assume_role]]\n\
                role_arn = \"arn:aws:iam::123456789012:role/first\"\n[[aws.credentials.assume_role]]\n\
                role_arn = \"arn:aws:iam::123456789012:role/last\"\n";
    let system = System::read(Source::new("stepwell.toml", text)).unwrap().settings;
    let mut bench = answers(&[]);
    bench.step.context.credentials =
        StepCredentials::host(system.aws.credentials(Level::System, &system.source).unwrap());
    let known = describe(&mut bench).await.unwrap();
    assert_eq!((known.from.as_str(), known.provider.as_str(), known.source), ("system", "ec2", None));
    assert_eq!(known.role_arn.as_deref(), Some("arn:aws:iam::123456789012:role/last"));
    assert_eq!(known.region.as_deref(), Some("eu-central-1"));
}

#[tokio::test]
async fn without_credentials_there_is_nothing_to_describe() {
    let none = provide_credentials_fn(|| async { Err(CredentialsError::not_loaded("none")) });
    let mut bench = bench(&[], None, config().credentials_provider(SharedCredentialsProvider::new(none)));
    let error = describe(&mut bench).await.unwrap_err();
    let fault = error.downcast_ref::<HostFault>().unwrap();
    assert!(matches!(fault, HostFault::Credentials { action: "credentials.describe", .. }), "{fault:?}");
    assert_eq!(issued(&bench), 0);
}

#[tokio::test]
async fn neither_answers_while_a_plugin_says_what_it_is() {
    let error = AwsCalls::new(None).describe().await.unwrap_err();
    let fault = HostFault::Describing { function: action::host::CREDENTIALS_DESCRIBE };
    assert_eq!(error.downcast_ref::<HostFault>(), Some(&fault));
    let error = AwsCalls::new(None).get_caller_identity().await.unwrap_err();
    let HostError::Trap(fault) = error else { panic!("{error:?}") };
    assert_eq!(fault, HostFault::Describing { function: action::sts::GET_CALLER_IDENTITY.row().function });
}
