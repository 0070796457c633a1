//! The steps of a job file.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::file::DurationText;
use crate::file_schema::{Condition, ItemList, Pattern, Table};
use crate::id::{Identifier, JobName, PluginName, StepId};
use crate::settings::AwsSettings;
use crate::value::Value;

/// One `[[steps]]` or `[[finally]]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `id`: how expressions name the step.
    #[schemars(with = "StepId")]
    pub id: Spanned<StepId>,
    /// `description`: what the step is for, in one line.
    #[serde(default)]
    pub description: String,
    /// `docs`: more of it, in Markdown.
    #[serde(default)]
    pub docs: String,
    /// `uses`: the plugin, or the job.
    #[schemars(with = "Uses")]
    pub uses: Spanned<Uses>,
    /// `with`: the plugin's configuration, or the job's options.
    #[schemars(with = "Option<Table>")]
    pub with: Option<Spanned<Value>>,
    /// `when`: a boolean; false skips the step.
    #[schemars(with = "Option<Condition>")]
    pub when: Option<Spanned<Value>>,
    /// `needs`: the steps that have to be complete. Without it, it is the one before this.
    #[schemars(with = "Option<Vec<StepId>>")]
    pub needs: Option<Vec<Spanned<StepId>>>,
    /// `parallel`: neighbours with the same name run at the same time.
    #[schemars(with = "Option<Identifier>")]
    pub parallel: Option<Spanned<Identifier>>,
    /// `for_each`: a list; the step runs for each of its items.
    #[schemars(with = "Option<ItemList>")]
    pub for_each: Option<Spanned<Value>>,
    /// `concurrency`: for how many items at the same time.
    #[schemars(with = "Option<Concurrency>")]
    pub concurrency: Option<Spanned<Concurrency>>,
    /// `timeout`: how long an attempt may take, waiting included.
    #[schemars(with = "Option<DurationText>")]
    pub timeout: Option<Spanned<DurationText>>,
    /// `retry`: what happens when an attempt failed.
    #[schemars(with = "Option<Retry>")]
    pub retry: Option<Spanned<Retry>>,
    /// `on_error`: what runs when the step failed.
    pub on_error: Option<OnError>,
    /// `on_uncertain`: what happens when nobody knows whether a call took effect.
    #[schemars(with = "Option<OnUncertain>")]
    pub on_uncertain: Option<Spanned<OnUncertain>>,
    /// `capture`: names for what patterns find in the lines that the plugin logs.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, Pattern>")]
    pub capture: BTreeMap<Identifier, Spanned<String>>,
    /// `export`: values that all steps after this one can read, those of other jobs too.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, Value>")]
    pub export: BTreeMap<Identifier, Spanned<Value>>,
    /// `aws`: settings for this step alone.
    #[serde(default)]
    pub aws: AwsSettings,
}

/// A key, what keeps it from having an effect, and where it is.
type WithoutEffect = (&'static str, &'static str, Range<usize>);

impl Step {
    /// The first key that would change nothing.
    pub(super) fn without_effect(&self) -> Option<WithoutEffect> {
        match (&self.parallel, &self.needs, &self.concurrency, &self.for_each) {
            (Some(group), Some(_), ..) => {
                return Some(("parallel", "`needs` says already what it runs after", group.span()));
            }
            (_, _, Some(limit), None) => return Some(("concurrency", "it has no `for_each`", limit.span())),
            _ => {}
        }
        let retry = self.retry.as_ref();
        let retry = retry.and_then(|retry| Some((retry.get_ref().useless()?, "there is no `delay`", retry.span())));
        let handler = self.on_error.as_ref().and_then(|handler| aws_of_job(&handler.uses, &handler.aws));
        retry.or_else(|| self.without_effect_on_job()).or(handler)
    }

    fn without_effect_on_job(&self) -> Option<WithoutEffect> {
        let Uses::Job(_) = self.uses.get_ref() else { return None };
        let because = "the steps of the job that it uses say it themselves";
        let on_uncertain = self.on_uncertain.as_ref().map(|choice| ("on_uncertain", because, choice.span()));
        let capture = self.capture.values().next().map(|pattern| ("capture", because, pattern.span()));
        on_uncertain.or(capture).or_else(|| aws_of_job(&self.uses, &self.aws))
    }
}

/// `on_error`: a step that runs when another one failed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OnError {
    /// `description`: what it is for.
    #[serde(default)]
    pub description: String,
    /// `uses`: the plugin, or the job.
    #[schemars(with = "Uses")]
    pub uses: Spanned<Uses>,
    /// `with`: the plugin's configuration, or the job's options.
    #[schemars(with = "Option<Table>")]
    pub with: Option<Spanned<Value>>,
    /// `timeout`: how long it may take.
    #[schemars(with = "Option<DurationText>")]
    pub timeout: Option<Spanned<DurationText>>,
    /// `continue`: whether the failure is cleared when this succeeded. Otherwise the run stops behind it and fails.
    #[serde(default, rename = "continue")]
    pub clears: bool,
    /// `aws`: settings for it alone.
    #[serde(default)]
    pub aws: AwsSettings,
}

