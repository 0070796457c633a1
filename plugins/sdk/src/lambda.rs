//! AWS Lambda: one function per API operation, and what the steps share that invoke a function.
//!
//! ```no_run
//! use stepwell_plugin::lambda::{self, InvokeRequest};
//!
//! # fn report() -> Result<(), stepwell_plugin::Failure> {
//! let payload = Some(r#"{"day":"2026-01-31"}"#.to_owned());
//! let answer = lambda::invoke(&InvokeRequest { function_name: "report".to_owned(), payload, ..Default::default() })?;
//! stepwell_plugin::info!("{}", answer.payload.unwrap_or_default());
//! # Ok(()) }
//! ```

mod returned;

pub use crate::bindings::stepwell::step::lambda::*;
pub use returned::Returned;
