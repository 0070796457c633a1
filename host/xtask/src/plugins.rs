//! The build driver: from a workspace of plugins to components that the host can load.
//!
//! A library that knows nothing of this repository but [`Repository`], so that the plugins of others can be built by it.

mod compile;
mod component;
mod debian;
mod environment;
mod error;
mod python;
mod sysroot;
mod toolchain;

use std::path::{Path, PathBuf};

pub use compile::{CoreModule, compile};
pub use component::{Component, Contract, imports};
pub use error::BuildError;
pub use python::PythonPlugin;
pub use toolchain::{Search, TARGET, Toolchain};

/// The folders of this repository that its own plugins are built in.
#[derive(Debug, Clone)]
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository with this root.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The contract.
    #[must_use]
    pub fn wit(&self) -> PathBuf {
        self.root.join("wit")
    }

    /// Where components go; those of test guests into `tests` below it.
    #[must_use]
    pub fn components(&self) -> PathBuf {
        self.root.join("plugins/target/components")
    }

    /// Builds the shipped plugins and the test guests.
    ///
    /// # Errors
    ///
    /// When there is no compiler for them, or one of them does not build or does not fit the contract.
    pub fn build(&self, search: Search<'_>) -> Result<Vec<Component>, BuildError> {
        let contract = Contract::read(&self.wit())?;
        let toolchain = search.toolchain()?;
        let mut modules = compile(&self.root.join("plugins/Cargo.toml"), &self.root, &toolchain)?;
        modules.sort_by_cached_key(|module| self.place(module));
        modules.iter().map(|module| contract.component(&module.name, &module.path, &self.place(module))).collect()
    }

    /// Builds the test guest in Python with the program `componentize-py`.
    ///
    /// # Errors
    ///
    /// When the program is missing or fails, or the guest does not fit the contract.
    pub fn build_python_guest(&self, componentize_py: &Path) -> Result<Component, BuildError> {
        let guest = PythonPlugin {
            name: "python".to_owned(),
            folder: self.root.join("tests/guests/python"),
            component: self.components().join("tests/python.wasm"),
        };
        guest.build(componentize_py, &self.wit())
    }

    fn place(&self, module: &CoreModule) -> PathBuf {
        let is_guest = module.manifest.starts_with(self.root.join("tests"));
        let folder = if is_guest { self.components().join("tests") } else { self.components() };
        folder.join(format!("{}.wasm", module.name))
    }
}

/// Where Stepwell keeps what it can make again: `cache` of `STEPWELL_HOME`, otherwise the user's cache folder.
#[must_use]
pub fn cache() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("STEPWELL_HOME")
        .map(|home| home.join("cache"))
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("stepwell")))
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache/stepwell")))
        .unwrap_or_else(|| Path::new("target/stepwell-cache").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports_of(component: &str) -> Vec<String> {
        let path = Repository::new(crate::bindings::repository()).components().join(component);
        let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("no {}; run: cargo xtask plugins", path.display()));
        imports(&bytes).unwrap()
    }

    /// The import list is the permission list, so one function too many is a permission too many.
    #[test]
    fn the_shipped_plugins_import_exactly_what_they_need() {
        let power = |operation: &str| {
            vec![
                "clock.now".to_owned(),
                "ec2.describe-instances".to_owned(),
                operation.to_owned(),
                "log.line".to_owned(),
            ]
        };
        assert_eq!(imports_of("ec2_start.wasm"), power("ec2.start-instances"));
        assert_eq!(imports_of("ec2_stop.wasm"), power("ec2.stop-instances"));
        assert_eq!(
            imports_of("ec2_restart.wasm"),
            ["clock.now", "ec2.describe-instance-status", "ec2.reboot-instances", "log.line"]
        );
        assert_eq!(
            imports_of("aws_validate_credentials.wasm"),
            ["credentials.describe", "log.line", "log.pairs", "sts.get-caller-identity"]
        );
    }

    #[test]
    fn a_plugin_that_needs_nothing_imports_nothing() {
        assert!(imports_of("tests/noop.wasm").is_empty());
    }
}
