//! The generic interface `stepwell:aws`, made for each plugin from what it imports of it.

use std::path::Path;

use serde::Deserialize;
use stepwell_generic::wit::{Functions, PACKAGE, VERSION, package};
use wit_component::StringEncoding;
use wit_parser::{Resolve, WorldId};

use super::BuildError;

/// The world of a plugin that imports more than the contract has.
const WORLD: &str = "plugin-with-operations";

/// The contract, and the functions of the generic interface that one plugin imports.
pub(super) struct Extended {
    pub(super) resolve: Resolve,
    pub(super) world: WorldId,
}

/// The functions of the generic interface that a core module imports.
pub(super) fn imported(module: &[u8]) -> anyhow::Result<Functions> {
    let mut functions = Functions::new();
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        if let wasmparser::Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                if let Some(service) = service(import.module) {
                    functions.entry(service.to_owned()).or_default().insert(import.name.to_owned());
                }
            }
        }
    }
    Ok(functions)
}

/// The service of an interface such as `stepwell:aws/dynamodb@0.1.0`.
fn service(interface: &str) -> Option<&str> {
    let (service, version) = interface.strip_prefix(PACKAGE)?.strip_prefix('/')?.split_once('@')?;
    (version == VERSION).then_some(service)
}

impl Extended {
    /// The contract of `resolve` with these functions besides.
    pub(super) fn new(resolve: &Resolve, functions: &Functions) -> anyhow::Result<Self> {
        let mut resolve = resolve.clone();
        resolve.push_str("aws.wit", &package(functions))?;
        let imports: String =
            functions.keys().map(|service| format!("    import {PACKAGE}/{service}@{VERSION};\n")).collect();
        let world = format!(
            "package stepwell:made@0.0.0;\nworld {WORLD} {{\n    include stepwell:step/plugin@0.2.0;\n{imports}}}\n"
        );
        let made = resolve.push_str("made.wit", &world)?;
        let world = resolve.select_world(&[made], Some(WORLD))?;
        Ok(Self { resolve, world })
    }

    /// Adds the types of the functions to a core module: the SDK's imports do not have them.
    pub(super) fn describe(&self, module: &mut Vec<u8>) -> anyhow::Result<()> {
        wit_component::embed_component_metadata(module, &self.resolve, self.world, StringEncoding::UTF8)
    }
}

/// The part of a `plugin.toml` that names imports.
#[derive(Deserialize)]
struct PluginFile {
    #[serde(default)]
    imports: Vec<String>,
}

/// The functions of the generic interface that a `plugin.toml` names, such as `aws.dynamodb.describe-table`.
pub(super) fn named(file: &Path) -> Result<Functions, BuildError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Functions::new()),
        Err(error) => return Err(BuildError::file("read", file)(error)),
    };
    let wrong =
        |error: toml::de::Error| BuildError::file("read", file)(std::io::Error::other(error.message().to_owned()));
    let file: PluginFile = toml::from_str(&text).map_err(wrong)?;
    let mut functions = Functions::new();
    for import in &file.imports {
        if let Some((service, function)) = import.strip_prefix("aws.").and_then(|rest| rest.split_once('.')) {
            functions.entry(service.to_owned()).or_default().insert(function.to_owned());
        }
    }
    Ok(functions)
}
