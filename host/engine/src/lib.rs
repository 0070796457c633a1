//! A run: from a plan to its outcome.
//!
//! [`next`](state::next) decides, as a pure function of the report so far; [`Executor`] does what it says and appends
//! what happened to the [`RunLog`](journal::RunLog); the report is folded from there. Nothing here knows AWS, and only
//! `journal` will know where records are kept.

pub mod journal;
pub mod plugins;
pub mod run;
pub mod state;

pub use journal::RunLog;
pub use plugins::{Library, LibraryError, Shipped};
pub use run::{EngineError, Executor};
