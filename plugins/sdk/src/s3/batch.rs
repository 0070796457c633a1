//! The files that one call of a transfer processes.

use super::listing::PAGE;
use super::removal::{MOST_KEYS, MOST_SEEN};
use super::{Compare, Entries, Entry, Filter, Location, Merge, Page, Pair, Route, Transfer};
use crate::Failure;

/// The work of one call. It is large enough that a checkpoint afterwards costs little, and small enough that a killed
/// run loses little and that its log stays within the limits of a call.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) transfers: Vec<Transfer>,
    pub(super) removals: Vec<Location>,
    /// Files that fail before their transfer begins.
    pub(super) failed: Vec<(Location, String)>,
    /// The reason why nothing may be removed from the destination.
    pub(super) withheld: Option<String>,
    /// Whether the source is empty.
    pub(super) is_source_empty: bool,
    /// Whether the source has a file that the step takes.
    pub(super) found: bool,
    /// The number of skipped entries of the listing before `after`.
    met: usize,
    /// The size of the files in bytes.
    bytes: u64,
    /// The size of their names in bytes.
    text: usize,
    pub(super) seen: u64,
    pub(super) after: Option<String>,
    pub(super) is_last: bool,
}

const MOST_TRANSFERS: usize = 500;
const MOST_BYTES: u64 = 256 << 20;
const MOST_TEXT: usize = 1 << 20;
/// The maximum number of failed files of one batch.
const MOST_FAILED: usize = PAGE as usize;

/// The maximum number of characters of a skipped entry, which is stored, and printed for each file that stays.
const NAMED: usize = 200;

