//! The action table: what each function of an AWS interface in `wit/` means to AWS and to recovery.
//!
//! One row per WIT function. A function without a row cannot be called: the host has no `Permit` for it. A test in
//! `stepwell-aws` holds `wit/`, the table and the service files together.

mod athena;
mod autoscaling;
mod cloudwatch_logs;
mod ec2;
mod ecs;
mod elbv2;
mod lambda;
mod rds;
mod s3;
mod ssm;
mod sts;

use std::fmt;

use serde::{Deserialize, Serialize};

/// An IAM action in AWS's own notation, such as `ec2:StartInstances`. Only the table makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Action(&'static str);

impl Action {
    /// The action as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What repeating a call does, for instance when it is not known whether the first one arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Changes nothing.
    Read,
    /// Reaches the same state however often it is called.
    Idempotent,
    /// Starts work that changes nothing, and that AWS is paid for each time. To recovery it is as good as
    /// [`Repeat::Idempotent`].
    Paid,
    /// Carries a client token by which AWS recognises the repetition.
    Tokened,
    /// Has its effect again, or is refused: then the answer says nothing of the first one.
    Once,
}

impl Repeat {
    /// Whether the call may change something in AWS, or costs something there.
    pub fn changes(self) -> bool {
        self != Self::Read
    }

    /// The same in words, for somebody who has to know what a crash or a retry can do.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Read => "reads",
            Self::Idempotent => "changes; repeating it changes nothing more",
            Self::Paid => "starts work; repeating it changes nothing, and is paid for again",
            Self::Tokened => "changes; a client token makes it repeatable",
            Self::Once => "changes; never repeated without being asked",
        }
    }
}

/// The form of `Resource` in an IAM statement that allows the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// The action knows no resource-level permissions.
    Any,
    /// The part of an ARN behind `arn:PARTITION:`, with wildcards.
    Arn(&'static str),
    /// Any role, as long as it is passed on to this service.
    Role {
        /// The service principal without its domain, such as `ec2`.
        of: &'static str,
    },
}

/// One function of an AWS interface.
#[derive(Debug, PartialEq, Eq)]
pub struct ActionRow {
    /// The WIT interface, such as `ec2`.
    pub interface: &'static str,
    /// The WIT function, such as `start-instances`.
    pub function: &'static str,
    /// The service as the SDK's operation metadata names it.
    pub service: &'static str,
    /// The API operations that the function may send, as the SDK's operation metadata names them; mostly one.
    pub operations: &'static [&'static str],
    /// The IAM action that AWS checks.
    pub action: Action,
    /// What a repetition does.
    pub repeat: Repeat,
    /// What a policy names as the resource.
    pub resource: Resource,
    /// What AWS may check besides, by what the request holds: the role that is passed on, the tags. A plugin needs all of
    /// them to be granted, because nobody knows beforehand what it will ask for.
    pub also: &'static [(Action, Resource)],
}

impl ActionRow {
    const fn also(mut self, also: &'static [(Action, Resource)]) -> Self {
        self.also = also;
        self
    }

    /// Every IAM action that AWS may check, with what a policy names as its resource.
    pub fn actions(&self) -> impl Iterator<Item = (Action, Resource)> {
        std::iter::once((self.action, self.resource)).chain(self.also.iter().copied())
    }

    /// The actions besides [`ActionRow::action`], which AWS may check for more than one kind of resource.
    pub fn further(&self) -> impl Iterator<Item = Action> {
        self.also.iter().map(|(action, _)| *action).filter(|action| *action != self.action)
    }
}

/// AWS asks for it when a request names a role that a service is to act as.
const PASS_ROLE: Action = Action("iam:PassRole");

/// What the rows of a service have in common.
struct Service {
    interface: &'static str,
    /// [`ActionRow::service`].
    name: &'static str,
}

impl Service {
    const fn call(
        &self,
        function: &'static str,
        operations: &'static [&'static str],
        action: &'static str,
        repeat: Repeat,
        resource: Resource,
    ) -> ActionRow {
        let (interface, service, action) = (self.interface, self.name, Action(action));
        ActionRow { interface, function, service, operations, action, repeat, resource, also: &[] }
    }

    /// A call that changes nothing, without resource-level permissions.
    const fn look(
        &self,
        function: &'static str,
        operations: &'static [&'static str],
        action: &'static str,
    ) -> ActionRow {
        self.call(function, operations, action, Repeat::Read, Resource::Any)
    }
}

/// Every call that a plugin can import, service by service.
static SERVICES: [&[ActionRow]; 11] = [
    &athena::ROWS,
    &autoscaling::ROWS,
    &cloudwatch_logs::ROWS,
    &ec2::ROWS,
    &ecs::ROWS,
    &elbv2::ROWS,
    &lambda::ROWS,
    &rds::ROWS,
    &s3::ROWS,
    &ssm::ROWS,
    &sts::ROWS,
];

/// Every call that a plugin can import.
pub fn rows() -> impl Iterator<Item = &'static ActionRow> {
    SERVICES.iter().copied().flatten()
}

/// The row of a WIT function.
pub fn row(interface: &str, function: &str) -> Option<&'static ActionRow> {
    rows().find(|row| row.interface == interface && row.function == function)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_one_row_and_every_row_an_operation() {
        let all: Vec<_> = rows().collect();
        for (i, row) in all.iter().enumerate() {
            assert!(!row.operations.is_empty(), "{}.{}", row.interface, row.function);
            for other in &all[..i] {
                assert_ne!((row.interface, row.function), (other.interface, other.function));
            }
        }
    }
}
