//! Why a job file cannot mean anything.

use crate::credentials::CredentialsError;
use crate::error::NextAction;
use crate::file::FileError;
use crate::id::{JobName, OptionName, StepId};
use crate::source::Place;

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
    /// An id that expressions could not tell from what they know already.
    #[error("a step cannot have the id `{id}`")]
    ReservedStep {
        /// The id.
        id: StepId,
        /// Where it is.
        place: Place,
    },
    /// A `capture` that is no regular expression with one group.
    #[error("`{name}` does not capture one value")]
    Capture {
        /// The name of what is captured.
        name: String,
        /// Where the pattern is.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
    /// Keys of a step that do not go together.
    #[error("step `{step}` has a `{key}` without effect")]
    WithoutEffect {
        /// The step.
        step: StepId,
        /// The key.
        key: &'static str,
        /// What it needs.
        because: &'static str,
        /// Where it is.
        place: Place,
    },
    /// An option whose default or allowed value is not of its type.
    #[error("option `{option}` has a `{key}` that it would not accept")]
    OptionValue {
        /// The option.
        option: OptionName,
        /// The key of the option.
        key: &'static str,
        /// What it accepts.
        expected: String,
        /// Where the value is.
        place: Place,
    },
    /// A key that goes with another type of option.
    #[error("option `{option}` has a `{key}`, which its type does not know")]
    OptionKey {
        /// The option.
        option: OptionName,
        /// The key of the option.
        key: &'static str,
        /// Where it is.
        place: Place,
    },
    /// Allowed values from elsewhere.
    #[error("option `{option}` takes its values from elsewhere, which is not possible yet")]
    ValuesFrom {
        /// The option.
        option: OptionName,
        /// Where it is said.
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
            Self::ReservedStep { place, .. } => {
                format!("it names the step that runs when another one fails ({place})")
            }
            Self::WithoutEffect { because, place, .. } => format!("{because} ({place})"),
            Self::OptionValue { expected, place, .. } => format!("it accepts {expected} ({place})"),
            Self::OptionKey { key: "delimiter", place, .. } => {
                format!("a delimiter is text between the values of an option with multiple = true ({place})")
            }
            Self::OptionKey { place, .. } => format!("a pattern is for text ({place})"),
            Self::ValuesFrom { place, .. } => format!("`values_from` reads no files and no addresses yet ({place})"),
            Self::Pattern { place, reason, .. } | Self::Capture { place, reason, .. } => format!("{place}: {reason}"),
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
            Self::ReservedStep { id, .. } => format!("give it another id than `{id}`"),
            Self::WithoutEffect { key, .. } => format!("remove `{key}`, or add what it is for"),
            Self::OptionValue { key, .. } => format!("correct `{key}`"),
            Self::OptionKey { key, .. } => format!("remove `{key}`"),
            Self::ValuesFrom { .. } => "write the allowed values as values = […]".to_owned(),
            Self::Capture { .. } => {
                "write a pattern with one group, for instance \"created (vol-[0-9a-f]+)\"".to_owned()
            }
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
