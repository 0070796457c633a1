//! The forms that one secret has in the views of a text.

use std::collections::BTreeSet;
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use secrecy::zeroize::Zeroizing;
use serde_json::Value as Json;

use super::SHORTEST;
use super::hash::HASHING;
use super::view::as_read;
use crate::strength::is_weak;

/// What a secret is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// In texts that people read, and in data.
    Checked,
    /// In texts that people read.
    Shown,
}

/// Bytes of a weak secret that counts in any letter case: it repeats itself.
const SHORT: usize = 16;

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
}

/// One form of a secret.
pub(super) struct Needle {
    pub(super) text: Zeroizing<Vec<u8>>,
    /// Of the text, as [`HASHING`] makes it.
    pub(super) hash: u64,
    /// Of its length.
    pub(super) power: u64,
    pub(super) edges: Edges,
    /// Whether it counts in its own letter case alone, and in one line: a short word such as `test` stands in other
    /// cases in ordinary texts.
    pub(super) exact: bool,
}

/// What belongs to a needle besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    /// What a view leaves out.
    LeftOut { before: bool, behind: bool },
    /// A character of base64 that holds bits of the secret and of what stands beside it.
    Base64 { before: bool, behind: bool },
}

impl Secret {
    pub(super) fn new(value: &str, kind: Kind) -> Self {
        let value = Zeroizing::new(value.to_owned());
        let left_out = |before, behind| Edges::LeftOut { before, behind };
        let plain = as_read(&value).into_iter();
        let mut forms: Vec<_> =
            plain.map(|(text, before, behind)| (Zeroizing::new(text), left_out(before, behind))).collect();
        // Base64 hides its content, so JSON within it is a form of its own.
        let json = escaped(&value);
        let twice = escaped(&json);
        // Of a text in ASCII, these are the same as `json` and `twice`.
        let ascii = [false, true].map(|upper| in_ascii(&value, upper));
        let ascii_twice = ascii.each_ref().map(|once| escaped(once));
        let texts = [&value, &json, &twice].into_iter().chain(&ascii).chain(&ascii_twice).map(|text| text.as_bytes());
        let wide = utf_16(&value);
        let encoded: BTreeSet<_> = texts.chain(wide.iter().map(|bytes| bytes.as_slice())).collect();
        forms.extend(encoded.iter().flat_map(|bytes| (0..3).flat_map(|offset| base64(bytes, offset))));
        let needle = |text: Zeroizing<Vec<u8>>, edges, exact| {
            let (hash, power) = (HASHING.of(&text), HASHING.power(text.len()));
            Needle { text, hash, power, edges, exact }
        };
        let exact = value.len() < SHORT && is_weak(&value);
        let forms = forms.into_iter().filter(|(text, _)| text.len() >= SHORTEST);
        let mut needles: Vec<_> = forms.map(|(text, edges)| needle(text, edges, exact)).collect();
        let hex = value.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        needles.push(needle(Zeroizing::new(hex.into_bytes()), left_out(false, false), false));
        Self { needles, value, kind }
    }
}

/// The characters of base64 that hold bits of the bytes alone, when `offset` bytes stand before them in a group of
/// three; also in the alphabet for URLs, where it differs.
fn base64(bytes: &[u8], offset: usize) -> Vec<(Zeroizing<Vec<u8>>, Edges)> {
    let bytes = Zeroizing::new(iter::repeat_n(0, offset).chain(bytes.iter().copied()).collect::<Vec<_>>());
    let (first, end) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
    let edges = Edges::Base64 { before: offset > 0, behind: !(bytes.len() * 8).is_multiple_of(6) };
    let form = |alphabet: GeneralPurpose| {
        let whole = Zeroizing::new(alphabet.encode(&*bytes));
        (Zeroizing::new(whole.get(first..end).unwrap_or_default().as_bytes().to_vec()), edges)
    };
    let (standard, for_urls) = (form(STANDARD_NO_PAD), form(URL_SAFE_NO_PAD));
    if standard == for_urls { vec![standard] } else { vec![standard, for_urls] }
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

/// The inside of a JSON string.
fn escaped(text: &str) -> Zeroizing<String> {
    let quoted = Zeroizing::new(Json::from(text).to_string());
    let inside = quoted.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"'));
    Zeroizing::new(inside.unwrap_or(text).to_owned())
}

/// The same as encoders write it whose JSON is ASCII.
fn in_ascii(text: &str, upper: bool) -> Zeroizing<String> {
    let mut written = Zeroizing::new(String::new());
    for c in escaped(text).chars() {
        if c.is_ascii() {
            written.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            written.push_str(&if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
        }
    }
    written
}
