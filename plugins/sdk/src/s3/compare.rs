//! The rule by which a sync transfers a file that the destination has.

use super::{Direction, Entry};
use crate::Failure;

/// The rule by which a sync transfers a file that the destination has as well: that of `aws s3 sync` with its flags.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compare {
    /// Another size, or a newer source. An object that is newer than a file of the same size is not downloaded again:
    /// only a file that was changed after its download is replaced.
    #[default]
    SizeAndAge,
    /// Another size.
    SizeOnly,
    /// Another size, or a newer source. A download also replaces a file of the same size whose time is not that of its
    /// object.
    ExactTimestamps,
}

impl Compare {
    /// The rule of the properties `size_only` and `exact_timestamps`.
    ///
    /// # Errors
    ///
    /// Both are set: the one ignores the times that the other compares.
    pub fn new(size_only: bool, exact_timestamps: bool) -> Result<Self, Failure> {
        match (size_only, exact_timestamps) {
            (false, false) => Ok(Self::SizeAndAge),
            (true, false) => Ok(Self::SizeOnly),
            (false, true) => Ok(Self::ExactTimestamps),
            (true, true) => Err(Failure::configuration_invalid(
                "`size_only` ignores the times that `exact_timestamps` compares; leave out one of the two",
            )),
        }
    }

    pub(super) fn is_outdated(self, direction: Direction, source: &Entry, destination: &Entry) -> bool {
        let is_of_other_age = || match (self, direction) {
            (Self::SizeOnly, _) => false,
            (_, Direction::Upload | Direction::Copy) => source.modified > destination.modified,
            (Self::SizeAndAge, Direction::Download) => destination.modified > source.modified,
            // A downloaded file has the time of its object, in seconds.
            (Self::ExactTimestamps, Direction::Download) => destination.modified / 1_000 != source.modified / 1_000,
        };
        source.size != destination.size || is_of_other_age()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::listing::entry;

    #[test]
    fn a_file_is_outdated_as_the_flags_of_aws_s3_sync_say() {
        use Compare::{ExactTimestamps, SizeAndAge, SizeOnly};
        use Direction::{Copy, Download, Upload};
        for (compare, direction, source, destination, expected) in [
            (SizeAndAge, Upload, (1, 5_000), (1, 5_000), false),
            (SizeAndAge, Upload, (1, 5_000), (2, 5_000), true),
            (SizeAndAge, Upload, (1, 6_000), (1, 5_000), true),
            (SizeAndAge, Upload, (1, 5_000), (1, 6_000), false),
            (SizeAndAge, Copy, (1, 6_000), (1, 5_000), true),
            (SizeAndAge, Copy, (1, 5_000), (1, 6_000), false),
            (SizeAndAge, Download, (1, 5_000), (1, 6_000), true),
            (SizeAndAge, Download, (1, 6_000), (1, 5_000), false),
            (SizeAndAge, Download, (2, 5_000), (1, 5_000), true),
            (SizeOnly, Upload, (1, 6_000), (1, 5_000), false),
            (SizeOnly, Download, (1, 5_000), (1, 6_000), false),
            (SizeOnly, Copy, (1, 5_000), (2, 5_000), true),
            (ExactTimestamps, Download, (1, 6_000), (1, 5_000), true),
            (ExactTimestamps, Download, (1, 5_000), (1, 6_000), true),
            (ExactTimestamps, Download, (1, 5_250), (1, 5_000), false),
            (ExactTimestamps, Upload, (1, 5_000), (1, 6_000), false),
        ] {
            let of = |(size, modified)| entry("a", size, modified);
            let outdated = compare.is_outdated(direction, &of(source), &of(destination));
            assert_eq!(outdated, expected, "{compare:?} {direction:?} {source:?}");
        }
    }

    #[test]
    fn a_sync_cannot_both_ignore_and_compare_times() {
        assert_eq!(Compare::new(true, true).unwrap_err().code, "ConfigurationInvalid");
    }
}
