//! What `select` reads, and what later steps read of it, is checked against the model before the first step.

use super::site;
use crate::support::NOBODY;

/// The error of `job check`, without the position behind its reason.
fn wrong(lines: &str) -> [String; 3] {
    let checked = site(NOBODY, lines).stepwell(&["job", "check", "job.toml"]);
    checked.three_lines(2).map(str::to_owned)
}

#[test]
fn a_select_that_finds_nothing_in_any_answer() {
    for (uses, select, what, because, next) in [
        (
            "dynamodb/ListTables",
            "TableName",
            "`select` reads `TableName`, which no answer has",
            "the members there are `TableNames`, `LastEvaluatedTableName` (job.toml:6:10)",
            "write `TableNames`, or set `allow_unlisted = true` if AWS answers with it by now",
        ),
        (
            "dynamodb/ListTables",
            "{a: TableNames, b: TableNamess}",
            "`select` reads `TableNamess`, which no answer has",
            "the members there are `TableNames`, `LastEvaluatedTableName` (job.toml:6:10)",
            "write `TableNames`, or set `allow_unlisted = true` if AWS answers with it by now",
        ),
        (
            "sqs/ListQueues",
            "QueueUrls.Name",
            "`select` reads `Name` of what has no members",
            "by AWS's model, it is a list (job.toml:6:10)",
            "write `[].Name` for that of every item, or `[0].Name` for that of the first",
        ),
        (
            "sqs/ListQueues",
            "NextToken[0]",
            "`select` reads the items of what is no list",
            "by AWS's model, it is text (job.toml:6:10)",
            "leave the brackets out",
        ),
    ] {
        let expected = [format!("error: step `it`: {what}"), format!("because: {because}"), format!("next: {next}")];
        assert_eq!(wrong(&format!("uses = \"aws:{uses}\"\nselect = \"{select}\"")), expected);
    }
    let [what, because, next] = wrong("uses = \"aws:sqs/ListQueues\"\nselect = \"lenght(QueueUrls)\"");
    assert_eq!(what, "error: step `it`: `select` calls `lenght`, which is no function");
    assert!(because.starts_with("because: the functions of JMESPath are `abs`, "), "{because}");
    assert_eq!(next, "next: write `length`");
}

#[test]
fn an_output_that_select_does_not_make() {
    let read = |select: &str, output: &str| {
        let reading = format!(
            "[[steps]]\nid = \"other\"\nuses = \"aws:sqs/ListQueues\"\n\
             with = {{ QueueNamePrefix = \"${{steps.it.outputs.{output}}}\" }}"
        );
        wrong(&format!("uses = \"aws:sqs/ListQueues\"\nselect = \"{select}\"\n\n{reading}"))
    };
    let [what, because, next] = read("QueueUrls", "QueueUrls[0]");
    assert!(what.contains("`steps.it.outputs.QueueUrls`"), "{what}");
    assert!(because.contains("`result`") || next.contains("`result`"), "{because} {next}");
    let [what, because, next] = read("{first: QueueUrls[0]}", "frist");
    assert!(what.contains("`steps.it.outputs.frist`"), "{what}");
    assert!(because.contains("`first`") || next.contains("`first`"), "{because} {next}");
}

#[test]
fn a_member_that_aws_has_by_now_is_read_when_the_job_says_so() {
    let lines = "uses = \"aws:dynamodb/ListTables\"\nselect = \"NewMember\"\nallow_unlisted = true";
    assert_eq!(site(NOBODY, lines).stepwell(&["job", "check", "job.toml"]).code, 0);
}
