//! Checks values against the JSON Schemas of plugins.

mod own_rules;

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use self::own_rules::OwnRules;
use crate::error::{nearest, shorten_to};
use crate::expression::below;
use crate::file::{DURATION_FORM, DURATION_PATTERN, MOST_MISTAKES};
use crate::id::PluginName;
use crate::pattern;

/// A JSON Schema. Its clones share one compiled form, because compiling takes far longer than checking a value.
#[derive(Clone)]
pub struct Schema(Arc<SharedSchema>);

/// Rules for a value that JSON Schema cannot express.
pub trait Rules: Send + Sync {
    /// The parts that the rules do not accept. The values at and below the `open` JSON pointers are not known yet, and are
    /// `null`.
    fn violations(&self, value: &Json, open: &[String]) -> Vec<Violation>;
}

struct SharedSchema {
    json: Json,
    /// They decide in the place of the schema, which then only tells people what is valid.
    rules: Option<Arc<dyn Rules>>,
    compiled: OnceLock<Result<Compiled, String>>,
}

/// A part of a value that a schema does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer to the wrong part.
    pub pointer: String,
    /// The reason.
    pub message: String,
    /// The unknown key, when that is the reason.
    pub unknown_key: Option<UnknownKey>,
    /// The JSON pointer to the part that is missing, when that is the reason.
    pub missing: Option<String>,
    /// The next action, when the rules know it.
    pub advice: Option<String>,
}

/// A key that a schema does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// The closest key that the schema has.
    pub nearest: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.trim_start_matches('/').replace('/', ".") {
            path if path.is_empty() => f.write_str(&self.message),
            path => write!(f, "`{path}`: {}", self.message),
        }
    }
}

impl Violation {
    /// The next action of the job's author.
    pub fn next(&self, plugin: &PluginName) -> String {
        if let Some(advice) = &self.advice {
            return advice.clone();
        }
        match &self.unknown_key {
            Some(UnknownKey { key, nearest: Some(meant) }) => format!("write `{meant}` instead of `{key}`"),
            Some(UnknownKey { key, nearest: None }) => {
                format!("remove `{key}`; `stepwell plugin inspect {plugin}` lists the valid keys")
            }
            None => format!("correct the value; `stepwell plugin inspect {plugin}` shows the valid ones"),
        }
    }
}

/// The keyword beside a property of a shipped plugin's configuration that may hold a secret: the IAM actions whose
/// requests may then carry it, and the addresses of HTTP requests that may. In the schema of any other plugin it has no
/// effect.
pub const SECRET_TO: &str = "x-stepwell-secret-to";

/// The keyword of a property that holds the URL of an HTTP request: a method, or the name of the property with the
/// method.
pub const REQUEST: &str = "x-stepwell-request";

/// The keyword of a property with a duration that the step waits for at most: a longer one than its `timeout` has no
/// effect, because the step fails before.
const WITHIN_TIMEOUT: &str = "x-stepwell-within-timeout";

/// The properties of an object's schema whose durations lie within the timeout of the step.
pub fn waiting_properties(schema: &Json) -> impl Iterator<Item = &str> {
    let properties = schema.get("properties").and_then(Json::as_object);
    let waits = |property: &Json| property.get(WITHIN_TIMEOUT) == Some(&Json::Bool(true));
    properties.into_iter().flatten().filter_map(move |(name, property)| waits(property).then_some(name.as_str()))
}

/// The keyword of a property with a file or a directory: `read` or `write`, as the step uses it. The value is
/// `NAME/path` in a lent directory, or a URI of S3.
const LOCATION: &str = "x-stepwell-location";

/// The properties of an object's schema that name files, each with whether the step writes there.
pub fn location_properties(schema: &Json) -> impl Iterator<Item = (&str, bool)> {
    let properties = schema.get("properties").and_then(Json::as_object);
    properties.into_iter().flatten().filter_map(|(name, property)| match property.get(LOCATION)?.as_str()? {
        "read" => Some((name.as_str(), false)),
        "write" => Some((name.as_str(), true)),
        _ => None,
    })
}

