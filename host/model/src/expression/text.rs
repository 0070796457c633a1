//! Where expressions begin and end within a text.

use std::ops::Range;

use super::{ExpressionError, shown, wrong};

/// A part of a text.
pub(super) enum Segment<'a> {
    /// Text that stands for itself.
    Text(String),
    /// The inside of `${ … }`.
    Expression(&'a str),
}

/// The parts of a text.
pub(super) fn split<'a>(text: &'a str, span: &Range<usize>) -> Result<Vec<Segment<'a>>, ExpressionError> {
    let mut segments = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(escaped) = before.strip_suffix('$') {
            literal.push_str(escaped);
            literal.push_str("${");
            rest = from.strip_prefix("${").unwrap_or(from);
            continue;
        }
        literal.push_str(before);
        let code = from.strip_prefix("${").unwrap_or(from);
        let Some(end) = closing_brace(code) else {
            let message = format!("`{}` has no closing brace", shown(from));
            return Err(wrong(text, span, message));
        };
        if !literal.is_empty() {
            segments.push(Segment::Text(std::mem::take(&mut literal)));
        }
        let (code, after) = code.split_at(end);
        segments.push(Segment::Expression(code.trim()));
        rest = after.strip_prefix('}').unwrap_or(after);
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        segments.push(Segment::Text(literal));
    }
    Ok(segments)
}

/// The position of the brace that closes an expression. Braces in strings and of maps do not count.
fn closing_brace(code: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in outside_strings(code) {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The characters outside of strings and their quotes.
pub(super) fn outside_strings(code: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut escaped = false;
    code.char_indices().filter(move |(_, c)| {
        match (quote, *c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(*c),
            (None, _) => return true,
        }
        false
    })
}
