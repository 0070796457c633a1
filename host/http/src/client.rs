//! The connections to servers. One pool for a process; nothing is read or resolved before the first request.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use http_body::Body;
use reqwest::{Proxy, redirect};
use stepwell_model::NextAction as _;
use stepwell_model::action::Repeat;
use stepwell_model::error::last_cause;
use stepwell_model::grant::HttpPermit;
use stepwell_model::http::{Networks, RequestUrl};
use stepwell_model::settings::HttpSettings;
use tokio::sync::{OnceCell, Semaphore};

use crate::answer::Incoming;
use crate::authorities::{self, AuthorityError};
use crate::error::{MOST_HEADERS, NO_PASSWORD, SendError};
use crate::resolve::Reachable;

/// A server on another continent that drops the first packet answers within it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Requests to one server at the same time. More would look like an attack to many.
const AT_ONCE: usize = 100;

/// Bytes of the headers of an answer that HTTP/2 decodes: more than an answer may have, so that a head that is a little
/// too large is called so. HTTP/1.1 decodes about as many.
const DECODED_HEAD: u32 = 512 << 10;

/// The HTTP client of a process. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    settings: HttpSettings,
    /// The file with further authorities.
    authorities: Option<PathBuf>,
    plain: Ways,
    encrypted: Ways,
    turns: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// The clients of one scheme.
#[derive(Default)]
struct Ways {
    direct: OnceCell<reqwest::Client>,
    proxied: OnceCell<reqwest::Client>,
}

/// A request that may leave.
pub struct Outgoing<'a, B> {
    /// Its permit, which has method and URL.
    pub permit: &'a HttpPermit,
    /// Its headers, secrets included.
    pub headers: HeaderMap,
    /// Its body.
    pub body: B,
}

impl Client {
    /// A client with the settings of a `STEPWELL_HOME`.
    pub fn new(home: &Path, settings: HttpSettings) -> Self {
        let authorities = settings.ca.as_ref().map(|path| home.join(&path.value));
        let (plain, encrypted, turns) = Default::default();
        Self(Arc::new(Shared { settings, authorities, plain, encrypted, turns }))
    }

    /// The file with the certificates of further authorities, which decides whom the host believes.
    pub fn authorities(&self) -> Option<&Path> {
        self.0.authorities.as_deref()
    }

