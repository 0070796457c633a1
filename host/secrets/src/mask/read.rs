//! Decodes a text and compares it with a secret. Where encoders disagree, it accepts what any of them writes, also
//! mixed.

use std::ops::Range;

/// One encoding that a text went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Json,
    Percent,
}

use Layer::{Json, Percent};

/// The combinations that are decoded, each in the order in which the encodings were applied.
const LAYERS: &[&[Layer]] = &[
    &[],
    &[Json],
    &[Percent],
    &[Json, Json],
    &[Json, Percent],
    &[Percent, Json],
    &[Percent, Percent],
    &[Json, Json, Json],
];

/// Most bytes between two characters of base64: a line break, and the indentation of the next line.
const WIDEST_BREAK: usize = 32;

/// The meaning of a needle's characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Themselves.
    Text,
    /// Themselves, in a form whose encodings are not searched for.
    Plain,
    /// Hexadecimal digits, the needle's in lower case.
    Hex,
    /// The needle has the standard alphabet. The text may have the one for URLs, and line breaks.
    Base64 {
        /// The character before the first one holds bits of the secret as well.
        before: bool,
        /// The character behind the last one does.
        behind: bool,
    },
}

/// Why a comparison ended without a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The text is different.
    Other,
    /// The text ends too early to tell.
    End,
}

/// The result of comparing a needle with one place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    /// The needle, with the characters around it that hold bits of it.
    pub(super) whole: Option<Range<usize>>,
    /// Whether more text could make it the needle, or a longer match.
    pub(super) open: bool,
    /// Number of characters that were compared.
    pub(super) work: usize,
}

/// Compares the needle with the text that begins at this place.
pub(super) fn needle_at(needle: &[u8], alphabet: Alphabet, text: &[u8], at: usize) -> Match {
    let (mut whole, mut open, mut work) = (None, false, 0);
    for layers in LAYERS {
        let mut reader = Reader { layers, text, alphabet, at };
        match reader.follow(needle) {
            Ok(certain) => {
                whole = whole.max(Some(reader.at));
                open |= !certain;
            }
            Err(stop) => open |= stop == Stop::End,
        }
        work += 1 + reader.at - at;
        // Every layer would read the same.
        if layers.is_empty() && !text.iter().take(reader.at + 1).skip(at).any(|byte| is_escape(*byte, needle)) {
            break;
        }
    }
    let start = if matches!(alphabet, Alphabet::Base64 { before: true, .. }) { one_before(text, at) } else { at };
    Match { whole: whole.map(|end| start..end), open, work }
}

fn is_escape(byte: u8, needle: &[u8]) -> bool {
    matches!(byte, b'\\' | b'%') || byte == b'+' && needle.contains(&b' ')
}

/// Most bytes of one encoded character of base64: `%252F` or `\\\/`.
pub(super) const LONGEST_BEFORE: usize = 5;

/// The beginning of the character of base64 that ends here; `end` itself when there is none.
fn one_before(text: &[u8], end: usize) -> usize {
    let text = text.get(..end).unwrap_or_default();
    for escaped in [b"%252B", b"%252F", b"%252b", b"%252f"] {
        if text.ends_with(escaped) {
            return end - escaped.len();
        }
    }
    match text {
        [.., b'%', b'2', b'B' | b'F' | b'b' | b'f'] => end - 3,
        [before @ .., b'/'] => before.iter().rposition(|byte| *byte != b'\\').map_or(0, |at| at + 1),
        [.., byte] if is_base64(*byte) => end - 1,
        _ => end,
    }
}