/// The keyword of a property without which the plugin needs fewer actions: a list of IAM actions.
const NEEDS: &str = "x-stepwell-needs";

/// The actions that the plugin needs only with some of its properties, each with such a property.
pub fn actions_of_properties(schema: &Json) -> impl Iterator<Item = (&str, &str)> {
    let properties = schema.get("properties").and_then(Json::as_object);
    properties.into_iter().flatten().flat_map(|(name, property)| {
        let actions = property.get(NEEDS).and_then(Json::as_array);
        actions.into_iter().flatten().filter_map(|action| Some((name.as_str(), action.as_str()?)))
    })
}

/// The keyword of a schema of outputs that have the names of the configuration: its value is `config`.
const NAMES: &str = "x-stepwell-names";

/// Whether the outputs of this schema have exactly the names of the configuration.
pub fn has_names_of_config(schema: &Json) -> bool {
    schema.get(NAMES).is_some_and(|of| of == "config")
}

/// The properties of an object's schema that hold the URL of a request, each with its method or the name of the property
/// with the method.
pub fn request_properties(schema: &Json) -> impl Iterator<Item = (&str, &str)> {
    let properties = schema.get("properties").and_then(Json::as_object);
    properties
        .into_iter()
        .flatten()
        .filter_map(|(name, property)| Some((name.as_str(), property.get(REQUEST)?.as_str()?)))
}

/// Most parts of a schema whose references are all replaced by their targets.
const MOST_PARTS: u32 = 20_000;

/// Most patterns of such a schema.
const MOST_PATTERNS: u32 = 100;

/// Most bytes of a compiled pattern: `[^:*]{1,512}` fits.
const LARGEST_PATTERN: usize = 1 << 20;

/// The weights of patterns up to these bytes. One of 8 KiB takes at most 0.3 µs for each byte of a text, one of 1 MiB
/// 36 µs.
const WEIGHTS: [(usize, u32); 3] = [(8 << 10, 1), (64 << 10, 8), (LARGEST_PATTERN, 128)];

/// Most comparisons of a part of a schema with a part of a value: about a second.
const MOST_CHECKS: u64 = 100_000_000;

/// Most bytes of text that all patterns together read, multiplied by their weights: about a second.
const MOST_SEARCHED: u64 = 4 << 20;

/// The compiled form of a schema, and what it costs to check a value.
struct Compiled {
    validator: Validator,
    own_rules: OwnRules,
    parts: u32,
    patterns: u32,
}

impl Compiled {
    fn new(json: &Json) -> Result<Self, String> {
        let mut expansion = Expansion { root: json, left: MOST_PARTS, patterns: 0, weight: 0 };
        expansion.expand(json, 0)?;
        let Expansion { left, weight, .. } = expansion;
        // The validator translates patterns of ECMA-262, which makes some of them larger.
        let own_rules = OwnRules::new(json)?;
        Ok(Self { validator: validator(json)?, own_rules, parts: MOST_PARTS - left, patterns: weight })
    }

    /// The comparisons of a check of this value, and the bytes that patterns read, multiplied by their weights.
    fn cost(&self, value: &Json) -> (u64, u64) {
        let (mut parts, mut bytes, mut left) = (0_u64, 0_u64, vec![value]);
        while let Some(value) = left.pop() {
            parts += 1;
            match value {
                Json::String(text) => bytes += text.len() as u64,
                Json::Array(items) => left.extend(items),
                Json::Object(entries) => {
                    bytes += entries.keys().map(|key| key.len() as u64).sum::<u64>();
                    left.extend(entries.values());
                }
                Json::Null | Json::Bool(_) | Json::Number(_) => {}
            }
        }
        (parts * u64::from(self.parts), bytes * u64::from(self.patterns))
    }
}

