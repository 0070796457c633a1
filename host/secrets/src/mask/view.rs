//! The views of a text in which secrets are searched for. A view undoes what encoders do to single characters, and what
//! they disagree about.

use std::borrow::Cow;
use std::ops::Range;
use std::slice;

/// How often percent-encoding is undone.
const PERCENT: usize = 2;

/// A text as it reads after decoding.
pub(super) struct View<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// Where each byte comes from. None when each comes from its own place, or when [`Places::Unknown`] asks for none.
    spans: Option<Vec<Span>>,
    places: Places,
    /// Bytes of the text.
    length: usize,
}

/// The place of a byte in the text, or of the escape that it comes from.
#[derive(Clone, Copy)]
struct Span {
    /// With the backslashes before it.
    start: u32,
    /// Without them.
    own: u32,
    end: u32,
}

/// Whether a view knows where its bytes come from, which takes several times as long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Places {
    Known,
    Unknown,
}

/// Calls `act` with each view of the text. Their number depends on the escapes in the text alone.
pub(super) fn each_view(text: &[u8], places: Places, mut act: impl FnMut(&View)) {
    let mut encoded = View::of(text, places);
    let mut within = None;
    for round in 0..=PERCENT {
        let (read, seen) = encoded.read(Read::All);
        act(&read);
        // What seems to be an escape may be the end of the text around a secret, and the beginning of the secret.
        if seen.letters {
            act(&encoded.read(Read::Numbers).0);
        }
        if seen.numbers {
            act(&encoded.read(Read::Nothing).0);
        }
        if round == 0 && seen.percent {
            within = read.without_percent();
        }
        let Some(next) = encoded.without_percent() else { break };
        encoded = next;
    }
    if let Some(within) = within {
        act(&within.read(Read::All).0);
    }
}

/// The forms that a secret has in views, and whether they leave out its beginning and its end.
pub(super) fn as_read(secret: &str) -> Vec<(Vec<u8>, bool, bool)> {
    let whole = View::of(secret.as_bytes(), Places::Known);
    let blanks = secret.len() - secret.trim_start().len();
    let form = |read| {
        let view = whole.read(read).0;
        let place = view.place(&(0..view.bytes.len())).own;
        (view.bytes.to_vec(), place.start > blanks, place.end < secret.trim_end().len())
    };
    let mut forms = [Read::All, Read::Numbers, Read::Nothing].map(form).to_vec();
    forms.sort();
    forms.dedup_by(|(one, ..), (other, ..)| one == other);
    forms
}

/// What is read as JSON, HTML and XML mean it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    All,
    /// Entities, and escapes with the number of a character.
    Numbers,
    Nothing,
}

/// What was read on the way.
#[derive(Default)]
struct Seen {
    /// Letters behind backslashes that have a meaning.
    letters: bool,
    /// Entities, and escapes with the number of a character.
    numbers: bool,
    /// Escapes of `%`.
    percent: bool,
}

/// The place of bytes of a view in the text.
pub(super) struct Place {
    pub(super) own: Range<usize>,
    /// Where the byte before ends.
    pub(super) before: usize,
    /// Where the next byte has its own place.
    pub(super) next: usize,
}

impl<'a> View<'a> {
    fn of(text: &'a [u8], places: Places) -> Self {
        Self { bytes: Cow::Borrowed(text), spans: None, places, length: text.len() }
    }

    /// The place in the text of these bytes.
    pub(super) fn place(&self, bytes: &Range<usize>) -> Place {
        let Some(spans) = &self.spans else {
            return Place { own: bytes.clone(), before: bytes.start, next: bytes.end };
        };
        let before =
            bytes.start.checked_sub(1).and_then(|before| spans.get(before)).map_or(0, |span| span.end as usize);
        let next = spans.get(bytes.end).map_or(self.length, |span| span.own as usize);
        let start = spans.get(bytes.start).map_or(next, |span| span.start as usize);
        let end = spans.get(bytes.end.saturating_sub(1)).map_or(before, |span| span.end as usize);
        Place { own: start..end.max(start), before, next }
    }

