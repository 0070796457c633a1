//! `cargo xtask bench`: the costs of Stepwell, beside its budgets and the costs of the alternatives in the same run.
//!
//! Compared programs take turns, so that a busy machine slows all of them alike. Nothing is asserted here, because a
//! time also depends on the machine.

mod durable;
mod first_call;
pub mod measure;
mod obelisk;
mod s3;
mod table;
mod turns;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::console::{heading, line};
use crate::emulator::{AwsClient, Identities, Keys, Ministack, direct_to};
use crate::python::Venv;
use crate::repository;
use crate::task::{Profile, TaskError, build_host, build_plugins, make_models};
use durable::{Bench, Durable, durable};
use first_call::{FirstCalls, first_calls};
use measure::{Cost, Measure, median};
use obelisk::Compared;
use table::Budget;
use turns::{Turns, Within, within};

/// The number of rounds. The first one warms caches and does not count.
const NOOP_ROUNDS: usize = 31;
const RESTART_ROUNDS: usize = 8;

/// Measures and prints a table. With `peers`, installs alternatives that take long to install.
///
/// # Errors
///
/// When a program does not build or start, or its result is not the expected one.
pub fn bench(peers: bool) -> Result<(), TaskError> {
    let home = repository::root().join("target/bench");
    std::fs::create_dir_all(&home).map_err(TaskError::file(&home))?;
    let measure = Measure::new(&home)?;

    heading("Building the plugins and the host (release)");
    make_models()?;
    build_plugins()?;
    let stepwell = Stepwell { program: build_host(Profile::Release)?, home };
    stepwell.install_noop()?;

    heading("Preparing ministack, Ansible and the AWS CLI");
    let (tests, others) = (Venv::for_tests()?, Venv::for_bench()?);
    let ministack = Ministack::start(&tests, Identities::Ignored)?;

    heading(format!("One step that does nothing, {} runs", NOOP_ROUNDS - 1));
    let noop = noop(&measure, &stepwell)?;
    heading(format!("Stop → start → restart of an instance on ministack, {} runs each", RESTART_ROUNDS - 1));
    let restarts = restarts(&measure, &stepwell, &others, &ministack)?;

    heading(format!("Time to first call with every provider, {} runs each", first_call::ROUNDS - 1));
    let first = first_calls(&measure, &stepwell.program, &stepwell.home, &tests)?;

    heading(format!("`s3 sync` to an empty bucket on ministack, {} runs each", s3::ROUNDS - 1));
    // Printed now, because the next part compiles for a long time.
    s3::synced(&measure, &stepwell.program, &stepwell.home, &tests, &others)?.iter().for_each(line);

    heading("Within a process: a step's call, an AWS call, masking, and models");
    let within = within(&others.python())?;
    report(&noop, &restarts, &first, &within);
    line(format!("the program has {:.1} MB", megabytes(&stepwell.program)?));
    durable_runs(&measure, &stepwell.home, peers)
}

struct Stepwell {
    program: PathBuf,
    home: PathBuf,
}

impl Stepwell {
    /// The guest that does nothing. It is for tests and benches only, so it is not among the shipped plugins.
    fn install_noop(&self) -> Result<(), TaskError> {
        let plugins = self.home.join("plugins");
        std::fs::create_dir_all(&plugins).map_err(TaskError::file(&plugins))?;
        let noop = repository::root().join("plugins/target/components/tests/noop.wasm");
        std::fs::copy(&noop, plugins.join("noop.wasm")).map_err(TaskError::file(&noop))?;
        Ok(())
    }

    fn run(&self, job: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(repository::root()).env("STEPWELL_HOME", &self.home);
        command.args(["run", job, "--output", "text"]);
        command
    }
}

fn noop(measure: &Measure, stepwell: &Stepwell) -> Result<Cost, TaskError> {
    let rounds = (0..NOOP_ROUNDS).map(|_| measure.run(&stepwell.run("tests/bench/noop.toml")));
    Ok(median(&rounds.collect::<Result<Vec<_>, _>>()?))
}

struct Restarts {
    stepwell: Cost,
    ansible: Cost,
    boto3: Cost,
}

