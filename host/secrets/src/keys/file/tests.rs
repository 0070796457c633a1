use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::atomic::Ordering;

use stepwell_model::NextAction as _;
use tempfile::TempDir;

use super::FileError;
use crate::keys::tests::{Typist, list, read, set, stores, stores_with};
use crate::keys::{KeyError, KeyErrorKind, KeyStores, StoreError as _, Written};
use crate::ours::NotOurs;

const BY_PASSPHRASE: &str = "[[keys]]\npath = \"keys\"\nstore = \"file\"\npassphrase = true\n";
const BY_FILE: &str = "[[keys]]\npath = \"keys\"\nstore = \"file\"\npassphrase_file = \"pass\"\n";

async fn home() -> (TempDir, KeyStores) {
    let home = TempDir::new().unwrap();
    let stores = stores(home.path(), "");
    set(&stores, "keys/a", "canary-one").await.unwrap();
    (home, stores)
}

/// The error of reading the store, and of writing to it.
async fn fault(stores: &KeyStores) -> FileError {
    let reading = read(stores, "keys/a").await.unwrap_err();
    let writing = set(stores, "keys/b", "canary-two").await.unwrap_err();
    assert_eq!(reading, writing);
    file_error(&reading)
}

fn file_error(error: &KeyError) -> FileError {
    error.store_error::<FileError>().unwrap_or_else(|| panic!("{error:?}")).clone()
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o7777
}

