use stepwell_model::action::Repeat;
use stepwell_model::event::What;

use super::support::{Bench, answers};
use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::rds::{self, Host as _};
use crate::wit::types::{CallError, CallErrorKind};

const INSTANCE: &str = "<DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier>\
    <DBInstanceStatus>available</DBInstanceStatus>\
    <DBInstanceArn>arn:aws:rds:eu-central-1:123456789012:db:orders</DBInstanceArn>\
    <DBInstanceClass>db.t4g.medium</DBInstanceClass><Engine>postgres</Engine><EngineVersion>16.3</EngineVersion>\
    <AllocatedStorage>20</AllocatedStorage><MultiAZ>false</MultiAZ>\
    <Endpoint><Address>orders.abc.eu-central-1.rds.amazonaws.com</Address><Port>5432</Port></Endpoint></DBInstance>";

const BARE_INSTANCE: &str = "<DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier>\
    <DBInstanceStatus>creating</DBInstanceStatus></DBInstance>";

const CLUSTER: &str = "<DBCluster><DBClusterIdentifier>shop</DBClusterIdentifier><Status>stopping</Status>\
    <Engine>aurora-postgresql</Engine></DBCluster>";

const SNAPSHOT: &str = "<DBSnapshot><DBSnapshotIdentifier>before</DBSnapshotIdentifier>\
    <DBInstanceIdentifier>orders</DBInstanceIdentifier><Status>creating</Status>\
    <PercentProgress>0</PercentProgress></DBSnapshot>";

fn answer(operation: &str, body: &str) -> Bench {
    let text = format!("<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>");
    answers(&[(200, &text)])
}

fn refusal(status: u16, code: &str) -> Bench {
    let text = format!("<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>");
    answers(&[(status, &text)])
}

fn sent(bench: &Bench) -> Vec<String> {
    let mut parts: Vec<_> = bench.left()[0].split('&').map(str::to_owned).collect();
    parts.sort();
    parts
}

fn orders() -> String {
    "orders".to_owned()
}

#[tokio::test]
async fn describe_db_instances_asks_for_one_instance_and_converts_all_that_aws_says() {
    let mut bench = answer("DescribeDBInstances", &format!("<Marker>m2</Marker><DBInstances>{INSTANCE}</DBInstances>"));
    let request = rds::DescribeDbInstancesRequest {
        db_instance_identifier: Some(orders()),
        max_records: Some(20),
        marker: Some("m1".into()),
    };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_db_instances(request).await.unwrap();
    let wanted = [
        "Action=DescribeDBInstances",
        "DBInstanceIdentifier=orders",
        "Marker=m1",
        "MaxRecords=20",
        "Version=2014-10-31",
    ];
    assert_eq!(sent(&bench), wanted);
    assert_eq!(bench.urls(), ["https://rds.eu-central-1.amazonaws.com/"]);
    assert_eq!(response.marker.as_deref(), Some("m2"));
    let [instance] = &response.db_instances[..] else { panic!("{response:?}") };
    assert_eq!((&*instance.db_instance_identifier, &*instance.db_instance_status), ("orders", "available"));
    assert_eq!((instance.allocated_storage, instance.multi_az), (Some(20), Some(false)));
    assert_eq!((instance.engine.as_deref(), instance.engine_version.as_deref()), (Some("postgres"), Some("16.3")));
    let endpoint = instance.endpoint.as_ref().unwrap();
    assert_eq!((endpoint.address.is_some(), endpoint.port), (true, Some(5432)));
}

#[tokio::test]
async fn what_aws_leaves_out_of_an_instance_stays_out() {
    let mut bench = answer("DescribeDBInstances", &format!("<DBInstances>{BARE_INSTANCE}</DBInstances>"));
    let request = rds::DescribeDbInstancesRequest { db_instance_identifier: None, max_records: None, marker: None };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_db_instances(request).await.unwrap();
    assert_eq!(sent(&bench), ["Action=DescribeDBInstances", "Version=2014-10-31"]);
    let instance = &response.db_instances[0];
    assert!(instance.endpoint.is_none() && instance.engine.is_none() && response.marker.is_none());
    assert_eq!((instance.allocated_storage, instance.multi_az), (None, None));
}

#[tokio::test]
async fn an_instance_without_a_status_is_no_answer() {
    let without = BARE_INSTANCE.replace("<DBInstanceStatus>creating</DBInstanceStatus>", "");
    let mut bench = answer("StartDBInstance", &without);
    let request = rds::StartDbInstanceRequest { db_instance_identifier: orders() };
    let error = AwsCalls::new(Some(&mut bench.step)).start_db_instance(request).await.unwrap_err();
    let HostError::Answer(CallError { kind: CallErrorKind::Unavailable, message, .. }) = error else { panic!() };
    assert_eq!(message, "AWS's answer cannot be read: missing field `db_instance_status`");
}

#[tokio::test]
async fn start_db_instance_names_the_instance() {
    let mut bench = answer("StartDBInstance", BARE_INSTANCE);
    let request = rds::StartDbInstanceRequest { db_instance_identifier: orders() };
    let response = AwsCalls::new(Some(&mut bench.step)).start_db_instance(request).await.unwrap();
    assert_eq!(sent(&bench), ["Action=StartDBInstance", "DBInstanceIdentifier=orders", "Version=2014-10-31"]);
    assert_eq!(response.db_instance.db_instance_status, "creating");
}

