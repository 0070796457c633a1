//! Any AWS operation, from the models of its services: requests are checked and written, and responses read, by the
//! protocol of each service. Nothing here does I/O or knows an SDK.
//!
//! The data path: [`Archive`](archive::Archive) gives a [`Service`](model::Service); [`check`] holds a request against it,
//! [`protocol::request`] writes the request, [`endpoint`] says where it goes, [`protocol::response`] and
//! [`protocol::refusal`] read what comes back. [`page`] and [`waiter`] say how a call goes on.

#![warn(missing_docs)]

pub mod archive;
pub mod check;
pub mod endpoint;
pub mod model;
pub mod operation;
pub mod page;
pub mod path;
pub mod protocol;
pub mod record;
pub mod step;
pub mod waiter;
pub mod wit;

mod cbor;
mod json;
mod mismatch;
mod query;
mod rest;
mod scalar;
mod shape;
mod uri;
mod xml;

pub use mismatch::Mismatch;
pub use scalar::wanted as scalar_name;
