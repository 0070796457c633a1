//! Compiled components on disk. Compiling one takes 20 ms to 12 s; loading a compiled one takes less than 1 ms.
//!
//! Compiled code runs in the host, so the cache loads only files that this user wrote, whole and for this engine. The
//! sandbox does not start when other users have access to the directory, or can exchange it. A component is compiled
//! anew when its file belongs to another user, or when its content does not match its name and checksum. A cache that
//! cannot be written costs time, never a run. Whenever it keeps a component, it removes those that have not been used
//! for 30 days, and the oldest beyond 1 GiB.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};
use stepwell_model::id::Digest;
use stepwell_secrets::ours::{self, NotOurs, PathError, Rule};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::{NotPrivate, SandboxError};

const CHECKSUM: usize = 32;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a component stays without being used: those of earlier versions of a plugin or of Stepwell go.
const LONGEST_UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Bytes of all files together. The shipped plugins have 21 MB, a plugin in Python 50.
const MOST_BYTES: u64 = 1 << 30;

/// The cache of one user for one engine.
pub(crate) struct Cache {
    directory: PathBuf,
    /// Hash of wasmtime's version and of every setting that changes the compiled code.
    engine: u64,
}

impl Cache {
    /// Opens the directory, and creates it when it is missing. `None` when it cannot be created.
    pub(crate) fn open(directory: PathBuf, engine: &Engine) -> Result<Option<Self>, SandboxError> {
        if let Err(error) = DirBuilder::new().recursive(true).mode(0o700).create(&directory) {
            // The check below refuses anything but a directory: it can be a trap.
            if error.kind() != io::ErrorKind::AlreadyExists {
                tracing::warn!(path = %directory.display(), %error, "no cache: every start compiles the plugins that it uses, which takes seconds; make the directory writable");
                return Ok(None);
            }
        }
        if let Some(reason) = not_private(&directory) {
            return Err(SandboxError::CacheNotPrivate { path: directory, reason });
        }
        // Who can rename the directory puts another one in its place.
        match ours::resolve(&directory) {
            Err(PathError::Foreign { path, fault }) => return Err(SandboxError::CacheWay { path, fault }),
            Err(error @ PathError::Io { .. }) => tracing::debug!(%error, "the way to the cache is unknown"),
            Ok(_) => {}
        }
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Some(Self { directory, engine: hasher.finish() }))
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.directory.join(format!("{}-{:016x}.cwasm", digest.hex(), self.engine))
    }

    /// The compiled component, when its file exists and is sound.
    pub(crate) fn load(&self, digest: Digest, engine: &Engine) -> Option<Component> {
        let path = self.path(digest);
        let compiled = match self.read(&path, digest) {
            Ok(compiled) => compiled,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::debug!(path = %path.display(), %error, "not taken from the cache");
                return None;
            }
        };
        match deserialize(engine, &compiled) {
            Ok(component) => Some(component),
            Err(error) => {
                tracing::debug!(path = %path.display(), %error, "not taken from the cache");
                None
            }
        }
    }

    fn read(&self, path: &Path, digest: Digest) -> io::Result<Sound> {
        let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let mut file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
        check_owner(&file)?;
        let used = file.metadata().and_then(|found| found.modified());
        if used.is_ok_and(|used| used.elapsed().is_ok_and(|age| age > DAY)) {
            // A file that is used is not pruned. Where this fails, it is compiled again some day.
            drop(file.set_modified(SystemTime::now()));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let (compiled, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(|| damaged("it is truncated"))?;
        if *checksum != self.checksum(digest, compiled) {
            return Err(damaged("its checksum is wrong"));
        }
        bytes.truncate(bytes.len() - CHECKSUM);
        Ok(Sound(bytes))
    }

    /// The checksum, which includes the name: a file under another component's name is not that component.
    fn checksum(&self, digest: Digest, compiled: &[u8]) -> [u8; CHECKSUM] {
        let name = Sha256::new().chain_update(digest.0).chain_update(self.engine.to_le_bytes());
        name.chain_update(compiled).finalize().into()
    }

    /// Keeps a compiled component. Several processes at once each write the whole file.
    pub(crate) fn store(&self, digest: Digest, compiled: &[u8]) {
        let path = self.path(digest);
        self.prune();
        if let Err(error) = self.write(&path, digest, compiled) {
            tracing::warn!(path = %path.display(), %error, "a compiled plugin was not kept; it is compiled again next time");
        }
    }

    /// Removes what is not used any more, and the oldest files beyond [`MOST_BYTES`].
    fn prune(&self) {
        let Ok(entries) = fs::read_dir(&self.directory) else { return };
        let mut files: Vec<_> =
            entries.flatten().filter_map(|entry| Some((entry.path(), entry.metadata().ok()?))).collect();
        files.retain(|(_, found)| found.is_file());
        let age = |found: &Metadata| found.modified().ok().and_then(|used| used.elapsed().ok()).unwrap_or_default();
        files.sort_by_key(|(_, found)| age(found));
        let mut bytes = 0_u64;
        for (path, found) in files {
            bytes = bytes.saturating_add(found.len());
            let is_unfinished = path.extension().is_none_or(|extension| extension != "cwasm");
            let kept = if is_unfinished { DAY } else { LONGEST_UNUSED };
            if age(&found) > kept || (bytes > MOST_BYTES && age(&found) > DAY) {
                // Another process may have removed it.
                drop(fs::remove_file(path));
            }
        }
    }

    fn write(&self, path: &Path, digest: Digest, compiled: &[u8]) -> io::Result<()> {
        // `tempfile` gives it mode 0600.
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(&self.directory)?;
        file.write_all(compiled)?;
        file.write_all(&self.checksum(digest, compiled))?;
        file.persist(path)?;
        Ok(())
    }
}

/// Compiled code that this program made: bytes that the cache wrote and that are unchanged, or the output of the
/// process that compiles.
pub(crate) struct Sound(Vec<u8>);

impl Sound {
    /// The output of a process that this one started from its own program, through a pipe that no other process has.
    pub(crate) fn from_own_process(compiled: Vec<u8>) -> Self {
        Self(compiled)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[expect(unsafe_code, reason = "the only way to load compiled code; see the module's header for why it is ours")]
pub(crate) fn deserialize(engine: &Engine, compiled: &Sound) -> wasmtime::Result<Component> {
    // SAFETY: the bytes are what wasmtime serialized. Either they lie in a file that belongs to this user and that only
    // this user can write, and the checksum over them is right; or they come straight from a process of this program
    // that does nothing but compile. wasmtime itself refuses what another version or configuration of it compiled.
    unsafe { Component::deserialize(engine, &compiled.0) }
}

fn damaged(how: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, how)
}

fn not_private(directory: &Path) -> Option<NotPrivate> {
    let Ok(found) = fs::symlink_metadata(directory) else { return Some(NotPrivate::NotADirectory) };
    if found.is_symlink() {
        return Some(NotPrivate::Symlink);
    }
    if !found.is_dir() {
        return Some(NotPrivate::NotADirectory);
    }
    ours::check(&found, Rule::Private).err().map(|fault| match fault {
        NotOurs::Owner { owner } => NotPrivate::OwnedByAnother { owner },
        NotOurs::Mode { mode } => NotPrivate::OpenToOthers { mode },
    })
}

fn check_owner(file: &File) -> io::Result<()> {
    let found = file.metadata()?;
    if found.is_file() && ours::check(&found, Rule::HostWrites).is_ok() {
        Ok(())
    } else {
        Err(damaged("others could have written it"))
    }
}
