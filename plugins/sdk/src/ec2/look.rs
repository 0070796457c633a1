//! Looking at instances again and again, without giving up at the first bad answer.

use super::{
    DescribeInstanceStatusRequest, DescribeInstancesRequest, Instance, InstanceStatus, describe_instance_status,
    describe_instances,
};
use crate::{CallError, Failure};

/// `DescribeInstances` for these instances, all pages.
///
/// # Errors
///
/// Those of the call. One instance that EC2 does not know fails it for all.
pub fn instances(instance_ids: Vec<String>) -> Result<Vec<Instance>, CallError> {
    let mut request = DescribeInstancesRequest { instance_ids, ..Default::default() };
    let mut instances = Vec::new();
    loop {
        let page = describe_instances(&request)?;
        instances.extend(page.reservations.into_iter().flat_map(|reservation| reservation.instances));
        request.next_token = page.next_token;
        if request.next_token.is_none() {
            return Ok(instances);
        }
    }
}

/// `DescribeInstanceStatus` takes no more ids at once.
const STATUS_IDS: usize = 100;

/// `DescribeInstanceStatus` for these instances, all pages, whatever state they are in.
///
/// # Errors
///
/// Those of the call. One instance that EC2 does not know fails it for all.
pub fn instance_statuses(instance_ids: &[String]) -> Result<Vec<InstanceStatus>, CallError> {
    let mut statuses = Vec::new();
    for ids in instance_ids.chunks(STATUS_IDS) {
        let mut request = DescribeInstanceStatusRequest {
            instance_ids: ids.to_vec(),
            include_all_instances: Some(true),
            ..Default::default()
        };
        loop {
            let page = describe_instance_status(&request)?;
            statuses.extend(page.instance_statuses);
            request.next_token = page.next_token;
            if request.next_token.is_none() {
                break;
            }
        }
    }
    Ok(statuses)
}

/// What one look of a wait has seen. No answer, a throttled call and an instance that EC2 does not know *yet* (its
/// endpoints learn of a change one after the other) are a look that saw nothing, for the next one to make up for; the
/// timeout of the wait bounds that.
///
/// # Errors
///
/// What waiting longer does not mend: a denied or a rejected call.
pub fn seen<T>(looked: Result<Vec<T>, CallError>) -> Result<Vec<T>, Failure> {
    match looked {
        Ok(seen) => Ok(seen),
        Err(error @ (CallError::Throttled(_) | CallError::Unavailable(_) | CallError::NotFound(_))) => {
            crate::warn!("nothing seen this time: {}", Failure::from(error));
            Ok(Vec::new())
        }
        Err(error @ (CallError::Denied(_) | CallError::Rejected(_))) => Err(error.into()),
    }
}

/// How many instances a message names.
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
    use crate::{AwsError, Denial};

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let ids: Vec<String> = (0..12).map(|n| format!("i-{n}")).collect();
        let shown = |count| summary(ids.iter().take(count).map(|id| (id.as_str(), "pending")));
        assert_eq!(shown(1), "i-0: pending");
        assert_eq!(shown(5), "i-0: pending, i-1: pending, i-2: pending, i-3: pending, i-4: pending");
        assert!(shown(12).ends_with("i-4: pending and 7 more"));
    }

    #[test]
    fn a_look_that_may_do_better_next_time_saw_nothing() {
        for error in [CallError::Throttled, CallError::Unavailable, CallError::NotFound] {
            assert!(seen::<()>(Err(error(AwsError::default()))).unwrap().is_empty());
        }
    }

    #[test]
    fn a_look_that_will_never_succeed_ends_the_wait() {
        assert!(seen::<()>(Err(CallError::Denied(Denial::default()))).is_err());
        assert!(seen::<()>(Err(CallError::Rejected(AwsError::default()))).is_err());
    }
}
