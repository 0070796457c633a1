//! The properties `source`, `destination` and `s3_uri` of a job: a place in S3 or in a lent directory.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The place of a file: `s3://bucket/key`, or `NAME/path` in a directory that the operator lends as
/// `[directories.NAME]`.
///
/// The host checks with every call whether a path may be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", inline)]
pub enum Location {
    /// An object, or, with a key that is empty or ends with `/`, all objects below it.
    S3 {
        /// The bucket.
        bucket: String,
        /// The key or prefix.
        key: String,
    },
    /// A file or a directory.
    Local {
        /// The name of a lent directory, and a path in it.
        path: String,
    },
}

/// The text is not a [`Location`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotALocation {
    /// Neither a URI of S3 nor a path.
    Unknown(String),
    /// A path with a part that is not a name.
    Path(String),
    /// Not a valid name of a bucket.
    Bucket(String),
    /// A directory bucket (S3 Express One Zone).
    DirectoryBucket(String),
}

impl fmt::Display for NotALocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(text) => write!(
                f,
                "`{text}` is neither `s3://bucket/key` nor a path such as `site/index.html` in a lent directory"
            ),
            Self::Path(text) => write!(
                f,
                "`{text}` has a part that is not a name; a path consists of the name of a lent directory and a path in \
                 it, such as `site/index.html`"
            ),
            Self::Bucket(name) => write!(f, "`{name}` is not the name of a bucket"),
            Self::DirectoryBucket(name) => write!(
                f,
                "`{name}` is a directory bucket, which does not list its keys in order, so that a step could not resume"
            ),
        }
    }
}

impl std::error::Error for NotALocation {}

const SCHEME: &str = "s3://";

impl TryFrom<String> for Location {
    type Error = NotALocation;

    fn try_from(text: String) -> Result<Self, NotALocation> {
        if let Some(rest) = text.strip_prefix(SCHEME) {
            let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
            // Buckets older than the current rules have capitals, underscores and up to 255 characters.
            let lawful = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if !(3..=255).contains(&bucket.len()) || !bucket.chars().all(lawful) {
                return Err(NotALocation::Bucket(bucket.to_owned()));
            }
            if bucket.ends_with("--x-s3") {
                return Err(NotALocation::DirectoryBucket(bucket.to_owned()));
            }
            return Ok(Self::S3 { bucket: bucket.to_owned(), key: key.to_owned() });
        }
        if text.is_empty() || text.contains("://") {
            return Err(NotALocation::Unknown(text));
        }
        let names = text.strip_suffix('/').unwrap_or(&text);
        if names.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(NotALocation::Path(text));
        }
        Ok(Self::Local { path: text })
    }
}

impl From<Location> for String {
    fn from(location: Location) -> Self {
        location.to_string()
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, key } => write!(f, "{SCHEME}{bucket}/{key}"),
            Self::Local { path } => f.write_str(path),
        }
    }
}

impl Location {
    /// Whether it is in S3.
    #[must_use]
    pub fn is_s3(&self) -> bool {
        matches!(self, Self::S3 { .. })
    }

    /// The bucket; empty for a path.
    #[must_use]
    pub fn bucket(&self) -> &str {
        match self {
            Self::S3 { bucket, .. } => bucket,
            Self::Local { .. } => "",
        }
    }

    /// The key or the path.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::S3 { key, .. } => key,
            Self::Local { path } => path,
        }
    }

    /// The part after the last `/`: the name of a file, empty for a directory.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is written as a directory: a whole bucket, a whole lent directory, or with `/` at its end.
    #[must_use]
    pub fn is_directory(&self) -> bool {
        self.name().is_empty() || !(self.is_s3() || self.path().contains('/'))
    }

    /// The same place, written as a directory.
    #[must_use]
    pub fn directory(self) -> Self {
        if self.name().is_empty() { self } else { self.join("/") }
    }

    /// The place with this text appended: the entry of this name, if this is a directory.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        match self {
            Self::S3 { bucket, key } => Self::S3 { bucket: bucket.clone(), key: format!("{key}{name}") },
            Self::Local { path } => Self::Local { path: format!("{path}{name}") },
        }
    }

    /// The name of another location relative to this directory; `None` if it is not below it.
    #[must_use]
    pub fn name_of<'a>(&self, other: &'a Self) -> Option<&'a str> {
        match (self, other) {
            (Self::S3 { bucket, key }, Self::S3 { bucket: others, key: longer }) if bucket == others => {
                longer.strip_prefix(key.as_str())
            }
            (Self::Local { path }, Self::Local { path: longer }) => longer.strip_prefix(path.as_str()),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(super) fn at(text: &str) -> Location {
    text.to_owned().try_into().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_written_as_it_was_read() {
        for text in ["s3://site/a/b.txt", "s3://site/", "s3://Old_Bucket.eu/x//y", "site/a/b.txt", "site", "site/"] {
            assert_eq!(at(text).to_string(), text);
        }
        assert_eq!(at("s3://site").to_string(), "s3://site/");
    }

    #[test]
    fn a_text_that_is_no_location_is_refused_with_the_reason() {
        let refused = |text: &str| Location::try_from(text.to_owned()).unwrap_err();
        for text in ["", "https://site.s3.amazonaws.com/x", "S3://site/x"] {
            assert_eq!(refused(text), NotALocation::Unknown(text.to_owned()));
        }
        for text in ["/", "/etc", "site//", "site//a", "site/a//", "./site", "site/./a", "site/../a", "..", "site/.."] {
            assert_eq!(refused(text), NotALocation::Path(text.to_owned()));
        }
        for (text, bucket) in [("s3://", ""), ("s3:///key", ""), ("s3://ab/key", "ab"), ("s3://a b c/key", "a b c")] {
            assert_eq!(refused(text), NotALocation::Bucket(bucket.to_owned()));
        }
        let express = refused("s3://fast--euc1-az1--x-s3/key");
        assert_eq!(express, NotALocation::DirectoryBucket("fast--euc1-az1--x-s3".to_owned()));
    }

    #[test]
    fn a_directory_ends_with_a_slash_or_is_a_whole_bucket_or_lent_directory() {
        for text in ["s3://site", "s3://site/", "s3://site/a/", "site", "site/", "site/a/"] {
            assert!(at(text).is_directory(), "{text}");
        }
        for text in ["s3://site/a", "site/a"] {
            assert!(!at(text).is_directory(), "{text}");
        }
        for (text, directory) in
            [("s3://site", "s3://site/"), ("s3://site/a", "s3://site/a/"), ("site", "site/"), ("site/a/", "site/a/")]
        {
            assert_eq!(at(text).directory().to_string(), directory);
        }
    }

    #[test]
    fn only_what_lies_below_a_directory_has_a_name_there() {
        let name = |directory: &str, other: &str| at(directory).directory().name_of(&at(other)).map(str::to_owned);
        assert_eq!(name("s3://site/a", "s3://site/a/b/c"), Some("b/c".to_owned()));
        assert_eq!(name("s3://site", "s3://site/a"), Some("a".to_owned()));
        assert_eq!(name("s3://site/a", "s3://site/ab"), None);
        assert_eq!(name("s3://site/a", "s3://other/a/b"), None);
        assert_eq!(name("site", "s3://site/a"), None);
        assert_eq!(name("site/a", "site/a/b"), Some("b".to_owned()));
    }
}
