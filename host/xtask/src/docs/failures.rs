//! The manual of the failure codes, from the host's own table of them.

use stepwell_model::failure::FailureCode;

use super::markdown::{code, table, text};

/// Where the manual lies, from the repository's root.
pub const FAILURES: &str = "docs/failures.md";

const HEAD: &str = "\
<!-- By `cargo xtask docs`, from host/model/src/failure.rs. Change the table there. -->

# The failure codes

A step that fails has a code, a message and an origin. `retry.on`, `steps.ID.failure.code` and `error.code` in a job compare
the code; `--output json` has all of it. A plugin may use codes of its own beside these; it says itself what they mean.

The origin says who failed, and decides the exit code of a run that fails with the step:

| origin | who failed | exit code |
| --- | --- | --- |
| `plugin` | The plugin says that it could not do its work. | 1 |
| `sandbox` | The plugin broke, or reached a limit. | 1 |
| `run` | The run ended the step: a timeout, a cancellation, a value of the job file. | 1 |
| `refused` | The host refused: no grant, no credentials, no region. | 3 |
| `host` | The host itself failed. | 4 |

`retried` is the default. `retry.on` in a job names the codes that are worth another attempt instead, whatever their default.
A plugin can call any of its failures retryable, or not.
";

/// The manual of the failure codes.
#[must_use]
pub fn failures() -> String {
    let row = |failure: &FailureCode| {
        let origins: Vec<_> = failure.origins().map(|origin| code(origin.as_str())).collect();
        let retried = if failure.is_retryable() { "yes" } else { "no" };
        [
            code(failure.as_str()),
            origins.join(", "),
            retried.to_owned(),
            text(failure.when()),
            text(failure.what_to_do()),
        ]
    };
    let head = ["code", "origin", "retried", "when", "what to do"];
    format!("{HEAD}\n{}", table(head, FailureCode::ALL.iter().map(row)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use stepwell_model::failure::FailureOrigin;

    use super::*;
    use crate::repository;

    #[test]
    fn the_manual_of_the_failure_codes_is_current() {
        let committed = fs::read_to_string(repository::root().join(FAILURES)).unwrap_or_default();
        let page = failures();
        let differs = page.lines().zip(committed.lines()).find(|(now, then)| now != then);
        assert!(page == committed, "run: cargo xtask docs (and look at {differs:?})");
    }

    #[test]
    fn every_code_has_one_row_in_the_manual() {
        let page = failures();
        for code in FailureCode::ALL {
            let rows = page.lines().filter(|line| line.starts_with(&format!("| `{}` |", code.as_str())));
            assert_eq!(rows.count(), 1, "{code:?}");
        }
    }

    #[test]
    fn the_codes_that_the_sdk_documents_are_codes_of_plugins_here_and_retried_alike() {
        let sdk = repository::root().join("plugins/sdk/src/failure.rs");
        let sdk = fs::read_to_string(&sdk).unwrap_or_else(|error| panic!("{}: {error}", sdk.display()));
        let rows = sdk.lines().filter_map(|line| line.strip_prefix("/// | `")?.strip_suffix(" |"));
        let documented: Vec<_> = rows
            .map(|row| {
                let (name, rest) = row.split_once('`').expect("a code ends with a backtick");
                (name, rest.ends_with("yes"))
            })
            .collect();
        assert!(documented.len() >= 8, "the table of the SDK is not where it was: {documented:?}");
        for (name, retried) in documented {
            let known = FailureCode::ALL.iter().find(|code| code.as_str() == name);
            let known = known.unwrap_or_else(|| panic!("`{name}` is not in host/model/src/failure.rs"));
            assert!(known.origins().any(|origin| origin == FailureOrigin::Plugin), "{name}");
            assert_eq!(known.is_retryable(), retried, "{name}");
        }
    }
}
