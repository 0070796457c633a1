//! A private sysroot: the standard library for the target, built once from a compiler's own sources.
//!
//! After that, building a plugin is plain `cargo build` with a stable compiler. `-Zbuild-std` in every workspace would
//! build the standard library again for each of them, a minute of CPU each time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::BuildError;
use super::compiler::{Compiler, TARGET, Toolchain, has_core};
use super::environment::{cargo, encoded, remap, remap_registry};

/// The level that rustup's own standard library is built with.
const OPT_LEVEL: &str = "3";

/// The compiler with its private sysroot from `cache`, which is built on first use.
pub(crate) fn toolchain(compiler: &Compiler, cache: &Path, notice: fn(&str)) -> Result<Toolchain, BuildError> {
    let linker = compiler.linker()?;
    let sysroots = cache.join("sysroots");
    let sysroot = sysroots.join(key(compiler));
    if !is_complete(&sysroot) {
        fs::create_dir_all(&sysroots).map_err(BuildError::file("create", &sysroots))?;
        let lock = sysroots.join("lock");
        let held = File::create(&lock).map_err(BuildError::file("create", &lock))?;
        held.lock().map_err(BuildError::file("lock", &lock))?;
        // Another process may have built it while this one waited for the lock.
        if !is_complete(&sysroot) {
            notice("building the standard library for WebAssembly, once for this compiler");
            remove_abandoned(&sysroots)?;
            build(compiler, &sysroots, &sysroot)?;
        }
    }
    Ok(Toolchain { rustc: sysroot.join(WRAPPER), linker })
}

fn key(compiler: &Compiler) -> String {
    let mut digest = Sha256::new();
    for part in [&compiler.identity, &*compiler.path.to_string_lossy(), OPT_LEVEL, TARGET, LAYOUT] {
        digest.update(part);
        digest.update([0]);
    }
    let digest = digest.finalize();
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The version of the layout of a sysroot, to be raised when this file changes it.
const LAYOUT: &str = "1";

const WRAPPER: &str = "bin/rustc";

fn is_complete(sysroot: &Path) -> bool {
    sysroot.join(WRAPPER).is_file() && has_core(&sysroot.join("lib/rustlib").join(TARGET).join("lib"))
}

/// Builds the sysroot in a folder beside its place and moves it there at the end, so that a killed build leaves nothing
/// that looks complete.
fn build(compiler: &Compiler, sysroots: &Path, sysroot: &Path) -> Result<(), BuildError> {
    let scratch = tempfile::Builder::new()
        .prefix(SCRATCH)
        .tempdir_in(sysroots)
        .map_err(BuildError::file("create a folder in", sysroots))?;
    let built = compile(compiler, scratch.path())?;
    let staged = scratch.path().join("sysroot");
    let rustlib = staged.join("lib/rustlib");
    copy_libraries(&built, &rustlib.join(TARGET).join("lib"))?;
    link_host(compiler, &rustlib)?;
    write_wrapper(compiler, &staged.join(WRAPPER), sysroot)?;
    if sysroot.exists() {
        fs::remove_dir_all(sysroot).map_err(BuildError::file("remove the incomplete", sysroot))?;
    }
    fs::rename(&staged, sysroot).map_err(BuildError::file("create", sysroot))
}

const SCRATCH: &str = "building-";

/// Removes the folders of killed builds. The caller holds the lock, so no other build is under way.
fn remove_abandoned(sysroots: &Path) -> Result<(), BuildError> {
    for entry in sysroots.read_dir().map_err(BuildError::file("read", sysroots))?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(SCRATCH) {
            fs::remove_dir_all(entry.path()).map_err(BuildError::file("remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// Compiles an empty crate for the standard library that it depends on, and returns the folder of the libraries.
fn compile(compiler: &Compiler, scratch: &Path) -> Result<PathBuf, BuildError> {
    let manifest = scratch.join("Cargo.toml");
    write(&manifest, &empty_crate())?;
    write(&scratch.join("lib.rs"), "#![no_std]\n")?;
    // With bitcode, a plugin's own link-time optimisation reaches into the standard library.
    let flags = ["-Cembed-bitcode=yes".to_owned(), remap(&compiler.sources(), "/rust/library")]
        .into_iter()
        .chain(remap_registry());
    let mut cargo = cargo();
    cargo
        .current_dir(scratch)
        .args(["build", "--release", "-Zbuild-std=std,panic_abort", "--target", TARGET, "--manifest-path"])
        .arg(&manifest)
        .env("RUSTC", &compiler.path)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env("CARGO_ENCODED_RUSTFLAGS", encoded(flags));
    let output = cargo.output().map_err(BuildError::start(&cargo))?;
    if !output.status.success() {
        return Err(BuildError::failed(&cargo, output.status, &output.stderr));
    }
    Ok(scratch.join("target").join(TARGET).join("release/deps"))
}

fn empty_crate() -> String {
    format!(
        r#"[package]
name = "sysroot"
edition = "2024"

[lib]
path = "lib.rs"

[profile.release]
opt-level = {OPT_LEVEL}
panic = "abort"

[workspace]
"#
    )
}

fn copy_libraries(from: &Path, to: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(to).map_err(BuildError::file("create", to))?;
    for file in from.read_dir().map_err(BuildError::file("read", from))?.flatten() {
        let (path, name) = (file.path(), file.file_name());
        let is_ours = name.to_string_lossy().starts_with("libsysroot-");
        if path.extension().is_some_and(|extension| extension == "rlib") && !is_ours {
            fs::copy(&path, to.join(&name)).map_err(BuildError::file("copy", &path))?;
        }
    }
    Ok(())
}

/// Links the host's libraries: the same compiler compiles build scripts and procedural macros for the host.
fn link_host(compiler: &Compiler, rustlib: &Path) -> Result<(), BuildError> {
    let (real, link) = (compiler.sysroot.join("lib/rustlib").join(&compiler.host), rustlib.join(&compiler.host));
    symlink(&real, &link).map_err(BuildError::file("link", &link))
}

/// Writes the script that calls the compiler with the sysroot. `--sysroot` among the flags would do too, but flags are
/// part of the names that cargo gives to everything, so that a plugin would differ with the place of the cache.
fn write_wrapper(compiler: &Compiler, wrapper: &Path, sysroot: &Path) -> Result<(), BuildError> {
    let script = format!("#!/bin/sh\nexec {} --sysroot {} \"$@\"\n", quoted(&compiler.path), quoted(sysroot));
    if let Some(folder) = wrapper.parent() {
        fs::create_dir_all(folder).map_err(BuildError::file("create", folder))?;
    }
    write(wrapper, &script)?;
    make_executable(wrapper).map_err(BuildError::file("make executable", wrapper))
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

fn write(path: &Path, text: &str) -> Result<(), BuildError> {
    fs::write(path, text).map_err(BuildError::file("write", path))
}

#[cfg(unix)]
fn symlink(real: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(real, link)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
