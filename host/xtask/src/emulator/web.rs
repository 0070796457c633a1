//! A web server with TLS and a proxy, for HTTP clients.

mod proxy;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::PathBuf;

use base64::Engine as _;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::loopback::recipe;
use super::peers::read;
use super::{EmulatorError, Killer, Recipe, Server};
use crate::python::Venv;
pub use proxy::{ProxyRequest, WebProxy};

/// A web server with an authority of its own, whose answers a client has to handle or to refuse
/// (`tests/emulators/web.py`, which lists the paths).
///
/// It records every request, counts effects, and can kill its client at any request ([`Killer`]).
#[derive(Debug)]
pub struct WebServer {
    killer: Killer,
    ports: BTreeMap<Listener, u16>,
}

/// A port of a [`WebServer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listener {
    /// HTTP/1.1.
    Plain,
    /// HTTP/1.1 with TLS. The certificate is for `localhost`, `web.test`, `other.test`, `127.0.0.1`, and the services on
    /// the internet that [`WebProxy::leading_to`] leads here.
    Tls,
    /// The same, and HTTP/2 by ALPN.
    Tls2,
    /// TLS with a certificate that has expired.
    Expired,
    /// TLS with a certificate for `elsewhere.test`.
    Misnamed,
    /// TLS with a certificate of no authority.
    SelfSigned,
    /// Reads a request, or the beginning of TLS, and resets the connection.
    Reset,
    /// Reads, and never answers.
    Silent,
    /// Refuses connections.
    Refused,
}

/// A request that a [`WebServer`] recorded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WebRequest {
    /// Its place among all requests, from 1.
    pub number: usize,
    /// Where it came in.
    pub listener: Listener,
    /// The number of its connection. Requests on one connection have the same one.
    pub connection: usize,
    /// The version of HTTP: `1.1` or `2`.
    pub version: String,
    /// The HTTP method.
    pub method: String,
    /// The path with its query, as it came.
    pub path: String,
    /// The headers in order, with their names in lower case. `host` is one of them also with HTTP/2.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(rename = "body_base64", deserialize_with = "from_base64")]
    pub body: Vec<u8>,
    /// Whether it had an effect. A repetition with a known `Idempotency-Key` has none.
    pub effect: bool,
    /// The status of the answer; none until its head is sent.
    pub status: Option<u16>,
    /// Whether the whole answer was sent.
    pub answered: bool,
}

impl WebServer {
    /// Starts it without a recorded request.
    ///
    /// # Errors
    ///
    /// When it does not come up; the error names its log.
    pub fn start(venv: &Venv) -> Result<Self, EmulatorError> {
        let recipe = Recipe {
            settings: |_, folder| vec![("FOLDER", folder.to_string_lossy().into_owned())],
            ..recipe("web", &["web.py"])
        };
        let server = Server::start(venv, &recipe, &[])?;
        let url = format!("{}/_test/ports", server.endpoint);
        let text = read(&url, server.http.get(&url).call())?;
        let ports = serde_json::from_str(&text).map_err(|_| EmulatorError::Answer { url, status: 200, text })?;
        Ok(Self { killer: Killer { server }, ports })
    }

    /// The URL of a path on `localhost`.
    #[must_use]
    pub fn url(&self, listener: Listener, path: &str) -> String {
        self.url_at(listener, "localhost", path)
    }

    /// The URL of a path on a host. A client finds the names below `.test` only through a [`WebProxy`], or when it is
    /// told that they are 127.0.0.1.
    #[must_use]
    pub fn url_at(&self, listener: Listener, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", listener.scheme(), self.port(listener))
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self, listener: Listener) -> u16 {
        self.ports.get(&listener).copied().unwrap_or_default()
    }

    /// The certificate of its authority, a PEM file.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.killer.server.file("authority.pem")
    }

    /// The requests so far, in order. One that breaks off before its end is none.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn seen(&self) -> Result<Vec<WebRequest>, EmulatorError> {
        self.killer.server.seen()
    }

    /// Forgets requests, effects, idempotency keys and how often each path was asked for, and disarms.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub fn forget(&self) -> Result<(), EmulatorError> {
        self.killer.server.forget()
    }
}

