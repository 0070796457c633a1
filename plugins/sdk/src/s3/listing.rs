use std::cmp::Ordering;

use super::{ListObjectsV2Request, Location, list_objects_v2};
use crate::Failure;
use crate::files::{File, FileError, ListFilesRequest, list_files};

/// A file or an object below a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the directory.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub modified: u64,
}

/// A part of a listing.
#[derive(Debug, Default)]
pub struct Page {
    /// In the order of their names' bytes.
    pub entries: Vec<Entry>,
    /// What cannot be transferred, with the reason. The name of a directory ends with `/`, and that of the listed one, of
    /// what is not named any more, is empty.
    pub skipped: Vec<(String, String)>,
    /// The name behind which the next part begins, if there is one.
    pub next: Option<String>,
}

/// All that lies below a directory, in the order of the names' bytes, of which never more than a page is in memory.
///
/// Pages are asked for by the name behind which they begin, and not by the token that S3 gives: a name is still good
/// when the process that had it is gone, and when what was listed has been removed.
#[derive(Debug)]
pub struct Entries<F> {
    fetch: F,
    page: std::vec::IntoIter<Entry>,
    /// Behind which the next page begins; none when there is no other page.
    next: Option<Option<String>>,
    /// What the pages up to now could not offer.
    pub skipped: Vec<(String, String)>,
}

impl<F: FnMut(Option<&str>) -> Result<Page, Failure>> Entries<F> {
    /// What comes behind `after`, or all, by a function that fetches the page behind a name.
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

/// What a listing is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To read what is there.
    Source,
    /// To see what is there already: it may not exist yet.
    Destination,
    /// To remove it.
    Removal,
}

/// `ListObjectsV2` gives no more at once.
pub(super) const PAGE: u32 = 1_000;

/// 1000, for `#[serde(default = "s3::page_size")]` in a configuration.
#[must_use]
pub fn page_size() -> u32 {
    PAGE
}

impl Location {
    /// What lies below this directory, behind the name `after`.
    pub fn entries(
        &self,
        purpose: Purpose,
        page_size: u32,
        after: Option<String>,
    ) -> Entries<impl FnMut(Option<&str>) -> Result<Page, Failure>> {
        Entries::new(after, move |after| match self {
            Self::S3 { .. } => objects(self, purpose, page_size, after),
            Self::Local { path } => files(path, purpose, page_size, after),
        })
    }

    /// The same of what is in S3: a step that knows nothing else imports nothing of files.
    pub fn objects(
        &self,
        purpose: Purpose,
        page_size: u32,
        after: Option<String>,
    ) -> Entries<impl FnMut(Option<&str>) -> Result<Page, Failure>> {
        Entries::new(after, move |after| objects(self, purpose, page_size, after))
    }
}

fn objects(below: &Location, purpose: Purpose, page_size: u32, after: Option<&str>) -> Result<Page, Failure> {
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

/// Everything depends on the order: where a step goes on, and what is missing on one side.
fn in_order(mut entries: Vec<Entry>, purpose: Purpose, after: Option<&str>, is_last: bool) -> Result<Page, Failure> {
    let names = || after.into_iter().chain(entries.iter().map(|entry| entry.name.as_str()));
    if let Some((one, other)) = names().zip(names().skip(1)).find(|(one, other)| one.cmp(other) != Ordering::Less) {
        return Err(Failure::aws_error(format!("`{other}` is listed behind `{one}`, which is not the order of keys")));
    }
    let next = next(&entries, !is_last)?;
    if purpose != Purpose::Removal {
        entries.retain(|entry| !is_marker(entry));
    }
    Ok(Page { entries, skipped: Vec::new(), next })
}

/// A listing that goes on behind nothing would begin anew for ever.
fn next(entries: &[Entry], more: bool) -> Result<Option<String>, Failure> {
    match entries.last() {
        None if more => Err(Failure::aws_error("the listing says that there is more, and gives nothing")),
        last => Ok(last.filter(|_| more).map(|last| last.name.clone())),
    }
}

/// What the console of AWS makes for a folder: an empty object that ends with `/`, which is no file.
fn is_marker(entry: &Entry) -> bool {
    entry.size == 0 && (entry.name.is_empty() || entry.name.ends_with('/'))
}

fn files(directory: &str, purpose: Purpose, page_size: u32, after: Option<&str>) -> Result<Page, Failure> {
    let request = ListFilesRequest {
        directory: directory.strip_suffix('/').unwrap_or(directory).to_owned(),
        start_after: after.map(|after| format!("{directory}{after}")),
        max_files: Some(page_size),
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

/// A name that is not relative to the directory would be another one at the destination.
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
    fn pages_are_fetched_one_after_the_other_by_the_name_behind_which_they_begin() {
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
    fn a_name_is_what_comes_behind_the_directory_and_nothing_else() {
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
    fn folders_that_the_console_made_are_no_files_and_can_be_removed() {
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
