//! Creates a bucket in Amazon S3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::s3::{self, CreateBucketRequest, Location};
use stepwell_plugin::{Failure, Invocation, Step, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The bucket: `s3://bucket`. It is created in the region of the step.
    #[schemars(regex(pattern = "^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/?$"))]
    s3_uri: Location,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The name of the bucket.
    bucket: String,
}

struct S3CreateBucket;

impl Step for S3CreateBucket {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let bucket = config.s3_uri.bucket().to_owned();
        s3::create_bucket(&CreateBucketRequest { bucket: bucket.clone() })?;
        info!("make_bucket: {bucket}");
        Ok(Outputs { bucket })
    }
}

stepwell_plugin::export!(S3CreateBucket);
