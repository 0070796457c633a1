//! The certificates of further authorities: they decide whom the host believes.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use reqwest::Certificate;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use stepwell_model::NextAction;
use stepwell_model::error::last_cause;
use stepwell_secrets::ours::{self, PathError};

/// Bytes of the file. The authorities of a whole system have less than one MiB.
const LARGEST: u64 = 16 << 20;

/// The file of authorities cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the host cannot use `{}`, which is `ca` in [http] of stepwell.toml", path.display())]
pub struct AuthorityError {
    path: PathBuf,
    because: String,
    next: Option<String>,
    is_foreign: bool,
}

impl AuthorityError {
    /// Whether another user could have written the file.
    pub fn is_foreign(&self) -> bool {
        self.is_foreign
    }
}

impl NextAction for AuthorityError {
    fn because(&self) -> String {
        self.because.clone()
    }

    fn next(&self) -> String {
        self.next.clone().unwrap_or_else(|| "name a file with the certificates (PEM) of authorities".to_owned())
    }
}

/// The certificates of a file (PEM). Another user could otherwise put in an authority of his own.
pub(crate) fn read(path: &Path) -> Result<Vec<Certificate>, AuthorityError> {
    let wrong = |because: String| AuthorityError { path: path.to_owned(), because, next: None, is_foreign: false };
    let unusable = |error: PathError| AuthorityError {
        next: Some(error.next()),
        is_foreign: matches!(error, PathError::Foreign { .. }),
        ..wrong(error.because())
    };
    let file = ours::open_regular(path).map_err(unusable)?.file;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| wrong(last_cause(&error)))?;
    if bytes.len() as u64 > LARGEST {
        return Err(wrong("it is larger than 16 MiB".to_owned()));
    }
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|_| wrong("it is no PEM file".to_owned()))?;
    if found.is_empty() {
        return Err(wrong("it holds no certificate".to_owned()));
    }
    let read = |(at, der): (usize, &CertificateDer<'_>)| {
        // A broken authority would otherwise look like a broken certificate of each server.
        let checked = RootCertStore::empty().add(der.clone().into_owned());
        checked.map_err(|_| wrong(format!("certificate {} in it is broken", at + 1)))?;
        Certificate::from_der(der).map_err(|error| wrong(last_cause(&error)))
    };
    found.iter().enumerate().map(read).collect()
}
