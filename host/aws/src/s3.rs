//! Amazon S3: requests and answers of `wit/deps/s3.wit`. The modules below transfer files and objects.

mod check;
mod copy;
mod course;
mod download;
mod key;
mod multipart;
mod settings;
mod source;
mod target;
mod transfer;
mod upload;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_s3::operation::delete_objects::DeleteObjectsOutput;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::EncodingType;
use aws_sdk_s3::{Client, config, types as aws};
use aws_smithy_types::DateTime;
use serde_json::{Value as Json, json};
use stepwell_model::action::{self, Row};

use crate::aws::{Clients, PerRegion, Service};
use crate::convert::{each, milliseconds, number, text};
use crate::error::HostError;
use crate::files::first;
use crate::gate::Gate;
use crate::tally::Tally;
use crate::wit::s3;
use crate::wit::types::CallError;
use crate::{AwsCalls, sdk_error};
use settings::ObjectSettings;
use transfer::{Mover, Outcomes};

impl Service for Client {
    type Rows = action::s3::Service;

    fn gated(config: &SdkConfig, gate: Gate) -> Self {
        // A server at a configured endpoint need not have a host name for each bucket.
        let by_path = config.endpoint_url().is_some();
        let config = config::Builder::from(config).force_path_style(by_path).interceptor(gate);
        // The client that the SDK makes for the sessions of directory buckets has no gate.
        Self::from_conf(config.disable_s3_express_session_auth(true).build())
    }

    fn kept(clients: &Clients) -> &PerRegion<Self> {
        &clients.s3
    }
}

