//! Uploads a file into a bucket.

use std::sync::Arc;

use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedPart};

use super::multipart::Multipart;
use super::settings::described;
use super::source::Source;
use super::transfer::{LARGEST, Moved, Mover, ObjectName, PART, Part, Stop, part_size, parts};
use crate::directory::{Lender, Want};
use crate::error::HostError;
use crate::files::on_thread;
use crate::wit::files::FileError;
use crate::wit::s3::Upload;

/// The uploads, and the sum of their sizes as far as the host can read them.
pub(super) async fn sizes(lender: &Lender, uploads: Vec<Upload>) -> (Vec<Upload>, u64) {
    let (lender, looked) = (lender.clone(), uploads.clone());
    let size = move |upload: &Upload| lender.spot(&upload.path, Want::Read).and_then(|spot| spot.file());
    let look = move || Ok(looked.iter().filter_map(|upload| size(upload).ok()).map(|file| file.size).sum());
    (uploads, on_thread(look).await.unwrap_or_default())
}

pub(super) async fn upload(mover: Arc<Mover>, Upload { path, bucket, key }: Upload) -> Moved {
    let source = Source::open(&mover, &path).await?;
    let size = source.size;
    if size > LARGEST {
        return Err(FileError::Rejected(format!("`{path}` is larger than 48.8 TiB, the limit of S3")).into());
    }
    let name = ObjectName { bucket: &bucket, key: &key };
    let sent = if size <= PART { whole(&mover, &source, name).await } else { in_parts(&mover, &source, name).await };
    match sent {
        Ok(()) => Ok(size),
        Err(stop) => Err(source.failure().unwrap_or(stop)),
    }
}

/// The content type by the extension, as the AWS CLI finds it; S3 has a default for unknown ones.
fn content_type(path: &str) -> Option<String> {
    mime_guess::from_path(path).first_raw().map(str::to_owned)
}

async fn whole(mover: &Mover, source: &Arc<Source>, name: ObjectName<'_>) -> Result<(), Stop> {
    let _turn = mover.turn().await?;
    let request = mover.client.put_object().bucket(name.bucket).key(name.key);
    let request = described!(request, mover.settings.of_upload(content_type(source.path())));
    let request = request.body(source.part(Part { number: 1, start: 0, bytes: source.size })).customize();
    let sent = mover.ready(request, source.size).send().await;
    sent.map_err(|error| mover.failed(&error, name))?;
    mover.tally.add(source.size);
    Ok(())
}

async fn in_parts(mover: &Arc<Mover>, source: &Arc<Source>, name: ObjectName<'_>) -> Result<(), Stop> {
    let request = mover.client.create_multipart_upload().checksum_algorithm(ChecksumAlgorithm::Crc32);
    let request = described!(request, mover.settings.of_upload(content_type(source.path())));
    let multipart = Arc::new(Multipart::begin(mover, name, request).await?);
    let one = |multipart: Arc<Multipart>, of: Part| {
        let (mover, source) = (Arc::clone(mover), Arc::clone(source));
        async move { part(&mover, &source, &multipart, of).await }
    };
    let sent = multipart.send(parts(source.size, part_size(source.size, PART)), one).await?;
    let checked = Arc::clone(source);
    on_thread(move || checked.check().map_err(|error| FileError::Failed(error.to_string()))).await?;
    multipart.complete(sent).await
}

async fn part(mover: &Mover, source: &Arc<Source>, multipart: &Multipart, of: Part) -> Result<CompletedPart, Stop> {
    let _turn = mover.turn().await?;
    let request = mover.client.upload_part().bucket(&multipart.bucket).key(&multipart.key).upload_id(&multipart.id);
    let request = request.part_number(of.number).checksum_algorithm(ChecksumAlgorithm::Crc32);
    let request = request.body(source.part(of)).customize();
    let answer = mover.ready(request, of.bytes).send().await;
    let answer = answer.map_err(|error| mover.failed(&error, multipart.name()))?;
    mover.tally.add(of.bytes);
    let e_tag = answer.e_tag().ok_or_else(|| HostError::without("a part's ETag"))?;
    let crc32 = answer.checksum_crc32().map(str::to_owned);
    Ok(CompletedPart::builder().part_number(of.number).e_tag(e_tag).set_checksum_crc32(crc32).build())
}
