//! What the verification of a role found.

use serde::{Deserialize, Serialize};

use super::advice::Advice;

/// What was found out of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is to be had with the external id only.
    Verified,
    /// It is to be had without the external id, or with any.
    RejectedInsecure,
    /// It is not to be had at all.
    RejectedUnassumable,
    /// STS did not say.
    Inconclusive,
}

impl Verdict {
    /// The word for people and programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::RejectedInsecure => "rejected-insecure",
            Self::RejectedUnassumable => "rejected-unassumable",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A verdict and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The verdict.
    pub verdict: Verdict,
    /// What STS did. Never a credential.
    pub reason: String,
    /// What to do when STS did not say.
    pub advice: Option<Advice>,
}
