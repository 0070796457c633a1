//! Amazon EC2: requests and answers of `wit/ec2.wit`. What is said here is only which function is whose; the files
//! below hold them, by what they are about.

mod images;
mod instances;
mod launch;
mod snapshots;
mod vpc;

use aws_config::SdkConfig;
use aws_sdk_ec2::{Client, config, types as aws};

use crate::aws::{Clients, PerRegion, Service};
use crate::convert::text;
use crate::error::HostError;
use crate::gate::Gate;
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

type Answer<T> = Result<T, HostError>;

impl ec2::Host for AwsCalls<'_> {
    async fn start_instances(&mut self, request: ec2::StartInstancesRequest) -> Answer<ec2::StartInstancesResponse> {
        instances::start(self, request).await
    }

    async fn stop_instances(&mut self, request: ec2::StopInstancesRequest) -> Answer<ec2::StopInstancesResponse> {
        instances::stop(self, request).await
    }

    async fn reboot_instances(&mut self, request: ec2::RebootInstancesRequest) -> Answer<()> {
        instances::reboot(self, request).await
    }

    async fn terminate_instances(
        &mut self,
        request: ec2::TerminateInstancesRequest,
    ) -> Answer<ec2::TerminateInstancesResponse> {
        instances::terminate(self, request).await
    }

    async fn run_instances(&mut self, request: ec2::RunInstancesRequest) -> Answer<ec2::Reservation> {
        launch::run(self, request).await
    }

    async fn describe_instances(
        &mut self,
        request: ec2::DescribeInstancesRequest,
    ) -> Answer<ec2::DescribeInstancesResponse> {
        instances::describe(self, request).await
    }

    async fn describe_instance_status(
        &mut self,
        request: ec2::DescribeInstanceStatusRequest,
    ) -> Answer<ec2::DescribeInstanceStatusResponse> {
        instances::describe_status(self, request).await
    }

    async fn register_image(&mut self, request: ec2::RegisterImageRequest) -> Answer<ec2::RegisterImageResponse> {
        images::register(self, request).await
    }

    async fn deregister_image(&mut self, request: ec2::DeregisterImageRequest) -> Answer<()> {
        images::deregister(self, request).await
    }

    async fn describe_images(&mut self, request: ec2::DescribeImagesRequest) -> Answer<ec2::DescribeImagesResponse> {
        images::describe(self, request).await
    }

    async fn create_snapshot(&mut self, request: ec2::CreateSnapshotRequest) -> Answer<ec2::Snapshot> {
        snapshots::create(self, request).await
    }

    async fn describe_snapshots(
        &mut self,
        request: ec2::DescribeSnapshotsRequest,
    ) -> Answer<ec2::DescribeSnapshotsResponse> {
        snapshots::describe(self, request).await
    }

    async fn create_flow_logs(&mut self, request: ec2::CreateFlowLogsRequest) -> Answer<ec2::CreateFlowLogsResponse> {
        vpc::create_flow_logs(self, request).await
    }

    async fn create_vpc_peering_connection(
        &mut self,
        request: ec2::CreateVpcPeeringConnectionRequest,
    ) -> Answer<ec2::VpcPeeringConnection> {
        vpc::create_peering(self, request).await
    }

    async fn accept_vpc_peering_connection(
        &mut self,
        request: ec2::AcceptVpcPeeringConnectionRequest,
    ) -> Answer<ec2::VpcPeeringConnection> {
        vpc::accept_peering(self, request).await
    }

    async fn describe_vpc_peering_connections(
        &mut self,
        request: ec2::DescribeVpcPeeringConnectionsRequest,
    ) -> Answer<ec2::DescribeVpcPeeringConnectionsResponse> {
        vpc::describe_peerings(self, request).await
    }
}

fn filters(filters: Vec<types::Filter>) -> Vec<aws::Filter> {
    let convert =
        |filter: types::Filter| aws::Filter::builder().name(filter.name).set_values(Some(filter.values)).build();
    filters.into_iter().map(convert).collect()
}

fn tag(tag: &aws::Tag) -> Result<types::Tag, HostError> {
    let key = tag.key().ok_or_else(|| sdk_error::without("a tag's key"))?;
    // EC2 leaves out the value of a tag that has the empty string as its value.
    Ok(types::Tag { key: key.to_owned(), value: tag.value().unwrap_or_default().to_owned() })
}

fn tag_specifications(specifications: Vec<ec2::TagSpecification>) -> Vec<aws::TagSpecification> {
    let tag = |tag: types::Tag| aws::Tag::builder().key(tag.key).value(tag.value).build();
    let convert = |of: ec2::TagSpecification| {
        let tags = of.tags.into_iter().map(tag).collect();
        aws::TagSpecification::builder().resource_type(of.resource_type.as_str().into()).set_tags(Some(tags)).build()
    };
    specifications.into_iter().map(convert).collect()
}

/// What the journal keeps of tags: by the kind of resource, names and values.
fn tags_kept(specifications: &[ec2::TagSpecification]) -> Option<serde_json::Value> {
    let tags = |of: &ec2::TagSpecification| {
        of.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().into())).collect::<serde_json::Map<_, _>>()
    };
    let kept = specifications.iter().map(|of| (of.resource_type.clone(), tags(of).into()));
    (!specifications.is_empty()).then(|| serde_json::Value::Object(kept.collect()))
}

fn state_reason(reason: Option<&aws::StateReason>) -> Option<ec2::StateReason> {
    reason.map(|why| ec2::StateReason { code: text(why.code()), message: text(why.message()) })
}
