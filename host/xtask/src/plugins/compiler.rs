//! A Rust compiler on this machine: what it can build for, and which linker it needs.

use std::path::{Path, PathBuf};

use super::BuildError;
use super::environment::{command, on_path, printed};

/// The target of plugins: without WASI, so that the imports show that a plugin can reach nothing by itself.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A compiler that can build for [`TARGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// The compiler, or a script that calls it with its private sysroot.
    pub rustc: PathBuf,
    /// The linker, when the compiler has none of its own.
    pub linker: Option<PathBuf>,
}

/// An installed compiler.
pub(crate) struct Compiler {
    pub(crate) path: PathBuf,
    pub(crate) sysroot: PathBuf,
    pub(crate) host: String,
    /// The whole output of `rustc -vV`: it names the compiler exactly.
    pub(crate) identity: String,
}

impl Compiler {
    /// The compiler that `path` runs; `None` when there is none, or one that is too old.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let identity = printed(command(path).arg("-vV"))?;
        let sysroot = PathBuf::from(printed(command(path).args(["--print", "sysroot"]))?.trim());
        let host = identity.lines().find_map(|line| line.strip_prefix("host: "))?.to_owned();
        // The compiler itself, not rustup's proxy on the path, which runs another one in another folder.
        let real = sysroot.join("bin").join(format!("rustc{}", std::env::consts::EXE_SUFFIX));
        let path = if real.is_file() { real } else { path.to_owned() };
        // On many machines an old `rustc` of Debian stands beside `rustc-web`.
        let release = identity.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default();
        is_new_enough(release).then_some(Self { path, sysroot, host, identity })
    }

    pub(crate) fn has_target(&self) -> bool {
        has_core(&self.sysroot.join("lib/rustlib").join(TARGET).join("lib"))
    }

    /// The folder with the sources of the standard library.
    pub(crate) fn sources(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust/library")
    }

    pub(crate) fn has_sources(&self) -> bool {
        self.sources().join("Cargo.lock").is_file()
    }

    pub(crate) fn into_toolchain(self) -> Result<Toolchain, BuildError> {
        let linker = self.linker()?;
        Ok(Toolchain { rustc: self.path, linker })
    }

    /// The linker to name to the compiler; `None` when it finds its own.
    pub(crate) fn linker(&self) -> Result<Option<PathBuf>, BuildError> {
        if rust_lld(&self.sysroot, &self.host).is_file() {
            return Ok(None);
        }
        rustup_lld(&self.host).or_else(wasm_ld).map(Some).ok_or(BuildError::NoLinker)
    }
}

/// Whether a folder of libraries holds the one that everything is built on.
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
    let mut linkers: Vec<PathBuf> = home
        .join("toolchains")
        .read_dir()
        .ok()?
        .flatten()
        .map(|toolchain| rust_lld(&toolchain.path(), host))
        .filter(|linker| linker.is_file())
        .collect();
    linkers.sort();
    linkers.pop()
}

fn wasm_ld() -> Option<PathBuf> {
    on_path("wasm-ld").or_else(|| (18..40).rev().find_map(|version| on_path(&format!("wasm-ld-{version}"))))
}

/// Whether a compiler of this version compiles the plugins: the `rust-version` of this crate is theirs.
pub(crate) fn is_new_enough(version: &str) -> bool {
    numbers(version) >= numbers(env!("CARGO_PKG_RUST_VERSION"))
}

/// Major and minor.
fn numbers(version: &str) -> Vec<u32> {
    version.split(['.', '-']).map_while(|part| part.parse().ok()).take(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("1.100.0") > numbers("1.95"));
        assert!(numbers("1.95.0") >= numbers("1.95"));
        assert!(numbers("1.63.0") < numbers("1.95"));
        assert!(numbers("1.97.0-nightly") >= numbers("1.95"));
    }

    #[test]
    fn a_folder_without_core_is_no_target() {
        assert!(!has_core(Path::new("nowhere")));
    }
}
