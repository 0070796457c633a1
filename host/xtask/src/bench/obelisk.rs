//! The same calls with Obelisk, a durable engine for workflows in WebAssembly on SQLite. It is a separate program,
//! which is only executed.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::Resolve;

use super::durable::Bench;
use super::measure::{Measure, middle};
use crate::console::line;
use crate::emulator::free_port;
use crate::repository;
use crate::task::{TaskError, cargo, run};

const VERSION: &str = "0.38.3";

const ROUNDS: usize = 3;

/// The number of calls, which do nothing.
const CALLS: usize = 1_000;

/// The number of concurrent executions.
const PARALLEL: usize = 64;

/// The time that the server may take to start; it compiles its components first.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The time that an execution may take; a thousand calls take seconds.
const CALLS_LIMIT: Duration = Duration::from_secs(300);

/// The time of all calls: one after the other in one run, and each in a run of its own.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Calls {
    in_a_run_ms: f64,
    in_runs_ms: f64,
}

/// Both engines in one table.
pub(super) struct Compared {
    ours: Calls,
    theirs: Calls,
}

/// Compares both engines. Without `peers`, Obelisk is not installed, because it compiles for half an hour.
pub(super) fn compared(
    measure: &Measure,
    bench: &Bench,
    home: &Path,
    install: bool,
) -> Result<Option<Compared>, TaskError> {
    let root = home.join("obelisk");
    let program = root.join("bin/obelisk");
    if !program.is_file() {
        if !install {
            line(
                "Obelisk is not installed; `cargo xtask bench --peers` installs it, which takes half an hour and `protoc`.",
            );
            return Ok(None);
        }
        installed(&root)?;
    }
    let (mut ours, mut theirs) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        ours.push(measure.read::<Calls>(&bench.measures("calls", CALLS))?.1);
        theirs.push(Server::start(&program, &root)?.calls()?);
    }
    Ok(Some(Compared { ours: median(&ours), theirs: median(&theirs) }))
}

fn median(calls: &[Calls]) -> Calls {
    Calls {
        in_a_run_ms: middle(calls.iter().map(|calls| calls.in_a_run_ms)),
        in_runs_ms: middle(calls.iter().map(|calls| calls.in_runs_ms)),
    }
}

fn installed(root: &Path) -> Result<(), TaskError> {
    let mut cargo = cargo();
    cargo.args(["install", "obelisk", "--version", VERSION, "--locked", "--root"]).arg(root);
    // Its build must not share a target folder with ours.
    run(cargo.env("CARGO_TARGET_DIR", root.join("build")))
}

/// A server with an empty database.
struct Server {
    process: Child,
    executions: String,
    http: ureq::Agent,
    folder: TempDir,
}

impl Server {
    fn start(program: &Path, root: &Path) -> Result<Self, TaskError> {
        let folder = tempfile::tempdir_in(root).map_err(TaskError::file(root))?;
        let address = free_port().map_err(TaskError::file(Path::new("127.0.0.1")))?;
        let settings = format!(
            "api.listening_addr = \"{address}\"\nwebui.enabled = false\nexternal.enabled = false\n\
             database.sqlite.directory = \"{}\"\nwasm.cache_directory = \"{}\"\nwasm.codegen_cache.directory = \"{}\"\n\
             [log.console]\nlevel = \"warn\"\n",
            folder.path().join("journal").display(),
            root.join("wasm").display(),
            root.join("code").display(),
        );
        write(&folder.path().join("server.toml"), settings.as_bytes())?;
        for name in ["activities", "workflows"] {
            write(&folder.path().join(name).with_extension("wasm"), &component(name)?)?;
        }
        let deployment = fs::read(ours("deployment.toml")).map_err(TaskError::file(&ours("deployment.toml")))?;
        write(&folder.path().join("deployment.toml"), &deployment)?;
        let mut server = Self {
            process: spawned(program, folder.path())?,
            executions: format!("http://{address}/v1/executions"),
            http: agent(),
            folder,
        };
        server.await_ready()?;
        Ok(server)
    }

