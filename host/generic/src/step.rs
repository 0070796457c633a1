//! Steps that call an operation themselves: what the plan wants to know about it.

mod error;
mod select_error;

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use sha2::{Digest as _, Sha256};
use stepwell_model::id::{Digest, PluginName};
use stepwell_model::job::Pages;
use stepwell_model::plan::{KnownRequest, OperationCall, OperationRefused, Operations, PlannedOperation};
use stepwell_model::plugin::{Description, Extra, ImportedFunction, Imports, Kind, Origin, Plugin};
use stepwell_model::schema::{Rules, Schema, UnknownKey, Violation};
use stepwell_model::stand_in;

use crate::archive::Archive;
use crate::check::{self, Depth, Finding, Problem, Step};
use crate::model::{Operation, Service, Waiter};
use crate::operation::{answers_with_secret, gives_secret, prepare, role, row, row_passing};
use crate::path::{Found, Selection, Unsearched};
use error::Refusal;
pub use select_error::SelectError;

impl Operations for Archive {
    fn regions(&self) -> Vec<String> {
        let all = self.partitions().map(|partitions| partitions.0.clone()).unwrap_or_default();
        all.into_iter().flat_map(|partition| partition.regions).collect()
    }

    fn plugin(&self, call: &OperationCall, given: &[&str]) -> Result<Plugin, OperationRefused> {
        plugin(self, call, given, None).map(|planned| planned.plugin).map_err(|refusal| explain(self, call, refusal))
    }

    fn with_request(
        &self,
        call: &OperationCall,
        request: KnownRequest<'_>,
    ) -> Result<PlannedOperation, OperationRefused> {
        plugin(self, call, &request.members(), Some(request)).map_err(|refusal| explain(self, call, refusal))
    }
}

fn explain(archive: &Archive, call: &OperationCall, refusal: Refusal) -> OperationRefused {
    refusal.explain(call, archive.botocore().unwrap_or("unknown"))
}

/// The operation as a plugin, for one request or for any.
fn plugin(
    archive: &Archive,
    call: &OperationCall,
    given: &[&str],
    request: Option<KnownRequest<'_>>,
) -> Result<PlannedOperation, Refusal> {
    let service = archive.service(&call.name.service)?;
    let operation = find(&service, &call.name.operation)?;
    if call.pages == Pages::All && operation.paginator.is_none() {
        return Err(Refusal::NoPages);
    }
    let found = found(call, &service, operation)?;
    if call.repeats && operation.repeat.changes() {
        return Err(Refusal::Changes);
    }
    let role = request.and_then(|request| role(&service, operation, request.value, &|value| request.is_open(value)));
    let own = match request {
        Some(_) => row_passing(&service, operation, role.is_some()),
        None => row(&service, operation),
    };
    let mut functions = vec![ImportedFunction::operation(own.row())];
    if let Some(name) = &call.wait {
        let waiter = waiter(&service, operation, name)?;
        let look = find(&service, &waiter.operation)?;
        if look.name != operation.name {
            check_look(&service, waiter, look, given)?;
            functions.push(ImportedFunction::operation(row(&service, look).row()));
        }
    }
    functions.sort();
    let rules = RequestRules {
        service: Arc::clone(&service),
        operation: Arc::new(operation.clone()),
        depth: if call.allow_unlisted { Depth::Shape } else { Depth::Values },
    };
    let plugin = Plugin {
        name: PluginName::of_operations(),
        origin: Origin::Operation,
        path: None,
        digest: Digest(Sha256::digest(call.name.to_string()).into()),
        size: 0,
        description: Description {
            name: call.name.to_string(),
            version: service.api_version.clone(),
            summary: operation.summary.clone(),
            kinds: vec![Kind::WorkflowStep],
            config_schema: Schema::ruled(members(&service, operation), Arc::new(rules)),
            outputs_schema: outputs(&service, &found).into(),
            extra: Extra::default(),
        },
        imports: Imports { functions, wasi: Vec::new() },
    };
    Ok(PlannedOperation { plugin, role })
}

