//! Links to the RDS console.

use crate::console;

/// Prints a link to the instance and gives it.
pub fn instance_link(name: &str) -> Option<String> {
    console::link("instance in the RDS console", &database(name, false))
}

/// Prints a link to the cluster and gives it.
pub fn cluster_link(name: &str) -> Option<String> {
    console::link("cluster in the RDS console", &database(name, true))
}

/// Prints a link to the snapshot and gives it.
pub fn snapshot_link(name: &str) -> Option<String> {
    console::link("snapshot in the RDS console", &snapshot(name))
}

/// AWS keeps identifiers in lower case.
fn database(name: &str, is_cluster: bool) -> String {
    format!("rds/home?region={{region}}#database:id={};is-cluster={is_cluster}", name.to_ascii_lowercase())
}

fn snapshot(name: &str) -> String {
    format!("rds/home?region={{region}}#db-snapshot:id={}", name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_clusters_and_snapshots_have_pages_of_their_own() {
        let url = |path: String| console::url("eu-west-1", &path);
        let page = |of: &str| format!("https://eu-west-1.console.aws.amazon.com/rds/home?region=eu-west-1#{of}");
        assert_eq!(url(database("Orders", false)), page("database:id=orders;is-cluster=false"));
        assert_eq!(url(database("shop", true)), page("database:id=shop;is-cluster=true"));
        assert_eq!(url(snapshot("Before-Change")), page("db-snapshot:id=before-change"));
    }
}
