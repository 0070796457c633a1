//! A full disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tempfile::TempDir;

use super::{assert_goes_on, assert_kept};
use crate::keeps_keys::under_shell;
use crate::resumes::fleet::share_cache;
use crate::resumes::running::{Over, Running, waiter};
use crate::support::Site;

/// Runs a job whose process may write to no file after its first wait.
fn out_of_room_at_the_first_wait(site: &Site) -> Over {
    // The kernel also sends SIGXFSZ, which would kill the process.
    let mut running =
        Running::start(under_shell("trap '' XFSZ", &site.command(&["run", "job.toml", "--output", "json"])));
    running.until("step_waiting");
    let nothing = Rlimit { current: Some(0), maximum: None };
    prlimit(Some(Pid::from_child(&running.child)), Resource::Fsize, nothing).expect("it is ours");
    running.end()
}

fn last_words(over: &Over) -> [&str; 3] {
    assert_eq!(over.code, 4, "{over:?}");
    let lines: Vec<_> = over.stderr.lines().collect();
    let [.., what, because, next] = lines.as_slice() else { panic!("{over:?}") };
    [what, because, next]
}

#[test]
fn a_run_whose_journal_cannot_grow_stops_and_can_be_resumed() {
    let site = waiter(2, 1_000);
    let over = out_of_room_at_the_first_wait(&site);
    let [what, because, _] = last_words(&over);
    let journal = site.home().join("journal.db");
    assert_eq!(what, format!("error: the run stopped, because `{}` cannot be used", journal.display()));
    assert!(because.starts_with("because: SQLite says: disk I/O error"), "{because}");
    let id = assert_kept(&site, &over.lines);
    assert_goes_on(&site, &id);
    assert_kept(&site, &over.lines);
}

/// For `ulimit -f`: too few for a journal with the job's component, enough for the memory image of the component.
const TOO_FEW_BLOCKS: u32 = 280;

#[test]
fn a_run_that_the_journal_cannot_take_does_not_begin() {
    let (site, warm) = (waiter(0, 0), waiter(0, 0));
    assert_eq!(warm.run().code, 0);
    share_cache(&warm, &site);
    let script = format!("trap '' XFSZ; ulimit -f {TOO_FEW_BLOCKS}");
    let over = Running::start(under_shell(&script, &site.command(&["run", "job.toml", "--output", "json"]))).end();
    let [what, _, _] = last_words(&over);
    assert!(what.ends_with("journal.db` cannot be used"), "{what}");
    assert_eq!(over.records().len(), 0, "nothing began: {over:?}");
    let runs = || site.stepwell(&["runs", "list", "--output", "json"]).json_lines().len();
    assert_eq!(runs(), 0);
    assert_eq!((site.run().code, runs()), (0, 1));
}

/// A small disk. Only some users may mount one.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs"]).arg(folder.path());
        let is_mounted = mount.output().is_ok_and(|output| output.status.success());
        is_mounted.then_some(Self { folder })
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Fills the disk.
    fn fill(&self) {
        let kind = fs::write(self.ballast(), vec![1; 16 << 20]).expect_err("it is small").kind();
        assert_eq!(kind, std::io::ErrorKind::StorageFull);
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A lazy unmount, because a process that the test left behind may still use the disk.
        let _status = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

fn at(home: &Path, mut command: Command) -> Command {
    command.env("STEPWELL_HOME", home);
    command
}

/// Runs only where the tests may mount a disk, usually as root.
#[test]
fn a_full_disk_is_named_in_the_error_and_every_printed_record_is_kept() {
    let Some(disk) = SmallDisk::mount() else { return };
    let home = disk.folder.path();
    let site = waiter(2, 1_000);
    let mut running = Running::start(at(home, site.command(&["run", "job.toml", "--output", "json"])));
    running.until("step_waiting");
    disk.fill();
    let over = running.end();
    let journal = home.join("journal.db");
    let [what, because, next] = last_words(&over);
    assert_eq!(what, format!("error: the run stopped, because there is no room for `{}`", journal.display()));
    assert_eq!(because, "because: SQLite says: database or disk is full (code 13)");
    assert_eq!(next, "next: make room on that disk and try again; what was kept before is kept");

    // While the disk is full, no run begins, and existing runs can be listed.
    let refused = at(home, site.command(&["run", "job.toml"])).output().expect("it starts");
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    let list = || at(home, site.command(&["runs", "list", "--output", "json"])).output().expect("it starts");
    let listed = crate::support::ended(list());
    assert_eq!((listed.code, listed.json_lines().len()), (0, 1), "{listed:?}");

    fs::remove_file(disk.ballast()).expect("it is there");
    let id = over.lines[0]["run"].as_str().expect("an id");
    let resumed = at(home, site.command(&["runs", "resume", id])).output().expect("it starts");
    assert_eq!(resumed.status.code(), Some(0), "{resumed:?}");
    let logs = at(home, site.command(&["runs", "logs", id, "--output", "json"])).output().expect("it starts");
    let kept = crate::support::ended(logs).json_lines();
    assert_eq!(&kept[..over.records().len()], over.records());
}
