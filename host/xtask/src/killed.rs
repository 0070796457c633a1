//! Runs of programs that are killed while they change the disk (`tests/emulators/kill_at.py`).
//!
//! First [`changes`] lists the system calls of a program that change the disk. Then [`before`] and [`after`] run it
//! again for each of them and kill it there. The program determines the order of the calls: where threads race, it
//! differs from run to run.

mod error;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde::Deserialize;
use tempfile::TempDir;

use crate::python::Venv;
use crate::repository;
pub use error::KilledError;

/// The end of a program that was to be killed.
#[derive(Debug)]
pub struct Ended {
    /// The calls that change the disk, in order, such as `renameat2 /a/x -> /a/y`. If the program was killed, it was
    /// killed at the last of them.
    pub changes: Vec<String>,
    /// Whether it was killed. It was not if it made fewer calls.
    pub was_killed: bool,
    /// Its exit code, or the negative number of the signal that ended it.
    pub status: i32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Runs a command to its end and lists the calls that change the disk, including those of its children. The arguments,
/// the folder and the changed environment variables of the command are used; it must not clear the environment.
///
/// # Errors
///
/// When the program fails, or cannot be traced.
pub fn changes(venv: &Venv, command: &Command, stdin: &[u8]) -> Result<Vec<String>, KilledError> {
    let ended = run(venv, ["0", "before"], command, stdin)?;
    if ended.status == 0 {
        return Ok(ended.changes);
    }
    Err(KilledError::Failed { status: ended.status, said: ended.stderr })
}

/// Runs a command like [`changes`] and kills it directly before its `number`th change, counted from 1.
///
/// # Errors
///
/// When the program cannot be traced.
pub fn before(number: usize, venv: &Venv, command: &Command, stdin: &[u8]) -> Result<Ended, KilledError> {
    run(venv, [&number.to_string(), "before"], command, stdin)
}

/// Runs a command like [`changes`] and kills it directly after its `number`th change, counted from 1.
///
/// # Errors
///
/// When the program cannot be traced.
pub fn after(number: usize, venv: &Venv, command: &Command, stdin: &[u8]) -> Result<Ended, KilledError> {
    run(venv, [&number.to_string(), "after"], command, stdin)
}

/// The report of `kill_at.py`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Report {
    Refused { refused: String },
    Ended { changes: Vec<String>, killed: bool, status: i32 },
}

fn run(venv: &Venv, at: [&str; 2], command: &Command, stdin: &[u8]) -> Result<Ended, KilledError> {
    let folder = TempDir::new().map_err(KilledError::file(&std::env::temp_dir()))?;
    let report = folder.path().join("report");
    let output = output(&mut traced(venv, at, &report, command), stdin).map_err(KilledError::file(&venv.python()))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let read = std::fs::read(&report).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    match read {
        Some(Report::Ended { changes, killed, status }) => {
            Ok(Ended { changes, was_killed: killed, status, stdout, stderr })
        }
        Some(Report::Refused { refused }) => Err(KilledError::NotTraced { said: refused }),
        None => Err(KilledError::NoReport { said: stderr }),
    }
}

fn traced(venv: &Venv, at: [&str; 2], report: &Path, command: &Command) -> Command {
    let mut traced = Command::new(venv.python());
    // Isolated: the environment is the program's and must not change what runs the program.
    traced.arg("-I").arg(repository::root().join("tests/emulators/kill_at.py")).args(at).arg(report);
    traced.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        traced.current_dir(folder);
    }
    traced
}

fn output(command: &mut Command, stdin: &[u8]) -> std::io::Result<Output> {
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut pipe) = process.stdin.take() {
        // A program that is killed early does not read its input.
        let _broken_pipe = pipe.write_all(stdin);
    }
    process.wait_with_output()
}

#[cfg(test)]
mod tests {
    use stepwell_model::NextAction as _;

    use super::*;

    struct Shell {
        folder: TempDir,
        venv: Venv,
        command: Command,
    }

