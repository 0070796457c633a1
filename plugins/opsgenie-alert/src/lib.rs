//! Creates or closes an alert in Opsgenie or Jira Service Management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stepwell_plugin::http::{Request, percent_encoded};
use stepwell_plugin::{Failure, Invocation, Step, info};

/// The Alert API of each server.
const US: &str = "https://api.opsgenie.com/v2/alerts";
const EU: &str = "https://api.eu.opsgenie.com/v2/alerts";
const JIRA: &str = "https://api.atlassian.com/jsm/ops/integration/v2/alerts";

/// The addresses that the key may go to.
fn addresses() -> Vec<String> {
    [US, EU, JIRA].iter().flat_map(|alerts| [(*alerts).to_owned(), format!("{alerts}/*")]).collect()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [
    {
        "schema": {
            "if": { "properties": { "action": { "const": "close" } }, "required": ["action"] },
            "else": { "required": ["message"] },
        },
        "message": "`create` needs `message`",
        "next": "write the title of the alert in `message`",
    },
    {
        "schema": {
            "if": { "properties": { "action": { "const": "close" } }, "required": ["action"] },
            "then": { "required": ["alias"] },
        },
        "message": "`close` needs `alias`",
        "next": "write the output `alias` of the step that created the alert",
    },
]))]
struct Config {
    /// The key of an API integration.
    #[schemars(extend("x-stepwell-secret-to" = addresses()))]
    api_key: String,
    /// The server: `us` and `eu` are those of Opsgenie, `jira` is that of Jira Service Management.
    server: Server,
    /// What to do with the alert.
    #[serde(default)]
    action: Action,
    /// The name of the alert for a later step; by default `stepwell-`, the run, `-` and the step. `close` needs it.
    #[schemars(length(min = 1, max = 512))]
    alias: Option<String>,
    /// The title of the alert, cut to 130 characters. `create` needs it.
    #[schemars(length(min = 1))]
    message: Option<String>,
    /// The text of the alert, or the note about its end, cut to 15,000 characters; by default the whole `message`.
    description: Option<String>,
    /// The priority of the alert, `P1` to `P5`; that of the integration if left out.
    #[schemars(regex(pattern = "^P[1-5]$"))]
    priority: Option<String>,
    /// The tags of the alert.
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Server {
    Us,
    Eu,
    Jira,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Action {
    #[default]
    Create,
    Close,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The name of the alert, for a step that closes it.
    alias: String,
}

struct OpsgenieAlert;

impl Step for OpsgenieAlert {
    type Config = Config;
    type Outputs = Outputs;

    const REQUESTS: &'static [&'static str] = &[
        "POST https://api.opsgenie.com/v2/alerts",
        "POST https://api.opsgenie.com/v2/alerts/*",
        "POST https://api.eu.opsgenie.com/v2/alerts",
        "POST https://api.eu.opsgenie.com/v2/alerts/*",
        "POST https://api.atlassian.com/jsm/ops/integration/v2/alerts",
        "POST https://api.atlassian.com/jsm/ops/integration/v2/alerts/*",
    ];

    fn run(invocation: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let (alias, request) = request(invocation, config)?;
        request.send()?.error_for_status()?;
        info!("{alias}: the request is accepted");
        Ok(Outputs { alias })
    }
}

/// The alias of the alert and the request. A second alert with the alias of an open one only counts there.
fn request(invocation: &Invocation, config: Config) -> Result<(String, Request), Failure> {
    let alerts = match config.server {
        Server::Us => US,
        Server::Eu => EU,
        Server::Jira => JIRA,
    };
    let (alias, request, body) = match config.action {
        Action::Create => {
            let default = || format!("stepwell-{}-{}", invocation.run_id, invocation.step_id);
            let alias = config.alias.unwrap_or_else(default);
            let message = config.message.ok_or_else(|| Failure::configuration_invalid("`create` needs `message`"))?;
            let mut body = json!({
                "alias": alias, "message": cut(&message, 130), "tags": config.tags, "source": invocation.job,
                "description": cut(&config.description.unwrap_or(message), 15_000),
            });
            if let (Some(priority), Some(body)) = (config.priority, body.as_object_mut()) {
                body.insert("priority".to_owned(), priority.into());
            }
            (alias, Request::post(alerts), body)
        }
        Action::Close => {
            let alias = config.alias.ok_or_else(|| Failure::configuration_invalid("`close` needs `alias`"))?;
            let note = config.description.or(config.message).unwrap_or_default();
            let url = format!("{alerts}/{}/close", percent_encoded(&alias));
            let body = json!({ "source": invocation.job, "note": cut(&note, 15_000) });
            (alias, Request::post(url).query("identifierType", "alias"), body)
        }
    };
    let request = request.header("authorization", format!("GenieKey {}", config.api_key)).idempotent();
    Ok((alias, request.json(&body)?))
}

fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

stepwell_plugin::export!(OpsgenieAlert);

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;

    /// URL, alias and body.
    fn sent(mut config: Json) -> Result<(String, String, Json), Failure> {
        config["api_key"] = "stepwell-secret-key-0af3".into();
        config["server"] = config.get("server").cloned().unwrap_or_else(|| "us".into());
        let (run_id, step_id, job) = ("019f3e5c".to_owned(), "tell[2]".to_owned(), "nightly".to_owned());
        let invocation = Invocation { run_id, step_id, job, ..Invocation::default() };
        let (alias, request) = request(&invocation, serde_json::from_value(config).unwrap())?;
        assert_eq!(request.headers[0], ("authorization".to_owned(), "GenieKey stepwell-secret-key-0af3".to_owned()));
        assert!(request.idempotent);
        Ok((request.url, alias, serde_json::from_slice(&request.body.unwrap()).unwrap()))
    }

    #[test]
    fn an_alert_has_the_name_of_its_step() {
        let (url, alias, body) = sent(json!({ "message": "no copy" })).unwrap();
        assert_eq!((url.as_str(), alias.as_str()), ("https://api.opsgenie.com/v2/alerts", "stepwell-019f3e5c-tell[2]"));
        let expected = json!({
            "alias": alias, "message": "no copy", "description": "no copy", "tags": [], "source": "nightly",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn a_long_message_is_whole_in_the_description() {
        let long = "ä".repeat(200);
        let (url, _, body) = sent(json!({ "message": long, "server": "eu", "priority": "P1", "tags": ["a"] })).unwrap();
        assert_eq!(url, "https://api.eu.opsgenie.com/v2/alerts");
        assert_eq!((&body["message"], &body["description"]), (&json!("ä".repeat(130)), &json!(long)));
        assert_eq!((&body["priority"], &body["tags"]), (&json!("P1"), &json!(["a"])));
    }

    #[test]
    fn an_alert_is_closed_by_its_name() {
        let (url, alias, body) =
            sent(json!({ "action": "close", "alias": "a/b[2]", "server": "jira", "description": "well again" }))
                .unwrap();
        let alerts = "https://api.atlassian.com/jsm/ops/integration/v2/alerts";
        assert_eq!((url, alias.as_str()), (format!("{alerts}/a%2Fb%5B2%5D/close?identifierType=alias"), "a/b[2]"));
        assert_eq!(body, json!({ "source": "nightly", "note": "well again" }));
    }

    #[test]
    fn each_action_has_what_it_needs() {
        assert_eq!(sent(json!({})).unwrap_err().message, "`create` needs `message`");
        assert_eq!(sent(json!({ "action": "close" })).unwrap_err().message, "`close` needs `alias`");
    }
}
