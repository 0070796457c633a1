use stepwell_model::NextAction;
use stepwell_model::id::KeyPath;

use super::{FileError, LONGEST, SecretsManagerError, VaultError};
use crate::error::HostFault;

/// Why a key could not be read, set, listed or removed. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no such key.
    #[error("there is no key `{path}`")]
    NoSuchKey {
        /// The key.
        path: KeyPath,
        /// The store that was asked, as `[[keys]]` writes it.
        store: &'static str,
        /// A key that has nearly the same name.
        nearest: Option<String>,
    },
    /// The secret is none.
    #[error("the secret of `{path}` is of no use")]
    Unusable {
        /// The key.
        path: KeyPath,
        /// What is wrong with it.
        fault: Unusable,
    },
    /// The encrypted file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// AWS Secrets Manager.
    #[error(transparent)]
    SecretsManager(#[from] SecretsManagerError),
    /// The credentials to read AWS Secrets Manager with.
    #[error(transparent)]
    Access(#[from] HostFault),
}

/// What is wrong with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Nothing, or only line breaks.
    Empty,
    /// Shorter than what can be masked.
    Short,
    /// Longer than [`LONGEST`].
    Long,
    /// It has a NUL byte.
    Nul,
    /// It is not UTF-8.
    NotText,
}

/// Who has to do something about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyErrorKind {
    /// Whoever asked: what was asked for cannot be.
    Wrong,
    /// Whoever gives access: the store is there and does not open.
    Refused,
    /// Whoever runs the store: it does not work.
    Broken,
}

impl KeyError {
    /// Who has to do something about it.
    pub fn kind(&self) -> KeyErrorKind {
        match self {
            Self::NoSuchKey { .. } | Self::Unusable { .. } => KeyErrorKind::Wrong,
            Self::File(error) => error.kind(),
            Self::Vault(error) => error.kind(),
            Self::SecretsManager(error) => error.kind(),
            Self::Access(_) => KeyErrorKind::Refused,
        }
    }
}

impl NextAction for KeyError {
    fn because(&self) -> String {
        match self {
            Self::NoSuchKey { store, nearest: None, .. } => format!("the store `{store}` has no such key"),
            Self::NoSuchKey { store, nearest: Some(nearest), .. } => {
                format!("the store `{store}` has no such key; it has `{nearest}`")
            }
            Self::Unusable { fault, .. } => fault.words().to_owned(),
            Self::File(error) => error.because(),
            Self::Vault(error) => error.because(),
            Self::SecretsManager(error) => error.because(),
            Self::Access(fault) => fault.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NoSuchKey { path, nearest: None, .. } => {
                format!("set it with `stepwell keys set {path}`, or look for it with `stepwell keys list`")
            }
            Self::NoSuchKey { path, nearest: Some(nearest), .. } => {
                format!("write `{nearest}`, or set it with `stepwell keys set {path}`")
            }
            Self::Unusable { path, .. } => {
                format!("give `stepwell keys set {path}` a text of 4 bytes to {} KiB", LONGEST >> 10)
            }
            Self::File(error) => error.next(),
            Self::Vault(error) => error.next(),
            Self::SecretsManager(error) => error.next(),
            Self::Access(fault) => fault.next(),
        }
    }
}

impl Unusable {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "it is empty",
            Self::Short => "it is shorter than 4 bytes, too short to be masked in what is printed",
            Self::Long => "it is longer than 64 KiB",
            Self::Nul => "it has a NUL byte",
            Self::NotText => "it is not text: its bytes are no UTF-8",
        }
    }
}
