//! A `STEPWELL_HOME`, a project, and the binary under test.

pub mod canned;
pub mod identity;
pub mod killed;
pub mod schemas;

use std::fs::{self, DirBuilder};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value as Json, json};
use stepwell_xtask::emulator::{Keys, direct_to};
use stepwell_xtask::python::Venv;
use stepwell_xtask::repository::compiled_components;
use tempfile::TempDir;

/// An address without a server: the discard port, which no test machine serves.
pub const NOBODY: &str = "http://127.0.0.1:9";

/// The instance of most tests.
pub const INSTANCE: &str = "i-0123456789abcdef0";

/// A project directory and a `STEPWELL_HOME`, both initially empty.
pub struct Site {
    home: TempDir,
    project: TempDir,
    endpoint: String,
    keys: Keys,
}

/// The result of a command.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Site {
    /// A site with AWS at this endpoint.
    pub fn new(endpoint: &str) -> Self {
        let dir = || TempDir::new().expect("a temporary directory");
        let home = dir();
        // Where `cargo xtask test` has compiled them once for all.
        share_components(&compiled_components(), home.path());
        Self { home, project: dir(), endpoint: endpoint.to_owned(), keys: Keys::new("AKIATEST", "test") }
    }

    /// A site without any AWS.
    pub fn without_aws() -> Self {
        Self::new(NOBODY)
    }

    /// Sets the keys that it signs with.
    pub fn signing_as(mut self, keys: Keys) -> Self {
        self.keys = keys;
        self
    }

    /// Sets another AWS endpoint.
    pub fn endpoint(mut self, endpoint: &str) -> Self {
        endpoint.clone_into(&mut self.endpoint);
        self
    }

    /// Removes the compiled components from `STEPWELL_HOME`, which is empty then.
    pub fn with_empty_home(self) -> Self {
        drop(fs::remove_dir_all(self.home.path().join("cache")));
        self
    }

    /// Adds a file to `STEPWELL_HOME`.
    pub fn home_file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        write(&self.home.path().join(name), text.as_ref());
        self
    }

    /// Adds a file to the project directory.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        write(&self.project.path().join(name), text.as_ref());
        self
    }

    /// Adds a test guest as a plugin of the project, with a grant for everything that it imports.
    pub fn guest(self, name: &str) -> Self {
        let project = format!("name = \"test\"\n[grants.{name}]\nallow = [\"*\"]\n");
        self.file("project.toml", project).plugin(name, &guest(name))
    }

    /// Adds a component as a plugin of the project.
    pub fn plugin(self, name: &str, component: &[u8]) -> Self {
        self.file(&format!("plugins/{name}.wasm"), component)
    }

    /// Adds the job `job.toml`: one step `it` that uses this plugin with this configuration.
    pub fn step(self, uses: &str, with: &str) -> Self {
        self.file("job.toml", format!("name = \"job\"\n\n[[steps]]\nid = \"it\"\nuses = \"{uses}\"\nwith = {with}\n"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.project.path().join(name)
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// A `stepwell` command, ready to start, without the AWS settings of this process.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_stepwell")), arguments)
    }

    /// A command of another `stepwell` program.
    pub fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        direct_to(&mut command, &self.endpoint, &self.keys);
        command.args(arguments).current_dir(self.project.path()).env("STEPWELL_HOME", self.home.path());
        command.env_remove("STEPWELL_LOG").env_remove("RUST_BACKTRACE").stdin(Stdio::null());
        command
    }

    pub fn stepwell(&self, arguments: &[&str]) -> Ended {
        ended(self.command(arguments).output().expect("stepwell starts"))
    }

    /// Runs a command with this standard input.
    pub fn pipe(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().expect("stepwell starts");
        running.stdin.take().expect("it is a pipe").write_all(input.as_bytes()).expect("it reads");
        ended(running.wait_with_output().expect("it ends"))
    }

    /// Runs `stepwell run job.toml`.
    pub fn run(&self) -> Ended {
        self.stepwell(&["run", "job.toml"])
    }

    /// Runs `stepwell run job.toml --output json`. Returns the exit code and the printed JSON lines.
    pub fn run_json(&self) -> (i32, Vec<Json>) {
        let ended = self.stepwell(&["run", "job.toml", "--output", "json"]);
        let lines = ended.json_lines();
        lines.iter().for_each(schemas::assert_fits);
        (ended.code, lines)
    }

    /// Starts `stepwell run job.toml --output json` in the background.
    pub fn start(&self) -> Child {
        let mut command = self.command(&["run", "job.toml", "--output", "json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("stepwell starts")
    }
}

/// Fills the cache of a `STEPWELL_HOME` with compiled components. The program never writes into such a file: it puts
/// another in its place.
pub fn share_components(compiled: &Path, home: &Path) {
    let Ok(compiled) = fs::read_dir(compiled) else { return };
    let cache = home.join("cache/components");
    DirBuilder::new().recursive(true).mode(0o700).create(&cache).expect("it can be made");
    for file in compiled.flatten() {
        // One that is there already stays. On another file system, the program compiles for itself.
        drop(fs::hard_link(file.path(), cache.join(file.file_name())));
    }
}

pub fn ended(output: Output) -> Ended {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("stepwell writes UTF-8");
    let ended =
        Ended { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!ended.stderr.contains("panicked at"), "{ended:?}");
    ended
}

impl Ended {
    pub fn json_lines(&self) -> Vec<Json> {
        let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        self.stdout.lines().map(line).collect()
    }

    /// Asserts the exit code and that the error has three lines. Returns the lines.
    pub fn three_lines(&self, code: i32) -> [&str; 3] {
        assert_eq!(self.code, code, "{self:?}");
        let lines: Vec<_> = self.stderr.lines().collect();
        let [what, because, next] = lines.as_slice() else { panic!("not three lines: {self:?}") };
        let after = |line: &'_ str, head: &str| assert!(line.len() > head.len() && line.starts_with(head), "{self:?}");
        after(what, "error: ");
        after(because, "because: ");
        after(next, "next: ");
        [what, because, next]
    }
}

/// The report of a run: the last line.
pub fn report(lines: &[Json]) -> &Json {
    let last = lines.last().expect("something was printed");
    assert_eq!(last["event"], "report", "{last}");
    last
}

/// The records of this event.
pub fn events<'a>(lines: &'a [Json], event: &str) -> Vec<&'a Json> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

/// The failure of the first step.
pub fn failure(lines: &[Json]) -> &Json {
    &report(lines)["steps"][0]["failure"]
}

/// The texts of all log lines.
pub fn log_lines(lines: &[Json]) -> Vec<&str> {
    events(lines, "step_logged").into_iter().filter_map(|line| line["log"]["text"].as_str()).collect()
}

/// The bytes of a component that `cargo xtask plugins` built.
pub fn component(path: &str) -> Vec<u8> {
    let path = repository().join("plugins/target/components").join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}\nrun: cargo xtask plugins", path.display()))
}

pub fn guest(name: &str) -> Vec<u8> {
    component(&format!("tests/{name}.wasm"))
}

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub fn venv() -> Venv {
    Venv::for_tests().expect("`cargo xtask test` makes the Python environment")
}

/// A fault for microburst: it always answers this operation of EC2 with this error.
pub fn always(operation: &str, code: &str, status: u16) -> Json {
    json!([{ "service": "ec2", "operation": operation, "error": { "code": code, "status": status } }])
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("it can be made");
    fs::write(path, bytes).expect("it can be written");
}

/// The files below a directory that hold a text. Compiled plugins hold nothing of a run.
pub fn holders(directory: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("it is there") {
        let path = entry.expect("it can be read").path();
        if path.ends_with("cache/components") {
            continue;
        }
        if path.is_dir() {
            found.extend(holders(&path, text));
        } else if String::from_utf8_lossy(&fs::read(&path).expect("it can be read")).contains(text) {
            found.push(path.display().to_string());
        }
    }
    found
}
