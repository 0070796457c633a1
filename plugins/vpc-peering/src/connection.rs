//! What becomes of the connection.

use stepwell_plugin::ec2::{
    self, AcceptVpcPeeringConnectionRequest, DescribeVpcPeeringConnectionsRequest, VpcPeeringConnectionStateReason,
};
use stepwell_plugin::{CallError, Failure, seen};

/// One look.
pub(crate) fn status(id: &str) -> Result<Option<VpcPeeringConnectionStateReason>, Failure> {
    let request =
        DescribeVpcPeeringConnectionsRequest { vpc_peering_connection_ids: vec![id.to_owned()], ..Default::default() };
    let answer = seen(ec2::describe_vpc_peering_connections(&request))?;
    let connection = answer.and_then(|answer| answer.vpc_peering_connections.into_iter().next());
    Ok(connection.map(|connection| connection.status))
}

/// None when it is accepted already, and a look did not show it yet.
pub(crate) fn accept(id: &str) -> Result<Option<VpcPeeringConnectionStateReason>, CallError> {
    let request = AcceptVpcPeeringConnectionRequest { vpc_peering_connection_id: id.to_owned() };
    match ec2::accept_vpc_peering_connection(&request) {
        Err(error) if error.code.as_deref() == Some("InvalidStateTransition") => Ok(None),
        answer => answer.map(|connection| Some(connection.status)),
    }
}
