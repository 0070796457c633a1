//! Steps that call an operation of AWS without a plugin: `uses = "aws:SERVICE/Operation"` and the keys beside it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::step::bounded;
use crate::schema_form::impl_schema;

/// Begins a use of an operation.
pub const PREFIX: &str = "aws:";

/// An operation of AWS, written `aws:dynamodb/UpdateTable`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationName {
    /// The service, under its name in the AWS CLI, such as `dynamodb`.
    pub service: String,
    /// The operation, under AWS's name, such as `UpdateTable`.
    pub operation: String,
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}/{}", self.service, self.operation)
    }
}

impl OperationName {
    /// Reads `SERVICE/Operation`; none when it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let (service, operation) = text.split_once('/')?;
        let is_service = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = |text: &str, is_part: fn(char) -> bool| (1..=128).contains(&text.len()) && text.chars().all(is_part);
        let is_right = fits(service, is_service) && fits(operation, |c| c.is_ascii_alphanumeric() || c == '_');
        is_right.then(|| Self { service: service.to_owned(), operation: operation.to_owned() })
    }
}

/// `pages`: how many pages of a list the step reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pages {
    /// The first one.
    #[default]
    First,
    /// All of them, at most `page_limit`.
    All,
}

bounded!(
    /// The most pages that a step reads. A list that is longer is an error, because a part of it would look like the whole.
    PageLimit,
    1..=1_000,
    "`page_limit` is a number from 1 to 1000"
);

impl Default for PageLimit {
    fn default() -> Self {
        Self(100)
    }
}

impl_schema! {
    PageLimit: { "type": "integer", "minimum": 1, "maximum": 1000 };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_has_a_service_and_a_name() {
        let name = OperationName::parse("dynamodb/UpdateTable").expect("it is one");
        assert_eq!((name.service.as_str(), name.to_string().as_str()), ("dynamodb", "aws:dynamodb/UpdateTable"));
        for wrong in ["", "dynamodb", "dynamodb/", "/UpdateTable", "DynamoDB/UpdateTable", "a/b/c", "a/b c", "a/b?"] {
            assert_eq!(OperationName::parse(wrong), None, "{wrong}");
        }
    }
}