    /// Checks that the file of further authorities can be used. This reads it.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check_authorities(&self) -> Result<(), AuthorityError> {
        self.authorities().map_or(Ok(()), |path| authorities::read(path).map(drop))
    }

    /// Sends a request once, and returns the head of the answer. Redirects are answers.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send<B>(&self, request: Outgoing<'_, B>) -> Result<Incoming, SendError>
    where
        B: Body<Data = Bytes, Error = Box<dyn StdError + Send + Sync>> + Send + Sync + 'static,
    {
        let Outgoing { permit, mut headers, body } = request;
        let url = permit.url();
        let to = authority(url);
        self.check_address(url)?;
        let not_sent = |reason: String| SendError::unconnectable(&to, reason);
        // Nobody closes it.
        let turn = self.turns(&to).acquire_owned().await.ok();
        let client = self.client(url).await.map_err(not_sent)?;
        let method = Method::from_bytes(permit.method().as_str().as_bytes());
        let method = method.map_err(|error| not_sent(error.to_string()))?;
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let request = client.request(method, url.as_str()).headers(headers).body(reqwest::Body::wrap(body));
        let answered = request.send().await;
        let answered = answered.map_err(|error| SendError::new(error, &self.named(url, &to), url.host()))?;
        // Within a tunnel, it is the word of the server.
        if answered.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED && self.is_forwarded(url) {
            let to = self.named(url, &to);
            // A server behind the proxy may have said so, after it did what it was asked for.
            return Err(match permit.method().repeat() {
                Repeat::Read => SendError::unconnectable(&to, NO_PASSWORD),
                _ => SendError::Broken { to, reason: NO_PASSWORD.to_owned(), cause: None },
            });
        }
        Incoming::new(answered, to.clone(), turn)
    }

    /// Whether a proxy reads the request and sends one of its own.
    fn is_forwarded(&self, url: &RequestUrl) -> bool {
        url.scheme() == "http" && self.0.settings.proxy_of(url).is_some()
    }

    /// The connection does not look up a host that is an address.
    fn check_address(&self, url: &RequestUrl) -> Result<(), SendError> {
        match url.ip().and_then(|address| self.0.settings.networks.refusal(address)) {
            Some(what) => Err(SendError::Unreachable { host: url.host().to_owned(), what }),
            None => Ok(()),
        }
    }

    /// The server as an error names it, with the proxy on the way.
    fn named(&self, url: &RequestUrl, to: &str) -> String {
        match self.0.settings.proxy_of(url) {
            Some(proxy) => format!("{to} through the proxy {}", authority(proxy)),
            None => to.to_owned(),
        }
    }

    fn turns(&self, to: &str) -> Arc<Semaphore> {
        let mut turns = self.0.turns.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody waits for say nothing.
        if turns.len() > 1_000 {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(turns.entry(to.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
    }

    async fn client(&self, url: &RequestUrl) -> Result<reqwest::Client, String> {
        let proxy = self.0.settings.proxy_of(url);
        let is_plain = url.scheme() == "http";
        let ways = if is_plain { &self.0.plain } else { &self.0.encrypted };
        let cell = if proxy.is_some() { &ways.proxied } else { &ways.direct };
        let (authorities, networks) = (self.0.authorities.clone(), self.0.settings.networks.clone());
        let proxy = proxy.map(|proxy| proxy.origin());
        let build = async || {
            // Certificates are files, so this blocks.
            let built = tokio::task::spawn_blocking(move || build(is_plain, authorities.as_deref(), networks, proxy));
            built.await.map_err(|error| error.to_string())?
        };
        cell.get_or_try_init(build).await.cloned()
    }
}

fn build(
    is_plain: bool,
    authorities: Option<&Path>,
    networks: Networks,
    proxy: Option<String>,
) -> Result<reqwest::Client, String> {
    // Another crate may have installed one before, which serves as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    let builder = reqwest::Client::builder()
        .user_agent(concat!("stepwell/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(DECODED_HEAD)
        .tls_backend_rustls()
        // The variables of the environment are for AWS; this is the operator's decision for all plugins.
        .no_proxy();
    // A proxy may be spoken to with TLS, whatever the request is.
    let has_no_tls = is_plain && proxy.as_ref().is_none_or(|proxy| !proxy.starts_with("https:"));
    let builder = match (has_no_tls, authorities) {
        (true, _) => builder.tls_certs_only(Vec::new()),
        (false, Some(path)) => builder.tls_certs_merge(authorities::read(path).map_err(|error| error.in_line())?),
        (false, None) => builder,
    };
    let builder = match proxy {
        // The proxy looks up the names of servers; its own name is the operator's word.
        Some(proxy) => builder.proxy(Proxy::all(proxy).map_err(|error| last_cause(&error))?),
        None => builder.dns_resolver(Reachable(networks)),
    };
    builder.build().map_err(|error| last_cause(&error))
}

/// Host and port, with an IPv6 address in brackets.
fn authority(url: &RequestUrl) -> String {
    match url.ip() {
        Some(ip) => SocketAddr::new(ip, url.port()).to_string(),
        None => format!("{}:{}", url.host(), url.port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ipv6_is_told_from_its_port() {
        for (url, told) in [
            ("https://api.example.com/x", "api.example.com:443"),
            ("http://192.0.2.1/", "192.0.2.1:80"),
            ("https://[2001:db8::1]:8443/", "[2001:db8::1]:8443"),
        ] {
            assert_eq!(authority(&RequestUrl::parse(url).expect("it is a URL")), told);
        }
    }
}
