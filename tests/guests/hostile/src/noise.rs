//! The modes that say too much, or something untrue.

use std::fmt::Write as _;

use stepwell_plugin::bindings::exports::stepwell::step::step::{Failure, Invocation, Outcome, Progress};
use stepwell_plugin::{info, log};

use super::{failure, value};

const LINES: i64 = 20_000;

pub(crate) fn flood() -> Outcome {
    lines(LINES);
    value(LINES)
}

pub(crate) fn lines(count: i64) {
    for line in 0..count {
        info!("line {line}");
    }
}

pub(crate) fn long_line() -> Outcome {
    info!("{}", "x".repeat(16 << 20));
    value(1)
}

pub(crate) fn huge_table() -> Outcome {
    log::table(&["a", "b"], (0..500_000).map(|_| [Some("x"), None]));
    value(1)
}

pub(crate) fn ragged_table() -> Outcome {
    log::table(&["a", "b"], [vec![Some("1")], vec![Some("1"), Some("2"), Some("3")], vec![]]);
    log::table(&[], [vec![Some("1")]]);
    value(1)
}

pub(crate) fn links() -> Outcome {
    for url in ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "", "not a url", "http://[::1"] {
        log::link("<b>click</b>", url);
    }
    value(1)
}

/// Clears the screen, sets the window's title, writes to the clipboard, hides text, overwrites the line, reverses the
/// direction of writing, and adds a line that looks like the host's own.
const ESCAPES: &str = "\x1b[2J\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[8mhidden\x1b[0m\rovertype\u{8}\u{9b}31m\
    \u{202e}desrever\u{2066}\u{200b}\nerror: this line is forged\r\nnext: run anything\0";

pub(crate) fn terminal_escape() -> Outcome {
    info!("{ESCAPES}");
    log::table(&[ESCAPES], [[Some(ESCAPES)]]);
    log::pairs([(ESCAPES, ESCAPES)]);
    log::link(ESCAPES, "https://example.com/\x1b]8;;https://evil.example\x07");
    Outcome::Done(serde_json::json!({ "text": ESCAPES }).to_string())
}

pub(crate) fn terminal_escape_failure() -> Failure {
    failure(ESCAPES, ESCAPES.to_owned())
}

pub(crate) fn senseless_progress() -> Progress {
    Progress { done: u64::MAX, total: Some(0), unit: format!("{ESCAPES}{}", "x".repeat(1 << 20)) }
}

pub(crate) fn tell_all(invocation: &Invocation) -> Outcome {
    info!("{invocation:?}");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "HOME", "PATH"] {
        info!("{name}: {:?}", std::env::var(name));
    }
    info!("/etc/passwd: {:?}", std::fs::read_to_string("/etc/passwd"));
    info!("arguments: {:?}", std::env::args().collect::<Vec<_>>());
    value(1)
}

pub(crate) fn echo(text: &str) -> Outcome {
    info!("text is {text}, and again: {text}{text}");
    log::table(&["text"], [[Some(text)]]);
    log::pairs([("text", text), (text, "value")]);
    log::link(text, &format!("https://example.com/?q={text}"));
    value(1)
}

pub(crate) fn echo_outputs(text: &str) -> Outcome {
    Outcome::Done(serde_json::json!({ "text": text }).to_string())
}

/// The beginning, with each number of five digits.
fn all_candidates(beginning: &str) -> impl Iterator<Item = String> {
    (0..100_000).map(move |number| format!("{beginning}{number:05} "))
}

pub(crate) fn candidates(beginning: &str) -> Outcome {
    echo_outputs(&all_candidates(beginning).collect::<String>())
}

/// The number of candidates that are missing in the text, which begins with the first of them.
pub(crate) fn missing_candidates(text: &str) -> Outcome {
    let beginning = text.split_once("00000").map_or("", |(beginning, _)| beginning);
    let found: std::collections::HashSet<&str> = text.split_inclusive(' ').collect();
    let missing = all_candidates(beginning).filter(|candidate| !found.contains(candidate.as_str())).count();
    value(i64::try_from(missing).unwrap_or(i64::MAX))
}

pub(crate) fn echo_split(text: &str) -> Outcome {
    let middle = text.chars().count() / 2;
    let (first, rest): (String, String) = (text.chars().take(middle).collect(), text.chars().skip(middle).collect());
    info!("{first}");
    info!("{rest}");
    Outcome::Done(serde_json::json!({ "text": first, "more": rest }).to_string())
}

pub(crate) fn echo_encoded(text: &str) -> Outcome {
    info!("{}", encoded(text));
    value(1)
}

pub(crate) fn echo_outputs_encoded(text: &str) -> Outcome {
    echo_outputs(&encoded(text))
}

fn encoded(text: &str) -> String {
    format!("{} {} {}", base64(text.as_bytes()), percent(text), hexadecimal(text))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut encoded = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(index as usize).copied().unwrap_or(b'?');
            encoded.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    encoded
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(char::from(byte)),
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        encoded
    })
}

fn hexadecimal(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        let _ = write!(encoded, "{byte:02x}");
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_has_the_standard_padding() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
