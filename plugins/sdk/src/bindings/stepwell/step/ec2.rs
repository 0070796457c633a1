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
