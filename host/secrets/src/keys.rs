//! Key storage: the stores of secrets, under the `keys/…` paths by which files name them.
//!
//! A secret neither begins nor ends with a line break: the program that wrote it may have added one, and a password has
//! none. It has 4 bytes to 64 KiB, and is text without NUL.

mod file;
mod secret;
mod store;
#[cfg(test)]
mod tests;
mod vault;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use stepwell_model::error::nearest;
use stepwell_model::id::KeyPath;
use stepwell_model::key_store::{self, FileStore, KeyStoreSettings, SecretsManagerStore};

use crate::mask::Masker;
pub use file::AskPassphrase;
pub use secret::{LONGEST, Unusable, field, usable};
pub use store::{KeyError, KeyErrorKind, KeyStore, StoreError, StoredKey, Written};

/// The path above all keys.
const ROOT: &str = "keys";

/// Opens the store of AWS Secrets Manager at a path. The crate that has the SDK implements it.
pub type OpenSecretsManager<'a> = &'a dyn Fn(&str, &SecretsManagerStore) -> Box<dyn KeyStore>;

/// All key stores of a process. They read files and ask for passphrases at the first use. Cheap to clone.
#[derive(Clone)]
pub struct KeyStores(Arc<Mounts>);

struct Mounts {
    /// The store of every path that no other store takes.
    root: Mounted,
    /// The stores below paths of their own.
    others: Vec<Mounted>,
    /// The masker of the process.
    masker: Masker,
    files: KeyFiles,
}

/// The files that key stores read, beside those of `STEPWELL_HOME/keys`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyFiles {
    /// Keys, passphrases and tokens.
    pub secret: Vec<PathBuf>,
    /// Certificates of authorities, which decide who gets a token.
    pub certificates: Vec<PathBuf>,
}

/// A store and its path.
struct Mounted {
    path: String,
    /// The store as `[[keys]]` writes it.
    kind: &'static str,
    store: Box<dyn KeyStore>,
}

/// A key and its store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// The key.
    pub key: StoredKey,
    /// The store as `[[keys]]` writes it, such as `vault`.
    pub store: &'static str,
}

/// The keys that exist.
#[derive(Debug, Default)]
pub struct Listing {
    /// Sorted by path.
    pub keys: Vec<ListedKey>,
    /// The errors of stores that could not be read. Their keys are missing above.
    pub unread: Vec<KeyError>,
}

impl KeyStores {
    /// Opens the stores that `[[keys]]` names, and an encrypted file below `home` for the keys of no entry. The masker
    /// is that of the process: it learns passphrases and the tokens of stores.
    pub fn open(
        home: &Path,
        settings: &[KeyStoreSettings],
        masker: Masker,
        asks: Arc<dyn AskPassphrase>,
        secrets_manager: OpenSecretsManager<'_>,
    ) -> Self {
        let mount = |settings: &KeyStoreSettings| Mounted::new(home, settings, &masker, &asks, secrets_manager);
        let (roots, others): (Vec<_>, Vec<_>) = settings.iter().partition(|settings| settings.path == ROOT);
        let root = roots.first().map_or_else(|| mount(&KeyStoreSettings::default()), |settings| mount(settings));
        let others = others.into_iter().map(mount).collect();
        Self(Arc::new(Mounts { root, others, masker, files: KeyFiles::of(home, settings) }))
    }

    /// The files that the stores read, beside those of `STEPWELL_HOME/keys`.
    pub fn files(&self) -> &KeyFiles {
        &self.0.files
    }

    /// The secret of a key. This masker, of the run that needs it, masks it from now on.
    ///
    /// # Errors
    /// When there is no such key, its secret is unusable, or its store cannot be read.
    pub async fn secret(&self, path: &KeyPath, masker: &Masker) -> Result<SecretString, KeyError> {
        let at = self.holding(path);
        let Some(found) = at.store.read(path).await? else { return Err(at.no_such_key(path).await) };
        // Before it is judged, because an error of another crate may hold it.
        masker.learn(found.expose_secret());
        usable(found.expose_secret()).map_err(|fault| KeyError::Unusable { path: path.clone(), fault })
    }

    /// Sets a key, without the line breaks around the secret.
    ///
    /// # Errors
    /// When the secret is unusable, or its store cannot be written to.
    pub async fn set(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, KeyError> {
        self.0.masker.learn(secret.expose_secret());
        let unusable = |fault| KeyError::Unusable { path: path.clone(), fault };
        let secret = usable(secret.expose_secret()).map_err(unusable)?;
        self.0.masker.learn(secret.expose_secret());
        self.holding(path).store.write(path, &secret).await
    }

    /// The keys at and below a path, or all keys. A store that cannot be read does not hide the others.
    pub async fn list(&self, prefix: Option<&str>) -> Listing {
        let prefix = prefix.unwrap_or(ROOT);
        let mut listing = Listing::default();
        for at in self.below(prefix) {
            match at.store.list().await {
                Ok(keys) => {
                    // The keys below the path of another store are hidden by it.
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

    /// The error for a key that does not exist, with the name that was probably meant.
    pub async fn no_such_key(&self, path: &KeyPath) -> KeyError {
        self.holding(path).no_such_key(path).await
    }

    /// The store that a key lies in.
    fn holding(&self, path: &KeyPath) -> &Mounted {
        let below = |at: &&Mounted| path.as_str() != at.path && is_within(path.as_str(), &at.path);
        self.0.others.iter().filter(below).max_by_key(|at| at.path.len()).unwrap_or(&self.0.root)
    }

    /// The store that holds the path, and the stores below the path.
    fn below(&self, prefix: &str) -> impl Iterator<Item = &Mounted> {
        let others = self.0.others.iter();
        let around = others.clone().filter(|at| is_within(prefix, &at.path)).max_by_key(|at| at.path.len());
        let below = others.filter(move |at| at.path != prefix && is_within(&at.path, prefix));
        std::iter::once(around.unwrap_or(&self.0.root)).chain(below)
    }
}

impl KeyFiles {
    fn of(home: &Path, settings: &[KeyStoreSettings]) -> Self {
        let mut files = Self::default();
        for KeyStoreSettings { store, .. } in settings {
            match store {
                key_store::KeyStore::File(FileStore::KeyFile(file) | FileStore::Passphrase(file)) => {
                    files.secret.extend(file.as_ref().map(|file| home.join(file)));
                }
                key_store::KeyStore::Vault(vault) => {
                    files.secret.extend(vault::token_file(home, vault));
                    files.certificates.extend(vault::certificates());
                }
                key_store::KeyStore::SecretsManager(_) => {}
            }
        }
        files
    }
}

/// Shows nothing of the stores, because they lead to the secrets.
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
        secrets_manager: OpenSecretsManager<'_>,
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
            key_store::KeyStore::SecretsManager(settings) => {
                Self { store: secrets_manager(&path, settings), path, kind: "secrets_manager" }
            }
        }
    }

    async fn no_such_key(&self, path: &KeyPath) -> KeyError {
        // The other stores list with one request for each key.
        let known = if self.kind == "file" { self.store.list().await.unwrap_or_default() } else { Vec::new() };
        let nearest = nearest(path.as_str(), known.iter().map(|key| key.path.as_str())).map(str::to_owned);
        KeyError::NoSuchKey { path: path.clone(), store: self.kind, nearest }
    }
}

/// Whether a path is a folder or lies below it.
fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
