//! Conversions between the types of the SDK and those of `wit/`.

use aws_smithy_types::DateTime;
use sha2::{Digest as _, Sha256};

use crate::error::HostError;

/// Converts a list item by item.
pub(crate) fn each<A, B>(list: &[A], convert: fn(&A) -> Result<B, HostError>) -> Result<Vec<B>, HostError> {
    list.iter().map(convert).collect()
}

/// A list that is left out when it is empty: for ids or filters AWS takes an absent list as all of them.
pub(crate) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// A number as AWS takes it. One that does not fit becomes the largest, which AWS refuses like the plugin's own.
pub(crate) fn number(number: Option<u32>) -> Option<i32> {
    number.map(|number| i32::try_from(number).unwrap_or(i32::MAX))
}

/// A text that stays absent when AWS leaves it out.
pub(crate) fn text(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// Milliseconds since 1970; none for an earlier time, which AWS never gives.
pub(crate) fn milliseconds(at: &DateTime) -> Option<u64> {
    at.to_millis().ok().and_then(|ms| u64::try_from(ms).ok())
}

/// The SHA-256 in hexadecimal, which the journal keeps of a value that is too long for it or not meant for its readers.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
