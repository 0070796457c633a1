//! The cost of one run of a program.

use std::cmp::Ordering;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wait4::Wait4 as _;

use crate::task::{TaskError, name};

/// The cost of one run, including the children that it waited for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Cost {
    /// Elapsed time.
    pub wall: Duration,
    /// Processor time in user mode.
    pub user: Duration,
    /// The maximum resident set in bytes.
    pub memory: u64,
}

impl Cost {
    pub(super) fn milliseconds(&self) -> f64 {
        self.wall.as_secs_f64() * 1e3
    }

    pub(super) fn megabytes(&self) -> f64 {
        self.memory as f64 / 1e6
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_secs_f64() * 1e3;
        write!(f, "{:>8.1} ms {user:>8.1} ms user {:>6.1} MB", self.milliseconds(), self.megabytes())
    }
}

/// The median of each figure, without the first run.
pub(super) fn median(costs: &[Cost]) -> Cost {
    let warm = costs.get(1..).unwrap_or_default();
    Cost {
        wall: middle(warm.iter().map(|cost| cost.wall)),
        user: middle(warm.iter().map(|cost| cost.user)),
        memory: middle(warm.iter().map(|cost| cost.memory)),
    }
}

pub(super) fn middle<T: PartialOrd + Default + Copy>(figures: impl Iterator<Item = T>) -> T {
    let mut figures: Vec<T> = figures.collect();
    figures.sort_unstable_by(|one, other| one.partial_cmp(other).unwrap_or(Ordering::Equal));
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// Measures programs.
///
/// It starts them from a fresh process of its own ([`run_measured`]): Linux counts the memory of the starting process
/// as the program's, and this process has built components and still holds their memory.
pub(super) struct Measure {
    program: PathBuf,
    log: PathBuf,
}

impl Measure {
    /// Copies this program, because cargo may replace the original meanwhile.
    pub(super) fn new(folder: &Path) -> Result<Self, TaskError> {
        let (program, log) = (folder.join("measure"), folder.join("log"));
        let own = std::env::current_exe().map_err(TaskError::file(&program))?;
        std::fs::copy(&own, &program).map_err(TaskError::file(&own))?;
        Ok(Self { program, log })
    }

    /// Runs a command once.
    pub(super) fn run(&self, command: &Command) -> Result<Cost, TaskError> {
        let mut measuring = Command::new(&self.program);
        measuring.arg("measure").arg(&self.log).arg("--").arg(command.get_program()).args(command.get_args());
        for (variable, value) in command.get_envs() {
            match value {
                Some(value) => measuring.env(variable, value),
                None => measuring.env_remove(variable),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            measuring.current_dir(folder);
        }
        let output = measuring.stderr(Stdio::inherit()).output();
        let output = output.map_err(|source| TaskError::Start { program: name(&measuring), source })?;
        let said = || std::fs::read_to_string(&self.log).unwrap_or_default();
        serde_json::from_slice(&output.stdout).map_err(|_| TaskError::Wrong { program: name(command), found: said() })
    }

    /// Runs a command once that itself measures, and prints its figures as a single line of JSON.
    pub(super) fn read<T: DeserializeOwned>(&self, command: &Command) -> Result<(Cost, T), TaskError> {
        let cost = self.run(command)?;
        let said = std::fs::read_to_string(&self.log).map_err(TaskError::file(&self.log))?;
        let figures = said.lines().find_map(|line| serde_json::from_str(line).ok());
        let figures = figures.ok_or_else(|| TaskError::Wrong { program: name(command), found: said })?;
        Ok((cost, figures))
    }
}

/// The other half of [`Measure`]: runs a program with its output in `log`, and prints its [`Cost`] as JSON if it
/// succeeds.
///
/// # Errors
///
/// When the program cannot be started.
pub fn run_measured(log: &Path, program: &[OsString]) -> std::io::Result<()> {
    let Some((program, arguments)) = program.split_first() else { return Ok(()) };
    let out = File::create(log)?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out);
    let started = Instant::now();
    let used = command.spawn()?.wait4()?;
    let cost = Cost { wall: started.elapsed(), user: used.rusage.utime, memory: used.rusage.maxrss };
    // The cost of a failed run is of no use.
    if used.status.success() {
        serde_json::to_writer(std::io::stdout(), &cost)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_leaves_the_first_run_out() {
        let costs =
            [900_u64, 3, 1, 2].map(|n| Cost { wall: Duration::from_millis(n), user: Duration::ZERO, memory: n });
        let Cost { wall, memory, .. } = median(&costs);
        assert_eq!((wall, memory), (Duration::from_millis(2), 2));
    }
}
