//! `[[keys]]` as it is written, and what that means. What the fields say of themselves, editors show.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::{FileStore, KeyStore, KeyStoreError, KeyStoreSettings, SecretsManagerStore, VaultStore};
use crate::id::{KeyPath, RoleArn};
use crate::settings::RegionName;
use crate::source::Source;

/// One `[[keys]]` as it is written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyStoreTable {
    /// What lies below this path: `keys`, or for instance `keys/vault`. The longest one that fits decides.
    #[schemars(with = "String")]
    pub(super) path: Spanned<String>,
    /// The store.
    #[schemars(with = "StoreKind")]
    store: Spanned<StoreKind>,
    /// File store: the age identity that opens it; `identity.txt` beside it when nothing is said.
    #[schemars(with = "Option<PathBuf>")]
    key_file: Option<Spanned<PathBuf>>,
    /// File store: whether a passphrase, asked for on the terminal, opens it.
    #[schemars(with = "Option<bool>")]
    passphrase: Option<Spanned<bool>>,
    /// File store: the file of the passphrase.
    #[schemars(with = "Option<PathBuf>")]
    passphrase_file: Option<Spanned<PathBuf>>,
    /// Vault: such as `https://vault.example.com:8200`; `VAULT_ADDR` when nothing is said.
    #[schemars(with = "Option<String>")]
    address: Option<Spanned<String>>,
    /// Vault: where the engine is mounted; `secret` when nothing is said.
    #[schemars(with = "Option<String>")]
    mount: Option<Spanned<String>>,
    /// Vault: the namespace (Vault Enterprise).
    #[schemars(with = "Option<String>")]
    namespace: Option<Spanned<String>>,
    /// Vault: the file of the token; `VAULT_TOKEN`, then `~/.vault-token`, when nothing is said.
    #[schemars(with = "Option<PathBuf>")]
    token_file: Option<Spanned<PathBuf>>,
    /// Vault: the folder within the mount. Secrets Manager: what the names of the secrets begin with.
    #[schemars(with = "Option<String>")]
    prefix: Option<Spanned<String>>,
    /// Secrets Manager: the regions, whose secrets are one list.
    #[schemars(with = "Option<Vec<RegionName>>")]
    regions: Option<Spanned<Vec<RegionName>>>,
    /// Secrets Manager: only secrets whose name holds this.
    #[schemars(with = "Option<String>")]
    include: Option<Spanned<String>>,
    /// Secrets Manager: no secrets whose name holds this.
    #[schemars(with = "Option<String>")]
    exclude: Option<Spanned<String>>,
    /// Secrets Manager: a role to assume first, for secrets in another account.
    #[schemars(with = "Option<RoleArn>")]
    role_arn: Option<Spanned<RoleArn>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum StoreKind {
    /// A file on this host, encrypted with age.
    File,
    /// HashiCorp Vault, secrets engine KV version 2.
    Vault,
    /// AWS Secrets Manager, with the credentials of `stepwell.toml`.
    SecretsManager,
}

