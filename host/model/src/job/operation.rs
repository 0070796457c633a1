//! Steps that call an operation of AWS without a plugin: `uses = "aws:SERVICE/Operation"` and the keys beside it.

use std::fmt;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::step::bounded;
use crate::file::NEXT;
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

    /// The operation that a text in another form means: `dynamodb/ListTables`, `AWS:dynamodb.ListTables`,
    /// `aws:dynamodb/list-tables`.
    pub(super) fn meant(text: &str) -> Option<Self> {
        let prefix = text.get(..PREFIX.len()).filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX));
        let rest = prefix.map_or(text, |prefix| text.get(prefix.len()..).unwrap_or_default());
        let (service, operation) = rest.split_once(['/', '.', ':'])?;
        // Without the prefix it could also be the path of a file.
        if prefix.is_none() && !operation.starts_with(|first: char| first.is_ascii_uppercase()) {
            return None;
        }
        Self::parse(&format!("{}/{}", service.to_ascii_lowercase(), in_capitals(operation)))
    }
}

/// The name of an operation that is written as the AWS CLI does: `DescribeTable` of `describe-table`.
fn in_capitals(operation: &str) -> String {
    let word = |word: &str| {
        let first = word.get(..1).unwrap_or_default().to_ascii_uppercase();
        format!("{first}{}", word.get(1..).unwrap_or_default())
    };
    operation.split(['-', '_']).map(word).collect()
}

/// `pages`: how many pages of a list the step reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pages {
    /// The first one.
    #[default]
    First,
    /// All of them, at most `page_limit`.
    All,
}

impl<'de> Deserialize<'de> for Pages {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = |_| {
            let what = "`pages` is \"first\" or \"all\"";
            D::Error::custom(format!("{what}{NEXT}write pages = \"all\"; `page_limit` is the most pages"))
        };
        match String::deserialize(deserializer).map_err(wrong)?.as_str() {
            "first" => Ok(Self::First),
            "all" => Ok(Self::All),
            other => Err(D::Error::unknown_variant(other, &["first", "all"])),
        }
    }
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

    #[test]
    fn an_operation_in_another_form_means_one() {
        let meant = |text| OperationName::meant(text).map(|name| name.to_string());
        for text in [
            "dynamodb/ListTables",
            "dynamodb:ListTables",
            "AWS:dynamodb/ListTables",
            "aws:dynamodb.ListTables",
            "aws:DynamoDB/list-tables",
            "aws:dynamodb/listTables",
        ] {
            assert_eq!(meant(text).as_deref(), Some("aws:dynamodb/ListTables"), "{text}");
        }
        for other in ["ec2-stop", "../ListTables", "plugins/ec2-stop", "aws:", "aws:dynamodb", "ä:b/C", ""] {
            assert_eq!(meant(other), None, "{other}");
        }
    }
}
