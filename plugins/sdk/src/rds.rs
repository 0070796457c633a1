//! Amazon RDS: one function per API operation, and what the RDS plugins share.
//!
//! ```no_run
//! use stepwell_plugin::rds::{self, StartDbInstanceRequest};
//!
//! # fn start() -> Result<(), stepwell_plugin::Failure> {
//! let request = StartDbInstanceRequest { db_instance_identifier: "orders".to_owned() };
//! let instance = rds::start_db_instance(&request)?.db_instance;
//! stepwell_plugin::info!("{}: {}", instance.db_instance_identifier, instance.db_instance_status);
//! # Ok(()) }
//! ```

mod link;
mod look;
mod power;
mod status;

pub use crate::bindings::stepwell::step::rds::*;
pub use link::{cluster_link, instance_link, snapshot_link};
pub use look::{cluster_status, instance, instance_status, snapshot};
pub use power::{Asked, Power, PowerOutputs, PowerWait, Target, UnderWay};
pub use status::is_terminal;

/// 30 minutes, for `#[serde(default = "rds::usual_timeout")]` in a configuration: a database takes longer than other
/// resources to change its state.
#[must_use]
pub fn usual_timeout() -> crate::Duration {
    crate::Duration::minutes(30)
}
