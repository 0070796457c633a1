//! Between the types of the SDK and those of `wit/`: what every service file needs.

use aws_smithy_types::DateTime;
use sha2::{Digest as _, Sha256};

use crate::error::HostError;

/// A list, item by item.
pub(crate) fn each<A, B>(list: &[A], convert: fn(&A) -> Result<B, HostError>) -> Result<Vec<B>, HostError> {
    list.iter().map(convert).collect()
}

/// To AWS, an empty list is one that is not there: of ids or filters it means all of them.
pub(crate) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// What does not fit is sent as the largest number, which AWS refuses just as it would refuse the plugin's.
pub(crate) fn number(number: Option<u32>) -> Option<i32> {
    number.map(|number| i32::try_from(number).unwrap_or(i32::MAX))
}

/// A number of AWS's that is never negative.
pub(crate) fn count(number: Option<i32>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// What AWS leaves out stays left out.
pub(crate) fn text(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// Milliseconds since 1970; none for a time before, which AWS has no use for.
pub(crate) fn milliseconds(at: &DateTime) -> Option<u64> {
    at.to_millis().ok().and_then(|ms| u64::try_from(ms).ok())
}

/// What the journal keeps of something that is too long for it, or not meant for everybody who reads it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
