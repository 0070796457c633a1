//! IAM policies: for a job, for a session, and for the trust of a role.

mod named;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use wildmatch::WildMatch;

use crate::action::{Action, Resource};
use crate::credentials::{Base, StepCredentials};
use crate::grant::Grants;
use crate::id::{ExternalId, RoleArn};
use crate::plan::{Plan, PluginCall};
use crate::plugin::Origin;
pub use named::GivenNames;

/// The version of IAM's policy language, a date that AWS fixed.
const VERSION: &str = "2012-10-17";

/// An IAM policy for all steps of a plan together, whose ARNs lie in these partitions. It names the resources that the
/// steps name themselves.
pub fn policy(plan: &Plan, partitions: &BTreeSet<&str>) -> Json {
    let calls: Vec<_> = plan.plugin_calls().into_iter().map(|(_, _, call)| call).collect();
    document(calls.iter().flat_map(|call| of_call(call)), partitions)
}

/// The actions of a step, each with its resources.
fn of_call(call: &PluginCall) -> Vec<(Action, Resources)> {
    let mut general: BTreeMap<Action, Vec<Resource>> = BTreeMap::new();
    for (action, resource) in call.grants.statements() {
        general.entry(action).or_default().push(resource);
    }
    // The properties of another plugin may mean something else.
    let is_known = matches!(call.plugin.origin, Origin::Shipped | Origin::Operation);
    let resources = |(action, general): (Action, Vec<Resource>)| {
        let patterns: Vec<_> = general
            .iter()
            .filter_map(|resource| match resource {
                Resource::Any => Some("*"),
                Resource::Arn(arn) => Some(*arn),
                Resource::Role { .. } => None,
            })
            .collect();
        match is_known.then(|| named::named(action.as_str(), &patterns, &call.names)).flatten() {
            Some(arns) => vec![(action, Resources::Named(arns))],
            None => general.into_iter().map(|resource| (action, Resources::All(resource))).collect(),
        }
    };
    general.into_iter().flat_map(resources).collect()
}

/// The resources of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Resources {
    /// All that the action can be about.
    All(Resource),
    /// Those that a step names: the part of an ARN behind `arn:PARTITION:`, with wildcards.
    Named(Vec<String>),
}

impl Resources {
    /// The ARNs, each in these partitions.
    fn arns(&self, partitions: &BTreeSet<&str>) -> Vec<String> {
        let in_each =
            |rest: &str| partitions.iter().map(|partition| format!("arn:{partition}:{rest}")).collect::<Vec<_>>();
        match self {
            Self::All(Resource::Any) => vec!["*".to_owned()],
            Self::All(Resource::Arn(rest)) => in_each(rest),
            Self::All(Resource::Role { .. }) => in_each("iam::*:role/*"),
            Self::Named(arns) => arns.iter().flat_map(|rest| in_each(rest)).collect(),
        }
    }

    /// The services that a role may be passed to, by their names in IAM. In China some services have another name.
    fn passed_to(&self, partitions: &BTreeSet<&str>) -> Vec<String> {
        let Self::All(Resource::Role { of }) = self else { return Vec::new() };
        let is_chinese = *of == "ec2" && partitions.contains("aws-cn");
        let own = is_chinese.then(|| format!("{of}.amazonaws.com.cn"));
        std::iter::once(format!("{of}.amazonaws.com")).chain(own).collect()
    }
}

/// The partition of the calls of a step, by the role that signs them or by their region. None when neither is known.
pub fn partition(call: &PluginCall) -> Option<&str> {
    let StepCredentials { base, assume_role, .. } = &call.credentials;
    let role = match (assume_role.last(), base) {
        (Some(last), _) => Some(&last.role_arn),
        (None, Base::WebIdentity { token }) => token.as_ref().map(|token| &token.role_arn),
        (None, _) => None,
    };
    let region = || call.region.as_ref().and_then(|region| region.value.name());
    role.map(RoleArn::partition).or_else(|| region().map(|name| partition_of(name.as_str())))
}

