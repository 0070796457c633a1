//! Patterns of requests and addresses: `POST https://api.pagerduty.com/incidents*`.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::{Serialize, Serializer};

use super::network::reached;
use super::url::is_this_machine;
use super::{Method, RequestUrl};
use crate::action::Repeat;
use crate::error::{NextAction, list_names, nearest};

/// Requests that an operator grants or denies: a method, or `*` for any, and an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestPattern {
    /// None: any method.
    method: Option<Method>,
    address: AddressPattern,
}

/// Addresses: scheme, host, port and path.
///
/// - `https://api.example.com` is everything on that host and port;
/// - `https://api.example.com/v1/incidents` is that path, with any query;
/// - `https://api.example.com/v1/*` is every path that begins so;
/// - `https://*.example.com` is every name that ends so, and `https://*` is every host;
/// - `*://internal.example.com` is that host with either scheme, and on every port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AddressPattern {
    text: String,
    /// None: either.
    scheme: Option<&'static str>,
    host: HostPattern,
    /// None: any.
    port: Option<u16>,
    /// Whether the text has the port.
    names_port: bool,
    path: PathPattern,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum HostPattern {
    Any,
    /// What a name ends with, from its dot on.
    Below(String),
    One(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum PathPattern {
    Any,
    Prefix(String),
    One(String),
}

/// Why a text is no pattern of requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It does not begin with a method.
    #[error("`{method}` is no method of HTTP")]
    Method {
        /// What it begins with.
        method: String,
    },
    /// It has no address.
    #[error("`{text}` names no address")]
    Address {
        /// The text.
        text: String,
    },
    /// A `*` stands where it has no meaning.
    #[error("`*` has no meaning in this place of `{text}`")]
    Star {
        /// The address.
        text: String,
    },
    /// It has a query.
    #[error("`{text}` has a query")]
    Query {
        /// The address.
        text: String,
    },
    /// The address is none that a request could have.
    #[error("`{text}` is no address: {error}")]
    Url {
        /// The address.
        text: String,
        /// What is wrong with it.
        error: super::UrlError,
    },
}

impl NextAction for PatternError {
    fn because(&self) -> String {
        match self {
            Self::Method { .. } => {
                let known = list_names(Method::ALL.iter().map(|method| method.as_str()));
                format!("a request is a method, a space and an address; the methods are {known} and `*`")
            }
            Self::Address { .. } => "an address begins with `https://`, `http://` or `*://`".to_owned(),
            Self::Star { .. } => {
                "`*` may stand for the scheme, for a host or its first names (`*.example.com`), and at the end of a path"
                    .to_owned()
            }
            Self::Query { .. } => "a path is granted with any query".to_owned(),
            Self::Url { error, .. } => error.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Method { method } => {
                match nearest(&method.to_ascii_uppercase(), Method::ALL.iter().map(|method| method.as_str())) {
                    Some(meant) => format!("write `{meant}`"),
                    None => "write a request such as `POST https://api.example.com/v1/incidents`".to_owned(),
                }
            }
            Self::Address { .. } => "write an address such as `https://api.example.com/v1/*`".to_owned(),
            Self::Star { .. } => "write an address such as `https://*.example.com/v1/*`".to_owned(),
            Self::Query { .. } => "leave out `?` and what follows".to_owned(),
            Self::Url { error, .. } => error.next(),
        }
    }
}

/// Stands for a host in advice, where nobody knows the host.
pub(crate) const HOST: &str = "HOST";

impl RequestPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let (method, address) = text.split_once(' ').unwrap_or((text, ""));
        if address.is_empty() && (method == "*" || Method::parse(method).is_some()) {
            return Err(PatternError::Address { text: text.to_owned() });
        }
        let method = match method {
            "*" => None,
            name => Some(Method::parse(name).ok_or_else(|| PatternError::Method { method: name.to_owned() })?),
        };
        Ok(Self { method, address: AddressPattern::parse(address)? })
    }

    /// The same requests on every port, unless the pattern names one.
    #[must_use]
    pub fn on_every_port(self) -> Self {
        let Self { method, address } = self;
        let port = address.port.filter(|_| address.names_port);
        Self { method, address: AddressPattern { port, ..address } }
    }

    /// Whether a server could take a request for one that fits: it may decode a path more often, ignore case, parameters
    /// and empty parts, and be reached by another spelling of its address. For denials.
    pub fn could_match(&self, method: Method, url: &RequestUrl) -> bool {
        self.could_match_server(method, url) && self.address.path.could_match(url.path())
    }

    /// The same with any path.
    pub fn could_match_server(&self, method: Method, url: &RequestUrl) -> bool {
        self.is_of(method) && self.address.could_match_server(url)
    }

    /// Whether a request fits.
    pub fn matches(&self, method: Method, url: &RequestUrl) -> bool {
        self.is_of(method) && self.address.matches(url)
    }

    /// Whether a request fits, whatever its path is.
    pub fn matches_every_path(&self, method: Method, url: &RequestUrl) -> bool {
        self.is_of(method) && self.address.matches_every_path(url)
    }

    fn is_of(&self, method: Method) -> bool {
        self.method.is_none_or(|own| own == method)
    }

    /// The requests that fit both patterns. None when no request does.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let method = match (self.method, other.method) {
            (Some(own), Some(other)) if own != other => return None,
            (own, other) => own.or(other),
        };
        Some(Self { method, address: self.address.intersection(&other.address)? })
    }

    /// Whether every request that fits the other one fits this one.
    pub fn covers(&self, other: &Self) -> bool {
        (self.method.is_none() || self.method == other.method) && self.address.covers(&other.address)
    }

    /// The effect of a retry of such a request, as its method promises it. None for any method.
    pub fn repeat(&self) -> Option<Repeat> {
        self.method.map(Method::repeat)
    }

    /// The address.
    pub fn address(&self) -> &AddressPattern {
        &self.address
    }
}

