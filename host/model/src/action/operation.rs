//! Rows of operations that the models of AWS's services describe. A row is made when a plugin imports its operation or a
//! step names it, and stays for as long as the process.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use super::{Action, ActionRow, Echo, Function, Repeat, Resource, Row};

/// Stands for every service in the types of rows that the models describe.
#[derive(Debug, Clone, Copy)]
pub enum Service {}

/// Begins the name of an interface whose functions the models describe: `aws.dynamodb`.
pub const INTERFACES: &str = "aws.";

/// An operation as its model describes it.
#[derive(Debug, Clone)]
pub struct Operation<'a> {
    /// The service in names of functions, such as `dynamodb`.
    pub interface: &'a str,
    /// The function, such as `update-table`.
    pub function: &'a str,
    /// The service as the SDK's operation metadata names it, such as `DynamoDB`.
    pub service: &'a str,
    /// The API operation, such as `UpdateTable`.
    pub operation: &'a str,
    /// The IAM action that AWS checks.
    pub action: &'a str,
    /// Further actions that AWS checks.
    pub also: &'a [String],
    /// The effect of a retry.
    pub repeat: Repeat,
    /// Whether its request names a role that a service is to assume, or can name one as far as that is known.
    pub passes_role: bool,
}

/// Rows by service, operation, and whether the request passes a role.
static ROWS: Mutex<BTreeMap<(String, String, bool), &'static ActionRow>> = Mutex::new(BTreeMap::new());

/// The row of an operation: the same one for every call with the same names that passes a role, or that passes none.
pub fn row(of: &Operation<'_>) -> Row<Service> {
    let mut rows = ROWS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (of.service.to_owned(), of.operation.to_owned(), of.passes_role);
    let row = *rows.entry(key).or_insert_with(|| {
        let further = of.also.iter().map(|name| (Action(kept(name)), Resource::Any));
        let pass_role = of.passes_role.then_some((super::PASS_ROLE, Resource::Arn("iam::*:role/*")));
        let also: Vec<_> = further.chain(pass_role).collect();
        let operations: Vec<&'static str> = vec![kept(of.operation)];
        Box::leak(Box::new(ActionRow {
            function: Function { interface: kept(&format!("{INTERFACES}{}", of.interface)), name: kept(of.function) },
            service: kept(of.service),
            operations: operations.leak(),
            action: Action(kept(of.action)),
            repeat: of.repeat,
            resource: Resource::Any,
            echo: echo(of),
            also: also.leak(),
            conditional: &[],
        }))
    });
    Row { row, service: PhantomData }
}

/// What the answer tells. A typed row knows when it shows what came of an earlier call. That one tells nothing of its own
/// request holds for the few fields of the typed answer only; the operation answers with all of them.
fn echo(of: &Operation<'_>) -> Echo {
    let typed = super::rows().filter(|row| row.service == of.service && row.operations.contains(&of.operation));
    typed.map(|row| row.echo).find(|echo| matches!(echo, Echo::Later { .. })).unwrap_or(Echo::Possible)
}

/// A text for as long as the process. There are at most twice as many as AWS has operations.
fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update_table() -> Operation<'static> {
        Operation {
            interface: "dynamodb",
            function: "update-table",
            service: "DynamoDB",
            operation: "UpdateTable",
            action: "dynamodb:UpdateTable",
            also: &[],
            repeat: Repeat::Once,
            passes_role: true,
        }
    }

    #[test]
    fn an_operation_has_one_row() {
        let [one, other] = [(); 2].map(|()| row(&update_table()).row());
        assert!(std::ptr::eq(one, other));
        assert_eq!(one.function.to_string(), "aws.dynamodb.update-table");
        let actions: Vec<_> = one.actions().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions, ["dynamodb:UpdateTable", "iam:PassRole"]);
    }

    #[test]
    fn an_operation_has_another_row_for_requests_that_pass_no_role() {
        let without = row(&Operation { passes_role: false, ..update_table() }).row();
        assert_eq!(without.actions().map(|(action, _)| action.as_str()).collect::<Vec<_>>(), ["dynamodb:UpdateTable"]);
        assert!(row(&update_table()).row().actions().any(|(action, _)| action.as_str() == "iam:PassRole"));
    }

    #[test]
    fn the_results_of_a_command_are_an_echo_of_it() {
        let echo = |operation: &str| {
            let action = format!("ssm:{operation}");
            let (interface, function, service) = ("ssm", "a-function", "SSM");
            let of = Operation { interface, function, service, operation, action: &action, ..update_table() };
            row(&of).row().echo
        };
        assert_eq!(echo("GetCommandInvocation"), Echo::Later { of: "ssm:SendCommand" });
        assert_eq!(echo("ListCommandInvocations"), Echo::Later { of: "ssm:SendCommand" });
        assert_eq!(echo("SendCommand"), Echo::Possible, "its whole answer repeats the parameters");
    }
}
