//! Runs: from a plan to its outcome, whatever becomes of the process meanwhile.
//!
//! [`next`](state::next) decides, as a pure function of plan, report and time; [`Executor`] does what it says and appends
//! what happened to the [`RunLog`](journal::RunLog); the report is folded from there, live as after a crash. [`Engine`]
//! keeps many runs: those that wait are an entry in a heap. Nothing here knows AWS.

mod cancel;
pub mod engine;
mod failure;
pub mod journal;
pub mod plugins;
pub mod run;
mod scope;
pub mod snapshot;
pub mod state;

pub use cancel::Cancel;
pub use engine::Engine;
pub use failure::refusal;
pub use journal::RunLog;
pub use plugins::{Library, LibraryError, Shipped};
pub use run::{EngineError, Executor};