impl fmt::Display for RequestPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.map_or("*", Method::as_str), self.address)
    }
}

impl Serialize for RequestPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl AddressPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let (scheme, rest) = text.split_once("://").ok_or_else(|| PatternError::Address { text: text.to_owned() })?;
        let scheme = match scheme {
            "https" => Some("https"),
            "http" => Some("http"),
            "*" => None,
            _ => return Err(PatternError::Address { text: text.to_owned() }),
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if path.contains('?') {
            return Err(PatternError::Query { text: text.to_owned() });
        }
        if authority == HOST {
            return Err(PatternError::Address { text: text.to_owned() });
        }
        let (prefix, is_prefix) = path.strip_suffix('*').map_or((path, false), |prefix| (prefix, true));
        // The stars away, it is a URL like that of a request, and has to be in the same form.
        let (host, below) = match authority.strip_prefix('*') {
            None => (authority.to_owned(), None),
            Some(rest) if rest.is_empty() || rest.starts_with(':') => (format!("any.invalid{rest}"), Some(false)),
            Some(rest) if rest.starts_with('.') => (format!("any{rest}"), Some(true)),
            Some(_) => return Err(PatternError::Star { text: text.to_owned() }),
        };
        if host.contains('*') || prefix.contains('*') {
            return Err(PatternError::Star { text: text.to_owned() });
        }
        let plain = format!("{}://{host}{prefix}", scheme.unwrap_or("https"));
        let url = RequestUrl::parse(&plain).map_err(|error| PatternError::Url { text: text.to_owned(), error })?;
        let host = match below {
            None => HostPattern::One(url.host().to_owned()),
            Some(false) => HostPattern::Any,
            Some(true) => {
                let end = url.host().strip_prefix("any").unwrap_or_default().to_owned();
                // `*.com` is no host of anybody.
                if end.matches('.').count() < 2 {
                    return Err(PatternError::Star { text: text.to_owned() });
                }
                HostPattern::Below(end)
            }
        };
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| !port.contains(']'));
        let port = (has_port || scheme.is_some()).then(|| url.port());
        let path = match (path, is_prefix) {
            ("", _) => PathPattern::Any,
            (_, true) => PathPattern::Prefix(url.path().to_owned()),
            (_, false) => PathPattern::One(url.path().to_owned()),
        };
        Ok(Self { text: text.to_owned(), scheme, host, port, names_port: has_port, path })
    }

    /// Whether a request with this URL goes there.
    pub fn matches(&self, url: &RequestUrl) -> bool {
        self.matches_server(url) && self.path.matches(url.path())
    }

    /// Whether a request with this URL goes there, whatever its path is.
    pub fn matches_every_path(&self, url: &RequestUrl) -> bool {
        self.matches_server(url) && self.path.covers(&PathPattern::Any)
    }

    fn matches_server(&self, url: &RequestUrl) -> bool {
        self.matches_way(url) && self.host.matches(url.host())
    }

    fn could_match_server(&self, url: &RequestUrl) -> bool {
        self.matches_way(url) && (self.host.matches(url.host()) || self.host.is_reached_by(url))
    }

    fn matches_way(&self, url: &RequestUrl) -> bool {
        self.scheme.is_none_or(|own| own == url.scheme()) && self.port.is_none_or(|own| own == url.port())
    }

    fn intersection(&self, other: &Self) -> Option<Self> {
        if other.covers(self) {
            return Some(self.clone());
        }
        if self.covers(other) {
            return Some(other.clone());
        }
        let scheme = common(self.scheme, other.scheme)?;
        let port = common(self.port, other.port)?;
        let host = if other.host.covers(&self.host) { &self.host } else { &other.host };
        let path = if other.path.covers(&self.path) { &self.path } else { &other.path };
        if !(self.host.covers(host) && other.host.covers(host) && self.path.covers(path) && other.path.covers(path)) {
            return None;
        }
        let default = match scheme {
            Some("https") => Some(443),
            Some(_) => Some(80),
            None => None,
        };
        let shown = port.filter(|_| port != default).map(|port| format!(":{port}")).unwrap_or_default();
        let text = format!("{}://{host}{shown}{path}", scheme.unwrap_or("*"));
        let (host, path, names_port) = (host.clone(), path.clone(), !shown.is_empty());
        Some(Self { text, scheme, host, port, names_port, path })
    }

    /// Whether every address of the other one is of this one.
    pub fn covers(&self, other: &Self) -> bool {
        (self.scheme.is_none() || self.scheme == other.scheme)
            && self.host.covers(&other.host)
            && (self.port.is_none() || self.port == other.port)
            && self.path.covers(&other.path)
    }

    /// Whether what goes there can be read by nobody on the way: by `https`, or without leaving this machine.
    pub fn is_encrypted(&self) -> bool {
        match (self.scheme, &self.host) {
            (Some("https"), _) => true,
            (Some(_), HostPattern::One(name)) => is_this_machine(name),
            _ => false,
        }
    }

    /// Whether it is of no host in particular.
    pub fn is_of_any_host(&self) -> bool {
        self.host == HostPattern::Any
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for AddressPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What two patterns allow, none of which is anything. None when they allow nothing in common.
fn common<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<Option<T>> {
    match (one, other) {
        (Some(one), Some(other)) => (one == other).then_some(Some(one)),
        (one, other) => Some(one.or(other)),
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Below(end) => write!(f, "*{end}"),
            Self::One(name) if name.contains(':') => write!(f, "[{name}]"),
            Self::One(name) => f.write_str(name),
        }
    }
}

