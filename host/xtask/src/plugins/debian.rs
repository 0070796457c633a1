//! Debian's packages of the compiler and the sources of its standard library.

use std::process::Stdio;

use super::compiler;
use super::environment::{command, on_path, printed};

/// The path of the compiler in Debian's packages.
pub(crate) const RUSTC: &str = "/usr/bin/rustc";

/// Compiler and sources. `rustc-web` is the newer compiler that stable releases get for building browsers.
const PACKAGES: [[&str; 2]; 2] = [["rustc-web", "rust-web-src"], ["rustc", "rust-src"]];

/// Installs them, as root, where apt offers them new enough.
pub(crate) fn install_compiler_with_sources(notice: fn(&str)) -> Result<(), String> {
    let Some(apt_get) = on_path("apt-get") else { return Err("there is no apt-get".to_owned()) };
    if !is_root() {
        return Err("apt-get needs root".to_owned());
    }
    let packages = match on_offer() {
        Some(packages) => packages,
        None => {
            notice("updating the list of Debian packages");
            // A failed update leaves the list as it was; the next line finds out whether that is enough.
            let _ = command(&apt_get).args(["-qq", "update"]).stdout(Stdio::null()).status();
            on_offer().ok_or("apt has no compiler that is new enough")?
        }
    };
    notice(&format!("installing {} with apt-get", packages.join(" and ")));
    let installed = command(apt_get)
        .args(["-qq", "-y", "--no-install-recommends", "install"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(Stdio::null())
        .status();
    match installed {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("apt-get could not install {}", packages.join(" and "))),
    }
}

fn on_offer() -> Option<[&'static str; 2]> {
    PACKAGES.into_iter().find(|packages| packages.iter().all(|package| is_new_enough(package)))
}

fn is_new_enough(package: &str) -> bool {
    let offered = printed(command("apt-cache").args(["policy", package])).unwrap_or_default();
    let candidate = offered.lines().find_map(|line| line.trim().strip_prefix("Candidate: ")).unwrap_or_default();
    compiler::is_new_enough(candidate)
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
