//! The output of a list: rows for people, and the outputs of the step.

use schemars::JsonSchema;
use serde::Serialize;

use super::format::{human_readable, object_row, prefix_row, rfc3339, time};
use super::{Bucket, Object};

/// A part of a list of buckets or objects.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Objects.
    pub objects: Vec<Object>,
    /// The common prefixes of further objects.
    pub prefixes: Vec<String>,
    /// Buckets.
    pub buckets: Vec<Bucket>,
}

impl Shown {
    /// The rows in the format of `aws s3 ls`, with times in UTC.
    #[must_use]
    pub fn rows(&self, whole_keys: bool, readable: bool) -> Vec<String> {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let made = |bucket: &Bucket| bucket.creation_date.map(time).unwrap_or_default();
        let buckets = self.buckets.iter().map(|bucket| format!("{:<19} {}", made(bucket), bucket.name));
        let name = |prefix: &str| last(prefix.strip_suffix('/').unwrap_or(prefix)) + "/";
        let prefixes = self.prefixes.iter().map(|prefix| prefix_row(&name(prefix)));
        let objects = self.objects.iter().map(|object| {
            let name = if whole_keys { object.key.clone() } else { last(&object.key) };
            object_row(object.last_modified, &size(object.size, readable), &name)
        });
        buckets.chain(prefixes).chain(objects).collect()
    }
}

/// A size in the format of a list.
#[must_use]
pub fn size(bytes: u64, readable: bool) -> String {
    if readable { human_readable(bytes) } else { bytes.to_string() }
}

/// Outputs of a step that lists.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Listed {
    /// The number of all listed objects.
    pub object_count: u64,
    /// Their total size in bytes.
    pub total_bytes: u64,
    /// The first 1000 objects, fewer if their keys are very long.
    pub objects: Vec<ListedObject>,
    /// The first 1000 common prefixes up to the next `/`, unless the list is `recursive`.
    pub common_prefixes: Vec<String>,
    /// The first 1000 buckets, if buckets are listed.
    pub buckets: Vec<ListedBucket>,
}

/// An object.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListedObject {
    /// The key.
    pub key: String,
    /// The size in bytes.
    pub size: u64,
    /// When it was written, such as `2026-11-21T14:28:07Z`.
    pub last_modified: String,
    /// The storage class, such as `STANDARD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub storage_class: Option<String>,
}

/// A bucket.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ListedBucket {
    /// Its name.
    pub name: String,
    /// When it was created, such as `2026-11-21T14:28:07Z`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub creation_date: Option<String>,
}

const MOST_LISTED: usize = 1_000;

/// The maximum size of all keys in the outputs, which have a limit themselves, in bytes.
const MOST_KEYS: usize = 256 << 10;

impl Listed {
    /// Adds the next part as far as there is room, without counting it.
    #[must_use]
    pub fn with(mut self, shown: Shown) -> Self {
        let mut room = MOST_KEYS.saturating_sub(self.objects.iter().map(|object| object.key.len()).sum());
        let mut fits = |key: &String| {
            room = room.saturating_sub(key.len());
            room > 0
        };
        let objects = shown.objects.into_iter().take(MOST_LISTED - self.objects.len());
        self.objects.extend(objects.take_while(|object| fits(&object.key)).map(ListedObject::from));
        let prefixes = shown.prefixes.into_iter().take(MOST_LISTED - self.common_prefixes.len());
        self.common_prefixes.extend(prefixes.take_while(fits));
        let buckets = shown.buckets.into_iter().take(MOST_LISTED - self.buckets.len());
        self.buckets.extend(buckets.map(ListedBucket::from));
        self
    }
}

impl From<Object> for ListedObject {
    fn from(object: Object) -> Self {
        let Object { key, size, last_modified, storage_class } = object;
        Self { key, size, last_modified: rfc3339(last_modified), storage_class }
    }
}

impl From<Bucket> for ListedBucket {
    fn from(bucket: Bucket) -> Self {
        Self { name: bucket.name, creation_date: bucket.creation_date.map(rfc3339) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 14:28:07.
    const THEN: u64 = 1_795_271_287_000;

    fn object(key: &str, size: u64) -> Object {
        Object { key: key.to_owned(), size, last_modified: THEN, storage_class: Some("STANDARD".to_owned()) }
    }

    #[test]
    fn rows_show_the_part_after_the_last_slash_unless_all_keys_are_listed() {
        let page = Shown {
            objects: vec![object("img/a.png", 1_536), object("img/", 0)],
            prefixes: vec!["img/old/".to_owned(), "img//".to_owned()],
            ..Shown::default()
        };
        assert_eq!(
            page.rows(false, true),
            [
                "                           PRE old/",
                "                           PRE /",
                "2026-11-21 14:28:07    1.5 KiB a.png",
                "2026-11-21 14:28:07    0 Bytes ",
            ]
        );
        let all = Shown { prefixes: Vec::new(), ..page };
        assert_eq!(all.rows(true, false)[0], "2026-11-21 14:28:07       1536 img/a.png");
    }

    #[test]
    fn a_bucket_of_unknown_age_has_its_place_in_the_list() {
        let named = |name: &str, creation_date| Bucket { name: name.to_owned(), creation_date };
        let page = Shown { buckets: vec![named("site", Some(THEN)), named("old", None)], ..Shown::default() };
        assert_eq!(page.rows(false, false), ["2026-11-21 14:28:07 site", "                    old"]);
    }

    #[test]
    fn outputs_hold_a_thousand_objects_at_most_and_fewer_with_long_keys() {
        let page = |length: usize| Shown {
            objects: (0..600).map(|n| object(&format!("{n:0length$}"), 1)).collect(),
            prefixes: (0..600).map(|n| format!("{n}/")).collect(),
            ..Shown::default()
        };
        let outputs = Listed::default().with(page(8)).with(page(8));
        assert_eq!((outputs.objects.len(), outputs.common_prefixes.len()), (1_000, 1_000));
        assert_eq!(outputs.objects[0].last_modified, "2026-11-21T14:28:07Z");
        assert_eq!(Listed::default().with(page(1_024)).objects.len(), 255);
    }
}
