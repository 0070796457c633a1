//! One service without the files around it, for tests of the protocols.

use serde_json::Value as Json;
use stepwell_generic::endpoint::RuleSet;
use stepwell_generic::model::Service;

use super::problem::Problem;
use super::service::{self, Knowledge};

/// The service of a `service-2.json`, without endpoint rules, paginators, waiters and IAM actions.
///
/// # Errors
///
/// When the converter does not know something in it.
pub fn service_of(name: &str, json: Json) -> Result<Service, Problem> {
    service::convert(&Knowledge::default(), name, &serde_json::from_value(json)?, RuleSet::default())
}
