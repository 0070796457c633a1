//! Recovery from the write-ahead log of a killed process, with a damaged end.

use std::fs;
use std::path::Path;

use stepwell_model::run_store::RunStore as _;

use super::child::Second;
use super::support::*;
use crate::{JournalStore, StoreError};

/// Bytes of the head of the log, and of each frame before its page.
const HEAD: usize = 32;
const FRAME: usize = 24 + 4096;

/// The log of a process that was killed while it wrote, and the last record that it reported as kept.
fn killed(home: &Path) -> (Vec<u8>, u64) {
    let mut writer = Second::start("writes", home);
    let mut kept = 0;
    while kept < 60 {
        kept = writer.says("kept").parse().expect("a number");
    }
    writer.kill();
    (fs::read(home.join("journal.db-wal")).expect("reads"), kept)
}

/// The ends of the frames that complete a commit.
fn commits(log: &[u8]) -> Vec<usize> {
    let frames = (0..).map(|frame| HEAD + frame * FRAME).take_while(|at| at + FRAME <= log.len());
    // The database's size in pages; 0 in all frames of a commit but the last.
    frames.filter(|at| log[at + 4..at + 8] != [0; 4]).map(|at| at + FRAME).collect()
}

/// A home with this log, which has no mark.
fn with_log(home: &Path, log: &[u8]) -> tempfile::TempDir {
    let copy = super::support::home();
    fs::copy(home.join("journal.db"), copy.path().join("journal.db")).expect("copies");
    fs::write(copy.path().join("journal.db-wal"), log).expect("writes");
    copy
}

/// Number of records that a database with this log has.
fn recovered(home: &Path, log: &[u8]) -> u64 {
    let copy = with_log(home, log);
    let store = open(&copy);
    let run = store.reader().run(&id("run-1")).expect("reads").expect("it is there");
    let events = store.reader().events(run.info.key, 0).expect("without gaps").len() as u64;
    let sound: String = sqlite(copy.path()).query_row("PRAGMA integrity_check", (), |row| row.get(0)).expect("checks");
    assert_eq!(sound, "ok");
    events
}

#[test]
fn every_record_whose_frames_are_intact_outlives_a_torn_log() {
    let home = home();
    let (log, kept) = killed(home.path());
    let commits = commits(&log);
    let whole = recovered(home.path(), &log);
    assert!(whole >= kept, "{whole} of {kept}");
    // Each record is one commit; those before are the form, the process and the run with its first record.
    let before = commits.len() as u64 + 1 - whole;
    let intact = |damaged: usize| commits.iter().filter(|end| **end <= damaged).count() as u64 + 1 - before;

    let (last, middle) = (commits[commits.len() - 1], commits[commits.len() - 20] + 3 * FRAME / 2);
    for torn in [last - 1, last - FRAME, last - FRAME - 100, middle] {
        assert_eq!(recovered(home.path(), &log[..torn]), intact(torn), "cut at {torn} of {last}");
        let mut flipped = log.clone();
        flipped[torn] ^= 0x55;
        if torn != middle {
            assert_eq!(recovered(home.path(), &flipped), intact(torn), "flipped at {torn} of {last}");
        }
        let mut noise = log.clone();
        noise[torn..].fill(0xa5);
        assert_eq!(recovered(home.path(), &noise), intact(torn), "noise from {torn} of {last}");
    }
}

#[test]
fn a_damaged_frame_before_whole_commits_is_a_loss_that_is_said() {
    let home = home();
    let (log, _) = killed(home.path());
    let commits = commits(&log);
    let frame = commits[commits.len() / 2];
    // In the page, in the number of the page, in the salt, in the checksum; and in the head of the log.
    for at in [frame + 2_000, frame + 1, frame + 9, frame + 17, 3, 9, 18, 25] {
        let mut flipped = log.clone();
        flipped[at] ^= 0x10;
        let copy = with_log(home.path(), &flipped);
        let lost = JournalStore::open(copy.path()).expect_err("commits are behind it");
        assert!(matches!(lost, StoreError::Lost { .. }), "{at}: {lost:?}");
        assert!(JournalStore::existing(copy.path()).is_err(), "{at}");
        assert!(crate::examine(copy.path()).is_ok_and(|found| !found.problems.is_empty()), "{at}");
        assert_eq!(fs::read(copy.path().join("journal.db-wal")).expect("reads"), flipped, "it is left as it is");
        crate::accept(copy.path()).expect("no process uses it");
        drop(open(&copy));
        assert_eq!(crate::examine(copy.path()).expect("reads").problems, [""; 0], "{at}");
    }
}

#[test]
fn a_log_or_a_database_that_is_gone_is_a_loss_that_is_said() {
    let home = home();
    drop(killed(home.path()));
    let before: Vec<_> = fs::read_dir(home.path()).expect("reads").map(|entry| entry.expect("reads").path()).collect();
    let broken = |breaks: &dyn Fn(&Path)| {
        let copy = super::support::home();
        for path in before.iter().filter(|path| path.is_file()) {
            fs::copy(path, copy.path().join(path.file_name().expect("a name"))).expect("copies");
        }
        breaks(copy.path());
        let lost = JournalStore::open(copy.path()).expect_err("something is missing");
        assert!(matches!(lost, StoreError::Lost { .. }), "{lost:?}");
        assert!(JournalStore::existing(copy.path()).is_err());
        assert!(!copy.path().join("journal.db").exists() || copy.path().join("journal.db").is_file());
        crate::accept(copy.path()).expect("no process uses it");
        drop(open(&copy));
    };
    let remove = |home: &Path, names: &[&str]| {
        names.iter().for_each(|name| fs::remove_file(home.join(name)).expect("it is there"))
    };
    broken(&|home| remove(home, &["journal.db-wal"]));
    broken(&|home| remove(home, &["journal.db-wal", "journal.db-shm"]));
    broken(&|home| remove(home, &["journal.db", "journal.db-wal", "journal.db-shm"]));
    broken(&|home| {
        remove(home, &["journal.db-wal", "journal.db-shm"]);
        fs::write(home.join("journal.db"), "").expect("writes");
    });
}