fn validator(json: &Json) -> Result<Validator, String> {
    let patterns = PatternOptions::regex().size_limit(4 * LARGEST_PATTERN).dfa_size_limit(LARGEST_PATTERN);
    let validator = jsonschema::options().with_draft(Draft::Draft202012).with_pattern_options(patterns).build(json);
    validator.map_err(|error| shorten_to(&error.to_string(), LONGEST_MESSAGE))
}

impl Schema {
    /// A schema that the host can use.
    ///
    /// # Errors
    /// The reason, when it is not a JSON Schema; when it refers to another document, because the host never fetches
    /// one; when it refers to itself or multiplies by its references, because a check could then run without end; when
    /// a pattern needs more than the regex engine does in linear time and little memory.
    pub fn usable(json: Json) -> Result<Self, String> {
        let schema = Self::from(json);
        schema.compiled().map(drop).map_err(str::to_owned)?;
        Ok(schema)
    }

    fn compiled(&self) -> Result<&Compiled, &str> {
        self.0.compiled.get_or_init(|| Compiled::new(&self.0.json)).as_ref().map_err(String::as_str)
    }

    /// What is valid in words (`json`), and the rules that decide.
    pub fn ruled(json: Json, rules: Arc<dyn Rules>) -> Self {
        Self(Arc::new(SharedSchema { json, rules: Some(rules), compiled: OnceLock::new() }))
    }

    /// An object without properties.
    pub(crate) fn without_properties() -> Self {
        Self::from(json!({ "type": "object", "properties": {}, "additionalProperties": false }))
    }

    /// The work of a check of this value, in the unit of a plan's work, which takes some 4 ns.
    pub(crate) fn work_of(&self, value: &Json) -> u64 {
        if self.0.rules.is_some() {
            return value.to_string().len() as u64;
        }
        // A check that is refused costs nothing.
        let cost = self.compiled().map_or((0, 0), |compiled| compiled.cost(value));
        let (checks, searched) = (cost.0.min(MOST_CHECKS), cost.1.min(MOST_SEARCHED));
        checks + searched * 32
    }

    /// Whether the schema does not accept the `null` at this JSON pointer of a value. The rules of operations take every
    /// `null` for a member without a value.
    pub(crate) fn refuses_null(&self, value: &Json, pointer: &str) -> bool {
        let Ok(compiled) = self.compiled() else { return false };
        let (checks, searched) = compiled.cost(value);
        if self.0.rules.is_some() || checks > MOST_CHECKS || searched > MOST_SEARCHED {
            return false;
        }
        compiled.validator.iter_errors(value).take(MOST_ERRORS).any(|error| {
            let at = error.instance_path().to_string();
            let is_choice = matches!(error.kind(), Kind::AnyOf { .. } | Kind::OneOfNotValid { .. });
            at == pointer || is_choice && !at.is_empty() && is_below(pointer, &at)
        })
    }

    /// The first part that the schema does not accept. An unknown key comes before everything else. The values at and
    /// below the `open` JSON pointers are not known yet, so the check skips them and everything that may depend on them.
    pub fn violation(&self, value: &Json, open: &[String]) -> Option<Violation> {
        self.violations(value, open).into_iter().next()
    }

