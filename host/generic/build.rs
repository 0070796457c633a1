//! Makes the models that `cargo xtask models` has written part of the binary, so that one file is all that is installed.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Read when the script runs: a checkout may have been moved, or copied with its `target/`, since the script was
    // compiled.
    let crate_folder = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let path = Path::new(&crate_folder).join("../../target/models/aws.models");
    println!("cargo::rerun-if-changed={}", path.display());
    let expression = match path.canonicalize() {
        Ok(path) => format!("include_bytes!({path:?})"),
        Err(_) => {
            println!("cargo::warning=this build ships without AWS's models; run `cargo xtask models` first");
            "&[]".to_owned()
        }
    };
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("shipped.rs"), expression)
}
