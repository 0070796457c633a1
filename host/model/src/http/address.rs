//! Patterns of addresses: `https://api.example.com/v1/*`.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::network::reached;
use super::url::is_this_machine;
use super::{PatternError, RequestUrl};

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

/// Stands for a host in advice, where nobody knows the host.
pub(crate) const HOST: &str = "HOST";

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

    /// The same address on every port, unless the pattern names one.
    pub(super) fn on_every_port(self) -> Self {
        Self { port: self.port.filter(|_| self.names_port), ..self }
    }

    /// Whether a server could take a URL for one that goes there.
    pub(super) fn could_match(&self, url: &RequestUrl) -> bool {
        self.could_match_server(url) && self.path.could_match(url.path())
    }

    /// Whether a request with this URL goes there.
    pub fn matches(&self, url: &RequestUrl) -> bool {
        self.matches_server(url) && self.path.matches(url.path())
    }

    /// Whether a request with this URL goes there, whatever its path is.
    pub fn matches_every_path(&self, url: &RequestUrl) -> bool {
        self.matches_server(url) && self.names_no_path()
    }

    /// Whether every path of its hosts is of it.
    pub fn names_no_path(&self) -> bool {
        self.path.covers(&PathPattern::Any)
    }

    fn matches_server(&self, url: &RequestUrl) -> bool {
        self.matches_way(url) && self.host.matches(url.host())
    }

    /// The same with any path.
    pub(super) fn could_match_server(&self, url: &RequestUrl) -> bool {
        self.matches_way(url) && (self.host.matches(url.host()) || self.host.is_reached_by(url))
    }

    fn matches_way(&self, url: &RequestUrl) -> bool {
        self.scheme.is_none_or(|own| own == url.scheme()) && self.port.is_none_or(|own| own == url.port())
    }

    /// The addresses that are of both patterns. None when there is none.
    pub(super) fn intersection(&self, other: &Self) -> Option<Self> {
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
