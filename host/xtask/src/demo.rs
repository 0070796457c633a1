//! `cargo xtask demo`: a job that restarts an instance, from nothing to the result, without an AWS account.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use signal_hook::consts::SIGINT;

use crate::console::{command, heading, line};
use crate::emulator::{AwsClient, Keys, Moto, Seen, direct_to};
use crate::python::Venv;
use crate::repository;
use crate::task::{self, Ahead, Profile, TaskError, build_host, build_plugins, make_models};

const JOB: &str = "examples/restart-web.toml";

/// The time between two states of an instance: long enough to see the steps wait, short enough to see them end.
const DELAY: Duration = Duration::from_secs(3);

/// Runs the demo.
///
/// # Errors
///
/// When a program does not build or start, or the job fails.
pub fn demo() -> Result<(), TaskError> {
    heading("Building the plugins (WebAssembly) and the host that runs them");
    make_models()?;
    let ahead = Ahead::start()?;
    build_plugins()?;
    let venv = Venv::for_tests()?;
    ahead.finish();
    let stepwell = build_host(Profile::Dev)?;

    heading("Starting moto, an emulator of AWS, with two instances");
    let moto = Moto::start(&venv, DELAY)?;
    let mut aws = moto.client()?;
    let ids = aws.run_instances(2)?;
    for id in &ids {
        aws.await_state(id, "running", DELAY * 10)?;
    }
    line(format!("AWS is {}; an instance takes {} s from one state to the next", moto.endpoint(), DELAY.as_secs()));
    let Some(id) = ids.first() else {
        return Err(TaskError::Wrong { program: "moto".to_owned(), found: "it launched no instance".to_owned() });
    };

    heading(format!("Running the job on {id}, the first instance"));
    let option = format!("instance_id={id}");
    let ran = on_terminal(&mut show(&stepwell, &moto, &["run", JOB, "--option", &option]));

    heading("The IAM policy that this job needs, derived from the imports of its plugins");
    task::run(&mut show(&stepwell, &moto, &["job", "policy", JOB]))?;

    heading("The result, as boto3 reports it");
    report(&mut aws, &ids, &moto.seen()?)?;
    ran
}

fn show(stepwell: &Path, moto: &Moto, arguments: &[&str]) -> Command {
    command(format!("stepwell {}", arguments.join(" ")));
    let mut command = Command::new(stepwell);
    direct_to(&mut command, moto.endpoint(), &Keys::new("AKIADEMO", "demo"));
    command
        .args(arguments)
        .current_dir(repository::root())
        .env("STEPWELL_HOME", repository::root().join("target/demo"));
    command
}

/// Runs a command and survives Ctrl-C, which is meant for the job: while the job is cancelled it may still call AWS, so
/// the emulator must stay. A cancelled job is not an error.
fn on_terminal(command: &mut Command) -> Result<(), TaskError> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let registered = signal_hook::flag::register(SIGINT, Arc::clone(&interrupted));
    let ran = task::run(command);
    if let Ok(id) = registered {
        signal_hook::low_level::unregister(id);
    }
    if interrupted.load(Ordering::Relaxed) { Ok(()) } else { ran }
}

fn report(aws: &mut AwsClient, ids: &[String], seen: &[Seen]) -> Result<(), TaskError> {
    for id in ids {
        line(format!("{id} is {}", aws.instance_state(id)?));
    }
    line(format!("Calls to AWS: {}", counted(seen.iter().map(|call| call.operation.as_str()))));
    Ok(())
}

/// The operations as one text: `Stop, Describe ×3, Start`.
fn counted<'a>(operations: impl Iterator<Item = &'a str>) -> String {
    let mut runs: Vec<(&str, u32)> = Vec::new();
    for operation in operations {
        match runs.last_mut() {
            Some((last, times)) if *last == operation => *times += 1,
            _ => runs.push((operation, 1)),
        }
    }
    let texts = runs.iter().map(|(operation, times)| match times {
        1 => (*operation).to_owned(),
        _ => format!("{operation} ×{times}"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_in_a_row_are_counted() {
        assert_eq!(counted(["Stop", "Describe", "Describe", "Start"].into_iter()), "Stop, Describe ×2, Start");
        assert_eq!(counted(std::iter::empty()), "");
    }
}
