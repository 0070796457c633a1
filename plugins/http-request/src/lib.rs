//! Sends an HTTP request and returns the answer.

mod answer;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;
use stepwell_plugin::http::{self, Method, Request};
use stepwell_plugin::{Duration, Failure, Invocation, Step, info};

use answer::{Answer, Selection};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [
    {
        "schema": {
            "not": {
                "anyOf": [{ "required": ["json", "form"] }, { "required": ["json", "text"] }, { "required": ["form", "text"] }],
            },
        },
        "message": "only one of `json`, `form` and `text` can be the body",
        "next": "leave the others out",
    },
    {
        "schema": {
            "if": { "required": ["save"] },
            "then": { "properties": { "method": { "const": "GET" }, "select": false } },
        },
        "property": "save",
        "message": "is possible with `method` `GET` and without `select` only",
        "next": "leave `select` out, and read the file in a later step",
    },
]))]
struct Config {
    /// The URL with its query. The operator grants it together with `method`. A secret option may be the whole URL, or
    /// stand in `headers`, `json` or `form`, if the secret's owner names the address as a destination.
    #[schemars(extend("x-stepwell-request" = "method"))]
    url: String,
    /// The method.
    #[serde(default)]
    method: Method,
    /// The headers. `content-type` is that of the body if left out.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The body as JSON: any value, such as a table.
    #[serde(default)]
    json: Json,
    /// The body as the fields of a form.
    form: Option<BTreeMap<String, String>>,
    /// The body as text.
    text: Option<String>,
    /// The statuses with which the step succeeds; 200 to 299 if left out. It fails with `HttpStatus` for any other.
    #[serde(default)]
    #[schemars(inner(range(min = 100, max = 599)))]
    expect: Vec<u16>,
    /// The time for the whole request, with redirects and repetitions. The operator's limit applies in any case.
    timeout: Option<Duration>,
    /// State that a repetition of the request changes nothing more. The host then repeats a `POST` or `PATCH` after a
    /// broken connection and after a crash, as it repeats the other methods.
    #[serde(default)]
    idempotent: bool,
    /// The part of a JSON answer that becomes the output `selected` in place of `json`: a JMESPath, such as
    /// `items[].id`. If it finds nothing, the step fails with `NothingSelected`.
    select: Option<String>,
    /// The file that gets the body of an answer with status 200, in a directory that the operator lends for writing:
    /// `site/report.pdf`. Only with `GET`.
    #[schemars(extend("x-stepwell-location" = "write"))]
    save: Option<String>,
}

struct HttpRequest;

impl Step for HttpRequest {
    type Config = Config;
    type Outputs = Answer;

    const FAILURES: &'static [(&'static str, &'static str)] =
        &[("HttpStatus", "The status of the answer is none of `expect`. Another attempt may help after 429 and 503.")];

    fn run(_: &Invocation, config: Config) -> Result<Answer, Failure> {
        let request = config.request()?;
        let selection = config.select.as_deref().map(Selection::read).transpose()?;
        let (response, saved) = match &config.save {
            Some(path) => http::download(&request, path).map(|answer| (answer.response, answer.saved))?,
            None => (request.send()?, None),
        };
        info!("the server answered {}", response.status);
        let is_expected = match config.expect.as_slice() {
            [] => response.is_success(),
            expected => expected.contains(&response.status),
        };
        if is_expected { Answer::new(&response, saved, selection.as_ref()) } else { Err(response.unexpected()) }
    }
}

impl Config {
    fn request(&self) -> Result<Request, Failure> {
        if self.save.is_some() && (self.method != Method::Get || self.select.is_some()) {
            return Err(Failure::configuration_invalid(
                "`save` is possible with `method` `GET` and without `select` only",
            ));
        }
        let mut request = Request::new(self.method, self.url.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request = match (&self.json, &self.form, &self.text) {
            (Json::Null, None, None) => request,
            (json, None, None) => request.json(json)?,
            (Json::Null, Some(form), None) => request.form(form),
            (Json::Null, None, Some(text)) => request.text(text),
            _ => return Err(Failure::configuration_invalid("only one of `json`, `form` and `text` can be the body")),
        };
        if let Some(timeout) = self.timeout {
            request = request.timeout(timeout);
        }
        Ok(if self.idempotent { request.idempotent() } else { request })
    }
}

stepwell_plugin::export!(HttpRequest);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const URL: &str = "https://api.example.com/v1/items";

    fn asked(mut config: Json) -> Result<Request, Failure> {
        config["url"] = URL.into();
        serde_json::from_value::<Config>(config).unwrap().request()
    }

    #[test]
    fn a_request_is_a_get_without_a_body_by_default() {
        let request = asked(json!({})).unwrap();
        assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", URL));
        assert_eq!((request.headers.len(), request.body, request.timeout_ms), (0, None, None));
        assert!(!request.idempotent);
    }

    #[test]
    fn everything_that_is_configured_is_sent() {
        let headers = json!({ "authorization": "Bearer x", "content-type": "application/merge-patch+json" });
        let config = json!({
            "method": "PATCH", "headers": headers, "json": { "a": null }, "timeout": "20s", "idempotent": true,
        });
        let request = asked(config).unwrap();
        assert_eq!((request.method.as_str(), request.timeout_ms, request.idempotent), ("PATCH", Some(20_000), true));
        assert_eq!(json!(request.headers.into_iter().collect::<BTreeMap<_, _>>()), headers);
        assert_eq!(request.body.as_deref(), Some(br#"{"a":null}"#.as_slice()));
    }

    #[test]
    fn a_request_has_one_body_at_most() {
        for (body, sent) in [
            (json!({ "json": false }), "false"),
            (json!({ "form": { "a": "1 2" } }), "a=1%202"),
            (json!({ "text": "hello" }), "hello"),
            (json!({ "text": "" }), ""),
        ] {
            assert_eq!(asked(body).unwrap().body.as_deref(), Some(sent.as_bytes()));
        }
        for bodies in [
            json!({ "json": {}, "form": {} }),
            json!({ "json": {}, "text": "" }),
            json!({ "form": {}, "text": "" }),
            json!({ "json": {}, "form": {}, "text": "" }),
        ] {
            assert_eq!(asked(bodies).unwrap_err().code, "ConfigurationInvalid");
        }
    }

    #[test]
    fn only_a_get_without_a_selection_is_saved() {
        let save = |method: &str, select: Option<&str>| {
            asked(json!({ "method": method, "save": "site/a.pdf", "select": select })).map(drop).is_ok()
        };
        assert!(save("GET", None));
        assert!(!save("POST", None) && !save("HEAD", None) && !save("GET", Some("a")));
    }
}
