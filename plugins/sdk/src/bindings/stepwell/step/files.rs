// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
/// Why nothing was done with a path.
#[derive(Clone)]
pub enum FileError {
    /// No such directory was lent, or it was not lent for writing.
    Denied(_rt::String),
    /// There is nothing at this path.
    NotFound(_rt::String),
    /// What lies there is not what was asked for, or the path is none: it is absolute, or has `..` in it.
    Rejected(_rt::String),
    /// It is not any more what it was when it was looked at.
    Changed(_rt::String),
    /// The machine could not do it.
    Failed(_rt::String),
}
impl ::core::fmt::Debug for FileError {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        match self {
            FileError::Denied(e) => {
                f.debug_tuple("FileError::Denied").field(e).finish()
            }
            FileError::NotFound(e) => {
                f.debug_tuple("FileError::NotFound").field(e).finish()
            }
            FileError::Rejected(e) => {
                f.debug_tuple("FileError::Rejected").field(e).finish()
            }
            FileError::Changed(e) => {
                f.debug_tuple("FileError::Changed").field(e).finish()
            }
            FileError::Failed(e) => {
                f.debug_tuple("FileError::Failed").field(e).finish()
            }
        }
    }
}
impl ::core::fmt::Display for FileError {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        write!(f, "{:?}", self)
    }
}
impl ::core::error::Error for FileError {}
/// A regular file.
#[derive(Clone, Default)]
pub struct File {
    pub path: _rt::String,
    /// Bytes.
    pub size: u64,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub modified: u64,
}
impl ::core::fmt::Debug for File {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("File")
            .field("path", &self.path)
            .field("size", &self.size)
            .field("modified", &self.modified)
            .finish()
    }
}
/// What lies at a path.
#[derive(Clone)]
pub enum Entry {
    File(File),
    Directory,
}
impl ::core::fmt::Debug for Entry {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        match self {
            Entry::File(e) => f.debug_tuple("Entry::File").field(e).finish(),
            Entry::Directory => f.debug_tuple("Entry::Directory").finish(),
        }
    }
}
/// A file that is to go.
#[derive(Clone, Default)]
pub struct Removal {
    pub path: _rt::String,
    /// It goes only if it still has so many bytes.
    pub size: Option<u64>,
    /// It goes only if it was modified last at this time: milliseconds since 1970-01-01 00:00 UTC.
    pub modified: Option<u64>,
}
impl ::core::fmt::Debug for Removal {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Removal")
            .field("path", &self.path)
            .field("size", &self.size)
            .field("modified", &self.modified)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListFilesRequest {
    /// Everything below it is listed.
    pub directory: _rt::String,
    /// Only what comes after this path.
    pub start_after: Option<_rt::String>,
    /// 1 to 1000; 1000 by default.
    pub max_files: Option<u32>,
}
impl ::core::fmt::Debug for ListFilesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListFilesRequest")
            .field("directory", &self.directory)
            .field("start-after", &self.start_after)
            .field("max-files", &self.max_files)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListFilesResponse {
    /// By path, in the order in which S3 lists keys: byte by byte, with `/` as any other character.
    pub files: _rt::Vec<File>,
    /// Whether there is more behind the last one.
    pub more: bool,
    /// What is neither a file nor a directory, and what could not be read: symbolic links, sockets, devices, with the
    /// reason. It is left out of `files`. The path of a directory, below which everything is left out, ends with `/`.
    /// Of more than 1000, the last one is the listed directory itself, and its reason says how many more there are.
    pub skipped: _rt::Vec<(_rt::String, _rt::String)>,
}
impl ::core::fmt::Debug for ListFilesResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListFilesResponse")
            .field("files", &self.files)
            .field("more", &self.more)
            .field("skipped", &self.skipped)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// What lies at a path.
#[allow(async_fn_in_trait)]
pub fn stat(path: &str) -> Result<Entry, FileError> {
    unsafe {
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 32 + 2 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 32
                + 2 * ::core::mem::size_of::<*const u8>()],
        );
        let vec0 = path;
        let ptr0 = vec0.as_ptr().cast::<u8>();
        let len0 = vec0.len();
        let ptr1 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/files@0.1.0")]
        unsafe extern "C" {
            #[link_name = "stat"]
            fn wit_import2(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import2(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import2(ptr0.cast_mut(), len0, ptr1);
        let l3 = i32::from(*ptr1.add(0).cast::<u8>());
        let result28 = match l3 {
            0 => {
                let e = {
                    let l4 = i32::from(*ptr1.add(8).cast::<u8>());
                    let v10 = match l4 {
                        0 => {
                            let e10 = {
                                let l5 = *ptr1.add(16).cast::<*mut u8>();
                                let l6 = *ptr1
                                    .add(16 + 1 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len7 = l6;
                                let bytes7 = _rt::Vec::from_raw_parts(
                                    l5.cast(),
                                    len7,
                                    len7,
                                );
                                let l8 = *ptr1
                                    .add(16 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<i64>();
                                let l9 = *ptr1
                                    .add(24 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<i64>();
                                File {
                                    path: _rt::string_lift(bytes7),
                                    size: l8 as u64,
                                    modified: l9 as u64,
                                }
                            };
                            Entry::File(e10)
                        }
                        n => {
                            debug_assert_eq!(n, 1, "invalid enum discriminant");
                            Entry::Directory
                        }
                    };
                    v10
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l11 = i32::from(*ptr1.add(8).cast::<u8>());
                    let v27 = match l11 {
                        0 => {
                            let e27 = {
                                let l12 = *ptr1
                                    .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l13 = *ptr1
                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len14 = l13;
                                let bytes14 = _rt::Vec::from_raw_parts(
                                    l12.cast(),
                                    len14,
                                    len14,
                                );
                                _rt::string_lift(bytes14)
                            };
                            FileError::Denied(e27)
                        }
                        1 => {
                            let e27 = {
                                let l15 = *ptr1
                                    .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l16 = *ptr1
                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len17 = l16;
                                let bytes17 = _rt::Vec::from_raw_parts(
                                    l15.cast(),
                                    len17,
                                    len17,
                                );
                                _rt::string_lift(bytes17)
                            };
                            FileError::NotFound(e27)
                        }
                        2 => {
                            let e27 = {
                                let l18 = *ptr1
                                    .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l19 = *ptr1
                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len20 = l19;
                                let bytes20 = _rt::Vec::from_raw_parts(
                                    l18.cast(),
                                    len20,
                                    len20,
                                );
                                _rt::string_lift(bytes20)
                            };
                            FileError::Rejected(e27)
                        }
                        3 => {
                            let e27 = {
                                let l21 = *ptr1
                                    .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l22 = *ptr1
                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len23 = l22;
                                let bytes23 = _rt::Vec::from_raw_parts(
                                    l21.cast(),
                                    len23,
                                    len23,
                                );
                                _rt::string_lift(bytes23)
                            };
                            FileError::Changed(e27)
                        }
                        n => {
                            debug_assert_eq!(n, 4, "invalid enum discriminant");
                            let e27 = {
                                let l24 = *ptr1
                                    .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l25 = *ptr1
                                    .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len26 = l25;
                                let bytes26 = _rt::Vec::from_raw_parts(
                                    l24.cast(),
                                    len26,
                                    len26,
                                );
                                _rt::string_lift(bytes26)
                            };
                            FileError::Failed(e27)
                        }
                    };
                    v27
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result28
    }
}
#[allow(unused_unsafe, clippy::all)]
/// The files below a directory, one page.
#[allow(async_fn_in_trait)]
pub fn list_files(
    request: &ListFilesRequest,
) -> Result<ListFilesResponse, FileError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 6 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 6
                * ::core::mem::size_of::<*const u8>()],
        );
        let ListFilesRequest {
            directory: directory0,
            start_after: start_after0,
            max_files: max_files0,
        } = request;
        let vec1 = directory0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result3_0, result3_1, result3_2) = match start_after0 {
            Some(e) => {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                (1i32, ptr2.cast_mut(), len2)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result4_0, result4_1) = match max_files0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/files@0.1.0")]
        unsafe extern "C" {
            #[link_name = "list-files"]
            fn wit_import6(
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
        unsafe extern "C" fn wit_import6(
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
        wit_import6(
            ptr1.cast_mut(),
            len1,
            result3_0,
            result3_1,
            result3_2,
            result4_0,
            result4_1,
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
                    let base15 = l8;
                    let len15 = l9;
                    let mut result15 = _rt::Vec::with_capacity(len15);
                    for i in 0..len15 {
                        let base = base15
                            .add(i * (16 + 2 * ::core::mem::size_of::<*const u8>()));
                        let e15 = {
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
                            let l13 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<i64>();
                            let l14 = *base
                                .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                                .cast::<i64>();
                            File {
                                path: _rt::string_lift(bytes12),
                                size: l13 as u64,
                                modified: l14 as u64,
                            }
                        };
                        result15.push(e15);
                    }
                    _rt::cabi_dealloc(
                        base15,
                        len15 * (16 + 2 * ::core::mem::size_of::<*const u8>()),
                        8,
                    );
                    let l16 = i32::from(
                        *ptr5
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l17 = *ptr5
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l18 = *ptr5
                        .add(5 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base25 = l17;
                    let len25 = l18;
                    let mut result25 = _rt::Vec::with_capacity(len25);
                    for i in 0..len25 {
                        let base = base25
                            .add(i * (4 * ::core::mem::size_of::<*const u8>()));
                        let e25 = {
                            let l19 = *base.add(0).cast::<*mut u8>();
                            let l20 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len21 = l20;
                            let bytes21 = _rt::Vec::from_raw_parts(
                                l19.cast(),
                                len21,
                                len21,
                            );
                            let l22 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l23 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len24 = l23;
                            let bytes24 = _rt::Vec::from_raw_parts(
                                l22.cast(),
                                len24,
                                len24,
                            );
                            (_rt::string_lift(bytes21), _rt::string_lift(bytes24))
                        };
                        result25.push(e25);
                    }
                    _rt::cabi_dealloc(
                        base25,
                        len25 * (4 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    ListFilesResponse {
                        files: result15,
                        more: _rt::bool_lift(l16 as u8),
                        skipped: result25,
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l26 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let v42 = match l26 {
                        0 => {
                            let e42 = {
                                let l27 = *ptr5
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l28 = *ptr5
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len29 = l28;
                                let bytes29 = _rt::Vec::from_raw_parts(
                                    l27.cast(),
                                    len29,
                                    len29,
                                );
                                _rt::string_lift(bytes29)
                            };
                            FileError::Denied(e42)
                        }
                        1 => {
                            let e42 = {
                                let l30 = *ptr5
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l31 = *ptr5
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len32 = l31;
                                let bytes32 = _rt::Vec::from_raw_parts(
                                    l30.cast(),
                                    len32,
                                    len32,
                                );
                                _rt::string_lift(bytes32)
                            };
                            FileError::NotFound(e42)
                        }
                        2 => {
                            let e42 = {
                                let l33 = *ptr5
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l34 = *ptr5
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len35 = l34;
                                let bytes35 = _rt::Vec::from_raw_parts(
                                    l33.cast(),
                                    len35,
                                    len35,
                                );
                                _rt::string_lift(bytes35)
                            };
                            FileError::Rejected(e42)
                        }
                        3 => {
                            let e42 = {
                                let l36 = *ptr5
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l37 = *ptr5
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len38 = l37;
                                let bytes38 = _rt::Vec::from_raw_parts(
                                    l36.cast(),
                                    len38,
                                    len38,
                                );
                                _rt::string_lift(bytes38)
                            };
                            FileError::Changed(e42)
                        }
                        n => {
                            debug_assert_eq!(n, 4, "invalid enum discriminant");
                            let e42 = {
                                let l39 = *ptr5
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l40 = *ptr5
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len41 = l40;
                                let bytes41 = _rt::Vec::from_raw_parts(
                                    l39.cast(),
                                    len41,
                                    len41,
                                );
                                _rt::string_lift(bytes41)
                            };
                            FileError::Failed(e42)
                        }
                    };
                    v42
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result43
    }
}
#[allow(unused_unsafe, clippy::all)]
/// Removes at most 1000 files, and tells of each what became of it, in the same order. Directories that are empty then
/// stay.
#[allow(async_fn_in_trait)]
pub fn remove_files(
    removals: &[Removal],
) -> Result<_rt::Vec<Result<(), FileError>>, FileError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 4 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 4
                * ::core::mem::size_of::<*const u8>()],
        );
        let vec2 = removals;
        let len2 = vec2.len();
        let layout2 = _rt::alloc::Layout::from_size_align(
                vec2.len() * (32 + 2 * ::core::mem::size_of::<*const u8>()),
                8,
            )
            .unwrap();
        let (result2, _cleanup2) = wit_bindgen::rt::Cleanup::new(layout2);
        for (i, e) in vec2.into_iter().enumerate() {
            let base = result2
                .add(i * (32 + 2 * ::core::mem::size_of::<*const u8>()));
            {
                let Removal {
                    path: path0,
                    size: size0,
                    modified: modified0,
                } = e;
                let vec1 = path0;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
                match size0 {
                    Some(e) => {
                        *base
                            .add(2 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (1i32) as u8;
                        *base
                            .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                            .cast::<i64>() = _rt::as_i64(e);
                    }
                    None => {
                        *base
                            .add(2 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (0i32) as u8;
                    }
                };
                match modified0 {
                    Some(e) => {
                        *base
                            .add(16 + 2 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (1i32) as u8;
                        *base
                            .add(24 + 2 * ::core::mem::size_of::<*const u8>())
                            .cast::<i64>() = _rt::as_i64(e);
                    }
                    None => {
                        *base
                            .add(16 + 2 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>() = (0i32) as u8;
                    }
                };
            }
        }
        let ptr3 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/files@0.1.0")]
        unsafe extern "C" {
            #[link_name = "remove-files"]
            fn wit_import4(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import4(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import4(result2, len2, ptr3);
        let l5 = i32::from(*ptr3.add(0).cast::<u8>());
        let result44 = match l5 {
            0 => {
                let e = {
                    let l6 = *ptr3
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l7 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base26 = l6;
                    let len26 = l7;
                    let mut result26 = _rt::Vec::with_capacity(len26);
                    for i in 0..len26 {
                        let base = base26
                            .add(i * (4 * ::core::mem::size_of::<*const u8>()));
                        let e26 = {
                            let l8 = i32::from(*base.add(0).cast::<u8>());
                            match l8 {
                                0 => {
                                    let e = ();
                                    Ok(e)
                                }
                                1 => {
                                    let e = {
                                        let l9 = i32::from(
                                            *base.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                                        );
                                        let v25 = match l9 {
                                            0 => {
                                                let e25 = {
                                                    let l10 = *base
                                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l11 = *base
                                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len12 = l11;
                                                    let bytes12 = _rt::Vec::from_raw_parts(
                                                        l10.cast(),
                                                        len12,
                                                        len12,
                                                    );
                                                    _rt::string_lift(bytes12)
                                                };
                                                FileError::Denied(e25)
                                            }
                                            1 => {
                                                let e25 = {
                                                    let l13 = *base
                                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l14 = *base
                                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len15 = l14;
                                                    let bytes15 = _rt::Vec::from_raw_parts(
                                                        l13.cast(),
                                                        len15,
                                                        len15,
                                                    );
                                                    _rt::string_lift(bytes15)
                                                };
                                                FileError::NotFound(e25)
                                            }
                                            2 => {
                                                let e25 = {
                                                    let l16 = *base
                                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l17 = *base
                                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len18 = l17;
                                                    let bytes18 = _rt::Vec::from_raw_parts(
                                                        l16.cast(),
                                                        len18,
                                                        len18,
                                                    );
                                                    _rt::string_lift(bytes18)
                                                };
                                                FileError::Rejected(e25)
                                            }
                                            3 => {
                                                let e25 = {
                                                    let l19 = *base
                                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l20 = *base
                                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len21 = l20;
                                                    let bytes21 = _rt::Vec::from_raw_parts(
                                                        l19.cast(),
                                                        len21,
                                                        len21,
                                                    );
                                                    _rt::string_lift(bytes21)
                                                };
                                                FileError::Changed(e25)
                                            }
                                            n => {
                                                debug_assert_eq!(n, 4, "invalid enum discriminant");
                                                let e25 = {
                                                    let l22 = *base
                                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l23 = *base
                                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len24 = l23;
                                                    let bytes24 = _rt::Vec::from_raw_parts(
                                                        l22.cast(),
                                                        len24,
                                                        len24,
                                                    );
                                                    _rt::string_lift(bytes24)
                                                };
                                                FileError::Failed(e25)
                                            }
                                        };
                                        v25
                                    };
                                    Err(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            }
                        };
                        result26.push(e26);
                    }
                    _rt::cabi_dealloc(
                        base26,
                        len26 * (4 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    result26
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l27 = i32::from(
                        *ptr3.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let v43 = match l27 {
                        0 => {
                            let e43 = {
                                let l28 = *ptr3
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l29 = *ptr3
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len30 = l29;
                                let bytes30 = _rt::Vec::from_raw_parts(
                                    l28.cast(),
                                    len30,
                                    len30,
                                );
                                _rt::string_lift(bytes30)
                            };
                            FileError::Denied(e43)
                        }
                        1 => {
                            let e43 = {
                                let l31 = *ptr3
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l32 = *ptr3
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len33 = l32;
                                let bytes33 = _rt::Vec::from_raw_parts(
                                    l31.cast(),
                                    len33,
                                    len33,
                                );
                                _rt::string_lift(bytes33)
                            };
                            FileError::NotFound(e43)
                        }
                        2 => {
                            let e43 = {
                                let l34 = *ptr3
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l35 = *ptr3
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len36 = l35;
                                let bytes36 = _rt::Vec::from_raw_parts(
                                    l34.cast(),
                                    len36,
                                    len36,
                                );
                                _rt::string_lift(bytes36)
                            };
                            FileError::Rejected(e43)
                        }
                        3 => {
                            let e43 = {
                                let l37 = *ptr3
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l38 = *ptr3
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len39 = l38;
                                let bytes39 = _rt::Vec::from_raw_parts(
                                    l37.cast(),
                                    len39,
                                    len39,
                                );
                                _rt::string_lift(bytes39)
                            };
                            FileError::Changed(e43)
                        }
                        n => {
                            debug_assert_eq!(n, 4, "invalid enum discriminant");
                            let e43 = {
                                let l40 = *ptr3
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>();
                                let l41 = *ptr3
                                    .add(3 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>();
                                let len42 = l41;
                                let bytes42 = _rt::Vec::from_raw_parts(
                                    l40.cast(),
                                    len42,
                                    len42,
                                );
                                _rt::string_lift(bytes42)
                            };
                            FileError::Failed(e43)
                        }
                    };
                    v43
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result44
    }
}
