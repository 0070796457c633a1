//! Hashes of every part of a text (Karp and Rabin, 1987). A comparison of two hashes takes the same time whatever the
//! texts have in common, so its time tells nothing about a secret that the text only resembles.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::LazyLock;

/// The numbers behind all hashes of this process.
pub(super) static HASHING: LazyLock<Hashing> = LazyLock::new(Hashing::draw);

/// A polynomial over the weights of bytes, modulo 2⁶⁴.
pub(super) struct Hashing {
    /// Bytes that [`fold`] makes equal weigh the same.
    weights: [u64; 256],
    base: u64,
}

/// The hashes of all beginnings of a text, from the empty one on.
#[derive(Default)]
pub(super) struct Beginnings(Vec<u64>);

/// The same byte for those that a search takes for equal: small and capital letters, and the two forms of a blank in a
/// URL. Whatever is equal here counts as found: another comparison would cost time, and tell that it took place.
fn fold(byte: u8) -> u8 {
    if byte == b' ' { b'+' } else { byte.to_ascii_lowercase() }
}

impl Hashing {
    fn draw() -> Self {
        let random = RandomState::new();
        let mut weights = [0; 256];
        for (weight, byte) in weights.iter_mut().zip(0..=u8::MAX) {
            *weight = random.hash_one(fold(byte));
        }
        // Of the odd numbers, these have the longest periods.
        Self { weights, base: random.hash_one("base") << 3 | 3 }
    }

    /// The hash of a text.
    pub(super) fn of(&self, text: &[u8]) -> u64 {
        text.iter().fold(0, |hash, byte| self.longer(hash, *byte))
    }

    /// The number that the hash of a text is multiplied by when `length` bytes follow.
    pub(super) fn power(&self, length: usize) -> u64 {
        (0..length).fold(1, |power: u64, _| power.wrapping_mul(self.base))
    }

    fn longer(&self, hash: u64, byte: u8) -> u64 {
        let weight = self.weights.get(usize::from(byte)).copied().unwrap_or_default();
        hash.wrapping_mul(self.base).wrapping_add(weight)
    }

    /// Hashes another text instead.
    pub(super) fn begin(&self, beginnings: &mut Beginnings, text: &[u8]) {
        beginnings.0.clear();
        beginnings.0.push(0);
        let hashes = text.iter().scan(0, |hash, byte| {
            *hash = self.longer(*hash, *byte);
            Some(*hash)
        });
        beginnings.0.extend(hashes);
    }
}

impl Beginnings {
    /// The hashes of all parts of `length` bytes, in order. `power` is the one of the length.
    pub(super) fn parts(&self, length: usize, power: u64) -> impl Iterator<Item = u64> {
        let ends = self.0.get(length..).unwrap_or_default();
        self.0.iter().zip(ends).map(move |(start, end)| end.wrapping_sub(start.wrapping_mul(power)))
    }

    /// The hash of one part; none if the text ends before.
    #[inline]
    pub(super) fn part(&self, start: usize, length: usize, power: u64) -> Option<u64> {
        let (from, to) = (self.0.get(start)?, self.0.get(start.wrapping_add(length))?);
        Some(to.wrapping_sub(from.wrapping_mul(power)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_the_hash_that_it_has_alone() {
        let text = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let mut beginnings = Beginnings::default();
        HASHING.begin(&mut beginnings, text);
        for length in 1..=text.len() {
            let power = HASHING.power(length);
            let alone: Vec<_> = text.windows(length).map(|part| HASHING.of(part)).collect();
            assert_eq!(beginnings.parts(length, power).collect::<Vec<_>>(), alone);
            for (start, hash) in alone.iter().enumerate() {
                assert_eq!(beginnings.part(start, length, power), Some(*hash));
            }
            assert_eq!(beginnings.part(text.len() + 1 - length, length, power), None);
        }
        assert_eq!(HASHING.of(b"a B"), HASHING.of(b"A+b"));
        assert_ne!(HASHING.of(b"ab"), HASHING.of(b"ba"));
    }
}
