//! Files and directories that a configuration names, before a step uses them.

use serde_json::Value as Json;

use crate::error::list_names;
use crate::schema::{self, Violation};
use crate::settings::Directories;

const S3: &str = "s3://";

/// The first place in the configuration that no run can reach. The values that are not known yet are `null`.
pub(super) fn violation(schema: &Json, config: &Json, directories: &Directories) -> Option<Violation> {
    schema::location_properties(schema).find_map(|(name, writes)| {
        let text = config.get(name)?.as_str()?;
        let (message, next) = match text.strip_prefix(S3) {
            Some(rest) => wrong_bucket(rest)?,
            None => wrong_path(text, writes, directories)?,
        };
        Some(Violation { advice: Some(next), ..schema::plain(format!("/{name}"), message) })
    })
}

/// Why it is no bucket, and what to do.
fn wrong_bucket(rest: &str) -> Option<(String, String)> {
    let bucket = rest.split('/').next().unwrap_or_default();
    // Buckets older than the current rules have capitals, underscores and up to 255 characters.
    let is_lawful = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if (3..=255).contains(&bucket.len()) && bucket.chars().all(is_lawful) {
        return None;
    }
    Some((format!("`{bucket}` is not the name of a bucket"), "write s3://BUCKET/KEY".to_owned()))
}

/// Why the step cannot use the path, and what to do.
fn wrong_path(text: &str, writes: bool, directories: &Directories) -> Option<(String, String)> {
    let form = || "write the name of a lent directory and a path in it, such as site/index.html, or s3://BUCKET/KEY";
    let wrong = |what: &str| Some((format!("`{text}` {what}"), form().to_owned()));
    if text.contains("://") {
        return wrong("is neither in S3 nor in a lent directory");
    }
    if text.starts_with('/') {
        return wrong("is absolute, and a step reaches only lent directories");
    }
    let names = text.strip_suffix('/').unwrap_or(text);
    if names.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return wrong("has a part that is not a name");
    }
    let name = names.split('/').next().unwrap_or_default();
    match directories.find(name) {
        None => {
            let lent = list_names(directories.iter().map(|(name, _)| name.as_str()));
            let message = format!("no directory `{name}` is lent by [directories]; lent are {lent}");
            Some((message, format!("add [directories.{name}] to project.toml or stepwell.toml, or correct the path")))
        }
        Some(lent) if writes && !lent.write => {
            let message = format!("directory `{name}` is lent for reading only ({})", lent.place);
            Some((message, format!("add write = true to [directories.{name}] if the step should write there")))
        }
        Some(_) => None,
    }
}
