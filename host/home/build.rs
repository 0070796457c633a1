//! Makes the plugins that `cargo xtask plugins` has built part of the binary, so that one file is all that is
//! installed.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Read when the script runs: a checkout may have been moved, or copied with its `target/`, since the script was
    // compiled.
    let crate_folder = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let folder = Path::new(&crate_folder).join("../../plugins/target/components");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = match fs::read_dir(&folder) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>()?.into_iter().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "wasm"));
    files.sort();
    if files.is_empty() {
        println!("cargo::warning=this build ships without plugins; run `cargo xtask plugins` first");
    }
    let mut table = String::from("&[\n");
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-");
        let path = path.canonicalize()?;
        writeln!(table, "    Shipped {{ name: {name:?}, bytes: include_bytes!({path:?}) }},")
            .map_err(io::Error::other)?;
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("shipped.rs"), table)
}