impl Deref for WebServer {
    type Target = Killer;

    fn deref(&self) -> &Killer {
        &self.killer
    }
}

impl Listener {
    /// Whether it reads TLS. [`Listener::Reset`], [`Listener::Silent`] and [`Listener::Refused`] answer neither way.
    #[must_use]
    pub fn is_tls(self) -> bool {
        matches!(self, Self::Tls | Self::Tls2 | Self::Expired | Self::Misnamed | Self::SelfSigned)
    }

    fn scheme(self) -> &'static str {
        if self.is_tls() { "https" } else { "http" }
    }
}

impl WebRequest {
    /// The first value of a header; its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn from_base64<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    base64::engine::general_purpose::STANDARD.decode(text).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};

    use super::*;
    use crate::emulator::Death;

    /// Sends a request, and prints the status of the answer or the name of the failure.
    const CLIENT: &str = r#"
import ssl, sys, urllib.error, urllib.request
authority, proxy, method, url = sys.argv[1:]
handlers = [urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority))]
handlers.append(urllib.request.ProxyHandler({"http": proxy, "https": proxy} if proxy else {}))
request = urllib.request.Request(url, b"body" if method == "POST" else None, {"Idempotency-Key": "one"}, method=method)
try:
    print(urllib.request.build_opener(*handlers).open(request).status, end="")
except urllib.error.HTTPError as error:
    print(error.code, end="")
except Exception as error:
    print(type(getattr(error, "reason", error)).__name__, end="")
