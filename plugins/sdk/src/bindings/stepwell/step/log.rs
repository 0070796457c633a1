// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
/// How much a line matters.
#[repr(u8)]
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// Something failed.
    Error,
    /// Something is odd, and the step goes on.
    Warn,
    /// What an operator wants to see of every run.
    Info,
    /// Detail for somebody who looks closer.
    Verbose,
    /// Detail for the author of the plugin.
    Debug,
}
impl ::core::fmt::Debug for Level {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        match self {
            Level::Error => f.debug_tuple("Level::Error").finish(),
            Level::Warn => f.debug_tuple("Level::Warn").finish(),
            Level::Info => f.debug_tuple("Level::Info").finish(),
            Level::Verbose => f.debug_tuple("Level::Verbose").finish(),
            Level::Debug => f.debug_tuple("Level::Debug").finish(),
        }
    }
}
impl Level {
    #[doc(hidden)]
    pub unsafe fn _lift(val: u8) -> Level {
        if !cfg!(debug_assertions) {
            return unsafe { ::core::mem::transmute(val) };
        }
        match val {
            0 => Level::Error,
            1 => Level::Warn,
            2 => Level::Info,
            3 => Level::Verbose,
            4 => Level::Debug,
            _ => panic!("invalid enum discriminant"),
        }
    }
}
#[allow(unused_unsafe, clippy::all)]
/// One line of text. Line breaks within it start new lines.
#[allow(async_fn_in_trait)]
pub fn line(level: Level, text: &str) -> () {
    unsafe {
        let vec0 = text;
        let ptr0 = vec0.as_ptr().cast::<u8>();
        let len0 = vec0.len();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/log@0.1.0")]
        unsafe extern "C" {
            #[link_name = "line"]
            fn wit_import1(_: i32, _: *mut u8, _: usize);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import1(_: i32, _: *mut u8, _: usize) {
            unreachable!()
        }
        wit_import1(level.clone() as i32, ptr0.cast_mut(), len0);
    }
}
#[allow(unused_unsafe, clippy::all)]
/// A table. A cell that is none is shown as such, not as empty text.
#[allow(async_fn_in_trait)]
pub fn table(
    columns: &[_rt::String],
    rows: &[_rt::Vec<Option<_rt::String>>],
) -> () {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        let vec1 = columns;
        let len1 = vec1.len();
        let layout1 = _rt::alloc::Layout::from_size_align(
                vec1.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result1, _cleanup1) = wit_bindgen::rt::Cleanup::new(layout1);
        for (i, e) in vec1.into_iter().enumerate() {
            let base = result1
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec0 = e;
                let ptr0 = vec0.as_ptr().cast::<u8>();
                let len0 = vec0.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len0;
                *base.add(0).cast::<*mut u8>() = ptr0.cast_mut();
            }
        }
        let vec4 = rows;
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
                let len3 = vec3.len();
                let layout3 = _rt::alloc::Layout::from_size_align(
                        vec3.len() * (3 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result3, _cleanup3) = wit_bindgen::rt::Cleanup::new(
                    layout3,
                );
                cleanup_list.extend(_cleanup3);
                for (i, e) in vec3.into_iter().enumerate() {
                    let base = result3
                        .add(i * (3 * ::core::mem::size_of::<*const u8>()));
                    {
                        match e {
                            Some(e) => {
                                *base.add(0).cast::<u8>() = (1i32) as u8;
                                let vec2 = e;
                                let ptr2 = vec2.as_ptr().cast::<u8>();
                                let len2 = vec2.len();
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<usize>() = len2;
                                *base
                                    .add(::core::mem::size_of::<*const u8>())
                                    .cast::<*mut u8>() = ptr2.cast_mut();
                            }
                            None => {
                                *base.add(0).cast::<u8>() = (0i32) as u8;
                            }
                        };
                    }
                }
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *base.add(0).cast::<*mut u8>() = result3;
            }
        }
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/log@0.1.0")]
        unsafe extern "C" {
            #[link_name = "table"]
            fn wit_import5(_: *mut u8, _: usize, _: *mut u8, _: usize);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import5(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
        ) {
            unreachable!()
        }
        wit_import5(result1, len1, result4, len4);
    }
}
#[allow(unused_unsafe, clippy::all)]
/// A block of names and values, in this order.
#[allow(async_fn_in_trait)]
pub fn pairs(pairs: &[(_rt::String, _rt::String)]) -> () {
    unsafe {
        let vec3 = pairs;
        let len3 = vec3.len();
        let layout3 = _rt::alloc::Layout::from_size_align(
                vec3.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result3, _cleanup3) = wit_bindgen::rt::Cleanup::new(layout3);
        for (i, e) in vec3.into_iter().enumerate() {
            let base = result3
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let (t0_0, t0_1) = e;
                let vec1 = t0_0;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len1;
                *base.add(0).cast::<*mut u8>() = ptr1.cast_mut();
                let vec2 = t0_1;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len2;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr2.cast_mut();
            }
        }
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/log@0.1.0")]
        unsafe extern "C" {
            #[link_name = "pairs"]
            fn wit_import4(_: *mut u8, _: usize);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import4(_: *mut u8, _: usize) {
            unreachable!()
        }
        wit_import4(result3, len3);
    }
}
#[allow(unused_unsafe, clippy::all)]
/// A link, for instance to the AWS console.
#[allow(async_fn_in_trait)]
pub fn link(label: &str, url: &str) -> () {
    unsafe {
        let vec0 = label;
        let ptr0 = vec0.as_ptr().cast::<u8>();
        let len0 = vec0.len();
        let vec1 = url;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/log@0.1.0")]
        unsafe extern "C" {
            #[link_name = "link"]
            fn wit_import2(_: *mut u8, _: usize, _: *mut u8, _: usize);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import2(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
        ) {
            unreachable!()
        }
        wit_import2(ptr0.cast_mut(), len0, ptr1.cast_mut(), len1);
    }
}