    /// The parts that the schema does not accept, up to [`MOST_MISTAKES`], as [`Self::violation`] says.
    pub fn violations(&self, value: &Json, open: &[String]) -> Vec<Violation> {
        let mut found = if let Some(rules) = &self.0.rules {
            rules.violations(value, open)
        } else {
            let compiled = match self.compiled() {
                Ok(compiled) => compiled,
                Err(error) => return vec![plain(String::new(), format!("the plugin's schema is invalid: {error}"))],
            };
            let (checks, searched) = compiled.cost(value);
            // It could take more than a second or two.
            if checks > MOST_CHECKS || searched > MOST_SEARCHED {
                let message = "the value is too large to be checked against the schema";
                return vec![plain(String::new(), message.to_owned())];
            }
            let errors = compiled.validator.iter_errors(value).take(MOST_ERRORS);
            let mut errors: Vec<_> = errors.filter(|error| !depends_on(error, open)).collect();
            errors.sort_by_key(|error| !is_unknown_key(error));
            let found: Vec<_> = errors.iter().take(MOST_MISTAKES).map(|error| describe(self, error)).collect();
            if found.is_empty() { compiled.own_rules.violation(value, open).into_iter().collect() } else { found }
        };
        found.sort_by_key(|violation| violation.unknown_key.is_none());
        // An unknown key is often a misspelling of a missing one.
        let meant = |violation: &Violation| violation.unknown_key.as_ref()?.nearest.clone();
        let meant: Vec<_> = found.iter().filter_map(meant).collect();
        let is_meant = |missing: &str| meant.iter().any(|meant| missing.rsplit('/').next() == Some(meant));
        found.retain(|violation| !violation.missing.as_deref().is_some_and(is_meant));
        found.truncate(MOST_MISTAKES);
        found
    }
}

/// Most errors that are looked at. Each holds a part of the value.
const MOST_ERRORS: usize = 1_000;

impl<T: Into<Json>> From<T> for Schema {
    fn from(json: T) -> Self {
        Self(Arc::new(SharedSchema { json: json.into(), rules: None, compiled: OnceLock::new() }))
    }
}

impl Deref for Schema {
    type Target = Json;

    fn deref(&self) -> &Json {
        &self.0.json
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.json.fmt(f)
    }
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json.serialize(serializer)
    }
}

/// Most levels of nested subschemas, with references followed.
const DEEPEST: u32 = 100;

struct Expansion<'a> {
    root: &'a Json,
    left: u32,
    patterns: u32,
    /// The sum of the weights of the patterns.
    weight: u32,
}

impl Expansion<'_> {
    fn expand(&mut self, part: &Json, depth: u32) -> Result<(), String> {
        self.left = self
            .left
            .checked_sub(1)
            .filter(|_| depth < DEEPEST)
            .ok_or("the schema refers to itself, or is too large")?;
        match part {
            Json::Array(items) => items.iter().try_for_each(|item| self.expand(item, depth + 1)),
            Json::Object(entries) => entries.iter().try_for_each(|(key, value)| match (key.as_str(), value) {
                ("$ref", Json::String(to)) => {
                    let target = to.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
                    self.expand(
                        target.ok_or_else(|| format!("`$ref` refers to `{to}`, which is not part of the schema"))?,
                        depth + 1,
                    )
                }
                ("pattern", Json::String(pattern)) => self.pattern(pattern),
                ("patternProperties", Json::Object(properties)) => {
                    properties.iter().try_for_each(|(pattern, value)| {
                        self.pattern(pattern)?;
                        self.expand(value, depth + 1)
                    })
                }
                ("$dynamicRef" | "$recursiveRef", Json::String(_)) => Err(format!("`{key}` is not supported")),
                ("$id", Json::String(_)) if depth > 0 => Err("`$id` in a subschema is not supported".to_owned()),
                _ => self.expand(value, depth + 1),
            }),
            _ => Ok(()),
        }
    }

    fn pattern(&mut self, pattern: &str) -> Result<(), String> {
        self.patterns += 1;
        let fits = |(bytes, weight): &(usize, u32)| pattern::within(pattern, *bytes).is_ok().then_some(*weight);
        let weight = WEIGHTS.iter().find_map(fits);
        self.weight += weight.ok_or_else(|| {
            format!("the pattern `{}` is too large, or looks around or back", shorten_to(pattern, LONGEST_MESSAGE))
        })?;
        if self.patterns > MOST_PATTERNS { Err(format!("it has more than {MOST_PATTERNS} patterns")) } else { Ok(()) }
    }
}

