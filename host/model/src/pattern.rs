//! Regular expressions of job files and of plugins' schemas, within bounds.
//!
//! The regex engine takes time in proportion to the size of the compiled pattern times the bytes of the text: a pattern
//! of 1 MiB takes at most 36 µs for each byte. A few characters such as `\pL{90}` compile to megabytes. So the size of
//! a pattern is bounded, and so are the sizes of the patterns of a job together, and what they read.

use std::iter;

use regex::{Regex, RegexBuilder};

/// Most bytes of a pattern. A longer list of words belongs into `values` of an option.
const LONGEST: usize = 4 << 10;

/// Most bytes of the compiled form: room for `\d{4}-\d{2}-\d{2}` or `.{1,1000}`. `\w{1,64}` needs megabytes,
/// because `\w` stands for 140,000 letters of all languages.
const LARGEST: usize = 1 << 20;

/// Most bytes of the compiled forms of all patterns in a job file: room for a hundred captures of `\w+`.
pub const MOST_OF_JOB: usize = 8 << 20;

/// Most bytes of the compiled forms of all patterns in the job files of a plan.
pub(crate) const MOST_OF_PLAN: usize = 4 * MOST_OF_JOB;

/// The smallest size that a pattern counts.
const SMALLEST: usize = 8 << 10;

/// Most bytes of a text in which a pattern is looked for.
pub const LONGEST_TEXT: usize = 8 << 10;

/// Most work of the captures from one line, in bytes of text times bytes of compiled patterns: 100 ms.
const MOST_OF_LINE: usize = LONGEST_TEXT * (320 << 10);

/// Most work for the value of one option, a list included: 0.3 s.
pub(crate) const MOST_OF_VALUE: u64 = (LONGEST_TEXT * LARGEST) as u64;

/// Most work for the defaults of all options of a job: 1.2 s.
pub(crate) const MOST_OF_DEFAULTS: u64 = 4 * MOST_OF_VALUE;

/// Most work for the defaults of all options in the job files of a plan: 5 s.
pub(crate) const MOST_OF_PLAN_DEFAULTS: u64 = 4 * MOST_OF_DEFAULTS;

/// The share of this work in that of a plan, whose unit takes some 4 ns.
pub(crate) fn of_plan(work: u64) -> u64 {
    work / 128
}

const TOO_LARGE: &str = "the pattern is too large: it repeats large sets of characters; `[0-9]` is far smaller than `\\d`, \
                         and `[A-Za-z0-9_]` than `\\w`";

/// Compiles a pattern.
///
/// # Errors
/// The reason, when it is not a regular expression or too large.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > LONGEST {
        return Err(format!("the pattern is longer than {LONGEST} bytes"));
    }
    within(pattern, LARGEST).map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => TOO_LARGE.to_owned(),
        error => error.to_string(),
    })
}

/// Compiles a pattern to at most this number of bytes.
pub(crate) fn within(pattern: &str, bytes: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(bytes).dfa_size_limit(bytes).nest_limit(64).build()
}

/// The bytes of a pattern's compiled form, rounded up to a power of two. A pattern that does not compile counts as one
/// of the largest.
pub fn size(pattern: &str) -> usize {
    let mut sizes = iter::successors(Some(SMALLEST), |size| Some(size * 2)).take_while(|size| *size < LARGEST);
    let fits = |size: &usize| within(pattern, *size).is_ok();
    Some(pattern).filter(|pattern| pattern.len() <= LONGEST).and_then(|_| sizes.find(fits)).unwrap_or(LARGEST)
}

/// The beginning of a line in which all captures of a step are looked for. `size` is that of all their patterns
/// together.
pub fn searched(line: &str, size: usize) -> &str {
    let most = LONGEST_TEXT.min(MOST_OF_LINE / size.max(1));
    line.get(..line.floor_char_boundary(most)).unwrap_or(line)
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
    fn the_size_of_a_pattern_is_one_that_it_compiles_to() {
        for pattern in [r"i-[0-9a-f]{8,17}", r"(\w+)@(\w+)", r"(.{1,255})", r"([^:*]{1,512})"] {
            let size = size(pattern);
            assert!(within(pattern, size).is_ok(), "{pattern}");
            assert!(size == SMALLEST || within(pattern, size / 2).is_err(), "{pattern}: {size}");
        }
        assert_eq!(size("(unclosed"), LARGEST);
    }

    /// A line of any length costs at most 100 ms, whatever captures a job may have.
    #[test]
    fn the_captures_of_a_line_are_bounded_by_their_sizes_together() {
        let line = "x".repeat(64 << 10);
        for size in (13..=23).map(|power| 1 << power) {
            let searched = searched(&line, size).len();
            assert!(searched * size <= MOST_OF_LINE, "{size}: {searched}");
            assert!(searched >= 320, "{size}: {searched}");
        }
        // Sixteen usual patterns are looked for in all of the 8 KiB.
        assert_eq!(searched(&line, 16 * size("created (vol-[0-9a-f]+)")).len(), LONGEST_TEXT);
    }

    #[test]
    fn only_the_beginning_of_a_long_text_is_searched() {
        let text = "é".repeat(LONGEST_TEXT);
        assert_eq!(searched(&text, SMALLEST).len(), LONGEST_TEXT);
        assert_eq!(searched("é", SMALLEST), "é");
        assert_eq!(searched("é", usize::MAX), "");
    }
}
