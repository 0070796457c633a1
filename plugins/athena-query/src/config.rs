//! What the job says, and the request that comes of it.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::Duration;
use stepwell_plugin::athena::{QueryExecutionContext, ResultConfiguration, StartQueryExecutionRequest};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The SQL. No secret can be in it: AWS keeps it in the clear.
    #[schemars(length(min = 1, max = 262144))]
    query: String,
    /// The database in which the query's tables are looked up.
    #[schemars(length(min = 1, max = 255))]
    database: String,
    /// Where Athena writes the results: a bucket's name, or `s3://bucket/prefix/`.
    #[schemars(regex(pattern = r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?)$"))]
    bucket: String,
    /// The work group, which may enforce another place for the results.
    #[serde(default = "primary")]
    #[schemars(regex(pattern = r"^[a-zA-Z0-9._-]{1,128}$"))]
    work_group: String,
    /// The data catalog of the database.
    #[serde(default = "aws_data_catalog")]
    #[schemars(length(min = 1, max = 256))]
    catalog: String,
    /// At most so many rows are shown and given as outputs. All of them are in the results' file.
    #[serde(default = "fifty")]
    #[schemars(range(min = 1, max = 999))]
    pub(crate) max_rows: u32,
    /// Stop the query after this time.
    #[serde(default = "half_an_hour")]
    pub(crate) timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
    #[serde(default = "two_seconds")]
    pub(crate) poll_every: Duration,
}

impl Config {
    pub(crate) fn request(self) -> StartQueryExecutionRequest {
        let Self { query, database, bucket, work_group, catalog, .. } = self;
        let context = QueryExecutionContext { database: Some(database), catalog: Some(catalog) };
        StartQueryExecutionRequest {
            query_string: query,
            query_execution_context: Some(context),
            result_configuration: Some(ResultConfiguration { output_location: Some(location(&bucket)) }),
            work_group: Some(work_group),
        }
    }
}

/// `s3://bucket/` or `s3://bucket/prefix/`.
fn location(bucket: &str) -> String {
    let path = bucket.strip_prefix("s3://").unwrap_or(bucket);
    format!("s3://{}/", path.strip_suffix('/').unwrap_or(path))
}

fn primary() -> String {
    "primary".to_owned()
}

fn aws_data_catalog() -> String {
    "AwsDataCatalog".to_owned()
}

fn fifty() -> u32 {
    50
}

fn half_an_hour() -> Duration {
    Duration::minutes(30)
}

fn two_seconds() -> Duration {
    Duration::seconds(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_becomes_a_place_that_ends_with_a_slash() {
        for (bucket, place) in [
            ("results", "s3://results/"),
            ("s3://results", "s3://results/"),
            ("s3://results/", "s3://results/"),
            ("s3://results/athena", "s3://results/athena/"),
            ("s3://results/athena/", "s3://results/athena/"),
        ] {
            assert_eq!(location(bucket), place);
        }
    }
}
