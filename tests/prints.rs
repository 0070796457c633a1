//! What is printed arrives whole, or the exit code says that it did not. Secrets do not leave through a crash.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::MetadataExt as _;
use std::process::Stdio;

use crate::resumes::running::{Running, waiter};
use crate::support::{Ended, Site, ended};

/// Runs a command whose standard output has no room.
fn without_room(site: &Site, arguments: &[&str]) -> Ended {
    let full = OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    ended(site.command(arguments).stdout(full).output().expect("it starts"))
}

#[test]
fn output_without_room_ends_every_command_with_exit_code_4() {
    let site = waiter(0, 0);
    for command in [
        &["--help"][..],
        &["--version"],
        &["run", "--help"],
        &["schema", "job"],
        &["job", "check", "job.toml"],
        &["job", "plan", "job.toml", "--output", "json"],
        &["plugin", "inspect", "waiter"],
        &["run", "job.toml"],
        &["run", "job.toml", "--output", "json"],
        &["runs", "list"],
    ] {
        let ended = without_room(&site, command);
        assert_eq!(ended.code, 4, "{command:?}: {ended:?}");
        let lines: Vec<_> = ended.stderr.lines().collect();
        let [.., what, because, _] = lines.as_slice() else { panic!("{ended:?}") };
        assert_eq!(*what, "error: the output could not be written completely", "{command:?}");
        assert!(because.starts_with("because: no space left on device"), "{because}");
    }
    let runs = site.stepwell(&["runs", "list", "--output", "json"]).json_lines();
    assert_eq!(runs.len(), 2);
    assert!(runs.iter().all(|run| run["outcome"] == "succeeded"), "a run goes on without its output: {runs:?}");
}

#[test]
fn a_reader_that_has_read_enough_is_no_error() {
    let site = waiter(1, 200);
    for command in [&["--help"][..], &["schema", "job"], &["run", "job.toml"], &["runs", "list"]] {
        let mut child = site.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let ended = ended(child.wait_with_output().expect("it ends"));
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{command:?}");
    }
}

#[test]
fn a_crash_writes_no_memory_to_a_file() {
    let site = waiter(1, 600_000);
    let running = Running::waiting(&site);
    let process = format!("/proc/{}", running.child.id());
    let limits = fs::read_to_string(format!("{process}/limits")).expect("readable");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("Linux has it");
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"], "{core}");
    // The files of a process that cannot be dumped, nor traced, belong to root.
    assert_eq!(fs::metadata(format!("{process}/environ")).expect("it is there").uid(), 0);
    running.kill();
}
