// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
/// `LoadBalancer`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct LoadBalancer {
    pub load_balancer_arn: _rt::String,
    pub load_balancer_name: Option<_rt::String>,
    pub dns_name: Option<_rt::String>,
    pub vpc_id: Option<_rt::String>,
}
impl ::core::fmt::Debug for LoadBalancer {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("LoadBalancer")
            .field("load-balancer-arn", &self.load_balancer_arn)
            .field("load-balancer-name", &self.load_balancer_name)
            .field("dns-name", &self.dns_name)
            .field("vpc-id", &self.vpc_id)
            .finish()
    }
}
/// `TargetGroup`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct TargetGroup {
    pub target_group_arn: _rt::String,
    pub target_group_name: Option<_rt::String>,
    /// `instance`, `ip`, `lambda` or `alb`.
    pub target_type: Option<_rt::String>,
    /// Such as `HTTP`; none for functions.
    pub protocol: Option<_rt::String>,
    pub port: Option<u32>,
}
impl ::core::fmt::Debug for TargetGroup {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("TargetGroup")
            .field("target-group-arn", &self.target_group_arn)
            .field("target-group-name", &self.target_group_name)
            .field("target-type", &self.target_type)
            .field("protocol", &self.protocol)
            .field("port", &self.port)
            .finish()
    }
}
/// `TargetDescription`.
#[derive(Clone, Default)]
pub struct TargetDescription {
    /// The id of an instance, an IP address, or the ARN of a function or of a load balancer.
    pub id: _rt::String,
    /// None for functions.
    pub port: Option<u32>,
    pub availability_zone: Option<_rt::String>,
}
impl ::core::fmt::Debug for TargetDescription {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("TargetDescription")
            .field("id", &self.id)
            .field("port", &self.port)
            .field("availability-zone", &self.availability_zone)
            .finish()
    }
}
/// `TargetHealth`.
#[derive(Clone, Default)]
pub struct TargetHealth {
    /// `initial`, `healthy`, `unhealthy`, `unhealthy.draining`, `unused`, `draining` or `unavailable`.
    pub state: _rt::String,
    /// Such as `Target.ResponseCodeMismatch`; none when the target is healthy.
    pub reason: Option<_rt::String>,
    pub description: Option<_rt::String>,
}
impl ::core::fmt::Debug for TargetHealth {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("TargetHealth")
            .field("state", &self.state)
            .field("reason", &self.reason)
            .field("description", &self.description)
            .finish()
    }
}
/// `TargetHealthDescription`.
#[derive(Clone, Default)]
pub struct TargetHealthDescription {
    pub target: TargetDescription,
    /// The port that is checked.
    pub health_check_port: Option<_rt::String>,
    pub target_health: TargetHealth,
}
impl ::core::fmt::Debug for TargetHealthDescription {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("TargetHealthDescription")
            .field("target", &self.target)
            .field("health-check-port", &self.health_check_port)
            .field("target-health", &self.target_health)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeLoadBalancersRequest {
    /// Not together with `names`.
    pub load_balancer_arns: _rt::Vec<_rt::String>,
    /// At most 20.
    pub names: _rt::Vec<_rt::String>,
    /// 1 to 400.
    pub page_size: Option<u32>,
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeLoadBalancersRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeLoadBalancersRequest")
            .field("load-balancer-arns", &self.load_balancer_arns)
            .field("names", &self.names)
            .field("page-size", &self.page_size)
            .field("marker", &self.marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeLoadBalancersResponse {
    pub load_balancers: _rt::Vec<LoadBalancer>,
    /// Given when there are more pages.
    pub next_marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeLoadBalancersResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeLoadBalancersResponse")
            .field("load-balancers", &self.load_balancers)
            .field("next-marker", &self.next_marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeTargetGroupsRequest {
    /// The groups that this load balancer sends requests to.
    pub load_balancer_arn: Option<_rt::String>,
    pub target_group_arns: _rt::Vec<_rt::String>,
    pub names: _rt::Vec<_rt::String>,
    /// 1 to 400.
    pub page_size: Option<u32>,
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeTargetGroupsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeTargetGroupsRequest")
            .field("load-balancer-arn", &self.load_balancer_arn)
            .field("target-group-arns", &self.target_group_arns)
            .field("names", &self.names)
            .field("page-size", &self.page_size)
            .field("marker", &self.marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeTargetGroupsResponse {
    pub target_groups: _rt::Vec<TargetGroup>,
    /// Given when there are more pages.
    pub next_marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeTargetGroupsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeTargetGroupsResponse")
            .field("target-groups", &self.target_groups)
            .field("next-marker", &self.next_marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeTargetHealthRequest {
    pub target_group_arn: _rt::String,
}
impl ::core::fmt::Debug for DescribeTargetHealthRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeTargetHealthRequest")
            .field("target-group-arn", &self.target_group_arn)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeTargetHealthResponse {
    pub target_health_descriptions: _rt::Vec<TargetHealthDescription>,
}
impl ::core::fmt::Debug for DescribeTargetHealthResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeTargetHealthResponse")
            .field(
                "target-health-descriptions",
                &self.target_health_descriptions,
            )
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeLoadBalancers`, one page. A name that AWS does not know is `not-found`.
#[allow(async_fn_in_trait)]
pub fn describe_load_balancers(
    request: &DescribeLoadBalancersRequest,
) -> Result<DescribeLoadBalancersResponse, CallError> {
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
        let DescribeLoadBalancersRequest {
            load_balancer_arns: load_balancer_arns0,
            names: names0,
            page_size: page_size0,
            marker: marker0,
        } = request;
        let vec2 = load_balancer_arns0;
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
        let vec4 = names0;
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
        let (result5_0, result5_1) = match page_size0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result7_0, result7_1, result7_2) = match marker0 {
            Some(e) => {
                let vec6 = e;
                let ptr6 = vec6.as_ptr().cast::<u8>();
                let len6 = vec6.len();
                (1i32, ptr6.cast_mut(), len6)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr8 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/elbv2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-load-balancers"]
            fn wit_import9(
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
        unsafe extern "C" fn wit_import9(
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
        wit_import9(
            result2,
            len2,
            result4,
            len4,
            result5_0,
            result5_1,
            result7_0,
            result7_1,
            result7_2,
            ptr8,
        );
        let l10 = i32::from(*ptr8.add(0).cast::<u8>());
        let result48 = match l10 {
            0 => {
                let e = {
                    let l11 = *ptr8
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l12 = *ptr8
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base28 = l11;
                    let len28 = l12;
                    let mut result28 = _rt::Vec::with_capacity(len28);
                    for i in 0..len28 {
                        let base = base28
                            .add(i * (11 * ::core::mem::size_of::<*const u8>()));
                        let e28 = {
                            let l13 = *base.add(0).cast::<*mut u8>();
                            let l14 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len15 = l14;
                            let bytes15 = _rt::Vec::from_raw_parts(
                                l13.cast(),
                                len15,
                                len15,
                            );
                            let l16 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l20 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l24 = i32::from(
                                *base
                                    .add(8 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            LoadBalancer {
                                load_balancer_arn: _rt::string_lift(bytes15),
                                load_balancer_name: match l16 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l17 = *base
                                                .add(3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l18 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
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
                                dns_name: match l20 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l21 = *base
                                                .add(6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l22 = *base
                                                .add(7 * ::core::mem::size_of::<*const u8>())
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
                                vpc_id: match l24 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l25 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l26 = *base
                                                .add(10 * ::core::mem::size_of::<*const u8>())
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
                            }
                        };
                        result28.push(e28);
                    }
                    _rt::cabi_dealloc(
                        base28,
                        len28 * (11 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l29 = i32::from(
                        *ptr8
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeLoadBalancersResponse {
                        load_balancers: result28,
                        next_marker: match l29 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l30 = *ptr8
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l31 = *ptr8
                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                Ok(e)
            }
            1 => {
                let e = {
                    let l33 = i32::from(
                        *ptr8.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l34 = *ptr8
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l35 = *ptr8
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len36 = l35;
                    let bytes36 = _rt::Vec::from_raw_parts(
                        l34.cast(),
                        len36,
                        len36,
                    );
                    let l37 = i32::from(
                        *ptr8
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l41 = *ptr8
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l42 = *ptr8
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len43 = l42;
                    let bytes43 = _rt::Vec::from_raw_parts(
                        l41.cast(),
                        len43,
                        len43,
                    );
                    let l44 = i32::from(
                        *ptr8
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l33 as u8,
                        ),
                        action: _rt::string_lift(bytes36),
                        code: match l37 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l38 = *ptr8
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l39 = *ptr8
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes43),
                        request_id: match l44 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l45 = *ptr8
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l46 = *ptr8
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len47 = l46;
                                    let bytes47 = _rt::Vec::from_raw_parts(
                                        l45.cast(),
                                        len47,
                                        len47,
                                    );
                                    _rt::string_lift(bytes47)
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
        result48
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeTargetGroups`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_target_groups(
    request: &DescribeTargetGroupsRequest,
) -> Result<DescribeTargetGroupsResponse, CallError> {
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
        let DescribeTargetGroupsRequest {
            load_balancer_arn: load_balancer_arn0,
            target_group_arns: target_group_arns0,
            names: names0,
            page_size: page_size0,
            marker: marker0,
        } = request;
        let (result2_0, result2_1, result2_2) = match load_balancer_arn0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let vec4 = target_group_arns0;
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
        let vec6 = names0;
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
        let (result7_0, result7_1) = match page_size0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result9_0, result9_1, result9_2) = match marker0 {
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
        #[link(wasm_import_module = "stepwell:step/elbv2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-target-groups"]
            fn wit_import11(
                _: i32,
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
        unsafe extern "C" fn wit_import11(
            _: i32,
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
        wit_import11(
            result2_0,
            result2_1,
            result2_2,
            result4,
            len4,
            result6,
            len6,
            result7_0,
            result7_1,
            result9_0,
            result9_1,
            result9_2,
            ptr10,
        );
        let l12 = i32::from(*ptr10.add(0).cast::<u8>());
        let result52 = match l12 {
            0 => {
                let e = {
                    let l13 = *ptr10
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l14 = *ptr10
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base32 = l13;
                    let len32 = l14;
                    let mut result32 = _rt::Vec::with_capacity(len32);
                    for i in 0..len32 {
                        let base = base32
                            .add(i * (8 + 11 * ::core::mem::size_of::<*const u8>()));
                        let e32 = {
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
                            let l18 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l22 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l26 = i32::from(
                                *base
                                    .add(8 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l30 = i32::from(
                                *base
                                    .add(11 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            TargetGroup {
                                target_group_arn: _rt::string_lift(bytes17),
                                target_group_name: match l18 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l19 = *base
                                                .add(3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l20 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len21 = l20;
                                            let bytes21 = _rt::Vec::from_raw_parts(
                                                l19.cast(),
                                                len21,
                                                len21,
                                            );
                                            _rt::string_lift(bytes21)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                target_type: match l22 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l23 = *base
                                                .add(6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l24 = *base
                                                .add(7 * ::core::mem::size_of::<*const u8>())
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
                                protocol: match l26 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l27 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l28 = *base
                                                .add(10 * ::core::mem::size_of::<*const u8>())
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
                                port: match l30 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l31 = *base
                                                .add(4 + 11 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i32>();
                                            l31 as u32
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result32.push(e32);
                    }
                    _rt::cabi_dealloc(
                        base32,
                        len32 * (8 + 11 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l33 = i32::from(
                        *ptr10
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeTargetGroupsResponse {
                        target_groups: result32,
                        next_marker: match l33 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l34 = *ptr10
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l35 = *ptr10
                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                Ok(e)
            }
            1 => {
                let e = {
                    let l37 = i32::from(
                        *ptr10.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l38 = *ptr10
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l39 = *ptr10
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len40 = l39;
                    let bytes40 = _rt::Vec::from_raw_parts(
                        l38.cast(),
                        len40,
                        len40,
                    );
                    let l41 = i32::from(
                        *ptr10
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l45 = *ptr10
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l46 = *ptr10
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len47 = l46;
                    let bytes47 = _rt::Vec::from_raw_parts(
                        l45.cast(),
                        len47,
                        len47,
                    );
                    let l48 = i32::from(
                        *ptr10
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l37 as u8,
                        ),
                        action: _rt::string_lift(bytes40),
                        code: match l41 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l42 = *ptr10
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l43 = *ptr10
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes47),
                        request_id: match l48 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l49 = *ptr10
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l50 = *ptr10
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len51 = l50;
                                    let bytes51 = _rt::Vec::from_raw_parts(
                                        l49.cast(),
                                        len51,
                                        len51,
                                    );
                                    _rt::string_lift(bytes51)
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
        result52
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeTargetHealth`: every target that is registered, in one answer.
#[allow(async_fn_in_trait)]
pub fn describe_target_health(
    request: &DescribeTargetHealthRequest,
) -> Result<DescribeTargetHealthResponse, CallError> {
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
        let DescribeTargetHealthRequest {
            target_group_arn: target_group_arn0,
        } = request;
        let vec1 = target_group_arn0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/elbv2@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-target-health"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result47 = match l4 {
            0 => {
                let e = {
                    let l5 = *ptr2
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l6 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base31 = l5;
                    let len31 = l6;
                    let mut result31 = _rt::Vec::with_capacity(len31);
                    for i in 0..len31 {
                        let base = base31
                            .add(i * (8 + 16 * ::core::mem::size_of::<*const u8>()));
                        let e31 = {
                            let l7 = *base.add(0).cast::<*mut u8>();
                            let l8 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len9 = l8;
                            let bytes9 = _rt::Vec::from_raw_parts(
                                l7.cast(),
                                len9,
                                len9,
                            );
                            let l10 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l12 = i32::from(
                                *base
                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l16 = i32::from(
                                *base
                                    .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l20 = *base
                                .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l21 = *base
                                .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len22 = l21;
                            let bytes22 = _rt::Vec::from_raw_parts(
                                l20.cast(),
                                len22,
                                len22,
                            );
                            let l23 = i32::from(
                                *base
                                    .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l27 = i32::from(
                                *base
                                    .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            TargetHealthDescription {
                                target: TargetDescription {
                                    id: _rt::string_lift(bytes9),
                                    port: match l10 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l11 = *base
                                                    .add(4 + 2 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<i32>();
                                                l11 as u32
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    availability_zone: match l12 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l13 = *base
                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<*mut u8>();
                                                let l14 = *base
                                                    .add(8 + 4 * ::core::mem::size_of::<*const u8>())
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
                                },
                                health_check_port: match l16 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l17 = *base
                                                .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l18 = *base
                                                .add(8 + 7 * ::core::mem::size_of::<*const u8>())
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
                                target_health: TargetHealth {
                                    state: _rt::string_lift(bytes22),
                                    reason: match l23 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l24 = *base
                                                    .add(8 + 11 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<*mut u8>();
                                                let l25 = *base
                                                    .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<usize>();
                                                let len26 = l25;
                                                let bytes26 = _rt::Vec::from_raw_parts(
                                                    l24.cast(),
                                                    len26,
                                                    len26,
                                                );
                                                _rt::string_lift(bytes26)
                                            };
                                            Some(e)
                                        }
                                        _ => _rt::invalid_enum_discriminant(),
                                    },
                                    description: match l27 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l28 = *base
                                                    .add(8 + 14 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<*mut u8>();
                                                let l29 = *base
                                                    .add(8 + 15 * ::core::mem::size_of::<*const u8>())
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
                                },
                            }
                        };
                        result31.push(e31);
                    }
                    _rt::cabi_dealloc(
                        base31,
                        len31 * (8 + 16 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    DescribeTargetHealthResponse {
                        target_health_descriptions: result31,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l32 = i32::from(
                        *ptr2.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l33 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l34 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len35 = l34;
                    let bytes35 = _rt::Vec::from_raw_parts(
                        l33.cast(),
                        len35,
                        len35,
                    );
                    let l36 = i32::from(
                        *ptr2
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l40 = *ptr2
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l41 = *ptr2
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len42 = l41;
                    let bytes42 = _rt::Vec::from_raw_parts(
                        l40.cast(),
                        len42,
                        len42,
                    );
                    let l43 = i32::from(
                        *ptr2
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l32 as u8,
                        ),
                        action: _rt::string_lift(bytes35),
                        code: match l36 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l37 = *ptr2
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l38 = *ptr2
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len39 = l38;
                                    let bytes39 = _rt::Vec::from_raw_parts(
                                        l37.cast(),
                                        len39,
                                        len39,
                                    );
                                    _rt::string_lift(bytes39)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes42),
                        request_id: match l43 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l44 = *ptr2
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l45 = *ptr2
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result47
    }
}