#[tokio::test]
async fn reading_makes_nothing() {
    let home = TempDir::new().unwrap();
    let stores = stores(home.path(), "");
    assert!(list(&stores, None).await.is_empty());
    assert!(matches!(read(&stores, "keys/a").await, Err(KeyError::NoSuchKey { .. })));
    assert_eq!(stores.remove(&"keys/a".parse().unwrap()).await, Ok(false));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn everything_is_ours_alone_and_encrypted() {
    let (home, _) = home().await;
    let keys = home.path().join("keys");
    assert_eq!(mode(&keys), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&keys).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(mode(&entry.path()), 0o600, "{entry:?}");
        assert!(!String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).contains("canary"), "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["identity.txt", "lock", "store.age"]);
}

#[tokio::test]
async fn the_key_of_another_store_does_not_open_this_one() {
    let (home, stores) = home().await;
    let (other, _) = self::home().await;
    fs::copy(other.path().join("keys/identity.txt"), home.path().join("keys/identity.txt")).unwrap();
    let error = fault(&stores).await;
    assert!(matches!(error, FileError::WrongIdentity { .. }) && error.kind() == KeyErrorKind::Refused, "{error:?}");
}

#[tokio::test]
async fn a_store_without_its_key_gets_no_new_one() {
    let (home, stores) = home().await;
    let identity = home.path().join("keys/identity.txt");
    fs::remove_file(&identity).unwrap();
    let error = fault(&stores).await;
    assert!(matches!(error, FileError::NoIdentity { .. }), "{error:?}");
    assert!(error.next().contains("identity.txt"), "{}", error.explain());
    assert!(!identity.exists());
}

#[tokio::test]
async fn a_malformed_key_is_refused_and_not_shown() {
    let (home, stores) = home().await;
    let identity = home.path().join("keys/identity.txt");
    for text in ["", "# nothing\n", "canary-secret\n", "AGE-SECRET-KEY-1CANARY\n"] {
        fs::write(&identity, text).unwrap();
        let error = fault(&stores).await;
        assert!(matches!(error, FileError::BadIdentity { .. }), "{error:?}");
        assert!(!error.explain().to_lowercase().contains("canary"), "{}", error.explain());
    }
}

#[tokio::test]
async fn a_key_that_other_users_can_read_is_not_used() {
    let (home, stores) = home().await;
    let identity = home.path().join("keys/identity.txt");
    for exposed in [0o640, 0o604, 0o660, 0o644] {
        allow(&identity, exposed);
        let error = fault(&stores).await;
        assert_eq!(error, FileError::Exposed { path: identity.clone(), mode: exposed, wanted: 0o600 });
        assert!(error.next().starts_with(&format!("run `chmod 600 {}`", identity.display())), "{}", error.explain());
    }
    allow(&identity, 0o400);
    assert_eq!(read(&stores, "keys/a").await.unwrap(), "canary-one");
}

#[tokio::test]
async fn a_folder_that_other_users_can_change_is_not_used() {
    let (home, stores) = home().await;
    let keys = home.path().join("keys");
    for mode in [0o702, 0o720, 0o777] {
        allow(&keys, mode);
        assert_eq!(fault(&stores).await, FileError::Exposed { path: keys.clone(), mode, wanted: 0o700 });
    }
    allow(&keys, 0o700);
    // Only root can give a folder away.
    if std::os::unix::fs::chown(&keys, Some(4242), None).is_ok() {
        assert_eq!(fault(&stores).await, FileError::Foreign { path: keys, owner: 4242 });
    }
}

#[tokio::test]
async fn a_folder_that_other_users_can_exchange_is_not_used() {
    let (home, stores) = home().await;
    allow(home.path(), 0o702);
    let error = fault(&stores).await;
    assert_eq!(error, FileError::Way { path: home.path().to_owned(), fault: NotOurs::Mode { mode: 0o702 } });
    assert_eq!(error.next(), format!("run `chmod o-w {}`", home.path().display()));
}

#[tokio::test]
async fn a_key_of_another_user_is_not_used() {
    let (home, stores) = home().await;
    let identity = home.path().join("keys/identity.txt");
    // Only root can give a file away.
    if std::os::unix::fs::chown(&identity, Some(4242), None).is_ok() {
        assert_eq!(fault(&stores).await, FileError::Foreign { path: identity, owner: 4242 });
    }
}

#[tokio::test]
async fn a_folder_in_the_place_of_a_key_is_refused() {
    let (home, stores) = home().await;
    let identity = home.path().join("keys/identity.txt");
    fs::remove_file(&identity).unwrap();
    fs::create_dir(&identity).unwrap();
    assert!(matches!(fault(&stores).await, FileError::NotAFile { .. }));
}

#[tokio::test]
async fn no_file_of_the_store_is_a_device_or_a_pipe_or_without_bounds() {
    for name in ["keys/store.age", "keys/identity.txt"] {
        let (home, stores) = home().await;
        let file = home.path().join(name);
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
        assert_eq!(fault(&stores).await, FileError::NotAFile { path: file.clone() });
        fs::remove_file(&file).unwrap();
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &file, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert_eq!(fault(&stores).await, FileError::NotAFile { path: file });
    }
    let (home, stores) = home().await;
    let store = fs::OpenOptions::new().write(true).open(home.path().join("keys/store.age")).unwrap();
    store.set_len((64 << 20) + 1).unwrap();
    assert!(matches!(fault(&stores).await, FileError::Damaged { how: "it is larger than 64 MiB", .. }));
}

#[tokio::test]
async fn no_file_of_the_store_lies_where_another_user_can_exchange_it() {
    for name in ["keys/store.age", "keys/identity.txt"] {
        let (home, stores) = home().await;
        let (file, open) = (home.path().join(name), home.path().join("open"));
        fs::create_dir(&open).unwrap();
        fs::rename(&file, open.join("real")).unwrap();
        std::os::unix::fs::symlink(open.join("real"), &file).unwrap();
        assert_eq!(read(&stores, "keys/a").await.unwrap(), "canary-one");
        allow(&open, 0o777);
        assert_eq!(fault(&stores).await, FileError::Way { path: open, fault: NotOurs::Mode { mode: 0o777 } });
    }
    let (home, stores) = home().await;
    let store = home.path().join("keys/store.age");
    allow(&store, 0o602);
    assert_eq!(fault(&stores).await, FileError::Exposed { path: store, mode: 0o602, wanted: 0o600 });
}

#[tokio::test]
async fn a_store_with_any_byte_changed_is_refused_and_not_overwritten() {
    let (home, stores) = home().await;
    let store = home.path().join("keys/store.age");
    let good = fs::read(&store).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x20;
        fs::write(&store, &bad).unwrap();
        let error = read(&stores, "keys/a").await.expect_err("it was changed");
        let error = file_error(&error);
        assert!(matches!(error, FileError::Damaged { .. } | FileError::WrongIdentity { .. }), "{at}: {error:?}");
        assert!(set(&stores, "keys/b", "canary-two").await.is_err(), "{at}");
        assert_eq!(fs::read(&store).unwrap(), bad, "{at}: a damaged store is not overwritten");
    }
    fs::write(&store, &good).unwrap();
    assert_eq!(read(&stores, "keys/a").await.unwrap(), "canary-one");
}

#[tokio::test]
async fn a_store_that_was_cut_off_is_damaged() {
    let (home, stores) = home().await;
    let store = home.path().join("keys/store.age");
    let good = fs::read(&store).unwrap();
    for length in 0..good.len() {
        fs::write(&store, &good[..length]).unwrap();
        let error = read(&stores, "keys/a").await.expect_err("it was cut off");
        assert!(matches!(file_error(&error), FileError::Damaged { .. }), "{length}: {error:?}");
        assert_eq!(error.kind(), KeyErrorKind::Broken);
    }
}

