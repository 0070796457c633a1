//! The steps of a job file.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::chosen::Chosen;
use super::operation::{OperationName, PREFIX, PageLimit, Pages};
use crate::file::{DurationText, NEXT};
use crate::id::{Identifier, InvalidName, JobName, PluginName, StepId};
use crate::region::Region;
use crate::schema_form::{Condition, ItemList, Pattern, Table, impl_schema};
use crate::settings::AwsSettings;
use crate::value::Value;

/// One `[[steps]]` or `[[finally]]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `id`: the name of the step in expressions.
    #[schemars(with = "StepId")]
    pub id: Spanned<StepId>,
    /// `description`: the purpose of the step, in one line.
    #[serde(default)]
    pub description: String,
    /// `docs`: its documentation, in Markdown.
    #[serde(default)]
    pub docs: String,
    /// `uses`: the plugin, the job, or the operation of AWS.
    #[schemars(with = "Uses")]
    pub uses: Spanned<Uses>,
    /// `with`: the plugin's configuration, the job's options, or the operation's request.
    #[schemars(with = "Option<Table>")]
    pub with: Option<Spanned<Value>>,
    /// `pages`: how many pages of a list an operation reads.
    #[schemars(with = "Option<Pages>")]
    pub pages: Option<Spanned<Pages>>,
    /// `page_limit`: the most pages that an operation reads.
    #[schemars(with = "Option<PageLimit>")]
    pub page_limit: Option<Spanned<PageLimit>>,
    /// `select`: the part of an operation's answer that becomes the outputs (JMESPath).
    #[schemars(with = "Option<String>")]
    pub select: Option<Spanned<String>>,
    /// `wait`: the waiter of AWS's model that decides when an operation is complete.
    #[schemars(with = "Option<String>")]
    pub wait: Option<Spanned<String>>,
    /// `until`: a boolean over the outputs of the step; while it is false, the step does its work again.
    #[schemars(with = "Option<Condition>")]
    pub until: Option<Spanned<Value>>,
    /// `every`: the pause before the step does its work again for `until` (default: 1s, growing to 15s).
    #[schemars(with = "Option<DurationText>")]
    pub every: Option<Spanned<DurationText>>,
    /// `repeat_changes`: whether `until` may repeat calls that have their effect again each time.
    #[schemars(with = "Option<bool>")]
    pub repeat_changes: Option<Spanned<bool>>,
    /// `expect`: a boolean over the outputs of an operation; false fails the step.
    #[schemars(with = "Option<Condition>")]
    pub expect: Option<Spanned<Value>>,
    /// `allow_unlisted`: whether the request of an operation may hold values that AWS's model does not list.
    #[schemars(with = "Option<bool>")]
    pub allow_unlisted: Option<Spanned<bool>>,
    /// `when`: a boolean; false skips the step.
    #[schemars(with = "Option<Condition>")]
    pub when: Option<Spanned<Value>>,
    /// `needs`: the steps that have to succeed first (default: the step before this one has to be complete).
    #[schemars(with = "Option<Vec<StepId>>")]
    pub needs: Option<Vec<Spanned<StepId>>>,
    /// `parallel`: consecutive steps with the same name run at the same time.
    #[schemars(with = "Option<Identifier>")]
    pub parallel: Option<Spanned<Identifier>>,
    /// `for_each`: a list; the step runs for each of its items.
    #[schemars(with = "Option<ItemList>")]
    pub for_each: Option<Spanned<Value>>,
    /// `concurrency`: the number of items that run at the same time.
    pub concurrency: Option<Chosen<Concurrency>>,
    /// `timeout`: the longest time of an attempt, including its waits.
    pub timeout: Option<Chosen<DurationText>>,
    /// `retry`: the further attempts after a failed one.
    #[schemars(with = "Option<Retry>")]
    pub retry: Option<Spanned<Retry>>,
    /// `on_error`: the error handler, which runs when the step has failed.
    pub on_error: Option<OnError>,
    /// `on_uncertain`: the reaction to a call whose outcome is unknown.
    #[schemars(with = "Option<OnUncertain>")]
    pub on_uncertain: Option<Spanned<OnUncertain>>,
    /// `capture`: names of values, and the patterns that find them in the log lines of the plugin.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, Pattern>")]
    pub capture: BTreeMap<Identifier, Spanned<String>>,
    /// `export`: values that all later steps can read, including those of other jobs.
    #[serde(default)]
    #[schemars(with = "BTreeMap<Identifier, Value>")]
    pub export: BTreeMap<Identifier, Spanned<Value>>,
    /// `aws`: settings for this step alone.
    #[serde(default)]
    pub aws: AwsSettings<Region>,
}

/// A key of a step that has no effect.
pub(super) struct UselessKey {
    pub(super) key: &'static str,
    /// The reason.
    pub(super) because: &'static str,
    /// What gives it an effect. None: nothing does.
    pub(super) cure: Option<&'static str>,
    pub(super) span: Range<usize>,
}

