//! The archive of all models: one file, from which a service is read when it is first needed.
//!
//! It holds a head ([`MAGIC`], [`FORMAT`] and the size of the index), the index, and one frame per service. Index and
//! frames are postcard in zstd, each with a checksum.

mod error;
mod names;
mod write;

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stepwell_model::action;

use crate::endpoint::Partitions;
use crate::model::Service;
pub use error::ArchiveError;
pub use write::write;

/// The version of the format. It changes whenever a type of [`model`](crate::model) or
/// [`endpoint`](crate::endpoint) does: postcard writes no names of fields.
pub const FORMAT: u32 = 3;

/// The first bytes of an archive.
const MAGIC: [u8; 12] = *b"stepwell-aws";

/// The size of [`MAGIC`], [`FORMAT`] and the size of the index.
const HEAD: usize = MAGIC.len() + 8;

/// More than twice what the largest service (EC2) takes when it is unpacked.
const LARGEST: usize = 32 << 20;

/// All models, or none in a build without them.
pub struct Archive {
    bytes: Cow<'static, [u8]>,
    contents: OnceLock<Result<Contents, ArchiveError>>,
}

/// The index, with what was read so far.
struct Contents {
    index: Index,
    /// Where the frames begin.
    frames: usize,
    services: Vec<OnceLock<Arc<Service>>>,
    partitions: OnceLock<Arc<Partitions>>,
}

/// What an archive says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    /// The version of botocore that the models come from.
    botocore: String,
    /// Sorted by name.
    services: Vec<Listed>,
    partitions: Place,
    /// The names of all IAM actions.
    actions: Place,
}

/// A service, and where its frame is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    entry: Entry,
    place: Place,
}

/// The place of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    /// The position behind the index.
    offset: u64,
    /// The size in the archive.
    packed: u32,
    /// The size when it is unpacked.
    unpacked: u32,
}

