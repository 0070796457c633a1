//! Reads log filters as `capture`.

use regex::Regex;

use crate::names::identifier;
use crate::note::Notes;
use crate::toml::Table;
use crate::yaml::Node;

/// The only filter with the meaning of `capture`.
const KEY_VALUE: &str = "key-value-data";

/// Reads the filters of a step or of a job: names, and patterns with one group.
pub fn read(filters: Option<&Node>, notes: &Notes) -> Table {
    let mut captures = Table::default();
    for filter in filters.and_then(Node::items).into_iter().flatten() {
        let provider = filter.text_of("type").unwrap_or_default();
        if provider == KEY_VALUE {
            key_value(filter, &mut captures, notes);
        } else {
            let what = format!("the log filter `{provider}` is not imported");
            notes.add_with_text(filter.at, what, advice(provider), filter.lines("LogFilter"));
            filter.set_aside();
        }
    }
    captures
}

fn advice(provider: &str) -> &'static str {
    match provider {
        "key-value-data-multilines" | "json-mapper" => {
            "read an output of the step, or capture from one line: capture = { name = \"… (…)\" }"
        }
        "mask-passwords" => "nothing to do: the host masks every secret that it knows",
        "highlight-output" | "quiet-output" | "progress-badge" | "render-formatted-data" => {
            "nothing to do: it changes only how Rundeck shows the log"
        }
        _ => "check what it did; a step can `capture` a value from its log",
    }
}

fn key_value(filter: &Node, captures: &mut Table, notes: &Notes) {
    let config = filter.child("config");
    let regex = config.and_then(|config| config.text_of("regex"));
    let name = config.and_then(|config| config.text_of("name"));
    match pattern(regex, name) {
        Ok((name, pattern)) => {
            if captures.has(&name) {
                let next = "give one of the two another name";
                notes.add(filter.at, format!("`{name}` is captured twice, and the last pattern is kept"), next);
            }
            captures.set(&name, pattern);
            let what = format!("`{name}` is captured from our plugin's log, whose lines may differ from Rundeck's");
            notes.add(filter.at, what, "try the pattern in a run, or read an output of the step");
        }
        Err(reason) => {
            let next = "write capture = { name = \"a pattern with one group\" }";
            let what = format!("the log filter is not imported, because {reason}");
            notes.add_with_text(filter.at, what, next, filter.lines("LogFilter"));
        }
    }
}

/// The name and the pattern of a capture. Rundeck matches whole lines, so the pattern does too.
fn pattern(regex: Option<&str>, name: Option<&str>) -> Result<(String, String), String> {
    let (Some(regex), Some(name)) = (regex, name) else {
        return Err("it reads names from the log, and a capture needs a fixed name".to_owned());
    };
    if regex.contains("${") {
        return Err("its pattern has an expression".to_owned());
    }
    let is_whole = regex.starts_with('^') && regex.ends_with('$') && !regex.ends_with("\\$") && !regex.contains('|');
    let whole = if is_whole { regex.to_owned() } else { format!("^(?:{regex})$") };
    match Regex::new(&whole) {
        Ok(compiled) if compiled.captures_len() == 2 => Ok((identifier(name, "data"), whole)),
        Ok(compiled) => Err(format!("its pattern has {} groups instead of one", compiled.captures_len() - 1)),
        Err(_) => Err("its pattern uses syntax that only Java's regular expressions have".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_whole_lines_and_has_one_group() {
        for (regex, expected) in [
            ("created (vol-[0-9a-f]+)", Some("^(?:created (vol-[0-9a-f]+))$")),
            ("^created (.*)$", Some("^created (.*)$")),
            ("^costs (\\d+)\\$", Some("^(?:^costs (\\d+)\\$)$")),
            ("a (b)|c d", Some("^(?:a (b)|c d)$")),
            ("^RUNDECK:DATA:(.+?)\\s*=\\s*(.+)$", None),
            ("no group", None),
            ("(?<!x)(y)", None),
            ("(", None),
            ("${option.x} (.*)", None),
        ] {
            let found = pattern(Some(regex), Some("volume-id")).ok();
            assert_eq!(found, expected.map(|whole| ("volume_id".to_owned(), whole.to_owned())), "{regex}");
        }
        for (regex, name) in [(Some("(.*)"), None), (None, Some("x"))] {
            let reason = "it reads names from the log, and a capture needs a fixed name";
            assert_eq!(pattern(regex, name), Err(reason.to_owned()), "{regex:?} {name:?}");
        }
    }
}
