//! What is printed arrives whole, or the exit code says that it did not. Secrets do not leave through a crash.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::process::{Command, Stdio};

use rustix::fs::{OFlags, fcntl_setfl};

use crate::resumes::running::{Running, await_that, waiter};
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
fn output_waits_for_the_reader_of_a_pipe_that_does_not_block() {
    let site = waiter(0, 0);
    let expected = site.stepwell(&["schema", "job"]).stdout;
    let (mut reader, mut writer) = std::io::pipe().expect("there are descriptors");
    fcntl_setfl(&writer, OFlags::NONBLOCK).expect("it is a pipe");
    let room = std::iter::from_fn(|| writer.write(&[b'-'; 4096]).ok()).sum::<usize>();
    let mut child = site.command(&["schema", "job"]).stdout(writer).stderr(Stdio::piped()).spawn().expect("it starts");
    let stat = format!("/proc/{}/stat", child.id());
    await_that("it sleeps", || {
        fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") S ") || stat.contains(") Z "))
    });
    let mut printed = String::new();
    reader.read_to_string(&mut printed).expect("it is text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(printed, "-".repeat(room) + &expected);
}

#[test]
fn a_limit_for_the_size_of_files_is_an_error_and_no_signal() {
    let site = waiter(0, 0);
    let limited = |arguments: &str| {
        let script = format!("ulimit -f 1; exec {} {arguments}", env!("CARGO_BIN_EXE_stepwell"));
        let shell = site.command(&[]);
        let mut limited = Command::new("sh");
        limited.args(["-c", &script]).current_dir(shell.get_current_dir().expect("it has one"));
        limited.envs(shell.get_envs().filter_map(|(name, value)| Some((name, value?))));
        ended(limited.output().expect("it starts"))
    };
    assert_eq!(site.run().code, 0);
    let [what, because, _] = limited("journal backup copy.db").three_lines(4).map(str::to_owned);
    assert!(what.starts_with("error: "), "{what}");
    assert!(because.contains("file too large") || because.contains("disk"), "{because}");
    assert_eq!(site.stepwell(&["journal", "backup", "copy.db"]).code, 0, "nothing is left of it");
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
