//! Key storage: where secrets lie, under the `keys/…` paths by which files name them.
//!
//! A secret neither begins nor ends with a line break: whatever wrote it may have added one, and none belongs to a
//! password. It has 4 bytes to 64 KiB, and is text without NUL.

mod error;
mod file;
mod secret;
mod secrets_manager;
#[cfg(test)]
mod tests;
mod vault;

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_types::region::Region;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use stepwell_model::error::nearest;
use stepwell_model::id::{KeyPath, RoleArn};
use stepwell_model::key_store::{self, KeyStoreSettings};

use crate::mask::Masker;
pub use error::{KeyError, KeyErrorKind, Unusable};
pub use file::FileError;
pub use secret::{LONGEST, usable};
pub use secrets_manager::SecretsManagerError;
pub use vault::VaultError;

/// What all keys lie below.
const ROOT: &str = "keys";

/// One place where secrets lie. Paths are whole: they begin with `keys/`.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// The secret; none when there is no such key.
    async fn read(&self, path: &KeyPath) -> Result<Option<SecretString>, KeyError>;

    /// Sets a key.
    async fn write(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, KeyError>;

    /// All keys, sorted.
    async fn list(&self) -> Result<Vec<StoredKey>, KeyError>;

    /// Removes a key; false when there was none.
    async fn remove(&self, path: &KeyPath) -> Result<bool, KeyError>;
}

/// A key in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredKey {
    /// Its path.
    pub path: KeyPath,
    /// When it was set, as far as the store knows.
    pub set_at: Option<Timestamp>,
}

/// What setting a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// There is one key more.
    New,
    /// The key was there and has another secret now.
    Replaced,
}

/// Asks for the passphrase of the encrypted file.
pub trait AskPassphrase: Send + Sync {
    /// The passphrase; with `confirm`, one that is typed twice because it is new.
    ///
    /// # Errors
    /// Why nobody could be asked, in a few words.
    fn passphrase(&self, confirm: bool) -> Result<SecretString, String>;
}

/// What [`Configs`] gives.
pub type ConfigFuture = Pin<Box<dyn Future<Output = Result<SdkConfig, KeyError>> + Send>>;

/// A configuration in a region (none: the default one), through a role when one is named: for Secrets Manager.
pub type Configs = Arc<dyn Fn(Option<Region>, Option<RoleArn>) -> ConfigFuture + Send + Sync>;

/// All stores of a process. Nothing is read or asked for before the first use. Cheap to clone.
#[derive(Clone)]
pub struct KeyStores {
    inner: Arc<Inner>,
}

struct Inner {
    /// The store for every path that no other one takes.
    root: Mounted,
    others: Vec<Mounted>,
    masker: Masker,
}

struct Mounted {
    path: String,
    kind: &'static str,
    store: Box<dyn KeyStore>,
}

/// A key, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// The key.
    pub key: StoredKey,
    /// The store as `[[keys]]` writes it, such as `vault`.
    pub store: &'static str,
}

/// The keys that there are.
#[derive(Debug, Default)]
pub struct Listing {
    /// Sorted by path.
    pub keys: Vec<ListedKey>,
    /// Why stores could not be read. Their keys are missing above.
    pub unread: Vec<KeyError>,
}

impl KeyStores {
    /// The stores that `[[keys]]` names, and an encrypted file below `home` for what no entry takes.
    pub fn open(
        home: &Path,
        settings: &[KeyStoreSettings],
        masker: Masker,
        asks: Arc<dyn AskPassphrase>,
        configs: Configs,
    ) -> Self {
        let mount = |settings: &KeyStoreSettings| Mounted::new(home, settings, &masker, &asks, &configs);
        let (roots, others): (Vec<_>, Vec<_>) = settings.iter().partition(|settings| settings.path == ROOT);
        let root = roots.first().map_or_else(|| mount(&KeyStoreSettings::default()), |settings| mount(settings));
        let others = others.into_iter().map(mount).collect();
        Self { inner: Arc::new(Inner { root, others, masker }) }
    }

    /// The secret of a key. From now on it is masked.
    ///
    /// # Errors
    /// When there is no such key, its secret is of no use, or its store cannot be read.
    pub async fn secret(&self, path: &KeyPath) -> Result<SecretString, KeyError> {
        let at = self.holding(path);
        let Some(found) = at.store.read(path).await? else { return Err(at.no_such_key(path).await) };
        // Before it is judged: it may be in an error of somebody else.
        self.inner.masker.learn(found.expose_secret());
        usable(found.expose_secret()).map_err(|fault| KeyError::Unusable { path: path.clone(), fault })
    }

