//! The services that a name could mean: AWS has several names for most of them.

use stepwell_model::error::nearest;

use super::Entry;

/// What AWS writes before the names of its services, and people leave out.
const BRANDS: [&str; 2] = ["amazon", "aws"];

/// The fewest letters that are looked for inside of names.
const SHORTEST_PART: usize = 3;

/// The most services that fit into an error.
const MOST: usize = 6;

/// The services that a wrong name could mean, under their right names: those that have it as another name, or else as the
/// first word of one; or else the one that is spelt most like it; or else those whose names contain it.
pub(super) fn meant<'a>(name: &str, services: impl Iterator<Item = &'a Entry> + Clone) -> Vec<String> {
    let wanted = plain(name);
    let having = |fits: &dyn Fn(&str) -> bool| -> Vec<String> {
        let found = services.clone().filter(|entry| names(entry).any(fits));
        found.map(|entry| entry.name.clone()).take(MOST).collect()
    };
    // Several services sign as `rds`, and one of them is called so.
    let called = |other: &str| match services.clone().find(|entry| plain(&entry.name) == other) {
        Some(entry) => vec![entry.name.clone()],
        None => having(&|known| plain(known) == other),
    };
    let by_word = || having(&|known| first_word(known) == wanted);
    let by_part =
        || if wanted.len() < SHORTEST_PART { Vec::new() } else { having(&|known| plain(known).contains(&wanted)) };
    let known: Vec<_> = services.clone().flat_map(names).map(plain).collect();
    let by_spelling = || nearest(&wanted, known.iter().map(String::as_str)).map(called).unwrap_or_default();
    let ways: [&dyn Fn() -> Vec<String>; 4] = [&|| called(&wanted), &by_word, &by_spelling, &by_part];
    ways.iter().map(|way| way()).find(|found| !found.is_empty()).unwrap_or_default()
}

impl Entry {
    /// Whether one of the names of the service has this part, in whatever way both are written.
    pub fn is_named(&self, part: &str) -> bool {
        let part = plain(part);
        names(self).any(|known| plain(known).contains(&part))
    }
}

/// All names of a service.
fn names(entry: &Entry) -> impl Iterator<Item = &str> {
    [&entry.name, &entry.id, &entry.title].into_iter().chain(&entry.aliases).map(String::as_str)
}

/// The first word of a name behind the brand.
fn first_word(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    words.find(|word| !BRANDS.contains(&word.as_str())).unwrap_or_default()
}

/// A name in small letters and digits only, without the brand.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    let letters: String = letters.collect();
    let bare = BRANDS.iter().find_map(|brand| letters.strip_prefix(brand)).filter(|bare| !bare.is_empty());
    bare.map(str::to_owned).unwrap_or(letters)
}
