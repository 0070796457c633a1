//! The effect of a retry of an operation.
//!
//! Recovery repeats a call after a crash unless it is [`Repeat::Once`]. Neither a name nor a trait of the model is enough
//! to call one a read or idempotent: the trait `idempotent` stands on operations that restart a database or begin a job,
//! and a name that begins with `Get` on some that issue credentials. So two sources have to agree, or a reviewed row of
//! `rows/repeat.toml` decides.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;
use stepwell_model::action::Repeat;

use super::problem::Problem;
use super::source::Source;

/// How the names of operations begin that read.
const READS: [&str; 21] = [
    "AdminGet",
    "AdminList",
    "BatchDescribe",
    "BatchGet",
    "Check",
    "Count",
    "Describe",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "Is",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
    "Simulate",
    "Validate",
    "View",
];

/// How the names of operations begin that say the state they lead to. The trait `idempotent` holds for these; others that
/// have it begin something, which a repetition begins again.
const STATES: [&str; 21] = [
    "Associate",
    "BatchAssociate",
    "BatchDelete",
    "BatchDisassociate",
    "BatchPut",
    "BatchUpdate",
    "Cancel",
    "Delete",
    "Deregister",
    "Disable",
    "Disassociate",
    "Enable",
    "Put",
    "Remove",
    "Revoke",
    "Set",
    "Stop",
    "Tag",
    "Terminate",
    "Untag",
    "Update",
];

/// AWS defines these once for all services: the resource has the same tags after every repetition.
const TAGS: [&str; 2] = ["TagResource", "UntagResource"];

/// What the sources say about an operation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    /// Whether IAM's level of all of its actions is `Read` or `List`.
    pub(super) only_read: bool,
    /// Whether its request has a client token, by which AWS recognises a retry.
    pub(super) has_token: bool,
    /// Whether the model says that it is idempotent.
    pub(super) is_idempotent: bool,
}

/// The reviewed rows.
#[derive(Default)]
pub(super) struct Rows {
    rows: HashMap<String, Decided>,
}

/// What a row says about an operation.
struct Decided {
    repeat: Repeat,
    /// The member of the request that is a client token, though the model does not mark it.
    token: Option<String>,
    because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsSource {
    row: Vec<Row>,
    #[serde(default)]
    token: Vec<TokenRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    operations: Vec<String>,
    repeat: Repeat,
    because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRow {
    operations: Vec<String>,
    member: String,
    because: String,
}

impl Rows {
    /// Reads `rows/repeat.toml`.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let source: RowsSource = toml::from_str(text).map_err(|error| Problem::new(error.to_string()))?;
        let mut rows = Self::default();
        for Row { operations, repeat, because } in source.row {
            for operation in operations {
                rows.add(operation, Decided { repeat, token: None, because: because.clone() })?;
            }
        }
        for TokenRow { operations, member, because } in source.token {
            for operation in operations {
                let (token, because) = (Some(member.clone()), because.clone());
                rows.add(operation, Decided { repeat: Repeat::Tokened, token, because })?;
            }
        }
        Ok(rows)
    }

    fn add(&mut self, operation: String, decided: Decided) -> Result<(), Problem> {
        let has_reason = !decided.because.is_empty();
        if self.rows.insert(operation.clone(), decided).is_some() || !has_reason {
            return Err(Problem::new("it has two rows, or one without a reason").inside(&operation));
        }
        Ok(())
    }

    /// The first operation of a row that is none of these.
    pub(super) fn unknown(&self, operations: &BTreeSet<String>) -> Option<String> {
        self.rows.keys().find(|operation| !operations.contains(*operation)).cloned()
    }

    /// Marks the client tokens of a service that its model does not mark.
    pub(super) fn mark_tokens(&self, service: &str, source: &mut Source) -> Result<(), Problem> {
        for (name, operation) in &source.operations {
            let Some(token) = self.row(service, name).and_then(|row| row.token.as_ref()) else { continue };
            let input = operation.input.as_ref().and_then(|input| source.shapes.get_mut(&input.shape));
            let mut members = input.into_iter().flat_map(|shape| &mut shape.members);
            let member = members.find(|(name, _)| name == token).map(|(_, member)| member);
            member.ok_or_else(|| Problem::new(format!("no member `{token}`")).inside(name))?.idempotency_token = true;
        }
        Ok(())
    }

    /// The class of an operation, and the reason when a row decides.
    pub(super) fn class(&self, service: &str, name: &str, facts: Facts) -> (Repeat, Option<String>) {
        match self.row(service, name) {
            Some(row) => (row.repeat, Some(row.because.clone())),
            None => (by_rule(name, facts), None),
        }
    }

    fn row(&self, service: &str, operation: &str) -> Option<&Decided> {
        self.rows.get(&format!("{service}:{operation}"))
    }
}

fn by_rule(name: &str, facts: Facts) -> Repeat {
    if facts.only_read && begins(name, &READS) {
        Repeat::Read
    } else if facts.has_token {
        Repeat::Tokened
    } else if TAGS.contains(&name) || (facts.is_idempotent && begins(name, &STATES)) {
        Repeat::Idempotent
    } else {
        Repeat::Once
    }
}

/// Whether a name begins with one of these words, as a word of its own: `Get` begins `GetItem` and not `Getaway`.
fn begins(name: &str, words: &[&str]) -> bool {
    let is_word = |rest: &str| rest.chars().next().is_none_or(|next| !next.is_ascii_lowercase());
    words.iter().any(|word| name.strip_prefix(word).is_some_and(is_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_has_the_name_of_one_and_iams_word_for_it() {
        let (reads, writes) = (Facts { only_read: true, ..Facts::default() }, Facts::default());
        assert_eq!(by_rule("GetItem", reads), Repeat::Read);
        assert_eq!(by_rule("ListTables", writes), Repeat::Once);
        assert_eq!(by_rule("ReceiveMessage", reads), Repeat::Once);
        assert_eq!(by_rule("Issue", reads), Repeat::Once);
        assert_eq!(by_rule("Query", reads), Repeat::Read);
    }

    #[test]
    fn the_idempotent_trait_holds_only_for_names_of_a_state() {
        let facts = Facts { is_idempotent: true, ..Facts::default() };
        assert_eq!(by_rule("DeleteChannel", facts), Repeat::Idempotent);
        for name in ["RebootDbInstance", "StartExecution", "CreateSnapshot", "IssueCertificate", "RegisterType"] {
            assert_eq!(by_rule(name, facts), Repeat::Once, "{name}");
        }
    }

    #[test]
    fn a_client_token_goes_before_the_idempotent_trait() {
        let facts = Facts { has_token: true, is_idempotent: true, ..Facts::default() };
        assert_eq!(by_rule("DeleteChannel", facts), Repeat::Tokened);
        assert_eq!(by_rule("RunInstances", facts), Repeat::Tokened);
    }

    #[test]
    fn a_row_decides_and_gives_its_reason() {
        let text = "[[row]]\noperations = ['a:GetB']\nrepeat = 'once'\nbecause = 'it counts'";
        let rows = Rows::parse(text).unwrap();
        let facts = Facts { only_read: true, ..Facts::default() };
        assert_eq!(rows.class("a", "GetB", facts), (Repeat::Once, Some("it counts".to_owned())));
        assert_eq!(rows.class("b", "GetB", facts), (Repeat::Read, None));
        assert!(Rows::parse(&format!("{text}\n{text}")).is_err());
    }
}
