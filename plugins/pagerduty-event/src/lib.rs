//! Triggers, acknowledges or resolves an incident in PagerDuty.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use stepwell_plugin::http::Request;
use stepwell_plugin::{Failure, Invocation, Step, info};

/// The Events API v2 of each service region.
const US: &str = "https://events.pagerduty.com/v2/enqueue";
const EU: &str = "https://events.eu.pagerduty.com/v2/enqueue";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [
    {
        "schema": {
            "if": { "properties": { "action": { "enum": ["acknowledge", "resolve"] } }, "required": ["action"] },
            "else": { "required": ["summary"] },
        },
        "message": "`trigger` needs `summary`",
        "next": "write the title of the incident in `summary`",
    },
    {
        "schema": {
            "if": { "properties": { "action": { "enum": ["acknowledge", "resolve"] } }, "required": ["action"] },
            "then": { "required": ["dedup_key"] },
        },
        "message": "`acknowledge` and `resolve` need `dedup_key`",
        "next": "write the output `dedup_key` of the step that triggered the incident",
    },
]))]
struct Config {
    /// The key of a service's integration with the Events API v2.
    #[schemars(extend("x-stepwell-secret-to" = [US, EU]))]
    routing_key: String,
    /// What to do with the incident.
    #[serde(default)]
    action: Action,
    /// The name of the incident for later events; by default `stepwell/`, the run, `/` and the step. `acknowledge` and
    /// `resolve` need it.
    #[schemars(length(min = 1, max = 255))]
    dedup_key: Option<String>,
    /// The title of the incident, cut to 1,024 characters. `trigger` needs it.
    #[schemars(length(min = 1))]
    summary: Option<String>,
    /// The affected system, such as a host name; by default the name of the job.
    #[schemars(length(min = 1))]
    source: Option<String>,
    /// The severity of the incident.
    #[serde(default)]
    severity: Severity,
    /// Any further facts about the incident.
    #[serde(default)]
    details: Map<String, Json>,
    /// The URL of a page about the run. The incident has a link to it.
    run_url: Option<String>,
    /// The service region of the PagerDuty account.
    #[serde(default)]
    region: Region,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Action {
    #[default]
    Trigger,
    Acknowledge,
    Resolve,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Critical,
    #[default]
    Error,
    Warning,
    Info,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Region {
    #[default]
    Us,
    Eu,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The name of the incident, for an event that acknowledges or resolves it.
    dedup_key: String,
}

/// An event of the Events API v2.
#[derive(Serialize)]
struct Event {
    routing_key: String,
    event_action: Action,
    dedup_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Payload>,
    client: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_url: Option<String>,
}

#[derive(Serialize)]
struct Payload {
    summary: String,
    source: String,
    severity: Severity,
    custom_details: Map<String, Json>,
}

struct PagerdutyEvent;

impl Step for PagerdutyEvent {
    type Config = Config;
    type Outputs = Outputs;

    const REQUESTS: &'static [&'static str] =
        &["POST https://events.pagerduty.com/v2/enqueue", "POST https://events.eu.pagerduty.com/v2/enqueue"];

    fn run(invocation: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let url = match config.region {
            Region::Us => US,
            Region::Eu => EU,
        };
        let event = event(invocation, config)?;
        // PagerDuty adds an event to the open incident with the same `dedup_key`.
        Request::post(url).idempotent().json(&event)?.send()?.error_for_status()?;
        info!("{}: PagerDuty has the event", event.dedup_key);
        Ok(Outputs { dedup_key: event.dedup_key })
    }
}

fn event(invocation: &Invocation, config: Config) -> Result<Event, Failure> {
    let (dedup_key, payload) = match config.action {
        Action::Trigger => {
            let default = || format!("stepwell/{}/{}", invocation.run_id, invocation.step_id);
            let summary = config.summary.ok_or_else(|| Failure::configuration_invalid("`trigger` needs `summary`"))?;
            let payload = Payload {
                summary: summary.chars().take(1_024).collect(),
                source: config.source.unwrap_or_else(|| invocation.job.clone()),
                severity: config.severity,
                custom_details: config.details,
            };
            (config.dedup_key.unwrap_or_else(default), Some(payload))
        }
        Action::Acknowledge | Action::Resolve => {
            let missing = || Failure::configuration_invalid("`acknowledge` and `resolve` need `dedup_key`");
            (config.dedup_key.ok_or_else(missing)?, None)
        }
    };
    Ok(Event {
        routing_key: config.routing_key,
        event_action: config.action,
        dedup_key,
        payload,
        client: "Stepwell",
        client_url: config.run_url,
    })
}

stepwell_plugin::export!(PagerdutyEvent);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent(mut config: Json) -> Result<Json, Failure> {
        config["routing_key"] = "stepwell-secret-key-0af3".into();
        let (run_id, step_id, job) = ("019f3e5c".to_owned(), "page[2]".to_owned(), "nightly".to_owned());
        let invocation = Invocation { run_id, step_id, job, ..Invocation::default() };
        event(&invocation, serde_json::from_value(config).unwrap()).map(|event| serde_json::to_value(event).unwrap())
    }

    #[test]
    fn an_incident_has_the_name_of_its_step_and_the_source_of_its_job() {
        let expected = json!({
            "routing_key": "stepwell-secret-key-0af3", "event_action": "trigger", "client": "Stepwell",
            "dedup_key": "stepwell/019f3e5c/page[2]",
            "payload": { "summary": "no copy", "source": "nightly", "severity": "error", "custom_details": {} },
        });
        assert_eq!(sent(json!({ "summary": "no copy" })).unwrap(), expected);
    }

    #[test]
    fn an_incident_has_what_is_configured() {
        let event = sent(json!({
            "summary": "ä".repeat(2_000), "source": "db-1", "severity": "critical", "details": { "lag": 7 },
            "dedup_key": "lag", "run_url": "https://ci.example.com/7", "region": "eu",
        }))
        .unwrap();
        let payload = json!({
            "summary": "ä".repeat(1_024), "source": "db-1", "severity": "critical", "custom_details": { "lag": 7 },
        });
        assert_eq!(event["payload"], payload);
        assert_eq!((&event["dedup_key"], &event["client_url"]), (&json!("lag"), &json!("https://ci.example.com/7")));
    }

    #[test]
    fn a_later_event_names_its_incident() {
        for action in ["acknowledge", "resolve"] {
            let event = sent(json!({ "action": action, "dedup_key": "lag" })).unwrap();
            assert_eq!((&event["event_action"], event.get("payload")), (&json!(action), None));
            let failure = sent(json!({ "action": action })).unwrap_err();
            assert_eq!(failure.message, "`acknowledge` and `resolve` need `dedup_key`");
        }
        assert_eq!(sent(json!({})).unwrap_err().message, "`trigger` needs `summary`");
    }
}
