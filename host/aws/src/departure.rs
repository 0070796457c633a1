//! Departures: no request leaves, and no file changes, for a run that this process may not hold any more.
//!
//! The process may have been stopped at any instruction, and another one may have taken its run over meanwhile. The
//! last look at the lease is therefore at the connection, on every attempt of every request, and once more where the
//! bytes begin to go. Where the lease is only unconfirmed, because the whole machine was asleep, the request waits for
//! the next confirmed sign of life of this process.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use stepwell_model::error::find_cause;
use stepwell_model::journal::JournalError;
use stepwell_model::lease::{Lease, Standing};

/// How often a lease that is unconfirmed is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// Waits until this process certainly holds the run.
///
/// # Errors
/// When it has lost the run.
pub async fn held(lease: &Lease) -> Result<(), JournalError> {
    while !is_held(lease)? {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// The same on a thread that may block.
pub(crate) fn held_here(lease: &Lease) -> Result<(), JournalError> {
    while !is_held(lease)? {
        std::thread::sleep(LOOK);
    }
    Ok(())
}

fn is_held(lease: &Lease) -> Result<bool, JournalError> {
    match lease.standing() {
        Standing::Held => Ok(true),
        Standing::Unconfirmed => Ok(false),
        Standing::Over => Err(lease.lost().unwrap_or(JournalError::Taken { by: None })),
    }
}

/// A request that did not leave, because this process has lost the run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the request did not leave")]
pub(crate) struct NotHeld(#[source] pub(crate) JournalError);

/// The lease was unconfirmed at the first byte of a request. It is sent once the lease is confirmed.
#[derive(Debug, thiserror::Error)]
#[error("the request has to wait")]
pub(crate) struct Early;

/// Goes with every request from the gate to the connection.
#[derive(Debug, Clone)]
pub(crate) struct Departure {
    pub(crate) lease: Lease,
    /// `host:port` of the endpoint.
    pub(crate) to: String,
    /// The same, once a connection was asked for.
    pub(crate) asked: Arc<OnceLock<String>>,
    /// Whether a byte of a request may have left.
    pub(crate) left: Arc<AtomicBool>,
}

/// The same configuration with connections that take no request without its [`Departure`].
pub(crate) fn only_departures(config: SdkConfig) -> SdkConfig {
    match config.http_client() {
        Some(inner) => config.into_builder().http_client(Departures { inner }).build(),
        None => config,
    }
}

#[derive(Debug)]
struct Departures {
    inner: SharedHttpClient,
}

impl HttpClient for Departures {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Connection { inner: self.inner.http_connector(settings, components) })
    }
}

#[derive(Debug, Clone)]
struct Connection {
    inner: SharedHttpConnector,
}

impl HttpConnector for Connection {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connection = self.clone();
        HttpConnectorFuture::new(async move {
            match request.extension::<Departure>().cloned() {
                Some(departure) => connection.depart(departure, request).await,
                None => Err(ConnectorError::user("the request did not pass the gate".into())),
            }
        })
    }
}

impl Connection {
    async fn depart(&self, departure: Departure, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        loop {
            let lost = |error| ConnectorError::user(Box::new(NotHeld(error)));
            held(&departure.lease).await.map_err(lost)?;
            departure.asked.get_or_init(|| departure.to.clone());
            let again = request.try_clone();
            // A clone has no extensions.
            request.add_extension(departure.clone());
            match (self.inner.call(request).await, again) {
                (Err(error), Some(again)) if find_cause::<Early>(&error).is_some() => request = again,
                (answered, _) => {
                    departure.left.fetch_or(answered.is_ok(), Ordering::Relaxed);
                    return answered;
                }
            }
        }
    }
}

/// Makes the first bytes of a request and each later piece of its body depend on the lease. A request can wait for its
/// connection, and a large body takes its time.
pub(crate) fn guard(request: &mut HttpRequest) {
    let Some(departure) = request.extension::<Departure>().cloned() else { return };
    // A read without a body has no moment at which it could be stopped, and does no harm.
    let is_read = matches!(request.method(), "GET" | "HEAD");
    let is_empty = request.body().bytes().is_some_and(<[u8]>::is_empty);
    let body = request.take_body();
    let guarded = if is_read && is_empty { GuardedBody::of_read } else { GuardedBody::new };
    *request.body_mut() = SdkBody::from_body_1_x(guarded(body, departure));
}

