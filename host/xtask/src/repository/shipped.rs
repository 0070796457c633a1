//! The rules for every shipped plugin: one shape, so that a reader of one finds the way in all others, and exactly the
//! imports that its `plugin.toml` lists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{components, root};
use crate::plugins::imports;

/// The file `plugin.toml` of a plugin. Name, version and summary of a plugin in Rust stand in `Cargo.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PluginToml {
    /// The functions of the contract that the component imports, apart from those that [`is_free`].
    imports: Vec<String>,
}

/// Whether a plugin may import the function without listing it: it reaches only the run's own log and the clock.
fn is_free(import: &str) -> bool {
    import.starts_with("log.") || import == "clock.now"
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The names of the plugins: the folders that the workspace takes as members, apart from the SDK.
fn plugins() -> Vec<String> {
    let is_plugin = |name: &String| super::plugin(name).join("plugin.toml").is_file() || name.contains('-');
    let plugins: Vec<_> = names(&root().join("plugins")).into_iter().filter(is_plugin).collect();
    assert!(plugins.len() >= 4, "{plugins:?}");
    plugins
}

fn component(file: &str) -> PathBuf {
    let path = components().join(file);
    assert!(path.is_file(), "no {}; run: cargo xtask plugins", path.display());
    path
}

fn imports_of(file: &str) -> Vec<String> {
    imports(&std::fs::read(component(file)).unwrap()).unwrap()
}

/// The value of a key that stands on a line of its own.
fn value<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    manifest.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

#[test]
fn every_plugin_has_the_same_files_and_the_name_of_its_folder() {
    let files = BTreeSet::from(["Cargo.toml", "example.toml", "plugin.toml", "src"].map(str::to_owned));
    for plugin in plugins() {
        let folder = super::plugin(&plugin);
        assert_eq!(names(&folder), files, "{plugin}");
        let manifest = read(&folder.join("Cargo.toml"));
        assert_eq!(value(&manifest, "name"), Some(&*plugin));
        let summary = value(&manifest, "description").unwrap_or_default();
        let is_sentence = summary.starts_with(char::is_uppercase) && !summary.ends_with('.');
        assert!(is_sentence, "{plugin}: description = {summary:?}");
    }
}

#[test]
fn every_plugin_begins_with_its_documentation_and_exports_one_step() {
    for plugin in plugins() {
        let source = super::plugin(&plugin).join("src");
        assert!(names(&source).iter().all(|name| name.ends_with(".rs")), "{plugin}");
        let text = read(&source.join("lib.rs"));
        assert!(text.starts_with("//! "), "{plugin}");
        assert_eq!(text.matches("stepwell_plugin::export!(").count(), 1, "{plugin}");
    }
}

/// The import list is the permission list: a function too many is a permission too many, and a line too many in
/// `plugin.toml` is one that a later change would get without a review.
#[test]
fn every_plugin_imports_exactly_what_its_plugin_toml_lists() {
    for plugin in plugins() {
        let path = super::plugin(&plugin).join("plugin.toml");
        let manifest: PluginToml = toml::from_str(&read(&path)).unwrap_or_else(|error| panic!("{plugin}: {error}"));
        let mut listed = manifest.imports;
        listed.sort();
        let file = format!("{}.wasm", plugin.replace('-', "_"));
        let imported: Vec<_> = imports_of(&file).into_iter().filter(|import| !is_free(import)).collect();
        assert_eq!(listed, imported, "{plugin}: `plugin.toml` (left) and the component's imports (right) differ");
    }
}

#[test]
fn a_plugin_that_needs_nothing_imports_nothing() {
    assert!(imports_of("tests/noop.wasm").is_empty());
}
