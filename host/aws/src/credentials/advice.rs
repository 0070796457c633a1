//! What an operator can do about credentials.

/// What to do next about credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// AWS did not accept the credentials.
    Refused,
    /// The clock of this machine is wrong.
    Clock,
    /// The session has ended, or the clock of this machine is wrong.
    Expired,
    /// No configured provider has any.
    Nothing,
    /// Advice of the store, service or tool that failed.
    Words(String),
}

impl Advice {
    pub(super) fn words(text: &str) -> Self {
        Self::Words(text.to_owned())
    }

    /// The last line of the error.
    pub(crate) fn next(&self) -> String {
        match self {
            Self::Refused => {
                "check that the credentials are current and of the right account (`stepwell credentials validate`)"
                    .to_owned()
            }
            Self::Clock => "set the clock of this machine (`timedatectl`), and run the job again".to_owned(),
            Self::Expired => {
                "check that the credentials have not expired, and the clock of this machine (`timedatectl`)".to_owned()
            }
            Self::Nothing => {
                "name a provider in [aws.credentials], set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached".to_owned()
            }
            Self::Words(words) => words.clone(),
        }
    }
}
