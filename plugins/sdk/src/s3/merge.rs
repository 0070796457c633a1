//! The comparison of two sorted lists.

use super::Entry;
use crate::Failure;

/// The entries of one name in two directories.
#[derive(Debug, PartialEq, Eq)]
pub enum Pair {
    /// Only in the source.
    Source(Entry),
    /// Only in the destination.
    Destination(Entry),
    /// In both.
    Both {
        /// The entry of the source.
        source: Entry,
        /// The entry of the destination.
        destination: Entry,
    },
}

impl Pair {
    /// The common name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Source(entry) | Self::Destination(entry) | Self::Both { source: entry, .. } => &entry.name,
        }
    }

    /// Whether the source has the entry.
    #[must_use]
    pub fn is_in_source(&self) -> bool {
        !matches!(self, Self::Destination(_))
    }
}

/// Two lists side by side, both sorted by name.
#[derive(Debug)]
pub struct Merge<S, D> {
    source: S,
    destination: D,
    heads: (Option<Entry>, Option<Entry>),
}

impl<S, D> Merge<S, D> {
    /// Compares two lists.
    pub fn new(source: S, destination: D) -> Self {
        Self { source, destination, heads: (None, None) }
    }

    /// The list of the source, as far as it was read.
    pub fn source(&self) -> &S {
        &self.source
    }
}

impl<S, D> Merge<S, D>
where
    S: Iterator<Item = Result<Entry, Failure>>,
    D: Iterator<Item = Result<Entry, Failure>>,
{
    /// Whether the source has another entry.
    ///
    /// # Errors
    ///
    /// The source cannot be listed.
    pub fn has_source(&mut self) -> Result<bool, Failure> {
        if self.heads.0.is_none() {
            self.heads.0 = self.source.next().transpose()?;
        }
        Ok(self.heads.0.is_some())
    }

    fn pair(&mut self) -> Result<Option<Pair>, Failure> {
        self.has_source()?;
        let (source, destination) = &mut self.heads;
        if destination.is_none() {
            *destination = self.destination.next().transpose()?;
        }
        Ok(match (source.take(), destination.take()) {
            (Some(source), Some(destination)) if source.name == destination.name => {
                Some(Pair::Both { source, destination })
            }
            (Some(first), Some(later)) if first.name < later.name => {
                *destination = Some(later);
                Some(Pair::Source(first))
            }
            (Some(later), Some(first)) => {
                *source = Some(later);
                Some(Pair::Destination(first))
            }
            (Some(only), None) => Some(Pair::Source(only)),
            (None, Some(only)) => Some(Pair::Destination(only)),
            (None, None) => None,
        })
    }
}

impl<S, D> Iterator for Merge<S, D>
where
    S: Iterator<Item = Result<Entry, Failure>>,
    D: Iterator<Item = Result<Entry, Failure>>,
{
    type Item = Result<Pair, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.pair().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::listing::entry;

    fn listed(names: &str) -> impl Iterator<Item = Result<Entry, Failure>> {
        names.split_whitespace().map(|name| Ok(entry(name, 1, 1)))
    }

    fn merged(source: &str, destination: &str) -> Vec<String> {
        let pairs = Merge::new(listed(source), listed(destination)).map(|pair| match pair.unwrap() {
            Pair::Source(entry) => format!("<{}", entry.name),
            Pair::Destination(entry) => format!(">{}", entry.name),
            Pair::Both { source, .. } => format!("={}", source.name),
        });
        pairs.collect()
    }

    #[test]
    fn each_name_comes_once_and_in_order() {
        assert_eq!(merged("a b d", "b c d e"), ["<a", "=b", ">c", "=d", ">e"]);
        assert_eq!(merged("", "a b"), [">a", ">b"]);
        assert_eq!(merged("a b", ""), ["<a", "<b"]);
        assert!(merged("", "").is_empty());
    }

    #[test]
    fn names_are_compared_byte_by_byte_and_a_slash_is_an_ordinary_byte() {
        assert_eq!(merged("a!x a/x a0", "a/x a~ ä"), ["<a!x", "=a/x", "<a0", ">a~", ">ä"]);
    }

    #[test]
    fn an_empty_source_is_known_before_the_first_pair() {
        let mut merge = Merge::new(listed("b"), listed("a c"));
        assert!(merge.has_source().unwrap() && merge.has_source().unwrap());
        assert_eq!(merge.map(|pair| pair.unwrap().name().to_owned()).collect::<String>(), "abc");
        assert!(!Merge::new(listed(""), listed("a")).has_source().unwrap());
    }

    #[test]
    fn a_listing_that_fails_fails_the_merge_and_loses_nothing_before() {
        let source = listed("a").chain([Err(Failure::not_found("gone"))]);
        let mut merge = Merge::new(source, listed("a b"));
        assert_eq!(merge.next().unwrap().unwrap().name(), "a");
        assert!(merge.next().unwrap().is_err());
    }
}
