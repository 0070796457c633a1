//! Names that must not be confused with one another.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A name that is not one: the text, and the form that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind}: expected {expected}")]
pub struct InvalidName {
    /// What was given.
    pub text: String,
    /// What it should have been, such as `step id`.
    pub kind: &'static str,
    /// The form in words.
    pub expected: &'static str,
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err(InvalidName { text, kind: $kind, expected: $expected }) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name_type!(
    /// Identifies a run for all times; also AWS's `RoleSessionName`, hence the length and the alphabet.
    RunId,
    "run id",
    "2 to 64 lower-case letters, digits and hyphens",
    |text| (2..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
);

name_type!(
    /// A step's id within its job: an identifier, because expressions name it (`steps.check.outputs`).
    StepId,
    "step id",
    "a lower-case letter, then lower-case letters, digits and `_`, at most 64 in all",
    is_identifier
);

name_type!(
    /// The name of an option of a job: an identifier, because expressions name it (`options.instance_id`).
    OptionName,
    "option name",
    "a lower-case letter, then lower-case letters, digits and `_`, at most 64 in all",
    is_identifier
);

name_type!(
    /// A job's name.
    JobName,
    "job name",
    "letters, digits, `-`, `_` and `.`, at most 128 in all",
    |text| is_file_name(text, 128)
);

name_type!(
    /// What `uses` says: the file name of a plugin without `.wasm`, in kebab-case.
    PluginName,
    "plugin name",
    "lower-case letters, digits and `-`, starting with a letter, at most 64 in all",
    |text| {
        text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    }
);

fn is_identifier(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn is_file_name(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && !text.starts_with(['.', '-'])
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// SHA-256 of a component, the identity that trust goes by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The 64 hexadecimal digits, without the `sha256:` that `Display` puts before them.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_to_their_alphabet() {
        assert!("restart_web2".parse::<StepId>().is_ok());
        for wrong in ["", "2fast", "Restart", "restart-web", "a.b", "ä"] {
            assert!(wrong.parse::<StepId>().is_err(), "{wrong}");
        }
        for wrong in ["", "../evil", "ec2_start", "EC2", "-x", "a/b", "a.wasm"] {
            assert!(wrong.parse::<PluginName>().is_err(), "{wrong}");
        }
        assert!(".hidden".parse::<JobName>().is_err());
    }
}
