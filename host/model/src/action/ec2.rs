//! Amazon EC2 and Amazon VPC.

use super::{Action, ActionRow, PASS_ROLE, Repeat, Resource, Service};

const EC2: Service = Service { interface: "ec2", name: "EC2" };

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

const TO_EC2: Resource = Resource::Role { of: "ec2" };
const TO_FLOW_LOGS: Resource = Resource::Role { of: "vpc-flow-logs" };

/// AWS asks for it when a request names tags: for each kind of resource that gets one.
const CREATE_TAGS: Action = Action("ec2:CreateTags");

pub(super) static ROWS: [ActionRow; 16] = [
    EC2.call("start-instances", &["StartInstances"], "ec2:StartInstances", Repeat::Idempotent, INSTANCES),
    EC2.call("stop-instances", &["StopInstances"], "ec2:StopInstances", Repeat::Idempotent, INSTANCES),
    // A second RebootInstances interrupts the instance a second time.
    EC2.call("reboot-instances", &["RebootInstances"], "ec2:RebootInstances", Repeat::Once, INSTANCES),
    EC2.call("terminate-instances", &["TerminateInstances"], "ec2:TerminateInstances", Repeat::Idempotent, INSTANCES),
    EC2.call("run-instances", &["RunInstances"], "ec2:RunInstances", Repeat::Tokened, SEVERAL)
        .also(&[(PASS_ROLE, TO_EC2), (CREATE_TAGS, SEVERAL)]),
    EC2.look("describe-instances", &["DescribeInstances"], "ec2:DescribeInstances"),
    EC2.look("describe-instance-status", &["DescribeInstanceStatus"], "ec2:DescribeInstanceStatus"),
    // A second image of the same name is refused, and the refusal does not say the id of the first.
    EC2.call("register-image", &["RegisterImage"], "ec2:RegisterImage", Repeat::Once, IMAGES_AND_SNAPSHOTS),
    // The refusal of a repetition says that the image is gone, which is all that there is to know.
    EC2.call("deregister-image", &["DeregisterImage"], "ec2:DeregisterImage", Repeat::Idempotent, IMAGES),
    EC2.look("describe-images", &["DescribeImages"], "ec2:DescribeImages"),
    EC2.call("create-snapshot", &["CreateSnapshot"], "ec2:CreateSnapshot", Repeat::Once, SEVERAL)
        .also(&[(CREATE_TAGS, SNAPSHOTS)]),
    EC2.look("describe-snapshots", &["DescribeSnapshots"], "ec2:DescribeSnapshots"),
    EC2.call("create-flow-logs", &["CreateFlowLogs"], "ec2:CreateFlowLogs", Repeat::Tokened, SEVERAL)
        .also(&[(PASS_ROLE, TO_FLOW_LOGS)]),
    // A second connection between the same networks is refused, or another one is asked for.
    EC2.call(
        "create-vpc-peering-connection",
        &["CreateVpcPeeringConnection"],
        "ec2:CreateVpcPeeringConnection",
        Repeat::Once,
        PEERING,
    ),
    // The refusal of a repetition leaves the connection as it is: what it has become, DescribeVpcPeeringConnections says.
    EC2.call(
        "accept-vpc-peering-connection",
        &["AcceptVpcPeeringConnection"],
        "ec2:AcceptVpcPeeringConnection",
        Repeat::Idempotent,
        PEERING,
    ),
    EC2.look(
        "describe-vpc-peering-connections",
        &["DescribeVpcPeeringConnections"],
        "ec2:DescribeVpcPeeringConnections",
    ),
];
