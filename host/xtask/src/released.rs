//! Holds the contract in `wit/` to its released packages in `wit/released`: a plugin that was built with a release loads as
//! long as every function of the release has the same types today.
//!
//! Allowed are new functions that plugins import, new interfaces, and types that only those reach.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use stepwell_model::error::list_names;
use wit_parser::{Function, InterfaceId, Resolve, SourceMap, Type, TypeDefKind, TypeId, UnresolvedPackageGroup, World};

/// The interfaces that the host calls through bindings made from their released file.
const BOUND: [&str; 1] = ["stepwell:step/step@0.1.0"];

/// The released packages in a folder of files `<package>@<version>.wit`.
///
/// # Errors
///
/// When a file cannot be read, does not parse, or uses a package that was not released.
pub fn read(folder: &Path) -> anyhow::Result<Resolve> {
    let entries = folder.read_dir().with_context(|| format!("could not read {}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut packages = Vec::new();
    for file in files {
        let mut sources = SourceMap::default();
        sources.push_file(&file)?;
        let parsed = sources.parse();
        packages.push(parsed.map_err(|(_, error)| anyhow::anyhow!("{}: {error}", file.display()))?);
    }
    resolved(packages)
}

fn resolved(mut packages: Vec<UnresolvedPackageGroup>) -> anyhow::Result<Resolve> {
    let mut resolve = Resolve::default();
    if let Some(main) = packages.pop() {
        resolve.push_groups(main, packages).map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    Ok(resolve)
}

/// What a plugin of a release would stumble over today: one sentence for each difference.
#[must_use]
pub fn breaks(released: &Resolve, today: &Resolve) -> BTreeSet<String> {
    let mut comparison = Comparison { released, today, seen: BTreeSet::new(), found: BTreeSet::new() };
    for (id, _) in released.interfaces.iter() {
        comparison.interface(id);
    }
    comparison.found
}

struct Comparison<'a> {
    released: &'a Resolve,
    today: &'a Resolve,
    /// The types that were compared.
    seen: BTreeSet<(TypeId, TypeId)>,
    found: BTreeSet<String>,
}

impl Comparison<'_> {
    fn interface(&mut self, id: InterfaceId) {
        let (released, today) = (self.released, self.today);
        let name = released.id_of(id).unwrap_or_default();
        if BOUND.contains(&name.as_str()) {
            return;
        }
        let Some(now) = successor(released, id, today) else {
            self.found.insert(format!("interface `{name}` was released and is gone"));
            return;
        };
        let (Some(then), Some(new)) = (released.interfaces.get(id), today.interfaces.get(now)) else { return };
        for (function, then) in &then.functions {
            match new.functions.get(function) {
                Some(new) => self.function(&name, then, new),
                None => {
                    self.found.insert(format!("function `{function}` of `{name}` was released and is gone"));
                }
            }
        }
        let is_exported = |world: &World| world.exports.keys().any(|key| today.name_world_key(key) == name);
        if today.worlds.iter().any(|(_, world)| is_exported(world)) {
            for function in new.functions.keys().filter(|function| !then.functions.contains_key(*function)) {
                self.found.insert(format!(
                    "function `{function}` of `{name}` is new, and the plugins of the release do not export it: put it \
                     into an interface of its own"
                ));
            }
        }
    }

    fn function(&mut self, interface: &str, then: &Function, now: &Function) {
        let (before, after) = (signature(self.released, then), signature(self.today, now));
        if before != after {
            self.found.insert(format!(
                "function `{}` of `{interface}` was released as `{before}`, and today it is `{after}`",
                then.name
            ));
            return;
        }
        let types = |function: &Function| -> Vec<Type> {
            function.params.iter().map(|param| param.ty).chain(function.result).collect()
        };
        self.types(&types(then), &types(now));
    }

    /// Compares the named types that two equal lists of types reach.
    fn types(&mut self, then: &[Type], now: &[Type]) {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        then.iter().for_each(|of| named(self.released, of, &mut before));
        now.iter().for_each(|of| named(self.today, of, &mut after));
        for (then, now) in before.into_iter().zip(after) {
            if self.seen.insert((then, now)) {
                self.definition(then, now);
            }
        }
    }

    fn definition(&mut self, then: TypeId, now: TypeId) {
        let (before, after) = (members(self.released, then), members(self.today, now));
        if before == after {
            self.types(&parts(self.released, then), &parts(self.today, now));
            return;
        }
        let only = |of: &[String], other: &[String]| {
            let of: Vec<_> = of.iter().filter(|member| !other.contains(member)).map(String::as_str).collect();
            list_names(of)
        };
        let (kind, name) = (kind(self.released, then), place(self.released, then));
        let (gone, new) = (only(&before, &after), only(&after, &before));
        self.found.insert(match (gone.as_str(), new.as_str()) {
            ("none", "none") => format!("{kind} {name} was released with its members in another order"),
            _ => format!("{kind} {name} has changed since its release: gone {gone}, new {new}"),
        });
    }
}

/// The interface of today that plugins of a released one are linked to: the one of the same track, or the package that
/// the interface has become.
fn successor(released: &Resolve, id: InterfaceId, today: &Resolve) -> Option<InterfaceId> {
    let interface = released.interfaces.get(id)?;
    let (name, package) = (interface.name.as_deref()?, &released.packages.get(interface.package?)?.name);
    let in_package = |is_it: &dyn Fn(&wit_parser::PackageName) -> bool| {
        let mut packages = today.packages.iter().filter(|(_, today)| is_it(&today.name));
        packages.find_map(|(_, package)| package.interfaces.get(name).copied())
    };
    let track = |of: &wit_parser::PackageName| of.version.as_ref().map(|version| (version.major, version.minor));
    in_package(&|of| of.namespace == package.namespace && of.name == package.name && track(of) == track(package))
        .or_else(|| in_package(&|of| of.namespace == package.namespace && of.name == name))
}

fn signature(resolve: &Resolve, function: &Function) -> String {
    let params: Vec<_> =
        function.params.iter().map(|param| format!("{}: {}", param.name, shown(resolve, &param.ty))).collect();
    let result = function.result.map(|result| format!(" -> {}", shown(resolve, &result))).unwrap_or_default();
    format!("func({}){result}", params.join(", "))
}

/// A type as WIT writes it: named ones by their name.
fn shown(resolve: &Resolve, of: &Type) -> String {
    let Type::Id(id) = of else { return format!("{of:?}").to_lowercase() };
    let Some(definition) = resolve.types.get(*id) else { return String::new() };
    let optional = |of: &Option<Type>| of.map_or_else(|| "_".to_owned(), |of| shown(resolve, &of));
    match (&definition.name, &definition.kind) {
        (_, TypeDefKind::Type(alias)) => shown(resolve, alias),
        (Some(name), _) => name.clone(),
        (None, TypeDefKind::Option(of)) => format!("option<{}>", shown(resolve, of)),
        (None, TypeDefKind::List(of)) => format!("list<{}>", shown(resolve, of)),
        (None, TypeDefKind::Result(of)) => format!("result<{}, {}>", optional(&of.ok), optional(&of.err)),
        (None, TypeDefKind::Tuple(of)) => {
            format!("tuple<{}>", of.types.iter().map(|of| shown(resolve, of)).collect::<Vec<_>>().join(", "))
        }
        (None, other) => format!("{other:?}"),
    }
}

/// The named types in a type, without those within them.
fn named(resolve: &Resolve, of: &Type, found: &mut Vec<TypeId>) {
    let Type::Id(id) = of else { return };
    let Some(definition) = resolve.types.get(*id) else { return };
    match &definition.kind {
        TypeDefKind::Type(alias) => named(resolve, alias, found),
        _ if definition.name.is_some() => found.push(*id),
        _ => parts(resolve, *id).iter().for_each(|part| named(resolve, part, found)),
    }
}

/// The types that a type is made of.
fn parts(resolve: &Resolve, id: TypeId) -> Vec<Type> {
    match resolve.types.get(id).map(|definition| &definition.kind) {
        Some(TypeDefKind::Record(record)) => record.fields.iter().map(|field| field.ty).collect(),
        Some(TypeDefKind::Variant(variant)) => variant.cases.iter().filter_map(|case| case.ty).collect(),
        Some(TypeDefKind::Tuple(tuple)) => tuple.types.clone(),
        Some(TypeDefKind::Option(of) | TypeDefKind::List(of) | TypeDefKind::Type(of)) => vec![*of],
        Some(TypeDefKind::Result(result)) => result.ok.into_iter().chain(result.err).collect(),
        _ => Vec::new(),
    }
}

/// The members of a type in their order, as WIT writes them.
fn members(resolve: &Resolve, id: TypeId) -> Vec<String> {
    match resolve.types.get(id).map(|definition| &definition.kind) {
        Some(TypeDefKind::Record(record)) => {
            record.fields.iter().map(|field| format!("{}: {}", field.name, shown(resolve, &field.ty))).collect()
        }
        Some(TypeDefKind::Variant(variant)) => {
            let case = |case: &wit_parser::Case| match &case.ty {
                Some(of) => format!("{}({})", case.name, shown(resolve, of)),
                None => case.name.clone(),
            };
            variant.cases.iter().map(case).collect()
        }
        Some(TypeDefKind::Enum(of)) => of.cases.iter().map(|case| case.name.clone()).collect(),
        Some(TypeDefKind::Flags(of)) => of.flags.iter().map(|flag| flag.name.clone()).collect(),
        _ => parts(resolve, id).iter().map(|part| shown(resolve, part)).collect(),
    }
}

fn kind(resolve: &Resolve, id: TypeId) -> &'static str {
    resolve.types.get(id).map_or("type", |definition| definition.kind.as_str())
}

