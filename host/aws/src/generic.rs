//! Calls of operations that the models of AWS's services describe: any operation, as JSON in AWS's own names.
//!
//! They take the one path of every call ([`AwsCalls::call`](crate::AwsCalls)); this room turns a document into what that
//! path sends, and what comes back into a document.

mod bound;
mod client;
mod endpoint;
mod error;

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use stepwell_generic::model::{Kind, Member, Service};
use stepwell_generic::{model, operation, protocol};
use stepwell_model::NextAction as _;
use stepwell_model::action::operation::Service as AnyService;
use stepwell_model::action::{ActionRow, Row};

use crate::AwsCalls;
use crate::convert::sha256;
use crate::error::HostError;
use crate::fill::SecretPlace;
use crate::gate::Pass;
use crate::step::HELD_SECRET;
use crate::wit::types::{CallError, CallErrorKind};
pub(crate) use bound::LARGEST_RESPONSE;
pub(crate) use client::{Answered, Call, Client, Described};
pub(crate) use error::Unsendable;

/// An operation that a model describes, with its row.
#[derive(Debug, Clone)]
pub struct Operation {
    service: Arc<Service>,
    model: Arc<model::Operation>,
    row: Row<AnyService>,
}

impl Operation {
    /// An operation of the service, for any request.
    pub fn new(service: &Arc<Service>, model: &model::Operation) -> Self {
        let row = operation::row(service, model);
        Self { service: Arc::clone(service), model: Arc::new(model.clone()), row }
    }

    /// The operation of this name, for this request; none when the service has no such operation.
    pub fn find(service: &Arc<Service>, name: &str, request: &Json) -> Option<Self> {
        let model = service.operation(name)?;
        Some(Self { row: operation::row_of_request(service, model, request), ..Self::new(service, model) })
    }

    /// Its service.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Its description.
    pub fn model(&self) -> &model::Operation {
        &self.model
    }

    /// Its row of the action table.
    pub fn row(&self) -> &'static ActionRow {
        self.row.row()
    }
}

impl AwsCalls<'_> {
    /// Makes one call.
    ///
    /// # Errors
    /// An answer when the request is not of the model, when the call is not granted, or when AWS refuses it; a trap when
    /// the step cannot go on.
    pub async fn operation(&mut self, operation: &Operation, mut request: Json) -> Result<Json, HostError> {
        let Operation { service, model, .. } = operation;
        let of_action = |error: HostError| error.of(operation.row().action);
        operation::prepare(service, model, &mut request);
        if let Some(answer) = operation::answers_with_secret(service, model, &request) {
            return Err(of_action(refused(CallErrorKind::Denied, answer.to_string())));
        }
        let written = protocol::request(service, model, &request).map_err(|error| of_action(unwritten(&error)))?;
        let mut names = recorded(service, model.input.as_ref(), &request);
        if operation.row().is_shown_later() && self.holds_placeholder(&request) {
            names.as_object_mut().map(|names| names.insert(HELD_SECRET.to_owned(), json!(true)));
        }
        let encoded = operation::encoded_parts(service, model, &request);
        let summed = written.has_checksum().then(|| written.body.clone());
        let call = Call { service: Arc::clone(service), model: Arc::clone(model), request, written };
        let send = |client: Client, pass: Pass| async move {
            for part in &encoded {
                pass.refuse_secrets(SecretPlace::Encoded, part)?;
            }
            if let Some(body) = &summed {
                pass.refuse_secrets(SecretPlace::Summed, body)?;
            }
            client.send(call, pass).await
        };
        let convert = |answered: Answered| {
            let mut response = answered.response;
            operation::withhold(service, model, &mut response);
            Ok(response)
        };
        Box::pin(self.call(operation.row, names, send, convert)).await
    }
}

/// The error of a request that is not of the model, in one line: what, because, next.
pub(crate) fn unwritten(error: &protocol::RequestError) -> HostError {
    refused(CallErrorKind::Rejected, error.in_line())
}

fn refused(kind: CallErrorKind, message: String) -> HostError {
    HostError::Answer(CallError { kind, action: String::new(), code: None, message, request_id: None })
}

/// In the place of a value that the model calls sensitive. With a hash, a reader of the journal could guess a password.
const SENSITIVE: &str = "(sensitive)";

/// The request as the journal keeps it: blobs as their size and hash, and without what the model calls sensitive. A member
/// without a value is not in the request.
fn recorded(service: &Service, member: Option<&Member>, value: &Json) -> Json {
    let Some(member) = member else { return value.clone() };
    let shape = service.shape(member);
    if shape.is_sensitive {
        return Json::from(SENSITIVE);
    }
    match (&shape.kind, value) {
        (Kind::Blob, Json::String(text)) => json!({ "Bytes": text.len() / 4 * 3, "Sha256": sha256(text.as_bytes()) }),
        (Kind::Structure(structure), Json::Object(fields)) => {
            let recorded = |(name, value): (&String, &Json)| {
                let member = structure.field(name).map(|field| &field.member);
                (name.clone(), recorded(service, member, value))
            };
            Json::Object(fields.iter().filter(|(_, value)| !value.is_null()).map(recorded).collect::<Map<_, _>>())
        }
        (Kind::List { member, .. }, Json::Array(items)) => {
            Json::Array(items.iter().map(|item| recorded(service, Some(member), item)).collect())
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => {
            let recorded = |(name, value): (&String, &Json)| (name.clone(), recorded(service, Some(member), value));
            Json::Object(entries.iter().map(recorded).collect::<Map<_, _>>())
        }
        (_, value) => value.clone(),
    }
}
