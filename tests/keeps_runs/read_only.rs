//! A `STEPWELL_HOME` on a file system that is mounted read-only.

use std::process::Command;

use crate::keeps_keys::under_shell;
use crate::resumes::running::{Running, waiter};
use crate::support::{Ended, Site, ended};

/// The command, started where the `STEPWELL_HOME` of the site is mounted read-only.
fn read_only(site: &Site, arguments: &[&str]) -> Ended {
    let home = site.home().display();
    let mount = format!("mount --bind '{home}' '{home}' && mount -o remount,bind,ro '{home}' || exit 99");
    let shell = under_shell(&mount, &site.command(arguments));
    let mut command = Command::new("unshare");
    command.arg("-m").arg(shell.get_program()).args(shell.get_args());
    for (name, value) in shell.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    ended(command.current_dir(site.path("")).output().expect("it starts"))
}

fn can_mount() -> bool {
    let can = read_only(&Site::without_aws(), &["--version"]).code == 0;
    if !can {
        eprintln!("not tested: `unshare -m` or `mount` is not available here or not allowed");
    }
    can
}

#[test]
fn a_read_only_home_can_be_read_and_every_command_that_writes_says_why_it_cannot() {
    if !can_mount() {
        return;
    }
    let site = waiter(0, 0);
    assert_eq!(site.run().code, 0);
    assert_eq!(site.pipe(&["keys", "set", "keys/a"], "canary-one").code, 0);
    let run = site.stepwell(&["runs", "list", "--output", "json"]).json_lines()[0]["run"].clone();
    let run = run.as_str().expect("an id");
    let copy = site.path("copy.db");
    for (reading, shows) in [
        (&["runs", "list"][..], run.get(..8).expect("it is longer")),
        (&["runs", "show", run], "succeeded"),
        (&["journal", "check"], "1 run"),
        (&["journal", "backup", copy.to_str().expect("text")], ""),
        (&["job", "check", "job.toml"], "is valid"),
        (&["job", "plan", "job.toml"], "waiter"),
        (&["plugin", "inspect", "waiter"], "waiter"),
        (&["keys", "list"], "keys/a"),
    ] {
        let ended = read_only(&site, reading);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{reading:?}: {ended:?}");
        assert!(ended.stdout.contains(shows), "{reading:?}: {ended:?}");
    }
    for writing in [
        &["run", "job.toml"][..],
        &["run", "job.toml", "--detach"],
        &["runs", "prune", "--yes", "--older-than", "1s"],
        &["serve"],
        &["keys", "remove", "--yes", "keys/a"],
    ] {
        let ended = read_only(&site, writing);
        let [_, because, next] = ended.three_lines(4);
        assert_eq!(because, "because: read-only file system", "{writing:?}");
        assert_eq!(next, "next: set STEPWELL_HOME to a directory that can be written to", "{writing:?}");
    }
    let left: Vec<_> = site.stepwell(&["runs", "list", "--output", "json"]).json_lines();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn what_a_killed_process_left_in_a_read_only_home_is_read_or_the_reason_is_told() {
    if !can_mount() {
        return;
    }
    let site = waiter(1, 600_000);
    drop(Running::waiting(&site).kill());
    let listed = read_only(&site, &["runs", "list"]);
    assert!(listed.code == 0 && listed.stdout.contains("abandoned"), "{listed:?}");
    // A copy of the files that are kept has no shared memory beside them.
    std::fs::remove_file(site.home().join("journal.db-shm")).expect("it is there");
    let listed = read_only(&site, &["runs", "list"]);
    assert_eq!(listed.three_lines(4)[1], "because: read-only file system");
}
