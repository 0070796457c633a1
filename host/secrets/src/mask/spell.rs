//! The beginnings of an encoded secret. Encoders disagree about what they escape, so there are many; but most secrets
//! begin with letters and digits, for which nearly all encoders write the same.

use std::collections::BTreeSet;

/// How one encoder writes a string into JSON.
struct Json {
    /// The characters that it writes as `\u00XX`, besides control characters.
    unicode: fn(char) -> bool,
    /// Whether it writes `/` as `\/`, as PHP does.
    slash: bool,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Lower,
    Upper,
    /// `\u{1b}`, as Rust's `Debug` and this host's own messages have it.
    Braces,
}

const PLAIN: Json = Json { unicode: |_| false, slash: false, form: Form::Lower };

/// serde and most others; Rust; PHP (twice); Python, Java; JavaScript libraries; Go; Gson; .NET.
const JSON: &[Json] = &[
    PLAIN,
    Json { unicode: |c| !c.is_ascii(), slash: false, form: Form::Braces },
    Json { unicode: |_| false, slash: true, form: Form::Lower },
    Json { unicode: |c| !c.is_ascii(), slash: true, form: Form::Lower },
    Json { unicode: |c| !c.is_ascii(), slash: false, form: Form::Lower },
    Json { unicode: |c| !c.is_ascii(), slash: false, form: Form::Upper },
    Json { unicode: |c| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'), slash: false, form: Form::Lower },
    Json { unicode: |c| matches!(c, '<' | '>' | '&' | '=' | '\''), slash: false, form: Form::Lower },
    Json {
        unicode: |c| matches!(c, '<' | '>' | '&' | '"' | '\'' | '+' | '`' | '\u{7f}') || !c.is_ascii(),
        slash: false,
        form: Form::Upper,
    },
];

/// Encoders that escape every character, also where they need not.
const JSON_ALL: &[Json] = &[
    Json { unicode: |_| true, slash: false, form: Form::Lower },
    Json { unicode: |_| true, slash: false, form: Form::Upper },
];

/// How one encoder writes a string into a URL.
struct Percent {
    keeps: fn(u8) -> bool,
    /// Whether it writes a blank as `+`, as forms do.
    plus: bool,
    upper: bool,
}

/// RFC 3986's unreserved characters; paths; `encodeURIComponent`; `encodeURI`; forms.
const PERCENT: &[Percent] = &[
    Percent { keeps: is_unreserved, plus: false, upper: true },
    Percent { keeps: is_unreserved, plus: false, upper: false },
    Percent { keeps: |b| is_unreserved(b) || b == b'/', plus: false, upper: true },
    Percent { keeps: |b| is_unreserved(b) || b == b'/', plus: false, upper: false },
    Percent { keeps: |b| is_unreserved(b) || is_mark(b), plus: false, upper: true },
    Percent { keeps: |b| is_unreserved(b) || is_mark(b) || is_reserved(b), plus: false, upper: true },
    Percent { keeps: |b| is_unreserved(b) || is_mark(b) || is_reserved(b), plus: false, upper: false },
    Percent { keeps: |b| b != b'~' && (is_unreserved(b) || b == b'*'), plus: true, upper: true },
    Percent { keeps: |b| b != b'~' && (is_unreserved(b) || b == b'*'), plus: true, upper: false },
    Percent { keeps: is_unreserved, plus: true, upper: true },
    Percent { keeps: is_unreserved, plus: true, upper: false },
];

const PERCENT_ALL: &[Percent] =
    &[Percent { keeps: |_| false, plus: false, upper: true }, Percent { keeps: |_| false, plus: false, upper: false }];

fn is_unreserved(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~')
}

fn is_mark(b: u8) -> bool {
    matches!(b, b'!' | b'\'' | b'(' | b')' | b'*')
}

fn is_reserved(b: u8) -> bool {
    matches!(b, b';' | b'/' | b'?' | b':' | b'@' | b'&' | b'=' | b'+' | b'$' | b',' | b'#')
}

/// The first `length` bytes of every spelling of a text; the whole spelling where it is shorter.
pub(super) fn beginnings(text: &str, length: usize) -> BTreeSet<String> {
    let text = first(text, length);
    let mut all = BTreeSet::from([text.to_owned()]);
    if text.bytes().all(|byte| byte != b'~' && is_unreserved(byte)) {
        return all;
    }
    let json = |json: &Json, text: &str| json.write(text, length);
    for style in JSON {
        let once = json(style, text);
        let (twice, packed) = (json(style, &once), json(&PLAIN, &once));
        all.extend([json(style, &twice), json(&PLAIN, &packed)]);
        all.extend(PERCENT.iter().map(|percent| percent.write(&once, length)));
        all.extend([once, twice, packed]);
    }
    for style in PERCENT {
        let once = style.write(text, length);
        all.insert(style.write(&once, length));
        all.extend(JSON.iter().map(|style| json(style, &once)));
        all.insert(once);
    }
    all
}

/// The same for spellings that escape every character.
pub(super) fn escaped_beginnings(text: &str, length: usize) -> BTreeSet<String> {
    let text = first(text, length);
    let json = JSON_ALL.iter().map(|style| style.write(text, length));
    let json: Vec<_> = json.flat_map(|once| [PLAIN.write(&once, length), once]).collect();
    json.into_iter().chain(PERCENT_ALL.iter().map(|style| style.write(text, length))).collect()
}

/// The whole text as encoders write it whose JSON is ASCII, with small and with capital hexadecimal digits.
pub(super) fn in_ascii(text: &str) -> [String; 2] {
    [Form::Lower, Form::Upper]
        .map(|form| Json { unicode: |c| !c.is_ascii(), slash: false, form }.write(text, usize::MAX))
}

/// At least `length` bytes, in whole characters.
fn first(text: &str, length: usize) -> &str {
    text.get(..text.ceil_char_boundary(length)).unwrap_or(text)
}

/// At most `length` bytes, in whole characters.
fn cut(mut text: String, length: usize) -> String {
    text.truncate(text.floor_char_boundary(length));
    text
}

/// No encoder makes a text shorter, so the beginning of the encoded text comes from the beginning of the text.
impl Json {
    fn write(&self, text: &str, length: usize) -> String {
        let mut written = String::new();
        for c in first(text, length).chars() {
            match c {
                _ if (self.unicode)(c) => self.form.write(c, &mut written),
                '"' | '\\' => written.extend(['\\', c]),
                '/' if self.slash => written.push_str("\\/"),
                '\n' => written.push_str("\\n"),
                '\r' => written.push_str("\\r"),
                '\t' => written.push_str("\\t"),
                '\u{8}' => written.push_str("\\b"),
                '\u{c}' => written.push_str("\\f"),
                _ if c < ' ' => self.form.write(c, &mut written),
                _ => written.push(c),
            }
        }
        cut(written, length)
    }
}

impl Form {
    fn write(self, c: char, written: &mut String) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            match self {
                Self::Lower => written.push_str(&format!("\\u{unit:04x}")),
                Self::Upper => written.push_str(&format!("\\u{unit:04X}")),
                Self::Braces => return written.extend(c.escape_unicode()),
            }
        }
    }
}

impl Percent {
    fn write(&self, text: &str, length: usize) -> String {
        let mut written = String::new();
        for byte in first(text, length).bytes() {
            match byte {
                b' ' if self.plus => written.push('+'),
                _ if (self.keeps)(byte) => written.push(byte.into()),
                _ if self.upper => written.push_str(&format!("%{byte:02X}")),
                _ => written.push_str(&format!("%{byte:02x}")),
            }
        }
        cut(written, length)
    }
}
