//! Why a provider gave no credentials, and what an operator can do about it.

use std::env;
use std::error::Error as StdError;
use std::io;

use aws_config::imds::client::error::ImdsError;
use aws_config::meta::ProviderChainError;
use aws_config::profile::ProfileFileLoadError;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use stepwell_model::NextAction as _;
use stepwell_model::credentials::Provider;
use stepwell_model::error::{causes, find_cause};
use stepwell_secrets::KeyError;

use super::advice::Advice;
use super::issuer::{Stage, StageFailed};
use super::profiles::NoProfile;
use super::source_file::TokenFileError;
use crate::cause::{last_cause, provider_reason};
use crate::codes::{is_throttling, refusal, refusal_advice};
use crate::wit::types::{CallError, CallErrorKind};

const AGAIN: &str = "run it again a little later";
const TO_STS: &str = "check AWS_ENDPOINT_URL, the region, and the way from this machine to STS";
const TOKEN: &str = "check `token_file` and `role_arn`, or AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN";
const METADATA: &str = "try again; if it stays, look at the instance's role and its metadata options";
const HOP_LIMIT: &str =
    "run on an EC2 instance; in a container, raise HttpPutResponseHopLimit to 2 in the instance's metadata options";
const NO_CONTAINER: &str =
    "run in an ECS task with a task role or in an EKS pod with a pod identity, or choose another provider";
const FULL_URI: &str = "point AWS_CONTAINER_CREDENTIALS_FULL_URI at https, or at an address of this machine";
const CONTAINER_TOKEN: &str = "check AWS_CONTAINER_AUTHORIZATION_TOKEN, or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const CONTAINER_ADDRESS: &str =
    "check that the address in AWS_CONTAINER_CREDENTIALS_FULL_URI is the one of the container's agent";

/// The SDK's words before the status with which the credentials endpoint of a container refused.
const CONTAINER_STATUS: &str = "HTTP credential provider: StatusCode(";

/// Stands for the message of an answer without one.
pub(super) const NO_MESSAGE: &str = "STS gave no message";

/// The reason and the advice for a broken chain.
pub(crate) fn explain(error: &CredentialsError) -> (String, Advice) {
    let broken = causes(error).filter_map(|cause| cause.downcast_ref::<StageFailed>()).last();
    let Some(StageFailed { stage, source }) = broken else { return (provider_reason(error), Advice::Nothing) };
    let (reason, advice) = match stage {
        Stage::Role(_) => sts_reason(source),
        Stage::Base(provider) => base_reason(*provider, source),
    };
    let reason = match stage {
        Stage::Role(role) => format!("{role}: {reason}"),
        Stage::Base(Provider::DefaultChain) => reason,
        Stage::Base(provider) => format!("{}: {reason}", provider.as_str()),
    };
    (reason, advice)
}

fn base_reason(provider: Provider, error: &CredentialsError) -> (String, Advice) {
    if let Some(key) = find_cause::<KeyError>(error) {
        return (format!("{key}: {}", key.because()), Advice::Words(key.next()));
    }
    if let Some(file) = find_cause::<TokenFileError>(error) {
        return (file.to_string(), Advice::words(TOKEN));
    }
    if let Some(no) = find_cause::<NoProfile>(error) {
        return (no.missing.to_string(), Advice::Words(no.missing.next()));
    }
    // Profiles and the default chain call STS as well.
    if asked_sts(error) {
        return sts_reason(error);
    }
    match provider {
        Provider::Ec2 => ec2_reason(error),
        Provider::Ecs => ecs_reason(error),
        Provider::WebIdentity => (provider_reason(error), Advice::words(TOKEN)),
        Provider::Profile => profile_reason(error),
        Provider::KeyStorage => (provider_reason(error), Advice::Nothing),
        Provider::DefaultChain => chain_reason(error),
    }
}

/// Explains the default chain, which skips absent providers and stops at one that fails.
fn chain_reason(error: &CredentialsError) -> (String, Advice) {
    let words = provider_reason(error);
    let (reason, advice) = if find_cause::<ProviderChainError<CredentialsError>>(error).is_some() {
        (words, Advice::Nothing)
    } else if find_cause::<ImdsError>(error).is_some() {
        ec2_reason(error)
    } else if words.contains(CONTAINER_STATUS) || words.contains("ECS provider") {
        ecs_reason(error)
    } else if ["profile", "external process", "SSO"].iter().any(|sign| words.contains(sign)) {
        return profile_reason(error);
    } else {
        (words, Advice::Nothing)
    };
    // The chain goes on after them, and fails at a provider that the operator may not know of.
    match skipped(|name| env::var(name).ok()) {
        Some((skipped, next)) => (format!("{skipped}; then {reason}"), Advice::Words(next)),
        None => (reason, advice),
    }
}

