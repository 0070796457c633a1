//! The way to Vault: address, certificates and token.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Certificate, Url, redirect};
use stepwell_model::key_store::VaultStore;
use vaultrs::api::EndpointMiddleware;
use vaultrs::client::{VaultClient, VaultClientSettings};

use super::VaultError;
use crate::mask::Masker;
use crate::sdk_error::last_cause;

/// Reading a secret takes milliseconds. Beyond this, nobody is there.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Makes clients. What is configured is read when the first one is asked for, the token for each: whoever issues it
/// replaces it before it ends.
pub(super) struct Connection {
    inner: Arc<Inner>,
}

struct Inner {
    settings: VaultStore,
    masker: Masker,
    way: OnceLock<Way>,
}

#[derive(Clone)]
struct Way {
    address: Url,
    http: reqwest::Client,
    namespace: Option<String>,
}

impl Connection {
    pub(super) fn new(settings: VaultStore, masker: Masker) -> Self {
        Self { inner: Arc::new(Inner { settings, masker, way: OnceLock::new() }) }
    }

    /// A client with the token of this moment.
    pub(super) async fn client(&self) -> Result<VaultClient, VaultError> {
        let inner = Arc::clone(&self.inner);
        // Certificates and token are in files.
        tokio::task::spawn_blocking(move || inner.client()).await.map_err(|_| VaultError::Stopped)?
    }

    /// `scheme://host:port`, for errors.
    pub(super) fn shown_address(&self) -> String {
        self.inner.way.get().map(|way| origin(&way.address)).unwrap_or_default()
    }
}

impl Inner {
    fn client(&self) -> Result<VaultClient, VaultError> {
        let Way { address, http, namespace } = match self.way.get() {
            Some(way) => way.clone(),
            None => {
                let way = self.find_way()?;
                self.way.get_or_init(|| way).clone()
            }
        };
        let token = self.token()?;
        self.masker.learn(&token);
        // Made by hand: its builder reads the environment, and panics about what is wrong there.
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

    fn find_way(&self) -> Result<Way, VaultError> {
        let address = self.settings.address.clone().or_else(|| variable("VAULT_ADDR")).ok_or(VaultError::NoAddress)?;
        let address = check_address(&address)?;
        let namespace = self.settings.namespace.clone().or_else(|| variable("VAULT_NAMESPACE"));
        if let Some(namespace) = namespace.as_ref().filter(|namespace| !fits_a_head(namespace)) {
            return Err(VaultError::BadNamespace { namespace: namespace.clone() });
        }
        let http = http(&address, variable("VAULT_CACERT").map(PathBuf::from).as_deref())?;
        Ok(Way { address, http, namespace })
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
        if token.is_empty() || !fits_a_head(&token) { Err(VaultError::BadToken { from }) } else { Ok(token) }
    }
}

/// What `vault login` leaves.
fn own_token() -> Result<(String, String), VaultError> {
    let file = std::env::home_dir().map(|home| home.join(".vault-token")).ok_or(VaultError::NoToken)?;
    Ok((read(&file)?.ok_or(VaultError::NoToken)?, show(&file)))
}

/// No redirects: they would take the token to wherever the answer says.
fn http(address: &Url, certificates: Option<&Path>) -> Result<reqwest::Client, VaultError> {
    // Somebody else may have chosen one before, which serves as well.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).tls_backend_rustls();
    let client = match certificates {
        // Plain HTTP stays on this machine: no certificate is looked at, and no proxy gets to see the token.
        _ if address.scheme() == "http" => client.no_proxy().tls_certs_only(Vec::new()),
        Some(path) => client.tls_certs_merge(authorities(path)?),
        None => client,
    };
    let failed = |error: reqwest::Error| VaultError::Setup { reason: last_cause(&error) };
    client.build().map_err(failed)
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, VaultError> {
    let bad = |reason: String| VaultError::BadAuthority { path: path.to_owned(), reason };
    let bytes = std::fs::read(path).map_err(|error| bad(last_cause(&error)))?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if found.is_empty() => Err(bad("there is no certificate in it".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(bad(last_cause(&error))),
    }
}

/// `https`, or `http` to this machine: the token goes with every request.
pub(super) fn check_address(text: &str) -> Result<Url, VaultError> {
    // What is no address may be a secret in the wrong place.
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
    // A name could be made to lead elsewhere; this one is this machine by its definition.
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
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VaultError::UnreadableToken { path: path.to_owned(), reason: last_cause(&error) }),
    }
}

fn show(path: &Path) -> String {
    format!("`{}`", path.display())
}

/// Whether it can stand in the head of a request. The Vault client panics about what cannot.
fn fits_a_head(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}
