//! Compiles components, in a process of its own where there is a program for it.
//!
//! A component is the work of a third party, and neither the time nor the memory of a compilation follows from its
//! size. Inside the host, a compilation cannot be stopped, and an allocation that fails aborts all runs. The process of
//! its own has limits of the operating system, a deadline, no environment and no file but its pipes.

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use wasmtime::Engine;

use crate::engine;
use crate::error::LoadError;
use crate::load::{LARGEST_COMPONENT, reason, uncompiled};

/// Most seconds that a compilation computes, on all processors together. Python takes 14.
const MOST_CPU: u64 = 90;

/// The longest time of a compilation, on a machine that does other work.
const PATIENCE: Duration = Duration::from_secs(300);

/// Most bytes of memory of a compilation. Python takes 500 MiB on two processors.
const MOST_MEMORY: u64 = 2 << 30;

/// Most bytes of compiled code. Python has 50 MB.
const LARGEST_CODE: u64 = 256 << 20;

/// Compilations at the same time.
const PARALLEL: usize = 2;

/// Exit code of a process whose component the compiler refuses; standard output then has the reason.
const REFUSED: u8 = 3;

/// The argument that makes a program compile: [`compile_for_parent`].
pub const COMPILE_ARGUMENT: &str = "compile-component";

/// The program that compiles.
pub(crate) struct Compiler {
    program: PathBuf,
    turns: Semaphore,
}

impl Compiler {
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program, turns: Semaphore::new(PARALLEL) }
    }

    /// Compiles in a process of its own, and returns what it wrote. When the caller stops waiting, the process ends.
    pub(crate) async fn compile(&self, bytes: &[u8]) -> Result<Vec<u8>, LoadError> {
        let _turn = self.turns.acquire().await;
        let broken = |error: io::Error| LoadError::NoCompiler { reason: error.to_string() };
        let mut command = Command::new(&self.program);
        command.arg(COMPILE_ARGUMENT).env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let child = command.spawn().map_err(broken)?;
        match tokio::time::timeout(PATIENCE, exchange(child, bytes)).await {
            Err(_) => Err(LoadError::TooCostly { what: "time" }),
            Ok(Err(error)) => Err(broken(error)),
            Ok(Ok((status, compiled))) => answer(status, compiled),
        }
    }
}

async fn exchange(mut child: Child, bytes: &[u8]) -> io::Result<(ExitStatus, Vec<u8>)> {
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let write = async {
        if let Some(mut input) = input {
            // A process that ends early has a reason of its own.
            drop(input.write_all(bytes).await);
        }
    };
    let mut compiled = Vec::new();
    let read = async {
        match output {
            Some(output) => output.take(LARGEST_CODE + 1).read_to_end(&mut compiled).await.map(drop),
            None => Ok(()),
        }
    };
    let ((), read) = tokio::join!(write, read);
    read?;
    if compiled.len() as u64 > LARGEST_CODE {
        child.start_kill()?;
    }
    Ok((child.wait().await?, compiled))
}

fn answer(status: ExitStatus, compiled: Vec<u8>) -> Result<Vec<u8>, LoadError> {
    use std::os::unix::process::ExitStatusExt as _;

    if compiled.len() as u64 > LARGEST_CODE {
        return Err(LoadError::TooCostly { what: "compiled code" });
    }
    match (status.code(), status.signal()) {
        (Some(0), _) => Ok(compiled),
        (Some(code), _) if code == i32::from(REFUSED) => Err(refusal(&String::from_utf8_lossy(&compiled))),
        // The limit on computing time sends SIGXCPU, and SIGKILL a second later.
        (_, Some(signal)) if signal == rustix::process::Signal::XCPU.as_raw() => {
            Err(LoadError::TooCostly { what: "computing time" })
        }
        // An allocation that fails aborts. The operating system kills where it has no memory itself.
        (_, Some(_)) => Err(LoadError::TooCostly { what: "memory" }),
        (code, None) => Err(LoadError::NoCompiler { reason: format!("its process ended with code {code:?}") }),
    }
}

/// The reason in the form of the process: the kind, a line break, the text.
fn refusal(text: &str) -> LoadError {
    match text.split_once('\n') {
        Some(("complex", reason)) => LoadError::TooComplex { reason: reason.to_owned() },
        Some((_, reason)) => LoadError::Malformed { reason: reason.to_owned() },
        None => LoadError::NoCompiler { reason: "its process gave no reason".to_owned() },
    }
}

/// The whole work of the process that compiles: reads a component from standard input, and writes its compiled form, or
/// why there is none, to standard output. Returns the exit code.
pub fn compile_for_parent() -> u8 {
    limit(Resource::Core, 0);
    limit(Resource::Cpu, MOST_CPU);
    // Not the address space: every thread reserves much more of it than it uses.
    limit(Resource::Data, MOST_MEMORY);
    let mut bytes = Vec::new();
    if io::stdin().lock().take(LARGEST_COMPONENT + 1).read_to_end(&mut bytes).is_err() {
        return 1;
    }
    let (output, code) = match compiled(&bytes) {
        Ok(compiled) => (compiled, 0),
        Err(LoadError::TooComplex { reason }) => (format!("complex\n{reason}").into_bytes(), REFUSED),
        Err(LoadError::Malformed { reason }) => (format!("malformed\n{reason}").into_bytes(), REFUSED),
        Err(_) => return 1,
    };
    let mut to = io::stdout().lock();
    if to.write_all(&output).and_then(|()| to.flush()).is_ok() { code } else { 1 }
}

fn compiled(bytes: &[u8]) -> Result<Vec<u8>, LoadError> {
    let broken = |error: wasmtime::Error| LoadError::NoCompiler { reason: reason(&error) };
    let engine = Engine::new(&engine::config()).map_err(broken)?;
    engine.precompile_component(bytes).map_err(|error| uncompiled(&error))
}

/// Lowers a limit of this process. A limit that the operator set lower stays.
fn limit(resource: Resource, most: u64) {
    let most = rustix::process::getrlimit(resource).current.map_or(most, |current| current.min(most));
    let lowered = Rlimit { current: Some(most), maximum: Some(most.saturating_add(1)) };
    // The hard limit cannot rise above one that is lower already.
    if setrlimit(resource, lowered).is_err() {
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}
