//! Lists the unhealthy targets of a load balancer and, if asked, fails when there are any.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::elbv2::{
    self, DescribeLoadBalancersRequest, DescribeTargetGroupsRequest, DescribeTargetHealthRequest, TargetGroup,
    TargetHealthDescription,
};
use stepwell_plugin::{Failure, Invocation, Step, console, info, log, pages, warn};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The name of an Application, Network or Gateway Load Balancer.
    #[schemars(length(min = 1, max = 32))]
    load_balancer_name: String,
    /// Fail with `UnhealthyTargets` when a target is unhealthy, and with `NoTargets` when there is no target at all.
    #[serde(default)]
    fail_if_unhealthy: bool,
    /// With `fail_if_unhealthy`, succeed when the load balancer has no targets.
    #[serde(default)]
    allow_empty: bool,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
struct Outputs {
    /// The number of unhealthy targets. A target of several groups counts in each.
    unhealthy_count: u64,
    /// The number of targets in all target groups of the load balancer.
    target_count: u64,
    /// The number of targets for each state, such as `healthy`, `initial` or `draining`.
    state_counts: BTreeMap<String, u64>,
    /// The first 1000 unhealthy targets.
    unhealthy_targets: Vec<Unhealthy>,
    /// The distinct ids of these targets: instances, IP addresses, or ARNs.
    unhealthy_ids: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Unhealthy {
    /// The ARN of the target group.
    target_group_arn: String,
    /// The id of the target: an instance, an IP address, or an ARN.
    id: String,
    /// The port for requests; absent for functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    port: Option<u32>,
    /// The port of the health check.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    health_check_port: Option<String>,
    /// `unhealthy` or `unhealthy.draining`.
    state: String,
    /// The reason as a code, such as `Target.Timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    reason: Option<String>,
    /// The reason as a sentence from AWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    description: Option<String>,
}

struct ElbUnhealthyTargets;

impl Step for ElbUnhealthyTargets {
    type Config = Config;
    type Outputs = Outputs;

    const FAILURES: &'static [(&'static str, &'static str)] =
        &[("UnhealthyTargets", "The load balancer has unhealthy targets. Another attempt may find them healthy.")];

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let name = config.load_balancer_name;
        let arn = load_balancer(&name)?;
        let mut outputs = Outputs::default();
        for group in target_groups(&arn)? {
            let request = DescribeTargetHealthRequest { target_group_arn: group.target_group_arn.clone() };
            for seen in elbv2::describe_target_health(&request)?.target_health_descriptions {
                outputs.add(&group, seen);
            }
        }
        outputs.print(&name);
        console::link("load balancer", &format!("ec2/home?region={{region}}#LoadBalancer:loadBalancerArn={arn}"));
        match outputs.failure(&name, config.allow_empty).filter(|_| config.fail_if_unhealthy) {
            Some(failure) => Err(failure),
            None => Ok(outputs),
        }
    }
}

fn load_balancer(name: &str) -> Result<String, Failure> {
    let request = DescribeLoadBalancersRequest { names: vec![name.to_owned()], ..Default::default() };
    let found = elbv2::describe_load_balancers(&request)?.load_balancers.into_iter().next();
    found
        .map(|balancer| balancer.load_balancer_arn)
        .ok_or_else(|| Failure::not_found(format!("AWS's response does not mention load balancer {name}")))
}

fn target_groups(load_balancer_arn: &str) -> Result<Vec<TargetGroup>, Failure> {
    let load_balancer_arn = Some(load_balancer_arn.to_owned());
    let mut request = DescribeTargetGroupsRequest { load_balancer_arn, ..Default::default() };
    let groups = pages(|marker| {
        request.marker = marker;
        elbv2::describe_target_groups(&request).map(|page| (page.target_groups, page.next_marker))
    });
    match groups {
        // The load balancer exists, so this means that it has no target group.
        Err(error) if error.code.as_deref() == Some("TargetGroupNotFound") => Ok(Vec::new()),
        groups => Ok(groups?),
    }
}

/// The maximum number of unhealthy targets in the outputs and in the log, far below the host's limits for both.
const MOST_LISTED: usize = 1_000;

/// The number of targets that a failure names.
const NAMED: usize = 5;

