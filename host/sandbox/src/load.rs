//! From the bytes of a file to a component that can be called.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};
use stepwell_model::id::Digest;
use stepwell_model::plugin::Imports;
use wasmtime::Engine;
use wasmtime::component::{self, Linker};

use crate::cache::{self, Cache, Sound};
use crate::compiler::Compiler;
use crate::contract::Release;
use crate::error::{LoadError, SandboxError};
use crate::exports::PluginPre;
use crate::imports::Fitting;
use crate::metadata::Metadata;
use crate::operations::{self, ImportedOperation};
use crate::state::{self, State};
use crate::{bounds, clock, engine, imports, mismatch};

/// Bytes of a component. Python's have 18 MB, StarlingMonkey's 12; several times that is a mistake, or an attack on the
/// compiler.
pub const LARGEST_COMPONENT: u64 = 64 << 20;

/// A checked and compiled component. Cheap to clone.
#[derive(Clone)]
pub struct Component {
    parts: Arc<ComponentParts>,
}

struct ComponentParts {
    digest: Digest,
    size: u64,
    imports: Imports,
    metadata: Metadata,
    plugin: PluginPre,
    /// Whether a call has needed a large memory.
    is_large: AtomicBool,
}

impl Component {
    /// SHA-256 of its bytes.
    pub fn digest(&self) -> Digest {
        self.parts.digest
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.parts.size
    }

    /// Everything that it imports.
    pub fn imports(&self) -> &Imports {
        &self.parts.imports
    }

    pub(crate) fn is_large(&self) -> bool {
        self.parts.is_large.load(Ordering::Relaxed)
    }

    pub(crate) fn note_large(&self) {
        self.parts.is_large.store(true, Ordering::Relaxed);
    }

    pub(crate) fn metadata(&self) -> &Metadata {
        &self.parts.metadata
    }

    pub(crate) fn plugin(&self) -> &PluginPre {
        &self.parts.plugin
    }
}

/// Loads components into one engine.
pub(crate) struct Loader {
    engine: Engine,
    cache: Option<Cache>,
    /// The process that compiles. None: this one does.
    compiler: Option<Compiler>,
}

/// A component on its way: checked, and perhaps compiled already.
struct Checked {
    digest: Digest,
    bytes: Vec<u8>,
    compiled: Option<component::Component>,
}

impl Loader {
    /// With a cache of compiled components in this directory, when one is given, and with a program that compiles.
    pub(crate) fn new(cache: Option<PathBuf>, compiler: Option<PathBuf>) -> Result<Self, SandboxError> {
        let engine = engine::engine()?;
        let cache = cache.map(|directory| Cache::open(directory, &engine)).transpose()?.flatten();
        Ok(Self { engine, cache, compiler: compiler.map(Compiler::new) })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Checks, compiles and links.
    pub(crate) async fn load(self: Arc<Self>, bytes: Vec<u8>) -> Result<Component, LoadError> {
        let loader = Arc::clone(&self);
        let checked = on_thread(move || loader.check(bytes)).await?;
        let Some(compiler) = self.compiler.as_ref().filter(|_| checked.compiled.is_none()) else {
            return on_thread(move || self.finish(checked)).await;
        };
        let compiled = Sound::from_own_process(compiler.compile(&checked.bytes).await?);
        on_thread(move || {
            let component = cache::deserialize(&self.engine, &compiled).map_err(|error| uncompiled(&error))?;
            if let Some(cache) = &self.cache {
                cache.store(checked.digest, compiled.bytes());
            }
            self.finish(Checked { compiled: Some(component), ..checked })
        })
        .await
    }

    /// Checks the bytes, and looks for their compiled form.
    fn check(&self, bytes: Vec<u8>) -> Result<Checked, LoadError> {
        check_header(&bytes)?;
        let digest = Digest(Sha256::digest(&bytes).into());
        let compiled = self.cache.as_ref().and_then(|cache| cache.load(digest, &self.engine));
        if compiled.is_none() {
            bounds::check(&bytes)?;
        }
        Ok(Checked { digest, bytes, compiled })
    }

    /// Compiles what is not compiled yet, and links it.
    fn finish(&self, Checked { digest, bytes, compiled }: Checked) -> Result<Component, LoadError> {
        let component = match compiled {
            Some(component) => component,
            None => self.compiled(digest, &bytes)?,
        };
        let Fitting { imports, interfaces, operations, exported } = imports::check(&component, &self.engine)?;
        let mut linker = Linker::new(&self.engine);
        add(&mut linker, &interfaces, !imports.wasi.is_empty(), &operations)
            .map_err(|error| mismatch::import(&error))?;
        let plugin = link(&linker, &component, exported)?;
        let (metadata, size, is_large) = (Metadata::read(&bytes), bytes.len() as u64, AtomicBool::new(false));
        Ok(Component { parts: Arc::new(ComponentParts { digest, size, imports, metadata, plugin, is_large }) })
    }

    fn compiled(&self, digest: Digest, bytes: &[u8]) -> Result<component::Component, LoadError> {
        let component = component::Component::from_binary(&self.engine, bytes).map_err(|error| uncompiled(&error))?;
        if let Some(cache) = &self.cache {
            match component.serialize() {
                Ok(compiled) => cache.store(digest, &compiled),
                Err(error) => tracing::warn!(%error, "a compiled plugin was not kept; it is compiled again next time"),
            }
        }
        Ok(component)
    }
}

/// Adds what a component imports to its linker, and nothing else: two interfaces take less time than all.
fn add(
    linker: &mut Linker<State>,
    interfaces: &BTreeSet<String>,
    wasi: bool,
    operations: &[ImportedOperation],
) -> wasmtime::Result<()> {
    state::link(linker, interfaces)?;
    if wasi {
        wasmtime_wasi::p2::add_to_linker_async(linker)?;
        clock::link(linker)?;
    }
    operations::link(linker, operations)
}

fn link(linker: &Linker<State>, component: &component::Component, exported: &Release) -> Result<PluginPre, LoadError> {
    let instance = linker.instantiate_pre(component).map_err(|error| mismatch::import(&error))?;
    PluginPre::new(instance, exported).map_err(|error| mismatch::export(&error, exported))
}

/// Checks `\0asm`, a version and a layer, which tell a component from a module.
fn check_header(bytes: &[u8]) -> Result<(), LoadError> {
    let size = bytes.len() as u64;
    if size > LARGEST_COMPONENT {
        return Err(LoadError::TooLarge { size, limit: LARGEST_COMPONENT });
    }
    match bytes.first_chunk::<8>() {
        Some([0, b'a', b's', b'm', _, _, 1, 0]) => Ok(()),
        Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => Err(LoadError::CoreModule),
        _ => Err(LoadError::NotWasm),
    }
}

pub(crate) fn uncompiled(error: &wasmtime::Error) -> LoadError {
    let reason = reason(error);
    // wasmtime has no type for this error.
    let no_room = reason.contains("exceeds the configured maximum") || reason.contains("exceeds the limit");
    if no_room { LoadError::TooComplex { reason } } else { LoadError::Malformed { reason } }
}

/// An error of wasmtime in one line.
pub(crate) fn reason(error: &wasmtime::Error) -> String {
    let causes: Vec<_> = error.chain().map(ToString::to_string).collect();
    causes.join(": ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Runs blocking work on a thread of its own: checking and linking take milliseconds, compiling takes seconds.
async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LoadError> + Send + 'static,
) -> Result<T, LoadError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|gone| Err(LoadError::NoCompiler { reason: gone.to_string() }))
}
