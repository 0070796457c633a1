//! Runs: from a plan to its outcome, even when the process ends meanwhile.
//!
//! [`next`](state::next) decides, as a pure function of plan, report and time. [`Executor`] does what it says and appends
//! what happened to the [`RunLog`]; the report is folded from there, live as after a crash. [`Engine`] keeps many runs:
//! those that wait are entries of a heap. The engine knows a [store of runs](stepwell_model::run_store), not which one.

mod again;
mod beside;
mod dry_run;
mod engine;
mod error;
mod executor;
mod failure;
mod flights;
mod halt;
mod ids;
mod inbox;
pub mod journal;
mod loader;
mod open_runs;
mod operation;
pub mod plugins;
mod record;
mod scope;
pub mod snapshot;
pub mod state;
mod timing;
mod values;
mod warm;

pub use engine::{Engine, Start};
pub use error::EngineError;
pub use executor::Executor;
pub use failure::refusal;
pub use halt::{Halt, HaltReason, Watch};
pub use ids::{new_nonce, new_run_id};
pub use inbox::Inbox;
pub use journal::{Observer, RunLog};
pub use loader::{Access, Loader, ReadyRun, RunOf};
pub use plugins::{Library, LibraryError, LoadedPlugin, Shipped};
