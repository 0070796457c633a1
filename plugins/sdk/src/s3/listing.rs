//! Lists of files and objects in the order of their names, page by page.

use std::cmp::Ordering;

use super::{ListObjectsV2Request, Location, list_objects_v2};
use crate::Failure;
use crate::files::{File, FileError, ListFilesRequest, list_files};

/// A file or an object below a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name relative to the directory.
    pub name: String,
    /// The size in bytes.
    pub size: u64,
    /// The modification time in milliseconds since 1970-01-01 00:00 UTC.
    pub modified: u64,
}

/// A part of a listing.
#[derive(Debug, Default)]
pub struct Page {
    /// The entries, sorted by the bytes of their names.
    pub entries: Vec<Entry>,
    /// The names of entries that cannot be transferred, with the reasons. The name of a directory ends with `/`. An
    /// empty name is the listed directory itself, for further entries that have no names.
    pub skipped: Vec<(String, String)>,
    /// The name after which the next part begins, if there is one.
    pub next: Option<String>,
}

/// All entries below a directory, sorted by the bytes of their names. Only one page at a time is in memory.
///
/// A page is requested by the name after which it begins, and not by S3's token: a name stays valid in another process,
/// and after the listed entries were removed.
#[derive(Debug)]
pub struct Entries<F> {
    fetch: F,
    page: std::vec::IntoIter<Entry>,
    /// The name after which the next page begins; the outer `None` when there is no other page.
    next: Option<Option<String>>,
    /// The skipped entries of the pages so far.
    pub skipped: Vec<(String, String)>,
}

impl<F: FnMut(Option<&str>) -> Result<Page, Failure>> Entries<F> {
    /// The entries after `after`, or all. `fetch` returns the page after a name.
    pub fn new(after: Option<String>, fetch: F) -> Self {
        Self { fetch, page: Vec::new().into_iter(), next: Some(after), skipped: Vec::new() }
    }
}

impl<F: FnMut(Option<&str>) -> Result<Page, Failure>> Iterator for Entries<F> {
    type Item = Result<Entry, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.page.next() {
                return Some(Ok(entry));
            }
            let after = self.next.take()?;
            match (self.fetch)(after.as_deref()) {
                Ok(page) => {
                    self.page = page.entries.into_iter();
                    self.skipped.extend(page.skipped);
                    self.next = page.next.map(Some);
                }
                Err(failure) => return Some(Err(failure)),
            }
        }
    }
}

/// The purpose of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To read the entries.
    Source,
    /// To compare the entries with the source. The directory may not exist yet.
    Destination,
    /// To remove the entries.
    Removal,
}

/// The maximum number of keys in a page of `ListObjectsV2`.
pub(super) const PAGE: u32 = 1_000;

/// 1000, for `#[serde(default = "s3::page_size")]` in a configuration.
#[must_use]
pub fn page_size() -> u32 {
    PAGE
}

/// The entries below a directory, after the name `after`.
pub(super) fn entries(
    directory: &Location,
    purpose: Purpose,
    after: Option<String>,
) -> Entries<impl FnMut(Option<&str>) -> Result<Page, Failure>> {
    Entries::new(after, move |after| match directory {
        Location::S3 { .. } => object_page(directory, purpose, PAGE, after),
        Location::Local { path } => file_page(path, purpose, after),
    })
}

/// The entries below a prefix of S3, after the name `after`. A step that uses only this function imports no function of
/// files.
pub(super) fn objects(
    prefix: &Location,
    purpose: Purpose,
    page_size: u32,
    after: Option<String>,
) -> Entries<impl FnMut(Option<&str>) -> Result<Page, Failure>> {
    Entries::new(after, move |after| object_page(prefix, purpose, page_size, after))
}

fn object_page(below: &Location, purpose: Purpose, page_size: u32, after: Option<&str>) -> Result<Page, Failure> {
    let prefix = below.path();
    let answer = list_objects_v2(&ListObjectsV2Request {
        bucket: below.bucket().to_owned(),
        prefix: Some(prefix.to_owned()).filter(|prefix| !prefix.is_empty()),
        start_after: after.map(|after| format!("{prefix}{after}")),
        max_keys: Some(page_size),
        ..Default::default()
    })?;
    let is_last = answer.next_continuation_token.is_none();
    let keys = answer.contents.into_iter().map(|object| {
        let name = object.key.strip_prefix(prefix).map(str::to_owned);
        let name = name.ok_or_else(|| Failure::aws_error(format!("`{}` is not below `{prefix}`", object.key)))?;
        Ok(Entry { name, size: object.size, modified: object.last_modified })
    });
    in_order(keys.collect::<Result<_, Failure>>()?, purpose, after, is_last)
}

/// Makes a page, and checks the order: the position of a step, and what one side lacks, depend on it.
fn in_order(mut entries: Vec<Entry>, purpose: Purpose, after: Option<&str>, is_last: bool) -> Result<Page, Failure> {
    let names = || after.into_iter().chain(entries.iter().map(|entry| entry.name.as_str()));
    if let Some((one, other)) = names().zip(names().skip(1)).find(|(one, other)| one.cmp(other) != Ordering::Less) {
        return Err(Failure::aws_error(format!("`{other}` is listed after `{one}`, which is not the order of keys")));
    }
    let next = next(&entries, !is_last)?;
    if purpose != Purpose::Removal {
        entries.retain(|entry| !is_marker(entry));
    }
    Ok(Page { entries, skipped: Vec::new(), next })
}

