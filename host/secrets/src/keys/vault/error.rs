use std::path::PathBuf;

use stepwell_model::NextAction;
use stepwell_model::error::{find_cause, last_cause};
use vaultrs::error::ClientError;

use crate::keys::store::{KeyErrorKind, StoreError};

/// Why Vault could not be used. Never holds a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum VaultError {
    /// The settings and the environment name no address.
    #[error("there is no address of Vault")]
    NoAddress,
    /// The address is malformed.
    #[error("the address of Vault is not valid")]
    BadAddress {
        /// What is wrong with it, without the address, which may hold a password.
        reason: String,
    },
    /// The token would travel unencrypted.
    #[error("no request is sent to Vault at `{address}`")]
    InTheClear {
        /// The address.
        address: String,
    },
    /// The namespace is malformed.
    #[error("`{namespace}` is not a namespace of Vault")]
    BadNamespace {
        /// The text.
        namespace: String,
    },
    /// The certificates of authorities cannot be read.
    #[error("`{}` is not a certificate", path.display())]
    BadAuthority {
        /// The file that VAULT_CACERT names.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The settings, the environment and `vault login` give no token.
    #[error("there is no token for Vault")]
    NoToken,
    /// The file of the token does not exist.
    #[error("there is no token for Vault in `{}`", path.display())]
    NoTokenFile {
        /// The file.
        path: PathBuf,
    },
    /// The file of the token cannot be read.
    #[error("the token for Vault in `{}` cannot be read", path.display())]
    UnreadableToken {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The token is malformed.
    #[error("{from} does not hold a token for Vault")]
    BadToken {
        /// Its file or variable.
        from: String,
    },
    /// The connection could not be prepared.
    #[error("the connection to Vault could not be prepared")]
    Setup {
        /// The library's words.
        reason: String,
    },
    /// A policy of Vault does not allow it.
    #[error("Vault does not allow `{path}`")]
    Denied {
        /// The path as policies name it.
        path: String,
    },
    /// Vault is sealed.
    #[error("Vault is sealed")]
    Sealed {
        /// Its address.
        address: String,
    },
    /// There is no such engine.
    #[error("Vault has no engine at `{mount}`")]
    NoEngine {
        /// The mount.
        mount: String,
    },
    /// Vault's certificate is not trusted.
    #[error("the certificate of `{address}` is not accepted")]
    Certificate {
        /// Its address.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no response from the address.
    #[error("Vault does not answer at `{address}`")]
    Unreachable {
        /// The address.
        address: String,
        /// Why.
        reason: String,
    },
    /// Other clients change the same secret all the time.
    #[error("`{name}` in Vault could not be changed")]
    Busy {
        /// The secret.
        name: String,
    },
    /// Any other response.
    #[error("the request to Vault for `{path}` failed")]
    Answer {
        /// The path as policies name it.
        path: String,
        /// The response.
        reason: String,
    },
    /// The process is ending.
    #[error("the request to Vault was not finished")]
    Stopped,
}

/// The meaning of an error of the Vault client.
pub(super) fn explain(error: &ClientError, address: &str, mount: &str, path: &str) -> VaultError {
    let (address, path) = (address.to_owned(), path.to_owned());
    if let Some(wrong) = find_cause::<rustls::Error>(error) {
        return match wrong {
            rustls::Error::InvalidCertificate(_) => VaultError::Certificate { address, reason: wrong.to_string() },
            _ => VaultError::Unreachable { address, reason: wrong.to_string() },
        };
    }
    let nothing = Vec::new();
    let (code, errors) = match error {
        ClientError::APIError { code, errors } => (*code, errors),
        ClientError::RestClientError { source: rustify::errors::ClientError::ServerResponseError { code, .. } } => {
            (*code, &nothing)
        }
        // Only the innermost cause: an error about an unreadable response holds the response.
        ClientError::RestClientError {
            source:
                rustify::errors::ClientError::RequestError { .. } | rustify::errors::ClientError::ResponseError { .. },
        } => {
            return VaultError::Unreachable { address, reason: last_cause(error) };
        }
        _ => return VaultError::Answer { path, reason: "its response does not have the documented form".to_owned() },
    };
    match code {
        403 => VaultError::Denied { path },
        503 if says(errors, "sealed") => VaultError::Sealed { address },
        404 if says(errors, "no handler for route") => VaultError::NoEngine { mount: mount.to_owned() },
        _ if errors.is_empty() => VaultError::Answer { path, reason: format!("it answered with HTTP status {code}") },
        _ => VaultError::Answer { path, reason: format!("it answered with HTTP status {code}: {}", errors.join("; ")) },
    }
}

/// Whether one of Vault's messages has these words.
pub(super) fn says(errors: &[String], words: &str) -> bool {
    errors.iter().any(|error| error.contains(words))
}

impl StoreError for VaultError {
    fn kind(&self) -> KeyErrorKind {
        match self {
            Self::NoAddress | Self::BadAddress { .. } | Self::BadNamespace { .. } | Self::NoEngine { .. } => {
                KeyErrorKind::Wrong
            }
            Self::InTheClear { .. }
            | Self::BadAuthority { .. }
            | Self::NoToken
            | Self::NoTokenFile { .. }
            | Self::UnreadableToken { .. }
            | Self::BadToken { .. }
            | Self::Denied { .. }
            | Self::Certificate { .. } => KeyErrorKind::Refused,
            Self::Setup { .. }
            | Self::Sealed { .. }
            | Self::Unreachable { .. }
            | Self::Busy { .. }
            | Self::Answer { .. }
            | Self::Stopped => KeyErrorKind::Broken,
        }
    }
}

impl NextAction for VaultError {
    fn because(&self) -> String {
        match self {
            Self::NoAddress => "neither `address` in [[keys]] of stepwell.toml nor VAULT_ADDR is set".to_owned(),
            Self::InTheClear { .. } => "without https, every machine on the way could read the token".to_owned(),
            Self::BadNamespace { .. } => "a namespace is printable ASCII without spaces".to_owned(),
            Self::NoToken => "there is no VAULT_TOKEN and no ~/.vault-token".to_owned(),
            Self::NoTokenFile { .. } => "the file does not exist".to_owned(),
            Self::BadToken { .. } => "a token is one line of printable ASCII".to_owned(),
            Self::Denied { .. } => {
                "the token has expired, or its policies do not allow it (HTTP status 403)".to_owned()
            }
            Self::Sealed { address } => format!("`{address}` answered with HTTP status 503"),
            Self::NoEngine { .. } => "Vault has no secrets engine for that path".to_owned(),
            Self::Busy { .. } => "other clients changed it during every attempt".to_owned(),
            Self::Stopped => "the process is ending".to_owned(),
            Self::BadAddress { reason }
            | Self::BadAuthority { reason, .. }
            | Self::UnreadableToken { reason, .. }
            | Self::Setup { reason }
            | Self::Certificate { reason, .. }
            | Self::Unreachable { reason, .. }
            | Self::Answer { reason, .. } => reason.clone(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::NoAddress => "write address = \"https://…:8200\" there, or set VAULT_ADDR".to_owned(),
            Self::BadAddress { .. } => "write an address such as https://vault.example.com:8200".to_owned(),
            Self::InTheClear { .. } => "give Vault a certificate and write https://".to_owned(),
            Self::BadNamespace { .. } => "correct `namespace` in [[keys]], or VAULT_NAMESPACE".to_owned(),
            Self::BadAuthority { .. } => "let VAULT_CACERT name a file of PEM certificates".to_owned(),
            Self::NoToken | Self::NoTokenFile { .. } | Self::BadToken { .. } => {
                "run `vault login`, or name the token's file as `token_file` in [[keys]]".to_owned()
            }
            Self::UnreadableToken { .. } => "give the user that runs stepwell access to the file".to_owned(),
            Self::Setup { .. } => "check the certificates of this machine".to_owned(),
            Self::Denied { path } => {
                format!("renew the token with `vault login`, or give it a policy for `{path}`")
            }
            Self::Sealed { .. } => "unseal it with `vault operator unseal`".to_owned(),
            Self::NoEngine { mount } => {
                format!("correct `mount` in [[keys]], or run `vault secrets enable -path={mount} kv-v2`")
            }
            Self::Certificate { .. } => {
                "name the authority's certificate in VAULT_CACERT, or correct the address".to_owned()
            }
            Self::Unreachable { .. } => "check the address, and the network from this machine to Vault".to_owned(),
            Self::Busy { .. } | Self::Stopped => "run the command again".to_owned(),
            Self::Answer { .. } => "look into Vault's log, and check `mount` and `prefix` in [[keys]]".to_owned(),
        }
    }
}
