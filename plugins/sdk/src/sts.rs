//! AWS Security Token Service: one function per API operation.
//!
//! ```no_run
//! use stepwell_plugin::sts;
//!
//! # fn who() -> Result<(), stepwell_plugin::Failure> {
//! let caller = sts::get_caller_identity()?;
//! stepwell_plugin::info!("{}", caller.arn.unwrap_or_default());
//! # Ok(()) }
//! ```

pub use crate::bindings::stepwell::sts::sts::*;
