//! What an operation means to the host: its row of the action table, and what of it is secret.

mod secret;

use std::collections::HashSet;
use std::iter;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use stepwell_model::action::{Row, operation};
use stepwell_model::plan::RoleMember;

use crate::model::{Field, Kind, Member, Operation, Protocol, Service, ShapeId};

pub use secret::{SecretAnswer, WITHHELD, answers_with_secret, gives_secret, withhold};

/// The IAM actions that AWS checks for an operation; the probable one when no source knows them.
pub fn actions(service: &Service, of: &Operation) -> Vec<String> {
    iter::once(action(service, of)).chain(further_actions(of).iter().cloned()).collect()
}

fn action(service: &Service, of: &Operation) -> String {
    of.actions.first().cloned().unwrap_or_else(|| format!("{}:{}", service.signing_name, of.name))
}

fn further_actions(of: &Operation) -> &[String] {
    of.actions.get(1..).unwrap_or_default()
}

/// The row of an operation for any request, such as those of a plugin: it passes a role if the model lets it.
pub fn row(service: &Service, of: &Operation) -> Row<operation::Service> {
    row_passing(service, of, passes_role(service, of))
}

/// The row of an operation for this request.
pub fn row_of_request(service: &Service, of: &Operation, request: &Json) -> Row<operation::Service> {
    row_passing(service, of, role(service, of, request, &|_| false).is_some())
}

/// The row of an operation whose request passes a role, or passes none.
pub fn row_passing(service: &Service, of: &Operation, passes_role: bool) -> Row<operation::Service> {
    operation::row(&operation::Operation {
        interface: &service.name,
        function: &function(&of.name),
        service: &service.id,
        operation: &of.name,
        action: &action(service, of),
        also: further_actions(of),
        repeat: of.repeat,
        passes_role: of.repeat.changes() && passes_role,
    })
}

/// The function of an operation in WIT: `describe-table` of `DescribeTable`, `list-objects-v2` of `ListObjectsV2`.
pub fn function(operation: &str) -> String {
    let letters: Vec<char> = operation.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    let mut name = String::with_capacity(letters.len() + 8);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        // `DBInstance` is `db-instance`: the last capital of several begins a word.
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase));
        if begins {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// Whether the request can name a role that a service is to assume.
fn passes_role(service: &Service, of: &Operation) -> bool {
    of.input.as_ref().is_some_and(|input| can_name_role(service, input, &mut HashSet::new()))
}

/// Whether a value of the member can name a role at any depth.
fn can_name_role(service: &Service, member: &Member, seen: &mut HashSet<ShapeId>) -> bool {
    if !seen.insert(member.shape) {
        return false;
    }
    match &service.shape(member).kind {
        Kind::Structure(structure) => {
            structure.fields.iter().any(|field| is_role(service, field) || can_name_role(service, &field.member, seen))
        }
        Kind::List { member, .. } => can_name_role(service, member, seen),
        Kind::Map { value, .. } => can_name_role(service, value, seen),
        _ => false,
    }
}

/// Whether the member of this name holds a role.
fn is_role(service: &Service, field: &Field) -> bool {
    let name = field.name.to_ascii_lowercase();
    let is_named = name.ends_with("rolearn") || name.ends_with("role") || name.ends_with("instanceprofile");
    let kind = &service.shape(&field.member).kind;
    is_named && matches!(kind, Kind::Text { .. } | Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. })
}

/// The member with which a request names a role that a service is to assume. `is_open` tells a value that only the run
/// knows: it may name one at any depth.
pub fn role(service: &Service, of: &Operation, request: &Json, is_open: &dyn Fn(&Json) -> bool) -> Option<RoleMember> {
    let input = of.input.as_ref().filter(|_| of.repeat.changes())?;
    let found = role_in(service, input, request, is_open)?;
    let path: Vec<_> = found.path.into_iter().rev().collect();
    Some(RoleMember { path: path.join("."), is_certain: found.is_certain })
}

/// A member that names a role, or a value in the place of one that can.
struct FoundRole {
    /// The names that lead to it, the innermost first.
    path: Vec<String>,
    is_certain: bool,
}

impl FoundRole {
    fn under(mut self, name: &str) -> Self {
        self.path.push(name.to_owned());
        self
    }
}

