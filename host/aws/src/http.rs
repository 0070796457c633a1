//! The HTTP client that all AWS clients share.
//!
//! It combines two clients of the SDK, one with TLS and one without, because the SDK's TLS client reads the system's root
//! certificates as soon as a service client gets it: some milliseconds that a plain-HTTP endpoint (an emulator, the
//! instance metadata) does not need.
//!
//! A call that may wait for its response longer than a NAT gateway keeps a silent connection has a connection of
//! another pool of the SDK, whose sockets send TCP keep-alive probes.

use std::sync::LazyLock;
use std::time::Duration;

use aws_smithy_http_client::pool::{self, BuildError, ConnectionPool};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::departure;

/// The longest silence that a NAT gateway or a load balancer of AWS allows on a connection.
const LONGEST_SILENCE: Duration = Duration::from_secs(350);

/// The silence after which a socket sends keep-alive probes.
const KEEP_ALIVE: Duration = Duration::from_secs(60);

#[derive(Debug)]
struct Clients {
    usual: ByScheme,
    /// For calls whose read timeout exceeds [`LONGEST_SILENCE`].
    patient: LazyLock<ByScheme>,
}

#[derive(Debug)]
struct ByScheme {
    plain: SharedHttpClient,
    tls: SharedHttpClient,
}

/// A client that reads no certificate before the first `https` request.
pub(crate) fn client() -> SharedHttpClient {
    let usual = ByScheme { plain: Builder::new().build_http(), tls: tls() };
    SharedHttpClient::new(Clients { usual, patient: LazyLock::new(patient) })
}

/// Clients whose connections are kept alive.
fn patient() -> ByScheme {
    let plain = ConnectionPool::builder().tcp_keepalive(KEEP_ALIVE).build_http();
    let tls = ConnectionPool::builder().tcp_keepalive(KEEP_ALIVE).proxy_config(ProxyConfig::from_env());
    let tls = tls.tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    ByScheme { plain: pooled(plain), tls: pooled(tls) }
}

fn pooled(pool: Result<ConnectionPool, BuildError>) -> SharedHttpClient {
    let client = pool.map_err(|error| error.to_string());
    match client.and_then(|pool| pool::Client::new(&pool).map_err(|error| error.to_string())) {
        Ok(client) => SharedHttpClient::new(client),
        Err(reason) => SharedHttpClient::new(Unusable(reason)),
    }
}

/// A client that could not be built. Its requests fail with the reason.
#[derive(Debug, Clone)]
struct Unusable(String);

impl HttpClient for Unusable {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Unusable {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Err(ConnectorError::user(self.0.clone().into())))
    }
}

/// A client that obeys `HTTPS_PROXY` and `NO_PROXY`. Plain HTTP (metadata, an emulator) never goes through a proxy.
fn tls() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
    })
}

impl HttpClient for Clients {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let is_patient = settings.read_timeout().is_some_and(|longest| longest > LONGEST_SILENCE);
        let ByScheme { plain, tls } = if is_patient { &self.patient } else { &self.usual };
        SharedHttpConnector::new(Connection {
            plain: plain.http_connector(settings, components),
            tls: tls.clone(),
            settings: settings.clone(),
            components: components.clone(),
        })
    }
}

#[derive(Debug)]
struct Connection {
    plain: SharedHttpConnector,
    tls: SharedHttpClient,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Connection {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        departure::guard(&mut request);
        if request.uri().starts_with("http:") {
            self.plain.call(request)
        } else {
            self.tls.http_connector(&self.settings, &self.components).call(request)
        }
    }
}
