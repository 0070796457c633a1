//! The URL of a request, in the one form in which it is compared with grants and in which it leaves.
//!
//! Parsers disagree about odd URLs, and an attacker lives on their disagreement. So a URL that is not written in its
//! usual form is refused, not corrected: what the operator's pattern is compared with is what the server gets.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use ::url::{Host, Url};
use percent_encoding::percent_decode_str;

use crate::error::NextAction;

/// Bytes of a URL. Servers refuse longer ones.
const LONGEST: usize = 8 << 10;

/// The URL of a request. It has no user, no password and no fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestUrl {
    url: Url,
    /// In lower case, without the brackets of an IPv6 address.
    host: String,
    port: u16,
}

/// Why a text is no URL of a request. No error has a part of the text, which can be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It is too long.
    #[error("the URL is longer than 8 KiB")]
    Long,
    /// It holds a character that a URL cannot have.
    #[error("the URL holds a space, a control character, `\\` or another character that a URL cannot hold")]
    Character,
    /// It holds a character outside of ASCII.
    #[error("the URL holds a character that is not ASCII")]
    NotAscii,
    /// It does not begin with `https://` or `http://`.
    #[error("the URL does not begin with `https://` or `http://`")]
    Scheme,
    /// It has a user or a password.
    #[error("the URL has a user or a password in it")]
    User,
    /// It has no host, or a host that no server can have.
    #[error("the URL names no host")]
    Host,
    /// Its host is not in the usual form.
    #[error("the host of the URL is not in its usual form")]
    OddHost,
    /// It has a port that no server can have.
    #[error("the port of the URL is not a number from 1 to 65535")]
    Port,
    /// It has a part of a path that leads elsewhere.
    #[error("the path of the URL has a part that is `.` or `..`")]
    Dots,
    /// It has a fragment.
    #[error("the URL has a fragment")]
    Fragment,
}

impl NextAction for UrlError {
    fn because(&self) -> String {
        match self {
            Self::Long => "servers refuse such a URL",
            Self::Character | Self::NotAscii => "programs disagree about what such a URL means",
            Self::Scheme => "a plugin can reach web servers only",
            Self::User => "a password in a URL is read by everybody who reads a log",
            Self::Host => "there is nothing between `//` and the path, or what is there ends with a dot",
            Self::OddHost => "the same host can be written in several ways, and grants name it in one",
            Self::Port => "no server listens there",
            Self::Dots => "the server could take it for another path than the one that is granted",
            Self::Fragment => "a fragment stays with a browser and is never sent",
        }
        .to_owned()
    }

    fn next(&self) -> String {
        match self {
            Self::Long => "send what is long in the body",
            Self::Character => "write such characters as `%20`",
            Self::NotAscii => "write a host as `xn--…` (Punycode), and other characters as `%C3%A4`",
            Self::User => "send the password in the header `authorization`",
            Self::Scheme | Self::Host => "write the whole URL, such as `https://api.example.com/v1/incidents`",
            Self::OddHost => "write a name in ASCII, or an address such as `192.0.2.1` or `[2001:db8::1]`",
            Self::Port => "correct the port, or leave it out",
            Self::Dots => "write the path that is meant",
            Self::Fragment => "leave out `#` and what follows",
        }
        .to_owned()
    }
}

