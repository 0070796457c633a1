//! Lists buckets, or what is in a bucket of Amazon S3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::s3::format::{counted, human_readable};
use stepwell_plugin::s3::{self, ListBucketsRequest, ListObjectsV2Request, Listed, Location, Shown};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Progress, Wait, WaitingStep, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// What the keys begin with: `s3://bucket/prefix`. Without it, the buckets are listed.
    #[schemars(regex(pattern = "^s3://"))]
    s3_uri: Option<Location>,
    /// List all keys, and not only those up to the next `/`.
    #[serde(default)]
    recursive: bool,
    /// Print sizes such as `1.5 KiB`. Times are printed in UTC.
    #[serde(default)]
    human_readable: bool,
    /// Print how many objects there are, and their size, behind them.
    #[serde(default)]
    summarize: bool,
    /// Keys that S3 lists at once.
    #[serde(default = "s3::page_size")]
    #[schemars(range(min = 1, max = 1000))]
    page_size: u32,
}

#[derive(Default, Serialize, Deserialize)]
struct Seen {
    token: Option<String>,
    object_count: u64,
    total_bytes: u64,
}

struct S3List;

impl WaitingStep for S3List {
    type Config = Config;
    type Outputs = Listed;
    type Checkpoint = Seen;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        list(&config, Seen::default(), Some(Listed::default()))
    }

    fn resume(_: &Invocation, config: Config, seen: Seen) -> Result<Outcome<Self>, Failure> {
        list(&config, seen, None)
    }
}

/// Lines of one call, and bytes in them: a part of what its log may have.
const MOST_LINES: usize = 5_000;
const MOST_TEXT: usize = 2 << 20;

fn list(config: &Config, mut seen: Seen, mut first: Option<Listed>) -> Result<Outcome<S3List>, Failure> {
    let (mut lines, mut text) = (0, 0);
    loop {
        let (shown, next) = page(config, seen.token.take(), config.page_size)?;
        for row in shown.rows(config.recursive, config.human_readable) {
            (lines, text) = (lines + 1, text + row.len());
            info!("{row}");
        }
        seen.object_count += shown.objects.len() as u64;
        seen.total_bytes += shown.objects.iter().map(|object| object.size).sum::<u64>();
        seen.token = next;
        first = first.map(|listed| listed.with(shown));
        if seen.token.is_none() {
            return end(config, &seen, first).map(Outcome::Done);
        }
        if lines >= MOST_LINES || text >= MOST_TEXT {
            return Ok(Outcome::Wait(wait(seen)));
        }
    }
}

fn page(config: &Config, token: Option<String>, page_size: u32) -> Result<(Shown, Option<String>), Failure> {
    let Some(location) = &config.s3_uri else {
        let request = ListBucketsRequest { max_buckets: Some(page_size), continuation_token: token };
        let answer = s3::list_buckets(&request)?;
        return Ok((Shown { buckets: answer.buckets, ..Shown::default() }, answer.continuation_token));
    };
    let answer = s3::list_objects_v2(&ListObjectsV2Request {
        bucket: location.bucket().to_owned(),
        prefix: Some(location.path().to_owned()).filter(|prefix| !prefix.is_empty()),
        delimiter: (!config.recursive).then(|| "/".to_owned()),
        max_keys: Some(page_size),
        continuation_token: token,
        ..Default::default()
    })?;
    let shown = Shown { objects: answer.contents, prefixes: answer.common_prefixes, ..Shown::default() };
    Ok((shown, answer.next_continuation_token))
}

fn wait(seen: Seen) -> Wait<Seen> {
    let message = format!("{}, {}", counted(seen.object_count, "object"), human_readable(seen.total_bytes));
    let progress = Progress { done: seen.object_count, total: None, unit: "objects".to_owned() };
    Wait { after: Duration::default(), checkpoint: seen, message, progress: Some(progress) }
}

/// A checkpoint has no room for what is in the outputs: after a wait they are asked for again.
fn end(config: &Config, seen: &Seen, first: Option<Listed>) -> Result<Listed, Failure> {
    let listed = match first {
        Some(listed) => listed,
        None => Listed::default().with(page(config, None, s3::page_size())?.0),
    };
    let prefix = config.s3_uri.as_ref().filter(|prefix| !prefix.path().is_empty());
    if let Some(prefix) = prefix.filter(|_| listed.objects.is_empty() && listed.common_prefixes.is_empty()) {
        return Err(Failure::not_found(format!("nothing begins with `{prefix}`")));
    }
    if config.summarize && config.s3_uri.is_some() {
        info!("Total Objects: {}", seen.object_count);
        info!("   Total Size: {}", s3::size(seen.total_bytes, config.human_readable));
    }
    Ok(Listed { object_count: seen.object_count, total_bytes: seen.total_bytes, ..listed })
}

stepwell_plugin::export!(S3List);
