// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
pub type Tag = super::super::super::stepwell::step::types::Tag;
#[derive(Clone, Default)]
pub struct InvokeRequest {
    /// A name, an ARN or a part of one, such as `123456789012:function:report`.
    pub function_name: _rt::String,
    /// `RequestResponse` (AWS's default), `Event` or `DryRun`.
    pub invocation_type: Option<_rt::String>,
    /// `None` (AWS's default) or `Tail`, which is for `RequestResponse` alone.
    pub log_type: Option<_rt::String>,
    /// A version or an alias; `$LATEST` without one.
    pub qualifier: Option<_rt::String>,
    /// A JSON object, at most 3,583 bytes once the host has encoded it in base64. A secret cannot stand in it.
    pub client_context: Option<_rt::String>,
    /// JSON, at most 6 MB, and 1 MB of an `Event`.
    pub payload: Option<_rt::String>,
}
impl ::core::fmt::Debug for InvokeRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("InvokeRequest")
            .field("function-name", &self.function_name)
            .field("invocation-type", &self.invocation_type)
            .field("log-type", &self.log_type)
            .field("qualifier", &self.qualifier)
            .field("client-context", &self.client_context)
            .field("payload", &self.payload)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct InvokeResponse {
    /// `200` of a `RequestResponse`, `202` of an `Event`, `204` of a `DryRun`.
    pub status_code: u16,
    pub executed_version: Option<_rt::String>,
    /// `Handled` or `Unhandled` when the function failed; then `payload` says why.
    pub function_error: Option<_rt::String>,
    /// The last 4 KB of what the function logged, already decoded. Given for a `log-type` of `Tail`.
    pub log_result: Option<_rt::String>,
    /// What the function returned: JSON, at most 6 MB. What is not UTF-8 is replaced by U+FFFD. A secret that was in
    /// the request comes back as its placeholder, here and in `log-result`.
    pub payload: Option<_rt::String>,
}
impl ::core::fmt::Debug for InvokeResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("InvokeResponse")
            .field("status-code", &self.status_code)
            .field("executed-version", &self.executed_version)
            .field("function-error", &self.function_error)
            .field("log-result", &self.log_result)
            .field("payload", &self.payload)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateFunctionRequest {
    pub function_name: _rt::String,
    /// The ARN of the role that the code runs with.
    pub role: _rt::String,
    /// Such as `python3.13`.
    pub runtime: _rt::String,
    /// Such as `main.lambda_handler`: file and function.
    pub handler: _rt::String,
    /// A zip archive, at most 50 MB. A secret cannot stand in it.
    pub zip_file: _rt::Vec<u8>,
    pub description: Option<_rt::String>,
    /// Seconds, 1 to 900; 3 without it.
    pub timeout: Option<u32>,
    /// MB, 128 to 10,240; 128 without it.
    pub memory_size: Option<u32>,
    pub tags: _rt::Vec<Tag>,
}
impl ::core::fmt::Debug for CreateFunctionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateFunctionRequest")
            .field("function-name", &self.function_name)
            .field("role", &self.role)
            .field("runtime", &self.runtime)
            .field("handler", &self.handler)
            .field("zip-file", &self.zip_file)
            .field("description", &self.description)
            .field("timeout", &self.timeout)
            .field("memory-size", &self.memory_size)
            .field("tags", &self.tags)
            .finish()
    }
}
/// `FunctionConfiguration`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct FunctionConfiguration {
    pub function_arn: _rt::String,
    /// `Pending`, `Active`, `Inactive`, `Failed`, `Deactivating`, `Deactivated`, `ActiveNonInvocable` or `Deleting`.
    pub state: Option<_rt::String>,
    /// Why it is in this state, in words and as a code such as `Creating`.
    pub state_reason: Option<_rt::String>,
    pub state_reason_code: Option<_rt::String>,
}
impl ::core::fmt::Debug for FunctionConfiguration {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("FunctionConfiguration")
            .field("function-arn", &self.function_arn)
            .field("state", &self.state)
            .field("state-reason", &self.state_reason)
            .field("state-reason-code", &self.state_reason_code)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetFunctionRequest {
    pub function_name: _rt::String,
    pub qualifier: Option<_rt::String>,
}
impl ::core::fmt::Debug for GetFunctionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetFunctionRequest")
            .field("function-name", &self.function_name)
            .field("qualifier", &self.qualifier)
            .finish()
    }
}
/// Without where AWS keeps the code, which is an address that anybody could read it from.
#[derive(Clone, Default)]
pub struct GetFunctionResponse {
    pub configuration: FunctionConfiguration,
}
impl ::core::fmt::Debug for GetFunctionResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetFunctionResponse")
            .field("configuration", &self.configuration)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DeleteFunctionRequest {
    pub function_name: _rt::String,
    /// The version to delete; the whole function without it.
    pub qualifier: Option<_rt::String>,
}
impl ::core::fmt::Debug for DeleteFunctionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DeleteFunctionRequest")
            .field("function-name", &self.function_name)
            .field("qualifier", &self.qualifier)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `Invoke`. A `RequestResponse` answers when the function has ended, which may be after 15 minutes. A function that
