//! Why a file cannot be imported.

use stepwell_model::NextAction;
use stepwell_model::source::Place;

/// A file that holds no jobs of Rundeck, or cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// More bytes than people write.
    #[error("`{file}` is too large")]
    TooLarge {
        /// The file.
        file: String,
        /// Its bytes.
        bytes: usize,
        /// The bytes that are allowed.
        most: usize,
    },
    /// Nothing in it.
    #[error("`{file}` is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// Neither YAML nor JSON.
    #[error("{} is neither valid YAML nor valid JSON", place.file)]
    Syntax {
        /// Where reading stopped.
        place: Place,
        /// What is wrong there.
        reason: String,
    },
    /// Rundeck's XML format.
    #[error("`{file}` is XML")]
    Xml {
        /// The file.
        file: String,
    },
    /// More than one YAML document.
    #[error("{} holds more than one YAML document", place.file)]
    Documents {
        /// Where the second one starts.
        place: Place,
    },
    /// Nesting that no job has.
    #[error("{} is nested too deeply", place.file)]
    TooDeep {
        /// Where it becomes too deep.
        place: Place,
        /// The levels that are allowed.
        most: usize,
    },
    /// More values than a file of this size should come to: its aliases repeat them.
    #[error("{} holds too much", place.file)]
    TooMuch {
        /// Where it becomes too much.
        place: Place,
        /// What is allowed.
        most: String,
    },
    /// More steps or options than anybody could follow.
    #[error("a job has too many {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// Where they are.
        place: Place,
        /// How many are allowed.
        most: usize,
    },
    /// A key that is written twice.
    #[error("`{key}` is there twice")]
    DuplicateKey {
        /// The second one.
        place: Place,
        /// The key.
        key: String,
    },
    /// No jobs at all.
    #[error("{} holds no jobs of Rundeck", place.file)]
    NoJobs {
        /// Where something else is.
        place: Place,
        /// What is there.
        found: &'static str,
    },
    /// A map that lacks what every job has.
    #[error("what {} says here is no job of Rundeck", place.file)]
    NoJob {
        /// Where it is.
        place: Place,
        /// The key that it lacks.
        key: &'static str,
    },
}

impl NextAction for ImportError {
    fn because(&self) -> String {
        match self {
            Self::TooLarge { bytes, most, .. } => format!("it has {bytes} bytes, and {most} are allowed"),
            Self::Empty { .. } => "there is nothing in it but spaces and comments".to_owned(),
            Self::Syntax { place, reason } => format!("{place}: {reason}"),
            Self::Xml { .. } => "only Rundeck's YAML and JSON formats can be read".to_owned(),
            Self::Documents { place } => format!("another one starts at {place}"),
            Self::TooDeep { place, most } => format!("there are more than {most} levels at {place}"),
            Self::TooMuch { place, most } => format!("up to {place}, with its aliases, it comes to more than {most}"),
            Self::TooMany { what, place, most } => format!("there are more than {most} {what} at {place}"),
            Self::DuplicateKey { place, .. } => format!("which of the two counts cannot be told ({place})"),
            Self::NoJobs { place, found } => {
                format!("a job definition is a list of jobs, and there is {found} at {place}")
            }
            Self::NoJob { place, key } => format!("it has no `{key}` ({place})"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::TooLarge { .. } | Self::TooMuch { .. } => "export fewer jobs at a time".to_owned(),
            Self::Empty { .. } => "export the job again: `rd jobs list --format yaml --file FILE`".to_owned(),
            Self::Syntax { place, .. } => format!("correct line {} of {}", place.line, place.file),
            Self::Xml { .. } => "export the job as YAML: `rd jobs list --format yaml --file FILE`".to_owned(),
            Self::Documents { .. } => "write every document into a file of its own".to_owned(),
            Self::TooDeep { place, .. } => format!("correct line {} of {}: no job needs that", place.line, place.file),
            Self::TooMany { .. } => "split the job: a step can use another job".to_owned(),
            Self::DuplicateKey { place, .. } => format!("remove one of them, for instance line {}", place.line),
            Self::NoJobs { .. } => "give a file that Rundeck exported".to_owned(),
            Self::NoJob { key, .. } => format!("add `{key}`, or give a file that Rundeck exported"),
        }
    }
}
