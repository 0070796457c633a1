//! From a core module to a component that fits the contract.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use wit_component::{ComponentEncoder, DecodedWasm};
use wit_parser::{Resolve, WorldId, WorldItem, WorldKey};

use super::BuildError;
use super::metadata::Metadata;
use super::operations::{self, Extended};

/// The contract that components are held to: the world `plugin` of a WIT package.
pub struct Contract {
    resolve: Resolve,
    world: WorldId,
    /// Digest of the package's files, so that a component is made again when the contract changes.
    digest: Vec<u8>,
}

/// A built component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Name of the crate, with underscores.
    pub name: String,
    /// Its path.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its imports, sorted: functions of the contract such as `ec2.start-instances`, and the full names of other
    /// interfaces, such as `wasi:cli/environment@0.2.0`.
    pub imports: Vec<String>,
}

impl Contract {
    /// Reads the WIT package in the folder `wit`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or does not parse, or the package has no world `plugin`.
    pub fn read(wit: &Path) -> Result<Self, BuildError> {
        let mut resolve = Resolve::default();
        let unreadable =
            |error: anyhow::Error| BuildError::Contract { path: wit.to_owned(), reason: format!("{error:#}") };
        let (package, _) = resolve.push_path(wit).map_err(unreadable)?;
        let world = resolve.select_world(&[package], Some("plugin")).map_err(unreadable)?;
        Ok(Self { resolve, world, digest: digest_of_files(wit)? })
    }

    /// Makes a component of the module `core`, with these metadata, at `path`, unless it exists and was made of the same.
    ///
    /// # Errors
    ///
    /// When no component can be made of the module, or the component does not fit the contract.
    pub fn component(
        &self,
        name: &str,
        core: &Path,
        metadata: &Metadata,
        path: &Path,
    ) -> Result<Component, BuildError> {
        let module = fs::read(core).map_err(BuildError::file("read", core))?;
        let source = [module.as_slice(), &metadata.bytes()].concat();
        self.fresh_or_made(name, path, &source, || {
            let functions = operations::imported(&module).map_err(not_a_component(name))?;
            if functions.is_empty() {
                let component = encode(&module).map_err(not_a_component(name))?;
                wit_component::targets(&self.resolve, self.world, &component).map_err(unfit(name))?;
                return Ok(metadata.add(component));
            }
            let extended = Extended::new(&self.resolve, &functions).map_err(unfit(name))?;
            let mut module = module.clone();
            extended.describe(&mut module).map_err(unfit(name))?;
            let component = encode(&module).map_err(not_a_component(name))?;
            wit_component::targets(&extended.resolve, extended.world, &component).map_err(unfit(name))?;
            Ok(metadata.add(component))
        })
    }

    /// The component at `path`. Calls `make` unless the component was made of this `source` and this contract.
    pub(crate) fn fresh_or_made(
        &self,
        name: &str,
        path: &Path,
        source: &[u8],
        make: impl FnOnce() -> Result<Vec<u8>, BuildError>,
    ) -> Result<Component, BuildError> {
        let made_of = Sha256::new().chain_update(&self.digest).chain_update(source).finalize();
        let stamp = path.with_extension("made-of");
        if !(path.is_file() && fs::read(&stamp).is_ok_and(|known| known == *made_of)) {
            write(path, &make()?)?;
            write(&stamp, &made_of)?;
        }
        let component = fs::read(path).map_err(BuildError::file("read", path))?;
        let imports = imports(&component).map_err(not_a_component(name))?;
        Ok(Component { name: name.to_owned(), path: path.to_owned(), size: component.len() as u64, imports })
    }

    /// Checks that all imports of a component from another toolchain belong to the contract or to WASI, which the host
    /// satisfies with functions that grant nothing.
    pub(crate) fn check_imports(&self, name: &str, component: &[u8]) -> Result<(), BuildError> {
        let offered = self.resolve.worlds.get(self.world).map(|world| functions(&self.resolve, &world.imports));
        let offered = offered.unwrap_or_default();
        let imports = imports(component).map_err(not_a_component(name))?;
        let is_offered =
            |import: &String| import.starts_with("wasi:") || import.starts_with(OPERATIONS) || offered.contains(import);
        match imports.iter().find(|import| !is_offered(import)) {
            Some(import) => {
                Err(unfit(name)(anyhow::anyhow!("it imports `{import}`, which the contract does not offer")))
            }
            None => Ok(()),
        }
    }
}

fn encode(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    ComponentEncoder::default().module(module)?.validate(true).encode()
}

fn not_a_component(plugin: &str) -> impl FnOnce(anyhow::Error) -> BuildError {
    let plugin = plugin.to_owned();
    move |error| BuildError::NotAComponent { plugin, reason: format!("{error:#}") }
}

fn unfit(plugin: &str) -> impl FnOnce(anyhow::Error) -> BuildError {
    let plugin = plugin.to_owned();
    move |error| BuildError::Unfit { plugin, reason: format!("{error:#}") }
}

/// The imports of a component, in the form of [`Component::imports`].
///
/// # Errors
///
/// When the bytes are no component.
pub fn imports(component: &[u8]) -> anyhow::Result<Vec<String>> {
    let DecodedWasm::Component(resolve, world) = wit_component::decode(component)? else {
        anyhow::bail!("a WIT package, not a component");
    };
    let mut imports = resolve.worlds.get(world).map_or_else(Vec::new, |world| functions(&resolve, &world.imports));
    imports.sort();
    Ok(imports)
}

