//! Log filters as `capture`.

use regex::Regex;

use crate::names::identifier;
use crate::note::Notes;
use crate::toml::Table;
use crate::yaml::Node;

/// The only filter that does what `capture` does.
const KEY_VALUE: &str = "key-value-data";

/// What the filters of a step or of a job capture: names, and patterns with one group.
pub fn read(filters: Option<&Node>, notes: &Notes) -> Table {
    let mut captures = Table::default();
    for filter in filters.and_then(Node::items).into_iter().flatten() {
        let provider = filter.text_of("type").unwrap_or_default();
        if provider == KEY_VALUE {
            key_value(filter, &mut captures, notes);
        } else {
            notes.add(filter.at, format!("the log filter `{provider}` is not carried over"), advice(provider));
            filter.set_aside();
        }
    }
    captures
}

fn advice(provider: &str) -> &'static str {
    match provider {
        "key-value-data-multilines" | "json-mapper" => {
            "read an output of the step instead, or capture from one line: capture = { name = \"… (…)\" }"
        }
        "mask-passwords" => "nothing to do: every secret that the host knows is masked",
        _ => "nothing to do, unless a later step reads what it sets: it changes only what Rundeck shows",
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
                notes.add(filter.at, format!("`{name}` is captured twice, and the last pattern counts"), next);
            }
            captures.set(&name, pattern);
            let what = format!("`{name}` is captured from the lines of our plugin, which may be others than Rundeck's");
            notes.add(filter.at, what, "compare the pattern with a run, or read an output of the step instead");
        }
        Err(reason) => {
            let next = "capture = { name = \"a pattern with one group\" }";
            notes.add(filter.at, format!("the log filter captures nothing here: {reason}"), next);
        }
    }
}

/// Rundeck matches whole lines.
fn pattern(regex: Option<&str>, name: Option<&str>) -> Result<(String, String), String> {
    let (Some(regex), Some(name)) = (regex, name) else {
        return Err("it takes names from the log too, and they have to be known before".to_owned());
    };
    if regex.contains("${") {
        return Err("its pattern depends on the run".to_owned());
    }
    let is_whole = regex.starts_with('^') && regex.ends_with('$') && !regex.ends_with("\\$") && !regex.contains('|');
    let whole = if is_whole { regex.to_owned() } else { format!("^(?:{regex})$") };
    match Regex::new(&whole) {
        Ok(compiled) if compiled.captures_len() == 2 => Ok((identifier(name, "data"), whole)),
        Ok(compiled) => Err(format!("its pattern has {} groups", compiled.captures_len() - 1)),
        Err(_) => Err("its pattern needs what only Java's regular expressions have".to_owned()),
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
        assert!(pattern(Some("(.*)"), None).is_err());
        assert!(pattern(None, Some("x")).is_err());
    }
}
