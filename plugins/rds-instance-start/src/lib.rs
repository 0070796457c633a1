//! Starts a database instance and, if asked, waits until it is available.

use schemars::JsonSchema;
use serde::Deserialize;
use stepwell_plugin::rds::{self, Power, PowerOutputs, PowerWait, StartDbInstanceRequest, Target};
use stepwell_plugin::{Duration, Failure, Invocation, Outcome, Schedule, WaitingStep};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The identifier of the instance to start.
    #[schemars(length(max = 63), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    instance_name: String,
    /// Wait until the instance is `available`.
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

struct RdsInstanceStart;

const POWER: Power = Power { target: Target::Available, look: rds::instance_status, link: rds::instance_link };

// Nothing to cancel: RDS cannot undo a start, and whether to stop the instance is for the operator to decide.
impl WaitingStep for RdsInstanceStart {
    type Config = Config;
    type Outputs = PowerOutputs;
    type Checkpoint = PowerWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        let name = config.instance_name;
        let request = StartDbInstanceRequest { db_instance_identifier: name.clone() };
        let answer = rds::start_db_instance(&request).map(|answer| answer.db_instance.db_instance_status);
        let asked = POWER.asked(&name, answer)?;
        POWER.start(name, asked, config.wait.then_some((config.timeout, config.poll_every)))
    }

    fn resume(_: &Invocation, _: Config, waiting: PowerWait) -> Result<Outcome<Self>, Failure> {
        POWER.look(waiting)
    }
}

stepwell_plugin::export!(RdsInstanceStart);
