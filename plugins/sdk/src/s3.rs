//! Amazon S3: one function per API operation, functions that move many files at once, and what the S3 plugins share.
//!
//! A [`Task`] goes over all files of a source in the order of their names, a batch a call, and keeps nothing of them but
//! where it stands: a [`Walk`]. That is why a run that was killed goes on with the file at which it was.
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
mod filter;
pub mod format;
mod listing;
mod location;
mod merge;
mod removal;
mod route;
mod shown;
mod source;
mod task;
mod transfer;
mod walk;

pub use crate::bindings::stepwell::step::s3::*;
pub use filter::{Filter, Globs};
pub use listing::{Entries, Entry, Page, Purpose, page_size};
pub use location::{Location, NotALocation};
pub use merge::{Merge, Pair};
pub use removal::{Clearing, Mode, Remove, remove, remove_objects};
pub use route::Route;
pub use shown::{Listed, ListedBucket, ListedObject, Shown, size};
pub use source::{RemoveSources, remove_sources};
pub use task::{Goal, Task};
pub use transfer::{Direction, Transfer};
pub use walk::{Counts, Walk};