    impl Shell {
        fn new(script: &str) -> Self {
            let folder = TempDir::new().unwrap();
            let mut command = Command::new("sh");
            command.args(["-c", script]).current_dir(folder.path());
            Self { folder, venv: Venv::for_tests().unwrap(), command }
        }

        /// The files it left, with their content.
        fn left(&self) -> Vec<(String, String)> {
            let entries = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
            let read = |path: &Path| std::fs::read_to_string(path).unwrap();
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            let mut files: Vec<_> = entries.map(|path| (name(&path), read(&path))).collect();
            files.sort();
            files
        }

        fn clean(&self) {
            for (name, _) in self.left() {
                std::fs::remove_file(self.folder.path().join(name)).unwrap();
            }
        }
    }

    fn file(name: &str, content: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), content.to_owned())]
    }

    #[test]
    fn every_change_of_the_disk_is_listed_and_pipes_are_not() {
        let shell = Shell::new("cat > x; echo said; mv x y");
        let changes = changes(&shell.venv, &shell.command, b"secret").unwrap();
        let [open, write, rename] = changes.as_slice() else { panic!("{changes:?}") };
        assert!(open.starts_with("open") && open.ends_with("/x"), "{open}");
        assert!(write.starts_with("write ") && write.ends_with("/x"), "{write}");
        assert!(rename.starts_with("rename") && rename.ends_with("/y"), "{rename}");
        assert_eq!(shell.left(), file("y", "secret"));
    }

    #[test]
    fn a_program_that_is_killed_before_a_rename_leaves_the_old_name_and_after_it_the_new_one() {
        let shell = Shell::new("echo a > x; echo said; mv x y; echo never");
        let rename = changes(&shell.venv, &shell.command, b"").unwrap().len();
        shell.clean();

        let ended = before(rename, &shell.venv, &shell.command, b"").unwrap();
        assert!(ended.was_killed && ended.status == -9, "{ended:?}");
        assert!(ended.changes.last().unwrap().starts_with("rename"), "{ended:?}");
        assert_eq!((ended.stdout.as_str(), shell.left()), ("said\n", file("x", "a\n")));
        shell.clean();

        let ended = after(rename, &shell.venv, &shell.command, b"").unwrap();
        assert!(ended.was_killed && ended.status == -9, "{ended:?}");
        assert_eq!((ended.stdout.as_str(), shell.left()), ("said\n", file("y", "a\n")));
    }

    #[test]
    fn a_write_is_not_there_before_its_call_and_there_after_it() {
        let shell = Shell::new("echo a > x");
        before(2, &shell.venv, &shell.command, b"").unwrap();
        assert_eq!(shell.left(), file("x", ""));
        after(2, &shell.venv, &shell.command, b"").unwrap();
        assert_eq!(shell.left(), file("x", "a\n"));
    }

    #[test]
    fn children_in_the_background_die_with_the_program() {
        let shell = Shell::new("(while :; do :; done) & echo a > x; wait");
        let ended = before(2, &shell.venv, &shell.command, b"").unwrap();
        assert!(ended.was_killed, "its output would never end while the child holds it: {ended:?}");
    }

    #[test]
    fn a_program_that_ends_before_its_time_is_not_killed() {
        let shell = Shell::new("echo a > x; exit 3");
        let ended = before(9, &shell.venv, &shell.command, b"").unwrap();
        assert_eq!((ended.was_killed, ended.status, ended.changes.len()), (false, 3, 2));
        let error = changes(&shell.venv, &shell.command, b"").unwrap_err();
        assert!(matches!(error, KilledError::Failed { status: 3, .. }), "{error:?}");
    }

    #[test]
    fn why_a_program_was_not_traced_is_said() {
        let venv = Venv::for_tests().unwrap();
        let error = changes(&venv, &Command::new("/no/such/program"), b"").unwrap_err();
        assert!(matches!(error, KilledError::NotTraced { .. }), "{error:?}");
        assert!(error.because().contains("No such file"), "{}", error.explain());
    }
}
