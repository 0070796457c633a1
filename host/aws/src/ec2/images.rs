//! Images that instances are launched from.

use aws_sdk_ec2::{Client, types as aws};
use serde_json::{Value as Json, json};

use super::{filters, state_reason};
use crate::convert::{each, number, some, text};
use crate::error::HostError;
use crate::wit::stepwell::step::ec2;
use crate::{AwsCalls, sdk_error};

pub(super) async fn register(
    calls: &mut AwsCalls<'_>,
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
    calls
        .call("register-image", names, send, |answer| {
            let image_id = text(answer.image_id()).ok_or_else(|| sdk_error::without("an image id"))?;
            Ok(ec2::RegisterImageResponse { image_id })
        })
        .await
}

pub(super) async fn deregister(
    calls: &mut AwsCalls<'_>,
    request: ec2::DeregisterImageRequest,
) -> Result<(), HostError> {
    let names = json!({ "ImageId": request.image_id });
    let send =
        |ec2: Client, pass| ec2.deregister_image().image_id(request.image_id).customize().interceptor(pass).send();
    calls.call("deregister-image", names, send, |_| Ok(())).await
}

pub(super) async fn describe(
    calls: &mut AwsCalls<'_>,
    request: ec2::DescribeImagesRequest,
) -> Result<ec2::DescribeImagesResponse, HostError> {
    let names = json!({ "ImageIds": request.image_ids, "Owners": request.owners });
    let send = |ec2: Client, pass| {
        let call = ec2.describe_images().set_image_ids(some(request.image_ids)).set_owners(some(request.owners));
        let call = call.set_filters(some(filters(request.filters))).set_next_token(request.next_token);
        call.set_max_results(number(request.max_results)).customize().interceptor(pass).send()
    };
    calls
        .call("describe-images", names, send, |answer| {
            let next_token = text(answer.next_token());
            Ok(ec2::DescribeImagesResponse { images: each(answer.images(), image)?, next_token })
        })
        .await
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

fn image(image: &aws::Image) -> Result<ec2::Image, HostError> {
    let state = image.state().ok_or_else(|| sdk_error::without("the state of an image"))?;
    Ok(ec2::Image {
        image_id: text(image.image_id()).ok_or_else(|| sdk_error::without("an image id"))?,
        state: state.as_str().to_owned(),
        state_reason: state_reason(image.state_reason()),
        name: text(image.name()),
        description: text(image.description()),
    })
}
