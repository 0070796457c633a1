//! The credentials that sign a call. The providers are the AWS SDK's own. This room adds their place in a chain of roles
//! (`provider.rs`, `issuer.rs`), the verification that a role asks for its external id (`trust.rs`, `verify.rs`), and the
//! explanation of a chain that breaks (`explain.rs`).

mod advice;
mod describe;
mod environment;
mod explain;
mod issuer;
mod profiles;
mod provider;
mod source_file;
mod trust;
mod verdict;
mod verify;

pub use advice::Advice;
pub use environment::{OwnVariables, ProcessEnvironment};
pub(crate) use explain::{explain, unanswered};
pub(crate) use issuer::{Issuer, Shared, Stage, signed_as};
pub use profiles::MissingProfile;
pub(crate) use provider::{Parts, RoleRequest, base, role};
pub(crate) use source_file::own_files;
pub(crate) use trust::{ExternalIds, Subject, VERDICT_HOLDS};
pub use trust::{Owner, Trust, TrustError, TrustLevel};
pub use verdict::{Verdict, Verification};
pub(crate) use verify::verify;