/// Most characters of an error, because the validator repeats whole values.
const LONGEST_MESSAGE: usize = 400;

pub(crate) fn plain(pointer: String, message: String) -> Violation {
    let message = match message.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", message.get(..end).unwrap_or_default()),
        None => message,
    };
    Violation { pointer, message, unknown_key: None, missing: None, advice: None }
}

fn depends_on(error: &ValidationError<'_>, open: &[String]) -> bool {
    let at = error.instance_path().to_string();
    // The keys are known even where the values are not.
    let about_keys = is_unknown_key(error) || matches!(error.kind(), Kind::Required { .. });
    open.iter().any(|open| is_below(&at, open) || (!about_keys && is_below(open, &at)))
}

/// Whether a JSON pointer names a part, or something inside it.
fn is_below(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_unknown_key(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. })
}

fn describe(schema: &Json, error: &ValidationError<'_>) -> Violation {
    let pointer = error.instance_path().to_string();
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let key = unexpected.first().cloned().unwrap_or_default();
            let properties = schema.get("properties").and_then(Json::as_object);
            let known: Vec<_> = properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
            let nearest = if pointer.is_empty() { nearest(&key, known).map(str::to_owned) } else { None };
            let message = format!("unknown key `{key}`");
            let pointer = format!("{pointer}/{key}");
            let unknown_key = Some(UnknownKey { key, nearest });
            Violation { pointer, message, unknown_key, missing: None, advice: None }
        }
        Kind::Required { property } => {
            let property = property.as_str().unwrap_or_default();
            let missing = Some(below(&pointer, property));
            Violation { missing, ..plain(pointer, format!("`{property}` is missing")) }
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let reasons: Vec<_> = context.iter().filter_map(|errors| errors.first()).map(ToString::to_string).collect();
            plain(pointer, format!("the value has none of the allowed forms: {}", reasons.join("; or ")))
        }
        Kind::Enum { options } => {
            let allowed = options.as_array().into_iter().flatten().filter_map(Json::as_str);
            let meant = error.instance().as_str().and_then(|value| nearest(value, allowed));
            let advice = meant.map(|meant| format!("write \"{meant}\""));
            Violation { advice, ..plain(pointer, error.to_string()) }
        }
        Kind::Pattern { pattern } if pattern == DURATION_PATTERN => {
            let value = error.instance().to_string();
            let advice = Some("write a duration such as \"90s\", \"15m\" or \"1h30m\"".to_owned());
            Violation { advice, ..plain(pointer, format!("{value} is no duration; {DURATION_FORM}")) }
        }
        _ => plain(pointer, error.to_string()),
    }
}

