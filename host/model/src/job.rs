//! Job files: exactly what their author wrote.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use crate::credentials::CredentialsError;
use crate::error::NextAction;
use crate::file::{self, DurationText, FileError};
use crate::id::{JobName, KeyPath, OptionName, PluginName, StepId};
use crate::settings::{AwsSettings, Level};
use crate::source::{Place, Source};
use crate::value::Value;

/// A job file that was read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The file.
    #[serde(skip)]
    pub source: Source,
    /// `name`.
    pub name: JobName,
    /// `description`: what the job is for.
    #[serde(default)]
    pub description: String,
    /// `[aws]`.
    #[serde(default)]
    pub aws: AwsSettings,
    /// `[options.<name>]`: what whoever runs the job may choose.
    #[serde(default)]
    pub options: BTreeMap<OptionName, Spanned<JobOption>>,
    /// `[[steps]]`, in the order in which they run.
    pub steps: Vec<Step>,
}

/// `[options.<name>]`. Its value is text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobOption {
    /// What the value is for.
    #[serde(default)]
    pub description: String,
    /// Whether the job cannot run without a value.
    #[serde(default)]
    pub required: bool,
    /// The value when none is given.
    pub default: Option<Spanned<String>>,
    /// A regular expression that the whole value must match.
    pub pattern: Option<Spanned<String>>,
    /// Whether the value is a secret. Plugins get a placeholder, for which the host puts the value into the requests
    /// that leave.
    #[serde(default)]
    pub secret: bool,
    /// Where the value of a secret lies when none is given.
    pub key: Option<Spanned<KeyPath>>,
}

/// One `[[steps]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `id`: how expressions name the step.
    pub id: Spanned<StepId>,
    /// `description`: what the step is for.
    #[serde(default)]
    pub description: String,
    /// `uses`: the plugin.
    pub uses: Spanned<PluginName>,
    /// `with`: the plugin's configuration.
    pub with: Option<Spanned<Value>>,
    /// `timeout`: how long the step may take, waiting included.
    pub timeout: Option<Spanned<DurationText>>,
    /// `aws`: settings for this step alone.
    #[serde(default)]
    pub aws: AwsSettings,
}

