//! Every AWS operation by its model: what a request and a response consist of, how they are written, where they go.
//!
//! Nothing here does input or output. The models come from the archive that `cargo xtask models` makes from botocore's
//! files ([`archive`]).

#![warn(missing_docs)]

pub mod archive;
pub mod endpoint;
pub mod model;