type OwnKey = (&'static str, StoreKind, Option<std::ops::Range<usize>>);

impl KeyStoreTable {
    pub(super) fn read(&self, source: &Source) -> Result<KeyStoreSettings, KeyStoreError> {
        let path = self.path.get_ref();
        // A path that a key can lie below is one that a key can have.
        if path != "keys" && path.parse::<KeyPath>().is_err() {
            return Err(KeyStoreError::Path { path: path.clone(), place: source.place(&self.path.span()) });
        }
        let kind = *self.store.get_ref();
        if let Some((key, _, Some(span))) =
            self.own_keys().into_iter().find(|(_, of, span)| *of != kind && span.is_some())
        {
            return Err(KeyStoreError::Contradiction { key, place: source.place(&span) });
        }
        if let (StoreKind::File, Some(prefix)) = (kind, &self.prefix) {
            return Err(KeyStoreError::Contradiction { key: "prefix", place: source.place(&prefix.span()) });
        }
        let store = match kind {
            StoreKind::File => KeyStore::File(self.file(source)?),
            StoreKind::Vault => KeyStore::Vault(self.vault(source)?),
            StoreKind::SecretsManager => KeyStore::SecretsManager(self.secrets_manager(source)?),
        };
        Ok(KeyStoreSettings { path: path.clone(), store, place: Some(source.place(&self.path.span())) })
    }

    fn own_keys(&self) -> [OwnKey; 11] {
        use StoreKind::{File, SecretsManager, Vault};
        [
            ("key_file", File, self.key_file.as_ref().map(Spanned::span)),
            ("passphrase", File, self.passphrase.as_ref().map(Spanned::span)),
            ("passphrase_file", File, self.passphrase_file.as_ref().map(Spanned::span)),
            ("address", Vault, self.address.as_ref().map(Spanned::span)),
            ("mount", Vault, self.mount.as_ref().map(Spanned::span)),
            ("namespace", Vault, self.namespace.as_ref().map(Spanned::span)),
            ("token_file", Vault, self.token_file.as_ref().map(Spanned::span)),
            ("regions", SecretsManager, self.regions.as_ref().map(Spanned::span)),
            ("include", SecretsManager, self.include.as_ref().map(Spanned::span)),
            ("exclude", SecretsManager, self.exclude.as_ref().map(Spanned::span)),
            ("role_arn", SecretsManager, self.role_arn.as_ref().map(Spanned::span)),
        ]
    }

    fn file(&self, source: &Source) -> Result<FileStore, KeyStoreError> {
        let asked = self.passphrase.as_ref().is_some_and(|passphrase| *passphrase.get_ref());
        if let (Some(passphrase), false, Some(_)) = (&self.passphrase, asked, &self.passphrase_file) {
            return Err(KeyStoreError::Contradiction { key: "passphrase", place: source.place(&passphrase.span()) });
        }
        match (&self.key_file, &self.passphrase_file) {
            (Some(key), file) if asked || file.is_some() => {
                Err(KeyStoreError::Contradiction { key: "key_file", place: source.place(&key.span()) })
            }
            (None, file) if asked || file.is_some() => {
                Ok(FileStore::Passphrase(file.as_ref().map(|file| file.get_ref().clone())))
            }
            (key, _) => Ok(FileStore::KeyFile(key.as_ref().map(|file| file.get_ref().clone()))),
        }
    }

    fn vault(&self, source: &Source) -> Result<VaultStore, KeyStoreError> {
        let expected = "names of letters, digits, `-`, `_` and `.`, separated by `/`";
        check("mount", &self.mount, expected, source, is_vault_path)?;
        check("prefix", &self.prefix, expected, source, |prefix| prefix.is_empty() || is_vault_path(prefix))?;
        let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.get_ref().clone());
        Ok(VaultStore {
            address: text(&self.address),
            mount: text(&self.mount).unwrap_or_else(|| "secret".to_owned()),
            namespace: text(&self.namespace),
            token_file: self.token_file.as_ref().map(|file| file.get_ref().clone()),
            prefix: text(&self.prefix).unwrap_or_default(),
        })
    }

    fn secrets_manager(&self, source: &Source) -> Result<SecretsManagerStore, KeyStoreError> {
        let expected = "part of a name: letters, digits and `/_+=.@-`";
        for (key, value) in [("prefix", &self.prefix), ("include", &self.include), ("exclude", &self.exclude)] {
            check(key, value, expected, source, is_secret_name)?;
        }
        let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.get_ref().clone());
        Ok(SecretsManagerStore {
            regions: self.regions.as_ref().map(|regions| regions.get_ref().clone()).unwrap_or_default(),
            prefix: text(&self.prefix).unwrap_or_default(),
            include: text(&self.include),
            exclude: text(&self.exclude),
            role_arn: self.role_arn.as_ref().map(|role| role.get_ref().clone()),
        })
    }
}

fn check(
    key: &'static str,
    value: &Option<Spanned<String>>,
    expected: &'static str,
    source: &Source,
    is_valid: fn(&str) -> bool,
) -> Result<(), KeyStoreError> {
    match value {
        Some(text) if !is_valid(text.get_ref()) => {
            Err(KeyStoreError::Malformed { key, expected, place: source.place(&text.span()) })
        }
        _ => Ok(()),
    }
}

/// What can stand in the address of a request without being changed on the way.
fn is_vault_path(text: &str) -> bool {
    format!("keys/{}", text.trim_matches('/')).parse::<KeyPath>().is_ok()
}

fn is_secret_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b))
}
