//! Between the types of the SDK and those of `wit/`: what every service file needs.

use aws_smithy_types::DateTime;

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

/// What AWS leaves out stays left out.
pub(crate) fn text(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// Milliseconds since 1970; none for a time before, which AWS has no use for.
pub(crate) fn milliseconds(at: &DateTime) -> Option<u64> {
    at.to_millis().ok().and_then(|ms| u64::try_from(ms).ok())
}