/// The variables that name credentials and give none, and what to do about them.
fn skipped(variable: impl Fn(&str) -> Option<String>) -> Option<(String, String)> {
    const PAIR: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let value = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let half = |set: &str, unset: &str| {
        (format!("{set} is set without {unset}"), format!("set {unset} too, or unset {set} to use other credentials"))
    };
    match (PAIR.map(value), value("AWS_PROFILE")) {
        ([Some(_), None], _) => Some(half(PAIR[0], PAIR[1])),
        ([None, Some(_)], _) => Some(half(PAIR[1], PAIR[0])),
        (_, Some(profile)) => Some((
            format!("AWS_PROFILE names the profile `{profile}`, which has no credentials"),
            "write credentials into the profile (`aws configure`), or name another one".to_owned(),
        )),
        (_, None) => None,
    }
}

fn ec2_reason(error: &CredentialsError) -> (String, Advice) {
    let (words, last) = (provider_reason(error), last_cause(error));
    let signs = ["AWS_EC2_METADATA_DISABLED", "received 404", "AssumeRoleUnauthorizedAccess", "could not communicate"];
    let (reason, advice) = match (signs.map(|sign| words.contains(sign)), find_cause::<ImdsError>(error)) {
        ([true, ..], _) => (
            "AWS_EC2_METADATA_DISABLED switches the instance metadata service off".to_owned(),
            "unset AWS_EC2_METADATA_DISABLED, or choose another provider",
        ),
        ([_, true, ..], _) => (
            "the instance has no role (the instance metadata service answered 404)".to_owned(),
            "attach an instance profile with a role to the instance",
        ),
        ([_, _, true, _], _) => (
            "EC2 may not assume the role of the instance (AssumeRoleUnauthorizedAccess)".to_owned(),
            "have the trust policy of the role name the service ec2.amazonaws.com",
        ),
        (_, Some(ImdsError::FailedToLoadToken(_))) if last.to_lowercase().contains("forbidden") => (
            "the instance metadata service is switched off (it answered 403)".to_owned(),
            "enable HttpEndpoint in the instance's metadata options",
        ),
        ([.., true], _) if !last.contains("timed out") => (
            format!("the instance metadata service did not answer: {last}"),
            "run on an EC2 instance, and check AWS_EC2_METADATA_SERVICE_ENDPOINT",
        ),
        ([.., true], _) | (_, Some(ImdsError::FailedToLoadToken(_))) => {
            (format!("the instance metadata service gave no token: {last}"), HOP_LIMIT)
        }
        (_, Some(ImdsError::ErrorResponse(answer))) => {
            let status = answer.response().status().as_u16();
            (format!("the instance metadata service answered {status}"), METADATA)
        }
        (_, Some(_)) => (format!("the instance metadata service did not answer: {last}"), METADATA),
        (_, None) => (words, METADATA),
    };
    (reason, Advice::words(advice))
}

fn ecs_reason(error: &CredentialsError) -> (String, Advice) {
    let words = provider_reason(error);
    let status = words.split_once(CONTAINER_STATUS).map(|(_, status)| status.trim_end_matches(')'));
    let endpoint = |did: String| format!("the credentials endpoint of the container {did}");
    let (reason, advice) = match (error, status) {
        (CredentialsError::CredentialsNotLoaded(_), _) => {
            let unset = "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set";
            (unset.to_owned(), NO_CONTAINER)
        }
        (CredentialsError::InvalidConfiguration(_), _) if words.contains("URI") => (words, FULL_URI),
        (CredentialsError::Unhandled(_), _)
            if find_cause::<SdkError<CredentialsError, HttpResponse>>(error).is_some() =>
        {
            (endpoint(format!("did not answer: {}", last_cause(error))), CONTAINER_ADDRESS)
        }
        (CredentialsError::Unhandled(_), _) => {
            (endpoint(format!("answered with what is no credentials: {}", last_cause(error))), CONTAINER_ADDRESS)
        }
        (_, Some(status @ ("401" | "403"))) => (endpoint(format!("answered {status}")), CONTAINER_TOKEN),
        (_, Some(status)) => (
            endpoint(format!("answered {status}")),
            "check the role of the task or pod, and whether it may be assumed for it",
        ),
        _ if find_cause::<io::Error>(error).is_some() => {
            let file = "the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read";
            (format!("{file}: {}", last_cause(error)), CONTAINER_TOKEN)
        }
        _ => (words, CONTAINER_TOKEN),
    };
    (reason, Advice::words(advice))
}

fn profile_reason(error: &CredentialsError) -> (String, Advice) {
    let plain = [
        ("ProfileFile provider could not be built: ", ""),
        ("an error occurred while loading credentials: ", ""),
        (" referenced from the root profile", ""),
        ("Error retrieving credentials: external process exited with code", "its credential_process ended with"),
        ("Error retrieving credentials from external process", "its credential_process gave no credentials"),
    ];
    let words = plain.iter().fold(provider_reason(error), |words, (jargon, plain)| words.replace(jargon, plain));
    let (reason, advice) = if find_cause::<ProfileFileLoadError>(error).is_some() {
        (words, "correct the file, or name another one in AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE")
    } else if words.contains("was not defined") {
        (words, "name a `source_profile` that there is: `aws configure list-profiles` shows them")
    } else if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
        let reason = "it names no credentials, or there is no profile at all".to_owned();
        (reason, "write credentials into the profile (`aws configure`), and check AWS_CONFIG_FILE")
    } else if words.contains("credential_process") {
        (words, "run the profile's credential_process by hand, and correct what it says")
    } else if words.to_lowercase().contains("sso") {
        (words, "sign in again with `aws sso login`")
    } else {
        (words, "correct the profile")
    };
    (reason, Advice::words(advice))
}

