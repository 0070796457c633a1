use std::path::PathBuf;

use stepwell_model::NextAction;
use vaultrs::error::ClientError;

use super::says;
use crate::keys::KeyErrorKind;
use crate::sdk_error::{find, last_cause};

/// Why Vault could not be used. Never holds a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Nobody says where it is.
    #[error("there is no address of Vault")]
    NoAddress,
    /// The address is none.
    #[error("the address of Vault is none")]
    BadAddress {
        /// What is wrong with it. Not the address: it may hold a password.
        reason: String,
    },
    /// The token would travel in the clear.
    #[error("Vault is not asked at `{address}`")]
    InTheClear {
        /// The address.
        address: String,
    },
    /// A namespace that cannot be one.
    #[error("`{namespace}` is no namespace of Vault")]
    BadNamespace {
        /// What is given.
        namespace: String,
    },
    /// Certificates of authorities that are none.
    #[error("`{}` is no certificate", path.display())]
    BadAuthority {
        /// The file that VAULT_CACERT names.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no token anywhere.
    #[error("there is no token for Vault")]
    NoToken,
    /// The file of the token is not there.
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
    /// What should be a token is none.
    #[error("what {from} holds is no token for Vault")]
    BadToken {
        /// Where it is from.
        from: String,
    },
    /// The connection could not be prepared.
    #[error("the way to Vault could not be prepared")]
    Setup {
        /// The library's words.
        reason: String,
    },
    /// Vault says no.
    #[error("Vault does not allow `{path}`")]
    Denied {
        /// The path as policies name it.
        path: String,
    },
    /// Vault is locked.
    #[error("Vault is sealed")]
    Sealed {
        /// Where it is.
        address: String,
    },
    /// No such engine.
    #[error("Vault has no engine at `{mount}`")]
    NoEngine {
        /// The mount.
        mount: String,
    },
    /// Vault's certificate is not accepted.
    #[error("the certificate of `{address}` is not accepted")]
    Certificate {
        /// Where it is.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody answers.
    #[error("Vault does not answer at `{address}`")]
    Unreachable {
        /// Where it should be.
        address: String,
        /// Why.
        reason: String,
    },
    /// Others change the same secret all the time.
    #[error("`{name}` in Vault is being changed by others")]
    Busy {
        /// The secret.
        name: String,
    },
    /// Any other answer.
    #[error("Vault did not do what it was asked at `{path}`")]
    Answer {
        /// The path as policies name it.
        path: String,
        /// What it answered.
        reason: String,
    },
    /// The process is ending.
    #[error("Vault was not asked to the end")]
    Stopped,
}

/// What an error of the Vault client means.
pub(super) fn explain(error: &ClientError, address: &str, mount: &str, path: &str) -> VaultError {
    let (address, path) = (address.to_owned(), path.to_owned());
    if let Some(wrong) = find::<rustls::Error>(error) {
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
        // Only the innermost cause: an error about an answer that could not be read holds the answer.
        ClientError::RestClientError {
            source:
                rustify::errors::ClientError::RequestError { .. } | rustify::errors::ClientError::ResponseError { .. },
        } => {
            return VaultError::Unreachable { address, reason: last_cause(error) };
        }
        _ => return VaultError::Answer { path, reason: "its answer is not what its documentation says".to_owned() },
    };
    match code {
        403 => VaultError::Denied { path },
        503 if says(errors, "sealed") => VaultError::Sealed { address },
        404 if says(errors, "no handler for route") => VaultError::NoEngine { mount: mount.to_owned() },
        _ if errors.is_empty() => VaultError::Answer { path, reason: format!("it answered with HTTP status {code}") },
        _ => VaultError::Answer { path, reason: format!("it answered with HTTP status {code}: {}", errors.join("; ")) },
    }
}

impl VaultError {
    /// Who has to do something about it.
    pub(crate) fn kind(&self) -> KeyErrorKind {
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
            Self::InTheClear { .. } => "without https everybody on the way would see the token".to_owned(),
            Self::BadNamespace { .. } => "a namespace is printable ASCII without spaces".to_owned(),
            Self::NoToken => "there is no VAULT_TOKEN and no ~/.vault-token".to_owned(),
            Self::NoTokenFile { .. } => "the file is not there".to_owned(),
            Self::BadToken { .. } => "a token is one line of printable ASCII".to_owned(),
            Self::Denied { .. } => "the token has ended, or no policy of it allows that (403)".to_owned(),
            Self::Sealed { address } => format!("`{address}` answered 503"),
            Self::NoEngine { .. } => "no secrets engine handles that path".to_owned(),
            Self::Busy { .. } => "every change of ours met one of somebody else".to_owned(),
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
            Self::Unreachable { .. } => "check the address, and the way from this machine to Vault".to_owned(),
            Self::Busy { .. } | Self::Stopped => "run it again".to_owned(),
            Self::Answer { .. } => "look into Vault's log, and check `mount` and `prefix` in [[keys]]".to_owned(),
        }
    }
}
