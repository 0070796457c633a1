use crate::{CallError, CallErrorKind, Failure};

/// What one look of a wait has seen. No answer, a throttled call and something that AWS does not know *yet* (its
/// endpoints learn of a change one after the other) are a look that saw nothing, for the next one to make up for; the
/// timeout of the wait bounds that.
///
/// # Errors
///
/// What waiting longer does not mend: a denied or a rejected call.
pub fn seen<T>(looked: Result<T, CallError>) -> Result<Option<T>, Failure> {
    match looked {
        Ok(seen) => Ok(Some(seen)),
        Err(error) => match error.kind {
            CallErrorKind::Throttled | CallErrorKind::Unavailable | CallErrorKind::NotFound => {
                crate::warn!("nothing seen this time: {}", Failure::from(error));
                Ok(None)
            }
            CallErrorKind::Denied | CallErrorKind::Rejected => Err(error.into()),
        },
    }
}

/// All pages of a call that gives its answer in pages: `page` is called with the token of the next one until there is
/// none.
///
/// # Errors
///
/// Those of the call.
pub fn pages<T>(
    mut page: impl FnMut(Option<String>) -> Result<(Vec<T>, Option<String>), CallError>,
) -> Result<Vec<T>, CallError> {
    let (mut all, mut next) = page(None)?;
    // AWS ends a list with no token; some of its services have been seen to do it with an empty one.
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
    fn a_look_that_may_do_better_next_time_saw_nothing() {
        for kind in [CallErrorKind::Throttled, CallErrorKind::Unavailable, CallErrorKind::NotFound] {
            assert_eq!(seen::<()>(Err(error(kind))), Ok(None));
        }
    }

    #[test]
    fn a_look_that_will_never_succeed_ends_the_wait() {
        assert!(seen::<()>(Err(error(CallErrorKind::Denied))).is_err());
        assert!(seen::<()>(Err(error(CallErrorKind::Rejected))).is_err());
    }

    #[test]
    fn pages_are_asked_for_until_there_is_no_token() {
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
