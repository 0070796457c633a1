//! A plugin in Python: `app.py` and, beside it, `world.wit` with the plugin's imports.

use std::fs;
use std::path::{Path, PathBuf};

use stepwell_generic::wit::package;

use super::BuildError;
use super::component::{Component, Contract, wit_files};
use super::environment::command;
use super::operations;

/// The module of the plugin. Its name must differ from the world's.
const APP: &str = "app";

/// The file that names what it imports of the generic interface.
const PLUGIN: &str = "plugin.toml";

/// A plugin's Python sources.
#[derive(Debug, Clone)]
pub struct PythonPlugin {
    /// The plugin's name.
    pub name: String,
    /// The folder with `app.py` and `world.wit`.
    pub folder: PathBuf,
    /// The path of the component.
    pub component: PathBuf,
}

impl PythonPlugin {
    /// Makes the component with the program `componentize-py`, unless it exists and was made of the same sources by the
    /// same program.
    ///
    /// # Errors
    ///
    /// When the program is missing or fails, or the component does not fit the contract in `wit`.
    pub fn build(&self, componentize_py: &Path, wit: &Path) -> Result<Component, BuildError> {
        let mut source = componentize_py.to_string_lossy().into_owned().into_bytes();
        for file in self.files().into_iter().filter(|file| file.exists()) {
            source.extend(fs::read(&file).map_err(BuildError::file("read", &file))?);
        }
        let contract = Contract::read(wit)?;
        contract.fresh_or_made(&self.name, &self.component, &source, || {
            let component = self.componentize(componentize_py, wit)?;
            contract.check_imports(&self.name, &component)?;
            Ok(component)
        })
    }

    /// Its sources. Not every plugin has the last one.
    fn files(&self) -> [PathBuf; 3] {
        [self.folder.join(format!("{APP}.py")), self.folder.join("world.wit"), self.folder.join(PLUGIN)]
    }

    /// Runs the program on a copy of the sources: the interpreter leaves its bytecode beside them, and the contract
    /// must lie among the plugin's dependencies.
    fn componentize(&self, componentize_py: &Path, wit: &Path) -> Result<Vec<u8>, BuildError> {
        let scratch = tempfile::tempdir().map_err(BuildError::file("create", &std::env::temp_dir()))?;
        let dependencies = scratch.path().join("deps");
        fs::create_dir_all(&dependencies).map_err(BuildError::file("create", &dependencies))?;
        for file in self.files().into_iter().filter(|file| file.exists()) {
            copy(&file, scratch.path())?;
        }
        for file in wit_files(wit)? {
            copy(&file, &dependencies)?;
        }
        let operations = operations::named(&self.folder.join(PLUGIN))?;
        if !operations.is_empty() {
            let made = dependencies.join("aws.wit");
            fs::write(&made, package(&operations)).map_err(BuildError::file("write", &made))?;
        }
        let made = scratch.path().join("made.wasm");
        let mut command = command(componentize_py);
        command.current_dir(scratch.path()).args(["--quiet", "--wit-path", ".", "componentize", APP, "--output"]);
        // With a backtrace, the last lines of its output would be about the interpreter.
        command.arg(&made).env_remove("RUST_BACKTRACE");
        let output = command.output().map_err(BuildError::start(&command))?;
        if !output.status.success() {
            return Err(BuildError::failed(&command, output.status, &output.stderr));
        }
        fs::read(&made).map_err(BuildError::file("read", &made))
    }
}

fn copy(file: &Path, folder: &Path) -> Result<(), BuildError> {
    let copied = fs::copy(file, folder.join(file.file_name().unwrap_or_default()));
    copied.map(drop).map_err(BuildError::file("copy", file))
}
