//! The benches within a process: Stepwell and the bare operation in turns (`tests/bench/turns.rs`).

use std::fmt;
use std::path::Path;
use std::process::Stdio;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::table::Budget;
use crate::task::{TaskError, cargo, name};

/// The result of one comparison, in microseconds.
#[derive(Debug, Deserialize)]
pub(super) struct Turns {
    what: String,
    ours: Quantiles,
    bare: Quantiles,
}

#[derive(Debug, Deserialize)]
struct Quantiles {
    p50: f64,
    p99: f64,
}

/// The speed of masking a text, beside that of copying it.
#[derive(Debug, Deserialize)]
pub(super) struct Rate {
    what: String,
    ours_mb_s: f64,
    copy_mb_s: f64,
}

/// The time that the models of AWS's services take to load, in milliseconds.
#[derive(Debug, Deserialize)]
pub(super) struct Loads {
    services: usize,
    median_ms: f64,
    slowest: String,
    slowest_ms: f64,
}

/// What the benches within a process print.
#[derive(Debug, Default)]
pub(super) struct Within {
    pub(super) turns: Vec<Turns>,
    pub(super) rates: Vec<Rate>,
    pub(super) loads: Vec<Loads>,
}

/// Runs the benches. `python` has boto3.
pub(super) fn within(python: &Path) -> Result<Within, TaskError> {
    let mut cargo = cargo();
    // Of the whole workspace, so that all crates have the features that the host has.
    cargo.args(["bench", "--workspace"]);
    cargo.args(["--bench", "step_call", "--bench", "aws_call", "--bench", "mask", "--bench", "load"]);
    cargo.env("STEPWELL_BENCH_PYTHON", python).stderr(Stdio::inherit());
    let output = cargo.output().map_err(|source| TaskError::Start { program: name(&cargo), source })?;
    if !output.status.success() {
        return Err(TaskError::Failed { program: name(&cargo), status: output.status });
    }
    let said = String::from_utf8_lossy(&output.stdout);
    Ok(Within { turns: lines(&said), rates: lines(&said), loads: lines(&said) })
}

/// The lines that are of this type.
fn lines<T: DeserializeOwned>(said: &str) -> Vec<T> {
    said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

impl Turns {
    /// The budgets of this comparison, if it has any.
    pub(super) fn budgets(&self) -> Vec<Budget> {
        let Self { what, ours, bare } = self;
        let added = ours.p50 - bare.p50;
        match what.as_str() {
            "step call" => vec![
                Budget::at_most(1.5, "times", "a step's call against bare wasmtime, p50", ours.p50 / bare.p50),
                Budget::at_most(3.0, "times", "a step's call against bare wasmtime, p99", ours.p99 / bare.p99),
            ],
            "aws call, read" => vec![
                Budget::at_most(5.0, "%", "added to an AWS call that reads", added / bare.p50 * 100.0),
                Budget::at_most(100.0, "µs", "added to an AWS call that reads", added),
            ],
            "aws call, change" => vec![
                Budget::at_most(5.0, "%", "added to an AWS call that changes", added / bare.p50 * 100.0),
                Budget::at_most(100.0, "µs", "added to an AWS call that changes", added),
            ],
            "aws call, by model" => {
                vec![Budget::at_most(
                    1.2,
                    "times",
                    "an AWS call by its model against the SDK crate's",
                    ours.p50 / bare.p50,
                )]
            }
            "http get, by a plugin" => {
                vec![Budget::at_most(1.2, "times", "a GET by a plugin against bare reqwest", ours.p50 / bare.p50)]
            }
            "http get, 50 in a step" => {
                vec![Budget::at_most(1.2, "times", "50 GETs by one plugin against bare reqwest", ours.p50 / bare.p50)]
            }
            "http get, 100 at once" => {
                vec![Budget::at_most(1.2, "times", "100 GETs by plugins against bare reqwest", ours.p50 / bare.p50)]
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, ours, bare } = self;
        let other = if what.ends_with("boto3's") { "boto3" } else { "bare" };
        write!(
            f,
            "{what:<22} {:>8.1} µs (p99 {:>8.1}), {other} {:>8.1} µs (p99 {:>8.1})",
            ours.p50, ours.p99, bare.p50, bare.p99
        )
    }
}

impl fmt::Display for Loads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { services, median_ms, slowest, slowest_ms } = self;
        write!(
            f,
            "the model of a service loads in {median_ms:.2} ms (median of {services}), {slowest} in {slowest_ms:.1} ms"
        )
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, ours_mb_s, copy_mb_s } = self;
        write!(f, "{what:<40} {ours_mb_s:>8.0} MB/s, copied {copy_mb_s:>8.0} MB/s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_adds_is_judged_by_the_bare_sdk_of_the_same_run() {
        let line = r#"{"what": "aws call, read", "ours": {"p50": 104, "p99": 1}, "bare": {"p50": 100, "p99": 1}}"#;
        let turns: Turns = serde_json::from_str(line).unwrap();
        let budgets: Vec<String> = turns.budgets().iter().map(ToString::to_string).collect();
        assert_eq!(budgets.len(), 2);
        assert!(budgets[0].contains("4.0 %") && budgets[0].ends_with("kept"), "{budgets:?}");
    }
}
