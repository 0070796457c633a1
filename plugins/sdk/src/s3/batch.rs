use super::listing::PAGE;
use super::removal::{MOST_KEYS, MOST_SEEN};
use super::{Direction, Entry, Filter, Location, Pair, Route, Transfer};
use crate::Failure;

/// What one call does: so much that a checkpoint afterwards costs little, and so little that a run that is killed loses
/// little, and that its log stays within the limits of a call.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) transfers: Vec<Transfer>,
    pub(super) removals: Vec<Location>,
    /// What goes wrong before it is begun.
    pub(super) failed: Vec<(Location, String)>,
    /// Bytes of the files.
    bytes: u64,
    /// Bytes of their names.
    text: usize,
    pub(super) seen: u64,
    pub(super) after: Option<String>,
    pub(super) is_last: bool,
}

const MOST_TRANSFERS: usize = 500;
const MOST_BYTES: u64 = 256 << 20;
const MOST_TEXT: usize = 1 << 20;
/// Files of one batch that cannot be transferred and are named.
const MOST_FAILED: usize = PAGE as usize;

impl Batch {
    /// As many as one call may be about, of what comes behind `after`.
    pub(super) fn of(
        pairs: &mut impl Iterator<Item = Result<Pair, Failure>>,
        route: &Route,
        filter: &Filter,
        after: Option<String>,
    ) -> Result<Self, Failure> {
        let mut batch = Self { after, ..Self::default() };
        loop {
            let Some(pair) = pairs.next().transpose()? else {
                batch.is_last = true;
                break;
            };
            if batch.is_full() {
                break;
            }
            batch.seen += 1;
            batch.after = Some(pair.name().to_owned());
            if filter.takes(pair.name()) {
                batch.add(route, pair);
            }
        }
        Ok(batch)
    }

    /// What the listing of the source could not offer. What comes behind the last name is met again by the next call.
    pub(super) fn skip(&mut self, skipped: Vec<(String, String)>, route: &Route, filter: &Filter) {
        let Self { is_last, after, failed, .. } = self;
        let is_met = |name: &String| *is_last || after.as_ref().is_some_and(|after| name <= after);
        let met = skipped.into_iter().filter(|(name, _)| is_met(name) && filter.takes(name));
        failed.extend(met.map(|(name, reason)| (route.source.join(&name), reason)));
    }

    fn add(&mut self, route: &Route, pair: Pair) {
        let (source, destination) = match pair {
            Pair::Source(source) => (Some(source), None),
            Pair::Destination(destination) => (None, Some(destination)),
            Pair::Both { source, destination } => (Some(source), Some(destination)),
        };
        match (source.filter(|source| route.is_of_source(&source.name)), destination) {
            (Some(source), Some(destination)) if !is_outdated(route.direction, &source, &destination) => {}
            (Some(source), _) if route.is_in_source(&source.name) => {
                let reason = "its destination lies in the source, of which it could overwrite a part".to_owned();
                self.failed.push((route.source.join(&source.name), reason));
            }
            (Some(source), _) => self.transfer(route.transfer(&source)),
            (None, Some(destination)) if !route.is_in_source(&destination.name) => {
                self.remove(route.destination.join(&destination.name));
            }
            (None, _) => {}
        }
    }

    fn is_full(&self) -> bool {
        self.transfers.len() >= MOST_TRANSFERS
            || self.removals.len() >= MOST_KEYS
            || self.failed.len() >= MOST_FAILED
            || self.bytes >= MOST_BYTES
            || self.text >= MOST_TEXT
            || self.seen >= MOST_SEEN
    }

    fn transfer(&mut self, transfer: Transfer) {
        self.bytes = self.bytes.saturating_add(transfer.size);
        self.text += transfer.from.path().len() + transfer.to.path().len();
        self.transfers.push(transfer);
    }

    fn remove(&mut self, location: Location) {
        self.text += location.path().len();
        self.removals.push(location);
    }
}