/// An operation that a step can call.
fn find<'a>(service: &'a Service, name: &str) -> Result<&'a Operation, Refusal> {
    let operation = service.operation(name).ok_or_else(|| Refusal::unknown_operation(service, name))?;
    match operation.refused {
        Some(refused) => Err(Refusal::Refused(refused)),
        None if gives_secret(service, operation) => Err(Refusal::GivesSecret),
        None => Ok(operation),
    }
}

fn waiter<'a>(service: &'a Service, operation: &Operation, name: &str) -> Result<&'a Waiter, Refusal> {
    service.waiter(name).ok_or_else(|| Refusal::unknown_waiter(service, operation, name))
}

/// Checks that the request of the step has what the waiter's operation asks for.
fn check_look(service: &Service, waiter: &Waiter, look: &Operation, given: &[&str]) -> Result<(), Refusal> {
    let fields = &service.structure(look.input.as_ref()).fields;
    let shared = fields.iter().any(|field| given.contains(&field.name.as_str()));
    let missing = fields.iter().filter(|field| field.required).find(|field| !given.contains(&field.name.as_str()));
    match missing {
        Some(field) => Err(Refusal::look(waiter, Some(&field.name))),
        // A look at everything would judge other resources.
        None if !shared && !fields.is_empty() => Err(Refusal::look(waiter, None)),
        None => Ok(()),
    }
}

/// Whether a step can name the waiter in `wait` when its request has these members.
pub(crate) fn can_wait(service: &Service, operation: &Operation, waiter: &Waiter, given: &[&str]) -> bool {
    let fits = |look: &Operation| look.name == operation.name || check_look(service, waiter, look, given).is_ok();
    find(service, &waiter.operation).is_ok_and(fits)
}

/// The request of the waiter's operation: the members of the step's request that it has as well.
pub fn look_request(service: &Service, look: &Operation, request: &Json) -> Json {
    let fields = &service.structure(look.input.as_ref()).fields;
    let shared = fields.iter().filter_map(|field| Some((field.name.clone(), request.get(&field.name)?.clone())));
    Json::Object(shared.collect())
}

/// The outputs that an answer becomes: an object as it is, anything else as `result`.
///
/// # Errors
/// When the path cannot be read or computed, or finds nothing.
pub fn select(path: Option<&str>, answer: Json) -> Result<Map<String, Json>, SelectError> {
    let members: Vec<_> = answer.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let found = match path {
        None => answer,
        Some(path) => {
            let wrong = || SelectError::Path { path: path.to_owned(), members: members.clone() };
            let selection = Selection::read(path).map_err(|_| wrong())?;
            selection.search(&answer).map_err(|unsearched| match unsearched {
                Unsearched::Uncomputable => wrong(),
                Unsearched::TooLarge { size, growth } => SelectError::TooLarge { size, growth },
            })?
        }
    };
    match found {
        Json::Null => Err(SelectError::Nothing { members }),
        Json::Object(fields) => Ok(fields),
        other => Ok(Map::from_iter([("result".to_owned(), other)])),
    }
}

/// The members of a request, as a schema that people and the rules for secrets read.
fn members(service: &Service, operation: &Operation) -> Json {
    let fields = &service.structure(operation.input.as_ref()).fields;
    let names: Map<_, _> = fields.iter().map(|field| (field.name.clone(), json!({}))).collect();
    json!({ "type": "object", "properties": names, "additionalProperties": false })
}

/// The names of the outputs, as [`select`] makes them of what is found.
fn outputs(service: &Service, found: &Found<'_>) -> Json {
    match found.names(service) {
        Some(names) => {
            let names: Map<_, _> = names.into_iter().map(|name| (name, json!({}))).collect();
            json!({ "type": "object", "properties": names, "additionalProperties": false })
        }
        None => json!({ "type": "object", "additionalProperties": true }),
    }
}

