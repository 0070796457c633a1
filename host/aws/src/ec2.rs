//! Amazon EC2: requests and answers of `wit/ec2.wit`.

use aws_config::SdkConfig;
use aws_sdk_ec2::{Client, config, types as aws};
use serde_json::json;

use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{each, milliseconds, number, some, text};
use crate::error::HostError;
use crate::gate::{Gate, Pass};
use crate::wit::stepwell::step::{ec2, types};
use crate::{AwsCalls, sdk_error};

impl Service for Client {
    const INTERFACE: &'static str = "ec2";

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        Self::from_conf(config::Builder::from(config).interceptor(gate).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.ec2
    }
}

impl ec2::Host for AwsCalls<'_> {
    async fn start_instances(
        &mut self,
        request: ec2::StartInstancesRequest,
    ) -> Result<ec2::StartInstancesResponse, HostError> {
        let names = json!({ "InstanceIds": request.instance_ids });
        let send = |ec2: Client, pass| {
            ec2.start_instances().set_instance_ids(Some(request.instance_ids)).customize().interceptor(pass).send()
        };
        self.call("start-instances", names, send, |answer| {
            Ok(ec2::StartInstancesResponse { starting_instances: each(answer.starting_instances(), state_change)? })
        })
        .await
    }

    async fn stop_instances(
        &mut self,
        request: ec2::StopInstancesRequest,
    ) -> Result<ec2::StopInstancesResponse, HostError> {
        let ec2::StopInstancesRequest { instance_ids, force, hibernate } = request;
        let names = json!({ "InstanceIds": instance_ids, "Force": force, "Hibernate": hibernate });
        let send = |ec2: Client, pass| {
            let call = ec2.stop_instances().set_instance_ids(Some(instance_ids));
            call.set_force(force).set_hibernate(hibernate).customize().interceptor(pass).send()
        };
        self.call("stop-instances", names, send, |answer| {
            Ok(ec2::StopInstancesResponse { stopping_instances: each(answer.stopping_instances(), state_change)? })
        })
        .await
    }

    async fn reboot_instances(&mut self, request: ec2::RebootInstancesRequest) -> Result<(), HostError> {
        let names = json!({ "InstanceIds": request.instance_ids });
        let send = |ec2: Client, pass| {
            ec2.reboot_instances().set_instance_ids(Some(request.instance_ids)).customize().interceptor(pass).send()
        };
        self.call("reboot-instances", names, send, |_| Ok(())).await
    }

    async fn describe_instances(
        &mut self,
        request: ec2::DescribeInstancesRequest,
    ) -> Result<ec2::DescribeInstancesResponse, HostError> {
        let names = json!({ "InstanceIds": request.instance_ids });
        let send = |ec2: Client, pass| {
            let call = ec2.describe_instances().set_instance_ids(some(request.instance_ids));
            let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
            call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
        };
        self.call("describe-instances", names, send, |answer| {
            let next_token = answer.next_token().map(str::to_owned);
            Ok(ec2::DescribeInstancesResponse { reservations: each(answer.reservations(), reservation)?, next_token })
        })
        .await
    }

    async fn describe_instance_status(
        &mut self,
        request: ec2::DescribeInstanceStatusRequest,
    ) -> Result<ec2::DescribeInstanceStatusResponse, HostError> {
        let names = json!({ "InstanceIds": request.instance_ids });
        let send = |ec2: Client, pass| {
            let call = ec2.describe_instance_status().set_instance_ids(some(request.instance_ids));
            let call = call.set_include_all_instances(request.include_all_instances);
            let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
            call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
        };
        self.call("describe-instance-status", names, send, |answer| {
            let next_token = answer.next_token().map(str::to_owned);
            let instance_statuses = each(answer.instance_statuses(), instance_status)?;
            Ok(ec2::DescribeInstanceStatusResponse { instance_statuses, next_token })
        })
        .await
    }

    async fn create_flow_logs(
        &mut self,
        request: ec2::CreateFlowLogsRequest,
    ) -> Result<ec2::CreateFlowLogsResponse, HostError> {
        let names = json!({
            "ResourceIds": request.resource_ids,
            "ResourceType": request.resource_type,
            "TrafficType": request.traffic_type,
            "LogGroupName": request.log_group_name,
            "DeliverLogsPermissionArn": request.deliver_logs_permission_arn,
        });
        let send = |ec2: Client, pass: Pass| {
            let call = ec2.create_flow_logs().set_client_token(pass.token());
            let call = call.set_resource_ids(Some(request.resource_ids));
            let call = call.resource_type(request.resource_type.as_str().into());
            let call = call.set_traffic_type(request.traffic_type.as_deref().map(Into::into));
            let call = call.set_log_group_name(request.log_group_name);
            call.set_deliver_logs_permission_arn(request.deliver_logs_permission_arn)
                .customize()
                .interceptor(pass)
                .send()
        };
        self.call("create-flow-logs", names, send, |answer| {
            let unsuccessful = each(answer.unsuccessful(), unsuccessful_item)?;
            Ok(ec2::CreateFlowLogsResponse { flow_log_ids: answer.flow_log_ids().to_vec(), unsuccessful })
        })
        .await
    }
}

fn unsuccessful_item(item: &aws::UnsuccessfulItem) -> Result<ec2::UnsuccessfulItem, HostError> {
    let error = item.error();
    Ok(ec2::UnsuccessfulItem {
        resource_id: text(item.resource_id()),
        code: text(error.and_then(aws::UnsuccessfulItemError::code)),
        message: text(error.and_then(aws::UnsuccessfulItemError::message)),
    })
}

fn filters(filters: Vec<types::Filter>) -> Vec<aws::Filter> {
    let convert =
        |filter: types::Filter| aws::Filter::builder().name(filter.name).set_values(Some(filter.values)).build();
    filters.into_iter().map(convert).collect()
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

fn instance(instance: &aws::Instance) -> Result<ec2::Instance, HostError> {
    let reason = instance.state_reason();
    Ok(ec2::Instance {
        instance_id: instance_id(instance.instance_id())?,
        state: state(instance.state())?,
        state_reason: reason.map(|why| ec2::StateReason { code: text(why.code()), message: text(why.message()) }),
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

fn tag(tag: &aws::Tag) -> Result<types::Tag, HostError> {
    let key = tag.key().ok_or_else(|| sdk_error::without("a tag's key"))?;
    // EC2 leaves out the value of a tag that has the empty string as its value.
    Ok(types::Tag { key: key.to_owned(), value: tag.value().unwrap_or_default().to_owned() })
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
