//! The way to AWS. The only crate that names an AWS SDK or sees a credential.
//!
//! A call of a plugin passes through here like this: `calls.rs` asks for the permit, records the intent, sends, and
//! records the answer; `gate.rs` stops every request that leaves without its permit; `sdk_error.rs` says what AWS's
//! errors mean. One file per service, named like its interface in `wit/`, holds nothing but requests and answers.
//!
//! What may not live here: what a plugin may call (`stepwell-model`'s `grant.rs`) and how a plugin runs
//! (`stepwell-sandbox`).

mod aftermath;
mod athena;
mod autoscaling;
mod aws;
mod calls;
mod cause;
mod cloudwatch_logs;
mod codes;
mod convert;
mod credentials;
mod directory;
mod ec2;
mod ecs;
mod elbv2;
mod error;
mod files;
mod fill;
mod gate;
mod http;
mod lambda;
mod rds;
mod run;
mod s3;
mod sdk_error;
mod secrets_manager;
mod ssm;
mod step;
mod sts;
mod tally;
#[cfg(test)]
mod tests;
mod whole;
pub mod wit;

pub use aftermath::settled;
pub use aws::{Aws, Run};
pub use calls::AwsCalls;
pub use credentials::{
    Advice, OwnVariables, Owner, ProcessEnvironment, Trust, TrustError, TrustLevel, Verdict, Verification,
};
pub use error::{FileFault, HostError, HostFault};
pub use run::{CallerIdentity, RunAws, SourceFound};
pub use secrets_manager::{ConfigFuture, Configs, SecretsManagerError, secrets_manager};
pub use step::{StepAws, StepContext};
