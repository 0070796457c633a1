//! Why a request cannot be written.

use stepwell_model::error::{NextAction, list_names};

use crate::check::Finding;
use crate::mismatch::Mismatch;
use crate::model::Refused;
use crate::uri::LabelError;

/// Why a request cannot be written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// The host cannot make calls of this operation.
    #[error("{0}")]
    Refused(Refused),
    /// It is not of the model.
    #[error("{}", .0.first().map_or_else(String::new, ToString::to_string))]
    Findings(Vec<Finding>),
    /// A value cannot be written by the protocol.
    #[error("{0}")]
    Mismatch(#[from] Mismatch),
    /// A member that belongs into the path has no value.
    #[error("`{member}` is empty, and it is a part of the path")]
    EmptyLabel {
        /// Its name.
        member: String,
    },
    /// A member would lead to another path.
    #[error("`{member}` has a segment `.` or `..`, and it is a part of the path")]
    Dots {
        /// Its name.
        member: String,
    },
    /// A member would lead to another host.
    #[error("`{member}` is no label of a host name, and it is a part of it")]
    Host {
        /// Its name.
        member: String,
    },
    /// A name or a value would end its header.
    #[error("header `{}` would have a character that no header can have", name.escape_debug())]
    Header {
        /// The name of the header.
        name: String,
    },
    /// The host does not compute this checksum.
    #[error("the host does not compute the checksum `{algorithm}`")]
    Checksum {
        /// Its name.
        algorithm: String,
        /// Those that it computes.
        known: &'static [&'static str],
    },
}

impl From<LabelError> for RequestError {
    fn from(error: LabelError) -> Self {
        match error {
            LabelError::Empty(member) => Self::EmptyLabel { member },
            LabelError::Dots(member) => Self::Dots { member },
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::EventStream => "it sends or receives events while it runs, which a call cannot do",
            Self::Streaming => "its request or response has a body of any length, which a call cannot hold",
            Self::AnyHeaders => "its request chooses headers of its own, and could replace those that are signed",
            Self::OtherSignature => {
                "it is signed in another way than by Signature Version 4, which is all that the host does"
            }
            Self::EndpointDiscovery => "another operation has to be asked for its endpoint, which the host does not do",
        })
    }
}

impl NextAction for RequestError {
    fn because(&self) -> String {
        match self {
            Self::Refused(_) => "the host offers only what it can do safely".to_owned(),
            Self::Findings(findings) => match findings.len() {
                0 | 1 => "the request is held against AWS's model before it leaves".to_owned(),
                more => format!("the request has {more} faults; this is the first"),
            },
            Self::Mismatch(_) => "the protocol of the service has no other form for it".to_owned(),
            Self::EmptyLabel { .. } | Self::Dots { .. } => {
                "the path decides which operation is called, and on what".to_owned()
            }
            Self::Host { .. } => "only letters, digits and hyphens keep a signed request on AWS's hosts".to_owned(),
            Self::Header { .. } => "a line end in a header begins the next one".to_owned(),
            Self::Checksum { known, .. } => format!("it computes {}", list_names(known.iter().copied())),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Refused(_) => "use a shipped plugin or a typed interface for it".to_owned(),
            Self::Findings(findings) => findings.first().map_or_else(String::new, |finding| finding.problem.advice()),
            Self::Mismatch(mismatch) => format!("write {}", mismatch.expected),
            Self::EmptyLabel { member } | Self::Dots { member } | Self::Host { member } => {
                format!("give the name or id of the resource alone in `{member}`")
            }
            Self::Header { .. } => {
                "remove line ends and other control characters; write the name in letters, digits and hyphens"
                    .to_owned()
            }
            Self::Checksum { .. } => "name another algorithm, or none".to_owned(),
        }
    }
}
