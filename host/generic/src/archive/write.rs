use std::collections::BTreeSet;
use std::io;

use serde::Serialize;

use super::{Entry, FORMAT, Index, LARGEST, Listed, MAGIC, Place};
use crate::endpoint::Partitions;
use crate::model::Service;
use crate::operation::actions;

/// The level at which zstd's result is smallest without a larger window.
const LEVEL: i32 = 19;

/// Writes an archive.
///
/// # Errors
///
/// When a service is too large for a reader.
pub fn write(botocore: &str, services: &[Service], partitions: &Partitions) -> io::Result<Vec<u8>> {
    let mut sorted: Vec<_> = services.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut frames = Frames::default();
    let partitions = frames.add(partitions)?;
    let named: BTreeSet<_> =
        services.iter().flat_map(|service| service.operations.iter().flat_map(|of| actions(service, of))).collect();
    let actions = frames.add(&named)?;
    let listed: io::Result<Vec<_>> = sorted
        .into_iter()
        .map(|service| Ok(Listed { entry: Entry::of(service), place: frames.add(service)? }))
        .collect();
    let index = Index { botocore: botocore.to_owned(), services: listed?, partitions, actions };
    let (index, _) = pack(&index)?;
    let size = u32::try_from(index.len()).map_err(io::Error::other)?;
    Ok([&MAGIC[..], &FORMAT.to_le_bytes(), &size.to_le_bytes(), &index, &frames.bytes].concat())
}

impl Entry {
    fn of(service: &Service) -> Self {
        Self {
            name: service.name.clone(),
            title: service.title.clone(),
            id: service.id.clone(),
            aliases: aliases(service),
            api_version: service.api_version.clone(),
            operations: u32::try_from(service.operations.len()).unwrap_or(u32::MAX),
        }
    }
}

/// Further names of a service. Its IAM actions begin with one of them.
fn aliases(service: &Service) -> Vec<String> {
    let actions = service.operations.iter().filter_map(|of| of.actions.first()?.split_once(':'));
    let named = [service.signing_name.as_str(), &service.endpoint_prefix].into_iter();
    let all: BTreeSet<_> = named.chain(actions.map(|(prefix, _)| prefix)).collect();
    all.into_iter().map(str::to_owned).collect()
}

#[derive(Default)]
struct Frames {
    bytes: Vec<u8>,
}

impl Frames {
    fn add(&mut self, value: &impl Serialize) -> io::Result<Place> {
        let offset = self.bytes.len() as u64;
        let (packed, unpacked) = pack(value)?;
        let place = Place {
            offset,
            packed: u32::try_from(packed.len()).map_err(io::Error::other)?,
            unpacked: u32::try_from(unpacked).map_err(io::Error::other)?,
        };
        self.bytes.extend(packed);
        Ok(place)
    }
}

/// The frame, and its size when it is unpacked.
fn pack(value: &impl Serialize) -> io::Result<(Vec<u8>, usize)> {
    let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
    if bytes.len() > LARGEST {
        return Err(io::Error::other(format!("{} bytes; a reader accepts {LARGEST}", bytes.len())));
    }
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    Ok((compressor.compress(&bytes)?, bytes.len()))
}
