//! The encrypted file: one `age` file of all keys, `store.age`, which `age -d` opens as well. It lies in the directory
//! with the path of the store, which is `STEPWELL_HOME/keys` unless `[[keys]]` says otherwise.
//!
//! Every change takes a lock and replaces the file in one step, so that reading needs no lock.

mod error;
mod sealed;
#[cfg(test)]
mod tests;

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use age::x25519;
use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use stepwell_model::id::KeyPath;
use stepwell_model::key_store::FileStore;

use super::store::{KeyError, KeyStore, StoredKey, Written};
use crate::durable;
use crate::mask::Masker;
use crate::ours::{self, Rule};
use error::FileError;
use sealed::{Entry, Keys, Opener};

/// Bytes of a key or passphrase file: a thousand times what they have.
const LONGEST_PRIVATE: u64 = 64 << 10;

/// Bytes of a store: many thousand keys of the largest size.
const LARGEST_STORE: u64 = 64 << 20;

/// Asks for the passphrase of the encrypted file.
pub trait AskPassphrase: Send + Sync {
    /// The passphrase; with `confirm`, one that is typed twice because it is new.
    ///
    /// # Errors
    /// Why the question could not be asked, in a few words.
    fn passphrase(&self, confirm: bool) -> Result<SecretString, String>;
}

/// The store that is an encrypted file.
pub(super) struct FileKeys(Arc<AgeFile>);

struct AgeFile {
    folder: PathBuf,
    store: PathBuf,
    opens: FileStore,
    asks: Arc<dyn AskPassphrase>,
    /// The passphrase that was typed, so that it is typed once.
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
        Self(Arc::new(AgeFile { folder, store, opens, asks, typed: Mutex::default(), masker }))
    }

    /// Runs work on a thread that may block: reading the disk and deriving a key do.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AgeFile) -> Result<T, FileError> + Send + 'static,
    ) -> Result<T, KeyError> {
        let file = Arc::clone(&self.0);
        Ok(tokio::task::spawn_blocking(move || work(&file)).await.map_err(|_| FileError::Stopped)??)
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
        let remove = move |store: &AgeFile| {
            // Removing a key that does not exist must not make a store.
            if !store.keys()?.contains_key(&path) {
                return Ok(false);
            }
            store.change(|keys| keys.remove(&path).is_some())
        };
        self.with(remove).await
    }
}

impl AgeFile {
    fn keys(&self) -> Result<Keys, FileError> {
        let Some(bytes) = self.read()? else { return Ok(Keys::new()) };
        let opener = match self.passphrase(false)? {
            Some(passphrase) => Opener::Passphrase(passphrase),
            None => self.identity()?,
        };
        self.unseal(&bytes, &opener)
    }

    fn read(&self) -> Result<Option<Vec<u8>>, FileError> {
        check_folder(&self.folder)?;
        let Some(file) = open_ours(&self.store, Rule::HostWrites, 0o600)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(LARGEST_STORE + 1).read_to_end(&mut bytes).map_err(FileError::io("read", &self.store))?;
        if bytes.len() as u64 > LARGEST_STORE {
            return Err(FileError::Damaged { store: self.store.clone(), how: "it is larger than 64 MiB" });
        }
        let by_passphrase = sealed::by_passphrase(&bytes, &self.store)?;
        if by_passphrase == matches!(self.opens, FileStore::Passphrase(_)) {
            Ok(Some(bytes))
        } else {
            Err(FileError::OtherLock { store: self.store.clone(), by_passphrase })
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Keys) -> T) -> Result<T, FileError> {
        // Asked for before the lock is taken: an unanswered question must not stop other processes.
        let passphrase = self.passphrase(self.read()?.is_none())?;
        durable::make_folder(&self.folder).map_err(FileError::io("make", &self.folder))?;
        check_folder(&self.folder)?;
        let lock = self.folder.join("lock");
        let _held = durable::lock(&lock).map_err(FileError::io("lock", &lock))?;
        let bytes = self.read()?;
        let opener = match (passphrase, &bytes) {
            (Some(passphrase), _) => Opener::Passphrase(passphrase),
            (None, Some(_)) => self.identity()?,
            (None, None) => self.identity_or_new()?,
        };
        let mut keys = bytes.map_or_else(|| Ok(Keys::new()), |bytes| self.unseal(&bytes, &opener))?;
        let changed = change(&mut keys);
        let sealed = sealed::seal(&keys, &opener, &self.store)?;
        durable::replace(&self.store, &sealed).map_err(FileError::io("write", &self.store))?;
        Ok(changed)
    }

    fn unseal(&self, bytes: &[u8], opener: &Opener) -> Result<Keys, FileError> {
        let keys = sealed::unseal(bytes, opener, &self.store);
        if let Err(FileError::WrongPassphrase { .. }) = &keys {
            *self.typed.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        keys
    }

    /// The passphrase, when the store has one. A new one is asked for twice.
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
        let text = read_private(file)?;
        let text = text.ok_or_else(|| self.no_passphrase(&format!("there is no file `{}`", file.display())))?;
        Ok(text.trim_matches(['\r', '\n']).into())
    }

    fn typed(&self, is_new: bool) -> Result<SecretString, FileError> {
        // Held while it is typed, so that two tasks that need it at once ask once.
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
        match read_private(&path)? {
            Some(text) => sealed::identity(&text, path),
            None => Err(FileError::NoIdentity { store: self.store.clone(), identity: path }),
        }
    }

    /// The identity, or a new one. Only while there is no store: a new key would not open it.
    fn identity_or_new(&self) -> Result<Opener, FileError> {
        let path = self.identity_path();
        if let Some(text) = read_private(&path)? {
            return sealed::identity(&text, path);
        }
        let identity = x25519::Identity::generate();
        let text = sealed::identity_file(&identity);
        durable::create(&path, text.as_bytes()).map_err(FileError::io("write", &path))?;
        Ok(Opener::Identity(identity, path))
    }
}

/// The text of a file that only we can read; none when it is not there.
fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, FileError> {
    let Some(file) = open_ours(path, Rule::Private, 0o600)? else { return Ok(None) };
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_PRIVATE as usize));
    file.take(LONGEST_PRIVATE).read_to_string(&mut text).map_err(FileError::io("read", path))?;
    Ok(Some(text))
}

/// Opens a regular file that this rule admits and that no other user can exchange; none when it is missing.
fn open_ours(path: &Path, rule: Rule, wanted: u32) -> Result<Option<File>, FileError> {
    if !ours::is_there(path).map_err(FileError::way)? {
        return Ok(None);
    }
    let judge = |found: &Metadata| ours::check(found, rule).map_err(FileError::not_ours(path, wanted));
    let found = path.metadata().map_err(FileError::io("read", path))?;
    if !found.is_file() {
        return Err(FileError::NotAFile { path: path.to_owned() });
    }
    judge(&found)?;
    let file = ours::open_regular(path).map_err(FileError::way)?.file;
    // The open file, because it is the one that is read.
    judge(&file.metadata().map_err(FileError::io("read", path))?)?;
    Ok(Some(file))
}

/// Checks the folder of the store, when it is there, and what leads to it: who can write to it can put another store
/// there.
fn check_folder(path: &Path) -> Result<(), FileError> {
    match path.metadata() {
        Ok(found) => ours::check(&found, Rule::HostWrites).map_err(FileError::not_ours(path, 0o700))?,
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(FileError::io("read", path)(error)),
    }
    match ours::resolve(path) {
        Err(error) if error.is_missing() => Ok(()),
        Err(error) => Err(FileError::way(error)),
        Ok(_) => Ok(()),
    }
}
