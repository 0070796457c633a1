//! Elastic Load Balancing, version 2.

use super::{ActionRow, Service};

const ELB: Service = Service { interface: "elbv2", name: "Elastic Load Balancing v2" };

pub(super) static ROWS: [ActionRow; 3] = [
    ELB.look("describe-load-balancers", &["DescribeLoadBalancers"], "elasticloadbalancing:DescribeLoadBalancers"),
    ELB.look("describe-target-groups", &["DescribeTargetGroups"], "elasticloadbalancing:DescribeTargetGroups"),
    ELB.look("describe-target-health", &["DescribeTargetHealth"], "elasticloadbalancing:DescribeTargetHealth"),
];