impl HostPattern {
    /// Whether it is an address that another one, which a URL has, leads to.
    fn is_reached_by(&self, url: &RequestUrl) -> bool {
        let Self::One(name) = self else { return false };
        let own = name.parse().ok().map(reached);
        own.is_some() && own == url.ip().map(reached)
    }

    fn matches(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Below(end) => host.len() > end.len() && host.ends_with(end.as_str()),
            Self::One(name) => host == name,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (_, Self::Any) => false,
            (Self::Below(end), Self::Below(other)) => other.ends_with(end.as_str()),
            (Self::One(_), Self::Below(_)) => false,
            (own, Self::One(name)) => own.matches(name),
        }
    }
}

/// A path as the most careless server reads it: decoded as often as it can be, in lower case, and without what nobody
/// sees, parameters (`;x`) and empty parts.
fn loosely_read(path: &str) -> String {
    let mut read = path.to_owned();
    loop {
        match percent_decode_str(&read).decode_utf8_lossy() {
            once if once == read => break,
            once => read = once.into_owned(),
        }
    }
    let read: String = read.chars().filter(char::is_ascii_graphic).map(|sign| sign.to_ascii_lowercase()).collect();
    let parts = read.split(['/', '\\']).map(|part| part.split(';').next().unwrap_or(part));
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    let is_directory = read.ends_with('/') && !parts.is_empty();
    format!("/{}{}", parts.join("/"), if is_directory { "/" } else { "" })
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
            Self::One(path) => f.write_str(path),
        }
    }
}

impl PathPattern {
    /// Whether a careless server could take the path for one that fits.
    fn could_match(&self, path: &str) -> bool {
        let read = loosely_read(path);
        let without_end = |path: &str| path.strip_suffix('/').unwrap_or(path).to_owned();
        self.matches(path)
            || match self {
                Self::Any => true,
                Self::Prefix(prefix) => read.starts_with(&loosely_read(prefix)),
                Self::One(whole) => without_end(&read) == without_end(&loosely_read(whole)),
            }
    }

