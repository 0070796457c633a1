//! The directories that the operator lends to steps: lists of their files, and removal.
//!
//! A step never holds the bytes of a file. It moves them with [`s3`](crate::s3).
//!
//! ```no_run
//! use stepwell_plugin::files::{self, ListFilesRequest};
//!
//! # fn list() -> Result<(), files::FileError> {
//! let request = ListFilesRequest { directory: "site".to_owned(), ..Default::default() };
//! for file in files::list_files(&request)?.files {
//!     stepwell_plugin::info!("{}: {} bytes", file.path, file.size);
//! }
//! # Ok(()) }
//! ```

pub use crate::bindings::stepwell::files::files::*;

use crate::Failure;

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Denied(text) => Self::new("AccessDenied", text),
            FileError::NotFound(text) => Self::not_found(text),
            FileError::Rejected(text) => Self::configuration_invalid(text),
            FileError::Changed(text) | FileError::Failed(text) => Self::new("FileError", text),
        }
    }
}
