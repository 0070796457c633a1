use stepwell_model::NextAction;
use stepwell_model::error::list_names;

/// Why an answer becomes no outputs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// The path finds `null`, or the answer is empty.
    #[error("`select` finds nothing in the answer")]
    Nothing {
        /// The members that the answer has.
        members: Vec<String>,
    },
    /// The path cannot be computed, such as `length` of a number.
    #[error("`{path}` cannot be computed from the answer")]
    Path {
        /// The path.
        path: String,
        /// The members that the answer has.
        members: Vec<String>,
    },
    /// The path could make too much of the answer.
    #[error("`select` could make too much of the answer")]
    TooLarge {
        /// Bytes of the answer.
        size: u64,
        /// How many times as large the outputs could be.
        growth: u64,
    },
}

impl SelectError {
    /// What else helps when the operation only reads, and may answer otherwise later.
    pub fn looking_again(&self) -> Option<&'static str> {
        match self {
            Self::Nothing { .. } => {
                Some("to look again until it finds something, add `retry` with `on = [\"NothingSelected\"]`")
            }
            Self::Path { .. } | Self::TooLarge { .. } => None,
        }
    }
}

impl NextAction for SelectError {
    fn because(&self) -> String {
        match self {
            Self::Nothing { members } | Self::Path { members, .. } => {
                format!("the members of the answer are {}", list_names(members.iter().map(String::as_str)))
            }
            Self::TooLarge { size, growth } => {
                format!("the answer has {size} bytes, and `select` could repeat each of them {growth} times")
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Nothing { .. } | Self::Path { .. } => "correct `select`".to_owned(),
            Self::TooLarge { .. } => "narrow the request, or let `select` name fewer values".to_owned(),
        }
    }
}