/// The namespace of the contract's packages.
const NAMESPACE: &str = "stepwell:";

/// Begins the name of an operation of AWS, such as `aws.dynamodb.describe-table`.
const OPERATIONS: &str = "aws.";

fn functions<'a>(resolve: &Resolve, imports: impl IntoIterator<Item = (&'a WorldKey, &'a WorldItem)>) -> Vec<String> {
    let mut names = Vec::new();
    for (key, item) in imports {
        match item {
            WorldItem::Interface { id, .. } => {
                let full = resolve.name_world_key(key);
                let ours = full.strip_prefix(NAMESPACE).and_then(|rest| rest.split(['/', '@']).nth(1));
                let is_generic = full.starts_with(stepwell_generic::wit::PACKAGE);
                let group = if is_generic { OPERATIONS } else { "" };
                match (ours, resolve.interfaces.get(*id)) {
                    (Some(ours), Some(interface)) => {
                        names.extend(interface.functions.keys().map(|function| format!("{group}{ours}.{function}")));
                    }
                    _ => names.push(full),
                }
            }
            WorldItem::Function(function) => names.push(function.name.clone()),
            WorldItem::Type { .. } => {}
        }
    }
    names
}

/// The files of the WIT package in `folder` and of the packages that it uses, sorted.
pub(crate) fn wit_files(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let mut files = wit_files_in(folder)?;
    let used = folder.join("deps");
    if used.is_dir() {
        files.extend(wit_files_in(&used)?);
    }
    Ok(files)
}

fn wit_files_in(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let entries = folder.read_dir().map_err(BuildError::file("read", folder))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wit"))
        .collect();
    files.sort();
    Ok(files)
}

fn digest_of_files(folder: &Path) -> Result<Vec<u8>, BuildError> {
    let mut digest = Sha256::new();
    for file in wit_files(folder)? {
        digest.update(fs::read(&file).map_err(BuildError::file("read", &file))?);
    }
    Ok(digest.finalize().to_vec())
}

/// Replaces a file in one step: a reader finds the old content or the new one, never a part.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(BuildError::file("create", folder))?;
    let mut file =
        tempfile::Builder::new().prefix(".partial-").tempfile_in(folder).map_err(BuildError::file("write", path))?;
    file.write_all(bytes).map_err(BuildError::file("write", path))?;
    let persisted = file.persist(path).map_err(|error| error.error).map_err(BuildError::file("write", path))?;
    readable(&persisted).map_err(BuildError::file("write", path))
}

/// Lets everybody read the file, which as a temporary one was its owner's alone.
#[cfg(unix)]
fn readable(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A contract as small as possible, in a folder of its own.
    fn contract() -> Contract {
        let folder = tempfile::tempdir().unwrap();
        let step = "package stepwell:step@0.2.0;
interface step { start: func(); }
world plugin { import stepwell:clock/clock@0.2.0; export step; }";
        let clock = "package stepwell:clock@0.2.0; interface clock { now: func() -> u64; }";
        fs::create_dir(folder.path().join("deps")).unwrap();
        fs::write(folder.path().join("step.wit"), step).unwrap();
        fs::write(folder.path().join("deps/clock.wit"), clock).unwrap();
        Contract::read(folder.path()).unwrap()
    }

    #[test]
    fn a_module_that_exports_no_step_does_not_fit_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        let core = folder.path().join("empty.core");
        fs::write(&core, b"\0asm\x01\0\0\0").unwrap();
        let component = folder.path().join("empty.wasm");
        let error = contract().component("empty", &core, &Metadata::default(), &component).unwrap_err();
        assert!(matches!(error, BuildError::Unfit { .. }), "{error}");
        assert!(!component.exists(), "a component that does not fit stays out of the host's reach");
    }

    #[test]
    fn a_file_that_is_no_module_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let core = folder.path().join("text.core");
        fs::write(&core, "text").unwrap();
        let error =
            contract().component("text", &core, &Metadata::default(), &folder.path().join("text.wasm")).unwrap_err();
        assert!(matches!(error, BuildError::NotAComponent { .. }), "{error}");
    }

    #[test]
    fn a_component_is_made_again_only_when_its_source_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("empty.wasm");
        let contract = contract();
        let empty = || Ok(b"\0asm\x0d\0\x01\0".to_vec());
        let untouched = || -> Result<Vec<u8>, BuildError> { panic!("made again") };
        contract.fresh_or_made("empty", &path, b"one", empty).unwrap();
        contract.fresh_or_made("empty", &path, b"one", untouched).unwrap();
        let mut was_made = false;
        let again = || {
            was_made = true;
            empty()
        };
        contract.fresh_or_made("empty", &path, b"two", again).unwrap();
        assert!(was_made);
    }

    #[test]
    fn an_import_beyond_the_contract_is_seen() {
        let component =
            wat::parse_str(r#"(component (import "stepwell:s3/s3@0.2.0" (instance (export "get-object" (func)))))"#);
        let error = contract().check_imports("greedy", &component.unwrap()).unwrap_err();
        assert!(error.to_string().contains("greedy"), "{error}");
    }
}
