//! Which compiler builds plugins, and how it links them.
//!
//! Tried in this order: a compiler whose sysroot has the target; rustup, unless it is told not to install; a compiler
//! with the sources of its standard library, of which a private sysroot is built once.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::environment::{command, on_path};
use super::{BuildError, debian, sysroot};

/// What plugins are compiled for: no WASI, so that the imports show that a plugin can reach nothing by itself.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A compiler that can build for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// The compiler, or a script that calls it with its private sysroot.
    pub rustc: PathBuf,
    /// The linker, when the compiler has none of its own.
    pub linker: Option<PathBuf>,
}

/// How to look for a compiler.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Where a private sysroot is kept.
    pub cache: &'a Path,
    /// Build the standard library from sources even where the target is installed: what a fresh machine does.
    pub from_sources: bool,
    /// Told of whatever takes long.
    pub notice: fn(&str),
}

/// A compiler and what it says of itself.
pub(crate) struct Compiler {
    pub(crate) path: PathBuf,
    pub(crate) sysroot: PathBuf,
    pub(crate) host: String,
    /// The whole answer to `rustc -vV`: names the compiler exactly.
    pub(crate) identity: String,
}

impl Search<'_> {
    /// The compiler that plugins are built with.
    ///
    /// # Errors
    ///
    /// When no route leads to one, or the one that does fails on its way.
    pub fn toolchain(&self) -> Result<Toolchain, BuildError> {
        let mut tried = Vec::new();
        if self.from_sources {
            tried.push("an installed target is not wanted".to_owned());
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

/// The named compiler alone, otherwise the active one and the distribution's.
fn compilers() -> impl Iterator<Item = Compiler> {
    let candidates = match std::env::var_os("STEPWELL_RUSTC") {
        Some(named) => vec![PathBuf::from(named)],
        None => vec![PathBuf::from("rustc"), PathBuf::from(debian::RUSTC)],
    };
    candidates.into_iter().filter_map(|path| Compiler::at(&path)).filter(Compiler::is_new_enough)
}

impl Compiler {
    fn at(path: &Path) -> Option<Self> {
        let identity = said(command(path).arg("-vV"))?;
        let sysroot = PathBuf::from(said(command(path).args(["--print", "sysroot"]))?.trim());
        let host = identity.lines().find_map(|line| line.strip_prefix("host: "))?.to_owned();
        // Not rustup's stand-in on the path: which compiler that runs depends on where and when.
        let real = sysroot.join("bin").join(format!("rustc{}", std::env::consts::EXE_SUFFIX));
        let path = if real.is_file() { real } else { path.to_owned() };
        Some(Self { path, sysroot, host, identity })
    }

    /// Debian's `rustc` of old stands beside `rustc-web` on many machines.
    fn is_new_enough(&self) -> bool {
        let release = self.identity.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default();
        version(release) >= version(env!("CARGO_PKG_RUST_VERSION"))
    }

    fn has_target(&self) -> bool {
        has_core(&self.sysroot.join("lib/rustlib").join(TARGET).join("lib"))
    }

    fn has_sources(&self) -> bool {
        sysroot::sources(&self.sysroot).join("Cargo.lock").is_file()
    }

    fn into_toolchain(self) -> Result<Toolchain, BuildError> {
        let linker = self.linker()?;
        Ok(Toolchain { rustc: self.path, linker })
    }

    /// None when the compiler finds its own.
    pub(crate) fn linker(&self) -> Result<Option<PathBuf>, BuildError> {
        if rust_lld(&self.sysroot, &self.host).is_file() {
            return Ok(None);
        }
        rustup_lld(&self.host).or_else(wasm_ld).map(Some).ok_or(BuildError::NoLinker)
    }
}

pub(crate) fn has_core(folder: &Path) -> bool {
    let Ok(files) = folder.read_dir() else { return false };
    files.flatten().any(|file| file.file_name().to_str().is_some_and(|name| name.starts_with("libcore-")))
}

fn rust_lld(sysroot: &Path, host: &str) -> PathBuf {
    sysroot.join("lib/rustlib").join(host).join("bin").join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX))
}

/// The linker of any rustup toolchain: it links object files of newer compilers too.
fn rustup_lld(host: &str) -> Option<PathBuf> {
    let home = std::env::var_os("RUSTUP_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".rustup")))?;
    let mut found: Vec<PathBuf> = home
        .join("toolchains")
        .read_dir()
        .ok()?
        .flatten()
        .map(|toolchain| rust_lld(&toolchain.path(), host))
        .filter(|linker| linker.is_file())
        .collect();
    found.sort();
    found.pop()
}

fn wasm_ld() -> Option<PathBuf> {
    on_path("wasm-ld").or_else(|| (18..40).rev().find_map(|version| on_path(&format!("wasm-ld-{version}"))))
}

pub(crate) fn version(text: &str) -> Vec<u32> {
    text.split(['.', '-']).map_while(|part| part.parse().ok()).take(2).collect()
}

/// What a program prints, when it succeeds.
pub(crate) fn said(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version("1.100.0") > version("1.95"));
        assert!(version("1.95.0") >= version("1.95"));
        assert!(version("1.63.0") < version("1.95"));
        assert!(version("1.97.0-nightly") >= version("1.95"));
    }

    #[test]
    fn a_folder_without_core_is_no_target() {
        assert!(!has_core(Path::new("nowhere")));
    }
}
