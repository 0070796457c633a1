//! Amazon RDS: the functions of `wit/deps/rds.wit`.

use serde_json::json;
use stepwell_model::action::rds::{
    CREATE_DB_SNAPSHOT, DESCRIBE_DB_CLUSTERS, DESCRIBE_DB_INSTANCES, DESCRIBE_DB_SNAPSHOTS, START_DB_CLUSTER,
    START_DB_INSTANCE, STOP_DB_CLUSTER, STOP_DB_INSTANCE,
};

use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::rds;

impl rds::Host for AwsCalls<'_> {
    async fn describe_db_instances(
        &mut self,
        request: rds::DescribeDbInstancesRequest,
    ) -> Result<rds::DescribeDbInstancesResponse, HostError> {
        let names = json!({ "DBInstanceIdentifier": request.db_instance_identifier });
        self.modelled(DESCRIBE_DB_INSTANCES, names, request).await
    }

    async fn start_db_instance(
        &mut self,
        request: rds::StartDbInstanceRequest,
    ) -> Result<rds::StartDbInstanceResponse, HostError> {
        let names = json!({ "DBInstanceIdentifier": request.db_instance_identifier });
        self.modelled(START_DB_INSTANCE, names, request).await
    }

    async fn stop_db_instance(
        &mut self,
        request: rds::StopDbInstanceRequest,
    ) -> Result<rds::StopDbInstanceResponse, HostError> {
        let names = json!({
            "DBInstanceIdentifier": request.db_instance_identifier,
            "DBSnapshotIdentifier": request.db_snapshot_identifier,
        });
        self.modelled(STOP_DB_INSTANCE, names, request).await
    }

    async fn describe_db_clusters(
        &mut self,
        request: rds::DescribeDbClustersRequest,
    ) -> Result<rds::DescribeDbClustersResponse, HostError> {
        let names = json!({ "DBClusterIdentifier": request.db_cluster_identifier });
        self.modelled(DESCRIBE_DB_CLUSTERS, names, request).await
    }

    async fn start_db_cluster(
        &mut self,
        request: rds::StartDbClusterRequest,
    ) -> Result<rds::StartDbClusterResponse, HostError> {
        let names = json!({ "DBClusterIdentifier": request.db_cluster_identifier });
        self.modelled(START_DB_CLUSTER, names, request).await
    }

    async fn stop_db_cluster(
        &mut self,
        request: rds::StopDbClusterRequest,
    ) -> Result<rds::StopDbClusterResponse, HostError> {
        let names = json!({ "DBClusterIdentifier": request.db_cluster_identifier });
        self.modelled(STOP_DB_CLUSTER, names, request).await
    }

    async fn create_db_snapshot(
        &mut self,
        request: rds::CreateDbSnapshotRequest,
    ) -> Result<rds::CreateDbSnapshotResponse, HostError> {
        let names = json!({
            "DBInstanceIdentifier": request.db_instance_identifier,
            "DBSnapshotIdentifier": request.db_snapshot_identifier,
        });
        self.modelled(CREATE_DB_SNAPSHOT, names, request).await
    }

    async fn describe_db_snapshots(
        &mut self,
        request: rds::DescribeDbSnapshotsRequest,
    ) -> Result<rds::DescribeDbSnapshotsResponse, HostError> {
        let names = json!({ "DBSnapshotIdentifier": request.db_snapshot_identifier });
        self.modelled(DESCRIBE_DB_SNAPSHOTS, names, request).await
    }
}
