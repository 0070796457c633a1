//! What was lost or changed behind the journal's back is said.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use stepwell_model::NextAction as _;
use stepwell_model::run_store::RunStore as _;
use tempfile::TempDir;

use super::support::*;
use crate::{JournalStore, StoreError, accept, back_up, examine};

/// A journal that was made a moment ago: all of its runs are in its log.
async fn young() -> TempDir {
    let (home, live) = (home(), home());
    let store = open(&live);
    store.create(new_run("run-1")).await.expect("kept");
    for file in ["journal.db", "journal.db-wal", "journal.mark"] {
        fs::copy(live.path().join(file), home.path().join(file)).expect("copies");
    }
    home
}

/// Asserts that every way into the journal says that it lost something, and changes nothing of the database.
fn assert_lost(home: &Path, because: &str) {
    let database = fs::read(home.join("journal.db")).ok();
    let lost = |found: Result<(), StoreError>| match found {
        Err(lost @ StoreError::Lost { .. }) => assert_eq!(lost.because(), because),
        other => panic!("{other:?}"),
    };
    lost(JournalStore::existing(home).map(drop));
    lost(back_up(home, &home.join("copy.db")));
    assert_eq!(examine(home).expect("it can be read").problems, [because]);
    lost(JournalStore::open(home).map(drop));
    assert_eq!(fs::read(home.join("journal.db")).ok(), database);
    accept(home).expect("no process uses it");
    drop(JournalStore::open(home).expect("the loss is accepted"));
    assert_eq!(examine(home).expect("it can be read").problems, [""; 0]);
}

#[tokio::test]
async fn a_young_journal_whose_log_is_gone_or_empty_has_lost_its_runs() {
    let breaks: [fn(&Path); 2] =
        [|log| fs::remove_file(log).expect("it is there"), |log| fs::write(log, "").expect("it is ours")];
    for breaks in breaks {
        let home = young().await;
        breaks(&home.path().join("journal.db-wal"));
        assert_lost(home.path(), "it held 1 runs, and knows of only 0");
    }
}

#[tokio::test]
async fn a_log_whose_database_is_gone_is_a_loss_also_without_a_mark() {
    let home = young().await;
    let log = fs::read(home.path().join("journal.db-wal")).expect("reads");
    fs::remove_file(home.path().join("journal.mark")).expect("it is there");
    fs::write(home.path().join("journal.db"), "").expect("writes");
    assert_lost(home.path(), "it is missing or empty, and its log is not");
    let kept = fs::read_dir(home.path()).expect("reads").map(|entry| entry.expect("reads").path());
    let kept: Vec<_> = kept.filter(|path| path.to_string_lossy().contains("journal.db.replaced-")).collect();
    assert!(kept.iter().any(|path| fs::read(path).is_ok_and(|bytes| bytes == log)), "{kept:?}");
}

#[test]
fn a_journal_that_never_held_a_run_may_go_without_an_error() {
    let home = home();
    drop(open(&home));
    fs::remove_file(home.path().join("journal.db")).expect("it is there");
    assert!(JournalStore::existing(home.path()).expect("nothing was lost").is_none());
    drop(open(&home));
    assert_eq!(examine(home.path()).expect("reads").problems, [""; 0]);
}

#[tokio::test]
async fn a_mark_that_is_no_text_is_damage_and_stops_nothing() {
    let home = young().await;
    fs::write(home.path().join("journal.mark"), [0xff; 128]).expect("writes");
    assert!(JournalStore::existing(home.path()).expect("it is only a mark").is_some());
    drop(open(&home));
    fs::remove_file(home.path().join("journal.db")).expect("it is there");
    assert!(matches!(JournalStore::existing(home.path()), Err(StoreError::Lost { .. })), "it was written again");
}

