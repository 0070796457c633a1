//! Finding plugins: first in the project, then in `STEPWELL_HOME`, then among those that ship with Stepwell.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use stepwell_model::NextAction;
use stepwell_model::error::{last_cause, list_names};
use stepwell_model::id::{Digest, PluginName};
use stepwell_model::limits::Limits;
use stepwell_model::plugin::{Origin, Plugin};
use stepwell_sandbox::{Component, LARGEST_COMPONENT, LoadError, Sandbox};
use stepwell_secrets::ours::{self, PathError};

use crate::snapshot::StoredPlugin;

/// A plugin that is part of the host.
#[derive(Debug, Clone, Copy)]
pub struct Shipped {
    /// The name that jobs use.
    pub name: &'static str,
    /// The component.
    pub bytes: &'static [u8],
}

/// A directory of plugins, and the names in it that may hide plugins of later places.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// The directory; it need not exist.
    pub path: PathBuf,
    /// `[plugins] override`.
    pub overrides: Vec<PluginName>,
}

/// The places where plugins are looked up.
#[derive(Clone)]
pub struct Library {
    /// Loads the components.
    pub sandbox: Sandbox,
    /// `plugins/` of the project.
    pub project: Option<Folder>,
    /// `plugins/` of `STEPWELL_HOME`.
    pub home: Folder,
    /// The plugins that are part of the host.
    pub shipped: &'static [Shipped],
    /// The limits of a plugin's `describe`.
    pub limits: Limits,
}

/// A plugin and its component.
#[derive(Clone)]
pub struct LoadedPlugin {
    /// Its description, digest and imports.
    pub plugin: Plugin,
    /// The component, ready to run.
    pub component: Component,
    /// The bytes of the component.
    pub bytes: Arc<[u8]>,
}

/// A plugin that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The file cannot be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// The error of the operating system.
        reason: String,
    },
    /// The file or its directory cannot be opened, or another user can change it.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The file's name is not a plugin name.
    #[error("the name of `{path}` is not a plugin name")]
    FileName {
        /// The file.
        path: PathBuf,
    },
    /// Two files in one directory have the same plugin name.
    #[error("plugin `{name}` exists twice")]
    Twice {
        /// The name.
        name: PluginName,
        /// The files.
        files: Vec<String>,
    },
    /// A plugin has the name of another one.
    #[error("plugin `{name}` {} hides another one", place(*origin))]
    Hides {
        /// The name.
        name: PluginName,
        /// Where the plugin is.
        origin: Origin,
        /// Where the hidden one is.
        hidden: Origin,
    },
    /// The journal does not have the component that a run began with.
    #[error("the component of plugin `{name}` is not in the journal")]
    Gone {
        /// The name.
        name: PluginName,
    },
    /// The component cannot be used as a plugin.
    #[error("cannot load plugin `{name}`: {error}")]
    Load {
        /// The plugin, or the file.
        name: String,
        /// Why.
        #[source]
        error: LoadError,
    },
}

impl NextAction for LibraryError {
    fn because(&self) -> String {
        match self {
            Self::Unreadable { reason, .. } => reason.clone(),
            Self::Path(error) => error.because(),
            Self::FileName { .. } => {
                "a plugin's file is its name in lower-case letters, digits and `-` or `_`, and `.wasm`".to_owned()
            }
            Self::Twice { files, .. } => {
                format!("both {} have this name", list_names(files.iter().map(String::as_str)))
            }
            Self::Hides { name, hidden, .. } => {
                format!("`{name}` is also {}, and jobs that mean that one would get this one", place(*hidden))
            }
            Self::Gone { .. } => "a run uses the components that it began with until it ends".to_owned(),
            Self::Load { error, .. } => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Unreadable { path, .. } => format!("check the path and the rights of `{}`", path.display()),
            Self::Path(error) => error.next(),
            Self::FileName { .. } => "rename the file, for instance to `acme_cleanup.wasm`".to_owned(),
            Self::Twice { .. } => "remove one of them".to_owned(),
            Self::Hides { name, origin, .. } => {
                let file = if *origin == Origin::Project { "project.toml" } else { "stepwell.toml" };
                format!("rename it, or write override = [\"{name}\"] under [plugins] in {file} if that is meant")
            }
            Self::Gone { .. } => "cancel the run with `stepwell runs cancel`, and run its job again".to_owned(),
            Self::Load { error, .. } => error.next(),
        }
    }
}