/// A named type and its interface.
fn place(resolve: &Resolve, id: TypeId) -> String {
    let Some(definition) = resolve.types.get(id) else { return String::new() };
    let name = definition.name.as_deref().unwrap_or_default();
    match definition.owner {
        wit_parser::TypeOwner::Interface(interface) => {
            format!("`{name}` of `{}`", resolve.id_of(interface).unwrap_or_default())
        }
        _ => format!("`{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::repository;

    fn today() -> Resolve {
        let mut resolve = Resolve::default();
        resolve.push_path(repository::wit()).unwrap();
        resolve
    }

    #[test]
    fn every_released_function_has_the_same_types_today() {
        let broken = breaks(&read(&repository::wit().join("released")).unwrap(), &today());
        assert!(broken.is_empty(), "plugins that were built before would not load:\n{broken:#?}");
    }

    #[test]
    fn every_package_is_released_as_a_copy() {
        for (_, package) in today().packages.iter() {
            let version = package.name.version.as_ref().unwrap();
            let copy = repository::wit().join(format!("released/{}@{version}.wit", package.name.name));
            assert!(copy.is_file(), "copy the package to {}", copy.display());
        }
    }

    const TYPES: &str = "package stepwell:types@0.2.0; interface types { enum kind { denied, throttled } \
                         record call-error { kind: kind, code: option<string> } }";
    const EC2: &str = "package stepwell:ec2@0.2.0; interface ec2 { use stepwell:types/types@0.2.0.{call-error}; \
                       record state { name: string } \
                       record instance { id: string, state: option<state>, tags: list<tuple<string, string>> } \
                       variant outcome { done(string), wait } \
                       list-instances: func(ids: list<string>) -> result<list<instance>, call-error>; \
                       look: func() -> outcome; }";
    const STEP: &str = "package stepwell:step@0.2.0; interface step { start: func(); } \
                        world plugin { import stepwell:ec2/ec2@0.2.0; export step; }";

    fn contract(packages: [&str; 3]) -> Resolve {
        let folder = tempfile::tempdir().unwrap();
        for (name, package) in ["types", "ec2", "step"].iter().zip(packages) {
            fs::write(folder.path().join(format!("{name}.wit")), package).unwrap();
        }
        read(folder.path()).unwrap()
    }

    /// The breaks after one change of one package.
    fn after(change: impl FnOnce(&mut [String; 3])) -> Vec<String> {
        let released = contract([TYPES, EC2, STEP]);
        let mut packages = [TYPES, EC2, STEP].map(str::to_owned);
        change(&mut packages);
        breaks(&released, &contract(packages.each_ref().map(String::as_str))).into_iter().collect()
    }

    fn replaced(at: usize, from: &'static str, to: &'static str) -> Vec<String> {
        after(|packages| {
            assert!(packages[at].contains(from), "{from}");
            packages[at] = packages[at].replace(from, to);
        })
    }

    #[test]
    fn what_breaks_a_released_plugin_is_named() {
        for (at, from, to, sentence) in [
            (
                1,
                "id: string, ",
                "id: string, subnet: option<string>, ",
                "record `instance` of `stepwell:ec2/ec2@0.2.0` has changed since its release: gone none, new `subnet: \
                 option<string>`",
            ),
            (
                1,
                "id: string, state: option<state>, ",
                "id: string, state: state, ",
                "record `instance` of `stepwell:ec2/ec2@0.2.0` has changed since its release: gone `state: \
                 option<state>`, new `state: state`",
            ),
            (
                1,
                "id: string, state: option<state>, ",
                "state: option<state>, id: string, ",
                "record `instance` of `stepwell:ec2/ec2@0.2.0` was released with its members in another order",
            ),
            (
                1,
                "record state { name: string }",
                "record state { name: u8 }",
                "record `state` of `stepwell:ec2/ec2@0.2.0` has changed since its release: gone `name: string`, new `name: \
                 u8`",
            ),
            (
                1,
                "wait }",
                "wait, gone }",
                "variant `outcome` of `stepwell:ec2/ec2@0.2.0` has changed since its release: gone none, new `gone`",
            ),
            (
                0,
                "throttled }",
                "throttled, unheard-of }",
                "enum `kind` of `stepwell:types/types@0.2.0` has changed since its release: gone none, new `unheard-of`",
            ),
            (1, "look: func() -> outcome;", "", "function `look` of `stepwell:ec2/ec2@0.2.0` was released and is gone"),
            (
                1,
                "ids: list<string>",
                "ids: list<string>, all: bool",
                "function `list-instances` of `stepwell:ec2/ec2@0.2.0` was released as `func(ids: list<string>) -> \
                 result<list<instance>, call-error>`, and today it is `func(ids: list<string>, all: bool) -> \
                 result<list<instance>, call-error>`",
            ),
            (
                2,
                "start: func();",
                "start: func(); stop: func();",
                "function `stop` of `stepwell:step/step@0.2.0` is new, and the plugins of the release do not export it: \
                 put it into an interface of its own",
            ),
        ] {
            assert_eq!(replaced(at, from, to), [sentence], "{from} -> {to}");
        }
        let gone = after(|packages| {
            packages[1] = "package stepwell:ec2@0.2.0; interface other { }".to_owned();
            packages[2] = "package stepwell:step@0.2.0; interface step { start: func(); }".to_owned();
        });
        assert_eq!(gone, ["interface `stepwell:ec2/ec2@0.2.0` was released and is gone"]);
    }

    #[test]
    fn new_functions_with_their_own_types_break_nothing() {
        let more = "record tag { key: string } list-tags: func() -> list<tag>; look: func()";
        assert!(replaced(1, "look: func()", more).is_empty());
        assert!(replaced(2, "interface step {", "interface sources { look: func(); } interface step {").is_empty());
    }

    #[test]
    fn an_interface_of_0_1_is_held_to_the_package_that_it_has_become() {
        let old =
            "package stepwell:step@0.1.0; interface sts { get: func() -> string; } interface step { start: func(); }";
        let released = |text: &str| {
            let mut resolve = Resolve::default();
            resolve.push_str("step.wit", text).unwrap();
            resolve
        };
        let now = released("package stepwell:sts@0.2.0; interface sts { get: func() -> u64; }");
        let broken: Vec<_> = breaks(&released(old), &now).into_iter().collect();
        let sentence = "function `get` of `stepwell:step/sts@0.1.0` was released as `func() -> string`, and today it is \
                        `func() -> u64`";
        assert_eq!(broken, [sentence]);
    }
}
