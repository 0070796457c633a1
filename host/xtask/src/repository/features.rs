//! The crates that compile for minutes are compiled once, whatever part of the workspace cargo is asked for
//! (`host/workspace-hack`).

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::task::cargo;

fn output(arguments: &[&str]) -> String {
    let output = cargo().args(arguments).arg("--offline").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Packages with their features, of the packages that these arguments select.
fn features(selected: &[&str], edges: &str) -> BTreeSet<String> {
    let tree = ["tree", "--edges", edges, "--prefix", "none", "--format", "{p} {f}"];
    output(&[&tree, selected].concat()).lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// cargo compiles these again when a dependency of theirs has other features.
const HEAVY: [&str; 2] = ["aws-sdk-ec2 ", "wasmtime "];

#[test]
fn every_member_that_needs_a_heavy_crate_has_the_features_of_the_whole_workspace() {
    let metadata: Json = serde_json::from_str(&output(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let members = metadata["packages"].as_array().unwrap().iter().map(|package| package["name"].as_str().unwrap());
    let whole = features(&["--workspace"], "normal,build,dev");
    for member in members.filter(|member| *member != "workspace-hack") {
        // Without and with what its tests need: as a dependency, and as what is tested.
        for edges in ["normal,build", "normal,build,dev"] {
            let part = features(&["--package", member], edges);
            if !part.iter().any(|package| HEAVY.iter().any(|heavy| package.starts_with(heavy))) {
                continue;
            }
            let other: Vec<_> = part.difference(&whole).collect();
            assert!(other.is_empty(), "{member} alone: {other:#?}; add to host/workspace-hack/Cargo.toml");
        }
    }
}
