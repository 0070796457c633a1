//! The vocabulary of Stepwell, without any I/O but a look at the clock: job, project and system files, the plan made
//! from them, the action table and the grants, expressions, events, and the report that is a fold over the events.

#![warn(missing_docs)]

pub mod action;
pub mod credentials;
pub mod destination;
pub mod error;
pub mod event;
pub mod expression;
pub mod failure;
pub mod file;
pub mod file_schema;
pub mod grant;
#[cfg(test)]
mod guide;
pub mod http;
pub mod id;
pub mod job;
pub mod journal;
pub mod key_store;
pub mod lease;
pub mod limits;
pub mod pattern;
pub mod plan;
pub mod plugin;
pub mod policy;
pub mod region;
pub mod report;
pub mod run_store;
pub mod schema;
mod schema_form;
pub mod settings;
pub mod source;
pub mod stand_in;
pub mod value;

pub use error::NextAction;
