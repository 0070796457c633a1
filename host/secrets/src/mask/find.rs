//! Finds every secret in a text, in all its forms.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind, StartKind};

use super::read::kept_before;
use super::secret::{Kind, Secret};

/// Bytes of anchors up to which the automaton is a table, enough for some 130 secrets. A table searches twice as fast,
/// but a larger one takes more than a few milliseconds to build.
const LARGEST_TABLE: usize = 8 << 10;

/// Most comparisons for each byte of a text. Only a text that consists of beginnings of secrets reaches it, and would
/// otherwise take the square of its length.
const MOST_WORK: usize = 64;

/// Comparisons that even a short text may take.
const LEAST_WORK: usize = 1 << 20;

/// The position of a needle among the secrets.
#[derive(Clone, Copy)]
struct Place {
    secret: usize,
    needle: usize,
}

/// A search for the secrets of one moment.
pub(super) struct Finder {
    secrets: Vec<Arc<Secret>>,
    /// None when it could not be built: then everything is masked.
    automaton: Option<AhoCorasick>,
    /// The patterns of the automaton in the order of their numbers, which is the order of their bytes.
    anchors: Vec<(String, Vec<Place>)>,
}

/// The result of a search.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Matches {
    /// The bytes to mask, in order and without overlaps.
    pub(super) regions: Vec<Range<usize>>,
    /// Up to here, later text cannot change the result.
    pub(super) settled: usize,
}

/// How a search ended.
enum Search {
    Done(Matches),
    /// It gave up: the text consists of beginnings of secrets.
    TooCostly {
        /// The secrets until then.
        found: Vec<Range<usize>>,
        /// Where it gave up.
        from: usize,
    },
}

impl Finder {
    pub(super) fn new(secrets: Vec<Arc<Secret>>) -> Self {
        let mut anchors = BTreeMap::<String, Vec<Place>>::new();
        for (number, secret) in secrets.iter().enumerate() {
            for (needle, anchor) in &secret.anchors {
                anchors.entry(anchor.clone()).or_default().push(Place { secret: number, needle: *needle });
            }
        }
        let anchors: Vec<_> = anchors.into_iter().collect();
        Self { automaton: automaton(&anchors), secrets, anchors }
    }

    /// Whether a secret that is searched for in data stands in the text.
    ///
    /// In a text that consists of beginnings of secrets, it finds only secrets as they are. That such a text costs too
    /// much must not count as a secret: its author would learn that these are beginnings of one.
    pub(super) fn holds_secret(&self, text: &[u8]) -> bool {
        match self.search(text, false, |kind| kind == Kind::Checked) {
            Search::Done(found) => !found.regions.is_empty(),
            Search::TooCostly { found, .. } => !found.is_empty() || self.holds_plain(text),
        }
    }

    fn holds_plain(&self, text: &[u8]) -> bool {
        let checked = self.secrets.iter().filter(|secret| secret.kind == Kind::Checked);
        let plain = AhoCorasick::new(checked.map(|secret| secret.value.as_bytes()));
        plain.is_ok_and(|plain| plain.is_match(text))
    }

    /// Searches a text; `more` is whether the text goes on. Of a text that costs too much, the rest counts as a secret.
    pub(super) fn find(&self, text: &[u8], more: bool) -> Matches {
        match self.search(text, more, |_| true) {
            Search::Done(found) => found,
            Search::TooCostly { mut found, from } => {
                found.push(from..text.len());
                Matches { regions: merged(found), settled: text.len() }
            }
        }
    }

    fn search(&self, text: &[u8], more: bool, is_wanted: impl Fn(Kind) -> bool) -> Search {
        // Secrets overlap, and every byte of each must go: a leftmost or longest match would leave the rest of another.
        let hits = self.automaton.as_ref().and_then(|automaton| automaton.try_find_overlapping_iter(text).ok());
        let Some(hits) = hits else {
            let whole = 0..text.len();
            return Search::Done(Matches { regions: vec![whole], settled: text.len() });
        };
        let mut settled = if more { self.settled(text) } else { text.len() };
        let mut regions = Vec::new();
        let mut work = LEAST_WORK + MOST_WORK * text.len();
        for hit in hits {
            let places = self.anchors.get(hit.pattern().as_usize()).map(|(_, places)| places.as_slice());
            for place in places.unwrap_or_default() {
                let secret = self.secrets.get(place.secret).filter(|secret| is_wanted(secret.kind));
                let Some(needle) = secret.and_then(|secret| secret.needles.get(place.needle)) else { continue };
                let found = needle.at(text, hit.start());
                regions.extend(found.whole);
                let Some(left) = work.checked_sub(found.work) else {
                    return Search::TooCostly { found: regions, from: hit.start() };
                };
                work = left;
                if more && found.open {
                    settled = settled.min(kept_before(text, hit.start()));
                }
            }
        }
        Search::Done(Matches { regions: merged(regions), settled })
    }

    /// The place where an anchor may begin that the text does not hold to its end.
    fn settled(&self, text: &[u8]) -> usize {
        let longest = self.anchors.iter().map(|(anchor, _)| anchor.len()).max().unwrap_or(0);
        let begins = |rest: &[u8]| {
            let at = self.anchors.partition_point(|(anchor, _)| anchor.as_bytes() < rest);
            self.anchors.get(at).is_some_and(|(anchor, _)| anchor.as_bytes().starts_with(rest))
        };
        let first = text.len().saturating_sub(longest);
        let open = (first..text.len()).find(|at| text.get(*at..).is_some_and(begins)).unwrap_or(text.len());
        kept_before(text, open)
    }
}

fn automaton(anchors: &[(String, Vec<Place>)]) -> Option<AhoCorasick> {
    let size: usize = anchors.iter().map(|(anchor, _)| anchor.len()).sum();
    let kind = if size <= LARGEST_TABLE { AhoCorasickKind::DFA } else { AhoCorasickKind::ContiguousNFA };
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).kind(Some(kind)).prefilter(false);
    builder.build(anchors.iter().map(|(anchor, _)| anchor)).ok()
}

/// Joins regions that overlap. Regions that only touch are two secrets.
fn merged(mut regions: Vec<Range<usize>>) -> Vec<Range<usize>> {
    regions.sort_unstable_by_key(|region| region.start);
    let mut merged = Vec::<Range<usize>>::new();
    for region in regions {
        match merged.last_mut() {
            Some(last) if region.start < last.end => last.end = last.end.max(region.end),
            _ => merged.push(region),
        }
    }
    merged
}
