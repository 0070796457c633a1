//! Timeouts that forgive a stop of the process: a response that arrived meanwhile is read before its time is over.

use std::time::{Duration, Instant};

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};

/// A timer that comes this late was not late by itself: the process, or its machine, stood still.
const LATE: Duration = Duration::from_secs(1);

/// The SDK's sleep for timeouts and pauses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PatientSleep;

impl AsyncSleep for PatientSleep {
    fn sleep(&self, span: Duration) -> Sleep {
        Sleep::new(async move {
            let since = Instant::now();
            tokio::time::sleep(span).await;
            if since.elapsed() > span + LATE {
                tokio::time::sleep(LATE).await;
            }
        })
    }
}
