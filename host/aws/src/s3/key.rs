//! Keys of objects in XML, which cannot hold all of their characters.

use aws_sdk_s3::types::EncodingType;
use percent_encoding::percent_decode_str;

use crate::error::HostError;

/// A key or prefix of a list, as far as the answer says that it is encoded. Some servers do not know the encoding.
pub(super) fn decoded(key: &str, encoding: Option<&EncodingType>) -> Result<String, HostError> {
    if encoding != Some(&EncodingType::Url) {
        return Ok(key.to_owned());
    }
    // S3 encodes a space as in a form, and a plus sign as `%2B`.
    let spaced = key.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| HostError::without("a key in UTF-8"))
}

/// Whether a request in XML can name the key. Line breaks and tabs are written as entities.
pub(super) fn is_speakable(key: &str) -> bool {
    key.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_decoded_only_when_the_answer_says_that_it_is_encoded() {
        let url = Some(&EncodingType::Url);
        assert_eq!(decoded("a%01b%2Bc+d%0A%C3%A9/e", url).unwrap(), "a\u{1}b+c d\né/e");
        assert_eq!(decoded("a%01+", None).unwrap(), "a%01+");
        assert!(decoded("%ff", url).is_err());
    }

    #[test]
    fn xml_names_no_control_character_but_white_space() {
        assert!(["a", "a b\t\n\r", "é\u{85}\u{2028}", "\u{1f600}"].into_iter().all(is_speakable));
        assert!(!["a\u{1}", "\u{1f}", "\u{fffe}", "\u{ffff}"].into_iter().any(is_speakable));
    }
}
