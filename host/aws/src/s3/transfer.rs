//! Transfers of many files in one call: their number at a time, and the errors that stop one of them or all.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::client::customize::CustomizableOperation;
use aws_sdk_s3::{Client, config};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::timeout::TimeoutConfig;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::{TaskTrackerToken, TrackedFuture};

use super::course::{Courses, ELSEWHERE};
use super::settings::ObjectSettings;
use crate::aftermath;
use crate::directory::Lender;
use crate::error::{HostError, HostFault};
use crate::gate::Pass;
use crate::sdk_error;
use crate::tally::Tally;
use crate::wit::files::FileError;
use crate::wit::s3::TransferError;
use crate::wit::types::{CallError, CallErrorKind};

/// Number of requests of one call that are in flight at the same time, and of open files.
pub(super) const AT_ONCE: usize = 10;

/// The largest body of one request. A larger file goes in parts of this size.
pub(super) const PART: u64 = 8 << 20;

/// The largest number of parts that S3 takes.
pub(super) const MOST_PARTS: u64 = 10_000;

/// The largest part that S3 takes, and the largest object that it copies at once.
pub(super) const LARGEST_PART: u64 = 5 << 30;

/// The largest object, 48.8 TiB.
pub(super) const LARGEST: u64 = MOST_PARTS * LARGEST_PART;

/// The slowest connection that a timeout allows, in bytes a second.
const SLOWEST: u64 = 16 << 10;

/// The timeout of a request that makes S3 work on bytes of its own: it needs minutes to copy 5 GiB, or to assemble a large
/// object.
const BY_ITSELF: Duration = Duration::from_secs(15 * 60);

/// Shared by all transfers of one call.
pub(super) struct Mover {
    pub(super) client: Client,
    pub(super) pass: Pass,
    pub(super) lender: Lender,
    pub(super) tally: Arc<Tally>,
    /// The properties of the new objects.
    pub(super) settings: ObjectSettings,
    requests: Semaphore,
    /// Transfers, and the clean-up after interrupted ones: uploads to abort, files to delete.
    open: TaskTracker,
    runtime: Handle,
}

/// The name of an object.
#[derive(Clone, Copy)]
pub(super) struct ObjectName<'a> {
    pub(super) bucket: &'a str,
    pub(super) key: &'a str,
}

/// A part of a file or of an object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// From 1.
    pub(super) number: i32,
    pub(super) start: u64,
    pub(super) bytes: u64,
}

/// Why a file was not transferred.
#[derive(Debug)]
pub(super) enum Stop {
    /// The other transfers go on.
    One(TransferError),
    /// The step ends.
    All(HostFault),
}

impl From<HostError> for Stop {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Answer(answer) => Self::One(TransferError::Call(answer)),
            HostError::Trap(fault) => Self::All(fault),
        }
    }
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self::One(TransferError::File(error))
    }
}

pub(super) type Moved = Result<u64, Stop>;

/// The outcome of each transfer.
pub(super) type Outcomes = Vec<Result<u64, TransferError>>;

impl Mover {
    pub(super) fn new(
        client: Client,
        pass: Pass,
        lender: Lender,
        (tally, settings): (Arc<Tally>, ObjectSettings),
    ) -> Arc<Self> {
        let (requests, open) = (Semaphore::new(AT_ONCE), TaskTracker::new());
        Arc::new(Self { client, pass, lender, tally, settings, requests, open, runtime: Handle::current() })
    }

