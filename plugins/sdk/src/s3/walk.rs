//! The position and the counts of a step that processes many files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::format::{counted, human_readable};
use crate::{Duration, Failure, Progress, Wait};

/// Outputs of a step that moves or removes files.
///
/// After a crash, the run resumes at its last checkpoint; files processed after that checkpoint are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// The number of transferred files; in a dry run, of those that would be transferred.
    pub transferred_count: u64,
    /// Their size in bytes.
    pub transferred_bytes: u64,
    /// The number of deleted files and objects; in a dry run, of those that would be deleted. The sources of a move do
    /// not count.
    pub deleted_count: u64,
    /// The number of failed files. If there are any, the step fails.
    pub failed_count: u64,
}

/// The checkpoint of a step that processes files in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// The last processed name.
    pub after: Option<String>,
    /// The number of files seen so far.
    pub seen_count: u64,
    /// The number of failures that are not retryable.
    lasting_count: u64,
    /// Whether the source has a file that the step takes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) found: bool,
    /// The reason why nothing more is removed from the destination. It is stored, because the files below a skipped
    /// name come after it, when the list no longer contains the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) withheld: Option<String>,
    /// The counts so far.
    pub counts: Counts,
}

impl Walk {
    pub(super) fn fail(&mut self, what: &str, failure: &Failure) {
        crate::warn!("{what}: {}", failure.message);
        self.counts.failed_count += 1;
        self.lasting_count += u64::from(!failure.retryable);
    }

    /// Ends this call with a checkpoint and progress; the step resumes at once.
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

    /// The counts at the end.
    ///
    /// # Errors
    ///
    /// `PartialTransfer`: a file failed. It is retryable if all failures are.
    pub fn end(self) -> Result<Counts, Failure> {
        let failed = self.counts.failed_count;
        if failed == 0 {
            return Ok(self.counts);
        }
        let message = format!(
            "{} failed, see the log; done: {}",
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
    fn the_message_shows_the_progress() {
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
        assert_eq!(failure.message, "1 file failed, see the log; done: 1,203 files, 1.0 KiB");
        some.fail("upload failed: site/b to s3://site/b", &Failure::not_found("gone"));
        assert!(!some.end().unwrap_err().retryable);
    }

    #[test]
    fn a_checkpoint_with_the_longest_key_fits() {
        // JSON escapes need six bytes.
        let (after, withheld) = (Some("\u{1}".repeat(4_096)), Some("\u{1}".repeat(1_024)));
        let walk = Walk { after, withheld, ..walk(u64::MAX, u64::MAX, u64::MAX) };
        assert!(serde_json::to_vec(&walk).unwrap().len() <= 64 * 1024);
    }
}
