//! The options of a job file, and their values.

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use toml::Spanned;

use super::JobError;
use crate::destination::{Destination, DestinationText};
use crate::id::{KeyPath, OptionName};
use crate::pattern::{self, LONGEST_TEXT, MOST_OF_VALUE};
use crate::schema_form::{OptionValue, Pattern, Scalar};
use crate::source::{Place, Source};
use crate::value::Value;

/// `[options.<name>]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobOption {
    /// The purpose of the value.
    #[serde(default)]
    pub description: String,
    /// `type`: the type of a value.
    #[serde(rename = "type")]
    #[schemars(with = "Option<OptionType>")]
    kind: Option<Spanned<OptionType>>,
    /// Whether the value is a list of values of that type.
    #[schemars(with = "Option<bool>")]
    pub multiple: Option<Spanned<bool>>,
    /// The text between the values of a list that is given as one text (default `,`).
    #[schemars(with = "Option<String>")]
    pub delimiter: Option<Spanned<String>>,
    /// Whether the job cannot run without a value.
    #[serde(default)]
    pub required: bool,
    /// The value when none is given.
    #[schemars(with = "Option<OptionValue>")]
    pub default: Option<Spanned<Value>>,
    /// The allowed values.
    #[schemars(with = "Option<Vec<Scalar>>")]
    pub values: Option<Spanned<Vec<Spanned<Value>>>>,
    /// The source of the allowed values. Refused, because it is not supported yet.
    #[schemars(skip)]
    pub values_from: Option<Spanned<Value>>,
    /// A regular expression that the whole value must match.
    #[schemars(with = "Option<Pattern>")]
    pub pattern: Option<Spanned<String>>,
    /// Whether the value is a secret. Plugins receive a placeholder, which the host replaces by the value in requests.
    #[serde(default)]
    pub secret: bool,
    /// The path in key storage of a secret that is not given.
    #[schemars(with = "Option<KeyPath>")]
    pub key: Option<Spanned<KeyPath>>,
    /// The IAM actions whose requests may carry the secret, such as `ssm:SendCommand`, and the addresses of HTTP requests
    /// that may, such as `https://api.pagerduty.com/*`. For a secret in key storage, this only narrows what the owner of
    /// the key says.
    #[schemars(with = "Option<Vec<DestinationText>>")]
    to: Option<Spanned<Vec<Spanned<String>>>>,
    /// Whether the servers at these addresses may repeat the secret in an answer, which the host then withholds from the
    /// plugin (default true). For a secret in key storage, its owner says it.
    #[schemars(with = "Option<bool>")]
    echoes: Option<Spanned<bool>>,
    /// The compiled pattern and the allowed values, made at the first value.
    #[serde(skip)]
    #[schemars(skip)]
    compiled: OnceLock<Accepted>,
}

/// What the option accepts, in the form that values are compared with.
#[derive(Debug, Clone)]
struct Accepted {
    pattern: Option<Regex>,
    /// The bytes of the compiled pattern; zero without one.
    size: usize,
    /// The values as JSON texts. A list can have many thousand items.
    values: Option<HashSet<String>>,
}

/// The type of the value of an option.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OptionType {
    /// Any text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day such as `2026-01-31`.
    Date,
    /// A point in time such as `2026-01-31T12:00:00Z` (RFC 3339).
    Datetime,
}

impl fmt::Display for OptionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::Date => "a date such as `2026-01-31`",
            Self::Datetime => "a date and time such as `2026-01-31T12:00:00Z`",
        })
    }
}

impl OptionType {
    /// Reads a value of the type from a text.
    fn parse(self, text: &str) -> Option<Json> {
        match self {
            Self::Text => Some(text.into()),
            Self::Integer => text.parse::<i64>().ok().map(Json::from),
            Self::Number => text.parse().ok().and_then(number),
            Self::Boolean => text.parse::<bool>().ok().map(Json::from),
            Self::Date => text.parse::<jiff::civil::Date>().ok().map(|date| date.to_string().into()),
            Self::Datetime => text.parse::<jiff::Timestamp>().ok().map(|at| at.to_string().into()),
        }
    }

    /// The value in the one form that expressions see.
    fn convert(self, value: &Json) -> Option<Json> {
        match (self, value) {
            (Self::Integer, Json::Number(number)) => number.is_i64().then(|| value.clone()),
            (Self::Number, Json::Number(given)) => given.as_f64().and_then(number),
            (Self::Boolean, Json::Bool(_)) => Some(value.clone()),
            (Self::Text | Self::Date | Self::Datetime, Json::String(text)) => self.parse(text),
            _ => None,
        }
    }
}

