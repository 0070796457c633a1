//! AWS's answers of Amazon EC2 as the types of `wit/deps/ec2.wit`.

use aws_sdk_ec2::operation::create_snapshot::CreateSnapshotOutput;
use aws_sdk_ec2::types as aws;
use aws_smithy_types::DateTime;

use crate::convert::{each, milliseconds, text};
use crate::error::HostError;
use crate::wit::{ec2, types};

fn tag(tag: &aws::Tag) -> Result<types::Tag, HostError> {
    let key = tag.key().ok_or_else(|| HostError::without("a tag's key"))?;
    // EC2 leaves out the value of a tag when it is the empty string.
    Ok(types::Tag { key: key.to_owned(), value: tag.value().unwrap_or_default().to_owned() })
}

fn state_reason(reason: Option<&aws::StateReason>) -> Option<ec2::StateReason> {
    reason.map(|why| ec2::StateReason { code: text(why.code()), message: text(why.message()) })
}

fn state(state: Option<&aws::InstanceState>) -> Result<ec2::InstanceState, HostError> {
    let name = state.and_then(aws::InstanceState::name).ok_or_else(|| HostError::without("a state's name"))?;
    // The high byte is for AWS's own use; the API reference (InstanceState) says to ignore it.
    let code = state.and_then(aws::InstanceState::code).map(|code| code.to_le_bytes()[0]);
    Ok(ec2::InstanceState { code, name: name.as_str().to_owned() })
}

fn instance_id(id: Option<&str>) -> Result<String, HostError> {
    id.map(str::to_owned).ok_or_else(|| HostError::without("an instance id"))
}

pub(super) fn state_change(change: &aws::InstanceStateChange) -> Result<ec2::InstanceStateChange, HostError> {
    Ok(ec2::InstanceStateChange {
        instance_id: instance_id(change.instance_id())?,
        previous_state: state(change.previous_state())?,
        current_state: state(change.current_state())?,
    })
}

pub(super) fn reservation(reservation: &aws::Reservation) -> Result<ec2::Reservation, HostError> {
    Ok(ec2::Reservation {
        reservation_id: text(reservation.reservation_id()),
        owner_id: text(reservation.owner_id()),
        instances: each(reservation.instances(), instance)?,
    })
}

pub(super) fn instance(instance: &aws::Instance) -> Result<ec2::Instance, HostError> {
    Ok(ec2::Instance {
        instance_id: instance_id(instance.instance_id())?,
        state: state(instance.state())?,
        state_reason: state_reason(instance.state_reason()),
        instance_type: text(instance.instance_type().map(aws::InstanceType::as_str)),
        image_id: text(instance.image_id()),
        availability_zone: text(instance.placement().and_then(aws::Placement::availability_zone)),
        private_ip_address: text(instance.private_ip_address()),
        public_ip_address: text(instance.public_ip_address()),
        private_dns_name: text(instance.private_dns_name()),
        public_dns_name: text(instance.public_dns_name()),
        launch_time: instance.launch_time().and_then(milliseconds),
        tags: each(instance.tags(), tag)?,
    })
}

pub(super) fn instance_status(status: &aws::InstanceStatus) -> Result<ec2::InstanceStatus, HostError> {
    let summary = |summary: Option<&aws::InstanceStatusSummary>| {
        summary.and_then(aws::InstanceStatusSummary::status).map(|status| status.as_str().to_owned())
    };
    Ok(ec2::InstanceStatus {
        instance_id: instance_id(status.instance_id())?,
        instance_state: state(status.instance_state())?,
        instance_status: summary(status.instance_status()),
        system_status: summary(status.system_status()),
        availability_zone: text(status.availability_zone()),
    })
}

pub(super) fn image(image: &aws::Image) -> Result<ec2::Image, HostError> {
    let state = image.state().ok_or_else(|| HostError::without("the state of an image"))?;
    Ok(ec2::Image {
        image_id: text(image.image_id()).ok_or_else(|| HostError::without("an image id"))?,
        state: state.as_str().to_owned(),
        state_reason: state_reason(image.state_reason()),
        name: text(image.name()),
        description: text(image.description()),
    })
}

/// The fields of a snapshot, which the SDK has in two types: one per operation.
pub(super) struct SnapshotFields<'a> {
    id: Option<&'a str>,
    state: Option<&'a aws::SnapshotState>,
    state_message: Option<&'a str>,
    progress: Option<&'a str>,
    volume_id: Option<&'a str>,
    volume_size: Option<i32>,
    start_time: Option<&'a DateTime>,
}

pub(super) fn fields_of_new(answer: &CreateSnapshotOutput) -> SnapshotFields<'_> {
    SnapshotFields {
        id: answer.snapshot_id(),
        state: answer.state(),
        state_message: answer.state_message(),
        progress: answer.progress(),
        volume_id: answer.volume_id(),
        volume_size: answer.volume_size(),
        start_time: answer.start_time(),
    }
}

pub(super) fn fields_of(snapshot: &aws::Snapshot) -> SnapshotFields<'_> {
    SnapshotFields {
        id: snapshot.snapshot_id(),
        state: snapshot.state(),
        state_message: snapshot.state_message(),
        progress: snapshot.progress(),
        volume_id: snapshot.volume_id(),
        volume_size: snapshot.volume_size(),
        start_time: snapshot.start_time(),
    }
}

impl SnapshotFields<'_> {
    pub(super) fn snapshot(self) -> Result<ec2::Snapshot, HostError> {
        let state = self.state.ok_or_else(|| HostError::without("the state of a snapshot"))?;
        Ok(ec2::Snapshot {
            snapshot_id: text(self.id).ok_or_else(|| HostError::without("a snapshot id"))?,
            state: state.as_str().to_owned(),
            state_message: text(self.state_message),
            // A new snapshot comes with an empty text.
            progress: text(self.progress).filter(|progress| !progress.is_empty()),
            volume_id: text(self.volume_id),
            volume_size: self.volume_size.and_then(|size| u32::try_from(size).ok()),
            start_time: self.start_time.and_then(milliseconds),
        })
    }
}

pub(super) fn unsuccessful_item(item: &aws::UnsuccessfulItem) -> Result<ec2::UnsuccessfulItem, HostError> {
    let error = item.error();
    Ok(ec2::UnsuccessfulItem {
        resource_id: text(item.resource_id()),
        code: text(error.and_then(aws::UnsuccessfulItemError::code)),
        message: text(error.and_then(aws::UnsuccessfulItemError::message)),
    })
}

pub(super) fn required_peering(
    peering: Option<&aws::VpcPeeringConnection>,
) -> Result<ec2::VpcPeeringConnection, HostError> {
    self::peering(peering.ok_or_else(|| HostError::without("a peering connection"))?)
}

pub(super) fn peering(peering: &aws::VpcPeeringConnection) -> Result<ec2::VpcPeeringConnection, HostError> {
    let id = peering.vpc_peering_connection_id();
    let status = peering.status();
    let code = status.and_then(aws::VpcPeeringConnectionStateReason::code);
    Ok(ec2::VpcPeeringConnection {
        vpc_peering_connection_id: text(id).ok_or_else(|| HostError::without("the id of a peering connection"))?,
        status: ec2::VpcPeeringConnectionStateReason {
            code: code.ok_or_else(|| HostError::without("the status of a peering connection"))?.as_str().to_owned(),
            message: text(status.and_then(aws::VpcPeeringConnectionStateReason::message)),
        },
    })
}
