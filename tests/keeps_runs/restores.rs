//! Putting a copy of the journal back, against other processes, crashes and a full disk.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Instant;

use rustix::fs::{CWD, FileType, mknodat};
use rustix::process::{Pid, Signal, kill_process};
use stepwell_xtask::killed;
use tempfile::TempDir;

use super::assert_kept;
use super::files::{sqlite, three_lines};
use crate::keeps_keys::under_shell;
use crate::resumes::running::waiter;
use crate::support::{Site, ended, venv};

/// A site with two runs, and `copy.db` with the first of them; and the ids of both.
fn copied() -> (Site, [String; 2]) {
    let site = waiter(0, 0);
    let run = || assert_kept(&site, &site.run_json().1);
    let first = run();
    assert_eq!(site.stepwell(&["journal", "backup", "copy.db"]).code, 0);
    let second = run();
    (site, [first, second])
}

/// The runs that the journal holds, the oldest first.
fn runs(site: &Site) -> Vec<String> {
    let listed = site.stepwell(&["runs", "list", "--output", "json"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""), "{listed:?}");
    let ids = listed.json_lines().into_iter().rev().map(|run| run["run"].as_str().expect("an id").to_owned());
    ids.collect()
}

/// The unfinished copies beside the journal.
fn unfinished(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home).expect("a folder").map(|entry| entry.expect("readable").path());
    entries.filter(|path| path.to_string_lossy().contains(".journal.db.new-")).collect()
}

/// Starts to put a copy back that takes a while, and sends it this signal as soon as it works.
fn interrupted(site: &Site, signal: Signal) -> Child {
    let fills = "db.execute('CREATE TABLE lost_and_found AS SELECT randomblob(100000000) AS bytes')";
    assert!(sqlite(&site.path("copy.db"), fills).wait().expect("it ends").success());
    let mut command = site.command(&["journal", "restore", "copy.db"]);
    let restoring = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let since = Instant::now();
    while unfinished(site.home()).is_empty() {
        assert!(since.elapsed().as_secs() < 60, "it makes a copy first");
    }
    kill_process(Pid::from_child(&restoring), signal).expect("it is there");
    assert!(!unfinished(site.home()).is_empty(), "it was still at work");
    restoring
}

#[test]
fn a_run_that_begins_while_a_copy_is_put_back_is_not_lost() {
    let (site, [first, _]) = copied();
    let restoring = interrupted(&site, Signal::STOP);
    let mut running = site.start();
    let mut told = String::new();
    BufReader::new(running.stderr.take().expect("it is piped")).read_line(&mut told).expect("readable");
    kill_process(Pid::from_child(&restoring), Signal::CONT).expect("it is there");
    let restored = ended(restoring.wait_with_output().expect("it ends"));
    assert_eq!(restored.code, 0, "{restored:?}");
    let running = ended(running.wait_with_output().expect("it ends"));
    assert_eq!(running.code, 0, "{running:?}");
    let begun = assert_kept(&site, &running.json_lines());
    assert_eq!(runs(&site), [first, begun]);
    assert!(told.ends_with("waiting for the journal: another process puts a copy back or accepts a loss\n"), "{told}");
}

#[test]
fn a_restore_that_was_killed_leaves_the_journal_as_it_was_and_the_next_one_removes_what_is_left() {
    let (site, both) = copied();
    let killed = interrupted(&site, Signal::KILL).wait_with_output().expect("it ends");
    assert!(!killed.status.success());
    assert_eq!(runs(&site), both);
    assert_eq!(unfinished(site.home()).len(), 1);
    assert_eq!(site.stepwell(&["journal", "restore", "copy.db"]).code, 0);
    assert_eq!(runs(&site), both[..1]);
    assert!(unfinished(site.home()).is_empty());
}

/// A site with the same files in its home.
fn twin(of: &Site) -> Site {
    let twin = waiter(0, 0);
    for entry in fs::read_dir(of.home()).expect("a folder").map(|entry| entry.expect("readable")) {
        if entry.path().is_file() {
            fs::copy(entry.path(), twin.home().join(entry.file_name())).expect("it is ours");
        }
    }
    fs::copy(of.path("copy.db"), twin.path("copy.db")).expect("it is ours");
    twin
}