"#;

    fn client(server: &WebServer, proxy: &str, method: &str, url: &str) -> Command {
        let mut command = Venv::for_tests().unwrap().command();
        command.args(["-c", CLIENT]).arg(server.authority()).args([proxy, method, url]);
        command
    }

    fn said(mut command: Command) -> String {
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    }

    #[test]
    fn only_a_valid_certificate_is_trusted_and_a_request_behind_it_is_recorded() {
        let server = WebServer::start(&Venv::for_tests().unwrap()).unwrap();
        let get = |listener| said(client(&server, "", "GET", &server.url(listener, "/echo?a=b")));
        for trusted in [Listener::Plain, Listener::Tls, Listener::Tls2] {
            assert_eq!(get(trusted), "200", "{trusted:?}");
        }
        for refused in [Listener::Expired, Listener::Misnamed, Listener::SelfSigned] {
            assert_eq!(get(refused), "SSLCertVerificationError", "{refused:?}");
        }
        assert_eq!((get(Listener::Reset), get(Listener::Refused)), said_of_no_answer());

        let seen = server.seen().unwrap();
        let listeners: Vec<_> = seen.iter().map(|request| request.listener).collect();
        assert_eq!(listeners, [Listener::Plain, Listener::Tls, Listener::Tls2, Listener::Reset]);
        assert_eq!((seen[1].path.as_str(), seen[1].status, seen[1].answered), ("/echo?a=b", Some(200), true));
        assert_eq!(seen[1].header("host"), Some(format!("localhost:{}", server.port(Listener::Tls)).as_str()));
        assert_eq!((seen[3].status, seen[3].answered), (None, false));
        server.forget().unwrap();
        assert_eq!(server.seen().unwrap(), []);
    }

    fn said_of_no_answer() -> (String, String) {
        ("ConnectionResetError".to_owned(), "ConnectionRefusedError".to_owned())
    }

    #[test]
    fn an_effect_is_had_once_for_each_idempotency_key() {
        let server = WebServer::start(&Venv::for_tests().unwrap()).unwrap();
        let url = server.url(Listener::Plain, "/effect-then-silence/order?times=1");
        let post = || said(client(&server, "", "POST", &url));
        assert_eq!((post(), post()), ("RemoteDisconnected".to_owned(), "200".to_owned()));
        let seen = server.seen().unwrap();
        let effects: Vec<_> = seen.iter().map(|request| (request.text(), request.effect, request.answered)).collect();
        assert_eq!(effects, [("body".to_owned(), true, false), ("body".to_owned(), false, true)]);
    }

    #[test]
    fn a_client_is_killed_before_its_request_takes_effect_or_before_the_answer() {
        let server = WebServer::start(&Venv::for_tests().unwrap()).unwrap();
        for (death, has_effect) in [(Death::BeforeEffect, false), (Death::BeforeAnswer, true)] {
            server.forget().unwrap();
            server.kill_at(1, death).unwrap();
            let mut command = client(&server, "", "POST", &server.url(Listener::Tls, "/effect"));
            let mut child = command.stdout(Stdio::null()).spawn().unwrap();
            server.aim(&child).unwrap();
            assert_eq!(child.wait().unwrap().signal(), Some(9), "{death:?}");
            server.settle().unwrap();
            let seen = server.seen().unwrap();
            let [request] = seen.as_slice() else { panic!("{seen:?}") };
            assert_eq!((request.effect, request.answered), (has_effect, false), "{death:?}");
        }
    }

    #[test]
    fn a_proxy_finds_the_names_of_the_server_and_forbids_all_others() {
        let venv = Venv::for_tests().unwrap();
        let (server, proxy) = (WebServer::start(&venv).unwrap(), WebProxy::start(&venv).unwrap());
        let url = server.url_at(Listener::Tls, "web.test", "/echo");
        assert_eq!(said(client(&server, proxy.url(), "GET", &url)), "200");
        let url = server.url_at(Listener::Plain, "other.test", "/echo?a=b");
        assert_eq!(said(client(&server, proxy.url(), "GET", &url)), "200");
        assert_eq!(said(client(&server, proxy.url(), "GET", "http://example.com/")), "403");

        let asked = proxy.seen().unwrap().into_iter().map(|request| (request.method, request.host, request.path));
        let expected = [
            ("CONNECT", "web.test", None),
            ("GET", "other.test", Some("/echo?a=b")),
            ("GET", "example.com", Some("/")),
        ];
        let expected =
            expected.map(|(method, host, path)| (method.to_owned(), host.to_owned(), path.map(str::to_owned)));
        assert_eq!(asked.collect::<Vec<_>>(), expected);
        proxy.forget().unwrap();
        assert_eq!(proxy.seen().unwrap(), []);
    }

    #[test]
    fn a_proxy_leads_to_the_server_that_answers_for_services_on_the_internet() {
        let venv = Venv::for_tests().unwrap();
        let server = WebServer::start(&venv).unwrap();
        let proxy = WebProxy::leading_to(&venv, &server).unwrap();
        let get = |url| said(client(&server, proxy.url(), "GET", url));
        assert_eq!(get("https://hooks.slack.com/services/T0/B0/x"), "405");
        assert_eq!(get("https://events.pagerduty.com/"), "404");
        assert_eq!(get("https://api.opsgenie.com/v2/alerts"), "401");
        assert_eq!(get("https://www.slack.com/"), "OSError");
        let seen = server.seen().unwrap();
        let hosts: Vec<_> = seen.iter().filter_map(|request| request.header("host")).collect();
        assert_eq!(hosts, ["hooks.slack.com", "events.pagerduty.com", "api.opsgenie.com"]);
    }

    #[test]
    fn a_guarded_proxy_serves_only_those_with_its_credentials() {
        let venv = Venv::for_tests().unwrap();
        let (server, proxy) = (WebServer::start(&venv).unwrap(), WebProxy::guarded(&venv, "user:canary").unwrap());
        let url = server.url(Listener::Plain, "/echo");
        assert_eq!(said(client(&server, proxy.url(), "GET", &url)), "407");
        assert_eq!(said(client(&server, &proxy.url_with("user:canary"), "GET", &url)), "200");
        let asked = proxy.seen().unwrap();
        let [request] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!(request.header("proxy-authorization"), Some("Basic dXNlcjpjYW5hcnk="));
        assert_eq!(server.seen().unwrap()[0].header("proxy-authorization"), None);
    }
}