    fn matches(&self, path: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Self::One(whole) => path == whole,
        }
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::Prefix(prefix), Self::Prefix(other) | Self::One(other)) => other.starts_with(prefix.as_str()),
            (Self::Prefix(prefix), Self::Any) => prefix == "/",
            (Self::One(own), Self::One(other)) => own == other,
            (Self::One(_), _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> RequestPattern {
        RequestPattern::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn fits(pattern: &str, method: Method, url: &str) -> bool {
        request(pattern).matches(method, &RequestUrl::parse(url).unwrap_or_else(|error| panic!("{url}: {error}")))
    }

    #[test]
    fn a_pattern_grants_a_method_a_host_a_port_and_a_path() {
        let incidents = "POST https://api.example.com/incidents*";
        for (pattern, url) in [
            (incidents, "https://api.example.com/incidents"),
            (incidents, "https://api.example.com/incidents/1?x=2"),
            (incidents, "https://API.example.com:443/incidents2"),
            ("* https://api.example.com", "https://api.example.com/anything"),
            ("POST https://api.example.com/", "https://api.example.com"),
            ("POST https://api.example.com:8443/*", "https://api.example.com:8443/a"),
            ("POST https://*.example.com/*", "https://a.b.example.com/"),
            ("POST https://*", "https://anything.example/x"),
            ("POST http://10.0.0.1:8080/a", "http://10.0.0.1:8080/a?b"),
            ("POST https://[2001:db8::1]/a", "https://[2001:DB8:0::1]/a"),
            ("* *://example.com", "http://example.com:8080/x"),
            ("* *://example.com:90", "http://example.com:90/x"),
            ("POST https://example.com/%61*", "https://example.com/abc"),
        ] {
            assert!(fits(pattern, Method::Post, url), "{pattern}: {url}");
        }
        for (pattern, url) in [
            (incidents, "http://api.example.com/incidents"),
            (incidents, "https://api.example.com:8443/incidents"),
            (incidents, "https://api.example.com/other/incidents"),
            (incidents, "https://api.example.com.evil.example/incidents"),
            (incidents, "https://xapi.example.com/incidents"),
            ("GET https://api.example.com", "https://api.example.com/"),
            ("POST https://api.example.com/", "https://api.example.com/x"),
            ("POST https://*.example.com", "https://example.com/"),
            ("POST https://*.example.com", "https://evilexample.com/"),
            ("POST https://api.example.com/a", "https://api.example.com/a%2Fb"),
        ] {
            assert!(!fits(pattern, Method::Post, url), "{pattern}: {url}");
        }
    }

    #[test]
    fn a_denial_holds_for_every_way_to_write_a_path() {
        let denied = request("* https://example.com/admin/*");
        let denies = |url: &str| denied.could_match(Method::Get, &RequestUrl::parse(url).expect("a URL"));
        for path in [
            "admin/x",
            "ADMIN/x",
            "%61dmin/x",
            "/admin/x",
            "admin//x",
            "admin%2Fx",
            "%2Fadmin/x",
            "Admin%2f",
            "%252561dmin/x",
            "admin;v=1/x",
            ";/admin/x",
            "admin%3Bv=1/x",
            "admin%20/x",
            "admin%e2%80%8b/x",
        ] {
            assert!(denies(&format!("https://example.com/{path}")), "{path}");
        }
        let one = request("* https://example.com/one");
        for path in ["one", "one/", "one;x", "one%20", "ONE"] {
            let url = RequestUrl::parse(&format!("https://example.com/{path}")).expect("a URL");
            assert!(one.could_match(Method::Get, &url), "{path}");
        }
        for path in ["administrator", "public/admin/", "admin"] {
            assert!(!denies(&format!("https://example.com/{path}")), "{path}");
        }
    }

    #[test]
    fn a_denied_address_is_denied_in_every_spelling() {
        let denied = request("* *://10.0.0.1");
        for (url, is_denied) in
            [("https://10.0.0.1/", true), ("https://[64:ff9b::a00:1]/", true), ("https://[64:ff9b::a00:2]/", false)]
        {
            assert_eq!(denied.could_match(Method::Get, &RequestUrl::parse(url).expect("a URL")), is_denied, "{url}");
        }
    }

    #[test]
    fn two_patterns_have_the_requests_in_common_that_fit_both() {
        let common = |one: &str, other: &str| {
            let (one, other) = (request(one), request(other));
            let (common, same) = (one.intersection(&other), other.intersection(&one));
            assert_eq!(common, same);
            common.map(|common| {
                let text = common.to_string();
                assert_eq!(request(&text), common, "it reads back");
                text
            })
        };
        for (one, other, expected) in [
            ("* https://a.example.com/v1/*", "GET https://a.example.com", Some("GET https://a.example.com/v1/*")),
            ("* https://*.example.com/v1/*", "GET https://a.example.com/*", Some("GET https://a.example.com/v1/*")),
            ("GET *://a.example.com/v1", "* http://*.example.com", Some("GET http://a.example.com/v1")),
            ("GET *://a.example.com", "* http://*:90", Some("GET http://a.example.com:90")),
            ("GET *://[2001:db8::1]/x", "* https://*", Some("GET https://[2001:db8::1]/x")),
            ("GET https://a.example.com", "POST https://a.example.com", None),
            ("* https://a.example.com/a", "* https://a.example.com/b*", None),
            ("* https://a.example.com", "* https://*.example.org", None),
            ("* https://a.example.com:90", "* https://a.example.com", None),
        ] {
            assert_eq!(common(one, other).as_deref(), expected, "{one} and {other}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_told_with_what_to_write() {
        for (text, error, next) in [
            ("", "`` is no method of HTTP", "write a request such as `POST https://api.example.com/v1/incidents`"),
            ("post https://a.example", "`post` is no method of HTTP", "write `POST`"),
            ("PSOT https://a.example", "`PSOT` is no method of HTTP", "write `POST`"),
            ("POST", "`POST` names no address", "write an address such as `https://api.example.com/v1/*`"),
            (
                "POST a.example",
                "`a.example` names no address",
                "write an address such as `https://api.example.com/v1/*`",
            ),
            (
                "POST ftp://a.example",
                "`ftp://a.example` names no address",
                "write an address such as `https://api.example.com/v1/*`",
            ),
            (
                "POST https://a*.example",
                "`*` has no meaning in this place of `https://a*.example`",
                "write an address such as `https://*.example.com/v1/*`",
            ),
            (
                "POST https://*.com",
                "`*` has no meaning in this place of `https://*.com`",
                "write an address such as `https://*.example.com/v1/*`",
            ),
            (
                "POST https://a.example/*/b",
                "`*` has no meaning in this place of `https://a.example/*/b`",
                "write an address such as `https://*.example.com/v1/*`",
            ),
            ("POST https://a.example/b?c", "`https://a.example/b?c` has a query", "leave out `?` and what follows"),
            (
                "POST https://u@a.example",
                "`https://u@a.example` is no address: the URL has a user or a password in it",
                "send the password in the header `authorization`",
            ),
            (
                "POST https://a.example/../b",
                "`https://a.example/../b` is no address: the path of the URL has a part that is `.` or `..`",
                "write the path that is meant",
            ),
        ] {
            let wrong = RequestPattern::parse(text).expect_err(text);
            assert_eq!((wrong.to_string().as_str(), wrong.next().as_str()), (error, next), "{text}");
        }
    }

    #[test]
    fn a_pattern_covers_another_one_when_it_grants_as_much() {
        let covers = |one: &str, other: &str| request(one).covers(&request(other));
        let wide = "* *://*";
        for (one, other) in [
            (wide, "POST https://a.example.com/b"),
            ("* https://a.example.com", "POST https://a.example.com/b*"),
            ("POST https://a.example.com/*", "POST https://a.example.com"),
            ("POST https://a.example.com/b*", "POST https://a.example.com/bc*"),
            ("POST https://*.example.com", "POST https://*.a.example.com/x"),
            ("POST https://*.example.com", "POST https://a.example.com/x"),
        ] {
            assert!(covers(one, other), "{one} covers {other}");
            assert!(one == other || !covers(other, one) || other.len() < one.len(), "{other} does not cover {one}");
        }
        for (one, other) in [
            ("POST https://a.example.com", "* https://a.example.com"),
            ("POST https://a.example.com", "POST http://a.example.com"),
            ("POST https://a.example.com", "POST *://a.example.com"),
            ("POST https://a.example.com/b", "POST https://a.example.com/b*"),
            ("POST https://a.example.com/b*", "POST https://a.example.com"),
            ("POST https://a.example.com", "POST https://*.example.com"),
            ("POST https://*.example.com", "POST https://*"),
        ] {
            assert!(!covers(one, other), "{one} does not cover {other}");
        }
    }
}
