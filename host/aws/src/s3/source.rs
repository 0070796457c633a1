//! A file as the body of requests: read part by part through one open handle, and only while it does not change.

use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::transfer::{Mover, Part, Stop};
use crate::directory::{self, Want};
use crate::files::on_thread;
use crate::wit::files::FileError;

/// Bytes that are in memory for one request.
const CHUNK: u64 = 256 << 10;

/// The file of an upload.
#[derive(Debug)]
pub(super) struct Source {
    file: std::fs::File,
    pub(super) size: u64,
    modified: Option<SystemTime>,
    path: String,
    /// Why the file could not be read, or that it changed.
    failure: OnceLock<FileError>,
}

impl Source {
    pub(super) async fn open(mover: &Mover, path: &str) -> Result<Arc<Self>, Stop> {
        let (lender, path) = (mover.lender.clone(), path.to_owned());
        let open = move || {
            let file = lender.spot(&path, Want::Read)?.open()?;
            let found = file.metadata().map_err(|error| directory::failed(&path, &error))?;
            let (size, modified) = (found.len(), found.modified().ok());
            Ok(Arc::new(Self { file, size, modified, path, failure: OnceLock::new() }))
        };
        Ok(on_thread(open).await?)
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The error of the file, when it and not S3 failed the request.
    pub(super) fn failure(&self) -> Option<Stop> {
        self.failure.get().cloned().map(Stop::from)
    }

    /// Keeps an error of the file: the SDK reports an error of a request body as if S3 had not answered.
    fn fail(&self, error: io::Error) -> io::Error {
        self.failure.get_or_init(|| match error.kind() {
            // The file has become shorter, or is another one.
            ErrorKind::UnexpectedEof => FileError::Failed(format!("`{}` changed during the upload", self.path)),
            _ => directory::failed(&self.path, &error),
        });
        error
    }

    /// Checks that the file has not changed since it was opened. Blocks.
    pub(super) fn check(&self) -> io::Result<()> {
        let found = self.file.metadata().map_err(|error| self.fail(error))?;
        if found.len() == self.size && found.modified().ok() == self.modified {
            return Ok(());
        }
        Err(self.fail(io::Error::new(ErrorKind::UnexpectedEof, "the file was changed")))
    }

    /// Blocks.
    fn read(&self, at: u64, bytes: u64) -> io::Result<Bytes> {
        let mut chunk = vec![0; usize::try_from(bytes).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut chunk, at).map_err(|error| self.fail(error))?;
        // A request must not complete with bytes of a changed file.
        if at + bytes == self.size {
            self.check()?;
        }
        Ok(chunk.into())
    }

    /// The body of a request for one part. A retry of the request reads the part again.
    pub(super) fn part(self: &Arc<Self>, Part { start, bytes, .. }: Part) -> ByteStream {
        if bytes == 0 {
            return ByteStream::from_static(b"");
        }
        let source = Arc::clone(self);
        let end = start + bytes;
        let body =
            move || SdkBody::from_body_1_x(PartBody { source: Arc::clone(&source), at: start, end, reading: None });
        ByteStream::new(SdkBody::retryable(body))
    }
}

/// The body of a request: one part of the file.
struct PartBody {
    source: Arc<Source>,
    at: u64,
    end: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Body for PartBody {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wit::s3::TransferError;

    #[tokio::test]
    async fn what_cannot_be_read_is_the_fault_of_this_machine() {
        let directory = tempfile::tempdir().unwrap();
        // It is open for writing only, so every read fails.
        let file = std::fs::File::create(directory.path().join("file")).unwrap();
        let (path, failure) = ("site/file".to_owned(), OnceLock::new());
        let source = Arc::new(Source { file, size: 10, modified: None, path, failure });
        assert!(source.failure().is_none());
        assert!(source.part(Part { number: 1, start: 0, bytes: 10 }).collect().await.is_err());
        let failure = source.failure();
        let Some(Stop::One(TransferError::File(FileError::Failed(why)))) = failure else { panic!("{failure:?}") };
        assert!(why.starts_with("`site/file`: Bad file descriptor"), "{why}");
    }
}
