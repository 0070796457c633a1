//! One service without the files around it, for tests of the protocols.

use serde_json::Value as Json;
use stepwell_generic::endpoint::RuleSet;
use stepwell_generic::model::{Refused, Service};

use super::problem::Problem;
use super::service::{self, Knowledge};

/// The service of a `service-2.json`, without endpoint rules, paginators, waiters and IAM actions.
///
/// # Errors
///
/// When the converter does not know something in it.
pub fn service_of(name: &str, json: Json) -> Result<Service, Problem> {
    let knowledge = Knowledge::default();
    let mut service = service::convert(&knowledge, name, &serde_json::from_value(json)?, RuleSet::default())?;
    // Rules say how a request is signed, and without rules it looks as if none were signed by Signature Version 4.
    for operation in &mut service.operations {
        operation.refused = operation.refused.filter(|refused| *refused != Refused::OtherSignature);
    }
    Ok(service)
}