impl s3::Host for AwsCalls<'_> {
    async fn list_buckets(&mut self, request: s3::ListBucketsRequest) -> Result<s3::ListBucketsResponse, HostError> {
        let s3::ListBucketsRequest { max_buckets, continuation_token } = request;
        let send = |s3: Client, pass| {
            let call = s3.list_buckets().set_max_buckets(number(max_buckets));
            call.set_continuation_token(continuation_token).customize().interceptor(pass).send()
        };
        self.call(action::s3::LIST_BUCKETS, json!({}), send, |answer| {
            let continuation_token = text(answer.continuation_token());
            Ok(s3::ListBucketsResponse { buckets: each(answer.buckets(), bucket)?, continuation_token })
        })
        .await
    }

    async fn list_objects_v2(
        &mut self,
        request: s3::ListObjectsV2Request,
    ) -> Result<s3::ListObjectsV2Response, HostError> {
        check::bucket(action::s3::LIST_OBJECTS_V2, &request.bucket)?;
        let s3::ListObjectsV2Request { bucket, prefix, delimiter, start_after, max_keys, continuation_token } = request;
        let names = json!({ "Bucket": bucket, "Prefix": prefix, "StartAfter": start_after });
        let send = |s3: Client, pass| {
            let call = s3.list_objects_v2().bucket(bucket).set_prefix(prefix).set_delimiter(delimiter);
            // XML cannot hold every character of a key.
            let call =
                call.set_start_after(start_after).set_max_keys(number(max_keys)).encoding_type(EncodingType::Url);
            call.set_continuation_token(continuation_token).customize().interceptor(pass).send()
        };
        self.call(action::s3::LIST_OBJECTS_V2, names, send, |answer| {
            Ok(s3::ListObjectsV2Response {
                contents: answer
                    .contents()
                    .iter()
                    .map(|found| object(found, answer.encoding_type()))
                    .collect::<Result<_, _>>()?,
                common_prefixes: answer
                    .common_prefixes()
                    .iter()
                    .map(|found| common_prefix(found, answer.encoding_type()))
                    .collect::<Result<_, _>>()?,
                next_continuation_token: following(&answer)?,
            })
        })
        .await
    }

    async fn head_object(&mut self, request: s3::HeadObjectRequest) -> Result<s3::HeadObjectResponse, HostError> {
        check::objects(action::s3::HEAD_OBJECT, [(&request.bucket, &request.key)])?;
        let s3::HeadObjectRequest { bucket, key } = request;
        let names = json!({ "Bucket": bucket, "Key": key });
        let send = |s3: Client, pass| s3.head_object().bucket(bucket).key(key).customize().interceptor(pass).send();
        self.call(action::s3::HEAD_OBJECT, names, send, |answer| {
            Ok(s3::HeadObjectResponse {
                content_length: size(answer.content_length())?,
                last_modified: modified(answer.last_modified())?,
                storage_class: text(answer.storage_class().map(|class| class.as_str())),
            })
        })
        .await
    }

    async fn create_bucket(&mut self, request: s3::CreateBucketRequest) -> Result<(), HostError> {
        check::bucket(action::s3::CREATE_BUCKET, &request.bucket)?;
        let names = json!({ "Bucket": request.bucket });
        let send = |s3: Client, pass| {
            let call = s3.create_bucket().bucket(request.bucket).set_create_bucket_configuration(place(&s3));
            call.customize().interceptor(pass).send()
        };
        self.call(action::s3::CREATE_BUCKET, names, send, |_| Ok(())).await
    }

    async fn delete_bucket(&mut self, request: s3::DeleteBucketRequest) -> Result<(), HostError> {
        check::bucket(action::s3::DELETE_BUCKET, &request.bucket)?;
        let names = json!({ "Bucket": request.bucket });
        let send = |s3: Client, pass| s3.delete_bucket().bucket(request.bucket).customize().interceptor(pass).send();
        self.call(action::s3::DELETE_BUCKET, names, send, |_| Ok(())).await
    }

    async fn delete_objects(
        &mut self,
        request: s3::DeleteObjectsRequest,
    ) -> Result<Vec<Result<(), CallError>>, HostError> {
        check::bucket(action::s3::DELETE_OBJECTS, &request.bucket)?;
        check::objects(action::s3::DELETE_OBJECTS, request.keys.iter().map(|key| (&request.bucket, key)))?;
        let (speakable, others): (Vec<_>, Vec<_>) =
            request.keys.iter().cloned().enumerate().partition(|(_, key)| key::is_speakable(key));
        let mut outcomes: BTreeMap<usize, Result<(), CallError>> = BTreeMap::new();
        if !speakable.is_empty() || others.is_empty() {
            let (places, keys): (Vec<_>, Vec<_>) = speakable.into_iter().unzip();
            outcomes.extend(places.into_iter().zip(self.delete_together(request.bucket.clone(), keys).await?));
        }
        for (place, key) in others {
            outcomes.insert(place, self.delete_alone(request.bucket.clone(), key).await?);
        }
        Ok(outcomes.into_values().collect())
    }

    async fn upload_files(&mut self, uploads: Vec<s3::Upload>) -> Result<Outcomes, HostError> {
        self.upload(action::s3::UPLOAD_FILES, uploads, ObjectSettings::default()).await
    }

    async fn upload_files_with(
        &mut self,
        uploads: Vec<s3::Upload>,
        settings: s3::ObjectSettings,
    ) -> Result<Outcomes, HostError> {
        self.upload(action::s3::UPLOAD_FILES_WITH, uploads, settings.into()).await
    }

    async fn download_files(&mut self, downloads: Vec<s3::Download>) -> Result<Outcomes, HostError> {
        check::count(action::s3::DOWNLOAD_FILES, downloads.len())?;
        check::objects(action::s3::DOWNLOAD_FILES, downloads.iter().map(|download| (&download.bucket, &download.key)))?;
        let lender = self.lender(action::s3::DOWNLOAD_FILES.row().function)?;
        if downloads.is_empty() {
            return Ok(Vec::new());
        }
        let names = names(downloads.iter().map(|download| (&download.bucket, &download.key)), None);
        let tally = Tally::new("downloading", "files", downloads.len(), None);
        let told = Arc::clone(&tally);
        let work = |s3: Client, pass| {
            let mover = Mover::new(s3, pass, lender, (tally, ObjectSettings::default()));
            mover.each(downloads, |download| download.bucket.clone(), download::download)
        };
        self.batch(action::s3::DOWNLOAD_FILES, names, told, work).await
    }

    async fn copy_objects(&mut self, copies: Vec<s3::ObjectCopy>) -> Result<Vec<Result<u64, CallError>>, HostError> {
        self.copy(action::s3::COPY_OBJECTS, copies, ObjectSettings::default()).await
    }

    async fn copy_objects_with(
        &mut self,
        copies: Vec<s3::ObjectCopy>,
        settings: s3::ObjectSettings,
    ) -> Result<Vec<Result<u64, CallError>>, HostError> {
        self.copy(action::s3::COPY_OBJECTS_WITH, copies, settings.into()).await
    }
}

