// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
/// `Container` of a task, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct Container {
    pub name: Option<_rt::String>,
    pub last_status: Option<_rt::String>,
    /// None while the container runs, and when it never did.
    pub exit_code: Option<i32>,
    /// Such as `OutOfMemoryError: Container killed due to memory usage`.
    pub reason: Option<_rt::String>,
}
impl ::core::fmt::Debug for Container {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Container")
            .field("name", &self.name)
            .field("last-status", &self.last_status)
            .field("exit-code", &self.exit_code)
            .field("reason", &self.reason)
            .finish()
    }
}
/// `Task`, without what no step has needed yet. Times are milliseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Default)]
pub struct Task {
    pub task_arn: _rt::String,
    pub cluster_arn: Option<_rt::String>,
    pub task_definition_arn: Option<_rt::String>,
    /// Such as `service:web` or `family:report`.
    pub group: Option<_rt::String>,
    /// `PROVISIONING`, `PENDING`, `ACTIVATING`, `RUNNING`, `DEACTIVATING`, `STOPPING`, `DEPROVISIONING`, `STOPPED` or
    /// `DELETED`.
    pub last_status: _rt::String,
    /// What ECS brings the task to: `RUNNING` or `STOPPED`.
    pub desired_status: Option<_rt::String>,
    /// Such as `TaskFailedToStart`, `EssentialContainerExited` or `UserInitiated`.
    pub stop_code: Option<_rt::String>,
    pub stopped_reason: Option<_rt::String>,
    pub created_at: Option<u64>,
    pub started_at: Option<u64>,
    pub stopping_at: Option<u64>,
    pub stopped_at: Option<u64>,
    pub containers: _rt::Vec<Container>,
}
impl ::core::fmt::Debug for Task {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Task")
            .field("task-arn", &self.task_arn)
            .field("cluster-arn", &self.cluster_arn)
            .field("task-definition-arn", &self.task_definition_arn)
            .field("group", &self.group)
            .field("last-status", &self.last_status)
            .field("desired-status", &self.desired_status)
            .field("stop-code", &self.stop_code)
            .field("stopped-reason", &self.stopped_reason)
            .field("created-at", &self.created_at)
            .field("started-at", &self.started_at)
            .field("stopping-at", &self.stopping_at)
            .field("stopped-at", &self.stopped_at)
            .field("containers", &self.containers)
            .finish()
    }
}
/// `Failure`: one of several resources that the call says nothing of.
#[derive(Clone, Default)]
pub struct Failure {
    pub arn: Option<_rt::String>,
    /// Such as `MISSING`.
    pub reason: Option<_rt::String>,
    pub detail: Option<_rt::String>,
}
impl ::core::fmt::Debug for Failure {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Failure")
            .field("arn", &self.arn)
            .field("reason", &self.reason)
            .field("detail", &self.detail)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListTasksRequest {
    /// Name or ARN; the cluster `default` when there is none.
    pub cluster: Option<_rt::String>,
    pub service_name: Option<_rt::String>,
    /// The family of the task definition.
    pub family: Option<_rt::String>,
    /// `RUNNING`, which is the default, or `STOPPED`.
    pub desired_status: Option<_rt::String>,
    /// 1 to 100.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListTasksRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListTasksRequest")
            .field("cluster", &self.cluster)
            .field("service-name", &self.service_name)
            .field("family", &self.family)
            .field("desired-status", &self.desired_status)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListTasksResponse {
    pub task_arns: _rt::Vec<_rt::String>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListTasksResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListTasksResponse")
            .field("task-arns", &self.task_arns)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeTasksRequest {
    /// Name or ARN; the cluster `default` when there is none.
    pub cluster: Option<_rt::String>,
    /// Ids or ARNs, at most 100.
    pub tasks: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for DescribeTasksRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeTasksRequest")
            .field("cluster", &self.cluster)
            .field("tasks", &self.tasks)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeTasksResponse {
    pub tasks: _rt::Vec<Task>,
    /// Not empty in an answer that is otherwise a success: nothing is known of these.
    pub failures: _rt::Vec<Failure>,
}
impl ::core::fmt::Debug for DescribeTasksResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeTasksResponse")
            .field("tasks", &self.tasks)
            .field("failures", &self.failures)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopTaskRequest {
    /// Name or ARN; the cluster `default` when there is none.
    pub cluster: Option<_rt::String>,
    /// Id or ARN.
    pub task: _rt::String,
    /// At most 255 characters; it becomes the task's `stopped-reason`.
    pub reason: Option<_rt::String>,
}
impl ::core::fmt::Debug for StopTaskRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopTaskRequest")
            .field("cluster", &self.cluster)
            .field("task", &self.task)
            .field("reason", &self.reason)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopTaskResponse {
    pub task: Task,
}
impl ::core::fmt::Debug for StopTaskResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopTaskResponse").field("task", &self.task).finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `ListTasks`, one page. ECS keeps stopped tasks for about an hour.
#[allow(async_fn_in_trait)]
pub fn list_tasks(
    request: &ListTasksRequest,
) -> Result<ListTasksResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 8 + 15 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 8
                + 15 * ::core::mem::size_of::<*const u8>()],
        );
        let ptr0 = ret_area.0.as_mut_ptr().cast::<u8>();
        let ListTasksRequest {
            cluster: cluster1,
            service_name: service_name1,
            family: family1,
            desired_status: desired_status1,
            max_results: max_results1,
            next_token: next_token1,
        } = request;
        match cluster1 {
            Some(e) => {
                *ptr0.add(0).cast::<u8>() = (1i32) as u8;
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                *ptr0
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len2;
                *ptr0
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr2.cast_mut();
            }
            None => {
                *ptr0.add(0).cast::<u8>() = (0i32) as u8;
            }
        };
        match service_name1 {
            Some(e) => {
                *ptr0
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *ptr0
                    .add(5 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *ptr0
                    .add(4 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr3.cast_mut();
            }
            None => {
                *ptr0
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match family1 {
            Some(e) => {
                *ptr0
                    .add(6 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *ptr0
                    .add(8 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *ptr0
                    .add(7 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr4.cast_mut();
            }
            None => {
                *ptr0
                    .add(6 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match desired_status1 {
            Some(e) => {
                *ptr0
                    .add(9 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec5 = e;
                let ptr5 = vec5.as_ptr().cast::<u8>();
                let len5 = vec5.len();
                *ptr0
                    .add(11 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len5;
                *ptr0
                    .add(10 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr5.cast_mut();
            }
            None => {
                *ptr0
                    .add(9 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match max_results1 {
            Some(e) => {
                *ptr0
                    .add(12 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                *ptr0
                    .add(4 + 12 * ::core::mem::size_of::<*const u8>())
                    .cast::<i32>() = _rt::as_i32(e);
            }
            None => {
                *ptr0
                    .add(12 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match next_token1 {
            Some(e) => {
                *ptr0
                    .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec6 = e;
                let ptr6 = vec6.as_ptr().cast::<u8>();
                let len6 = vec6.len();
                *ptr0
                    .add(8 + 14 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len6;
                *ptr0
                    .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr6.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let ptr7 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ecs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "list-tasks"]
            fn wit_import8(_: *mut u8, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import8(_: *mut u8, _: *mut u8) {
            unreachable!()
        }
        wit_import8(ptr0, ptr7);
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
                    let base15 = l10;
                    let len15 = l11;
                    let mut result15 = _rt::Vec::with_capacity(len15);
                    for i in 0..len15 {
                        let base = base15
                            .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                        let e15 = {
                            let l12 = *base.add(0).cast::<*mut u8>();
                            let l13 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len14 = l13;
                            let bytes14 = _rt::Vec::from_raw_parts(
                                l12.cast(),
                                len14,
                                len14,
                            );
                            _rt::string_lift(bytes14)
                        };
                        result15.push(e15);
                    }
                    _rt::cabi_dealloc(
                        base15,
                        len15 * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l16 = i32::from(
                        *ptr7
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    ListTasksResponse {
                        task_arns: result15,
                        next_token: match l16 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l17 = *ptr7
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l18 = *ptr7
                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
/// `DescribeTasks`.
#[allow(async_fn_in_trait)]
pub fn describe_tasks(
    request: &DescribeTasksRequest,
) -> Result<DescribeTasksResponse, CallError> {
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
        let DescribeTasksRequest { cluster: cluster0, tasks: tasks0 } = request;
        let (result2_0, result2_1, result2_2) = match cluster0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let vec4 = tasks0;
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
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ecs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-tasks"]
            fn wit_import6(
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import6(
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import6(result2_0, result2_1, result2_2, result4, len4, ptr5);
        let l7 = i32::from(*ptr5.add(0).cast::<u8>());
        let result96 = match l7 {
            0 => {
                let e = {
                    let l8 = *ptr5
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base65 = l8;
                    let len65 = l9;
                    let mut result65 = _rt::Vec::with_capacity(len65);
                    for i in 0..len65 {
                        let base = base65
                            .add(i * (64 + 24 * ::core::mem::size_of::<*const u8>()));
                        let e65 = {
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
                            let l17 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l21 = i32::from(
                                *base
                                    .add(8 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l25 = *base
                                .add(11 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l26 = *base
                                .add(12 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len27 = l26;
                            let bytes27 = _rt::Vec::from_raw_parts(
                                l25.cast(),
                                len27,
                                len27,
                            );
                            let l28 = i32::from(
                                *base
                                    .add(13 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l32 = i32::from(
                                *base
                                    .add(16 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l36 = i32::from(
                                *base
                                    .add(19 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l40 = i32::from(
                                *base
                                    .add(22 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l42 = i32::from(
                                *base
                                    .add(16 + 22 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l44 = i32::from(
                                *base
                                    .add(32 + 22 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l46 = i32::from(
                                *base
                                    .add(48 + 22 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l48 = *base
                                .add(64 + 22 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l49 = *base
                                .add(64 + 23 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let base64 = l48;
                            let len64 = l49;
                            let mut result64 = _rt::Vec::with_capacity(len64);
                            for i in 0..len64 {
                                let base = base64
                                    .add(i * (8 + 9 * ::core::mem::size_of::<*const u8>()));
                                let e64 = {
                                    let l50 = i32::from(*base.add(0).cast::<u8>());
                                    let l54 = i32::from(
                                        *base
                                            .add(3 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l58 = i32::from(
                                        *base
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l60 = i32::from(
                                        *base
                                            .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    Container {
                                        name: match l50 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l51 = *base
                                                        .add(::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l52 = *base
                                                        .add(2 * ::core::mem::size_of::<*const u8>())
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
                                        last_status: match l54 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l55 = *base
                                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l56 = *base
                                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                                        exit_code: match l58 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l59 = *base
                                                        .add(4 + 6 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<i32>();
                                                    l59
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        reason: match l60 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l61 = *base
                                                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l62 = *base
                                                        .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len63 = l62;
                                                    let bytes63 = _rt::Vec::from_raw_parts(
                                                        l61.cast(),
                                                        len63,
                                                        len63,
                                                    );
                                                    _rt::string_lift(bytes63)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                    }
                                };
                                result64.push(e64);
                            }
                            _rt::cabi_dealloc(
                                base64,
                                len64 * (8 + 9 * ::core::mem::size_of::<*const u8>()),
                                ::core::mem::size_of::<*const u8>(),
                            );
                            Task {
                                task_arn: _rt::string_lift(bytes12),
                                cluster_arn: match l13 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l14 = *base
                                                .add(3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l15 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len16 = l15;
                                            let bytes16 = _rt::Vec::from_raw_parts(
                                                l14.cast(),
                                                len16,
                                                len16,
                                            );
                                            _rt::string_lift(bytes16)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                task_definition_arn: match l17 {
                                    0 => None,
                                    1 => {
                                        let e = {
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
                                            _rt::string_lift(bytes20)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                group: match l21 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l22 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l23 = *base
                                                .add(10 * ::core::mem::size_of::<*const u8>())
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
                                last_status: _rt::string_lift(bytes27),
                                desired_status: match l28 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l29 = *base
                                                .add(14 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l30 = *base
                                                .add(15 * ::core::mem::size_of::<*const u8>())
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
                                stop_code: match l32 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l33 = *base
                                                .add(17 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l34 = *base
                                                .add(18 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len35 = l34;
                                            let bytes35 = _rt::Vec::from_raw_parts(
                                                l33.cast(),
                                                len35,
                                                len35,
                                            );
                                            _rt::string_lift(bytes35)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                stopped_reason: match l36 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l37 = *base
                                                .add(20 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l38 = *base
                                                .add(21 * ::core::mem::size_of::<*const u8>())
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
                                created_at: match l40 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l41 = *base
                                                .add(8 + 22 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i64>();
                                            l41 as u64
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                started_at: match l42 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l43 = *base
                                                .add(24 + 22 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i64>();
                                            l43 as u64
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                stopping_at: match l44 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l45 = *base
                                                .add(40 + 22 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i64>();
                                            l45 as u64
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                stopped_at: match l46 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l47 = *base
                                                .add(56 + 22 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i64>();
                                            l47 as u64
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                containers: result64,
                            }
                        };
                        result65.push(e65);
                    }
                    _rt::cabi_dealloc(
                        base65,
                        len65 * (64 + 24 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    let l66 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l67 = *ptr5
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base80 = l66;
                    let len80 = l67;
                    let mut result80 = _rt::Vec::with_capacity(len80);
                    for i in 0..len80 {
                        let base = base80
                            .add(i * (9 * ::core::mem::size_of::<*const u8>()));
                        let e80 = {
                            let l68 = i32::from(*base.add(0).cast::<u8>());
                            let l72 = i32::from(
                                *base
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l76 = i32::from(
                                *base
                                    .add(6 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            Failure {
                                arn: match l68 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l69 = *base
                                                .add(::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l70 = *base
                                                .add(2 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len71 = l70;
                                            let bytes71 = _rt::Vec::from_raw_parts(
                                                l69.cast(),
                                                len71,
                                                len71,
                                            );
                                            _rt::string_lift(bytes71)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                reason: match l72 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l73 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l74 = *base
                                                .add(5 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len75 = l74;
                                            let bytes75 = _rt::Vec::from_raw_parts(
                                                l73.cast(),
                                                len75,
                                                len75,
                                            );
                                            _rt::string_lift(bytes75)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                detail: match l76 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l77 = *base
                                                .add(7 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l78 = *base
                                                .add(8 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len79 = l78;
                                            let bytes79 = _rt::Vec::from_raw_parts(
                                                l77.cast(),
                                                len79,
                                                len79,
                                            );
                                            _rt::string_lift(bytes79)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result80.push(e80);
                    }
                    _rt::cabi_dealloc(
                        base80,
                        len80 * (9 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    DescribeTasksResponse {
                        tasks: result65,
                        failures: result80,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l81 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l82 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l83 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len84 = l83;
                    let bytes84 = _rt::Vec::from_raw_parts(
                        l82.cast(),
                        len84,
                        len84,
                    );
                    let l85 = i32::from(
                        *ptr5
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l89 = *ptr5
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l90 = *ptr5
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len91 = l90;
                    let bytes91 = _rt::Vec::from_raw_parts(
                        l89.cast(),
                        len91,
                        len91,
                    );
                    let l92 = i32::from(
                        *ptr5
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l81 as u8,
                        ),
                        action: _rt::string_lift(bytes84),
                        code: match l85 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l86 = *ptr5
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l87 = *ptr5
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len88 = l87;
                                    let bytes88 = _rt::Vec::from_raw_parts(
                                        l86.cast(),
                                        len88,
                                        len88,
                                    );
                                    _rt::string_lift(bytes88)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes91),
                        request_id: match l92 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l93 = *ptr5
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l94 = *ptr5
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result96
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StopTask`: every container gets `SIGTERM`, and `SIGKILL` after its stop timeout. A task that AWS does not know is
/// rejected with `InvalidParameterException`.
#[allow(async_fn_in_trait)]
pub fn stop_task(
    request: &StopTaskRequest,
) -> Result<StopTaskResponse, CallError> {
    unsafe {
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 72 + 24 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 72
                + 24 * ::core::mem::size_of::<*const u8>()],
        );
        let StopTaskRequest {
            cluster: cluster0,
            task: task0,
            reason: reason0,
        } = request;
        let (result2_0, result2_1, result2_2) = match cluster0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let vec3 = task0;
        let ptr3 = vec3.as_ptr().cast::<u8>();
        let len3 = vec3.len();
        let (result5_0, result5_1, result5_2) = match reason0 {
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
        #[link(wasm_import_module = "stepwell:step/ecs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "stop-task"]
            fn wit_import7(
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import7(
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import7(
            result2_0,
            result2_1,
            result2_2,
            ptr3.cast_mut(),
            len3,
            result5_0,
            result5_1,
            result5_2,
            ptr6,
        );
        let l8 = i32::from(*ptr6.add(0).cast::<u8>());
        let result79 = match l8 {
            0 => {
                let e = {
                    let l9 = *ptr6.add(8).cast::<*mut u8>();
                    let l10 = *ptr6
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len11 = l10;
                    let bytes11 = _rt::Vec::from_raw_parts(
                        l9.cast(),
                        len11,
                        len11,
                    );
                    let l12 = i32::from(
                        *ptr6
                            .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l16 = i32::from(
                        *ptr6
                            .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l20 = i32::from(
                        *ptr6
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l24 = *ptr6
                        .add(8 + 11 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l25 = *ptr6
                        .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len26 = l25;
                    let bytes26 = _rt::Vec::from_raw_parts(
                        l24.cast(),
                        len26,
                        len26,
                    );
                    let l27 = i32::from(
                        *ptr6
                            .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l31 = i32::from(
                        *ptr6
                            .add(8 + 16 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l35 = i32::from(
                        *ptr6
                            .add(8 + 19 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l39 = i32::from(
                        *ptr6
                            .add(8 + 22 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l41 = i32::from(
                        *ptr6
                            .add(24 + 22 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l43 = i32::from(
                        *ptr6
                            .add(40 + 22 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l45 = i32::from(
                        *ptr6
                            .add(56 + 22 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l47 = *ptr6
                        .add(72 + 22 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l48 = *ptr6
                        .add(72 + 23 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base63 = l47;
                    let len63 = l48;
                    let mut result63 = _rt::Vec::with_capacity(len63);
                    for i in 0..len63 {
                        let base = base63
                            .add(i * (8 + 9 * ::core::mem::size_of::<*const u8>()));
                        let e63 = {
                            let l49 = i32::from(*base.add(0).cast::<u8>());
                            let l53 = i32::from(
                                *base
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l57 = i32::from(
                                *base
                                    .add(6 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l59 = i32::from(
                                *base
                                    .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            Container {
                                name: match l49 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l50 = *base
                                                .add(::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l51 = *base
                                                .add(2 * ::core::mem::size_of::<*const u8>())
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
                                last_status: match l53 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l54 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l55 = *base
                                                .add(5 * ::core::mem::size_of::<*const u8>())
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
                                exit_code: match l57 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l58 = *base
                                                .add(4 + 6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i32>();
                                            l58
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                reason: match l59 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l60 = *base
                                                .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l61 = *base
                                                .add(8 + 8 * ::core::mem::size_of::<*const u8>())
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
                            }
                        };
                        result63.push(e63);
                    }
                    _rt::cabi_dealloc(
                        base63,
                        len63 * (8 + 9 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    StopTaskResponse {
                        task: Task {
                            task_arn: _rt::string_lift(bytes11),
                            cluster_arn: match l12 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l13 = *ptr6
                                            .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l14 = *ptr6
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
                            task_definition_arn: match l16 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l17 = *ptr6
                                            .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l18 = *ptr6
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
                            group: match l20 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l21 = *ptr6
                                            .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l22 = *ptr6
                                            .add(8 + 10 * ::core::mem::size_of::<*const u8>())
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
                            last_status: _rt::string_lift(bytes26),
                            desired_status: match l27 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l28 = *ptr6
                                            .add(8 + 14 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l29 = *ptr6
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
                            stop_code: match l31 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l32 = *ptr6
                                            .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l33 = *ptr6
                                            .add(8 + 18 * ::core::mem::size_of::<*const u8>())
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
                            stopped_reason: match l35 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l36 = *ptr6
                                            .add(8 + 20 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l37 = *ptr6
                                            .add(8 + 21 * ::core::mem::size_of::<*const u8>())
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
                            created_at: match l39 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l40 = *ptr6
                                            .add(16 + 22 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i64>();
                                        l40 as u64
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            started_at: match l41 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l42 = *ptr6
                                            .add(32 + 22 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i64>();
                                        l42 as u64
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            stopping_at: match l43 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l44 = *ptr6
                                            .add(48 + 22 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i64>();
                                        l44 as u64
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            stopped_at: match l45 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l46 = *ptr6
                                            .add(64 + 22 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i64>();
                                        l46 as u64
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            containers: result63,
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l64 = i32::from(*ptr6.add(8).cast::<u8>());
                    let l65 = *ptr6
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l66 = *ptr6
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len67 = l66;
                    let bytes67 = _rt::Vec::from_raw_parts(
                        l65.cast(),
                        len67,
                        len67,
                    );
                    let l68 = i32::from(
                        *ptr6
                            .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l72 = *ptr6
                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l73 = *ptr6
                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len74 = l73;
                    let bytes74 = _rt::Vec::from_raw_parts(
                        l72.cast(),
                        len74,
                        len74,
                    );
                    let l75 = i32::from(
                        *ptr6
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l64 as u8,
                        ),
                        action: _rt::string_lift(bytes67),
                        code: match l68 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l69 = *ptr6
                                        .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l70 = *ptr6
                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len71 = l70;
                                    let bytes71 = _rt::Vec::from_raw_parts(
                                        l69.cast(),
                                        len71,
                                        len71,
                                    );
                                    _rt::string_lift(bytes71)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes74),
                        request_id: match l75 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l76 = *ptr6
                                        .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l77 = *ptr6
                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len78 = l77;
                                    let bytes78 = _rt::Vec::from_raw_parts(
                                        l76.cast(),
                                        len78,
                                        len78,
                                    );
                                    _rt::string_lift(bytes78)
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
        result79
    }
}
