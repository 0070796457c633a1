//! Regular expressions of job files and of plugins' schemas, within bounds.
//!
//! The regex engine takes time in proportion to the size of the compiled pattern and to the text. A few characters such as
//! `\pL{90}` compile to megabytes, so the size is bounded. A pattern of 1 MiB
//! takes at most 36 µs for each byte of a text.

use regex::{Regex, RegexBuilder};

/// Most bytes of a pattern. A longer list of words belongs into `values` of an option.
const LONGEST: usize = 4 << 10;

/// Most bytes of the compiled form: room for `\d{4}-\d{2}-\d{2}` or `.{1,1000}`. `\w{1,64}` needs megabytes,
/// because `\w` stands for 140,000 letters of all languages.
const LARGEST: usize = 1 << 20;

/// Most bytes of a text in which a pattern is looked for.
pub const LONGEST_TEXT: usize = 8 << 10;

/// Compiles a pattern.
///
/// # Errors
/// The reason, when it is not a regular expression or too large.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > LONGEST {
        return Err(format!("the pattern is longer than {LONGEST} bytes"));
    }
    within(pattern, LARGEST).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            "the pattern is too large: it repeats large sets of characters; `[0-9]` is far \
                                            smaller than `\\d`, and `[A-Za-z0-9_]` than `\\w`"
                .to_owned()
        }
        error => error.to_string(),
    })
}

/// Compiles a pattern to at most this number of bytes.
pub(crate) fn within(pattern: &str, bytes: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(bytes).dfa_size_limit(bytes).nest_limit(64).build()
}

/// The beginning of a text in which patterns are looked for.
pub fn searched(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_TEXT)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_compile_to_megabytes_are_refused_and_usual_ones_are_not() {
        for usual in [r"i-[0-9a-f]{8,17}", r"\d{4}-\d{2}-\d{2}", r"[^:*]{1,512}", r"(\w+)@(\w+)", r"request (\S+)"] {
            assert!(compile(usual).is_ok(), "{usual}");
        }
        let long = "a|".repeat(3_000);
        for large in [r"\pL{90}", r"(\w{1,64})", "(?:a{1000}){100}", &long] {
            let reason = compile(large).expect_err(large);
            assert!(reason.starts_with("the pattern is "), "{reason}");
        }
        let deep = format!("{}a{}", "(".repeat(500), ")".repeat(500));
        assert!(compile(&deep).is_err());
    }

    #[test]
    fn only_the_beginning_of_a_long_text_is_searched() {
        let text = "é".repeat(LONGEST_TEXT);
        assert_eq!(searched(&text).len(), LONGEST_TEXT);
        assert_eq!(searched("é"), "é");
    }
}
