//! Requests a peering connection between two VPCs and, if asked, accepts it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::ec2::{
    self, AcceptVpcPeeringConnectionRequest, CreateVpcPeeringConnectionRequest, DescribeVpcPeeringConnectionsRequest,
    VpcPeeringConnectionStateReason,
};
use stepwell_plugin::{
    CallError, Duration, Failure, Invocation, Outcome, Schedule, StateWait, WaitingStep, credentials, info, seen, warn,
};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The requesting VPC.
    #[schemars(regex(pattern = "^vpc-[0-9a-f]{8,17}$"))]
    vpc_id: String,
    /// The other VPC. The address ranges of the two must not overlap.
    #[schemars(regex(pattern = "^vpc-[0-9a-f]{8,17}$"))]
    peer_vpc_id: String,
    /// The account of the other VPC, if it differs.
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    peer_owner_id: Option<String>,
    /// The region of the other VPC, if it differs.
    #[schemars(regex(pattern = "^[a-z]{2,}(-[a-z0-9]+)+$"))]
    peer_region: Option<String>,
    /// Also accept the connection and wait until it is `active`. Possible for VPCs of one account in one region;
    /// otherwise the owner of the other VPC must accept it within seven days. The step adds no routes.
    #[serde(default)]
    accept: bool,
    /// Give up waiting after this time.
    #[serde(default = "Schedule::usual_timeout")]
    #[schemars(extend("x-stepwell-within-timeout" = true))]
    timeout: Duration,
    /// The longest pause between two polls. The first pauses are shorter.
    #[serde(default = "Schedule::usual_poll_every")]
    poll_every: Duration,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The id of the connection.
    vpc_peering_connection_id: String,
    /// The last observed status: `active` when it was accepted, otherwise usually `pending-acceptance`.
    status: String,
}

struct VpcPeering;

impl WaitingStep for VpcPeering {
    type Config = Config;
    type Outputs = Outputs;
    type Checkpoint = StateWait;

    fn start(_: &Invocation, config: Config) -> Result<Outcome<Self>, Failure> {
        if config.accept {
            config.can_be_accepted(|| credentials::describe().region)?;
        }
        let Config { vpc_id, peer_vpc_id, peer_owner_id, peer_region, .. } = config;
        let request = CreateVpcPeeringConnectionRequest { vpc_id, peer_vpc_id, peer_owner_id, peer_region };
        let connection = ec2::create_vpc_peering_connection(&request)?;
        let (id, status) = (connection.vpc_peering_connection_id, connection.status);
        info!("{id}: {}", status.code);
        let waiting = StateWait::new(id.clone(), &status.code, (config.timeout, config.poll_every), ());
        match status.code.as_str() {
            "failed" => Err(waiting.never("pending-acceptance", status.message.as_deref())),
            // No poll yet: first a checkpoint must hold the connection.
            _ if config.accept => waiting.wait("active"),
            _ => Ok(Outcome::Done(Outputs { vpc_peering_connection_id: id, status: status.code })),
        }
    }

    fn resume(_: &Invocation, _: Config, mut waiting: StateWait) -> Result<Outcome<Self>, Failure> {
        let id = waiting.resource().to_owned();
        let Some(mut status) = status_of(&id)? else { return wait(waiting) };
        if status.code == "pending-acceptance" {
            status = seen(accept(&id))?.flatten().unwrap_or(status);
        }
        match waiting.see(&status.code) {
            "active" => Ok(Outcome::Done(Outputs { vpc_peering_connection_id: id, status: status.code })),
            "failed" | "rejected" | "expired" | "deleting" | "deleted" => {
                Err(waiting.never("active", status.message.as_deref()))
            }
            _ => wait(waiting),
        }
    }

    /// Keeps the connection: a request that is not accepted expires after seven days, and a step that connects needs no
    /// permission to disconnect.
    fn cancel(_: &Invocation, _: Config, waiting: StateWait) -> Result<(), Failure> {
        warn!("{}: stays `{}`; delete it if it is not needed", waiting.resource(), waiting.state());
        Ok(())
    }
}

/// Polls the connection.
fn status_of(id: &str) -> Result<Option<VpcPeeringConnectionStateReason>, Failure> {
    let request =
        DescribeVpcPeeringConnectionsRequest { vpc_peering_connection_ids: vec![id.to_owned()], ..Default::default() };
    let answer = seen(ec2::describe_vpc_peering_connections(&request))?;
    let connection = answer.and_then(|answer| answer.vpc_peering_connections.into_iter().next());
    Ok(connection.map(|connection| connection.status))
}

/// Accepts the connection; `None` when it is accepted already, but a poll did not show it yet.
fn accept(id: &str) -> Result<Option<VpcPeeringConnectionStateReason>, CallError> {
    let request = AcceptVpcPeeringConnectionRequest { vpc_peering_connection_id: id.to_owned() };
    match ec2::accept_vpc_peering_connection(&request) {
        Err(error) if error.code.as_deref() == Some("InvalidStateTransition") => Ok(None),
        answer => answer.map(|connection| Some(connection.status)),
    }
}

fn wait(waiting: StateWait) -> Result<Outcome<VpcPeering>, Failure> {
    waiting.wait("active").map_err(Failure::not_retryable)
}

impl Config {
    fn can_be_accepted(&self, own_region: impl FnOnce() -> Option<String>) -> Result<(), Failure> {
        let elsewhere = match (&self.peer_owner_id, &self.peer_region) {
            (Some(account), _) => {
                format!("`peer_owner_id` {account} must accept it with its own credentials; leave out one of the two")
            }
            (None, Some(region)) if own_region().as_ref() != Some(region) => {
                format!("it must be accepted in `peer_region` {region}, where this step makes no calls")
            }
            _ => return Ok(()),
        };
        Err(Failure::configuration_invalid(format!("`accept` is not possible: {elsewhere}")))
    }
}

stepwell_plugin::export!(VpcPeering);

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(peer_owner_id: Option<&str>, peer_region: Option<&str>) -> Result<(), Failure> {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let config = Config {
            vpc_id: String::new(),
            peer_vpc_id: String::new(),
            peer_owner_id: text(peer_owner_id),
            peer_region: text(peer_region),
            accept: true,
            timeout: Duration::default(),
            poll_every: Duration::default(),
        };
        config.can_be_accepted(|| Some("eu-central-1".to_owned()))
    }

    #[test]
    fn a_connection_is_accepted_where_the_step_makes_its_calls_and_nowhere_else() {
        assert!(accepted(None, None).is_ok());
        assert!(accepted(None, Some("eu-central-1")).is_ok());
        for (account, region, named) in [
            (Some("123456789012"), None, "`peer_owner_id` 123456789012"),
            (Some("123456789012"), Some("eu-central-1"), "`peer_owner_id`"),
            (None, Some("us-east-1"), "`peer_region` us-east-1"),
        ] {
            let failure = accepted(account, region).unwrap_err();
            assert_eq!(failure.code, "ConfigurationInvalid");
            assert!(failure.message.contains(named), "{}", failure.message);
        }
    }
}