impl RequestUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// When it is none, or is not in its usual form.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        check_characters(text)?;
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
        if scheme != "https" && scheme != "http" {
            return Err(UrlError::Scheme);
        }
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let (host, port) = split_port(authority)?;
        let path = canonical_path(if path.is_empty() { "/" } else { path })?;
        let url = Url::parse(&format!("{scheme}://{authority}{path}{query}")).map_err(|_| UrlError::OddHost)?;
        let host = same_host(&url, host)?;
        let default = if scheme == "https" { 443 } else { 80 };
        // The parser may have changed what it was given, in a way that no rule here foresees.
        let is_same = url.path() == path
            && url.query() == query.strip_prefix('?')
            && url.port_or_known_default() == Some(port.unwrap_or(default));
        match is_same {
            true => Ok(Self { url, host, port: port.unwrap_or(default) }),
            false => Err(UrlError::Character),
        }
    }

    /// The URL to which a `Location` header leads from here (RFC 9110, section 10.2.2).
    ///
    /// # Errors
    /// Those of [`Self::parse`].
    pub fn join(&self, location: &str) -> Result<Self, UrlError> {
        let location = location.split('#').next().unwrap_or(location);
        check_characters(location)?;
        // A host is read as it is written, and not as a parser would correct it.
        let beginning = location.split(['/', '?']).next().unwrap_or(location);
        if beginning.ends_with(':') {
            return Self::parse(location);
        }
        if location.starts_with("//") {
            return Self::parse(&format!("{}:{location}", self.scheme()));
        }
        let joined = self.url.join(location).map_err(|_| UrlError::Host)?;
        if joined.origin() == self.url.origin() { Self::parse(joined.as_str()) } else { Err(UrlError::Host) }
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// The host in lower case, without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether what is sent there does not leave this machine.
    pub fn is_this_machine(&self) -> bool {
        is_this_machine(&self.host)
    }

    /// The host when it is an address.
    pub fn ip(&self) -> Option<IpAddr> {
        match self.url.host()? {
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
            Host::Domain(_) => None,
        }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path, with the percent-encoding of characters that need none removed.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// Scheme, host, and the port when it is not the usual one.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The URL without its query, which is long and often personal.
    pub fn without_query(&self) -> String {
        format!("{}{}", self.origin(), self.path())
    }

    /// Whether it leads to the same scheme, host and port.
    pub fn is_of_origin(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// The whole URL, as it is sent.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }
}

/// Path and query may hold what only the owner of a webhook should know.
impl fmt::Debug for RequestUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestUrl").field(&self.origin()).finish()
    }
}

fn check_characters(text: &str) -> Result<(), UrlError> {
    if text.len() > LONGEST {
        return Err(UrlError::Long);
    }
    if !text.is_ascii() {
        return Err(UrlError::NotAscii);
    }
    // Those of RFC 3986.
    let is_url = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    match text {
        text if !text.bytes().all(is_url) => Err(UrlError::Character),
        text if text.contains('#') => Err(UrlError::Fragment),
        _ => Ok(()),
    }
}

/// Whether a host is this machine, whatever it looks up.
pub(super) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Host and port of an authority.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), UrlError> {
    if authority.contains('@') {
        return Err(UrlError::User);
    }
    if authority.starts_with('[') != authority.contains(']') {
        return Err(UrlError::OddHost);
    }
    let end = authority.rfind(']').map_or(0, |end| end + 1);
    let (host, port) = match authority.get(end..).and_then(|rest| rest.find(':')) {
        Some(at) => (authority.get(..end + at), authority.get(end + at + 1..)),
        None => (Some(authority), None),
    };
    let host = host.filter(|host| !host.is_empty()).ok_or(UrlError::Host)?;
    let digits = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    match port {
        None => Ok((host, None)),
        Some(port) => match port.parse::<u16>() {
            Ok(number @ 1..) if digits(port) => Ok((host, Some(number))),
            _ => Err(UrlError::Port),
        },
    }
}

/// The host, when the parser understands it as it is written.
fn same_host(url: &Url, written: &str) -> Result<String, UrlError> {
    let written = written.to_ascii_lowercase();
    match url.host().ok_or(UrlError::Host)? {
        Host::Domain(name) => {
            let is_label = |label: &str| {
                let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                (1..=63).contains(&label.len()) && label.bytes().all(is_sign)
            };
            if written.ends_with('.') || written.starts_with('.') {
                return Err(UrlError::Host);
            }
            let is_plain = name == written && written.len() <= 253 && written.split('.').all(is_label);
            if is_plain { Ok(written) } else { Err(UrlError::OddHost) }
        }
        Host::Ipv4(ip) if ip.to_string() == written => Ok(written),
        // It leads to an address of IPv4, and IPv4 has its own way to write that.
        Host::Ipv6(ip) if ip.to_ipv4_mapped().is_some() => Err(UrlError::OddHost),
        Host::Ipv6(ip) => {
            let inner = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            match inner.map(str::parse::<Ipv6Addr>) {
                Some(Ok(same)) if same == ip => Ok(ip.to_string()),
                _ => Err(UrlError::OddHost),
            }
        }
        Host::Ipv4(_) => Err(UrlError::OddHost),
    }
}

