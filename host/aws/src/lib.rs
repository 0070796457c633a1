//! The way to AWS. The only crate that names an AWS SDK or sees a credential.
//!
//! The path of a plugin's call: `calls.rs` gets the permit, records the intent (`step.rs`), sends, and records the
//! answer; `gate.rs` stops every request without its permit, and `departure.rs` every one for a run that is not ours
//! any more; `sdk_error.rs` explains AWS's errors. One file per service, named like its package in `wit/deps/`, holds
//! nothing but requests and answers; each function names its row of the action table. `generic.rs` makes the call of any
//! operation by the models of `stepwell-generic`, and `modelled.rs` those of the typed functions that need no SDK crate.
//! `web.rs` takes HTTP requests the same way, to `stepwell-http`.
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
mod departure;
mod directory;
mod ec2;
mod ecs;
mod elbv2;
mod error;
mod files;
mod fill;
mod gate;
pub mod generic;
mod http;
mod lambda;
mod modelled;
mod patient;
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
mod web;
mod whole;
pub mod wit;

pub use aftermath::settled;
pub use aws::{Aws, Run, RunFiles, RunProject};
pub use calls::AwsCalls;
pub use credentials::{
    Advice, MissingProfile, OwnVariables, Owner, ProcessEnvironment, Trust, TrustError, TrustLevel, Verdict,
    Verification,
};
pub use departure::held;
pub use directory::{Guarded, HostFiles, check_lent};
pub use error::{
    FileFault, HostError, HostFault, HttpFault, SECRET_FOUND, is_answer_withheld, is_not_sent, is_unanswered,
};
pub use fill::SecretPlace;
pub use run::{CallerIdentity, RunAws, SourceFound};
pub use secrets_manager::{ConfigFuture, Configs, SecretsManagerError, secrets_manager};
pub use step::{StepAws, StepContext, held_secret};
