//! The tests that took longest, from the report that nextest writes (`.config/nextest.toml`).

use std::fs;

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
    let elements =
        report.split("<testcase ").skip(1).filter_map(|rest| rest.split_once('>').map(|(element, _)| element));
    let mut tests: Vec<Test> = elements.filter_map(test).collect();
    tests.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    tests.truncate(MOST);
    tests
}

fn test(element: &str) -> Option<Test> {
    let value = |name: &str| Some(element.split_once(&format!("{name}=\""))?.1.split_once('"')?.0);
    Some(Test { name: value("name")?.to_owned(), seconds: value("time")?.parse().ok()? })
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
