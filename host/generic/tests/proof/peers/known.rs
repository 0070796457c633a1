//! Where the host writes or reads otherwise than botocore, and why.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use serde_json::Value as Json;

use super::Sample;
use crate::support::body;

/// A fraction of a second whose last digits are zeros, as botocore writes it.
static MICROSECONDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(T\d\d(?::|%3A)\d\d(?::|%3A)\d\d\.\d+?)0+Z").unwrap());

/// The fraction of a point in time.
static FRACTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\.\d+Z$").unwrap());

/// An exponent with a leading zero, as Python writes it.
static EXPONENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(\de-?)0+(\d)").unwrap());

/// What botocore wrote, with the host's way to write points in time and numbers. Both mean the same.
fn rewritten(text: &str) -> String {
    EXPONENT.replace_all(&MICROSECONDS.replace_all(text, "${1}Z"), "${1}${2}").into_owned()
}

/// Why two paths are equal though they are written differently.
pub(super) fn same_path(own: &str, expected: &str) -> Option<&'static str> {
    if expected.strip_suffix('?') == Some(own) {
        return Some("botocore ends the path with `?` when a list for the query string is empty");
    }
    let expected = rewritten(expected);
    if own == expected {
        return Some("botocore writes microseconds, or exponents of two digits");
    }
    let parts = |uri: &str| {
        let (path, query) = uri.split_once('?')?;
        let mut pairs: Vec<_> = query.split('&').map(str::to_owned).collect();
        pairs.sort();
        Some((path.to_owned(), pairs))
    };
    (parts(own).is_some() && parts(own) == parts(&expected)).then_some("the query string has another order")
}

/// Headers that botocore's handlers or HTTP client add later than its serializer, and the host at once.
pub(super) fn is_added_later(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["content-md5", "content-type", "x-amz-sdk-checksum-algorithm"].contains(&name.as_str())
        || name.starts_with("x-amz-checksum-")
}

/// botocore's path without the bucket of S3: the endpoint rules put it into the URL.
pub(super) fn uri(sample: &Sample<'_>) -> String {
    let uri = sample.line["uri"].as_str().unwrap();
    let bucket = sample.line["input"]["Bucket"].as_str().filter(|_| sample.service.name == "s3");
    let Some(bucket) = bucket else { return uri.to_owned() };
    let bucket = percent_encoding::utf8_percent_encode(bucket, UNRESERVED).to_string();
    let rest = uri.strip_prefix('/').and_then(|uri| uri.strip_prefix(bucket.as_str()));
    rest.unwrap_or_else(|| panic!("{uri} does not begin with {bucket}")).to_owned()
}

const UNRESERVED: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// botocore's prefix of the host. That of S3 Control is in its endpoint rules, too.
pub(super) fn prefix<'a>(sample: &Sample<'a>) -> Option<&'a str> {
    let prefix = sample.line["prefix"].as_str();
    let account = sample.line["input"]["AccountId"].as_str().unwrap_or_default();
    prefix.filter(|prefix| sample.service.name != "s3control" || *prefix != format!("{account}."))
}

/// Whether the values of a header say the same: the host puts spaces after commas, and Python escapes what is not ASCII in
/// the JSON of a header; botocore leaves out the fraction of a second, and does not escape a backslash between quotation
/// marks, which Smithy wants.
pub(super) fn same_header(own: &str, expected: &str) -> bool {
    let bare = |text: &str| text.replace(", ", ",").replace("\\\\", "\\");
    let json = |text: &str| serde_json::from_slice::<Json>(&STANDARD.decode(text).ok()?).ok();
    let whole = FRACTION.replace(own, "Z");
    bare(own) == bare(expected) || whole == expected || (json(own).is_some() && json(own) == json(expected))
}

/// Why two bodies are equal though they say different things.
pub(super) fn same_body(sample: &Sample<'_>, own: &[u8], expected: &[u8]) -> Option<&'static str> {
    let (own, expected) = (str::from_utf8(own).ok()?, str::from_utf8(expected).ok()?);
    let is_same =
        |own: &str, expected: &str| body::compare(sample.service.protocol, own.as_bytes(), expected.as_bytes()).is_ok();
    let expected = rewritten(expected);
    if is_same(own, &expected) {
        return Some("botocore writes microseconds, or exponents of two digits");
    }
    let unescaped = own.replace("&#xD;&#xA;", "\n");
    is_same(&unescaped, &expected).then_some("botocore writes a line end that a parser of XML changes")
}
