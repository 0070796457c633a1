// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
pub type Filter = super::super::super::stepwell::step::types::Filter;
pub type Tag = super::super::super::stepwell::step::types::Tag;
/// `InstanceState`.
#[derive(Clone, Default)]
pub struct InstanceState {
    /// `0` pending, `16` running, `32` shutting-down, `48` terminated, `64` stopping, `80` stopped.
    /// The high byte is AWS's own and is already removed.
    pub code: Option<u8>,
    /// `pending`, `running`, `shutting-down`, `terminated`, `stopping` or `stopped`.
    pub name: _rt::String,
}
impl ::core::fmt::Debug for InstanceState {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("InstanceState")
            .field("code", &self.code)
            .field("name", &self.name)
            .finish()
    }
}
/// `InstanceStateChange`.
#[derive(Clone, Default)]
pub struct InstanceStateChange {
    pub instance_id: _rt::String,
    pub previous_state: InstanceState,
    pub current_state: InstanceState,
}
impl ::core::fmt::Debug for InstanceStateChange {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("InstanceStateChange")
            .field("instance-id", &self.instance_id)
            .field("previous-state", &self.previous_state)
            .field("current-state", &self.current_state)
            .finish()
    }
}
/// Why an instance came into its last state (`StateReason`).
#[derive(Clone, Default)]
pub struct StateReason {
    pub code: Option<_rt::String>,
    pub message: Option<_rt::String>,
}
impl ::core::fmt::Debug for StateReason {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StateReason")
            .field("code", &self.code)
            .field("message", &self.message)
            .finish()
    }
}
/// `Instance`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct Instance {
    pub instance_id: _rt::String,
    pub state: InstanceState,
    pub state_reason: Option<StateReason>,
    pub instance_type: Option<_rt::String>,
    pub image_id: Option<_rt::String>,
    pub availability_zone: Option<_rt::String>,
    pub private_ip_address: Option<_rt::String>,
    pub public_ip_address: Option<_rt::String>,
    pub private_dns_name: Option<_rt::String>,
    pub public_dns_name: Option<_rt::String>,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub launch_time: Option<u64>,
    pub tags: _rt::Vec<Tag>,
}
impl ::core::fmt::Debug for Instance {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Instance")
            .field("instance-id", &self.instance_id)
            .field("state", &self.state)
            .field("state-reason", &self.state_reason)
            .field("instance-type", &self.instance_type)
            .field("image-id", &self.image_id)
            .field("availability-zone", &self.availability_zone)
            .field("private-ip-address", &self.private_ip_address)
            .field("public-ip-address", &self.public_ip_address)
            .field("private-dns-name", &self.private_dns_name)
            .field("public-dns-name", &self.public_dns_name)
            .field("launch-time", &self.launch_time)
            .field("tags", &self.tags)
            .finish()
    }
}
/// `Reservation`: the instances that one `RunInstances` call launched.
#[derive(Clone, Default)]
pub struct Reservation {
    pub reservation_id: Option<_rt::String>,
    pub owner_id: Option<_rt::String>,
    pub instances: _rt::Vec<Instance>,
}
impl ::core::fmt::Debug for Reservation {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Reservation")
            .field("reservation-id", &self.reservation_id)
            .field("owner-id", &self.owner_id)
            .field("instances", &self.instances)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartInstancesRequest {
    pub instance_ids: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for StartInstancesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartInstancesRequest")
            .field("instance-ids", &self.instance_ids)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartInstancesResponse {
    pub starting_instances: _rt::Vec<InstanceStateChange>,
}
impl ::core::fmt::Debug for StartInstancesResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartInstancesResponse")
            .field("starting-instances", &self.starting_instances)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopInstancesRequest {
    pub instance_ids: _rt::Vec<_rt::String>,
    /// Does not let the operating system flush its caches or write its metadata.
    pub force: Option<bool>,
    /// Hibernates instances that were launched with hibernation enabled.
    pub hibernate: Option<bool>,
}
impl ::core::fmt::Debug for StopInstancesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopInstancesRequest")
            .field("instance-ids", &self.instance_ids)
            .field("force", &self.force)
            .field("hibernate", &self.hibernate)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopInstancesResponse {
    pub stopping_instances: _rt::Vec<InstanceStateChange>,
}
impl ::core::fmt::Debug for StopInstancesResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopInstancesResponse")
            .field("stopping-instances", &self.stopping_instances)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct RebootInstancesRequest {
    pub instance_ids: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for RebootInstancesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("RebootInstancesRequest")
            .field("instance-ids", &self.instance_ids)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct TerminateInstancesRequest {
    pub instance_ids: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for TerminateInstancesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("TerminateInstancesRequest")
            .field("instance-ids", &self.instance_ids)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct TerminateInstancesResponse {
    pub terminating_instances: _rt::Vec<InstanceStateChange>,
}
impl ::core::fmt::Debug for TerminateInstancesResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("TerminateInstancesResponse")
            .field("terminating-instances", &self.terminating_instances)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeInstancesRequest {
    pub instance_ids: _rt::Vec<_rt::String>,
    pub filters: _rt::Vec<Filter>,
    /// 5 to 1000; not together with `instance-ids`.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeInstancesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeInstancesRequest")
            .field("instance-ids", &self.instance_ids)
            .field("filters", &self.filters)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeInstancesResponse {
    pub reservations: _rt::Vec<Reservation>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeInstancesResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeInstancesResponse")
            .field("reservations", &self.reservations)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeInstanceStatusRequest {
    pub instance_ids: _rt::Vec<_rt::String>,
    /// Also instances that are not running. AWS leaves them out by default.
    pub include_all_instances: Option<bool>,
    pub filters: _rt::Vec<Filter>,
    /// 5 to 1000; not together with `instance-ids`.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeInstanceStatusRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeInstanceStatusRequest")
            .field("instance-ids", &self.instance_ids)
            .field("include-all-instances", &self.include_all_instances)
            .field("filters", &self.filters)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
/// `InstanceStatus`.
#[derive(Clone, Default)]
pub struct InstanceStatus {
    pub instance_id: _rt::String,
    pub instance_state: InstanceState,
    /// Summary of the checks inside the instance: `ok`, `impaired`, `initializing`, `insufficient-data`,
    /// `not-applicable`.
    pub instance_status: Option<_rt::String>,
    /// Summary of the checks of AWS's own hardware and network, with the same values.
    pub system_status: Option<_rt::String>,
    pub availability_zone: Option<_rt::String>,
}
impl ::core::fmt::Debug for InstanceStatus {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("InstanceStatus")
            .field("instance-id", &self.instance_id)
            .field("instance-state", &self.instance_state)
            .field("instance-status", &self.instance_status)
            .field("system-status", &self.system_status)
            .field("availability-zone", &self.availability_zone)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeInstanceStatusResponse {
    pub instance_statuses: _rt::Vec<InstanceStatus>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeInstanceStatusResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeInstanceStatusResponse")
            .field("instance-statuses", &self.instance_statuses)
            .field("next-token", &self.next_token)
            .finish()
    }
}
/// `CreateFlowLogsRequest`. The host sets the client token.
#[derive(Clone, Default)]
pub struct CreateFlowLogsRequest {
    pub resource_ids: _rt::Vec<_rt::String>,
    /// `VPC`, `Subnet` or `NetworkInterface`.
    pub resource_type: _rt::String,
    /// `ACCEPT`, `REJECT` or `ALL`.
    pub traffic_type: Option<_rt::String>,
    pub log_group_name: Option<_rt::String>,
    /// The role that writes to the log group.
    pub deliver_logs_permission_arn: Option<_rt::String>,
}
impl ::core::fmt::Debug for CreateFlowLogsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateFlowLogsRequest")
            .field("resource-ids", &self.resource_ids)
            .field("resource-type", &self.resource_type)
            .field("traffic-type", &self.traffic_type)
            .field("log-group-name", &self.log_group_name)
            .field(
                "deliver-logs-permission-arn",
                &self.deliver_logs_permission_arn,
            )
            .finish()
    }
}
/// `UnsuccessfulItem`: one of several resources that the call did nothing for.
#[derive(Clone, Default)]
pub struct UnsuccessfulItem {
    pub resource_id: Option<_rt::String>,
    pub code: Option<_rt::String>,
    pub message: Option<_rt::String>,
}
impl ::core::fmt::Debug for UnsuccessfulItem {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("UnsuccessfulItem")
            .field("resource-id", &self.resource_id)
            .field("code", &self.code)
            .field("message", &self.message)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateFlowLogsResponse {
    pub flow_log_ids: _rt::Vec<_rt::String>,
    /// Not empty in an answer that is otherwise a success: the call did not work for these.
    pub unsuccessful: _rt::Vec<UnsuccessfulItem>,
}
impl ::core::fmt::Debug for CreateFlowLogsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateFlowLogsResponse")
            .field("flow-log-ids", &self.flow_log_ids)
            .field("unsuccessful", &self.unsuccessful)
            .finish()
    }
}
/// `TagSpecification`: tags for what a call creates, by what that is.
#[derive(Clone, Default)]
pub struct TagSpecification {
    /// Such as `instance`, `volume` or `snapshot`.
    pub resource_type: _rt::String,
    pub tags: _rt::Vec<Tag>,
}
impl ::core::fmt::Debug for TagSpecification {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("TagSpecification")
            .field("resource-type", &self.resource_type)
            .field("tags", &self.tags)
            .finish()
    }
}
/// `IamInstanceProfileSpecification`: one of the two.
#[derive(Clone, Default)]
pub struct IamInstanceProfileSpecification {
    pub arn: Option<_rt::String>,
    pub name: Option<_rt::String>,
}
impl ::core::fmt::Debug for IamInstanceProfileSpecification {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("IamInstanceProfileSpecification")
            .field("arn", &self.arn)
            .field("name", &self.name)
            .finish()
    }
}
/// `RunInstancesRequest`. The host sets the client token.
#[derive(Clone, Default)]
pub struct RunInstancesRequest {
    pub image_id: _rt::String,
    pub instance_type: Option<_rt::String>,
    /// AWS launches nothing when it cannot launch so many.
    pub min_count: u32,
    pub max_count: u32,
    pub subnet_id: Option<_rt::String>,
    pub security_group_ids: _rt::Vec<_rt::String>,
    pub key_name: Option<_rt::String>,
    pub iam_instance_profile: Option<IamInstanceProfileSpecification>,
    /// What the instance finds as its user data: at most 16 KB. The host encodes it in base64, as AWS wants it, and the
    /// journal keeps its hash and its length only.
    pub user_data: Option<_rt::String>,
    pub tag_specifications: _rt::Vec<TagSpecification>,
}
impl ::core::fmt::Debug for RunInstancesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("RunInstancesRequest")
            .field("image-id", &self.image_id)
            .field("instance-type", &self.instance_type)
            .field("min-count", &self.min_count)
            .field("max-count", &self.max_count)
            .field("subnet-id", &self.subnet_id)
            .field("security-group-ids", &self.security_group_ids)
            .field("key-name", &self.key_name)
            .field("iam-instance-profile", &self.iam_instance_profile)
            .field("user-data", &self.user_data)
            .field("tag-specifications", &self.tag_specifications)
            .finish()
    }
}
/// `EbsBlockDevice`: a volume that an instance comes up with.
#[derive(Clone, Default)]
pub struct EbsBlockDevice {
    /// What the volume is made from.
    pub snapshot_id: Option<_rt::String>,
}
impl ::core::fmt::Debug for EbsBlockDevice {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("EbsBlockDevice")
            .field("snapshot-id", &self.snapshot_id)
            .finish()
    }
}
/// `BlockDeviceMapping`.
#[derive(Clone, Default)]
pub struct BlockDeviceMapping {
    /// What the instance calls it, such as `/dev/xvda`.
    pub device_name: Option<_rt::String>,
    pub ebs: Option<EbsBlockDevice>,
}
impl ::core::fmt::Debug for BlockDeviceMapping {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("BlockDeviceMapping")
            .field("device-name", &self.device_name)
            .field("ebs", &self.ebs)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct RegisterImageRequest {
    /// 3 to 128 letters, digits, spaces and `()[]./-'@_`; no other image of the account in the region has it.
    pub name: _rt::String,
    pub description: Option<_rt::String>,
    /// `i386`, `x86_64`, `arm64`, `x86_64_mac` or `arm64_mac`.
    pub architecture: Option<_rt::String>,
    /// The device among the mappings that the instance boots from.
    pub root_device_name: Option<_rt::String>,
    /// `hvm` or `paravirtual`.
    pub virtualization_type: Option<_rt::String>,
    /// Whether the image has a driver for the Elastic Network Adapter. AWS refuses to launch an image without one on
    /// most types of instances, and takes what is left out for `false`.
    pub ena_support: Option<bool>,
    pub block_device_mappings: _rt::Vec<BlockDeviceMapping>,
}
impl ::core::fmt::Debug for RegisterImageRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("RegisterImageRequest")
            .field("name", &self.name)
            .field("description", &self.description)
            .field("architecture", &self.architecture)
            .field("root-device-name", &self.root_device_name)
            .field("virtualization-type", &self.virtualization_type)
            .field("ena-support", &self.ena_support)
            .field("block-device-mappings", &self.block_device_mappings)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct RegisterImageResponse {
    pub image_id: _rt::String,
}
impl ::core::fmt::Debug for RegisterImageResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("RegisterImageResponse")
            .field("image-id", &self.image_id)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DeregisterImageRequest {
    pub image_id: _rt::String,
}
impl ::core::fmt::Debug for DeregisterImageRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DeregisterImageRequest")
            .field("image-id", &self.image_id)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeImagesRequest {
    pub image_ids: _rt::Vec<_rt::String>,
    /// Account ids, `self`, `amazon` or `aws-marketplace`.
    pub owners: _rt::Vec<_rt::String>,
    pub filters: _rt::Vec<Filter>,
    /// 1 to 1000; not together with `image-ids`.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeImagesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeImagesRequest")
            .field("image-ids", &self.image_ids)
            .field("owners", &self.owners)
            .field("filters", &self.filters)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
/// `Image`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct Image {
    pub image_id: _rt::String,
    /// `pending`, `available`, `invalid`, `deregistered`, `transient`, `failed`, `error` or `disabled`.
    pub state: _rt::String,
    pub state_reason: Option<StateReason>,
    pub name: Option<_rt::String>,
    pub description: Option<_rt::String>,
}
impl ::core::fmt::Debug for Image {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Image")
            .field("image-id", &self.image_id)
            .field("state", &self.state)
            .field("state-reason", &self.state_reason)
            .field("name", &self.name)
            .field("description", &self.description)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeImagesResponse {
    pub images: _rt::Vec<Image>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeImagesResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeImagesResponse")
            .field("images", &self.images)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateSnapshotRequest {
    pub volume_id: _rt::String,
    pub description: Option<_rt::String>,
    pub tag_specifications: _rt::Vec<TagSpecification>,
}
impl ::core::fmt::Debug for CreateSnapshotRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateSnapshotRequest")
            .field("volume-id", &self.volume_id)
            .field("description", &self.description)
            .field("tag-specifications", &self.tag_specifications)
            .finish()
    }
}
/// `Snapshot`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct Snapshot {
    pub snapshot_id: _rt::String,
    /// `pending`, `completed`, `error`, `recoverable` or `recovering`.
    pub state: _rt::String,
    /// Why it is in `error`.
    pub state_message: Option<_rt::String>,
    /// How much is copied, such as `45%`.
    pub progress: Option<_rt::String>,
    pub volume_id: Option<_rt::String>,
    /// GiB of the volume.
    pub volume_size: Option<u32>,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub start_time: Option<u64>,
}
impl ::core::fmt::Debug for Snapshot {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Snapshot")
            .field("snapshot-id", &self.snapshot_id)
            .field("state", &self.state)
            .field("state-message", &self.state_message)
            .field("progress", &self.progress)
            .field("volume-id", &self.volume_id)
            .field("volume-size", &self.volume_size)
            .field("start-time", &self.start_time)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeSnapshotsRequest {
    pub snapshot_ids: _rt::Vec<_rt::String>,
    pub filters: _rt::Vec<Filter>,
    /// 5 to 1000; not together with `snapshot-ids`.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeSnapshotsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeSnapshotsRequest")
            .field("snapshot-ids", &self.snapshot_ids)
            .field("filters", &self.filters)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeSnapshotsResponse {
    pub snapshots: _rt::Vec<Snapshot>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeSnapshotsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeSnapshotsResponse")
            .field("snapshots", &self.snapshots)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateVpcPeeringConnectionRequest {
    pub vpc_id: _rt::String,
    pub peer_vpc_id: _rt::String,
    /// The account that the other VPC belongs to; that of the caller when it is left out.
    pub peer_owner_id: Option<_rt::String>,
    /// The region that the other VPC is in; that of the call when it is left out.
    pub peer_region: Option<_rt::String>,
}
impl ::core::fmt::Debug for CreateVpcPeeringConnectionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateVpcPeeringConnectionRequest")
            .field("vpc-id", &self.vpc_id)
            .field("peer-vpc-id", &self.peer_vpc_id)
            .field("peer-owner-id", &self.peer_owner_id)
            .field("peer-region", &self.peer_region)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct AcceptVpcPeeringConnectionRequest {
    pub vpc_peering_connection_id: _rt::String,
}
impl ::core::fmt::Debug for AcceptVpcPeeringConnectionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("AcceptVpcPeeringConnectionRequest")
            .field(
                "vpc-peering-connection-id",
                &self.vpc_peering_connection_id,
            )
            .finish()
    }
}
/// `VpcPeeringConnectionStateReason`.
#[derive(Clone, Default)]
pub struct VpcPeeringConnectionStateReason {
    /// `initiating-request`, `pending-acceptance`, `provisioning`, `active`, `deleting`, `deleted`, `rejected`,
    /// `failed` or `expired`.
    pub code: _rt::String,
    pub message: Option<_rt::String>,
}
impl ::core::fmt::Debug for VpcPeeringConnectionStateReason {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("VpcPeeringConnectionStateReason")
            .field("code", &self.code)
            .field("message", &self.message)
            .finish()
    }
}
/// `VpcPeeringConnection`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct VpcPeeringConnection {
    pub vpc_peering_connection_id: _rt::String,
    pub status: VpcPeeringConnectionStateReason,
}
impl ::core::fmt::Debug for VpcPeeringConnection {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("VpcPeeringConnection")
            .field(
                "vpc-peering-connection-id",
                &self.vpc_peering_connection_id,
            )
            .field("status", &self.status)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeVpcPeeringConnectionsRequest {
    pub vpc_peering_connection_ids: _rt::Vec<_rt::String>,
    pub filters: _rt::Vec<Filter>,
    /// 5 to 1000; not together with `vpc-peering-connection-ids`.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeVpcPeeringConnectionsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeVpcPeeringConnectionsRequest")
            .field(
                "vpc-peering-connection-ids",
                &self.vpc_peering_connection_ids,
            )
            .field("filters", &self.filters)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeVpcPeeringConnectionsResponse {
    pub vpc_peering_connections: _rt::Vec<VpcPeeringConnection>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeVpcPeeringConnectionsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeVpcPeeringConnectionsResponse")
            .field("vpc-peering-connections", &self.vpc_peering_connections)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StartInstances`. Starting a running instance changes nothing and is no error.
#[allow(async_fn_in_trait)]
pub fn start_instances(
    request: &StartInstancesRequest,
) -> Result<StartInstancesResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let StartInstancesRequest { instance_ids: instance_ids0 } = request;
        let vec2 = instance_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let ptr3 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "start-instances"]
            fn wit_import4(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import4(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import4(result2, len2, ptr3);
        let l5 = i32::from(*ptr3.add(0).cast::<u8>());
        let result37 = match l5 {
            0 => {
                let e = {
                    let l6 = *ptr3
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l7 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base21 = l6;
                    let len21 = l7;
                    let mut result21 = _rt::Vec::with_capacity(len21);
                    for i in 0..len21 {
                        let base = base21
                            .add(i * (8 * ::core::mem::size_of::<*const u8>()));
                        let e21 = {
                            let l8 = *base.add(0).cast::<*mut u8>();
                            let l9 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len10 = l9;
                            let bytes10 = _rt::Vec::from_raw_parts(
                                l8.cast(),
                                len10,
                                len10,
                            );
                            let l11 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l13 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l14 = *base
                                .add(4 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len15 = l14;
                            let bytes15 = _rt::Vec::from_raw_parts(
                                l13.cast(),
                                len15,
                                len15,
                            );
                            let l16 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l18 = *base
                                .add(6 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l19 = *base
                                .add(7 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len20 = l19;
                            let bytes20 = _rt::Vec::from_raw_parts(
                                l18.cast(),
                                len20,
                                len20,
                            );
                            InstanceStateChange {
                                instance_id: _rt::string_lift(bytes10),
                                previous_state: InstanceState {
                                    code: match l11 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l12 = i32::from(
                                                    *base
                                                        .add(1 + 2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l12 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes15),
                                },
                                current_state: InstanceState {
                                    code: match l16 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l17 = i32::from(
                                                    *base
                                                        .add(1 + 5 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l17 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes20),
                                },
                            }
                        };
                        result21.push(e21);
                    }
                    _rt::cabi_dealloc(
                        base21,
                        len21 * (8 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    StartInstancesResponse {
                        starting_instances: result21,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l22 = i32::from(
                        *ptr3.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l23 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l24 = *ptr3
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len25 = l24;
                    let bytes25 = _rt::Vec::from_raw_parts(
                        l23.cast(),
                        len25,
                        len25,
                    );
                    let l26 = i32::from(
                        *ptr3
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l30 = *ptr3
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l31 = *ptr3
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len32 = l31;
                    let bytes32 = _rt::Vec::from_raw_parts(
                        l30.cast(),
                        len32,
                        len32,
                    );
                    let l33 = i32::from(
                        *ptr3
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l22 as u8,
                        ),
                        action: _rt::string_lift(bytes25),
                        code: match l26 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l27 = *ptr3
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr3
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len29 = l28;
                                    let bytes29 = _rt::Vec::from_raw_parts(
                                        l27.cast(),
                                        len29,
                                        len29,
                                    );
                                    _rt::string_lift(bytes29)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes32),
                        request_id: match l33 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l34 = *ptr3
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l35 = *ptr3
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len36 = l35;
                                    let bytes36 = _rt::Vec::from_raw_parts(
                                        l34.cast(),
                                        len36,
                                        len36,
                                    );
                                    _rt::string_lift(bytes36)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result37
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StopInstances`. Stopping a stopped instance changes nothing and is no error.
#[allow(async_fn_in_trait)]
pub fn stop_instances(
    request: &StopInstancesRequest,
) -> Result<StopInstancesResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let StopInstancesRequest {
            instance_ids: instance_ids0,
            force: force0,
            hibernate: hibernate0,
        } = request;
        let vec2 = instance_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let (result3_0, result3_1) = match force0 {
            Some(e) => {
                (
                    1i32,
                    match e {
                        true => 1,
                        false => 0,
                    },
                )
            }
            None => (0i32, 0i32),
        };
        let (result4_0, result4_1) = match hibernate0 {
            Some(e) => {
                (
                    1i32,
                    match e {
                        true => 1,
                        false => 0,
                    },
                )
            }
            None => (0i32, 0i32),
        };
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "stop-instances"]
            fn wit_import6(
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import6(
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import6(
            result2,
            len2,
            result3_0,
            result3_1,
            result4_0,
            result4_1,
            ptr5,
        );
        let l7 = i32::from(*ptr5.add(0).cast::<u8>());
        let result39 = match l7 {
            0 => {
                let e = {
                    let l8 = *ptr5
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base23 = l8;
                    let len23 = l9;
                    let mut result23 = _rt::Vec::with_capacity(len23);
                    for i in 0..len23 {
                        let base = base23
                            .add(i * (8 * ::core::mem::size_of::<*const u8>()));
                        let e23 = {
                            let l10 = *base.add(0).cast::<*mut u8>();
                            let l11 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len12 = l11;
                            let bytes12 = _rt::Vec::from_raw_parts(
                                l10.cast(),
                                len12,
                                len12,
                            );
                            let l13 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l15 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l16 = *base
                                .add(4 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len17 = l16;
                            let bytes17 = _rt::Vec::from_raw_parts(
                                l15.cast(),
                                len17,
                                len17,
                            );
                            let l18 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l20 = *base
                                .add(6 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l21 = *base
                                .add(7 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len22 = l21;
                            let bytes22 = _rt::Vec::from_raw_parts(
                                l20.cast(),
                                len22,
                                len22,
                            );
                            InstanceStateChange {
                                instance_id: _rt::string_lift(bytes12),
                                previous_state: InstanceState {
                                    code: match l13 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l14 = i32::from(
                                                    *base
                                                        .add(1 + 2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l14 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes17),
                                },
                                current_state: InstanceState {
                                    code: match l18 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l19 = i32::from(
                                                    *base
                                                        .add(1 + 5 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l19 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes22),
                                },
                            }
                        };
                        result23.push(e23);
                    }
                    _rt::cabi_dealloc(
                        base23,
                        len23 * (8 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    StopInstancesResponse {
                        stopping_instances: result23,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l24 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l25 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l26 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len27 = l26;
                    let bytes27 = _rt::Vec::from_raw_parts(
                        l25.cast(),
                        len27,
                        len27,
                    );
                    let l28 = i32::from(
                        *ptr5
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l32 = *ptr5
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l33 = *ptr5
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len34 = l33;
                    let bytes34 = _rt::Vec::from_raw_parts(
                        l32.cast(),
                        len34,
                        len34,
                    );
                    let l35 = i32::from(
                        *ptr5
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l24 as u8,
                        ),
                        action: _rt::string_lift(bytes27),
                        code: match l28 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l29 = *ptr5
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l30 = *ptr5
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len31 = l30;
                                    let bytes31 = _rt::Vec::from_raw_parts(
                                        l29.cast(),
                                        len31,
                                        len31,
                                    );
                                    _rt::string_lift(bytes31)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes34),
                        request_id: match l35 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l36 = *ptr5
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l37 = *ptr5
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len38 = l37;
                                    let bytes38 = _rt::Vec::from_raw_parts(
                                        l36.cast(),
                                        len38,
                                        len38,
                                    );
                                    _rt::string_lift(bytes38)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result39
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `RebootInstances`. AWS answers at once; the reboot shows in the status checks only.
#[allow(async_fn_in_trait)]
pub fn reboot_instances(
    request: &RebootInstancesRequest,
) -> Result<(), CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let RebootInstancesRequest { instance_ids: instance_ids0 } = request;
        let vec2 = instance_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let ptr3 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "reboot-instances"]
            fn wit_import4(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import4(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import4(result2, len2, ptr3);
        let l5 = i32::from(*ptr3.add(0).cast::<u8>());
        let result21 = match l5 {
            0 => {
                let e = ();
                Ok(e)
            }
            1 => {
                let e = {
                    let l6 = i32::from(
                        *ptr3.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l7 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l8 = *ptr3
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len9 = l8;
                    let bytes9 = _rt::Vec::from_raw_parts(
                        l7.cast(),
                        len9,
                        len9,
                    );
                    let l10 = i32::from(
                        *ptr3
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l14 = *ptr3
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l15 = *ptr3
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len16 = l15;
                    let bytes16 = _rt::Vec::from_raw_parts(
                        l14.cast(),
                        len16,
                        len16,
                    );
                    let l17 = i32::from(
                        *ptr3
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l6 as u8,
                        ),
                        action: _rt::string_lift(bytes9),
                        code: match l10 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l11 = *ptr3
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l12 = *ptr3
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len13 = l12;
                                    let bytes13 = _rt::Vec::from_raw_parts(
                                        l11.cast(),
                                        len13,
                                        len13,
                                    );
                                    _rt::string_lift(bytes13)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes16),
                        request_id: match l17 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l18 = *ptr3
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l19 = *ptr3
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len20 = l19;
                                    let bytes20 = _rt::Vec::from_raw_parts(
                                        l18.cast(),
                                        len20,
                                        len20,
                                    );
                                    _rt::string_lift(bytes20)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result21
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `TerminateInstances`. Terminating a terminated instance changes nothing and is no error. An instance that is
/// protected from it is refused with `OperationNotPermitted`.
#[allow(async_fn_in_trait)]
pub fn terminate_instances(
    request: &TerminateInstancesRequest,
) -> Result<TerminateInstancesResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let TerminateInstancesRequest { instance_ids: instance_ids0 } = request;
        let vec2 = instance_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let ptr3 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "terminate-instances"]
            fn wit_import4(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import4(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import4(result2, len2, ptr3);
        let l5 = i32::from(*ptr3.add(0).cast::<u8>());
        let result37 = match l5 {
            0 => {
                let e = {
                    let l6 = *ptr3
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l7 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base21 = l6;
                    let len21 = l7;
                    let mut result21 = _rt::Vec::with_capacity(len21);
                    for i in 0..len21 {
                        let base = base21
                            .add(i * (8 * ::core::mem::size_of::<*const u8>()));
                        let e21 = {
                            let l8 = *base.add(0).cast::<*mut u8>();
                            let l9 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len10 = l9;
                            let bytes10 = _rt::Vec::from_raw_parts(
                                l8.cast(),
                                len10,
                                len10,
                            );
                            let l11 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l13 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l14 = *base
                                .add(4 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len15 = l14;
                            let bytes15 = _rt::Vec::from_raw_parts(
                                l13.cast(),
                                len15,
                                len15,
                            );
                            let l16 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l18 = *base
                                .add(6 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l19 = *base
                                .add(7 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len20 = l19;
                            let bytes20 = _rt::Vec::from_raw_parts(
                                l18.cast(),
                                len20,
                                len20,
                            );
                            InstanceStateChange {
                                instance_id: _rt::string_lift(bytes10),
                                previous_state: InstanceState {
                                    code: match l11 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l12 = i32::from(
                                                    *base
                                                        .add(1 + 2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l12 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes15),
                                },
                                current_state: InstanceState {
                                    code: match l16 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l17 = i32::from(
                                                    *base
                                                        .add(1 + 5 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l17 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes20),
                                },
                            }
                        };
                        result21.push(e21);
                    }
                    _rt::cabi_dealloc(
                        base21,
                        len21 * (8 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    TerminateInstancesResponse {
                        terminating_instances: result21,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l22 = i32::from(
                        *ptr3.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l23 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l24 = *ptr3
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len25 = l24;
                    let bytes25 = _rt::Vec::from_raw_parts(
                        l23.cast(),
                        len25,
                        len25,
                    );
                    let l26 = i32::from(
                        *ptr3
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l30 = *ptr3
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l31 = *ptr3
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len32 = l31;
                    let bytes32 = _rt::Vec::from_raw_parts(
                        l30.cast(),
                        len32,
                        len32,
                    );
                    let l33 = i32::from(
                        *ptr3
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l22 as u8,
                        ),
                        action: _rt::string_lift(bytes25),
                        code: match l26 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l27 = *ptr3
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr3
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len29 = l28;
                                    let bytes29 = _rt::Vec::from_raw_parts(
                                        l27.cast(),
                                        len29,
                                        len29,
                                    );
                                    _rt::string_lift(bytes29)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes32),
                        request_id: match l33 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l34 = *ptr3
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l35 = *ptr3
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len36 = l35;
                                    let bytes36 = _rt::Vec::from_raw_parts(
                                        l34.cast(),
                                        len36,
                                        len36,
                                    );
                                    _rt::string_lift(bytes36)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result37
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeInstances`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_instances(
    request: &DescribeInstancesRequest,
) -> Result<DescribeInstancesResponse, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let DescribeInstancesRequest {
            instance_ids: instance_ids0,
            filters: filters0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let vec2 = instance_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let vec7 = filters0;
        let len7 = vec7.len();
        let layout7 = _rt::alloc::Layout::from_size_align(
                vec7.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result7, _cleanup7) = wit_bindgen::rt::Cleanup::new(layout7);
        for (i, e) in vec7.into_iter().enumerate() {
            let base = result7
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let super::super::super::stepwell::step::types::Filter {
                    name: name3,
                    values: values3,
                } = e;
                let vec4 = name3;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *base.add(0).cast::<*mut u8>() = ptr4.cast_mut();
                let vec6 = values3;
                let len6 = vec6.len();
                let layout6 = _rt::alloc::Layout::from_size_align(
                        vec6.len() * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result6, _cleanup6) = wit_bindgen::rt::Cleanup::new(
                    layout6,
                );
                cleanup_list.extend(_cleanup6);
                for (i, e) in vec6.into_iter().enumerate() {
                    let base = result6
                        .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                    {
                        let vec5 = e;
                        let ptr5 = vec5.as_ptr().cast::<u8>();
                        let len5 = vec5.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len5;
                        *base.add(0).cast::<*mut u8>() = ptr5.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len6;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result6;
            }
        }
        let (result8_0, result8_1) = match max_results0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result10_0, result10_1, result10_2) = match next_token0 {
            Some(e) => {
                let vec9 = e;
                let ptr9 = vec9.as_ptr().cast::<u8>();
                let len9 = vec9.len();
                (1i32, ptr9.cast_mut(), len9)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr11 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-instances"]
            fn wit_import12(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import12(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import12(
            result2,
            len2,
            result7,
            len7,
            result8_0,
            result8_1,
            result10_0,
            result10_1,
            result10_2,
            ptr11,
        );
        let l13 = i32::from(*ptr11.add(0).cast::<u8>());
        let result103 = match l13 {
            0 => {
                let e = {
                    let l14 = *ptr11
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l15 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base83 = l14;
                    let len83 = l15;
                    let mut result83 = _rt::Vec::with_capacity(len83);
                    for i in 0..len83 {
                        let base = base83
                            .add(i * (8 * ::core::mem::size_of::<*const u8>()));
                        let e83 = {
                            let l16 = i32::from(*base.add(0).cast::<u8>());
                            let l20 = i32::from(
                                *base
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l24 = *base
                                .add(6 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l25 = *base
                                .add(7 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let base82 = l24;
                            let len82 = l25;
                            let mut result82 = _rt::Vec::with_capacity(len82);
                            for i in 0..len82 {
                                let base = base82
                                    .add(i * (24 + 34 * ::core::mem::size_of::<*const u8>()));
                                let e82 = {
                                    let l26 = *base.add(0).cast::<*mut u8>();
                                    let l27 = *base
                                        .add(::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len28 = l27;
                                    let bytes28 = _rt::Vec::from_raw_parts(
                                        l26.cast(),
                                        len28,
                                        len28,
                                    );
                                    let l29 = i32::from(
                                        *base
                                            .add(2 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l31 = *base
                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l32 = *base
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len33 = l32;
                                    let bytes33 = _rt::Vec::from_raw_parts(
                                        l31.cast(),
                                        len33,
                                        len33,
                                    );
                                    let l34 = i32::from(
                                        *base
                                            .add(5 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l43 = i32::from(
                                        *base
                                            .add(12 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l47 = i32::from(
                                        *base
                                            .add(15 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l51 = i32::from(
                                        *base
                                            .add(18 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l55 = i32::from(
                                        *base
                                            .add(21 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l59 = i32::from(
                                        *base
                                            .add(24 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l63 = i32::from(
                                        *base
                                            .add(27 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l67 = i32::from(
                                        *base
                                            .add(30 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l71 = i32::from(
                                        *base
                                            .add(8 + 32 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l73 = *base
                                        .add(24 + 32 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l74 = *base
                                        .add(24 + 33 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let base81 = l73;
                                    let len81 = l74;
                                    let mut result81 = _rt::Vec::with_capacity(len81);
                                    for i in 0..len81 {
                                        let base = base81
                                            .add(i * (4 * ::core::mem::size_of::<*const u8>()));
                                        let e81 = {
                                            let l75 = *base.add(0).cast::<*mut u8>();
                                            let l76 = *base
                                                .add(::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len77 = l76;
                                            let bytes77 = _rt::Vec::from_raw_parts(
                                                l75.cast(),
                                                len77,
                                                len77,
                                            );
                                            let l78 = *base
                                                .add(2 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l79 = *base
                                                .add(3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len80 = l79;
                                            let bytes80 = _rt::Vec::from_raw_parts(
                                                l78.cast(),
                                                len80,
                                                len80,
                                            );
                                            super::super::super::stepwell::step::types::Tag {
                                                key: _rt::string_lift(bytes77),
                                                value: _rt::string_lift(bytes80),
                                            }
                                        };
                                        result81.push(e81);
                                    }
                                    _rt::cabi_dealloc(
                                        base81,
                                        len81 * (4 * ::core::mem::size_of::<*const u8>()),
                                        ::core::mem::size_of::<*const u8>(),
                                    );
                                    Instance {
                                        instance_id: _rt::string_lift(bytes28),
                                        state: InstanceState {
                                            code: match l29 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l30 = i32::from(
                                                            *base
                                                                .add(1 + 2 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<u8>(),
                                                        );
                                                        l30 as u8
                                                    };
                                                    Some(e)
                                                }
                                                _ => _rt::invalid_enum_discriminant(),
                                            },
                                            name: _rt::string_lift(bytes33),
                                        },
                                        state_reason: match l34 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l35 = i32::from(
                                                        *base
                                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    let l39 = i32::from(
                                                        *base
                                                            .add(9 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    StateReason {
                                                        code: match l35 {
                                                            0 => None,
                                                            1 => {
                                                                let e = {
                                                                    let l36 = *base
                                                                        .add(7 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<*mut u8>();
                                                                    let l37 = *base
                                                                        .add(8 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<usize>();
                                                                    let len38 = l37;
                                                                    let bytes38 = _rt::Vec::from_raw_parts(
                                                                        l36.cast(),
                                                                        len38,
                                                                        len38,
                                                                    );
                                                                    _rt::string_lift(bytes38)
                                                                };
                                                                Some(e)
                                                            }
                                                            _ => _rt::invalid_enum_discriminant(),
                                                        },
                                                        message: match l39 {
                                                            0 => None,
                                                            1 => {
                                                                let e = {
                                                                    let l40 = *base
                                                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<*mut u8>();
                                                                    let l41 = *base
                                                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<usize>();
                                                                    let len42 = l41;
                                                                    let bytes42 = _rt::Vec::from_raw_parts(
                                                                        l40.cast(),
                                                                        len42,
                                                                        len42,
                                                                    );
                                                                    _rt::string_lift(bytes42)
                                                                };
                                                                Some(e)
                                                            }
                                                            _ => _rt::invalid_enum_discriminant(),
                                                        },
                                                    }
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        instance_type: match l43 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l44 = *base
                                                        .add(13 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l45 = *base
                                                        .add(14 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len46 = l45;
                                                    let bytes46 = _rt::Vec::from_raw_parts(
                                                        l44.cast(),
                                                        len46,
                                                        len46,
                                                    );
                                                    _rt::string_lift(bytes46)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        image_id: match l47 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l48 = *base
                                                        .add(16 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l49 = *base
                                                        .add(17 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len50 = l49;
                                                    let bytes50 = _rt::Vec::from_raw_parts(
                                                        l48.cast(),
                                                        len50,
                                                        len50,
                                                    );
                                                    _rt::string_lift(bytes50)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        availability_zone: match l51 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l52 = *base
                                                        .add(19 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l53 = *base
                                                        .add(20 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len54 = l53;
                                                    let bytes54 = _rt::Vec::from_raw_parts(
                                                        l52.cast(),
                                                        len54,
                                                        len54,
                                                    );
                                                    _rt::string_lift(bytes54)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        private_ip_address: match l55 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l56 = *base
                                                        .add(22 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l57 = *base
                                                        .add(23 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len58 = l57;
                                                    let bytes58 = _rt::Vec::from_raw_parts(
                                                        l56.cast(),
                                                        len58,
                                                        len58,
                                                    );
                                                    _rt::string_lift(bytes58)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        public_ip_address: match l59 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l60 = *base
                                                        .add(25 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l61 = *base
                                                        .add(26 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len62 = l61;
                                                    let bytes62 = _rt::Vec::from_raw_parts(
                                                        l60.cast(),
                                                        len62,
                                                        len62,
                                                    );
                                                    _rt::string_lift(bytes62)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        private_dns_name: match l63 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l64 = *base
                                                        .add(28 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l65 = *base
                                                        .add(29 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len66 = l65;
                                                    let bytes66 = _rt::Vec::from_raw_parts(
                                                        l64.cast(),
                                                        len66,
                                                        len66,
                                                    );
                                                    _rt::string_lift(bytes66)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        public_dns_name: match l67 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l68 = *base
                                                        .add(31 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l69 = *base
                                                        .add(32 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len70 = l69;
                                                    let bytes70 = _rt::Vec::from_raw_parts(
                                                        l68.cast(),
                                                        len70,
                                                        len70,
                                                    );
                                                    _rt::string_lift(bytes70)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        launch_time: match l71 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l72 = *base
                                                        .add(16 + 32 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<i64>();
                                                    l72 as u64
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        tags: result81,
                                    }
                                };
                                result82.push(e82);
                            }
                            _rt::cabi_dealloc(
                                base82,
                                len82 * (24 + 34 * ::core::mem::size_of::<*const u8>()),
                                8,
                            );
                            Reservation {
                                reservation_id: match l16 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l17 = *base
                                                .add(::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l18 = *base
                                                .add(2 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len19 = l18;
                                            let bytes19 = _rt::Vec::from_raw_parts(
                                                l17.cast(),
                                                len19,
                                                len19,
                                            );
                                            _rt::string_lift(bytes19)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                owner_id: match l20 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l21 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l22 = *base
                                                .add(5 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len23 = l22;
                                            let bytes23 = _rt::Vec::from_raw_parts(
                                                l21.cast(),
                                                len23,
                                                len23,
                                            );
                                            _rt::string_lift(bytes23)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                instances: result82,
                            }
                        };
                        result83.push(e83);
                    }
                    _rt::cabi_dealloc(
                        base83,
                        len83 * (8 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l84 = i32::from(
                        *ptr11
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeInstancesResponse {
                        reservations: result83,
                        next_token: match l84 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l85 = *ptr11
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l86 = *ptr11
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len87 = l86;
                                    let bytes87 = _rt::Vec::from_raw_parts(
                                        l85.cast(),
                                        len87,
                                        len87,
                                    );
                                    _rt::string_lift(bytes87)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l88 = i32::from(
                        *ptr11.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l89 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l90 = *ptr11
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len91 = l90;
                    let bytes91 = _rt::Vec::from_raw_parts(
                        l89.cast(),
                        len91,
                        len91,
                    );
                    let l92 = i32::from(
                        *ptr11
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l96 = *ptr11
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l97 = *ptr11
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len98 = l97;
                    let bytes98 = _rt::Vec::from_raw_parts(
                        l96.cast(),
                        len98,
                        len98,
                    );
                    let l99 = i32::from(
                        *ptr11
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l88 as u8,
                        ),
                        action: _rt::string_lift(bytes91),
                        code: match l92 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l93 = *ptr11
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l94 = *ptr11
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len95 = l94;
                                    let bytes95 = _rt::Vec::from_raw_parts(
                                        l93.cast(),
                                        len95,
                                        len95,
                                    );
                                    _rt::string_lift(bytes95)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes98),
                        request_id: match l99 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l100 = *ptr11
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l101 = *ptr11
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len102 = l101;
                                    let bytes102 = _rt::Vec::from_raw_parts(
                                        l100.cast(),
                                        len102,
                                        len102,
                                    );
                                    _rt::string_lift(bytes102)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result103
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeInstanceStatus`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_instance_status(
    request: &DescribeInstanceStatusRequest,
) -> Result<DescribeInstanceStatusResponse, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let DescribeInstanceStatusRequest {
            instance_ids: instance_ids0,
            include_all_instances: include_all_instances0,
            filters: filters0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let vec2 = instance_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let (result3_0, result3_1) = match include_all_instances0 {
            Some(e) => {
                (
                    1i32,
                    match e {
                        true => 1,
                        false => 0,
                    },
                )
            }
            None => (0i32, 0i32),
        };
        let vec8 = filters0;
        let len8 = vec8.len();
        let layout8 = _rt::alloc::Layout::from_size_align(
                vec8.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result8, _cleanup8) = wit_bindgen::rt::Cleanup::new(layout8);
        for (i, e) in vec8.into_iter().enumerate() {
            let base = result8
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let super::super::super::stepwell::step::types::Filter {
                    name: name4,
                    values: values4,
                } = e;
                let vec5 = name4;
                let ptr5 = vec5.as_ptr().cast::<u8>();
                let len5 = vec5.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len5;
                *base.add(0).cast::<*mut u8>() = ptr5.cast_mut();
                let vec7 = values4;
                let len7 = vec7.len();
                let layout7 = _rt::alloc::Layout::from_size_align(
                        vec7.len() * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result7, _cleanup7) = wit_bindgen::rt::Cleanup::new(
                    layout7,
                );
                cleanup_list.extend(_cleanup7);
                for (i, e) in vec7.into_iter().enumerate() {
                    let base = result7
                        .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                    {
                        let vec6 = e;
                        let ptr6 = vec6.as_ptr().cast::<u8>();
                        let len6 = vec6.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len6;
                        *base.add(0).cast::<*mut u8>() = ptr6.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len7;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result7;
            }
        }
        let (result9_0, result9_1) = match max_results0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result11_0, result11_1, result11_2) = match next_token0 {
            Some(e) => {
                let vec10 = e;
                let ptr10 = vec10.as_ptr().cast::<u8>();
                let len10 = vec10.len();
                (1i32, ptr10.cast_mut(), len10)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr12 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-instance-status"]
            fn wit_import13(
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import13(
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import13(
            result2,
            len2,
            result3_0,
            result3_1,
            result8,
            len8,
            result9_0,
            result9_1,
            result11_0,
            result11_1,
            result11_2,
            ptr12,
        );
        let l14 = i32::from(*ptr12.add(0).cast::<u8>());
        let result57 = match l14 {
            0 => {
                let e = {
                    let l15 = *ptr12
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l16 = *ptr12
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base37 = l15;
                    let len37 = l16;
                    let mut result37 = _rt::Vec::with_capacity(len37);
                    for i in 0..len37 {
                        let base = base37
                            .add(i * (14 * ::core::mem::size_of::<*const u8>()));
                        let e37 = {
                            let l17 = *base.add(0).cast::<*mut u8>();
                            let l18 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len19 = l18;
                            let bytes19 = _rt::Vec::from_raw_parts(
                                l17.cast(),
                                len19,
                                len19,
                            );
                            let l20 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l22 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l23 = *base
                                .add(4 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len24 = l23;
                            let bytes24 = _rt::Vec::from_raw_parts(
                                l22.cast(),
                                len24,
                                len24,
                            );
                            let l25 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l29 = i32::from(
                                *base
                                    .add(8 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l33 = i32::from(
                                *base
                                    .add(11 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            InstanceStatus {
                                instance_id: _rt::string_lift(bytes19),
                                instance_state: InstanceState {
                                    code: match l20 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l21 = i32::from(
                                                    *base
                                                        .add(1 + 2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l21 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes24),
                                },
                                instance_status: match l25 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l26 = *base
                                                .add(6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l27 = *base
                                                .add(7 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len28 = l27;
                                            let bytes28 = _rt::Vec::from_raw_parts(
                                                l26.cast(),
                                                len28,
                                                len28,
                                            );
                                            _rt::string_lift(bytes28)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                system_status: match l29 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l30 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l31 = *base
                                                .add(10 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len32 = l31;
                                            let bytes32 = _rt::Vec::from_raw_parts(
                                                l30.cast(),
                                                len32,
                                                len32,
                                            );
                                            _rt::string_lift(bytes32)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                availability_zone: match l33 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l34 = *base
                                                .add(12 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l35 = *base
                                                .add(13 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len36 = l35;
                                            let bytes36 = _rt::Vec::from_raw_parts(
                                                l34.cast(),
                                                len36,
                                                len36,
                                            );
                                            _rt::string_lift(bytes36)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result37.push(e37);
                    }
                    _rt::cabi_dealloc(
                        base37,
                        len37 * (14 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l38 = i32::from(
                        *ptr12
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeInstanceStatusResponse {
                        instance_statuses: result37,
                        next_token: match l38 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l39 = *ptr12
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l40 = *ptr12
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len41 = l40;
                                    let bytes41 = _rt::Vec::from_raw_parts(
                                        l39.cast(),
                                        len41,
                                        len41,
                                    );
                                    _rt::string_lift(bytes41)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l42 = i32::from(
                        *ptr12.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l43 = *ptr12
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l44 = *ptr12
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len45 = l44;
                    let bytes45 = _rt::Vec::from_raw_parts(
                        l43.cast(),
                        len45,
                        len45,
                    );
                    let l46 = i32::from(
                        *ptr12
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l50 = *ptr12
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l51 = *ptr12
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len52 = l51;
                    let bytes52 = _rt::Vec::from_raw_parts(
                        l50.cast(),
                        len52,
                        len52,
                    );
                    let l53 = i32::from(
                        *ptr12
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l42 as u8,
                        ),
                        action: _rt::string_lift(bytes45),
                        code: match l46 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l47 = *ptr12
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l48 = *ptr12
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len49 = l48;
                                    let bytes49 = _rt::Vec::from_raw_parts(
                                        l47.cast(),
                                        len49,
                                        len49,
                                    );
                                    _rt::string_lift(bytes49)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes52),
                        request_id: match l53 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l54 = *ptr12
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l55 = *ptr12
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len56 = l55;
                                    let bytes56 = _rt::Vec::from_raw_parts(
                                        l54.cast(),
                                        len56,
                                        len56,
                                    );
                                    _rt::string_lift(bytes56)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result57
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CreateFlowLogs`. Repeated with the same client token, it creates nothing more.
#[allow(async_fn_in_trait)]
pub fn create_flow_logs(
    request: &CreateFlowLogsRequest,
) -> Result<CreateFlowLogsResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let CreateFlowLogsRequest {
            resource_ids: resource_ids0,
            resource_type: resource_type0,
            traffic_type: traffic_type0,
            log_group_name: log_group_name0,
            deliver_logs_permission_arn: deliver_logs_permission_arn0,
        } = request;
        let vec2 = resource_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let vec3 = resource_type0;
        let ptr3 = vec3.as_ptr().cast::<u8>();
        let len3 = vec3.len();
        let (result5_0, result5_1, result5_2) = match traffic_type0 {
            Some(e) => {
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                (1i32, ptr4.cast_mut(), len4)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result7_0, result7_1, result7_2) = match log_group_name0 {
            Some(e) => {
                let vec6 = e;
                let ptr6 = vec6.as_ptr().cast::<u8>();
                let len6 = vec6.len();
                (1i32, ptr6.cast_mut(), len6)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result9_0, result9_1, result9_2) = match deliver_logs_permission_arn0 {
            Some(e) => {
                let vec8 = e;
                let ptr8 = vec8.as_ptr().cast::<u8>();
                let len8 = vec8.len();
                (1i32, ptr8.cast_mut(), len8)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr10 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "create-flow-logs"]
            fn wit_import11(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import11(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import11(
            result2,
            len2,
            ptr3.cast_mut(),
            len3,
            result5_0,
            result5_1,
            result5_2,
            result7_0,
            result7_1,
            result7_2,
            result9_0,
            result9_1,
            result9_2,
            ptr10,
        );
        let l12 = i32::from(*ptr10.add(0).cast::<u8>());
        let result49 = match l12 {
            0 => {
                let e = {
                    let l13 = *ptr10
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l14 = *ptr10
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base18 = l13;
                    let len18 = l14;
                    let mut result18 = _rt::Vec::with_capacity(len18);
                    for i in 0..len18 {
                        let base = base18
                            .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                        let e18 = {
                            let l15 = *base.add(0).cast::<*mut u8>();
                            let l16 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len17 = l16;
                            let bytes17 = _rt::Vec::from_raw_parts(
                                l15.cast(),
                                len17,
                                len17,
                            );
                            _rt::string_lift(bytes17)
                        };
                        result18.push(e18);
                    }
                    _rt::cabi_dealloc(
                        base18,
                        len18 * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l19 = *ptr10
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l20 = *ptr10
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base33 = l19;
                    let len33 = l20;
                    let mut result33 = _rt::Vec::with_capacity(len33);
                    for i in 0..len33 {
                        let base = base33
                            .add(i * (9 * ::core::mem::size_of::<*const u8>()));
                        let e33 = {
                            let l21 = i32::from(*base.add(0).cast::<u8>());
                            let l25 = i32::from(
                                *base
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l29 = i32::from(
                                *base
                                    .add(6 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            UnsuccessfulItem {
                                resource_id: match l21 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l22 = *base
                                                .add(::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l23 = *base
                                                .add(2 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len24 = l23;
                                            let bytes24 = _rt::Vec::from_raw_parts(
                                                l22.cast(),
                                                len24,
                                                len24,
                                            );
                                            _rt::string_lift(bytes24)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                code: match l25 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l26 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l27 = *base
                                                .add(5 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len28 = l27;
                                            let bytes28 = _rt::Vec::from_raw_parts(
                                                l26.cast(),
                                                len28,
                                                len28,
                                            );
                                            _rt::string_lift(bytes28)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                message: match l29 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l30 = *base
                                                .add(7 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l31 = *base
                                                .add(8 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len32 = l31;
                                            let bytes32 = _rt::Vec::from_raw_parts(
                                                l30.cast(),
                                                len32,
                                                len32,
                                            );
                                            _rt::string_lift(bytes32)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result33.push(e33);
                    }
                    _rt::cabi_dealloc(
                        base33,
                        len33 * (9 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    CreateFlowLogsResponse {
                        flow_log_ids: result18,
                        unsuccessful: result33,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l34 = i32::from(
                        *ptr10.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l35 = *ptr10
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l36 = *ptr10
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len37 = l36;
                    let bytes37 = _rt::Vec::from_raw_parts(
                        l35.cast(),
                        len37,
                        len37,
                    );
                    let l38 = i32::from(
                        *ptr10
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l42 = *ptr10
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l43 = *ptr10
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len44 = l43;
                    let bytes44 = _rt::Vec::from_raw_parts(
                        l42.cast(),
                        len44,
                        len44,
                    );
                    let l45 = i32::from(
                        *ptr10
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l34 as u8,
                        ),
                        action: _rt::string_lift(bytes37),
                        code: match l38 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l39 = *ptr10
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l40 = *ptr10
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len41 = l40;
                                    let bytes41 = _rt::Vec::from_raw_parts(
                                        l39.cast(),
                                        len41,
                                        len41,
                                    );
                                    _rt::string_lift(bytes41)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes44),
                        request_id: match l45 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l46 = *ptr10
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l47 = *ptr10
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len48 = l47;
                                    let bytes48 = _rt::Vec::from_raw_parts(
                                        l46.cast(),
                                        len48,
                                        len48,
                                    );
                                    _rt::string_lift(bytes48)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result49
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `RunInstances`. Repeated with the same client token, it launches nothing more.
#[allow(async_fn_in_trait)]
pub fn run_instances(
    request: &RunInstancesRequest,
) -> Result<Reservation, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 8 + 25 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 8
                + 25 * ::core::mem::size_of::<*const u8>()],
        );
        let ptr0 = ret_area.0.as_mut_ptr().cast::<u8>();
        let RunInstancesRequest {
            image_id: image_id1,
            instance_type: instance_type1,
            min_count: min_count1,
            max_count: max_count1,
            subnet_id: subnet_id1,
            security_group_ids: security_group_ids1,
            key_name: key_name1,
            iam_instance_profile: iam_instance_profile1,
            user_data: user_data1,
            tag_specifications: tag_specifications1,
        } = request;
        let vec2 = image_id1;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        *ptr0.add(::core::mem::size_of::<*const u8>()).cast::<usize>() = len2;
        *ptr0.add(0).cast::<*mut u8>() = ptr2.cast_mut();
        match instance_type1 {
            Some(e) => {
                *ptr0
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *ptr0
                    .add(4 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *ptr0
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr3.cast_mut();
            }
            None => {
                *ptr0
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        *ptr0.add(5 * ::core::mem::size_of::<*const u8>()).cast::<i32>() = _rt::as_i32(
            min_count1,
        );
        *ptr0
            .add(4 + 5 * ::core::mem::size_of::<*const u8>())
            .cast::<i32>() = _rt::as_i32(max_count1);
        match subnet_id1 {
            Some(e) => {
                *ptr0
                    .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *ptr0
                    .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *ptr0
                    .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr4.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let vec6 = security_group_ids1;
        let len6 = vec6.len();
        let layout6 = _rt::alloc::Layout::from_size_align(
                vec6.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result6, _cleanup6) = wit_bindgen::rt::Cleanup::new(layout6);
        for (i, e) in vec6.into_iter().enumerate() {
            let base = result6
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec5 = e;
                let ptr5 = vec5.as_ptr().cast::<u8>();
                let len5 = vec5.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len5;
                *base.add(0).cast::<*mut u8>() = ptr5.cast_mut();
            }
        }
        *ptr0
            .add(8 + 9 * ::core::mem::size_of::<*const u8>())
            .cast::<usize>() = len6;
        *ptr0
            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = result6;
        match key_name1 {
            Some(e) => {
                *ptr0
                    .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec7 = e;
                let ptr7 = vec7.as_ptr().cast::<u8>();
                let len7 = vec7.len();
                *ptr0
                    .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len7;
                *ptr0
                    .add(8 + 11 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr7.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match iam_instance_profile1 {
            Some(e) => {
                *ptr0
                    .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let IamInstanceProfileSpecification {
                    arn: arn8,
                    name: name8,
                } = e;
                match arn8 {
                    Some(e) => {
                        *ptr0
                            .add(8 + 14 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (1i32) as u8;
                        let vec9 = e;
                        let ptr9 = vec9.as_ptr().cast::<u8>();
                        let len9 = vec9.len();
                        *ptr0
                            .add(8 + 16 * ::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len9;
                        *ptr0
                            .add(8 + 15 * ::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>() = ptr9.cast_mut();
                    }
                    None => {
                        *ptr0
                            .add(8 + 14 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (0i32) as u8;
                    }
                };
                match name8 {
                    Some(e) => {
                        *ptr0
                            .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (1i32) as u8;
                        let vec10 = e;
                        let ptr10 = vec10.as_ptr().cast::<u8>();
                        let len10 = vec10.len();
                        *ptr0
                            .add(8 + 19 * ::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len10;
                        *ptr0
                            .add(8 + 18 * ::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>() = ptr10.cast_mut();
                    }
                    None => {
                        *ptr0
                            .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (0i32) as u8;
                    }
                };
            }
            None => {
                *ptr0
                    .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match user_data1 {
            Some(e) => {
                *ptr0
                    .add(8 + 20 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec11 = e;
                let ptr11 = vec11.as_ptr().cast::<u8>();
                let len11 = vec11.len();
                *ptr0
                    .add(8 + 22 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len11;
                *ptr0
                    .add(8 + 21 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr11.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 + 20 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let vec18 = tag_specifications1;
        let len18 = vec18.len();
        let layout18 = _rt::alloc::Layout::from_size_align(
                vec18.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result18, _cleanup18) = wit_bindgen::rt::Cleanup::new(layout18);
        for (i, e) in vec18.into_iter().enumerate() {
            let base = result18
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let TagSpecification {
                    resource_type: resource_type12,
                    tags: tags12,
                } = e;
                let vec13 = resource_type12;
                let ptr13 = vec13.as_ptr().cast::<u8>();
                let len13 = vec13.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len13;
                *base.add(0).cast::<*mut u8>() = ptr13.cast_mut();
                let vec17 = tags12;
                let len17 = vec17.len();
                let layout17 = _rt::alloc::Layout::from_size_align(
                        vec17.len() * (4 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result17, _cleanup17) = wit_bindgen::rt::Cleanup::new(
                    layout17,
                );
                cleanup_list.extend(_cleanup17);
                for (i, e) in vec17.into_iter().enumerate() {
                    let base = result17
                        .add(i * (4 * ::core::mem::size_of::<*const u8>()));
                    {
                        let super::super::super::stepwell::step::types::Tag {
                            key: key14,
                            value: value14,
                        } = e;
                        let vec15 = key14;
                        let ptr15 = vec15.as_ptr().cast::<u8>();
                        let len15 = vec15.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len15;
                        *base.add(0).cast::<*mut u8>() = ptr15.cast_mut();
                        let vec16 = value14;
                        let ptr16 = vec16.as_ptr().cast::<u8>();
                        let len16 = vec16.len();
                        *base
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len16;
                        *base
                            .add(2 * ::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>() = ptr16.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len17;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result17;
            }
        }
        *ptr0
            .add(8 + 24 * ::core::mem::size_of::<*const u8>())
            .cast::<usize>() = len18;
        *ptr0
            .add(8 + 23 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = result18;
        let ptr19 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "run-instances"]
            fn wit_import20(_: *mut u8, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import20(_: *mut u8, _: *mut u8) {
            unreachable!()
        }
        wit_import20(ptr0, ptr19);
        let l21 = i32::from(*ptr19.add(0).cast::<u8>());
        let result104 = match l21 {
            0 => {
                let e = {
                    let l22 = i32::from(
                        *ptr19.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l26 = i32::from(
                        *ptr19
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l30 = *ptr19
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l31 = *ptr19
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base88 = l30;
                    let len88 = l31;
                    let mut result88 = _rt::Vec::with_capacity(len88);
                    for i in 0..len88 {
                        let base = base88
                            .add(i * (24 + 34 * ::core::mem::size_of::<*const u8>()));
                        let e88 = {
                            let l32 = *base.add(0).cast::<*mut u8>();
                            let l33 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len34 = l33;
                            let bytes34 = _rt::Vec::from_raw_parts(
                                l32.cast(),
                                len34,
                                len34,
                            );
                            let l35 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l37 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l38 = *base
                                .add(4 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len39 = l38;
                            let bytes39 = _rt::Vec::from_raw_parts(
                                l37.cast(),
                                len39,
                                len39,
                            );
                            let l40 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l49 = i32::from(
                                *base
                                    .add(12 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l53 = i32::from(
                                *base
                                    .add(15 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l57 = i32::from(
                                *base
                                    .add(18 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l61 = i32::from(
                                *base
                                    .add(21 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l65 = i32::from(
                                *base
                                    .add(24 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l69 = i32::from(
                                *base
                                    .add(27 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l73 = i32::from(
                                *base
                                    .add(30 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l77 = i32::from(
                                *base
                                    .add(8 + 32 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l79 = *base
                                .add(24 + 32 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l80 = *base
                                .add(24 + 33 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let base87 = l79;
                            let len87 = l80;
                            let mut result87 = _rt::Vec::with_capacity(len87);
                            for i in 0..len87 {
                                let base = base87
                                    .add(i * (4 * ::core::mem::size_of::<*const u8>()));
                                let e87 = {
                                    let l81 = *base.add(0).cast::<*mut u8>();
                                    let l82 = *base
                                        .add(::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len83 = l82;
                                    let bytes83 = _rt::Vec::from_raw_parts(
                                        l81.cast(),
                                        len83,
                                        len83,
                                    );
                                    let l84 = *base
                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l85 = *base
                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len86 = l85;
                                    let bytes86 = _rt::Vec::from_raw_parts(
                                        l84.cast(),
                                        len86,
                                        len86,
                                    );
                                    super::super::super::stepwell::step::types::Tag {
                                        key: _rt::string_lift(bytes83),
                                        value: _rt::string_lift(bytes86),
                                    }
                                };
                                result87.push(e87);
                            }
                            _rt::cabi_dealloc(
                                base87,
                                len87 * (4 * ::core::mem::size_of::<*const u8>()),
                                ::core::mem::size_of::<*const u8>(),
                            );
                            Instance {
                                instance_id: _rt::string_lift(bytes34),
                                state: InstanceState {
                                    code: match l35 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l36 = i32::from(
                                                    *base
                                                        .add(1 + 2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<u8>(),
                                                );
                                                l36 as u8
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    name: _rt::string_lift(bytes39),
                                },
                                state_reason: match l40 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l41 = i32::from(
                                                *base
                                                    .add(6 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<u8>(),
                                            );
                                            let l45 = i32::from(
                                                *base
                                                    .add(9 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<u8>(),
                                            );
                                            StateReason {
                                                code: match l41 {
                                                    0 => None,
                                                    1 => {
                                                        let e = {
                                                            let l42 = *base
                                                                .add(7 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<*mut u8>();
                                                            let l43 = *base
                                                                .add(8 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<usize>();
                                                            let len44 = l43;
                                                            let bytes44 = _rt::Vec::from_raw_parts(
                                                                l42.cast(),
                                                                len44,
                                                                len44,
                                                            );
                                                            _rt::string_lift(bytes44)
                                                        };
                                                        Some(e)
                                                    }
                                                    _ => _rt::invalid_enum_discriminant(),
                                                },
                                                message: match l45 {
                                                    0 => None,
                                                    1 => {
                                                        let e = {
                                                            let l46 = *base
                                                                .add(10 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<*mut u8>();
                                                            let l47 = *base
                                                                .add(11 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<usize>();
                                                            let len48 = l47;
                                                            let bytes48 = _rt::Vec::from_raw_parts(
                                                                l46.cast(),
                                                                len48,
                                                                len48,
                                                            );
                                                            _rt::string_lift(bytes48)
                                                        };
                                                        Some(e)
                                                    }
                                                    _ => _rt::invalid_enum_discriminant(),
                                                },
                                            }
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                instance_type: match l49 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l50 = *base
                                                .add(13 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l51 = *base
                                                .add(14 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len52 = l51;
                                            let bytes52 = _rt::Vec::from_raw_parts(
                                                l50.cast(),
                                                len52,
                                                len52,
                                            );
                                            _rt::string_lift(bytes52)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                image_id: match l53 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l54 = *base
                                                .add(16 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l55 = *base
                                                .add(17 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len56 = l55;
                                            let bytes56 = _rt::Vec::from_raw_parts(
                                                l54.cast(),
                                                len56,
                                                len56,
                                            );
                                            _rt::string_lift(bytes56)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                availability_zone: match l57 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l58 = *base
                                                .add(19 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l59 = *base
                                                .add(20 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len60 = l59;
                                            let bytes60 = _rt::Vec::from_raw_parts(
                                                l58.cast(),
                                                len60,
                                                len60,
                                            );
                                            _rt::string_lift(bytes60)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                private_ip_address: match l61 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l62 = *base
                                                .add(22 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l63 = *base
                                                .add(23 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len64 = l63;
                                            let bytes64 = _rt::Vec::from_raw_parts(
                                                l62.cast(),
                                                len64,
                                                len64,
                                            );
                                            _rt::string_lift(bytes64)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                public_ip_address: match l65 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l66 = *base
                                                .add(25 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l67 = *base
                                                .add(26 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len68 = l67;
                                            let bytes68 = _rt::Vec::from_raw_parts(
                                                l66.cast(),
                                                len68,
                                                len68,
                                            );
                                            _rt::string_lift(bytes68)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                private_dns_name: match l69 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l70 = *base
                                                .add(28 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l71 = *base
                                                .add(29 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len72 = l71;
                                            let bytes72 = _rt::Vec::from_raw_parts(
                                                l70.cast(),
                                                len72,
                                                len72,
                                            );
                                            _rt::string_lift(bytes72)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                public_dns_name: match l73 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l74 = *base
                                                .add(31 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l75 = *base
                                                .add(32 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len76 = l75;
                                            let bytes76 = _rt::Vec::from_raw_parts(
                                                l74.cast(),
                                                len76,
                                                len76,
                                            );
                                            _rt::string_lift(bytes76)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                launch_time: match l77 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l78 = *base
                                                .add(16 + 32 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i64>();
                                            l78 as u64
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                tags: result87,
                            }
                        };
                        result88.push(e88);
                    }
                    _rt::cabi_dealloc(
                        base88,
                        len88 * (24 + 34 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    Reservation {
                        reservation_id: match l22 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l23 = *ptr19
                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l24 = *ptr19
                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len25 = l24;
                                    let bytes25 = _rt::Vec::from_raw_parts(
                                        l23.cast(),
                                        len25,
                                        len25,
                                    );
                                    _rt::string_lift(bytes25)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        owner_id: match l26 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l27 = *ptr19
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr19
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len29 = l28;
                                    let bytes29 = _rt::Vec::from_raw_parts(
                                        l27.cast(),
                                        len29,
                                        len29,
                                    );
                                    _rt::string_lift(bytes29)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        instances: result88,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l89 = i32::from(
                        *ptr19.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l90 = *ptr19
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l91 = *ptr19
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len92 = l91;
                    let bytes92 = _rt::Vec::from_raw_parts(
                        l90.cast(),
                        len92,
                        len92,
                    );
                    let l93 = i32::from(
                        *ptr19
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l97 = *ptr19
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l98 = *ptr19
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len99 = l98;
                    let bytes99 = _rt::Vec::from_raw_parts(
                        l97.cast(),
                        len99,
                        len99,
                    );
                    let l100 = i32::from(
                        *ptr19
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l89 as u8,
                        ),
                        action: _rt::string_lift(bytes92),
                        code: match l93 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l94 = *ptr19
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l95 = *ptr19
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len96 = l95;
                                    let bytes96 = _rt::Vec::from_raw_parts(
                                        l94.cast(),
                                        len96,
                                        len96,
                                    );
                                    _rt::string_lift(bytes96)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes99),
                        request_id: match l100 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l101 = *ptr19
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l102 = *ptr19
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len103 = l102;
                                    let bytes103 = _rt::Vec::from_raw_parts(
                                        l101.cast(),
                                        len103,
                                        len103,
                                    );
                                    _rt::string_lift(bytes103)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result104
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `RegisterImage`: makes an image of what exists already, such as a snapshot. A second image of the same name is
/// refused with `InvalidAMIName.Duplicate`.
#[allow(async_fn_in_trait)]
pub fn register_image(
    request: &RegisterImageRequest,
) -> Result<RegisterImageResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 17 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 17
                * ::core::mem::size_of::<*const u8>()],
        );
        let ptr0 = ret_area.0.as_mut_ptr().cast::<u8>();
        let RegisterImageRequest {
            name: name1,
            description: description1,
            architecture: architecture1,
            root_device_name: root_device_name1,
            virtualization_type: virtualization_type1,
            ena_support: ena_support1,
            block_device_mappings: block_device_mappings1,
        } = request;
        let vec2 = name1;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        *ptr0.add(::core::mem::size_of::<*const u8>()).cast::<usize>() = len2;
        *ptr0.add(0).cast::<*mut u8>() = ptr2.cast_mut();
        match description1 {
            Some(e) => {
                *ptr0
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *ptr0
                    .add(4 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *ptr0
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr3.cast_mut();
            }
            None => {
                *ptr0
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match architecture1 {
            Some(e) => {
                *ptr0
                    .add(5 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *ptr0
                    .add(7 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *ptr0
                    .add(6 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr4.cast_mut();
            }
            None => {
                *ptr0
                    .add(5 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match root_device_name1 {
            Some(e) => {
                *ptr0
                    .add(8 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec5 = e;
                let ptr5 = vec5.as_ptr().cast::<u8>();
                let len5 = vec5.len();
                *ptr0
                    .add(10 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len5;
                *ptr0
                    .add(9 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr5.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match virtualization_type1 {
            Some(e) => {
                *ptr0
                    .add(11 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec6 = e;
                let ptr6 = vec6.as_ptr().cast::<u8>();
                let len6 = vec6.len();
                *ptr0
                    .add(13 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len6;
                *ptr0
                    .add(12 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr6.cast_mut();
            }
            None => {
                *ptr0
                    .add(11 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match ena_support1 {
            Some(e) => {
                *ptr0
                    .add(14 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                *ptr0
                    .add(1 + 14 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (match e {
                    true => 1,
                    false => 0,
                }) as u8;
            }
            None => {
                *ptr0
                    .add(14 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let vec11 = block_device_mappings1;
        let len11 = vec11.len();
        let layout11 = _rt::alloc::Layout::from_size_align(
                vec11.len() * (7 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result11, _cleanup11) = wit_bindgen::rt::Cleanup::new(layout11);
        for (i, e) in vec11.into_iter().enumerate() {
            let base = result11
                .add(i * (7 * ::core::mem::size_of::<*const u8>()));
            {
                let BlockDeviceMapping {
                    device_name: device_name7,
                    ebs: ebs7,
                } = e;
                match device_name7 {
                    Some(e) => {
                        *base.add(0).cast::<u8>() = (1i32) as u8;
                        let vec8 = e;
                        let ptr8 = vec8.as_ptr().cast::<u8>();
                        let len8 = vec8.len();
                        *base
                            .add(2 * ::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len8;
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>() = ptr8.cast_mut();
                    }
                    None => {
                        *base.add(0).cast::<u8>() = (0i32) as u8;
                    }
                };
                match ebs7 {
                    Some(e) => {
                        *base
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (1i32) as u8;
                        let EbsBlockDevice { snapshot_id: snapshot_id9 } = e;
                        match snapshot_id9 {
                            Some(e) => {
                                *base
                                    .add(4 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>() = (1i32) as u8;
                                let vec10 = e;
                                let ptr10 = vec10.as_ptr().cast::<u8>();
                                let len10 = vec10.len();
                                *base
                                    .add(6 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>() = len10;
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>() = ptr10.cast_mut();
                            }
                            None => {
                                *base
                                    .add(4 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>() = (0i32) as u8;
                            }
                        };
                    }
                    None => {
                        *base
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (0i32) as u8;
                    }
                };
            }
        }
        *ptr0
            .add(16 * ::core::mem::size_of::<*const u8>())
            .cast::<usize>() = len11;
        *ptr0
            .add(15 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = result11;
        let ptr12 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "register-image"]
            fn wit_import13(_: *mut u8, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import13(_: *mut u8, _: *mut u8) {
            unreachable!()
        }
        wit_import13(ptr0, ptr12);
        let l14 = i32::from(*ptr12.add(0).cast::<u8>());
        let result33 = match l14 {
            0 => {
                let e = {
                    let l15 = *ptr12
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l16 = *ptr12
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len17 = l16;
                    let bytes17 = _rt::Vec::from_raw_parts(
                        l15.cast(),
                        len17,
                        len17,
                    );
                    RegisterImageResponse {
                        image_id: _rt::string_lift(bytes17),
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l18 = i32::from(
                        *ptr12.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l19 = *ptr12
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l20 = *ptr12
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len21 = l20;
                    let bytes21 = _rt::Vec::from_raw_parts(
                        l19.cast(),
                        len21,
                        len21,
                    );
                    let l22 = i32::from(
                        *ptr12
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l26 = *ptr12
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l27 = *ptr12
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len28 = l27;
                    let bytes28 = _rt::Vec::from_raw_parts(
                        l26.cast(),
                        len28,
                        len28,
                    );
                    let l29 = i32::from(
                        *ptr12
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l18 as u8,
                        ),
                        action: _rt::string_lift(bytes21),
                        code: match l22 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l23 = *ptr12
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l24 = *ptr12
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len25 = l24;
                                    let bytes25 = _rt::Vec::from_raw_parts(
                                        l23.cast(),
                                        len25,
                                        len25,
                                    );
                                    _rt::string_lift(bytes25)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes28),
                        request_id: match l29 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l30 = *ptr12
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l31 = *ptr12
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len32 = l31;
                                    let bytes32 = _rt::Vec::from_raw_parts(
                                        l30.cast(),
                                        len32,
                                        len32,
                                    );
                                    _rt::string_lift(bytes32)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result33
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DeregisterImage`. Its snapshots stay, and instances that were launched from it run on. Repeated, it is refused
/// with `InvalidAMIID.Unavailable`: the image is gone.
#[allow(async_fn_in_trait)]
pub fn deregister_image(
    request: &DeregisterImageRequest,
) -> Result<(), CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let DeregisterImageRequest { image_id: image_id0 } = request;
        let vec1 = image_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "deregister-image"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result20 = match l4 {
            0 => {
                let e = ();
                Ok(e)
            }
            1 => {
                let e = {
                    let l5 = i32::from(
                        *ptr2.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l6 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l7 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len8 = l7;
                    let bytes8 = _rt::Vec::from_raw_parts(
                        l6.cast(),
                        len8,
                        len8,
                    );
                    let l9 = i32::from(
                        *ptr2
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l13 = *ptr2
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l14 = *ptr2
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len15 = l14;
                    let bytes15 = _rt::Vec::from_raw_parts(
                        l13.cast(),
                        len15,
                        len15,
                    );
                    let l16 = i32::from(
                        *ptr2
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l5 as u8,
                        ),
                        action: _rt::string_lift(bytes8),
                        code: match l9 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l10 = *ptr2
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l11 = *ptr2
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len12 = l11;
                                    let bytes12 = _rt::Vec::from_raw_parts(
                                        l10.cast(),
                                        len12,
                                        len12,
                                    );
                                    _rt::string_lift(bytes12)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes15),
                        request_id: match l16 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l17 = *ptr2
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l18 = *ptr2
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len19 = l18;
                                    let bytes19 = _rt::Vec::from_raw_parts(
                                        l17.cast(),
                                        len19,
                                        len19,
                                    );
                                    _rt::string_lift(bytes19)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result20
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeImages`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_images(
    request: &DescribeImagesRequest,
) -> Result<DescribeImagesResponse, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let DescribeImagesRequest {
            image_ids: image_ids0,
            owners: owners0,
            filters: filters0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let vec2 = image_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let vec4 = owners0;
        let len4 = vec4.len();
        let layout4 = _rt::alloc::Layout::from_size_align(
                vec4.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result4, _cleanup4) = wit_bindgen::rt::Cleanup::new(layout4);
        for (i, e) in vec4.into_iter().enumerate() {
            let base = result4
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *base.add(0).cast::<*mut u8>() = ptr3.cast_mut();
            }
        }
        let vec9 = filters0;
        let len9 = vec9.len();
        let layout9 = _rt::alloc::Layout::from_size_align(
                vec9.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result9, _cleanup9) = wit_bindgen::rt::Cleanup::new(layout9);
        for (i, e) in vec9.into_iter().enumerate() {
            let base = result9
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let super::super::super::stepwell::step::types::Filter {
                    name: name5,
                    values: values5,
                } = e;
                let vec6 = name5;
                let ptr6 = vec6.as_ptr().cast::<u8>();
                let len6 = vec6.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len6;
                *base.add(0).cast::<*mut u8>() = ptr6.cast_mut();
                let vec8 = values5;
                let len8 = vec8.len();
                let layout8 = _rt::alloc::Layout::from_size_align(
                        vec8.len() * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result8, _cleanup8) = wit_bindgen::rt::Cleanup::new(
                    layout8,
                );
                cleanup_list.extend(_cleanup8);
                for (i, e) in vec8.into_iter().enumerate() {
                    let base = result8
                        .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                    {
                        let vec7 = e;
                        let ptr7 = vec7.as_ptr().cast::<u8>();
                        let len7 = vec7.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len7;
                        *base.add(0).cast::<*mut u8>() = ptr7.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len8;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result8;
            }
        }
        let (result10_0, result10_1) = match max_results0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result12_0, result12_1, result12_2) = match next_token0 {
            Some(e) => {
                let vec11 = e;
                let ptr11 = vec11.as_ptr().cast::<u8>();
                let len11 = vec11.len();
                (1i32, ptr11.cast_mut(), len11)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr13 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-images"]
            fn wit_import14(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import14(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import14(
            result2,
            len2,
            result4,
            len4,
            result9,
            len9,
            result10_0,
            result10_1,
            result12_0,
            result12_1,
            result12_2,
            ptr13,
        );
        let l15 = i32::from(*ptr13.add(0).cast::<u8>());
        let result61 = match l15 {
            0 => {
                let e = {
                    let l16 = *ptr13
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l17 = *ptr13
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base41 = l16;
                    let len41 = l17;
                    let mut result41 = _rt::Vec::with_capacity(len41);
                    for i in 0..len41 {
                        let base = base41
                            .add(i * (17 * ::core::mem::size_of::<*const u8>()));
                        let e41 = {
                            let l18 = *base.add(0).cast::<*mut u8>();
                            let l19 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len20 = l19;
                            let bytes20 = _rt::Vec::from_raw_parts(
                                l18.cast(),
                                len20,
                                len20,
                            );
                            let l21 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l22 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len23 = l22;
                            let bytes23 = _rt::Vec::from_raw_parts(
                                l21.cast(),
                                len23,
                                len23,
                            );
                            let l24 = i32::from(
                                *base
                                    .add(4 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l33 = i32::from(
                                *base
                                    .add(11 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l37 = i32::from(
                                *base
                                    .add(14 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            Image {
                                image_id: _rt::string_lift(bytes20),
                                state: _rt::string_lift(bytes23),
                                state_reason: match l24 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l25 = i32::from(
                                                *base
                                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<u8>(),
                                            );
                                            let l29 = i32::from(
                                                *base
                                                    .add(8 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<u8>(),
                                            );
                                            StateReason {
                                                code: match l25 {
                                                    0 => None,
                                                    1 => {
                                                        let e = {
                                                            let l26 = *base
                                                                .add(6 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<*mut u8>();
                                                            let l27 = *base
                                                                .add(7 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<usize>();
                                                            let len28 = l27;
                                                            let bytes28 = _rt::Vec::from_raw_parts(
                                                                l26.cast(),
                                                                len28,
                                                                len28,
                                                            );
                                                            _rt::string_lift(bytes28)
                                                        };
                                                        Some(e)
                                                    }
                                                    _ => _rt::invalid_enum_discriminant(),
                                                },
                                                message: match l29 {
                                                    0 => None,
                                                    1 => {
                                                        let e = {
                                                            let l30 = *base
                                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<*mut u8>();
                                                            let l31 = *base
                                                                .add(10 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<usize>();
                                                            let len32 = l31;
                                                            let bytes32 = _rt::Vec::from_raw_parts(
                                                                l30.cast(),
                                                                len32,
                                                                len32,
                                                            );
                                                            _rt::string_lift(bytes32)
                                                        };
                                                        Some(e)
                                                    }
                                                    _ => _rt::invalid_enum_discriminant(),
                                                },
                                            }
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                name: match l33 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l34 = *base
                                                .add(12 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l35 = *base
                                                .add(13 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len36 = l35;
                                            let bytes36 = _rt::Vec::from_raw_parts(
                                                l34.cast(),
                                                len36,
                                                len36,
                                            );
                                            _rt::string_lift(bytes36)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                description: match l37 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l38 = *base
                                                .add(15 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l39 = *base
                                                .add(16 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len40 = l39;
                                            let bytes40 = _rt::Vec::from_raw_parts(
                                                l38.cast(),
                                                len40,
                                                len40,
                                            );
                                            _rt::string_lift(bytes40)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result41.push(e41);
                    }
                    _rt::cabi_dealloc(
                        base41,
                        len41 * (17 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l42 = i32::from(
                        *ptr13
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeImagesResponse {
                        images: result41,
                        next_token: match l42 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l43 = *ptr13
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l44 = *ptr13
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len45 = l44;
                                    let bytes45 = _rt::Vec::from_raw_parts(
                                        l43.cast(),
                                        len45,
                                        len45,
                                    );
                                    _rt::string_lift(bytes45)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l46 = i32::from(
                        *ptr13.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l47 = *ptr13
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l48 = *ptr13
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len49 = l48;
                    let bytes49 = _rt::Vec::from_raw_parts(
                        l47.cast(),
                        len49,
                        len49,
                    );
                    let l50 = i32::from(
                        *ptr13
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l54 = *ptr13
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l55 = *ptr13
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len56 = l55;
                    let bytes56 = _rt::Vec::from_raw_parts(
                        l54.cast(),
                        len56,
                        len56,
                    );
                    let l57 = i32::from(
                        *ptr13
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l46 as u8,
                        ),
                        action: _rt::string_lift(bytes49),
                        code: match l50 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l51 = *ptr13
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l52 = *ptr13
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len53 = l52;
                                    let bytes53 = _rt::Vec::from_raw_parts(
                                        l51.cast(),
                                        len53,
                                        len53,
                                    );
                                    _rt::string_lift(bytes53)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes56),
                        request_id: match l57 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l58 = *ptr13
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l59 = *ptr13
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len60 = l59;
                                    let bytes60 = _rt::Vec::from_raw_parts(
                                        l58.cast(),
                                        len60,
                                        len60,
                                    );
                                    _rt::string_lift(bytes60)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result61
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CreateSnapshot`. AWS answers when the snapshot has begun; it holds the volume as it was at that moment.
#[allow(async_fn_in_trait)]
pub fn create_snapshot(
    request: &CreateSnapshotRequest,
) -> Result<Snapshot, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 40 + 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 40
                + 12 * ::core::mem::size_of::<*const u8>()],
        );
        let CreateSnapshotRequest {
            volume_id: volume_id0,
            description: description0,
            tag_specifications: tag_specifications0,
        } = request;
        let vec1 = volume_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result3_0, result3_1, result3_2) = match description0 {
            Some(e) => {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                (1i32, ptr2.cast_mut(), len2)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let vec10 = tag_specifications0;
        let len10 = vec10.len();
        let layout10 = _rt::alloc::Layout::from_size_align(
                vec10.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result10, _cleanup10) = wit_bindgen::rt::Cleanup::new(layout10);
        for (i, e) in vec10.into_iter().enumerate() {
            let base = result10
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let TagSpecification {
                    resource_type: resource_type4,
                    tags: tags4,
                } = e;
                let vec5 = resource_type4;
                let ptr5 = vec5.as_ptr().cast::<u8>();
                let len5 = vec5.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len5;
                *base.add(0).cast::<*mut u8>() = ptr5.cast_mut();
                let vec9 = tags4;
                let len9 = vec9.len();
                let layout9 = _rt::alloc::Layout::from_size_align(
                        vec9.len() * (4 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result9, _cleanup9) = wit_bindgen::rt::Cleanup::new(
                    layout9,
                );
                cleanup_list.extend(_cleanup9);
                for (i, e) in vec9.into_iter().enumerate() {
                    let base = result9
                        .add(i * (4 * ::core::mem::size_of::<*const u8>()));
                    {
                        let super::super::super::stepwell::step::types::Tag {
                            key: key6,
                            value: value6,
                        } = e;
                        let vec7 = key6;
                        let ptr7 = vec7.as_ptr().cast::<u8>();
                        let len7 = vec7.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len7;
                        *base.add(0).cast::<*mut u8>() = ptr7.cast_mut();
                        let vec8 = value6;
                        let ptr8 = vec8.as_ptr().cast::<u8>();
                        let len8 = vec8.len();
                        *base
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len8;
                        *base
                            .add(2 * ::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>() = ptr8.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len9;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result9;
            }
        }
        let ptr11 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "create-snapshot"]
            fn wit_import12(
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import12(
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import12(
            ptr1.cast_mut(),
            len1,
            result3_0,
            result3_1,
            result3_2,
            result10,
            len10,
            ptr11,
        );
        let l13 = i32::from(*ptr11.add(0).cast::<u8>());
        let result51 = match l13 {
            0 => {
                let e = {
                    let l14 = *ptr11.add(8).cast::<*mut u8>();
                    let l15 = *ptr11
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len16 = l15;
                    let bytes16 = _rt::Vec::from_raw_parts(
                        l14.cast(),
                        len16,
                        len16,
                    );
                    let l17 = *ptr11
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l18 = *ptr11
                        .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len19 = l18;
                    let bytes19 = _rt::Vec::from_raw_parts(
                        l17.cast(),
                        len19,
                        len19,
                    );
                    let l20 = i32::from(
                        *ptr11
                            .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l24 = i32::from(
                        *ptr11
                            .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l28 = i32::from(
                        *ptr11
                            .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l32 = i32::from(
                        *ptr11
                            .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l34 = i32::from(
                        *ptr11
                            .add(24 + 12 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    Snapshot {
                        snapshot_id: _rt::string_lift(bytes16),
                        state: _rt::string_lift(bytes19),
                        state_message: match l20 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l21 = *ptr11
                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l22 = *ptr11
                                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len23 = l22;
                                    let bytes23 = _rt::Vec::from_raw_parts(
                                        l21.cast(),
                                        len23,
                                        len23,
                                    );
                                    _rt::string_lift(bytes23)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        progress: match l24 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l25 = *ptr11
                                        .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l26 = *ptr11
                                        .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len27 = l26;
                                    let bytes27 = _rt::Vec::from_raw_parts(
                                        l25.cast(),
                                        len27,
                                        len27,
                                    );
                                    _rt::string_lift(bytes27)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        volume_id: match l28 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l29 = *ptr11
                                        .add(8 + 11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l30 = *ptr11
                                        .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len31 = l30;
                                    let bytes31 = _rt::Vec::from_raw_parts(
                                        l29.cast(),
                                        len31,
                                        len31,
                                    );
                                    _rt::string_lift(bytes31)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        volume_size: match l32 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l33 = *ptr11
                                        .add(12 + 13 * ::core::mem::size_of::<*const u8>())
                                        .cast::<i32>();
                                    l33 as u32
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        start_time: match l34 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l35 = *ptr11
                                        .add(32 + 12 * ::core::mem::size_of::<*const u8>())
                                        .cast::<i64>();
                                    l35 as u64
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l36 = i32::from(*ptr11.add(8).cast::<u8>());
                    let l37 = *ptr11
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l38 = *ptr11
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len39 = l38;
                    let bytes39 = _rt::Vec::from_raw_parts(
                        l37.cast(),
                        len39,
                        len39,
                    );
                    let l40 = i32::from(
                        *ptr11
                            .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l44 = *ptr11
                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l45 = *ptr11
                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len46 = l45;
                    let bytes46 = _rt::Vec::from_raw_parts(
                        l44.cast(),
                        len46,
                        len46,
                    );
                    let l47 = i32::from(
                        *ptr11
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l36 as u8,
                        ),
                        action: _rt::string_lift(bytes39),
                        code: match l40 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l41 = *ptr11
                                        .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l42 = *ptr11
                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len43 = l42;
                                    let bytes43 = _rt::Vec::from_raw_parts(
                                        l41.cast(),
                                        len43,
                                        len43,
                                    );
                                    _rt::string_lift(bytes43)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes46),
                        request_id: match l47 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l48 = *ptr11
                                        .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l49 = *ptr11
                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len50 = l49;
                                    let bytes50 = _rt::Vec::from_raw_parts(
                                        l48.cast(),
                                        len50,
                                        len50,
                                    );
                                    _rt::string_lift(bytes50)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result51
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeSnapshots`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_snapshots(
    request: &DescribeSnapshotsRequest,
) -> Result<DescribeSnapshotsResponse, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let DescribeSnapshotsRequest {
            snapshot_ids: snapshot_ids0,
            filters: filters0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let vec2 = snapshot_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let vec7 = filters0;
        let len7 = vec7.len();
        let layout7 = _rt::alloc::Layout::from_size_align(
                vec7.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result7, _cleanup7) = wit_bindgen::rt::Cleanup::new(layout7);
        for (i, e) in vec7.into_iter().enumerate() {
            let base = result7
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let super::super::super::stepwell::step::types::Filter {
                    name: name3,
                    values: values3,
                } = e;
                let vec4 = name3;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *base.add(0).cast::<*mut u8>() = ptr4.cast_mut();
                let vec6 = values3;
                let len6 = vec6.len();
                let layout6 = _rt::alloc::Layout::from_size_align(
                        vec6.len() * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result6, _cleanup6) = wit_bindgen::rt::Cleanup::new(
                    layout6,
                );
                cleanup_list.extend(_cleanup6);
                for (i, e) in vec6.into_iter().enumerate() {
                    let base = result6
                        .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                    {
                        let vec5 = e;
                        let ptr5 = vec5.as_ptr().cast::<u8>();
                        let len5 = vec5.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len5;
                        *base.add(0).cast::<*mut u8>() = ptr5.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len6;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result6;
            }
        }
        let (result8_0, result8_1) = match max_results0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result10_0, result10_1, result10_2) = match next_token0 {
            Some(e) => {
                let vec9 = e;
                let ptr9 = vec9.as_ptr().cast::<u8>();
                let len9 = vec9.len();
                (1i32, ptr9.cast_mut(), len9)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr11 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-snapshots"]
            fn wit_import12(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import12(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import12(
            result2,
            len2,
            result7,
            len7,
            result8_0,
            result8_1,
            result10_0,
            result10_1,
            result10_2,
            ptr11,
        );
        let l13 = i32::from(*ptr11.add(0).cast::<u8>());
        let result58 = match l13 {
            0 => {
                let e = {
                    let l14 = *ptr11
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l15 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base38 = l14;
                    let len38 = l15;
                    let mut result38 = _rt::Vec::with_capacity(len38);
                    for i in 0..len38 {
                        let base = base38
                            .add(i * (32 + 12 * ::core::mem::size_of::<*const u8>()));
                        let e38 = {
                            let l16 = *base.add(0).cast::<*mut u8>();
                            let l17 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len18 = l17;
                            let bytes18 = _rt::Vec::from_raw_parts(
                                l16.cast(),
                                len18,
                                len18,
                            );
                            let l19 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l20 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len21 = l20;
                            let bytes21 = _rt::Vec::from_raw_parts(
                                l19.cast(),
                                len21,
                                len21,
                            );
                            let l22 = i32::from(
                                *base
                                    .add(4 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l26 = i32::from(
                                *base
                                    .add(7 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l30 = i32::from(
                                *base
                                    .add(10 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l34 = i32::from(
                                *base
                                    .add(13 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l36 = i32::from(
                                *base
                                    .add(16 + 12 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            Snapshot {
                                snapshot_id: _rt::string_lift(bytes18),
                                state: _rt::string_lift(bytes21),
                                state_message: match l22 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l23 = *base
                                                .add(5 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l24 = *base
                                                .add(6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len25 = l24;
                                            let bytes25 = _rt::Vec::from_raw_parts(
                                                l23.cast(),
                                                len25,
                                                len25,
                                            );
                                            _rt::string_lift(bytes25)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                progress: match l26 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l27 = *base
                                                .add(8 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l28 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len29 = l28;
                                            let bytes29 = _rt::Vec::from_raw_parts(
                                                l27.cast(),
                                                len29,
                                                len29,
                                            );
                                            _rt::string_lift(bytes29)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                volume_id: match l30 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l31 = *base
                                                .add(11 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l32 = *base
                                                .add(12 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len33 = l32;
                                            let bytes33 = _rt::Vec::from_raw_parts(
                                                l31.cast(),
                                                len33,
                                                len33,
                                            );
                                            _rt::string_lift(bytes33)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                volume_size: match l34 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l35 = *base
                                                .add(4 + 13 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i32>();
                                            l35 as u32
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                start_time: match l36 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l37 = *base
                                                .add(24 + 12 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i64>();
                                            l37 as u64
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result38.push(e38);
                    }
                    _rt::cabi_dealloc(
                        base38,
                        len38 * (32 + 12 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    let l39 = i32::from(
                        *ptr11
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeSnapshotsResponse {
                        snapshots: result38,
                        next_token: match l39 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l40 = *ptr11
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l41 = *ptr11
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len42 = l41;
                                    let bytes42 = _rt::Vec::from_raw_parts(
                                        l40.cast(),
                                        len42,
                                        len42,
                                    );
                                    _rt::string_lift(bytes42)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l43 = i32::from(
                        *ptr11.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l44 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l45 = *ptr11
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len46 = l45;
                    let bytes46 = _rt::Vec::from_raw_parts(
                        l44.cast(),
                        len46,
                        len46,
                    );
                    let l47 = i32::from(
                        *ptr11
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l51 = *ptr11
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l52 = *ptr11
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len53 = l52;
                    let bytes53 = _rt::Vec::from_raw_parts(
                        l51.cast(),
                        len53,
                        len53,
                    );
                    let l54 = i32::from(
                        *ptr11
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l43 as u8,
                        ),
                        action: _rt::string_lift(bytes46),
                        code: match l47 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l48 = *ptr11
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l49 = *ptr11
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len50 = l49;
                                    let bytes50 = _rt::Vec::from_raw_parts(
                                        l48.cast(),
                                        len50,
                                        len50,
                                    );
                                    _rt::string_lift(bytes50)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes53),
                        request_id: match l54 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l55 = *ptr11
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l56 = *ptr11
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len57 = l56;
                                    let bytes57 = _rt::Vec::from_raw_parts(
                                        l55.cast(),
                                        len57,
                                        len57,
                                    );
                                    _rt::string_lift(bytes57)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result58
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CreateVpcPeeringConnection`: asks for a connection, which the owner of the other VPC has to accept within seven
/// days. VPCs whose addresses overlap get one that is `failed`.
#[allow(async_fn_in_trait)]
pub fn create_vpc_peering_connection(
    request: &CreateVpcPeeringConnectionRequest,
) -> Result<VpcPeeringConnection, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let CreateVpcPeeringConnectionRequest {
            vpc_id: vpc_id0,
            peer_vpc_id: peer_vpc_id0,
            peer_owner_id: peer_owner_id0,
            peer_region: peer_region0,
        } = request;
        let vec1 = vpc_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let vec2 = peer_vpc_id0;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        let (result4_0, result4_1, result4_2) = match peer_owner_id0 {
            Some(e) => {
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                (1i32, ptr3.cast_mut(), len3)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result6_0, result6_1, result6_2) = match peer_region0 {
            Some(e) => {
                let vec5 = e;
                let ptr5 = vec5.as_ptr().cast::<u8>();
                let len5 = vec5.len();
                (1i32, ptr5.cast_mut(), len5)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr7 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "create-vpc-peering-connection"]
            fn wit_import8(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import8(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import8(
            ptr1.cast_mut(),
            len1,
            ptr2.cast_mut(),
            len2,
            result4_0,
            result4_1,
            result4_2,
            result6_0,
            result6_1,
            result6_2,
            ptr7,
        );
        let l9 = i32::from(*ptr7.add(0).cast::<u8>());
        let result35 = match l9 {
            0 => {
                let e = {
                    let l10 = *ptr7
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l11 = *ptr7
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len12 = l11;
                    let bytes12 = _rt::Vec::from_raw_parts(
                        l10.cast(),
                        len12,
                        len12,
                    );
                    let l13 = *ptr7
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l14 = *ptr7
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len15 = l14;
                    let bytes15 = _rt::Vec::from_raw_parts(
                        l13.cast(),
                        len15,
                        len15,
                    );
                    let l16 = i32::from(
                        *ptr7
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    VpcPeeringConnection {
                        vpc_peering_connection_id: _rt::string_lift(bytes12),
                        status: VpcPeeringConnectionStateReason {
                            code: _rt::string_lift(bytes15),
                            message: match l16 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l17 = *ptr7
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l18 = *ptr7
                                            .add(7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len19 = l18;
                                        let bytes19 = _rt::Vec::from_raw_parts(
                                            l17.cast(),
                                            len19,
                                            len19,
                                        );
                                        _rt::string_lift(bytes19)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l20 = i32::from(
                        *ptr7.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l21 = *ptr7
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l22 = *ptr7
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len23 = l22;
                    let bytes23 = _rt::Vec::from_raw_parts(
                        l21.cast(),
                        len23,
                        len23,
                    );
                    let l24 = i32::from(
                        *ptr7
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l28 = *ptr7
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l29 = *ptr7
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len30 = l29;
                    let bytes30 = _rt::Vec::from_raw_parts(
                        l28.cast(),
                        len30,
                        len30,
                    );
                    let l31 = i32::from(
                        *ptr7
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l20 as u8,
                        ),
                        action: _rt::string_lift(bytes23),
                        code: match l24 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l25 = *ptr7
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l26 = *ptr7
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len27 = l26;
                                    let bytes27 = _rt::Vec::from_raw_parts(
                                        l25.cast(),
                                        len27,
                                        len27,
                                    );
                                    _rt::string_lift(bytes27)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes30),
                        request_id: match l31 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l32 = *ptr7
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l33 = *ptr7
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len34 = l33;
                                    let bytes34 = _rt::Vec::from_raw_parts(
                                        l32.cast(),
                                        len34,
                                        len34,
                                    );
                                    _rt::string_lift(bytes34)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result35
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `AcceptVpcPeeringConnection`, in the region and by the owner of the other VPC. Repeated, it is refused with
/// `InvalidStateTransition`: it is accepted.
#[allow(async_fn_in_trait)]
pub fn accept_vpc_peering_connection(
    request: &AcceptVpcPeeringConnectionRequest,
) -> Result<VpcPeeringConnection, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let AcceptVpcPeeringConnectionRequest {
            vpc_peering_connection_id: vpc_peering_connection_id0,
        } = request;
        let vec1 = vpc_peering_connection_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "accept-vpc-peering-connection"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result30 = match l4 {
            0 => {
                let e = {
                    let l5 = *ptr2
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l6 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len7 = l6;
                    let bytes7 = _rt::Vec::from_raw_parts(
                        l5.cast(),
                        len7,
                        len7,
                    );
                    let l8 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr2
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = i32::from(
                        *ptr2
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    VpcPeeringConnection {
                        vpc_peering_connection_id: _rt::string_lift(bytes7),
                        status: VpcPeeringConnectionStateReason {
                            code: _rt::string_lift(bytes10),
                            message: match l11 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l12 = *ptr2
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l13 = *ptr2
                                            .add(7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len14 = l13;
                                        let bytes14 = _rt::Vec::from_raw_parts(
                                            l12.cast(),
                                            len14,
                                            len14,
                                        );
                                        _rt::string_lift(bytes14)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l15 = i32::from(
                        *ptr2.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l16 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l17 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len18 = l17;
                    let bytes18 = _rt::Vec::from_raw_parts(
                        l16.cast(),
                        len18,
                        len18,
                    );
                    let l19 = i32::from(
                        *ptr2
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l23 = *ptr2
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l24 = *ptr2
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len25 = l24;
                    let bytes25 = _rt::Vec::from_raw_parts(
                        l23.cast(),
                        len25,
                        len25,
                    );
                    let l26 = i32::from(
                        *ptr2
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l15 as u8,
                        ),
                        action: _rt::string_lift(bytes18),
                        code: match l19 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l20 = *ptr2
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l21 = *ptr2
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len22 = l21;
                                    let bytes22 = _rt::Vec::from_raw_parts(
                                        l20.cast(),
                                        len22,
                                        len22,
                                    );
                                    _rt::string_lift(bytes22)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes25),
                        request_id: match l26 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l27 = *ptr2
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr2
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len29 = l28;
                                    let bytes29 = _rt::Vec::from_raw_parts(
                                        l27.cast(),
                                        len29,
                                        len29,
                                    );
                                    _rt::string_lift(bytes29)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result30
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeVpcPeeringConnections`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_vpc_peering_connections(
    request: &DescribeVpcPeeringConnectionsRequest,
) -> Result<DescribeVpcPeeringConnectionsResponse, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let DescribeVpcPeeringConnectionsRequest {
            vpc_peering_connection_ids: vpc_peering_connection_ids0,
            filters: filters0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let vec2 = vpc_peering_connection_ids0;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
            }
        }
        let vec7 = filters0;
        let len7 = vec7.len();
        let layout7 = _rt::alloc::Layout::from_size_align(
                vec7.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result7, _cleanup7) = wit_bindgen::rt::Cleanup::new(layout7);
        for (i, e) in vec7.into_iter().enumerate() {
            let base = result7
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let super::super::super::stepwell::step::types::Filter {
                    name: name3,
                    values: values3,
                } = e;
                let vec4 = name3;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *base.add(0).cast::<*mut u8>() = ptr4.cast_mut();
                let vec6 = values3;
                let len6 = vec6.len();
                let layout6 = _rt::alloc::Layout::from_size_align(
                        vec6.len() * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result6, _cleanup6) = wit_bindgen::rt::Cleanup::new(
                    layout6,
                );
                cleanup_list.extend(_cleanup6);
                for (i, e) in vec6.into_iter().enumerate() {
                    let base = result6
                        .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                    {
                        let vec5 = e;
                        let ptr5 = vec5.as_ptr().cast::<u8>();
                        let len5 = vec5.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len5;
                        *base.add(0).cast::<*mut u8>() = ptr5.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len6;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result6;
            }
        }
        let (result8_0, result8_1) = match max_results0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result10_0, result10_1, result10_2) = match next_token0 {
            Some(e) => {
                let vec9 = e;
                let ptr9 = vec9.as_ptr().cast::<u8>();
                let len9 = vec9.len();
                (1i32, ptr9.cast_mut(), len9)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr11 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ec2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-vpc-peering-connections"]
            fn wit_import12(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import12(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import12(
            result2,
            len2,
            result7,
            len7,
            result8_0,
            result8_1,
            result10_0,
            result10_1,
            result10_2,
            ptr11,
        );
        let l13 = i32::from(*ptr11.add(0).cast::<u8>());
        let result46 = match l13 {
            0 => {
                let e = {
                    let l14 = *ptr11
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l15 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base26 = l14;
                    let len26 = l15;
                    let mut result26 = _rt::Vec::with_capacity(len26);
                    for i in 0..len26 {
                        let base = base26
                            .add(i * (7 * ::core::mem::size_of::<*const u8>()));
                        let e26 = {
                            let l16 = *base.add(0).cast::<*mut u8>();
                            let l17 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len18 = l17;
                            let bytes18 = _rt::Vec::from_raw_parts(
                                l16.cast(),
                                len18,
                                len18,
                            );
                            let l19 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l20 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len21 = l20;
                            let bytes21 = _rt::Vec::from_raw_parts(
                                l19.cast(),
                                len21,
                                len21,
                            );
                            let l22 = i32::from(
                                *base
                                    .add(4 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            VpcPeeringConnection {
                                vpc_peering_connection_id: _rt::string_lift(bytes18),
                                status: VpcPeeringConnectionStateReason {
                                    code: _rt::string_lift(bytes21),
                                    message: match l22 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l23 = *base
                                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<*mut u8>();
                                                let l24 = *base
                                                    .add(6 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<usize>();
                                                let len25 = l24;
                                                let bytes25 = _rt::Vec::from_raw_parts(
                                                    l23.cast(),
                                                    len25,
                                                    len25,
                                                );
                                                _rt::string_lift(bytes25)
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                },
                            }
                        };
                        result26.push(e26);
                    }
                    _rt::cabi_dealloc(
                        base26,
                        len26 * (7 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l27 = i32::from(
                        *ptr11
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeVpcPeeringConnectionsResponse {
                        vpc_peering_connections: result26,
                        next_token: match l27 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l28 = *ptr11
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l29 = *ptr11
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len30 = l29;
                                    let bytes30 = _rt::Vec::from_raw_parts(
                                        l28.cast(),
                                        len30,
                                        len30,
                                    );
                                    _rt::string_lift(bytes30)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l31 = i32::from(
                        *ptr11.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l32 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l33 = *ptr11
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len34 = l33;
                    let bytes34 = _rt::Vec::from_raw_parts(
                        l32.cast(),
                        len34,
                        len34,
                    );
                    let l35 = i32::from(
                        *ptr11
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l39 = *ptr11
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l40 = *ptr11
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len41 = l40;
                    let bytes41 = _rt::Vec::from_raw_parts(
                        l39.cast(),
                        len41,
                        len41,
                    );
                    let l42 = i32::from(
                        *ptr11
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l31 as u8,
                        ),
                        action: _rt::string_lift(bytes34),
                        code: match l35 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l36 = *ptr11
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l37 = *ptr11
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len38 = l37;
                                    let bytes38 = _rt::Vec::from_raw_parts(
                                        l36.cast(),
                                        len38,
                                        len38,
                                    );
                                    _rt::string_lift(bytes38)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes41),
                        request_id: match l42 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l43 = *ptr11
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l44 = *ptr11
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len45 = l44;
                                    let bytes45 = _rt::Vec::from_raw_parts(
                                        l43.cast(),
                                        len45,
                                        len45,
                                    );
                                    _rt::string_lift(bytes45)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result46
    }
}
