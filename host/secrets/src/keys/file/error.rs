use std::io;
use std::path::{Path, PathBuf};

use stepwell_model::NextAction;

use crate::durable;
use crate::keys::store::{KeyErrorKind, StoreError};
use crate::ours::{self, NotOurs, PathError};

/// Why the encrypted file could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FileError {
    /// The operating system refused or failed.
    #[error("cannot {what} `{}`", path.display())]
    Io {
        /// The operation, as a verb.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The kind of the error.
        kind: io::ErrorKind,
        /// The system's words.
        reason: String,
    },
    /// Other users can read the key or passphrase of the store, or change its folder.
    #[error("other users have access to `{}`", path.display())]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
        /// The permissions that it should have.
        wanted: u32,
    },
    /// Another user owns the key or passphrase of the store, or its folder.
    #[error("`{}` is not yours", path.display())]
    Foreign {
        /// The file or folder.
        path: PathBuf,
        /// The user id of its owner.
        owner: u32,
    },
    /// Another user can put another store in the place of this one.
    #[error("`{}` is not yours alone", path.display())]
    Way {
        /// The folder or link that leads to the store.
        path: PathBuf,
        /// How it admits the other user.
        fault: NotOurs,
    },
    /// A folder, a pipe or a device in the place of a file.
    #[error("`{}` is not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The key of the store is missing.
    #[error("`{}` cannot be opened", store.display())]
    NoIdentity {
        /// The store.
        store: PathBuf,
        /// The path of its key.
        identity: PathBuf,
    },
    /// The file of the key holds no key.
    #[error("`{}` is not a key", path.display())]
    BadIdentity {
        /// The file.
        path: PathBuf,
    },
    /// The key of another store.
    #[error("`{}` is not the key of `{}`", identity.display(), store.display())]
    WrongIdentity {
        /// The store.
        store: PathBuf,
        /// The key.
        identity: PathBuf,
    },
    /// Another passphrase than the store's.
    #[error("the passphrase of `{}` is wrong", store.display())]
    WrongPassphrase {
        /// The store.
        store: PathBuf,
    },
    /// The passphrase is missing, and could not be asked for.
    #[error("there is no passphrase for `{}`", store.display())]
    NoPassphrase {
        /// The store.
        store: PathBuf,
        /// Why.
        reason: String,
    },
    /// The settings name a key and the store has a passphrase, or the other way round.
    #[error("`{}` is not encrypted the way stepwell.toml says", store.display())]
    OtherLock {
        /// The store.
        store: PathBuf,
        /// Whether it has a passphrase.
        by_passphrase: bool,
    },
    /// The store was changed or cut off after it was written.
    #[error("`{}` is damaged", store.display())]
    Damaged {
        /// The store.
        store: PathBuf,
        /// What is wrong with it.
        how: &'static str,
    },
    /// The process is ending.
    #[error("the request to key storage was not finished")]
    Stopped,
}

impl FileError {
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| {
            let (kind, text) = (error.kind(), error.to_string());
            let reason = text.split(" (os error").next().unwrap_or(&text).to_lowercase();
            Self::Io { what, path, kind, reason }
        }
    }

    /// Of a file or folder, or of what leads to it.
    pub(super) fn way(error: PathError) -> Self {
        match error {
            PathError::Foreign { path, fault } => Self::Way { path, fault },
            PathError::Io { path, error } => Self::io("read", &path)(error),
        }
    }

    /// Of a file or folder that should have the permissions `wanted`.
    pub(super) fn not_ours(path: &Path, wanted: u32) -> impl FnOnce(NotOurs) -> Self {
        let path = path.to_owned();
        move |error| match error {
            NotOurs::Owner { owner } => Self::Foreign { path, owner },
            NotOurs::Mode { mode } => Self::Exposed { path, mode, wanted },
        }
    }
}

impl StoreError for FileError {
    fn kind(&self) -> KeyErrorKind {
        match self {
            Self::Io { .. } | Self::Damaged { .. } | Self::Stopped => KeyErrorKind::Broken,
            Self::Exposed { .. }
            | Self::Foreign { .. }
            | Self::Way { .. }
            | Self::NotAFile { .. }
            | Self::NoIdentity { .. }
            | Self::BadIdentity { .. }
            | Self::WrongIdentity { .. }
            | Self::WrongPassphrase { .. }
            | Self::NoPassphrase { .. }
            | Self::OtherLock { .. } => KeyErrorKind::Refused,
        }
    }
}

impl NextAction for FileError {
    fn because(&self) -> String {
        match self {
            Self::Io { reason, .. } => reason.clone(),
            Self::Exposed { mode, .. } => NotOurs::Mode { mode: *mode }.to_string(),
            Self::Foreign { owner, .. } => NotOurs::Owner { owner: *owner }.to_string(),
            Self::Way { fault, .. } => format!("another user can replace the keys: {fault}"),
            Self::NotAFile { .. } => "it is a folder, a pipe, a socket or a device".to_owned(),
            Self::NoIdentity { identity, .. } => format!("its key `{}` does not exist", identity.display()),
            Self::BadIdentity { .. } => "it has no line that begins with AGE-SECRET-KEY-1".to_owned(),
            Self::WrongIdentity { .. } => "the store was encrypted for another key, or its head was changed".to_owned(),
            Self::WrongPassphrase { .. } => "the store does not open with it".to_owned(),
            Self::NoPassphrase { reason, .. } => reason.clone(),
            Self::OtherLock { by_passphrase: true, .. } => "it has a passphrase, and [[keys]] names none".to_owned(),
            Self::OtherLock { by_passphrase: false, .. } => {
                "it has a key in a file, and [[keys]] says that it has a passphrase".to_owned()
            }
            Self::Damaged { how, .. } => (*how).to_owned(),
            Self::Stopped => "the process is ending".to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Io { path, kind, .. } => durable::advice(path, *kind, "keys"),
            Self::Exposed { path, wanted, .. } => {
                format!(
                    "run `chmod {wanted:03o} {}`; if another user may have read it, set all keys anew",
                    path.display()
                )
            }
            Self::Foreign { .. } => "run stepwell as that user, or replace it with a file of your own".to_owned(),
            Self::Way { path, fault } => ours::advice(path, *fault),
            Self::NotAFile { .. } => "name a file".to_owned(),
            Self::NoIdentity { store, identity } => format!(
                "put the key back to `{}`; if it is lost, remove `{}` and set all keys anew",
                identity.display(),
                store.display()
            ),
            Self::BadIdentity { path } => {
                format!("put the key back to `{}`, or name another file as `key_file`", path.display())
            }
            Self::WrongIdentity { .. } => "put the right key there, or put the store back from a backup".to_owned(),
            Self::WrongPassphrase { .. } => "give the passphrase that the store was made with".to_owned(),
            Self::NoPassphrase { .. } => {
                "run the command on a terminal, or name a `passphrase_file` in [[keys]] of stepwell.toml".to_owned()
            }
            Self::OtherLock { by_passphrase: true, .. } => {
                "write passphrase = true, or `passphrase_file`, in [[keys]] of stepwell.toml".to_owned()
            }
            Self::OtherLock { by_passphrase: false, .. } => {
                "remove `passphrase` and `passphrase_file` from [[keys]] of stepwell.toml".to_owned()
            }
            Self::Damaged { store, .. } => {
                format!("put `{}` back from a backup, or remove it and set all keys anew", store.display())
            }
            Self::Stopped => "run the command again".to_owned(),
        }
    }
}
