//! The search for the compiler that builds plugins.
//!
//! Tried in this order: a compiler whose sysroot has the target; rustup, unless it must not install; a compiler with
//! the sources of its standard library, from which a private sysroot is built once.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::compiler::{Compiler, TARGET, Toolchain};
use super::environment::{command, on_path};
use super::{BuildError, debian, sysroot};

/// How to look for a compiler.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The folder that keeps private sysroots.
    pub cache: &'a Path,
    /// Builds the standard library from sources even where the target is installed, as on a fresh machine.
    pub from_sources: bool,
    /// Receives a line before each step that takes long.
    pub notice: fn(&str),
}

impl Search<'_> {
    /// The compiler that plugins are built with.
    ///
    /// # Errors
    ///
    /// When no route leads to a compiler, or the one that does fails on its way.
    pub fn toolchain(&self) -> Result<Toolchain, BuildError> {
        let mut tried = Vec::new();
        if self.from_sources {
            tried.push("an installed target was not to be used".to_owned());
        } else {
            if let Some(compiler) = compilers().find(Compiler::has_target) {
                return compiler.into_toolchain();
            }
            tried.push("no compiler has the target installed".to_owned());
            match self.ask_rustup() {
                Ok(()) => match compilers().find(Compiler::has_target) {
                    Some(compiler) => return compiler.into_toolchain(),
                    None => tried.push("rustup installed the target for another compiler".to_owned()),
                },
                Err(reason) => tried.push(reason),
            }
        }
        let with_sources = compilers().find(Compiler::has_sources);
        match with_sources.map_or_else(|| self.ask_debian().map_err(|reason| tried.push(reason)).ok(), Some) {
            Some(compiler) => sysroot::toolchain(&compiler, self.cache, self.notice),
            None => Err(BuildError::NoTarget { target: TARGET, tried }),
        }
    }

    fn ask_rustup(&self) -> Result<(), String> {
        if std::env::var_os("RUSTUP_AUTO_INSTALL").is_some_and(|value| value == "0") {
            return Err("RUSTUP_AUTO_INSTALL=0 forbids rustup to install it".to_owned());
        }
        let Some(rustup) = on_path("rustup") else { return Err("there is no rustup".to_owned()) };
        (self.notice)("installing the target with rustup");
        let installed = command(rustup).args(["target", "add", TARGET]).stdout(Stdio::null()).status();
        match installed {
            Ok(status) if status.success() => Ok(()),
            _ => Err("rustup could not install it".to_owned()),
        }
    }

    fn ask_debian(&self) -> Result<Compiler, String> {
        debian::install_compiler_with_sources(self.notice)?;
        compilers()
            .find(Compiler::has_sources)
            .ok_or_else(|| "the compiler that Debian installed has no sources".to_owned())
    }
}

/// The compiler that `STEPWELL_RUSTC` names, otherwise the active one and the distribution's.
fn compilers() -> impl Iterator<Item = Compiler> {
    let candidates = match std::env::var_os("STEPWELL_RUSTC") {
        Some(named) => vec![PathBuf::from(named)],
        None => vec![PathBuf::from("rustc"), PathBuf::from(debian::RUSTC)],
    };
    candidates.into_iter().filter_map(|path| Compiler::at(&path))
}
