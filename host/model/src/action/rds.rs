//! Amazon RDS.

use super::{Action, ActionRow, Repeat, Resource};

const fn rds(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("rds", "RDS", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

const INSTANCES: Resource = Resource::Arn("rds:*:*:db:*");
const CLUSTERS: Resource = Resource::Arn("rds:*:*:cluster:*");

/// The instance and the snapshot of it: AWS checks the call for both.
const WITH_SNAPSHOT: Resource = Resource::Arn("rds:*:*:*:*");

// A repeated start or stop changes nothing. AWS refuses it because of the state that the first one has led to, and that
// state is what the caller wanted.
pub(super) static ROWS: [ActionRow; 8] = [
    rds("describe-db-instances", &["DescribeDBInstances"], "rds:DescribeDBInstances", Repeat::Read, INSTANCES),
    rds("start-db-instance", &["StartDBInstance"], "rds:StartDBInstance", Repeat::Idempotent, INSTANCES),
    rds("stop-db-instance", &["StopDBInstance"], "rds:StopDBInstance", Repeat::Idempotent, WITH_SNAPSHOT)
        .also(&[(Action("rds:CreateDBSnapshot"), WITH_SNAPSHOT)]),
    rds("describe-db-clusters", &["DescribeDBClusters"], "rds:DescribeDBClusters", Repeat::Read, CLUSTERS),
    rds("start-db-cluster", &["StartDBCluster"], "rds:StartDBCluster", Repeat::Idempotent, CLUSTERS),
    rds("stop-db-cluster", &["StopDBCluster"], "rds:StopDBCluster", Repeat::Idempotent, CLUSTERS),
    // A repetition is refused because of the name, and nobody knows whose snapshot has it.
    rds("create-db-snapshot", &["CreateDBSnapshot"], "rds:CreateDBSnapshot", Repeat::Once, WITH_SNAPSHOT),
    rds("describe-db-snapshots", &["DescribeDBSnapshots"], "rds:DescribeDBSnapshots", Repeat::Read, WITH_SNAPSHOT),
];
