//! Fails unless all conditions hold, and tells all that do not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use stepwell_plugin::{Failure, Invocation, Step, error, info};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The conditions, such as `[{ that = "${options.count > 0}", message = "nothing is to be done" }]`.
    #[schemars(length(min = 1, max = 1000))]
    conditions: Vec<Condition>,
}

/// A condition.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Condition {
    /// What has to be true: an expression whose value is `true` or `false`.
    that: bool,
    /// What is wrong when it is false, in one sentence.
    #[schemars(length(min = 1, max = 500))]
    message: String,
}

#[derive(Debug, PartialEq, Serialize, JsonSchema)]
struct Outputs {
    /// The number of conditions, which all hold.
    condition_count: usize,
}

/// The number of conditions that a failure tells. The log tells all.
const TOLD: usize = 10;

struct Assert;

impl Step for Assert {
    type Config = Config;
    type Outputs = Outputs;

    const FAILURES: &'static [(&'static str, &'static str)] =
        &[("AssertFailed", "A condition does not hold. The message has those of the conditions that do not.")];

    fn run(_: &Invocation, Config { conditions }: Config) -> Result<Outputs, Failure> {
        let condition_count = conditions.len();
        let wrong: Vec<_> = conditions.into_iter().filter(|condition| !condition.that).collect();
        if wrong.is_empty() {
            info!("all conditions hold: {condition_count}");
            return Ok(Outputs { condition_count });
        }
        wrong.iter().for_each(|condition| error!("{}", condition.message));
        let told: Vec<_> = wrong.iter().take(TOLD).map(|condition| condition.message.as_str()).collect();
        let more = match wrong.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let message = format!("{} of {condition_count} conditions do not hold: {}{more}", wrong.len(), told.join("; "));
        Err(Failure::new("AssertFailed", message))
    }
}

stepwell_plugin::export!(Assert);

#[cfg(test)]
mod tests {
    use super::*;

    fn run(conditions: &[(bool, &str)]) -> Result<Outputs, Failure> {
        let condition = |(that, message): &(bool, &str)| Condition { that: *that, message: (*message).to_owned() };
        Assert::run(&Invocation::default(), Config { conditions: conditions.iter().map(condition).collect() })
    }

    #[test]
    fn every_condition_that_does_not_hold_is_told() {
        assert_eq!(run(&[(true, "a"), (true, "b")]), Ok(Outputs { condition_count: 2 }));
        let failure = run(&[(false, "a is wrong"), (true, "b"), (false, "c is missing")]).unwrap_err();
        assert_eq!(failure.code, "AssertFailed");
        assert_eq!(failure.message, "2 of 3 conditions do not hold: a is wrong; c is missing");
    }

    #[test]
    fn of_many_conditions_the_first_are_told_and_the_others_counted() {
        let failure = run(&[(false, "x"); 12]).unwrap_err();
        assert!(failure.message.ends_with("; x; x; and 2 more"), "{}", failure.message);
    }
}
