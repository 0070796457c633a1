//! AWS Lambda.

use super::{Action, ActionRow, PASS_ROLE, Repeat, Resource};

const fn lambda(
    function: &'static str,
    operation: &'static [&'static str; 1],
    action: &'static str,
    repeat: Repeat,
) -> ActionRow {
    let (interface, service, action) = ("lambda", "Lambda", Action(action));
    ActionRow { interface, function, service, operations: operation, action, repeat, resource: FUNCTIONS, also: &[] }
}

const FUNCTIONS: Resource = Resource::Arn("lambda:*:*:function:*");

/// For the tags in a `CreateFunction`.
const TAG: (Action, Resource) = (Action("lambda:TagResource"), FUNCTIONS);

pub(super) static ROWS: [ActionRow; 4] = [
    // What the code does, it does again.
    lambda("invoke", &["Invoke"], "lambda:InvokeFunction", Repeat::Once),
    // AWS refuses a repetition (ResourceConflictException), and that says it all: there is a function with this name. A
    // plugin whose name is its own goes on from there; with `Once`, every crash at this call would wait for somebody.
    lambda("create-function", &["CreateFunction"], "lambda:CreateFunction", Repeat::Idempotent).also(&[PASS_ROLE, TAG]),
    lambda("get-function", &["GetFunction"], "lambda:GetFunction", Repeat::Read),
    // A repetition finds nothing (ResourceNotFoundException), which is what was wanted.
    lambda("delete-function", &["DeleteFunction"], "lambda:DeleteFunction", Repeat::Idempotent),
];
