//! Polls of a resource in AWS, and lists in pages.

use serde::{Deserialize, Serialize};

use crate::{CallError, CallErrorKind, Duration, Failure};

/// The result of one poll of a wait. It is `None`, and the next poll tries again, if there is no response, if the call
/// was throttled, or if AWS does not know the resource *yet* (its endpoints learn of a change one after the other). The
/// timeout of the wait bounds that. [`Presence`] also notices that a resource is gone.
///
/// # Errors
///
/// A permanent failure: a denied or a rejected call.
pub fn seen<T>(looked: Result<T, CallError>) -> Result<Option<T>, Failure> {
    match looked {
        Ok(seen) => Ok(Some(seen)),
        Err(error) => match error.kind {
            CallErrorKind::Throttled | CallErrorKind::Unavailable | CallErrorKind::NotFound => {
                crate::warn!("no state this time, polling continues: {}", Failure::from(error));
                Ok(None)
            }
            CallErrorKind::Denied | CallErrorKind::Rejected => Err(error.into()),
        },
    }
}

/// Whether the polls of a wait have found the resource so far. It belongs into the checkpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Presence {
    /// Whether the last poll with a response missed the resource; `None` until a poll has found it.
    missed: Option<bool>,
}

/// The maximum time that AWS takes to know a resource which a response has named.
const KNOWN_AFTER: Duration = Duration::seconds(60);

impl Presence {
    /// The result of one poll, like [`seen`]. Until a poll has found the resource, AWS may not know it *yet*, for a
    /// minute after the wait began. After that, one poll may miss it, because an endpoint has not learnt of it, but not
    /// two in a row.
    ///
    /// # Errors
    ///
    /// As for [`seen`], and `NotFound` for a resource that was deleted meanwhile.
    pub fn found<T>(&mut self, looked: Result<T, CallError>, elapsed: Duration) -> Result<Option<T>, Failure> {
        match looked {
            Err(error) if error.kind == CallErrorKind::NotFound => {
                let is_gone = self.missed.unwrap_or(elapsed >= KNOWN_AFTER);
                self.missed = self.missed.map(|_| true);
                if is_gone { Err(error.into()) } else { seen(Err(error)) }
            }
            looked => {
                if looked.is_ok() {
                    self.missed = Some(false);
                }
                seen(looked)
            }
        }
    }
}

/// The error for a resource that is missing from a list requested by its name.
pub(crate) fn missing(name: &str, action: &str) -> CallError {
    CallError {
        kind: CallErrorKind::NotFound,
        action: action.to_owned(),
        code: None,
        message: format!("AWS's response does not mention {name}"),
        request_id: None,
    }
}

/// All pages of a list. Calls `page` with the token of each next page until there is none.
///
/// # Errors
///
/// Those of the call.
pub fn pages<T>(
    mut page: impl FnMut(Option<String>) -> Result<(Vec<T>, Option<String>), CallError>,
) -> Result<Vec<T>, CallError> {
    let (mut all, mut next) = page(None)?;
    // AWS ends a list without a token, some services with an empty one.
    while let Some(token) = next.take().filter(|token| !token.is_empty()) {
        let (more, after) = page(Some(token))?;
        all.extend(more);
        next = after;
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: CallErrorKind) -> CallError {
        CallError {
            kind,
            action: "rds:DescribeDBInstances".to_owned(),
            code: None,
            message: String::new(),
            request_id: None,
        }
    }

    #[test]
    fn a_temporary_failure_is_no_result() {
        for kind in [CallErrorKind::Throttled, CallErrorKind::Unavailable, CallErrorKind::NotFound] {
            assert_eq!(seen::<()>(Err(error(kind))), Ok(None));
        }
    }

    #[test]
    fn a_permanent_failure_ends_the_wait() {
        assert!(seen::<()>(Err(error(CallErrorKind::Denied))).is_err());
        assert!(seen::<()>(Err(error(CallErrorKind::Rejected))).is_err());
    }

    fn found(presence: &mut Presence, kind: Option<CallErrorKind>, seconds: u64) -> Result<bool, String> {
        let looked = kind.map_or(Ok(()), |kind| Err(error(kind)));
        let found = presence.found(looked, Duration::seconds(seconds));
        found.map(|found| found.is_some()).map_err(|failure| failure.code.into_owned())
    }

    #[test]
    fn a_resource_that_was_never_found_may_be_unknown_but_not_for_long() {
        let mut presence = Presence::default();
        for seconds in [0, 1, 59] {
            assert_eq!(found(&mut presence, Some(CallErrorKind::NotFound), seconds), Ok(false));
        }
        assert_eq!(found(&mut presence, Some(CallErrorKind::NotFound), 60), Err("NotFound".to_owned()));
    }

    #[test]
    fn a_found_resource_is_gone_when_two_polls_in_a_row_miss_it() {
        use CallErrorKind::{NotFound, Throttled};
        let mut presence = Presence::default();
        for (kind, expected) in [
            (Some(NotFound), Ok(false)),
            (None, Ok(true)),
            (Some(NotFound), Ok(false)),
            (None, Ok(true)),
            (Some(NotFound), Ok(false)),
            (Some(Throttled), Ok(false)),
            (Some(NotFound), Err("NotFound".to_owned())),
        ] {
            assert_eq!(found(&mut presence, kind, 1), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_found_resource_is_not_gone_because_aws_does_not_respond() {
        let mut presence = Presence::default();
        assert_eq!(found(&mut presence, None, 1), Ok(true));
        for kind in [CallErrorKind::Throttled, CallErrorKind::Unavailable] {
            assert_eq!(found(&mut presence, Some(kind), 300), Ok(false));
            assert_eq!(found(&mut presence, Some(kind), 600), Ok(false));
        }
        assert_eq!(found(&mut presence, Some(CallErrorKind::Denied), 600), Err("AccessDenied".to_owned()));
    }

    #[test]
    fn pages_are_requested_until_there_is_no_token() {
        let mut asked = Vec::new();
        let all = pages(|token| {
            asked.push(token.clone());
            Ok(match token.as_deref() {
                None => (vec![1, 2], Some("b".to_owned())),
                Some("b") => (Vec::new(), Some("c".to_owned())),
                _ => (vec![3], Some(String::new())),
            })
        });
        assert_eq!(all.unwrap(), [1, 2, 3]);
        assert_eq!(asked, [None, Some("b".to_owned()), Some("c".to_owned())]);
    }

    #[test]
    fn a_page_that_fails_fails_the_list() {
        let one_page = |token: Option<String>| match token {
            None => Ok((vec![1], Some("b".to_owned()))),
            Some(_) => Err(error(CallErrorKind::Throttled)),
        };
        assert!(pages(one_page).is_err());
    }
}
