//! The forms that one secret has in a text.

use std::collections::BTreeSet;
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::zeroize::Zeroizing;
use serde_json::Value as Json;

use super::read::{Alphabet, Match, needle_at};
use super::spell::{beginnings, escaped_beginnings};

/// Bytes of a spelling that are searched for; the rest is compared where they are found. Longer anchors have fewer false
/// matches and make the automaton larger.
pub(super) const ANCHOR: usize = 8;

/// A secret and its forms.
pub(super) struct Secret {
    pub(super) value: Zeroizing<String>,
    pub(super) needles: Vec<Needle>,
    /// The beginnings of its needles' spellings, each with the number of its needle.
    pub(super) anchors: Vec<(usize, String)>,
}

/// One form of a secret.
pub(super) struct Needle {
    text: Zeroizing<String>,
    alphabet: Alphabet,
}

impl Secret {
    pub(super) fn new(value: &str) -> Self {
        let value = Zeroizing::new(value.to_owned());
        let mut needles = vec![Needle { text: value.clone(), alphabet: Alphabet::Text }, Needle::hex(&value)];
        // Base64 hides its content, so JSON within it is a form of its own.
        let json = escaped(&value);
        let twice = escaped(&json);
        for form in BTreeSet::from([value.as_str(), &json, &twice]) {
            needles.extend((0..3).map(|offset| Needle::base64(form, offset)));
        }
        let anchors = needles.iter().map(Needle::anchors).enumerate();
        let anchors = anchors.flat_map(|(number, anchors)| anchors.into_iter().map(move |anchor| (number, anchor)));
        Self { value, anchors: anchors.collect(), needles }
    }
}

/// The inside of a JSON string.
fn escaped(text: &str) -> Zeroizing<String> {
    let quoted = Zeroizing::new(Json::from(text).to_string());
    let inside = quoted.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"'));
    Zeroizing::new(inside.unwrap_or(text).to_owned())
}

impl Needle {
    fn hex(value: &str) -> Self {
        let text = Zeroizing::new(value.bytes().map(|byte| format!("{byte:02x}")).collect());
        Self { text, alphabet: Alphabet::Hex }
    }

    /// The characters that hold bits of the value alone, when `offset` bytes stand before it in a group of three.
    fn base64(value: &str, offset: usize) -> Self {
        let bytes = Zeroizing::new(iter::repeat_n(0, offset).chain(value.bytes()).collect::<Vec<_>>());
        let whole = Zeroizing::new(STANDARD_NO_PAD.encode(&*bytes));
        let (first, end) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
        let text = Zeroizing::new(whole.get(first..end).unwrap_or_default().to_owned());
        let alphabet = Alphabet::Base64 { before: offset > 0, behind: !(bytes.len() * 8).is_multiple_of(6) };
        Self { text, alphabet }
    }

    /// The beginnings of all its spellings.
    fn anchors(&self) -> BTreeSet<String> {
        let text = self.text.as_str();
        match self.alphabet {
            Alphabet::Text => beginnings(text, ANCHOR).into_iter().chain(escaped_beginnings(text, ANCHOR)).collect(),
            Alphabet::Hex => [text.to_owned(), text.to_ascii_uppercase()].map(|text| first(&text)).into(),
            Alphabet::Base64 { .. } => {
                let text = first(text);
                let for_urls = text.replace('+', "-").replace('/', "_");
                beginnings(&text, ANCHOR).into_iter().chain([for_urls]).collect()
            }
        }
    }

    /// Compares it with the text that begins at this place.
    pub(super) fn at(&self, text: &[u8], at: usize) -> Match {
        needle_at(self.text.as_bytes(), self.alphabet, text, at)
    }
}

/// The anchor of an ASCII text.
fn first(text: &str) -> String {
    text.get(..ANCHOR).unwrap_or(text).to_owned()
}