/// The session policy of a step. It limits the session to the actions of the plugin, even if the role allows more.
pub fn session_policy(grants: &Grants, role: &RoleArn) -> Json {
    if grants.allowed().next().is_none() {
        return deny_all();
    }
    let statements = grants.statements().map(|(action, resource)| (action, Resources::All(resource)));
    document(statements, &BTreeSet::from([role.partition()]))
}

/// The session policy of a role whose only purpose is to assume the next role.
pub fn hop_policy(next: &RoleArn) -> Json {
    json!({
        "Version": VERSION,
        "Statement": [{ "Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"], "Resource": next.as_str() }],
    })
}

/// The session policy of a session that only proves that the role can be assumed.
pub fn deny_all() -> Json {
    json!({ "Version": VERSION, "Statement": [{ "Effect": "Deny", "Action": "*", "Resource": "*" }] })
}

/// The trust policy of a role that the host may assume with this external id, and whose sessions it may tag.
pub fn trust_policy(partition: &str, account: &str, external_id: &ExternalId, session_tags: bool) -> Json {
    let principal = json!({ "AWS": format!("arn:{partition}:iam::{account}:root") });
    let mut statements = vec![json!({
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "sts:ExternalId": external_id.as_str() } },
    })];
    if session_tags {
        statements.push(json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:TagSession" }));
    }
    json!({ "Version": VERSION, "Statement": statements })
}

fn document(statements: impl Iterator<Item = (Action, Resources)>, partitions: &BTreeSet<&str>) -> Json {
    let mut of_actions: BTreeMap<Action, BTreeSet<String>> = BTreeMap::new();
    let mut services = BTreeSet::new();
    let mut apart = Vec::new();
    for (action, resources) in statements {
        let (passed_to, arns) = (resources.passed_to(partitions), resources.arns(partitions));
        match resources {
            Resources::Named(_) => of_actions.entry(action).or_default().extend(arns),
            Resources::All(_) => apart.push((action, arns, !passed_to.is_empty())),
        }
        services.extend(passed_to);
    }
    let mut by_resource: BTreeMap<(Vec<String>, bool), BTreeSet<&str>> = BTreeMap::new();
    for (action, mut arns) in of_actions {
        // What another step may do to all resources needs no names.
        let general: Vec<_> = apart.iter().filter(|(of, ..)| *of == action).flat_map(|(_, arns, _)| arns).collect();
        arns.retain(|arn| !general.iter().any(|general| WildMatch::new(general).matches(arn)));
        if !arns.is_empty() {
            by_resource.entry((arns.into_iter().collect(), false)).or_default().insert(action.as_str());
        }
    }
    for (action, arns, is_passed_on) in apart {
        by_resource.entry((arns, is_passed_on)).or_default().insert(action.as_str());
    }
    let services: Vec<_> = services.into_iter().collect();
    let statements: Vec<_> = by_resource
        .into_iter()
        .map(|((resources, is_passed_on), actions)| {
            let resources = one_or_many(&resources);
            if is_passed_on {
                let condition = json!({ "StringEquals": { "iam:PassedToService": one_or_many(&services) } });
                json!({ "Effect": "Allow", "Action": actions, "Resource": resources, "Condition": condition })
            } else {
                json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
            }
        })
        .collect();
    json!({ "Version": VERSION, "Statement": statements })
}

fn one_or_many(resources: &[String]) -> Json {
    match resources {
        [one] => json!(one),
        many => json!(many),
    }
}

/// The partition of a region. IAM does not accept a wildcard in its place.
pub fn partition_of(region: &str) -> &'static str {
    const OTHERS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    OTHERS.into_iter().find_map(|(begin, partition)| region.starts_with(begin).then_some(partition)).unwrap_or("aws")
}
