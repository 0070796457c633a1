//! Downloads an object into a file, which appears at once, after all of its bytes have arrived.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use bytes::{Bytes, BytesMut};
use tokio::task::JoinSet;

use super::target::Target;
use super::transfer::{AT_ONCE, Moved, Mover, ObjectName, PART, Part, Stop, parts};
use super::{modified, size};
use crate::cause::last_cause;
use crate::directory::Want;
use crate::error::HostError;
use crate::files::new_file::Sink;
use crate::files::on_thread;
use crate::wit::files::FileError;
use crate::wit::s3::Download;
use crate::wit::types::CallErrorKind;

/// Pauses before the retries of a part whose bytes do not all arrive.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];

/// Bytes that are in memory before a write.
const CHUNK: usize = 256 << 10;

/// An object, as the first response described it.
#[derive(Debug, Clone)]
struct Object {
    bucket: String,
    key: String,
    size: u64,
    e_tag: Option<String>,
    /// Milliseconds since 1970.
    modified: u64,
}

impl Object {
    fn name(&self) -> ObjectName<'_> {
        ObjectName { bucket: &self.bucket, key: &self.key }
    }
}

pub(super) async fn download(mover: Arc<Mover>, Download { bucket, key, path }: Download) -> Moved {
    let (lender, wanted) = (mover.lender.clone(), path.clone());
    on_thread(move || lender.check(&wanted, Want::Write)).await?;
    let turn = mover.turn().await?;
    let (object, beginning) = first(&mover, bucket, key).await?;
    mover.tally.expect(object.size);
    let target = Target::open(&mover, path).await?;
    let rest = begin(&mover, &object, beginning, &target.sink).await?;
    drop(turn);
    let object = Arc::new(object);
    fetch(&mover, &object, &target.sink, rest).await?;
    target.finish(object.modified).await?;
    Ok(object.size)
}

/// The first part of the object, and its description.
async fn first(mover: &Mover, bucket: String, key: String) -> Result<(Object, ByteStream), Stop> {
    let request = mover.client.get_object().bucket(&bucket).key(&key);
    let answer = mover.ready(request.customize(), PART).send().await;
    let answer = answer.map_err(|error| mover.failed(&error, ObjectName { bucket: &bucket, key: &key }))?;
    let object = Object {
        bucket,
        key,
        size: size(answer.content_length())?,
        e_tag: answer.e_tag().map(str::to_owned),
        modified: modified(answer.last_modified())?,
    };
    Ok((object, answer.body))
}

/// Writes the first part, and returns the missing ones. S3 sends the checksum of an object that comes in one part, and the
/// SDK compares it; the parts of a larger object belong to the same version (`If-Match`), and each has its size.
async fn begin(mover: &Mover, object: &Object, body: ByteStream, sink: &Sink) -> Result<Vec<Part>, Stop> {
    let mut pieces = parts(object.size, PART);
    let piece = pieces.next().unwrap_or_default();
    match write(body, sink, piece, object.size == piece.bytes).await {
        Ok(()) => {
            mover.tally.add(piece.bytes);
            Ok(pieces.collect())
        }
        Err(Broken::Off(_)) => Ok(std::iter::once(piece).chain(pieces).collect()),
        Err(Broken::For(stop)) => Err(stop),
    }
}

async fn fetch(mover: &Arc<Mover>, object: &Arc<Object>, sink: &Sink, pieces: Vec<Part>) -> Result<(), Stop> {
    let (mut pieces, mut fetching) = (pieces.into_iter(), JoinSet::new());
    loop {
        while let Some(piece) = (fetching.len() < AT_ONCE).then(|| pieces.next()).flatten() {
            let (mover, object, sink) = (Arc::clone(mover), Arc::clone(object), sink.clone());
            fetching.spawn(async move { fetch_piece(&mover, &object, &sink, piece).await });
        }
        let Some(fetched) = fetching.join_next().await else { return Ok(()) };
        fetched.unwrap_or_else(|gone| Err(FileError::Failed(format!("a part was interrupted: {gone}")).into()))?;
    }
}

