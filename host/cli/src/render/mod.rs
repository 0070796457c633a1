//! What people and programs see. Every view shows the same events; nothing here decides anything.

pub mod credentials;
pub mod import;
pub mod json;
pub mod keys;
pub mod live;
pub mod plain;
pub mod plan;
pub mod plugin;
pub mod report;
pub mod runs;
mod table;
mod words;

use stepwell_model::event::Event;
use stepwell_model::report::Report;

pub use words::explain;

/// One way to watch a run.
pub trait View: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event);

    /// The run has ended.
    fn report(&self, report: &Report);

    /// Somebody asked to cancel the run.
    fn cancelling(&self);

    /// The process was told to leave, and waits for what is in flight.
    fn leaving(&self);

    /// Somebody asked again, and the process leaves now.
    fn abandoned(&self);
}