fn restarts(
    measure: &Measure,
    stepwell: &Stepwell,
    others: &Venv,
    ministack: &Ministack,
) -> Result<Restarts, TaskError> {
    let mut aws = ministack.client()?;
    let mut costs = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..RESTART_ROUNDS {
        for (ran, how) in costs.iter_mut().zip([by_stepwell, by_ansible, by_boto3]) {
            let id = aws.run_instances(1)?.concat();
            let mut command = how(stepwell, others, &id);
            direct_to(&mut command, ministack.endpoint(), &Keys::root());
            ran.push(measure.run(&command)?);
            must_run(&mut aws, &id, &command)?;
        }
    }
    let [stepwell, ansible, boto3] = costs.map(|ran| median(&ran));
    Ok(Restarts { stepwell, ansible, boto3 })
}

fn by_stepwell(stepwell: &Stepwell, _: &Venv, id: &str) -> Command {
    let mut command = stepwell.run("tests/bench/restart.toml");
    command.arg("--option").arg(format!("instance_id={id}"));
    command
}

fn by_ansible(stepwell: &Stepwell, others: &Venv, id: &str) -> Command {
    let mut command = Command::new(others.program("ansible-playbook"));
    command.arg(folder().join("restart.yml")).arg("--extra-vars").arg(format!("instance_id={id}"));
    command.env("ANSIBLE_CONFIG", folder().join("ansible.cfg")).env("ANSIBLE_HOME", stepwell.home.join("ansible"));
    command.env("LC_ALL", "C.UTF-8");
    command
}

fn by_boto3(_: &Stepwell, others: &Venv, id: &str) -> Command {
    let mut command = Command::new(others.python());
    command.arg(folder().join("restart.py")).arg(id);
    command
}

/// Prints the table of durable runs, which make no calls to AWS.
fn durable_runs(measure: &Measure, home: &Path, peers: bool) -> Result<(), TaskError> {
    heading("Durable runs, all with full sync");
    let bench = Bench::build()?;
    let durable: Durable = durable(measure, &bench)?;
    line(&durable);
    heading("A thousand calls that do nothing, each of them durable");
    let compared: Option<Compared> = obelisk::compared(measure, &bench, home, peers)?;
    compared.iter().for_each(line);
    heading("Budgets of durable runs");
    durable.budgets().iter().for_each(line);
    Ok(())
}

fn folder() -> PathBuf {
    repository::root().join("tests/bench")
}

/// Checks the result: a program that fails fast must not win.
fn must_run(aws: &mut AwsClient, id: &str, command: &Command) -> Result<(), TaskError> {
    let state = aws.instance_state(id)?;
    if state == "running" {
        return Ok(());
    }
    let program = Path::new(command.get_program()).display().to_string();
    Err(TaskError::Wrong { program, found: format!("instance `{id}` is `{state}` at the end") })
}

/// The size of a program.
fn megabytes(program: &Path) -> Result<f64, TaskError> {
    #[expect(clippy::cast_precision_loss, reason = "a program has fewer bytes than a double has digits")]
    let megabytes = std::fs::metadata(program).map_err(TaskError::file(program))?.len() as f64 / 1e6;
    Ok(megabytes)
}

fn report(noop: &Cost, restarts: &Restarts, first: &FirstCalls, within: &Within) {
    let Restarts { stepwell, ansible, boto3 } = restarts;
    heading("Medians");
    for (what, cost) in [
        ("stepwell, a step that does nothing", noop),
        ("stepwell, stop → start → restart", stepwell),
        ("boto3 script, the same", boto3),
        ("Ansible playbook, the same", ansible),
    ] {
        line(format!("{what:<36} {cost}"));
    }
    line("(Ansible has no reboot: its restart is a second stop and start.)");

    within.turns.iter().for_each(line);
    line("(Those AWS calls go to a server that answers at once: what is added is never a larger part of a call.)");
    within.rates.iter().for_each(line);
    within.loads.iter().for_each(line);

    heading("Time to first call, whole process, beside the credentials of the environment");
    line(first);

    heading("Budgets");
    let faster = |other: &Cost| other.wall.as_secs_f64() / stepwell.wall.as_secs_f64();
    for budget in [
        Budget::at_most(20.0, "ms", "one no-op step, whole process", noop.milliseconds()),
        Budget::at_most(40.0, "MB", "one no-op step, memory", noop.megabytes()),
        Budget::at_most(50.0, "MB", "stop → start → restart, memory", stepwell.megabytes()),
        Budget::at_least(25.0, "times", "stop → start → restart, against Ansible", faster(ansible)),
        Budget::at_least(5.0, "times", "stop → start → restart, against boto3", faster(boto3)),
    ] {
        line(budget);
    }
    within.turns.iter().flat_map(Turns::budgets).for_each(line);
}
