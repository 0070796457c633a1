//! Calls of AWS, and the identity that signs them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::action::Repeat;
use crate::credentials::Provider;
use crate::id::RoleArn;
use crate::settings::Level;

/// The identity that signs calls. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// When the credentials expire; none for permanent ones, and for a session whose end their source does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Whether they are those of a session, which expires, and not permanent ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub session: bool,
    /// The region of the calls, whatever named it: a file, the environment, the profile or the instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// A call that changes something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// Counts the intended calls of a run's step from 1.
    pub number: u64,
    /// The IAM action, such as `ec2:StopInstances`.
    pub action: String,
    /// How the action repeats.
    pub repeat: Repeat,
    /// What the request names, in AWS's spelling (`{"InstanceIds": ["i-0abc"]}`). Never a secret.
    pub request: Json,
    /// The client token by which AWS recognises a repetition, where the operation takes one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The header of an HTTP request that carries the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_header: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Answer {
    /// AWS did it.
    Done {
        /// AWS's id of the request.
        #[serde(skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
        /// The status of the answer to an HTTP request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The response, where the call must not be repeated to learn it.
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
    /// No answer came, so the effect is unknown.
    Unknown {
        /// What the host saw instead.
        message: String,
    },
}

impl Answer {
    /// Bytes of the response that the journal keeps, as JSON.
    pub fn kept_bytes(&self) -> u64 {
        let Self::Done { response: Some(response), .. } = self else { return 0 };
        serde_json::to_string(response).map_or(0, |text| text.len() as u64)
    }
}
