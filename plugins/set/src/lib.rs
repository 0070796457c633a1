//! Sets values for later steps.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use stepwell_plugin::{Failure, Invocation, Step};

/// The values, each under the name of its output. They keep their types: a text, a number, a boolean, a list or a table.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("minProperties" = 1, "propertyNames" = { "pattern": "^[a-z_][a-z0-9_]{0,63}$" }))]
struct Config(BTreeMap<String, Json>);

/// The values, under their names in `with`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-stepwell-names" = "config"))]
struct Outputs(BTreeMap<String, Json>);

struct Set;

impl Step for Set {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, Config(values): Config) -> Result<Outputs, Failure> {
        Ok(Outputs(values))
    }
}

stepwell_plugin::export!(Set);
