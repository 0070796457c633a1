#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod athena;
pub mod autoscaling;
pub mod aws;
#[rustfmt::skip]
#[expect(
    unsafe_code,
    clippy::panic,
    clippy::unwrap_used,
    reason = "generated from wit/; the unsafe half of the canonical ABI, and traps for what no host sends"
)]
#[doc(hidden)]
pub mod bindings;
pub mod clock;
pub mod cloudwatch_logs;
pub mod console;
#[doc(hidden)]
pub mod contract;
pub mod credentials;
mod duration;
pub mod ec2;
pub mod ecs;
pub mod elbv2;
mod failure;
pub mod files;
pub mod http;
mod invocation;
pub mod lambda;
pub mod log;
mod look;
pub mod rds;
pub mod rows;
pub mod s3;
mod schedule;
pub mod ssm;
mod state_wait;
mod step;
pub mod sts;

pub use bindings::exports::stepwell::step::step::{Invocation, Progress};
pub use bindings::stepwell::types::types::{CallError, CallErrorKind, Filter, Tag};
pub use duration::{Duration, NotADuration};
pub use failure::{Failure, after_stop};
pub use invocation::Node;
pub use look::{Presence, pages, seen};
pub use schedule::Schedule;
pub use state_wait::StateWait;
pub use step::{Kind, NeverWaits, Outcome, Step, Wait, WaitingStep};
