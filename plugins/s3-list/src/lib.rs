//! Lists buckets, or the objects in a bucket of Amazon S3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::s3::format::{counted, human_readable};
use stepwell_plugin::s3::{self, ListBucketsRequest, ListObjectsV2Request, Listed, Location, Shown};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Progress, Wait, WaitingStep, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The prefix of the keys: `s3://bucket/prefix`. If left out, the buckets are listed.
    #[schemars(regex(pattern = "^s3://"))]
    s3_uri: Option<Location>,
    /// List all keys, not only those up to the next `/`.
    #[serde(default)]
    recursive: bool,
    /// Print sizes such as `1.5 KiB`. Times are printed in UTC.
    #[serde(default)]
    human_readable: bool,
    /// Print the number of objects and their total size at the end.
    #[serde(default)]
    summarize: bool,
    /// The number of keys in one page of the listing.
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

/// The maximum number of lines, and of bytes in them, that one call prints; a part of the limits of its log.
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
            let listed = first.map_or_else(|| beginning(config), Ok)?;
            return end(config, &seen, listed).map(Outcome::Done);
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
    let request = ListObjectsV2Request { continuation_token: token, ..asked(location, config.recursive, page_size) };
    let answer = s3::list_objects_v2(&request)?;
    let shown = Shown { objects: answer.contents, prefixes: answer.common_prefixes, ..Shown::default() };
    Ok((shown, answer.next_continuation_token))
}

fn asked(location: &Location, recursive: bool, page_size: u32) -> ListObjectsV2Request {
    ListObjectsV2Request {
        bucket: location.bucket().to_owned(),
        prefix: Some(location.path().to_owned()).filter(|prefix| !prefix.is_empty()),
        delimiter: (!recursive).then(|| "/".to_owned()),
        max_keys: Some(page_size),
        ..Default::default()
    }
}

fn wait(seen: Seen) -> Wait<Seen> {
    let message = format!("{}, {}", counted(seen.object_count, "object"), human_readable(seen.total_bytes));
    let progress = Progress { done: seen.object_count, total: None, unit: "objects".to_owned() };
    Wait { after: Duration::default(), checkpoint: seen, message, progress: Some(progress) }
}

/// Reads the first page again for the outputs. They do not fit into a checkpoint, so a wait has lost them.
fn beginning(config: &Config) -> Result<Listed, Failure> {
    Ok(Listed::default().with(page(config, None, s3::page_size())?.0))
}

fn end(config: &Config, seen: &Seen, listed: Listed) -> Result<Listed, Failure> {
    // Objects may have been removed before the first page is read again.
    let is_nothing = seen.object_count == 0 && listed.objects.is_empty() && listed.common_prefixes.is_empty();
    let prefix = config.s3_uri.as_ref().filter(|prefix| !prefix.path().is_empty());
    if let Some(prefix) = prefix.filter(|_| is_nothing) {
        return Err(Failure::not_found(format!("no key begins with `{prefix}`")));
    }
    if config.summarize && config.s3_uri.is_some() {
        info!("Total Objects: {}", seen.object_count);
        info!("   Total Size: {}", s3::size(seen.total_bytes, config.human_readable));
    }
    Ok(Listed { object_count: seen.object_count, total_bytes: seen.total_bytes, ..listed })
}

stepwell_plugin::export!(S3List);

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};
    use stepwell_plugin::s3::Object;

    use super::*;

    fn config(json: Json) -> Config {
        serde_json::from_value(json).unwrap()
    }

    fn ended(uri: &str, seen: &Seen, listed: Listed) -> Result<Json, Failure> {
        let listed = end(&config(json!({ "s3_uri": uri, "summarize": true })), seen, listed)?;
        Ok(serde_json::to_value(listed).unwrap())
    }

    fn of_one(prefix: Option<&str>, key: Option<&str>) -> Listed {
        let object = |key: &str| Object { key: key.to_owned(), size: 1, last_modified: 0, storage_class: None };
        let prefixes = prefix.map(str::to_owned).into_iter().collect();
        Listed::default().with(Shown { objects: key.map(object).into_iter().collect(), prefixes, ..Shown::default() })
    }

    #[test]
    fn a_list_without_a_prefix_is_of_the_bucket_and_ends_at_the_next_slash_unless_it_is_recursive() {
        let asked = |uri: &str, recursive| {
            let location: Location = serde_json::from_value(json!(uri)).unwrap();
            let request = asked(&location, recursive, 7);
            assert_eq!((request.bucket.as_str(), request.max_keys), ("data", Some(7)));
            (request.prefix, request.delimiter)
        };
        let slash = || Some("/".to_owned());
        assert_eq!(asked("s3://data", false), (None, slash()));
        assert_eq!(asked("s3://data/", true), (None, None));
        assert_eq!(asked("s3://data/img/b", false), (Some("img/b".to_owned()), slash()));
        assert_eq!(asked("s3://data/img/", true), (Some("img/".to_owned()), None));
    }

    #[test]
    fn a_prefix_without_keys_is_not_found_and_an_empty_bucket_is_an_empty_list() {
        let nothing = Seen::default();
        let failure = ended("s3://data/no", &nothing, Listed::default()).unwrap_err();
        assert_eq!((&*failure.code, &*failure.message), ("NotFound", "no key begins with `s3://data/no`"));
        assert_eq!(ended("s3://data", &nothing, Listed::default()).unwrap()["object_count"], 0);
        assert!(ended("s3://data/img", &nothing, of_one(Some("img/"), None)).is_ok());
    }

    #[test]
    fn listed_objects_are_counted_even_if_they_are_removed_before_the_end() {
        let seen = Seen { token: None, object_count: 5_100, total_bytes: 51 };
        let all = ended("s3://data/a", &seen, of_one(None, Some("a"))).unwrap();
        assert_eq!((&all["object_count"], &all["total_bytes"]), (&json!(5_100), &json!(51)));
        assert_eq!(all["objects"][0]["key"], "a");
        let gone = ended("s3://data/a", &seen, Listed::default()).unwrap();
        assert_eq!((&gone["object_count"], &gone["objects"]), (&json!(5_100), &json!([])));
    }

    #[test]
    fn a_wait_says_how_much_was_listed() {
        let waits = wait(Seen { token: Some("next".to_owned()), object_count: 5_000, total_bytes: 1_536 });
        assert_eq!((waits.message.as_str(), waits.after), ("5,000 objects, 1.5 KiB", Duration::default()));
        assert_eq!(waits.checkpoint.token.as_deref(), Some("next"));
    }
}
