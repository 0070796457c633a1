//! The functions of endpoint rules.

use std::net::Ipv4Addr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::check::{is_authority, is_host_label, split_path, without_port};
use super::value::{Arn, Origin, Url};

/// What RFC 3986 leaves as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text, escaped for a URL.
pub(super) fn uri_encode(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// The characters from `start` to before `stop`, counted from the end when `reverse` says so. None: the text is too
/// short, or not ASCII.
pub(super) fn substring(text: &str, start: u32, stop: u32, reverse: bool) -> Option<&str> {
    let (start, stop) = (start as usize, stop as usize);
    if !text.is_ascii() || start >= stop || text.len() < stop {
        return None;
    }
    if reverse { text.get(text.len() - stop..text.len() - start) } else { text.get(start..stop) }
}

/// Whether a bucket can be part of a host name.
pub(super) fn is_virtual_hostable_bucket(bucket: &str, dotted: bool) -> bool {
    (3..=63).contains(&bucket.len())
        && !bucket.bytes().any(|byte| byte.is_ascii_uppercase())
        && bucket.parse::<Ipv4Addr>().is_err()
        && is_host_label(bucket, dotted)
}

/// The parts of a URL of HTTP that has neither user, query nor fragment.
pub(super) fn parse_url(url: &str, origin: Origin) -> Option<Url> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = split_path(rest);
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\".contains(&byte));
    if !matches!(scheme, "https" | "http") || !is_authority(authority) || !is_plain {
        return None;
    }
    let host = without_port(authority);
    let inner = path.trim_matches('/');
    Some(Url {
        origin,
        scheme: scheme.to_owned(),
        authority: authority.to_owned(),
        path: path.to_owned(),
        normalized_path: if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") },
        is_ip: host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok(),
    })
}

/// The parts of an ARN that names a partition, a service and a resource.
pub(super) fn parse_arn(arn: &str, origin: Origin) -> Option<Arn> {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next().map(str::to_owned);
    let (prefix, partition, service, region, account) = (next()?, next()?, next()?, next()?, next()?);
    let resource = next()?;
    if prefix != "arn" || partition.is_empty() || service.is_empty() || resource.is_empty() {
        return None;
    }
    let resource = resource.split([':', '/']).map(str::to_owned).collect();
    Some(Arn { origin, partition, service, region, account, resource })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_substring_counts_from_either_end_and_never_beyond() {
        assert_eq!(substring("bucket--use1-az4--x-s3", 0, 6, true), Some("--x-s3"));
        assert_eq!(substring("abcdef", 1, 3, false), Some("bc"));
        assert_eq!(substring("abcdef", 0, 6, true), Some("abcdef"));
        for (text, start, stop) in [("abc", 0, 4), ("abc", 2, 2), ("abc", 3, 1), ("äbc", 0, 2), ("abc", 0, u32::MAX)] {
            assert_eq!(
                (substring(text, start, stop, false), substring(text, start, stop, true)),
                (None, None),
                "{text}"
            );
        }
    }

    #[test]
    fn a_bucket_becomes_part_of_a_host_only_when_it_is_a_label() {
        assert!(is_virtual_hostable_bucket("my-bucket", false));
        assert!(is_virtual_hostable_bucket("my.bucket", true));
        let long = "a".repeat(64);
        for bucket in ["my.bucket", "My-bucket", "my_bucket", "ab", "-ab", "ab-", "a/b", "a@b", "bücket", &long, ""] {
            assert!(!is_virtual_hostable_bucket(bucket, false), "{bucket}");
        }
        for bucket in ["192.168.1.1", "a..b", ".abc", "abc.", "a.b/c"] {
            assert!(!is_virtual_hostable_bucket(bucket, true), "{bucket}");
        }
    }

    #[test]
    fn a_url_of_an_operator_has_a_host_and_a_path_and_nothing_else() {
        let url = parse_url("https://127.0.0.1:8443/base/", Origin::Operator).unwrap();
        assert_eq!((url.authority.as_str(), url.path.as_str(), url.is_ip), ("127.0.0.1:8443", "/base/", true));
        assert_eq!(url.normalized_path, "/base/");
        assert!(parse_url("http://[::1]:4566", Origin::Operator).unwrap().is_ip);
        assert_eq!(parse_url("http://localhost", Origin::Operator).unwrap().normalized_path, "/");
        for other in [
            "ftp://a.example",
            "a.example",
            "https://",
            "https:///x",
            "https://a@b.example",
            "https://a.example?x",
            "https://a.example/?x",
            "https://a.example#x",
            "https://a.example/\\",
            "https://a example",
            "https://a:b",
            "https://a.example:",
            "https://a.example:123456",
            "https://ä.example",
            "https://[::1",
            "https://[x]",
        ] {
            assert_eq!(parse_url(other, Origin::Operator), None, "{other}");
        }
    }

    #[test]
    fn an_arn_has_six_parts_of_which_three_are_never_empty() {
        let arn = parse_arn("arn:aws:s3:::bucket/a:b", Origin::Request).unwrap();
        assert_eq!((arn.service.as_str(), arn.region.as_str()), ("s3", ""));
        assert_eq!(arn.resource, ["bucket", "a", "b"]);
        for other in
            ["", "arn", "arn:aws:s3:::", "arn::s3:::b", "arn:aws::::b", "urn:aws:s3:::b", "arn:aws:s3:us-east-1:1"]
        {
            assert_eq!(parse_arn(other, Origin::Request), None, "{other}");
        }
    }

    #[test]
    fn escaped_text_has_no_character_that_ends_a_segment() {
        assert_eq!(uri_encode("a b/ä~.%"), "a%20b%2F%C3%A4~.%25");
    }
}
