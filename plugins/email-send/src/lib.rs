//! Sends an email through Amazon SES.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use stepwell_plugin::{Failure, Invocation, Step, info};

stepwell_plugin::operation! {
    /// `SendEmail` of Amazon SES.
    fn send_email = "stepwell:aws/sesv2@0.1.0", "send-email";
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": { "anyOf": [{ "required": ["text"] }, { "required": ["html"] }] },
    "message": "`text` or `html` is required",
    "next": "write the body in `text`",
}]))]
struct Config {
    /// The sender, such as `Runbooks <runbooks@example.com>`. SES must have verified the address or its domain.
    #[schemars(length(min = 3))]
    from: String,
    /// The receivers.
    #[schemars(length(min = 1, max = 50))]
    to: Vec<String>,
    /// The receivers of a copy.
    #[serde(default)]
    #[schemars(length(max = 49))]
    cc: Vec<String>,
    /// The subject.
    #[schemars(length(min = 1))]
    subject: String,
    /// The body as text. Either this, `html` or both are required.
    text: Option<String>,
    /// The body as HTML.
    html: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The id of the email.
    message_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    message_id: String,
}

struct EmailSend;

impl Step for EmailSend {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let Sent { message_id } = send_email(&request(&config)?)?;
        info!("{}: email {message_id}", config.to.join(", "));
        Ok(Outputs { message_id })
    }
}

fn request(config: &Config) -> Result<Json, Failure> {
    let content = |text: &String| json!({ "Data": text, "Charset": "UTF-8" });
    let bodies = [("Text", &config.text), ("Html", &config.html)];
    let body: Map<_, _> =
        bodies.into_iter().filter_map(|(kind, text)| Some((kind.to_owned(), content(text.as_ref()?)))).collect();
    if body.is_empty() {
        return Err(Failure::configuration_invalid("`text` or `html` is required"));
    }
    Ok(json!({
        "FromEmailAddress": config.from,
        "Destination": { "ToAddresses": config.to, "CcAddresses": config.cc },
        "Content": { "Simple": { "Subject": content(&config.subject), "Body": body } },
    }))
}

stepwell_plugin::export!(EmailSend);

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: Option<&str>, html: Option<&str>) -> Result<Json, Failure> {
        let config =
            json!({ "from": "a@example.com", "to": ["b@example.com"], "subject": "ä", "text": text, "html": html });
        request(&serde_json::from_value(config).unwrap())
    }

    #[test]
    fn an_email_has_a_text_or_html_or_both() {
        let body = |text, html| sent(text, html).unwrap()["Content"]["Simple"]["Body"].clone();
        let content = |text: &str| json!({ "Data": text, "Charset": "UTF-8" });
        assert_eq!(body(Some("t"), None), json!({ "Text": content("t") }));
        assert_eq!(body(None, Some("<p>")), json!({ "Html": content("<p>") }));
        assert_eq!(body(Some("t"), Some("<p>")), json!({ "Text": content("t"), "Html": content("<p>") }));
        assert_eq!(sent(None, None).unwrap_err().code, "ConfigurationInvalid");
    }

    #[test]
    fn sender_and_receivers_have_awss_names() {
        let request = sent(Some("t"), None).unwrap();
        assert_eq!(request["FromEmailAddress"], "a@example.com");
        assert_eq!(request["Destination"], json!({ "ToAddresses": ["b@example.com"], "CcAddresses": [] }));
        assert_eq!(request["Content"]["Simple"]["Subject"], json!({ "Data": "ä", "Charset": "UTF-8" }));
    }
}
