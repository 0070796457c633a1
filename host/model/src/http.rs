//! HTTP requests of plugins: their URLs, the patterns that grant them, and the networks that they may reach.

mod address;
mod network;
mod pattern;
mod url;

use std::fmt;

use serde::{Serialize, Serializer};

use crate::action::Repeat;

pub use address::AddressPattern;
pub(crate) use address::HOST;
pub use network::{NetworkError, Networks, Unreachable};
pub use pattern::{PatternError, RequestPattern};
pub use url::{RequestUrl, UrlError};

/// The interface of the contract.
pub const INTERFACE: &str = "http";

/// Begins the name of a request where a call of AWS has its IAM action.
const ACTION: &str = "http:";

/// The method of a request that the journal names by this action. None for a call of AWS.
pub fn method_of(action: &str) -> Option<&str> {
    action.strip_prefix(ACTION)
}

/// The headers that belong to the connection, which the host makes.
const OF_CONNECTION: [&str; 11] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "http2-settings",
    "te",
    "trailer",
    "expect",
    "accept-encoding",
];

/// Whether a header, in lower case, belongs to the connection or to a proxy.
pub fn is_of_connection(header: &str) -> bool {
    OF_CONNECTION.contains(&header) || header.starts_with("proxy-")
}

/// Headers by which servers take a request for one with another method, host or path.
const OF_ROUTING: [&str; 8] = [
    "forwarded",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-host",
    "x-original-method",
    "x-original-url",
    "x-rewrite-url",
];

/// Whether a header, in lower case, could make a server take a request for another one than is granted.
pub fn is_of_routing(header: &str) -> bool {
    OF_ROUTING.contains(&header) || header.starts_with("x-forwarded-")
}

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `OPTIONS`.
    Options,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
    /// `POST`.
    Post,
    /// `PATCH`.
    Patch,
}

impl Method {
    /// Every method that the host sends. `CONNECT` and `TRACE` are for proxies and their debugging.
    pub const ALL: [Self; 7] = [Self::Get, Self::Head, Self::Options, Self::Put, Self::Delete, Self::Post, Self::Patch];

    /// The method of this name. Methods are case-sensitive (RFC 9110, section 9.1).
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }

    /// The name of a call with it in the journal, in the form of an IAM action.
    pub const fn action(self) -> &'static str {
        match self {
            Self::Get => "http:GET",
            Self::Head => "http:HEAD",
            Self::Options => "http:OPTIONS",
            Self::Put => "http:PUT",
            Self::Delete => "http:DELETE",
            Self::Post => "http:POST",
            Self::Patch => "http:PATCH",
        }
    }

    /// The effect of a retry, as the method promises it (RFC 9110, section 9.2).
    pub const fn repeat(self) -> Repeat {
        match self {
            Self::Get | Self::Head | Self::Options => Repeat::Read,
            Self::Put | Self::Delete => Repeat::Idempotent,
            Self::Post | Self::Patch => Repeat::Once,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
