//! Names and identifiers, each a type of its own, so that the compiler keeps them apart.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::grant::OPERATIONS;
use crate::schema_form::impl_schema;

pub use step_path::{ON_ERROR, StepPath};

/// A text that does not have the form of the name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a valid {kind}: expected {expected}", self.shown())]
pub struct InvalidName {
    /// The text.
    pub text: String,
    /// The kind of name, such as `step id`.
    pub kind: &'static str,
    /// The expected form, in words.
    pub expected: &'static str,
}

/// The kinds whose text an error does not show: an operator may have pasted a secret there, and external ids are never
/// shown.
const NOT_SHOWN: [&str; 3] = ["key path", "access key id", "external id"];

impl InvalidName {
    fn shown(&self) -> String {
        if NOT_SHOWN.contains(&self.kind) { "the given text".to_owned() } else { format!("`{}`", self.text) }
    }
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:literal, $valid:expr $(, $pattern:literal)?) => {
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

        $(impl_schema! { $name: { "type": "string", "pattern": $pattern }; })?
    };
}

mod step_path;

name_type!(
    /// The identifier of a run, unique for all time. It is AWS's `RoleSessionName` too, hence the length and the alphabet.
    RunId,
    "run id",
    "2 to 64 lower-case letters, digits and hyphens",
    |text| (2..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-')),
    "^[a-z0-9-]{2,64}$"
);

name_type!(
    /// The id of a step within its job: an identifier, because expressions name it (`steps.check.outputs`).
    StepId,
    "step id",
    "a lower-case letter, then lower-case letters, digits and `_`, at most 64 in all",
    is_identifier,
    "^[a-z][a-z0-9_]{0,63}$"
);

name_type!(
    /// The name of an option of a job: an identifier, because expressions name it (`options.instance_id`).
    OptionName,
    "option name",
    "a lower-case letter, then lower-case letters, digits and `_`, at most 64 in all",
    is_identifier,
    "^[a-z][a-z0-9_]{0,63}$"
);

name_type!(
    /// A name that a job file gives to a value or a group of steps: an identifier, because expressions read it.
    Identifier,
    "name",
    "a lower-case letter, then lower-case letters, digits and `_`, at most 64 in all",
    is_identifier,
    "^[a-z][a-z0-9_]{0,63}$"
);

name_type!(
    /// A job's name.
    JobName,
    "job name",
    "letters, digits, `-`, `_` and `.`, at most 128 in all",
    |text| is_file_name(text, 128),
    "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"
);

name_type!(
    /// The name of a plugin in `uses`: its file name without `.wasm`, in kebab-case.
    PluginName,
    "plugin name",
    "lower-case letters, digits and `-`, starting with a letter, at most 64 in all",
    |text| {
        text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    },
    "^[a-z][a-z0-9-]{0,63}$"
);

impl PluginName {
    /// The name under which steps that call operations of AWS themselves are granted actions. No component has it.
    pub fn of_operations() -> Self {
        Self(OPERATIONS.to_owned())
    }
}

name_type!(
    /// The path of a secret in key storage, such as `keys/project/web/database`.
    KeyPath,
    "key path",
    "`keys/` and then names of letters, digits, `-`, `_` and `.`, separated by `/`, at most 512 in all",
    |text| {
        text.len() <= 512
            && text.strip_prefix("keys/").is_some_and(|rest| rest.split('/').all(|part| is_file_name(part, 128)))
    },
    "^keys(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})+$"
);

name_type!(
    /// A key in key storage, or with a `/` at its end all keys below a path: `keys/shared/`.
    KeyPattern,
    "key path",
    "a key such as `keys/shared/token`, or a path with a `/` at its end such as `keys/shared/`",
    |text| text == "keys/" || text.strip_suffix('/').unwrap_or(text).parse::<KeyPath>().is_ok(),
    "^keys/([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}/)*([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$"
);

name_type!(
    /// The ARN of an IAM role.
    RoleArn,
    "role ARN",
    "an ARN such as `arn:aws:iam::123456789012:role/runbooks`",
    |text| {
        let parts: Vec<_> = text.splitn(6, ':').collect();
        let ["arn", partition, "iam", "", account, role] = parts.as_slice() else { return false };
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-/".contains(&b);
        matches!(*partition, "aws" | "aws-cn" | "aws-us-gov" | "aws-iso" | "aws-iso-b" | "aws-iso-e" | "aws-iso-f" | "aws-eusc")
            && account.len() == 12
            && account.bytes().all(|b| b.is_ascii_digit())
            && role.strip_prefix("role/").is_some_and(|name| (1..=576).contains(&name.len()) && name.bytes().all(is_name))
            && !text.ends_with('/')
    },
    "^arn:(aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b|aws-iso-e|aws-iso-f|aws-eusc):iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]*[A-Za-z0-9_+=,.@-]$"
);

name_type!(
    /// An external id of AWS (`sts:ExternalId`).
    ExternalId,
    "external id",
    "2 to 1224 letters, digits and `_+=,.@:/-`",
    |text| {
        (2..=1224).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@:/-".contains(&b))
    },
    "^[A-Za-z0-9_+=,.@:/-]{2,1224}$"
);

name_type!(
    /// The id of an access key, its public half.
    AccessKeyId,
    "access key id",
    "4 to 128 letters, digits and `_`, such as `AKIAIOSFODNN7EXAMPLE`",
    |text| (4..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
    "^[A-Za-z0-9_]{4,128}$"
);

name_type!(
    /// A region such as `eu-central-1`. AWS knows which regions exist; the host refuses only text that cannot be part of
    /// a host name.
    RegionName,
    "AWS region",
    "3 to 32 lower-case letters, digits and hyphens, such as `eu-central-1`",
    |text| {
        (3..=32).contains(&text.len())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
    },
    "^[a-z0-9][a-z0-9-]{2,31}$"
);

impl RoleArn {
    /// The AWS partition of the role: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &str {
        self.0.split(':').nth(1).unwrap_or("aws")
    }
}

impl KeyPath {
    /// The project that owns the key: `web` of `keys/project/web/database`.
    pub fn project(&self) -> Option<&str> {
        let mut parts = self.0.split('/').skip(1);
        if parts.next() == Some("project") { Some(parts.next().unwrap_or_default()) } else { None }
    }

    /// Whether only `stepwell.toml` may name it.
    pub fn is_for_system(&self) -> bool {
        self.0.split('/').nth(1) == Some("system")
    }
}

impl KeyPattern {
    /// Whether it stands for the key.
    pub fn matches(&self, key: &KeyPath) -> bool {
        if self.0.ends_with('/') { key.as_str().starts_with(&self.0) } else { self.0 == key.as_str() }
    }

    /// Whether all keys that it stands for belong to `stepwell.toml` or to another project than this one.
    pub fn is_foreign_to(&self, project: &str) -> bool {
        let mut parts = self.0.split('/').skip(1).filter(|part| !part.is_empty());
        match (parts.next(), parts.next()) {
            (Some("system"), _) => true,
            (Some("project"), Some(owner)) => owner != project,
            _ => false,
        }
    }
}

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

/// SHA-256 of a component: the identity that trust is based on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The 64 hexadecimal digits, without the `sha256:` of `Display`.
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

impl std::str::FromStr for Digest {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid =
            || InvalidName { text: text.to_owned(), kind: "digest", expected: "`sha256:` and 64 hexadecimal digits" };
        let digits = text
            .strip_prefix("sha256:")
            .filter(|digits| digits.is_ascii() && digits.len() == 64)
            .ok_or_else(invalid)?;
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = digits.get(2 * at..2 * at + 2).ok_or_else(invalid)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| invalid())?;
        }
        Ok(Self(bytes))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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

    /// Asserts that the texts do not have the form of a name.
    fn refused<T: std::str::FromStr<Err = InvalidName> + fmt::Debug>(kind: &str, texts: &[&str]) {
        for text in texts {
            let error = text.parse::<T>().expect_err(text);
            assert_eq!((error.kind, error.text.as_str()), (kind, *text));
        }
    }

    #[test]
    fn names_keep_to_their_alphabet() {
        assert!("restart_web2".parse::<StepId>().is_ok());
        refused::<StepId>("step id", &["", "2fast", "Restart", "restart-web", "a.b", "ä"]);
        refused::<PluginName>("plugin name", &["", "../evil", "ec2_start", "EC2", "-x", "a/b", "a.wasm"]);
        refused::<JobName>("job name", &[".hidden"]);
        assert!("keys/project/web/database.password".parse::<KeyPath>().is_ok());
        let wrong = ["", "keys", "keys/", "keys//a", "keys/../a", "keys/a/", "/keys/a", "key/a", "keys/a b", "keys/.a"];
        refused::<KeyPath>("key path", &wrong);
    }

    #[test]
    fn what_is_no_role_is_no_role_arn() {
        for role in ["arn:aws:iam::123456789012:role/web", "arn:aws-cn:iam::123456789012:role/path/to/web+x@y"] {
            assert!(role.parse::<RoleArn>().is_ok(), "{role}");
        }
        let wrong = [
            "web",
            "arn:aws:iam::123456789012:user/web",
            "arn:aws:iam::12345:role/web",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a b",
            "arn:aws:sts::123456789012:assumed-role/web/x",
            "arn:evil:iam::123456789012:role/web",
        ];
        refused::<RoleArn>("role ARN", &wrong);
        refused::<ExternalId>("external id", &["", "x", "a b", "a\u{e4}", "a\"b", "a*b"]);
    }
}
