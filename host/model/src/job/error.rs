//! Errors of job files.

use crate::credentials::CredentialsError;
use crate::destination::DestinationError;
use crate::error::NextAction;
use crate::file::FileError;
use crate::id::{JobName, OptionName, StepId};
use crate::source::Place;

/// Why a job file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The file is not a valid job file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The job has no steps.
    #[error("job `{job}` has no steps")]
    NoSteps {
        /// The job.
        job: JobName,
        /// The place of the job.
        place: Place,
    },
    /// A step has an id that the host uses itself.
    #[error("a step cannot have the id `{id}`")]
    ReservedStep {
        /// The id.
        id: StepId,
        /// The place of the id.
        place: Place,
    },
    /// `[locals]` has more names than one can keep in mind.
    #[error("`[locals]` has at most {most} names")]
    TooManyLocals {
        /// The most names.
        most: usize,
        /// The place of the first one too many.
        place: Place,
    },
    /// Names of `[locals]` read one another too deeply, or in a circle.
    #[error("names of `[locals]` read one another {}", if is_circle(path) { "in a circle" } else { "too deeply" })]
    DeepLocals {
        /// The names, each of which reads the next.
        path: Vec<String>,
        /// The most of them.
        most: usize,
        /// The place of the first.
        place: Place,
    },
    /// `[defaults]` has `aws`.
    #[error("`[defaults]` cannot have `aws`")]
    DefaultAws {
        /// The place of the key.
        place: Place,
    },
    /// A key of `retry` of `[defaults]` has no effect.
    #[error("`{key}` of `retry` in `[defaults]` has no effect")]
    UselessDefault {
        /// The key.
        key: &'static str,
        /// The place of `retry`.
        place: Place,
    },
    /// A `capture` is not a regular expression with one group.
    #[error("`{name}` does not capture one value")]
    Capture {
        /// The name of the value.
        name: String,
        /// The place of the pattern.
        place: Place,
        /// The reason.
        reason: String,
    },
    /// More captures than the host looks for.
    #[error("{of} has at most {most} captures")]
    TooManyCaptures {
        /// What has them.
        of: &'static str,
        /// The most captures.
        most: usize,
        /// The place of the step with the first one too many.
        place: Place,
    },
    /// The files of a job and of those that it uses are too large together.
    #[error("the files of the job and of those that it uses are too large together")]
    LargeFiles {
        /// The beginning of the first one too many.
        place: Place,
    },
    /// Patterns are too large together.
    #[error("the patterns of {of} are too large together")]
    LargePatterns {
        /// The jobs that have them.
        of: &'static str,
        /// The most bytes of their compiled forms.
        most: usize,
        /// The place of the first one too many.
        place: Place,
    },
    /// The patterns of options read too much of their defaults.
    #[error("the defaults of the options take too long to check")]
    SlowDefaults {
        /// The place of the first option too many.
        place: Place,
    },
    /// A key of a step has no effect.
    #[error("`{key}` of step `{step}` has no effect")]
    WithoutEffect {
        /// The step.
        step: StepId,
        /// The key.
        key: &'static str,
        /// The reason.
        because: &'static str,
        /// What gives it an effect, as an imperative. None: nothing does.
        cure: Option<&'static str>,
        /// The place of the key.
        place: Place,
    },
    /// The default or an allowed value of an option is not a value of the option.
    #[error("option `{option}` does not accept its own `{key}`")]
    OptionValue {
        /// The option.
        option: OptionName,
        /// The key of the option.
        key: &'static str,
        /// The values that the option accepts, in words.
        expected: String,
        /// The place of the value.
        place: Place,
    },
    /// The type of an option does not take the key.
    #[error("option `{option}` cannot have a `{key}`")]
    OptionKey {
        /// The option.
        option: OptionName,
        /// The key of the option.
        key: &'static str,
        /// The place of the key.
        place: Place,
    },
    /// An option has `values_from`, which the host does not support yet.
    #[error("option `{option}` has `values_from`, which is not supported yet")]
    ValuesFrom {
        /// The option.
        option: OptionName,
        /// The place of the key.
        place: Place,
    },
    /// Two steps have the same id.
    #[error("two steps have the id `{id}`")]
    DuplicateStep {
        /// The id.
        id: StepId,
        /// The place of the second one.
        place: Place,
    },
    /// A `pattern` is not a regular expression.
    #[error("the pattern of option `{option}` is not a regular expression")]
    Pattern {
        /// The option.
        option: OptionName,
        /// The place of the pattern.
        place: Place,
        /// The reason.
        reason: String,
    },
    /// A required option has a default, which would never be used.
    #[error("option `{option}` is required and has a default")]
    RequiredWithDefault {
        /// The option.
        option: OptionName,
        /// The place of the default.
        place: Place,
    },
    /// A secret has a key that would show its value, or an option that is not secret has a `key` or `to`.
    #[error("option `{option}` has the key `{key}`, which {}", if *secret { "a secret cannot have" } else { "only a secret can have" })]
    Secret {
        /// The option.
        option: OptionName,
        /// The key of the option.
        key: &'static str,
        /// Whether the option is a secret.
        secret: bool,
        /// The place of the key.
        place: Place,
    },
    /// A text of `to` is no destination.
    #[error("option `{option}`: {error}")]
    Destination {
        /// The option.
        option: OptionName,
        /// What is wrong with it.
        error: DestinationError,
        /// The place of the wrong part.
        place: Place,
    },
    /// The credentials are refused.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
}

