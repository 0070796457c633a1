//! The shipped plugins all have one shape, so that who has read one of them finds his way in every other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::bindings::repository;

/// Lines of code that somebody reads in one go, for each file. Documentation, blank lines and tests come on top.
const MOST_LINES: usize = 120;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The folders of the plugins: those that the workspace takes as members.
fn plugins() -> Vec<PathBuf> {
    let folder = repository().join("plugins");
    let plugins: Vec<_> = names(&folder).into_iter().filter(|name| name.contains('-')).collect();
    assert!(plugins.len() >= 4, "{plugins:?}");
    plugins.into_iter().map(|name| folder.join(name)).collect()
}

fn lines_of_code(source: &str) -> usize {
    let before_tests = source.lines().take_while(|line| *line != "#[cfg(test)]");
    before_tests.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

/// The values of a key that stands on a line of its own.
fn value<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    manifest.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

#[test]
fn every_plugin_has_the_same_files_and_the_name_of_its_folder() {
    let files = BTreeSet::from(["Cargo.toml", "example.toml", "src"].map(str::to_owned));
    for plugin in plugins() {
        assert_eq!(names(&plugin), files, "{}", plugin.display());
        let manifest = read(&plugin.join("Cargo.toml"));
        assert_eq!(value(&manifest, "name"), plugin.file_name().and_then(|name| name.to_str()));
        let summary = value(&manifest, "description").unwrap_or_default();
        let is_sentence = summary.starts_with(char::is_uppercase) && !summary.ends_with('.');
        assert!(is_sentence, "{}: description = {summary:?}", plugin.display());
    }
}

#[test]
fn every_plugin_says_what_it_does_and_its_files_are_short() {
    let mut long = Vec::new();
    for source in plugins().into_iter().map(|plugin| plugin.join("src")) {
        for name in names(&source) {
            let (path, text) = (source.join(&name), read(&source.join(&name)));
            let is_said = name != "lib.rs" || text.starts_with("//! ");
            assert!(name.ends_with(".rs") && is_said, "{}", path.display());
            let lines = lines_of_code(&text);
            if lines > MOST_LINES && name != "tests.rs" {
                long.push(format!("{}: {lines}", path.display()));
            }
        }
        let plugin = read(&source.join("lib.rs"));
        assert_eq!(plugin.matches("stepwell_plugin::export!(").count(), 1, "{}", source.display());
    }
    assert!(long.is_empty(), "more than {MOST_LINES} lines of code in {long:#?}");
}

#[test]
fn only_lines_of_code_are_counted() {
    assert_eq!(lines_of_code("//! A.\n\nuse b;\n    // why\n/// C\nfn c() {}\n#[cfg(test)]\nmod tests {}\n"), 2);
}
