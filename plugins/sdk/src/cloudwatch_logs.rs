//! Amazon CloudWatch Logs: one function per API operation, and queries of Logs Insights.
//!
//! ```no_run
//! use stepwell_plugin::cloudwatch_logs::{self, CreateLogStreamRequest};
//!
//! # fn create() -> Result<(), stepwell_plugin::Failure> {
//! let (log_group_name, log_stream_name) = ("/runbooks".to_owned(), "restart-web".to_owned());
//! cloudwatch_logs::create_log_stream(&CreateLogStreamRequest { log_group_name, log_stream_name })?;
//! # Ok(()) }
//! ```

mod insights;
mod past;

pub use crate::bindings::stepwell::cloudwatch_logs::cloudwatch_logs::*;
pub use insights::{Query, QueryOutputs, look, stop, wait};
pub use past::{Past, TimeUnit};