/// Gives `2` and `2.0` the same form, so that they compare and show as one number.
fn number(value: f64) -> Option<Json> {
    /// The limit up to which every whole number is exact.
    const MOST: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < MOST {
        return Some(Json::from(value as i64));
    }
    serde_json::Number::from_f64(value).map(Json::Number)
}

impl JobOption {
    /// The pattern, anchored to match the whole value.
    ///
    /// # Errors
    /// The error of the regex engine, when the pattern is not a regular expression.
    pub fn regex(&self) -> Result<Option<Regex>, String> {
        self.whole().map(|pattern| pattern::compile(&pattern)).transpose()
    }

    fn whole(&self) -> Option<String> {
        self.pattern.as_ref().map(|pattern| format!(r"\A(?:{})\z", pattern.get_ref()))
    }

    /// The bytes of the compiled pattern, and its place; none without a pattern.
    pub(super) fn pattern_size(&self) -> Option<(usize, std::ops::Range<usize>)> {
        let size = self.whole().map(|pattern| pattern::size(&pattern))?;
        self.pattern.as_ref().map(|pattern| (size, pattern.span()))
    }

    /// The work of the pattern with this many bytes of a value: bytes times bytes of the compiled pattern.
    fn work(&self, bytes: usize) -> u64 {
        (bytes as u64).saturating_mul(self.accepted().size as u64)
    }

    /// The work of the pattern with a value.
    pub fn work_of(&self, value: &Json) -> u64 {
        self.work(match value {
            Json::String(text) => text.len(),
            Json::Array(items) => items.iter().filter_map(Json::as_str).map(str::len).sum(),
            _ => 0,
        })
    }

    /// The work of the pattern with the default.
    pub(super) fn work_of_default(&self) -> u64 {
        self.default.as_ref().map_or(0, |default| self.work_of(&default.get_ref().literal()))
    }

    /// The type of a value.
    pub fn kind(&self) -> OptionType {
        self.kind.as_ref().map_or(OptionType::Text, |kind| *kind.get_ref())
    }

    /// Whether the value is a list.
    pub fn is_multiple(&self) -> bool {
        self.multiple.as_ref().is_some_and(|multiple| *multiple.get_ref())
    }

    /// The value of the texts from a command line. None when the option does not accept it.
    pub fn parse(&self, texts: &[String]) -> Option<Json> {
        if self.work(texts.iter().map(String::len).sum()) > MOST_OF_VALUE {
            return None;
        }
        if !self.is_multiple() {
            let [text] = texts else { return None };
            return self.accept(self.kind().parse(text)?);
        }
        let delimiter = self.delimiter.as_ref().map_or(",", |delimiter| delimiter.get_ref().as_str());
        let parts = texts.iter().flat_map(|text| text.split(delimiter)).filter(|part| !part.is_empty());
        parts.map(|part| self.accept(self.kind().parse(part)?)).collect::<Option<Vec<_>>>().map(Json::Array)
    }

    /// The value in the form that expressions see. None when the option does not accept it.
    pub fn convert(&self, value: &Json) -> Option<Json> {
        if self.work_of(value) > MOST_OF_VALUE {
            return None;
        }
        match (self.is_multiple(), value) {
            (true, Json::Array(items)) => items
                .iter()
                .map(|item| self.accept(self.kind().convert(item)?))
                .collect::<Option<Vec<_>>>()
                .map(Json::Array),
            (true, _) => None,
            (false, value) => self.accept(self.kind().convert(value)?),
        }
    }

    /// The values that it accepts, in words.
    pub fn expected(&self) -> String {
        let mut words = self.kind().to_string();
        if let Some(values) = self.allowed() {
            let values: Vec<_> = values.iter().map(|value| format!("`{}`", show(value))).collect();
            words = format!("one of {}", values.join(", "));
        } else if let Some(pattern) = &self.pattern {
            words = format!("text that matches `{}`", pattern.get_ref());
        }
        if self.is_multiple() {
            words = format!("a list whose items are {words}");
        }
        let can_be_empty = self.is_multiple() || self.kind() == OptionType::Text;
        if self.required && can_be_empty { format!("{words}, not empty") } else { words }
    }

    fn allowed(&self) -> Option<Vec<Json>> {
        let values = self.values.as_ref()?.get_ref();
        Some(values.iter().filter_map(|value| self.kind().convert(&value.get_ref().literal())).collect())
    }

    /// Whether the option is required and the value is empty.
    pub fn is_lacking(&self, value: &Json) -> bool {
        let is_empty = value.as_str().is_some_and(str::is_empty) || value.as_array().is_some_and(Vec::is_empty);
        self.required && is_empty
    }