/// The properties that a schema declares. None when the schema allows others.
pub fn closed_properties(schema: &Json) -> Option<Vec<&str>> {
    let properties = schema.get("properties")?.as_object()?;
    let open = schema.get("additionalProperties").is_some_and(|more| *more != Json::Bool(false));
    (!open).then(|| properties.keys().map(String::as_str).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        Schema::from(json!({
            "type": "object",
            "properties": {
                "instance_id": { "anyOf": [{ "type": "string", "pattern": "^i-" }, { "type": "array" }] },
                "wait": { "type": "boolean" },
            },
            "required": ["instance_id"],
            "additionalProperties": false,
        }))
    }

    #[test]
    fn a_wrong_key_is_told_before_the_one_that_is_missing_for_it() {
        let found = schema().violation(&json!({ "instance_di": "i-1" }), &[]).expect("wrong");
        assert_eq!((found.pointer.as_str(), found.message.as_str()), ("/instance_di", "unknown key `instance_di`"));
    }

    #[test]
    fn a_wrong_key_points_at_itself_and_at_the_right_one() {
        let found = schema().violation(&json!({ "instance_id": "i-1", "wiat": true }), &[]).expect("wrong");
        assert_eq!((found.pointer.as_str(), found.to_string().as_str()), ("/wiat", "`wiat`: unknown key `wiat`"));
        let unknown = UnknownKey { key: "wiat".to_owned(), nearest: Some("wait".to_owned()) };
        assert_eq!(found.unknown_key, Some(unknown));
    }

    #[test]
    fn what_is_not_known_yet_is_not_judged_but_everything_else_is() {
        let open = ["/instance_id".to_owned()];
        assert_eq!(schema().violation(&json!({ "instance_id": null, "wait": true }), &open), None);
        let pointer = |value: Json, open: &[String]| schema().violation(&value, open).map(|found| found.pointer);
        assert_eq!(pointer(json!({ "instance_id": null, "wait": 1 }), &open).as_deref(), Some("/wait"));
        assert_eq!(pointer(json!({ "instance_id": null }), &[]).as_deref(), Some("/instance_id"));
    }

    fn refused(json: Json) -> String {
        match Schema::usable(json) {
            Ok(schema) => panic!("{schema:?} is usable"),
            Err(reason) => reason,
        }
    }

    #[test]
    fn a_schema_that_never_ends_or_multiplies_is_unusable() {
        let endless = "the schema refers to itself, or is too large";
        assert_eq!(refused(json!({ "allOf": [{ "$ref": "#" }] })), endless);
        let next = |number: u32| json!({ "$ref": format!("#/$defs/d{}", number + 1) });
        let mut defs: serde_json::Map<_, _> =
            (0..28).map(|number| (format!("d{number}"), json!({ "anyOf": [next(number), next(number)] }))).collect();
        defs.insert("d28".to_owned(), json!(false));
        assert_eq!(refused(json!({ "$ref": "#/$defs/d0", "$defs": defs })), endless);
        let fine = json!({ "properties": { "a": { "$ref": "#/$defs/x" } }, "$defs": { "x": { "type": "string" } } });
        assert!(Schema::usable(fine).is_ok());
    }

    #[test]
    fn patterns_are_bounded_in_number_and_size_and_cannot_backtrack() {
        for pattern in [r"\pL{90}", "(?:a{1000}){100}", r"(?=a)b", r"(a)\1"] {
            refused(json!({ "properties": { "a": { "pattern": pattern } } }));
            refused(json!({ "patternProperties": { pattern: {} } }));
        }
        let many: Vec<_> = (0..101).map(|number| json!({ "pattern": format!("^{number}") })).collect();
        assert_eq!(refused(json!({ "anyOf": many })), "it has more than 100 patterns");
    }

    #[test]
    fn a_value_that_a_schema_would_check_for_minutes_is_refused() {
        let message = |schema: Json, value: Json| {
            let schema = Schema::usable(schema).unwrap_or_else(|error| panic!("{error}"));
            schema.violation(&value, &[]).map(|found| found.message)
        };
        let too_large = Some("the value is too large to be checked against the schema".to_owned());
        let forms: Vec<_> = (0..5_000).map(|number| json!({ "const": number })).collect();
        let list = json!({ "items": { "anyOf": forms } });
        assert_eq!(message(list, json!(vec![-1; 100_000])), too_large);
        let patterns: Vec<_> = (0..50).map(|number| json!({ "pattern": format!("{number}$") })).collect();
        assert_eq!(message(json!({ "allOf": patterns }), json!("a".repeat(1 << 20))), too_large);
        let fine = json!({ "items": { "type": "string", "pattern": "^i-[0-9a-f]+$" } });
        assert_eq!(message(fine, json!(vec!["i-0123456789abcdef0"; 50_000])), None);
    }

    #[test]
    fn a_schema_that_points_outside_itself_is_unusable() {
        for outside in ["http://127.0.0.1:9/x", "file:///etc/passwd"] {
            let expected = format!("`$ref` refers to `{outside}`, which is not part of the schema");
            assert_eq!(refused(json!({ "$ref": outside })), expected);
        }
    }
}
