//! Texts that can be a secret, and fields of a JSON object as secrets.

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use serde_json::Value as Json;

/// Least bytes of a secret. A shorter one would mask half of every text.
const SHORTEST: usize = 4;

/// Most bytes of a secret, which is what Secrets Manager takes.
pub const LONGEST: usize = 64 << 10;

/// What is wrong with a text that cannot be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Nothing, or only line breaks.
    Empty,
    /// Too short to be masked.
    Short,
    /// Longer than [`LONGEST`].
    Long,
    /// It has a NUL byte.
    Nul,
    /// It is not UTF-8.
    NotText,
}

impl Unusable {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "it is empty",
            Self::Short => "it is shorter than 4 bytes, too short to be masked in output",
            Self::Long => "it is longer than 64 KiB",
            Self::Nul => "it has a NUL byte",
            Self::NotText => "it is not text: its bytes are not UTF-8",
        }
    }
}

/// A text as a secret, without the line breaks around it.
///
/// # Errors
/// When it is too short to be masked, too long, or no text.
pub fn usable(text: &str) -> Result<SecretString, Unusable> {
    let text = text.trim_matches(['\r', '\n']);
    match text.len() {
        0 => Err(Unusable::Empty),
        1..SHORTEST => Err(Unusable::Short),
        SHORTEST..=LONGEST if text.contains('\0') => Err(Unusable::Nul),
        SHORTEST..=LONGEST => Ok(text.into()),
        _ => Err(Unusable::Long),
    }
}

/// A field of a JSON object as a secret: text as it is, everything else as JSON; none for null.
pub fn field(value: &Json) -> Option<SecretString> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.as_str().into()),
        other => Some(Zeroizing::new(other.to_string()).as_str().into()),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use serde_json::json;

    use super::*;

    #[test]
    fn line_breaks_around_a_secret_are_no_part_of_it_and_spaces_are() {
        for text in ["s3cret", "s3cret\n", "\r\ns3cret\r\n\n"] {
            assert_eq!(usable(text).unwrap().expose_secret(), "s3cret");
        }
        assert_eq!(usable(" s3cret \n").unwrap().expose_secret(), " s3cret ");
        assert_eq!(usable("-----\nkey\n-----\n").unwrap().expose_secret(), "-----\nkey\n-----");
    }

    #[test]
    fn a_text_that_cannot_be_masked_or_kept_is_refused() {
        let long = "x".repeat(LONGEST);
        assert!(usable("1234").is_ok() && usable(&long).is_ok());
        for (text, fault) in [
            ("", Unusable::Empty),
            ("\n\r\n", Unusable::Empty),
            ("123\n", Unusable::Short),
            ("12\x0034", Unusable::Nul),
            (&format!("{long}x"), Unusable::Long),
        ] {
            assert_eq!(usable(text).unwrap_err(), fault);
        }
    }

    #[test]
    fn a_field_that_is_no_text_is_its_json() {
        let text = |value: Json| field(&value).map(|secret| secret.expose_secret().to_owned());
        assert_eq!(text(json!("a\"b")), Some("a\"b".to_owned()));
        assert_eq!(text(json!(5432)), Some("5432".to_owned()));
        assert_eq!(text(json!({"a": [true]})), Some("{\"a\":[true]}".to_owned()));
        assert_eq!(text(json!(null)), None);
    }
}
