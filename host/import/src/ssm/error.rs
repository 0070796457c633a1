//! Errors of the import of an Automation document.

use stepwell_model::NextAction;
use stepwell_model::error::list_names;
use stepwell_model::source::Place;

use crate::error::ImportError;

/// Why a document cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SsmError {
    /// The file cannot be read as YAML or JSON within the limits.
    #[error("{0}")]
    File(ImportError),
    /// The file holds something else than an Automation document.
    #[error("{} is not an Automation document", place.file)]
    NoDocument {
        /// Where the document was expected.
        place: Place,
        /// What is there instead.
        found: String,
    },
    /// The document has another schema, such as that of a Command document.
    #[error("{} has the schema version `{found}`", place.file)]
    OtherSchema {
        /// Where the version is.
        place: Place,
        /// The version.
        found: String,
    },
    /// The name of the file, which names the job, is no name.
    #[error("`{file}` has no name for a job")]
    Name {
        /// The file.
        file: String,
    },
    /// The document has no steps.
    #[error("{} has no steps", place.file)]
    NoSteps {
        /// Where `mainSteps` is, or the document.
        place: Place,
    },
    /// A step lacks a key that every step has.
    #[error("{} has a step without `{key}`", place.file)]
    NoKey {
        /// Where the step is.
        place: Place,
        /// The missing key.
        key: &'static str,
    },
    /// Two steps have one name.
    #[error("two steps are called `{name}`")]
    DuplicateStep {
        /// The second one.
        place: Place,
        /// The name.
        name: String,
    },
    /// A step leads to a step that does not exist.
    #[error("step `{step}` leads to the unknown step `{target}`")]
    UnknownStep {
        /// Where the name is.
        place: Place,
        /// The step.
        step: String,
        /// The name of the other one.
        target: String,
        /// The name that was probably meant.
        nearest: Option<String>,
    },
    /// Steps follow each other in a circle without a way out.
    #[error("the steps {} follow each other without an end", list_names(steps.iter().map(String::as_str)))]
    Circle {
        /// Where the circle is closed.
        place: Place,
        /// The steps of the circle.
        steps: Vec<String>,
    },
}

impl NextAction for SsmError {
    fn because(&self) -> String {
        match self {
            Self::File(ImportError::Xml { .. }) => "an Automation document is YAML or JSON".to_owned(),
            Self::File(error) => error.because(),
            Self::NoDocument { place, found } => format!("a document has `schemaVersion`, and {place} has {found}"),
            Self::OtherSchema { place, .. } => format!("an Automation document has `0.3` at {place}"),
            Self::Name { .. } => "the name of the file becomes that of the job".to_owned(),
            Self::NoSteps { place } => format!("{place} has no list `mainSteps` with a step"),
            Self::NoKey { place, key } => format!("the step at {place} has no `{key}`"),
            Self::DuplicateStep { place, .. } => format!("{place} gives a second step the name"),
            Self::UnknownStep { place, .. } => format!("no step of the document has the name at {place}"),
            Self::Circle { place, .. } => format!("the circle is closed at {place}, and no choice leads out of it"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::File(ImportError::TooLarge { .. } | ImportError::TooMuch { .. }) => "split the document".to_owned(),
            Self::File(ImportError::Empty { .. } | ImportError::Xml { .. }) | Self::NoDocument { .. } => {
                "export the document: `aws ssm get-document --name NAME --query Content --output text`".to_owned()
            }
            Self::File(error) => error.next(),
            Self::OtherSchema { .. } => {
                "import an Automation document; run a Command document with the plugin `ssm-run-command`".to_owned()
            }
            Self::Name { .. } => "give the file a name of letters, digits and dashes".to_owned(),
            Self::NoSteps { .. } => "write the steps, or import another document".to_owned(),
            Self::NoKey { key, .. } => format!("add `{key}`"),
            Self::DuplicateStep { .. } => "give one of them another name".to_owned(),
            Self::UnknownStep { nearest: Some(meant), .. } => format!("write `{meant}`"),
            Self::UnknownStep { nearest: None, .. } => "name one of the steps".to_owned(),
            Self::Circle { .. } => "let one of the steps end the document (`isEnd`), or lead on".to_owned(),
        }
    }
}
