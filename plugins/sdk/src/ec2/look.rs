//! Descriptions of instances, images and snapshots.

use super::{
    DescribeImagesRequest, DescribeInstanceStatusRequest, DescribeInstancesRequest, DescribeSnapshotsRequest, Image,
    Instance, InstanceStatus, Snapshot, describe_images, describe_instance_status, describe_instances,
    describe_snapshots,
};
use crate::look::missing;
use crate::{CallError, Filter, pages};

/// `DescribeInstances` for these instances, all pages.
///
/// # Errors
///
/// Those of the call. One unknown instance fails it for all.
pub fn instances(instance_ids: Vec<String>) -> Result<Vec<Instance>, CallError> {
    described(DescribeInstancesRequest { instance_ids, ..Default::default() })
}

/// All instances that were launched from an image and still exist for EC2.
///
/// # Errors
///
/// Those of the call.
pub fn instances_of_image(image_id: &str) -> Result<Vec<Instance>, CallError> {
    let filters = vec![Filter { name: "image-id".to_owned(), values: vec![image_id.to_owned()] }];
    described(DescribeInstancesRequest { filters, ..Default::default() })
}

/// The maximum number of values of a filter.
const FILTER_VALUES: usize = 200;

/// `DescribeInstances` for those of these instances that still exist for EC2.
///
/// # Errors
///
/// Those of the call.
pub fn known_instances(instance_ids: &[String]) -> Result<Vec<Instance>, CallError> {
    let mut known = Vec::new();
    for ids in instance_ids.chunks(FILTER_VALUES) {
        // By filter and not by id, because one unknown id fails the call for all.
        let filters = vec![Filter { name: "instance-id".to_owned(), values: ids.to_vec() }];
        known.extend(described(DescribeInstancesRequest { filters, ..Default::default() })?);
    }
    Ok(known)
}

fn described(mut request: DescribeInstancesRequest) -> Result<Vec<Instance>, CallError> {
    pages(|next_token| {
        request.next_token = next_token;
        let page = describe_instances(&request)?;
        let instances = page.reservations.into_iter().flat_map(|reservation| reservation.instances);
        Ok((instances.collect(), page.next_token))
    })
}

/// The maximum number of ids in a call of `DescribeInstanceStatus`.
const STATUS_IDS: usize = 100;

/// `DescribeInstanceStatus` for these instances, all pages, whatever state they are in.
///
/// # Errors
///
/// Those of the call. One unknown instance fails it for all.
pub fn instance_statuses(instance_ids: &[String]) -> Result<Vec<InstanceStatus>, CallError> {
    let mut statuses = Vec::new();
    for ids in instance_ids.chunks(STATUS_IDS) {
        let mut request = DescribeInstanceStatusRequest {
            instance_ids: ids.to_vec(),
            include_all_instances: Some(true),
            ..Default::default()
        };
        statuses.extend(pages(|next_token| {
            request.next_token = next_token;
            describe_instance_status(&request).map(|page| (page.instance_statuses, page.next_token))
        })?);
    }
    Ok(statuses)
}

/// `DescribeImages` for this image.
///
/// # Errors
///
/// Those of the call, and `not-found` when the response does not hold the image, as for one that was deregistered some
/// time ago.
pub fn image(id: &str) -> Result<Image, CallError> {
    let request = DescribeImagesRequest { image_ids: vec![id.to_owned()], ..Default::default() };
    let found = describe_images(&request)?.images.into_iter().next();
    found.ok_or_else(|| missing(id, "ec2:DescribeImages"))
}

/// `DescribeSnapshots` for this snapshot.
///
/// # Errors
///
/// Those of the call, and `not-found` when the response does not hold the snapshot.
pub fn snapshot(id: &str) -> Result<Snapshot, CallError> {
    let request = DescribeSnapshotsRequest { snapshot_ids: vec![id.to_owned()], ..Default::default() };
    let found = describe_snapshots(&request)?.snapshots.into_iter().next();
    found.ok_or_else(|| missing(id, "ec2:DescribeSnapshots"))
}

/// The number of instances that a message names.
const NAMED: usize = 5;

/// Instances and their states in one line: `i-0abc: pending, i-0def: running and 7 more`.
pub fn summary<'a>(states: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut states = states.map(|(id, state)| format!("{id}: {state}"));
    let named: Vec<String> = states.by_ref().take(NAMED).collect();
    match states.count() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let ids: Vec<String> = (0..12).map(|n| format!("i-{n}")).collect();
        let shown = |count| summary(ids.iter().take(count).map(|id| (id.as_str(), "pending")));
        assert_eq!(shown(1), "i-0: pending");
        assert_eq!(shown(5), "i-0: pending, i-1: pending, i-2: pending, i-3: pending, i-4: pending");
        assert!(shown(12).ends_with("i-4: pending and 7 more"));
    }
}
