// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
pub type FileError = super::super::super::stepwell::step::files::FileError;
/// `Bucket`.
#[derive(Clone, Default)]
pub struct Bucket {
    pub name: _rt::String,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub creation_date: Option<u64>,
}
impl ::core::fmt::Debug for Bucket {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Bucket")
            .field("name", &self.name)
            .field("creation-date", &self.creation_date)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListBucketsRequest {
    /// 1 to 10,000. AWS gives pages only when this is set.
    pub max_buckets: Option<u32>,
    pub continuation_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListBucketsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListBucketsRequest")
            .field("max-buckets", &self.max_buckets)
            .field("continuation-token", &self.continuation_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListBucketsResponse {
    pub buckets: _rt::Vec<Bucket>,
    /// Given when there are more pages.
    pub continuation_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListBucketsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListBucketsResponse")
            .field("buckets", &self.buckets)
            .field("continuation-token", &self.continuation_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListObjectsV2Request {
    pub bucket: _rt::String,
    pub prefix: Option<_rt::String>,
    pub delimiter: Option<_rt::String>,
    /// Only keys after this one.
    pub start_after: Option<_rt::String>,
    /// 1 to 1000.
    pub max_keys: Option<u32>,
    pub continuation_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListObjectsV2Request {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListObjectsV2Request")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .field("delimiter", &self.delimiter)
            .field("start-after", &self.start_after)
            .field("max-keys", &self.max_keys)
            .field("continuation-token", &self.continuation_token)
            .finish()
    }
}
/// `Object`.
#[derive(Clone, Default)]
pub struct Object {
    pub key: _rt::String,
    /// Bytes.
    pub size: u64,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub last_modified: u64,
    pub storage_class: Option<_rt::String>,
}
impl ::core::fmt::Debug for Object {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Object")
            .field("key", &self.key)
            .field("size", &self.size)
            .field("last-modified", &self.last_modified)
            .field("storage-class", &self.storage_class)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListObjectsV2Response {
    pub contents: _rt::Vec<Object>,
    pub common_prefixes: _rt::Vec<_rt::String>,
    /// Given when there are more pages.
    pub next_continuation_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListObjectsV2Response {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListObjectsV2Response")
            .field("contents", &self.contents)
            .field("common-prefixes", &self.common_prefixes)
            .field("next-continuation-token", &self.next_continuation_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct HeadObjectRequest {
    pub bucket: _rt::String,
    pub key: _rt::String,
}
impl ::core::fmt::Debug for HeadObjectRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("HeadObjectRequest")
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct HeadObjectResponse {
    /// Bytes.
    pub content_length: u64,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub last_modified: u64,
    pub storage_class: Option<_rt::String>,
}
impl ::core::fmt::Debug for HeadObjectResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("HeadObjectResponse")
            .field("content-length", &self.content_length)
            .field("last-modified", &self.last_modified)
            .field("storage-class", &self.storage_class)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateBucketRequest {
    pub bucket: _rt::String,
}
impl ::core::fmt::Debug for CreateBucketRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateBucketRequest")
            .field("bucket", &self.bucket)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DeleteBucketRequest {
    pub bucket: _rt::String,
}
impl ::core::fmt::Debug for DeleteBucketRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DeleteBucketRequest")
            .field("bucket", &self.bucket)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DeleteObjectsRequest {
    pub bucket: _rt::String,
    /// 1 to 1000.
    pub keys: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for DeleteObjectsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DeleteObjectsRequest")
            .field("bucket", &self.bucket)
            .field("keys", &self.keys)
            .finish()
    }
}
/// What became of a file that was to be moved.
#[derive(Clone)]
pub enum TransferError {
    /// S3 did not do its part.
    Call(CallError),
    /// The machine did not do its part.
    File(FileError),
}
impl ::core::fmt::Debug for TransferError {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        match self {
            TransferError::Call(e) => {
                f.debug_tuple("TransferError::Call").field(e).finish()
            }
            TransferError::File(e) => {
                f.debug_tuple("TransferError::File").field(e).finish()
            }
        }
    }
}
#[derive(Clone, Default)]
pub struct Upload {
    /// A path of `files`.
    pub path: _rt::String,
    pub bucket: _rt::String,
    pub key: _rt::String,
}
impl ::core::fmt::Debug for Upload {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Upload")
            .field("path", &self.path)
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct Download {
    pub bucket: _rt::String,
    pub key: _rt::String,
    /// A path of `files`. The directories that lead to it are made. What lies there is replaced in one moment, when
    /// all bytes are there.
    pub path: _rt::String,
}
impl ::core::fmt::Debug for Download {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Download")
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .field("path", &self.path)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ObjectCopy {
    pub source_bucket: _rt::String,
    pub source_key: _rt::String,
    pub bucket: _rt::String,
    pub key: _rt::String,
}
impl ::core::fmt::Debug for ObjectCopy {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ObjectCopy")
            .field("source-bucket", &self.source_bucket)
            .field("source-key", &self.source_key)
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `ListBuckets`, one page.
#[allow(async_fn_in_trait)]
pub fn list_buckets(
    request: &ListBucketsRequest,
) -> Result<ListBucketsResponse, CallError> {
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
        let ListBucketsRequest {
            max_buckets: max_buckets0,
            continuation_token: continuation_token0,
        } = request;
        let (result1_0, result1_1) = match max_buckets0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result3_0, result3_1, result3_2) = match continuation_token0 {
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
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "list-buckets"]
            fn wit_import5(
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import5(
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import5(
            result1_0,
            result1_1,
            result3_0,
            result3_1,
            result3_2,
            ptr4,
        );
        let l6 = i32::from(*ptr4.add(0).cast::<u8>());
        let result34 = match l6 {
            0 => {
                let e = {
                    let l7 = *ptr4
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l8 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base14 = l7;
                    let len14 = l8;
                    let mut result14 = _rt::Vec::with_capacity(len14);
                    for i in 0..len14 {
                        let base = base14
                            .add(i * (16 + 2 * ::core::mem::size_of::<*const u8>()));
                        let e14 = {
                            let l9 = *base.add(0).cast::<*mut u8>();
                            let l10 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len11 = l10;
                            let bytes11 = _rt::Vec::from_raw_parts(
                                l9.cast(),
                                len11,
                                len11,
                            );
                            let l12 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            Bucket {
                                name: _rt::string_lift(bytes11),
                                creation_date: match l12 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l13 = *base
                                                .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i64>();
                                            l13 as u64
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result14.push(e14);
                    }
                    _rt::cabi_dealloc(
                        base14,
                        len14 * (16 + 2 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    let l15 = i32::from(
                        *ptr4
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    ListBucketsResponse {
                        buckets: result14,
                        continuation_token: match l15 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l16 = *ptr4
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l17 = *ptr4
                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l19 = i32::from(
                        *ptr4.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l20 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l21 = *ptr4
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len22 = l21;
                    let bytes22 = _rt::Vec::from_raw_parts(
                        l20.cast(),
                        len22,
                        len22,
                    );
                    let l23 = i32::from(
                        *ptr4
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l27 = *ptr4
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l28 = *ptr4
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len29 = l28;
                    let bytes29 = _rt::Vec::from_raw_parts(
                        l27.cast(),
                        len29,
                        len29,
                    );
                    let l30 = i32::from(
                        *ptr4
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l19 as u8,
                        ),
                        action: _rt::string_lift(bytes22),
                        code: match l23 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l24 = *ptr4
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l25 = *ptr4
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes29),
                        request_id: match l30 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l31 = *ptr4
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l32 = *ptr4
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len33 = l32;
                                    let bytes33 = _rt::Vec::from_raw_parts(
                                        l31.cast(),
                                        len33,
                                        len33,
                                    );
                                    _rt::string_lift(bytes33)
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
        result34
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `ListObjectsV2`, one page.
#[allow(async_fn_in_trait)]
pub fn list_objects_v2(
    request: &ListObjectsV2Request,
) -> Result<ListObjectsV2Response, CallError> {
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
        let ListObjectsV2Request {
            bucket: bucket0,
            prefix: prefix0,
            delimiter: delimiter0,
            start_after: start_after0,
            max_keys: max_keys0,
            continuation_token: continuation_token0,
        } = request;
        let vec1 = bucket0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result3_0, result3_1, result3_2) = match prefix0 {
            Some(e) => {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                (1i32, ptr2.cast_mut(), len2)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result5_0, result5_1, result5_2) = match delimiter0 {
            Some(e) => {
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                (1i32, ptr4.cast_mut(), len4)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result7_0, result7_1, result7_2) = match start_after0 {
            Some(e) => {
                let vec6 = e;
                let ptr6 = vec6.as_ptr().cast::<u8>();
                let len6 = vec6.len();
                (1i32, ptr6.cast_mut(), len6)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result8_0, result8_1) = match max_keys0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result10_0, result10_1, result10_2) = match continuation_token0 {
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
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "list-objects-v2"]
            fn wit_import12(
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
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
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
        wit_import12(
            ptr1.cast_mut(),
            len1,
            result3_0,
            result3_1,
            result3_2,
            result5_0,
            result5_1,
            result5_2,
            result7_0,
            result7_1,
            result7_2,
            result8_0,
            result8_1,
            result10_0,
            result10_1,
            result10_2,
            ptr11,
        );
        let l13 = i32::from(*ptr11.add(0).cast::<u8>());
        let result51 = match l13 {
            0 => {
                let e = {
                    let l14 = *ptr11
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l15 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base25 = l14;
                    let len25 = l15;
                    let mut result25 = _rt::Vec::with_capacity(len25);
                    for i in 0..len25 {
                        let base = base25
                            .add(i * (24 + 4 * ::core::mem::size_of::<*const u8>()));
                        let e25 = {
                            let l16 = *base.add(0).cast::<*mut u8>();
                            let l17 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len18 = l17;
                            let bytes18 = _rt::Vec::from_raw_parts(
                                l16.cast(),
                                len18,
                                len18,
                            );
                            let l19 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<i64>();
                            let l20 = *base
                                .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                .cast::<i64>();
                            let l21 = i32::from(
                                *base
                                    .add(16 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            Object {
                                key: _rt::string_lift(bytes18),
                                size: l19 as u64,
                                last_modified: l20 as u64,
                                storage_class: match l21 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l22 = *base
                                                .add(16 + 3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l23 = *base
                                                .add(16 + 4 * ::core::mem::size_of::<*const u8>())
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
                            }
                        };
                        result25.push(e25);
                    }
                    _rt::cabi_dealloc(
                        base25,
                        len25 * (24 + 4 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    let l26 = *ptr11
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l27 = *ptr11
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base31 = l26;
                    let len31 = l27;
                    let mut result31 = _rt::Vec::with_capacity(len31);
                    for i in 0..len31 {
                        let base = base31
                            .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                        let e31 = {
                            let l28 = *base.add(0).cast::<*mut u8>();
                            let l29 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len30 = l29;
                            let bytes30 = _rt::Vec::from_raw_parts(
                                l28.cast(),
                                len30,
                                len30,
                            );
                            _rt::string_lift(bytes30)
                        };
                        result31.push(e31);
                    }
                    _rt::cabi_dealloc(
                        base31,
                        len31 * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l32 = i32::from(
                        *ptr11
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    ListObjectsV2Response {
                        contents: result25,
                        common_prefixes: result31,
                        next_continuation_token: match l32 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l33 = *ptr11
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l34 = *ptr11
                                        .add(7 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l36 = i32::from(
                        *ptr11.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l37 = *ptr11
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l38 = *ptr11
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len39 = l38;
                    let bytes39 = _rt::Vec::from_raw_parts(
                        l37.cast(),
                        len39,
                        len39,
                    );
                    let l40 = i32::from(
                        *ptr11
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l44 = *ptr11
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l45 = *ptr11
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len46 = l45;
                    let bytes46 = _rt::Vec::from_raw_parts(
                        l44.cast(),
                        len46,
                        len46,
                    );
                    let l47 = i32::from(
                        *ptr11
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l36 as u8,
                        ),
                        action: _rt::string_lift(bytes39),
                        code: match l40 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l41 = *ptr11
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l42 = *ptr11
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes46),
                        request_id: match l47 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l48 = *ptr11
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l49 = *ptr11
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result51
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `HeadObject`.
#[allow(async_fn_in_trait)]
pub fn head_object(
    request: &HeadObjectRequest,
) -> Result<HeadObjectResponse, CallError> {
    unsafe {
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 16 + 10 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 16
                + 10 * ::core::mem::size_of::<*const u8>()],
        );
        let HeadObjectRequest { bucket: bucket0, key: key0 } = request;
        let vec1 = bucket0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let vec2 = key0;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        let ptr3 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "head-object"]
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
        let result27 = match l5 {
            0 => {
                let e = {
                    let l6 = *ptr3.add(8).cast::<i64>();
                    let l7 = *ptr3.add(16).cast::<i64>();
                    let l8 = i32::from(*ptr3.add(24).cast::<u8>());
                    HeadObjectResponse {
                        content_length: l6 as u64,
                        last_modified: l7 as u64,
                        storage_class: match l8 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l9 = *ptr3
                                        .add(24 + 1 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l10 = *ptr3
                                        .add(24 + 2 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len11 = l10;
                                    let bytes11 = _rt::Vec::from_raw_parts(
                                        l9.cast(),
                                        len11,
                                        len11,
                                    );
                                    _rt::string_lift(bytes11)
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
                    let l12 = i32::from(*ptr3.add(8).cast::<u8>());
                    let l13 = *ptr3
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l14 = *ptr3
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len15 = l14;
                    let bytes15 = _rt::Vec::from_raw_parts(
                        l13.cast(),
                        len15,
                        len15,
                    );
                    let l16 = i32::from(
                        *ptr3
                            .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l20 = *ptr3
                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l21 = *ptr3
                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len22 = l21;
                    let bytes22 = _rt::Vec::from_raw_parts(
                        l20.cast(),
                        len22,
                        len22,
                    );
                    let l23 = i32::from(
                        *ptr3
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l12 as u8,
                        ),
                        action: _rt::string_lift(bytes15),
                        code: match l16 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l17 = *ptr3
                                        .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l18 = *ptr3
                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes22),
                        request_id: match l23 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l24 = *ptr3
                                        .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l25 = *ptr3
                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result27
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CreateBucket`, in the region that the step's calls go to.
#[allow(async_fn_in_trait)]
pub fn create_bucket(
    request: &CreateBucketRequest,
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
        let CreateBucketRequest { bucket: bucket0 } = request;
        let vec1 = bucket0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "create-bucket"]
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
/// `DeleteBucket`. AWS refuses it for one that holds anything.
#[allow(async_fn_in_trait)]
pub fn delete_bucket(
    request: &DeleteBucketRequest,
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
        let DeleteBucketRequest { bucket: bucket0 } = request;
        let vec1 = bucket0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "delete-bucket"]
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
/// `DeleteObjects`: tells of each key what became of it, in the same order. A key that is not there is no error.
#[allow(async_fn_in_trait)]
pub fn delete_objects(
    request: &DeleteObjectsRequest,
) -> Result<_rt::Vec<Result<(), CallError>>, CallError> {
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
        let DeleteObjectsRequest { bucket: bucket0, keys: keys0 } = request;
        let vec1 = bucket0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let vec3 = keys0;
        let len3 = vec3.len();
        let layout3 = _rt::alloc::Layout::from_size_align(
                vec3.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result3, _cleanup3) = wit_bindgen::rt::Cleanup::new(layout3);
        for (i, e) in vec3.into_iter().enumerate() {
            let base = result3
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len2;
                *base.add(0).cast::<*mut u8>() = ptr2.cast_mut();
            }
        }
        let ptr4 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "delete-objects"]
            fn wit_import5(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import5(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import5(ptr1.cast_mut(), len1, result3, len3, ptr4);
        let l6 = i32::from(*ptr4.add(0).cast::<u8>());
        let result41 = match l6 {
            0 => {
                let e = {
                    let l7 = *ptr4
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l8 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base25 = l7;
                    let len25 = l8;
                    let mut result25 = _rt::Vec::with_capacity(len25);
                    for i in 0..len25 {
                        let base = base25
                            .add(i * (12 * ::core::mem::size_of::<*const u8>()));
                        let e25 = {
                            let l9 = i32::from(*base.add(0).cast::<u8>());
                            match l9 {
                                0 => {
                                    let e = ();
                                    Ok(e)
                                }
                                1 => {
                                    let e = {
                                        let l10 = i32::from(
                                            *base.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                                        );
                                        let l11 = *base
                                            .add(2 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l12 = *base
                                            .add(3 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len13 = l12;
                                        let bytes13 = _rt::Vec::from_raw_parts(
                                            l11.cast(),
                                            len13,
                                            len13,
                                        );
                                        let l14 = i32::from(
                                            *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        let l18 = *base
                                            .add(7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l19 = *base
                                            .add(8 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len20 = l19;
                                        let bytes20 = _rt::Vec::from_raw_parts(
                                            l18.cast(),
                                            len20,
                                            len20,
                                        );
                                        let l21 = i32::from(
                                            *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        super::super::super::stepwell::step::types::CallError {
                                            kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                                                l10 as u8,
                                            ),
                                            action: _rt::string_lift(bytes13),
                                            code: match l14 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l15 = *base
                                                            .add(5 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<*mut u8>();
                                                        let l16 = *base
                                                            .add(6 * ::core::mem::size_of::<*const u8>())
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
                                            message: _rt::string_lift(bytes20),
                                            request_id: match l21 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l22 = *base
                                                            .add(10 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<*mut u8>();
                                                        let l23 = *base
                                                            .add(11 * ::core::mem::size_of::<*const u8>())
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
                                        }
                                    };
                                    Err(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            }
                        };
                        result25.push(e25);
                    }
                    _rt::cabi_dealloc(
                        base25,
                        len25 * (12 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    result25
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l26 = i32::from(
                        *ptr4.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l27 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l28 = *ptr4
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len29 = l28;
                    let bytes29 = _rt::Vec::from_raw_parts(
                        l27.cast(),
                        len29,
                        len29,
                    );
                    let l30 = i32::from(
                        *ptr4
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l34 = *ptr4
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l35 = *ptr4
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len36 = l35;
                    let bytes36 = _rt::Vec::from_raw_parts(
                        l34.cast(),
                        len36,
                        len36,
                    );
                    let l37 = i32::from(
                        *ptr4
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l26 as u8,
                        ),
                        action: _rt::string_lift(bytes29),
                        code: match l30 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l31 = *ptr4
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l32 = *ptr4
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len33 = l32;
                                    let bytes33 = _rt::Vec::from_raw_parts(
                                        l31.cast(),
                                        len33,
                                        len33,
                                    );
                                    _rt::string_lift(bytes33)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes36),
                        request_id: match l37 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l38 = *ptr4
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l39 = *ptr4
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result41
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `PutObject`, or a multipart upload of a large file, for at most 1000 files at once: tells of each how many bytes
/// it had, in the same order. When the first ten between the same buckets fail alike, because they are denied,
/// there is no such bucket or it is in another region, the others are not tried and get the same error; this goes for
/// downloads and copies as well.
///
/// An upload that is broken off leaves nothing in the bucket. When the host is killed, the parts that S3 has of it
/// stay there until a lifecycle rule (`AbortIncompleteMultipartUpload`) or somebody else removes them.
#[allow(async_fn_in_trait)]
pub fn upload_files(
    uploads: &[Upload],
) -> Result<_rt::Vec<Result<u64, TransferError>>, CallError> {
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
        let vec4 = uploads;
        let len4 = vec4.len();
        let layout4 = _rt::alloc::Layout::from_size_align(
                vec4.len() * (6 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result4, _cleanup4) = wit_bindgen::rt::Cleanup::new(layout4);
        for (i, e) in vec4.into_iter().enumerate() {
            let base = result4
                .add(i * (6 * ::core::mem::size_of::<*const u8>()));
            {
                let Upload { path: path0, bucket: bucket0, key: key0 } = e;
                let vec1 = path0;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
                let vec2 = bucket0;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len2;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr2.cast_mut();
                let vec3 = key0;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *base
                    .add(5 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *base
                    .add(4 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr3.cast_mut();
            }
        }
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "upload-files"]
            fn wit_import6(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import6(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import6(result4, len4, ptr5);
        let l7 = i32::from(*ptr5.add(0).cast::<u8>());
        let result62 = match l7 {
            0 => {
                let e = {
                    let l8 = *ptr5
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base46 = l8;
                    let len46 = l9;
                    let mut result46 = _rt::Vec::with_capacity(len46);
                    for i in 0..len46 {
                        let base = base46
                            .add(i * (8 + 12 * ::core::mem::size_of::<*const u8>()));
                        let e46 = {
                            let l10 = i32::from(*base.add(0).cast::<u8>());
                            match l10 {
                                0 => {
                                    let e = {
                                        let l11 = *base.add(8).cast::<i64>();
                                        l11 as u64
                                    };
                                    Ok(e)
                                }
                                1 => {
                                    let e = {
                                        let l12 = i32::from(*base.add(8).cast::<u8>());
                                        let v45 = match l12 {
                                            0 => {
                                                let e45 = {
                                                    let l13 = i32::from(
                                                        *base
                                                            .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    let l14 = *base
                                                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l15 = *base
                                                        .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len16 = l15;
                                                    let bytes16 = _rt::Vec::from_raw_parts(
                                                        l14.cast(),
                                                        len16,
                                                        len16,
                                                    );
                                                    let l17 = i32::from(
                                                        *base
                                                            .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    let l21 = *base
                                                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l22 = *base
                                                        .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len23 = l22;
                                                    let bytes23 = _rt::Vec::from_raw_parts(
                                                        l21.cast(),
                                                        len23,
                                                        len23,
                                                    );
                                                    let l24 = i32::from(
                                                        *base
                                                            .add(8 + 9 * ::core::mem::size_of::<*const u8>())
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
                                                                    let l18 = *base
                                                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<*mut u8>();
                                                                    let l19 = *base
                                                                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
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
                                                                    let l25 = *base
                                                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<*mut u8>();
                                                                    let l26 = *base
                                                                        .add(8 + 11 * ::core::mem::size_of::<*const u8>())
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
                                                TransferError::Call(e45)
                                            }
                                            n => {
                                                debug_assert_eq!(n, 1, "invalid enum discriminant");
                                                let e45 = {
                                                    let l28 = i32::from(
                                                        *base
                                                            .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    use super::super::super::stepwell::step::files::FileError as V44;
                                                    let v44 = match l28 {
                                                        0 => {
                                                            let e44 = {
                                                                let l29 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l30 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len31 = l30;
                                                                let bytes31 = _rt::Vec::from_raw_parts(
                                                                    l29.cast(),
                                                                    len31,
                                                                    len31,
                                                                );
                                                                _rt::string_lift(bytes31)
                                                            };
                                                            V44::Denied(e44)
                                                        }
                                                        1 => {
                                                            let e44 = {
                                                                let l32 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l33 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len34 = l33;
                                                                let bytes34 = _rt::Vec::from_raw_parts(
                                                                    l32.cast(),
                                                                    len34,
                                                                    len34,
                                                                );
                                                                _rt::string_lift(bytes34)
                                                            };
                                                            V44::NotFound(e44)
                                                        }
                                                        2 => {
                                                            let e44 = {
                                                                let l35 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l36 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len37 = l36;
                                                                let bytes37 = _rt::Vec::from_raw_parts(
                                                                    l35.cast(),
                                                                    len37,
                                                                    len37,
                                                                );
                                                                _rt::string_lift(bytes37)
                                                            };
                                                            V44::Rejected(e44)
                                                        }
                                                        3 => {
                                                            let e44 = {
                                                                let l38 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l39 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len40 = l39;
                                                                let bytes40 = _rt::Vec::from_raw_parts(
                                                                    l38.cast(),
                                                                    len40,
                                                                    len40,
                                                                );
                                                                _rt::string_lift(bytes40)
                                                            };
                                                            V44::Changed(e44)
                                                        }
                                                        n => {
                                                            debug_assert_eq!(n, 4, "invalid enum discriminant");
                                                            let e44 = {
                                                                let l41 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l42 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len43 = l42;
                                                                let bytes43 = _rt::Vec::from_raw_parts(
                                                                    l41.cast(),
                                                                    len43,
                                                                    len43,
                                                                );
                                                                _rt::string_lift(bytes43)
                                                            };
                                                            V44::Failed(e44)
                                                        }
                                                    };
                                                    v44
                                                };
                                                TransferError::File(e45)
                                            }
                                        };
                                        v45
                                    };
                                    Err(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            }
                        };
                        result46.push(e46);
                    }
                    _rt::cabi_dealloc(
                        base46,
                        len46 * (8 + 12 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    result46
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l47 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l48 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l49 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len50 = l49;
                    let bytes50 = _rt::Vec::from_raw_parts(
                        l48.cast(),
                        len50,
                        len50,
                    );
                    let l51 = i32::from(
                        *ptr5
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l55 = *ptr5
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l56 = *ptr5
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len57 = l56;
                    let bytes57 = _rt::Vec::from_raw_parts(
                        l55.cast(),
                        len57,
                        len57,
                    );
                    let l58 = i32::from(
                        *ptr5
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l47 as u8,
                        ),
                        action: _rt::string_lift(bytes50),
                        code: match l51 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l52 = *ptr5
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l53 = *ptr5
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes57),
                        request_id: match l58 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l59 = *ptr5
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l60 = *ptr5
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len61 = l60;
                                    let bytes61 = _rt::Vec::from_raw_parts(
                                        l59.cast(),
                                        len61,
                                        len61,
                                    );
                                    _rt::string_lift(bytes61)
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
        result62
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `GetObject`, of a large object in ranges, for at most 1000 objects at once: tells of each how many bytes it had,
/// in the same order. A file gets the time at which its object was modified last, and is safe on the disk when it
/// is told of.
#[allow(async_fn_in_trait)]
pub fn download_files(
    downloads: &[Download],
) -> Result<_rt::Vec<Result<u64, TransferError>>, CallError> {
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
        let vec4 = downloads;
        let len4 = vec4.len();
        let layout4 = _rt::alloc::Layout::from_size_align(
                vec4.len() * (6 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result4, _cleanup4) = wit_bindgen::rt::Cleanup::new(layout4);
        for (i, e) in vec4.into_iter().enumerate() {
            let base = result4
                .add(i * (6 * ::core::mem::size_of::<*const u8>()));
            {
                let Download { bucket: bucket0, key: key0, path: path0 } = e;
                let vec1 = bucket0;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
                let vec2 = key0;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len2;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr2.cast_mut();
                let vec3 = path0;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *base
                    .add(5 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *base
                    .add(4 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr3.cast_mut();
            }
        }
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "download-files"]
            fn wit_import6(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import6(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import6(result4, len4, ptr5);
        let l7 = i32::from(*ptr5.add(0).cast::<u8>());
        let result62 = match l7 {
            0 => {
                let e = {
                    let l8 = *ptr5
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base46 = l8;
                    let len46 = l9;
                    let mut result46 = _rt::Vec::with_capacity(len46);
                    for i in 0..len46 {
                        let base = base46
                            .add(i * (8 + 12 * ::core::mem::size_of::<*const u8>()));
                        let e46 = {
                            let l10 = i32::from(*base.add(0).cast::<u8>());
                            match l10 {
                                0 => {
                                    let e = {
                                        let l11 = *base.add(8).cast::<i64>();
                                        l11 as u64
                                    };
                                    Ok(e)
                                }
                                1 => {
                                    let e = {
                                        let l12 = i32::from(*base.add(8).cast::<u8>());
                                        let v45 = match l12 {
                                            0 => {
                                                let e45 = {
                                                    let l13 = i32::from(
                                                        *base
                                                            .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    let l14 = *base
                                                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l15 = *base
                                                        .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len16 = l15;
                                                    let bytes16 = _rt::Vec::from_raw_parts(
                                                        l14.cast(),
                                                        len16,
                                                        len16,
                                                    );
                                                    let l17 = i32::from(
                                                        *base
                                                            .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    let l21 = *base
                                                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l22 = *base
                                                        .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len23 = l22;
                                                    let bytes23 = _rt::Vec::from_raw_parts(
                                                        l21.cast(),
                                                        len23,
                                                        len23,
                                                    );
                                                    let l24 = i32::from(
                                                        *base
                                                            .add(8 + 9 * ::core::mem::size_of::<*const u8>())
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
                                                                    let l18 = *base
                                                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<*mut u8>();
                                                                    let l19 = *base
                                                                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
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
                                                                    let l25 = *base
                                                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                                                                        .cast::<*mut u8>();
                                                                    let l26 = *base
                                                                        .add(8 + 11 * ::core::mem::size_of::<*const u8>())
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
                                                TransferError::Call(e45)
                                            }
                                            n => {
                                                debug_assert_eq!(n, 1, "invalid enum discriminant");
                                                let e45 = {
                                                    let l28 = i32::from(
                                                        *base
                                                            .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<u8>(),
                                                    );
                                                    use super::super::super::stepwell::step::files::FileError as V44;
                                                    let v44 = match l28 {
                                                        0 => {
                                                            let e44 = {
                                                                let l29 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l30 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len31 = l30;
                                                                let bytes31 = _rt::Vec::from_raw_parts(
                                                                    l29.cast(),
                                                                    len31,
                                                                    len31,
                                                                );
                                                                _rt::string_lift(bytes31)
                                                            };
                                                            V44::Denied(e44)
                                                        }
                                                        1 => {
                                                            let e44 = {
                                                                let l32 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l33 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len34 = l33;
                                                                let bytes34 = _rt::Vec::from_raw_parts(
                                                                    l32.cast(),
                                                                    len34,
                                                                    len34,
                                                                );
                                                                _rt::string_lift(bytes34)
                                                            };
                                                            V44::NotFound(e44)
                                                        }
                                                        2 => {
                                                            let e44 = {
                                                                let l35 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l36 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len37 = l36;
                                                                let bytes37 = _rt::Vec::from_raw_parts(
                                                                    l35.cast(),
                                                                    len37,
                                                                    len37,
                                                                );
                                                                _rt::string_lift(bytes37)
                                                            };
                                                            V44::Rejected(e44)
                                                        }
                                                        3 => {
                                                            let e44 = {
                                                                let l38 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l39 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len40 = l39;
                                                                let bytes40 = _rt::Vec::from_raw_parts(
                                                                    l38.cast(),
                                                                    len40,
                                                                    len40,
                                                                );
                                                                _rt::string_lift(bytes40)
                                                            };
                                                            V44::Changed(e44)
                                                        }
                                                        n => {
                                                            debug_assert_eq!(n, 4, "invalid enum discriminant");
                                                            let e44 = {
                                                                let l41 = *base
                                                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<*mut u8>();
                                                                let l42 = *base
                                                                    .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                                    .cast::<usize>();
                                                                let len43 = l42;
                                                                let bytes43 = _rt::Vec::from_raw_parts(
                                                                    l41.cast(),
                                                                    len43,
                                                                    len43,
                                                                );
                                                                _rt::string_lift(bytes43)
                                                            };
                                                            V44::Failed(e44)
                                                        }
                                                    };
                                                    v44
                                                };
                                                TransferError::File(e45)
                                            }
                                        };
                                        v45
                                    };
                                    Err(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            }
                        };
                        result46.push(e46);
                    }
                    _rt::cabi_dealloc(
                        base46,
                        len46 * (8 + 12 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    result46
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l47 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l48 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l49 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len50 = l49;
                    let bytes50 = _rt::Vec::from_raw_parts(
                        l48.cast(),
                        len50,
                        len50,
                    );
                    let l51 = i32::from(
                        *ptr5
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l55 = *ptr5
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l56 = *ptr5
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len57 = l56;
                    let bytes57 = _rt::Vec::from_raw_parts(
                        l55.cast(),
                        len57,
                        len57,
                    );
                    let l58 = i32::from(
                        *ptr5
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l47 as u8,
                        ),
                        action: _rt::string_lift(bytes50),
                        code: match l51 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l52 = *ptr5
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l53 = *ptr5
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes57),
                        request_id: match l58 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l59 = *ptr5
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l60 = *ptr5
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len61 = l60;
                                    let bytes61 = _rt::Vec::from_raw_parts(
                                        l59.cast(),
                                        len61,
                                        len61,
                                    );
                                    _rt::string_lift(bytes61)
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
        result62
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CopyObject`, or a multipart copy of a large object, for at most 1000 objects at once: tells of each how many
/// bytes it had, in the same order. The bytes stay within S3.
#[allow(async_fn_in_trait)]
pub fn copy_objects(
    copies: &[ObjectCopy],
) -> Result<_rt::Vec<Result<u64, CallError>>, CallError> {
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
        let vec5 = copies;
        let len5 = vec5.len();
        let layout5 = _rt::alloc::Layout::from_size_align(
                vec5.len() * (8 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result5, _cleanup5) = wit_bindgen::rt::Cleanup::new(layout5);
        for (i, e) in vec5.into_iter().enumerate() {
            let base = result5
                .add(i * (8 * ::core::mem::size_of::<*const u8>()));
            {
                let ObjectCopy {
                    source_bucket: source_bucket0,
                    source_key: source_key0,
                    bucket: bucket0,
                    key: key0,
                } = e;
                let vec1 = source_bucket0;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
                let vec2 = source_key0;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len2;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr2.cast_mut();
                let vec3 = bucket0;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *base
                    .add(5 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *base
                    .add(4 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr3.cast_mut();
                let vec4 = key0;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *base
                    .add(7 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *base
                    .add(6 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr4.cast_mut();
            }
        }
        let ptr6 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/s3@0.1.0")]
        unsafe extern "C" {
            #[link_name = "copy-objects"]
            fn wit_import7(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import7(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import7(result5, len5, ptr6);
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
                    let base28 = l9;
                    let len28 = l10;
                    let mut result28 = _rt::Vec::with_capacity(len28);
                    for i in 0..len28 {
                        let base = base28
                            .add(i * (16 + 10 * ::core::mem::size_of::<*const u8>()));
                        let e28 = {
                            let l11 = i32::from(*base.add(0).cast::<u8>());
                            match l11 {
                                0 => {
                                    let e = {
                                        let l12 = *base.add(8).cast::<i64>();
                                        l12 as u64
                                    };
                                    Ok(e)
                                }
                                1 => {
                                    let e = {
                                        let l13 = i32::from(*base.add(8).cast::<u8>());
                                        let l14 = *base
                                            .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l15 = *base
                                            .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len16 = l15;
                                        let bytes16 = _rt::Vec::from_raw_parts(
                                            l14.cast(),
                                            len16,
                                            len16,
                                        );
                                        let l17 = i32::from(
                                            *base
                                                .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        let l21 = *base
                                            .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l22 = *base
                                            .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len23 = l22;
                                        let bytes23 = _rt::Vec::from_raw_parts(
                                            l21.cast(),
                                            len23,
                                            len23,
                                        );
                                        let l24 = i32::from(
                                            *base
                                                .add(8 + 8 * ::core::mem::size_of::<*const u8>())
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
                                                        let l18 = *base
                                                            .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<*mut u8>();
                                                        let l19 = *base
                                                            .add(8 + 5 * ::core::mem::size_of::<*const u8>())
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
                                                        let l25 = *base
                                                            .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<*mut u8>();
                                                        let l26 = *base
                                                            .add(8 + 10 * ::core::mem::size_of::<*const u8>())
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
                            }
                        };
                        result28.push(e28);
                    }
                    _rt::cabi_dealloc(
                        base28,
                        len28 * (16 + 10 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    result28
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