    fn span(&self, at: usize) -> Span {
        self.spans.as_ref().and_then(|spans| spans.get(at)).copied().unwrap_or_else(|| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            Span { start: at, own: at, end: at.saturating_add(1) }
        })
    }

    /// The view that begins with the first bytes of this one.
    fn begin(&self, first: usize) -> View<'static> {
        let mut begun = View { bytes: Cow::Owned(Vec::new()), spans: None, places: self.places, length: self.length };
        begun.bytes.to_mut().reserve(self.bytes.len());
        begun.copy(self, 0..first);
        begun
    }

    /// Appends bytes of another view as they are.
    fn copy(&mut self, from: &View, bytes: Range<usize>) {
        self.bytes.to_mut().extend_from_slice(from.bytes.get(bytes.clone()).unwrap_or_default());
        if self.places == Places::Known {
            self.spans.get_or_insert_default().extend(bytes.map(|at| from.span(at)));
        }
    }

    /// Appends bytes that stand for others.
    fn push(&mut self, bytes: &[u8], span: impl FnOnce() -> Span) {
        self.bytes.to_mut().extend_from_slice(bytes);
        if self.places == Places::Known {
            let span = span();
            self.spans.get_or_insert_default().extend(bytes.iter().map(|_| span));
        }
    }

    /// Undoes percent-encoding once; none if there is none. A `+` stays: searches take it for a blank.
    fn without_percent(&self) -> Option<View<'static>> {
        let escaped = |at: usize| match self.bytes.get(at..at + 3)? {
            [b'%', high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
            _ => None,
        };
        let mut signs = self.bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%').map(|(at, _)| at);
        let first = signs.find(|at| escaped(*at).is_some())?;
        let (mut decoded, mut at) = (self.begin(first), first);
        while at < self.bytes.len() {
            if let Some(byte) = escaped(at) {
                decoded.push(&[byte], || Span { end: self.span(at + 2).end, ..self.span(at) });
                at += 3;
                continue;
            }
            let rest = self.bytes.get(at + 1..).unwrap_or_default();
            let next = at + 1 + rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
            decoded.copy(self, at..next);
            at = next;
        }
        Some(decoded)
    }

    /// Undoes escapes and entities, however often they were applied. Leaves out backslashes, whose number depends on how
    /// often; line breaks with the blanks behind them, which base64 may have anywhere; and zeros, which stand between
    /// the letters of UTF-16.
    fn read(&self, read: Read) -> (View<'_>, Seen) {
        let Some(first) = self.bytes.iter().position(is_special) else {
            let (bytes, spans) = (Cow::Borrowed(&*self.bytes), self.spans.clone());
            return (View { bytes, spans, ..*self }, Seen::default());
        };
        let mut reader = Reader {
            from: self,
            into: self.begin(first),
            read,
            behind_break: false,
            backslashes: None,
            seen: Seen::default(),
        };
        reader.run(first);
        (reader.into, reader.seen)
    }
}

/// Whether a byte is not read as it is, or changes how the next one is read.
fn is_special(byte: &u8) -> bool {
    matches!(byte, b'\\' | b'&' | b'\n' | b'\r' | 0)
}

/// The state while a view is read.
struct Reader<'a> {
    from: &'a View<'a>,
    into: View<'static>,
    read: Read,
    /// Whether only blanks stand between here and a line break.
    behind_break: bool,
    /// Where the escapes of backslashes begin that stand right before.
    backslashes: Option<usize>,
    seen: Seen,
}