/// `retry`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// `attempts`: how many there are at most, the first included.
    pub attempts: Attempts,
    /// `delay`: how long to wait before the second.
    #[serde(default)]
    pub delay: Option<DurationText>,
    /// `backoff`: how the delay grows.
    #[serde(default)]
    pub backoff: Backoff,
    /// `max_delay`: how far it grows.
    #[serde(default)]
    pub max_delay: Option<DurationText>,
    /// `jitter`: whether up to half of the delay is taken off, so that many runs do not come back at once.
    #[serde(default)]
    pub jitter: bool,
    /// `on`: the failure codes that are worth another attempt. Without it, what the plugin says is.
    #[serde(default)]
    pub on: Option<Vec<String>>,
}

fn aws_of_job(uses: &Spanned<Uses>, aws: &AwsSettings) -> Option<WithoutEffect> {
    let is_job = matches!(uses.get_ref(), Uses::Job(_));
    let because = "the job that it uses says itself in which region and as whom its steps call";
    (is_job && *aws != AwsSettings::default()).then(|| ("aws", because, uses.span()))
}

/// How a delay grows from attempt to attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    /// It does not.
    #[default]
    Constant,
    /// It doubles.
    Exponential,
}

/// What happens to a step when a call that must happen once was in flight at a crash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnUncertain {
    /// The run waits until somebody decides.
    #[default]
    Pause,
    /// The call is made again.
    Retry,
    /// The step counts as skipped.
    Skip,
    /// The step fails.
    Fail,
}

/// What a step uses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Uses {
    /// A plugin.
    Plugin(PluginName),
    /// `job:` and its name.
    Job(JobName),
}

impl TryFrom<String> for Uses {
    type Error = crate::id::InvalidName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_prefix("job:") {
            Some(job) => job.parse().map(Self::Job),
            None => text.try_into().map(Self::Plugin),
        }
    }
}

impl fmt::Display for Uses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plugin(name) => write!(f, "{name}"),
            Self::Job(name) => write!(f, "job:{name}"),
        }
    }
}

macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident, $least:literal..=$most:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[serde(try_from = "i64")]
        pub struct $name(pub u32);

        impl TryFrom<i64> for $name {
            type Error = &'static str;

            fn try_from(number: i64) -> Result<Self, Self::Error> {
                match u32::try_from(number) {
                    Ok(number) if ($least..=$most).contains(&number) => Ok(Self(number)),
                    _ => Err($what),
                }
            }
        }
    };
}

bounded!(
    /// How many attempts there are at most: beyond a hundred, nobody waits for the next one.
    Attempts,
    1..=100,
    "`attempts` is a number from 1 to 100, the first attempt included"
);

bounded!(
    /// For how many items a step runs at the same time: beyond it, AWS throttles every API that there is.
    Concurrency,
    1..=256,
    "`concurrency` is a number from 1 to 256"
);

impl Retry {
    /// A key that changes the delay when there is none.
    fn useless(&self) -> Option<&'static str> {
        let of_delay = [
            ("backoff", self.backoff == Backoff::Exponential),
            ("max_delay", self.max_delay.is_some()),
            ("jitter", self.jitter),
        ];
        of_delay.into_iter().find_map(|(key, is_given)| (is_given && self.delay.is_none()).then_some(key))
    }

    /// How long to wait after this attempt, counted from 1. `chance` is any number.
    pub fn delay_after(&self, attempt: u32, chance: u64) -> Duration {
        let delay = self.delay.map_or(Duration::ZERO, |delay| delay.0);
        let grown = match self.backoff {
            Backoff::Constant => delay,
            Backoff::Exponential => delay.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))),
        };
        let delay = self.max_delay.map_or(grown, |most| grown.min(most.0));
        let off = if self.jitter { delay.mul_f64((chance % 1_000) as f64 / 2_000.0) } else { Duration::ZERO };
        delay.saturating_sub(off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_grows_to_its_limit_and_jitter_takes_half_of_it_at_most() {
        let retry: Retry =
            toml::from_str("attempts = 9\ndelay = \"10s\"\nbackoff = \"exponential\"\nmax_delay = \"1m\"")
                .expect("valid");
        let delays: Vec<_> = (1..=5).map(|attempt| retry.delay_after(attempt, 0).as_secs()).collect();
        assert_eq!(delays, [10, 20, 40, 60, 60]);
        let jittered = Retry { jitter: true, ..retry };
        for chance in [0, 1, 999, 123_456_789] {
            let delay = jittered.delay_after(1, chance);
            assert!((Duration::from_secs(5)..=Duration::from_secs(10)).contains(&delay), "{delay:?}");
        }
        assert!(toml::from_str::<Retry>("attempts = 0").is_err());
    }
}
