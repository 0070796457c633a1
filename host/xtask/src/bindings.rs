//! The guest bindings of `wit/`, generated ahead of time.
//!
//! They are committed with the SDK, so that a plugin author compiles neither the generator nor its macros. A test
//! below generates them again and holds the committed file to the contract.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use wit_bindgen_core::Files;
use wit_bindgen_core::WorldGenerator as _;
use wit_parser::{Resolve, Type, TypeDefKind};

/// Where the committed bindings lie, from the repository's root: this file, and one for each interface in the folder
/// [`INTERFACES`].
pub const BINDINGS: &str = "plugins/sdk/src/bindings.rs";

/// Where Rust looks for the modules that [`BINDINGS`] declares.
pub const INTERFACES: &str = "plugins/sdk/src/bindings/stepwell/step";

const HEADER: &str = "// From wit/, by `cargo xtask bindings`.\n";

/// The bindings for the world `plugin` of the WIT package in `wit`: Rust sources by their paths from the repository's
/// root.
///
/// # Errors
///
/// When the package does not parse, has no such world, or the generator does not understand it.
pub fn generate(wit: &Path) -> anyhow::Result<BTreeMap<PathBuf, String>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(wit)?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    let mut files = Files::default();
    options(&resolve).build().generate(&mut resolve, world, &mut files)?;
    let source: String = files.iter().map(|(_, source)| String::from_utf8_lossy(source)).collect();
    Ok(split(&source))
}

/// What the generator writes before the name of an imported interface, and what ends the module.
const MODULE: (&str, &str) = ("        pub mod ", "        }");

/// One file for each imported interface, and one for the rest: what changes with a service, and what is read, stays small.
fn split(source: &str) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let (mut rest, mut interface) = (HEADER.to_owned(), None::<(String, String)>);
    // Interfaces that are exported come last, and stay where they are.
    let mut imported = true;
    for line in source.split_inclusive('\n') {
        imported &= !line.starts_with("pub mod exports {");
        let name = line.strip_prefix(MODULE.0).and_then(|rest| rest.trim_end().strip_suffix(" {"));
        match (&mut interface, name) {
            (Some((name, body)), _) if line.trim_end() == MODULE.1 => {
                files.insert(Path::new(INTERFACES).join(format!("{name}.rs")), std::mem::take(body));
                interface = None;
            }
            (Some((_, body)), _) => body.push_str(line.strip_prefix("            ").unwrap_or(line)),
            (None, Some(name)) if imported => {
                rest.push_str(&format!("        pub mod {name};\n"));
                interface = Some((name.to_owned(), HEADER.to_owned()));
            }
            (None, _) => rest.push_str(line),
        }
    }
    files.insert(BINDINGS.into(), rest);
    files
}

/// Writes the bindings, in place of whatever was there.
///
/// # Errors
///
/// Those of [`generate`], and when a file cannot be written.
pub fn write(root: &Path) -> anyhow::Result<()> {
    let generated = generate(&root.join("wit"))?;
    let folder = root.join(INTERFACES);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("could not remove {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    for (path, source) in generated {
        let path = root.join(path);
        std::fs::write(&path, source).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(())
}

fn options(resolve: &Resolve) -> wit_bindgen_rust::Opts {
    wit_bindgen_rust::Opts {
        format: true,
        pub_export_macro: true,
        export_macro_name: Some("export_contract".to_owned()),
        default_bindings_module: Some("stepwell_plugin::bindings".to_owned()),
        generate_all: true,
        // `..Default::default()` in a request leaves room for the optional fields that AWS adds.
        additional_derive_attributes: vec!["Default".to_owned()],
        additional_derive_ignore: types_without_default(resolve),
        ..wit_bindgen_rust::Opts::default()
    }
}

fn types_without_default(resolve: &Resolve) -> Vec<String> {
    let names: BTreeSet<String> = resolve
        .types
        .iter()
        .filter(|(id, _)| !has_default(resolve, &Type::Id(*id)))
        .filter_map(|(_, definition)| definition.name.clone())
        .collect();
    names.into_iter().collect()
}

/// Whether `#[derive(Default)]` compiles for the Rust type of `of`: there is no default variant or case.
fn has_default(resolve: &Resolve, of: &Type) -> bool {
    let Type::Id(id) = of else { return true };
    match resolve.types.get(*id).map(|definition| &definition.kind) {
        Some(TypeDefKind::Record(record)) => record.fields.iter().all(|field| has_default(resolve, &field.ty)),
        Some(TypeDefKind::Tuple(tuple)) => tuple.types.iter().all(|each| has_default(resolve, each)),
        Some(TypeDefKind::Type(alias)) => has_default(resolve, alias),
        Some(TypeDefKind::Option(_) | TypeDefKind::List(_) | TypeDefKind::Map(..) | TypeDefKind::Flags(_)) => true,
        _ => false,
    }
}

/// The repository that this crate was built in.
#[must_use]
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_bindings_are_those_of_the_contract() {
        let generated = generate(&repository().join("wit")).unwrap();
        for (path, source) in &generated {
            let committed = std::fs::read_to_string(repository().join(path)).unwrap_or_default();
            assert!(*source == committed, "wit/ and {} differ; run: cargo xtask bindings", path.display());
        }
        let committed = std::fs::read_dir(repository().join(INTERFACES)).unwrap().count();
        assert_eq!(committed + 1, generated.len(), "{INTERFACES} holds what is no interface of wit/");
    }
}
