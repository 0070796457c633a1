use std::ops::ControlFlow;

use super::listing::Purpose;
use super::{Counts, DeleteObjectsRequest, Filter, Location, Walk, delete_objects};
use crate::Failure;
use crate::files::{self, FileError, remove_files};

/// Removes what lies at locations, and tells of each what became of it. What is not there is no error.
pub type Remove = fn(&[Location]) -> Result<Vec<Result<(), Failure>>, Failure>;

/// `DeleteObjects` takes no more keys at once.
pub(super) const MOST_KEYS: usize = 1_000;

/// [`Remove`] for objects of one bucket.
///
/// # Errors
///
/// No object at all was removed.
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
/// Nothing at all was removed.
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

/// Whether a step does what it is for, and what it says of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mode {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Say only what went wrong.
    pub quiet: bool,
}

impl Mode {
    /// Says what was done, or would be.
    pub fn say(self, what: &str) {
        if !self.quiet {
            crate::info!("{}{what}", if self.dry_run { "(dryrun) " } else { "" });
        }
    }
}

/// The removal of all objects below a prefix.
#[derive(Debug, Clone)]
pub struct Clearing<'a> {
    /// What comes before the names of all that is to go.
    pub root: Location,
    /// Which of them.
    pub filter: &'a Filter,
    /// Whether it is done, and what is said of it.
    pub mode: Mode,
    /// Keys that S3 lists at once, 1 to 1000.
    pub page_size: u32,
}

/// Names that one call looks at: the processor time of a call is limited, and people want to see that something goes on.
pub(super) const MOST_SEEN: u64 = 20_000;

impl Clearing<'_> {
    /// Removes some of them: as many as a request takes.
    ///
    /// # Errors
    ///
    /// At the end, that it went wrong with some; at once, that none can be removed.
    pub fn go_on(&self, mut walk: Walk) -> Result<ControlFlow<Counts, Walk>, Failure> {
        let mut entries = self.root.objects(Purpose::Removal, self.page_size, walk.after.clone());
        let (mut objects, until) = (Vec::new(), walk.seen_count + MOST_SEEN);
        let is_last = loop {
            let Some(entry) = entries.next().transpose()? else { break true };
            if objects.len() == MOST_KEYS || walk.seen_count == until {
                break false;
            }
            walk.seen_count += 1;
            if self.filter.takes(&entry.name) {
                objects.push(self.root.join(&entry.name));
            }
            walk.after = Some(entry.name);
        };
        delete(&objects, remove_objects, self.mode, &mut walk)?;
        Ok(if is_last { ControlFlow::Break(walk.end()?) } else { ControlFlow::Continue(walk) })
    }
}

/// Removes, says so and counts.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::location::at;

    fn deleted(names: &[&str], remove: Remove, dry_run: bool) -> (Walk, Result<(), Failure>) {
        let (mut walk, locations) = (Walk::default(), names.iter().map(|name| at(name)).collect::<Vec<_>>());
        let result = delete(&locations, remove, Mode { dry_run, quiet: false }, &mut walk);
        (walk, result)
    }

    #[test]
    fn each_one_that_goes_and_each_one_that_stays_is_counted() {
        let remove: Remove = |_| Ok(vec![Ok(()), Err(Failure::aws_error("locked")), Ok(())]);
        let (walk, result) = deleted(&["s3://site/a", "s3://site/b", "s3://site/c"], remove, false);
        assert_eq!((walk.counts.deleted_count, walk.counts.failed_count, result), (2, 1, Ok(())));
    }

    #[test]
    fn one_that_is_denied_stops_the_step() {
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
    fn a_file_that_is_gone_is_as_good_as_removed() {
        assert_eq!(removed(Err(FileError::NotFound("gone".to_owned()))), Ok(()));
        assert!(removed(Err(FileError::Denied("not lent for writing".to_owned()))).is_err());
    }
}
