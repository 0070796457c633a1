//! Looking at databases and snapshots.

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
/// Those of the call, and `not-found` when the answer does not hold the instance.
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

/// The status of this cluster, by `DescribeDBClusters`.
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