impl Batch {
    /// The next files after `after`, as many as one call may process.
    pub(super) fn of<F, D>(
        pairs: &mut Merge<Entries<F>, D>,
        route: &Route,
        (filter, compare): (&Filter, Compare),
        after: Option<String>,
    ) -> Result<Self, Failure>
    where
        F: FnMut(Option<&str>) -> Result<Page, Failure>,
        D: Iterator<Item = Result<Entry, Failure>>,
    {
        let is_source_empty = after.is_none() && !pairs.has_source()?;
        let mut batch = Self { after, is_source_empty, ..Self::default() };
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
            batch.meet(&pairs.source().skipped, pair.name());
            if filter.takes(pair.name()) {
                batch.found |= pair.is_in_source() && route.is_of_source(pair.name());
                batch.add(route, compare, pair);
            }
        }
        batch.skip(&pairs.source().skipped, route, filter);
        Ok(batch)
    }

    fn meet(&mut self, skipped: &[(String, String)], until: &str) {
        let rest = skipped.get(self.met..).unwrap_or_default();
        self.met += rest.iter().take_while(|(name, _)| name.as_str() <= until).count();
    }

    /// Handles the skipped entries of the source's listing. Those after the last name belong to the next call.
    fn skip(&mut self, skipped: &[(String, String)], route: &Route, filter: &Filter) {
        let met = if self.is_last { Some(skipped) } else { skipped.get(..self.met) };
        let told = met.unwrap_or_default().iter().filter(|(name, _)| is_missed(filter, name));
        self.failed.extend(told.map(|(name, reason)| (route.source.join(name), reason.clone())));
        self.found |= !self.failed.is_empty();
        let hides = skipped.iter().find(|(name, _)| may_hide(filter, name));
        self.withheld = match hides {
            Some((name, reason)) => {
                let named: String = route.source.join(name).to_string().chars().take(NAMED).collect();
                Some(format!("the source was not listed completely (`{named}`: {reason})"))
            }
            None if skipped.is_empty() && self.is_source_empty => Some("the source is empty".to_owned()),
            None => None,
        };
        self.is_source_empty &= skipped.is_empty();
    }

    fn add(&mut self, route: &Route, compare: Compare, pair: Pair) {
        let (source, destination) = match pair {
            Pair::Source(source) => (Some(source), None),
            Pair::Destination(destination) => (None, Some(destination)),
            Pair::Both { source, destination } => (Some(source), Some(destination)),
        };
        match (source.filter(|source| route.is_of_source(&source.name)), destination) {
            (Some(source), Some(destination)) if !compare.is_outdated(route.direction, &source, &destination) => {}
            (Some(source), _) if route.is_in_source(&source.name) => {
                let reason = "its destination lies in the source and could overwrite a part of it".to_owned();
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
            || self.failed.len() + self.met >= MOST_FAILED
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

/// Whether this skipped entry is or contains a file that the filter takes.
fn is_missed(filter: &Filter, name: &str) -> bool {
    if name.is_empty() || name.ends_with('/') { filter.reaches(name) } else { filter.takes(name) }
}

/// Whether a file that the filter takes may have this name, or a name below it: a link may lead to a directory, which
/// another tool has followed, and a name that is not UTF-8 may be any name in its directory.
fn may_hide(filter: &Filter, name: &str) -> bool {
    let itself = name.strip_suffix('/').unwrap_or(name);
    if name.is_empty() || itself.contains(char::REPLACEMENT_CHARACTER) {
        return filter.reaches(itself.rfind('/').and_then(|slash| itself.get(..=slash)).unwrap_or_default());
    }
    filter.takes(itself) || filter.reaches(&format!("{itself}/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::s3::listing::entry;
    use crate::s3::location::at;

    fn filter(exclude: &str) -> Filter {
        Filter::new(Some(serde_json::from_str(exclude).unwrap()), None).unwrap()
    }

    fn synced(route: [&str; 2], source: &[Entry], destination: &[Entry], filter: &Filter) -> Batch {
        let route = Route::new(at(route[0]), at(route[1])).unwrap();
        of(&route, filter, source, &[], destination)
    }

    fn of(route: &Route, filter: &Filter, source: &[Entry], skipped: &[(&str, &str)], destination: &[Entry]) -> Batch {
        let skipped = skipped.iter().map(|(name, why)| ((*name).to_owned(), (*why).to_owned())).collect();
        let mut page = Some(Page { entries: source.to_vec(), skipped, next: None });
        let source = Entries::new(None, |_| Ok(page.take().unwrap()));
        let mut pairs = Merge::new(source, destination.iter().cloned().map(Ok));
        Batch::of(&mut pairs, route, (filter, Compare::default()), None).unwrap()
    }

    fn to(batch: &Batch) -> Vec<String> {
        batch.transfers.iter().map(|transfer| transfer.to.to_string()).collect()
    }

    fn removed(batch: &Batch) -> Vec<String> {
        batch.removals.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_is_transferred_when_it_is_missing_has_another_size_or_is_outdated() {
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
    fn a_batch_ends_by_number_and_by_bytes_and_the_next_one_begins_after_it() {
        let many: Vec<Entry> = (0..MOST_TRANSFERS + 1).map(|n| entry(&format!("{n:06}"), 1, 1)).collect();
        let batch = synced(["site", "s3://site"], &many, &[], &Filter::default());
        assert_eq!((batch.transfers.len(), batch.is_last), (MOST_TRANSFERS, false));
        assert_eq!(batch.after, Some(many[MOST_TRANSFERS - 1].name.clone()));
        let batch = synced(["site", "s3://site"], &many[..MOST_TRANSFERS], &[], &Filter::default());
        assert!(batch.is_last, "nothing comes behind it");
        let large: Vec<Entry> = ["a", "b", "c"].map(|name| entry(name, MOST_BYTES / 2, 1)).to_vec();
        assert_eq!(to(&synced(["site", "s3://site"], &large, &[], &Filter::default())).len(), 2);
    }

    fn skipping(skipped: &[(&str, &str)], exclude: &str, include: Option<&str>) -> Batch {
        let include = include.map(|include| serde_json::from_str(include).unwrap());
        let filter = Filter::new(Some(serde_json::from_str(exclude).unwrap()), include).unwrap();
        of(&Route::new(at("site"), at("s3://site")).unwrap(), &filter, &[entry("z.js", 1, 1)], skipped, &[])
    }

    fn told(batch: &Batch) -> Vec<String> {
        batch.failed.iter().map(|(location, why)| format!("{location}: {why}")).collect()
    }

    #[test]
    fn a_skipped_entry_is_reported_once_and_only_if_the_filter_takes_it() {
        let link = "a symbolic link";
        let batch = skipping(&[("a", link), ("a.tmp", link), ("z/", link)], r#""*.tmp""#, None);
        assert_eq!(told(&batch), ["site/a: a symbolic link", "site/z/: a symbolic link"]);
        let route = Route::new(at("site"), at("s3://site")).unwrap();
        let many: Vec<Entry> = (0..MOST_TRANSFERS + 1).map(|n| entry(&format!("{n:06}"), 1, 1)).collect();
        let skipped = [("000001 ", link), (&many[MOST_TRANSFERS].name[..], link)];
        assert_eq!(told(&of(&route, &Filter::default(), &many, &skipped, &[])), ["site/000001 : a symbolic link"]);
    }

    #[test]
    fn a_skipped_directory_is_reported_if_the_filter_may_take_something_below_it() {
        let skipped = [("app/", "Permission denied"), ("lib", "a symbolic link")];
        for (exclude, include, expected) in [
            (r#""*""#, Some(r#"["*.js"]"#), true),
            (r#""app""#, None, true),
            (r#"["app/*", "lib"]"#, None, false),
            (r#""*""#, Some(r#""img/*.js""#), false),
        ] {
            let batch = skipping(&skipped, exclude, include);
            let told = told(&batch).contains(&"site/app/: Permission denied".to_owned());
            assert_eq!(told, expected, "{exclude} {include:?}");
        }
    }

    #[test]
    fn nothing_may_be_removed_when_an_entry_that_the_filter_may_take_was_skipped() {
        for (name, exclude, include, expected) in [
            ("app/", r#""*.tmp""#, None, true),
            ("app/", r#""*""#, Some(r#""*.js""#), true),
            ("link", r#""link""#, None, true),
            ("link", r#"["link", "link/*"]"#, None, false),
            ("modules/bin/x", r#""modules/*""#, None, false),
            ("modules/bin/x", r#""modules/*""#, Some(r#""vendor/*.map""#), false),
            ("caf\u{FFFD}", r#""caf\ufffd*""#, None, true),
            ("modules/caf\u{FFFD}/", r#""modules*""#, None, false),
            ("", r#""*.tmp""#, None, true),
            ("", r#""*""#, None, false),
        ] {
            let batch = skipping(&[(name, "it is skipped")], exclude, include);
            let said = format!("the source was not listed completely (`site/{name}`: it is skipped)");
            assert_eq!(batch.withheld, expected.then_some(said), "{name} {exclude} {include:?}");
        }
    }

    #[test]
    fn a_source_with_nothing_in_it_is_told_from_one_with_nothing_left() {
        let route = Route::new(at("site"), at("s3://site")).unwrap();
        let there = [entry("a", 1, 1)];
        let empty = of(&route, &Filter::default(), &[], &[], &there);
        assert!(empty.is_source_empty && empty.withheld.is_some());
        let excluded = of(&route, &filter(r#""b""#), &[entry("b", 1, 1)], &[], &there);
        assert!(!excluded.is_source_empty && excluded.withheld.is_none());
        let skipped = of(&route, &Filter::default(), &[], &[("link", "a symbolic link")], &there);
        assert!(!skipped.is_source_empty && skipped.withheld.is_some());
        let source = Entries::new(Some("a".to_owned()), |_| Ok(Page::default()));
        let mut rest = Merge::new(source, there.into_iter().map(Ok));
        assert!(
            !Batch::of(&mut rest, &route, (&Filter::default(), Compare::default()), Some("a".to_owned()))
                .unwrap()
                .is_source_empty
        );
    }

    #[test]
    fn a_batch_ends_when_much_was_skipped_before_its_last_name() {
        let route = Route::new(at("site"), at("s3://site")).unwrap();
        let names: Vec<String> = (0..MOST_FAILED).map(|n| format!("b{n:04}")).collect();
        let skipped: Vec<_> = names.iter().map(|name| (name.as_str(), "a symbolic link")).collect();
        let source = ["a", "c", "d"].map(|name| entry(name, 1, 1));
        let batch = of(&route, &Filter::default(), &source, &skipped, &[]);
        assert_eq!((batch.after.as_deref(), batch.seen, batch.is_last), (Some("c"), 2, false));
        assert_eq!(batch.failed.len(), MOST_FAILED);
    }
}
