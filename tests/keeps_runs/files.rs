//! Journal files that are locked, damaged or torn, and files that are no journal.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::Value as Json;

use super::{assert_goes_on, assert_kept, logged};
use crate::resumes::running::{Running, waiter};
use crate::support::{Ended, Site, ended, venv};

/// The commands that use the journal. `x` is no run.
const COMMANDS: [&[&str]; 7] = [
    &["run", "job.toml"],
    &["runs", "list"],
    &["runs", "show", "x"],
    &["runs", "logs", "x"],
    &["runs", "resume", "x"],
    &["runs", "cancel", "x"],
    &["serve", "--until-idle"],
];

pub fn three_lines(ended: &Ended) -> [String; 3] {
    let serving = ended.stderr.starts_with("executing");
    let stderr = ended.stderr.lines().skip(usize::from(serving)).collect::<Vec<_>>().join("\n");
    Ended { code: ended.code, stdout: String::new(), stderr }.three_lines(4).map(str::to_owned)
}

#[test]
fn a_mistyped_home_is_told_before_runs_miss_their_settings() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let home = |name: &str| folder.path().join(name);
    fs::create_dir_all(home("stepwell")).expect("it is ours");
    let listed = |name: &str| {
        let site = Site::without_aws();
        ended(site.command(&["runs", "list"]).env("STEPWELL_HOME", home(name)).output().expect("it starts"))
    };
    assert_eq!(listed("stepwel").code, 0, "the other directory is no home");
    fs::write(home("stepwell/stepwell.toml"), "").expect("it is ours");
    let told = listed("stepwel");
    let [what, because, next] = told.three_lines(2);
    assert_eq!(what, format!("error: STEPWELL_HOME `{}` does not exist", home("stepwel").display()));
    let does = format!(
        "because: `{}` does, and has the settings, keys or runs of a STEPWELL_HOME",
        home("stepwell").display()
    );
    assert_eq!(because, does);
    assert!(next.starts_with("next: correct STEPWELL_HOME, or create "), "{next}");
    assert_eq!(listed("another").code, 0);
}

#[test]
fn a_file_that_is_no_journal_is_refused_and_left_as_it_is() {
    for text in ["this is a text file\n".to_owned(), "this is a longer text file\n".repeat(500)] {
        let site = waiter(0, 0).home_file("journal.db", &text);
        let journal = site.home().join("journal.db");
        fs::set_permissions(&journal, fs::Permissions::from_mode(0o600)).expect("it is ours");
        for command in COMMANDS {
            let [what, because, next] = three_lines(&site.stepwell(command));
            assert_eq!(what, format!("error: `{}` is no journal of stepwell", journal.display()), "{command:?}");
            assert_eq!(because, "because: it is no SQLite database");
            let away = format!("next: move `{}` away, or set STEPWELL_HOME to another directory", journal.display());
            assert_eq!(next, away);
        }
        assert_eq!(fs::read_to_string(&journal).expect("it is there"), text);
        fs::remove_file(journal).expect("it is ours");
        assert_eq!(site.run().code, 0);
    }
}

/// A Python process that runs this script on its own connection to a database.
pub fn sqlite(database: &Path, script: &str) -> Child {
    let mut python = venv().command();
    python.args([
        "-c",
        &format!("import sqlite3, sys\ndb = sqlite3.connect(sys.argv[1], isolation_level=None)\n{script}"),
    ]);
    python.arg(database).stdin(Stdio::piped()).stdout(Stdio::piped());
    python.spawn().expect("it starts")
}

