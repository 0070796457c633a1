//! Stops a database cluster with all its instances and, if asked, waits until it is stopped.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::rds::{self, Power, PowerOutputs, PowerWait, StopDbClusterRequest, Target};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The identifier of the cluster to stop. AWS starts it again after seven days.
    #[schemars(length(max = 63), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    cluster_name: String,
    /// Wait until the cluster is `stopped`.
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

struct RdsClusterStop;

const POWER: Power = Power { target: Target::Stopped, look: rds::cluster_status, link: rds::cluster_link };

// Nothing to cancel: RDS cannot undo a stop, and whether to start the cluster again is for the operator to decide.
impl WaitingStep for RdsClusterStop {
    type Config = Config;
    type Outputs = PowerOutputs;
    type Checkpoint = PowerWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let name = config.cluster_name;
        let request = StopDbClusterRequest { db_cluster_identifier: name.clone() };
        let answer = rds::stop_db_cluster(&request).map(|answer| answer.db_cluster.status);
        let asked = POWER.asked(&name, answer)?;
        POWER.start(name, asked, config.wait.then_some((config.timeout, config.poll_every)))
    }

    fn resume(_: &Invocation, _: Config, waiting: PowerWait) -> Result<Outcome<Self>, Failure> {
        POWER.look(waiting)
    }
}

stepwell_plugin::export!(RdsClusterStop);
