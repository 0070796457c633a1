//! Writes into a release which commit it was built from. Other builds have no such word: each commit would build the
//! program anew.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let profile = std::env::var("PROFILE").unwrap_or_default();
    let built = match profile.as_str() {
        "release" => {
            println!("cargo::rerun-if-changed=../../.git/HEAD");
            println!("cargo::rerun-if-changed=../../.git/logs/HEAD");
            let commit = git(&["show", "--no-patch", "--format=%h of %cs"]);
            // From an archive of the sources, there is none.
            format!("release {}", commit.unwrap_or_else(|| "of an unknown commit".to_owned()))
        }
        other => other.to_owned(),
    };
    println!("cargo::rustc-env=STEPWELL_BUILD={built}");
    println!("cargo::rustc-env=STEPWELL_TARGET={}", std::env::var("TARGET").unwrap_or_default());
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
