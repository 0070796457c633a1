//! The selectors of Automation (JSONPath), as expressions and as JMESPath.

use crate::reference::quote;

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// `.Name`.
    Name(String),
    /// `[0]`.
    Index(u32),
    /// `[*]`.
    Every,
    /// `..Name`: wherever below.
    Deep(String),
    /// `[?(@.Key == 'x')]`.
    Where {
        /// The names of the compared value.
        path: Vec<String>,
        /// `==` or `!=`.
        operator: &'static str,
        /// The text that it is compared with.
        value: String,
    },
}

/// A path into a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<Part>);

impl Path {
    /// The code that reads the path below `base`. None when it finds several values.
    pub fn code(&self, base: &str) -> Option<String> {
        self.0.iter().try_fold(base.to_owned(), |code, part| match part {
            Part::Name(name) if is_plain(name) => Some(format!("{code}.{name}")),
            Part::Name(name) => Some(format!("{code}[{}]", quote(name))),
            Part::Index(index) => Some(format!("{code}[{index}]")),
            Part::Every | Part::Deep(_) | Part::Where { .. } => None,
        })
    }

    /// Whether it can find several values.
    pub fn finds_several(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Every | Part::Deep(_) | Part::Where { .. }))
    }

    /// The path as JMESPath, which flattens lists as JSONPath does.
    pub fn jmespath(&self) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Name(name) if text.is_empty() => text.push_str(&quoted(name)),
                Part::Name(name) => text.push_str(&format!(".{}", quoted(name))),
                Part::Index(index) => text.push_str(&format!("[{index}]")),
                Part::Every => text.push_str("[]"),
                // `property::parse` has replaced it.
                Part::Deep(_) => {}
                Part::Where { path, operator, value } => {
                    let path: Vec<_> = path.iter().map(|name| quoted(name)).collect();
                    let value = value.replace('\\', "\\\\").replace('\'', "\\'");
                    text.push_str(&format!("[?{} {operator} '{value}']", path.join(".")));
                }
            }
        }
        text
    }
}

fn is_plain(name: &str) -> bool {
    /// Words of the language.
    const WORDS: [&str; 12] = ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False"];
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !WORDS.contains(&name)
}

fn quoted(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// Reads `$.Reservations[0].Instances[*].State.Name`. The error is the part that is not understood.
pub fn parse(text: &str) -> Result<Path, String> {
    let mut rest = text.trim().strip_prefix('$').ok_or_else(|| text.trim().to_owned())?;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (part, after) = next_part(rest).ok_or_else(|| unread(rest).to_owned())?;
        parts.push(part);
        rest = after;
    }
    Ok(Path(parts))
}

/// Reads the first part, and returns what follows it.
fn next_part(text: &str) -> Option<(Part, &str)> {
    if let Some(after) = text.strip_prefix("..") {
        let (name, after) = split_name(after);
        return Some((Part::Deep(Some(name).filter(|name| is_plain(name))?.to_owned()), after));
    }
    let Some(after) = text.strip_prefix('.') else { return bracket(text.strip_prefix('[')?) };
    match split_name(after) {
        ("", _) => None,
        ("*", after) => Some((Part::Every, after)),
        (name, after) => Some((Part::Name(name.to_owned()), after)),
    }
}

fn split_name(text: &str) -> (&str, &str) {
    text.split_at(text.find(['.', '[']).unwrap_or(text.len()))
}

/// The first part of a path that is not understood, as it is written.
fn unread(text: &str) -> &str {
    let dots = text.len() - text.trim_start_matches('.').len();
    let end = match text.strip_prefix('[') {
        Some(_) => text.find(']').map(|end| end + 1),
        None => text.get(dots..).and_then(|name| name.find(['.', '['])).map(|end| end + dots),
    };
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Reads what stands in brackets, behind the opening one.
fn bracket(text: &str) -> Option<(Part, &str)> {
    if let Some(filter) = text.strip_prefix("?(") {
        let (inner, after) = filter.split_once(")]")?;
        return Some((condition(inner)?, after));
    }
    for mark in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(mark) {
            let (name, after) = inner.split_once(mark)?;
            return Some((Part::Name(name.to_owned()), after.strip_prefix(']')?));
        }
    }
    let (inner, after) = text.split_once(']')?;
    match inner.trim() {
        "*" | ":" => Some((Part::Every, after)),
        number => Some((Part::Index(number.parse().ok()?), after)),
    }
}

/// Reads `@.Key == 'x'`.
fn condition(text: &str) -> Option<Part> {
    let (left, operator, right) = ["==", "!="]
        .iter()
        .find_map(|operator| text.split_once(operator).map(|(left, right)| (left, *operator, right)))?;
    let names = left.trim().strip_prefix("@.")?.split('.').map(str::to_owned).collect::<Vec<_>>();
    let right = right.trim();
    let inner = |mark: char| right.strip_prefix(mark)?.strip_suffix(mark).filter(|inner| !inner.contains(mark));
    let value = inner('\'').or_else(|| inner('"'))?.to_owned();
    let are_names = names.iter().all(|name| !name.is_empty() && !name.contains(['[', '(', ' ', '&', '|']));
    are_names.then_some(Part::Where { path: names, operator, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_to_one_value_is_an_expression() {
        for (text, expected) in [
            ("$.Table.TableStatus", "o.Table.TableStatus"),
            ("$.Reservations[0].Instances[0].State.Name", "o.Reservations[0].Instances[0].State.Name"),
            ("$['Tag Set'][1]", "o['Tag Set'][1]"),
            ("$.Tags.if.aws:cloudformation", "o.Tags['if']['aws:cloudformation']"),
            ("$", "o"),
        ] {
            assert_eq!(parse(text).ok().and_then(|path| path.code("o")).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_path_to_several_values_is_jmespath() {
        for (text, expected) in [
            ("$.Reservations[*].Instances[*].InstanceId", "Reservations[].Instances[].InstanceId"),
            (
                "$.Stacks[0].Outputs[?(@.OutputKey == 'Url')].OutputValue",
                "Stacks[0].Outputs[?OutputKey == 'Url'].OutputValue",
            ),
            ("$.Tags[?(@.Key!=\"it's\")].Values[0]", "Tags[?Key != 'it\\'s'].Values[0]"),
            ("$.a-b.*.C", "\"a-b\"[].C"),
        ] {
            let path = parse(text).unwrap_or_else(|part| panic!("{text}: {part}"));
            assert_eq!(path.jmespath(), expected, "{text}");
            assert_eq!(path.code("o"), None, "{text}");
            stepwell_generic::path::compile(expected).unwrap_or_else(|error| panic!("{expected}: {error}"));
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (text, part) in [
            ("", ""),
            ("Table", "Table"),
            ("$..*", "..*"),
            ("$..", ".."),
            ("$.A[-1].B", "[-1]"),
            ("$.A[0:2]", "[0:2]"),
            ("$.A[?(@.B > 1)].C", "[?(@.B > 1)]"),
            ("$.A[", "["),
            ("$.A..*.B", "..*"),
            ("$.A[?(@.B)]", "[?(@.B)]"),
            ("$A", "A"),
        ] {
            assert_eq!(parse(text), Err(part.to_owned()), "{text}");
        }
    }
}