fn asked_sts(error: &CredentialsError) -> bool {
    find_cause::<SdkError<AssumeRoleError, HttpResponse>>(error).is_some()
        || find_cause::<SdkError<AssumeRoleWithWebIdentityError, HttpResponse>>(error).is_some()
}

fn sts_code<E: ProvideErrorMetadata + StdError + 'static>(error: &CredentialsError) -> Option<(&str, &str)> {
    let answered = find_cause::<E>(error)?;
    Some((answered.code()?, answered.message().unwrap_or(NO_MESSAGE)))
}

fn sts_reason(error: &CredentialsError) -> (String, Advice) {
    if let Some((code, words)) = sts_code::<AssumeRoleError>(error) {
        return sts_answer(code, words);
    }
    match sts_code::<AssumeRoleWithWebIdentityError>(error) {
        Some((code @ "AccessDenied", words)) => {
            let advice =
                "look at the role's trust policy: it must trust who issued the token, for its audience and subject";
            (refusal("STS", code, words), Advice::words(advice))
        }
        Some((code, words)) => sts_answer(code, words),
        None => sts_silent(error),
    }
}

/// Explains an STS that was not reached, or whose response cannot be read.
pub(super) fn sts_silent(error: &(dyn StdError + 'static)) -> (String, Advice) {
    (format!("STS did not answer: {}", last_cause(error)), Advice::words(TO_STS))
}

/// Explains an error of STS, without the parts of the request that it quotes.
pub(super) fn sts_answer(code: &str, words: &str) -> (String, Advice) {
    let advice = match code {
        "AccessDenied" => Advice::words(
            "look at the role's trust policy: `stepwell credentials trust` prints the statement that it needs",
        ),
        "PackedPolicyTooLarge" | "MalformedPolicyDocument" => {
            Advice::words("set narrow_sessions = false in [aws.credentials], or use a plugin with fewer actions")
        }
        "RegionDisabledException" => Advice::words("activate STS in this region in the account's settings"),
        "IDPRejectedClaim" | "InvalidIdentityToken" | "ExpiredTokenException" => {
            Advice::words("check the token file: its issuer must renew it, for the audience that the role trusts")
        }
        "IDPCommunicationError" | "InternalFailure" | "ServiceUnavailable" => Advice::words(AGAIN),
        "RequestExpired" => Advice::Clock,
        code if is_throttling(code) => Advice::words(AGAIN),
        code => refusal_advice(code, words),
    };
    (refusal("STS", code, words), advice)
}

/// Explains a failed `GetCallerIdentity` whose reason is not the credentials.
pub(crate) fn unanswered(answer: &CallError) -> (String, Advice) {
    let said = match &answer.code {
        Some(code) => format!("AWS answered `{code}`: {}", answer.message),
        None => answer.message.clone(),
    };
    match answer.kind {
        CallErrorKind::Denied => {
            let advice = "have an administrator of the account allow it, or choose other credentials";
            (answer.message.clone(), Advice::words(advice))
        }
        CallErrorKind::Throttled => (said, Advice::words(AGAIN)),
        CallErrorKind::NotFound | CallErrorKind::Rejected | CallErrorKind::Unavailable => (said, Advice::words(TO_STS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_told_from_a_wrong_secret() {
        let quoted = "The canonical string should have been x-amz-security-token:canary";
        let (reason, advice) = sts_answer("SignatureDoesNotMatch", quoted);
        assert!(!reason.contains("canary") && advice == Advice::Refused, "{reason}");
        let skewed = "Signature expired: 20260101T000000Z is now earlier than 20260101T001500Z";
        for code in ["SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed"] {
            assert_eq!(sts_answer(code, skewed), (format!("STS answered `{code}`: {skewed}"), Advice::Clock));
        }
        assert_eq!(sts_answer("RequestExpired", NO_MESSAGE).1, Advice::Clock);
    }

    #[test]
    fn variables_that_name_credentials_and_give_none_are_told_first() {
        for (set, told) in [
            (&[][..], None),
            (&[("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "s")], None),
            (&[("AWS_ACCESS_KEY_ID", "a")], Some("AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY")),
            (
                &[("AWS_ACCESS_KEY_ID", " "), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_PROFILE", "p")],
                Some("AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID"),
            ),
            (&[("AWS_PROFILE", "nope")], Some("AWS_PROFILE names the profile `nope`, which has no credentials")),
        ] {
            let variable = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(skipped(variable).map(|(what, _)| what).as_deref(), told, "{set:?}");
        }
    }

    #[test]
    fn what_passes_by_itself_is_not_called_wrong_credentials() {
        assert_eq!(sts_answer("Throttling", "Rate exceeded").1, Advice::words(AGAIN));
        assert_eq!(sts_answer("ExpiredToken", "The security token is expired").1, Advice::Refused);
    }
}