    /// Sets a key, without the line breaks around the secret.
    ///
    /// # Errors
    /// When the secret is of no use, or its store cannot be written to.
    pub async fn set(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, KeyError> {
        self.inner.masker.learn(secret.expose_secret());
        let unusable = |fault| KeyError::Unusable { path: path.clone(), fault };
        let secret = usable(secret.expose_secret()).map_err(unusable)?;
        self.inner.masker.learn(secret.expose_secret());
        self.holding(path).store.write(path, &secret).await
    }

    /// The keys at and below a path; all without one. A store that cannot be read does not hide the others.
    pub async fn list(&self, prefix: Option<&str>) -> Listing {
        let prefix = prefix.unwrap_or(ROOT);
        let mut listing = Listing::default();
        for at in self.below(prefix) {
            match at.store.list().await {
                Ok(keys) => {
                    // A key that another store hides is not there.
                    let own = |key: &StoredKey| std::ptr::eq(self.holding(&key.path), at);
                    let keys = keys.into_iter().filter(|key| is_within(key.path.as_str(), prefix) && own(key));
                    listing.keys.extend(keys.map(|key| ListedKey { key, store: at.kind }));
                }
                Err(error) => listing.unread.push(error),
            }
        }
        listing.keys.sort_by(|a, b| a.key.path.cmp(&b.key.path));
        listing
    }

    /// Removes a key; false when there was none.
    ///
    /// # Errors
    /// When its store cannot be changed.
    pub async fn remove(&self, path: &KeyPath) -> Result<bool, KeyError> {
        self.holding(path).store.remove(path).await
    }

    /// The error for a key that is not there, with the name that was probably meant.
    pub async fn no_such_key(&self, path: &KeyPath) -> KeyError {
        self.holding(path).no_such_key(path).await
    }

    fn holding(&self, path: &KeyPath) -> &Mounted {
        let below = |at: &&Mounted| path.as_str() != at.path && is_within(path.as_str(), &at.path);
        self.inner.others.iter().filter(below).max_by_key(|at| at.path.len()).unwrap_or(&self.inner.root)
    }

    /// The store that the path is in, and those that are further below.
    fn below(&self, prefix: &str) -> impl Iterator<Item = &Mounted> {
        let others = self.inner.others.iter();
        let around = others.clone().filter(|at| is_within(prefix, &at.path)).max_by_key(|at| at.path.len());
        let below = others.filter(move |at| at.path != prefix && is_within(&at.path, prefix));
        std::iter::once(around.unwrap_or(&self.inner.root)).chain(below)
    }
}

/// Shows nothing of the stores: they lead to the secrets.
impl fmt::Debug for KeyStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStores").finish_non_exhaustive()
    }
}

impl Mounted {
    fn new(
        home: &Path,
        settings: &KeyStoreSettings,
        masker: &Masker,
        asks: &Arc<dyn AskPassphrase>,
        configs: &Configs,
    ) -> Self {
        let path = settings.path.clone();
        match &settings.store {
            key_store::KeyStore::File(opens) => {
                let store = file::FileKeys::new(home, &path, opens, masker.clone(), Arc::clone(asks));
                Self { path, kind: "file", store: Box::new(store) }
            }
            key_store::KeyStore::Vault(vault) => {
                let store = vault::VaultKeys::new(home, &path, vault.clone(), masker.clone());
                Self { path, kind: "vault", store: Box::new(store) }
            }
            key_store::KeyStore::SecretsManager(secrets) => {
                let store = secrets_manager::SecretsManagerKeys::new(&path, secrets.clone(), Arc::clone(configs));
                Self { path, kind: "secrets_manager", store: Box::new(store) }
            }
        }
    }

    async fn no_such_key(&self, path: &KeyPath) -> KeyError {
        // Elsewhere, listing takes a request for each key.
        let known = if self.kind == "file" { self.store.list().await.unwrap_or_default() } else { Vec::new() };
        let nearest = nearest(path.as_str(), known.iter().map(|key| key.path.as_str())).map(str::to_owned);
        KeyError::NoSuchKey { path: path.clone(), store: self.kind, nearest }
    }
}

/// Whether a path is a folder or lies below it.
fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
