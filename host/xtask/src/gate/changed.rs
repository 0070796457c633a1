//! The crates and promises that a change reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::host;
use crate::repository;
use crate::task::{TaskError, name};

/// The promises of the crates that few promises depend on. A change of any other crate reaches all promises.
const KEEPS: [(&str, &[&str]); 1] = [("stepwell-import", &["imports_jobs"])];

/// The promises about all plugins. The promises about one plugin mention its name.
const ABOUT_PLUGINS: [&str; 3] = ["documents_steps", "knows_its_plugins", "runs_examples"];

/// The extent of the checks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Everything,
    Nothing,
    Reached(Reached),
}

/// The parts that a change reaches.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// Packages of the host.
    packages: BTreeSet<String>,
    /// Modules of `tests/promises.rs`, and modules below them such as `steps::ec2`.
    promises: BTreeSet<String>,
    /// Whether plugins are checked.
    plugins: bool,
}

impl Scope {
    /// The extent of the change since this revision, with uncommitted and untracked files.
    pub(super) fn since(revision: &str) -> Result<Self, TaskError> {
        let mut paths = git(&["diff", "--name-only", "--relative", revision, "--"])?;
        paths.extend(git(&["ls-files", "--others", "--exclude-standard"])?);
        Ok(Workspace::read()?.reached(&paths))
    }

    pub(super) fn reaches_host(&self) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Reached(reached) => !reached.packages.is_empty(),
        }
    }

    pub(super) fn reaches_plugins(&self) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Reached(reached) => reached.plugins,
        }
    }

    pub(super) fn reaches_promises(&self) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Reached(reached) => !reached.promises.is_empty(),
        }
    }

    /// The arguments that name the packages to cargo.
    pub(super) fn packages(&self) -> Vec<String> {
        match self {
            Self::Everything | Self::Nothing => vec!["--workspace".to_owned()],
            Self::Reached(reached) => named(&reached.packages),
        }
    }

    /// The commands that run the tests of the host, except the tests in documentation.
    pub(super) fn tests(&self, has_nextest: bool) -> Vec<Command> {
        let runner: &[&str] = if has_nextest { &["nextest", "run"] } else { &["test"] };
        let mut tests = host(runner);
        tests.arg("--no-fail-fast").args(self.packages());
        let Self::Reached(reached) = self else { return vec![tests] };
        let promises = reached.promises.iter().map(|promise| format!("{promise}::"));
        if has_nextest {
            let promises = promises.map(|promise| format!("test(/^{promise}/)")).collect::<Vec<_>>().join(" | ");
            let promises = if promises.is_empty() { "none()".to_owned() } else { promises };
            tests.arg("--filterset").arg(format!("not binary_id(stepwell::promises) or ({promises})"));
            return vec![tests];
        }
        // `cargo test` cannot leave one test binary out, so the package of the promises has commands of its own.
        let (promising, others): (BTreeSet<_>, _) = reached.packages.iter().cloned().partition(|of| of == "stepwell");
        let mut commands = Vec::new();
        if !others.is_empty() {
            let mut all = host(&["test", "--no-fail-fast"]);
            all.args(named(&others));
            commands.push(all);
        }
        if !promising.is_empty() {
            commands.push(host(&["test", "--package", "stepwell", "--bins"]));
        }
        if !reached.promises.is_empty() {
            let mut kept = host(&["test", "--no-fail-fast", "--package", "stepwell", "--test", "promises", "--"]);
            kept.args(promises);
            commands.push(kept);
        }
        commands
    }
}

fn named(packages: &BTreeSet<String>) -> Vec<String> {
    packages.iter().flat_map(|package| ["--package".to_owned(), package.clone()]).collect()
}

