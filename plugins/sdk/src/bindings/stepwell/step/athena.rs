// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
/// `QueryExecutionContext`: where names in the query are looked up.
#[derive(Clone, Default)]
pub struct QueryExecutionContext {
    pub database: Option<_rt::String>,
    /// The data catalog; AWS's own is `AwsDataCatalog`.
    pub catalog: Option<_rt::String>,
}
impl ::core::fmt::Debug for QueryExecutionContext {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("QueryExecutionContext")
            .field("database", &self.database)
            .field("catalog", &self.catalog)
            .finish()
    }
}
/// `ResultConfiguration`.
#[derive(Clone, Default)]
pub struct ResultConfiguration {
    /// `s3://bucket/prefix/` in a request, the file of the results in an answer. A work group may enforce its own.
    pub output_location: Option<_rt::String>,
}
impl ::core::fmt::Debug for ResultConfiguration {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ResultConfiguration")
            .field("output-location", &self.output_location)
            .finish()
    }
}
/// `StartQueryExecutionInput`. The host sets the client token.
#[derive(Clone, Default)]
pub struct StartQueryExecutionRequest {
    /// SQL, 1 to 262,144 bytes.
    pub query_string: _rt::String,
    pub query_execution_context: Option<QueryExecutionContext>,
    pub result_configuration: Option<ResultConfiguration>,
    pub work_group: Option<_rt::String>,
}
impl ::core::fmt::Debug for StartQueryExecutionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartQueryExecutionRequest")
            .field("query-string", &self.query_string)
            .field("query-execution-context", &self.query_execution_context)
            .field("result-configuration", &self.result_configuration)
            .field("work-group", &self.work_group)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartQueryExecutionResponse {
    pub query_execution_id: _rt::String,
}
impl ::core::fmt::Debug for StartQueryExecutionResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartQueryExecutionResponse")
            .field("query-execution-id", &self.query_execution_id)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetQueryExecutionRequest {
    pub query_execution_id: _rt::String,
}
impl ::core::fmt::Debug for GetQueryExecutionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetQueryExecutionRequest")
            .field("query-execution-id", &self.query_execution_id)
            .finish()
    }
}
/// `QueryExecutionStatus`.
#[derive(Clone, Default)]
pub struct QueryExecutionStatus {
    /// `QUEUED`, `RUNNING`, `SUCCEEDED`, `FAILED` or `CANCELLED`.
    pub state: _rt::String,
    /// Why it came into this state, mostly given for `FAILED`.
    pub state_change_reason: Option<_rt::String>,
}
impl ::core::fmt::Debug for QueryExecutionStatus {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("QueryExecutionStatus")
            .field("state", &self.state)
            .field("state-change-reason", &self.state_change_reason)
            .finish()
    }
}
/// `QueryExecutionStatistics`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct QueryExecutionStatistics {
    /// Bytes, which AWS bills.
    pub data_scanned_in_bytes: Option<u64>,
}
impl ::core::fmt::Debug for QueryExecutionStatistics {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("QueryExecutionStatistics")
            .field("data-scanned-in-bytes", &self.data_scanned_in_bytes)
            .finish()
    }
}
/// `QueryExecution`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct QueryExecution {
    pub query_execution_id: Option<_rt::String>,
    pub status: QueryExecutionStatus,
    pub statistics: Option<QueryExecutionStatistics>,
    pub result_configuration: Option<ResultConfiguration>,
}
impl ::core::fmt::Debug for QueryExecution {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("QueryExecution")
            .field("query-execution-id", &self.query_execution_id)
            .field("status", &self.status)
            .field("statistics", &self.statistics)
            .field("result-configuration", &self.result_configuration)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetQueryExecutionResponse {
    pub query_execution: QueryExecution,
}
impl ::core::fmt::Debug for GetQueryExecutionResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetQueryExecutionResponse")
            .field("query-execution", &self.query_execution)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetQueryResultsRequest {
    pub query_execution_id: _rt::String,
    /// Rows, 1 to 1000. The row of column names that comes first for a `SELECT` counts.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for GetQueryResultsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetQueryResultsRequest")
            .field("query-execution-id", &self.query_execution_id)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
/// `Row`: the text of each cell (`VarCharValue`), in the order of the columns. None is SQL's `NULL`.
#[derive(Clone, Default)]
pub struct Row {
    pub data: _rt::Vec<Option<_rt::String>>,
}
impl ::core::fmt::Debug for Row {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Row").field("data", &self.data).finish()
    }
}
/// `ColumnInfo`.
#[derive(Clone, Default)]
pub struct ColumnInfo {
    pub name: _rt::String,
}
impl ::core::fmt::Debug for ColumnInfo {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ColumnInfo").field("name", &self.name).finish()
    }
}
/// `ResultSetMetadata`.
#[derive(Clone, Default)]
pub struct ResultSetMetadata {
    pub column_info: _rt::Vec<ColumnInfo>,
}
impl ::core::fmt::Debug for ResultSetMetadata {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ResultSetMetadata")
            .field("column-info", &self.column_info)
            .finish()
    }
}
/// `ResultSet`.
#[derive(Clone, Default)]
pub struct ResultSet {
    pub rows: _rt::Vec<Row>,
    pub result_set_metadata: ResultSetMetadata,
}
impl ::core::fmt::Debug for ResultSet {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ResultSet")
            .field("rows", &self.rows)
            .field("result-set-metadata", &self.result_set_metadata)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetQueryResultsResponse {
    pub result_set: ResultSet,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for GetQueryResultsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetQueryResultsResponse")
            .field("result-set", &self.result_set)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopQueryExecutionRequest {
    pub query_execution_id: _rt::String,
}
impl ::core::fmt::Debug for StopQueryExecutionRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopQueryExecutionRequest")
            .field("query-execution-id", &self.query_execution_id)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StartQueryExecution`. Repeated with the same client token, it starts nothing more and gives the same id.
#[allow(async_fn_in_trait)]
pub fn start_query_execution(
    request: &StartQueryExecutionRequest,
) -> Result<StartQueryExecutionResponse, CallError> {
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
        let StartQueryExecutionRequest {
            query_string: query_string0,
            query_execution_context: query_execution_context0,
            result_configuration: result_configuration0,
            work_group: work_group0,
        } = request;
        let vec1 = query_string0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (
            result7_0,
            result7_1,
            result7_2,
            result7_3,
            result7_4,
            result7_5,
            result7_6,
        ) = match query_execution_context0 {
            Some(e) => {
                let QueryExecutionContext {
                    database: database2,
                    catalog: catalog2,
                } = e;
                let (result4_0, result4_1, result4_2) = match database2 {
                    Some(e) => {
                        let vec3 = e;
                        let ptr3 = vec3.as_ptr().cast::<u8>();
                        let len3 = vec3.len();
                        (1i32, ptr3.cast_mut(), len3)
                    }
                    None => (0i32, ::core::ptr::null_mut(), 0usize),
                };
                let (result6_0, result6_1, result6_2) = match catalog2 {
                    Some(e) => {
                        let vec5 = e;
                        let ptr5 = vec5.as_ptr().cast::<u8>();
                        let len5 = vec5.len();
                        (1i32, ptr5.cast_mut(), len5)
                    }
                    None => (0i32, ::core::ptr::null_mut(), 0usize),
                };
                (
                    1i32,
                    result4_0,
                    result4_1,
                    result4_2,
                    result6_0,
                    result6_1,
                    result6_2,
                )
            }
            None => {
                (
                    0i32,
                    0i32,
                    ::core::ptr::null_mut(),
                    0usize,
                    0i32,
                    ::core::ptr::null_mut(),
                    0usize,
                )
            }
        };
        let (result11_0, result11_1, result11_2, result11_3) = match result_configuration0 {
            Some(e) => {
                let ResultConfiguration {
                    output_location: output_location8,
                } = e;
                let (result10_0, result10_1, result10_2) = match output_location8 {
                    Some(e) => {
                        let vec9 = e;
                        let ptr9 = vec9.as_ptr().cast::<u8>();
                        let len9 = vec9.len();
                        (1i32, ptr9.cast_mut(), len9)
                    }
                    None => (0i32, ::core::ptr::null_mut(), 0usize),
                };
                (1i32, result10_0, result10_1, result10_2)
            }
            None => (0i32, 0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result13_0, result13_1, result13_2) = match work_group0 {
            Some(e) => {
                let vec12 = e;
                let ptr12 = vec12.as_ptr().cast::<u8>();
                let len12 = vec12.len();
                (1i32, ptr12.cast_mut(), len12)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr14 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/athena@0.1.0")]
        unsafe extern "C" {
            #[link_name = "start-query-execution"]
            fn wit_import15(
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
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
        unsafe extern "C" fn wit_import15(
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
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
        wit_import15(
            ptr1.cast_mut(),
            len1,
            result7_0,
            result7_1,
            result7_2,
            result7_3,
            result7_4,
            result7_5,
            result7_6,
            result11_0,
            result11_1,
            result11_2,
            result11_3,
            result13_0,
            result13_1,
            result13_2,
            ptr14,
        );
        let l16 = i32::from(*ptr14.add(0).cast::<u8>());
        let result35 = match l16 {
            0 => {
                let e = {
                    let l17 = *ptr14
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l18 = *ptr14
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len19 = l18;
                    let bytes19 = _rt::Vec::from_raw_parts(
                        l17.cast(),
                        len19,
                        len19,
                    );
                    StartQueryExecutionResponse {
                        query_execution_id: _rt::string_lift(bytes19),
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l20 = i32::from(
                        *ptr14.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l21 = *ptr14
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l22 = *ptr14
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len23 = l22;
                    let bytes23 = _rt::Vec::from_raw_parts(
                        l21.cast(),
                        len23,
                        len23,
                    );
                    let l24 = i32::from(
                        *ptr14
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l28 = *ptr14
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l29 = *ptr14
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len30 = l29;
                    let bytes30 = _rt::Vec::from_raw_parts(
                        l28.cast(),
                        len30,
                        len30,
                    );
                    let l31 = i32::from(
                        *ptr14
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
                                    let l25 = *ptr14
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l26 = *ptr14
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
                                    let l32 = *ptr14
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l33 = *ptr14
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
/// `GetQueryExecution`. AWS rejects an id that it does not know with `InvalidRequestException`.
#[allow(async_fn_in_trait)]
pub fn get_query_execution(
    request: &GetQueryExecutionRequest,
) -> Result<GetQueryExecutionResponse, CallError> {
    unsafe {
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 32 + 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 32
                + 12 * ::core::mem::size_of::<*const u8>()],
        );
        let GetQueryExecutionRequest {
            query_execution_id: query_execution_id0,
        } = request;
        let vec1 = query_execution_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/athena@0.1.0")]
        unsafe extern "C" {
            #[link_name = "get-query-execution"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result39 = match l4 {
            0 => {
                let e = {
                    let l5 = i32::from(*ptr2.add(8).cast::<u8>());
                    let l9 = *ptr2
                        .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l10 = *ptr2
                        .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len11 = l10;
                    let bytes11 = _rt::Vec::from_raw_parts(
                        l9.cast(),
                        len11,
                        len11,
                    );
                    let l12 = i32::from(
                        *ptr2
                            .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l16 = i32::from(
                        *ptr2
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l19 = i32::from(
                        *ptr2
                            .add(32 + 8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    GetQueryExecutionResponse {
                        query_execution: QueryExecution {
                            query_execution_id: match l5 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l6 = *ptr2
                                            .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l7 = *ptr2
                                            .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len8 = l7;
                                        let bytes8 = _rt::Vec::from_raw_parts(
                                            l6.cast(),
                                            len8,
                                            len8,
                                        );
                                        _rt::string_lift(bytes8)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            status: QueryExecutionStatus {
                                state: _rt::string_lift(bytes11),
                                state_change_reason: match l12 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l13 = *ptr2
                                                .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l14 = *ptr2
                                                .add(8 + 7 * ::core::mem::size_of::<*const u8>())
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
                            statistics: match l16 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l17 = i32::from(
                                            *ptr2
                                                .add(16 + 8 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        QueryExecutionStatistics {
                                            data_scanned_in_bytes: match l17 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l18 = *ptr2
                                                            .add(24 + 8 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<i64>();
                                                        l18 as u64
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
                            result_configuration: match l19 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l20 = i32::from(
                                            *ptr2
                                                .add(32 + 9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        ResultConfiguration {
                                            output_location: match l20 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l21 = *ptr2
                                                            .add(32 + 10 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<*mut u8>();
                                                        let l22 = *ptr2
                                                            .add(32 + 11 * ::core::mem::size_of::<*const u8>())
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
                    let l24 = i32::from(*ptr2.add(8).cast::<u8>());
                    let l25 = *ptr2
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l26 = *ptr2
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len27 = l26;
                    let bytes27 = _rt::Vec::from_raw_parts(
                        l25.cast(),
                        len27,
                        len27,
                    );
                    let l28 = i32::from(
                        *ptr2
                            .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l32 = *ptr2
                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l33 = *ptr2
                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len34 = l33;
                    let bytes34 = _rt::Vec::from_raw_parts(
                        l32.cast(),
                        len34,
                        len34,
                    );
                    let l35 = i32::from(
                        *ptr2
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
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
                                    let l29 = *ptr2
                                        .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l30 = *ptr2
                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
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
                                    let l36 = *ptr2
                                        .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l37 = *ptr2
                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
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
/// `GetQueryResults`, one page, of a query that has succeeded.
#[allow(async_fn_in_trait)]
pub fn get_query_results(
    request: &GetQueryResultsRequest,
) -> Result<GetQueryResultsResponse, CallError> {
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
        let GetQueryResultsRequest {
            query_execution_id: query_execution_id0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let vec1 = query_execution_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result2_0, result2_1) = match max_results0 {
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
        #[link(wasm_import_module = "stepwell:step/athena@0.1.0")]
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
        let result43 = match l7 {
            0 => {
                let e = {
                    let l8 = *ptr5
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base17 = l8;
                    let len17 = l9;
                    let mut result17 = _rt::Vec::with_capacity(len17);
                    for i in 0..len17 {
                        let base = base17
                            .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                        let e17 = {
                            let l10 = *base.add(0).cast::<*mut u8>();
                            let l11 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let base16 = l10;
                            let len16 = l11;
                            let mut result16 = _rt::Vec::with_capacity(len16);
                            for i in 0..len16 {
                                let base = base16
                                    .add(i * (3 * ::core::mem::size_of::<*const u8>()));
                                let e16 = {
                                    let l12 = i32::from(*base.add(0).cast::<u8>());
                                    match l12 {
                                        0 => None,
                                        1 => {
                                            let e = {
                                                let l13 = *base
                                                    .add(::core::mem::size_of::<*const u8>())
                                                    .cast::<*mut u8>();
                                                let l14 = *base
                                                    .add(2 * ::core::mem::size_of::<*const u8>())
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
                                    }
                                };
                                result16.push(e16);
                            }
                            _rt::cabi_dealloc(
                                base16,
                                len16 * (3 * ::core::mem::size_of::<*const u8>()),
                                ::core::mem::size_of::<*const u8>(),
                            );
                            Row { data: result16 }
                        };
                        result17.push(e17);
                    }
                    _rt::cabi_dealloc(
                        base17,
                        len17 * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l18 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l19 = *ptr5
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base23 = l18;
                    let len23 = l19;
                    let mut result23 = _rt::Vec::with_capacity(len23);
                    for i in 0..len23 {
                        let base = base23
                            .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                        let e23 = {
                            let l20 = *base.add(0).cast::<*mut u8>();
                            let l21 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len22 = l21;
                            let bytes22 = _rt::Vec::from_raw_parts(
                                l20.cast(),
                                len22,
                                len22,
                            );
                            ColumnInfo {
                                name: _rt::string_lift(bytes22),
                            }
                        };
                        result23.push(e23);
                    }
                    _rt::cabi_dealloc(
                        base23,
                        len23 * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l24 = i32::from(
                        *ptr5
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    GetQueryResultsResponse {
                        result_set: ResultSet {
                            rows: result17,
                            result_set_metadata: ResultSetMetadata {
                                column_info: result23,
                            },
                        },
                        next_token: match l24 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l25 = *ptr5
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l26 = *ptr5
                                        .add(7 * ::core::mem::size_of::<*const u8>())
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
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l29 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l30 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len31 = l30;
                    let bytes31 = _rt::Vec::from_raw_parts(
                        l29.cast(),
                        len31,
                        len31,
                    );
                    let l32 = i32::from(
                        *ptr5
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l36 = *ptr5
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l37 = *ptr5
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len38 = l37;
                    let bytes38 = _rt::Vec::from_raw_parts(
                        l36.cast(),
                        len38,
                        len38,
                    );
                    let l39 = i32::from(
                        *ptr5
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
                                    let l33 = *ptr5
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l34 = *ptr5
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
                                    let l40 = *ptr5
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l41 = *ptr5
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
/// `StopQueryExecution`. Stopping a query that has ended changes nothing and is no error.
#[allow(async_fn_in_trait)]
pub fn stop_query_execution(
    request: &StopQueryExecutionRequest,
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
        let StopQueryExecutionRequest {
            query_execution_id: query_execution_id0,
        } = request;
        let vec1 = query_execution_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/athena@0.1.0")]
        unsafe extern "C" {
            #[link_name = "stop-query-execution"]
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
