//! The encrypted file: one `age` file of all keys, `store.age`, which `age -d` opens as well. It lies in the directory
//! with the path of the store, which is `STEPWELL_HOME/keys` unless `[[keys]]` says otherwise.
//!
//! Every change writes it anew, under a lock; reading takes none, because the file is replaced in one step.

mod disk;
mod error;
mod sealed;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use age::x25519;
use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use stepwell_model::id::KeyPath;
use stepwell_model::key_store::FileStore;

use super::{AskPassphrase, KeyError, KeyStore, StoredKey, Written};
use crate::mask::Masker;
pub use error::FileError;
use sealed::{Entry, Keys, Opener};

/// The store that is an encrypted file.
pub(super) struct FileKeys(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    store: PathBuf,
    opens: FileStore,
    asks: Arc<dyn AskPassphrase>,
    /// What was typed, so that it is typed once.
    typed: Mutex<Option<SecretString>>,
    masker: Masker,
}

impl FileKeys {
    pub(super) fn new(
        home: &Path,
        path: &str,
        opens: &FileStore,
        masker: Masker,
        asks: Arc<dyn AskPassphrase>,
    ) -> Self {
        let folder = home.join(path);
        let store = folder.join("store.age");
        let below_home = |file: &Option<PathBuf>| file.as_ref().map(|file| home.join(file));
        let opens = match opens {
            FileStore::KeyFile(file) => FileStore::KeyFile(below_home(file)),
            FileStore::Passphrase(file) => FileStore::Passphrase(below_home(file)),
        };
        Self(Arc::new(Inner { folder, store, opens, asks, typed: Mutex::default(), masker }))
    }

    /// Disk and key derivation both block.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let inner = Arc::clone(&self.0);
        Ok(tokio::task::spawn_blocking(move || work(&inner)).await.map_err(|_| FileError::Stopped)??)
    }
}

#[async_trait]
impl KeyStore for FileKeys {
    async fn read(&self, path: &KeyPath) -> Result<Option<SecretString>, KeyError> {
        let path = path.clone();
        self.with(move |store| Ok(store.keys()?.remove(&path).map(|entry| entry.secret))).await
    }

    async fn write(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, KeyError> {
        let (path, secret) = (path.clone(), secret.clone());
        let entry = Entry { secret, set_at: Timestamp::now() };
        let set = move |keys: &mut Keys| match keys.insert(path, entry) {
            Some(_) => Written::Replaced,
            None => Written::New,
        };
        self.with(move |store| store.change(set)).await
    }

    async fn list(&self) -> Result<Vec<StoredKey>, KeyError> {
        let key = |(path, entry): (KeyPath, Entry)| StoredKey { path, set_at: Some(entry.set_at) };
        self.with(move |store| Ok(store.keys()?.into_iter().map(key).collect())).await
    }

    async fn remove(&self, path: &KeyPath) -> Result<bool, KeyError> {
        let path = path.clone();
        let remove = move |store: &Inner| {
            // What is not there is not made for the sake of removing something.
            if !store.keys()?.contains_key(&path) {
                return Ok(false);
            }
            store.change(|keys| keys.remove(&path).is_some())
        };
        self.with(remove).await
    }
}

impl Inner {
    fn keys(&self) -> Result<Keys, FileError> {
        let Some(bytes) = self.read()? else { return Ok(Keys::new()) };
        let opener = match self.passphrase(false)? {
            Some(passphrase) => Opener::Passphrase(passphrase),
            None => self.identity()?,
        };
        self.unseal(&bytes, &opener)
    }

    fn read(&self) -> Result<Option<Vec<u8>>, FileError> {
        disk::check_folder(&self.folder)?;
        let bytes = match std::fs::read(&self.store) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FileError::io("read", &self.store)(error)),
        };
        let by_passphrase = sealed::by_passphrase(&bytes, &self.store)?;
        if by_passphrase == matches!(self.opens, FileStore::Passphrase(_)) {
            Ok(Some(bytes))
        } else {
            Err(FileError::OtherLock { store: self.store.clone(), by_passphrase })
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Keys) -> T) -> Result<T, FileError> {
        // Asked for before the lock is taken: a terminal that nobody looks at must not stop everybody else.
        let passphrase = self.passphrase(self.read()?.is_none())?;
        disk::make_folder(&self.folder)?;
        let _lock = disk::lock(&self.folder.join("lock"))?;
        let bytes = self.read()?;
        let opener = match (passphrase, &bytes) {
            (Some(passphrase), _) => Opener::Passphrase(passphrase),
            (None, Some(_)) => self.identity()?,
            (None, None) => self.identity_or_new()?,
        };
        let mut keys = bytes.map_or_else(|| Ok(Keys::new()), |bytes| self.unseal(&bytes, &opener))?;
        let changed = change(&mut keys);
        disk::write_whole(&self.store, &sealed::seal(&keys, &opener, &self.store)?, true)?;
        Ok(changed)
    }

    fn unseal(&self, bytes: &[u8], opener: &Opener) -> Result<Keys, FileError> {
        let keys = sealed::unseal(bytes, opener, &self.store);
        if let Err(FileError::WrongPassphrase { .. }) = &keys {
            *self.typed.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        keys
    }

    /// The passphrase, when that is what opens the store; a new one is asked for twice.
    fn passphrase(&self, is_new: bool) -> Result<Option<SecretString>, FileError> {
        let FileStore::Passphrase(file) = &self.opens else { return Ok(None) };
        let passphrase = match file {
            Some(file) => self.passphrase_in(file)?,
            None => self.typed(is_new)?,
        };
        if passphrase.expose_secret().is_empty() {
            return Err(self.no_passphrase("it is empty"));
        }
        self.masker.learn(passphrase.expose_secret());
        Ok(Some(passphrase))
    }

    fn passphrase_in(&self, file: &Path) -> Result<SecretString, FileError> {
        let text = disk::read_private(file)?;
        let text = text.ok_or_else(|| self.no_passphrase(&format!("there is no file `{}`", file.display())))?;
        Ok(text.trim_matches(['\r', '\n']).into())
    }

    fn typed(&self, is_new: bool) -> Result<SecretString, FileError> {
        // Held while it is typed: two who need it at once ask once.
        let mut typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(passphrase) = &*typed {
            return Ok(passphrase.clone());
        }
        let passphrase = self.asks.passphrase(is_new).map_err(|reason| self.no_passphrase(&reason))?;
        *typed = Some(passphrase.clone());
        Ok(passphrase)
    }

    fn no_passphrase(&self, reason: &str) -> FileError {
        FileError::NoPassphrase { store: self.store.clone(), reason: reason.to_owned() }
    }

    fn identity_path(&self) -> PathBuf {
        match &self.opens {
            FileStore::KeyFile(Some(path)) => path.clone(),
            _ => self.folder.join("identity.txt"),
        }
    }

    fn identity(&self) -> Result<Opener, FileError> {
        let path = self.identity_path();
        match disk::read_private(&path)? {
            Some(text) => sealed::identity(&text, path),
            None => Err(FileError::NoIdentity { store: self.store.clone(), identity: path }),
        }
    }

    /// Only while there is no store: another key would not open it.
    fn identity_or_new(&self) -> Result<Opener, FileError> {
        let path = self.identity_path();
        if let Some(text) = disk::read_private(&path)? {
            return sealed::identity(&text, path);
        }
        let identity = x25519::Identity::generate();
        disk::write_whole(&path, sealed::identity_file(&identity).as_bytes(), false)?;
        Ok(Opener::Identity(identity, path))
    }
}
