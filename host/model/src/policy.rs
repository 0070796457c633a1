//! IAM policies: for a job, for a session, and for the trust of a role.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::action::{Action, Resource};
use crate::credentials::{Base, StepCredentials};
use crate::grant::Grants;
use crate::id::{ExternalId, RoleArn};
use crate::plan::{Plan, PluginCall};

/// The version of IAM's policy language, a date that AWS fixed.
const VERSION: &str = "2012-10-17";

/// An IAM policy for all steps of a plan together, whose ARNs lie in these partitions.
pub fn policy(plan: &Plan, partitions: &BTreeSet<&str>) -> Json {
    let calls: Vec<_> = plan.plugin_calls().into_iter().map(|(_, _, call)| call).collect();
    document(calls.iter().flat_map(|call| call.grants.statements()), partitions)
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
    document(grants.statements(), &BTreeSet::from([role.partition()]))
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

fn document(statements: impl Iterator<Item = (Action, Resource)>, partitions: &BTreeSet<&str>) -> Json {
    let mut by_resource: BTreeMap<(Vec<String>, bool), BTreeSet<&str>> = BTreeMap::new();
    let mut services = BTreeSet::new();
    for (action, resource) in statements {
        let passed_to = passed_to(resource, partitions);
        by_resource
            .entry((resources(resource, partitions), !passed_to.is_empty()))
            .or_default()
            .insert(action.as_str());
        services.extend(passed_to);
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

fn resources(resource: Resource, partitions: &BTreeSet<&str>) -> Vec<String> {
    let rest = match resource {
        Resource::Any => return vec!["*".to_owned()],
        Resource::Arn(rest) => rest,
        Resource::Role { .. } => "iam::*:role/*",
    };
    partitions.iter().map(|partition| format!("arn:{partition}:{rest}")).collect()
}

/// The services that a role may be passed to, by their names in IAM. In China some services have another name.
fn passed_to(resource: Resource, partitions: &BTreeSet<&str>) -> Vec<String> {
    let Resource::Role { of } = resource else { return Vec::new() };
    let is_chinese = of == "ec2" && partitions.contains("aws-cn");
    let own = is_chinese.then(|| format!("{of}.amazonaws.com.cn"));
    std::iter::once(format!("{of}.amazonaws.com")).chain(own).collect()
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
