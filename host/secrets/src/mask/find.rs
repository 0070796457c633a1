//! Finds every secret in a text, in all its forms, in a time that depends on the text alone: whoever wrote the text can
//! measure it, and must not learn how much of a secret it resembles.
//!
//! A hash of as many bytes as the shortest needle has chooses one needle at each place of the text, mostly one that
//! matches nothing. Its hash is then compared with that of the text, at once and as a whole.

use std::mem;
use std::ops::Range;
use std::ptr;
use std::sync::Arc;

use secrecy::zeroize::Zeroizing;

use super::hash::{Beginnings, HASHING};
use super::secret::{Edges, Kind, Needle, Secret};
use super::view::{Place, Places, View, each_view};

/// Most bytes of the part of a needle that chooses it.
const WIDEST: usize = 16;

/// Slots for each needle, so that most needles find a free one at once.
const SLOTS: usize = 8;

/// Bytes that are hashed together, so that their hashes stay in the cache of a core.
const BLOCK: usize = 16 << 10;

/// A search for the secrets of one moment.
pub(super) struct Finder {
    /// Kept as long as the search, which is known by their places in memory.
    _secrets: Vec<Arc<Secret>>,
    /// Bytes of a needle that choose it.
    width: usize,
    /// Of the width, as [`HASHING`] makes it.
    power: u64,
    /// The places of choices, by the first bits of the hash.
    slots: Vec<u32>,
    /// Bits of a hash that do not choose.
    shift: u32,
    /// The first one matches nothing.
    choices: Vec<Choice>,
    /// Bytes of the longest needle.
    longest: usize,
}

/// What is compared with a place of a text.
struct Choice {
    /// Bytes of the needle before those that choose it.
    before: usize,
    length: usize,
    power: u64,
    hash: u64,
    /// The place of another choice of this slot, 0 for none.
    next: u32,
    kind: Kind,
    edges: Edges,
    /// The needle, if it counts as it is alone.
    exact: Option<Zeroizing<Vec<u8>>>,
}

/// Matches nothing.
const NOTHING: Choice = Choice {
    before: 0,
    length: 1,
    power: 0,
    hash: 0,
    next: 0,
    kind: Kind::Shown,
    edges: Edges::LeftOut { before: false, behind: false },
    exact: None,
};

/// A needle in a view; several that overlap, if it repeats itself.
struct Found<'a> {
    view: usize,
    bytes: Range<usize>,
    choice: &'a Choice,
}

impl Finder {
    pub(super) fn new(secrets: Vec<Arc<Secret>>) -> Self {
        let needles = secrets.iter().flat_map(|secret| secret.needles.iter().map(|needle| (needle, secret.kind)));
        let mut all: Vec<_> = needles.collect();
        // The short ones have the fewest parts to be chosen by.
        all.sort_by_key(|(needle, _)| needle.text.len());
        let width = all.first().map_or(WIDEST, |(needle, _)| needle.text.len().min(WIDEST));
        let bits = (all.len() * SLOTS).next_power_of_two().trailing_zeros();
        let mut finder = Self {
            _secrets: secrets.clone(),
            width,
            power: HASHING.power(width),
            slots: vec![0; 1 << bits],
            shift: u64::BITS - bits,
            choices: vec![NOTHING],
            longest: all.last().map_or(0, |(needle, _)| needle.text.len()),
        };
        for (needle, kind) in all {
            finder.add(needle, kind);
        }
        finder
    }

    /// Gives a needle a slot of its own, if one of its parts has one.
    fn add(&mut self, needle: &Needle, kind: Kind) {
        let slot = |part: &[u8]| self.slot(HASHING.of(part));
        let free = |(_, slot): &(usize, usize)| self.slots.get(*slot) == Some(&0);
        let parts = || needle.text.windows(self.width).map(slot).enumerate();
        let Some((before, slot)) = parts().find(free).or_else(|| parts().next()) else { return };
        if self.slots.get(slot) != Some(&0) && self.covers(needle, kind) {
            return;
        }
        let Ok(place) = u32::try_from(self.choices.len()) else { return };
        if let Some(first) = self.slots.get_mut(slot) {
            let next = mem::replace(first, place);
            let (Needle { text, power, hash, edges, exact }, length) = (needle, needle.text.len());
            let (power, hash, edges, exact) = (*power, *hash, *edges, exact.then(|| text.clone()));
            self.choices.push(Choice { before, length, power, hash, next, kind, edges, exact });
        }
    }

    /// Whether all of a needle is found without it, as of a line of dashes when there is a shorter one.
    fn covers(&self, needle: &Needle, kind: Kind) -> bool {
        let (mut beginnings, mut covered) = (Beginnings::default(), 0);
        HASHING.begin(&mut beginnings, &needle.text);
        self.candidates(&beginnings, |choice, at| {
            if (choice.kind == Kind::Checked || choice.kind == kind) && at <= covered {
                covered = covered.max(at + choice.length);
            }
        });
        covered == needle.text.len()
    }

    fn slot(&self, hash: u64) -> usize {
        usize::try_from(hash.checked_shr(self.shift).unwrap_or_default()).unwrap_or_default()
    }

    /// Whether a secret that is searched for in data stands in the text.
    pub(super) fn holds_secret(&self, text: &[u8]) -> bool {
        self.search(text).iter().any(|found| found.choice.kind == Kind::Checked)
    }

