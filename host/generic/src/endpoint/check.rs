//! The lock on a URL: a signature leaves only for AWS, or for the operator's own endpoint.

use std::net::Ipv6Addr;

use super::error::EndpointError;

/// The longest host name of DNS.
const LONGEST_HOST: usize = 253;

/// The longest part of one.
const LONGEST_LABEL: usize = 63;

/// Checks the URL of a request, path and query included, right before it is signed.
///
/// Without an endpoint of the operator (`operators`) the scheme is `https` and there is no port. With one, scheme, host
/// and port are the operator's; labels may stand before the host. In either case there is no user, no fragment, no
/// character that a client could take for an end of the host, and no segment `.` or `..` in the path.
///
/// # Errors
///
/// When the URL breaks one of these rules, which the error names.
pub fn check_url(url: &str, operators: Option<&str>) -> Result<(), EndpointError> {
    match broken_rule(url, operators) {
        None => Ok(()),
        Some(rule) => Err(EndpointError::Url { url: url.to_owned(), rule }),
    }
}

fn broken_rule(url: &str, operators: Option<&str>) -> Option<&'static str> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#\"<>^`{|}".contains(&byte)) {
        return Some("a URL has only printable ASCII characters, without `\\`, `#` and those that are never in one");
    }
    let Some((scheme, authority, path)) = split(url) else { return Some("it has no scheme") };
    if has_dots(path) {
        return Some("a path has no segment `.` or `..`");
    }
    match operators {
        None if scheme != "https" => Some("AWS is called by https"),
        None if !is_host(authority) => {
            Some("its host is not made of labels of letters, digits and dashes, at most 63 each")
        }
        None => None,
        Some(operators) => match split(operators) {
            Some((own_scheme, own, _)) if own_scheme == scheme && is_within(authority, own) => None,
            _ => Some("it does not lead to the endpoint that the operator has set"),
        },
    }
}

/// Scheme, authority, and path with query.
fn split(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let (authority, path) = split_path(rest);
    matches!(scheme, "https" | "http").then_some((scheme, authority, path))
}

/// What follows the scheme, at the end of the authority.
pub(super) fn split_path(rest: &str) -> (&str, &str) {
    rest.find(['/', '?', '#']).map_or((rest, ""), |at| rest.split_at(at))
}

/// Whether it is the operator's authority, perhaps with labels before it.
fn is_within(authority: &str, own: &str) -> bool {
    let Some(prefix) = authority.strip_suffix(own) else { return false };
    is_authority(own) && (prefix.is_empty() || prefix.strip_suffix('.').is_some_and(is_host))
}

/// A path segment that a client would leave out, or go up by. Clients take `%2e` for a dot, and servers `%2f` for a slash.
fn has_dots(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default().to_ascii_lowercase();
    let plain = path.replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    plain.split('/').any(|segment| matches!(segment, "." | ".."))
}

/// The authority without its port.
pub(super) fn without_port(authority: &str) -> &str {
    let is_port = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) && !host.is_empty() => host,
        _ => authority,
    }
}

/// Whether it is a host with perhaps a port: labels, or an address in brackets.
pub(super) fn is_authority(authority: &str) -> bool {
    let host = without_port(authority);
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    is_host(host) || address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

/// Whether it is a host name, or an address of four numbers.
pub(super) fn is_host(host: &str) -> bool {
    host.len() <= LONGEST_HOST && is_host_label(host, true)
}

/// Whether it is a label of a host name; with `dotted`, several of them with dots between.
pub fn is_host_label(text: &str, dotted: bool) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if dotted { text.split('.').all(is_label) } else { is_label(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(url: &str, operators: Option<&str>) -> bool {
        check_url(url, operators).is_ok()
    }

    #[test]
    fn a_signed_request_leaves_for_a_plain_host_by_https() {
        let label = "a".repeat(63);
        for url in [
            "https://dynamodb.eu-central-1.amazonaws.com",
            "https://my.bucket.s3.amazonaws.com/key?list-type=2&prefix=a%2Fb",
            "https://s3.amazonaws.com/bucket/a:b@c/..x/...",
            &format!("https://{label}.amazonaws.com/"),
        ] {
            assert!(is_accepted(url, None), "{url}");
        }
    }

    #[test]
    fn a_url_that_a_client_could_read_otherwise_is_refused() {
        let label = "a".repeat(64);
        let host = format!("{}com", "a.".repeat(126));
        for url in [
            "http://dynamodb.eu-central-1.amazonaws.com",
            "HTTPS://a.com",
            "//a.com",
            "a.com",
            "",
            "https://",
            "https:///path",
            "https://user@a.com",
            "https://user:pass@a.com",
            "https://a.com:443",
            "https://a.com:",
            "https://a.com#.amazonaws.com",
            "https://a.com\\.amazonaws.com",
            "https://a.com/x#y",
            "https://a.com/x\\..",
            "https://a.com/ x",
            "https://a com/",
            "https://a.com/\r\nx",
            "https://a.com/\0",
            "https://ä.com",
            "https://a\u{ff0e}com",
            "https://a.com/ä",
            "https://a..com",
            "https://.a.com",
            "https://a.com.",
            "https://-a.com",
            "https://a-.com",
            "https://a_b.com",
            "https://a%2ecom",
            "https://[::1]",
            "https://a.com/.",
            "https://a.com/..",
            "https://a.com/x/../y",
            "https://a.com/x/%2e%2E/y",
            "https://a.com/.%2e?q",
            "https://a.com/x%2F..%2fy",
            "https://a.com/x%5C..",
            &format!("https://{label}.amazonaws.com"),
            &format!("https://{host}"),
        ] {
            assert!(!is_accepted(url, None), "{url:?}");
        }
    }

    #[test]
    fn with_an_endpoint_of_the_operator_a_request_leaves_only_for_it() {
        let own = Some("http://localhost:4566/base");
        for url in ["http://localhost:4566/base/x", "http://bucket.localhost:4566/", "http://a.b.localhost:4566?x"] {
            assert!(is_accepted(url, own), "{url}");
        }
        for url in [
            "https://localhost:4566",
            "http://localhost:4567",
            "http://localhost",
            "http://evillocalhost:4566",
            "http://evil.com/.localhost:4566",
            "http://user@localhost:4566",
            "http://user@.localhost:4566",
            "http://a..localhost:4566",
            "http://.localhost:4566",
            "https://dynamodb.eu-central-1.amazonaws.com",
        ] {
            assert!(!is_accepted(url, own), "{url}");
        }
        assert!(is_accepted("http://[::1]:4566/x", Some("http://[::1]:4566")));
        assert!(!is_accepted("http://user@a.com", Some("http://user@a.com")));
    }
}
