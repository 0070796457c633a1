//! The file of a download.

use std::io::{self, Write as _};
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};
use stepwell_http::{Incoming, SendError};
use stepwell_model::lease::Lease;
use stepwell_secrets::{MaskedWriter, Masker};

use super::http_error;
use crate::aftermath;
use crate::directory::{Lender, Want};
use crate::error::{HostFault, HttpFault};
use crate::files::new_file::NewFile;
use crate::files::on_thread;
use crate::wit::files::FileError;
use crate::wit::http::{HttpError, HttpErrorKind};

/// Where an answer is saved.
pub(super) struct SaveTo {
    lender: Lender,
    path: String,
}

/// Why an answer was not saved.
pub(super) enum Unsaved {
    /// The answer did not come whole.
    Answer(SendError),
    /// The file was not written.
    File(HttpFault),
}

impl SaveTo {
    /// Checks that the directory is lent for writing.
    pub(super) async fn new(lender: Lender, path: String) -> Result<Self, HttpFault> {
        let (lent, wanted) = (lender.clone(), path.clone());
        on_thread(move || lent.check(&wanted, Want::Write)).await.map_err(of_file)?;
        Ok(Self { lender, path })
    }

    /// The path as the plugin named it.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Saves an answer of at most `limit` bytes, and returns its size. One that holds what the masker knows is saved
    /// nowhere: a later step could read the file.
    pub(super) async fn save(
        self,
        incoming: &mut Incoming,
        limit: u64,
        lease: &Lease,
        masker: Option<&Masker>,
    ) -> Result<u64, Unsaved> {
        let Self { lender, path } = self;
        let mut search = masker.map(Search::new);
        let file = |error| Unsaved::File(of_file(error).into());
        let (opening, lease) = (lease.clone(), lease.clone());
        let (new, sink) = on_thread(move || NewFile::open(&lender, &path, &opening)).await.map_err(file)?;
        let mut at = 0;
        while let Some(piece) = incoming.next(limit).await.map_err(Unsaved::Answer)? {
            let bytes = piece.len() as u64;
            if let Some(search) = &mut search {
                search.take(&piece);
            }
            sink.write(piece, at).await.map_err(file)?;
            at += bytes;
        }
        if search.is_some_and(Search::has_found) {
            return Err(Unsaved::File(HostFault::SecretFound.into()));
        }
        // The end of the process waits for it.
        let order = aftermath::open().token();
        let finish = move || {
            let _order = order;
            new.finish(&sink, SystemTime::now(), &lease)
        };
        on_thread(finish).await.map_err(file)?;
        Ok(at)
    }
}

/// Looks for secrets in what passes: masked, it would be something else.
struct Search {
    plain: Sha256,
    masked: MaskedWriter<Hashed>,
}

struct Hashed(Sha256);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Search {
    fn new(masker: &Masker) -> Self {
        Self { plain: Sha256::new(), masked: masker.writer(Hashed(Sha256::new())) }
    }

    fn take(&mut self, piece: &[u8]) {
        self.plain.update(piece);
        // Hashing cannot fail.
        drop(self.masked.write_all(piece));
    }

    fn has_found(mut self) -> bool {
        drop(self.masked.finish());
        let masked = std::mem::take(&mut self.masked.inner().0);
        masked.finalize() != self.plain.finalize()
    }
}

fn of_file(error: FileError) -> HttpError {
    let (kind, message) = match error {
        FileError::Denied(message) => (HttpErrorKind::Denied, message),
        FileError::NotFound(message) | FileError::Rejected(message) | FileError::Changed(message) => {
            (HttpErrorKind::Rejected, message)
        }
        FileError::Failed(message) => (HttpErrorKind::Unavailable, message),
    };
    http_error(kind, message)
}
