// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
#[derive(Clone, Default)]
pub struct StartQueryRequest {
    /// 1 to 50, but none for a query in SQL, which names them itself.
    pub log_group_names: _rt::Vec<_rt::String>,
    /// Milliseconds since 1970-01-01 00:00 UTC. AWS takes whole seconds; the host rounds down.
    pub start_time: u64,
    /// Milliseconds since 1970-01-01 00:00 UTC, included. AWS takes whole seconds; the host rounds up, because what
    /// was logged within the last one would be missing.
    pub end_time: u64,
    /// At most 10,000 characters.
    pub query_string: _rt::String,
    /// `CWLI` (AWS's default), `PPL` or `SQL`.
    pub query_language: Option<_rt::String>,
    /// Rows, 1 to 100,000. A limit within the query comes first.
    pub limit: Option<u32>,
}
impl ::core::fmt::Debug for StartQueryRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartQueryRequest")
            .field("log-group-names", &self.log_group_names)
            .field("start-time", &self.start_time)
            .field("end-time", &self.end_time)
            .field("query-string", &self.query_string)
            .field("query-language", &self.query_language)
            .field("limit", &self.limit)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartQueryResponse {
    pub query_id: _rt::String,
}
impl ::core::fmt::Debug for StartQueryResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartQueryResponse")
            .field("query-id", &self.query_id)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetQueryResultsRequest {
    pub query_id: _rt::String,
    /// Rows, 1 to 10,000.
    pub max_items: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for GetQueryResultsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetQueryResultsRequest")
            .field("query-id", &self.query_id)
            .field("max-items", &self.max_items)
            .field("next-token", &self.next_token)
            .finish()
    }
}
/// `ResultField`.
#[derive(Clone, Default)]
pub struct ResultField {
    pub field: Option<_rt::String>,
    pub value: Option<_rt::String>,
}
impl ::core::fmt::Debug for ResultField {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ResultField")
            .field("field", &self.field)
            .field("value", &self.value)
            .finish()
    }
}
/// `QueryStatistics`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct QueryStatistics {
    pub records_matched: u64,
    pub records_scanned: u64,
}
impl ::core::fmt::Debug for QueryStatistics {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("QueryStatistics")
            .field("records-matched", &self.records_matched)
            .field("records-scanned", &self.records_scanned)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetQueryResultsResponse {
    /// `Scheduled`, `Running`, `Complete`, `Failed`, `Cancelled`, `Timeout` or `Unknown`.
    pub status: _rt::String,
    /// The fields of each row, in the order of the query, without those that the row does not have; of a query that
    /// is not complete, what was found so far.
    pub results: _rt::Vec<_rt::Vec<ResultField>>,
    pub statistics: Option<QueryStatistics>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for GetQueryResultsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetQueryResultsResponse")
            .field("status", &self.status)
            .field("results", &self.results)
            .field("statistics", &self.statistics)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopQueryRequest {
    pub query_id: _rt::String,
}
impl ::core::fmt::Debug for StopQueryRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopQueryRequest")
            .field("query-id", &self.query_id)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeQueryDefinitionsRequest {
    pub query_definition_name_prefix: Option<_rt::String>,
    /// 1 to 1000.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeQueryDefinitionsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeQueryDefinitionsRequest")
            .field(
                "query-definition-name-prefix",
                &self.query_definition_name_prefix,
            )
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
/// `QueryDefinition`: a saved query.
#[derive(Clone, Default)]
pub struct QueryDefinition {
    pub query_definition_id: _rt::String,
    /// With its folders: `infra/nginx/errors`.
    pub name: _rt::String,
    pub query_string: _rt::String,
    /// `CWLI`, `PPL` or `SQL`.
    pub query_language: Option<_rt::String>,
}
impl ::core::fmt::Debug for QueryDefinition {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("QueryDefinition")
            .field("query-definition-id", &self.query_definition_id)
            .field("name", &self.name)
            .field("query-string", &self.query_string)
            .field("query-language", &self.query_language)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeQueryDefinitionsResponse {
    pub query_definitions: _rt::Vec<QueryDefinition>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeQueryDefinitionsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeQueryDefinitionsResponse")
            .field("query-definitions", &self.query_definitions)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateLogStreamRequest {
    pub log_group_name: _rt::String,
    pub log_stream_name: _rt::String,
}
impl ::core::fmt::Debug for CreateLogStreamRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateLogStreamRequest")
            .field("log-group-name", &self.log_group_name)
            .field("log-stream-name", &self.log_stream_name)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StartQuery`: a query of Logs Insights. Repeated, it starts another query, which changes nothing and costs what it
/// scans.
#[allow(async_fn_in_trait)]
pub fn start_query(
    request: &StartQueryRequest,
) -> Result<StartQueryResponse, CallError> {
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
        let StartQueryRequest {
            log_group_names: log_group_names0,
            start_time: start_time0,
            end_time: end_time0,
            query_string: query_string0,
            query_language: query_language0,
            limit: limit0,
        } = request;
        let vec2 = log_group_names0;
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
        let vec3 = query_string0;
        let ptr3 = vec3.as_ptr().cast::<u8>();
        let len3 = vec3.len();
        let (result5_0, result5_1, result5_2) = match query_language0 {
            Some(e) => {
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                (1i32, ptr4.cast_mut(), len4)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result6_0, result6_1) = match limit0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let ptr7 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/cloudwatch-logs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "start-query"]
            fn wit_import8(
                _: *mut u8,
                _: usize,
                _: i64,
                _: i64,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import8(
            _: *mut u8,
            _: usize,
            _: i64,
            _: i64,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import8(
            result2,
            len2,
            _rt::as_i64(start_time0),
            _rt::as_i64(end_time0),
            ptr3.cast_mut(),
            len3,
            result5_0,
            result5_1,
            result5_2,
            result6_0,
            result6_1,
            ptr7,
        );
        let l9 = i32::from(*ptr7.add(0).cast::<u8>());
        let result28 = match l9 {
            0 => {
                let e = {
                    let l10 = *ptr7
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l11 = *ptr7
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len12 = l11;
                    let bytes12 = _rt::Vec::from_raw_parts(
                        l10.cast(),
                        len12,
                        len12,
                    );
                    StartQueryResponse {
                        query_id: _rt::string_lift(bytes12),
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l13 = i32::from(
                        *ptr7.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l14 = *ptr7
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l15 = *ptr7
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len16 = l15;
                    let bytes16 = _rt::Vec::from_raw_parts(
                        l14.cast(),
                        len16,
                        len16,
                    );
                    let l17 = i32::from(
                        *ptr7
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l21 = *ptr7
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l22 = *ptr7
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len23 = l22;
                    let bytes23 = _rt::Vec::from_raw_parts(
                        l21.cast(),
                        len23,
                        len23,
                    );
                    let l24 = i32::from(
                        *ptr7
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l13 as u8,
                        ),
                        action: _rt::string_lift(bytes16),
                        code: match l17 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l18 = *ptr7
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l19 = *ptr7
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes23),
                        request_id: match l24 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l25 = *ptr7
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l26 = *ptr7
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result28
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `GetQueryResults`, one page.
#[allow(async_fn_in_trait)]
pub fn get_query_results(
    request: &GetQueryResultsRequest,
) -> Result<GetQueryResultsResponse, CallError> {
    unsafe {
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 32 + 8 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 32
                + 8 * ::core::mem::size_of::<*const u8>()],
        );
        let GetQueryResultsRequest {
            query_id: query_id0,
            max_items: max_items0,
            next_token: next_token0,
        } = request;
        let vec1 = query_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result2_0, result2_1) = match max_items0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result4_0, result4_1, result4_2) = match next_token0 {
            Some(e) => {
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                (1i32, ptr3.cast_mut(), len3)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/cloudwatch-logs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "get-query-results"]
            fn wit_import6(
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
        unsafe extern "C" fn wit_import6(
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
        wit_import6(
            ptr1.cast_mut(),
            len1,
            result2_0,
            result2_1,
            result4_0,
            result4_1,
            result4_2,
            ptr5,
        );
        let l7 = i32::from(*ptr5.add(0).cast::<u8>());
        let result47 = match l7 {
            0 => {
                let e = {
                    let l8 = *ptr5.add(8).cast::<*mut u8>();
                    let l9 = *ptr5
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = *ptr5
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l12 = *ptr5
                        .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base24 = l11;
                    let len24 = l12;
                    let mut result24 = _rt::Vec::with_capacity(len24);
                    for i in 0..len24 {
                        let base = base24
                            .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                        let e24 = {
                            let l13 = *base.add(0).cast::<*mut u8>();
                            let l14 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let base23 = l13;
                            let len23 = l14;
                            let mut result23 = _rt::Vec::with_capacity(len23);
                            for i in 0..len23 {
                                let base = base23
                                    .add(i * (6 * ::core::mem::size_of::<*const u8>()));
                                let e23 = {
                                    let l15 = i32::from(*base.add(0).cast::<u8>());
                                    let l19 = i32::from(
                                        *base
                                            .add(3 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    ResultField {
                                        field: match l15 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l16 = *base
                                                        .add(::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l17 = *base
                                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len18 = l17;
                                                    let bytes18 = _rt::Vec::from_raw_parts(
                                                        l16.cast(),
                                                        len18,
                                                        len18,
                                                    );
                                                    _rt::string_lift(bytes18)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        value: match l19 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l20 = *base
                                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l21 = *base
                                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                                result23.push(e23);
                            }
                            _rt::cabi_dealloc(
                                base23,
                                len23 * (6 * ::core::mem::size_of::<*const u8>()),
                                ::core::mem::size_of::<*const u8>(),
                            );
                            result23
                        };
                        result24.push(e24);
                    }
                    _rt::cabi_dealloc(
                        base24,
                        len24 * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l25 = i32::from(
                        *ptr5
                            .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l28 = i32::from(
                        *ptr5
                            .add(32 + 4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    GetQueryResultsResponse {
                        status: _rt::string_lift(bytes10),
                        results: result24,
                        statistics: match l25 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l26 = *ptr5
                                        .add(16 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<i64>();
                                    let l27 = *ptr5
                                        .add(24 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<i64>();
                                    QueryStatistics {
                                        records_matched: l26 as u64,
                                        records_scanned: l27 as u64,
                                    }
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        next_token: match l28 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l29 = *ptr5
                                        .add(32 + 5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l30 = *ptr5
                                        .add(32 + 6 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l32 = i32::from(*ptr5.add(8).cast::<u8>());
                    let l33 = *ptr5
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l34 = *ptr5
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len35 = l34;
                    let bytes35 = _rt::Vec::from_raw_parts(
                        l33.cast(),
                        len35,
                        len35,
                    );
                    let l36 = i32::from(
                        *ptr5
                            .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l40 = *ptr5
                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l41 = *ptr5
                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len42 = l41;
                    let bytes42 = _rt::Vec::from_raw_parts(
                        l40.cast(),
                        len42,
                        len42,
                    );
                    let l43 = i32::from(
                        *ptr5
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
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
                                    let l37 = *ptr5
                                        .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l38 = *ptr5
                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
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
                                    let l44 = *ptr5
                                        .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l45 = *ptr5
                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
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
#[allow(unused_unsafe, clippy::all)]
/// `StopQuery`. AWS rejects it with `InvalidParameterException` for a query that has ended.
#[allow(async_fn_in_trait)]
pub fn stop_query(request: &StopQueryRequest) -> Result<(), CallError> {
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
        let StopQueryRequest { query_id: query_id0 } = request;
        let vec1 = query_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/cloudwatch-logs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "stop-query"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result20 = match l4 {
            0 => {
                let e = ();
                Ok(e)
            }
            1 => {
                let e = {
                    let l5 = i32::from(
                        *ptr2.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l6 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l7 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len8 = l7;
                    let bytes8 = _rt::Vec::from_raw_parts(
                        l6.cast(),
                        len8,
                        len8,
                    );
                    let l9 = i32::from(
                        *ptr2
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l13 = *ptr2
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l14 = *ptr2
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len15 = l14;
                    let bytes15 = _rt::Vec::from_raw_parts(
                        l13.cast(),
                        len15,
                        len15,
                    );
                    let l16 = i32::from(
                        *ptr2
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l5 as u8,
                        ),
                        action: _rt::string_lift(bytes8),
                        code: match l9 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l10 = *ptr2
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l11 = *ptr2
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len12 = l11;
                                    let bytes12 = _rt::Vec::from_raw_parts(
                                        l10.cast(),
                                        len12,
                                        len12,
                                    );
                                    _rt::string_lift(bytes12)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes15),
                        request_id: match l16 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l17 = *ptr2
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l18 = *ptr2
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result20
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeQueryDefinitions`, one page.
#[allow(async_fn_in_trait)]
pub fn describe_query_definitions(
    request: &DescribeQueryDefinitionsRequest,
) -> Result<DescribeQueryDefinitionsResponse, CallError> {
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
        let DescribeQueryDefinitionsRequest {
            query_definition_name_prefix: query_definition_name_prefix0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let (result2_0, result2_1, result2_2) = match query_definition_name_prefix0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result3_0, result3_1) = match max_results0 {
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
        #[link(wasm_import_module = "stepwell:step/cloudwatch-logs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-query-definitions"]
            fn wit_import7(
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
        unsafe extern "C" fn wit_import7(
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
        wit_import7(
            result2_0,
            result2_1,
            result2_2,
            result3_0,
            result3_1,
            result5_0,
            result5_1,
            result5_2,
            ptr6,
        );
        let l8 = i32::from(*ptr6.add(0).cast::<u8>());
        let result44 = match l8 {
            0 => {
                let e = {
                    let l9 = *ptr6
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l10 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base24 = l9;
                    let len24 = l10;
                    let mut result24 = _rt::Vec::with_capacity(len24);
                    for i in 0..len24 {
                        let base = base24
                            .add(i * (9 * ::core::mem::size_of::<*const u8>()));
                        let e24 = {
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
                            let l14 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l15 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len16 = l15;
                            let bytes16 = _rt::Vec::from_raw_parts(
                                l14.cast(),
                                len16,
                                len16,
                            );
                            let l17 = *base
                                .add(4 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l18 = *base
                                .add(5 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len19 = l18;
                            let bytes19 = _rt::Vec::from_raw_parts(
                                l17.cast(),
                                len19,
                                len19,
                            );
                            let l20 = i32::from(
                                *base
                                    .add(6 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            QueryDefinition {
                                query_definition_id: _rt::string_lift(bytes13),
                                name: _rt::string_lift(bytes16),
                                query_string: _rt::string_lift(bytes19),
                                query_language: match l20 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l21 = *base
                                                .add(7 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l22 = *base
                                                .add(8 * ::core::mem::size_of::<*const u8>())
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
                            }
                        };
                        result24.push(e24);
                    }
                    _rt::cabi_dealloc(
                        base24,
                        len24 * (9 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l25 = i32::from(
                        *ptr6
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeQueryDefinitionsResponse {
                        query_definitions: result24,
                        next_token: match l25 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l26 = *ptr6
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l27 = *ptr6
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
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l29 = i32::from(
                        *ptr6.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l30 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l31 = *ptr6
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len32 = l31;
                    let bytes32 = _rt::Vec::from_raw_parts(
                        l30.cast(),
                        len32,
                        len32,
                    );
                    let l33 = i32::from(
                        *ptr6
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l37 = *ptr6
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l38 = *ptr6
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len39 = l38;
                    let bytes39 = _rt::Vec::from_raw_parts(
                        l37.cast(),
                        len39,
                        len39,
                    );
                    let l40 = i32::from(
                        *ptr6
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l29 as u8,
                        ),
                        action: _rt::string_lift(bytes32),
                        code: match l33 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l34 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l35 = *ptr6
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes39),
                        request_id: match l40 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l41 = *ptr6
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l42 = *ptr6
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len43 = l42;
                                    let bytes43 = _rt::Vec::from_raw_parts(
                                        l41.cast(),
                                        len43,
                                        len43,
                                    );
                                    _rt::string_lift(bytes43)
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
        result44
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CreateLogStream`. AWS rejects it with `ResourceAlreadyExistsException` when there is one of this name.
#[allow(async_fn_in_trait)]
pub fn create_log_stream(
    request: &CreateLogStreamRequest,
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
        let CreateLogStreamRequest {
            log_group_name: log_group_name0,
            log_stream_name: log_stream_name0,
        } = request;
        let vec1 = log_group_name0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let vec2 = log_stream_name0;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        let ptr3 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/cloudwatch-logs@0.1.0")]
        unsafe extern "C" {
            #[link_name = "create-log-stream"]
            fn wit_import4(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import4(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import4(ptr1.cast_mut(), len1, ptr2.cast_mut(), len2, ptr3);
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
