//! The directories that the operator lends to steps: what lies in them, and how it goes away.
//!
//! A step never has the bytes of a file. It moves them with [`s3`](crate::s3).
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

pub use crate::bindings::stepwell::step::files::*;

use crate::Failure;

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Denied(said) => Self::new("AccessDenied", said),
            FileError::NotFound(said) => Self::not_found(said),
            FileError::Rejected(said) => Self::configuration_invalid(said),
            FileError::Changed(said) | FileError::Failed(said) => Self::new("FileError", said),
        }
    }
}
