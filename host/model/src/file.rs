//! Reading our TOML files, with the place of every error; durations and sizes.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{NextAction, list_names, nearest};
use crate::schema_form::impl_schema;
use crate::source::{Place, Source};

/// Why a file is not a valid job, project or system file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The file is not TOML.
    #[error("{} is not valid TOML", place.file)]
    Syntax {
        /// Where the parser stopped.
        place: Place,
        /// The parser's error.
        message: String,
    },
    /// The table does not take the key.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The place of the key.
        place: Place,
        /// The key.
        key: String,
        /// The keys that are valid there.
        known: Vec<String>,
    },
    /// A value is not one of those that its key takes.
    #[error("unknown value `{value}`")]
    UnknownValue {
        /// The place of the value.
        place: Place,
        /// The value.
        value: String,
        /// The values that are valid there.
        known: Vec<String>,
    },
    /// A value has the wrong type or form, or is missing.
    #[error("{message}")]
    Invalid {
        /// The place of the value, or of the table that lacks one.
        place: Place,
        /// The reader's error.
        message: String,
        /// The next action, when the reader knows one ([`NEXT`]).
        next: Option<String>,
    },
}

/// Begins the next action in the message of a reader of ours.
pub(crate) const NEXT: &str = "\nnext: ";

impl NextAction for FileError {
    fn because(&self) -> String {
        match self {
            Self::Syntax { place, message } => format!("{place}: {message}"),
            Self::UnknownKey { place, known, .. } if known.is_empty() => format!("{place}: this table takes no keys"),
            Self::UnknownKey { place, known, .. } => {
                format!("{place}: the valid keys are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::UnknownValue { place, known, .. } => {
                format!("{place}: the valid values are {}", list_names(known.iter().map(String::as_str)))
            }
            Self::Invalid { place, .. } => format!("the mistake is at {place}"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Syntax { place, .. } => format!("correct line {} of {}", place.line, place.file),
            Self::UnknownKey { key, known, .. } => match nearest(key, known.iter().map(String::as_str)) {
                Some(meant) => format!("write `{meant}` instead of `{key}`"),
                None => format!("remove `{key}`, or use one of the valid keys"),
            },
            Self::UnknownValue { value, known, .. } => {
                match nearest(&value.to_lowercase(), known.iter().map(String::as_str)) {
                    Some(meant) => format!("write `{meant}` instead of `{value}`"),
                    None => "use one of the valid values".to_owned(),
                }
            }
            Self::Invalid { next: Some(next), .. } => next.clone(),
            Self::Invalid { place, next: None, .. } => format!("correct line {} of {}", place.line, place.file),
        }
    }
}

/// Reads a file into a type that refuses unknown keys.
pub fn read<T: DeserializeOwned>(source: &Source) -> Result<T, FileError> {
    toml::from_str(&source.text).map_err(|error| explain(source, &error))
}

fn explain(source: &Source, error: &toml::de::Error) -> FileError {
    let place = source.place(&error.span().unwrap_or(0..0));
    let (message, next) = match error.message().split_once(NEXT) {
        Some((message, next)) => (message, Some(next.to_owned())),
        None => (error.message(), None),
    };
    let message = message.lines().collect::<Vec<_>>().join("; ");
    if source.text.parse::<toml::Table>().is_err() {
        return FileError::Syntax { place, message };
    }
    // serde has no structured form of these errors, and their wording has long been stable.
    let mut names = message.split('`').skip(1).step_by(2).map(str::to_owned);
    if message.starts_with("unknown field ") {
        FileError::UnknownKey { place, key: names.next().unwrap_or_default(), known: names.collect() }
    } else if message.starts_with("unknown variant ") {
        FileError::UnknownValue { place, value: names.next().unwrap_or_default(), known: names.collect() }
    } else {
        FileError::Invalid { place, message: message.replace("missing field", "missing key"), next }
    }
}

/// A duration as files write it: `"90s"`, `"15m"`, `"1h30m"`. Never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DurationText(pub Duration);

impl<'de> Deserialize<'de> for DurationText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || {
            serde::de::Error::custom("a duration is text such as \"90s\", \"15m\" or \"1h30m\", and longer than zero")
        };
        let text = String::deserialize(deserializer).map_err(|_| wrong())?;
        parse_duration(&text).filter(|duration| !duration.is_zero()).map(Self).ok_or_else(wrong)
    }
}

