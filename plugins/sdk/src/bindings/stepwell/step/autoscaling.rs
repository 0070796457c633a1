// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
/// `Instance` of a group.
#[derive(Clone, Default)]
pub struct Instance {
    pub instance_id: _rt::String,
    /// `Pending`, `InService`, `Terminating`, `Standby` and others.
    pub lifecycle_state: _rt::String,
    /// `Healthy` or `Unhealthy`.
    pub health_status: _rt::String,
}
impl ::core::fmt::Debug for Instance {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Instance")
            .field("instance-id", &self.instance_id)
            .field("lifecycle-state", &self.lifecycle_state)
            .field("health-status", &self.health_status)
            .finish()
    }
}
/// `AutoScalingGroup`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct AutoScalingGroup {
    pub auto_scaling_group_name: _rt::String,
    pub auto_scaling_group_arn: Option<_rt::String>,
    pub min_size: u32,
    pub max_size: u32,
    pub desired_capacity: u32,
    pub instances: _rt::Vec<Instance>,
    /// Given while the group is being deleted.
    pub status: Option<_rt::String>,
}
impl ::core::fmt::Debug for AutoScalingGroup {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("AutoScalingGroup")
            .field("auto-scaling-group-name", &self.auto_scaling_group_name)
            .field("auto-scaling-group-arn", &self.auto_scaling_group_arn)
            .field("min-size", &self.min_size)
            .field("max-size", &self.max_size)
            .field("desired-capacity", &self.desired_capacity)
            .field("instances", &self.instances)
            .field("status", &self.status)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeAutoScalingGroupsRequest {
    /// All groups when it is empty. Names that AWS does not know are missing from the answer.
    pub auto_scaling_group_names: _rt::Vec<_rt::String>,
    /// 1 to 100.
    pub max_records: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeAutoScalingGroupsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeAutoScalingGroupsRequest")
            .field(
                "auto-scaling-group-names",
                &self.auto_scaling_group_names,
            )
            .field("max-records", &self.max_records)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeAutoScalingGroupsResponse {
    pub auto_scaling_groups: _rt::Vec<AutoScalingGroup>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeAutoScalingGroupsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeAutoScalingGroupsResponse")
            .field("auto-scaling-groups", &self.auto_scaling_groups)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct UpdateAutoScalingGroupRequest {
    pub auto_scaling_group_name: _rt::String,
    pub min_size: Option<u32>,
    pub max_size: Option<u32>,
    pub desired_capacity: Option<u32>,
}
impl ::core::fmt::Debug for UpdateAutoScalingGroupRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("UpdateAutoScalingGroupRequest")
            .field("auto-scaling-group-name", &self.auto_scaling_group_name)
            .field("min-size", &self.min_size)
            .field("max-size", &self.max_size)
            .field("desired-capacity", &self.desired_capacity)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeAutoScalingGroups`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_auto_scaling_groups(
    request: &DescribeAutoScalingGroupsRequest,
) -> Result<DescribeAutoScalingGroupsResponse, CallError> {
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
        let DescribeAutoScalingGroupsRequest {
            auto_scaling_group_names: auto_scaling_group_names0,
            max_records: max_records0,
            next_token: next_token0,
        } = request;
        let vec2 = auto_scaling_group_names0;
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
        let (result3_0, result3_1) = match max_records0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result5_0, result5_1, result5_2) = match next_token0 {
            Some(e) => {
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                (1i32, ptr4.cast_mut(), len4)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr6 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/autoscaling@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-auto-scaling-groups"]
            fn wit_import7(
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
        unsafe extern "C" fn wit_import7(
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
        wit_import7(
            result2,
            len2,
            result3_0,
            result3_1,
            result5_0,
            result5_1,
            result5_2,
            ptr6,
        );
        let l8 = i32::from(*ptr6.add(0).cast::<u8>());
        let result57 = match l8 {
            0 => {
                let e = {
                    let l9 = *ptr6
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l10 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base37 = l9;
                    let len37 = l10;
                    let mut result37 = _rt::Vec::with_capacity(len37);
                    for i in 0..len37 {
                        let base = base37
                            .add(i * (8 + 11 * ::core::mem::size_of::<*const u8>()));
                        let e37 = {
                            let l11 = *base.add(0).cast::<*mut u8>();
                            let l12 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len13 = l12;
                            let bytes13 = _rt::Vec::from_raw_parts(
                                l11.cast(),
                                len13,
                                len13,
                            );
                            let l14 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l18 = *base
                                .add(5 * ::core::mem::size_of::<*const u8>())
                                .cast::<i32>();
                            let l19 = *base
                                .add(4 + 5 * ::core::mem::size_of::<*const u8>())
                                .cast::<i32>();
                            let l20 = *base
                                .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                .cast::<i32>();
                            let l21 = *base
                                .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l22 = *base
                                .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let base32 = l21;
                            let len32 = l22;
                            let mut result32 = _rt::Vec::with_capacity(len32);
                            for i in 0..len32 {
                                let base = base32
                                    .add(i * (6 * ::core::mem::size_of::<*const u8>()));
                                let e32 = {
                                    let l23 = *base.add(0).cast::<*mut u8>();
                                    let l24 = *base
                                        .add(::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len25 = l24;
                                    let bytes25 = _rt::Vec::from_raw_parts(
                                        l23.cast(),
                                        len25,
                                        len25,
                                    );
                                    let l26 = *base
                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l27 = *base
                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len28 = l27;
                                    let bytes28 = _rt::Vec::from_raw_parts(
                                        l26.cast(),
                                        len28,
                                        len28,
                                    );
                                    let l29 = *base
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l30 = *base
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len31 = l30;
                                    let bytes31 = _rt::Vec::from_raw_parts(
                                        l29.cast(),
                                        len31,
                                        len31,
                                    );
                                    Instance {
                                        instance_id: _rt::string_lift(bytes25),
                                        lifecycle_state: _rt::string_lift(bytes28),
                                        health_status: _rt::string_lift(bytes31),
                                    }
                                };
                                result32.push(e32);
                            }
                            _rt::cabi_dealloc(
                                base32,
                                len32 * (6 * ::core::mem::size_of::<*const u8>()),
                                ::core::mem::size_of::<*const u8>(),
                            );
                            let l33 = i32::from(
                                *base
                                    .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            AutoScalingGroup {
                                auto_scaling_group_name: _rt::string_lift(bytes13),
                                auto_scaling_group_arn: match l14 {
                                    0 => None,
                                    1 => {
                                        let e = {
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
                                            _rt::string_lift(bytes17)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                min_size: l18 as u32,
                                max_size: l19 as u32,
                                desired_capacity: l20 as u32,
                                instances: result32,
                                status: match l33 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l34 = *base
                                                .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l35 = *base
                                                .add(8 + 10 * ::core::mem::size_of::<*const u8>())
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
                        len37 * (8 + 11 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l38 = i32::from(
                        *ptr6
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeAutoScalingGroupsResponse {
                        auto_scaling_groups: result37,
                        next_token: match l38 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l39 = *ptr6
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l40 = *ptr6
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
                        *ptr6.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l43 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l44 = *ptr6
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len45 = l44;
                    let bytes45 = _rt::Vec::from_raw_parts(
                        l43.cast(),
                        len45,
                        len45,
                    );
                    let l46 = i32::from(
                        *ptr6
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l50 = *ptr6
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l51 = *ptr6
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len52 = l51;
                    let bytes52 = _rt::Vec::from_raw_parts(
                        l50.cast(),
                        len52,
                        len52,
                    );
                    let l53 = i32::from(
                        *ptr6
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
                                    let l47 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l48 = *ptr6
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
                                    let l54 = *ptr6
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l55 = *ptr6
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
/// `UpdateAutoScalingGroup`. What is left out stays as it is, but for a desired capacity outside of new limits, which
/// AWS moves to the nearest one. A group that AWS does not know is rejected with `ValidationError`.
#[allow(async_fn_in_trait)]
pub fn update_auto_scaling_group(
    request: &UpdateAutoScalingGroupRequest,
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
        let UpdateAutoScalingGroupRequest {
            auto_scaling_group_name: auto_scaling_group_name0,
            min_size: min_size0,
            max_size: max_size0,
            desired_capacity: desired_capacity0,
        } = request;
        let vec1 = auto_scaling_group_name0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result2_0, result2_1) = match min_size0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result3_0, result3_1) = match max_size0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result4_0, result4_1) = match desired_capacity0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/autoscaling@0.1.0")]
        unsafe extern "C" {
            #[link_name = "update-auto-scaling-group"]
            fn wit_import6(
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
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
            _: i32,
            _: i32,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import6(
            ptr1.cast_mut(),
            len1,
            result2_0,
            result2_1,
            result3_0,
            result3_1,
            result4_0,
            result4_1,
            ptr5,
        );
        let l7 = i32::from(*ptr5.add(0).cast::<u8>());
        let result23 = match l7 {
            0 => {
                let e = ();
                Ok(e)
            }
            1 => {
                let e = {
                    let l8 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l9 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l10 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len11 = l10;
                    let bytes11 = _rt::Vec::from_raw_parts(
                        l9.cast(),
                        len11,
                        len11,
                    );
                    let l12 = i32::from(
                        *ptr5
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l16 = *ptr5
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l17 = *ptr5
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len18 = l17;
                    let bytes18 = _rt::Vec::from_raw_parts(
                        l16.cast(),
                        len18,
                        len18,
                    );
                    let l19 = i32::from(
                        *ptr5
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l8 as u8,
                        ),
                        action: _rt::string_lift(bytes11),
                        code: match l12 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l13 = *ptr5
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l14 = *ptr5
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len15 = l14;
                                    let bytes15 = _rt::Vec::from_raw_parts(
                                        l13.cast(),
                                        len15,
                                        len15,
                                    );
                                    _rt::string_lift(bytes15)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes18),
                        request_id: match l19 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l20 = *ptr5
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l21 = *ptr5
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result23
    }
}
