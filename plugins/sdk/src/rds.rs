//! Amazon RDS: one function per API operation, and the shared parts of the RDS plugins.
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

mod power;
mod status;

pub use crate::bindings::stepwell::rds::rds::*;
pub use power::{Asked, Power, PowerOutputs, PowerWait, Target, UnderWay};
pub use status::{cluster_status, instance, instance_status, is_terminal, snapshot};

use crate::console;

/// 30 minutes, for `#[serde(default = "rds::usual_timeout")]` in a configuration: a database takes longer than other
/// resources to change its state.
#[must_use]
pub fn usual_timeout() -> crate::Duration {
    crate::Duration::minutes(30)
}

/// Prints a link to the instance in the console, and returns it.
pub fn instance_link(name: &str) -> Option<String> {
    console::link("instance in the RDS console", &database_path(name, false))
}

/// Prints a link to the cluster in the console, and returns it.
pub fn cluster_link(name: &str) -> Option<String> {
    console::link("cluster in the RDS console", &database_path(name, true))
}

/// Prints a link to the snapshot in the console, and returns it.
pub fn snapshot_link(name: &str) -> Option<String> {
    console::link("snapshot in the RDS console", &snapshot_path(name))
}

/// The console's page. AWS stores identifiers in lower case.
fn database_path(name: &str, is_cluster: bool) -> String {
    format!("rds/home?region={{region}}#database:id={};is-cluster={is_cluster}", name.to_ascii_lowercase())
}

fn snapshot_path(name: &str) -> String {
    format!("rds/home?region={{region}}#db-snapshot:id={}", name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_clusters_and_snapshots_have_pages_of_their_own() {
        let url = |path: String| console::url("eu-west-1", &path);
        let page = |of: &str| format!("https://eu-west-1.console.aws.amazon.com/rds/home?region=eu-west-1#{of}");
        assert_eq!(url(database_path("Orders", false)), page("database:id=orders;is-cluster=false"));
        assert_eq!(url(database_path("shop", true)), page("database:id=shop;is-cluster=true"));
        assert_eq!(url(snapshot_path("Before-Change")), page("db-snapshot:id=before-change"));
    }
}
