//! The course of a transfer: it stops early when the first files all fail for a reason that the others share. A single
//! failure says nothing about the others: S3 denies single objects, for their keys or for their owner.

use std::collections::BTreeMap;

use crate::wit::s3::TransferError;
use crate::wit::types::{CallError, CallErrorKind};

/// Number of equal failures, without any other outcome, that stops a transfer.
const ENOUGH: usize = 10;

/// S3's code for a bucket of another region.
pub(super) const ELSEWHERE: &str = "PermanentRedirect";

/// Codes that concern a bucket and not an object.
const OF_BUCKETS: [&str; 3] = ["NoSuchBucket", ELSEWHERE, "AuthorizationHeaderMalformed"];

/// The course of each route: of the files that have their buckets in common.
#[derive(Debug, Default)]
pub(super) struct Courses(BTreeMap<String, Course>);

#[derive(Debug, Default)]
enum Course {
    #[default]
    New,
    /// All failed alike: their number, and the first error.
    Alike(usize, CallError),
    Mixed,
}

impl Course {
    fn after(self, failure: Option<&CallError>) -> Self {
        match (self, failure) {
            (Self::New, Some(error)) => Self::Alike(1, error.clone()),
            (Self::Alike(count, first), Some(error)) if (first.kind, &first.code) == (error.kind, &error.code) => {
                Self::Alike(count + 1, first)
            }
            _ => Self::Mixed,
        }
    }
}

impl Courses {
    /// Notes the outcome of one more file.
    pub(super) fn note(&mut self, route: String, outcome: &Result<u64, TransferError>) {
        let course = self.0.entry(route).or_default();
        *course = std::mem::take(course).after(outcome.as_ref().err().and_then(shared));
    }

    /// The error that all further files of the route have to expect.
    pub(super) fn hopeless(&self, route: &str) -> Option<TransferError> {
        match self.0.get(route) {
            Some(Course::Alike(ENOUGH.., error)) => {
                Some(TransferError::Call(CallError { request_id: None, ..error.clone() }))
            }
            _ => None,
        }
    }
}

/// An error that other files may share.
fn shared(error: &TransferError) -> Option<&CallError> {
    let TransferError::Call(error) = error else { return None };
    let is_of_bucket = error.code.as_deref().is_some_and(|code| OF_BUCKETS.contains(&code));
    (is_of_bucket || error.kind == CallErrorKind::Denied).then_some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(kind: CallErrorKind, code: &str) -> Result<u64, TransferError> {
        let (action, code, request_id) = ("s3:PutObject".to_owned(), Some(code.to_owned()), Some("1".to_owned()));
        Err(TransferError::Call(CallError { kind, action, code, message: String::new(), request_id }))
    }

    fn hopeless(outcomes: &[Result<u64, TransferError>]) -> bool {
        let mut courses = Courses::default();
        outcomes.iter().for_each(|outcome| courses.note("data".to_owned(), outcome));
        assert!(courses.hopeless("other").is_none());
        courses.hopeless("data").is_some()
    }

    #[test]
    fn ten_that_fail_alike_are_enough_and_one_that_does_not_is_hope() {
        let denied = || failed(CallErrorKind::Denied, "AccessDenied");
        let alike: Vec<_> = (0..10).map(|_| denied()).collect();
        assert!(hopeless(&alike) && !hopeless(&alike[..9]));
        for other in
            [Ok(1), failed(CallErrorKind::NotFound, "NoSuchBucket"), failed(CallErrorKind::Throttled, "SlowDown")]
        {
            assert!(!hopeless(&[std::slice::from_ref(&other), &alike].concat()), "{other:?} first");
            assert!(!hopeless(&[&alike[..9], std::slice::from_ref(&other), &alike].concat()), "{other:?} tenth");
        }
    }

    #[test]
    fn what_is_wrong_with_an_object_is_not_wrong_with_all() {
        for (kind, code, expected) in [
            (CallErrorKind::NotFound, "NoSuchBucket", true),
            (CallErrorKind::Rejected, ELSEWHERE, true),
            (CallErrorKind::NotFound, "NoSuchKey", false),
            (CallErrorKind::Rejected, "KeyTooLongError", false),
        ] {
            let outcomes: Vec<_> = (0..20).map(|_| failed(kind, code)).collect();
            assert_eq!(hopeless(&outcomes), expected, "{code}");
        }
    }
}