#[test]
fn a_restore_that_is_killed_beside_any_rename_leaves_a_whole_journal_or_an_error() {
    let (site, both) = copied();
    let (venv, whole) = (venv(), twin(&site));
    let restore = |site: &Site| site.command(&["journal", "restore", "copy.db"]);
    let changes = killed::changes(&venv, &restore(&whole), b"").expect("it is traced");
    let renames = (1..).zip(&changes).filter(|(_, change)| change.starts_with("rename")).map(|(number, _)| number);
    let mut errors = 0;
    for number in renames {
        for kill in [killed::before, killed::after] {
            let site = twin(&site);
            let over = kill(number, &venv, &restore(&site), b"").expect("it is traced");
            assert!(over.was_killed, "{number} of {changes:?}: {over:?}");
            let listed = site.stepwell(&["runs", "list"]);
            if listed.code == 0 {
                assert!([&both[..], &both[..1]].contains(&runs(&site).as_slice()), "{number} of {changes:?}");
            } else {
                errors += 1;
                let [what, because, _] = three_lines(&listed);
                assert!(what.ends_with("journal.db` has lost runs or records"), "{number} of {changes:?}: {what}");
                assert!(because.starts_with("because: `stepwell journal restore` was interrupted"), "{because}");
            }
            let again = site.stepwell(&["journal", "restore", "copy.db"]);
            assert_eq!(again.code, 0, "{number} of {changes:?}: {again:?}");
            assert_eq!(runs(&site), both[..1]);
            assert!(unfinished(site.home()).is_empty(), "{number} of {changes:?}");
        }
    }
    assert!(errors > 0, "{changes:?}");
}

#[test]
fn a_copy_for_which_there_is_no_room_replaces_nothing() {
    let (site, both) = copied();
    let restore = site.command(&["journal", "restore", "copy.db"]);
    let refused = ended(under_shell("trap '' XFSZ; ulimit -f 8", &restore).output().expect("it starts"));
    let [what, _, next] = three_lines(&refused);
    assert_eq!(what, format!("error: cannot write `{}`", site.home().join("journal.db").display()));
    assert_eq!(next, "next: make room on that disk and try again; the earlier contents are unchanged");
    assert_eq!(runs(&site), both);
    assert!(unfinished(site.home()).is_empty());
}

#[test]
fn only_a_regular_file_is_put_back() {
    let (site, both) = copied();
    let pipe = site.path("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, 0o600.into(), 0).expect("it can be made");
    let [what, because, next] = three_lines(&site.stepwell(&["journal", "restore", "pipe"]));
    assert_eq!(what, "error: `pipe` is no copy of a journal");
    assert_eq!(because, "because: it is no regular file");
    assert_eq!(next, "next: name a file that `stepwell journal backup` wrote, or a `journal.db.replaced-…`");
    assert_eq!(runs(&site), both);
}

#[test]
fn a_journal_behind_a_link_is_put_back_where_the_link_leads() {
    let (site, both) = copied();
    let (disk, link) = (TempDir::new().expect("a folder"), site.home().join("journal.db"));
    let target = disk.path().join("data.db");
    fs::copy(&link, &target).and_then(|_| fs::remove_file(&link)).expect("it is ours");
    std::os::unix::fs::symlink(&target, &link).expect("it can be made");
    assert_eq!(runs(&site), both);
    assert_eq!(site.stepwell(&["journal", "restore", "copy.db"]).code, 0);
    assert_eq!(runs(&site), both[..1]);
    assert!(link.is_symlink() && target.is_file());
    fs::remove_file(&target).expect("it is there");
    let [what, because, _] = three_lines(&site.stepwell(&["runs", "list"]));
    assert_eq!(what, format!("error: `{}` is a symbolic link to a file that does not exist", link.display()));
    assert_eq!(because, format!("because: `{}` does not exist", target.display()));
}
