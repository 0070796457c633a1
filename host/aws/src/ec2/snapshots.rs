//! Snapshots of volumes.

use aws_sdk_ec2::operation::create_snapshot::CreateSnapshotOutput;
use aws_sdk_ec2::{Client, types as aws};
use aws_smithy_types::DateTime;
use serde_json::json;

use super::{filters, tag_specifications, tags_kept};
use crate::convert::{each, milliseconds, number, some, text};
use crate::error::HostError;
use crate::wit::stepwell::step::ec2;
use crate::{AwsCalls, sdk_error};

pub(super) async fn create(
    calls: &mut AwsCalls<'_>,
    request: ec2::CreateSnapshotRequest,
) -> Result<ec2::Snapshot, HostError> {
    let names = json!({
        "VolumeId": request.volume_id,
        "Description": request.description,
        "Tags": tags_kept(&request.tag_specifications),
    });
    let send = |ec2: Client, pass| {
        let call = ec2.create_snapshot().volume_id(request.volume_id).set_description(request.description);
        let call = call.set_tag_specifications(some(tag_specifications(request.tag_specifications)));
        call.customize().interceptor(pass).send()
    };
    calls.call("create-snapshot", names, send, |answer| created(&answer).snapshot()).await
}

pub(super) async fn describe(
    calls: &mut AwsCalls<'_>,
    request: ec2::DescribeSnapshotsRequest,
) -> Result<ec2::DescribeSnapshotsResponse, HostError> {
    let names = json!({ "SnapshotIds": request.snapshot_ids });
    let send = |ec2: Client, pass| {
        let call = ec2.describe_snapshots().set_snapshot_ids(some(request.snapshot_ids));
        let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
        call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
    };
    calls
        .call("describe-snapshots", names, send, |answer| {
            let snapshots = each(answer.snapshots(), |snapshot| described(snapshot).snapshot())?;
            Ok(ec2::DescribeSnapshotsResponse { snapshots, next_token: text(answer.next_token()) })
        })
        .await
}

/// What both answers say of a snapshot: the SDK has a type for each.
struct Said<'a> {
    id: Option<&'a str>,
    state: Option<&'a aws::SnapshotState>,
    state_message: Option<&'a str>,
    progress: Option<&'a str>,
    volume_id: Option<&'a str>,
    volume_size: Option<i32>,
    start_time: Option<&'a DateTime>,
}

fn created(answer: &CreateSnapshotOutput) -> Said<'_> {
    Said {
        id: answer.snapshot_id(),
        state: answer.state(),
        state_message: answer.state_message(),
        progress: answer.progress(),
        volume_id: answer.volume_id(),
        volume_size: answer.volume_size(),
        start_time: answer.start_time(),
    }
}

fn described(snapshot: &aws::Snapshot) -> Said<'_> {
    Said {
        id: snapshot.snapshot_id(),
        state: snapshot.state(),
        state_message: snapshot.state_message(),
        progress: snapshot.progress(),
        volume_id: snapshot.volume_id(),
        volume_size: snapshot.volume_size(),
        start_time: snapshot.start_time(),
    }
}

impl Said<'_> {
    fn snapshot(self) -> Result<ec2::Snapshot, HostError> {
        let state = self.state.ok_or_else(|| sdk_error::without("the state of a snapshot"))?;
        Ok(ec2::Snapshot {
            snapshot_id: text(self.id).ok_or_else(|| sdk_error::without("a snapshot id"))?,
            state: state.as_str().to_owned(),
            state_message: text(self.state_message),
            // A snapshot that has just begun comes with an empty text.
            progress: text(self.progress).filter(|progress| !progress.is_empty()),
            volume_id: text(self.volume_id),
            volume_size: self.volume_size.and_then(|size| u32::try_from(size).ok()),
            start_time: self.start_time.and_then(milliseconds),
        })
    }
}
