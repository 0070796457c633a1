//! Amazon RDS: requests and answers of `wit/deps/rds.wit`.

use aws_config::SdkConfig;
use aws_sdk_rds::{Client, config, types as aws};
use serde_json::json;
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{count, each, number, text};
use crate::error::HostError;
use crate::gate::Gate;
use crate::wit::rds;

impl Service for Client {
    type Rows = action::rds::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.rds
    }
}

impl rds::Host for AwsCalls<'_> {
    async fn describe_db_instances(
        &mut self,
        request: rds::DescribeDbInstancesRequest,
    ) -> Result<rds::DescribeDbInstancesResponse, HostError> {
        let names = json!({ "DBInstanceIdentifier": request.db_instance_identifier });
        let send = |rds: Client, pass| {
            let call = rds.describe_db_instances().set_db_instance_identifier(request.db_instance_identifier);
            let call = call.set_max_records(number(request.max_records)).set_marker(request.marker);
            call.customize().interceptor(pass).send()
        };
        self.call(action::rds::DESCRIBE_DB_INSTANCES, names, send, |answer| {
            let marker = text(answer.marker());
            Ok(rds::DescribeDbInstancesResponse { db_instances: each(answer.db_instances(), instance)?, marker })
        })
        .await
    }

    async fn start_db_instance(
        &mut self,
        request: rds::StartDbInstanceRequest,
    ) -> Result<rds::StartDbInstanceResponse, HostError> {
        let names = json!({ "DBInstanceIdentifier": request.db_instance_identifier });
        let send = |rds: Client, pass| {
            let call = rds.start_db_instance().db_instance_identifier(request.db_instance_identifier);
            call.customize().interceptor(pass).send()
        };
        self.call(action::rds::START_DB_INSTANCE, names, send, |answer| {
            Ok(rds::StartDbInstanceResponse { db_instance: answered(answer.db_instance(), "an instance", instance)? })
        })
        .await
    }

    async fn stop_db_instance(
        &mut self,
        request: rds::StopDbInstanceRequest,
    ) -> Result<rds::StopDbInstanceResponse, HostError> {
        let rds::StopDbInstanceRequest { db_instance_identifier, db_snapshot_identifier } = request;
        let names =
            json!({ "DBInstanceIdentifier": db_instance_identifier, "DBSnapshotIdentifier": db_snapshot_identifier });
        let send = |rds: Client, pass| {
            let call = rds.stop_db_instance().db_instance_identifier(db_instance_identifier);
            call.set_db_snapshot_identifier(db_snapshot_identifier).customize().interceptor(pass).send()
        };
        self.call(action::rds::STOP_DB_INSTANCE, names, send, |answer| {
            Ok(rds::StopDbInstanceResponse { db_instance: answered(answer.db_instance(), "an instance", instance)? })
        })
        .await
    }

    async fn describe_db_clusters(
        &mut self,
        request: rds::DescribeDbClustersRequest,
    ) -> Result<rds::DescribeDbClustersResponse, HostError> {
        let names = json!({ "DBClusterIdentifier": request.db_cluster_identifier });
        let send = |rds: Client, pass| {
            let call = rds.describe_db_clusters().set_db_cluster_identifier(request.db_cluster_identifier);
            let call = call.set_max_records(number(request.max_records)).set_marker(request.marker);
            call.customize().interceptor(pass).send()
        };
        self.call(action::rds::DESCRIBE_DB_CLUSTERS, names, send, |answer| {
            let marker = text(answer.marker());
            Ok(rds::DescribeDbClustersResponse { db_clusters: each(answer.db_clusters(), cluster)?, marker })
        })
        .await
    }

    async fn start_db_cluster(
        &mut self,
        request: rds::StartDbClusterRequest,
    ) -> Result<rds::StartDbClusterResponse, HostError> {
        let names = json!({ "DBClusterIdentifier": request.db_cluster_identifier });
        let send = |rds: Client, pass| {
            let call = rds.start_db_cluster().db_cluster_identifier(request.db_cluster_identifier);
            call.customize().interceptor(pass).send()
        };
        self.call(action::rds::START_DB_CLUSTER, names, send, |answer| {
            Ok(rds::StartDbClusterResponse { db_cluster: answered(answer.db_cluster(), "a cluster", cluster)? })
        })
        .await
    }

    async fn stop_db_cluster(
        &mut self,
        request: rds::StopDbClusterRequest,
    ) -> Result<rds::StopDbClusterResponse, HostError> {
        let names = json!({ "DBClusterIdentifier": request.db_cluster_identifier });
        let send = |rds: Client, pass| {
            let call = rds.stop_db_cluster().db_cluster_identifier(request.db_cluster_identifier);
            call.customize().interceptor(pass).send()
        };
        self.call(action::rds::STOP_DB_CLUSTER, names, send, |answer| {
            Ok(rds::StopDbClusterResponse { db_cluster: answered(answer.db_cluster(), "a cluster", cluster)? })
        })
        .await
    }

    async fn create_db_snapshot(
        &mut self,
        request: rds::CreateDbSnapshotRequest,
    ) -> Result<rds::CreateDbSnapshotResponse, HostError> {
        let rds::CreateDbSnapshotRequest { db_instance_identifier, db_snapshot_identifier } = request;
        let names =
            json!({ "DBInstanceIdentifier": db_instance_identifier, "DBSnapshotIdentifier": db_snapshot_identifier });
        let send = |rds: Client, pass| {
            let call = rds.create_db_snapshot().db_instance_identifier(db_instance_identifier);
            call.db_snapshot_identifier(db_snapshot_identifier).customize().interceptor(pass).send()
        };
        self.call(action::rds::CREATE_DB_SNAPSHOT, names, send, |answer| {
            Ok(rds::CreateDbSnapshotResponse { db_snapshot: answered(answer.db_snapshot(), "a snapshot", snapshot)? })
        })
        .await
    }

    async fn describe_db_snapshots(
        &mut self,
        request: rds::DescribeDbSnapshotsRequest,
    ) -> Result<rds::DescribeDbSnapshotsResponse, HostError> {
        let names = json!({ "DBSnapshotIdentifier": request.db_snapshot_identifier });
        let send = |rds: Client, pass| {
            let call = rds.describe_db_snapshots().set_db_instance_identifier(request.db_instance_identifier);
            let call = call.set_db_snapshot_identifier(request.db_snapshot_identifier);
            let call = call.set_max_records(number(request.max_records)).set_marker(request.marker);
            call.customize().interceptor(pass).send()
        };
        self.call(action::rds::DESCRIBE_DB_SNAPSHOTS, names, send, |answer| {
            let marker = text(answer.marker());
            Ok(rds::DescribeDbSnapshotsResponse { db_snapshots: each(answer.db_snapshots(), snapshot)?, marker })
        })
        .await
    }
}

