//! Copies an object from bucket to bucket. The bytes stay within S3.

use std::error::Error as StdError;
use std::sync::Arc;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{CompletedPart, MetadataDirective};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::multipart::Multipart;
use super::settings::described;
use super::size;
use super::transfer::{LARGEST_PART, Moved, Mover, ObjectName, Part, Stop, part_size, parts};
use crate::error::HostError;
use crate::wit::s3::ObjectCopy;

/// The smallest part of a copy. S3 needs some seconds for it, and a fraction of a second to begin.
const COPY_PART: u64 = 256 << 20;

/// The characters that `x-amz-copy-source` does not encode.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The source of a copy, as `HeadObject` described it.
struct Original {
    bucket: String,
    key: String,
    size: u64,
    head: HeadObjectOutput,
}

impl Original {
    fn name(&self) -> ObjectName<'_> {
        ObjectName { bucket: &self.bucket, key: &self.key }
    }

    /// The name in the form of `x-amz-copy-source`.
    fn encoded(&self) -> String {
        format!("{}/{}", utf8_percent_encode(&self.bucket, PLAIN), utf8_percent_encode(&self.key, PLAIN))
    }

    /// Explains S3's error, which may be about the source or about the target.
    fn failed<E>(&self, mover: &Mover, error: &SdkError<E, HttpResponse>, to: ObjectName<'_>) -> HostError
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let is_own = error.code() == Some("NoSuchKey");
        mover.failed(error, if is_own { self.name() } else { to })
    }
}

pub(super) async fn copy(mover: Arc<Mover>, copy: ObjectCopy) -> Moved {
    let ObjectCopy { source_bucket, source_key, bucket, key } = copy;
    let original = Arc::new(look(&mover, source_bucket, source_key).await?);
    mover.tally.expect(original.size);
    let to = ObjectName { bucket: &bucket, key: &key };
    if original.size > LARGEST_PART {
        in_parts(&mover, &original, to).await?;
    } else {
        whole(&mover, &original, to).await?;
        mover.tally.add(original.size);
    }
    Ok(original.size)
}

async fn look(mover: &Mover, bucket: String, key: String) -> Result<Original, Stop> {
    let _turn = mover.turn().await?;
    let request = mover.client.head_object().bucket(&bucket).key(&key).customize();
    let head = mover.ready(request, 0).send().await;
    let head = head.map_err(|error| mover.failed(&error, ObjectName { bucket: &bucket, key: &key }))?;
    Ok(Original { bucket, key, size: size(head.content_length())?, head })
}

async fn whole(mover: &Mover, original: &Original, to: ObjectName<'_>) -> Result<(), Stop> {
    let _turn = mover.turn().await?;
    let request = mover.client.copy_object().copy_source(original.encoded()).bucket(to.bucket).key(to.key);
    let request = request.set_copy_source_if_match(original.head.e_tag().map(str::to_owned));
    // S3 takes either all metadata from the source or all from the request.
    let request = match mover.settings.has_metadata() {
        true => {
            described!(request.metadata_directive(MetadataDirective::Replace), mover.settings.of_copy(&original.head))
                .set_expires(expires(&original.head))
        }
        false => described!(request, mover.settings.clone()),
    };
    let request = request.customize();
    let copied = mover.by_itself(request).send().await;
    copied.map_err(|error| original.failed(mover, &error, to))?;
    Ok(())
}

async fn in_parts(mover: &Arc<Mover>, original: &Arc<Original>, to: ObjectName<'_>) -> Result<(), Stop> {
    let request = described!(mover.client.create_multipart_upload(), mover.settings.of_copy(&original.head));
    // S3 copies the rest by itself in a `CopyObject`.
    let request = request
        .set_expires(expires(&original.head))
        .set_website_redirect_location(original.head.website_redirect_location().map(str::to_owned));
    let request = request.set_tagging(tags(mover, original).await?);
    let multipart = Arc::new(Multipart::begin(mover, to, request).await?);
    let one = |multipart: Arc<Multipart>, of: Part| {
        let (mover, original) = (Arc::clone(mover), Arc::clone(original));
        async move { part(&mover, &original, &multipart, of).await }
    };
    let sent = multipart.send(parts(original.size, part_size(original.size, COPY_PART)), one).await?;
    multipart.complete(sent).await
}

fn expires(head: &HeadObjectOutput) -> Option<DateTime> {
    head.expires_string().and_then(|at| DateTime::from_str(at, Format::HttpDate).ok())
}

/// The tags of the source as a query string; none when it has no tags.
async fn tags(mover: &Mover, original: &Original) -> Result<Option<String>, Stop> {
    if original.head.tag_count().unwrap_or_default() == 0 {
        return Ok(None);
    }
    let _turn = mover.turn().await?;
    let request = mover.client.get_object_tagging().bucket(&original.bucket).key(&original.key).customize();
    let answer = mover.ready(request, 0).send().await;
    let answer = answer.map_err(|error| mover.failed(&error, original.name()))?;
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let tags = answer.tag_set().iter().map(|tag| format!("{}={}", encode(tag.key()), encode(tag.value())));
    Ok(Some(tags.collect::<Vec<_>>().join("&")))
}

async fn part(
    mover: &Mover,
    original: &Original,
    multipart: &Multipart,
    Part { number, start, bytes }: Part,
) -> Result<CompletedPart, Stop> {
    let _turn = mover.turn().await?;
    let request = mover.client.upload_part_copy().bucket(&multipart.bucket).key(&multipart.key);
    let request = request.upload_id(&multipart.id).part_number(number).copy_source(original.encoded());
    let range = format!("bytes={start}-{}", start + bytes - 1);
    let request = request.set_copy_source_if_match(original.head.e_tag().map(str::to_owned));
    let answer = mover.by_itself(request.copy_source_range(range).customize()).send().await;
    let answer = answer.map_err(|error| original.failed(mover, &error, multipart.name()))?;
    mover.tally.add(bytes);
    let made = answer.copy_part_result().ok_or_else(|| HostError::without("what it copied"))?;
    let e_tag = made.e_tag().ok_or_else(|| HostError::without("a part's ETag"))?;
    Ok(CompletedPart::builder().part_number(number).e_tag(e_tag).build())
}