/// A job file that cannot mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// It is no valid file of this kind.
    #[error(transparent)]
    File(#[from] FileError),
    /// It has nothing to do.
    #[error("job `{job}` has no steps")]
    NoSteps {
        /// The job.
        job: JobName,
        /// The file.
        place: Place,
    },
    /// Two steps share an id.
    #[error("two steps have the id `{id}`")]
    DuplicateStep {
        /// The id.
        id: StepId,
        /// The second one.
        place: Place,
    },
    /// A `pattern` that is no regular expression.
    #[error("the pattern of option `{option}` is no regular expression")]
    Pattern {
        /// The option.
        option: OptionName,
        /// Where the pattern is.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
    /// An option that is required and has a default, which is never used then.
    #[error("option `{option}` is required and has a default")]
    RequiredWithDefault {
        /// The option.
        option: OptionName,
        /// Where the default is.
        place: Place,
    },
    /// A secret with something that would show it, or a key of no secret.
    #[error("option `{option}` has a `{key}`, which {} secret can have", if *secret { "no" } else { "only a" })]
    Secret {
        /// The option.
        option: OptionName,
        /// The key of the option.
        key: &'static str,
        /// Whether it is a secret.
        secret: bool,
        /// Where the key is.
        place: Place,
    },
    /// Credentials that do not make one set.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

impl NextAction for JobError {
    fn because(&self) -> String {
        match self {
            Self::File(error) => error.because(),
            Self::NoSteps { place, .. } => format!("`steps` is empty ({place})"),
            Self::DuplicateStep { place, .. } => format!("expressions could not tell them apart ({place})"),
            Self::Pattern { place, reason, .. } => format!("{place}: {reason}"),
            Self::RequiredWithDefault { place, .. } => format!("the default would never be used ({place})"),
            Self::Secret { secret: true, place, .. } => {
                format!("job files and errors are no place for secrets ({place})")
            }
            Self::Secret { secret: false, place, .. } => format!("key storage holds secrets ({place})"),
            Self::Credentials(error) => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::File(error) => error.next(),
            Self::NoSteps { .. } => "add [[steps]] with an `id` and the plugin that it `uses`".to_owned(),
            Self::DuplicateStep { id, .. } => format!("give one of them another id than `{id}`"),
            Self::Pattern { .. } => "correct the pattern, for instance \"i-[0-9a-f]+\"".to_owned(),
            Self::RequiredWithDefault { .. } => "remove `required` or `default`".to_owned(),
            Self::Secret { secret: true, key, .. } => {
                format!("remove `{key}`; key = \"keys/…\" says where a secret lies")
            }
            Self::Secret { secret: false, .. } => "add secret = true".to_owned(),
            Self::Credentials(error) => error.next(),
        }
    }
}

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// With the place in the file, when it cannot mean anything. What only the plugins can judge, the plan says.
    pub fn read(source: Source) -> Result<Self, JobError> {
        let mut job: Self = file::read(&source)?;
        job.source = source;
        job.check()?;
        Ok(job)
    }

    fn check(&self) -> Result<(), JobError> {
        if self.steps.is_empty() {
            return Err(JobError::NoSteps { job: self.name.clone(), place: self.source.place(&(0..0)) });
        }
        for (at, step) in self.steps.iter().enumerate() {
            if self.steps.iter().take(at).any(|earlier| earlier.id.get_ref() == step.id.get_ref()) {
                let place = self.source.place(&step.id.span());
                return Err(JobError::DuplicateStep { id: step.id.get_ref().clone(), place });
            }
        }
        // Whose keys they may name, the plan says: only it knows the project.
        self.aws.credentials(Level::Job, &self.source)?;
        for step in &self.steps {
            step.aws.credentials(Level::Step, &self.source)?;
        }
        self.options.iter().try_for_each(|(name, option)| self.check_option(name, option.get_ref()))
    }

    fn check_option(&self, name: &OptionName, option: &JobOption) -> Result<(), JobError> {
        let secret = option.secret;
        let (default, pattern) =
            (option.default.as_ref().map(Spanned::span), option.pattern.as_ref().map(Spanned::span));
        let key = option.key.as_ref().map(Spanned::span);
        let wrong = match (secret, default, pattern, key) {
            (true, Some(span), _, _) => Some(("default", span)),
            (true, None, Some(span), _) => Some(("pattern", span)),
            (false, _, _, Some(span)) => Some(("key", span)),
            _ => None,
        };
        if let Some((key, span)) = wrong {
            return Err(JobError::Secret { option: name.clone(), key, secret, place: self.source.place(&span) });
        }
        option.regex().map_err(|reason| JobError::Pattern {
            option: name.clone(),
            place: self.source.place(&option.pattern.as_ref().map_or(0..0, Spanned::span)),
            reason,
        })?;
        match &option.default {
            Some(default) if option.required => {
                let place = self.source.place(&default.span());
                Err(JobError::RequiredWithDefault { option: name.clone(), place })
            }
            _ => Ok(()),
        }
    }
}

impl JobOption {
    /// The pattern, made to match the whole value.
    ///
    /// # Errors
    /// The engine's words, when the pattern is no regular expression.
    pub fn regex(&self) -> Result<Option<Regex>, String> {
        let whole = |pattern: &Spanned<String>| Regex::new(&format!(r"\A(?:{})\z", pattern.get_ref()));
        self.pattern.as_ref().map(whole).transpose().map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Job, JobError> {
        Job::read(Source::new("job.toml", text))
    }

    #[test]
    fn a_wrong_key_anywhere_is_an_error_at_its_place() {
        let texts = [
            ("name = \"a\"\nsteps = []\nretry = 1", 3),
            ("name = \"a\"\n[[steps]]\nid = \"a\"\nuses = \"b\"\nretry = 1", 5),
            ("name = \"a\"\nsteps = []\n[options.x]\nrequierd = true", 4),
            ("name = \"a\"\nsteps = []\n[aws]\nregoin = \"x\"", 4),
        ];
        for (text, line) in texts {
            let error = read(text).expect_err(text);
            assert!(
                matches!(&error, JobError::File(FileError::UnknownKey { place, .. }) if place.line == line),
                "{error:?}"
            );
        }
    }

    #[test]
    fn a_job_that_cannot_mean_anything_is_an_error() {
        let step = "[[steps]]\nid = \"a\"\nuses = \"ec2-stop\"\n";
        assert!(matches!(read("name = \"a\"\nsteps = []"), Err(JobError::NoSteps { .. })));
        assert!(matches!(read(&format!("name = \"a\"\n{step}{step}")), Err(JobError::DuplicateStep { .. })));
        let pattern = format!("name = \"a\"\n[options.x]\npattern = \"(\"\n{step}");
        assert!(matches!(read(&pattern), Err(JobError::Pattern { .. })));
        let both = format!("name = \"a\"\n[options.x]\nrequired = true\ndefault = \"\"\n{step}");
        assert!(matches!(read(&both), Err(JobError::RequiredWithDefault { .. })));
        let name = read(&format!("name = \"../a\"\n{step}")).expect_err("the name is no name");
        assert!(name.to_string().contains("is no job name"), "{name}");
    }

    #[test]
    fn a_pattern_matches_the_whole_value() {
        let job =
            read("name = \"a\"\n[options.x]\npattern = \"a|bc\"\n[[steps]]\nid = \"a\"\nuses = \"x\"").expect("valid");
        let regex = job.options["x"].get_ref().regex().expect("valid").expect("given");
        for (value, matches) in [("a", true), ("bc", true), ("abc", false), ("a\n", false), ("", false)] {
            assert_eq!(regex.is_match(value), matches, "{value:?}");
        }
    }
}