impl JobError {
    /// The place of the mistake in its file, when it has one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::File(error) => error.place(),
            Self::Credentials(_) => None,
            Self::NoSteps { place, .. }
            | Self::ReservedStep { place, .. }
            | Self::TooManyLocals { place, .. }
            | Self::DeepLocals { place, .. }
            | Self::DefaultAws { place }
            | Self::UselessDefault { place, .. }
            | Self::Capture { place, .. }
            | Self::TooManyCaptures { place, .. }
            | Self::LargeFiles { place, .. }
            | Self::LargePatterns { place, .. }
            | Self::SlowDefaults { place, .. }
            | Self::WithoutEffect { place, .. }
            | Self::OptionValue { place, .. }
            | Self::OptionKey { place, .. }
            | Self::ValuesFrom { place, .. }
            | Self::DuplicateStep { place, .. }
            | Self::Pattern { place, .. }
            | Self::RequiredWithDefault { place, .. }
            | Self::Secret { place, .. }
            | Self::Destination { place, .. } => Some(place),
        }
    }
}

impl NextAction for JobError {
    fn because(&self) -> String {
        match self {
            Self::File(error) => error.because(),
            Self::NoSteps { place, .. } => format!("`steps` is empty ({place})"),
            Self::DuplicateStep { place, .. } => {
                format!("expressions name a step by its id, so each id belongs to one step ({place})")
            }
            Self::ReservedStep { place, .. } => {
                format!("the host uses this id for the step that runs when another one fails ({place})")
            }
            Self::WithoutEffect { because, place, .. } => format!("{because} ({place})"),
            Self::TooManyLocals { place, .. } => format!("each of them can be evaluated in every value ({place})"),
            Self::DeepLocals { path, place, .. } => format!("{place}: {}", path.join(" reads ")),
            Self::DefaultAws { place } => format!("`[aws]` of the job is the default of its steps ({place})"),
            Self::UselessDefault { place, .. } => format!("`retry` has no `delay` ({place})"),
            Self::OptionValue { expected, place, .. } => format!("the option accepts {expected} ({place})"),
            Self::OptionKey { key: "delimiter", place, .. } => {
                format!("only an option with multiple = true has a delimiter, which is not empty ({place})")
            }
            Self::OptionKey { place, .. } => format!("only an option of type `text` has a pattern ({place})"),
            Self::ValuesFrom { place, .. } => {
                format!("this version reads allowed values neither from files nor from addresses ({place})")
            }
            Self::Pattern { place, reason, .. } | Self::Capture { place, reason, .. } => format!("{place}: {reason}"),
            Self::TooManyCaptures { place, .. } => {
                format!("the host looks for each of them in every line of the log ({place})")
            }
            Self::LargeFiles { place } => format!("all files may have 16 MiB, which this one exceeds ({place})"),
            Self::LargePatterns { most, place, .. } => {
                let most = most >> 20;
                format!(
                    "compiled, all patterns of options and captures may take {most} MiB, which this one exceeds ({place})"
                )
            }
            Self::SlowDefaults { place } => {
                format!(
                    "the patterns read each default, and together they are too long for patterns of this size ({place})"
                )
            }
            Self::RequiredWithDefault { place, .. } => format!("the default would never be used ({place})"),
            Self::Secret { secret: true, place, .. } => {
                format!("the value of a secret must not be in a job file or in an error ({place})")
            }
            Self::Secret { secret: false, key: "to" | "echoes", place, .. } => {
                format!("the host keeps only secrets from going elsewhere ({place})")
            }
            Self::Secret { secret: false, place, .. } => format!("key storage holds only secrets ({place})"),
            Self::Destination { error, place, .. } => format!("{place}: {}", error.because()),
            Self::Credentials(error) => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::File(error) => error.next(),
            Self::NoSteps { .. } => "add [[steps]] with an `id` and the plugin that it `uses`".to_owned(),
            Self::DuplicateStep { id, .. } => format!("give one of the two steps another id than `{id}`"),
            Self::ReservedStep { id, .. } => format!("give the step another id than `{id}`"),
            Self::TooManyLocals { .. } => "write values that one step uses into the step".to_owned(),
            Self::DeepLocals { path, most, .. } if is_circle(path) => {
                format!("remove one of these references; a name may read others up to {most} deep")
            }
            Self::DeepLocals { most, .. } => format!("let names read others up to {most} deep"),
            Self::DefaultAws { .. } => "write it as [aws] of the job".to_owned(),
            Self::UselessDefault { key, .. } => format!("remove `{key}`, or add a `delay` to `retry`"),
            Self::WithoutEffect { key, cure: Some(cure), .. } => format!("remove `{key}`, or {cure}"),
            Self::WithoutEffect { key, cure: None, .. } => format!("remove `{key}`"),
            Self::OptionValue { key, .. } => format!("correct `{key}`"),
            Self::OptionKey { key, .. } => format!("remove `{key}`"),
            Self::ValuesFrom { .. } => "write the allowed values as values = […]".to_owned(),
            Self::Capture { .. } => {
                "write a pattern with one group, for instance \"created (vol-[0-9a-f]+)\"".to_owned()
            }
            Self::TooManyCaptures { .. } => {
                "capture fewer values, or divide the job into jobs that it uses with `uses = \"job:…\"`".to_owned()
            }
            Self::LargeFiles { .. } => "use fewer other jobs, or shorten the files".to_owned(),
            Self::LargePatterns { .. } => {
                "write `[0-9]` for `\\d`, `[A-Za-z0-9_]` for `\\w`, and `+` for a large repetition".to_owned()
            }
            Self::SlowDefaults { .. } => "shorten the defaults, or simplify the patterns".to_owned(),
            Self::Pattern { .. } => "correct the pattern, for instance \"i-[0-9a-f]+\"".to_owned(),
            Self::RequiredWithDefault { .. } => "remove `required` or `default`".to_owned(),
            Self::Secret { secret: true, key, .. } => {
                format!("remove `{key}`; key = \"keys/…\" names a secret in key storage")
            }
            Self::Secret { secret: false, .. } => "add secret = true".to_owned(),
            Self::Destination { error, .. } => error.next(),
            Self::Credentials(error) => error.next(),
        }
    }
}

fn is_circle(path: &[String]) -> bool {
    path.last().is_some_and(|last| path.iter().filter(|name| *name == last).count() > 1)
}