impl Outputs {
    fn add(&mut self, group: &TargetGroup, seen: TargetHealthDescription) {
        let TargetHealthDescription { target, health_check_port, target_health: health } = seen;
        self.target_count += 1;
        *self.state_counts.entry(health.state.clone()).or_default() += 1;
        // A target in `unhealthy.draining` gets no new requests, but still fails its checks.
        if !matches!(health.state.as_str(), "unhealthy" | "unhealthy.draining") {
            return;
        }
        self.unhealthy_count += 1;
        if self.unhealthy_targets.len() == MOST_LISTED {
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

    fn print(&self, name: &str) {
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
        if let Some(more) = self.unhealthy_count.checked_sub(MOST_LISTED as u64).filter(|more| *more > 0) {
            warn!("{more} more unhealthy targets are counted and not listed");
        }
    }

    /// Why the load balancer is not healthy. The failures are retryable, because health changes by itself, and groups
    /// register their targets one after the other.
    fn failure(&self, name: &str, allow_empty: bool) -> Option<Failure> {
        if self.target_count == 0 && !allow_empty {
            let message = format!("load balancer {name} has no targets, so that none can be healthy");
            return Some(Failure::no_targets(message).retryable());
        }
        if self.unhealthy_count == 0 {
            return None;
        }
        let (unhealthy, all) = (self.unhealthy_count, self.target_count);
        let mut ids = self.unhealthy_ids.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        if let Some(more) = self.unhealthy_ids.len().checked_sub(NAMED).filter(|more| *more > 0) {
            ids.push_str(&format!(" and {more} more"));
        }
        let message = format!("{unhealthy} of {all} targets of {name} are unhealthy: {ids}");
        Some(Failure::new("UnhealthyTargets", message).retryable())
    }
}

impl Unhealthy {
    /// `i-0abc:80, checked at port 8080: unhealthy (Health checks failed with these codes: [502])`
    fn line(&self) -> String {
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        let checked = self.health_check_port.as_ref().map_or(String::new(), |port| format!(", checked at port {port}"));
        let why = self.description.as_ref().or(self.reason.as_ref()).map_or(String::new(), |why| format!(" ({why})"));
        format!("{}{port}{checked}: {}{why}", self.id, self.state)
    }

    fn row(&self, number: usize) -> [Option<String>; 8] {
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

stepwell_plugin::export!(ElbUnhealthyTargets);

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stepwell_plugin::elbv2::{TargetDescription, TargetHealth};

    use super::*;

    fn group(name: &str) -> TargetGroup {
        let target_group_arn = format!("arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/{name}/1");
        TargetGroup { target_group_arn, ..Default::default() }
    }

    fn seen(id: &str, state: &str) -> TargetHealthDescription {
        TargetHealthDescription {
            target: TargetDescription { id: id.to_owned(), port: Some(80), availability_zone: None },
            health_check_port: Some("8080".to_owned()),
            target_health: TargetHealth { state: state.to_owned(), reason: None, description: None },
        }
    }

    fn outputs(targets: &[(&str, &str, &str)]) -> Outputs {
        let mut outputs = Outputs::default();
        targets.iter().for_each(|(in_group, id, state)| outputs.add(&group(in_group), seen(id, state)));
        outputs
    }

    #[test]
    fn only_unhealthy_targets_are_listed_and_all_are_counted() {
        let outputs = outputs(&[
            ("a", "i-1", "healthy"),
            ("a", "i-2", "unhealthy"),
            ("a", "i-3", "draining"),
            ("b", "i-2", "unhealthy"),
            ("b", "i-4", "unused"),
            ("b", "i-5", "unhealthy.draining"),
        ]);
        assert_eq!((outputs.unhealthy_count, outputs.target_count), (3, 6));
        assert_eq!(outputs.unhealthy_ids, ["i-2", "i-5"]);
        assert_eq!(outputs.unhealthy_targets.len(), 3);
        let counts = json!({ "draining": 1, "healthy": 1, "unhealthy": 2, "unhealthy.draining": 1, "unused": 1 });
        assert_eq!(serde_json::to_value(&outputs.state_counts).unwrap(), counts);
        assert_eq!(outputs.failure("web", false).unwrap().message, "3 of 6 targets of web are unhealthy: i-2, i-5");
    }

    #[test]
    fn a_load_balancer_without_targets_is_not_healthy_unless_it_may_be_empty() {
        let none = Outputs::default();
        let failure = none.failure("web", false).unwrap();
        assert_eq!((failure.code.as_ref(), failure.retryable), ("NoTargets", true));
        assert_eq!(none.failure("web", true), None);
        assert_eq!(outputs(&[("a", "i-1", "healthy")]).failure("web", false), None);
    }

    #[test]
    fn a_missing_value_is_left_out() {
        let mut nothing_known = seen("arn:aws:lambda:eu-central-1:123456789012:function:f", "unhealthy");
        (nothing_known.target.port, nothing_known.health_check_port) = (None, None);
        let mut outputs = Outputs::default();
        outputs.add(&group("a"), nothing_known);
        let target = serde_json::to_value(&outputs.unhealthy_targets).unwrap();
        let keys: Vec<&String> = target[0].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "state", "target_group_arn"]);
        assert!(outputs.unhealthy_targets[0].line().ends_with(":function:f: unhealthy"));
    }

    #[test]
    fn a_line_has_the_target_its_ports_its_state_and_the_reason() {
        let mut outputs = outputs(&[("a", "i-1", "unhealthy")]);
        let target = &mut outputs.unhealthy_targets[0];
        assert_eq!(target.line(), "i-1:80, checked at port 8080: unhealthy");
        target.reason = Some("Target.Timeout".to_owned());
        assert_eq!(target.line(), "i-1:80, checked at port 8080: unhealthy (Target.Timeout)");
        target.description = Some("Request timed out".to_owned());
        assert_eq!(target.line(), "i-1:80, checked at port 8080: unhealthy (Request timed out)");
        let row = target.row(7);
        assert_eq!((row[0].as_deref(), row[1].as_deref(), row[7].as_deref()), (Some("7"), Some("i-1"), Some("a/1")));
    }

    #[test]
    fn targets_that_are_not_listed_are_counted() {
        let mut outputs = Outputs::default();
        (0..MOST_LISTED + 5).for_each(|n| outputs.add(&group("a"), seen(&format!("i-{n}"), "unhealthy")));
        assert_eq!(outputs.unhealthy_count, MOST_LISTED as u64 + 5);
        assert_eq!((outputs.unhealthy_targets.len(), outputs.unhealthy_ids.len()), (MOST_LISTED, MOST_LISTED));
        assert!(outputs.failure("web", false).unwrap().message.ends_with("i-0, i-1, i-2, i-3, i-4 and 995 more"));
    }
}
