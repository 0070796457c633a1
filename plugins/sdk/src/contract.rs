//! The layer between the typed traits and the generated bindings. Public only for [`export!`](crate::export!).

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bindings::exports::stepwell::step::step as wit;
use crate::{Failure, Invocation, Outcome, WaitingStep};

pub use wit::Guest;

/// Exports a [`Step`](crate::Step) or [`WaitingStep`](crate::WaitingStep) as the plugin of this crate.
///
/// Name, version and summary of the plugin are `name`, `version` and `description` of its `Cargo.toml`, and so is its
/// `homepage`, when there is one. The crate must be a `cdylib`.
#[macro_export]
macro_rules! export {
    ($step:ty) => {
        const _: () = {
            ::std::assert!(
                !::std::env!("CARGO_PKG_DESCRIPTION").is_empty(),
                "Cargo.toml has no `description`: one sentence that says what the step does"
            );

            struct Exported;

            impl $crate::contract::Guest for Exported {
                fn describe() -> $crate::contract::Description {
                    $crate::contract::describe::<$step>(
                        ::std::env!("CARGO_PKG_NAME"),
                        ::std::env!("CARGO_PKG_VERSION"),
                        ::std::env!("CARGO_PKG_DESCRIPTION"),
                        ::std::env!("CARGO_PKG_HOMEPAGE"),
                    )
                }

                fn start(
                    invocation: $crate::Invocation,
                ) -> ::std::result::Result<$crate::contract::WitOutcome, $crate::contract::WitFailure> {
                    $crate::contract::start::<$step>(&invocation)
                }

                fn resume(
                    invocation: $crate::Invocation,
                    checkpoint: ::std::vec::Vec<u8>,
                ) -> ::std::result::Result<$crate::contract::WitOutcome, $crate::contract::WitFailure> {
                    $crate::contract::resume::<$step>(&invocation, &checkpoint)
                }

                fn cancel(
                    invocation: $crate::Invocation,
                    checkpoint: ::std::vec::Vec<u8>,
                ) -> ::std::result::Result<(), $crate::contract::WitFailure> {
                    $crate::contract::cancel::<$step>(&invocation, &checkpoint)
                }
            }

    $crate::bindings::export_contract!(Exported with_types_in $crate::bindings);
        };
    };
}

pub use wit::{Description, Failure as WitFailure, Outcome as WitOutcome};

/// The plugin's description of itself.
pub fn describe<S: WaitingStep>(name: &str, version: &str, summary: &str, homepage: &str) -> Description {
    log_panics();
    Description {
        name: name.to_owned(),
        version: version.to_owned(),
        summary: summary.to_owned(),
        config_schema: text(&config_schema::<S::Config>()),
        outputs_schema: text(&schema::<S::Outputs>(SchemaSettings::for_serialize)),
        kinds: S::KINDS.iter().map(|kind| kind.as_str().to_owned()).collect(),
        extra: extra(S::FAILURES, S::REQUESTS, homepage),
    }
}

/// The further facts of the description as JSON.
#[inline]
fn extra(failures: &[(&str, &str)], requests: &[&str], homepage: &str) -> String {
    // Most plugins have none; the compiler leaves the rest of the function out of them.
    if failures.is_empty() && requests.is_empty() && homepage.is_empty() {
        return "{}".to_owned();
    }
    let mut extra = serde_json::Map::new();
    if !failures.is_empty() {
        let failure = |(code, summary): &(&str, &str)| serde_json::json!({ "code": code, "summary": summary });
        extra.insert("failures".to_owned(), failures.iter().map(failure).collect());
    }
    if !requests.is_empty() {
        extra.insert("requests".to_owned(), requests.iter().copied().collect());
    }
    if !homepage.is_empty() {
        extra.insert("homepage".to_owned(), homepage.into());
    }
    serde_json::Value::Object(extra).to_string()
}

/// The first call of an attempt.
///
/// # Errors
///
/// The step's failure, and a configuration or outputs that do not fit their types.
pub fn start<S: WaitingStep>(invocation: &Invocation) -> Result<WitOutcome, WitFailure> {
    log_panics();
    answer(config::<S>(invocation).and_then(|config| S::start(invocation, config)))
}

