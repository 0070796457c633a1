//! What an answer means to a waiter.

use serde_json::Value as Json;

use crate::model::{Expected, Matcher, Waiter, WaiterState};
use crate::path::{compile, search};

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
