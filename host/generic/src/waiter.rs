//! What an answer means to a waiter.

use serde_json::Value as Json;

use crate::model::{Expected, Field, Kind, Matcher, Operation, Service, Waiter, WaiterState};
use crate::path::{compile, search};
use crate::step::can_wait;

/// The answer to a look.
#[derive(Debug, Clone, Copy)]
pub enum Look<'a> {
    /// The operation succeeded.
    Found {
        /// The status code.
        status: u16,
        /// The response.
        response: &'a Json,
    },
    /// AWS refused.
    Refused {
        /// The status code, when there was a response.
        status: Option<u16>,
        /// AWS's error code.
        code: Option<&'a str>,
    },
}

/// What an answer means to a waiter; none when no acceptor matches: then an error is an error, and a success is one look
/// more.
pub fn judge(waiter: &Waiter, look: Look<'_>) -> Option<WaiterState> {
    let accepts = |matcher: &Matcher| match (matcher, look) {
        (Matcher::Status(wanted), Look::Found { status, .. }) => *wanted == status,
        (Matcher::Status(wanted), Look::Refused { status, .. }) => Some(*wanted) == status,
        (Matcher::Error(wanted), Look::Refused { code, .. }) => code == Some(wanted.as_str()),
        (Matcher::AnyError(wanted), Look::Refused { .. }) => *wanted,
        (Matcher::AnyError(wanted), Look::Found { .. }) => !*wanted,
        (Matcher::Path { path, expected }, Look::Found { response, .. }) => {
            find(path, response).is_some_and(|found| expected.is(&found))
        }
        (Matcher::PathAll { path, expected }, Look::Found { response, .. }) => match find(path, response) {
            Some(Json::Array(found)) => !found.is_empty() && found.iter().all(|found| expected.is(found)),
            _ => false,
        },
        (Matcher::PathAny { path, expected }, Look::Found { response, .. }) => match find(path, response) {
            Some(Json::Array(found)) => found.iter().any(|found| expected.is(found)),
            _ => false,
        },
        (Matcher::Error(_), Look::Found { .. })
        | (Matcher::Path { .. } | Matcher::PathAll { .. } | Matcher::PathAny { .. }, Look::Refused { .. }) => false,
    };
    waiter.acceptors.iter().find(|acceptor| accepts(&acceptor.matcher)).map(|acceptor| acceptor.state)
}

/// What the waiter sees of the resource, such as `Table.TableStatus is "UPDATING"`.
pub fn observed(waiter: &Waiter, response: &Json) -> Option<String> {
    let path = waiter.acceptors.iter().find_map(|acceptor| match &acceptor.matcher {
        Matcher::Path { path, .. } | Matcher::PathAll { path, .. } | Matcher::PathAny { path, .. } => Some(path),
        Matcher::Status(_) | Matcher::Error(_) | Matcher::AnyError(_) => None,
    })?;
    let found = find(path, response)?;
    Some(format!("`{path}` is {found}"))
}

/// The waiters that a step of the operation can name in `wait`: those that look with the operation, and those whose look
/// gets all it needs from the request. A look that needs nothing has to share a name or id with the request.
pub fn of_operation<'a>(service: &'a Service, operation: &'a Operation) -> impl Iterator<Item = &'a Waiter> {
    service.waiters.iter().filter(|waiter| can_wait(service, operation, waiter, &shared(service, operation, waiter)))
}

/// The members of the operation's request that say what the waiter looks at.
fn shared<'a>(service: &'a Service, operation: &'a Operation, waiter: &Waiter) -> Vec<&'a str> {
    let look = service.operation(&waiter.operation);
    let wanted = service.structure(look.and_then(|look| look.input.as_ref()));
    let paging = look.and_then(|look| look.paginator.as_ref()).map(|pages| pages.inputs.as_slice()).unwrap_or_default();
    let is_shared = |field: &&Field| {
        let is_required = wanted.field(&field.name).is_some_and(|wanted| wanted.required);
        is_required || (is_name(service, field) && !paging.contains(&field.name))
    };
    let fields = &service.structure(operation.input.as_ref()).fields;
    fields.iter().filter(is_shared).map(|field| field.name.as_str()).collect()
}

/// Whether a member is text or a list of text, as names and ids are, and no flag, number or filter.
fn is_name(service: &Service, field: &Field) -> bool {
    match &service.shape(&field.member).kind {
        Kind::Text { .. } => true,
        Kind::List { member, .. } => matches!(service.shape(member).kind, Kind::Text { .. }),
        _ => false,
    }
}

fn find(path: &str, response: &Json) -> Option<Json> {
    search(&compile(path).ok()?, response)
}

impl Expected {
    fn is(&self, found: &Json) -> bool {
        match self {
            Self::Text(text) => found.as_str() == Some(text),
            Self::Bool(flag) => found.as_bool() == Some(*flag),
            Self::Number(number) => found.as_f64() == Some(*number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of_operation;
    use crate::archive::Archive;

    #[test]
    fn a_step_can_wait_with_a_waiter_that_looks_at_what_its_request_names() {
        for (service, operation, expected) in [
            ("dynamodb", "UpdateTable", &["TableExists", "TableNotExists"][..]),
            ("ec2", "StopInstances", &["InstanceStopped"]),
            ("ec2", "DescribeVpcs", &["VpcAvailable", "VpcExists"]),
            ("rds", "CreateDBInstance", &["DBInstanceAvailable"]),
            ("sqs", "ListQueues", &[]),
        ] {
            let service = Archive::shipped().service(service).expect("AWS has it");
            let of = service.operation(operation).expect("it has it");
            let found: Vec<_> = of_operation(&service, of).map(|waiter| waiter.name.as_str()).collect();
            assert!(expected.iter().all(|name| found.contains(name)), "{operation}: {found:?}");
            assert_eq!(found.is_empty(), expected.is_empty(), "{operation}: {found:?}");
            let others = ["StackCreateComplete", "InstanceTerminated"];
            assert!(operation == "StopInstances" || !found.iter().any(|name| others.contains(name)), "{found:?}");
        }
    }
}
