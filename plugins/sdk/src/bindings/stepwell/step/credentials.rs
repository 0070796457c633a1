// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
/// Whose credentials they are.
#[derive(Clone, Default)]
pub struct Description {
    /// The level that names them: `default` (nobody does), `system`, `project`, `job` or `step`.
    pub from: _rt::String,
    /// Where the chain of roles starts, such as `ec2`, `key_storage` or `default_chain`.
    pub provider: _rt::String,
    /// What the default chain found, such as `environment` or `instance metadata`.
    pub source: Option<_rt::String>,
    /// The last role that was assumed.
    pub role_arn: Option<_rt::String>,
    /// The last four characters of the access key id: enough to find the session in CloudTrail.
    pub access_key_id_ends: _rt::String,
    /// Milliseconds since 1970-01-01 00:00 UTC. None when they last. The host renews them before.
    pub expires_at: Option<u64>,
    /// The region that calls go to. None when nobody names one; then no call succeeds.
    pub region: Option<_rt::String>,
}
impl ::core::fmt::Debug for Description {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Description")
            .field("from", &self.from)
            .field("provider", &self.provider)
            .field("source", &self.source)
            .field("role-arn", &self.role_arn)
            .field("access-key-id-ends", &self.access_key_id_ends)
            .field("expires-at", &self.expires_at)
            .field("region", &self.region)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// Calls nothing of AWS by itself, but the host may have to fetch the credentials first. Without any the step ends
/// here, as it does at a call of AWS.
#[allow(async_fn_in_trait)]
pub fn describe() -> Description {
    unsafe {
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 24 + 14 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 24
                + 14 * ::core::mem::size_of::<*const u8>()],
        );
        let ptr0 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/credentials@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe"]
            fn wit_import1(_: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import1(_: *mut u8) {
            unreachable!()
        }
        wit_import1(ptr0);
        let l2 = *ptr0.add(0).cast::<*mut u8>();
        let l3 = *ptr0
            .add(::core::mem::size_of::<*const u8>())
            .cast::<usize>();
        let len4 = l3;
        let bytes4 = _rt::Vec::from_raw_parts(l2.cast(), len4, len4);
        let l5 = *ptr0
            .add(2 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>();
        let l6 = *ptr0
            .add(3 * ::core::mem::size_of::<*const u8>())
            .cast::<usize>();
        let len7 = l6;
        let bytes7 = _rt::Vec::from_raw_parts(l5.cast(), len7, len7);
        let l8 = i32::from(
            *ptr0.add(4 * ::core::mem::size_of::<*const u8>()).cast::<u8>(),
        );
        let l12 = i32::from(
            *ptr0.add(7 * ::core::mem::size_of::<*const u8>()).cast::<u8>(),
        );
        let l16 = *ptr0
            .add(10 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>();
        let l17 = *ptr0
            .add(11 * ::core::mem::size_of::<*const u8>())
            .cast::<usize>();
        let len18 = l17;
        let bytes18 = _rt::Vec::from_raw_parts(l16.cast(), len18, len18);
        let l19 = i32::from(
            *ptr0.add(12 * ::core::mem::size_of::<*const u8>()).cast::<u8>(),
        );
        let l21 = i32::from(
            *ptr0
                .add(16 + 12 * ::core::mem::size_of::<*const u8>())
                .cast::<u8>(),
        );
        let result25 = Description {
            from: _rt::string_lift(bytes4),
            provider: _rt::string_lift(bytes7),
            source: match l8 {
                0 => None,
                1 => {
                    let e = {
                        let l9 = *ptr0
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>();
                        let l10 = *ptr0
                            .add(6 * ::core::mem::size_of::<*const u8>())
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
            role_arn: match l12 {
                0 => None,
                1 => {
                    let e = {
                        let l13 = *ptr0
                            .add(8 * ::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>();
                        let l14 = *ptr0
                            .add(9 * ::core::mem::size_of::<*const u8>())
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
            access_key_id_ends: _rt::string_lift(bytes18),
            expires_at: match l19 {
                0 => None,
                1 => {
                    let e = {
                        let l20 = *ptr0
                            .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                            .cast::<i64>();
                        l20 as u64
                    };
                    Some(e)
                }
                _ => _rt::invalid_enum_discriminant(),
            },
            region: match l21 {
                0 => None,
                1 => {
                    let e = {
                        let l22 = *ptr0
                            .add(16 + 13 * ::core::mem::size_of::<*const u8>())
                            .cast::<*mut u8>();
                        let l23 = *ptr0
                            .add(16 + 14 * ::core::mem::size_of::<*const u8>())
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
        };
        result25
    }
}
