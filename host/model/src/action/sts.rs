//! AWS Security Token Service.

use super::{Action, ActionRow, Repeat, Resource};

pub(super) static ROWS: [ActionRow; 1] = [ActionRow {
    interface: "sts",
    function: "get-caller-identity",
    service: "STS",
    operations: &["GetCallerIdentity"],
    action: Action("sts:GetCallerIdentity"),
    repeat: Repeat::Read,
    resource: Resource::Any,
    also: &[],
}];
