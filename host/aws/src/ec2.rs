//! Amazon EC2: the operations of `wit/deps/ec2.wit`.

mod answers;

use aws_config::SdkConfig;
use aws_sdk_ec2::operation::run_instances::RunInstancesOutput;
use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;
use aws_sdk_ec2::{Client, config, types as aws};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use stepwell_model::action;

use crate::AwsCalls;
use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{each, number, sha256, some, text};
use crate::error::HostError;
use crate::gate::{Gate, Pass};
use crate::wit::{ec2, types};
use answers::{
    fields_of, fields_of_new, image, instance, instance_status, peering, required_peering, reservation, state_change,
    unsuccessful_item,
};

impl Service for Client {
    type Rows = action::ec2::Service;

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
        self.call(action::ec2::START_INSTANCES, names, send, |answer| {
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
        self.call(action::ec2::STOP_INSTANCES, names, send, |answer| {
            Ok(ec2::StopInstancesResponse { stopping_instances: each(answer.stopping_instances(), state_change)? })
        })
        .await
    }

    async fn reboot_instances(&mut self, request: ec2::RebootInstancesRequest) -> Result<(), HostError> {
        let names = json!({ "InstanceIds": request.instance_ids });
        let send = |ec2: Client, pass| {
            ec2.reboot_instances().set_instance_ids(Some(request.instance_ids)).customize().interceptor(pass).send()
        };
        self.call(action::ec2::REBOOT_INSTANCES, names, send, |_| Ok(())).await
    }

    async fn terminate_instances(
        &mut self,
        request: ec2::TerminateInstancesRequest,
    ) -> Result<ec2::TerminateInstancesResponse, HostError> {
        let names = json!({ "InstanceIds": request.instance_ids });
        let send = |ec2: Client, pass| {
            ec2.terminate_instances().set_instance_ids(Some(request.instance_ids)).customize().interceptor(pass).send()
        };
        self.call(action::ec2::TERMINATE_INSTANCES, names, send, |answer| {
            let terminating_instances = each(answer.terminating_instances(), state_change)?;
            Ok(ec2::TerminateInstancesResponse { terminating_instances })
        })
        .await
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
        self.call(action::ec2::DESCRIBE_INSTANCES, names, send, |answer| {
            let next_token = text(answer.next_token());
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
        self.call(action::ec2::DESCRIBE_INSTANCE_STATUS, names, send, |answer| {
            let next_token = text(answer.next_token());
            let instance_statuses = each(answer.instance_statuses(), instance_status)?;
            Ok(ec2::DescribeInstanceStatusResponse { instance_statuses, next_token })
        })
        .await
    }

    async fn run_instances(&mut self, request: ec2::RunInstancesRequest) -> Result<ec2::Reservation, HostError> {
        let names = launch_kept(&request);
        let send = |ec2: Client, pass: Pass| async move {
            let user_data = match request.user_data.as_deref() {
                Some(text) => Some(STANDARD.encode(pass.reveal(text)?)),
                None => None,
            };
            let call = ec2.run_instances().set_client_token(pass.token()).set_user_data(user_data);
            launched(call, request).customize().interceptor(pass).send().await
        };
        let convert = |answer: RunInstancesOutput| {
            let (reservation_id, owner_id) = (text(answer.reservation_id()), text(answer.owner_id()));
            Ok(ec2::Reservation { reservation_id, owner_id, instances: each(answer.instances(), instance)? })
        };
        self.call_keeping(action::ec2::RUN_INSTANCES, names, send, convert, |mut answer| {
            answer.instances = answer.instances.into_iter().map(without_choices).collect();
            Some(answer)
        })
        .await
    }

    async fn register_image(
        &mut self,
        request: ec2::RegisterImageRequest,
    ) -> Result<ec2::RegisterImageResponse, HostError> {
        let names = json!({
            "Name": request.name,
            "Description": request.description,
            "Architecture": request.architecture,
            "RootDeviceName": request.root_device_name,
            "VirtualizationType": request.virtualization_type,
            "EnaSupport": request.ena_support,
            "BlockDeviceMappings": request.block_device_mappings.iter().map(mapping_kept).collect::<Vec<_>>(),
        });
        let send = |ec2: Client, pass| {
            let call = ec2.register_image().name(request.name).set_description(request.description);
            let call = call.set_architecture(request.architecture.as_deref().map(Into::into));
            let call = call.set_root_device_name(request.root_device_name);
            let call = call.set_virtualization_type(request.virtualization_type).set_ena_support(request.ena_support);
            let mappings = request.block_device_mappings.into_iter().map(mapping).collect();
            call.set_block_device_mappings(some(mappings)).customize().interceptor(pass).send()
        };
        self.call(action::ec2::REGISTER_IMAGE, names, send, |answer| {
            let image_id = text(answer.image_id()).ok_or_else(|| HostError::without("an image id"))?;
            Ok(ec2::RegisterImageResponse { image_id })
        })
        .await
    }

    async fn deregister_image(&mut self, request: ec2::DeregisterImageRequest) -> Result<(), HostError> {
        let names = json!({ "ImageId": request.image_id });
        let send =
            |ec2: Client, pass| ec2.deregister_image().image_id(request.image_id).customize().interceptor(pass).send();
        self.call(action::ec2::DEREGISTER_IMAGE, names, send, |_| Ok(())).await
    }

    async fn describe_images(
        &mut self,
        request: ec2::DescribeImagesRequest,
    ) -> Result<ec2::DescribeImagesResponse, HostError> {
        let names = json!({ "ImageIds": request.image_ids, "Owners": request.owners });
        let send = |ec2: Client, pass| {
            let call = ec2.describe_images().set_image_ids(some(request.image_ids)).set_owners(some(request.owners));
            let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
            call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
        };
        self.call(action::ec2::DESCRIBE_IMAGES, names, send, |answer| {
            let next_token = text(answer.next_token());
            Ok(ec2::DescribeImagesResponse { images: each(answer.images(), image)?, next_token })
        })
        .await
    }

    async fn create_snapshot(&mut self, request: ec2::CreateSnapshotRequest) -> Result<ec2::Snapshot, HostError> {
        let names = json!({
            "VolumeId": request.volume_id,
            "Description": request.description,
            "Tags": tags_kept(&request.tag_specifications),
        });
        let send = |ec2: Client, pass| {
            let call = ec2.create_snapshot().volume_id(request.volume_id).set_description(request.description);
            let call = call.set_tag_specifications(some(tag_specifications(request.tag_specifications)));
            call.customize().interceptor(pass).send()
        };
        self.call(action::ec2::CREATE_SNAPSHOT, names, send, |answer| fields_of_new(&answer).snapshot()).await
    }

    async fn describe_snapshots(
        &mut self,
        request: ec2::DescribeSnapshotsRequest,
    ) -> Result<ec2::DescribeSnapshotsResponse, HostError> {
        let names = json!({ "SnapshotIds": request.snapshot_ids });
        let send = |ec2: Client, pass| {
            let call = ec2.describe_snapshots().set_snapshot_ids(some(request.snapshot_ids));
            let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
            call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
        };
        self.call(action::ec2::DESCRIBE_SNAPSHOTS, names, send, |answer| {
            let snapshots = each(answer.snapshots(), |snapshot| fields_of(snapshot).snapshot())?;
            Ok(ec2::DescribeSnapshotsResponse { snapshots, next_token: text(answer.next_token()) })
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
        self.call(action::ec2::CREATE_FLOW_LOGS, names, send, |answer| {
            let unsuccessful = each(answer.unsuccessful(), unsuccessful_item)?;
            Ok(ec2::CreateFlowLogsResponse { flow_log_ids: answer.flow_log_ids().to_vec(), unsuccessful })
        })
        .await
    }

    async fn create_vpc_peering_connection(
        &mut self,
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
        self.call(action::ec2::CREATE_VPC_PEERING_CONNECTION, names, send, |answer| {
            required_peering(answer.vpc_peering_connection())
        })
        .await
    }

    async fn accept_vpc_peering_connection(
        &mut self,
        request: ec2::AcceptVpcPeeringConnectionRequest,
    ) -> Result<ec2::VpcPeeringConnection, HostError> {
        let names = json!({ "VpcPeeringConnectionId": request.vpc_peering_connection_id });
        let send = |ec2: Client, pass| {
            let call = ec2.accept_vpc_peering_connection().vpc_peering_connection_id(request.vpc_peering_connection_id);
            call.customize().interceptor(pass).send()
        };
        self.call(action::ec2::ACCEPT_VPC_PEERING_CONNECTION, names, send, |answer| {
            required_peering(answer.vpc_peering_connection())
        })
        .await
    }

    async fn describe_vpc_peering_connections(
        &mut self,
        request: ec2::DescribeVpcPeeringConnectionsRequest,
    ) -> Result<ec2::DescribeVpcPeeringConnectionsResponse, HostError> {
        let names = json!({ "VpcPeeringConnectionIds": request.vpc_peering_connection_ids });
        let send = |ec2: Client, pass| {
            let call = ec2.describe_vpc_peering_connections();
            let call = call.set_vpc_peering_connection_ids(some(request.vpc_peering_connection_ids));
            let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
            call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
        };
        self.call(action::ec2::DESCRIBE_VPC_PEERING_CONNECTIONS, names, send, |answer| {
            let vpc_peering_connections = each(answer.vpc_peering_connections(), peering)?;
            let next_token = text(answer.next_token());
            Ok(ec2::DescribeVpcPeeringConnectionsResponse { vpc_peering_connections, next_token })
        })
        .await
    }
}

fn filters(filters: Vec<types::Filter>) -> Vec<aws::Filter> {
    let convert =
        |filter: types::Filter| aws::Filter::builder().name(filter.name).set_values(Some(filter.values)).build();
    filters.into_iter().map(convert).collect()
}

fn tag_specifications(specifications: Vec<ec2::TagSpecification>) -> Vec<aws::TagSpecification> {
    let tag = |tag: types::Tag| aws::Tag::builder().key(tag.key).value(tag.value).build();
    let convert = |of: ec2::TagSpecification| {
        let tags = of.tags.into_iter().map(tag).collect();
        aws::TagSpecification::builder().resource_type(of.resource_type.as_str().into()).set_tags(Some(tags)).build()
    };
    specifications.into_iter().map(convert).collect()
}

/// The tags as the journal keeps them: names and values by the kind of resource.
fn tags_kept(specifications: &[ec2::TagSpecification]) -> Option<Json> {
    let tags = |of: &ec2::TagSpecification| {
        of.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone().into())).collect::<serde_json::Map<_, _>>()
    };
    let kept = specifications.iter().map(|of| (of.resource_type.clone(), tags(of).into()));
    (!specifications.is_empty()).then(|| Json::Object(kept.collect()))
}

/// What AWS chose itself: everything else repeats the request.
fn without_choices(instance: ec2::Instance) -> ec2::Instance {
    ec2::Instance { state_reason: None, instance_type: None, image_id: None, tags: Vec::new(), ..instance }
}

/// Fills in everything but the user data, which may be a secret.
fn launched(call: RunInstancesFluentBuilder, request: ec2::RunInstancesRequest) -> RunInstancesFluentBuilder {
    let call = call.image_id(request.image_id);
    let call = call.set_min_count(number(Some(request.min_count))).set_max_count(number(Some(request.max_count)));
    let call = call.set_instance_type(request.instance_type.as_deref().map(Into::into));
    let call = call.set_subnet_id(request.subnet_id).set_security_group_ids(some(request.security_group_ids));
    let call = call.set_key_name(request.key_name).set_iam_instance_profile(request.iam_instance_profile.map(profile));
    call.set_tag_specifications(some(tag_specifications(request.tag_specifications)))
}

fn profile(of: ec2::IamInstanceProfileSpecification) -> aws::IamInstanceProfileSpecification {
    aws::IamInstanceProfileSpecification::builder().set_arn(of.arn).set_name(of.name).build()
}

/// The launch as the journal keeps it. It holds every difference between two launches, so that each gets a client token
/// of its own.
fn launch_kept(request: &ec2::RunInstancesRequest) -> Json {
    let profile = request.iam_instance_profile.as_ref();
    json!({
        "ImageId": request.image_id,
        "InstanceType": request.instance_type,
        "MinCount": request.min_count,
        "MaxCount": request.max_count,
        "SubnetId": request.subnet_id,
        "SecurityGroupIds": some(request.security_group_ids.clone()),
        "KeyName": request.key_name,
        "IamInstanceProfile": profile.map(|of| of.arn.as_ref().or(of.name.as_ref())),
        "UserData": request.user_data.as_deref().map(fingerprint),
        "Tags": tags_kept(&request.tag_specifications),
    })
}

/// The size and hash of user data with placeholders in place of its secrets: the hash of a short secret itself would
/// tell too much.
fn fingerprint(user_data: &str) -> Json {
    json!({ "Sha256": sha256(user_data.as_bytes()), "Bytes": user_data.len() })
}

fn mapping(mapping: ec2::BlockDeviceMapping) -> aws::BlockDeviceMapping {
    let ebs = |of: ec2::EbsBlockDevice| aws::EbsBlockDevice::builder().set_snapshot_id(of.snapshot_id).build();
    let device = aws::BlockDeviceMapping::builder().set_device_name(mapping.device_name);
    device.set_ebs(mapping.ebs.map(ebs)).build()
}

fn mapping_kept(mapping: &ec2::BlockDeviceMapping) -> Json {
    let ebs = mapping.ebs.as_ref().map(|of| json!({ "SnapshotId": of.snapshot_id }));
    json!({ "DeviceName": mapping.device_name, "Ebs": ebs })
}