impl UselessKey {
    fn new(key: &'static str, because: &'static str, span: Range<usize>) -> Self {
        Self { key, because, cure: None, span }
    }

    fn or(self, cure: &'static str) -> Self {
        Self { cure: Some(cure), ..self }
    }
}

impl Step {
    /// The first key that has no effect.
    pub(super) fn useless_key(&self) -> Option<UselessKey> {
        match (&self.parallel, &self.needs, &self.concurrency, &self.for_each) {
            (Some(group), Some(_), ..) => {
                return Some(
                    UselessKey::new("parallel", "`needs` already decides which steps it runs after", group.span())
                        .or("remove `needs`"),
                );
            }
            (_, _, Some(limit), None) => {
                let useless = UselessKey::new("concurrency", "the step has no `for_each`", limit.span());
                return Some(useless.or("add a `for_each`"));
            }
            _ => {}
        }
        if self.until.is_none() {
            let keys = [
                self.every.as_ref().map(|key| ("every", key.span())),
                self.repeat_changes.as_ref().map(|key| ("repeat_changes", key.span())),
            ];
            if let Some((key, span)) = keys.into_iter().flatten().next() {
                return Some(UselessKey::new(key, "the step has no `until`", span).or("add an `until`"));
            }
        }
        let retry = self.retry.as_ref();
        let retry = retry.and_then(|retry| {
            let key = retry.get_ref().useless_key()?;
            Some(UselessKey::new(key, "`retry` has no `delay`", retry.span()).or("add a `delay` to `retry`"))
        });
        let handler = self.on_error.as_ref().and_then(|handler| aws_of_job(&handler.uses, &handler.aws));
        retry.or_else(|| self.useless_key_of_job()).or_else(|| self.useless_key_of_operation()).or(handler)
    }

    fn useless_key_of_operation(&self) -> Option<UselessKey> {
        let page_limit = self.page_limit.as_ref().map(|key| ("page_limit", key.span()));
        if let Uses::Operation(_) = self.uses.get_ref() {
            if let Some(key) = &self.repeat_changes {
                return Some(UselessKey::new("repeat_changes", "an operation that changes has no `until`", key.span()));
            }
            if let (Some(until), Some(_)) = (&self.until, &self.wait) {
                let because = "`wait` already decides when the step is complete";
                let useless = UselessKey::new("until", because, until.span());
                return Some(useless.or("remove `wait`, when the operation reads"));
            }
            let reads_all = self.pages.as_ref().is_some_and(|pages| *pages.get_ref() == Pages::All);
            let (key, span) = page_limit.filter(|_| !reads_all)?;
            return Some(UselessKey::new(key, "the step reads one page", span).or("add `pages = \"all\"`"));
        }
        let keys = [
            self.pages.as_ref().map(|key| ("pages", key.span())),
            page_limit,
            self.select.as_ref().map(|key| ("select", key.span())),
            self.wait.as_ref().map(|key| ("wait", key.span())),
            self.expect.as_ref().map(|key| ("expect", key.span())),
            self.allow_unlisted.as_ref().map(|key| ("allow_unlisted", key.span())),
        ];
        let (key, span) = keys.into_iter().flatten().next()?;
        Some(UselessKey::new(key, "only a step that uses an operation of AWS (`aws:…`) reads it", span))
    }

    fn useless_key_of_job(&self) -> Option<UselessKey> {
        let Uses::Job(_) = self.uses.get_ref() else { return None };
        let because = "the steps of the used job have this key themselves";
        let on_uncertain =
            self.on_uncertain.as_ref().map(|choice| UselessKey::new("on_uncertain", because, choice.span()));
        let capture = self.capture.values().next().map(|pattern| UselessKey::new("capture", because, pattern.span()));
        let until = self.until.as_ref().map(|until| UselessKey::new("until", because, until.span()));
        on_uncertain.or(capture).or(until).or_else(|| aws_of_job(&self.uses, &self.aws))
    }
}

/// `on_error`: an error handler, a step that runs when another one has failed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a step in a table, such as { uses = \"note\", with = { text = \"…\" } }")]
pub struct OnError {
    /// `description`: its purpose.
    #[serde(default)]
    pub description: String,
    /// `uses`: the plugin, the job, or the operation of AWS.
    #[schemars(with = "Uses")]
    pub uses: Spanned<Uses>,
    /// `with`: the plugin's configuration, the job's options, or the operation's request.
    #[schemars(with = "Option<Table>")]
    pub with: Option<Spanned<Value>>,
    /// `timeout`: the longest time that it may take.
    pub timeout: Option<Chosen<DurationText>>,
    /// `continue`: whether its success clears the failure. Otherwise the run stops after it and fails.
    #[serde(default, rename = "continue")]
    pub clears: bool,
    /// `aws`: settings for the error handler alone.
    #[serde(default)]
    pub aws: AwsSettings<Region>,
}

