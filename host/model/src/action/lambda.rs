//! AWS Lambda.

use super::{Action, ActionRow, PASS_ROLE, Repeat, Resource, Service};

const LAMBDA: Service = Service { interface: "lambda", name: "Lambda" };

const FUNCTIONS: Resource = Resource::Arn("lambda:*:*:function:*");

/// For the tags in a `CreateFunction`.
const TAG: (Action, Resource) = (Action("lambda:TagResource"), FUNCTIONS);

pub(super) static ROWS: [ActionRow; 4] = [
    // What the code does, it does again.
    LAMBDA.call("invoke", &["Invoke"], "lambda:InvokeFunction", Repeat::Once, FUNCTIONS),
    // AWS refuses a repetition (ResourceConflictException), and that says it all: there is a function with this name. A
    // plugin whose name is its own goes on from there; with `Once`, every crash at this call would wait for somebody.
    LAMBDA
        .call("create-function", &["CreateFunction"], "lambda:CreateFunction", Repeat::Idempotent, FUNCTIONS)
        .also(&[(PASS_ROLE, Resource::Role { of: "lambda" }), TAG]),
    LAMBDA.call("get-function", &["GetFunction"], "lambda:GetFunction", Repeat::Read, FUNCTIONS),
    // A repetition finds nothing (ResourceNotFoundException), which is what was wanted.
    LAMBDA.call("delete-function", &["DeleteFunction"], "lambda:DeleteFunction", Repeat::Idempotent, FUNCTIONS),
];