fn answered<A, B>(answer: Option<&A>, what: &str, convert: fn(&A) -> Result<B, HostError>) -> Result<B, HostError> {
    answer.ok_or_else(|| HostError::without(what)).and_then(convert)
}

fn always(given: Option<&str>, what: &str) -> Result<String, HostError> {
    given.map(str::to_owned).ok_or_else(|| HostError::without(what))
}

fn instance(instance: &aws::DbInstance) -> Result<rds::DbInstance, HostError> {
    let endpoint =
        |endpoint: &aws::Endpoint| rds::Endpoint { address: text(endpoint.address()), port: count(endpoint.port()) };
    Ok(rds::DbInstance {
        db_instance_identifier: always(instance.db_instance_identifier(), "an instance's identifier")?,
        db_instance_status: always(instance.db_instance_status(), "an instance's status")?,
        db_instance_arn: text(instance.db_instance_arn()),
        db_instance_class: text(instance.db_instance_class()),
        engine: text(instance.engine()),
        engine_version: text(instance.engine_version()),
        allocated_storage: count(instance.allocated_storage()),
        endpoint: instance.endpoint().map(endpoint),
        multi_az: instance.multi_az(),
        db_cluster_identifier: text(instance.db_cluster_identifier()),
    })
}

fn cluster(cluster: &aws::DbCluster) -> Result<rds::DbCluster, HostError> {
    Ok(rds::DbCluster {
        db_cluster_identifier: always(cluster.db_cluster_identifier(), "a cluster's identifier")?,
        status: always(cluster.status(), "a cluster's status")?,
        db_cluster_arn: text(cluster.db_cluster_arn()),
        engine: text(cluster.engine()),
        engine_version: text(cluster.engine_version()),
    })
}

fn snapshot(snapshot: &aws::DbSnapshot) -> Result<rds::DbSnapshot, HostError> {
    Ok(rds::DbSnapshot {
        db_snapshot_identifier: always(snapshot.db_snapshot_identifier(), "a snapshot's identifier")?,
        db_instance_identifier: text(snapshot.db_instance_identifier()),
        db_snapshot_arn: text(snapshot.db_snapshot_arn()),
        status: always(snapshot.status(), "a snapshot's status")?,
        percent_progress: count(snapshot.percent_progress()),
    })
}
