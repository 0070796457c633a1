//! Runs plugins: everything that touches wasmtime's engine, stores and instances.
//!
//! A component is loaded once (`load.rs`: checked, compiled, kept by `cache.rs`), and every call of it gets a fresh store and
//! a fresh instance (`sandbox.rs`). `state.rs` is what a running instance can reach, `meter.rs` and `limits.rs` what it may
//! cost, `fault.rs` how it can end.
//!
//! What may not live here: which AWS calls are allowed (`stepwell-model`'s `grant.rs`), and how they are made
//! (`stepwell-aws`, which also holds the generated bindings, because it implements most of them).

mod cache;
mod call;
mod describe;
mod engine;
mod error;
mod fault;
mod imports;
mod limits;
mod load;
mod log;
mod meter;
mod outcome;
mod printed;
mod sandbox;
mod state;
#[cfg(test)]
mod tests;
mod ticker;

pub use call::{Answer, Entry, Invocation, StepContext};
pub use error::{LoadError, NotPrivate, SandboxError};
pub use fault::{Exceeded, Limit, StepFault};
pub use load::{Component, LARGEST_COMPONENT};
pub use sandbox::Sandbox;
pub use stepwell_aws::HostFault;
