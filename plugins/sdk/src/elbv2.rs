//! Elastic Load Balancing, version 2: one function per API operation.
//!
//! ```no_run
//! use stepwell_plugin::elbv2::{self, DescribeTargetHealthRequest};
//!
//! # fn health(target_group_arn: String) -> Result<(), stepwell_plugin::Failure> {
//! let request = DescribeTargetHealthRequest { target_group_arn };
//! for seen in elbv2::describe_target_health(&request)?.target_health_descriptions {
//!     stepwell_plugin::info!("{}: {}", seen.target.id, seen.target_health.state);
//! }
//! # Ok(()) }
//! ```

pub use crate::bindings::stepwell::elbv2::elbv2::*;