    /// The bytes of a text to mask, in order and without overlaps.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let found = self.search(text);
        let (mut places, mut number) = (Vec::new(), 0);
        if !found.is_empty() {
            each_view(text, Places::Known, |view| {
                let here = found.iter().filter(|found| found.view == number && found.counts(text, view));
                places.extend(here.map(|found| found.place(text, view)));
                number += 1;
            });
        }
        merged(places)
    }

    fn search(&self, text: &[u8]) -> Vec<Found<'_>> {
        let (mut beginnings, mut all, mut number) = (Beginnings::default(), Vec::<Found>::new(), 0);
        let block = BLOCK.max(self.longest * 4);
        each_view(text, Places::Unknown, |view| {
            for first in (0..view.bytes.len()).step_by(block) {
                let end = view.bytes.len().min(first + block + self.longest);
                HASHING.begin(&mut beginnings, view.bytes.get(first..end).unwrap_or_default());
                self.candidates(&beginnings, |choice, at| {
                    let (start, end) = (first + at, first + at + choice.length);
                    match all.last_mut() {
                        Some(last)
                            if last.view == number
                                && ptr::eq(last.choice, choice)
                                && choice.exact.is_none()
                                && (last.bytes.start..last.bytes.end).contains(&start) =>
                        {
                            last.bytes.end = last.bytes.end.max(end);
                        }
                        _ => all.push(Found { view: number, bytes: start..end, choice }),
                    }
                });
            }
            number += 1;
        });
        all
    }

    /// The needles whose hash is that of the text at a place.
    fn candidates<'a>(&'a self, beginnings: &Beginnings, mut found: impl FnMut(&'a Choice, usize)) {
        for (at, hash) in beginnings.parts(self.width, self.power).enumerate() {
            let mut place = self.slots.get(self.slot(hash)).copied().unwrap_or_default();
            // Also where nothing was chosen, one comparison takes place.
            while let Some(choice) = self.choices.get(place as usize) {
                let start = at.wrapping_sub(choice.before);
                if beginnings.part(start, choice.length, choice.power) == Some(choice.hash) {
                    found(choice, start);
                }
                place = choice.next;
                if place == 0 {
                    break;
                }
            }
        }
    }
}

impl Found<'_> {
    /// Whether it is found as it has to be. Only weak secrets, of which no plugin of others may know, take this time.
    fn counts(&self, text: &[u8], view: &View) -> bool {
        let Some(exact) = &self.choice.exact else { return true };
        let same = |(shown, own): (&u8, &u8)| shown == own || (*shown, *own) == (b'+', b' ');
        view.bytes.get(self.bytes.clone()).is_some_and(|shown| shown.iter().zip(&**exact).all(same))
            && text.get(view.place(&self.bytes).own).is_some_and(|own| !own.iter().any(|byte| is_break(*byte)))
    }

    /// Its place in the text, with all that belongs to it.
    fn place(&self, text: &[u8], view: &View) -> Range<usize> {
        let mut bytes = self.bytes.clone();
        match self.choice.edges {
            Edges::Base64 { before, behind } => {
                let is = |at: usize, wanted: fn(u8) -> bool| view.bytes.get(at).is_some_and(|byte| wanted(*byte));
                let padding = |bytes: &Range<usize>| is(bytes.end, |byte| byte == b'=');
                if before && bytes.start > 0 && is(bytes.start - 1, is_base64) {
                    bytes.start -= 1;
                }
                if behind {
                    bytes.end += usize::from(is(bytes.end, is_base64));
                    bytes.end += usize::from(padding(&bytes));
                    bytes.end += usize::from(padding(&bytes));
                }
                view.place(&bytes).own
            }
            Edges::LeftOut { before: has_head, behind: has_tail } => {
                let Place { mut own, before, next } = view.place(&bytes);
                if has_head {
                    let head = text.get(before..own.start).unwrap_or_default();
                    own.start -= head.iter().rev().take_while(|byte| !is_break(**byte)).count();
                }
                if has_tail {
                    let tail = text.get(own.end..next).unwrap_or_default();
                    own.end += tail.iter().take_while(|byte| !is_break(**byte)).count();
                }
                own
            }
        }
    }
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text resembles must not change the work of searching it, so nothing but a whole secret is a candidate.
    #[test]
    fn a_text_that_resembles_a_secret_costs_no_more_than_any_other() {
        let secrets = ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "IQoJb3JpZ2luX2VjEwJalrXUtnFEMIK7MDENG", "p\"a'ss\\w<o>r&d"];
        let secrets = secrets.map(|secret| Arc::new(Secret::new(secret, Kind::Checked)));
        let finder = Finder::new(secrets.to_vec());
        let candidates = |text: &[u8]| {
            let (mut beginnings, mut count) = (Beginnings::default(), 0);
            HASHING.begin(&mut beginnings, text);
            finder.candidates(&beginnings, |_, _| count += 1);
            count
        };
        for needle in secrets.iter().flat_map(|secret| &secret.needles) {
            let (last, text) = needle.text.split_last().expect("it has bytes");
            for length in 1..=text.len() {
                assert_eq!(candidates(&[&text[..length], b"%"].concat().repeat(3)), 0);
                assert_eq!(candidates(&[b"%", &needle.text[length..]].concat().repeat(3)), 0);
            }
            assert_eq!(candidates(&[text, &[*last]].concat().repeat(3)), 3);
        }
        // Nor is a needle chosen after another one, which would take another comparison.
        assert!(finder.choices.iter().all(|choice| choice.next == 0));
    }

    #[test]
    fn a_secret_is_found_across_blocks() {
        let finder = Finder::new(vec![Arc::new(Secret::new("sk_live_4eC39HqLyjWDarjtT1zdp7dc", Kind::Checked))]);
        for before in BLOCK - 33..=BLOCK + 1 {
            let text = format!("{}sk_live_4eC39HqLyjWDarjtT1zdp7dc", "-".repeat(before));
            assert_eq!(finder.find(text.as_bytes()).first(), Some(&(before..text.len())));
        }
    }
}
