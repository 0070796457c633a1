//! Calls of AWS, and whose they are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::action::Repeat;
use crate::credentials::Provider;
use crate::id::RoleArn;
use crate::settings::Level;

/// Whose credentials calls are signed with. Nothing in here signs anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAs {
    /// The level that named them; `default` when none did.
    pub from: Level,
    /// The provider that the chain starts with.
    pub provider: Provider,
    /// What the default chain found, such as `environment` or `instance metadata`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The last role that was assumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// The last four characters of the access key id: enough to find the session in CloudTrail.
    pub access_key_id_ends: String,
    /// When they have to be renewed at the latest; none for those that last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A call that changes something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Counts the intended calls of a run's step from 1.
    pub number: u64,
    /// The IAM action, such as `ec2:StopInstances`.
    pub action: String,
    /// What a repetition of it does.
    pub repeat: Repeat,
    /// What the request names, in AWS's spelling (`{"InstanceIds": ["i-0abc"]}`). Never a secret.
    pub request: Json,
    /// The client token that AWS recognises a repetition by, where the operation takes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Answer {
    /// AWS did it.
    Done {
        /// AWS's id of the request.
        #[serde(skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
        /// What the plugin was told, where the call must not be made a second time to find out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response: Option<Json>,
    },
    /// AWS did not do it.
    Refused {
        /// AWS's code, where it gave one.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// AWS's words.
        message: String,
    },
    /// No answer came: whether it was done is not known.
    Unknown {
        /// What was seen instead.
        message: String,
    },
}
