//! Python programs below `tests/emulators`, each alive as long as the value that stands for it.
//!
//! This module starts a program as a process of its own, or lets a [`Nursery`] fork it, which has done the imports: moto
//! then starts in 20 ms of CPU time instead of a second.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;
use tempfile::TempDir;

use super::{EmulatorError, START_LIMIT, scratch};
use crate::python::Venv;
use crate::repository;

/// The variable with the folder of the sockets of a [`Nursery`]. Without it, each program is a new process.
pub const NURSERY: &str = "STEPWELL_TEST_NURSERY";

/// Timeout for the end of a program that has lost its leash.
const END_LIMIT: Duration = Duration::from_secs(10);

/// A running program. Dropping it ends the program; so does the end of this process, however it comes.
#[derive(Debug)]
pub(super) enum Program {
    Started(Child),
    Forked(UnixStream),
}

/// The standard input and output of a program.
pub(super) struct Dialogue {
    pub(super) requests: Box<dyn Write + Send>,
    pub(super) answers: Box<dyn Read + Send>,
}

impl Program {
    /// Runs `command`, a call of the interpreter of a [`Venv`], which writes to `log`.
    pub(super) fn leashed(command: Command, log: &Path) -> Result<Self, EmulatorError> {
        match nursery_for(&command) {
            Some(nursery) => {
                fork(&nursery, &command, Some(log)).map(Self::Forked).map_err(EmulatorError::file(&nursery))
            }
            None => Self::start(command, log),
        }
    }

    fn start(mut command: Command, log: &Path) -> Result<Self, EmulatorError> {
        let program = PathBuf::from(command.get_program());
        let output = File::create(log).and_then(|output| Ok((output.try_clone()?, output)));
        let (stdout, stderr) = output.map_err(EmulatorError::file(log))?;
        // In its own process group, Ctrl-C on the terminal reaches the program under test and not the peer that the
        // program still needs for its last calls.
        command.stdin(Stdio::piped()).stdout(stdout).stderr(stderr).process_group(0);
        command.spawn().map(Self::Started).map_err(EmulatorError::file(&program))
    }

    /// Runs `command`, and returns its standard input and output.
    pub(super) fn dialogue(mut command: Command) -> Result<(Self, Dialogue), EmulatorError> {
        if let Some(nursery) = nursery_for(&command) {
            let forked = fork(&nursery, &command, None).and_then(|stream| {
                let (requests, answers) = (Box::new(stream.try_clone()?), Box::new(stream.try_clone()?));
                Ok((Self::Forked(stream), Dialogue { requests, answers }))
            });
            return forked.map_err(EmulatorError::file(&nursery));
        }
        let program = PathBuf::from(command.get_program());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut process = command.spawn().map_err(EmulatorError::file(&program))?;
        let (Some(requests), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(EmulatorError::ClientGone);
        };
        Ok((Self::Started(process), Dialogue { requests: Box::new(requests), answers: Box::new(answers) }))
    }

    /// Whether the program has ended by itself.
    pub(super) fn has_ended(&mut self) -> bool {
        match self {
            Self::Started(process) => matches!(process.try_wait(), Ok(Some(_))),
            // A program with a leash writes nothing here, so the read returns the end of the file or would block.
            Self::Forked(leash) => {
                let ended = leash.set_nonblocking(true).and_then(|()| leash.read(&mut [0]));
                drop(leash.set_nonblocking(false));
                matches!(ended, Ok(0))
            }
        }
    }
}

impl Drop for Program {
    /// Lets go of the leash, which ends the program and all its children, and waits for their end.
    fn drop(&mut self) {
        match self {
            Self::Started(process) => {
                drop(process.stdin.take());
                drop(process.wait());
            }
            Self::Forked(leash) => {
                drop(leash.shutdown(Shutdown::Write));
                drop(leash.set_read_timeout(Some(END_LIMIT)));
                drop(io::copy(leash, &mut io::sink()));
            }
        }
    }
}

/// The program that `nursery.py` forks.
#[derive(Serialize)]
struct Request<'a> {
    arguments: Vec<&'a str>,
    folder: &'a Path,
    environment: BTreeMap<&'a str, &'a str>,
    log: Option<&'a Path>,
}

/// The socket of the nursery that has imported the packages of this program.
fn nursery_for(command: &Command) -> Option<PathBuf> {
    let folder = std::env::var_os(NURSERY).filter(|folder| !folder.is_empty())?;
    let is_moto = command.get_args().any(|argument| argument == "slow_moto.py");
    Some(Path::new(&folder).join(if is_moto { MOTO } else { OTHERS }))
}

fn fork(nursery: &Path, command: &Command, log: Option<&Path>) -> io::Result<UnixStream> {
    let is_leash = |argument: &&str| *argument != "leash.py";
    let environment = command.get_envs().filter_map(|(name, value)| Some((name.to_str()?, value?.to_str()?)));
    let request = Request {
        arguments: command.get_args().filter_map(|argument| argument.to_str()).filter(is_leash).collect(),
        folder: command.get_current_dir().unwrap_or(Path::new("/")),
        environment: environment.collect(),
        log,
    };
    let request = serde_json::to_vec(&request).map_err(io::Error::other)?;
    let mut stream = UnixStream::connect(nursery)?;
    stream.write_all(&u32::try_from(request.len()).map_err(io::Error::other)?.to_be_bytes())?;
    stream.write_all(&request)?;
    Ok(stream)
}

const MOTO: &str = "moto";
const OTHERS: &str = "others";

/// Two processes that fork the programs of all tests (`tests/emulators/nursery.py`): one has imported moto, the other the
/// remaining packages.
#[derive(Debug)]
pub struct Nursery {
    folder: TempDir,
    _processes: [Program; 2],
}

impl Nursery {
    /// Starts both, and waits until they can fork.
    ///
    /// # Errors
    ///
    /// When one does not come up; the error names its log.
    pub fn start(venv: &Venv) -> Result<Self, EmulatorError> {
        let folder = scratch("nursery")?;
        let start = |kind| {
            let mut command = venv.command();
            command.current_dir(repository::root().join("tests/emulators")).arg("nursery.py");
            command.arg(folder.path().join(kind)).arg(kind);
            Program::start(command, &folder.path().join(format!("{kind}.log")))
        };
        let mut processes = [start(MOTO)?, start(OTHERS)?];
        let started = Instant::now();
        for (process, kind) in processes.iter_mut().zip([MOTO, OTHERS]) {
            while !folder.path().join(kind).exists() {
                let (has_ended, is_late) = (process.has_ended(), started.elapsed() > START_LIMIT);
                let log = || folder.path().join(format!("{kind}.log"));
                if has_ended {
                    return Err(EmulatorError::Ended { name: "nursery.py", log: log() });
                }
                if is_late {
                    return Err(EmulatorError::NotReady { name: "nursery.py", after: START_LIMIT, log: log() });
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(Self { folder, _processes: processes })
    }

    /// The value of [`NURSERY`] for the tests.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
