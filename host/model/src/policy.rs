//! The IAM policy that a job needs: exactly the actions that its plugins can call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::action::{ACTIONS, ActionRow, Resource};
use crate::plan::Plan;

/// An IAM policy document for all steps of a plan together.
pub fn policy(plan: &Plan) -> Json {
    let partitions: BTreeSet<_> =
        plan.steps.iter().map(|step| partition(step.region.as_ref().map(|r| r.value.as_str()))).collect();
    let mut by_resource: BTreeMap<Vec<String>, BTreeSet<&str>> = BTreeMap::new();
    for row in ACTIONS.iter().filter(|row| allowed(plan, row)) {
        by_resource.entry(resources(row, &partitions)).or_default().insert(row.action.as_str());
    }
    let statements: Vec<_> = by_resource
        .into_iter()
        .map(
            |(resources, actions)| json!({ "Effect": "Allow", "Action": actions, "Resource": one_or_many(&resources) }),
        )
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn allowed(plan: &Plan, row: &ActionRow) -> bool {
    plan.steps.iter().any(|step| step.grants.allowed().any(|action| action == row.action))
}

fn resources(row: &ActionRow, partitions: &BTreeSet<&str>) -> Vec<String> {
    match row.resource {
        Resource::Any => vec!["*".to_owned()],
        Resource::Arn(rest) => partitions.iter().map(|partition| format!("arn:{partition}:{rest}")).collect(),
    }
}

fn one_or_many(resources: &[String]) -> Json {
    match resources {
        [one] => json!(one),
        many => json!(many),
    }
}

/// IAM accepts no wildcard in place of the partition.
fn partition(region: Option<&str>) -> &'static str {
    match region {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}
