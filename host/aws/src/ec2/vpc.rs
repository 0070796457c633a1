//! Flow logs, and peering connections between networks.

use aws_sdk_ec2::{Client, types as aws};
use serde_json::json;

use super::filters;
use crate::convert::{each, number, some, text};
use crate::error::HostError;
use crate::gate::Pass;
use crate::wit::stepwell::step::ec2;
use crate::{AwsCalls, sdk_error};

pub(super) async fn create_flow_logs(
    calls: &mut AwsCalls<'_>,
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
        call.set_deliver_logs_permission_arn(request.deliver_logs_permission_arn).customize().interceptor(pass).send()
    };
    calls
        .call("create-flow-logs", names, send, |answer| {
            let unsuccessful = each(answer.unsuccessful(), unsuccessful_item)?;
            Ok(ec2::CreateFlowLogsResponse { flow_log_ids: answer.flow_log_ids().to_vec(), unsuccessful })
        })
        .await
}

pub(super) async fn create_peering(
    calls: &mut AwsCalls<'_>,
    request: ec2::CreateVpcPeeringConnectionRequest,
) -> Result<ec2::VpcPeeringConnection, HostError> {
    let names = json!({
        "VpcId": request.vpc_id,
        "PeerVpcId": request.peer_vpc_id,
        "PeerOwnerId": request.peer_owner_id,
        "PeerRegion": request.peer_region,
    });
    let send = |ec2: Client, pass| {
        let call = ec2.create_vpc_peering_connection().vpc_id(request.vpc_id).peer_vpc_id(request.peer_vpc_id);
        let call = call.set_peer_owner_id(request.peer_owner_id).set_peer_region(request.peer_region);
        call.customize().interceptor(pass).send()
    };
    calls.call("create-vpc-peering-connection", names, send, |answer| answered(answer.vpc_peering_connection())).await
}

pub(super) async fn accept_peering(
    calls: &mut AwsCalls<'_>,
    request: ec2::AcceptVpcPeeringConnectionRequest,
) -> Result<ec2::VpcPeeringConnection, HostError> {
    let names = json!({ "VpcPeeringConnectionId": request.vpc_peering_connection_id });
    let send = |ec2: Client, pass| {
        let call = ec2.accept_vpc_peering_connection().vpc_peering_connection_id(request.vpc_peering_connection_id);
        call.customize().interceptor(pass).send()
    };
    calls.call("accept-vpc-peering-connection", names, send, |answer| answered(answer.vpc_peering_connection())).await
}

pub(super) async fn describe_peerings(
    calls: &mut AwsCalls<'_>,
    request: ec2::DescribeVpcPeeringConnectionsRequest,
) -> Result<ec2::DescribeVpcPeeringConnectionsResponse, HostError> {
    let names = json!({ "VpcPeeringConnectionIds": request.vpc_peering_connection_ids });
    let send = |ec2: Client, pass| {
        let call = ec2.describe_vpc_peering_connections();
        let call = call.set_vpc_peering_connection_ids(some(request.vpc_peering_connection_ids));
        let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
        call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
    };
    calls
        .call("describe-vpc-peering-connections", names, send, |answer| {
            let vpc_peering_connections = each(answer.vpc_peering_connections(), peering)?;
            let next_token = text(answer.next_token());
            Ok(ec2::DescribeVpcPeeringConnectionsResponse { vpc_peering_connections, next_token })
        })
        .await
}

fn unsuccessful_item(item: &aws::UnsuccessfulItem) -> Result<ec2::UnsuccessfulItem, HostError> {
    let error = item.error();
    Ok(ec2::UnsuccessfulItem {
        resource_id: text(item.resource_id()),
        code: text(error.and_then(aws::UnsuccessfulItemError::code)),
        message: text(error.and_then(aws::UnsuccessfulItemError::message)),
    })
}

fn answered(peering: Option<&aws::VpcPeeringConnection>) -> Result<ec2::VpcPeeringConnection, HostError> {
    self::peering(peering.ok_or_else(|| sdk_error::without("a peering connection"))?)
}

fn peering(peering: &aws::VpcPeeringConnection) -> Result<ec2::VpcPeeringConnection, HostError> {
    let id = peering.vpc_peering_connection_id();
    let status = peering.status();
    let code = status.and_then(aws::VpcPeeringConnectionStateReason::code);
    Ok(ec2::VpcPeeringConnection {
        vpc_peering_connection_id: text(id).ok_or_else(|| sdk_error::without("the id of a peering connection"))?,
        status: ec2::VpcPeeringConnectionStateReason {
            code: code.ok_or_else(|| sdk_error::without("the status of a peering connection"))?.as_str().to_owned(),
            message: text(status.and_then(aws::VpcPeeringConnectionStateReason::message)),
        },
    })
}