/// Most bytes of a piece of a body. The connection of the SDK (hyper, HTTP/1.1) takes up to 16 pieces before it has
/// written the first of them, so it never holds more than 64 KiB that the lease was asked for too early. TLS below it
/// buffers 64 KiB more, and HTTP/2 up to 1 MiB, which nothing here sees: only a check below TLS could stop those.
const PIECE: u64 = 4 << 10;

/// The last bytes of a large body, which are pieces of one byte each: the connection asks for the last one only when at
/// most 15 bytes before it are not with the operating system yet. So the end of a body, without which AWS does nothing,
/// is never among what a stopped process has still to write without TLS.
const TAIL: u64 = 16;

/// A body up to this size leaves at once: a new request has the whole buffer of its socket, and the smallest one that
/// Linux gives takes twice as much.
const SMALL: u64 = 4 << 10;

type Waits = Pin<Box<dyn Future<Output = Result<(), JournalError>> + Send + Sync>>;

pub(crate) struct GuardedBody {
    body: SdkBody,
    departure: Departure,
    has_begun: bool,
    waits: Option<Waits>,
    /// What the body gave and the connection did not get yet.
    given: Bytes,
    /// Bytes that the connection did not get yet; none when the length is unknown.
    left: Option<u64>,
    is_small: bool,
    /// Whether the lease was held when the connection asked for the end of an empty body.
    may_end: AtomicBool,
    /// Whether the request changes nothing.
    is_read: bool,
}

impl GuardedBody {
    pub(crate) fn new(body: SdkBody, departure: Departure) -> Self {
        let left = Body::size_hint(&body).exact();
        let is_small = left.is_some_and(|left| left <= SMALL);
        let may_end = AtomicBool::new(false);
        let (has_begun, waits, given, is_read) = (false, None, Bytes::new(), false);
        Self { body, departure, has_begun, waits, given, left, is_small, may_end, is_read }
    }

    /// The body of a request that changes nothing. Without a byte, it leaves in any case, and does no harm.
    pub(crate) fn of_read(body: SdkBody, departure: Departure) -> Self {
        Self { is_read: true, ..Self::new(body, departure) }
    }

    /// The next piece of what the body gave.
    fn piece(&mut self) -> Bytes {
        let most = match self.left {
            _ if self.is_small => SMALL,
            Some(left) if left <= TAIL => 1,
            Some(left) => PIECE.min(left - TAIL),
            None => PIECE,
        };
        let length = usize::try_from(most).unwrap_or(usize::MAX).min(self.given.len());
        self.left = self.left.map(|left| left.saturating_sub(length as u64));
        self.given.split_to(length)
    }

    /// Waits until the lease is held; an error when it is lost.
    fn poll_held(&mut self, context: &mut Context<'_>) -> Poll<Result<(), NotHeld>> {
        if self.departure.lease.is_held() {
            return Poll::Ready(Ok(()));
        }
        let lease = self.departure.lease.clone();
        let waits = self.waits.get_or_insert_with(|| Box::pin(async move { held(&lease).await }));
        let waited = ready!(waits.as_mut().poll(context));
        self.waits = None;
        Poll::Ready(waited.map_err(NotHeld))
    }
}

impl Body for GuardedBody {
    type Data = Bytes;
    type Error = Box<dyn StdError + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        // Before the first piece, nothing has left yet, not even the head of the request. An error keeps it here.
        if !self.has_begun && !self.departure.lease.is_held() {
            return Poll::Ready(Some(Err(Box::new(Early))));
        }
        ready!(self.poll_held(context))?;
        self.has_begun = true;
        self.departure.left.store(true, Ordering::Relaxed);
        if self.given.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)).transpose()?.map(Frame::into_data) {
                Some(Ok(data)) => {
                    self.given = data;
                    // A file may have taken its time.
                    ready!(self.poll_held(context))?;
                }
                Some(Err(trailers)) => return Poll::Ready(Some(Ok(trailers))),
                None => return Poll::Ready(None),
            }
        }
        Poll::Ready(Some(Ok(Frame::data(self.piece()))))
    }

    /// With HTTP/1.1, hyper takes no piece of an empty body. It asks this question when it is about to write the head, so
    /// the lease is looked at here; without it, the length becomes unknown, and hyper asks for a piece.
    fn is_end_stream(&self) -> bool {
        if self.left == Some(0) && !self.has_begun {
            if self.is_read {
                self.departure.left.store(true, Ordering::Relaxed);
                return true;
            }
            let is_held = self.departure.lease.is_held();
            self.may_end.store(is_held, Ordering::Relaxed);
            self.departure.left.fetch_or(is_held, Ordering::Relaxed);
            return false;
        }
        self.has_begun && self.given.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.left {
            Some(0) if !self.has_begun && !self.may_end.load(Ordering::Relaxed) => SizeHint::default(),
            Some(left) => SizeHint::with_exact(left),
            None => Body::size_hint(&self.body),
        }
    }
}