#[tokio::test]
async fn a_journal_behind_a_link_is_watched_like_any_other() {
    let (home, disk) = (young().await, home());
    let [link, log] = ["journal.db", "journal.db-wal"].map(|name| home.path().join(name));
    fs::rename(&link, disk.path().join("data.db")).expect("renames");
    symlink(disk.path().join("data.db"), &link).expect("links");
    fs::rename(&log, disk.path().join("data.db-wal")).expect("renames");
    let mode = |name: &str| fs::metadata(disk.path().join(name)).expect(name).permissions().mode() & 0o777;
    fs::set_permissions(disk.path().join("data.db-wal"), Permissions::from_mode(0o644)).expect("it is ours");
    let store = open(&home);
    back_up(home.path(), &home.path().join("copy.db")).expect("copies");
    store.create(new_run("run-2")).await.expect("kept");
    assert_eq!(mode("data.db-wal"), 0o600);
    let bytes = fs::read(disk.path().join("data.db-wal")).expect("reads");
    drop(store);

    fs::write(disk.path().join("data.db-wal"), &bytes[..]).expect("writes");
    let mut flipped = bytes;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    fs::write(disk.path().join("data.db-wal"), flipped).expect("writes");
    assert!(matches!(JournalStore::open(home.path()), Err(StoreError::Lost { .. })), "its log is damaged");
    let restored = crate::restore(home.path(), &home.path().join("copy.db")).expect("puts it back");
    assert_eq!(restored.replaced.as_deref().and_then(Path::parent), Some(disk.path()));
    assert!(link.is_symlink() && examine(home.path()).expect("reads").runs == 1);

    fs::set_permissions(disk.path(), Permissions::from_mode(0o1777)).expect("it is ours");
    let open_to_all = JournalStore::existing(home.path()).expect_err("another user can make a log there");
    assert!(matches!(&open_to_all, StoreError::Foreign { path, .. } if path == disk.path()), "{open_to_all:?}");
    fs::set_permissions(disk.path(), Permissions::from_mode(0o700)).expect("it is ours");

    fs::remove_file(disk.path().join("data.db")).expect("it is there");
    for refused in [JournalStore::open(home.path()).map(drop), JournalStore::existing(home.path()).map(drop)] {
        let refused = refused.expect_err("it leads nowhere");
        assert!(
            refused.to_string().ends_with("journal.db` is a symbolic link to a file that does not exist"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn no_way_into_the_journal_believes_what_another_user_can_write() {
    for name in ["journal.db", "journal.db-wal", "journal.mark", ""] {
        let home = young().await;
        let path = home.path().join(name);
        let before = fs::metadata(&path).expect(name).permissions();
        fs::set_permissions(&path, Permissions::from_mode(before.mode() | 0o002)).expect("it is ours");
        let (ours, copy) = (TempDir::new().expect("a folder"), "copy.db");
        for refused in [
            JournalStore::open(home.path()).map(drop),
            JournalStore::existing(home.path()).map(drop),
            examine(home.path()).map(drop),
            back_up(home.path(), &ours.path().join(copy)),
            accept(home.path()).map(drop),
        ] {
            let refused = refused.expect_err("another user could have written it");
            let chmod = format!("run `chmod o-w {}`", path.display().to_string().trim_end_matches('/'));
            assert!(refused.next().starts_with(&chmod), "{name}: {}", refused.next());
        }
        fs::set_permissions(&path, before).expect("it is ours");
        assert!(JournalStore::existing(home.path()).expect("it is ours alone").is_some());
    }
}

#[tokio::test]
async fn what_others_can_read_is_closed_to_them_by_every_command() {
    let home = young().await;
    let ways: [fn(&Path); 3] = [
        |home| drop(JournalStore::existing(home).expect("opens")),
        |home| drop(examine(home).expect("reads")),
        |home| back_up(home, &home.join("copy.db")).expect("copies"),
    ];
    for way in ways {
        for name in ["journal.db", "journal.mark"] {
            fs::set_permissions(home.path().join(name), Permissions::from_mode(0o644)).expect("it is ours");
        }
        way(home.path());
        for name in ["journal.db", "journal.mark"] {
            let mode = fs::metadata(home.path().join(name)).expect(name).permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[tokio::test]
async fn a_journal_of_an_earlier_release_is_examined_like_any_other() {
    let home = home();
    super::opens::first_release(home.path());
    let found = examine(home.path()).expect("it is sound");
    assert_eq!((found.problems.len(), found.damaged.len()), (0, 0), "{found:?}");
}

#[tokio::test]
async fn a_damaged_component_is_named_with_its_runs_and_the_next_run_that_brings_it_mends_it() {
    let home = home();
    let store = open(&home);
    let with = |name: &str, bytes: &[u8]| {
        let mut run = new_run(name);
        run.snapshot = format!("{{\"of\":\"{name}\"}}");
        run.components = vec![component(bytes)];
        run
    };
    store.create(with("run-1", b"one")).await.expect("kept");
    store.create(with("run-2", b"two")).await.expect("kept");
    drop(store);
    sqlite(home.path()).execute_batch("UPDATE component SET bytes = x'00' WHERE bytes = x'74776f'").expect("writes");
    sqlite(home.path()).execute_batch("UPDATE snapshot SET text = '{}' WHERE text LIKE '%run-1%'").expect("writes");
    let found = examine(home.path()).expect("reads");
    let mut damaged: Vec<_> = found.damaged.iter().map(|(run, _)| run.as_str()).collect();
    damaged.sort_unstable();
    assert_eq!(damaged, ["run-1", "run-2"], "{found:?}");

    let store = open(&home);
    let mut again = with("run-1", b"two");
    again.id = id("run-3");
    again.first = run_of("job", "run-3", hour(0)).first;
    store.create(again).await.expect("kept");
    let healed = store.reader().component(&component(b"two").0).expect("it was written again");
    assert_eq!(healed.as_deref(), Some(&b"two"[..]));
    drop(store);
    let found = examine(home.path()).expect("reads");
    assert_eq!((found.runs, found.damaged.len()), (3, 0), "{found:?}");

    let sql = sqlite(home.path());
    sql.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM component WHERE bytes = x'6f6e65'").expect("writes");
    let found = examine(home.path()).expect("reads");
    let missing = |run| (id(run), "one of its components is missing".to_owned());
    assert_eq!(found.damaged, [missing("run-1"), missing("run-3")]);
}

#[tokio::test]
async fn records_that_are_missing_behind_the_last_one_that_is_found_are_damage() {
    let home = home();
    let store = open(&home);
    let run = store.create(new_run("run-1")).await.expect("kept");
    for seq in 2..=4 {
        append(&store, run, &event(seq, &line("x"))).expect("kept");
    }
    let read = |after| store.reader().events(run, after).map(|events| events.len());
    assert_eq!([read(0).expect("reads"), read(3).expect("reads"), read(4).expect("reads")], [4, 1, 0]);
    sqlite(home.path()).execute_batch("DELETE FROM event WHERE seq > 2").expect("writes");
    for after in [0, 1, 2, 3] {
        let damaged = read(after).expect_err("record 4 was kept").because();
        assert_eq!(damaged, format!("record {} of a run is missing", 3.max(after + 1)), "{after}");
    }
    let damaged = examine(home.path()).expect("reads").damaged;
    assert_eq!(damaged, [(id("run-1"), "record 3 of a run is missing".to_owned())]);
}