/// `retry`: the attempts of a step.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a table such as { attempts = 3, delay = \"10s\" }")]
pub struct Retry {
    /// `attempts`: the most attempts, including the first.
    pub attempts: Attempts,
    /// `delay`: the wait before the second attempt.
    #[serde(default)]
    pub delay: Option<DurationText>,
    /// `backoff`: the growth of the delay.
    #[serde(default)]
    pub backoff: Backoff,
    /// `max_delay`: the longest delay.
    #[serde(default)]
    pub max_delay: Option<DurationText>,
    /// `jitter`: whether a random part of up to half of the delay is taken off, so that many runs do not retry at once.
    #[serde(default)]
    pub jitter: bool,
    /// `on`: the failure codes that are retried (default: the plugin decides).
    #[serde(default)]
    pub on: Option<Vec<String>>,
}

fn aws_of_job(uses: &Spanned<Uses>, aws: &AwsSettings<Region>) -> Option<UselessKey> {
    let is_job = matches!(uses.get_ref(), Uses::Job(_));
    let because = "the used job names the region and the credentials of its steps itself";
    (is_job && *aws != AwsSettings::default()).then(|| UselessKey::new("aws", because, uses.span()))
}

/// The growth of a delay from attempt to attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    /// The delay stays the same.
    #[default]
    Constant,
    /// The delay doubles.
    Exponential,
}

/// The reaction to a call that must happen only once and was in flight at a crash, so that its outcome is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnUncertain {
    /// The run pauses until an operator decides.
    #[default]
    Pause,
    /// The host repeats the call.
    Retry,
    /// The step counts as skipped.
    Skip,
    /// The step fails.
    Fail,
}

/// The plugin, the job or the operation of AWS that a step uses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Uses {
    /// A plugin.
    Plugin(PluginName),
    /// A job: `job:` and its name.
    Job(JobName),
    /// An operation of AWS: `aws:`, its service and its name.
    Operation(OperationName),
}

impl TryFrom<String> for Uses {
    type Error = InvalidUses;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if let Some(job) = text.strip_prefix("job:") {
            return Ok(Self::Job(job.parse()?));
        }
        if let Some(operation) = text.strip_prefix(PREFIX).and_then(OperationName::parse) {
            return Ok(Self::Operation(operation));
        }
        if let Some(meant) = OperationName::meant(&text) {
            return Err(InvalidUses::Operation { text, meant });
        }
        if text.starts_with(PREFIX) {
            let (kind, expected) = ("operation of AWS", "`aws:SERVICE/Operation`, such as `aws:dynamodb/UpdateTable`");
            return Err(InvalidName { text, kind, expected }.into());
        }
        Ok(Self::Plugin(text.try_into()?))
    }
}

/// Why a text is no `uses`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUses {
    /// It is no name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// It names an operation of AWS in another form.
    #[error("`{text}` is not a valid operation of AWS{NEXT}write `{meant}`")]
    Operation {
        /// The text.
        text: String,
        /// The operation that it means.
        meant: OperationName,
    },
}

impl fmt::Display for Uses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plugin(name) => write!(f, "{name}"),
            Self::Job(name) => write!(f, "job:{name}"),
            Self::Operation(name) => name.fmt(f),
        }
    }
}

/// A number within bounds.
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
                    _ => Err(concat!($what, "\nnext: write a number from ", $least, " to ", $most)),
                }
            }
        }
    };
}
pub(super) use bounded;

bounded!(
    /// The most attempts. More than a hundred are a mistake: no run would wait that long.
    Attempts,
    1..=100,
    "`attempts` is a number from 1 to 100, including the first attempt"
);

bounded!(
    /// The number of items that run at the same time. Beyond the limit, AWS throttles every API.
    Concurrency,
    1..=256,
    "`concurrency` is a number from 1 to 256"
);

impl_schema! {
    Attempts: { "type": "integer", "minimum": 1, "maximum": 100 };
    Concurrency: { "type": "integer", "minimum": 1, "maximum": 256 };
    Uses: { "type": "string", "pattern": "^([a-z][a-z0-9-]{0,63}|job:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|aws:[a-z0-9-]{1,128}/[A-Za-z0-9_]{1,128})$" };
}

impl Retry {
    /// The first key that would change the delay, when there is none.
    pub(super) fn useless_key(&self) -> Option<&'static str> {
        let of_delay = [
            ("backoff", self.backoff == Backoff::Exponential),
            ("max_delay", self.max_delay.is_some()),
            ("jitter", self.jitter),
        ];
        of_delay.into_iter().find_map(|(key, is_given)| (is_given && self.delay.is_none()).then_some(key))
    }

    /// The delay after an attempt, counted from 1. `chance` is a random number.
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
        let error = toml::from_str::<Retry>("attempts = 0").expect_err("no attempts");
        assert!(error.message().contains("`attempts` is a number from 1 to 100"), "{error}");
    }
}
