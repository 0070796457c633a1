//! The source and destination of a transfer of directories.

use super::transfer::onto_itself;
use super::{Direction, Entry, Location, Transfer};
use crate::Failure;

/// A source directory and a destination directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub(super) source: Location,
    pub(super) destination: Location,
    pub(super) direction: Direction,
    /// The name of the destination in the source, if it lies below it.
    destination_below: Option<String>,
    /// The name of the source in the destination, if it lies below it.
    source_below: Option<String>,
}

impl Route {
    /// The route from one directory to the other.
    ///
    /// # Errors
    ///
    /// Neither is in S3, or they are the same.
    pub fn new(source: Location, destination: Location) -> Result<Self, Failure> {
        let direction = Direction::between(&source, &destination)?;
        let (source, destination) = (source.directory(), destination.directory());
        if source == destination {
            return Err(onto_itself(&source));
        }
        let destination_below = source.name_of(&destination).map(str::to_owned);
        let source_below = destination.name_of(&source).map(str::to_owned);
        Ok(Self { source, destination, direction, destination_below, source_below })
    }

    pub(super) fn transfer(&self, entry: &Entry) -> Transfer {
        let (from, to) = (self.source.join(&entry.name), self.destination.join(&entry.name));
        Transfer { from, to, size: entry.size, modified: entry.modified }
    }

    /// Parts the files to remove: first those that lie where a directory of a transfer has to be.
    pub(super) fn in_the_way(&self, removals: Vec<Location>, transfers: &[Transfer]) -> (Vec<Location>, Vec<Location>) {
        if self.direction != Direction::Download {
            return (Vec::new(), removals);
        }
        let is_in_the_way = |file: &Location| {
            let directory = format!("{}/", file.path());
            // The transfers are in the order of their names.
            let at = transfers.partition_point(|transfer| transfer.to.path() < directory.as_str());
            transfers.get(at).is_some_and(|transfer| transfer.to.path().starts_with(&directory))
        };
        removals.into_iter().partition(is_in_the_way)
    }

    /// Whether this is a file of the source. A file in a destination below the source is not: a step that processed its
    /// own results would never end.
    pub(super) fn is_of_source(&self, name: &str) -> bool {
        !is_in(self.destination_below.as_deref(), name)
    }

    /// Whether this name in the destination is a place in the source. A file there must neither be overwritten before
    /// it is read, nor removed.
    pub(super) fn is_in_source(&self, name: &str) -> bool {
        is_in(self.source_below.as_deref(), name)
    }
}

fn is_in(directory: Option<&str>, name: &str) -> bool {
    directory.is_some_and(|directory| name.starts_with(directory))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::listing::entry;
    use crate::s3::location::at;

    fn route(source: &str, destination: &str) -> Route {
        Route::new(at(source), at(destination)).unwrap()
    }

    #[test]
    fn relative_names_are_kept() {
        let transfer = |source, destination| {
            let Transfer { from, to, size, .. } = route(source, destination).transfer(&entry("a/b.txt", 7, 0));
            (from.to_string(), to.to_string(), size)
        };
        let to = |from: &str, to: &str| (from.to_owned(), to.to_owned(), 7);
        assert_eq!(transfer("site", "s3://site"), to("site/a/b.txt", "s3://site/a/b.txt"));
        assert_eq!(transfer("s3://site/x", "site/y/"), to("s3://site/x/a/b.txt", "site/y/a/b.txt"));
    }

    #[test]
    fn a_directory_is_never_its_own_destination() {
        for (source, destination) in [("s3://site/a", "s3://site/a/"), ("s3://site", "s3://site/")] {
            assert_eq!(Route::new(at(source), at(destination)).unwrap_err().code, "ConfigurationInvalid");
        }
        assert!(Route::new(at("s3://site/a"), at("s3://site/ab")).is_ok());
    }

    #[test]
    fn a_destination_below_the_source_is_not_part_of_it() {
        let archive = route("s3://site", "s3://site/archive");
        assert!(!archive.is_of_source("archive/a") && archive.is_of_source("archives/a") && archive.is_of_source("a"));
        assert!(!archive.is_in_source("archive/a"));
    }

    #[test]
    fn a_source_below_the_destination_is_left_as_it_is() {
        let up = route("s3://site/a/b", "s3://site/a");
        assert!(up.is_in_source("b/x") && !up.is_in_source("bx") && !up.is_in_source("x"));
        assert!(up.is_of_source("b/x"));
        let elsewhere = route("s3://site/a", "s3://other/a/b");
        assert!(!elsewhere.is_in_source("b/x") && elsewhere.is_of_source("b/x"));
    }
}
