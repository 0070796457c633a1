//! Checks the imports and exports of a component against the contract before any of it runs.

use std::collections::BTreeSet;

use stepwell_model::plugin::{ImportedFunction, Imports};
use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::{ComponentInstance, ComponentItem};

use crate::contract::{self, EXPORTED, Name, PACKAGES, Package, Release, STEP, functions, track};
use crate::error::LoadError;
use crate::operations::{self, ImportedOperation};

/// The packages of WASI 0.2 in wasmtime-wasi (`wasi:http` is a crate of its own, and a way out of the sandbox).
const WASI: &[&str] = &["wasi:cli", "wasi:clocks", "wasi:filesystem", "wasi:io", "wasi:random", "wasi:sockets"];

/// A component that can be a plugin.
pub(crate) struct Fitting {
    pub(crate) imports: Imports,
    /// The interfaces of the contract that it imports, such as `ec2`.
    pub(crate) interfaces: BTreeSet<String>,
    /// Those of its imports that are linked one by one.
    pub(crate) operations: Vec<ImportedOperation>,
    /// The release of `stepwell:step` whose interface it exports.
    pub(crate) exported: &'static Release,
}

/// Checks that a component can be a plugin.
pub(crate) fn check(component: &Component, engine: &Engine) -> Result<Fitting, LoadError> {
    let of = component.component_type();
    let (mut imports, mut interfaces, mut operations) = (Imports::default(), BTreeSet::new(), Vec::new());
    for (name, import) in of.imports(engine) {
        match Name::parse(name) {
            Some(parsed) if operations::is_generic(&parsed)? => {
                add_operations(&mut operations, name, &parsed, &import.ty, engine)?
            }
            parsed => {
                interfaces.extend(parsed.map(|name| name.interface.to_owned()));
                add(&mut imports, name, &import.ty, engine)?;
            }
        }
    }
    let rows = operations.iter().map(|import| import.operation.row());
    imports.functions.extend(rows.map(ImportedFunction::operation));
    imports.functions.sort();
    // A component may import a function under the names of two releases.
    imports.functions.dedup();
    imports.wasi.sort();
    let names: Vec<_> = of.exports(engine).map(|(name, _)| name).collect();
    Ok(Fitting { imports, interfaces, operations, exported: exported(&names)? })
}

/// The newest release whose interface is among the exports: a component may serve older hosts as well.
fn exported(names: &[&str]) -> Result<&'static Release, LoadError> {
    let steps = names.iter().filter_map(|name| Name::parse(name));
    let steps: Vec<_> = steps.filter(|name| name.package == STEP.name && name.interface == EXPORTED).collect();
    let is_exported = |release: &&Release| steps.iter().any(|name| track(name.version) == track(release.version));
    match (STEP.releases.iter().rev().find(is_exported), steps.first()) {
        (Some(release), _) => Ok(release),
        (None, Some(other)) => Err(other_release(other, STEP)),
        (None, None) => Err(LoadError::NoStep { missing: format!("{}/{EXPORTED}@{}", STEP.name, STEP.newest()) }),
    }
}

fn add_operations(
    operations: &mut Vec<ImportedOperation>,
    name: &str,
    parsed: &Name<'_>,
    item: &ComponentItem,
    engine: &Engine,
) -> Result<(), LoadError> {
    let ComponentItem::ComponentInstance(instance) = item else { return Err(unknown(name)) };
    let exports = instance.exports(engine);
    for (function, _) in exports.filter(|(_, export)| matches!(export.ty, ComponentItem::ComponentFunc(_))) {
        operations.push(operations::find(name, parsed.interface, function)?);
    }
    Ok(())
}

fn add(imports: &mut Imports, name: &str, item: &ComponentItem, engine: &Engine) -> Result<(), LoadError> {
    let Some(parsed) = Name::parse(name) else { return Err(unknown(name)) };
    if let Some(package) = parsed.of_contract() {
        let release = package.release(parsed.version).ok_or_else(|| other_release(&parsed, package))?;
        return match item {
            ComponentItem::ComponentInstance(instance) if release.can_be_imported(parsed.interface) => {
                add_functions(imports, &parsed, release, instance, engine)
            }
            _ => Err(unknown_interface(name, parsed.interface, release)),
        };
    }
    if WASI.contains(&parsed.package) && track(parsed.version) == "0.2" {
        imports.wasi.push(name.to_owned());
        return Ok(());
    }
    Err(unknown(name))
}

fn add_functions(
    imports: &mut Imports,
    name: &Name<'_>,
    release: &Release,
    instance: &ComponentInstance,
    engine: &Engine,
) -> Result<(), LoadError> {
    let exports = instance.exports(engine);
    for (function, _) in exports.filter(|(_, export)| matches!(export.ty, ComponentItem::ComponentFunc(_))) {
        let interface = name.interface;
        if !functions(interface).any(|known| known == function) {
            return Err(LoadError::UnknownFunction {
                function: format!("{interface}.{function}"),
                needs: format!("{}@{}", name.package, name.version),
                have: format!("{}@{}", name.package, release.version),
                known: functions(interface).map(str::to_owned).collect(),
            });
        }
        imports.functions.push(ImportedFunction::typed(interface, function));
    }
    Ok(())
}

/// A release of a package that the host does not accept.
fn other_release(name: &Name<'_>, package: &Package) -> LoadError {
    let Name { package: of, interface, version } = name;
    LoadError::OtherContract { needs: format!("{of}/{interface}@{version}"), have: package.accepted().collect() }
}

/// An import of no package that the host has.
fn unknown(import: &str) -> LoadError {
    let wasi = WASI.iter().map(|package| format!("{package}@0.2"));
    let known = PACKAGES.iter().flat_map(|package| package.accepted()).chain(wasi).collect();
    LoadError::UnknownImport { import: import.to_owned(), known }
}

/// An interface that a package does not have. It may be in another one.
fn unknown_interface(import: &str, interface: &str, release: &Release) -> LoadError {
    let elsewhere: Vec<_> = contract::instances(interface).collect();
    let within =
        release.interfaces.iter().filter(|known| release.can_be_imported(known)).map(|&known| known.to_owned());
    let known = if elsewhere.is_empty() { within.collect() } else { elsewhere };
    if known.is_empty() { unknown(import) } else { LoadError::UnknownImport { import: import.to_owned(), known } }
}
