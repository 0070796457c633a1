use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use stepwell_model::NextAction;
use stepwell_model::error::find_cause;
use stepwell_secrets::{KeyError, KeyErrorKind, StoreError};

use crate::cause::{last_cause, provider_reason};
use crate::codes::{Meaning, meaning, refusal};
use crate::error::HostFault;

/// Why AWS Secrets Manager could not be used. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsManagerError {
    /// There are no credentials for it, or AWS does not accept them.
    #[error("there are no AWS credentials that work for Secrets Manager")]
    NoCredentials {
        /// The message of the provider or of AWS. Never a credential.
        reason: String,
    },
    /// The credentials come from another key, which could not be read.
    #[error("there are no AWS credentials that work for Secrets Manager")]
    NoKey(Box<KeyError>),
    /// The host could not get credentials.
    #[error("there are no AWS credentials that work for Secrets Manager")]
    NoAccess(Box<HostFault>),
    /// No setting names a region.
    #[error("there is no AWS region for Secrets Manager")]
    NoRegion,
    /// IAM does not allow the action.
    #[error("IAM does not allow `{action}` on `{name}`")]
    Denied {
        /// The IAM action.
        action: &'static str,
        /// The secret.
        name: String,
        /// AWS's message.
        words: String,
    },
    /// KMS refuses to decrypt or encrypt it.
    #[error("the KMS key of `{name}` cannot be used")]
    Kms {
        /// The secret.
        name: String,
        /// AWS's message.
        words: String,
    },
    /// It is deleted and can still be restored.
    #[error("`{name}` in Secrets Manager is scheduled for deletion")]
    Deleted {
        /// The secret.
        name: String,
    },
    /// It holds bytes instead of text.
    #[error("`{name}` in Secrets Manager is binary")]
    Binary {
        /// The secret.
        name: String,
    },
    /// The text would be read back as several keys.
    #[error("`{name}` would not be one key")]
    ManyKeys {
        /// The secret.
        name: String,
    },
    /// Not the secret but its members are keys.
    #[error("`{name}` in Secrets Manager is several keys")]
    IsFolder {
        /// The secret.
        name: String,
    },
    /// The settings leave out its name.
    #[error("`{name}` in Secrets Manager is not a key here")]
    LeftOut {
        /// The secret.
        name: String,
    },
    /// Any other answer, or none.
    #[error("Secrets Manager did not do `{action}` with `{name}`")]
    Answer {
        /// The IAM action.
        action: &'static str,
        /// The secret.
        name: String,
        /// AWS's message, or why there is none.
        reason: String,
    },
}

/// Explains an error of the SDK.
pub(super) fn explain<E>(error: &SdkError<E, HttpResponse>, action: &'static str, name: &str) -> SecretsManagerError
where
    E: StdError + ProvideErrorMetadata + 'static,
{
    let name = name.to_owned();
    if let Some(unusable) = find_cause::<CredentialsError>(error) {
        return match find_cause::<KeyError>(unusable) {
            Some(key) => SecretsManagerError::NoKey(Box::new(key.clone())),
            None => SecretsManagerError::NoCredentials { reason: provider_reason(unusable) },
        };
    }
    let Some(code) = error.as_service_error().and_then(ProvideErrorMetadata::code) else {
        return SecretsManagerError::Answer { action, name, reason: last_cause(error) };
    };
    let words = error.as_service_error().and_then(ProvideErrorMetadata::message).unwrap_or("AWS gave no message");
    let words = words.to_owned();
    match code {
        "DecryptionFailure" | "EncryptionFailure" => SecretsManagerError::Kms { name, words },
        "AccessDeniedException" if words.contains("KMS") => SecretsManagerError::Kms { name, words },
        "InvalidRequestException" if words.contains("deletion") || words.contains("deleted") => {
            SecretsManagerError::Deleted { name }
        }
        _ => match meaning(code) {
            Some(Meaning::Denied) => SecretsManagerError::Denied { action, name, words },
            Some(Meaning::Credentials) => SecretsManagerError::NoCredentials { reason: refusal("AWS", code, &words) },
            _ => SecretsManagerError::Answer { action, name, reason: format!("AWS answered `{code}`: {words}") },
        },
    }
}

impl From<HostFault> for SecretsManagerError {
    fn from(fault: HostFault) -> Self {
        Self::NoAccess(Box::new(fault))
    }
}

impl StoreError for SecretsManagerError {
    fn kind(&self) -> KeyErrorKind {
        match self {
            Self::NoKey(error) => error.kind(),
            Self::NoCredentials { .. } | Self::NoAccess(_) | Self::Denied { .. } | Self::Kms { .. } => {
                KeyErrorKind::Refused
            }
            Self::NoRegion
            | Self::Deleted { .. }
            | Self::Binary { .. }
            | Self::ManyKeys { .. }
            | Self::IsFolder { .. }
            | Self::LeftOut { .. } => KeyErrorKind::Wrong,
            Self::Answer { .. } => KeyErrorKind::Broken,
        }
    }
}

impl NextAction for SecretsManagerError {
    fn because(&self) -> String {
        match self {
            Self::NoCredentials { reason } | Self::Answer { reason, .. } => reason.clone(),
            Self::NoKey(error) => format!("{error}: {}", error.because()),
            Self::NoAccess(fault) => format!("{fault}: {}", fault.because()),
            Self::NoRegion => {
                "neither `regions` in [[keys]] nor [aws] of stepwell.toml nor AWS_REGION names one".to_owned()
            }
            Self::Denied { words, .. } | Self::Kms { words, .. } => words.clone(),
            Self::Deleted { .. } => "it was deleted, and its recovery window has not passed".to_owned(),
            Self::Binary { .. } => "it has a SecretBinary and no SecretString, and a key is text".to_owned(),
            Self::ManyKeys { .. } => "a secret that is a JSON object is a key for each of its members".to_owned(),
            Self::IsFolder { .. } => "it is a JSON object, and each of its members is a key".to_owned(),
            Self::LeftOut { .. } => "`include` and `exclude` in [[keys]] of stepwell.toml leave it out".to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NoKey(error) => error.next(),
            Self::NoAccess(fault) => fault.next(),
            Self::NoCredentials { .. } => {
                "check [aws.credentials] of stepwell.toml, or the credentials in the environment".to_owned()
            }
            Self::NoRegion => "write regions = [\"…\"] in [[keys]] of stepwell.toml, or set AWS_REGION".to_owned(),
            Self::Denied { action, .. } => {
                format!("allow `{action}` in a policy of the host's own role, or of `role_arn` in [[keys]]")
            }
            Self::Kms { .. } => "allow kms:Decrypt and kms:GenerateDataKey on that key, and enable it".to_owned(),
            Self::Deleted { name } => {
                format!(
                    "restore it with `aws secretsmanager restore-secret --secret-id {name}`, or choose another name"
                )
            }
            Self::Binary { .. } => "store it as text, for instance in Base64".to_owned(),
            Self::ManyKeys { .. } => "set each member by itself, or store the text in Base64".to_owned(),
            Self::IsFolder { .. } => "name one of its members, such as the path and `/password`".to_owned(),
            Self::LeftOut { .. } => "choose another name, or change the two in stepwell.toml".to_owned(),
            Self::Answer { .. } => "look at the health of Secrets Manager and the way to it, and try again".to_owned(),
        }
    }
}
