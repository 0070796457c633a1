//! Posts a message to a channel or chat of Microsoft Teams.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use stepwell_plugin::http::Request;
use stepwell_plugin::{Failure, Invocation, Step, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The URL of a workflow that posts what a webhook receives, or of an incoming webhook.
    #[schemars(extend("x-stepwell-secret-to" = [
        "https://*.environment.api.powerplatform.com/*",
        "https://*.logic.azure.com/*",
        "https://*.webhook.office.com/*",
    ]))]
    webhook: String,
    /// The text of the message, in the Markdown of adaptive cards.
    #[schemars(length(min = 1))]
    text: String,
    /// The title of the message.
    title: Option<String>,
    /// The URL of a page about the run. The message has a button that opens it.
    run_url: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {}

struct MsteamsMessage;

impl Step for MsteamsMessage {
    type Config = Config;
    type Outputs = Outputs;

    const REQUESTS: &'static [&'static str] = &[
        "POST https://*.environment.api.powerplatform.com/*",
        "POST https://*.logic.azure.com/*",
        "POST https://*.webhook.office.com/*",
    ];

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let message = message(&config);
        Request::post(config.webhook).json(&message)?.send()?.error_for_status()?;
        info!("Teams has the message");
        Ok(Outputs {})
    }
}

/// The message: an adaptive card is all that a workflow posts.
fn message(config: &Config) -> Json {
    let title = config
        .title
        .as_ref()
        .map(|title| json!({ "type": "TextBlock", "text": title, "weight": "bolder", "wrap": true }));
    let text = json!({ "type": "TextBlock", "text": config.text, "wrap": true });
    let button =
        config.run_url.as_ref().map(|url| json!({ "type": "Action.OpenUrl", "title": "Open the run", "url": url }));
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": title.into_iter().chain([text]).collect::<Vec<_>>(),
        "actions": button.into_iter().collect::<Vec<_>>(),
    });
    let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "content": card });
    json!({ "type": "message", "attachments": [attachment] })
}

stepwell_plugin::export!(MsteamsMessage);

#[cfg(test)]
mod tests {
    use super::*;

    fn card(mut config: Json) -> Json {
        config["webhook"] = "stepwell-secret-webhook-0af3".into();
        let message = message(&serde_json::from_value(config).unwrap());
        assert_eq!(message["attachments"][0]["contentType"], "application/vnd.microsoft.card.adaptive");
        message["attachments"][0]["content"].clone()
    }

    #[test]
    fn a_message_is_a_card_with_a_text() {
        let card = card(json!({ "text": "done" }));
        assert_eq!(card["body"], json!([{ "type": "TextBlock", "text": "done", "wrap": true }]));
        assert_eq!(card["actions"], json!([]));
    }

    #[test]
    fn title_and_link_are_there_when_they_are_configured() {
        let card = card(json!({ "text": "done", "title": "web", "run_url": "https://ci.example.com/7" }));
        assert_eq!((&card["body"][0]["text"], &card["body"][1]["text"]), (&json!("web"), &json!("done")));
        let button = json!([{ "type": "Action.OpenUrl", "title": "Open the run", "url": "https://ci.example.com/7" }]);
        assert_eq!(card["actions"], button);
    }
}
