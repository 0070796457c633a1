//! Creates a snapshot of a database instance and, if asked, waits until it is available.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::rds::{self, CreateDbSnapshotRequest, DbSnapshot, is_terminal};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Progress, Schedule, StateWait, WaitingStep, info, seen};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The instance: its identifier.
    #[schemars(length(max = 63), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    instance_name: String,
    /// The snapshot's identifier, which no other snapshot of the account and region may have.
    #[schemars(length(max = 255), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    snapshot_name: String,
    /// Wait until the snapshot is `available`.
    #[serde(default)]
    wait: bool,
    /// Give up waiting after this time.
    #[serde(default = "rds::usual_timeout")]
    timeout: Duration,
    /// The longest pause between two looks; the first ones are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The snapshot's identifier, in lower case as AWS keeps it.
    snapshot_id: String,
    /// The snapshot's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    snapshot_arn: Option<String>,
    /// The last status that was seen of it: `creating`, or `available` when the step waited.
    status: String,
}

struct RdsCreateSnapshot;

const AWAITED: &str = "available";

// Nothing to cancel: RDS deletes a snapshot only when it is available.
impl WaitingStep for RdsCreateSnapshot {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = StateWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let request = CreateDbSnapshotRequest {
            db_instance_identifier: config.instance_name,
            db_snapshot_identifier: config.snapshot_name,
        };
        let snapshot = rds::create_db_snapshot(&request)?.db_snapshot;
        info!("{}: {}", snapshot.db_snapshot_identifier, snapshot.status);
        if !config.wait {
            return Ok(Outcome::Done(Outputs::of(snapshot)));
        }
        let times = (config.timeout, config.poll_every);
        look(StateWait::new(snapshot.db_snapshot_identifier, snapshot.status, times, ()))
    }

    fn resume(_: &Invocation, _: Config, waiting: StateWait) -> Result<Outcome<Self>, Failure> {
        look(waiting)
    }
}

fn look(mut waiting: StateWait) -> Result<Outcome<RdsCreateSnapshot>, Failure> {
    let snapshot = seen(rds::snapshot(waiting.resource()))?;
    let Some(snapshot) = snapshot else { return waiting.wait(AWAITED) };
    waiting.see(&snapshot.status);
    if snapshot.status == AWAITED {
        return Ok(Outcome::Done(Outputs::of(snapshot)));
    }
    if is_terminal(&snapshot.status) {
        return Err(waiting.never(AWAITED, None));
    }
    let mut outcome = waiting.wait(AWAITED)?;
    if let Outcome::Wait(wait) = &mut outcome {
        wait.progress = snapshot.percent_progress.map(percent);
    }
    Ok(outcome)
}

fn percent(done: u32) -> Progress {
    Progress { done: done.into(), total: Some(100), unit: "percent".to_owned() }
}

impl Outputs {
    fn of(snapshot: DbSnapshot) -> Self {
        Self {
            snapshot_id: snapshot.db_snapshot_identifier,
            snapshot_arn: snapshot.db_snapshot_arn,
            status: snapshot.status,
        }
    }
}

stepwell_plugin::export!(RdsCreateSnapshot);
