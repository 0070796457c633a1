//! Amazon EC2 and Amazon VPC.

use super::{Action, ActionRow, PASS_ROLE, Repeat, Resource};

const fn ec2(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
    resource: Resource,
) -> ActionRow {
    let (interface, service, action) = ("ec2", "EC2", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource, also: &[] }
}

const INSTANCES: Resource = Resource::Arn("ec2:*:*:instance/*");

// AWS checks several kinds of resources for one call: what is logged and the flow log; the image, the network, the key
// and the instance that is launched; a volume and its snapshot.
const SEVERAL: Resource = Resource::Arn("ec2:*:*:*/*");

// The ARNs of images and snapshots name no account.
const IMAGES: Resource = Resource::Arn("ec2:*::image/*");
const SNAPSHOTS: Resource = Resource::Arn("ec2:*::snapshot/*");
const IMAGES_AND_SNAPSHOTS: Resource = Resource::Arn("ec2:*::*/*");

// The networks and the connection between them.
const PEERING: Resource = Resource::Arn("ec2:*:*:vpc*/*");

/// AWS asks for it when a request names tags.
const CREATE_TAGS: Action = Action("ec2:CreateTags");

pub(super) static ROWS: [ActionRow; 16] = [
    ec2("start-instances", &["StartInstances"], "ec2:StartInstances", Repeat::Idempotent, INSTANCES),
    ec2("stop-instances", &["StopInstances"], "ec2:StopInstances", Repeat::Idempotent, INSTANCES),
    // A second RebootInstances interrupts the instance a second time.
    ec2("reboot-instances", &["RebootInstances"], "ec2:RebootInstances", Repeat::Once, INSTANCES),
    ec2("terminate-instances", &["TerminateInstances"], "ec2:TerminateInstances", Repeat::Idempotent, INSTANCES),
    ec2("run-instances", &["RunInstances"], "ec2:RunInstances", Repeat::Tokened, SEVERAL)
        .also(&[PASS_ROLE, (CREATE_TAGS, INSTANCES)]),
    ec2("describe-instances", &["DescribeInstances"], "ec2:DescribeInstances", Repeat::Read, Resource::Any),
    ec2(
        "describe-instance-status",
        &["DescribeInstanceStatus"],
        "ec2:DescribeInstanceStatus",
        Repeat::Read,
        Resource::Any,
    ),
    // A second image of the same name is refused, and the refusal does not say the id of the first.
    ec2("register-image", &["RegisterImage"], "ec2:RegisterImage", Repeat::Once, IMAGES_AND_SNAPSHOTS),
    // The refusal of a repetition says that the image is gone, which is all that there is to know.
    ec2("deregister-image", &["DeregisterImage"], "ec2:DeregisterImage", Repeat::Idempotent, IMAGES),
    ec2("describe-images", &["DescribeImages"], "ec2:DescribeImages", Repeat::Read, Resource::Any),
    ec2("create-snapshot", &["CreateSnapshot"], "ec2:CreateSnapshot", Repeat::Once, SEVERAL)
        .also(&[(CREATE_TAGS, SNAPSHOTS)]),
    ec2("describe-snapshots", &["DescribeSnapshots"], "ec2:DescribeSnapshots", Repeat::Read, Resource::Any),
    ec2("create-flow-logs", &["CreateFlowLogs"], "ec2:CreateFlowLogs", Repeat::Tokened, SEVERAL).also(&[PASS_ROLE]),
    // A second connection between the same networks is refused, or another one is asked for.
    ec2(
        "create-vpc-peering-connection",
        &["CreateVpcPeeringConnection"],
        "ec2:CreateVpcPeeringConnection",
        Repeat::Once,
        PEERING,
    ),
    // The refusal of a repetition leaves the connection as it is: what it has become, DescribeVpcPeeringConnections says.
    ec2(
        "accept-vpc-peering-connection",
        &["AcceptVpcPeeringConnection"],
        "ec2:AcceptVpcPeeringConnection",
        Repeat::Idempotent,
        PEERING,
    ),
    ec2(
        "describe-vpc-peering-connections",
        &["DescribeVpcPeeringConnections"],
        "ec2:DescribeVpcPeeringConnections",
        Repeat::Read,
        Resource::Any,
    ),
];
