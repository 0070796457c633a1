//! Where runs are kept: one SQLite file in `STEPWELL_HOME` that many processes use at the same time.
//!
//! A run belongs to one process at a time, which holds a lease on it. Every record is refused unless it is appended by
//! the holder of the lease and follows the last record of the run, so that a process which was stopped for a while and
//! comes back can do no harm. A lease ends with its process, however that ends: a lock on a file tells.
//!
//! What many runs append at the same time is committed as one. Reading takes connections of its own and waits for
//! nobody.

mod batch;
mod create;
mod effect;
mod error;
mod lease;
mod memory;
mod place;
mod process;
mod prune;
mod reader;
mod record;
mod row;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use error::StoreError;
pub use memory::MemoryStore;
pub use reader::Reader;
pub use store::JournalStore;
