//! Stores of runs: [`JournalStore`], one SQLite file in `STEPWELL_HOME` that many processes use at the same time, and
//! [`MemoryStore`], for tests that do not test the disk. [`stepwell_model::run_store`] has their contract.
//!
//! In the journal, a lease ends with its process, however the process ends: the process holds a lock on a file, and the
//! operating system releases it. One thread writes, and commits everything that waits as one transaction. Readers have
//! connections of their own and never wait for the writer.

mod batch;
mod care;
mod clock;
mod create;
mod decision;
mod effect;
mod error;
mod examine;
mod hold;
mod lease;
mod leases;
mod log;
mod mark;
mod memory;
mod place;
mod placing;
mod process;
mod prune;
mod queue;
mod reader;
mod record;
mod restore;
mod row;
mod schema;
mod store;
mod swap;
#[cfg(test)]
mod tests;
mod writer;

pub use care::{accept, back_up};
pub use error::StoreError;
pub use examine::{Examination, examine};
pub use memory::MemoryStore;
pub use reader::Reader;
pub use restore::{Restored, restore};
pub use store::JournalStore;