impl Reader<'_> {
    fn run(&mut self, mut at: usize) {
        let bytes = &*self.from.bytes;
        let mut start = at;
        while let Some(byte) = bytes.get(at) {
            if start == at && !self.behind_break && self.backslashes.is_none() {
                let rest = bytes.get(at..).unwrap_or_default();
                let plain = rest.iter().position(is_special).unwrap_or(rest.len());
                if plain > 0 {
                    self.into.copy(self.from, at..at + plain);
                    at += plain;
                    start = at;
                    continue;
                }
            }
            let own = at;
            if *byte == b'\\' {
                at += 1;
                continue;
            }
            match self.meant(own, own > start) {
                Some((c, next)) => {
                    self.seen.percent |= c == '%';
                    at = next;
                    self.take(c.encode_utf8(&mut [0; 4]).as_bytes(), start, own, at);
                }
                None => {
                    at += 1;
                    self.take(&[*byte], start, own, at);
                }
            }
            start = at;
        }
    }

    /// The character of the entity that begins here, or of the escape whose letter is here, and where it ends.
    fn meant(&mut self, at: usize, behind_backslash: bool) -> Option<(char, usize)> {
        let bytes = &*self.from.bytes;
        let number = match bytes.get(at)? {
            _ if self.read == Read::Nothing => None,
            b'&' => entity(bytes, at + 1),
            b'u' if behind_backslash => unicode(bytes, at + 1),
            _ => None,
        };
        self.seen.numbers |= number.is_some();
        let letter = || self.letter(*bytes.get(at)?).map(|meant| (char::from(meant), at + 1));
        number.or_else(|| behind_backslash.then(letter).flatten())
    }

    /// The meaning of a letter behind a backslash.
    fn letter(&mut self, letter: u8) -> Option<u8> {
        let meant = match letter {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0' => 0,
            _ => return None,
        };
        self.seen.letters = true;
        (self.read == Read::All).then_some(meant)
    }

    /// Takes the bytes of one character.
    fn take(&mut self, bytes: &[u8], start: usize, own: usize, end: usize) {
        let before = self.backslashes.take();
        let start = before.unwrap_or(start);
        let letter = match bytes {
            [letter] if before.is_some() => self.letter(*letter),
            _ => None,
        };
        match letter.as_slice().first().map_or(bytes, slice::from_ref) {
            b"\n" | b"\r" => self.behind_break = true,
            b"\\" => self.backslashes = Some(start),
            [0] => {}
            b" " | b"\t" if self.behind_break => {}
            bytes => {
                self.behind_break = false;
                self.into.push(bytes, || {
                    let (start, own) = (self.from.span(start).start, self.from.span(own).own);
                    Span { start, own, end: self.from.span(end - 1).end }
                });
            }
        }
    }
}

/// The character of an escape, behind its `u`: four digits, twice for a character of two units, or up to six in braces.
fn unicode(text: &[u8], at: usize) -> Option<(char, usize)> {
    if text.get(at) == Some(&b'{') {
        return number(text, at + 1, 16, b'}');
    }
    let first = four(text, at)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Some((char::from_u32(first)?, at + 4));
    }
    let backslashes = text.get(at + 4..)?.iter().take_while(|byte| **byte == b'\\').count();
    let at = at + 4 + backslashes;
    let second = four(text, at + 1).filter(|_| backslashes > 0 && text.get(at) == Some(&b'u'))?;
    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + low)?, at + 5))
}

fn four(text: &[u8], at: usize) -> Option<u32> {
    text.get(at..at + 4)?.iter().try_fold(0, |code, byte| Some(code << 4 | digit(*byte)?))
}

