//! Amazon RDS.

use super::{Action, ActionRow, Repeat, Resource, Service};

const RDS: Service = Service { interface: "rds", name: "RDS" };

const INSTANCES: Resource = Resource::Arn("rds:*:*:db:*");
const CLUSTERS: Resource = Resource::Arn("rds:*:*:cluster:*");

/// The instance and the snapshot of it: AWS checks the call for both.
const WITH_SNAPSHOT: Resource = Resource::Arn("rds:*:*:*:*");

// A repeated start or stop changes nothing. AWS refuses it because of the state that the first one has led to, and that
// state is what the caller wanted.
pub(super) static ROWS: [ActionRow; 8] = [
    RDS.call("describe-db-instances", &["DescribeDBInstances"], "rds:DescribeDBInstances", Repeat::Read, INSTANCES),
    RDS.call("start-db-instance", &["StartDBInstance"], "rds:StartDBInstance", Repeat::Idempotent, INSTANCES),
    RDS.call("stop-db-instance", &["StopDBInstance"], "rds:StopDBInstance", Repeat::Idempotent, WITH_SNAPSHOT)
        .also(&[(Action("rds:CreateDBSnapshot"), WITH_SNAPSHOT)]),
    RDS.call("describe-db-clusters", &["DescribeDBClusters"], "rds:DescribeDBClusters", Repeat::Read, CLUSTERS),
    RDS.call("start-db-cluster", &["StartDBCluster"], "rds:StartDBCluster", Repeat::Idempotent, CLUSTERS),
    RDS.call("stop-db-cluster", &["StopDBCluster"], "rds:StopDBCluster", Repeat::Idempotent, CLUSTERS),
    // A repetition is refused because of the name, and nobody knows whose snapshot has it.
    RDS.call("create-db-snapshot", &["CreateDBSnapshot"], "rds:CreateDBSnapshot", Repeat::Once, WITH_SNAPSHOT),
    RDS.call("describe-db-snapshots", &["DescribeDBSnapshots"], "rds:DescribeDBSnapshots", Repeat::Read, WITH_SNAPSHOT),
];