impl AwsCalls<'_> {
    async fn upload(
        &mut self,
        row: Row<action::s3::Service>,
        uploads: Vec<s3::Upload>,
        settings: ObjectSettings,
    ) -> Result<Outcomes, HostError> {
        check::count(row, uploads.len())?;
        check::objects(row, uploads.iter().map(|upload| (&upload.bucket, &upload.key)))?;
        let lender = self.lender(row.row().function)?;
        self.check_actions(row.row().function, settings.actions())?;
        if uploads.is_empty() {
            return Ok(Vec::new());
        }
        let (uploads, bytes) = upload::sizes(&lender, uploads).await;
        let names = names(uploads.iter().map(|upload| (&upload.bucket, &upload.key)), Some(bytes));
        let tally = Tally::new("uploading", "files", uploads.len(), Some(bytes));
        let (told, names) = (Arc::clone(&tally), settings.named_in(names));
        let work = |s3: Client, pass| {
            let mover = Mover::new(s3, pass, lender, (tally, settings));
            mover.each(uploads, |upload| upload.bucket.clone(), upload::upload)
        };
        self.batch(row, names, told, work).await
    }

    async fn copy(
        &mut self,
        row: Row<action::s3::Service>,
        copies: Vec<s3::ObjectCopy>,
        settings: ObjectSettings,
    ) -> Result<Vec<Result<u64, CallError>>, HostError> {
        check::count(row, copies.len())?;
        check::objects(row, copies.iter().map(|copy| (&copy.source_bucket, &copy.source_key)))?;
        check::objects(row, copies.iter().map(|copy| (&copy.bucket, &copy.key)))?;
        let lender = self.lender(row.row().function)?;
        self.check_actions(row.row().function, settings.actions())?;
        if copies.is_empty() {
            return Ok(Vec::new());
        }
        let mut names = names(copies.iter().map(|copy| (&copy.bucket, &copy.key)), None);
        let sources = one_or_some(copies.iter().map(|copy| &copy.source_bucket).collect());
        names
            .as_object_mut()
            .into_iter()
            .for_each(|names| drop(names.insert("SourceBucket".to_owned(), sources.clone())));
        let tally = Tally::new("copying", "objects", copies.len(), None);
        let (told, names) = (Arc::clone(&tally), settings.named_in(names));
        let route = |copy: &s3::ObjectCopy| format!("{} {}", copy.source_bucket, copy.bucket);
        let work = |s3: Client, pass| Mover::new(s3, pass, lender, (tally, settings)).each(copies, route, copy::copy);
        let outcomes = self.batch(row, names, told, work).await?;
        Ok(outcomes.into_iter().map(|outcome| outcome.map_err(transfer::of_call)).collect())
    }

    async fn delete_together(
        &mut self,
        bucket: String,
        keys: Vec<String>,
    ) -> Result<Vec<Result<(), CallError>>, HostError> {
        let names = json!({ "Bucket": bucket, "Objects": keys.len(), "Keys": first(&keys) });
        let identify = |key: &String| aws::ObjectIdentifier::builder().key(key).build();
        let objects = keys.iter().map(identify).collect::<Result<Vec<_>, _>>();
        let delete = objects.and_then(|objects| aws::Delete::builder().set_objects(Some(objects)).build()).ok();
        let send = |s3: Client, pass| {
            let call = s3.delete_objects().bucket(bucket).set_delete(delete);
            call.customize().interceptor(pass).send()
        };
        self.call(action::s3::DELETE_OBJECTS, names, send, |answer| Ok(outcomes(&keys, &answer))).await
    }

    /// Deletes an object whose key a request in XML cannot name, as the AWS CLI deletes every object.
    async fn delete_alone(&mut self, bucket: String, key: String) -> Result<Result<(), CallError>, HostError> {
        let names = json!({ "Bucket": bucket, "Objects": 1, "Keys": [key] });
        let send = |s3: Client, pass| s3.delete_object().bucket(bucket).key(key).customize().interceptor(pass).send();
        match self.call(action::s3::DELETE_OBJECTS, names, send, |_| Ok(())).await {
            Err(HostError::Answer(error)) => Ok(Err(error)),
            done => done.map(Ok),
        }
    }
}

