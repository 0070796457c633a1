//! Runs plugins: everything that touches wasmtime's engine, stores and instances.
//!
//! A component is loaded once (`load.rs` checks it, `compiler.rs` compiles it, `cache.rs` keeps it), and every call of
//! it gets a fresh store and a fresh instance (`sandbox.rs`, `call.rs`). `contract.rs` has the releases of the contract
//! that a component may have been built with, `exports.rs` makes their exports one. `state.rs` holds everything that a running
//! instance can reach, `limits.rs` and `log.rs` bound what it may cost, `fault.rs` names the ways in which it can end.
//!
//! What may not live here: which AWS calls are allowed (`stepwell-model`'s `grant.rs`), and how they are made
//! (`stepwell-aws`, which also holds the generated bindings, because it implements most of them).

mod beside;
mod bounds;
mod cache;
mod call;
mod clock;
mod compiler;
mod contract;
mod describe;
mod engine;
mod error;
mod exports;
mod fault;
mod imports;
mod limits;
mod load;
mod log;
mod metadata;
mod mismatch;
mod operations;
mod sandbox;
mod seats;
mod state;
#[cfg(test)]
mod tests;

pub use beside::beside;
pub use call::{Answer, Entry, Invocation};
pub use compiler::{COMPILE_ARGUMENT, compile_for_parent};
pub use contract::accepted_contracts;
pub use error::{LoadError, NotPrivate, SandboxError};
pub use fault::{Exceeded, Limit, StepFault};
pub use load::{Component, LARGEST_COMPONENT};
pub use sandbox::Sandbox;
