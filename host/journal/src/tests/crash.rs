//! Recovery from the write-ahead log of a killed process, with a damaged end.

use std::fs;
use std::path::Path;

use stepwell_model::run_store::RunStore as _;

use super::child::Second;
use super::support::*;

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

/// Number of records that a database with this log has.
fn recovered(home: &Path, log: &[u8]) -> u64 {
    let copy = super::support::home();
    fs::copy(home.join("journal.db"), copy.path().join("journal.db")).expect("copies");
    fs::write(copy.path().join("journal.db-wal"), log).expect("writes");
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
        assert_eq!(recovered(home.path(), &flipped), intact(torn), "flipped at {torn} of {last}");
        let mut noise = log.clone();
        noise[torn..].fill(0xa5);
        assert_eq!(recovered(home.path(), &noise), intact(torn), "noise from {torn} of {last}");
    }
}
