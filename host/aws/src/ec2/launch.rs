//! Launching instances.

use aws_sdk_ec2::operation::run_instances::builders::RunInstancesFluentBuilder;
use aws_sdk_ec2::{Client, types as aws};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::instances::instance;
use super::{tag_specifications, tags_kept};
use crate::AwsCalls;
use crate::convert::{each, number, some, text};
use crate::error::HostError;
use crate::gate::Pass;
use crate::wit::stepwell::step::ec2;

pub(super) async fn run(
    calls: &mut AwsCalls<'_>,
    request: ec2::RunInstancesRequest,
) -> Result<ec2::Reservation, HostError> {
    let names = kept(&request);
    let send = |ec2: Client, pass: Pass| {
        let user_data = request.user_data.as_deref().map(|text| STANDARD.encode(pass.reveal(text)));
        let call = ec2.run_instances().set_client_token(pass.token()).set_user_data(user_data);
        filled(call, request).customize().interceptor(pass).send()
    };
    calls
        .call("run-instances", names, send, |answer| {
            let (reservation_id, owner_id) = (text(answer.reservation_id()), text(answer.owner_id()));
            Ok(ec2::Reservation { reservation_id, owner_id, instances: each(answer.instances(), instance)? })
        })
        .await
}

/// Everything but the user data, which may be a secret.
fn filled(call: RunInstancesFluentBuilder, request: ec2::RunInstancesRequest) -> RunInstancesFluentBuilder {
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

/// What differs between two launches is in here, so that each has a client token of its own.
fn kept(request: &ec2::RunInstancesRequest) -> Json {
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

/// Of a text with placeholders in the places of its secrets: of a short secret itself, a hash would tell too much.
fn fingerprint(user_data: &str) -> Json {
    let hash: String = Sha256::digest(user_data).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "Sha256": hash, "Bytes": user_data.len() })
}