#[test]
fn a_journal_that_another_program_has_locked_is_waited_for_and_no_run_fails() {
    let site = waiter(1, 1_000);
    let running = Running::waiting(&site);
    let mut locking = sqlite(
        &site.home().join("journal.db"),
        "db.execute('BEGIN EXCLUSIVE')\nprint('locked', flush=True)\nsys.stdin.read()",
    );
    let mut said = String::new();
    BufReader::new(locking.stdout.take().expect("it is piped")).read_line(&mut said).expect("readable");
    assert_eq!(said, "locked\n");
    // Readers do not wait for the lock.
    assert_eq!(site.stepwell(&["runs", "list", "--state", "open", "--output", "json"]).json_lines().len(), 1);
    let mut another = site.command(&["run", "job.toml"]);
    let mut another = another.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut told = String::new();
    BufReader::new(another.stderr.take().expect("it is piped")).read_line(&mut told).expect("readable");
    assert!(told.ends_with("waiting for the journal: another program has locked it\n"), "{told}");

    drop(locking.stdin.take());
    locking.wait().expect("it ends");
    let (over, another) = (running.end(), ended(another.wait_with_output().expect("it ends")));
    assert_eq!((over.code, another.code), (0, 0), "{over:?} {another:?}");
    assert_kept(&site, &over.lines);
    assert_eq!(site.stepwell(&["runs", "list", "--output", "json"]).json_lines().len(), 2);
}

#[test]
fn forty_processes_that_begin_at_once_all_keep_their_runs() {
    let site = waiter(0, 0);
    // The first makes the journal, and the others find it.
    let running: Vec<_> = (0..40).map(|_| site.start()).collect();
    let ended = running.into_iter().map(|running| ended(running.wait_with_output().expect("it ends")));
    let mut runs: Vec<String> = ended
        .map(|ended| {
            assert_eq!(ended.code, 0, "{ended:?}");
            assert_kept(&site, &ended.json_lines())
        })
        .collect();
    runs.sort();
    runs.dedup();
    assert_eq!(runs.len(), 40);
    let listed = site.stepwell(&["runs", "list", "--state", "ended", "--output", "json", "--limit", "100"]);
    assert_eq!(listed.json_lines().len(), 40, "{listed:?}");
}

#[test]
fn a_damaged_journal_and_one_of_a_newer_release_have_their_own_errors() {
    let site = waiter(0, 0);
    assert_eq!(site.run().code, 0);
    let journal = site.home().join("journal.db");
    let sound = fs::read(&journal).expect("it is there");
    assert!(
        sqlite(&site.home().join("journal.db"), "db.execute('PRAGMA user_version = 99')")
            .wait()
            .expect("it ends")
            .success()
    );
    for command in COMMANDS {
        let [what, because, _] = three_lines(&site.stepwell(command));
        assert_eq!(what, format!("error: `{}` belongs to a newer stepwell", journal.display()), "{command:?}");
        assert_eq!(because, "because: its schema has version 99, and this stepwell knows 5 at most");
    }
    let mut damaged = sound.clone();
    // The first page after its header, which holds the schema.
    damaged[100..4000].fill(0xff);
    fs::write(&journal, damaged).expect("it is ours");
    for command in COMMANDS {
        let [what, _, next] = three_lines(&site.stepwell(command));
        assert_eq!(what, format!("error: `{}` is damaged", journal.display()), "{command:?}");
        assert!(next.contains(".recover") && next.ends_with("`stepwell journal restore FILE`"), "{next}");
    }
    fs::write(&journal, sound).expect("it is ours");
    assert_eq!(site.run().code, 0);
}

/// Kills a run in its second wait and returns what it printed. No other process has opened the journal since.
fn killed(site: &Site) -> Vec<Json> {
    let mut running = Running::waiting(site);
    running.until("step_waiting");
    running.kill()
}

#[test]
fn a_record_that_was_being_written_at_the_crash_takes_no_other_with_it() {
    let half: Vec<u8> = (0..3_000).map(|number| (number % 251) as u8).collect();
    for torn in [&half[..10], &half[..], &[0; 5_000]] {
        let site = waiter(3, 700);
        let printed = killed(&site);
        let log = site.home().join("journal.db-wal");
        let mut bytes = fs::read(&log).expect("it is there");
        bytes.extend_from_slice(torn);
        fs::write(&log, bytes).expect("it is ours");
        let id = assert_kept(&site, &printed);
        assert_goes_on(&site, &id);
        assert_kept(&site, &printed);
    }
}

