//! Amazon EC2 Auto Scaling: the functions of `wit/deps/autoscaling.wit`.

use serde_json::json;
use stepwell_model::action::autoscaling::{DESCRIBE_AUTO_SCALING_GROUPS, UPDATE_AUTO_SCALING_GROUP};

use crate::AwsCalls;
use crate::error::HostError;
use crate::wit::autoscaling;

impl autoscaling::Host for AwsCalls<'_> {
    async fn describe_auto_scaling_groups(
        &mut self,
        request: autoscaling::DescribeAutoScalingGroupsRequest,
    ) -> Result<autoscaling::DescribeAutoScalingGroupsResponse, HostError> {
        let names = json!({ "AutoScalingGroupNames": request.auto_scaling_group_names });
        self.modelled(DESCRIBE_AUTO_SCALING_GROUPS, names, request).await
    }

    async fn update_auto_scaling_group(
        &mut self,
        request: autoscaling::UpdateAutoScalingGroupRequest,
    ) -> Result<(), HostError> {
        let names = json!({
            "AutoScalingGroupName": request.auto_scaling_group_name,
            "MinSize": request.min_size,
            "MaxSize": request.max_size,
            "DesiredCapacity": request.desired_capacity,
        });
        self.modelled(UPDATE_AUTO_SCALING_GROUP, names, request).await
    }
}
