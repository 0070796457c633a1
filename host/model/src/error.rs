//! The form of every error of the host: what failed, because of what, and what to do next.

use std::error::Error;
use std::io;

/// Characters of another program's message. Some of them have kilobytes, and they go into journal and report.
const LONGEST_MESSAGE: usize = 4 << 10;

/// An error that an operator can act on.
///
/// `Display` names what failed. Neither method has a default, and every implementation is an exhaustive `match`, so a
/// variant without a cause or without advice does not compile.
pub trait NextAction: Error {
    /// The cause, with the place in a file (`restart-web.toml:14:3`) where there is one.
    fn because(&self) -> String;

    /// The next action, as an imperative.
    fn next(&self) -> String;

    /// The error in one line, where there is room for no more.
    fn in_line(&self) -> String {
        format!("{self}: {}; {}", self.because(), self.next())
    }

    /// The three lines that the operator reads.
    fn explain(&self) -> String {
        format!("error: {self}\nbecause: {}\nnext: {}", self.because(), self.next())
    }
}

/// The name in `known` that is closest to `name`, when it is close enough for a typing mistake.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &'a str| {
        let most = 1 + candidate.len() / 4;
        // The distance is at least the difference of the lengths, and takes the time of their product. A character has
        // up to 4 bytes.
        let distance =
            (name.len() <= 4 * (candidate.len() + most)).then(|| strsim::damerau_levenshtein(name, candidate));
        distance.filter(|distance| *distance <= most).map(|distance| (distance, candidate))
    };
    known.into_iter().filter_map(near).min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// Lists names for an error: `` `a`, `b`, `c` ``, or `none` when there are no names.
pub fn list_names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Cuts the message of another program after 4,096 characters.
pub fn shorten(text: &str) -> String {
    shorten_to(text, LONGEST_MESSAGE)
}

/// Cuts a text after this number of characters.
pub fn shorten_to(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// An error and its causes, down to the operating system's.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    // `io::Error::source` skips the error that it was made from.
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// The first of an error and its causes that is of this type.
pub fn find_cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The innermost cause in lower case and without the number of the error: `connection refused`.
///
/// It is whole. It may quote a secret, so its reader masks it before it cuts it.
pub fn last_cause(error: &(dyn Error + 'static)) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    let text = text.split(" (os error").next().unwrap_or(&text);
    // `IMDS …` and `$AWS_…` stay as they are.
    let is_word = text.chars().nth(1).is_some_and(char::is_lowercase);
    let mut letters = text.chars();
    let first = letters.next().filter(|_| is_word).map(|first| first.to_lowercase().to_string());
    let Some(first) = first else { return text.to_owned() };
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_cause_of_an_error_is_the_operating_systems_in_lower_case() {
        let missing = std::fs::read("/nowhere/at/all").unwrap_err();
        let error = io::Error::other(missing);
        assert_eq!(last_cause(&error), "no such file or directory");
        assert_eq!(find_cause::<io::Error>(&error).map(io::Error::kind), Some(io::ErrorKind::Other));
        assert_eq!(causes(&error).count(), 2);
    }

    #[test]
    fn a_cause_stays_whole_until_it_is_masked() {
        let long = format!("{}secret", "x".repeat(LONGEST_MESSAGE - 3));
        assert_eq!(last_cause(&io::Error::other(long.clone())), long);
    }

    #[test]
    fn a_long_message_of_another_program_is_cut() {
        assert_eq!(shorten("short"), "short");
        let cut = shorten(&"ü".repeat(LONGEST_MESSAGE + 1));
        assert_eq!((cut.chars().count(), cut.ends_with("ü…")), (LONGEST_MESSAGE + 1, true));
    }

    #[test]
    fn a_typing_mistake_finds_the_name_that_was_meant() {
        assert_eq!(nearest("timout", ["timeout", "uses", "with"]), Some("timeout"));
        assert_eq!(nearest("isntance_id", ["instance_id", "wait"]), Some("instance_id"));
        assert_eq!(nearest(&"x".repeat(64 << 20), ["instance_id"; 1_000]), None, "and takes no time for others");
    }

    #[test]
    fn a_name_that_resembles_nothing_finds_nothing() {
        assert_eq!(nearest("retry", ["id", "uses", "with", "timeout"]), None);
    }
}
