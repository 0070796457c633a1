//! The removal of files and objects, and of the sources of transfers.

use std::ops::ControlFlow;

use super::listing::{Purpose, objects};
use super::{
    Counts, DeleteObjectsRequest, Entry, Filter, HeadObjectRequest, Location, Merge, Pair, Transfer, Walk,
    delete_objects, head_object,
};
use crate::files::{self, FileError, remove_files};
use crate::{CallErrorKind, Failure};

/// Removes files or objects, and returns one result for each. A missing one is not an error.
pub type Remove = fn(&[Location]) -> Result<Vec<Result<(), Failure>>, Failure>;

/// The maximum number of keys in a call of `DeleteObjects`.
pub(super) const MOST_KEYS: usize = 1_000;

/// [`Remove`] for objects of one bucket.
///
/// # Errors
///
/// No object was removed.
pub fn remove_objects(objects: &[Location]) -> Result<Vec<Result<(), Failure>>, Failure> {
    let mut removed = Vec::with_capacity(objects.len());
    for objects in objects.chunks(MOST_KEYS) {
        let bucket = objects.first().map(|object| object.bucket().to_owned()).unwrap_or_default();
        let keys = objects.iter().map(|object| object.path().to_owned()).collect();
        let answer = delete_objects(&DeleteObjectsRequest { bucket, keys })?;
        removed.extend(answer.into_iter().map(|result| result.map_err(Failure::from)));
    }
    Ok(removed)
}

/// [`Remove`] for objects of one bucket or at most 1000 files of one lent directory.
///
/// # Errors
///
/// Nothing was removed.
pub fn remove(locations: &[Location]) -> Result<Vec<Result<(), Failure>>, Failure> {
    if locations.first().is_none_or(Location::is_s3) {
        return remove_objects(locations);
    }
    let removal = |file: &Location| files::Removal { path: file.path().to_owned(), size: None, modified: None };
    let removals: Vec<_> = locations.iter().map(removal).collect();
    Ok(remove_files(&removals)?.into_iter().map(removed).collect())
}

