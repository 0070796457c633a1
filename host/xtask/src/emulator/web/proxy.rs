//! A proxy before a web server.

use serde::Deserialize;

use super::{Listener, WebServer, header};
use crate::emulator::loopback::recipe;
use crate::emulator::{EmulatorError, Server};
use crate::python::Venv;

/// The proxy `proxy.py`: forwards plain requests, and makes tunnels with CONNECT (`tests/emulators/web_proxy.py`).
///
/// `localhost`, `127.0.0.1` and every name below `.test` are this machine, and it forbids all others.
#[derive(Debug)]
pub struct WebProxy {
    server: Server,
}

/// A request that a [`WebProxy`] recorded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ProxyRequest {
    /// The HTTP method; `CONNECT` for a tunnel.
    pub method: String,
    /// The host that it is asked for.
    pub host: String,
    /// The port of the host.
    pub port: u16,
    /// The path with its query; none for a tunnel.
    pub path: Option<String>,
    /// The headers that it can read, with their names in lower case.
    pub headers: Vec<(String, String)>,
}

impl WebProxy {
    /// Starts a proxy that serves everyone.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv) -> Result<Self, EmulatorError> {
        Ok(Self { server: Server::start(venv, &recipe("web-proxy", &["web_proxy.py"]), &[])? })
    }

    /// Starts a proxy that leads the requests to services on the internet, such as `hooks.slack.com`, to this server. It
    /// answers as they do (`tests/emulators/web_vendors.py`).
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn leading_to(venv: &Venv, web: &WebServer) -> Result<Self, EmulatorError> {
        let port = web.port(Listener::Tls).to_string();
        Ok(Self { server: Server::start(venv, &recipe("web-proxy", &["web_proxy.py"]), &[("LEAD_TO", &port)])? })
    }

    /// Starts a proxy that serves those with these credentials, `user:password`. It does not record the requests of
    /// others, which get status 407.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn guarded(venv: &Venv, credentials: &str) -> Result<Self, EmulatorError> {
        let program = ["web_proxy.py", "--basic-auth", credentials];
        Ok(Self { server: Server::start(venv, &recipe("web-proxy", &program), &[])? })
    }

    /// Its URL, such as the value for `HTTPS_PROXY`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.server.endpoint
    }

    /// Its URL with credentials.
    #[must_use]
    pub fn url_with(&self, credentials: &str) -> String {
        self.server.endpoint.replacen("http://", &format!("http://{credentials}@"), 1)
    }

    /// The requests so far, in order.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<ProxyRequest>, EmulatorError> {
        self.server.seen()
    }

    /// Forgets the requests.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn forget(&self) -> Result<(), EmulatorError> {
        self.server.forget()
    }
}

impl ProxyRequest {
    /// The first value of a header; its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}