/// The place of a plugin, in words.
fn place(origin: Origin) -> &'static str {
    match origin {
        Origin::Project => "in the project",
        Origin::Home => "in STEPWELL_HOME",
        Origin::Shipped | Origin::Operation => "part of Stepwell",
    }
}

struct Candidate {
    origin: Origin,
    path: Option<PathBuf>,
    bytes: std::borrow::Cow<'static, [u8]>,
}

impl Library {
    /// Loads the plugin with this name; none when there is no such plugin.
    ///
    /// # Errors
    /// When the plugin cannot be used, or hides another one without permission.
    pub async fn load(&self, name: &PluginName) -> Result<Option<LoadedPlugin>, LibraryError> {
        let mut found = Vec::new();
        for (origin, folder) in self.folders() {
            if let Some(path) = file_of(&folder.path, name)? {
                let bytes = read(&path, ours::open_regular(&path)?.file)?.into();
                found.push(Candidate { origin, bytes, path: Some(path) });
            }
        }
        let shipped = self.shipped.iter().find(|shipped| shipped.name == name.as_str());
        found.extend(shipped.map(|shipped| Candidate {
            origin: Origin::Shipped,
            path: None,
            bytes: shipped.bytes.into(),
        }));
        let mut found = found.into_iter();
        let Some(first) = found.next() else { return Ok(None) };
        if let Some(hidden) = found.find(|other| other.bytes != first.bytes)
            && !self.may_hide(first.origin, name)
        {
            return Err(LibraryError::Hides { name: name.clone(), origin: first.origin, hidden: hidden.origin });
        }
        self.load_candidate(name.clone(), first).await.map(Some)
    }

    /// Loads a plugin from a file in any directory, to look at it: whoever wrote it may be anyone.
    ///
    /// # Errors
    /// When it cannot be used as a plugin.
    pub async fn load_file(&self, path: &Path) -> Result<LoadedPlugin, LibraryError> {
        let name = name_of(path).ok_or_else(|| LibraryError::FileName { path: path.to_owned() })?;
        let in_home = path.canonicalize().ok().zip(self.home.path.canonicalize().ok());
        let origin = match in_home {
            Some((file, home)) if file.parent() == Some(&home) => Origin::Home,
            _ => Origin::Project,
        };
        let unreadable =
            |error: io::Error| LibraryError::Unreadable { path: path.to_owned(), reason: last_cause(&error) };
        let bytes = read(path, File::open(path).map_err(unreadable)?)?.into();
        let candidate = Candidate { origin, bytes, path: Some(path.to_owned()) };
        self.load_candidate(name, candidate).await
    }

    /// Loads a component from the journal. Its origin is the one that was found when the run began.
    ///
    /// # Errors
    /// When it cannot be used as a plugin.
    pub async fn load_stored(&self, stored: &StoredPlugin, bytes: &[u8]) -> Result<LoadedPlugin, LibraryError> {
        let failed = |error| LibraryError::Load { name: stored.name.to_string(), error };
        let component = self.sandbox.load(bytes).await.map_err(failed)?;
        let description = self.sandbox.describe(&component, self.limits).await.map_err(failed)?;
        let plugin = Plugin {
            name: stored.name.clone(),
            origin: stored.origin,
            path: stored.path.clone(),
            digest: component.digest(),
            size: component.size(),
            description,
            imports: component.imports().clone(),
        };
        Ok(LoadedPlugin { plugin, component, bytes: bytes.into() })
    }

    /// The names of all plugins, and the first place of each.
    ///
    /// # Errors
    /// When a directory cannot be read.
    pub fn names(&self) -> Result<BTreeMap<PluginName, Origin>, LibraryError> {
        let mut names = BTreeMap::new();
        for (origin, folder) in self.folders() {
            for (name, _) in files_in(&folder.path)? {
                names.entry(name).or_insert(origin);
            }
        }
        for name in self.shipped.iter().filter_map(|shipped| shipped.name.parse().ok()) {
            names.entry(name).or_insert(Origin::Shipped);
        }
        Ok(names)
    }