    fn await_ready(&mut self) -> Result<(), TaskError> {
        let started = Instant::now();
        // The second call does not include one-time preparations.
        while self.execute("bench:calls/workflow.all", &[1]).is_err() {
            if started.elapsed() > START_LIMIT || self.process.try_wait().is_ok_and(|ended| ended.is_some()) {
                return Err(self.wrong(&fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn calls(&self) -> Result<Calls, TaskError> {
        let since = Instant::now();
        self.execute("bench:calls/workflow.all", &[CALLS])?;
        let in_a_run_ms = since.elapsed().as_secs_f64() * 1e3;
        let (begun, failed, since) = (AtomicUsize::new(0), AtomicUsize::new(0), Instant::now());
        std::thread::scope(|scope| {
            for _ in 0..PARALLEL {
                scope.spawn(|| {
                    while begun.fetch_add(1, Ordering::Relaxed) < CALLS {
                        let done = self.execute("bench:calls/activity.nothing", &[]);
                        failed.fetch_add(usize::from(done.is_err()), Ordering::Relaxed);
                    }
                });
            }
        });
        match failed.into_inner() {
            0 => Ok(Calls { in_a_run_ms, in_runs_ms: since.elapsed().as_secs_f64() * 1e3 }),
            failed => Err(self.wrong(&format!("{failed} of {CALLS} executions failed"))),
        }
    }

    /// Starts an execution and waits for its end.
    fn execute(&self, function: &str, parameters: &[usize]) -> Result<(), TaskError> {
        let body = json!({ "ffqn": function, "params": parameters }).to_string();
        let answer = self.http.post(format!("{}?follow=true", self.executions)).content_type("application/json");
        let answer = answer.header("accept", "application/json").send(body);
        let mut answer = answer.map_err(|error| self.wrong(&error.to_string()))?;
        let text = answer.body_mut().read_to_string().map_err(|error| self.wrong(&error.to_string()))?;
        if text.contains("\"ok\"") { Ok(()) } else { Err(self.wrong(&text)) }
    }

    fn wrong(&self, found: &str) -> TaskError {
        TaskError::Wrong { program: "obelisk".to_owned(), found: found.to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

fn spawned(program: &Path, folder: &Path) -> Result<Child, TaskError> {
    let log = folder.join("log");
    let out = File::create(&log).map_err(TaskError::file(&log))?;
    let err = out.try_clone().map_err(TaskError::file(&log))?;
    let mut command = Command::new(program);
    command.args(["server", "run", "--server-config"]).arg(folder.join("server.toml"));
    command.arg("--deployment").arg(folder.join("deployment.toml"));
    command.env("HOME", folder).stdin(Stdio::null()).stdout(out).stderr(err);
    command.spawn().map_err(TaskError::file(program))
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false);
    config.timeout_global(Some(CALLS_LIMIT)).max_idle_connections_per_host(PARALLEL).build().into()
}

fn ours(name: &str) -> PathBuf {
    repository::root().join("tests/bench/obelisk").join(name)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), TaskError> {
    fs::write(path, bytes).map_err(TaskError::file(path))
}

/// Makes a component that does nothing, so that only the engine is measured.
fn component(world: &str) -> Result<Vec<u8>, TaskError> {
    let path = ours(world).with_extension("wat");
    let of_ours =
        |error: anyhow::Error| TaskError::Wrong { program: path.display().to_string(), found: format!("{error:#}") };
    let text = fs::read(&path).map_err(TaskError::file(&path))?;
    let encoded = || {
        let mut module = wat::parse_bytes(&text)?.into_owned();
        let mut resolve = Resolve::default();
        let package = resolve.push_file(ours("calls.wit"))?;
        let world = resolve.select_world(&[package], Some(world))?;
        wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
        ComponentEncoder::default().module(&module)?.validate(true).encode()
    };
    encoded().map_err(of_ours)
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |what: &str, ours: f64, theirs: f64| {
            format!("{what:<36} {ours:>8.0} ms, Obelisk {theirs:>8.0} ms {:>6.1} times", theirs / ours)
        };
        let Self { ours, theirs } = self;
        let rows = [
            row("one after the other in one run", ours.in_a_run_ms, theirs.in_a_run_ms),
            row("each in a run of its own", ours.in_runs_ms, theirs.in_runs_ms),
        ];
        f.write_str(&rows.join("\n   "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_peer_is_given_are_components() {
        for world in ["activities", "workflows"] {
            assert!(matches!(
                wit_component::decode(&component(world).unwrap()).unwrap(),
                wit_component::DecodedWasm::Component(..)
            ));
        }
    }
}
