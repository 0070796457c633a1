//! The content of the encrypted file, encryption and decryption.

use std::collections::BTreeMap;
use std::io::{self, Read as _};
use std::iter;
use std::path::{Path, PathBuf};

use age::{DecryptError, Decryptor, EncryptError, scrypt, x25519};
use jiff::Timestamp;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use stepwell_model::id::KeyPath;

use super::error::FileError;

/// `log2(N)` of scrypt: 128 MiB, and a third of a second. Fixed, because `age` would measure the machine, and a fast one
/// would make stores that a slow one takes for an attack.
const WORK: u8 = 17;

/// Most that a store may ask for: 1 GiB. `age` and `rage` use 18 for files that are made by hand.
const MOST_WORK: u8 = 20;

/// The content of the file.
pub(super) type Keys = BTreeMap<KeyPath, Entry>;

/// A key in the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    #[serde(serialize_with = "exposed", deserialize_with = "hidden")]
    pub(super) secret: SecretString,
    pub(super) set_at: Timestamp,
}

fn exposed<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

fn hidden<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// The key or passphrase that opens the file.
pub(super) enum Opener {
    /// An age identity, and its path.
    Identity(x25519::Identity, PathBuf),
    Passphrase(SecretString),
}

/// Whether a passphrase opens the file.
pub(super) fn by_passphrase(bytes: &[u8], store: &Path) -> Result<bool, FileError> {
    let decryptor = Decryptor::new_buffered(bytes).map_err(|error| head_damaged(bytes, &error, store))?;
    Ok(decryptor.is_scrypt())
}

fn head_damaged(bytes: &[u8], error: &DecryptError, store: &Path) -> FileError {
    let how = match error {
        _ if bytes.is_empty() => "it is empty",
        DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => ENDS_EARLY,
        _ => "its head is not that of an age file",
    };
    FileError::Damaged { store: store.to_owned(), how }
}

const ENDS_EARLY: &str = "it ends before it should";
const CHANGED: &str = "its bytes were changed after it was written, or its end is missing";

/// Decrypts the keys in the file.
pub(super) fn unseal(bytes: &[u8], opener: &Opener, store: &Path) -> Result<Keys, FileError> {
    let damaged = |how| FileError::Damaged { store: store.to_owned(), how };
    let decryptor = Decryptor::new_buffered(bytes).map_err(|error| head_damaged(bytes, &error, store))?;
    let reader = match opener {
        Opener::Identity(identity, _) => decryptor.decrypt(iter::once(identity as &dyn age::Identity)),
        Opener::Passphrase(passphrase) => {
            let mut identity = scrypt::Identity::new(passphrase.clone());
            identity.set_max_work_factor(MOST_WORK);
            decryptor.decrypt(iter::once(&identity as &dyn age::Identity))
        }
    };
    let mut reader = reader.map_err(|error| match (error, opener) {
        (DecryptError::NoMatchingKeys, Opener::Identity(_, identity)) => {
            FileError::WrongIdentity { store: store.to_owned(), identity: identity.clone() }
        }
        (DecryptError::KeyDecryptionFailed | DecryptError::DecryptionFailed, Opener::Passphrase(_)) => {
            FileError::WrongPassphrase { store: store.to_owned() }
        }
        (DecryptError::ExcessiveWork { .. }, _) => damaged("opening it would take more than 1 GiB of memory"),
        _ => damaged("its head was changed after it was written"),
    })?;
    // As large as it can get: growing would leave copies behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader.read_to_end(&mut plain).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged(ENDS_EARLY),
        _ => damaged(CHANGED),
    })?;
    serde_json::from_slice(&plain).map_err(|_| damaged("what is in it is no list of keys"))
}

/// Encrypts a file with these keys.
pub(super) fn seal(keys: &Keys, opener: &Opener, store: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |error: EncryptError| FileError::io("encrypt", store)(io::Error::other(error.to_string()));
    // A JSON escape makes at most six bytes of one.
    let longest =
        |(path, entry): (&KeyPath, &Entry)| path.as_str().len() + 6 * entry.secret.expose_secret().len() + 128;
    let mut plain = Zeroizing::new(Vec::with_capacity(2 + keys.iter().map(longest).sum::<usize>()));
    serde_json::to_writer(&mut *plain, keys).map_err(|error| FileError::io("encrypt", store)(error.into()))?;
    match opener {
        Opener::Identity(identity, _) => age::encrypt(&identity.to_public(), &plain).map_err(failed),
        Opener::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(passphrase.clone());
            recipient.set_work_factor(WORK);
            age::encrypt(&recipient, &plain).map_err(failed)
        }
    }
}

/// The identity in a file of the form that `age-keygen` writes.
pub(super) fn identity(text: &str, path: PathBuf) -> Result<Opener, FileError> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let identity = lines.next().and_then(|line| line.parse().ok());
    match (identity, lines.next()) {
        (Some(identity), None) => Ok(Opener::Identity(identity, path)),
        _ => Err(FileError::BadIdentity { path }),
    }
}

/// The file of an identity, as `age-keygen` writes it.
pub(super) fn identity_file(identity: &x25519::Identity) -> Zeroizing<String> {
    let (public, secret) = (identity.to_public(), identity.to_string());
    let head = "# Opens the key storage of Stepwell. Keep a copy elsewhere: without it all keys are lost.";
    Zeroizing::new(format!("{head}\n# public key: {public}\n{}\n", secret.expose_secret()))
}
