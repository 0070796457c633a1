//! Filters for texts that hold JSON, and for texts that a pattern searches.

use std::borrow::Cow;

use minijinja::value::Serde;
use minijinja::{Error, ErrorKind, Value};
use regex::{Captures, Regex};
use serde_json::Value as Json;

use super::work::{LARGEST, too_large};
use crate::pattern;

fn wrong(what: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

/// The value that a text holds as JSON.
pub(super) fn from_json(text: &str) -> Result<Value, Error> {
    let json: Json = serde_json::from_str(text).map_err(|error| wrong(format!("the text is no JSON: {error}")))?;
    Ok(Value::from(Serde(&json)))
}

/// A value as JSON.
pub(super) fn to_json(value: &Value) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| wrong(format!("the value has no JSON form: {error}")))
}

fn compiled(pattern: &str) -> Result<Regex, Error> {
    pattern::compile(pattern).map_err(wrong)
}

/// The first group of the first match, or the whole match of a pattern without groups; undefined without a match.
pub(super) fn regex_search(text: &str, pattern: &str) -> Result<Value, Error> {
    let found = compiled(pattern)?.captures(text);
    let found = found.and_then(|groups| groups.get(1).or_else(|| groups.get(0).filter(|_| groups.len() == 1)));
    Ok(found.map_or(Value::UNDEFINED, |found| Value::from(found.as_str())))
}

/// The text with every match replaced. `$1` to `$9` in `to` stand for the groups, `$0` for the match, `$$` for `$`.
pub(super) fn regex_replace(text: &str, pattern: &str, to: &str) -> Result<String, Error> {
    let (mut replaced, mut end) = (String::new(), 0);
    for groups in compiled(pattern)?.captures_iter(text) {
        let Some(whole) = groups.get(0) else { continue };
        replaced.push_str(text.get(end..whole.start()).unwrap_or_default());
        expand(&groups, to, &mut replaced);
        end = whole.end();
        if replaced.len() > LARGEST {
            return Err(too_large());
        }
    }
    replaced.push_str(text.get(end..).unwrap_or_default());
    Ok(replaced)
}

fn expand(groups: &Captures<'_>, to: &str, out: &mut String) {
    let mut rest = to;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let mut letters = after.chars();
        rest = match letters.next() {
            Some('$') => {
                out.push('$');
                letters.as_str()
            }
            Some(digit) if digit.is_ascii_digit() => {
                let group = digit.to_digit(10).and_then(|number| groups.get(number as usize));
                out.push_str(group.map_or("", |group| group.as_str()));
                letters.as_str()
            }
            _ => {
                out.push('$');
                after
            }
        };
    }
    out.push_str(rest);
}

/// Work of compiling any pattern.
const COMPILING: u64 = 16 << 10;

/// The work of searching this many bytes with a pattern.
pub(super) fn work_of_search(pattern: &str, bytes: u64) -> u64 {
    let size = pattern::size(pattern) as u64;
    COMPILING + size + pattern::of_plan(bytes.saturating_mul(size))
}