/// Reads a duration as files write it.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    static PARSER: jiff::fmt::friendly::SpanParser = jiff::fmt::friendly::SpanParser::new();
    PARSER.parse_unsigned_duration(text).ok()
}

/// Writes a duration as files do.
pub fn show_duration(duration: Duration) -> String {
    static PRINTER: jiff::fmt::friendly::SpanPrinter = jiff::fmt::friendly::SpanPrinter::new();
    PRINTER.unsigned_duration_to_string(&duration).replace(' ', "")
}

/// A number of bytes as files write it: `"64MiB"`, or a bare number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteSize(pub u64);

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Bytes(u64),
            Text(String),
        }
        let wrong = || serde::de::Error::custom("a size is a number of bytes or text such as \"64KiB\" or \"128MiB\"");
        let size = match Form::deserialize(deserializer).map_err(|_| wrong())? {
            Form::Bytes(bytes) => Some(bytes),
            Form::Text(text) => parse_size(&text),
        };
        size.filter(|bytes| *bytes > 0).map(Self).ok_or_else(wrong)
    }
}

impl_schema! {
    DurationText: {
        "type": "string",
        // Numbers with units, of which one is not zero; hours:minutes:seconds as well.
        "pattern": r"^\s*([0-9]+([.,][0-9]+)?\s*[A-Za-zµμ]+,?\s*)+$|^\s*[0-9]+:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?\s*$",
        "allOf": [{ "pattern": "[1-9]" }],
        "examples": ["90s", "15m", "1h30m"],
    };
    ByteSize: {
        "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "pattern": r"^[0-9]*[1-9][0-9]*\s*(B|KiB|MiB|GiB)?\s*$" },
        ],
        "examples": ["64KiB", "128MiB"],
    };
}

fn parse_size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim() {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading it is of interest")]
    struct Example {
        timeout: Option<DurationText>,
        memory: Option<ByteSize>,
    }

    fn error(text: &str) -> FileError {
        read::<Example>(&Source::new("a.toml", text)).expect_err("the text is wrong")
    }

    #[test]
    fn an_unknown_key_is_told_its_nearest_neighbour() {
        let error = error("\ntimout = \"5s\"\n");
        assert_eq!(
            error.explain(),
            "error: unknown key `timout`\nbecause: a.toml:2:1: the valid keys are `timeout`, `memory`\nnext: write `timeout` instead of `timout`"
        );
    }

    #[test]
    fn what_is_not_toml_is_said_with_its_place() {
        let error = error("timeout = \"5s\nmemory = 1\n");
        assert!(matches!(&error, FileError::Syntax { place, .. } if place.line == 1), "{error:?}");
    }

    #[test]
    fn durations_and_sizes_are_text_that_people_write() {
        for good in ["timeout = \"1h30m\"", "timeout = \"90s\"", "memory = \"64MiB\"", "memory = 65536"] {
            assert!(read::<Example>(&Source::new("a.toml", good)).is_ok(), "{good}");
        }
        for wrong in ["timeout = 90", "timeout = \"0s\"", "timeout = \"soon\"", "memory = \"64 apples\"", "memory = 0"]
        {
            let error = error(wrong);
            assert!(matches!(&error, FileError::Invalid { place, .. } if place.line == 1), "{wrong}: {error:?}");
        }
        assert_eq!(show_duration(Duration::from_secs(5400)), "1h30m");
    }
}