#[tokio::test]
async fn stop_db_instance_sends_a_snapshot_only_when_one_is_named() {
    for (snapshot, wanted) in [(None, None), (Some("before"), Some("DBSnapshotIdentifier=before"))] {
        let mut bench = answer("StopDBInstance", BARE_INSTANCE);
        let db_snapshot_identifier = snapshot.map(str::to_owned);
        let request = rds::StopDbInstanceRequest { db_instance_identifier: orders(), db_snapshot_identifier };
        AwsCalls::new(Some(&mut bench.step)).stop_db_instance(request).await.unwrap();
        let sent = sent(&bench);
        let named = sent.iter().find(|part| part.starts_with("DBSnapshot"));
        assert_eq!(named.map(String::as_str), wanted);
        assert_eq!(sent.len(), 3 + usize::from(snapshot.is_some()));
    }
}

#[tokio::test]
async fn the_cluster_calls_name_the_cluster() {
    let shop = || "shop".to_owned();
    let mut bench = answer("StartDBCluster", CLUSTER);
    let start = rds::StartDbClusterRequest { db_cluster_identifier: shop() };
    AwsCalls::new(Some(&mut bench.step)).start_db_cluster(start).await.unwrap();
    assert_eq!(sent(&bench), ["Action=StartDBCluster", "DBClusterIdentifier=shop", "Version=2014-10-31"]);

    let mut bench = answer("StopDBCluster", CLUSTER);
    let stop = rds::StopDbClusterRequest { db_cluster_identifier: shop() };
    let response = AwsCalls::new(Some(&mut bench.step)).stop_db_cluster(stop).await.unwrap();
    assert_eq!(sent(&bench), ["Action=StopDBCluster", "DBClusterIdentifier=shop", "Version=2014-10-31"]);
    assert_eq!(response.db_cluster.status, "stopping");

    let mut bench = answer("DescribeDBClusters", &format!("<DBClusters>{CLUSTER}</DBClusters>"));
    let look = rds::DescribeDbClustersRequest { db_cluster_identifier: Some(shop()), max_records: None, marker: None };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_db_clusters(look).await.unwrap();
    assert_eq!(sent(&bench), ["Action=DescribeDBClusters", "DBClusterIdentifier=shop", "Version=2014-10-31"]);
    let cluster = &response.db_clusters[0];
    assert_eq!((cluster.engine.as_deref(), &cluster.engine_version), (Some("aurora-postgresql"), &None));
}

#[tokio::test]
async fn create_db_snapshot_is_kept_with_both_names_and_is_not_sent_twice_by_the_sdk() {
    let mut bench = answer("CreateDBSnapshot", SNAPSHOT);
    let request =
        || rds::CreateDbSnapshotRequest { db_instance_identifier: orders(), db_snapshot_identifier: "before".into() };
    let response = AwsCalls::new(Some(&mut bench.step)).create_db_snapshot(request()).await.unwrap();
    let wanted =
        ["Action=CreateDBSnapshot", "DBInstanceIdentifier=orders", "DBSnapshotIdentifier=before", "Version=2014-10-31"];
    assert_eq!(sent(&bench), wanted);
    assert_eq!((response.db_snapshot.percent_progress, response.db_snapshot.db_snapshot_arn), (Some(0), None));
    let What::CallIntended { call, .. } = &bench.kept.records()[0] else { panic!() };
    assert_eq!(call.repeat, Repeat::Once);
    let names = serde_json::json!({ "DBInstanceIdentifier": "orders", "DBSnapshotIdentifier": "before" });
    assert_eq!(call.request, names);

    let mut bench = answers(&[(500, ""), (500, ""), (500, "")]);
    AwsCalls::new(Some(&mut bench.step)).create_db_snapshot(request()).await.unwrap_err();
    assert_eq!(bench.left().len(), 1);
}

#[tokio::test]
async fn describe_db_snapshots_asks_for_one_snapshot() {
    let mut bench = answer("DescribeDBSnapshots", &format!("<DBSnapshots>{SNAPSHOT}</DBSnapshots>"));
    let request = rds::DescribeDbSnapshotsRequest {
        db_instance_identifier: None,
        db_snapshot_identifier: Some("before".into()),
        max_records: None,
        marker: None,
    };
    let response = AwsCalls::new(Some(&mut bench.step)).describe_db_snapshots(request).await.unwrap();
    assert_eq!(sent(&bench), ["Action=DescribeDBSnapshots", "DBSnapshotIdentifier=before", "Version=2014-10-31"]);
    let snapshot = &response.db_snapshots[0];
    assert_eq!((snapshot.db_instance_identifier.as_deref(), &*snapshot.status), (Some("orders"), "creating"));
}

#[tokio::test]
async fn an_instance_that_aws_does_not_know_is_not_found_and_one_in_a_wrong_state_is_rejected() {
    for (status, code, kind) in
        [(404, "DBInstanceNotFound", CallErrorKind::NotFound), (400, "InvalidDBInstanceState", CallErrorKind::Rejected)]
    {
        let mut bench = refusal(status, code);
        let request = rds::StopDbInstanceRequest { db_instance_identifier: orders(), db_snapshot_identifier: None };
        let error = AwsCalls::new(Some(&mut bench.step)).stop_db_instance(request).await.unwrap_err();
        let HostError::Answer(error) = error else { panic!("{error:?}") };
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)));
    }
}
