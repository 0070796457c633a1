//! This repository: where its parts lie, and how its plugins and test guests are built.
//!
//! The build driver ([`plugins`](crate::plugins)) and the tasks take these places as arguments or ask for them here.

#[cfg(test)]
mod features;
#[cfg(test)]
mod shipped;

use std::path::{Path, PathBuf};

use crate::plugins::{BuildError, Component, Contract, CoreModule, PythonPlugin, Search, compile};

/// The repository that this crate was built in.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// The folder of the contract.
#[must_use]
pub fn wit() -> PathBuf {
    root().join("wit")
}

/// The folder of a shipped plugin's sources.
#[must_use]
pub fn plugin(name: &str) -> PathBuf {
    root().join("plugins").join(name)
}

/// A `STEPWELL_HOME` of the tasks that holds nothing but the cache of compiled components.
#[must_use]
pub fn compiling_home() -> PathBuf {
    root().join("target/compiling-home")
}

/// The compiled components in [`compiling_home`]: those of all plugins and test guests after `cargo xtask test`.
#[must_use]
pub fn compiled_components() -> PathBuf {
    compiling_home().join("cache/components")
}

/// The folder of the built components; those of the test guests lie in `tests` below it.
#[must_use]
pub fn components() -> PathBuf {
    root().join("plugins/target/components")
}

/// Builds the shipped plugins and the test guests in Rust.
///
/// # Errors
///
/// When no compiler can build for the target, or a plugin does not build or does not fit the contract.
pub fn build_plugins(search: Search<'_>) -> Result<Vec<Component>, BuildError> {
    let contract = Contract::read(&wit())?;
    let toolchain = search.toolchain()?;
    let mut modules = compile(&root().join("plugins/Cargo.toml"), &root(), &toolchain)?;
    modules.sort_by_cached_key(component_path);
    let component =
        |module: &CoreModule| contract.component(&module.name, &module.path, &module.metadata, &component_path(module));
    modules.iter().map(component).collect()
}

/// Builds the test guest in Python with the program `componentize-py`.
///
/// # Errors
///
/// When the program is missing or fails, or the guest does not fit the contract.
pub fn build_python_guests(componentize_py: &Path) -> Result<Vec<Component>, BuildError> {
    let guests = ["python", "quota-report"].map(|name| PythonPlugin {
        name: name.to_owned(),
        folder: root().join("tests/guests").join(name),
        component: components().join(format!("tests/{}.wasm", name.replace('-', "_"))),
    });
    guests.iter().map(|guest| guest.build(componentize_py, &wit())).collect()
}

fn component_path(module: &CoreModule) -> PathBuf {
    let is_guest = module.manifest.starts_with(root().join("tests"));
    let folder = if is_guest { components().join("tests") } else { components() };
    folder.join(format!("{}.wasm", module.name))
}
