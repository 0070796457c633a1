// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
#[allow(unused_unsafe, clippy::all)]
/// Milliseconds since 1970-01-01 00:00 UTC.
#[allow(async_fn_in_trait)]
pub fn now() -> u64 {
    unsafe {
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/clock@0.1.0")]
        unsafe extern "C" {
            #[link_name = "now"]
            fn wit_import0() -> i64;
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import0() -> i64 {
            unreachable!()
        }
        let ret = wit_import0();
        ret as u64
    }
}
