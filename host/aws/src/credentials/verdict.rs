//! The result of the verification of a role.

use serde::{Deserialize, Serialize};

use super::advice::Advice;

/// The result of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The role can be assumed with its external id only.
    Verified,
    /// The role can be assumed without the external id, or with any.
    RejectedInsecure,
    /// The role cannot be assumed at all.
    RejectedUnassumable,
    /// STS gave no clear answer.
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
    /// The answer of STS. Never a credential.
    pub reason: String,
    /// What to do when STS gave no clear answer.
    pub advice: Option<Advice>,
}