/// The rule of `aws s3 sync`. Its oddity: of an object that is newer than a file of the same size, the file is not made
/// anew; only one that was changed after its download is.
fn is_outdated(direction: Direction, source: &Entry, destination: &Entry) -> bool {
    source.size != destination.size
        || match direction {
            Direction::Upload | Direction::Copy => source.modified > destination.modified,
            Direction::Download => destination.modified > source.modified,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::Merge;
    use crate::s3::listing::entry;
    use crate::s3::location::at;

    fn filter(exclude: &str) -> Filter {
        Filter::new(Some(serde_json::from_str(exclude).unwrap()), None).unwrap()
    }

    fn synced(route: [&str; 2], source: &[Entry], destination: &[Entry], filter: &Filter) -> Batch {
        let route = Route::new(at(route[0]), at(route[1])).unwrap();
        let listed = |entries: &[Entry]| entries.iter().cloned().map(Ok).collect::<Vec<_>>().into_iter();
        Batch::of(&mut Merge::new(listed(source), listed(destination)), &route, filter, None).unwrap()
    }

    fn to(batch: &Batch) -> Vec<String> {
        batch.transfers.iter().map(|transfer| transfer.to.to_string()).collect()
    }

    fn removed(batch: &Batch) -> Vec<String> {
        batch.removals.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_is_transferred_when_it_is_missing_has_another_size_or_is_outdated() {
        for (direction, source, destination, expected) in [
            (Direction::Upload, (1, 5), (1, 5), false),
            (Direction::Upload, (1, 5), (2, 5), true),
            (Direction::Upload, (1, 6), (1, 5), true),
            (Direction::Upload, (1, 5), (1, 6), false),
            (Direction::Copy, (1, 6), (1, 5), true),
            (Direction::Copy, (1, 5), (1, 6), false),
            (Direction::Download, (1, 5), (1, 6), true),
            (Direction::Download, (1, 6), (1, 5), false),
            (Direction::Download, (2, 5), (1, 5), true),
        ] {
            let of = |(size, modified)| entry("a", size, modified);
            assert_eq!(is_outdated(direction, &of(source), &of(destination)), expected, "{direction:?} {source:?}");
        }
        let batch = synced(
            ["site", "s3://site"],
            &[entry("a", 1, 1), entry("b", 1, 1)],
            &[entry("a", 1, 1)],
            &Filter::default(),
        );
        assert_eq!(to(&batch), ["s3://site/b"]);
        assert_eq!((batch.seen, batch.after.as_deref(), batch.is_last), (2, Some("b"), true));
    }

    #[test]
    fn only_what_the_filter_takes_is_transferred_or_removed() {
        let source = [entry("a.js", 1, 1), entry("a.tmp", 1, 1)];
        let destination = [entry("b.js", 1, 1), entry("b.tmp", 1, 1)];
        let batch = synced(["site", "s3://site"], &source, &destination, &filter(r#""*.tmp""#));
        assert_eq!(
            (to(&batch), removed(&batch)),
            (vec!["s3://site/a.js".to_owned()], vec!["s3://site/b.js".to_owned()])
        );
    }

    #[test]
    fn a_destination_in_the_source_is_not_read_and_a_source_in_the_destination_is_not_removed() {
        let source = [entry("a", 1, 1), entry("archive/a", 1, 1)];
        let batch =
            synced(["s3://site", "s3://site/archive"], &source, &[entry("archive/a", 1, 1)], &Filter::default());
        assert_eq!(to(&batch), ["s3://site/archive/a"]);
        assert_eq!(removed(&batch), ["s3://site/archive/archive/a"]);

        let source = [entry("a", 1, 1), entry("new/a", 1, 1)];
        let destination = [entry("new/a", 9, 1), entry("old", 1, 1)];
        let batch = synced(["s3://site/new", "s3://site"], &source, &destination, &Filter::default());
        assert_eq!((to(&batch), removed(&batch)), (vec!["s3://site/a".to_owned()], vec!["s3://site/old".to_owned()]));
        assert_eq!(batch.failed[0].0, at("s3://site/new/new/a"));
    }

    #[test]
    fn a_batch_ends_by_number_and_by_bytes_and_the_next_one_begins_behind_it() {
        let many: Vec<Entry> = (0..MOST_TRANSFERS + 1).map(|n| entry(&format!("{n:06}"), 1, 1)).collect();
        let batch = synced(["site", "s3://site"], &many, &[], &Filter::default());
        assert_eq!((batch.transfers.len(), batch.is_last), (MOST_TRANSFERS, false));
        assert_eq!(batch.after, Some(many[MOST_TRANSFERS - 1].name.clone()));
        let batch = synced(["site", "s3://site"], &many[..MOST_TRANSFERS], &[], &Filter::default());
        assert!(batch.is_last, "nothing comes behind it");
        let large: Vec<Entry> = ["a", "b", "c"].map(|name| entry(name, MOST_BYTES / 2, 1)).to_vec();
        assert_eq!(to(&synced(["site", "s3://site"], &large, &[], &Filter::default())).len(), 2);
    }

    #[test]
    fn what_was_skipped_is_told_once_and_only_if_the_filter_takes_it() {
        let route = Route::new(at("site"), at("s3://site")).unwrap();
        let skipped = || ["a", "a.tmp", "z"].map(|name| (name.to_owned(), "a symbolic link".to_owned())).to_vec();
        let mut batch = Batch { after: Some("m".to_owned()), ..Batch::default() };
        batch.skip(skipped(), &route, &filter(r#""*.tmp""#));
        assert_eq!(batch.failed, [(at("site/a"), "a symbolic link".to_owned())]);
        let mut last = Batch { is_last: true, ..Batch::default() };
        last.skip(skipped(), &route, &Filter::default());
        assert_eq!(last.failed.len(), 3);
    }
}