/// The character of an entity, behind its `&`, which may be encoded itself.
fn entity(text: &[u8], at: usize) -> Option<(char, usize)> {
    const AMPERSAND: &[u8] = b"amp;";
    let encoded = text.get(at..)?.chunks_exact(AMPERSAND.len()).take_while(|part| *part == AMPERSAND).count();
    let behind = at + encoded * AMPERSAND.len();
    let rest = text.get(behind..)?;
    let named = || {
        let named = [("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("apos;", '\'')];
        let (name, c) = named.into_iter().find(|(name, _)| rest.starts_with(name.as_bytes()))?;
        Some((c, behind + name.len()))
    };
    let found = match rest {
        [b'#', b'x' | b'X', ..] => number(text, behind + 2, 16, b';'),
        [b'#', ..] => number(text, behind + 1, 10, b';'),
        _ => named(),
    };
    found.or((encoded > 0).then_some(('&', behind)))
}

/// The character whose number begins here, in at most seven digits up to `end`.
fn number(text: &[u8], at: usize, radix: u32, end: u8) -> Option<(char, usize)> {
    let digits = text.get(at..)?.iter().take(8).position(|byte| *byte == end).filter(|digits| *digits > 0)?;
    let mut digits_of = text.get(at..at + digits)?.iter();
    let code = digits_of.try_fold(0, |code, byte| Some(code * radix + char::from(*byte).to_digit(radix)?))?;
    Some((char::from_u32(code)?, at + digits + 1))
}

fn digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(text: &str) -> Vec<String> {
        let mut views = Vec::new();
        each_view(text.as_bytes(), Places::Known, |view| views.push(String::from_utf8_lossy(&view.bytes).into_owned()));
        views
    }

    #[test]
    fn a_text_has_as_many_views_as_its_escapes_need() {
        assert_eq!(views("i-0a is running, 100% of it"), ["i-0a is running, 100% of it"]);
        assert_eq!(views("a\\\\\\\"b\\/c"), ["a\"b/c"]);
        assert_eq!(views("C:\\temp"), ["C:\temp", "C:temp"]);
        assert_eq!(views("C:\\temp\\u00e4"), ["C:\temp\u{e4}", "C:temp\u{e4}", "C:tempu00e4"]);
        assert_eq!(views("a%2Fb"), ["a%2Fb", "a/b"]);
        assert_eq!(views("a%252Fb"), ["a%252Fb", "a%2Fb", "a/b"]);
        assert_eq!(views("a\\u00252Fb"), ["a%2Fb", "au00252Fb", "a/b"]);
        assert_eq!(views("a&lt;b&amp;&#39;&#x22;&nbsp;"), ["a<b&'\"&nbsp;", "a&lt;b&amp;&#39;&#x22;&nbsp;"]);
        assert_eq!(
            views("\\ud83d\\udd11 \\\\ud83d\\\\udd11 \\u{1f511} \\ud83d"),
            ["🔑 🔑 🔑 ud83d", "ud83dudd11 ud83dudd11 u{1f511} ud83d"]
        );
        assert_eq!(views("a\r\n  b\\n\\t c\0d"), ["abcd", "abnt cd"]);
    }

    #[test]
    fn a_place_has_all_that_a_byte_comes_from() {
        let text = "<a\\\\\\\"b%255Cc\\/>";
        let mut places = Vec::new();
        each_view(text.as_bytes(), Places::Known, |view| {
            let place = |at| String::from_utf8_lossy(&text.as_bytes()[view.place(&(at..at + 1)).own]).into_owned();
            places.push((0..view.bytes.len()).map(place).collect::<Vec<_>>());
        });
        assert_eq!(places[0][..], ["<", "a", "\\\\\\\"", "b", "%", "2", "5", "5", "C", "c", "\\/", ">"]);
        assert_eq!(places[2][..], ["<", "a", "\\\\\\\"", "b", "%255Cc", "\\/", ">"]);
    }

    #[test]
    fn the_end_of_a_text_may_cut_an_escape() {
        for text in
            ["\\", "\\u", "\\u00", "\\u{", "\\u{12", "\\ud83d\\", "\\ud83d\\udd", "%", "%2", "&", "&#", "&#x", "&a"]
        {
            assert!(!views(text).is_empty(), "{text}");
            assert!(!views(&format!("{text}\u{e4}")).is_empty(), "{text}");
        }
    }
}
