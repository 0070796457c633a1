//! Why a step cannot use an operation.

use stepwell_model::NextAction as _;
use stepwell_model::error::{list_names, nearest};
use stepwell_model::plan::{OperationCall, OperationKey, OperationRefused};

use crate::archive::ArchiveError;
use crate::model::{Operation, Refused, Service, Waiter};
use crate::path::PathFault;

/// What waits without a waiter.
const LOOK: &str =
    "add a step with the operation that describes the resource and an `until`, which waits for any state";

/// Differences between a waiter and a slip of the keyboard. A waiter of a similar name waits for another state, such as
/// `DBInstanceDeleted` for `DBInstanceStopped`.
const SLIP: usize = 2;

/// Why a step cannot use an operation.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is no such service, or the models cannot be read.
    Archive(ArchiveError),
    /// There is no such operation.
    Operation { nearest: Option<String>, count: usize },
    /// The host cannot make the call.
    Refused(Refused),
    /// It hands out a secret.
    GivesSecret,
    /// The model has no paginator for it.
    NoPages,
    /// `select` is no JMESPath.
    Select(String),
    /// `select` finds nothing in any answer.
    Finds(PathFault),
    /// The service has no such waiter.
    Waiter { nearest: Option<String>, known: Vec<String> },
    /// `until` would make a change again and again.
    Changes,
    /// The request lacks what the waiter asks for.
    Look { operation: String, member: Option<String> },
}

impl From<ArchiveError> for Refusal {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error)
    }
}

impl Refusal {
    pub(super) fn unknown_operation(service: &Service, name: &str) -> Self {
        let names = || service.operations.iter().map(|operation| operation.name.as_str());
        let same = names().find(|known| known.eq_ignore_ascii_case(&name.replace(['-', '_'], "")));
        let nearest = same.or_else(|| nearest(name, names())).map(str::to_owned);
        Self::Operation { nearest, count: service.operations.len() }
    }

    pub(super) fn unknown_waiter(service: &Service, operation: &Operation, name: &str) -> Self {
        // The distance takes the time of the product of the lengths.
        let is_as_long = |waiter: &&Waiter| waiter.name.len().abs_diff(name.len()) <= SLIP;
        let distance = |waiter: &&Waiter| strsim::damerau_levenshtein(name, &waiter.name);
        let nearest = service.waiters.iter().filter(is_as_long).min_by_key(distance);
        let nearest = nearest.filter(|waiter| distance(waiter) <= SLIP).map(|waiter| waiter.name.clone());
        // Those that look with the same operation are the likely ones.
        let mut known: Vec<_> = service.waiters.iter().collect();
        known.sort_by_key(|waiter| waiter.operation != operation.name);
        Self::Waiter { nearest, known: known.into_iter().map(|waiter| waiter.name.clone()).collect() }
    }

    pub(super) fn look(waiter: &Waiter, member: Option<&str>) -> Self {
        Self::Look { operation: waiter.operation.clone(), member: member.map(str::to_owned) }
    }

    pub(super) fn explain(self, call: &OperationCall, botocore: &str) -> OperationRefused {
        let (name, service) = (&call.name, &call.name.service);
        let refused = |key, what: String, because: String, next: String| OperationRefused { key, what, because, next };
        match self {
            Self::Archive(error) => refused(
                OperationKey::Uses,
                format!("`{name}` cannot be called: {error}"),
                error.because(),
                error.next(),
            ),
            Self::Operation { nearest, count } => refused(
                OperationKey::Uses,
                format!("`{service}` has no operation `{}`", name.operation),
                format!("its model, of botocore {botocore}, has {count} operations and not this one"),
                match nearest {
                    Some(meant) => format!("write `aws:{service}/{meant}`"),
                    None => format!("choose one of those that `stepwell aws operations {service}` lists"),
                },
            ),
            Self::Refused(reason) => refused(
                OperationKey::Uses,
                format!("`{name}` cannot be called"),
                reason.to_string(),
                "use a shipped plugin or a typed interface for it".to_owned(),
            ),
            Self::GivesSecret => refused(
                OperationKey::Uses,
                format!("`{name}` cannot be called"),
                "it answers with a secret, which the journal and other steps could read".to_owned(),
                "let the host hold the secret: store it with `stepwell keys set`, and name it as the `key` of a secret \
                 option"
                    .to_owned(),
            ),
            Self::NoPages => refused(
                OperationKey::Pages,
                format!("`{name}` has no pages"),
                "AWS's model names no token that would lead to a next page".to_owned(),
                "remove `pages`".to_owned(),
            ),
            Self::Select(reason) => refused(
                OperationKey::Select,
                "`select` is no JMESPath".to_owned(),
                reason.split_whitespace().collect::<Vec<_>>().join(" "),
                "write a path such as `Table.TableStatus` or `QueueUrls[]`".to_owned(),
            ),
            Self::Finds(fault) => {
                refused(OperationKey::Select, format!("`select` {fault}"), fault.because(), fault.next())
            },
            Self::Waiter { nearest, known } => refused(
                OperationKey::Wait,
                format!("`{service}` has no waiter `{}`", call.wait.as_deref().unwrap_or_default()),
                match known.is_empty() {
                    true => "AWS's model of the service has no waiters".to_owned(),
                    false => format!("its waiters are {}", list_names(known.iter().map(String::as_str))),
                },
                match (nearest, known.is_empty()) {
                    (Some(meant), _) => format!("write `{meant}`"),
                    (None, false) => format!("use one of them, or {LOOK}"),
                    (None, true) => LOOK.to_owned(),
                },
            ),
            Self::Changes => refused(
                OperationKey::Until,
                format!("`{name}` cannot be called again and again"),
                "it changes something, and `until` repeats only what reads".to_owned(),
                "add a step that reads the resource, and give that one the `until`".to_owned(),
            ),
            Self::Look { operation, member } => refused(
                OperationKey::Wait,
                format!("`{}` cannot wait for this request", call.wait.as_deref().unwrap_or_default()),
                match member {
                    Some(member) => {
                        format!("it looks with `{operation}`, which needs `{member}`, and the request has none")
                    }
                    None => format!("it looks with `{operation}`, and the request names nothing of what that takes"),
                },
                format!("add a step that uses `aws:{service}/{operation}` with this `wait`"),
            ),
        }
    }
}
