//! A file as S3 reads it: piece by piece, from where it was opened, and only for as long as nobody changes it.

use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::transfer::{Mover, Stop};
use crate::directory::{self, Want};
use crate::files::on_thread;
use crate::wit::stepwell::step::files::FileError;

/// Bytes that are in memory for one request.
const CHUNK: u64 = 256 << 10;

/// A file that is being uploaded.
#[derive(Debug)]
pub(super) struct Source {
    file: std::fs::File,
    pub(super) size: u64,
    modified: Option<SystemTime>,
    path: String,
    changed: AtomicBool,
}

impl Source {
    pub(super) async fn open(mover: &Mover, path: &str) -> Result<Arc<Self>, Stop> {
        let (lender, path) = (mover.lender.clone(), path.to_owned());
        let open = move || {
            let file = lender.spot(&path, Want::Read)?.open()?;
            let found = file.metadata().map_err(|error| directory::failed(&path, &error))?;
            let (size, modified) = (found.len(), found.modified().ok());
            Ok(Arc::new(Self { file, size, modified, path, changed: AtomicBool::new(false) }))
        };
        Ok(on_thread(open).await?)
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// What the request fails with when it was not S3 that failed.
    pub(super) fn changed(&self) -> Option<Stop> {
        let is_changed = self.changed.load(Ordering::Relaxed);
        is_changed.then(|| FileError::Failed(format!("`{}` was changed while it was uploaded", self.path)).into())
    }

    /// Whether the file is still the one that was opened. Blocks.
    pub(super) fn check(&self) -> io::Result<()> {
        let found = self.file.metadata()?;
        if found.len() == self.size && found.modified().ok() == self.modified {
            return Ok(());
        }
        self.changed.store(true, Ordering::Relaxed);
        Err(io::Error::other("the file was changed"))
    }

    /// Blocks.
    fn read(&self, at: u64, bytes: u64) -> io::Result<Bytes> {
        let mut chunk = vec![0; usize::try_from(bytes).map_err(io::Error::other)?];
        if let Err(error) = self.file.read_exact_at(&mut chunk, at) {
            // It has become shorter.
            self.changed.fetch_or(error.kind() == ErrorKind::UnexpectedEof, Ordering::Relaxed);
            return Err(error);
        }
        // The request must not come to its end with what is no longer one file.
        if at + bytes == self.size {
            self.check()?;
        }
        Ok(chunk.into())
    }

    /// A part of it, which is read again when the request is repeated.
    pub(super) fn part(self: &Arc<Self>, start: u64, bytes: u64) -> ByteStream {
        if bytes == 0 {
            return ByteStream::from_static(b"");
        }
        let source = Arc::clone(self);
        let end = start + bytes;
        let body = move || SdkBody::from_body_1_x(Part { source: Arc::clone(&source), at: start, end, reading: None });
        ByteStream::new(SdkBody::retryable(body))
    }
}

/// The body of a request.
struct Part {
    source: Arc<Source>,
    at: u64,
    end: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Body for Part {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.at == self.end {
            return Poll::Ready(None);
        }
        let (at, bytes) = (self.at, CHUNK.min(self.end - self.at));
        let source = Arc::clone(&self.source);
        let reading = self.reading.get_or_insert_with(|| tokio::task::spawn_blocking(move || source.read(at, bytes)));
        let read = ready!(Pin::new(reading).poll(cx)).unwrap_or_else(|gone| Err(io::Error::other(gone)));
        self.reading = None;
        self.at += bytes;
        Poll::Ready(Some(read.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.at == self.end
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end - self.at)
    }
}
