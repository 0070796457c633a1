use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use serde_json::json;
use stepwell_model::NextAction as _;
use stepwell_secrets::ours::NotOurs;
use tempfile::TempDir;

use super::support::{Bench, file};
use crate::{NotPrivate, Sandbox, SandboxError};

fn home() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let cache = home.path().join("deep/cache");
    (home, cache)
}

/// Loads the guest through the cache and shows that it runs.
async fn run(cache: &Path) {
    let sandbox = Sandbox::new(Some(cache.to_owned())).unwrap();
    let component = sandbox.load(&file("tests/noop.wasm")).await.unwrap();
    let bench = Bench::new(sandbox, component);
    bench.start(json!({})).await.unwrap();
}

fn compiled(cache: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    file.clone()
}

fn refusal(cache: &Path) -> NotPrivate {
    match Sandbox::new(Some(cache.to_owned())) {
        Err(error @ SandboxError::CacheNotPrivate { reason, .. }) => {
            assert_eq!(error.explain().lines().count(), 3, "{}", error.explain());
            reason
        }
        Err(error) => panic!("{}", error.explain()),
        Ok(_) => panic!("it was taken"),
    }
}

#[tokio::test]
async fn what_was_compiled_is_kept_for_its_owner_alone_and_used_again() {
    let (_home, cache) = home();
    run(&cache).await;
    let path = compiled(&cache);
    assert_eq!(fs::metadata(&cache).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    run(&cache).await;
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
}

#[tokio::test]
async fn a_damaged_file_is_compiled_again() {
    let (_home, cache) = home();
    run(&cache).await;
    let path = compiled(&cache);
    let sound = fs::read(&path).unwrap();
    let flipped = |at: usize| {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        bytes
    };
    let middle = sound.len() / 2;
    let damaged = [
        Vec::new(),
        sound[..middle].to_vec(),
        sound[..31].to_vec(),
        flipped(0),
        flipped(middle),
        flipped(sound.len() - 1),
    ];
    for bytes in damaged {
        fs::write(&path, bytes).unwrap();
        run(&cache).await;
        assert!(fs::read(&path).unwrap() == sound, "it was written again");
    }
}

#[tokio::test]
async fn a_file_of_another_component_is_not_taken_for_this_one() {
    let (_home, cache) = home();
    run(&cache).await;
    let path = compiled(&cache);
    let sound = fs::read(&path).unwrap();
    let sandbox = Sandbox::new(Some(cache.clone())).unwrap();
    sandbox.load(&file("tests/waiter.wasm")).await.unwrap();
    let other = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).find(|found| *found != path).unwrap();
    fs::copy(&other, &path).unwrap();
    run(&cache).await;
    assert!(fs::read(&path).unwrap() == sound);
}

#[tokio::test]
async fn a_file_that_others_can_write_or_that_leads_elsewhere_is_not_taken() {
    let (home, cache) = home();
    run(&cache).await;
    let path = compiled(&cache);
    fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
    run(&cache).await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let elsewhere = home.path().join("elsewhere");
    fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    run(&cache).await;
    assert!(!fs::symlink_metadata(&path).unwrap().is_symlink());
}

#[tokio::test]
async fn a_directory_that_others_can_use_is_refused() {
    let (home, cache) = home();
    run(&cache).await;
    for mode in [0o777, 0o770, 0o755, 0o702, 0o720] {
        fs::set_permissions(&cache, Permissions::from_mode(mode)).unwrap();
        assert_eq!(refusal(&cache), NotPrivate::OpenToOthers { mode });
    }
    let link = home.path().join("link");
    symlink(&cache, &link).unwrap();
    assert_eq!(refusal(&link), NotPrivate::Symlink);
    let plain = home.path().join("plain");
    fs::write(&plain, "").unwrap();
    assert_eq!(refusal(&plain), NotPrivate::NotADirectory);
}

#[tokio::test]
async fn a_directory_that_others_can_exchange_is_refused() {
    let (home, cache) = home();
    run(&cache).await;
    let above = home.path().join("deep");
    let refused = |path: &Path, expected: NotOurs| match Sandbox::new(Some(cache.clone())) {
        Err(SandboxError::CacheWay { path: at, fault }) => assert_eq!((at.as_path(), fault), (path, expected)),
        Err(error) => panic!("{}", error.explain()),
        Ok(_) => panic!("it was taken"),
    };
    for path in [above.as_path(), home.path()] {
        for mode in [0o702, 0o707, 0o777] {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
            refused(path, NotOurs::Mode { mode });
        }
        fs::set_permissions(path, Permissions::from_mode(0o700)).unwrap();
    }
    // Only root can give a directory away.
    if std::os::unix::fs::chown(&above, Some(12_345), None).is_ok() {
        refused(&above, NotOurs::Owner { owner: 12_345 });
    }
}

#[tokio::test]
async fn a_directory_of_another_user_is_refused() {
    let (_home, cache) = home();
    run(&cache).await;
    // Only root can give a directory away.
    if std::os::unix::fs::chown(&cache, Some(12_345), None).is_ok() {
        assert_eq!(refusal(&cache), NotPrivate::OwnedByAnother { owner: 12_345 });
    }
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_stops_nothing() {
    let (home, _) = home();
    let plain = home.path().join("plain");
    fs::write(&plain, "").unwrap();
    run(&plain.join("cache")).await;
    // A directory that is removed after it was opened stands for a full disk, because root can write anywhere.
    let gone = home.path().join("gone");
    let sandbox = Sandbox::new(Some(gone.clone())).unwrap();
    fs::remove_dir(&gone).unwrap();
    assert!(sandbox.load(&file("tests/noop.wasm")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_may_compile_the_same_component_at_once() {
    let (_home, cache) = home();
    let other = cache.clone();
    let (one, two) = tokio::join!(tokio::spawn(async move { run(&other).await }), run(&cache));
    one.unwrap();
    let () = two;
    compiled(&cache);
}

#[tokio::test]
async fn what_is_not_used_any_more_is_removed() {
    let (_home, cache) = home();
    run(&cache).await;
    let days = |days: u64| std::time::SystemTime::now() - std::time::Duration::from_secs(days * 24 * 60 * 60);
    let used = |name: &str, at| {
        let path = cache.join(name);
        fs::File::create(&path).unwrap().set_modified(at).unwrap();
        path
    };
    let (old, recent) = (used("old.cwasm", days(31)), used("recent.cwasm", days(29)));
    let (abandoned, in_work) = (used(".new-old", days(2)), used(".new-now", days(0)));
    let compiled = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
    let compiled = compiled.max_by_key(|path| fs::metadata(path).unwrap().len()).unwrap();
    fs::remove_file(compiled).unwrap();
    run(&cache).await;
    assert!(!old.exists() && !abandoned.exists());
    assert!(recent.exists() && in_work.exists());
}

#[tokio::test]
async fn what_is_used_stays() {
    let (_home, cache) = home();
    run(&cache).await;
    let path = compiled(&cache);
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(29 * 24 * 60 * 60);
    fs::File::open(&path).unwrap().set_modified(old).unwrap();
    run(&cache).await;
    assert!(fs::metadata(&path).unwrap().modified().unwrap() > old + std::time::Duration::from_secs(24 * 60 * 60));
}
