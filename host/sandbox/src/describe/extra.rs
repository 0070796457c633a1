//! The further facts of a description: a JSON object whose unknown keys belong to other hosts.

use serde_json::{Map, Value as Json};
use stepwell_model::NextAction as _;
use stepwell_model::http::RequestPattern;
use stepwell_model::plugin::{Extra, OwnFailure};

use super::{LONGEST_SUMMARY, invalid};
use crate::call::{LONGEST_WORD, word};
use crate::error::LoadError;
use crate::fault::cut;

/// Bytes of the whole object.
const LONGEST: usize = 64 << 10;

/// Failures that are a plugin's own. Jobs decide by codes; a plugin with more has none that a reader finds.
const MOST_FAILURES: usize = 100;

/// Bytes of a URL: the most that browsers and proxies agree on.
const LONGEST_URL: usize = 2 << 10;

/// Requests of one plugin. The operator reads them before granting them.
const MOST_REQUESTS: usize = 100;

/// The keys that this host knows, when their values are valid.
pub(super) fn valid(text: &str) -> Result<Extra, LoadError> {
    if text.len() > LONGEST {
        return Err(invalid("extra", "it is larger than 64 KiB"));
    }
    let object: Map<String, Json> =
        serde_json::from_str(text).map_err(|error| invalid("extra", &format!("it is not a JSON object: {error}")))?;
    let failures = object.get("failures").map(failures).transpose()?.unwrap_or_default();
    let homepage = object.get("homepage").map(homepage).transpose()?;
    let requests = object.get("requests").map(requests).transpose()?.unwrap_or_default();
    Ok(Extra { failures, requests, homepage })
}

fn requests(value: &Json) -> Result<Vec<RequestPattern>, LoadError> {
    let wrong = |reason: &str| invalid("extra.requests", reason);
    let list = value.as_array().ok_or_else(|| wrong("it is not a list"))?;
    if list.len() > MOST_REQUESTS {
        return Err(wrong(&format!("there are more than {MOST_REQUESTS}")));
    }
    let request = |entry: &Json| {
        let text = entry.as_str().ok_or_else(|| wrong("an entry is not a text"))?;
        RequestPattern::parse(text).map_err(|error| wrong(&format!("{error}: {}", error.because())))
    };
    list.iter().map(request).collect()
}

fn failures(value: &Json) -> Result<Vec<OwnFailure>, LoadError> {
    let wrong = |reason: &str| invalid("extra.failures", reason);
    let list = value.as_array().ok_or_else(|| wrong("it is not a list"))?;
    if list.len() > MOST_FAILURES {
        return Err(wrong(&format!("there are more than {MOST_FAILURES}")));
    }
    let mut failures: Vec<OwnFailure> = Vec::with_capacity(list.len());
    for (at, entry) in list.iter().enumerate() {
        let text = |key: &str| {
            let text = entry.get(key).and_then(Json::as_str);
            text.ok_or_else(|| wrong(&format!("entry {at} has no text `{key}`")))
        };
        let (code, summary) = (text("code")?, text("summary")?.split_whitespace().collect::<Vec<_>>().join(" "));
        if code.is_empty() || word(code) != code {
            let shown = cut(code, LONGEST_WORD);
            return Err(wrong(&format!("`{shown}` is no code: letters, digits and `.`, `_`, `-`, `:`, at most 64")));
        }
        if failures.iter().any(|failure| failure.code == code) {
            return Err(wrong(&format!("`{code}` is there twice")));
        }
        if summary.is_empty() {
            return Err(wrong(&format!("the summary of `{code}` is empty")));
        }
        failures.push(OwnFailure { code: code.to_owned(), summary: cut(&summary, LONGEST_SUMMARY) });
    }
    Ok(failures)
}

fn homepage(value: &Json) -> Result<String, LoadError> {
    let wrong = |reason: &str| invalid("extra.homepage", reason);
    let url = value.as_str().ok_or_else(|| wrong("it is not a text"))?;
    if url.len() > LONGEST_URL {
        return Err(wrong("it is longer than 2 KiB"));
    }
    let is_web =
        ["https://", "http://"].iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    // Neither white space nor control characters are part of a URL.
    if is_web && url.chars().all(|c| c.is_ascii_graphic()) {
        Ok(url.to_owned())
    } else {
        Err(wrong("it is not the URL of a web page, such as `https://example.com/acme-tagged`"))
    }
}