    fn folders(&self) -> impl Iterator<Item = (Origin, &Folder)> {
        let project = self.project.as_ref().map(|folder| (Origin::Project, folder));
        project.into_iter().chain([(Origin::Home, &self.home)])
    }

    fn may_hide(&self, origin: Origin, name: &PluginName) -> bool {
        self.folders().any(|(of, folder)| of == origin && folder.overrides.contains(name))
    }

    async fn load_candidate(&self, name: PluginName, candidate: Candidate) -> Result<LoadedPlugin, LibraryError> {
        let failed = |error| LibraryError::Load {
            name: candidate.path.as_ref().map_or_else(|| name.to_string(), |path| path.display().to_string()),
            error,
        };
        let component = self.sandbox.load(&candidate.bytes).await.map_err(failed)?;
        let description = self.sandbox.describe(&component, self.limits).await.map_err(failed)?;
        // Trust goes by the digest: a copy of a shipped plugin is that plugin. But only under its own name, because
        // grants and denials name plugins by it.
        let is_shipped = candidate.origin == Origin::Shipped || self.ships(&name, component.digest());
        let plugin = Plugin {
            name,
            origin: if is_shipped { Origin::Shipped } else { candidate.origin },
            path: candidate.path,
            digest: component.digest(),
            size: component.size(),
            description,
            imports: component.imports().clone(),
        };
        Ok(LoadedPlugin { plugin, component, bytes: candidate.bytes.into_owned().into() })
    }

    fn ships(&self, name: &PluginName, digest: Digest) -> bool {
        let is_it = |shipped: &&Shipped| Digest(Sha256::digest(shipped.bytes).into()) == digest;
        self.shipped.iter().filter(|shipped| shipped.name == name.as_str()).any(|shipped| is_it(&shipped))
    }
}

/// Reads a file, at most one byte more than the sandbox accepts.
fn read(path: &Path, file: File) -> Result<Vec<u8>, LibraryError> {
    let unreadable = |error: io::Error| LibraryError::Unreadable { path: path.to_owned(), reason: last_cause(&error) };
    let mut bytes = Vec::new();
    file.take(LARGEST_COMPONENT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// The name of the plugin in a file: `acme_cleanup.wasm`, as cargo names it, and `acme-cleanup.wasm` are `acme-cleanup`.
fn name_of(path: &Path) -> Option<PluginName> {
    if path.extension()? != "wasm" {
        return None;
    }
    path.file_stem()?.to_str()?.replace('_', "-").parse().ok()
}

fn file_of(folder: &Path, name: &PluginName) -> Result<Option<PathBuf>, LibraryError> {
    let files = files_in(folder)?.into_iter().filter(|(of, _)| of == name).map(|(_, path)| path);
    match files.collect::<Vec<_>>().as_slice() {
        [] => Ok(None),
        [file] => Ok(Some(file.clone())),
        several => {
            let files = several.iter().map(|path| path.display().to_string()).collect();
            Err(LibraryError::Twice { name: name.clone(), files })
        }
    }
}

/// The plugins of a directory, in the order of their file names: all that is no directory, also what cannot be read. A
/// link that leads nowhere must not let another plugin of its name take its place.
fn files_in(folder: &Path) -> Result<Vec<(PluginName, PathBuf)>, LibraryError> {
    let unreadable =
        |error: io::Error| LibraryError::Unreadable { path: folder.to_owned(), reason: last_cause(&error) };
    match ours::resolve(folder) {
        Err(error) if error.is_missing() => return Ok(Vec::new()),
        found => drop(found?),
    }
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>().map_err(unreadable)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).filter(|path| !path.is_dir()).collect();
    paths.sort();
    let named = |path: PathBuf| match name_of(&path) {
        Some(name) => Some((name, path)),
        None => {
            tracing::warn!(path = %path.display(), "ignoring a file whose name is not a plugin name");
            None
        }
    };
    Ok(paths.into_iter().filter_map(named).collect())
}