fn role_in(service: &Service, member: &Member, value: &Json, is_open: &dyn Fn(&Json) -> bool) -> Option<FoundRole> {
    let of = |is_certain| FoundRole { path: Vec::new(), is_certain };
    if is_open(value) {
        return can_name_role(service, member, &mut HashSet::new()).then(|| of(false));
    }
    match (&service.shape(member).kind, value) {
        (Kind::Structure(structure), Json::Object(values)) => structure.fields.iter().find_map(|field| {
            let value = values.get(&field.name).filter(|value| !value.is_null() || is_open(value))?;
            let found = match is_role(service, field) {
                true => of(!is_open(value)),
                false => role_in(service, &field.member, value, is_open)?,
            };
            Some(found.under(&field.name))
        }),
        (Kind::List { member, .. }, Json::Array(items)) => {
            items.iter().find_map(|item| role_in(service, member, item, is_open))
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            entries.iter().find_map(|(name, value)| Some(role_in(service, member, value, is_open)?.under(name)))
        }
        _ => None,
    }
}

/// Shapes of Route 53 that are ids.
const ROUTE53_IDS: &[&str] = &["ResourceId", "DelegationSetId", "ChangeId"];

/// Makes the members of a request what AWS takes. Route 53 answers with `/hostedzone/Z123` and `/change/C123`, and takes
/// `Z123` and `C123`: what an answer has must be of use in the next request.
pub fn prepare(service: &Service, operation: &Operation, request: &mut Json) {
    let (true, Some(request)) = (service.name == "route53", request.as_object_mut()) else { return };
    for field in &service.structure(operation.input.as_ref()).fields {
        let is_id = ROUTE53_IDS.contains(&service.shape(&field.member).name.as_str());
        if let Some(Json::String(id)) = request.get_mut(&field.name).filter(|_| is_id)
            && let Some((_, last)) = id.rsplit_once('/')
        {
            *id = last.to_owned();
        }
    }
}

/// The parts of a request that are encoded before they leave: a placeholder in them would not be found. A body of CBOR is
/// such a part as a whole: it has the length of each text before the text.
pub fn encoded_parts(service: &Service, operation: &Operation, request: &Json) -> Vec<Vec<u8>> {
    if service.protocol == Protocol::Cbor {
        return vec![request.to_string().into_bytes()];
    }
    let mut parts = Vec::new();
    if let Some(input) = &operation.input {
        collect(service, input, request, &mut parts);
    }
    parts
}

fn collect(service: &Service, member: &Member, value: &Json, parts: &mut Vec<Vec<u8>>) {
    if member.is_json_header {
        return parts.push(value.to_string().into_bytes());
    }
    match (&service.shape(member).kind, value) {
        (Kind::Blob, Json::String(text)) => {
            parts.push(STANDARD.decode(text).unwrap_or_else(|_| text.clone().into_bytes()));
        }
        (Kind::Structure(structure), Json::Object(fields)) => {
            for field in &structure.fields {
                if let Some(value) = fields.get(&field.name) {
                    collect(service, &field.member, value, parts);
                }
            }
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            items.iter().for_each(|item| collect(service, member, item, parts));
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            entries.values().for_each(|value| collect(service, member, value, parts));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{function, prepare};
    use crate::archive::Archive;

    #[test]
    fn an_id_of_route_53_is_taken_as_its_answers_give_it() {
        let service = Archive::shipped().service("route53").expect("AWS has it");
        for (operation, given, expected) in [
            ("GetChange", json!({ "Id": "/change/C123" }), json!({ "Id": "C123" })),
            ("GetHostedZone", json!({ "Id": "/hostedzone/Z123" }), json!({ "Id": "Z123" })),
            ("GetHostedZone", json!({ "Id": "Z123" }), json!({ "Id": "Z123" })),
            (
                "ListResourceRecordSets",
                json!({ "HostedZoneId": "/hostedzone/Z123", "StartRecordName": "a/b" }),
                json!({ "HostedZoneId": "Z123", "StartRecordName": "a/b" }),
            ),
        ] {
            let mut request = given.clone();
            prepare(&service, service.operation(operation).expect("it has it"), &mut request);
            assert_eq!(request, expected, "{operation} {given}");
        }
    }

    #[test]
    fn a_function_has_the_words_of_its_operation() {
        for (operation, expected) in [
            ("DescribeTable", "describe-table"),
            ("ListObjectsV2", "list-objects-v2"),
            ("DescribeDBInstances", "describe-db-instances"),
            ("CreateVPCConnection", "create-vpc-connection"),
            ("GetSMSAttributes", "get-sms-attributes"),
            ("ListSSHPublicKeys", "list-ssh-public-keys"),
        ] {
            assert_eq!(function(operation), expected);
        }
    }
}
