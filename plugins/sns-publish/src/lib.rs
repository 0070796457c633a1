//! Publishes a message to a topic of Amazon SNS.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use stepwell_plugin::{Failure, Invocation, Step, info};

stepwell_plugin::operation! {
    /// `Publish` of Amazon SNS.
    fn publish = "stepwell:aws/sns@0.1.0", "publish";
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The topic.
    #[schemars(regex(pattern = "^arn:[a-z0-9-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\\.fifo)?$"))]
    topic_arn: String,
    /// The message.
    #[schemars(length(min = 1))]
    message: String,
    /// The subject of the message as an email.
    #[schemars(length(min = 1, max = 100))]
    subject: Option<String>,
    /// The attributes of the message, by which subscriptions filter.
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    /// The message group, for a topic that keeps the order of its messages (FIFO), which needs one.
    #[schemars(length(min = 1, max = 128))]
    group_id: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The id of the message.
    message_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Published {
    message_id: String,
}

struct SnsPublish;

impl Step for SnsPublish {
    type Config = Config;
    type Outputs = Outputs;

    fn run(invocation: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let Published { message_id } = publish(&request(invocation, &config))?;
        info!("{}: message {message_id}", config.topic_arn);
        Ok(Outputs { message_id })
    }
}

/// The request. The host leaves out what is `null`.
fn request(invocation: &Invocation, config: &Config) -> Json {
    let attribute =
        |(name, value): (&String, &String)| (name.clone(), json!({ "DataType": "String", "StringValue": value }));
    json!({
        "TopicArn": config.topic_arn,
        "Message": config.message,
        "Subject": config.subject,
        "MessageAttributes": config.attributes.iter().map(attribute).collect::<BTreeMap<_, _>>(),
        "MessageGroupId": config.group_id,
        // A repetition of the same attempt reaches no subscriber again.
        "MessageDeduplicationId": config.group_id.as_ref().map(|_| &invocation.idempotency_token),
    })
}

stepwell_plugin::export!(SnsPublish);

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(config: Json) -> Json {
        let invocation = Invocation { idempotency_token: "t-1".to_owned(), ..Invocation::default() };
        request(&invocation, &serde_json::from_value(config).unwrap())
    }

    #[test]
    fn a_message_has_its_attributes_as_texts() {
        let request = sent(
            json!({ "topic_arn": "arn:aws:sns:eu-west-1:123456789012:a", "message": "m", "attributes": { "v": "1" } }),
        );
        assert_eq!(request["MessageAttributes"], json!({ "v": { "DataType": "String", "StringValue": "1" } }));
        assert_eq!((&request["Message"], &request["Subject"]), (&json!("m"), &Json::Null));
        assert_eq!((&request["MessageGroupId"], &request["MessageDeduplicationId"]), (&Json::Null, &Json::Null));
    }

    #[test]
    fn a_message_in_a_group_is_recognised_when_it_is_repeated() {
        let request =
            sent(json!({ "topic_arn": "arn:aws:sns:eu-west-1:123456789012:a.fifo", "message": "m", "group_id": "g" }));
        assert_eq!((&request["MessageGroupId"], &request["MessageDeduplicationId"]), (&json!("g"), &json!("t-1")));
    }
}