/// What the index says about a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The name in `aws:SERVICE/Operation`, such as `dynamodb`.
    pub name: String,
    /// The name for people, such as `Amazon DynamoDB`.
    pub title: String,
    /// The service as the SDK's operation metadata names it, such as `DynamoDB`.
    pub id: String,
    /// What signatures, host names and IAM actions call the service, such as `states` for `stepfunctions`.
    pub aliases: Vec<String>,
    /// The version of the API, such as `2012-08-10`.
    pub api_version: String,
    /// The number of its operations.
    pub operations: u32,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Archive {
    /// The archive of this build. It costs nothing until something is asked of it.
    pub fn shipped() -> &'static Self {
        static SHIPPED: Archive = Archive {
            bytes: Cow::Borrowed(include!(concat!(env!("OUT_DIR"), "/shipped.rs"))),
            contents: OnceLock::new(),
        };
        &SHIPPED
    }

    /// An archive from its bytes. What is wrong with them shows when something is asked of it.
    pub fn read(bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self { bytes: bytes.into(), contents: OnceLock::new() }
    }

    /// The version of botocore that the models come from.
    ///
    /// # Errors
    ///
    /// When the build has no archive, or it is damaged.
    pub fn botocore(&self) -> Result<&str, ArchiveError> {
        Ok(&self.contents()?.index.botocore)
    }

    /// All services, sorted by name.
    ///
    /// # Errors
    ///
    /// When the build has no archive, or it is damaged.
    pub fn services(&self) -> Result<impl ExactSizeIterator<Item = &Entry>, ArchiveError> {
        Ok(self.contents()?.index.services.iter().map(|listed| &listed.entry))
    }

    /// The model of a service. It is unpacked once per process.
    ///
    /// # Errors
    ///
    /// When there is no such service, the build has no archive, or it is damaged.
    pub fn service(&self, name: &str) -> Result<Arc<Service>, ArchiveError> {
        let contents = self.contents()?;
        let services = &contents.index.services;
        let found = services.binary_search_by(|listed| listed.entry.name.as_str().cmp(name)).ok();
        let Some((listed, loaded)) = found.and_then(|at| services.get(at).zip(contents.services.get(at))) else {
            let meant = names::meant(name, services.iter().map(|listed| &listed.entry));
            return Err(ArchiveError::Unknown { name: name.to_owned(), nearest: meant });
        };
        load(loaded, || self.frame(contents, listed.place, name))
    }

    /// All partitions.
    ///
    /// # Errors
    ///
    /// When the build has no archive, or it is damaged.
    pub fn partitions(&self) -> Result<Arc<Partitions>, ArchiveError> {
        let contents = self.contents()?;
        load(&contents.partitions, || self.frame(contents, contents.index.partitions, "the partitions"))
    }

    /// The names of all IAM actions that AWS checks for an operation, sorted.
    ///
    /// # Errors
    ///
    /// When the build has no archive, or it is damaged.
    pub fn actions(&self) -> Result<Vec<String>, ArchiveError> {
        let contents = self.contents()?;
        self.frame(contents, contents.index.actions, "the IAM actions")
    }

    /// Has files that grant or deny actions know those of the shipped models.
    pub fn learn_actions() {
        action::known::learn(|| {
            let actions = Self::shipped().actions();
            actions.inspect_err(|error| tracing::debug!(%error, "no actions are known from models")).unwrap_or_default()
        });
    }

    fn contents(&self) -> Result<&Contents, ArchiveError> {
        self.contents.get_or_init(|| Contents::read(&self.bytes)).as_ref().map_err(Clone::clone)
    }

    fn frame<T: DeserializeOwned>(&self, contents: &Contents, place: Place, name: &str) -> Result<T, ArchiveError> {
        let damaged = || ArchiveError::Damaged { part: name.to_owned() };
        let start = usize::try_from(place.offset).ok().and_then(|offset| contents.frames.checked_add(offset));
        let range = start.and_then(|start| Some(start..start.checked_add(place.packed as usize)?));
        let packed = range.and_then(|range| self.bytes.get(range)).ok_or_else(damaged)?;
        unpack(packed, place.unpacked as usize).ok_or_else(damaged)
    }
}

/// Two threads may read the same frame at once; one of the two values stays.
fn load<T>(loaded: &OnceLock<Arc<T>>, read: impl FnOnce() -> Result<T, ArchiveError>) -> Result<Arc<T>, ArchiveError> {
    match loaded.get() {
        Some(value) => Ok(value.clone()),
        None => read().map(|value| loaded.get_or_init(|| Arc::new(value)).clone()),
    }
}

impl Contents {
    fn read(bytes: &[u8]) -> Result<Self, ArchiveError> {
        if bytes.is_empty() {
            return Err(ArchiveError::Missing);
        }
        let damaged = || ArchiveError::Damaged { part: "the index".to_owned() };
        let head = bytes.strip_prefix(&MAGIC).ok_or_else(damaged)?;
        let (format, head) = head.split_first_chunk().ok_or_else(damaged)?;
        let format = u32::from_le_bytes(*format);
        if format != FORMAT {
            return Err(ArchiveError::OtherFormat { found: format });
        }
        let (size, packed) = head.split_first_chunk().ok_or_else(damaged)?;
        let size = u32::from_le_bytes(*size) as usize;
        let index: Index = packed.get(..size).and_then(|packed| unpack(packed, LARGEST)).ok_or_else(damaged)?;
        let services = index.services.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { index, frames: HEAD + size, services, partitions: OnceLock::new() })
    }
}

/// Unpacks at most this many bytes.
fn unpack<T: DeserializeOwned>(packed: &[u8], most: usize) -> Option<T> {
    let bytes = zstd::bulk::decompress(packed, most.min(LARGEST)).ok()?;
    let (value, rest) = postcard::take_from_bytes(&bytes).ok()?;
    rest.is_empty().then_some(value)
}

#[cfg(test)]
mod tests;
