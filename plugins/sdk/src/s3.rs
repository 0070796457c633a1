//! Amazon S3: one function per API operation, functions that move many files at once, and the shared parts of the S3
//! plugins.
//!
//! A [`Task`] processes all files of a source in the order of their names, one batch in each call. Its checkpoint, a
//! [`Walk`], holds only the position. So a run that was killed continues with the next file.
//!
//! ```no_run
//! use stepwell_plugin::s3::{self, Upload};
//!
//! # fn upload() -> Result<(), stepwell_plugin::Failure> {
//! let (bucket, key) = ("example".to_owned(), "index.html".to_owned());
//! let uploads = [Upload { path: "site/index.html".to_owned(), bucket, key }];
//! for bytes in s3::upload_files(&uploads)?.into_iter().flatten() {
//!     stepwell_plugin::info!("{bytes} bytes");
//! }
//! # Ok(()) }
//! ```

mod batch;
mod compare;
mod filter;
pub mod format;
mod listing;
mod location;
mod merge;
mod removal;
mod route;
mod rules;
mod settings;
mod shown;
mod task;
mod transfer;
mod walk;

pub use crate::bindings::stepwell::s3::s3::*;
pub use compare::Compare;
pub use filter::{Filter, Globs};
pub use listing::{Entries, Entry, Page, Purpose, page_size};
pub use location::{Location, NotALocation};
pub use merge::{Merge, Pair};
pub use removal::{Clearing, Mode, Remove, RemoveSources, remove, remove_objects, remove_source, remove_sources};
pub use route::Route;
pub use rules::{filter_rules, transfer_rules};
pub use settings::Settings;
pub use shown::{Listed, ListedBucket, ListedObject, Shown, size};
pub use task::{Goal, Task};
pub use transfer::{Direction, Transfer};
pub use walk::{Counts, Walk};
