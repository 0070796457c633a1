//! Checks before a call. A refused request is not recorded and does not leave.

use stepwell_model::action::Row;
use stepwell_model::action::s3::Service;
use stepwell_model::error::shorten;

use crate::error::HostError;
use crate::wit::types::{CallError, CallErrorKind};

/// Files or objects of one call.
const MOST_THINGS: usize = 1000;

/// The endings of the names of directory buckets, access points and the like. They have addresses and sessions of their
/// own, for which the SDK would make calls without a permit.
const NO_BUCKETS: [&str; 5] = ["--x-s3", "--xa-s3", "--op-s3", "--ol-s3", "-s3alias"];

/// Checks the number of files or objects. The outcomes of more would come too late and take too much memory.
pub(super) fn count(row: Row<Service>, things: usize) -> Result<(), HostError> {
    if things <= MOST_THINGS {
        return Ok(());
    }
    Err(refused(row, format!("{things} are more than the {MOST_THINGS} that one call can move")))
}

/// Checks that a name is that of a general purpose bucket and no ARN. Old buckets have names that are long, and have
/// capital letters and underscores.
pub(super) fn bucket(row: Row<Service>, bucket: &str) -> Result<(), HostError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !(3..=255).contains(&bucket.len()) || !bucket.bytes().all(is_plain) {
        let what = "is not the name of a bucket, which has 3 to 255 letters, digits, `.`, `-` and `_`";
        return Err(refused(row, format!("`{}` {what}", shorten(bucket))));
    }
    if NO_BUCKETS.iter().any(|end| bucket.ends_with(end)) {
        return Err(refused(row, format!("`{bucket}` is not a general purpose bucket, and others are not supported")));
    }
    Ok(())
}

/// Checks the names of objects: bucket and key.
pub(super) fn objects<'a>(
    row: Row<Service>,
    objects: impl IntoIterator<Item = (&'a String, &'a String)>,
) -> Result<(), HostError> {
    objects.into_iter().try_for_each(|(name, key)| {
        bucket(row, name)?;
        if key.is_empty() {
            return Err(refused(row, format!("an object in `{name}` needs a key")));
        }
        Ok(())
    })
}

fn refused(row: Row<Service>, message: String) -> HostError {
    let action = row.row().action.to_string();
    HostError::Answer(CallError { kind: CallErrorKind::Rejected, action, code: None, message, request_id: None })
}

#[cfg(test)]
mod tests {
    use stepwell_model::action::s3::HEAD_OBJECT;

    use super::*;

    #[test]
    fn only_general_purpose_buckets_are_buckets() {
        for name in ["abc", "example.com", "Old_Bucket", "data--s3", "x-s3", &"a".repeat(255)] {
            assert!(bucket(HEAD_OBJECT, name).is_ok(), "{name}");
        }
        for name in [
            "",
            "ab",
            "a/b/c",
            "a b c",
            "bücket",
            "arn:aws:s3:eu-central-1:123456789012:accesspoint/web",
            "data--usw2-az1--x-s3",
            "point--usw2-az1--xa-s3",
            "point--op-s3",
            "lambda--ol-s3",
            "web-abcdef-s3alias",
            &"a".repeat(256),
        ] {
            let Err(HostError::Answer(error)) = bucket(HEAD_OBJECT, name) else { panic!("{name}") };
            assert_eq!((error.kind, error.action.as_str()), (CallErrorKind::Rejected, "s3:GetObject"), "{name}");
        }
    }
}
