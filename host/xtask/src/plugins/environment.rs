//! Child processes with an environment that does not depend on how *this* process was built.
//!
//! `RUSTFLAGS` silently overrides every flag of a manifest or a configuration file, and `cargo run` hands its own
//! package's variables down. `RUSTUP_TOOLCHAIN` stays: with it, rustup passes the active toolchain on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SCRUBBED: [&str; 6] =
    ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];

const SCRUBBED_PREFIXES: [&str; 9] = [
    "RUSTC",
    "CARGO_BUILD_",
    "CARGO_TARGET_",
    "CARGO_PROFILE_",
    "CARGO_UNSTABLE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
    "CARGO_BIN_",
    "CARGO_CFG_",
];

/// A command for `program` with a clean environment.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_scrubbed)) {
        command.env_remove(name);
    }
    command
}

fn is_scrubbed(name: &str) -> bool {
    SCRUBBED.contains(&name) || SCRUBBED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The cargo that runs this process, otherwise the one on the path.
pub(crate) fn cargo() -> Command {
    command(PathBuf::from(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))))
}

/// The value of `CARGO_ENCODED_RUSTFLAGS`, which overrides every other place for flags.
pub(crate) fn encoded(flags: impl Iterator<Item = String>) -> String {
    flags.collect::<Vec<_>>().join("\x1f")
}

/// The flag that shows another path in place of the real one. Panic messages carry the paths of their sources: the real
/// ones would tell whose machine built a plugin, and make it differ from machine to machine.
pub(crate) fn remap(real: &Path, shown: &str) -> String {
    format!("--remap-path-prefix={}={shown}", real.display())
}

/// The flags for the folders that cargo unpacks dependencies into, one folder for each registry.
pub(crate) fn remap_registry() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let Some(sources) = home.map(|home| home.join("registry/src")) else { return Vec::new() };
    let Ok(registries) = sources.read_dir() else { return Vec::new() };
    registries.flatten().map(|registry| remap(&registry.path(), "/cargo")).collect()
}

/// The standard output of a program that succeeds.
pub(crate) fn printed(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// The first program of this name on the path.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_change_a_build_are_scrubbed_and_the_choice_of_the_toolchain_is_not() {
        for name in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC",
            "RUSTC_WRAPPER",
            "RUSTC_BOOTSTRAP",
            "CARGO_BUILD_TARGET",
            "CARGO_TARGET_DIR",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            "CARGO_MANIFEST_DIR",
            "CARGO_PKG_NAME",
        ] {
            assert!(is_scrubbed(name), "{name}");
        }
        for name in ["RUSTUP_TOOLCHAIN", "RUSTUP_AUTO_INSTALL", "CARGO_HOME", "PATH", "HOME", "CARGO_NET_OFFLINE"] {
            assert!(!is_scrubbed(name), "{name}");
        }
    }
}
