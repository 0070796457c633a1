//! Deletes a bucket of Amazon S3 and, if asked, all objects in it.

use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::s3::{self, Clearing, Counts, DeleteBucketRequest, Filter, Location, Mode, Walk};
use stepwell_plugin::{Failure, Invocation, Outcome, WaitingStep, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The bucket: `s3://bucket`.
    #[schemars(regex(pattern = "^s3://[A-Za-z0-9._-]{3,255}/?$"))]
    s3_uri: Location,
    /// Remove all objects first. In a bucket with versioning, older versions stay, so the bucket cannot be deleted.
    #[serde(default)]
    force: bool,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The name of the bucket.
    bucket: String,
    /// The number of objects that were removed first.
    deleted_count: u64,
}

struct S3DeleteBucket;

// Nothing to cancel: a removal cannot be undone.
impl WaitingStep for S3DeleteBucket {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Walk;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        if config.force { empty(config, Walk::default()) } else { delete(&config, &Counts::default()) }
    }

    fn resume(_: &Invocation, config: Config, walk: Walk) -> Result<Outcome<Self>, Failure> {
        empty(config, walk)
    }
}

fn empty(config: Config, walk: Walk) -> Result<Outcome<S3DeleteBucket>, Failure> {
    let (root, filter) = (config.s3_uri.clone(), Filter::default());
    let (mode, page_size) = (Mode::default(), s3::page_size());
    let clearing = Clearing { root, filter: &filter, mode, page_size, allow_empty: true };
    match clearing.go_on(walk)? {
        ControlFlow::Continue(walk) => Ok(Outcome::Wait(walk.wait())),
        ControlFlow::Break(counts) => delete(&config, &counts),
    }
}

fn delete(config: &Config, counts: &Counts) -> Result<Outcome<S3DeleteBucket>, Failure> {
    let bucket = config.s3_uri.bucket().to_owned();
    s3::delete_bucket(&DeleteBucketRequest { bucket: bucket.clone() })?;
    info!("remove_bucket: {bucket}");
    Ok(Outcome::Done(Outputs { bucket, deleted_count: counts.deleted_count }))
}

stepwell_plugin::export!(S3DeleteBucket);