/// The name after which the next page begins. A list that continues after an empty page would begin anew forever.
fn next(entries: &[Entry], more: bool) -> Result<Option<String>, Failure> {
    match entries.last() {
        None if more => Err(Failure::aws_error("the list has no entries, but claims that there are more")),
        last => Ok(last.filter(|_| more).map(|last| last.name.clone())),
    }
}

/// Whether the entry is AWS's console's marker of a folder: an empty object whose name ends with `/`. It is no file.
fn is_marker(entry: &Entry) -> bool {
    entry.size == 0 && (entry.name.is_empty() || entry.name.ends_with('/'))
}

fn file_page(directory: &str, purpose: Purpose, after: Option<&str>) -> Result<Page, Failure> {
    let request = ListFilesRequest {
        directory: directory.strip_suffix('/').unwrap_or(directory).to_owned(),
        start_after: after.map(|after| format!("{directory}{after}")),
        max_files: Some(PAGE),
    };
    let answer = match list_files(&request) {
        Err(FileError::NotFound(_)) if purpose == Purpose::Destination => return Ok(Page::default()),
        answer => answer?,
    };
    let files = answer
        .files
        .into_iter()
        .map(|File { path, size, modified }| name_in(directory, &path).map(|name| Entry { name, size, modified }));
    let page = in_order(files.collect::<Result<_, _>>()?, purpose, after, !answer.more)?;
    let skipped = answer.skipped.into_iter().map(|(path, reason)| name_in(directory, &path).map(|name| (name, reason)));
    Ok(Page { skipped: skipped.collect::<Result<_, _>>()?, ..page })
}

/// The name relative to the directory. Another name would lead to a wrong place at the destination.
fn name_in(directory: &str, path: &str) -> Result<String, Failure> {
    let name = path.strip_prefix(directory).map(str::to_owned);
    name.ok_or_else(|| Failure::configuration_invalid(format!("`{path}` is not below `{directory}`")))
}

#[cfg(test)]
pub(super) fn entry(name: &str, size: u64, modified: u64) -> Entry {
    Entry { name: name.to_owned(), size, modified }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(names: &[&str], purpose: Purpose, after: Option<&str>, is_last: bool) -> Result<Page, Failure> {
        in_order(names.iter().map(|name| entry(name, 0, 0)).collect(), purpose, after, is_last)
    }

    fn names(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    #[test]
    fn pages_are_fetched_by_the_name_after_which_they_begin() {
        let mut asked = Vec::new();
        let all = Entries::new(Some("a".to_owned()), |after| {
            asked.push(after.map(str::to_owned));
            match after {
                Some("a") => page(&["b", "c/"], Purpose::Source, after, false),
                Some("c/") => page(&["d/"], Purpose::Source, after, false),
                _ => page(&["e"], Purpose::Source, after, true),
            }
        });
        let all: Vec<Entry> = all.collect::<Result<_, _>>().unwrap();
        assert_eq!(names(&all), ["b", "e"]);
        assert_eq!(asked, ["a", "c/", "d/"].map(|after| Some(after.to_owned())));
    }

    #[test]
    fn a_name_is_relative_to_the_directory() {
        assert_eq!(name_in("site/a/", "site/a/b/c").unwrap(), "b/c");
        assert_eq!(name_in("site/a/", "site/a/").unwrap(), "");
        assert_eq!(name_in("site//", "site/x").unwrap_err().code, "ConfigurationInvalid");
    }

    #[test]
    fn a_page_that_fails_ends_the_listing() {
        let mut all = Entries::new(None, |_| Err(Failure::not_found("no such bucket")));
        assert!(all.next().unwrap().is_err());
        assert!(all.next().is_none());
    }

    #[test]
    fn folder_markers_of_the_console_are_no_files_and_can_be_removed() {
        let keys = ["", "a", "b/"];
        assert_eq!(names(&page(&keys, Purpose::Source, None, true).unwrap().entries), ["a"]);
        assert_eq!(names(&page(&keys, Purpose::Destination, None, true).unwrap().entries), ["a"]);
        assert_eq!(names(&page(&keys, Purpose::Removal, None, true).unwrap().entries), keys);
        assert!(!is_marker(&entry("b/", 1, 0)));
    }

    #[test]
    fn a_listing_in_another_order_is_not_trusted() {
        assert!(page(&["b", "a"], Purpose::Source, None, true).is_err());
        assert!(page(&["a", "a"], Purpose::Source, None, true).is_err());
        assert!(page(&["a"], Purpose::Source, Some("a"), true).is_err());
        assert!(page(&["a/b", "a0", "b"], Purpose::Source, Some("a!"), true).is_ok());
        assert!(page(&[], Purpose::Source, None, false).is_err());
    }
}