#[tokio::test]
async fn the_next_change_removes_the_file_that_a_crash_left() {
    let (home, stores) = home().await;
    let left = home.path().join("keys/.store.age.new-x1y2z3");
    fs::write(&left, "half").unwrap();
    assert_eq!(read(&stores, "keys/a").await.unwrap(), "canary-one");
    set(&stores, "keys/b", "canary-two").await.unwrap();
    assert!(!left.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn changes_at_the_same_time_lose_nothing() {
    let home = TempDir::new().unwrap();
    let tasks = (0..16).map(|number| {
        // Each opens the store by itself, as processes do.
        let stores = stores(home.path(), "");
        tokio::spawn(async move { set(&stores, &format!("keys/k{number:02}"), "canary").await.unwrap() })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap(), Written::New);
    }
    let expected: Vec<_> = (0..16).map(|number| format!("keys/k{number:02}")).collect();
    assert_eq!(list(&stores(home.path(), ""), None).await, expected);
}

#[tokio::test]
async fn a_key_elsewhere_is_made_there_and_opens_the_store() {
    let home = TempDir::new().unwrap();
    let toml = "[[keys]]\npath = \"keys\"\nstore = \"file\"\nkey_file = \"safe.txt\"\n";
    set(&stores(home.path(), toml), "keys/a", "canary").await.unwrap();
    assert_eq!(mode(&home.path().join("safe.txt")), 0o600);
    assert!(!home.path().join("keys/identity.txt").exists());
    assert_eq!(read(&stores(home.path(), toml), "keys/a").await.unwrap(), "canary");
}

#[tokio::test]
async fn a_home_that_is_a_file_is_refused() {
    let dir = TempDir::new().unwrap();
    let home = dir.path().join("home");
    fs::write(&home, "").unwrap();
    let error = set(&stores(&home, ""), "keys/a", "canary").await.unwrap_err();
    assert!(matches!(file_error(&error), FileError::Io { .. }) && error.kind() == KeyErrorKind::Broken, "{error:?}");
    assert!(error.next().contains("STEPWELL_HOME"), "{}", error.explain());
}

#[tokio::test]
async fn a_passphrase_is_typed_twice_for_a_new_store_and_once_in_a_process() {
    let home = TempDir::new().unwrap();
    let typist = Typist::new("correct horse");
    let stores = stores_with(home.path(), BY_PASSPHRASE, typist.clone());
    assert!(list(&stores, None).await.is_empty());
    assert_eq!(typist.asked.load(Ordering::SeqCst) + typist.asked_twice.load(Ordering::SeqCst), 0);
    set(&stores, "keys/a", "canary").await.unwrap();
    assert_eq!(read(&stores, "keys/a").await.unwrap(), "canary");
    assert_eq!((typist.asked.load(Ordering::SeqCst), typist.asked_twice.load(Ordering::SeqCst)), (0, 1));

    let typist = Typist::new("battery staple");
    let stores = stores_with(home.path(), BY_PASSPHRASE, typist.clone());
    for _ in 0..2 {
        let error = read(&stores, "keys/a").await.unwrap_err();
        assert!(matches!(file_error(&error), FileError::WrongPassphrase { .. }), "{error:?}");
        assert!(!error.explain().contains("staple"), "{}", error.explain());
    }
    assert_eq!((typist.asked.load(Ordering::SeqCst), typist.asked_twice.load(Ordering::SeqCst)), (2, 0));
}

#[tokio::test]
async fn without_a_terminal_a_passphrase_is_missing_and_nothing_is_made() {
    let home = TempDir::new().unwrap();
    let error = set(&stores(home.path(), BY_PASSPHRASE), "keys/a", "canary").await.unwrap_err();
    assert!(matches!(file_error(&error), FileError::NoPassphrase { .. }), "{error:?}");
    assert!(error.because().contains("terminal") && error.next().contains("passphrase_file"), "{}", error.explain());
    assert!(!home.path().join("keys").exists());
}

#[tokio::test]
async fn a_passphrase_in_a_file_is_ours_alone() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("pass");
    let stores = stores(home.path(), BY_FILE);
    let error = set(&stores, "keys/a", "canary").await.unwrap_err();
    assert!(matches!(file_error(&error), FileError::NoPassphrase { .. }), "{error:?}");
    fs::write(&file, "correct horse\n").unwrap();
    allow(&file, 0o644);
    let error = set(&stores, "keys/a", "canary").await.unwrap_err();
    assert!(matches!(file_error(&error), FileError::Exposed { .. }), "{error:?}");
    allow(&file, 0o600);
    set(&stores, "keys/a", "canary").await.unwrap();
    fs::write(&file, "correct horse").unwrap();
    assert_eq!(read(&stores, "keys/a").await.unwrap(), "canary");
    fs::write(&file, "battery staple").unwrap();
    assert!(matches!(fault(&stores).await, FileError::WrongPassphrase { .. }));
    fs::write(&file, "\n").unwrap();
    assert!(matches!(fault(&stores).await, FileError::NoPassphrase { .. }));
}

#[tokio::test]
async fn a_store_that_is_encrypted_otherwise_than_the_settings_say_is_refused() {
    let (home, _) = home().await;
    let error = fault(&stores_with(home.path(), BY_PASSPHRASE, Typist::new("canary"))).await;
    assert!(matches!(error, FileError::OtherLock { by_passphrase: false, .. }), "{error:?}");
    let home = TempDir::new().unwrap();
    let by_passphrase = stores_with(home.path(), BY_PASSPHRASE, Typist::new("canary"));
    set(&by_passphrase, "keys/a", "canary").await.unwrap();
    assert!(matches!(fault(&stores(home.path(), "")).await, FileError::OtherLock { by_passphrase: true, .. }));
}
