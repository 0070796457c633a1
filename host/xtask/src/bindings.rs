//! The guest bindings of `wit/`, generated ahead of time.
//!
//! They are committed with the SDK, so that a plugin author compiles neither the generator nor its macros. A test
//! below generates them again and holds the committed file to the contract.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wit_bindgen_core::Files;
use wit_bindgen_core::WorldGenerator as _;
use wit_parser::{Resolve, Type, TypeDefKind};

/// Where the committed bindings lie, from the repository's root.
pub const BINDINGS: &str = "plugins/sdk/src/bindings.rs";

const HEADER: &str = "// From wit/, by `cargo xtask bindings`.\n";

/// The bindings for the world `plugin` of the WIT package in `wit`, as Rust source.
///
/// # Errors
///
/// When the package does not parse, has no such world, or the generator does not understand it.
pub fn generate(wit: &Path) -> anyhow::Result<String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(wit)?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    let mut files = Files::default();
    options(&resolve).build().generate(&mut resolve, world, &mut files)?;
    let sources = files.iter().map(|(_, source)| String::from_utf8_lossy(source).into_owned());
    Ok(std::iter::once(HEADER.to_owned()).chain(sources).collect())
}

fn options(resolve: &Resolve) -> wit_bindgen_rust::Opts {
    wit_bindgen_rust::Opts {
        format: false,
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
        let committed = std::fs::read_to_string(repository().join(BINDINGS)).unwrap();
        assert!(generated == committed, "wit/ and {BINDINGS} differ; run: cargo xtask bindings");
    }
}
