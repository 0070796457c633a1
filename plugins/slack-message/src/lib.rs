//! Posts a message to a Slack channel.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use stepwell_plugin::http::Request;
use stepwell_plugin::{Failure, Invocation, Step, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The URL of the channel's incoming webhook.
    #[schemars(extend("x-stepwell-secret-to" = [
        "https://hooks.slack.com/services/*", "https://hooks.slack-gov.com/services/*",
    ]))]
    webhook: String,
    /// The text of the message, in Slack's `mrkdwn`. With `blocks`, only notifications show it.
    #[schemars(length(min = 1))]
    text: String,
    /// The blocks of the message, in Slack's Block Kit.
    #[serde(default)]
    #[schemars(length(max = 49))]
    blocks: Vec<Map<String, Json>>,
    /// The URL of a page about the run. The message ends with a link to it.
    run_url: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {}

struct SlackMessage;

impl Step for SlackMessage {
    type Config = Config;
    type Outputs = Outputs;

    const REQUESTS: &'static [&'static str] =
        &["POST https://hooks.slack.com/services/*", "POST https://hooks.slack-gov.com/services/*"];

    fn run(invocation: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let link = config.run_url.as_ref().map(|url| format!("<{url}|{}, run {}>", invocation.job, invocation.run_id));
        let message = message(config.text, config.blocks, link);
        Request::post(config.webhook).json(&message)?.send()?.error_for_status()?;
        info!("Slack has the message");
        Ok(Outputs {})
    }
}

fn message(text: String, mut blocks: Vec<Map<String, Json>>, link: Option<String>) -> Json {
    match (blocks.is_empty(), link) {
        (true, None) => json!({ "text": text }),
        (true, Some(link)) => json!({ "text": format!("{text}\n{link}") }),
        (false, link) => {
            let context = |link| json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": link }] });
            blocks.extend(link.map(context).and_then(|block| block.as_object().cloned()));
            json!({ "text": text, "blocks": blocks })
        }
    }
}

stepwell_plugin::export!(SlackMessage);

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(blocks: Json, link: Option<&str>) -> Json {
        message("done".to_owned(), serde_json::from_value(blocks).unwrap(), link.map(str::to_owned))
    }

    #[test]
    fn a_message_is_a_text_or_blocks() {
        let divider = json!([{ "type": "divider" }]);
        assert_eq!(sent(json!([]), None), json!({ "text": "done" }));
        assert_eq!(sent(divider.clone(), None), json!({ "text": "done", "blocks": divider }));
    }

    #[test]
    fn the_link_to_the_run_is_the_last_line() {
        let link = Some("<https://ci.example.com/7|web, run 7>");
        assert_eq!(sent(json!([]), link), json!({ "text": "done\n<https://ci.example.com/7|web, run 7>" }));
        let with_blocks = sent(json!([{ "type": "divider" }]), link);
        let element = json!({ "type": "mrkdwn", "text": "<https://ci.example.com/7|web, run 7>" });
        assert_eq!(with_blocks["blocks"][1], json!({ "type": "context", "elements": [element] }));
        assert_eq!(with_blocks["text"], "done");
    }
}