/// A frame of SQLite's write-ahead log: a page and its header. The last record takes several, the run's next wake time
/// one or two.
const FRAME: usize = 4_096 + 24;

#[test]
fn a_log_that_lost_its_end_keeps_all_that_stands_before() {
    let site = waiter(3, 700);
    let printed = killed(&site);
    let log = site.home().join("journal.db-wal");
    let bytes = fs::read(&log).expect("it is there");
    fs::write(&log, &bytes[..bytes.len() - 6 * FRAME]).expect("it is ours");
    let id = printed[0]["run"].as_str().expect("an id");
    let kept = logged(&site, id);
    // On a busy machine, one commit has several records.
    assert!((1..printed.len()).contains(&kept.len()), "only the end is lost: {} of {}", kept.len(), printed.len());
    assert_eq!(kept[..], printed[..kept.len()]);
    assert_goes_on(&site, id);
}

/// Asserts that every command says that the journal has lost something, until the operator accepts the loss.
fn lost_until_accepted(site: &Site, because: &str) {
    let journal = site.home().join("journal.db");
    let journal = journal.canonicalize().unwrap_or(journal);
    for command in COMMANDS {
        let [what, reason, next] = three_lines(&site.stepwell(command));
        assert_eq!(what, format!("error: `{}` has lost runs or records", journal.display()), "{command:?}");
        assert!(reason.contains(because), "{reason}");
        assert!(next.contains("journal restore") && next.contains("--accept-loss"), "{next}");
    }
    let checked = site.stepwell(&["journal", "check"]);
    assert_eq!(checked.code, 4, "{checked:?}");
    assert!(checked.stdout.contains("damaged: ") && checked.stderr.contains(because), "{checked:?}");
    // A process that ends while one of its threads still reads leaves its log, which is kept when its database is gone.
    let length = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    let kept = length(&journal) == 0 && length(&PathBuf::from(format!("{}-wal", journal.display()))) > 0;
    let accepted = site.stepwell(&["journal", "check", "--accept-loss"]);
    assert_eq!(accepted.code, 0, "{accepted:?}");
    assert_eq!(accepted.stderr.contains("what was left of it is kept as"), kept, "{accepted:?}");
    assert_eq!(accepted.stderr.lines().count(), usize::from(kept), "{accepted:?}");
    assert_eq!(site.stepwell(&["runs", "list"]).code, 0);
}

#[test]
fn a_flipped_bit_in_the_log_loses_no_run_without_a_word() {
    let site = waiter(3, 700);
    drop(killed(&site));
    let log = site.home().join("journal.db-wal");
    let mut bytes = fs::read(&log).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&log, bytes).expect("it is ours");
    lost_until_accepted(&site, "of its log is damaged");
}

#[test]
fn a_log_or_database_that_was_deleted_or_emptied_is_not_a_new_journal() {
    let site = waiter(3, 700);
    drop(killed(&site));
    fs::remove_file(site.home().join("journal.db-wal")).expect("it is there");
    lost_until_accepted(&site, "");
    let empty: fn(&Path) = |path| fs::write(path, "").expect("it is ours");
    for breaks in [|path: &Path| fs::remove_file(path).expect("it is there"), empty] {
        let site = waiter(0, 0);
        assert_eq!(site.run().code, 0);
        breaks(&site.home().join("journal.db"));
        lost_until_accepted(&site, "it is missing or empty, and it held 1 runs");
        assert_eq!(site.run().code, 0);
    }
}

