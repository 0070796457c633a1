//! Emulators of AWS and of Vault, and a web server, each a process of its own on a free loopback port.
//!
//! An emulator ends with the value that stands for it, and with this process, even after SIGKILL
//! (`tests/emulators/leash.py`).

mod aws;
mod error;
mod killer;
mod logs;
mod loopback;
mod metadata;
mod peers;
mod program;
mod ssm;
mod token_memory;
mod vault;
mod web;

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::python::Venv;
use crate::repository;
pub use aws::{AwsClient, Keys, REGION, direct_to};
pub use error::EmulatorError;
pub use killer::{Death, Killer};
pub use logs::{CannedLogs, LogsRequest};
pub use loopback::Token;
pub use metadata::{Authorization, Failure, Fetch, Imds, Metadata};
pub use peers::{Identities, Microburst, Ministack, Moto, Seen};
use program::Program;
pub use program::{NURSERY, Nursery};
pub use ssm::{CannedSsm, SsmRequest};
pub use token_memory::{Fate, Noted, TokenMemory};
pub use vault::{CannedVault, VaultRequest};
pub use web::{Listener, ProxyRequest, WebProxy, WebRequest, WebServer};

/// Timeout of an emulator's start. A start takes half a second on an idle machine, and many times that beside other
/// tests.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A server of the virtual environment.
#[derive(Debug)]
struct Server {
    program: Program,
    endpoint: String,
    folder: Option<TempDir>,
    http: ureq::Agent,
}

/// How to start a server.
struct Recipe<'a> {
    name: &'static str,
    /// The arguments of `leash.py`.
    program: &'a [&'a str],
    /// Arguments that say where to listen.
    listen: fn(SocketAddr) -> Vec<String>,
    /// Its environment variables. It inherits no others.
    settings: fn(SocketAddr, &Path) -> Vec<(&'static str, String)>,
    /// The path that answers when the server is ready.
    ready: &'static str,
}

impl Server {
    fn start(venv: &Venv, recipe: &Recipe<'_>, more: &[(&str, &str)]) -> Result<Self, EmulatorError> {
        let folder = scratch(recipe.name)?;
        let address = free_port().map_err(EmulatorError::file(Path::new("127.0.0.1")))?;
        let mut command = venv.command();
        command
            .current_dir(repository::root().join("tests/emulators"))
            .arg("leash.py")
            .args(recipe.program)
            .args((recipe.listen)(address))
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .envs((recipe.settings)(address, folder.path()))
            .envs(more.iter().copied());
        let mut server = Self {
            program: Program::leashed(command, &folder.path().join("log"))?,
            endpoint: format!("http://{address}"),
            folder: Some(folder),
            http: agent(),
        };
        server.await_ready(recipe)?;
        Ok(server)
    }

    fn await_ready(&mut self, recipe: &Recipe<'_>) -> Result<(), EmulatorError> {
        let started = Instant::now();
        let url = format!("{}{}", self.endpoint, recipe.ready);
        loop {
            if self.program.has_ended() {
                return Err(EmulatorError::Ended { name: recipe.name, log: self.keep_log() });
            }
            if self.http.get(&url).call().is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if started.elapsed() > START_LIMIT {
                return Err(EmulatorError::NotReady { name: recipe.name, after: START_LIMIT, log: self.keep_log() });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.as_ref().map(|folder| folder.path().join(name)).unwrap_or_default()
    }

    fn keep_log(&mut self) -> PathBuf {
        let log = self.file("log");
        if let Some(folder) = self.folder.take() {
            let _kept = folder.keep();
        }
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The log may explain the failure of the test.
            let _path = self.keep_log();
        }
    }
}

/// A folder below `target/emulators`, removed with its server.
fn scratch(name: &str) -> Result<TempDir, EmulatorError> {
    let home = repository::root().join("target/emulators");
    fs::create_dir_all(&home).map_err(EmulatorError::file(&home))?;
    tempfile::Builder::new().prefix(&format!("{name}-")).tempdir_in(&home).map_err(EmulatorError::file(&home))
}

/// A free port that the kernel gives to no other process for a minute.
///
/// The port is in TIME_WAIT: the kernel leaves it out when it picks ports, and a server can still bind it by number with
/// SO_REUSEADDR, which every server sets. Two tests that start emulators at the same moment therefore get different ports.
pub(crate) fn free_port() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let client = TcpStream::connect(address)?;
    let (server, _) = listener.accept()?;
    // The side that closes first enters TIME_WAIT.
    drop(server);
    drop(client);
    Ok(address)
}

fn agent() -> ureq::Agent {
    // Requests to the loopback must not pass through a proxy of the environment.
    let config = ureq::Agent::config_builder().proxy(None).http_status_as_error(false);
    config.timeout_global(Some(Duration::from_secs(30))).build().into()
}
