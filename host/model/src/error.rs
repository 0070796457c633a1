//! What every error of the host must say: what happened, because of what, and what to do next.

use std::error::Error;

/// An error that an operator can act on.
///
/// `Display` says what could not be done. Neither method has a default: a variant without a cause or without advice
/// does not compile, because every implementation is an exhaustive `match`.
pub trait NextAction: Error {
    /// Why it happened, with the place in a file (`restart-web.toml:14:3`) where there is one.
    fn because(&self) -> String;

    /// What to do next, as an imperative.
    fn next(&self) -> String;

    /// The three lines that people see.
    fn explain(&self) -> String {
        format!("error: {self}\nbecause: {}\nnext: {}", self.because(), self.next())
    }
}

/// The name in `known` that is closest to `name`, when one is close enough to be what was meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `` `a`, `b`, `c` ``, or `none` when there are no names: how errors list what is known.
pub fn list_names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_mistake_finds_the_name_that_was_meant() {
        assert_eq!(nearest("timout", ["timeout", "uses", "with"]), Some("timeout"));
        assert_eq!(nearest("isntance_id", ["instance_id", "wait"]), Some("instance_id"));
    }

    #[test]
    fn a_name_that_resembles_nothing_finds_nothing() {
        assert_eq!(nearest("retry", ["id", "uses", "with", "timeout"]), None);
    }
}
