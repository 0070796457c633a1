//! The forms that one secret has in a text.

use std::collections::BTreeSet;
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::zeroize::Zeroizing;
use serde_json::Value as Json;

use super::read::{Alphabet, Match, needle_at};
use super::spell::{beginnings, escaped_beginnings, in_ascii};
use crate::strength::is_weak;

/// Bytes of a spelling that are searched for; the rest is compared where they are found. Longer anchors have fewer
/// false matches and make the automaton larger.
pub(super) const ANCHOR: usize = 8;

/// What a secret is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// In texts that people read, and in data.
    Checked,
    /// In texts that people read.
    Shown,
}

impl Kind {
    /// A weak secret stands in ordinary data by chance. So does the frame of a PEM file, which every key of the kind
    /// has.
    pub(super) fn of(value: &str) -> Self {
        let is_frame = value.starts_with("-----") && !value.contains('\n');
        if is_frame || is_weak(value) { Self::Shown } else { Self::Checked }
    }
}

/// A secret and its forms.
pub(super) struct Secret {
    pub(super) value: Zeroizing<String>,
    pub(super) kind: Kind,
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
    pub(super) fn new(value: &str, kind: Kind) -> Self {
        let value = Zeroizing::new(value.to_owned());
        let mut needles = vec![Needle { text: value.clone(), alphabet: Alphabet::Text }, Needle::hex(&value)];
        // Base64 hides its content, so JSON within it is a form of its own.
        let json = escaped(&value);
        let twice = escaped(&json);
        // Of a text in ASCII, these are the same as `json` and `twice`.
        let ascii = in_ascii(&value).map(Zeroizing::new);
        let ascii_twice = ascii.each_ref().map(|once| escaped(once));
        let forms = [&value, &json, &twice].into_iter().chain(&ascii).chain(&ascii_twice);
        for form in forms.map(|form| form.as_str()).collect::<BTreeSet<_>>() {
            needles.extend((0..3).map(|offset| Needle::base64(form.as_bytes(), offset)));
        }
        needles.extend(plain_forms(&value).into_iter().map(|text| Needle { text, alphabet: Alphabet::Plain }));
        for utf_16 in utf_16(&value) {
            needles.extend((0..3).map(|offset| Needle::base64(&utf_16, offset)));
        }
        let anchors = needles.iter().map(Needle::anchors).enumerate();
        let anchors = anchors.flat_map(|(number, anchors)| anchors.into_iter().map(move |anchor| (number, anchor)));
        Self { value, kind, anchors: anchors.collect(), needles }
    }
}

/// The bytes of the text in UTF-16 as base64 has them: PowerShell encodes commands in little-endian order, Java texts
/// in big-endian order. Of a text in ASCII, both are the same bytes beside a zero.
fn utf_16(value: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut little: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    if value.is_ascii() {
        little.pop();
        return vec![Zeroizing::new(little)];
    }
    let big = value.encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![Zeroizing::new(little), Zeroizing::new(big)]
}

/// Forms that are searched for as they are: in capital and in small letters, in UTF-16 without its first or last byte,
/// and with the entities of HTML and XML.
fn plain_forms(value: &Zeroizing<String>) -> Vec<Zeroizing<String>> {
    let mut forms = Vec::new();
    // A short word stands in capital letters in ordinary texts.
    if !is_weak(value) {
        forms.extend([value.to_lowercase(), value.to_uppercase()].map(Zeroizing::new));
    }
    if value.is_ascii() {
        let wide = value.chars().flat_map(|c| ['\0', c]).skip(1);
        forms.push(Zeroizing::new(wide.collect()));
    }
    let angles = Zeroizing::new(value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    for quote in ["\"", "&quot;", "&#34;"] {
        for apostrophe in ["'", "&apos;", "&#39;", "&#x27;"] {
            forms.push(Zeroizing::new(angles.replace('"', quote).replace('\'', apostrophe)));
        }
    }
    forms.retain(|form| form != value);
    forms.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
    forms.dedup();
    forms
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
    fn base64(value: &[u8], offset: usize) -> Self {
        let bytes = Zeroizing::new(iter::repeat_n(0, offset).chain(value.iter().copied()).collect::<Vec<_>>());
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
            Alphabet::Plain => [first(text)].into(),
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
