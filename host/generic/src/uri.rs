//! Paths of requests: percent-encoding and templates.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &PLAIN.remove(b'/');

/// Encodes all but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// Why a template cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LabelError {
    /// The member has no value, or an empty one: the path would be that of another operation.
    Empty(String),
    /// A segment of the value is `.` or `..`: a server may take it for a step to another path.
    Dots(String),
}

/// Fills in the labels of `/{Bucket}/{Key+}?acl`. `label` gives the value of a name.
pub(crate) fn fill(template: &str, label: impl Fn(&str) -> Option<String>) -> Result<String, LabelError> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let (name, greedy) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        let value = label(name).filter(|value| !value.is_empty()).ok_or_else(|| LabelError::Empty(name.to_owned()))?;
        let mut segments = value.split(['/', '\\']);
        if segments.any(|segment| matches!(segment, "." | "..")) {
            return Err(LabelError::Dots(name.to_owned()));
        }
        out.push_str(before);
        out.extend(utf8_percent_encode(&value, if greedy { PATH } else { PLAIN }));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, value: &str) -> Result<String, LabelError> {
        fill(template, |_| Some(value.to_owned()))
    }

    #[test]
    fn a_label_stays_one_segment_and_a_greedy_one_keeps_its_slashes() {
        assert_eq!(filled("/2015/{Name}/code?x", "a/b c?#%"), Ok("/2015/a%2Fb%20c%3F%23%25/code?x".to_owned()));
        assert_eq!(filled("/b/{Key+}", "a/b c"), Ok("/b/a/b%20c".to_owned()));
    }

    #[test]
    fn a_label_leads_to_no_other_path() {
        let dots = || Err(LabelError::Dots("Key".to_owned()));
        for value in ["..", ".", "../other", "a/../b", "a/..", "..\\b"] {
            assert_eq!(filled("/b/{Key+}", value), dots(), "{value}");
            assert_eq!(filled("/b/{Key}", value), dots(), "{value}");
        }
        assert_eq!(filled("/b/{Key}", ""), Err(LabelError::Empty("Key".to_owned())));
        assert_eq!(filled("/b/{Key+}", "a/...").as_deref(), Ok("/b/a/..."));
        assert_eq!(filled("/b/{Key}", "%2e%2e").as_deref(), Ok("/b/%252e%252e"));
    }
}
