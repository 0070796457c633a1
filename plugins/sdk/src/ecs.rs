//! Amazon ECS: one function per API operation.
//!
//! ```no_run
//! use stepwell_plugin::ecs::{self, StopTaskRequest};
//!
//! # fn stop(task: String) -> Result<(), stepwell_plugin::Failure> {
//! let request = StopTaskRequest { cluster: Some("web".to_owned()), task, reason: None };
//! let task = ecs::stop_task(&request)?.task;
//! stepwell_plugin::info!("{}: {}", task.task_arn, task.last_status);
//! # Ok(()) }
//! ```

pub use crate::bindings::stepwell::ecs::ecs::*;
