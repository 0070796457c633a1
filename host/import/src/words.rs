//! The small languages within Rundeck's texts: durations, argument strings, lists.

use std::time::Duration;

/// Reads `1d 12h 30m 24s`, or bare seconds. None for anything else, and for zero.
pub fn duration(text: &str) -> Option<Duration> {
    let mut seconds = 0_u64;
    let mut digits = String::new();
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        if letter.is_ascii_digit() {
            digits.push(letter);
            continue;
        }
        let unit = match letter.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            'y' => 31_536_000,
            _ => return None,
        };
        seconds = seconds.checked_add(digits.parse::<u64>().ok()?.checked_mul(unit)?)?;
        digits.clear();
    }
    if !digits.is_empty() {
        seconds = seconds.checked_add(digits.parse().ok()?)?;
    }
    (1..=MOST_SECONDS).contains(&seconds).then(|| Duration::from_secs(seconds))
}

/// A century. A longer duration limits nothing, and some libraries cannot represent it.
const MOST_SECONDS: u64 = 100 * 31_536_000;

/// Splits an argument string into words: single or double quotes keep spaces, and a doubled quote is one quote.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars().peekable();
    let mut quote = None;
    while let Some(letter) = letters.next() {
        match quote {
            Some(open) if letter == open && letters.peek() == Some(&open) => {
                letters.next();
                word.get_or_insert_default().push(letter);
            }
            Some(open) if letter == open => quote = None,
            Some(_) => word.get_or_insert_default().push(letter),
            None if matches!(letter, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The option values of an argument string, and its other words.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Options and their values, in their order.
    pub given: Vec<(String, String)>,
    /// Words that belong to no option.
    pub rest: Vec<String>,
}

/// Reads `-name value -other 'a value'`, whatever the value begins with.
pub fn arguments(text: &str) -> Arguments {
    let mut arguments = Arguments::default();
    let mut words = words(text).into_iter();
    while let Some(word) = words.next() {
        match word.strip_prefix('-').filter(|name| !name.is_empty()) {
            Some(name) => match words.next() {
                Some(value) => arguments.given.push((name.to_owned(), value)),
                None => arguments.rest.push(word),
            },
            None => arguments.rest.push(word),
        }
    }
    arguments
}

/// Splits a description into its first line and the rest.
pub fn description(text: Option<&str>) -> (Option<String>, Option<String>) {
    let text = text.unwrap_or_default().trim();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (some(first.trim()), some(rest.trim_matches('\n').trim_end()))
}

/// Splits a list in one text into its items.
pub fn parts(text: &str, delimiter: &str) -> Vec<String> {
    let parts = text.split(delimiter).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The first eight of some texts, for a note.
pub fn list(texts: &[String]) -> String {
    let shown: Vec<_> = texts.iter().take(8).map(|text| format!("`{text}`")).collect();
    let more = if texts.len() > shown.len() { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds_or_units() {
        for (text, seconds) in [
            ("120", Some(120)),
            ("1d 12h 30m 24s", Some(131_424)),
            ("6h 30m", Some(23_400)),
            ("1h1m1s", Some(3_661)),
            ("2w", Some(1_209_600)),
            ("0", None),
            ("", None),
            ("soon", None),
            ("5 apples", None),
            ("99999999999999999999", None),
            ("9999999999y", None),
        ] {
            assert_eq!(duration(text).map(|time| time.as_secs()), seconds, "{text}");
        }
    }

    #[test]
    fn quotes_keep_words_together() {
        let given = arguments(r#"-a 1 -b 'two words' -c "say ""hi""" -d '' -e '-f' rest -g"#);
        let pairs: Vec<_> = given.given.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("a", "1"), ("b", "two words"), ("c", "say \"hi\""), ("d", ""), ("e", "-f")]);
        assert_eq!(given.rest, ["rest", "-g"]);
    }
}
