//! Placeholders of secret options. A plugin holds a placeholder and never the secret: the host replaces the placeholder
//! in the body of a request, after the plugin has handed the request over and before it is signed.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::IgnoredAny;

/// The secrets of a run by their placeholders, which a plugin cannot guess and no encoding changes.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, SecretString>);

/// The format of a request's body, as far as it decides how a text is written in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Query,
    Xml,
    Raw,
}

impl Secrets {
    /// Secrets by their placeholders.
    pub fn new(secrets: impl IntoIterator<Item = (String, SecretString)>) -> Self {
        Self(secrets.into_iter().collect())
    }

    /// The body of a request with the secrets in the place of their placeholders, escaped as its content type requires.
    /// None when no placeholder stands in it.
    pub fn fill(&self, content_type: Option<&str>, body: &str) -> Option<String> {
        if !self.stands_in(body) {
            return None;
        }
        let form = Form::of(content_type, body);
        Some(self.0.iter().fold(body.to_owned(), |body, (placeholder, secret)| {
            body.replace(placeholder, &form.write(secret.expose_secret()))
        }))
    }

    /// A text with the secrets in the place of their placeholders.
    pub fn reveal(&self, text: &str) -> String {
        let reveal = |text: String, (placeholder, secret): (&String, &SecretString)| {
            text.replace(placeholder, secret.expose_secret())
        };
        self.0.iter().fold(text.to_owned(), reveal)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The placeholders that stand in the text.
    pub fn found_in(&self, text: &str) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(move |placeholder| text.contains(*placeholder))
    }

    /// Whether a placeholder stands in the text.
    pub fn stands_in(&self, text: &str) -> bool {
        self.0.keys().any(|placeholder| text.contains(placeholder.as_str()))
    }
}

impl Form {
    fn of(content_type: Option<&str>, body: &str) -> Self {
        let content_type = content_type.unwrap_or_default().to_ascii_lowercase();
        if content_type.starts_with("application/x-www-form-urlencoded") {
            Self::Query
        } else if content_type.contains("xml") {
            Self::Xml
        // Lambda's payload is JSON under the content type of a byte stream.
        } else if content_type.contains("json") || serde_json::from_str::<IgnoredAny>(body).is_ok() {
            Self::Json
        } else {
            Self::Raw
        }
    }

    fn write(self, secret: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::Value::from(secret).to_string();
                quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
            }
            Self::Query => utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
            Self::Xml => secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
            Self::Raw => secret.to_owned(),
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").field("count", &self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACEHOLDER: &str = "stepwell-secret-token-0123456789abcdef";

    fn filled(content_type: &str, body: &str, secret: &str) -> String {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from(secret))]);
        secrets.fill(Some(content_type), body).unwrap()
    }

    #[test]
    fn a_secret_takes_the_place_of_its_placeholder_in_the_form_of_the_body() {
        let secret = "a\"b\\c<&> d+e";
        for (content_type, before, after, expected) in [
            ("application/x-www-form-urlencoded", "Action=X&Value=", "", "a%22b%5Cc%3C%26%3E%20d%2Be"),
            ("Application/X-WWW-Form-Urlencoded", "Value=", "", "a%22b%5Cc%3C%26%3E%20d%2Be"),
            ("application/x-amz-json-1.1", "{\"Value\":\"", "\"}", "a\\\"b\\\\c<&> d+e"),
            ("application/octet-stream", "{\"password\":\"", "\"}", "a\\\"b\\\\c<&> d+e"),
            ("application/xml", "<V>", "</V>", "a\"b\\c&lt;&amp;&gt; d+e"),
            ("text/plain", "x=", "", secret),
        ] {
            let text = filled(content_type, &format!("{before}{PLACEHOLDER}{after}"), secret);
            assert_eq!(text, format!("{before}{expected}{after}"));
        }
    }

    #[test]
    fn a_secret_that_begins_with_a_quote_stays_whole() {
        let text = filled("application/json", &format!("{{\"V\":\"{PLACEHOLDER}\"}}"), "\"quoted\"");
        assert_eq!(text, "{\"V\":\"\\\"quoted\\\"\"}");
    }

    #[test]
    fn a_text_that_is_encoded_on_the_way_gets_its_secrets_before() {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from("a&b"))]);
        assert_eq!(secrets.reveal(&format!("x='{PLACEHOLDER}' y='{PLACEHOLDER}'")), "x='a&b' y='a&b'");
        assert_eq!(secrets.reveal("nothing"), "nothing");
    }

    #[test]
    fn a_body_without_a_placeholder_stays_as_it_is() {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from("canary"))]);
        assert_eq!(secrets.fill(None, "nothing"), None);
        assert_eq!(Secrets::default().fill(None, PLACEHOLDER), None);
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from("canary"))]);
        assert_eq!(format!("{secrets:?}"), "Secrets { count: 1 }");
    }
}
