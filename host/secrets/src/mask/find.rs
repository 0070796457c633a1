//! Finds every secret in a text, in all its forms, in a time that depends on the text alone: whoever wrote the text can
//! measure it, and must not learn how much of a secret it resembles.
//!
//! A hash of as many bytes as the shortest needle has chooses one needle at each place of the text, mostly one that
//! matches nothing. Its hash is then compared with that of the text, at once and as a whole.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use super::hash::{Beginnings, HASHING};
use super::secret::{Alphabet, Kind, Needle, Secret};
use super::view::{Places, View, each_view};

/// Most bytes of the part of a needle that chooses it.
const WIDEST: usize = 16;

/// Slots for each needle, so that most needles find a free one at once.
const SLOTS: usize = 8;

/// Bytes that are hashed together, so that their hashes stay in the cache of a core.
const BLOCK: usize = 16 << 10;

/// A search for the secrets of one moment.
pub(super) struct Finder {
    secrets: Vec<Arc<Secret>>,
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
    secret: usize,
    needle: usize,
}

/// Matches nothing.
const NOTHING: Choice = Choice { before: 0, length: 1, power: 0, hash: 0, next: 0, secret: usize::MAX, needle: 0 };

impl Finder {
    pub(super) fn new(secrets: Vec<Arc<Secret>>) -> Self {
        let needles =
            |(secret, of): (usize, &'_ Arc<Secret>)| (0..of.needles.len()).map(move |needle| (secret, needle));
        let mut all: Vec<_> = secrets.iter().enumerate().flat_map(needles).collect();
        let needle = |place: &(usize, usize)| secrets.get(place.0).and_then(|secret| secret.needles.get(place.1));
        let length = |place: &(usize, usize)| needle(place).map_or(0, |needle| needle.text.len());
        // The short ones have the fewest parts to be chosen by.
        all.sort_by_key(length);
        let width = all.first().map_or(WIDEST, length).min(WIDEST);
        let bits = (all.len() * SLOTS).next_power_of_two().trailing_zeros();
        let mut finder = Self {
            secrets: secrets.clone(),
            width,
            power: HASHING.power(width),
            slots: vec![0; 1 << bits],
            shift: u64::BITS - bits,
            choices: vec![NOTHING],
            longest: all.last().map_or(0, length),
        };
        for (place, of) in all.iter().filter_map(|place| Some((place, needle(place)?))) {
            finder.add(of, *place);
        }
        finder
    }

    /// Gives a needle a slot of its own, if one of its parts has one.
    fn add(&mut self, needle: &Needle, (secret, number): (usize, usize)) {
        let slot = |part: &[u8]| self.slot(HASHING.of(part));
        let mut parts = needle.text.windows(self.width).map(slot).enumerate();
        let free = parts.find(|(_, slot)| self.slots.get(*slot) == Some(&0));
        let (before, slot) = free.unwrap_or_else(|| (0, slot(needle.text.get(..self.width).unwrap_or_default())));
        let Ok(place) = u32::try_from(self.choices.len()) else { return };
        if let Some(first) = self.slots.get_mut(slot) {
            let next = mem::replace(first, place);
            let (length, power, hash) = (needle.text.len(), needle.power, needle.hash);
            self.choices.push(Choice { before, length, power, hash, next, secret, needle: number });
        }
    }

    fn slot(&self, hash: u64) -> usize {
        usize::try_from(hash.checked_shr(self.shift).unwrap_or_default()).unwrap_or_default()
    }

    /// Bytes of the longest form of a secret.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Whether a secret that is searched for in data stands in the text.
    pub(super) fn holds_secret(&self, text: &[u8]) -> bool {
        let mut holds = false;
        self.search(text, |secret, _| holds |= secret.kind == Kind::Checked);
        holds
    }

    /// The bytes of a text to mask, in order and without overlaps.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        self.search(text, |_, place| found.push(place));
        merged(found)
    }

    fn search(&self, text: &[u8], mut found: impl FnMut(&Secret, Range<usize>)) {
        let (mut beginnings, mut candidates, mut number) = (Beginnings::default(), Vec::new(), 0);
        let block = BLOCK.max(self.longest * 4);
        each_view(text, Places::Unknown, |view| {
            for start in (0..view.bytes.len()).step_by(block) {
                let end = view.bytes.len().min(start + block + self.longest);
                HASHING.begin(&mut beginnings, view.bytes.get(start..end).unwrap_or_default());
                self.candidates(&beginnings, |choice, at| candidates.push((number, choice, start + at)));
            }
            number += 1;
        });
        if candidates.is_empty() {
            return;
        }
        number = 0;
        each_view(text, Places::Known, |view| {
            for (_, choice, at) in candidates.iter().filter(|(of, ..)| *of == number) {
                let secret = self.secrets.get(choice.secret);
                let needle = secret.and_then(|secret| Some((secret, secret.needles.get(choice.needle)?)));
                if let Some((secret, needle)) = needle
                    && let Some(place) = needle.place(text, view, *at)
                {
                    found(secret, place);
                }
            }
            number += 1;
        });
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

impl Needle {
    /// The place in the text of the needle at this place of a view; none if it only has the same hash.
    fn place(&self, text: &[u8], view: &View, at: usize) -> Option<Range<usize>> {
        let mut bytes = at..at + self.text.len();
        let shown = view.bytes.get(bytes.clone())?;
        if !shown.iter().zip(&*self.text).all(|(shown, own)| self.is_same(*shown, *own)) {
            return None;
        }
        if self.exact && text.get(view.place(&bytes).0)?.iter().any(|byte| is_break(*byte)) {
            return None;
        }
        if let Alphabet::Base64 { before, behind } = self.alphabet {
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
        }
        let (mut place, next) = view.place(&bytes);
        if self.tail {
            let behind = text.get(place.end..next).unwrap_or_default();
            place.end += behind.iter().take_while(|byte| !is_break(**byte)).count();
        }
        Some(place)
    }

    /// Whether a byte of a view is that of the needle, in one of its spellings.
    fn is_same(&self, shown: u8, own: u8) -> bool {
        let any_case = !self.exact || self.alphabet == Alphabet::Hex;
        let other = match self.alphabet {
            Alphabet::Text => (shown, own) == (b'+', b' '),
            Alphabet::Hex => false,
            Alphabet::Base64 { .. } => matches!((shown, own), (b'-', b'+') | (b'_', b'/')),
        };
        shown == own || other || any_case && shown.eq_ignore_ascii_case(&own)
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
        let finder = Finder::new(secrets.map(|secret| Arc::new(Secret::new(secret, Kind::Checked))).into());
        let candidates = |text: &[u8]| {
            let (mut beginnings, mut count) = (Beginnings::default(), 0);
            HASHING.begin(&mut beginnings, text);
            finder.candidates(&beginnings, |_, _| count += 1);
            count
        };
        for needle in finder.secrets.iter().flat_map(|secret| &secret.needles) {
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
