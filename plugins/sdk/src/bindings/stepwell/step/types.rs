// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
/// Why a call did not succeed. The host has already retried what can be retried within the call.
#[repr(u8)]
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub enum CallErrorKind {
    /// The operator did not grant the action to this plugin, or IAM did not allow it. Asking again will not help.
    Denied,
    /// AWS still throttled after the host's retries. Worth another attempt of the step, later.
    Throttled,
    /// What the request addresses does not exist.
    NotFound,
    /// AWS understood the request and said no: a wrong parameter, a wrong state, an exceeded quota.
    Rejected,
    /// AWS did not answer, answered with a 5xx, or answered with something that is not an answer.
    /// It is not known whether a call that changes something took effect.
    Unavailable,
}
impl ::core::fmt::Debug for CallErrorKind {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        match self {
            CallErrorKind::Denied => {
                f.debug_tuple("CallErrorKind::Denied").finish()
            }
            CallErrorKind::Throttled => {
                f.debug_tuple("CallErrorKind::Throttled").finish()
            }
            CallErrorKind::NotFound => {
                f.debug_tuple("CallErrorKind::NotFound").finish()
            }
            CallErrorKind::Rejected => {
                f.debug_tuple("CallErrorKind::Rejected").finish()
            }
            CallErrorKind::Unavailable => {
                f.debug_tuple("CallErrorKind::Unavailable").finish()
            }
        }
    }
}
impl CallErrorKind {
    #[doc(hidden)]
    pub unsafe fn _lift(val: u8) -> CallErrorKind {
        if !cfg!(debug_assertions) {
            return unsafe { ::core::mem::transmute(val) };
        }
        match val {
            0 => CallErrorKind::Denied,
            1 => CallErrorKind::Throttled,
            2 => CallErrorKind::NotFound,
            3 => CallErrorKind::Rejected,
            4 => CallErrorKind::Unavailable,
            _ => panic!("invalid enum discriminant"),
        }
    }
}
/// What AWS answered when it did not do what was asked, or what the host saw when no answer came.
#[derive(Clone)]
pub struct CallError {
    pub kind: CallErrorKind,
    /// The IAM action of the call, such as `ec2:StartInstances`; of a call that was denied, the one that is missing.
    pub action: _rt::String,
    /// The error code that AWS gave, such as `IncorrectInstanceState`. None when the answer carried none,
    /// or when there was no answer at all.
    pub code: Option<_rt::String>,
    /// AWS's own words, or why there is no answer; of a call that was denied, who refused and why.
    pub message: _rt::String,
    /// The id under which AWS support finds the request.
    pub request_id: Option<_rt::String>,
}
impl ::core::fmt::Debug for CallError {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CallError")
            .field("kind", &self.kind)
            .field("action", &self.action)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("request-id", &self.request_id)
            .finish()
    }
}
impl ::core::fmt::Display for CallError {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        write!(f, "{:?}", self)
    }
}
impl ::core::error::Error for CallError {}
/// Name and value of a tag.
#[derive(Clone, Default)]
pub struct Tag {
    pub key: _rt::String,
    pub value: _rt::String,
}
impl ::core::fmt::Debug for Tag {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Tag")
            .field("key", &self.key)
            .field("value", &self.value)
            .finish()
    }
}
/// A filter of a `Describe…` operation: the values are alternatives, several filters must all match.
#[derive(Clone, Default)]
pub struct Filter {
    /// Such as `instance-state-name` or `tag:Environment`.
    pub name: _rt::String,
    pub values: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for Filter {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Filter")
            .field("name", &self.name)
            .field("values", &self.values)
            .finish()
    }
}