/// fails is no `call-error`: see `function-error`.
#[allow(async_fn_in_trait)]
pub fn invoke(request: &InvokeRequest) -> Result<InvokeResponse, CallError> {
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
        let InvokeRequest {
            function_name: function_name1,
            invocation_type: invocation_type1,
            log_type: log_type1,
            qualifier: qualifier1,
            client_context: client_context1,
            payload: payload1,
        } = request;
        let vec2 = function_name1;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        *ptr0.add(::core::mem::size_of::<*const u8>()).cast::<usize>() = len2;
        *ptr0.add(0).cast::<*mut u8>() = ptr2.cast_mut();
        match invocation_type1 {
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
        match log_type1 {
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
        match qualifier1 {
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
        match client_context1 {
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
        match payload1 {
            Some(e) => {
                *ptr0
                    .add(14 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec7 = e;
                let ptr7 = vec7.as_ptr().cast::<u8>();
                let len7 = vec7.len();
                *ptr0
                    .add(16 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len7;
                *ptr0
                    .add(15 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr7.cast_mut();
            }
            None => {
                *ptr0
                    .add(14 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let ptr8 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/lambda@0.1.0")]
        unsafe extern "C" {
            #[link_name = "invoke"]
            fn wit_import9(_: *mut u8, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import9(_: *mut u8, _: *mut u8) {
            unreachable!()
        }
        wit_import9(ptr0, ptr8);
        let l10 = i32::from(*ptr8.add(0).cast::<u8>());
        let result43 = match l10 {
            0 => {
                let e = {
                    let l11 = i32::from(
                        *ptr8.add(::core::mem::size_of::<*const u8>()).cast::<u16>(),
                    );
                    let l12 = i32::from(
                        *ptr8
                            .add(2 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l16 = i32::from(
                        *ptr8
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l20 = i32::from(
                        *ptr8
                            .add(8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l24 = i32::from(
                        *ptr8
                            .add(11 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    InvokeResponse {
                        status_code: l11 as u16,
                        executed_version: match l12 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l13 = *ptr8
                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l14 = *ptr8
                                        .add(4 * ::core::mem::size_of::<*const u8>())
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
                        function_error: match l16 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l17 = *ptr8
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l18 = *ptr8
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
                        log_result: match l20 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l21 = *ptr8
                                        .add(9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l22 = *ptr8
                                        .add(10 * ::core::mem::size_of::<*const u8>())
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
                        payload: match l24 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l25 = *ptr8
                                        .add(12 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l26 = *ptr8
                                        .add(13 * ::core::mem::size_of::<*const u8>())
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
                Ok(e)
            }
            1 => {
                let e = {
                    let l28 = i32::from(
                        *ptr8.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l29 = *ptr8
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l30 = *ptr8
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len31 = l30;
                    let bytes31 = _rt::Vec::from_raw_parts(
                        l29.cast(),
                        len31,
                        len31,
                    );
                    let l32 = i32::from(
                        *ptr8
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l36 = *ptr8
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l37 = *ptr8
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len38 = l37;
                    let bytes38 = _rt::Vec::from_raw_parts(
                        l36.cast(),
                        len38,
                        len38,
                    );
                    let l39 = i32::from(
                        *ptr8
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l28 as u8,
                        ),
                        action: _rt::string_lift(bytes31),
                        code: match l32 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l33 = *ptr8
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l34 = *ptr8
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes38),
                        request_id: match l39 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l40 = *ptr8
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l41 = *ptr8
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
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result43
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CreateFunction`. When there is a function with this name, AWS refuses with the code `ResourceConflictException`:
/// so does a repetition after a crash, and the function is there all the same. Choose a name that nobody else will.
#[allow(async_fn_in_trait)]
pub fn create_function(
    request: &CreateFunctionRequest,
) -> Result<FunctionConfiguration, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 16 + 15 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 16
                + 15 * ::core::mem::size_of::<*const u8>()],
        );
        let ptr0 = ret_area.0.as_mut_ptr().cast::<u8>();
        let CreateFunctionRequest {
            function_name: function_name1,
            role: role1,
            runtime: runtime1,
            handler: handler1,
            zip_file: zip_file1,
            description: description1,
            timeout: timeout1,
            memory_size: memory_size1,
            tags: tags1,
        } = request;
        let vec2 = function_name1;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        *ptr0.add(::core::mem::size_of::<*const u8>()).cast::<usize>() = len2;
        *ptr0.add(0).cast::<*mut u8>() = ptr2.cast_mut();
        let vec3 = role1;
        let ptr3 = vec3.as_ptr().cast::<u8>();
        let len3 = vec3.len();
        *ptr0.add(3 * ::core::mem::size_of::<*const u8>()).cast::<usize>() = len3;
        *ptr0
            .add(2 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = ptr3.cast_mut();
        let vec4 = runtime1;
        let ptr4 = vec4.as_ptr().cast::<u8>();
        let len4 = vec4.len();
        *ptr0.add(5 * ::core::mem::size_of::<*const u8>()).cast::<usize>() = len4;
        *ptr0
            .add(4 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = ptr4.cast_mut();
        let vec5 = handler1;
        let ptr5 = vec5.as_ptr().cast::<u8>();
        let len5 = vec5.len();
        *ptr0.add(7 * ::core::mem::size_of::<*const u8>()).cast::<usize>() = len5;
        *ptr0
            .add(6 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = ptr5.cast_mut();
        let vec6 = zip_file1;
        let ptr6 = vec6.as_ptr().cast::<u8>();
        let len6 = vec6.len();
        *ptr0.add(9 * ::core::mem::size_of::<*const u8>()).cast::<usize>() = len6;
        *ptr0
            .add(8 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = ptr6.cast_mut();
        match description1 {
            Some(e) => {
                *ptr0
                    .add(10 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec7 = e;
                let ptr7 = vec7.as_ptr().cast::<u8>();
                let len7 = vec7.len();
                *ptr0
                    .add(12 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len7;
                *ptr0
                    .add(11 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr7.cast_mut();
            }
            None => {
                *ptr0
                    .add(10 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match timeout1 {
            Some(e) => {
                *ptr0
                    .add(13 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                *ptr0
                    .add(4 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<i32>() = _rt::as_i32(e);
            }
            None => {
                *ptr0
                    .add(13 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match memory_size1 {
            Some(e) => {
                *ptr0
                    .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                *ptr0
                    .add(12 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<i32>() = _rt::as_i32(e);
            }
            None => {
                *ptr0
                    .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let vec11 = tags1;
        let len11 = vec11.len();
        let layout11 = _rt::alloc::Layout::from_size_align(
                vec11.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result11, _cleanup11) = wit_bindgen::rt::Cleanup::new(layout11);
        for (i, e) in vec11.into_iter().enumerate() {
            let base = result11
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let super::super::super::stepwell::step::types::Tag {
                    key: key8,
                    value: value8,
                } = e;
                let vec9 = key8;
                let ptr9 = vec9.as_ptr().cast::<u8>();
                let len9 = vec9.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len9;
                *base.add(0).cast::<*mut u8>() = ptr9.cast_mut();
                let vec10 = value8;
                let ptr10 = vec10.as_ptr().cast::<u8>();
                let len10 = vec10.len();
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len10;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr10.cast_mut();
            }
        }
        *ptr0
            .add(16 + 14 * ::core::mem::size_of::<*const u8>())
            .cast::<usize>() = len11;
        *ptr0
            .add(16 + 13 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = result11;
        let ptr12 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/lambda@0.1.0")]
        unsafe extern "C" {
            #[link_name = "create-function"]
            fn wit_import13(_: *mut u8, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import13(_: *mut u8, _: *mut u8) {
            unreachable!()
        }
        wit_import13(ptr0, ptr12);
        let l14 = i32::from(*ptr12.add(0).cast::<u8>());
        let result45 = match l14 {
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
                    let l18 = i32::from(
                        *ptr12
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l22 = i32::from(
                        *ptr12
                            .add(6 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l26 = i32::from(
                        *ptr12
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    FunctionConfiguration {
                        function_arn: _rt::string_lift(bytes17),
                        state: match l18 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l19 = *ptr12
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l20 = *ptr12
                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                        state_reason: match l22 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l23 = *ptr12
                                        .add(7 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l24 = *ptr12
                                        .add(8 * ::core::mem::size_of::<*const u8>())
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
                        state_reason_code: match l26 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l27 = *ptr12
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr12
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
                Ok(e)
            }
            1 => {
                let e = {
                    let l30 = i32::from(
                        *ptr12.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l31 = *ptr12
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l32 = *ptr12
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len33 = l32;
                    let bytes33 = _rt::Vec::from_raw_parts(
                        l31.cast(),
                        len33,
                        len33,
                    );
                    let l34 = i32::from(
                        *ptr12
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l38 = *ptr12
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l39 = *ptr12
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len40 = l39;
                    let bytes40 = _rt::Vec::from_raw_parts(
                        l38.cast(),
                        len40,
                        len40,
                    );
                    let l41 = i32::from(
                        *ptr12
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l30 as u8,
                        ),
                        action: _rt::string_lift(bytes33),
                        code: match l34 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l35 = *ptr12
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l36 = *ptr12
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len37 = l36;
                                    let bytes37 = _rt::Vec::from_raw_parts(
                                        l35.cast(),
                                        len37,
                                        len37,
                                    );
                                    _rt::string_lift(bytes37)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes40),
                        request_id: match l41 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l42 = *ptr12
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l43 = *ptr12
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result45
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `GetFunction`.
#[allow(async_fn_in_trait)]
pub fn get_function(
    request: &GetFunctionRequest,
) -> Result<GetFunctionResponse, CallError> {
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
        let GetFunctionRequest {
            function_name: function_name0,
            qualifier: qualifier0,
        } = request;
        let vec1 = function_name0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result3_0, result3_1, result3_2) = match qualifier0 {
            Some(e) => {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                (1i32, ptr2.cast_mut(), len2)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr4 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/lambda@0.1.0")]
        unsafe extern "C" {
            #[link_name = "get-function"]
            fn wit_import5(
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import5(
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import5(
            ptr1.cast_mut(),
            len1,
            result3_0,
            result3_1,
            result3_2,
            ptr4,
        );
        let l6 = i32::from(*ptr4.add(0).cast::<u8>());
        let result37 = match l6 {
            0 => {
                let e = {
                    let l7 = *ptr4
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l8 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len9 = l8;
                    let bytes9 = _rt::Vec::from_raw_parts(
                        l7.cast(),
                        len9,
                        len9,
                    );
                    let l10 = i32::from(
                        *ptr4
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l14 = i32::from(
                        *ptr4
                            .add(6 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l18 = i32::from(
                        *ptr4
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    GetFunctionResponse {
                        configuration: FunctionConfiguration {
                            function_arn: _rt::string_lift(bytes9),
                            state: match l10 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l11 = *ptr4
                                            .add(4 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l12 = *ptr4
                                            .add(5 * ::core::mem::size_of::<*const u8>())
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
                            state_reason: match l14 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l15 = *ptr4
                                            .add(7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l16 = *ptr4
                                            .add(8 * ::core::mem::size_of::<*const u8>())
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
                            state_reason_code: match l18 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l19 = *ptr4
                                            .add(10 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l20 = *ptr4
                                            .add(11 * ::core::mem::size_of::<*const u8>())
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
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l22 = i32::from(
                        *ptr4.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l23 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l24 = *ptr4
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len25 = l24;
                    let bytes25 = _rt::Vec::from_raw_parts(
                        l23.cast(),
                        len25,
                        len25,
                    );
                    let l26 = i32::from(
                        *ptr4
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l30 = *ptr4
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l31 = *ptr4
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len32 = l31;
                    let bytes32 = _rt::Vec::from_raw_parts(
                        l30.cast(),
                        len32,
                        len32,
                    );
                    let l33 = i32::from(
                        *ptr4
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
                                    let l27 = *ptr4
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr4
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
                                    let l34 = *ptr4
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l35 = *ptr4
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
/// `DeleteFunction`. A function that is not there is `not-found`: so is a repetition after a crash.
#[allow(async_fn_in_trait)]
pub fn delete_function(
    request: &DeleteFunctionRequest,
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
        let DeleteFunctionRequest {
            function_name: function_name0,
            qualifier: qualifier0,
        } = request;
        let vec1 = function_name0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result3_0, result3_1, result3_2) = match qualifier0 {
            Some(e) => {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                (1i32, ptr2.cast_mut(), len2)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr4 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/lambda@0.1.0")]
        unsafe extern "C" {
            #[link_name = "delete-function"]
            fn wit_import5(
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import5(
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import5(
            ptr1.cast_mut(),
            len1,
            result3_0,
            result3_1,
            result3_2,
            ptr4,
        );
        let l6 = i32::from(*ptr4.add(0).cast::<u8>());
        let result22 = match l6 {
            0 => {
                let e = ();
                Ok(e)
            }
            1 => {
                let e = {
                    let l7 = i32::from(
                        *ptr4.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l8 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr4
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = i32::from(
                        *ptr4
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l15 = *ptr4
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l16 = *ptr4
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len17 = l16;
                    let bytes17 = _rt::Vec::from_raw_parts(
                        l15.cast(),
                        len17,
                        len17,
                    );
                    let l18 = i32::from(
                        *ptr4
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l7 as u8,
                        ),
                        action: _rt::string_lift(bytes10),
                        code: match l11 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l12 = *ptr4
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l13 = *ptr4
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes17),
                        request_id: match l18 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l19 = *ptr4
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l20 = *ptr4
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result22
    }
}
