// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
/// `GetCallerIdentityResult`.
#[derive(Clone, Default)]
pub struct CallerIdentity {
    /// Twelve digits: the account that the caller belongs to.
    pub account: Option<_rt::String>,
    /// Such as `arn:aws:iam::123456789012:user/deploy`, or of a session
    /// `arn:aws:sts::123456789012:assumed-role/deploy/session`.
    pub arn: Option<_rt::String>,
    /// AWS's own id of the user, or of the role and behind a colon the name of the session. No access key id.
    pub user_id: Option<_rt::String>,
}
impl ::core::fmt::Debug for CallerIdentity {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CallerIdentity")
            .field("account", &self.account)
            .field("arn", &self.arn)
            .field("user-id", &self.user_id)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `GetCallerIdentity`. AWS asks for no permission, but a session policy that leaves it out denies it.
#[allow(async_fn_in_trait)]
pub fn get_caller_identity() -> Result<CallerIdentity, CallError> {
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
        let ptr0 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/sts@0.1.0")]
        unsafe extern "C" {
            #[link_name = "get-caller-identity"]
            fn wit_import1(_: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import1(_: *mut u8) {
            unreachable!()
        }
        wit_import1(ptr0);
        let l2 = i32::from(*ptr0.add(0).cast::<u8>());
        let result30 = match l2 {
            0 => {
                let e = {
                    let l3 = i32::from(
                        *ptr0.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l7 = i32::from(
                        *ptr0
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l11 = i32::from(
                        *ptr0
                            .add(7 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    CallerIdentity {
                        account: match l3 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l4 = *ptr0
                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l5 = *ptr0
                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len6 = l5;
                                    let bytes6 = _rt::Vec::from_raw_parts(
                                        l4.cast(),
                                        len6,
                                        len6,
                                    );
                                    _rt::string_lift(bytes6)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        arn: match l7 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l8 = *ptr0
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l9 = *ptr0
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len10 = l9;
                                    let bytes10 = _rt::Vec::from_raw_parts(
                                        l8.cast(),
                                        len10,
                                        len10,
                                    );
                                    _rt::string_lift(bytes10)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        user_id: match l11 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l12 = *ptr0
                                        .add(8 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l13 = *ptr0
                                        .add(9 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l15 = i32::from(
                        *ptr0.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l16 = *ptr0
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l17 = *ptr0
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len18 = l17;
                    let bytes18 = _rt::Vec::from_raw_parts(
                        l16.cast(),
                        len18,
                        len18,
                    );
                    let l19 = i32::from(
                        *ptr0
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l23 = *ptr0
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l24 = *ptr0
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len25 = l24;
                    let bytes25 = _rt::Vec::from_raw_parts(
                        l23.cast(),
                        len25,
                        len25,
                    );
                    let l26 = i32::from(
                        *ptr0
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l15 as u8,
                        ),
                        action: _rt::string_lift(bytes18),
                        code: match l19 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l20 = *ptr0
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l21 = *ptr0
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes25),
                        request_id: match l26 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l27 = *ptr0
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr0
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
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result30
    }
}
