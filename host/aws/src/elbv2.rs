//! Elastic Load Balancing, version 2: the functions of `wit/deps/elbv2.wit`.

use serde_json::json;
use stepwell_model::action::elbv2::{DESCRIBE_LOAD_BALANCERS, DESCRIBE_TARGET_GROUPS, DESCRIBE_TARGET_HEALTH};

use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::elbv2;

impl elbv2::Host for AwsCalls<'_> {
    async fn describe_load_balancers(
        &mut self,
        request: elbv2::DescribeLoadBalancersRequest,
    ) -> Result<elbv2::DescribeLoadBalancersResponse, HostError> {
        let names = json!({ "Names": request.names, "LoadBalancerArns": request.load_balancer_arns });
        self.modelled(DESCRIBE_LOAD_BALANCERS, names, request).await
    }

    async fn describe_target_groups(
        &mut self,
        request: elbv2::DescribeTargetGroupsRequest,
    ) -> Result<elbv2::DescribeTargetGroupsResponse, HostError> {
        let names = json!({ "LoadBalancerArn": request.load_balancer_arn });
        self.modelled(DESCRIBE_TARGET_GROUPS, names, request).await
    }

    async fn describe_target_health(
        &mut self,
        request: elbv2::DescribeTargetHealthRequest,
    ) -> Result<elbv2::DescribeTargetHealthResponse, HostError> {
        let names = json!({ "TargetGroupArn": request.target_group_arn });
        self.modelled(DESCRIBE_TARGET_HEALTH, names, request).await
    }
}
