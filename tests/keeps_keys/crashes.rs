//! `keys set`, killed at any moment, leaves a store that opens.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;

use stepwell_secrets::KeyError;
use stepwell_xtask::killed;

use super::{keys, secret, set};
use crate::support::{Site, venv};

/// Kills `keys set keys/a` right before and right after each of its disk writes, each time from the same start.
fn kill_at_every_change(prepare: impl Fn(&Site), check: impl Fn(&Site, &str)) {
    let venv = venv();
    let site = || {
        let site = Site::without_aws();
        prepare(&site);
        site
    };
    let whole = site();
    let changes = killed::changes(&venv, &keys(&whole, &["set", "keys/a"]), b"canary-new").expect("it is traced");
    assert!(changes.iter().any(|change| change.starts_with("rename")), "{changes:?}");
    for number in 1..=changes.len() {
        for kill in [killed::before, killed::after] {
            let site = site();
            let ended = kill(number, &venv, &keys(&site, &["set", "keys/a"]), b"canary-new").expect("it is traced");
            assert!(ended.was_killed, "{number}: {ended:?}");
            check(&site, &format!("{number} of {changes:?}"));
            let after = set(&site, "keys/b", "canary-b");
            assert_eq!(after.code, 0, "{number} of {changes:?}: {after:?}");
            assert_eq!(secret(site.home(), "keys/b").as_deref(), Ok("canary-b"));
            check(&site, &format!("{number} of {changes:?}, and another key set"));
            let left = fs::read_dir(site.home().join("keys")).expect("a folder").count();
            assert_eq!(left, 3, "{number} of {changes:?}: what the crash left is gone");
        }
    }
}

#[test]
fn a_crash_at_any_change_of_the_disk_leaves_the_old_secret_or_the_new_one() {
    let prepare = |site: &Site| {
        set(site, "keys/other", "canary-other");
        set(site, "keys/a", "canary-old");
    };
    let seen = RefCell::new(BTreeSet::new());
    kill_at_every_change(prepare, |site, at| {
        let now = secret(site.home(), "keys/a").unwrap_or_else(|error| panic!("{at}: {error:?}"));
        seen.borrow_mut().insert(now);
        assert_eq!(secret(site.home(), "keys/other").as_deref(), Ok("canary-other"), "{at}");
    });
    assert_eq!(seen.into_inner().into_iter().collect::<Vec<_>>(), ["canary-new", "canary-old"]);
}

#[test]
fn a_crash_while_the_store_is_made_leaves_none_or_a_whole_one() {
    let seen = RefCell::new(BTreeSet::new());
    let check = |site: &Site, at: &str| {
        let now = secret(site.home(), "keys/a");
        assert!(matches!(now, Ok(_) | Err(KeyError::NoSuchKey { .. })), "{at}: {now:?}");
        seen.borrow_mut().insert(now.ok());
    };
    kill_at_every_change(|_| {}, check);
    assert_eq!(seen.into_inner().into_iter().collect::<Vec<_>>(), [None, Some("canary-new".to_owned())]);
}
