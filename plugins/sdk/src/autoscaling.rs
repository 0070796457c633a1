//! Amazon EC2 Auto Scaling: one function per API operation.
//!
//! ```no_run
//! use stepwell_plugin::autoscaling::{self, UpdateAutoScalingGroupRequest};
//!
//! # fn grow() -> Result<(), stepwell_plugin::Failure> {
//! let auto_scaling_group_name = "web".to_owned();
//! let request =
//!     UpdateAutoScalingGroupRequest { auto_scaling_group_name, desired_capacity: Some(4), ..Default::default() };
//! autoscaling::update_auto_scaling_group(&request)?;
//! # Ok(()) }
//! ```

pub use crate::bindings::stepwell::step::autoscaling::*;
