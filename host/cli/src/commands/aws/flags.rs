//! The flags of `stepwell aws call` in the errors of the job that it makes: the operator has no job file.

use stepwell_model::job::OperationName;

/// Parts of these errors as a job file needs them, and as the command line needs them. The first ones contain later ones.
const WORDS: [(&str, &str); 18] = [
    (" of step `call` in the job file", ""),
    ("a call of step `call`", "the call"),
    ("step `call`: ", ""),
    ("step `call`", "the call"),
    ("the region in `[aws]`", "`--region`"),
    ("`[aws]`", "`--region`"),
    ("`region`", "`--region`"),
    ("`with`", "`--with`"),
    ("remove `pages`", "leave `--all-pages` out"),
    ("`pages`", "`--all-pages`"),
    ("`select`", "`--select`"),
    ("`wait`", "`--wait`"),
    ("`timeout`", "`--timeout`"),
    ("set `allow_unlisted = true`", "add `--allow-unlisted`"),
    ("add a step that uses", "call"),
    ("add a step with", "write a job that has a step with"),
    ("run the job again, or give the step a `retry`", "call again"),
    ("run the job", "call"),
];

/// A text of an error of a call, with flags in the place of keys, and without places in the job that was made for it.
pub(super) fn in_flags(name: &OperationName, text: &str) -> String {
    let job = name.to_string();
    if text.starts_with(&format!("the mistake is at {job}:")) {
        return "a flag has another form".to_owned();
    }
    if text.starts_with("correct line ") && text.ends_with(&job) {
        return "correct the flag".to_owned();
    }
    // Where the job file would be.
    let here = without_places(&job, text).replace(&format!("in `aws:{}`", name.service), "in this directory");
    WORDS.iter().fold(here, |text, (key, flag)| text.replace(key, flag))
}

/// The text without the places in this job: `JOB:LINE:COLUMN: ` at its beginning, ` (JOB:LINE:COLUMN)` anywhere.
fn without_places(job: &str, text: &str) -> String {
    let begin = format!("{job}:");
    let is_place = |c: char| c.is_ascii_digit() || c == ':';
    let whole = text.strip_prefix(&begin).map_or(text, |behind| behind.trim_start_matches(is_place).trim_start());
    let in_brackets = format!(" ({begin}");
    let mut parts = whole.split(&in_brackets);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |shown, part| {
        let behind = part.trim_start_matches(is_place);
        shown + behind.strip_prefix(')').unwrap_or(behind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_job_speaks_of_flags() {
        let name = OperationName { service: "dynamodb".to_owned(), operation: "ListTables".to_owned() };
        for (text, expected) in [
            ("aws:dynamodb/ListTables:8:12: `Limt`: is no member", "`Limt`: is no member"),
            ("its waiters are `A` (aws:dynamodb/ListTables:6:8)", "its waiters are `A`"),
            ("the mistake is at aws:dynamodb/ListTables:9:10", "a flag has another form"),
            ("correct line 9 of aws:dynamodb/ListTables", "correct the flag"),
            ("step `call`: `aws:dynamodb/ListTables` has no pages", "`aws:dynamodb/ListTables` has no pages"),
            (
                "correct the name or id in `with`, or the region in `[aws]`",
                "correct the name or id in `--with`, or `--region`",
            ),
            ("create project.toml in `aws:dynamodb` with", "create project.toml in this directory with"),
            ("AWS answered `aws:dynamodb/ListTables` with `X`", "AWS answered `aws:dynamodb/ListTables` with `X`"),
        ] {
            assert_eq!(in_flags(&name, text), expected);
        }
    }
}
