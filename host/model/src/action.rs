//! The action table: what each AWS function of `wit/` means to IAM and to recovery.
//!
//! `rows.rs` declares one row per function, each as a constant such as [`ec2::STOP_INSTANCES`]. A function without a row
//! does not compile: the host gets no `Permit` without one. A test in `stepwell-aws` compares the table with `wit/`.
//! [`operation`] makes the rows of all other operations of AWS from the models of its services.

pub mod known;
pub mod operation;
mod rows;

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use rows::PASS_ROLE;
pub use rows::{athena, autoscaling, cloudwatch_logs, ec2, ecs, elbv2, host, lambda, rds, row, rows, s3, ssm, sts};

/// An IAM action in AWS's own notation, such as `ec2:StartInstances`. Only rows make them.
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

/// A function of an interface in `wit/`, shown as `ec2.start-instances`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Function {
    /// The interface, such as `ec2`.
    pub interface: &'static str,
    /// The function, such as `start-instances`.
    pub name: &'static str,
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.interface, self.name)
    }
}

/// The effect of a retry, for instance when the outcome of the first attempt is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// The call changes nothing.
    Read,
    /// The call reaches the same state however often it is made.
    Idempotent,
    /// The call starts work that changes nothing, and AWS charges for each start. Recovery treats it like
    /// [`Repeat::Idempotent`].
    Paid,
    /// The call carries a client token by which AWS recognises a retry.
    Tokened,
    /// A retry has the effect a second time, or AWS refuses it and the refusal does not tell the outcome of the first
    /// call.
    Once,
}

impl Repeat {
    /// Whether the call may change something in AWS, or costs something there.
    pub fn changes(self) -> bool {
        self != Self::Read
    }

    /// The effect of a retry in words, for a reader who has to know what a crash can do.
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

/// Whether the answer that the plugin gets can tell something about a secret in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// It has ids, states and numbers that AWS makes, whatever the request held.
    Never,
    /// AWS may repeat a value of the request in it, or compute with one. The host withholds it when the request held a
    /// secret.
    Possible,
    /// It shows what came of an earlier call, and the host withholds that when the earlier call held a secret.
    Later {
        /// The action of the earlier call.
        of: &'static str,
    },
}

/// The form of `Resource` in an IAM statement that allows the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// `*`: the action knows no resource-level permissions.
    Any,
    /// The part of an ARN behind `arn:PARTITION:`, with wildcards.
    Arn(&'static str),
    /// Any role, as long as the request passes it on to this service.
    Role {
        /// The service principal without its domain, such as `ec2`.
        of: &'static str,
    },
}

/// One AWS function of the contract.
#[derive(Debug, PartialEq, Eq)]
pub struct ActionRow {
    /// The WIT function.
    pub function: Function,
    /// The service as the SDK's operation metadata names it.
    pub service: &'static str,
    /// The API operations that the function may send, as the SDK's operation metadata names them; mostly one.
    pub operations: &'static [&'static str],
    /// The IAM action that AWS checks.
    pub action: Action,
    /// The effect of a retry.
    pub repeat: Repeat,
    /// The resource that a policy names.
    pub resource: Resource,
    /// What the answer can tell about a secret in the request.
    pub echo: Echo,
    /// Further actions that AWS may check, depending on the request: for a role that it passes on, for tags. A plugin
    /// needs a grant for all of them, because its requests are unknown beforehand.
    pub also: &'static [(Action, Resource)],
    /// Those of [`ActionRow::also`] that the function checks itself (`Grants::check`), for the requests that need them. A
    /// step that makes no such request needs no grant for them.
    pub conditional: &'static [Action],
}

impl ActionRow {
    /// Every IAM action that AWS may check, with the resource that a policy names.
    pub fn actions(&self) -> impl Iterator<Item = (Action, Resource)> {
        std::iter::once((self.action, self.resource)).chain(self.also.iter().copied())
    }

    /// Whether the answers of other calls show what came of this one ([`Echo::Later`]).
    pub fn is_shown_later(&self) -> bool {
        rows().any(|row| matches!(row.echo, Echo::Later { of } if of == self.action.as_str()))
    }

    /// The actions besides [`ActionRow::action`], which AWS may check for more than one kind of resource.
    pub fn further(&self) -> impl Iterator<Item = Action> {
        self.also.iter().map(|(action, _)| *action).filter(|action| *action != self.action)
    }
}

/// A row, with its service as a type: the client of another service cannot send it.
#[derive(Debug, Clone, Copy)]
pub struct Row<S> {
    row: &'static ActionRow,
    service: PhantomData<S>,
}

impl<S> Row<S> {
    /// The row itself.
    pub const fn row(&self) -> &'static ActionRow {
        self.row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_one_row() {
        let all: Vec<_> = rows().map(|row| row.function).collect();
        for (i, function) in all.iter().enumerate() {
            assert!(!all[..i].contains(function), "{function}");
        }
    }
}
