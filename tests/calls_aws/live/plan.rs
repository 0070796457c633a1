//! The reads that could be called, their requests, and the emulator's implementations for them.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use stepwell_generic::archive::Archive;
use stepwell_generic::endpoint::{self, BuiltIn, Parameter};
use stepwell_generic::model::{Bounds, Kind, Member, Operation, Protocol, Scalar, Service};
use stepwell_generic::operation::{answers_with_secret, gives_secret};
use stepwell_model::action::Repeat;
use stepwell_xtask::emulator::REGION;

use super::told::Told;
use crate::support::{repository, venv};

/// An account id in the host of a request. The routes of the emulators accept any.
const ACCOUNT: &str = "123456789012";

/// An operation that reads.
pub(super) struct Read {
    pub(super) service: Arc<Service>,
    pub(super) operation: Operation,
}

/// What the request of a read is made of, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    /// It needs no member.
    Nothing,
    /// Numbers, booleans, points in time, and texts whose values the model lists.
    Choices,
    /// Texts that name something which the emulator has.
    Names,
    /// Texts that name nothing.
    Inventions,
}

/// The implementations of an emulator.
pub(super) struct Served {
    /// The names of those that no read reaches.
    pub(super) unreached: BTreeSet<String>,
    /// The reads that one of them takes.
    pub(super) reads: Vec<Read>,
}

/// All reads that a step can make.
pub(super) fn reads() -> Vec<Read> {
    let archive = Archive::shipped();
    let names = archive.services().expect("the build has models").map(|entry| entry.name.clone());
    names.flat_map(|name| of_service(&archive.service(&name).expect("it is listed"))).collect()
}

fn of_service(service: &Arc<Service>) -> Vec<Read> {
    let callable = service.operations.iter().filter(|operation| {
        operation.refused.is_none() && !gives_secret(service, operation) && seems_to_read(operation)
    });
    callable.map(|operation| Read { service: Arc::clone(service), operation: operation.clone() }).collect()
}

/// The host takes an operation for a change when AWS's lists of IAM actions do not have it; then the name counts.
fn seems_to_read(operation: &Operation) -> bool {
    let is_named_so = || ["Describe", "Get", "List"].iter().any(|verb| operation.name.starts_with(verb));
    operation.repeat == Repeat::Read || (operation.actions.is_empty() && is_named_so())
}

impl Read {
    /// As in `uses`, without `aws:`.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.service.name, self.operation.name)
    }

    /// The number of members that a request must have.
    pub(super) fn required(&self) -> usize {
        let fields = &self.service.structure(self.operation.input.as_ref()).fields;
        fields.iter().filter(|field| field.required).count()
    }

    /// The smallest request that the model accepts. None where bytes or a document are required, or where the host refuses
    /// it because of its answer.
    pub(super) fn request(&self, told: &Told) -> Option<(Needs, Json)> {
        let mut needs = Needs::Nothing;
        let request = match &self.operation.input {
            Some(input) => self.smallest("", input, told, &mut needs)?,
            None => json!({}),
        };
        answers_with_secret(&self.service, &self.operation, &request).is_none().then_some((needs, request))
    }

    fn smallest(&self, name: &str, member: &Member, told: &Told, needs: &mut Needs) -> Option<Json> {
        let value = match &self.service.shape(member).kind {
            Kind::Structure(structure) => {
                let optional = structure.fields.iter().take(usize::from(structure.is_union));
                let required = structure.fields.iter().filter(|field| field.required && !field.member.is_token);
                let mut fields = Map::new();
                for field in required.chain(optional) {
                    *needs = (*needs).max(Needs::Choices);
                    fields.insert(field.name.clone(), self.smallest(&field.name, &field.member, told, needs)?);
                }
                Json::Object(fields)
            }
            Kind::List { member, .. } => json!([self.smallest(name, member, told, needs)?]),
            Kind::Map { .. } => json!({}),
            Kind::Text { values, .. } if !values.is_empty() => json!(values[0]),
            Kind::Text { length, .. } => {
                let found = told.value(&self.service.name, name);
                *needs = (*needs).max(if found.is_some() { Needs::Names } else { Needs::Inventions });
                let least = length.least.and_then(|least| usize::try_from(least).ok()).unwrap_or_default();
                found.map_or_else(|| json!("0".repeat(least.max(1))), |found| json!(found))
            }
            Kind::Integer(bounds) | Kind::Long(bounds) => json!(page(*bounds)),
            Kind::Float | Kind::Double => json!(1),
            Kind::Boolean => json!(true),
            Kind::Timestamp => json!("2026-01-01T00:00:00Z"),
            Kind::Blob | Kind::Document => return None,
        };
        Some(value)
    }

    /// What the routes of an emulator look at.
    fn route(&self, host: &str) -> Json {
        let Self { service, operation, .. } = self;
        let (mut target, mut action) = (None, None);
        match service.protocol {
            Protocol::Json10 | Protocol::Json11 => {
                target = Some(format!("{}.{}", service.target_prefix, operation.name));
            }
            Protocol::Query | Protocol::Ec2 => action = Some(&operation.name),
            Protocol::RestJson | Protocol::RestXml | Protocol::Cbor => {}
        }
        let prefix = operation.host_prefix.as_deref().unwrap_or_default().replace("{AccountId}", ACCOUNT);
        json!({
            "host": format!("{prefix}{host}"), "path": operation.uri.split('?').next(), "method": operation.method,
            "target": target, "action": action, "scope": service.signing_name,
        })
    }
}

