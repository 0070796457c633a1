//! Texts, numbers and keys of TOML. Nothing in a file may steer the terminal that shows it.

use toml_writer::{ToTomlKey as _, ToTomlValue as _, TomlKeyBuilder, TomlString, TomlStringBuilder};

/// Characters of a line.
pub const WIDEST: usize = 110;

/// A text on one line.
pub fn one_line(text: &str) -> String {
    let builder = TomlStringBuilder::new(text);
    let pretty = builder.as_basic_pretty().or_else(|| builder.as_literal());
    render(text, pretty.unwrap_or_else(|| builder.as_basic()), builder.as_basic())
}

/// A text on as many lines as it has.
pub fn pretty(text: &str) -> String {
    if !text.contains('\n') {
        return one_line(text);
    }
    let builder = TomlStringBuilder::new(text);
    let pretty = builder.as_ml_basic_pretty().or_else(|| builder.as_ml_literal());
    render(text, pretty.unwrap_or_else(|| builder.as_ml_basic()), builder.as_ml_basic())
}

/// Only basic strings have the escapes that a text with invisible characters needs.
fn render(text: &str, pretty: TomlString<'_>, basic: TomlString<'_>) -> String {
    if !text.chars().any(is_invisible) {
        return pretty.to_toml_value();
    }
    let shown = basic.to_toml_value();
    shown.chars().map(|c| if is_invisible(c) { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() }).collect()
}

/// A number that is not whole.
pub fn number(number: f64) -> String {
    number.to_toml_value()
}

/// A key.
pub fn inline_key(key: &str) -> String {
    if key.chars().any(is_invisible) {
        let shown = TomlKeyBuilder::new(key).as_basic().to_toml_key();
        return shown
            .chars()
            .map(|c| if is_invisible(c) { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() })
            .collect();
    }
    TomlKeyBuilder::new(key).as_default().to_toml_key()
}

/// Lines of code as comments.
pub fn comment(text: &str) -> String {
    let lines = text.lines().map(|line| format!("# {}", printable(line)).trim_end().to_owned()).collect::<Vec<_>>();
    if lines.is_empty() { "#".to_owned() } else { lines.join("\n") }
}

/// A sentence as a comment, on as many lines as it needs.
pub fn sentence(text: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in printable(text).split_whitespace() {
        let is_full = lines.last().is_some_and(|line| line.chars().count() + 1 + word.chars().count() > WIDEST);
        if is_full {
            lines.push(String::from("#  "));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n")
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c }).collect()
}

/// What turns the direction of reading, or is not there to see. All of them have four hexadecimal digits.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}
