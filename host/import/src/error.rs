//! Errors of an import.

use stepwell_model::NextAction;
use stepwell_model::source::Place;

/// Why a file cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The file exceeds the size limit.
    #[error("`{file}` is too large")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// The file holds only spaces and comments.
    #[error("`{file}` is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// The file is neither YAML nor JSON nor XML.
    #[error("{} is {}", place.file, if *is_xml { "not valid XML" } else { "neither valid YAML nor valid JSON" })]
    Syntax {
        /// Where the parser stopped.
        place: Place,
        /// The parser's error.
        reason: String,
        /// Whether the file looks like XML.
        is_xml: bool,
    },
    /// The file is XML, although the format that was asked for is YAML or JSON.
    #[error("`{file}` is XML")]
    Xml {
        /// The file.
        file: String,
    },
    /// The file holds more than one YAML document.
    #[error("{} holds more than one YAML document", place.file)]
    Documents {
        /// Where the second one starts.
        place: Place,
    },
    /// The nesting exceeds the limit.
    #[error("{} is nested too deeply", place.file)]
    TooDeep {
        /// Where the nesting exceeds the limit.
        place: Place,
        /// The levels that are allowed.
        most: usize,
    },
    /// The values and texts, including those that aliases repeat, exceed the limit.
    #[error("{} expands to too much data", place.file)]
    TooMuch {
        /// Where the data exceeds the limit.
        place: Place,
        /// The limit.
        most: String,
    },
    /// A job has more steps or options than the limit.
    #[error("a job has too many {what}")]
    TooMany {
        /// `steps` or `options`.
        what: &'static str,
        /// Where they are.
        place: Place,
        /// The limit.
        most: usize,
    },
    /// A map has the same key twice.
    #[error("duplicate key `{key}`")]
    DuplicateKey {
        /// The second occurrence.
        place: Place,
        /// The key.
        key: String,
    },
    /// The file holds something else than jobs.
    #[error("{} is not a Rundeck export", place.file)]
    NoJobs {
        /// Where a job was expected.
        place: Place,
        /// What is there instead.
        found: &'static str,
    },
    /// A map lacks a key that every job has.
    #[error("{} has an entry that is not a Rundeck job", place.file)]
    NoJob {
        /// Where the map is.
        place: Place,
        /// The missing key.
        key: &'static str,
        /// Whether it is a document of AWS Systems Manager.
        is_document: bool,
    },
}

impl NextAction for ImportError {
    fn because(&self) -> String {
        match self {
            Self::TooLarge { bytes, most, .. } => format!("it has {bytes} bytes, and the limit is {most}"),
            Self::Empty { .. } => "it contains only spaces and comments".to_owned(),
            Self::Syntax { place, reason, .. } => format!("{place}: {reason}"),
            Self::Xml { .. } => "the import of this format reads YAML and JSON".to_owned(),
            Self::Documents { place } => format!("a second document starts at {place}"),
            Self::TooDeep { place, most } => format!("{place} has more than {most} levels of nesting"),
            Self::TooMuch { place, most } => format!("with its aliases it exceeds {most} at {place}"),
            Self::TooMany { what, place, most } => format!("{place} has more than {most} {what}"),
            Self::DuplicateKey { place, .. } => format!("{place} gives the key a second value"),
            Self::NoJobs { place, found } => {
                format!("an export is a list of jobs, and {place} has {found}")
            }
            Self::NoJob { place, key, .. } => format!("the entry at {place} has no `{key}`"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::TooLarge { .. } | Self::TooMuch { .. } => "export fewer jobs at a time".to_owned(),
            Self::Empty { .. } => "export the job again: `rd jobs list --format yaml --file FILE`".to_owned(),
            Self::Syntax { place, .. } => format!("correct line {} of {}", place.line, place.file),
            Self::Xml { .. } => "export it as YAML or JSON".to_owned(),
            Self::Documents { .. } => "split the file: one document in each".to_owned(),
            Self::TooDeep { place, .. } => format!("reduce the nesting at line {} of {}", place.line, place.file),
            Self::TooMany { .. } => "split the job: a step can use another job".to_owned(),
            Self::DuplicateKey { place, .. } => format!("remove one of the two, for instance line {}", place.line),
            Self::NoJobs { .. } => "import a file that Rundeck exported".to_owned(),
            Self::NoJob { is_document: true, .. } => {
                "import an Automation document of AWS Systems Manager with --from ssm".to_owned()
            }
            Self::NoJob { key, .. } => format!("add `{key}`, or import a file that Rundeck exported"),
        }
    }
}
