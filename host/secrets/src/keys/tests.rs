use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use secrecy::{ExposeSecret as _, SecretString};
use stepwell_model::NextAction as _;
use stepwell_model::id::KeyPath;
use stepwell_model::key_store::{FileStore, KeyStore, KeyStoreSettings, SecretsManagerStore};
use stepwell_model::settings::System;
use stepwell_model::source::Source;
use tempfile::TempDir;

use super::{AskPassphrase, KeyError, KeyStores, Unusable, Written};
use crate::mask::Masker;

/// A person at a terminal who always types the same.
pub(super) struct Typist {
    pub(super) types: &'static str,
    pub(super) asked: AtomicUsize,
    pub(super) asked_twice: AtomicUsize,
}

impl Typist {
    pub(super) fn new(types: &'static str) -> Arc<Self> {
        Arc::new(Self { types, asked: AtomicUsize::new(0), asked_twice: AtomicUsize::new(0) })
    }
}

impl AskPassphrase for Typist {
    fn passphrase(&self, confirm: bool) -> Result<SecretString, String> {
        let count = if confirm { &self.asked_twice } else { &self.asked };
        count.fetch_add(1, Ordering::SeqCst);
        if self.types.is_empty() { Err("there is no terminal".to_owned()) } else { Ok(self.types.into()) }
    }
}

fn no_secrets_manager(path: &str, _: &SecretsManagerStore) -> Box<dyn super::KeyStore> {
    panic!("`{path}` is in no store of this crate")
}

/// The stores of a `STEPWELL_HOME` with this `stepwell.toml`.
pub(super) fn stores(home: &Path, toml: &str) -> KeyStores {
    stores_with(home, toml, Typist::new(""))
}

pub(super) fn stores_with(home: &Path, toml: &str, typist: Arc<Typist>) -> KeyStores {
    let settings = System::read(Source::new("stepwell.toml", toml)).unwrap().key_stores;
    KeyStores::open(home, &settings, Masker::default(), typist, &no_secrets_manager)
}

pub(super) fn path(path: &str) -> KeyPath {
    path.parse().unwrap()
}

pub(super) async fn read(stores: &KeyStores, key: &str) -> Result<String, KeyError> {
    Ok(stores.secret(&path(key), &Masker::new()).await?.expose_secret().to_owned())
}

pub(super) async fn set(stores: &KeyStores, key: &str, secret: &str) -> Result<Written, KeyError> {
    stores.set(&path(key), &secret.into()).await
}

/// The paths that are listed, when all stores could be read.
pub(super) async fn list(stores: &KeyStores, prefix: Option<&str>) -> Vec<String> {
    let listing = stores.list(prefix).await;
    assert_eq!(listing.unread, []);
    listing.keys.iter().map(|listed| listed.key.path.to_string()).collect()
}

const TWO_FILES: &str = "[[keys]]\npath = \"keys/deep\"\nstore = \"file\"\n";

#[tokio::test]
async fn a_key_that_is_set_is_read_listed_replaced_and_removed() {
    let home = TempDir::new().unwrap();
    let stores = stores(home.path(), "");
    assert_eq!(set(&stores, "keys/b", "first\n").await, Ok(Written::New));
    assert_eq!(set(&stores, "keys/a/c", "other").await, Ok(Written::New));
    assert_eq!(set(&stores, "keys/b", "second").await, Ok(Written::Replaced));
    assert_eq!(read(&stores, "keys/b").await.unwrap(), "second");
    assert_eq!(list(&stores, None).await, ["keys/a/c", "keys/b"]);
    assert_eq!(list(&stores, Some("keys/a")).await, ["keys/a/c"]);
    assert_eq!(list(&stores, Some("keys/b")).await, ["keys/b"]);
    assert!(list(&stores, Some("keys/a/")).await.is_empty() && list(&stores, Some("keys/x")).await.is_empty());
    assert_eq!(stores.remove(&path("keys/b")).await, Ok(true));
    assert_eq!(stores.remove(&path("keys/b")).await, Ok(false));
    assert!(matches!(read(&stores, "keys/b").await, Err(KeyError::NoSuchKey { .. })));
    assert_eq!(read(&stores, "keys/a/c").await.unwrap(), "other");
}

#[tokio::test]
async fn the_error_of_a_missing_key_names_a_similar_one() {
    let home = TempDir::new().unwrap();
    let stores = stores(home.path(), "");
    let error = read(&stores, "keys/web/database").await.unwrap_err();
    assert_eq!(error.to_string(), "there is no key `keys/web/database`");
    assert!(error.next().contains("stepwell keys set keys/web/database"), "{}", error.explain());
    set(&stores, "keys/web/database", "secret").await.unwrap();
    let error = read(&stores, "keys/web/databse").await.unwrap_err();
    assert!(error.next().starts_with("write `keys/web/database`"), "{}", error.explain());
}

#[tokio::test]
async fn a_text_that_cannot_be_a_secret_is_not_kept() {
    let home = TempDir::new().unwrap();
    let stores = stores(home.path(), "");
    for (secret, fault) in [("\n", Unusable::Empty), ("abc", Unusable::Short), ("ab\0cd", Unusable::Nul)] {
        let error = set(&stores, "keys/a", secret).await.unwrap_err();
        assert_eq!(error, KeyError::Unusable { path: path("keys/a"), fault });
        assert!(!error.explain().contains("ab"), "{}", error.explain());
    }
    assert!(!home.path().join("keys").exists());
}

#[tokio::test]
async fn the_store_with_the_longest_path_holds_a_key() {
    let home = TempDir::new().unwrap();
    let before = stores(home.path(), "");
    set(&before, "keys/deep/a", "in the root").await.unwrap();
    set(&before, "keys/deeper/a", "also there").await.unwrap();
    let stores = stores(home.path(), TWO_FILES);
    assert_eq!(list(&stores, None).await, ["keys/deeper/a"], "another store hides the keys below its path");
    set(&stores, "keys/deep/a", "below it").await.unwrap();
    assert!(home.path().join("keys/deep/store.age").exists());
    assert_eq!(read(&stores, "keys/deep/a").await.unwrap(), "below it");
    assert_eq!(read(&before, "keys/deep/a").await.unwrap(), "in the root");
    assert_eq!(list(&stores, None).await, ["keys/deep/a", "keys/deeper/a"]);
}

#[tokio::test]
async fn only_the_stores_that_can_hold_a_prefix_are_read() {
    let home = TempDir::new().unwrap();
    let stores = stores(home.path(), TWO_FILES);
    set(&stores, "keys/a", "secret").await.unwrap();
    set(&stores, "keys/deep/a", "secret").await.unwrap();
    std::fs::remove_file(home.path().join("keys/identity.txt")).unwrap();
    assert_eq!(list(&stores, Some("keys/deep")).await, ["keys/deep/a"]);
    let all = stores.list(None).await;
    assert_eq!((all.keys.len(), all.unread.len()), (1, 1), "a store that cannot be read does not hide the other");
}

#[test]
fn debug_output_of_the_stores_shows_nothing() {
    let settings =
        KeyStoreSettings { store: KeyStore::File(FileStore::Passphrase(None)), ..KeyStoreSettings::default() };
    let typist = Typist::new("canary");
    let stores = KeyStores::open(Path::new("/h"), &[settings], Masker::default(), typist, &no_secrets_manager);
    assert_eq!(format!("{stores:?}"), "KeyStores { .. }");
}
