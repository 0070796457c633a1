//! The way to AWS. The only crate that names an AWS SDK or sees a credential.
//!
//! A call of a plugin passes through here like this: `calls.rs` asks for the permit, records the intent, sends, and
//! records the answer; `gate.rs` stops every request that leaves without its permit; `sdk_error.rs` says what AWS's
//! errors mean. One file per service, named like its interface in `wit/`, holds nothing but requests and answers.
//!
//! What may not live here: what a plugin may call (`stepwell-model`'s `grant.rs`) and how a plugin runs
//! (`stepwell-sandbox`).

mod aws;
mod calls;
mod ec2;
mod error;
mod gate;
mod http;
mod sdk_error;
#[cfg(test)]
mod tests;
pub mod wit;

pub use aws::Aws;
pub use calls::{AwsCalls, StepAws};
pub use error::{HostError, HostFault};