async fn fetch_piece(mover: &Mover, object: &Object, sink: &Sink, piece: Part) -> Result<(), Stop> {
    let mut pauses = PAUSES.into_iter();
    loop {
        let why = match try_piece(mover, object, sink, piece).await {
            Ok(()) => break,
            Err(Broken::Off(why)) => why,
            Err(Broken::For(stop)) => return Err(stop),
        };
        let Some(pause) = pauses.next() else {
            let message = format!("the bytes of the object did not all arrive: {why}");
            return Err(mover.own(CallErrorKind::Unavailable, None, message));
        };
        tokio::time::sleep(pause).await;
    }
    mover.tally.add(piece.bytes);
    Ok(())
}

async fn try_piece(mover: &Mover, object: &Object, sink: &Sink, piece: Part) -> Result<(), Broken> {
    let _turn = mover.turn().await.map_err(Broken::For)?;
    let answer = get(mover, object, piece).await.map_err(Broken::For)?;
    write(answer.body, sink, piece, true).await
}

async fn get(mover: &Mover, object: &Object, Part { start, bytes, .. }: Part) -> Result<GetObjectOutput, Stop> {
    let request = mover.client.get_object().bucket(&object.bucket).key(&object.key);
    let request = request.set_if_match(object.e_tag.clone());
    let is_all = bytes == object.size;
    let range = (!is_all).then(|| format!("bytes={start}-{}", start + bytes - 1));
    let answer = mover.ready(request.set_range(range).customize(), bytes).send().await;
    let answer = answer.map_err(|error| changed(mover, mover.failed(&error, object.name())))?;
    match size(answer.content_length())? == bytes {
        true => Ok(answer),
        false => Err(changed_since(mover, None)),
    }
}

/// Explains AWS's answer for an object that is no longer the one of the first response.
fn changed(mover: &Mover, error: HostError) -> Stop {
    match error {
        HostError::Answer(answer) if answer.code.as_deref() == Some("PreconditionFailed") => {
            changed_since(mover, answer.code.as_deref())
        }
        other => other.into(),
    }
}

fn changed_since(mover: &Mover, code: Option<&str>) -> Stop {
    mover.own(CallErrorKind::Rejected, code, "the object changed during the download".to_owned())
}

/// Why a part was not written.
enum Broken {
    /// Its bytes did not all arrive, or arrived wrong: a retry may succeed.
    Off(String),
    /// A retry would fail as well.
    For(Stop),
}

/// Writes the bytes of a part to their place. With `to_its_end`, further bytes are an error.
async fn write(
    mut body: ByteStream,
    sink: &Sink,
    Part { start, bytes, .. }: Part,
    to_its_end: bool,
) -> Result<(), Broken> {
    let (mut at, end) = (start, start + bytes);
    let mut chunk = BytesMut::new();
    while at + (chunk.len() as u64) < end || to_its_end {
        let Some(more) = body.next().await else { break };
        chunk.extend_from_slice(&more.map_err(|error| Broken::Off(last_cause(&error)))?);
        if chunk.len() >= CHUNK {
            at += put(sink, chunk.split().freeze(), at, end).await?;
        }
    }
    at += put(sink, chunk.freeze(), at, end).await?;
    if at == end {
        return Ok(());
    }
    Err(Broken::Off(format!("{} of {bytes} bytes arrived", at - start)))
}

/// Writes the bytes before `end`, and returns their number.
async fn put(sink: &Sink, mut chunk: Bytes, at: u64, end: u64) -> Result<u64, Broken> {
    chunk.truncate(usize::try_from(end - at).unwrap_or(usize::MAX));
    let bytes = chunk.len() as u64;
    sink.write(chunk, at).await.map_err(|error| Broken::For(error.into()))?;
    Ok(bytes)
}
