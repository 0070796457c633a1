//! The tests that took longest, from the report that nextest writes (`.config/nextest.toml`).

use std::fs;

use xmlparser::{Token, Tokenizer};

use crate::repository;

/// The number of tests that the summary shows.
const MOST: usize = 10;

/// The report of nextest, relative to the repository.
const REPORT: &str = "target/nextest/default/junit.xml";

/// A test and its time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Test {
    pub(super) name: String,
    pub(super) seconds: f64,
}

/// The slowest tests of the last run, the slowest first. `cargo test` writes no report, so the list is empty then.
pub(super) fn slowest() -> Vec<Test> {
    fs::read_to_string(repository::root().join(REPORT)).map(|report| of(&report)).unwrap_or_default()
}

/// Removes the report of an earlier run.
pub(super) fn forget() {
    drop(fs::remove_file(repository::root().join(REPORT)));
}

fn of(report: &str) -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    let mut is_test = false;
    for token in Tokenizer::from(report).map_while(Result::ok) {
        match token {
            Token::ElementStart { local, .. } => {
                is_test = local == "testcase";
                tests.extend(is_test.then(|| Test { name: String::new(), seconds: 0.0 }));
            }
            Token::Attribute { local, value, .. } if is_test => {
                let Some(test) = tests.last_mut() else { continue };
                match local.as_str() {
                    "name" => test.name = value.as_str().to_owned(),
                    "time" => test.seconds = value.as_str().parse().unwrap_or_default(),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    tests.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    tests.truncate(MOST);
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_test_comes_first() {
        let report = "<testsuites><testsuite name=\"stepwell::promises\" tests=\"2\">\
            <testcase name=\"a::b\" classname=\"stepwell::promises\" timestamp=\"2026-11-29\" time=\"0.250\"/>\
            <testcase name=\"c\" classname=\"stepwell::promises\" time=\"12.5\"><system-out>x</system-out></testcase>";
        let found: Vec<_> = of(report).into_iter().map(|test| (test.name, test.seconds)).collect();
        assert_eq!(found, [("c".to_owned(), 12.5), ("a::b".to_owned(), 0.25)]);
    }
}
