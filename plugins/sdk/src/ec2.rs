//! Amazon EC2: one function per API operation, and the shared parts of the EC2 plugins.
//!
//! Each function that a plugin calls becomes an import of its component, and so an IAM action that the operator is
//! asked to grant. Other functions are not imported.
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
mod look;
mod power;
mod tags;

pub use crate::bindings::stepwell::ec2::ec2::*;
pub use instance_ids::{InstanceIds, NoInstanceId};
pub use look::{image, instance_statuses, instances, instances_of_image, known_instances, snapshot, summary};
pub use power::{CONSISTENT_AFTER, PowerOutputs, PowerWait, Sight, StateChange, StateChanges};
pub use tags::named;

use crate::console;

/// Prints a link to the instance in the console, and returns it. `None` for several instances, which have no common
/// page.
pub fn instance_link(instance_ids: &[String]) -> Option<String> {
    let [id] = instance_ids else { return None };
    console::link("instance in the EC2 console", &path(id))
}

fn path(instance_id: &str) -> String {
    format!("ec2/home?region={{region}}#InstanceDetails:instanceId={instance_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_has_a_page_and_several_have_none() {
        let page = "https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=i-a";
        assert_eq!(console::url("eu-west-1", &path("i-a")), page);
        // Asking for the region would end the test.
        assert_eq!(instance_link(&["i-a".to_owned(), "i-b".to_owned()]), None);
    }
}