/// The path with the percent-encoding of unreserved characters removed, and with that of others in capitals (RFC 3986,
/// section 6.2.2).
fn canonical_path(path: &str) -> Result<String, UrlError> {
    let canonical = normalize(path)?;
    // A server may decode more than once, and may take an encoded or a backward slash for one.
    let mut decoded = canonical.clone();
    for _ in 0..4 {
        let is_dots = |part: &str| {
            let name = part.split(';').next().unwrap_or(part);
            matches!(name, "." | "..")
        };
        if decoded.split(['/', '\\']).any(is_dots) {
            return Err(UrlError::Dots);
        }
        if decoded.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\') {
            return Err(UrlError::Character);
        }
        match percent_decode_str(&decoded).decode_utf8_lossy() {
            once if once == decoded => break,
            once => decoded = once.into_owned(),
        }
    }
    Ok(canonical)
}

fn normalize(path: &str) -> Result<String, UrlError> {
    let (mut out, mut rest) = (String::with_capacity(path.len()), path);
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let code = rest.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        // `u8::from_str_radix` takes a sign.
        let code = code.filter(|_| rest.as_bytes().get(at + 1).is_some_and(u8::is_ascii_hexdigit));
        let byte = code.ok_or(UrlError::Character)?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> RequestUrl {
        RequestUrl::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_url_in_its_usual_form_is_taken_as_it_is() {
        for (text, origin, port, path) in [
            ("https://api.example.com/v1/incidents?x=1", "https://api.example.com", 443, "/v1/incidents"),
            ("https://API.Example.com", "https://api.example.com", 443, "/"),
            ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080", 8080, "/a"),
            ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443", 8443, "/"),
            ("https://example.com:443/a", "https://example.com", 443, "/a"),
            ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example", 443, "/"),
            (
                "https://gitlab.example.com/api/v4/projects/a%2fb",
                "https://gitlab.example.com",
                443,
                "/api/v4/projects/a%2Fb",
            ),
            ("https://example.com/%61%7e", "https://example.com", 443, "/a~"),
            ("https://example.com?a[]=1", "https://example.com", 443, "/"),
        ] {
            let url = parsed(text);
            assert_eq!((url.origin().as_str(), url.port(), url.path()), (origin, port, path), "{text}");
        }
        assert_eq!(parsed("https://[2001:db8::1]/").host(), "2001:db8::1");
        assert_eq!(
            parsed("https://example.com/a?b=c d".replace(' ', "%20").as_str()).as_str(),
            "https://example.com/a?b=c%20d"
        );
    }

    #[test]
    fn a_url_that_parsers_disagree_about_is_refused() {
        for (text, error) in [
            ("", UrlError::Scheme),
            ("example.com", UrlError::Scheme),
            ("ftp://example.com/", UrlError::Scheme),
            ("HTTPS://example.com/", UrlError::Scheme),
            ("https:/example.com", UrlError::Scheme),
            ("https:example.com", UrlError::Scheme),
            ("https:///example.com", UrlError::Host),
            ("https://", UrlError::Host),
            ("https://?x", UrlError::Host),
            ("https://:443/", UrlError::Host),
            ("https://user@example.com/", UrlError::User),
            ("https://user:pass@example.com/", UrlError::User),
            ("https://example.com@evil.example/", UrlError::User),
            ("https://example.com\\@evil.example/", UrlError::Character),
            ("https://example.com/a\tb", UrlError::Character),
            ("https://exam\nple.com/", UrlError::Character),
            (" https://example.com/", UrlError::Character),
            ("https://example.com/a b", UrlError::Character),
            ("https://example.com/\0", UrlError::Character),
            ("https://example.com/<>", UrlError::Character),
            ("https://ex\u{0430}mple.com/", UrlError::NotAscii),
            ("https://example.com/ä", UrlError::NotAscii),
            ("https://example\u{3002}com/", UrlError::NotAscii),
            ("https://example.com:0/", UrlError::Port),
            ("https://example.com:65536/", UrlError::Port),
            ("https://example.com:/", UrlError::Port),
            ("https://example.com:+80/", UrlError::Port),
            ("https://example.com:80:90/", UrlError::Port),
            ("https://0x7f.1/", UrlError::OddHost),
            ("https://0x7f000001/", UrlError::OddHost),
            ("https://2130706433/", UrlError::OddHost),
            ("https://127.1/", UrlError::OddHost),
            ("https://0177.0.0.1/", UrlError::OddHost),
            ("https://127.0.0.1.5/", UrlError::OddHost),
            ("https://ex%61mple.com/", UrlError::OddHost),
            ("https://a..b/", UrlError::OddHost),
            ("https://[::1/", UrlError::OddHost),
            ("https://[fe80::1%25eth0]/", UrlError::OddHost),
            ("https://[::ffff:127.0.0.1]/", UrlError::OddHost),
            ("https://[::ffff:7f00:1]/", UrlError::OddHost),
            ("https://example.com./", UrlError::Host),
            ("https://.example.com/", UrlError::Host),
            ("https://example.com/a/../b", UrlError::Dots),
            ("https://example.com/a/./b", UrlError::Dots),
            ("https://example.com/a/%2e%2e/b", UrlError::Dots),
            ("https://example.com/a/%252e%252e/b", UrlError::Dots),
            ("https://example.com/a/..%2fb", UrlError::Dots),
            ("https://example.com/a/..%5cb", UrlError::Dots),
            ("https://example.com/a/..;x/b", UrlError::Dots),
            ("https://example.com/a%5cb", UrlError::Character),
            ("https://example.com/a%00b", UrlError::Character),
            ("https://example.com/a%0d%0ab", UrlError::Character),
            ("https://example.com/a%zz", UrlError::Character),
            ("https://example.com/a%+1", UrlError::Character),
            ("https://example.com/a#b", UrlError::Fragment),
        ] {
            assert_eq!(RequestUrl::parse(text).map(|url| url.as_str().to_owned()), Err(error), "{text}");
        }
        assert_eq!(RequestUrl::parse(&format!("https://example.com/{}", "a".repeat(8 << 10))), Err(UrlError::Long));
    }

    #[test]
    fn a_location_leads_to_a_url_or_to_nothing() {
        let from = parsed("https://example.com/a/b?c=1");
        for (location, to) in [
            ("/x", "https://example.com/x"),
            ("x", "https://example.com/a/x"),
            ("?d=2", "https://example.com/a/b?d=2"),
            ("//other.example/x", "https://other.example/x"),
            ("http://other.example/x", "http://other.example/x"),
            ("../x", "https://example.com/x"),
            ("/login?next=https://other.example/", "https://example.com/login?next=https://other.example/"),
        ] {
            assert_eq!(from.join(location).map(|url| url.as_str().to_owned()), Ok(to.to_owned()), "{location}");
        }
        for location in
            ["https://user@evil.example/", "https:///evil.example", "//0x7f.1/", "\\\\evil.example", "ftp://x/"]
        {
            assert!(from.join(location).is_err(), "{location}");
        }
    }

    #[test]
    fn debug_output_has_no_path() {
        assert_eq!(format!("{:?}", parsed("https://hooks.example/canary")), "RequestUrl(\"https://hooks.example\")");
    }
}