/// A change of a file that was not made, because this process has lost the run.
pub(crate) fn unchanged(error: JournalError) -> io::Error {
    io::Error::other(NotHeld(error))
}

impl fmt::Debug for GuardedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedBody").field("has_begun", &self.has_begun).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    /// The sizes of the pieces of a body that the connection gets until it has lost the lease, with this many left.
    async fn pieces(length: usize, lost_at: Option<usize>) -> (Vec<usize>, Option<String>) {
        let (tenure, mut sizes) = (stepwell_model::lease::Tenure::endless(), Vec::new());
        let lease = tenure.lease();
        lease.prove();
        let (to, asked, left_at_all) = (String::new(), Arc::default(), Arc::<AtomicBool>::default());
        let departure = Departure { lease, to, asked, left: Arc::clone(&left_at_all) };
        let mut body = GuardedBody::new(SdkBody::from(vec![b'x'; length]), departure);
        assert!(!left_at_all.load(Ordering::Relaxed), "a request without a connection has not left");
        let mut left = length;
        loop {
            assert_eq!(Body::size_hint(&body).exact(), Some(left as u64));
            if lost_at == Some(left) {
                tenure.end();
            }
            let polled = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
            assert!(left_at_all.load(Ordering::Relaxed));
            match polled {
                Some(Ok(frame)) => sizes.push(frame.into_data().expect("it has no trailers").len()),
                Some(Err(error)) => return (sizes, Some(error.to_string())),
                None => return (sizes, None),
            }
            left -= sizes.last().expect("there is one");
        }
    }

    #[tokio::test]
    async fn a_large_body_leaves_in_small_pieces_and_its_end_in_single_bytes() {
        let (mut sizes, error) = pieces(1 << 20, None).await;
        assert_eq!((sizes.iter().sum::<usize>(), error), (1 << 20, None));
        let tail = sizes.split_off(sizes.len() - 16);
        assert!(tail.iter().all(|size| *size == 1) && sizes.iter().all(|size| *size <= 4 << 10), "{tail:?}");
        assert_eq!(pieces(4_096, None).await.0, [4_096], "a small one leaves at once");
    }

    #[test]
    fn an_empty_body_leaves_with_the_head_and_stays_with_it_when_the_run_is_lost() {
        for (is_lost, length) in [(false, Some(0)), (true, None)] {
            let tenure = stepwell_model::lease::Tenure::endless();
            let lease = tenure.lease();
            lease.prove();
            let (to, asked, left) = (String::new(), Arc::default(), Arc::<AtomicBool>::default());
            let departure = Departure { lease, to, asked, left: Arc::clone(&left) };
            let body = GuardedBody::new(SdkBody::empty(), departure);
            if is_lost {
                tenure.end();
            }
            assert!(!body.is_end_stream(), "hyper would write no `content-length`");
            assert_eq!((Body::size_hint(&body).exact(), left.load(Ordering::Relaxed)), (length, !is_lost));
        }
    }

    /// A file whose process loses its run while it reads.
    struct ReadTooLate(stepwell_model::lease::Tenure);

    impl Body for ReadTooLate {
        type Data = Bytes;
        type Error = io::Error;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
            self.0.end();
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"whole")))))
        }
    }

    #[tokio::test]
    async fn what_is_read_while_the_run_is_lost_does_not_leave() {
        let tenure = stepwell_model::lease::Tenure::endless();
        let lease = tenure.lease();
        lease.prove();
        let (to, asked, left) = Default::default();
        let departure = Departure { lease, to, asked, left };
        let mut body = GuardedBody::new(SdkBody::from_body_1_x(ReadTooLate(tenure)), departure);
        let polled = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.expect("it is no end");
        assert_eq!(polled.expect_err("it is lost").to_string(), "the request did not leave");
    }

    #[tokio::test]
    async fn the_last_byte_of_a_body_stays_when_the_run_is_lost_before_it() {
        let (sizes, error) = pieces(1 << 20, Some(1)).await;
        assert_eq!((sizes.iter().sum::<usize>(), error.as_deref()), ((1 << 20) - 1, Some("the request did not leave")));
    }
}
