//! The confused-deputy verification: a role that the host assumes for a level must require the external id of exactly that
//! level. Otherwise anyone who learns the name of the role can have the host use it for them.

use std::time::Duration;

use aws_sdk_sts::Client;
use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;
use stepwell_model::id::{ExternalId, RoleArn};
use stepwell_model::policy::deny_all;

use super::advice::Advice;
use super::explain::{NO_MESSAGE, sts_answer, sts_silent};
use super::trust::{ExternalIds, random_external_id};
use super::verdict::{Verdict, Verification};

/// The session name by which CloudTrail tells probes from runs.
const SESSION_NAME: &str = "stepwell-probe";

/// The shortest session of STS. A probe's session may do nothing and is dropped at once.
const SECONDS: i32 = 900;

/// Pauses before retries: changes of IAM take some seconds to arrive everywhere.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8), Duration::from_secs(16)];

enum Probe {
    Allowed,
    Denied(String),
    Other(String, Advice),
}

/// Tries to assume a role with its external id, without any, and with a random one.
///
/// With `patient`, it waits for a recent change of the role to arrive.
pub(crate) async fn verify(sts: &Client, role: &RoleArn, ids: &ExternalIds, patient: bool) -> Verification {
    let found = |verdict, reason: String| Verification { verdict, reason, advice: None };
    let ExternalIds { current, previous } = ids;
    let mut with_id = probe(sts, role, Some(current)).await;
    for pause in PAUSES.iter().filter(|_| patient) {
        if !matches!(with_id, Probe::Denied(_)) {
            break;
        }
        tokio::time::sleep(*pause).await;
        with_id = probe(sts, role, Some(current)).await;
    }
    match with_id {
        Probe::Allowed => {}
        Probe::Denied(words) => {
            let stale = previous.is_some() && matches!(probe(sts, role, previous.as_ref()).await, Probe::Allowed);
            let stale = if stale { "; it still asks for the external id of before the rotation" } else { "" };
            return found(
                Verdict::RejectedUnassumable,
                format!("it cannot be assumed with its external id{stale}: {words}"),
            );
        }
        Probe::Other(reason, advice) => return unsaid(reason, advice),
    }
    let random = random_external_id();
    let (without, any) = (probe(sts, role, None).await, probe(sts, role, Some(&random)).await);
    match (without, any) {
        (Probe::Allowed, _) => found(Verdict::RejectedInsecure, "it can be assumed without an external id".to_owned()),
        (_, Probe::Allowed) => found(Verdict::RejectedInsecure, "it can be assumed with any external id".to_owned()),
        (Probe::Other(reason, advice), _) | (_, Probe::Other(reason, advice)) => unsaid(reason, advice),
        (Probe::Denied(_), Probe::Denied(_)) => {
            found(Verdict::Verified, "it can be assumed with its external id only".to_owned())
        }
    }
}

/// The result when STS gave no clear answer.
fn unsaid(reason: String, advice: Advice) -> Verification {
    Verification { verdict: Verdict::Inconclusive, reason, advice: Some(advice) }
}

async fn probe(sts: &Client, role: &RoleArn, external_id: Option<&ExternalId>) -> Probe {
    let request = sts
        .assume_role()
        .role_arn(role.as_str())
        .role_session_name(SESSION_NAME)
        .duration_seconds(SECONDS)
        .policy(deny_all().to_string())
        .set_external_id(external_id.map(ToString::to_string));
    let error = match request.send().await {
        Ok(_) => return Probe::Allowed,
        Err(error) => error,
    };
    let (reason, advice) = match (error.code(), error.message()) {
        (Some("AccessDenied"), words) => return Probe::Denied(words.unwrap_or("AccessDenied").to_owned()),
        (Some(code), words) => sts_answer(code, words.unwrap_or(NO_MESSAGE)),
        (None, _) => sts_silent(&error),
    };
    Probe::Other(reason, advice)
}
