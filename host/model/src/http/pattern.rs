//! Patterns of requests: `POST https://api.pagerduty.com/incidents*`.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{AddressPattern, Method, RequestUrl};
use crate::action::Repeat;
use crate::error::{NextAction, list_names, nearest};

/// Requests that an operator grants or denies: a method, or `*` for any, and an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestPattern {
    /// None: any method.
    method: Option<Method>,
    address: AddressPattern,
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
        Self { address: self.address.on_every_port(), ..self }
    }

    /// Whether a server could take a request for one that fits: it may decode a path more often, ignore case, parameters
    /// and empty parts, and be reached by another spelling of its address. For denials.
    pub fn could_match(&self, method: Method, url: &RequestUrl) -> bool {
        self.is_of(method) && self.address.could_match(url)
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

    /// Whether a request of this method fits, whatever the path of its URL is.
    pub fn names_no_path(&self, method: Method) -> bool {
        self.is_of(method) && self.address.names_no_path()
    }

    /// Whether requests of this method can fit.
    pub fn is_of(&self, method: Method) -> bool {
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
