use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::format::{counted, human_readable};
use crate::{Duration, Failure, Progress, Wait};

/// Outputs of a step that moves or removes files.
///
/// A run that was killed goes on where it stood; what it did between its last checkpoint and its end is not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Files that were transferred; in a dry run, those that would be.
    pub transferred_count: u64,
    /// Their bytes.
    pub transferred_bytes: u64,
    /// Files and objects that were deleted; in a dry run, those that would be. What a move removes from its source is not
    /// among them.
    pub deleted_count: u64,
    /// Files with which it went wrong. A step that has any fails.
    pub failed_count: u64,
}

/// The checkpoint of a step that walks over files in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// The last name that is done.
    pub after: Option<String>,
    /// Files that were looked at, whatever became of them.
    pub seen_count: u64,
    /// Failures that another attempt will not mend.
    lasting_count: u64,
    /// Why nothing of the destination is removed any more: what lies below a name that was skipped comes behind it, when
    /// the listing does not meet that name again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) withheld: Option<String>,
    /// What was done so far.
    pub counts: Counts,
}

impl Walk {
    pub(super) fn fail(&mut self, what: &str, failure: &Failure) {
        crate::warn!("{what}: {}", failure.message);
        self.counts.failed_count += 1;
        self.lasting_count += u64::from(!failure.retryable);
    }

    /// Leaves, so that what is done is kept, is seen, and is not done again; the step goes on at once.
    pub fn wait<Checkpoint: From<Self>>(self) -> Wait<Checkpoint> {
        let progress = Progress { done: self.seen_count, total: None, unit: "files".to_owned() };
        let message = self.message();
        Wait { after: Duration::default(), checkpoint: self.into(), message, progress: Some(progress) }
    }

    fn message(&self) -> String {
        let Counts { transferred_count, transferred_bytes, deleted_count, failed_count } = self.counts;
        let mut parts = Vec::new();
        if transferred_count > 0 || deleted_count == 0 {
            parts.push(format!("{}, {}", counted(transferred_count, "file"), human_readable(transferred_bytes)));
        }
        for (count, what) in [(deleted_count, "deleted"), (failed_count, "failed")] {
            if count > 0 {
                parts.push(format!("{} {what}", super::format::grouped(count)));
            }
        }
        parts.join(", ")
    }

    /// What was done, at the end.
    ///
    /// # Errors
    ///
    /// `PartialTransfer`: it went wrong with a file. Worth another attempt if it may go well with all of them.
    pub fn end(self) -> Result<Counts, Failure> {
        let failed = self.counts.failed_count;
        if failed == 0 {
            return Ok(self.counts);
        }
        let message = format!(
            "it went wrong with {}, which the log names; done: {}",
            counted(failed, "file"),
            Self { counts: Counts { failed_count: 0, ..self.counts }, ..Self::default() }.message()
        );
        let failure = Failure::new("PartialTransfer", message);
        Err(if self.lasting_count == 0 { failure.retryable() } else { failure })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(transferred_count: u64, transferred_bytes: u64, deleted_count: u64) -> Walk {
        Walk {
            counts: Counts { transferred_count, transferred_bytes, deleted_count, failed_count: 0 },
            ..Walk::default()
        }
    }

    #[test]
    fn the_message_says_how_far_it_has_come() {
        assert_eq!(walk(1_204, 325_058_560, 0).message(), "1,204 files, 310.0 MiB");
        assert_eq!(walk(1, 1, 12).message(), "1 file, 1 Byte, 12 deleted");
        assert_eq!(walk(0, 0, 1_000).message(), "1,000 deleted");
        assert_eq!(walk(0, 0, 0).message(), "0 files, 0 Bytes");
    }

    #[test]
    fn a_file_that_failed_fails_the_step_at_the_end_and_all_is_counted() {
        assert!(walk(3, 30, 0).end().is_ok());
        let mut some = walk(1_203, 1_024, 0);
        some.fail("upload failed: site/a to s3://site/a", &Failure::new("Throttled", "slow down").retryable());
        assert_eq!(some.message(), "1,203 files, 1.0 KiB, 1 failed");
        let failure = some.clone().end().unwrap_err();
        assert_eq!((failure.code.as_ref(), failure.retryable), ("PartialTransfer", true));
        assert_eq!(failure.message, "it went wrong with 1 file, which the log names; done: 1,203 files, 1.0 KiB");
        some.fail("upload failed: site/b to s3://site/b", &Failure::not_found("gone"));
        assert!(!some.end().unwrap_err().retryable);
    }

    #[test]
    fn a_checkpoint_with_the_longest_key_fits() {
        // What JSON escapes is six times as long.
        let (after, withheld) = (Some("\u{1}".repeat(4_096)), Some("\u{1}".repeat(1_024)));
        let walk = Walk { after, withheld, ..walk(u64::MAX, u64::MAX, u64::MAX) };
        assert!(serde_json::to_vec(&walk).unwrap().len() <= 64 * 1024);
    }
}
