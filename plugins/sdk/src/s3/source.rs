//! What has arrived goes from its source, if it is still what was transferred.

use super::removal::removed;
use super::{Entry, HeadObjectRequest, Location, Merge, Pair, Transfer, head_object, remove_objects};
use crate::files::{self, remove_files};
use crate::{CallErrorKind, Failure};

/// Removes the sources of transfers, and tells of each what became of it. What is not there is no error.
pub type RemoveSources = fn(&[Transfer]) -> Result<Vec<Result<(), Failure>>, Failure>;

/// [`RemoveSources`] for objects of one bucket or files of one lent directory.
///
/// Of a file, the host looks right before whether it is still what was transferred; S3 does not.
///
/// # Errors
///
/// Nothing at all was removed.
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

impl Transfer {
    /// Removes the source of what has arrived, however long ago that was.
    ///
    /// # Errors
    ///
    /// It is still there.
    pub fn remove_source(&self, remove: RemoveSources) -> Result<(), Failure> {
        if !self.is_source_there().map_err(still_there)? {
            return Ok(());
        }
        let removed = remove(std::slice::from_ref(self)).map_err(still_there)?;
        removed.into_iter().collect::<Result<(), Failure>>().map_err(still_there)
    }

    fn is_source_there(&self) -> Result<bool, Failure> {
        let Location::S3 { bucket, key } = &self.from else { return Ok(true) };
        match head_object(&HeadObjectRequest { bucket: bucket.clone(), key: key.clone() }) {
            Ok(head) if is_same((self.size, self.modified), (head.content_length, head.last_modified)) => Ok(true),
            Ok(_) => Err(changed(&self.from)),
            Err(error) if error.kind == CallErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Removes what has arrived from a directory, but for what is not the same there `now`, in a listing of it.
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
        Fate::Same => removed.next().unwrap_or_else(|| Err(Failure::aws_error("nobody knows whether it was removed"))),
    };
    Ok(arrived.iter().zip(&fates).map(result).collect())
}

/// What is at a source by now.
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

/// S3 says of one object in whole seconds what it lists in milliseconds.
fn is_same((was_size, was_modified): (u64, u64), (size, modified): (u64, u64)) -> bool {
    was_size == size && was_modified / 1_000 == modified / 1_000
}

fn changed(source: &Location) -> Failure {
    Failure::new("FileError", format!("`{source}` has changed since it was looked at, and stays"))
}

pub(super) fn still_there(failure: Failure) -> Failure {
    let message = format!("it has arrived, but is still in the source: {}", failure.message);
    Failure { message, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::listing::entry;
    use crate::s3::location::at;

    fn removed(arrived: &[Entry], now: &[Entry], remove: RemoveSources) -> Vec<Result<(), Failure>> {
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
    fn only_what_is_still_the_same_is_removed() {
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
        let results = removed(&arrived, &now, remove);
        let why: Vec<_> = results.into_iter().map(|result| result.map_err(|failure| failure.message)).collect();
        let changed = |name| Err(format!("`s3://site/x/{name}` has changed since it was looked at, and stays"));
        assert_eq!(why, [Ok(()), changed("b"), Ok(()), changed("d"), Err("locked".to_owned()), Ok(())]);
    }

    #[test]
    fn nobody_is_asked_to_remove_nothing() {
        let remove: RemoveSources = |_| Err(Failure::aws_error("it was asked to"));
        assert_eq!(removed(&[entry("a", 1, 1)], &[], remove), [Ok(())]);
        assert!(removed(&[entry("a", 1, 1)], &[entry("a", 2, 1)], remove)[0].is_err());
    }
}
