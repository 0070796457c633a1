//! From Rust to core WebAssembly modules: plain `cargo build`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;

use super::BuildError;
use super::compiler::{TARGET, Toolchain};
use super::environment::{cargo, encoded, remap, remap_registry};
use super::metadata::{self, Metadata};

/// A plugin's core module, built by cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreModule {
    /// Name of the crate, with underscores.
    pub name: String,
    /// Its `Cargo.toml`.
    pub manifest: PathBuf,
    /// The module.
    pub path: PathBuf,
    /// What its component is to say about itself.
    pub metadata: Metadata,
}

/// Builds every plugin of the workspace of `manifest`. `root` is a folder above all of their sources. Cargo's messages
/// go to standard error.
///
/// # Errors
///
/// When cargo cannot be started, or a plugin does not compile.
pub fn compile(manifest: &Path, root: &Path, toolchain: &Toolchain) -> Result<Vec<CoreModule>, BuildError> {
    let mut cargo = cargo();
    cargo
        .args(["build", "--quiet", "--release", "--workspace", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics", "--manifest-path"])
        .arg(manifest)
        .env("RUSTC", &toolchain.rustc)
        .env("CARGO_ENCODED_RUSTFLAGS", encoded(remap_registry().into_iter().chain([remap(root, "/plugins")])))
        .stderr(Stdio::inherit());
    if let Some(linker) = &toolchain.linker {
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    let output = cargo.output().map_err(BuildError::start(&cargo))?;
    if !output.status.success() {
        return Err(BuildError::failed(&cargo, output.status, &[]));
    }
    Ok(core_modules(&String::from_utf8_lossy(&output.stdout), &metadata::of_workspace(manifest)?))
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    target: Option<Target>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// The plugins in cargo's messages, which report an up-to-date crate like one that was just built.
fn core_modules(messages: &str, metadata: &BTreeMap<PathBuf, Metadata>) -> Vec<CoreModule> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter_map(|message| {
            let target = message.target.filter(|target| target.kind.iter().any(|kind| kind == "cdylib"))?;
            let path = message.filenames.into_iter().find(|file| file.extension().is_some_and(|e| e == "wasm"))?;
            let (name, manifest) = (target.name.replace('-', "_"), message.manifest_path?);
            let metadata = metadata.get(&manifest)?.clone();
            Some(CoreModule { name, manifest, path, metadata })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plugins_are_taken_from_the_messages_of_cargo() {
        let messages = r#"
{"reason":"compiler-artifact","manifest_path":"/r/sdk/Cargo.toml","target":{"name":"stepwell_plugin","kind":["lib"]},"filenames":["/t/libstepwell_plugin.rlib"]}
{"reason":"compiler-artifact","manifest_path":"/r/ec2-start/Cargo.toml","target":{"name":"ec2_start","kind":["cdylib"]},"filenames":["/t/ec2_start.wasm"],"fresh":true}
{"reason":"build-finished","success":true}
"#;
        let metadata = Metadata { name: "ec2-start".to_owned(), ..Metadata::default() };
        let known = BTreeMap::from([(PathBuf::from("/r/ec2-start/Cargo.toml"), metadata.clone())]);
        let modules = core_modules(messages, &known);
        assert_eq!(modules.len(), 1);
        assert_eq!((modules[0].name.as_str(), &modules[0].metadata), ("ec2_start", &metadata));
        assert_eq!(modules[0].path, Path::new("/t/ec2_start.wasm"));
    }
}