/// What a step finds in the answer.
fn found<'a>(call: &OperationCall, service: &'a Service, operation: &'a Operation) -> Result<Found<'a>, Refusal> {
    let selection = call.select.as_deref().map(Selection::read).transpose().map_err(Refusal::Select)?;
    match &selection {
        Some(_) if call.allow_unlisted => Ok(Found::Any),
        Some(selection) => selection.finds(service, operation.output.as_ref()).map_err(Refusal::Finds),
        None => Ok(Found::of(operation.output.as_ref())),
    }
}

/// A JSON Schema of the outputs of a step, by the types of AWS's model. None when this version does not know the
/// operation.
pub fn outputs_schema(call: &OperationCall) -> Option<Json> {
    let service = Archive::shipped().service(&call.name.service).ok()?;
    let operation = service.operation(&call.name.operation)?;
    let found = found(call, &service, operation).ok()?;
    let schema = found.schema(&service);
    let is_object = found.names(&service).is_none_or(|names| names != ["result"]);
    Some(if is_object { schema } else { json!({ "type": "object", "properties": { "result": schema } }) })
}

/// The rules for a request.
struct RequestRules {
    service: Arc<Service>,
    operation: Arc<Operation>,
    depth: Depth,
}

impl Rules for RequestRules {
    fn violations(&self, value: &Json, open: &[String]) -> Vec<Violation> {
        // TOML has no `null`, so each of them stands for a value that only the run knows.
        let is_open =
            |value: &Json| !open.is_empty() && (value.is_null() || value.is_string() && stand_in::is_in(value));
        let mut request = value.clone();
        prepare(&self.service, &self.operation, &mut request);
        let findings = check::check(&self.service, &self.operation, &request, self.depth, &is_open);
        let found: Vec<_> = findings.iter().map(|finding| violation(&self.service, &self.operation, finding)).collect();
        if !found.is_empty() {
            return found;
        }
        let secret = answers_with_secret(&self.service, &self.operation, &request);
        secret.and_then(|secret| secret.member).map(asks_for_secret).into_iter().collect()
    }
}

/// The member asks for a secret in the answer.
fn asks_for_secret(member: &str) -> Violation {
    let advice = "leave it out; a secret that a request needs is stored with `stepwell keys set`, and named as the `key` of \
                  a secret option";
    Violation {
        pointer: format!("/{member}"),
        message: "asks for a secret, which the journal and other steps could read".to_owned(),
        unknown_key: None,
        missing: None,
        advice: Some(advice.to_owned()),
    }
}

fn violation(service: &Service, operation: &Operation, finding: &Finding) -> Violation {
    let unknown_key = match (&finding.problem, finding.path.last()) {
        (Problem::Unknown { nearest, .. }, Some(Step::Name(key))) => {
            Some(UnknownKey { key: key.clone(), nearest: nearest.clone() })
        }
        _ => None,
    };
    let missing = match &finding.problem {
        Problem::Missing { name } => Some(pointer(&[&finding.path[..], &[Step::Name(name.clone())]].concat())),
        _ => None,
    };
    let shown = format!("`stepwell aws show {}/{}` describes it", service.name, operation.name);
    let unlisted = match finding.problem {
        Problem::Value { .. } | Problem::Pattern { .. } | Problem::Bounds { .. } => {
            ", or set `allow_unlisted = true` if AWS accepts it by now"
        }
        _ => "",
    };
    Violation {
        pointer: pointer(&finding.path),
        message: finding.problem.to_string(),
        unknown_key,
        missing,
        advice: Some(format!("{}{unlisted}; {shown}", finding.problem.advice())),
    }
}

/// A JSON pointer.
fn pointer(path: &[Step]) -> String {
    let part = |step: &Step| match step {
        Step::Name(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        Step::Item(position) => format!("/{position}"),
    };
    path.iter().map(part).collect()
}