    /// Transfers each thing, a few at a time. Dropping the future interrupts all of them. Things with the same `route` have
    /// their buckets in common.
    pub(super) async fn each<T, F>(
        self: Arc<Self>,
        things: Vec<T>,
        route: impl Fn(&T) -> String,
        one: impl Fn(Arc<Self>, T) -> F,
    ) -> Result<Outcomes, HostError>
    where
        F: Future<Output = Moved> + Send + 'static,
    {
        let mut outcomes: Outcomes = things.iter().map(|_| Err(TransferError::File(interrupted()))).collect();
        let (mut things, mut moving) = (things.into_iter().enumerate(), JoinSet::new());
        let (mut courses, mut stopped) = (Courses::default(), None);
        loop {
            while let Some((at, thing)) = (moving.len() < AT_ONCE).then(|| things.next()).flatten() {
                let route = route(&thing);
                if let Some(error) = courses.hopeless(&route) {
                    self.settle(&mut outcomes, at, Err(error));
                    continue;
                }
                let moved = one(Arc::clone(&self), thing);
                moving.spawn(self.tracked(async move { (at, route, moved.await) }));
            }
            let Some(moved) = moving.join_next().await else { break };
            let Ok((at, route, moved)) = moved else { continue };
            let outcome = match moved {
                Ok(bytes) => Ok(bytes),
                Err(Stop::One(error)) => Err(self.named(error)),
                Err(Stop::All(fault)) => {
                    stopped = Some(fault);
                    break;
                }
            };
            courses.note(route, &outcome);
            self.settle(&mut outcomes, at, outcome);
        }
        moving.shutdown().await;
        self.open.close();
        self.open.wait().await;
        stopped.map_or(Ok(outcomes), |fault| Err(fault.into()))
    }

    fn settle(&self, outcomes: &mut Outcomes, at: usize, outcome: Result<u64, TransferError>) {
        self.tally.count(outcome.is_ok());
        outcomes.get_mut(at).into_iter().for_each(|place| *place = outcome.clone());
    }

    /// Waits for the turn of one request.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Stop> {
        self.requests.acquire().await.map_err(|_| interrupted().into())
    }

    /// Adds the pass that every request carries, and a timeout for so many bytes. The client's own timeouts are for calls
    /// that AWS answers at once.
    pub(super) fn ready<T, E, B>(
        &self,
        request: CustomizableOperation<T, E, B>,
        bytes: u64,
    ) -> CustomizableOperation<T, E, B> {
        self.within(request, Duration::from_secs(60 + bytes / SLOWEST))
    }

    /// The same for a request that makes S3 work on bytes of its own.
    pub(super) fn by_itself<T, E, B>(&self, request: CustomizableOperation<T, E, B>) -> CustomizableOperation<T, E, B> {
        self.within(request, BY_ITSELF)
    }

    fn within<T, E, B>(
        &self,
        request: CustomizableOperation<T, E, B>,
        attempt: Duration,
    ) -> CustomizableOperation<T, E, B> {
        let patience = TimeoutConfig::builder().disable_read_timeout().operation_attempt_timeout(attempt).build();
        request.interceptor(self.pass.clone()).config_override(config::Builder::new().timeout_config(patience))
    }

    /// Explains S3's error about an object, and adds the bucket or key that S3's message does not name.
    pub(super) fn failed<E>(
        &self,
        error: &SdkError<E, HttpResponse>,
        ObjectName { bucket, key }: ObjectName<'_>,
    ) -> HostError
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let mut explained = sdk_error::explain(error, &self.pass).1;
        let HostError::Answer(CallError { kind, code, message, .. }) = &mut explained else { return explained };
        // A response without a body has no code.
        if error.raw_response().is_some_and(|answer| answer.status().as_u16() == 301) {
            code.get_or_insert_with(|| ELSEWHERE.to_owned());
        }
        let name = match (code.as_deref(), *kind) {
            (Some("NoSuchBucket"), _) => Some(format!("s3://{bucket}")),
            (_, CallErrorKind::NotFound) => Some(format!("s3://{bucket}/{key}")),
            _ => None,
        };
        if let Some(name) = name.filter(|name| !message.contains(name)) {
            let words = error.message().map(|_| format!("{name}: {message}"));
            *message = words.unwrap_or_else(|| format!("there is no {name}"));
        }
        explained
    }

    /// An error with the action of the call.
    fn named(&self, mut error: TransferError) -> TransferError {
        if let TransferError::Call(error) = &mut error {
            error.action = self.action();
        }
        error
    }

    /// The action of the call.
    fn action(&self) -> String {
        self.pass.permit().row().action.to_string()
    }

    /// An error that does not come from S3.
    pub(super) fn own(&self, kind: CallErrorKind, code: Option<&str>, message: String) -> Stop {
        let (action, code) = (self.action(), code.map(str::to_owned));
        Stop::One(TransferError::Call(CallError { kind, action, code, message, request_id: None }))
    }

    /// Spawns a task that outlives an interrupted transfer. The end of the call waits for it.
    pub(super) fn detach(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.runtime.spawn(self.tracked(work)));
    }

    /// The same for blocking work, which carries an [`Order`] with it.
    pub(super) fn on_thread(&self, work: impl FnOnce() + Send + 'static) {
        drop(self.runtime.spawn_blocking(work));
    }

    /// Has the end of the call and the end of the process wait for this task: an interrupted task goes on for a moment, and
    /// its clean-up begins then.
    pub(super) fn tracked<F: Future>(&self, work: F) -> TrackedFuture<TrackedFuture<F>> {
        aftermath::open().track_future(self.open.track_future(work))
    }

    /// Has them wait until the value is dropped.
    pub(super) fn order(&self) -> Order {
        Order { _process: aftermath::open().token(), _call: self.open.token() }
    }
}