/// A transfer as the journal keeps it.
fn names<'a>(things: impl Iterator<Item = (&'a String, &'a String)>, bytes: Option<u64>) -> Json {
    let (buckets, keys): (Vec<_>, Vec<_>) = things.unzip();
    let bucket = one_or_some(buckets.into_iter().collect());
    json!({ "Bucket": bucket, "Files": keys.len(), "Bytes": bytes, "Keys": first(&keys) })
}

fn one_or_some(names: BTreeSet<&String>) -> Json {
    let names: Vec<_> = names.into_iter().collect();
    if let [one] = names[..] { json!(one) } else { json!(first(&names)) }
}

/// The outcome of each key. A key that the answer does not mention may still exist.
fn outcomes(keys: &[String], answer: &DeleteObjectsOutput) -> Vec<Result<(), CallError>> {
    let deleted: BTreeSet<_> = answer.deleted().iter().filter_map(aws::DeletedObject::key).collect();
    let errors: BTreeMap<_, _> = answer.errors().iter().filter_map(|error| Some((error.key()?, error))).collect();
    let outcome = |key: &String| match errors.get(key.as_str()) {
        Some(error) => Err(sdk_error::of_item("s3:DeleteObject", error.code(), error.message())),
        None if deleted.contains(key.as_str()) => Ok(()),
        None => Err(sdk_error::of_item("s3:DeleteObject", None, Some("AWS does not mention it in its answer"))),
    };
    keys.iter().map(outcome).collect()
}

/// The token of the next page. An answer that does not say whether it is the last page is refused: a plugin that takes
/// half of a list for all of it deletes the other half.
fn following(answer: &ListObjectsV2Output) -> Result<Option<String>, HostError> {
    match (answer.is_truncated(), answer.next_continuation_token()) {
        (Some(false), _) => Ok(None),
        (Some(true), Some(token)) => Ok(Some(token.to_owned())),
        (Some(true), None) => Err(HostError::without("a token for the next page")),
        (None, _) => Err(HostError::without("`IsTruncated`")),
    }
}

fn bucket(bucket: &aws::Bucket) -> Result<s3::Bucket, HostError> {
    let name = bucket.name().ok_or_else(|| HostError::without("a bucket's name"))?.to_owned();
    Ok(s3::Bucket { name, creation_date: bucket.creation_date().and_then(milliseconds) })
}

fn common_prefix(found: &aws::CommonPrefix, encoding: Option<&EncodingType>) -> Result<String, HostError> {
    key::decoded(found.prefix().ok_or_else(|| HostError::without("a prefix"))?, encoding)
}

fn object(object: &aws::Object, encoding: Option<&EncodingType>) -> Result<s3::Object, HostError> {
    let key = object.key().ok_or_else(|| HostError::without("an object's key"))?;
    Ok(s3::Object {
        key: key::decoded(key, encoding)?,
        size: size(object.size())?,
        last_modified: modified(object.last_modified())?,
        storage_class: text(object.storage_class().map(|class| class.as_str())),
    })
}

fn size(bytes: Option<i64>) -> Result<u64, HostError> {
    bytes.and_then(|bytes| u64::try_from(bytes).ok()).ok_or_else(|| HostError::without("an object's size"))
}

fn modified(at: Option<&DateTime>) -> Result<u64, HostError> {
    at.and_then(milliseconds).ok_or_else(|| HostError::without("the time of an object's last change"))
}

/// The region of a new bucket. AWS refuses the name of its default region, us-east-1.
fn place(s3: &Client) -> Option<aws::CreateBucketConfiguration> {
    let region = s3.config().region().filter(|region| region.as_ref() != "us-east-1")?;
    let constraint = aws::BucketLocationConstraint::from(region.as_ref());
    Some(aws::CreateBucketConfiguration::builder().location_constraint(constraint).build())
}