    /// `to`: the only places that the secret may go to, and the place of the key. None when the option has no such key.
    ///
    /// # Errors
    /// When a text of the list is no destination.
    pub fn to(&self, name: &OptionName, source: &Source) -> Result<Option<(Vec<Destination>, Place)>, JobError> {
        let Some(to) = &self.to else { return Ok(None) };
        let list = Destination::parse_all(to.get_ref(), source);
        let list = list.map_err(|(error, place)| JobError::Destination { option: name.clone(), error, place })?;
        Ok(Some((list, source.place(&to.span()))))
    }

    /// Whether the answer to an HTTP request with the secret may repeat it, as far as the job says.
    pub fn echoes(&self) -> bool {
        self.echoes.as_ref().is_none_or(|echoes| *echoes.get_ref())
    }

    fn accepted(&self) -> &Accepted {
        self.compiled.get_or_init(|| Accepted {
            // `check` has refused every text that is not a regular expression.
            pattern: self.regex().ok().flatten(),
            size: self.pattern_size().map_or(0, |(size, _)| size),
            values: self.allowed().map(|values| values.iter().map(Json::to_string).collect()),
        })
    }

    fn accept(&self, value: Json) -> Option<Json> {
        let Accepted { pattern, values, .. } = self.accepted();
        let is_allowed = values.as_ref().is_none_or(|values| values.contains(&value.to_string()));
        let matches = match (pattern, &value) {
            (Some(pattern), Json::String(text)) => text.len() <= LONGEST_TEXT && pattern.is_match(text),
            _ => true,
        };
        (is_allowed && matches).then_some(value)
    }

    pub(super) fn check(&self, name: &OptionName, source: &Source) -> Result<(), JobError> {
        let (option, place) = (name.clone(), |span| source.place(&span));
        if let Some(from) = &self.values_from {
            return Err(JobError::ValuesFrom { option, place: place(from.span()) });
        }
        self.check_secret(name, source)?;
        match (&self.delimiter, &self.pattern) {
            (Some(delimiter), _) if !self.is_multiple() || delimiter.get_ref().is_empty() => {
                return Err(JobError::OptionKey { option, key: "delimiter", place: place(delimiter.span()) });
            }
            (_, Some(pattern)) if self.kind() != OptionType::Text => {
                return Err(JobError::OptionKey { option, key: "pattern", place: place(pattern.span()) });
            }
            _ => {}
        }
        self.regex().map_err(|reason| JobError::Pattern {
            option: option.clone(),
            place: place(self.pattern.as_ref().map_or(0..0, Spanned::span)),
            reason,
        })?;
        self.check_values(name, source)?;
        match &self.default {
            Some(default) if self.required => {
                Err(JobError::RequiredWithDefault { option, place: place(default.span()) })
            }
            _ => Ok(()),
        }
    }

    /// Refuses a `key` or `to` without `secret`, and keys that would show the value of a secret.
    fn check_secret(&self, name: &OptionName, source: &Source) -> Result<(), JobError> {
        let shows = [
            ("default", self.default.as_ref().map(Spanned::span)),
            ("pattern", self.pattern.as_ref().map(Spanned::span)),
            ("values", self.values.as_ref().map(Spanned::span)),
            ("multiple", self.multiple.as_ref().map(Spanned::span)),
            ("type", self.kind.as_ref().map(Spanned::span)),
        ];
        let wrong = match self.secret {
            true => shows.into_iter().find_map(|(key, span)| Some((key, span?))),
            false => {
                let key = self.key.as_ref().map(|key| ("key", key.span()));
                let to = key.or_else(|| Some(("to", self.to.as_ref()?.span())));
                to.or_else(|| Some(("echoes", self.echoes.as_ref()?.span())))
            }
        };
        match wrong {
            Some((key, span)) => {
                Err(JobError::Secret { option: name.clone(), key, secret: self.secret, place: source.place(&span) })
            }
            None => self.to(name, source).map(drop),
        }
    }

    fn check_values(&self, name: &OptionName, source: &Source) -> Result<(), JobError> {
        let wrong = |key, expected, span| {
            let place = source.place(&span);
            Err(JobError::OptionValue { option: name.clone(), key, expected, place })
        };
        for value in self.values.iter().flat_map(|values| values.get_ref()) {
            if self.kind().convert(&value.get_ref().literal()).is_none() {
                return wrong("values", self.kind().to_string(), value.span());
            }
        }
        match &self.default {
            Some(default) if self.convert(&default.get_ref().literal()).is_none() => {
                wrong("default", self.expected(), default.span())
            }
            _ => Ok(()),
        }
    }
}

