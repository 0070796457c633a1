//! Starts a database cluster with all its instances and, if asked, waits until it is available.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::rds::{self, Power, PowerOutputs, PowerWait, StartDbClusterRequest, Target};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The identifier of the cluster to start.
    #[schemars(length(max = 63), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    cluster_name: String,
    /// Wait until the cluster is `available`.
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

struct RdsClusterStart;

const POWER: Power = Power { target: Target::Available, look: rds::cluster_status, link: rds::cluster_link };

// Nothing to cancel: RDS cannot undo a start, and whether to stop the cluster is for the operator to decide.
impl WaitingStep for RdsClusterStart {
    type Config = Config;
    type Outputs = PowerOutputs;
    type Checkpoint = PowerWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let name = config.cluster_name;
        let request = StartDbClusterRequest { db_cluster_identifier: name.clone() };
        let answer = rds::start_db_cluster(&request).map(|answer| answer.db_cluster.status);
        let asked = POWER.asked(&name, answer)?;
        POWER.start(name, asked, config.wait.then_some((config.timeout, config.poll_every)))
    }

    fn resume(_: &Invocation, _: Config, waiting: PowerWait) -> Result<Outcome<Self>, Failure> {
        POWER.look(waiting)
    }
}

stepwell_plugin::export!(RdsClusterStart);
