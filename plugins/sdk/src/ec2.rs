//! Amazon EC2: one function per API operation, and what the EC2 plugins share.
//!
//! Whatever function a plugin calls becomes an import of its component, and with it an IAM action that the operator
//! is asked to grant. What it does not call is not asked for.
//!
//! ```no_run
//! use stepwell_plugin::ec2::{self, StopInstancesRequest};
//!
//! # fn stop() -> Result<(), stepwell_plugin::Failure> {
//! let request = StopInstancesRequest { instance_ids: vec!["i-0abc1234".to_owned()], ..Default::default() };
//! for change in ec2::stop_instances(&request)?.stopping_instances {
//!     stepwell_plugin::info!("{}: {}", change.instance_id, change.current_state.name);
//! }
//! # Ok(()) }
//! ```

mod instance_ids;
mod link;
mod look;
mod power;
mod tags;

pub use crate::bindings::stepwell::step::ec2::*;
pub use instance_ids::{InstanceIds, NoInstanceId};
pub use link::instance_link;
pub use look::{image, instance_statuses, instances, instances_of_image, known_instances, snapshot, summary};
pub use power::{CONSISTENT_AFTER, PowerOutputs, PowerWait, Sight, StateChange, StateChanges};
pub use tags::named;
