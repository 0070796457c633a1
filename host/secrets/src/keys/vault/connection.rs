//! The connection to Vault: address, certificates and token.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use reqwest::{Certificate, Url, redirect};
use stepwell_model::error::last_cause;
use stepwell_model::key_store::VaultStore;
use vaultrs::api::EndpointMiddleware;
use vaultrs::client::{VaultClient, VaultClientSettings};

use super::error::VaultError;
use crate::mask::Masker;
use crate::regular;

/// Timeout of a request. Reading a secret takes milliseconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long a token is masked after its last use. A file may hold another one every hour.
const TOKEN_LINGERS: Duration = Duration::from_secs(24 * 60 * 60);

/// Makes clients. The configuration is read for the first client, the token for each one, because its issuer replaces
/// it before it expires.
pub(super) struct Connection(Arc<Configured>);

struct Configured {
    settings: VaultStore,
    masker: Masker,
    endpoint: OnceLock<Endpoint>,
}

#[derive(Clone)]
struct Endpoint {
    address: Url,
    http: reqwest::Client,
    namespace: Option<String>,
}

impl Connection {
    pub(super) fn new(settings: VaultStore, masker: Masker) -> Self {
        Self(Arc::new(Configured { settings, masker, endpoint: OnceLock::new() }))
    }

    /// A client with the token of this moment.
    pub(super) async fn client(&self) -> Result<VaultClient, VaultError> {
        let configured = Arc::clone(&self.0);
        // Certificates and token are files, so this blocks.
        tokio::task::spawn_blocking(move || configured.client()).await.map_err(|_| VaultError::Stopped)?
    }

    /// `scheme://host:port`, for errors.
    pub(super) fn shown_address(&self) -> String {
        self.0.endpoint.get().map(|endpoint| origin(&endpoint.address)).unwrap_or_default()
    }
}

impl Configured {
    fn client(&self) -> Result<VaultClient, VaultError> {
        let Endpoint { address, http, namespace } = match self.endpoint.get() {
            Some(endpoint) => endpoint.clone(),
            None => {
                let endpoint = self.find_endpoint()?;
                self.endpoint.get_or_init(|| endpoint).clone()
            }
        };
        let token = self.token()?;
        self.masker.learn_until(&token, SystemTime::now() + TOKEN_LINGERS);
        // Made without the builder, which reads the environment and panics about mistakes in it.
        let settings = VaultClientSettings {
            address: address.clone(),
            ca_certs: Vec::new(),
            identity: None,
            timeout: Some(TIMEOUT),
            token: token.clone(),
            verify: true,
            version: 1,
            wrapping: false,
            namespace: namespace.clone(),
            proxy: None,
        };
        let middle = EndpointMiddleware { token, version: "v1".to_owned(), wrap: None, namespace };
        let http = rustify::clients::reqwest::Client::new(address.as_str(), http);
        Ok(VaultClient { http, middle, settings })
    }

    fn find_endpoint(&self) -> Result<Endpoint, VaultError> {
        let address = self.settings.address.clone().or_else(|| variable("VAULT_ADDR")).ok_or(VaultError::NoAddress)?;
        let address = check_address(&address)?;
        let namespace = self.settings.namespace.clone().or_else(|| variable("VAULT_NAMESPACE"));
        if let Some(namespace) = namespace.as_ref().filter(|namespace| !fits_a_header(namespace)) {
            return Err(VaultError::BadNamespace { namespace: namespace.clone() });
        }
        let http = http(&address, certificates().as_deref())?;
        Ok(Endpoint { address, http, namespace })
    }

    fn token(&self) -> Result<String, VaultError> {
        let (token, from) = match &self.settings.token_file {
            Some(file) => (read(file)?.ok_or_else(|| VaultError::NoTokenFile { path: file.clone() })?, show(file)),
            None => match variable("VAULT_TOKEN") {
                Some(token) => (token, "VAULT_TOKEN".to_owned()),
                None => own_token()?,
            },
        };
        let token = token.trim().to_owned();
        if token.is_empty() || !fits_a_header(&token) { Err(VaultError::BadToken { from }) } else { Ok(token) }
    }
}

/// The file with the certificates of authorities, where the environment names one.
pub(in crate::keys) fn certificates() -> Option<PathBuf> {
    variable("VAULT_CACERT").map(PathBuf::from)
}

/// The file that a token is read from.
pub(in crate::keys) fn token_file(home: &Path, settings: &VaultStore) -> Option<PathBuf> {
    settings.token_file.as_ref().map(|file| home.join(file)).or_else(login_file)
}

/// The file that `vault login` writes.
fn login_file() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".vault-token"))
}

/// The token that `vault login` leaves, and its path.
fn own_token() -> Result<(String, String), VaultError> {
    let file = login_file().ok_or(VaultError::NoToken)?;
    Ok((read(&file)?.ok_or(VaultError::NoToken)?, show(&file)))
}

/// A client that follows no redirects: they would send the token to wherever the response says.
fn http(address: &Url, certificates: Option<&Path>) -> Result<reqwest::Client, VaultError> {
    // Another crate may have installed one before, which serves as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).tls_backend_rustls();
    let client = match certificates {
        // Plain HTTP stays on this machine: it needs no certificates, and a proxy must not see the token.
        _ if address.scheme() == "http" => client.no_proxy().tls_certs_only(Vec::new()),
        Some(path) => client.tls_certs_merge(authorities(path)?),
        None => client,
    };
    let failed = |error: reqwest::Error| VaultError::Setup { reason: last_cause(&error) };
    client.build().map_err(failed)
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, VaultError> {
    let bad = |reason: String| VaultError::BadAuthority { path: path.to_owned(), reason };
    let bytes = regular::read(path).map_err(|error| bad(last_cause(&error)))?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if found.is_empty() => Err(bad("there is no certificate in it".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(bad(last_cause(&error))),
    }
}

/// Parses an address: `https`, or `http` to this machine, because the token goes with every request.
pub(super) fn check_address(text: &str) -> Result<Url, VaultError> {
    // A text that is not an address may be a secret in the wrong place, so errors never show it.
    let address = Url::parse(text).map_err(|error| VaultError::BadAddress { reason: error.to_string() })?;
    let bad = |reason: &str| VaultError::BadAddress { reason: reason.to_owned() };
    if !address.username().is_empty() || address.password().is_some() {
        return Err(bad("it has a user or a password in it"));
    }
    if address.path() != "/" || address.query().is_some() || address.fragment().is_some() {
        return Err(bad("it has more than scheme, host and port"));
    }
    match address.scheme() {
        "https" => Ok(address),
        "http" if is_loopback(&address) => Ok(address),
        "http" => Err(VaultError::InTheClear { address: origin(&address) }),
        _ => Err(bad("it does not begin with https://")),
    }
}

fn is_loopback(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    // Another name could lead elsewhere; this one is this machine by definition.
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn origin(address: &Url) -> String {
    let port = address.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", address.scheme(), address.host_str().unwrap_or_default())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn read(path: &Path) -> Result<Option<String>, VaultError> {
    match regular::read_text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VaultError::UnreadableToken { path: path.to_owned(), reason: last_cause(&error) }),
    }
}

fn show(path: &Path) -> String {
    format!("`{}`", path.display())
}

/// Whether the text can be a header's value. The Vault client panics about one that cannot.
fn fits_a_header(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}