/// The call after a wait.
///
/// # Errors
///
/// As for [`start`], and a checkpoint that this version of the plugin cannot read.
pub fn resume<S: WaitingStep>(invocation: &Invocation, checkpoint: &[u8]) -> Result<WitOutcome, WitFailure> {
    log_panics();
    let outcome =
        config::<S>(invocation).and_then(|config| S::resume(invocation, config, decoded::<S::Checkpoint>(checkpoint)?));
    answer(outcome)
}

/// The last call of a step that is ended during a wait.
///
/// # Errors
///
/// As for [`resume`].
pub fn cancel<S: WaitingStep>(invocation: &Invocation, checkpoint: &[u8]) -> Result<(), WitFailure> {
    log_panics();
    config::<S>(invocation)
        .and_then(|config| S::cancel(invocation, config, decoded::<S::Checkpoint>(checkpoint)?))
        .map_err(into_wit)
}

fn config<S: WaitingStep>(invocation: &Invocation) -> Result<S::Config, Failure> {
    // Not `from_str`: the checkpoint consists of bytes, and a second deserialiser would add 6 KB to every plugin.
    serde_json::from_slice(invocation.config.as_bytes())
        .map_err(|error| Failure::configuration_invalid(format!("the configuration does not fit: {error}")))
}

fn decoded<Checkpoint: DeserializeOwned>(checkpoint: &[u8]) -> Result<Checkpoint, Failure> {
    serde_json::from_slice(checkpoint).map_err(|error| {
        Failure::new("CheckpointInvalid", format!("this version of the plugin cannot read the checkpoint: {error}"))
    })
}

fn answer<S: WaitingStep>(outcome: Result<Outcome<S>, Failure>) -> Result<WitOutcome, WitFailure> {
    outcome.and_then(encoded).map_err(into_wit)
}

fn encoded<S: WaitingStep>(outcome: Outcome<S>) -> Result<WitOutcome, Failure> {
    Ok(match outcome {
        Outcome::Done(outputs) => WitOutcome::Done(json(&outputs, "OutputsInvalid")?),
        Outcome::Wait(wait) => WitOutcome::Wait(wit::Wait {
            after_ms: wait.after.as_millis(),
            checkpoint: json(&wait.checkpoint, "CheckpointInvalid")?.into_bytes(),
            message: wait.message,
            progress: wait.progress,
        }),
    })
}

fn json(value: &impl Serialize, code: &'static str) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::new(code, format!("not representable as JSON: {error}")))
}

fn into_wit(failure: Failure) -> WitFailure {
    WitFailure { code: failure.code.into_owned(), message: failure.message, retryable: failure.retryable }
}

/// The schema of a configuration. It is closed even without `deny_unknown_fields`, because a misspelt key that is
/// silently ignored is the worst error that a job can have.
fn config_schema<Config: JsonSchema>() -> Schema {
    let mut schema = schema::<Config>(SchemaSettings::for_deserialize);
    if let Some(object) = schema.as_object_mut()
        && !object.contains_key("additionalProperties")
    {
        object.entry("unevaluatedProperties").or_insert(false.into());
    }
    schema
}

/// A schema with its subschemas inline, so that a reader of `properties` need not follow references. Only a type that
/// contains itself stays a definition.
fn schema<T: JsonSchema>(contract: fn(SchemaSettings) -> SchemaSettings) -> Schema {
    let settings = contract(SchemaSettings::draft2020_12()).with(|settings| settings.inline_subschemas = true);
    let mut generator = settings.into_generator();
    let mut schema = T::json_schema(&mut generator);
    let definitions = generator.take_definitions(false);
    schema.insert("$schema".to_owned(), DIALECT.into());
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), definitions.into());
    }
    schema
}

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

fn text(schema: &Schema) -> String {
    serde_json::to_string(schema.as_value()).unwrap_or_default()
}

/// Logs panics: a panic ends the call with a trap, which carries no reason.
#[cfg(target_arch = "wasm32")]
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| crate::error!("{panic}")));
}

#[cfg(not(target_arch = "wasm32"))]
fn log_panics() {}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    #[test]
    fn the_description_states_failures_requests_and_homepage_where_there_are_any() {
        assert_eq!(extra(&[], &[], ""), "{}");
        let extra = extra(&[("Closed", "The door is closed.")], &["GET https://example.com/*"], "https://example.com");
        let expected = json!({
            "failures": [{ "code": "Closed", "summary": "The door is closed." }],
            "requests": ["GET https://example.com/*"],
            "homepage": "https://example.com",
        });
        assert_eq!(serde_json::from_str::<Json>(&extra).unwrap(), expected);
    }
}
