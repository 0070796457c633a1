//! Shows the status of a database instance and, if asked, fails unless it is the expected one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::rds::{self, DbInstance, is_terminal};
use stepwell_plugin::{Failure, Invocation, Step, info, warn};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The identifier of the instance.
    #[schemars(length(max = 63), regex(pattern = "^[A-Za-z](-?[A-Za-z0-9])*$"))]
    instance_name: String,
    /// Fail with `UnexpectedStatus` unless the instance has this status, such as `available`.
    #[schemars(length(min = 1))]
    expect_status: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
struct Outputs {
    /// The status, such as `available`, `stopped` or `storage-full`.
    status: String,
    /// The database engine, such as `postgres`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    engine: Option<String>,
    /// The allocated storage in GiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    allocated_storage: Option<u32>,
    /// The host name for connections, if the instance has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    endpoint_address: Option<String>,
    /// The port for connections, if the instance has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    endpoint_port: Option<u32>,
    /// Whether it has a standby in another availability zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    multi_az: Option<bool>,
    /// The instance in the console.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    console_url: Option<String>,
}

struct RdsStatus;

impl Step for RdsStatus {
    type Config = Config;
    type Outputs = Outputs;

    const FAILURES: &'static [(&'static str, &'static str)] =
        &[("UnexpectedStatus", "The instance has another status than the expected one.")];

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let instance = rds::instance(&config.instance_name)?;
        let line = line(&config.instance_name, &instance);
        if is_terminal(&instance.db_instance_status) {
            warn!("{line}");
        } else {
            info!("{line}");
        }
        let outputs = Outputs::of(instance, rds::instance_link(&config.instance_name));
        match config.expect_status {
            Some(expected) if expected != outputs.status => {
                Err(unexpected(&config.instance_name, &outputs.status, &expected))
            }
            _ => Ok(outputs),
        }
    }
}

/// `orders: available (postgres 16.3, db.t4g.medium, 20 GiB)`
fn line(name: &str, instance: &DbInstance) -> String {
    let engine = instance.engine.iter().chain(&instance.engine_version).map(String::as_str).collect::<Vec<_>>();
    let storage = instance.allocated_storage.map(|size| format!("{size} GiB"));
    let details =
        [Some(engine.join(" ")).filter(|engine| !engine.is_empty()), instance.db_instance_class.clone(), storage];
    let details: Vec<String> = details.into_iter().flatten().collect();
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) };
    format!("{name}: {}{details}", instance.db_instance_status)
}

/// The failure is retryable, because the status of a database changes by itself.
fn unexpected(name: &str, status: &str, expected: &str) -> Failure {
    Failure::new("UnexpectedStatus", format!("{name} is `{status}` and not `{expected}`")).retryable()
}

impl Outputs {
    fn of(instance: DbInstance, console_url: Option<String>) -> Self {
        let endpoint = instance.endpoint.unwrap_or_default();
        Self {
            status: instance.db_instance_status,
            engine: instance.engine,
            allocated_storage: instance.allocated_storage,
            endpoint_address: endpoint.address,
            endpoint_port: endpoint.port,
            multi_az: instance.multi_az,
            console_url,
        }
    }
}

stepwell_plugin::export!(RdsStatus);

#[cfg(test)]
mod tests {
    use super::*;

    fn instance() -> DbInstance {
        DbInstance { db_instance_status: "creating".to_owned(), ..Default::default() }
    }

    #[test]
    fn a_missing_value_is_left_out_of_the_outputs_and_the_line() {
        assert_eq!(line("orders", &instance()), "orders: creating");
        let json = serde_json::to_value(Outputs::of(instance(), None)).unwrap();
        assert_eq!(json, serde_json::json!({ "status": "creating" }));
    }

    #[test]
    fn the_line_has_engine_class_and_size() {
        let instance = DbInstance {
            engine: Some("postgres".to_owned()),
            engine_version: Some("16.3".to_owned()),
            db_instance_class: Some("db.t4g.medium".to_owned()),
            allocated_storage: Some(20),
            ..instance()
        };
        assert_eq!(line("orders", &instance), "orders: creating (postgres 16.3, db.t4g.medium, 20 GiB)");
    }

    #[test]
    fn an_unexpected_status_is_retryable() {
        let failure = unexpected("orders", "starting", "available");
        assert_eq!((&*failure.code, failure.retryable), ("UnexpectedStatus", true));
        assert_eq!(failure.message, "orders is `starting` and not `available`");
    }
}