#[test]
fn a_young_journal_without_its_log_is_no_empty_one() {
    let empty: fn(&Path) = |path| fs::write(path, "").expect("it is ours");
    for breaks in [|path: &Path| fs::remove_file(path).expect("it is there"), empty] {
        let site = waiter(3, 700);
        drop(killed(&site));
        breaks(&site.home().join("journal.db-wal"));
        for command in [&["runs", "list"][..], &["journal", "backup", "copy.db"]] {
            let [what, because, _] = three_lines(&site.stepwell(command));
            assert!(what.ends_with("journal.db` has lost runs or records"), "{command:?}: {what}");
            assert_eq!(because, "because: it held 1 runs, and knows of only 0", "{command:?}");
        }
        lost_until_accepted(&site, "it held 1 runs, and knows of only 0");
    }
}

#[test]
fn a_damaged_log_is_noticed_behind_a_link_as_well() {
    let (site, disk) = (waiter(3, 700), tempfile::TempDir::new().expect("a folder"));
    let link = site.home().join("journal.db");
    assert_eq!(site.stepwell(&["serve", "--until-idle"]).code, 0, "it makes the journal");
    fs::copy(&link, disk.path().join("data.db")).and_then(|_| fs::remove_file(&link)).expect("it is ours");
    std::os::unix::fs::symlink(disk.path().join("data.db"), &link).expect("it can be made");
    drop(killed(&site));
    let log = disk.path().join("data.db-wal");
    let mut bytes = fs::read(&log).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&log, bytes).expect("it is ours");
    lost_until_accepted(&site, "of its log is damaged");
}

#[test]
fn a_journal_that_every_user_can_write_is_not_believed() {
    let site = waiter(0, 0);
    assert_eq!(site.run().code, 0);
    let journal = site.home().join("journal.db");
    let own = [&["journal", "check"][..], &["journal", "check", "--accept-loss"], &["journal", "backup", "copy.db"]];
    for command in COMMANDS.into_iter().chain(own) {
        fs::set_permissions(&journal, fs::Permissions::from_mode(0o666)).expect("it is ours");
        let [what, because, next] = three_lines(&site.stepwell(command));
        assert_eq!(what, format!("error: `{}` is not yours alone", journal.display()), "{command:?}");
        assert!(because.ends_with("its permissions are 666"), "{because}");
        assert!(next.starts_with(&format!("next: run `chmod go-w {}`", journal.display())), "{next}");
    }
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let listed = site.stepwell(&["runs", "list"]);
    assert!(listed.stderr.contains("it was open to other users; it is closed to them now"), "{listed:?}");
    assert_eq!(fs::metadata(&journal).expect("it is there").permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_copy_of_the_journal_is_made_while_a_run_waits_and_put_back_later() {
    let site = waiter(1, 2_000);
    let running = Running::waiting(&site);
    let copied = site.stepwell(&["journal", "backup", "copy.db", "--output", "json"]);
    assert_eq!((copied.code, &copied.json_lines()[0]["file"]), (0, &"copy.db".into()), "{copied:?}");
    let [what, because, _] = site.stepwell(&["journal", "restore", "copy.db"]).three_lines(4).map(str::to_owned);
    assert!(what.ends_with("journal.db` is in use"), "{what}");
    assert!(because.contains("process "), "{because}");
    site.stepwell(&["journal", "backup", "copy.db"]).three_lines(4);
    let over = running.end();
    assert_eq!(over.code, 0, "{over:?}");
    assert_eq!(site.run().code, 0);

    let restored = site.stepwell(&["journal", "restore", "copy.db", "--output", "json"]);
    let said = &restored.json_lines()[0];
    assert_eq!((restored.code, &said["runs"], &said["paused"]), (0, &1.into(), &1.into()), "{restored:?}");
    let runs = site.stepwell(&["runs", "list", "--output", "json"]).json_lines();
    assert_eq!((runs.len(), &runs[0]["state"]), (1, &"paused".into()), "{runs:?}");
    assert_eq!(site.stepwell(&["serve", "--until-idle"]).code, 0, "it takes no run of the past by itself");
    assert_goes_on(&site, over.lines[0]["run"].as_str().expect("an id"));
    let checked = site.stepwell(&["journal", "check"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{checked:?}");
}