/// The place from which `text` has to be kept, so that [`needle_at`] sees all that it needs when a needle begins at
/// `end`.
pub(super) fn kept_before(text: &[u8], end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default().iter().rev().take(LONGEST_BEFORE);
    end - before.take_while(|byte| is_base64(**byte) || matches!(byte, b'%' | b'\\')).count()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// One character that was read, and where the next one begins.
struct Unit {
    bytes: [u8; 4],
    length: usize,
    next: usize,
    /// Whether it is a `+` that may be a blank.
    plus: bool,
}

impl Unit {
    fn byte(byte: u8, next: usize) -> Self {
        Self { bytes: [byte, 0, 0, 0], length: 1, next, plus: false }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn single(&self) -> Option<u8> {
        match self.bytes() {
            [byte] => Some(*byte),
            _ => None,
        }
    }
}

struct Reader<'a> {
    layers: &'a [Layer],
    text: &'a [u8],
    alphabet: Alphabet,
    /// The place behind the last character that was equal.
    at: usize,
}

impl Reader<'_> {
    /// Reads to the end of the needle, if it begins here; true when more text cannot make the match longer.
    fn follow(&mut self, mut needle: &[u8]) -> Result<bool, Stop> {
        while let Some(first) = needle.first() {
            let unit = self.unit()?;
            needle = match needle.strip_prefix(unit.bytes()) {
                Some(rest) => rest,
                None if unit.plus && *first == b' ' => needle.get(1..).unwrap_or_default(),
                None => return Err(Stop::Other),
            };
            self.at = unit.next;
        }
        let shares = matches!(self.alphabet, Alphabet::Base64 { behind: true, .. });
        Ok(!shares || self.take_rest())
    }

    /// Takes the character that the needle shares with what follows, and the padding; false when the text ends too
    /// early to tell.
    fn take_rest(&mut self) -> bool {
        let padding = |reader: &Self| read(reader.layers, reader.text, reader.at);
        self.take(self.unit(), is_base64) && (0..2).all(|_| self.take(padding(self), |byte| byte == b'='))
    }

    fn take(&mut self, unit: Result<Unit, Stop>, wanted: impl Fn(u8) -> bool) -> bool {
        match unit {
            Ok(unit) if unit.single().is_some_and(wanted) => self.at = unit.next,
            Ok(_) | Err(Stop::Other) => {}
            Err(Stop::End) => return false,
        }
        true
    }

    /// The next character, in the needle's alphabet.
    fn unit(&self) -> Result<Unit, Stop> {
        let mut unit = read(self.layers, self.text, self.at)?;
        match self.alphabet {
            Alphabet::Text | Alphabet::Plain => return Ok(unit),
            Alphabet::Hex => unit.bytes.make_ascii_lowercase(),
            Alphabet::Base64 { .. } => {
                if matches!(unit.single(), Some(b'\r' | b'\n')) {
                    unit = self.behind_break(unit)?;
                }
                unit.bytes = unit.bytes.map(|byte| match byte {
                    b'-' => b'+',
                    b'_' => b'/',
                    byte => byte,
                });
            }
        }
        Ok(unit)
    }

    fn behind_break(&self, mut unit: Unit) -> Result<Unit, Stop> {
        while matches!(unit.single(), Some(b'\r' | b'\n' | b' ' | b'\t')) {
            if unit.next - self.at > WIDEST_BREAK {
                return Err(Stop::Other);
            }
            unit = read(self.layers, self.text, unit.next)?;
        }
        Ok(unit)
    }
}

/// The character that begins here, decoded through the layers.
fn read(layers: &[Layer], text: &[u8], at: usize) -> Result<Unit, Stop> {
    let Some((layer, outer)) = layers.split_first() else {
        return text.get(at).map(|byte| Unit::byte(*byte, at + 1)).ok_or(Stop::End);
    };
    let mut unit = read(outer, text, at)?;
    match (layer, unit.single()) {
        (Percent, Some(b'%')) => {
            let (byte, next) = hex(outer, text, unit.next, 2)?;
            u8::try_from(byte).map(|byte| Unit::byte(byte, next)).map_err(|_| Stop::Other)
        }
        (Percent, Some(b'+')) => {
            unit.plus = true;
            Ok(unit)
        }
        (Json, Some(b'\\')) => escape(outer, text, unit.next),
        _ => Ok(unit),
    }
}

/// The character of an escape, behind its backslash.
fn escape(outer: &[Layer], text: &[u8], at: usize) -> Result<Unit, Stop> {
    let unit = read(outer, text, at)?;
    let byte = match unit.single() {
        Some(same @ (b'"' | b'\\' | b'/' | b'\'')) => same,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'0') => 0,
        Some(b'u') => return unicode(outer, text, unit.next),
        _ => return Err(Stop::Other),
    };
    Ok(Unit::byte(byte, unit.next))
}

/// The character of an escape, behind `\u`: four digits, twice for a character of two units, or up to six in braces.
fn unicode(outer: &[Layer], text: &[u8], at: usize) -> Result<Unit, Stop> {
    let open = read(outer, text, at)?;
    let (code, next) = if open.single() == Some(b'{') {
        in_braces(outer, text, open.next)?
    } else {
        let (first, next) = hex(outer, text, at, 4)?;
        if (0xd800..0xdc00).contains(&first) {
            let next = expect(outer, text, expect(outer, text, next, b'\\')?, b'u')?;
            let (second, next) = hex(outer, text, next, 4)?;
            let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Stop::Other)?;
            (0x10000 + ((first - 0xd800) << 10) + low, next)
        } else {
            (first, next)
        }
    };
    let c = char::from_u32(code).ok_or(Stop::Other)?;
    let mut bytes = [0; 4];
    let length = c.encode_utf8(&mut bytes).len();
    Ok(Unit { bytes, length, next, plus: false })
}

fn in_braces(outer: &[Layer], text: &[u8], mut at: usize) -> Result<(u32, usize), Stop> {
    let mut code = 0;
    for _ in 0..7 {
        let unit = read(outer, text, at)?;
        at = unit.next;
        if unit.single() == Some(b'}') {
            return Ok((code, at));
        }
        code = code << 4 | digit(&unit)?;
    }
    Err(Stop::Other)
}

fn hex(outer: &[Layer], text: &[u8], mut at: usize, digits: usize) -> Result<(u32, usize), Stop> {
    let mut code = 0;
    for _ in 0..digits {
        let unit = read(outer, text, at)?;
        code = code << 4 | digit(&unit)?;
        at = unit.next;
    }
    Ok((code, at))
}

fn digit(unit: &Unit) -> Result<u32, Stop> {
    unit.single().and_then(|byte| char::from(byte).to_digit(16)).ok_or(Stop::Other)
}

fn expect(outer: &[Layer], text: &[u8], at: usize, byte: u8) -> Result<usize, Stop> {
    let unit = read(outer, text, at)?;
    if unit.single() == Some(byte) { Ok(unit.next) } else { Err(Stop::Other) }
}