pub(super) fn removed(result: Result<(), FileError>) -> Result<(), Failure> {
    match result {
        Ok(()) | Err(FileError::NotFound(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether a step only pretends, and what it prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mode {
    /// Only print what the step would do.
    pub dry_run: bool,
    /// Only print failures.
    pub quiet: bool,
}

impl Mode {
    /// Prints what was done, or would be done.
    pub fn say(self, what: &str) {
        if !self.quiet {
            crate::info!("{}{what}", if self.dry_run { "(dryrun) " } else { "" });
        }
    }
}

/// The removal of all objects below a prefix.
#[derive(Debug, Clone)]
pub struct Clearing<'a> {
    /// The prefix of the objects.
    pub root: Location,
    /// The objects to remove.
    pub filter: &'a Filter,
    /// Whether the step only pretends, and what it prints.
    pub mode: Mode,
    /// The number of keys in one page of the list, 1 to 1000.
    pub page_size: u32,
    /// Whether it is right that there is no object to remove.
    pub allow_empty: bool,
}

/// The maximum number of names that one call processes: the processor time of a call is limited, and people want to see
/// progress.
pub(super) const MOST_SEEN: u64 = 20_000;

impl Clearing<'_> {
    /// Removes the next objects, as many as fit into a request.
    ///
    /// # Errors
    ///
    /// At the end, if some could not be removed; at once, if none can be removed.
    pub fn go_on(&self, mut walk: Walk) -> Result<ControlFlow<Counts, Walk>, Failure> {
        let mut before = walk.clone();
        let mut entries = objects(&self.root, Purpose::Removal, self.page_size, walk.after.clone());
        let (mut doomed, until) = (Vec::new(), walk.seen_count + MOST_SEEN);
        let is_last = loop {
            let Some(entry) = entries.next().transpose()? else { break true };
            if doomed.len() == MOST_KEYS || walk.seen_count == until {
                break false;
            }
            walk.seen_count += 1;
            if self.filter.takes(&entry.name) {
                doomed.push(self.root.join(&entry.name));
            }
            walk.after = Some(entry.name);
        };
        if !doomed.is_empty() && !walk.found {
            // Noted before the first object goes: a process that repeats this call after a crash may find none.
            before.found = true;
            return Ok(ControlFlow::Continue(before));
        }
        if is_last && !walk.found && !self.allow_empty {
            let message = format!("`{}` has no object to remove; set `allow_empty` if it may have none", self.root);
            return Err(Failure::no_targets(message));
        }
        delete(&doomed, remove_objects, self.mode, &mut walk)?;
        Ok(if is_last { ControlFlow::Break(walk.end()?) } else { ControlFlow::Continue(walk) })
    }
}

/// Removes files or objects, prints a line for each and counts them.
pub(super) fn delete(locations: &[Location], remove: Remove, mode: Mode, walk: &mut Walk) -> Result<(), Failure> {
    let removed = if mode.dry_run { vec![Ok(()); locations.len()] } else { remove(locations)? };
    let mut denied = None;
    for (location, removed) in locations.iter().zip(removed) {
        match removed {
            Ok(()) => {
                walk.counts.deleted_count += 1;
                mode.say(&format!("delete: {location}"));
            }
            Err(failure) => {
                walk.fail(&format!("delete failed: {location}"), &failure);
                denied = denied.or(Some(failure).filter(|failure| failure.code == "AccessDenied"));
            }
        }
    }
    denied.map_or(Ok(()), Err)
}

/// Removes the sources of transfers, and returns one result for each. A missing one is not an error.
pub type RemoveSources = fn(&[Transfer]) -> Result<Vec<Result<(), Failure>>, Failure>;

/// [`RemoveSources`] for objects of one bucket or files of one lent directory.
///
/// For a file, the host checks directly before that it was not changed since the transfer; S3 does not.
///
/// # Errors
///
/// Nothing was removed.
pub fn remove_sources(arrived: &[Transfer]) -> Result<Vec<Result<(), Failure>>, Failure> {
    if arrived.first().is_none_or(|transfer| transfer.from.is_s3()) {
        return remove_objects(&arrived.iter().map(|transfer| transfer.from.clone()).collect::<Vec<_>>());
    }
    let removal = |Transfer { from, size, modified, .. }: &Transfer| files::Removal {
        path: from.path().to_owned(),
        size: Some(*size),
        modified: Some(*modified),
    };
    let removals: Vec<_> = arrived.iter().map(removal).collect();
    Ok(remove_files(&removals)?.into_iter().map(removed).collect())
}

/// Removes the source of a completed transfer, however long ago it was completed.
///
/// # Errors
///
/// The source still exists.
pub fn remove_source(arrived: &Transfer, remove: RemoveSources) -> Result<(), Failure> {
    if !is_source_there(arrived).map_err(still_there)? {
        return Ok(());
    }
    let removed = remove(std::slice::from_ref(arrived)).map_err(still_there)?;
    removed.into_iter().collect::<Result<(), Failure>>().map_err(still_there)
}

fn is_source_there(arrived: &Transfer) -> Result<bool, Failure> {
    let Location::S3 { bucket, key } = &arrived.from else { return Ok(true) };
    match head_object(&HeadObjectRequest { bucket: bucket.clone(), key: key.clone() }) {
        Ok(head) if is_same((arrived.size, arrived.modified), (head.content_length, head.last_modified)) => Ok(true),
        Ok(_) => Err(changed(&arrived.from)),
        Err(error) if error.kind == CallErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Removes the sources of completed transfers from a directory, except those that have changed in the list `now`.
pub(super) fn remove_same(
    remove: RemoveSources,
    directory: &Location,
    arrived: &[Transfer],
    now: impl Iterator<Item = Result<Entry, Failure>>,
) -> Result<Vec<Result<(), Failure>>, Failure> {
    let fates = fates(directory, arrived, now)?;
    let is_same = |(transfer, fate): (&Transfer, &Fate)| (*fate == Fate::Same).then(|| transfer.clone());
    let same: Vec<_> = arrived.iter().zip(&fates).filter_map(is_same).collect();
    let mut removed = if same.is_empty() { Vec::new() } else { remove(&same)? }.into_iter();
    let result = |(transfer, fate): (&Transfer, &Fate)| match fate {
        Fate::Gone => Ok(()),
        Fate::Changed => Err(changed(&transfer.from)),
        Fate::Same => removed.next().unwrap_or_else(|| Err(Failure::aws_error("whether it was removed is unknown"))),
    };
    Ok(arrived.iter().zip(&fates).map(result).collect())
}

/// The current state of a source.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Gone,
    Changed,
    Same,
}

fn fates(
    directory: &Location,
    arrived: &[Transfer],
    now: impl Iterator<Item = Result<Entry, Failure>>,
) -> Result<Vec<Fate>, Failure> {
    let before = arrived.iter().map(|Transfer { from, size, modified, .. }| {
        let name = directory.name_of(from).unwrap_or_default().to_owned();
        Ok(Entry { name, size: *size, modified: *modified })
    });
    let (mut pairs, mut fates) = (Merge::new(before, now), Vec::with_capacity(arrived.len()));
    while fates.len() < arrived.len() {
        fates.push(match pairs.next().transpose()? {
            None | Some(Pair::Source(_)) => Fate::Gone,
            Some(Pair::Destination(_)) => continue,
            Some(Pair::Both { source: was, destination: is }) => {
                if is_same((was.size, was.modified), (is.size, is.modified)) { Fate::Same } else { Fate::Changed }
            }
        });
    }
    Ok(fates)
}

/// Whether size and time are unchanged. S3 returns the time of a single object in seconds, and lists it in
/// milliseconds.
fn is_same((was_size, was_modified): (u64, u64), (size, modified): (u64, u64)) -> bool {
    was_size == size && was_modified / 1_000 == modified / 1_000
}

fn changed(source: &Location) -> Failure {
    Failure::new("FileError", format!("`{source}` has changed since it was looked at, and stays"))
}

pub(super) fn still_there(failure: Failure) -> Failure {
    let message = format!("it was transferred, but still exists at the source: {}", failure.message);
    Failure { message, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::listing::entry;
    use crate::s3::location::at;

    fn deleted(names: &[&str], remove: Remove, dry_run: bool) -> (Walk, Result<(), Failure>) {
        let (mut walk, locations) = (Walk::default(), names.iter().map(|name| at(name)).collect::<Vec<_>>());
        let result = delete(&locations, remove, Mode { dry_run, quiet: false }, &mut walk);
        (walk, result)
    }

    #[test]
    fn removed_and_failed_objects_are_counted() {
        let remove: Remove = |_| Ok(vec![Ok(()), Err(Failure::aws_error("locked")), Ok(())]);
        let (walk, result) = deleted(&["s3://site/a", "s3://site/b", "s3://site/c"], remove, false);
        assert_eq!((walk.counts.deleted_count, walk.counts.failed_count, result), (2, 1, Ok(())));
    }

    #[test]
    fn a_denied_removal_stops_the_step() {
        let remove: Remove = |_| Ok(vec![Err(Failure::new("AccessDenied", "`s3:DeleteObject` was denied")), Ok(())]);
        let (walk, result) = deleted(&["s3://site/a", "s3://site/b"], remove, false);
        assert_eq!((walk.counts.deleted_count, result.unwrap_err().code.as_ref()), (1, "AccessDenied"));
    }

    #[test]
    fn a_dry_run_counts_and_removes_nothing() {
        let remove: Remove = |_| Err(Failure::aws_error("it was asked to"));
        let (walk, result) = deleted(&["s3://site/a", "site/b"], remove, true);
        assert_eq!((walk.counts.deleted_count, result), (2, Ok(())));
    }

    #[test]
    fn a_missing_file_counts_as_removed() {
        assert_eq!(removed(Err(FileError::NotFound("gone".to_owned()))), Ok(()));
        assert!(removed(Err(FileError::Denied("not lent for writing".to_owned()))).is_err());
    }

    fn removed_sources(arrived: &[Entry], now: &[Entry], remove: RemoveSources) -> Vec<Result<(), Failure>> {
        let to = |entry: &Entry| Transfer {
            from: at("s3://site/x/").join(&entry.name),
            to: at("s3://other/y/").join(&entry.name),
            size: entry.size,
            modified: entry.modified,
        };
        let arrived: Vec<_> = arrived.iter().map(to).collect();
        remove_same(remove, &at("s3://site/x/"), &arrived, now.iter().cloned().map(Ok)).unwrap()
    }

    #[test]
    fn only_an_unchanged_source_is_removed() {
        let remove: RemoveSources = |same| {
            let names: Vec<_> = same.iter().map(|transfer| transfer.from.to_string()).collect();
            assert_eq!(names, ["s3://site/x/c", "s3://site/x/e", "s3://site/x/f"]);
            Ok(vec![Ok(()), Err(Failure::aws_error("locked")), Ok(())])
        };
        let arrived = ["a", "b", "c", "d", "e", "f"].map(|name| entry(name, 1, 5_000));
        let now = [
            entry("0", 1, 5_000),
            entry("b", 2, 5_000),
            entry("c", 1, 5_999),
            entry("d", 1, 6_000),
            entry("e", 1, 5_000),
            entry("e2", 1, 5_000),
            entry("f", 1, 5_000),
            entry("g", 1, 5_000),
        ];
        let results = removed_sources(&arrived, &now, remove);
        let why: Vec<_> = results.into_iter().map(|result| result.map_err(|failure| failure.message)).collect();
        let changed = |name| Err(format!("`s3://site/x/{name}` has changed since it was looked at, and stays"));
        assert_eq!(why, [Ok(()), changed("b"), Ok(()), changed("d"), Err("locked".to_owned()), Ok(())]);
    }

    #[test]
    fn without_sources_nothing_is_called() {
        let remove: RemoveSources = |_| Err(Failure::aws_error("it was asked to"));
        assert_eq!(removed_sources(&[entry("a", 1, 1)], &[], remove), [Ok(())]);
        assert!(removed_sources(&[entry("a", 1, 1)], &[entry("a", 2, 1)], remove)[0].is_err());
    }
}
