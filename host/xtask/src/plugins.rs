//! The build driver: from a workspace of plugins to components that the host can load.
//!
//! It names no folder of this repository: every place is an argument, so that it builds the plugins of others too.

mod compile;
mod compiler;
mod component;
mod debian;
mod environment;
mod error;
mod metadata;
mod operations;
mod python;
mod sysroot;
mod toolchain;

use std::path::{Path, PathBuf};

pub use compile::{CoreModule, compile};
pub use compiler::{TARGET, Toolchain};
pub use component::{Component, Contract, imports};
pub use error::BuildError;
pub use metadata::Metadata;
pub use python::PythonPlugin;
pub use toolchain::Search;

/// The folder for everything that can be built again: `cache` in `STEPWELL_HOME`, otherwise the user's cache folder.
#[must_use]
pub fn cache() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("STEPWELL_HOME")
        .map(|home| home.join("cache"))
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("stepwell")))
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache/stepwell")))
        .unwrap_or_else(|| Path::new("target/stepwell-cache").to_owned())
}
