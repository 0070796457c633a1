use stepwell_model::NextAction;
use stepwell_model::error::list_names;

use super::FORMAT;

/// A model that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The build embedded no archive.
    #[error("this build has no models of AWS's services")]
    Missing,
    /// The archive was written for another version of this program.
    #[error("the models of AWS's services have format {found}, and this program reads format {FORMAT}")]
    OtherFormat {
        /// The format of the archive.
        found: u32,
    },
    /// The archive is not as it was written.
    #[error("the models of AWS's services are damaged")]
    Damaged {
        /// The damaged part.
        part: String,
    },
    /// No service has this name.
    #[error("AWS has no service `{name}`")]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// Known ones that it could mean.
        nearest: Vec<String>,
    },
}

impl NextAction for ArchiveError {
    fn because(&self) -> String {
        match self {
            Self::Missing => "`target/models/aws.models` was missing when it was built".to_owned(),
            Self::OtherFormat { .. } => "another version of this program wrote them".to_owned(),
            Self::Damaged { part } => format!("{part} cannot be unpacked"),
            Self::Unknown { .. } => "the models that this program carries do not list it".to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Missing => "run `cargo xtask models`, and build again".to_owned(),
            Self::OtherFormat { .. } => "run `cargo xtask models` of the same version, and build again".to_owned(),
            Self::Damaged { .. } => "install the program again; in a checkout, delete `target/models` and run \
                                     `cargo xtask models`"
                .to_owned(),
            Self::Unknown { nearest, .. } => match nearest.as_slice() {
                [] => "list all services with `stepwell aws services`".to_owned(),
                [meant] => format!("write `{meant}`, if that is meant"),
                several => format!("write one of {}", list_names(several.iter().map(String::as_str))),
            },
        }
    }
}
