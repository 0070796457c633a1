//! Amazon Athena: one function per API operation, and what a step shows of a result.
//!
//! ```no_run
//! use stepwell_plugin::athena::{self, GetQueryExecutionRequest};
//!
//! # fn state(id: String) -> Result<(), stepwell_plugin::Failure> {
//! let request = GetQueryExecutionRequest { query_execution_id: id };
//! let query = athena::get_query_execution(&request)?.query_execution;
//! stepwell_plugin::info!("{}", query.status.state);
//! # Ok(()) }
//! ```

mod first_rows;

pub use crate::bindings::stepwell::step::athena::*;
pub use first_rows::{FirstRows, first_rows};
