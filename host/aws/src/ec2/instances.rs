//! Instances and their states.

use aws_sdk_ec2::{Client, types as aws};
use serde_json::json;

use super::{filters, state_reason, tag};
use crate::convert::{each, milliseconds, number, some, text};
use crate::error::HostError;
use crate::wit::stepwell::step::ec2;
use crate::{AwsCalls, sdk_error};

pub(super) async fn start(
    calls: &mut AwsCalls<'_>,
    request: ec2::StartInstancesRequest,
) -> Result<ec2::StartInstancesResponse, HostError> {
    let names = json!({ "InstanceIds": request.instance_ids });
    let send = |ec2: Client, pass| {
        ec2.start_instances().set_instance_ids(Some(request.instance_ids)).customize().interceptor(pass).send()
    };
    calls
        .call("start-instances", names, send, |answer| {
            Ok(ec2::StartInstancesResponse { starting_instances: each(answer.starting_instances(), state_change)? })
        })
        .await
}

pub(super) async fn stop(
    calls: &mut AwsCalls<'_>,
    request: ec2::StopInstancesRequest,
) -> Result<ec2::StopInstancesResponse, HostError> {
    let ec2::StopInstancesRequest { instance_ids, force, hibernate } = request;
    let names = json!({ "InstanceIds": instance_ids, "Force": force, "Hibernate": hibernate });
    let send = |ec2: Client, pass| {
        let call = ec2.stop_instances().set_instance_ids(Some(instance_ids));
        call.set_force(force).set_hibernate(hibernate).customize().interceptor(pass).send()
    };
    calls
        .call("stop-instances", names, send, |answer| {
            Ok(ec2::StopInstancesResponse { stopping_instances: each(answer.stopping_instances(), state_change)? })
        })
        .await
}

pub(super) async fn reboot(calls: &mut AwsCalls<'_>, request: ec2::RebootInstancesRequest) -> Result<(), HostError> {
    let names = json!({ "InstanceIds": request.instance_ids });
    let send = |ec2: Client, pass| {
        ec2.reboot_instances().set_instance_ids(Some(request.instance_ids)).customize().interceptor(pass).send()
    };
    calls.call("reboot-instances", names, send, |_| Ok(())).await
}

pub(super) async fn terminate(
    calls: &mut AwsCalls<'_>,
    request: ec2::TerminateInstancesRequest,
) -> Result<ec2::TerminateInstancesResponse, HostError> {
    let names = json!({ "InstanceIds": request.instance_ids });
    let send = |ec2: Client, pass| {
        ec2.terminate_instances().set_instance_ids(Some(request.instance_ids)).customize().interceptor(pass).send()
    };
    calls
        .call("terminate-instances", names, send, |answer| {
            let terminating_instances = each(answer.terminating_instances(), state_change)?;
            Ok(ec2::TerminateInstancesResponse { terminating_instances })
        })
        .await
}

pub(super) async fn describe(
    calls: &mut AwsCalls<'_>,
    request: ec2::DescribeInstancesRequest,
) -> Result<ec2::DescribeInstancesResponse, HostError> {
    let names = json!({ "InstanceIds": request.instance_ids });
    let send = |ec2: Client, pass| {
        let call = ec2.describe_instances().set_instance_ids(some(request.instance_ids));
        let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
        call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
    };
    calls
        .call("describe-instances", names, send, |answer| {
            let next_token = answer.next_token().map(str::to_owned);
            Ok(ec2::DescribeInstancesResponse { reservations: each(answer.reservations(), reservation)?, next_token })
        })
        .await
}

pub(super) async fn describe_status(
    calls: &mut AwsCalls<'_>,
    request: ec2::DescribeInstanceStatusRequest,
) -> Result<ec2::DescribeInstanceStatusResponse, HostError> {
    let names = json!({ "InstanceIds": request.instance_ids });
    let send = |ec2: Client, pass| {
        let call = ec2.describe_instance_status().set_instance_ids(some(request.instance_ids));
        let call = call.set_include_all_instances(request.include_all_instances);
        let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
        call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
    };
    calls
        .call("describe-instance-status", names, send, |answer| {
            let next_token = answer.next_token().map(str::to_owned);
            let instance_statuses = each(answer.instance_statuses(), instance_status)?;
            Ok(ec2::DescribeInstanceStatusResponse { instance_statuses, next_token })
        })
        .await
}

fn state(state: Option<&aws::InstanceState>) -> Result<ec2::InstanceState, HostError> {
    let name = state.and_then(aws::InstanceState::name).ok_or_else(|| sdk_error::without("a state's name"))?;
    // The high byte is for AWS's own use and has to be ignored (API reference, InstanceState).
    let code = state.and_then(aws::InstanceState::code).map(|code| code.to_le_bytes()[0]);
    Ok(ec2::InstanceState { code, name: name.as_str().to_owned() })
}

fn instance_id(id: Option<&str>) -> Result<String, HostError> {
    id.map(str::to_owned).ok_or_else(|| sdk_error::without("an instance id"))
}

fn state_change(change: &aws::InstanceStateChange) -> Result<ec2::InstanceStateChange, HostError> {
    Ok(ec2::InstanceStateChange {
        instance_id: instance_id(change.instance_id())?,
        previous_state: state(change.previous_state())?,
        current_state: state(change.current_state())?,
    })
}

fn reservation(reservation: &aws::Reservation) -> Result<ec2::Reservation, HostError> {
    Ok(ec2::Reservation {
        reservation_id: reservation.reservation_id().map(str::to_owned),
        owner_id: reservation.owner_id().map(str::to_owned),
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

fn instance_status(status: &aws::InstanceStatus) -> Result<ec2::InstanceStatus, HostError> {
    let summary = |summary: Option<&aws::InstanceStatusSummary>| {
        summary.and_then(aws::InstanceStatusSummary::status).map(|status| status.as_str().to_owned())
    };
    Ok(ec2::InstanceStatus {
        instance_id: instance_id(status.instance_id())?,
        instance_state: state(status.instance_state())?,
        instance_status: summary(status.instance_status()),
        system_status: summary(status.system_status()),
        availability_zone: status.availability_zone().map(str::to_owned),
    })
}