fn show(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::NextAction as _;

    fn option(text: &str) -> JobOption {
        toml::from_str(text).expect("it is an option")
    }

    #[test]
    fn a_value_is_of_the_type_that_the_option_says() {
        for (kind, good, value, wrong) in [
            ("integer", "3", json!(3), "3.5"),
            ("number", "3.5", json!(3.5), "many"),
            ("boolean", "true", json!(true), "yes"),
            ("date", "2026-02-28", json!("2026-02-28"), "2026-02-29"),
            ("datetime", "2026-01-31T12:00:00+01:00", json!("2026-01-31T11:00:00Z"), "noon"),
        ] {
            let option = option(&format!("type = \"{kind}\""));
            assert_eq!(option.parse(&[good.to_owned()]), Some(value), "{kind}");
            assert_eq!(option.parse(&[wrong.to_owned()]), None, "{kind}");
        }
    }

    #[test]
    fn a_list_is_given_in_parts_or_as_one_text() {
        let option = option("multiple = true\nvalues = [\"a\", \"b\"]\ndelimiter = \";\"");
        assert_eq!(option.parse(&["a;b".to_owned(), "a".to_owned()]), Some(json!(["a", "b", "a"])));
        assert_eq!(option.parse(&["a;c".to_owned()]), None);
        assert_eq!(option.convert(&json!(["b"])), Some(json!(["b"])));
        assert_eq!(option.convert(&json!("b")), None);
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let option = option("type = \"number\"\nvalues = [1, 2.5]");
        for one in [option.parse(&["1".to_owned()]), option.parse(&["1.0".to_owned()]), option.convert(&json!(1.0))] {
            assert_eq!(one, Some(json!(1)));
        }
        assert_eq!(option.convert(&json!(2.5)), Some(json!(2.5)));
        assert_eq!(option.convert(&json!(2)), None);
    }

    #[test]
    fn what_is_required_is_not_empty() {
        let required = |text: &str| option(&format!("required = true\n{text}"));
        assert!(required("").is_lacking(&json!("")));
        assert!(required("multiple = true").is_lacking(&json!([])));
        assert!(!option("").is_lacking(&json!("")));
        assert!(!required("type = \"boolean\"").is_lacking(&json!(false)));
    }

    #[test]
    fn keys_that_do_not_go_together_are_told_at_their_place() {
        for (text, expected) in [
            ("delimiter = \";\"", "delimiter"),
            ("multiple = true\ndelimiter = \"\"", "delimiter"),
            ("type = \"date\"\npattern = \"2.*\"", "pattern"),
            ("key = \"keys/a\"", "key"),
            ("to = []", "to"),
            ("secret = true\ndefault = \"x\"", "default"),
            ("secret = true\nvalues = [\"x\"]", "values"),
            ("secret = true\npattern = \"x\"", "pattern"),
            ("secret = true\nmultiple = true", "multiple"),
            ("secret = true\ntype = \"text\"", "type"),
        ] {
            let error = option(text).check(&"x".parse().expect("valid"), &Source::new("job.toml", text));
            let (JobError::OptionKey { key, place, .. } | JobError::Secret { key, place, .. }) = error.expect_err(text)
            else {
                panic!("{text}");
            };
            assert_eq!((key, place.line), (expected, text.lines().count()), "{text}");
        }
        let from =
            option("values_from = \"https://example.com\"").check(&"x".parse().expect("valid"), &Source::default());
        assert!(matches!(from, Err(JobError::ValuesFrom { .. })));
    }

    #[test]
    fn a_destination_that_does_not_exist_is_told_at_its_place() {
        let text = "secret = true\nto = [\"ssm:SendCommand\", \"ssm:SendComand\"]";
        let error = option(text).check(&"x".parse().expect("valid"), &Source::new("job.toml", text));
        let error = error.expect_err("the second is no action");
        assert_eq!(
            error.explain(),
            "error: option `x`: no plugin can send a secret with `ssm:SendComand`\n\
             because: job.toml:2:27: a destination begins with an IAM action that plugins can call, or with `https://`\n\
             next: write `ssm:SendCommand`"
        );
        assert!(option("secret = true\nto = []").check(&"x".parse().expect("valid"), &Source::default()).is_ok());
    }

    #[test]
    fn values_that_the_option_itself_would_not_accept_are_refused() {
        for (text, key) in [
            ("type = \"integer\"\ndefault = \"3\"", "default"),
            ("values = [\"a\"]\ndefault = \"b\"", "default"),
            ("type = \"date\"\nvalues = [\"soon\"]", "values"),
            ("pattern = \"a+\"\ndefault = \"b\"", "default"),
        ] {
            let error = option(text).check(&"x".parse().expect("valid"), &Source::new("job.toml", text));
            assert!(
                matches!(error, Err(JobError::OptionValue { key: found, .. }) if found == key),
                "{text}: {error:?}"
            );
        }
    }
}
