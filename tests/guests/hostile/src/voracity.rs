//! The modes that exhaust a resource: time, memory, stack, calls.

use std::hint::black_box;

use stepwell_plugin::clock;
use stepwell_plugin::ec2::{self, DescribeInstancesRequest, StopInstancesRequest};

pub(crate) fn spin() -> ! {
    loop {
        black_box(());
    }
}

/// The number of MiB that the guest got. A refusal does not end the guest.
pub(crate) fn allocate() -> i64 {
    let mut held: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut chunk = Vec::new();
        if chunk.try_reserve_exact(1 << 20).is_err() {
            return i64::try_from(held.len()).unwrap_or(i64::MAX);
        }
        // Untouched pages cost the host nothing.
        chunk.resize(1 << 20, 0xa5);
        held.push(chunk);
    }
}

#[expect(unconditional_recursion, reason = "the mode overflows the stack")]
pub(crate) fn recurse(depth: i64) -> i64 {
    let frame = [black_box(depth); 64];
    black_box(recurse(depth + 1)) + black_box(frame).iter().sum::<i64>()
}

#[expect(clippy::panic, reason = "the mode overflows the stack")]
pub(crate) fn fall() -> ! {
    panic!("hostile by intent")
}

const CALLS: i64 = 20_000;

pub(crate) fn flood_clock() -> i64 {
    call_clock(CALLS);
    CALLS
}

pub(crate) fn call_clock(times: i64) {
    for _ in 0..times {
        black_box(clock::now());
    }
}

/// Calls that AWS answered.
pub(crate) fn flood_aws(instance_id: &str) -> i64 {
    let request = DescribeInstancesRequest { instance_ids: vec![instance_id.to_owned()], ..Default::default() };
    (0..CALLS).map(|_| i64::from(ec2::describe_instances(&request).is_ok())).sum()
}

pub(crate) fn huge_request(instance_id: &str) -> i64 {
    let request = StopInstancesRequest { instance_ids: vec![instance_id.to_owned(); 100_000], ..Default::default() };
    i64::from(ec2::stop_instances(&request).is_ok())
}
