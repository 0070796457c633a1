use crate::Failure;

/// A failure after which what the step had started was stopped, or was not: `stopped` says which, and the message of the
/// failure does then.
#[must_use]
pub fn after_stop(failure: Failure, stopped: Result<(), Failure>) -> Failure {
    let message = match stopped {
        Ok(()) => format!("{}; it was stopped", failure.message),
        Err(not) => format!("{}; it was not stopped: {not}", failure.message),
    };
    Failure { message, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_told_with_the_reason() {
        let timeout = || Failure::wait_timeout("q-1 is still running");
        let stopped = after_stop(timeout(), Ok(()));
        assert_eq!(stopped, Failure::wait_timeout("q-1 is still running; it was stopped"));
        let left = after_stop(timeout(), Err(Failure::new("Throttled", "slow down")));
        assert_eq!(left.message, "q-1 is still running; it was not stopped: Throttled: slow down");
        assert_eq!((left.code.as_ref(), left.retryable), ("WaitTimeout", true));
    }
}