/// A required number is mostly the size of a page.
fn page(bounds: Bounds) -> i64 {
    10.max(bounds.least.unwrap_or(10)).min(bounds.most.unwrap_or(i64::MAX))
}

/// The host of AWS that takes the requests of an operation, and perhaps of others of its service.
fn host(Read { service, operation }: &Read) -> String {
    let own = |name: &str| operation.static_context.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let wants_account = own("RequiresAccountId").is_some();
    let value = |of: &Parameter| match (of.built_in, of.name.as_str()) {
        (Some(BuiltIn::Region), _) => Some(Scalar::Text(REGION.to_owned())),
        (_, "AccountId") => wants_account.then(|| Scalar::Text(ACCOUNT.to_owned())),
        (_, name) => own(name),
    };
    let parameters = service.endpoints.parameters.iter().filter_map(|of| Some((of.name.clone(), value(of)?)));
    let partitions = Archive::shipped().partitions().expect("the build has models");
    let found = endpoint::resolve(&service.endpoints, &partitions, &parameters.collect()).map(|endpoint| endpoint.url);
    // The rules of some services want the name of a resource.
    let url = found.unwrap_or_else(|_| format!("https://{}.{REGION}.amazonaws.com", service.endpoint_prefix));
    url.trim_start_matches("https://").to_owned()
}

/// The reads that an emulator has an implementation for.
pub(super) fn served(emulator: &str, reads: Vec<Read>) -> Served {
    let mut command = venv().command();
    command.arg(repository().join("tests/emulators/served.py")).arg(emulator);
    let mut python = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
    let mut lines = String::new();
    let has_one_host = |one: &Read, next: &Read| {
        one.service.name == next.service.name && one.operation.static_context == next.operation.static_context
    };
    for of_one_host in reads.chunk_by(has_one_host) {
        let host = host(&of_one_host[0]);
        lines.extend(of_one_host.iter().map(|read| format!("{}\n", read.route(&host))));
    }
    python.stdin.take().expect("it is a pipe").write_all(lines.as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    let found: Json = serde_json::from_slice(&output.stdout).expect("it prints JSON");
    let list = |value: &Json| value.as_array().expect("it is a list").clone();
    let text = |value: &Json| value.as_str().expect("it is a text").to_owned();
    let served = list(&found["served"]);
    let reached: BTreeSet<_> = served.iter().flat_map(list).map(|name| text(&name)).collect();
    let all: BTreeSet<_> = list(&found["all"]).iter().map(text).collect();
    let is_taken = |(names, read): (Json, Read)| (!list(&names).is_empty()).then_some(read);
    Served {
        unreached: all.difference(&reached).cloned().collect(),
        reads: served.into_iter().zip(reads).filter_map(is_taken).collect(),
    }
}
