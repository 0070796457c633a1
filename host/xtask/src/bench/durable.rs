//! The costs of durable runs (`host/engine/benches/durable.rs`), each figure in a process of its own.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

use super::measure::{Cost, Measure, middle};
use super::table::Budget;
use crate::task::{TaskError, build, cargo};

const ROUNDS: usize = 3;

/// The numbers of concurrent runs.
const PARALLEL: [usize; 3] = [1, 64, 1_024];

/// The number of open runs of a killed process.
const ABANDONED: usize = 10_000;

/// The number of waiting runs in one process.
const WAITING: usize = 100_000;

/// The program that measures durable runs.
pub(super) struct Bench(PathBuf);

/// All figures of durable runs.
pub(super) struct Durable {
    rates: Vec<(&'static str, usize, f64)>,
    recovery: Recovery,
    waiting: (Cost, Waiting),
}

#[derive(Debug, Deserialize)]
struct Rate {
    per_second: f64,
}

/// Milliseconds since the start of the process.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Recovery {
    opened_ms: f64,
    taken_ms: f64,
    gone_on_ms: f64,
}

#[derive(Debug, Deserialize)]
struct Waiting {
    begun_ms: f64,
    idle_ms_per_s: f64,
}

impl Bench {
    /// Compiles the program.
    pub(super) fn build() -> Result<Self, TaskError> {
        let mut cargo = cargo();
        // Of the whole workspace, so that all crates have the features that the host has.
        cargo.args(["bench", "--workspace", "--bench", "durable", "--no-run"]);
        build(cargo)?.executable.map(Self).ok_or(TaskError::NoProgram)
    }

    /// Runs one measurement.
    pub(super) fn measures(&self, what: &str, size: usize) -> Command {
        let mut command = Command::new(&self.0);
        command.arg(what).arg(size.to_string());
        command
    }
}

/// Takes all measurements in turns.
pub(super) fn durable(measure: &Measure, bench: &Bench) -> Result<Durable, TaskError> {
    let of = |what, parallel| (what, parallel, Vec::with_capacity(ROUNDS));
    let mut rates: Vec<_> = PARALLEL.map(|parallel| of("steps", parallel)).into_iter().collect();
    rates.push(of("waits", 1_024));
    let mut recoveries: Vec<Recovery> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        for (what, parallel, measured) in &mut rates {
            let (_, rate): (_, Rate) = measure.read(&bench.measures(what, *parallel))?;
            measured.push(rate.per_second);
        }
        recoveries.push(measure.read(&bench.measures("recovery", ABANDONED))?.1);
    }
    let of_all = |figure: fn(&Recovery) -> f64| middle(recoveries.iter().map(figure));
    Ok(Durable {
        rates: rates.into_iter().map(|(what, parallel, rates)| (what, parallel, middle(rates.into_iter()))).collect(),
        recovery: Recovery {
            opened_ms: of_all(|of| of.opened_ms),
            taken_ms: of_all(|of| of.taken_ms),
            gone_on_ms: of_all(|of| of.gone_on_ms),
        },
        waiting: measure.read(&bench.measures("waiting", WAITING))?,
    })
}

impl Durable {
    pub(super) fn budgets(&self) -> Vec<Budget> {
        let at_64 = self.rates.iter().find(|(what, parallel, _)| (*what, *parallel) == ("steps", 64));
        let at_64 = at_64.map_or(f64::NAN, |(.., rate)| *rate);
        let (cost, _) = &self.waiting;
        vec![
            Budget::at_least(2_000.0, "/s", "transitions of steps, 64 runs at a time", at_64),
            Budget::at_most(300.0, "MB", "100,000 waiting runs, memory", cost.megabytes()),
        ]
    }
}

impl fmt::Display for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rates, recovery: Recovery { opened_ms, taken_ms, gone_on_ms }, waiting: (cost, waiting) } = self;
        let mut lines = Vec::new();
        for (what, parallel, rate) in rates {
            let of = format!("{what}, {parallel} runs at a time");
            lines.push(format!("{of:<36} {rate:>8.0} transitions/s"));
        }
        lines.push(
            "(Records on disk of a step that starts, waits, goes on or succeeds; no other record is counted.)"
                .to_owned(),
        );
        lines.push(format!("{ABANDONED} runs of a killed process, half of them within a call:"));
        for (until, took) in
            [("the journal is open", opened_ms), ("all are taken over", taken_ms), ("those calls are made", gone_on_ms)]
        {
            lines.push(format!("  until {until:<28} {took:>8.0} ms"));
        }
        let Waiting { begun_ms, idle_ms_per_s } = waiting;
        let (seconds, megabytes) = (begun_ms / 1e3, cost.megabytes());
        lines.push(format!(
            "{WAITING} waiting runs: begun in {seconds:.1} s, {megabytes:.1} MB, {idle_ms_per_s:.2} ms of processor a second"
        ));
        f.write_str(&lines.join("\n   "))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_budgets_are_those_of_sixty_four_runs_and_of_all_that_wait() {
        let durable = Durable {
            rates: vec![("steps", 1, 9_000.0), ("steps", 64, 1_999.0), ("waits", 64, 9_000.0)],
            recovery: Recovery { opened_ms: 1.0, taken_ms: 2.0, gone_on_ms: 3.0 },
            waiting: (
                Cost { wall: Duration::ZERO, user: Duration::ZERO, memory: 300_000_000 },
                Waiting { begun_ms: 1.0, idle_ms_per_s: 0.1 },
            ),
        };
        let budgets: Vec<String> = durable.budgets().iter().map(ToString::to_string).collect();
        assert!(budgets[0].ends_with("MISSED") && budgets[1].ends_with("kept"), "{budgets:?}");
    }
}
