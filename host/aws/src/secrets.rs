//! Secret options. A plugin holds a placeholder and never the secret: the host puts the one in the place of the other
//! in the body of a request, after the plugin has handed the request over and before it is signed.

use std::collections::BTreeMap;
use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use crate::error::HostError;

/// The secrets of a run by their placeholders, which nobody can guess and no encoding changes.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, SecretString>);

/// A placeholder where a secret would be seen by others: in the address or the head of a request, or in what AWS keeps in
/// the clear, such as a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret would stand in the {place} of the request")]
pub(crate) struct Misplaced {
    pub(crate) place: &'static str,
}

/// What the body of a request is written in, as far as it changes how a text stands in it.
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

    /// Puts the secrets into a request, and says whether there was any to put.
    pub(crate) fn fill(&self, request: &mut HttpRequest) -> Result<bool, BoxError> {
        if self.0.is_empty() {
            return Ok(false);
        }
        if self.stands_in(request.uri()) {
            return Err(Misplaced { place: "address" }.into());
        }
        if request.headers().iter().any(|(_, value)| self.stands_in(value)) {
            return Err(Misplaced { place: "head" }.into());
        }
        let Some(body) = request.body().bytes().and_then(|bytes| std::str::from_utf8(bytes).ok()) else {
            return Ok(false);
        };
        if !self.stands_in(body) {
            return Ok(false);
        }
        let form = Form::of(request.headers().get("content-type"), body);
        let filled = self.0.iter().fold(body.to_owned(), |body, (placeholder, secret)| {
            body.replace(placeholder, &form.write(secret.expose_secret()))
        });
        request.headers_mut().insert("content-length", filled.len().to_string());
        *request.body_mut() = SdkBody::from(filled);
        Ok(true)
    }

    /// A text with the secrets in the places of their placeholders.
    pub(crate) fn reveal(&self, text: &str) -> String {
        let reveal = |text: String, (placeholder, secret): (&String, &SecretString)| {
            text.replace(placeholder, secret.expose_secret())
        };
        self.0.iter().fold(text.to_owned(), reveal)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the placeholders into the places of the secrets in all texts of an answer.
    pub(crate) fn hide(&self, answer: &mut Json) {
        match answer {
            Json::String(text) => *text = self.hidden(text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.hide(item)),
            Json::Object(fields) => fields.values_mut().for_each(|field| self.hide(field)),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// As they are and as JSON writes them.
    fn hidden(&self, text: &str) -> String {
        let hide = |text: String, (placeholder, secret): (&String, &SecretString)| {
            let secret = secret.expose_secret();
            let forms = [Form::Json.write(secret), secret.to_owned()];
            forms.iter().filter(|form| !form.is_empty()).fold(text, |text, form| text.replace(form, placeholder))
        };
        self.0.iter().fold(text.to_owned(), hide)
    }

    pub(crate) fn stands_in(&self, text: &str) -> bool {
        self.0.keys().any(|placeholder| text.contains(placeholder.as_str()))
    }
}

/// AWS quotes what it refuses. A plugin that has a placeholder does not get the secret back; and not a masked text
/// either, from which it could tell whether something that it asks AWS about is a secret.
pub(crate) fn withhold(mut error: HostError) -> HostError {
    if let HostError::Answer(answer) = &mut error {
        "what AWS said is withheld, because the request held a secret".clone_into(&mut answer.message);
    }
    error
}

impl Form {
    fn of(content_type: Option<&str>, body: &str) -> Self {
        let content_type = content_type.unwrap_or_default();
        if content_type.starts_with("application/x-www-form-urlencoded") {
            Self::Query
        } else if content_type.contains("xml") {
            Self::Xml
        // Lambda's payload is JSON that is called a stream of bytes.
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
    use serde_json::json;

    use super::*;
    use crate::wit::stepwell::step::types::{CallError, CallErrorKind};

    const PLACEHOLDER: &str = "stepwell-secret-token-0123456789abcdef";

    fn filled(content_type: &str, body: &str, secret: &str) -> Result<(String, String), BoxError> {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from(secret))]);
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_uri("https://ec2.eu-central-1.amazonaws.com/").unwrap();
        request.headers_mut().insert("content-type", content_type.to_owned());
        request.headers_mut().insert("content-length", body.len().to_string());
        secrets.fill(&mut request)?;
        let text = String::from_utf8(request.body().bytes().unwrap().to_vec()).unwrap();
        Ok((text, request.headers().get("content-length").unwrap().to_owned()))
    }

    #[test]
    fn a_secret_takes_the_place_of_its_placeholder_in_the_form_of_the_body() {
        let secret = "a\"b\\c<&> d+e";
        for (content_type, before, after, expected) in [
            ("application/x-www-form-urlencoded", "Action=X&Value=", "", "a%22b%5Cc%3C%26%3E%20d%2Be"),
            ("application/x-amz-json-1.1", "{\"Value\":\"", "\"}", "a\\\"b\\\\c<&> d+e"),
            ("application/octet-stream", "{\"password\":\"", "\"}", "a\\\"b\\\\c<&> d+e"),
            ("application/xml", "<V>", "</V>", "a\"b\\c&lt;&amp;&gt; d+e"),
            ("text/plain", "x=", "", secret),
        ] {
            let (text, length) = filled(content_type, &format!("{before}{PLACEHOLDER}{after}"), secret).unwrap();
            assert_eq!(text, format!("{before}{expected}{after}"));
            assert_eq!(length, text.len().to_string());
        }
    }

    #[test]
    fn a_secret_that_begins_with_a_quote_stays_whole() {
        let (text, _) = filled("application/json", &format!("{{\"V\":\"{PLACEHOLDER}\"}}"), "\"quoted\"").unwrap();
        assert_eq!(text, "{\"V\":\"\\\"quoted\\\"\"}");
    }

    #[test]
    fn a_text_that_is_encoded_on_the_way_gets_its_secrets_before() {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from("a&b"))]);
        assert_eq!(secrets.reveal(&format!("x='{PLACEHOLDER}' y='{PLACEHOLDER}'")), "x='a&b' y='a&b'");
        assert_eq!(secrets.reveal("nothing"), "nothing");
    }

    #[test]
    fn a_secret_never_stands_in_an_address_or_a_head() {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from("canary"))]);
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(format!("https://example.com/{PLACEHOLDER}")).unwrap();
        assert!(secrets.fill(&mut request).unwrap_err().is::<Misplaced>());
        let mut request = HttpRequest::new(SdkBody::empty());
        request.headers_mut().insert("x-amz-meta-a", PLACEHOLDER);
        assert!(secrets.fill(&mut request).unwrap_err().is::<Misplaced>());
    }

    #[test]
    fn a_plugin_does_not_get_back_from_aws_the_secret_that_it_has_a_placeholder_for() {
        let message = "The value 'hunter22' is not valid".to_owned();
        let (kind, action, code) = (CallErrorKind::Rejected, String::new(), Some("InvalidParameterValue".to_owned()));
        let HostError::Answer(told) =
            withhold(HostError::Answer(CallError { kind, action, code, message, request_id: None }))
        else {
            panic!("it is still an answer")
        };
        assert_eq!(told.kind, CallErrorKind::Rejected);
        assert_eq!(told.code.as_deref(), Some("InvalidParameterValue"));
        assert!(!told.message.contains("hunter22"), "{}", told.message);
    }

    #[test]
    fn what_aws_gives_back_of_a_secret_becomes_its_placeholder_again() {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from("can\"ary"))]);
        let mut answer = json!({ "n": 7, "rows": [[r#"{"said":"can\"ary"}"#, { "tag": "can\"ary!" }, null]] });
        secrets.hide(&mut answer);
        let said = format!("{{\"said\":\"{PLACEHOLDER}\"}}");
        assert_eq!(answer, json!({ "n": 7, "rows": [[said, { "tag": format!("{PLACEHOLDER}!") }, null]] }));
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let secrets = Secrets::new([(PLACEHOLDER.to_owned(), SecretString::from("canary"))]);
        assert_eq!(format!("{secrets:?}"), "Secrets { count: 1 }");
    }
}
