//! Creates a snapshot of a database instance and, if asked, waits until it is available.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::rds::{self, CreateDbSnapshotRequest, DbSnapshot, is_terminal};
use stepwell_plugin::{
    CallError, Duration, Failure, Invocation, Outcome, Progress, Schedule, StateWait, WaitingStep, info,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The identifier of the instance.
    #[schemars(length(max = 63), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    instance_name: String,
    /// The identifier of the snapshot, unique in the account and region.
    #[schemars(length(max = 255), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    snapshot_name: String,
    /// Wait until the snapshot is `available`.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time.
    #[serde(default = "rds::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The identifier of the snapshot, in lower case as AWS stores it.
    snapshot_id: String,
    /// The ARN of the snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    snapshot_arn: Option<String>,
    /// The last observed status: `creating`, or `available` when the step waited.
    status: String,
    /// The snapshot in the console, when the step waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

/// The checkpoint keeps the link to the console.
type Waiting = StateWait<Option<String>>;

struct RdsCreateSnapshot;

const AWAITED: &str = "available";

// Nothing to cancel: RDS can delete a snapshot only after it is available.
impl WaitingStep for RdsCreateSnapshot {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = Waiting;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let request = CreateDbSnapshotRequest {
            db_instance_identifier: config.instance_name,
            db_snapshot_identifier: config.snapshot_name,
        };
        let snapshot = rds::create_db_snapshot(&request)?.db_snapshot;
        info!("{}: {}", snapshot.db_snapshot_identifier, snapshot.status);
        if !config.wait {
            return Ok(Outcome::Done(Outputs::of(snapshot, None)));
        }
        let times = (config.timeout, config.poll_every);
        let url = rds::snapshot_link(&snapshot.db_snapshot_identifier);
        look(Waiting::new(snapshot.db_snapshot_identifier, snapshot.status, times, url))
    }

    fn resume(_: &Invocation, _: Config, waiting: Waiting) -> Result<Outcome<Self>, Failure> {
        look(waiting)
    }
}

fn look(waiting: Waiting) -> Result<Outcome<RdsCreateSnapshot>, Failure> {
    let looked = rds::snapshot(waiting.resource());
    after(waiting, looked)
}

/// The outcome of a poll.
fn after(mut waiting: Waiting, looked: Result<DbSnapshot, CallError>) -> Result<Outcome<RdsCreateSnapshot>, Failure> {
    let Some(snapshot) = waiting.found(looked)? else { return wait(waiting) };
    waiting.see(&snapshot.status);
    if snapshot.status == AWAITED {
        return Ok(Outcome::Done(Outputs::of(snapshot, waiting.details)));
    }
    if is_terminal(&snapshot.status) {
        return Err(waiting.never(AWAITED, None));
    }
    let mut outcome = wait(waiting)?;
    if let Outcome::Wait(wait) = &mut outcome {
        wait.progress = snapshot.percent_progress.map(percent);
    }
    Ok(outcome)
}

fn wait(waiting: Waiting) -> Result<Outcome<RdsCreateSnapshot>, Failure> {
    waiting.wait(AWAITED).map_err(Failure::not_retryable)
}

fn percent(done: u32) -> Progress {
    Progress { done: done.into(), total: Some(100), unit: "percent".to_owned() }
}

impl Outputs {
    fn of(snapshot: DbSnapshot, console_url: Option<String>) -> Self {
        Self {
            snapshot_id: snapshot.db_snapshot_identifier,
            snapshot_arn: snapshot.db_snapshot_arn,
            status: snapshot.status,
            console_url,
        }
    }
}

stepwell_plugin::export!(RdsCreateSnapshot);

#[cfg(test)]
mod tests {
    use super::*;
    use stepwell_plugin::{CallErrorKind, Wait};

    fn waiting() -> Waiting {
        let times = (Duration::minutes(1), Duration::seconds(10));
        Waiting::new("before", "creating", times, Some("https://console/".to_owned()))
    }

    fn seen(status: &str, percent_progress: Option<u32>) -> Result<DbSnapshot, CallError> {
        Ok(DbSnapshot { status: status.to_owned(), percent_progress, ..Default::default() })
    }

    fn gone() -> Result<DbSnapshot, CallError> {
        Err(CallError {
            kind: CallErrorKind::NotFound,
            action: "rds:DescribeDBSnapshots".to_owned(),
            code: Some("DBSnapshotNotFound".to_owned()),
            message: "before".to_owned(),
            request_id: None,
        })
    }

    fn waits(waiting: Waiting, looked: Result<DbSnapshot, CallError>) -> Wait<Waiting> {
        match after(waiting, looked).unwrap() {
            Outcome::Wait(wait) => wait,
            Outcome::Done(_) => panic!("it is done"),
        }
    }

    #[test]
    fn the_progress_of_a_snapshot_is_a_percentage_when_aws_returns_one() {
        let wait = waits(waiting(), seen("creating", Some(45)));
        assert_eq!(wait.message, "before: creating");
        let progress = wait.progress.map(|progress| (progress.done, progress.total));
        assert_eq!(progress, Some((45, Some(100))));
        assert!(waits(waiting(), seen("creating", None)).progress.is_none());
    }

    #[test]
    fn a_snapshot_that_is_available_ends_the_wait_with_its_link() {
        let Ok(Outcome::Done(outputs)) = after(waiting(), seen("available", Some(100))) else { panic!("it is done") };
        assert_eq!((outputs.status.as_str(), outputs.console_url.as_deref()), ("available", Some("https://console/")));
    }

    #[test]
    fn a_snapshot_that_cannot_become_available_fails() {
        for status in ["failed", "deleting", "incompatible-restore"] {
            assert_eq!(after(waiting(), seen(status, None)).err().unwrap().code, "TerminalState", "{status}");
        }
    }

    #[test]
    fn a_snapshot_that_is_not_known_yet_is_polled_again_and_one_that_is_gone_is_not() {
        let new = waits(waiting(), gone()).checkpoint;
        let known = waits(new, seen("creating", None)).checkpoint;
        let missed = waits(known, gone()).checkpoint;
        let failure = after(missed, gone()).err().unwrap();
        assert_eq!((&*failure.code, failure.message.as_str()), ("NotFound", "DBSnapshotNotFound: before"));
    }
}
