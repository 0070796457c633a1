//! Processes that execute runs in the background.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use stepwell_model::id::RunId;

use crate::error::CliError;

/// A process for a run, ready to be started.
pub struct Executor(Command);

/// Makes a process for a run ready: it has this one's environment, and with it its AWS credentials. It outlives the
/// terminal; what it has to say about itself is in `STEPWELL_HOME/executors.log`.
pub fn executor(home: &Path, run: &RunId) -> Result<Executor, CliError> {
    let failed = |what| move |error: std::io::Error| CliError::System { what, reason: error.to_string() };
    let program = std::env::current_exe().map_err(failed("find its own program"))?;
    // A path that is given relative to here means nothing to a process that is elsewhere.
    let home = fs::canonicalize(home).map_err(failed("find STEPWELL_HOME"))?;
    let mut log = OpenOptions::new();
    let log = log.create(true).append(true).mode(0o600).open(home.join("executors.log"));
    let mut log = log.map_err(failed("open executors.log in STEPWELL_HOME"))?;
    writeln!(log, "{} run {run}", Timestamp::now()).map_err(failed("write executors.log in STEPWELL_HOME"))?;
    let mut executor = Command::new(program);
    executor.args(["runs", "resume", run.as_str(), "--output", "json"]).env("STEPWELL_HOME", home);
    executor.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).process_group(0);
    Ok(Executor(executor))
}

impl Executor {
    /// Starts it.
    pub fn start(mut self) -> Result<(), CliError> {
        let failed =
            |error: std::io::Error| CliError::System { what: "start a process for the run", reason: error.to_string() };
        self.0.spawn().map(drop).map_err(failed)
    }
}