/// Clean-up that the end of the call waits for.
pub(super) struct Order {
    _process: TaskTrackerToken,
    _call: TaskTrackerToken,
}

/// The outcome of an interrupted transfer.
pub(super) fn interrupted() -> FileError {
    FileError::Failed("the transfer was interrupted".to_owned())
}

/// The error of a transfer that touches no file.
pub(super) fn of_call(error: TransferError) -> CallError {
    match error {
        TransferError::Call(error) => error,
        TransferError::File(
            FileError::Denied(message)
            | FileError::NotFound(message)
            | FileError::Rejected(message)
            | FileError::Changed(message)
            | FileError::Failed(message),
        ) => {
            let (kind, action) = (CallErrorKind::Unavailable, "s3:PutObject".to_owned());
            CallError { kind, action, code: None, message, request_id: None }
        }
    }
}

/// The size of the parts of so many bytes.
pub(super) fn part_size(bytes: u64, smallest: u64) -> u64 {
    let needed = bytes.div_ceil(MOST_PARTS);
    // Whole MiB, of which a part of the largest size has 5120.
    needed.next_multiple_of(1 << 20).max(smallest)
}

/// The parts of so many bytes: of `part` bytes each but the last.
pub(super) fn parts(bytes: u64, part: u64) -> impl Iterator<Item = Part> {
    let starts = (0..bytes).step_by(usize::try_from(part).unwrap_or(usize::MAX).max(1));
    (1..).zip(starts).map(move |(number, start)| Part { number, start, bytes: part.min(bytes - start) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_small_as_ten_thousand_of_them_can_be() {
        let most = PART * MOST_PARTS;
        for (bytes, part) in [(PART + 1, PART), (most, PART), (most + 1, PART + (1 << 20)), (LARGEST, LARGEST_PART)] {
            assert_eq!(part_size(bytes, PART), part, "{bytes}");
            assert!(bytes.div_ceil(part_size(bytes, PART)) <= MOST_PARTS, "{bytes}");
        }
    }

    #[test]
    fn parts_lie_side_by_side_and_hold_all_bytes() {
        assert_eq!(parts(0, 10).count(), 0);
        let part = |number, start, bytes| Part { number, start, bytes };
        assert_eq!(parts(25, 10).collect::<Vec<_>>(), [part(1, 0, 10), part(2, 10, 10), part(3, 20, 5)]);
        assert_eq!(parts(20, 10).collect::<Vec<_>>(), [part(1, 0, 10), part(2, 10, 10)]);
    }
}
