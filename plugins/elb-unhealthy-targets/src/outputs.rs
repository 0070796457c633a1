use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use stepwell_plugin::elbv2::{TargetGroup, TargetHealthDescription};
use stepwell_plugin::{Failure, info, log, warn};

#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Outputs {
    /// How many targets are unhealthy. A target of several groups counts in each.
    pub(crate) unhealthy_count: u64,
    /// How many targets there are in all target groups of the load balancer.
    pub(crate) target_count: u64,
    /// How many targets are in each state that one of them is in, such as `healthy`, `initial` or `draining`.
    pub(crate) state_counts: BTreeMap<String, u64>,
    /// The unhealthy targets, the first 1000 of them.
    pub(crate) unhealthy_targets: Vec<Unhealthy>,
    /// The ids of these targets, each once: instances, IP addresses, or ARNs.
    pub(crate) unhealthy_ids: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Unhealthy {
    /// The target group.
    target_group_arn: String,
    /// Instance, IP address, or ARN.
    pub(crate) id: String,
    /// The port that requests go to; functions have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub(crate) port: Option<u32>,
    /// The port that is checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) health_check_port: Option<String>,
    /// `unhealthy`, or `unhealthy.draining`.
    state: String,
    /// Such as `Target.Timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) reason: Option<String>,
    /// The same in AWS's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub(crate) description: Option<String>,
}

/// Of how many targets the outputs and the log tell: far below what the host takes of either.
pub(crate) const TOLD: usize = 1_000;

/// How many targets a failure names.
const NAMED: usize = 5;

impl Outputs {
    pub(crate) fn add(&mut self, group: &TargetGroup, seen: TargetHealthDescription) {
        let TargetHealthDescription { target, health_check_port, target_health: health } = seen;
        self.target_count += 1;
        *self.state_counts.entry(health.state.clone()).or_default() += 1;
        // `unhealthy.draining` gets no new requests and still fails its checks.
        if !matches!(health.state.as_str(), "unhealthy" | "unhealthy.draining") {
            return;
        }
        self.unhealthy_count += 1;
        if self.unhealthy_targets.len() == TOLD {
            return;
        }
        if !self.unhealthy_ids.contains(&target.id) {
            self.unhealthy_ids.push(target.id.clone());
        }
        self.unhealthy_targets.push(Unhealthy {
            target_group_arn: group.target_group_arn.clone(),
            id: target.id,
            port: target.port,
            health_check_port,
            state: health.state,
            reason: health.reason,
            description: health.description,
        });
    }

    pub(crate) fn print(&self, name: &str) {
        let counts: Vec<String> = self.state_counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
        let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
        let plural = if self.target_count == 1 { "" } else { "s" };
        info!("{name}: {} target{plural}{counts}", self.target_count);
        if self.unhealthy_count == 0 {
            return info!("{name}: no target is unhealthy");
        }
        self.unhealthy_targets.iter().for_each(|target| info!("{}", target.line()));
        let columns = ["#", "target", "port", "health check port", "state", "reason", "description", "target group"];
        log::table(&columns, (1_usize..).zip(&self.unhealthy_targets).map(|(number, target)| target.row(number)));
        if let Some(more) = self.unhealthy_count.checked_sub(TOLD as u64).filter(|more| *more > 0) {
            warn!("{more} more unhealthy targets are counted and not listed");
        }
    }

    /// Health changes by itself, so another attempt may find all of them healthy.
    pub(crate) fn failure(&self, name: &str) -> Failure {
        let (unhealthy, all) = (self.unhealthy_count, self.target_count);
        let mut ids = self.unhealthy_ids.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        if let Some(more) = self.unhealthy_ids.len().checked_sub(NAMED).filter(|more| *more > 0) {
            ids.push_str(&format!(" and {more} more"));
        }
        let message = format!("{unhealthy} of {all} targets of {name} are unhealthy: {ids}");
        Failure::new("UnhealthyTargets", message).retryable()
    }
}

impl Unhealthy {
    /// `i-0abc:80, checked at port 8080: unhealthy (Health checks failed with these codes: [502])`
    pub(crate) fn line(&self) -> String {
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        let checked = self.health_check_port.as_ref().map_or(String::new(), |port| format!(", checked at port {port}"));
        let why = self.description.as_ref().or(self.reason.as_ref()).map_or(String::new(), |why| format!(" ({why})"));
        format!("{}{port}{checked}: {}{why}", self.id, self.state)
    }

    pub(crate) fn row(&self, number: usize) -> [Option<String>; 8] {
        let group = self.target_group_arn.rsplit(":targetgroup/").next().map(str::to_owned);
        [
            Some(number.to_string()),
            Some(self.id.clone()),
            self.port.map(|port| port.to_string()),
            self.health_check_port.clone(),
            Some(self.state.clone()),
            self.reason.clone(),
            self.description.clone(),
            group,
        ]
    }
}
