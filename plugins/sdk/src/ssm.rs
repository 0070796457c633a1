//! AWS Systems Manager: one function per API operation.
//!
//! ```no_run
//! use stepwell_plugin::ssm::{self, GetParameterRequest};
//!
//! # fn size() -> Result<(), stepwell_plugin::Failure> {
//! let found = ssm::get_parameter(&GetParameterRequest { name: "/web/size".to_owned() })?.parameter;
//! stepwell_plugin::info!("{} is {}", found.name, found.value.unwrap_or_default());
//! # Ok(()) }
//! ```

pub use crate::bindings::stepwell::ssm::ssm::*;
