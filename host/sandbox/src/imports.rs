//! Checks the imports and exports of a component against the contract before any of it runs.

use std::collections::BTreeSet;

use stepwell_model::action::{self, Function};
use stepwell_model::plugin::{ImportedFunction, Imports};
use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use crate::error::LoadError;

/// The package of the contract, without its version.
const PACKAGE: &str = "stepwell:step";
/// The version of `wit/step.wit`. Versions that differ in the last number only are the same contract.
const VERSION: &str = "0.1.0";
/// The contract of this host.
pub(crate) const CONTRACT: &str = "stepwell:step@0.1.0";
/// The export that makes a component a plugin.
const EXPORT: &str = "stepwell:step/step@0.1.0";

/// The interface without functions.
const TYPES: &str = "types";

/// The packages of WASI 0.2 in wasmtime-wasi (`wasi:http` is a crate of its own, and a way out of the sandbox).
const WASI: &[&str] = &["wasi:cli", "wasi:clocks", "wasi:filesystem", "wasi:io", "wasi:random", "wasi:sockets"];

/// `package/interface@version`.
struct Name<'a> {
    package: &'a str,
    interface: &'a str,
    version: &'a str,
}

impl<'a> Name<'a> {
    fn parse(name: &'a str) -> Option<Self> {
        let (package, rest) = name.split_once('/')?;
        let (interface, version) = rest.split_once('@').unwrap_or((rest, ""));
        Some(Self { package, interface, version })
    }

    fn is_ours(&self) -> Result<bool, LoadError> {
        if self.package != PACKAGE {
            return Ok(false);
        }
        if track(self.version) == track(VERSION) {
            return Ok(true);
        }
        Err(LoadError::OtherContract { needs: format!("{PACKAGE}@{}", self.version), have: CONTRACT })
    }
}

/// The part of a version that must be equal in the component model: `0.1` of `0.1.7`, `2` of `2.3.4`.
fn track(version: &str) -> &str {
    let major_end = version.find('.').unwrap_or(version.len());
    let minor_end = version.get(major_end + 1..).and_then(|rest| rest.find('.')).map(|at| major_end + 1 + at);
    let end = if version.starts_with("0.") { minor_end.unwrap_or(version.len()) } else { major_end };
    version.get(..end).unwrap_or(version)
}

/// The imports of a component, when it can be a plugin.
pub(crate) fn check(component: &Component, engine: &Engine) -> Result<Imports, LoadError> {
    let of = component.component_type();
    let mut imports = Imports::default();
    for (name, import) in of.imports(engine) {
        add(&mut imports, name, &import.ty, engine)?;
    }
    imports.functions.sort();
    imports.wasi.sort();
    let mut exported = false;
    for (name, _) in of.exports(engine) {
        let parsed = Name::parse(name);
        exported |= matches!(parsed, Some(name) if name.interface == "step" && name.is_ours()?);
    }
    if exported { Ok(imports) } else { Err(LoadError::NoStep { missing: EXPORT }) }
}

fn add(imports: &mut Imports, name: &str, item: &ComponentItem, engine: &Engine) -> Result<(), LoadError> {
    let Some(parsed) = Name::parse(name) else { return Err(unknown(name, packages())) };
    if parsed.is_ours()? {
        let ComponentItem::ComponentInstance(instance) = item else { return Err(unknown(name, interfaces())) };
        if parsed.interface != TYPES && functions(parsed.interface).next().is_none() {
            return Err(unknown(name, interfaces()));
        }
        let exports = instance.exports(engine);
        let called = exports.filter(|(_, export)| matches!(export.ty, ComponentItem::ComponentFunc(_)));
        for (function, _) in called {
            if !functions(parsed.interface).any(|known| known == function) {
                let known = functions(parsed.interface).map(str::to_owned).collect();
                return Err(unknown(&format!("{}.{function}", parsed.interface), known));
            }
            imports.functions.push(ImportedFunction::typed(parsed.interface, function));
        }
        return Ok(());
    }
    if WASI.contains(&parsed.package) && track(parsed.version) == "0.2" {
        imports.wasi.push(name.to_owned());
        return Ok(());
    }
    Err(unknown(name, packages()))
}

fn unknown(import: &str, known: Vec<String>) -> LoadError {
    LoadError::UnknownImport { import: import.to_owned(), known }
}

fn packages() -> Vec<String> {
    let wasi = WASI.iter().map(|package| format!("{package}@0.2"));
    std::iter::once(CONTRACT.to_owned()).chain(wasi).collect()
}

fn interfaces() -> Vec<String> {
    let names: BTreeSet<_> = contract().map(|function| function.interface).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Every function that a plugin can import.
fn contract() -> impl Iterator<Item = Function> {
    action::host::FUNCTIONS.iter().copied().chain(action::rows().map(|row| row.function))
}

pub(crate) fn functions(interface: &str) -> impl Iterator<Item = &'static str> {
    contract().filter(move |function| function.interface == interface).map(|function| function.name)
}