fn git(arguments: &[&str]) -> Result<Vec<String>, TaskError> {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(repository::root());
    let output = git.output().map_err(|source| TaskError::Start { program: name(&git), source })?;
    if !output.status.success() {
        let found = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(TaskError::Wrong { program: name(&git), found });
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// The crates of the host, their dependents, and the promises.
struct Workspace {
    /// The package in each folder, relative to the repository.
    packages: BTreeMap<String, String>,
    /// The packages that depend on each package.
    dependents: BTreeMap<String, BTreeSet<String>>,
    /// The modules of `tests/promises.rs`.
    promises: BTreeSet<String>,
    /// The text of each source file of a promise, relative to the repository.
    sources: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: std::path::PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

impl Workspace {
    fn read() -> Result<Self, TaskError> {
        let mut cargo = host(&["metadata", "--format-version", "1", "--no-deps"]);
        let output = cargo.output().map_err(|source| TaskError::Start { program: name(&cargo), source })?;
        let metadata: Metadata = serde_json::from_slice(&output.stdout).map_err(|error| TaskError::Wrong {
            program: name(&cargo),
            found: format!("{error}\n{}", String::from_utf8_lossy(&output.stderr)),
        })?;
        let mut workspace = Self {
            packages: BTreeMap::new(),
            dependents: BTreeMap::new(),
            promises: BTreeSet::new(),
            sources: sources()?,
        };
        for package in metadata.packages {
            let folder = package.manifest_path.parent().and_then(|folder| folder.strip_prefix(repository::root()).ok());
            let folder = folder.unwrap_or(Path::new("")).to_string_lossy().into_owned();
            for dependency in package.dependencies {
                workspace.dependents.entry(dependency.name).or_default().insert(package.name.clone());
            }
            workspace.packages.insert(folder, package.name);
        }
        let promises = workspace.sources.get("tests/promises.rs").map(String::as_str).unwrap_or_default();
        let modules = promises.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'));
        workspace.promises = modules.filter(|module| *module != "support").map(str::to_owned).collect();
        Ok(workspace)
    }

    fn reached(&self, paths: &[String]) -> Scope {
        let mut reached = Reached::default();
        for path in paths {
            if !self.reach(path, &mut reached) {
                return Scope::Everything;
            }
        }
        if !reached.promises.is_empty() {
            reached.packages.insert("stepwell".to_owned());
        }
        if reached.packages.is_empty() && !reached.plugins { Scope::Nothing } else { Scope::Reached(reached) }
    }

    /// Adds the parts that a changed file reaches. `false` when they are unknown: then everything is checked.
    fn reach(&self, path: &str, reached: &mut Reached) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["host", "xtask", ..] => false,
            ["host", folder, ..] => {
                let Some(package) = self.packages.get(&format!("host/{folder}")) else { return false };
                reached.packages.extend(self.resting_on(package));
                match KEEPS.iter().find(|(of, _)| of == package) {
                    Some((_, promises)) => reached.promises.extend(promises.iter().map(|&promise| promise.to_owned())),
                    None => reached.promises.extend(self.promises.iter().cloned()),
                }
                true
            }
            ["plugins", "sdk", ..] | ["plugins", "Cargo.toml" | "Cargo.lock"] => {
                reached.plugins = true;
                reached.promises.extend(ABOUT_PLUGINS.map(str::to_owned));
                reached.promises.insert("steps".to_owned());
                true
            }
            ["plugins", plugin, ..] => {
                reached.plugins = true;
                reached.promises.extend(ABOUT_PLUGINS.map(str::to_owned));
                let names_it = |text: &str| text.contains(&format!("\"{plugin}\""));
                let sources = self.sources.iter().filter(|(_, text)| names_it(text));
                reached.promises.extend(sources.filter_map(|(source, _)| self.promise_of(source)));
                true
            }
            ["tests", "promises.rs" | "support" | "guests" | "emulators" | "requirements.txt", ..] => false,
            ["tests", "bench" | "bench-requirements.txt", ..] => true,
            ["tests", ..] => match self.promise_of(path) {
                Some(promise) => {
                    reached.promises.insert(promise);
                    true
                }
                None => false,
            },
            ["examples", ..] => {
                reached.promises.extend(["runs_examples", "calls_aws", "sends_requests"].map(str::to_owned));
                true
            }
            // Tests read the guides and the manual.
            ["docs", page, ..] => {
                let of_page = match *page {
                    "aws.md" => Some("calls_aws"),
                    "http.md" => Some("sends_requests"),
                    _ => None,
                };
                reached.promises.extend(of_page.map(str::to_owned));
                reached.packages.insert("stepwell-model".to_owned());
                reached.promises.insert("documents_steps".to_owned());
                true
            }
            ["README.md" | "justfile" | "LICENSE-APACHE" | "LICENSE-MIT" | ".gitignore" | ".gitattributes"] => true,
            _ => false,
        }
    }

    /// The package and all its direct and indirect dependents.
    fn resting_on(&self, package: &str) -> BTreeSet<String> {
        let (mut all, mut wanted) = (BTreeSet::new(), vec![package.to_owned()]);
        while let Some(package) = wanted.pop() {
            if all.insert(package.clone()) {
                wanted.extend(self.dependents.get(&package).into_iter().flatten().cloned());
            }
        }
        all
    }

    /// The module of a file: `steps::ec2` for `tests/steps/ec2/power.rs`, `denies` for `tests/denies.rs`.
    fn promise_of(&self, path: &str) -> Option<String> {
        let mut parts = path.strip_prefix("tests/")?.strip_suffix(".rs")?.split('/');
        let promise = parts.next().filter(|promise| self.promises.contains(*promise))?;
        match parts.next() {
            Some(part) if promise == "steps" => Some(format!("{promise}::{part}")),
            _ => Some(promise.to_owned()),
        }
    }
}

/// The source files below `tests/`.
fn sources() -> Result<BTreeMap<String, String>, TaskError> {
    let mut sources = BTreeMap::new();
    for path in git(&["ls-files", "--cached", "--others", "--exclude-standard", "tests/*.rs"])? {
        let file = repository::root().join(&path);
        if !path.starts_with("tests/guests/") && file.is_file() {
            sources.insert(path, std::fs::read_to_string(&file).map_err(TaskError::file(&file))?);
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(paths: &[&str]) -> Scope {
        let paths: Vec<_> = paths.iter().map(|&path| path.to_owned()).collect();
        Workspace::read().unwrap().reached(&paths)
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_change_of_the_importer_reaches_the_binary_and_one_promise() {
        let Scope::Reached(reached) = reached(&["host/import/src/lib.rs"]) else { panic!("not limited") };
        assert!(reached.packages.is_superset(&names(&["stepwell-import", "stepwell"])), "{reached:?}");
        assert!(!reached.packages.contains("stepwell-aws"), "{reached:?}");
        assert_eq!((reached.promises, reached.plugins), (names(&["imports_jobs"]), false));
    }

    #[test]
    fn a_change_of_the_vocabulary_reaches_every_crate_and_every_promise() {
        let workspace = Workspace::read().unwrap();
        let Scope::Reached(reached) = reached(&["host/model/src/id.rs"]) else { panic!("not limited") };
        assert!(reached.packages.is_superset(&names(&["stepwell-aws", "stepwell-engine", "stepwell"])), "{reached:?}");
        assert_eq!(reached.promises, workspace.promises);
    }

    #[test]
    fn a_change_of_a_plugin_reaches_the_promises_that_name_it() {
        let Scope::Reached(reached) = reached(&["plugins/ecs-stop-task/src/lib.rs"]) else { panic!("not limited") };
        assert!(reached.plugins && reached.promises.contains("steps::ecs"), "{reached:?}");
        assert!(!reached.promises.contains("steps::s3"), "{reached:?}");
        assert_eq!(reached.packages, names(&["stepwell"]));
    }

    #[test]
    fn a_change_of_a_promise_reaches_itself_and_one_of_the_guides_what_reads_them() {
        let Scope::Reached(reached) = reached(&["tests/steps/ec2/power.rs", "tests/denies.rs"]) else {
            panic!("not limited")
        };
        assert_eq!(reached.promises, names(&["denies", "steps::ec2"]));
        let Scope::Reached(reached) = self::reached(&["docs/jobs.md"]) else { panic!("not limited") };
        assert_eq!(reached.promises, names(&["documents_steps"]));
    }

    #[test]
    fn what_reaches_nothing_or_cannot_be_told_is_known() {
        assert_eq!(reached(&[]), Scope::Nothing);
        assert_eq!(reached(&["README.md"]), Scope::Nothing);
        for path in [
            "Cargo.toml",
            "wit/deps/ec2.wit",
            "host/xtask/src/gate.rs",
            "tests/support/mod.rs",
            "tests/contract/0.1.0/old_stop.wasm",
            "host/unknown/x.rs",
        ] {
            assert_eq!(reached(&[path]), Scope::Everything, "{path}");
        }
    }

    #[test]
    fn the_promises_of_the_table_exist() {
        let workspace = Workspace::read().unwrap();
        let named = KEEPS.iter().flat_map(|(_, promises)| *promises).chain(&ABOUT_PLUGINS);
        for promise in named {
            assert!(workspace.promises.contains(*promise), "{promise}");
        }
        for (package, _) in KEEPS {
            assert!(workspace.packages.values().any(|of| of == package), "{package}");
        }
    }
}
