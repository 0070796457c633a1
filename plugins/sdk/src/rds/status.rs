//! The statuses of databases and snapshots: the calls that return them, and their meaning.

use super::{
    DbInstance, DbSnapshot, DescribeDbClustersRequest, DescribeDbInstancesRequest, DescribeDbSnapshotsRequest,
    describe_db_clusters, describe_db_instances, describe_db_snapshots,
};
use crate::CallError;
use crate::look::missing;

/// `DescribeDBInstances` for this instance.
///
/// # Errors
///
/// Those of the call, and `not-found` when the response does not hold the instance.
pub fn instance(name: &str) -> Result<DbInstance, CallError> {
    let request = DescribeDbInstancesRequest { db_instance_identifier: Some(name.to_owned()), ..Default::default() };
    let found = describe_db_instances(&request)?.db_instances.into_iter().next();
    found.ok_or_else(|| missing(name, "rds:DescribeDBInstances"))
}

/// The status of this instance.
///
/// # Errors
///
/// As for [`instance`].
pub fn instance_status(name: &str) -> Result<String, CallError> {
    instance(name).map(|instance| instance.db_instance_status)
}

/// The status of this cluster, from `DescribeDBClusters`.
///
/// # Errors
///
/// As for [`instance`].
pub fn cluster_status(name: &str) -> Result<String, CallError> {
    let request = DescribeDbClustersRequest { db_cluster_identifier: Some(name.to_owned()), ..Default::default() };
    let found = describe_db_clusters(&request)?.db_clusters.into_iter().next();
    found.map(|cluster| cluster.status).ok_or_else(|| missing(name, "rds:DescribeDBClusters"))
}

/// `DescribeDBSnapshots` for this snapshot.
///
/// # Errors
///
/// As for [`instance`].
pub fn snapshot(name: &str) -> Result<DbSnapshot, CallError> {
    let request = DescribeDbSnapshotsRequest { db_snapshot_identifier: Some(name.to_owned()), ..Default::default() };
    let found = describe_db_snapshots(&request)?.db_snapshots.into_iter().next();
    found.ok_or_else(|| missing(name, "rds:DescribeDBSnapshots"))
}

/// Whether a database or a snapshot keeps this status until somebody repairs it.
#[must_use]
pub fn is_terminal(status: &str) -> bool {
    const TERMINAL: [&str; 8] = [
        "delete-precheck",
        "deleting",
        "failed",
        "inaccessible-encryption-credentials",
        "insufficient-capacity",
        "insufficient-resource-limits",
        "restore-error",
        "storage-full",
    ];
    // `cloning-failed` and `migration-failed` are statuses of clusters.
    TERMINAL.contains(&status) || status.starts_with("incompatible-") || status.ends_with("-failed")
}

/// Whether a database with this status runs or will run.
pub(super) fn is_up(status: &str) -> bool {
    const UP: [&str; 16] = [
        "available",
        "backing-up",
        "backtracking",
        "creating",
        "failing-over",
        "maintenance",
        "modifying",
        "promoting",
        "rebooting",
        "renaming",
        "resetting-master-credentials",
        "starting",
        "storage-config-upgrade",
        "storage-initialization",
        "storage-optimization",
        "upgrading",
    ];
    UP.contains(&status) || status.starts_with("configuring-")
}

/// Whether a database with this status is stopped or stopping.
pub(super) fn is_down(status: &str) -> bool {
    matches!(status, "stopping" | "stopped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_of_one_kind_at_most() {
        for status in ["available", "starting", "configuring-log-exports"] {
            assert!(is_up(status) && !is_down(status) && !is_terminal(status), "{status}");
        }
        for status in ["stopping", "stopped"] {
            assert!(is_down(status) && !is_up(status) && !is_terminal(status), "{status}");
        }
        for status in ["storage-full", "incompatible-network", "failed", "migration-failed", "deleting"] {
            assert!(is_terminal(status) && !is_up(status) && !is_down(status), "{status}");
        }
    }

    #[test]
    fn a_key_that_can_be_recovered_is_not_the_end() {
        assert!(!is_terminal("inaccessible-encryption-credentials-recoverable"));
    }
}
