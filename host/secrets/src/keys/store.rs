//! The interface of a key store, and its errors.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::SecretString;
use stepwell_model::NextAction;
use stepwell_model::id::KeyPath;

use super::secret::{LONGEST, Unusable};

/// A store of secrets. Every path is whole: it begins with `keys/`.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// The secret; none when there is no such key.
    async fn read(&self, path: &KeyPath) -> Result<Option<SecretString>, KeyError>;

    /// Sets a key.
    async fn write(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, KeyError>;

    /// All keys, sorted by path.
    async fn list(&self) -> Result<Vec<StoredKey>, KeyError>;

    /// Removes a key; false when there was none.
    async fn remove(&self, path: &KeyPath) -> Result<bool, KeyError>;
}

/// A key in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredKey {
    /// Its path.
    pub path: KeyPath,
    /// When it was set, if the store knows.
    pub set_at: Option<Timestamp>,
}

/// The effect of setting a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The key did not exist before.
    New,
    /// The key existed and has another secret now.
    Replaced,
}

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
    /// The text cannot be a secret.
    #[error("the secret of `{path}` cannot be used")]
    Unusable {
        /// The key.
        path: KeyPath,
        /// What is wrong with it.
        fault: Unusable,
    },
    /// The store could not be used.
    #[error(transparent)]
    Store(StoreFailure),
}

/// The error of one kind of store. Stores know [`KeyError`]; it knows none of them.
pub trait StoreError: NextAction + Send + Sync + 'static {
    /// Who has to act on it.
    fn kind(&self) -> KeyErrorKind;
}

/// The error of a store, whichever it is.
#[derive(Clone)]
pub struct StoreFailure(Arc<dyn StoreError>);

/// Who has to act on an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyErrorKind {
    /// The person who asked: the request itself is wrong.
    Wrong,
    /// The person who grants access: the store exists and does not open.
    Refused,
    /// The person who runs the store: it does not work.
    Broken,
}

impl KeyError {
    /// Who has to act on it.
    pub fn kind(&self) -> KeyErrorKind {
        match self {
            Self::NoSuchKey { .. } | Self::Unusable { .. } => KeyErrorKind::Wrong,
            Self::Store(failure) => failure.0.kind(),
        }
    }

    /// The store's own error, when it is of this type.
    pub fn store_error<E: StoreError>(&self) -> Option<&E> {
        match self {
            Self::Store(StoreFailure(error)) => (&**error as &(dyn Error + 'static)).downcast_ref(),
            Self::NoSuchKey { .. } | Self::Unusable { .. } => None,
        }
    }
}

impl<E: StoreError> From<E> for KeyError {
    fn from(error: E) -> Self {
        Self::Store(StoreFailure(Arc::new(error)))
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
            Self::Store(failure) => failure.0.because(),
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
            Self::Store(failure) => failure.0.next(),
        }
    }
}

impl fmt::Debug for StoreFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for StoreFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for StoreFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// Two failures are equal when they say the same.
impl PartialEq for StoreFailure {
    fn eq(&self, other: &Self) -> bool {
        self.0.kind() == other.0.kind() && self.0.explain() == other.0.explain()
    }
}

impl Eq for StoreFailure {}
