//! Rundeck's formats of dates: those of moment.js, in which an operator chooses the value of an option, and those of Java in
//! `${DATE:…}`.

/// Rundeck's format when an option names none.
pub const DEFAULT: &str = "MM/DD/YYYY hh:mm a";

/// The tokens of a format and their patterns, the longer ones first.
const TOKENS: [(&str, &str); 26] = [
    ("YYYY", "[0-9]{4}"),
    ("SSS", "[0-9]{3}"),
    ("MMMM", "[A-Za-z]+"),
    ("MMM", "[A-Za-z]{3}"),
    ("dddd", "[A-Za-z]+"),
    ("ddd", "[A-Za-z]{3}"),
    ("YY", "[0-9]{2}"),
    ("MM", "[0-9]{2}"),
    ("DD", "[0-9]{2}"),
    ("HH", "[0-9]{2}"),
    ("hh", "[0-9]{2}"),
    ("kk", "[0-9]{2}"),
    ("mm", "[0-9]{2}"),
    ("ss", "[0-9]{2}"),
    ("ZZ", "[+-][0-9]{4}"),
    ("M", "[0-9]{1,2}"),
    ("D", "[0-9]{1,2}"),
    ("H", "[0-9]{1,2}"),
    ("h", "[0-9]{1,2}"),
    ("k", "[0-9]{1,2}"),
    ("m", "[0-9]{1,2}"),
    ("s", "[0-9]{1,2}"),
    ("Z", "[+-][0-9]{2}:[0-9]{2}"),
    ("A", "(AM|PM)"),
    ("a", "(am|pm)"),
    ("X", "[0-9]+"),
];

/// The pattern of the dates of a format. None when the format has a token that is not in the table.
pub fn pattern(format: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if let Some((literal, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            pattern.push_str(&regex::escape(literal));
            rest = after;
        } else if let Some((token, own)) = TOKENS.iter().find(|(token, _)| rest.starts_with(token)) {
            pattern.push_str(own);
            rest = rest.strip_prefix(token)?;
        } else if first.is_ascii_alphabetic() && first != 'T' {
            return None;
        } else {
            pattern.push_str(&regex::escape(&first.to_string()));
            rest = rest.strip_prefix(first)?;
        }
    }
    Some(pattern)
}

/// The letters of Java's formats and the conversions of ours, the longer ones first.
const JAVA: [(&str, &str); 15] = [
    ("yyyy", "%Y"),
    ("SSS", "%3f"),
    ("MMMM", "%B"),
    ("MMM", "%b"),
    ("EEEE", "%A"),
    ("EEE", "%a"),
    ("DDD", "%j"),
    ("yy", "%y"),
    ("MM", "%m"),
    ("dd", "%d"),
    ("HH", "%H"),
    ("hh", "%I"),
    ("mm", "%M"),
    ("ss", "%S"),
    ("Z", "%z"),
];

/// What to write in place of a date such as `DATE-7:yyyy-MM-dd`. Rundeck takes the time zone of its server.
pub fn advice(reference: &str) -> String {
    let (days, format) = reference.strip_prefix("DATE").and_then(|rest| rest.split_once(':')).unwrap_or_default();
    let moved = match (days.strip_prefix('-'), days.strip_prefix('+')) {
        (Some(days), _) => format!("|minus('{days}d')"),
        (_, Some(days)) => format!("|plus('{days}d')"),
        (None, None) => String::new(),
    };
    match of_java(format) {
        Some(format) => format!(
            "write ${{run.started{moved}|date('{format}', 'Europe/Berlin')}} with the time zone of the Rundeck server"
        ),
        None => "give the job an option for the date, or write the date".to_owned(),
    }
}

/// A format of Java in our conversions. None when it has a letter that is not in the table.
fn of_java(format: &str) -> Option<String> {
    let mut ours = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if let Some((literal, after)) = rest.strip_prefix('\'').and_then(|inner| inner.split_once('\'')) {
            ours.push_str(literal);
            rest = after;
        } else if let Some((letters, own)) = JAVA.iter().find(|(letters, _)| rest.starts_with(letters)) {
            ours.push_str(own);
            rest = rest.strip_prefix(letters)?;
        } else if first.is_ascii_alphabetic() || matches!(first, '%' | '\\') {
            return None;
        } else {
            ours.push(first);
            rest = rest.strip_prefix(first)?;
        }
    }
    Some(ours)
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn the_pattern_of_a_format_accepts_its_dates_and_no_others() {
        for (format, date, other) in [
            (DEFAULT, "01/31/2026 11:05 am", "2026-01-31"),
            ("MM/DD/YYYY", "01/31/2026", "1/31/2026"),
            ("YYYYMMDD", "20260131", "2026-01-31"),
            ("DD.MM.YYYY HH:mm", "31.01.2026 23:59", "31-01-2026 23:59"),
            ("YYYY-MM-DD[T]HH:mm:ss.SSSZ", "2026-01-31T11:00:00.123+01:00", "2026-01-31 11:00:00.123+01:00"),
        ] {
            let regex = Regex::new(&format!(r"\A(?:{})\z", pattern(format).unwrap())).unwrap();
            assert!(regex.is_match(date) && !regex.is_match(other), "{format}: {regex}");
        }
        for unknown in ["Do MMMM", "gggg", "LLL", "Qo"] {
            assert_eq!(pattern(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_date_has_an_expression_in_a_time_zone() {
        for (reference, expected) in [
            ("DATE:yyyy-MM-dd", "${run.started|date('%Y-%m-%d', 'Europe/Berlin')}"),
            ("DATE-7:yyyyMMdd", "${run.started|minus('7d')|date('%Y%m%d', 'Europe/Berlin')}"),
            ("DATE+1:dd.MM.yy'T'HH", "${run.started|plus('1d')|date('%d.%m.%yT%H', 'Europe/Berlin')}"),
            ("DATE:YYYY", "give the job an option for the date"),
        ] {
            assert!(advice(reference).contains(expected), "{reference}: {}", advice(reference));
        }
    }
}
