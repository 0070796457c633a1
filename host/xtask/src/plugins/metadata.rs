//! The name, version, description and licence of a plugin as sections of its component: a registry, or a reader of the
//! file, learns them without running anything.
//!
//! Names and forms of the sections are those of the crate `wasm-metadata`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use wasm_encoder::{ComponentNameSection, ComponentSection as _, CustomSection};

use super::BuildError;
use super::environment::cargo;

/// What the metadata of a component say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// The plugin's name in kebab-case.
    pub name: String,
    /// Its semantic version.
    pub version: String,
    /// What it does, in one sentence.
    pub description: Option<String>,
    /// An SPDX expression.
    pub license: Option<String>,
}

impl Metadata {
    /// The component with these metadata.
    pub(crate) fn add(&self, mut component: Vec<u8>) -> Vec<u8> {
        let mut names = ComponentNameSection::new();
        names.component(&self.name);
        names.append_to_component(&mut component);
        for (section, text) in self.sections() {
            let section = CustomSection { name: section.into(), data: Cow::Borrowed(text.as_bytes()) };
            section.append_to_component(&mut component);
        }
        component
    }

    fn sections(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let texts = [Some(&self.version), self.description.as_ref(), self.license.as_ref()];
        let named = ["version", "description", "licenses"].into_iter().zip(texts);
        named.filter_map(|(section, text)| Some((section, text?.as_str())))
    }

    /// Everything that [`Self::add`] writes, for the question whether a component was made of the same.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.add(Vec::new())
    }
}

/// The metadata of every package of the workspace of `manifest`, by their own manifests.
///
/// # Errors
///
/// When cargo cannot be started, or a manifest is wrong.
pub(crate) fn of_workspace(manifest: &Path) -> Result<BTreeMap<PathBuf, Metadata>, BuildError> {
    let mut cargo = cargo();
    cargo.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(manifest);
    let output = cargo.output().map_err(BuildError::start(&cargo))?;
    if !output.status.success() {
        return Err(BuildError::failed(&cargo, output.status, &output.stderr));
    }
    Ok(packages(&output.stdout))
}

#[derive(Deserialize)]
struct Workspace {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    manifest_path: PathBuf,
    #[serde(flatten)]
    metadata: Metadata,
}

fn packages(answer: &[u8]) -> BTreeMap<PathBuf, Metadata> {
    let workspace: Option<Workspace> = serde_json::from_slice(answer).ok();
    let packages = workspace.into_iter().flat_map(|workspace| workspace.packages);
    packages.map(|package| (package.manifest_path, package.metadata)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_of_a_plugin_are_those_of_its_manifest() {
        let answer = br#"{"packages":[{"name":"ec2-stop","version":"0.1.0","description":"Stops","license":null,
            "manifest_path":"/r/ec2-stop/Cargo.toml","targets":[]}]}"#;
        let found = packages(answer);
        let stop = &found[Path::new("/r/ec2-stop/Cargo.toml")];
        assert_eq!((stop.name.as_str(), stop.version.as_str()), ("ec2-stop", "0.1.0"));
        assert_eq!((stop.description.as_deref(), stop.license.as_deref()), (Some("Stops"), None));
    }

    #[test]
    fn the_sections_have_the_names_and_forms_of_registries() {
        let metadata = Metadata {
            name: "a-b".to_owned(),
            version: "1.2.3".to_owned(),
            description: Some("Does it".to_owned()),
            license: Some("MIT".to_owned()),
        };
        let component = metadata.add(b"\0asm\x0d\0\x01\0".to_vec());
        let sections = b"\0\x15\x0ecomponent-name\0\x04\x03a-b\0\x0d\x07version1.2.3\0\x13\x0bdescriptionDoes it\0\x0c\x08licensesMIT";
        assert_eq!(component[8..], sections[..]);
    }
}
