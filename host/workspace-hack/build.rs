//! Without a build script, cargo leaves the build dependencies of `Cargo.toml` out of account.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
}
