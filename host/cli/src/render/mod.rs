//! What people and programs see. Every view shows the same records; no decision is made here.

pub mod aws;
pub mod config;
pub mod credentials;
pub mod import;
pub mod job;
pub mod journal;
pub mod json;
pub mod keys;
pub mod live;
pub mod plain;
pub mod plan;
pub mod plugin;
pub mod report;
pub mod runs;
pub mod summary;
mod table;
mod words;

use stepwell_model::event::Event;
use stepwell_model::report::Report;

pub use table::pairs;
pub use words::{explain, printable, printable_lines, warn};

/// A way to watch a run.
pub trait View: Send + Sync {
    /// Shows a record.
    fn event(&self, event: &Event);

    /// Shows the report of a run that has stopped.
    fn report(&self, report: &Report);

    /// The operator cancelled the run.
    fn cancelling(&self);

    /// The process was told to stop, and waits for calls in flight.
    fn leaving(&self);

    /// The operator insisted: the process leaves at once.
    fn abandoned(&self);
}
