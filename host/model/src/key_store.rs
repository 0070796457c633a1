//! `[[keys]]` of `stepwell.toml`: the stores of key storage, as settings. Other crates implement the stores.
//!
//! Paths of files are relative to `STEPWELL_HOME`.

use std::ops::Range;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::error::NextAction;
use crate::id::{KeyPath, RegionName, RoleArn};
use crate::source::{Place, Source};

/// A store, and the part of key storage that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStoreSettings {
    /// The store holds every key below this path: `keys` or, for instance, `keys/vault`. The longest matching path wins.
    pub path: String,
    /// The store.
    pub store: KeyStore,
    /// The place of the table. None for the default store.
    pub place: Option<Place>,
}

/// A store of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStore {
    /// An encrypted file (`age`) in `STEPWELL_HOME`, in the directory with the path of the store.
    File(FileStore),
    /// HashiCorp Vault, secrets engine KV version 2.
    Vault(VaultStore),
    /// AWS Secrets Manager.
    SecretsManager(SecretsManagerStore),
}

/// The key that opens the encrypted file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStore {
    /// An age identity in a file that only its owner can read. None: `identity.txt` beside the encrypted file, which the
    /// host creates when the first key is set.
    KeyFile(Option<PathBuf>),
    /// A passphrase, read from this file or from the terminal.
    Passphrase(Option<PathBuf>),
}

/// The address of a Vault, and the place of the keys in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultStore {
    /// The address, such as `https://vault.example.com:8200`. None: `VAULT_ADDR`.
    pub address: Option<String>,
    /// The mount of the secrets engine.
    pub mount: String,
    /// The namespace (Vault Enterprise).
    pub namespace: Option<String>,
    /// The file of the token. None: `VAULT_TOKEN`, then `~/.vault-token`.
    pub token_file: Option<PathBuf>,
    /// The folder within the mount. Empty: the mount itself.
    pub prefix: String,
}

/// A selection of secrets in AWS Secrets Manager. The host reads them with the credentials of `stepwell.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretsManagerStore {
    /// The regions, whose secrets form one list. Empty: the region of `stepwell.toml` or of the environment.
    pub regions: Vec<RegionName>,
    /// The prefix of the names of the secrets in AWS. Key paths do not have it.
    pub prefix: String,
    /// Only secrets with this text in their names.
    pub include: Option<String>,
    /// Only secrets without this text in their names.
    pub exclude: Option<String>,
    /// A role to assume first, for secrets in another account.
    pub role_arn: Option<RoleArn>,
}

/// Why a `[[keys]]` table is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// No key can have a path below this one.
    #[error("`{path}` is not a path in key storage")]
    Path {
        /// The path.
        path: String,
        /// The place of the path.
        place: Place,
    },
    /// Two stores have the same path.
    #[error("two stores have the path `{path}`")]
    Twice {
        /// The path.
        path: String,
        /// The place of the second one.
        place: Place,
    },
    /// A text has the wrong form.
    #[error("`{key}` is malformed")]
    Malformed {
        /// The key.
        key: &'static str,
        /// The expected form, in words.
        expected: &'static str,
        /// The place of the text.
        place: Place,
    },
    /// The store does not take the key.
    #[error("this store has no key `{key}`")]
    Contradiction {
        /// The key.
        key: &'static str,
        /// The place of the key.
        place: Place,
    },
}

impl NextAction for KeyStoreError {
    fn because(&self) -> String {
        match self {
            Self::Path { place, .. } => {
                format!("every path in key storage is `keys`, or begins with `keys/` ({place})")
            }
            Self::Twice { place, .. } => format!("each path belongs to one store ({place})"),
            Self::Malformed { expected, place, .. } => format!("the value has to be {expected} ({place})"),
            Self::Contradiction { place, .. } => {
                format!("the key belongs to another store, or contradicts another key of this one ({place})")
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Path { .. } => "write path = \"keys\", or for instance path = \"keys/vault\"".to_owned(),
            Self::Twice { .. } => "remove one of the two stores, or give it another path".to_owned(),
            Self::Malformed { key, .. } => format!("correct `{key}`"),
            Self::Contradiction { key, .. } => format!("remove `{key}`, or choose the store that takes it"),
        }
    }
}

impl KeyStoreSettings {
    /// Reads the tables, and adds the encrypted file for the keys that no table covers.
    pub(crate) fn read(tables: &[KeyStoreTable], source: &Source) -> Result<Vec<Self>, KeyStoreError> {
        let mut stores: Vec<Self> = Vec::new();
        for table in tables {
            let store = table.read(source)?;
            if stores.iter().any(|other| other.path == store.path) {
                return Err(KeyStoreError::Twice { path: store.path, place: source.place(&table.path.span()) });
            }
            stores.push(store);
        }
        if !stores.iter().any(|store| store.path == "keys") {
            stores.push(Self::default());
        }
        Ok(stores)
    }
}

impl Default for KeyStoreSettings {
    fn default() -> Self {
        Self { path: "keys".to_owned(), store: KeyStore::File(FileStore::KeyFile(None)), place: None }
    }
}

/// One `[[keys]]` table. Editors show the doc comments of its fields.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyStoreTable {
    /// The store holds every key below this path: `keys`, or for instance `keys/vault`. The longest matching path wins.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// The store.
    #[schemars(with = "StoreKind")]
    store: Spanned<StoreKind>,
    /// File store: the age identity that opens it (default: `identity.txt` beside it).
    #[schemars(with = "Option<PathBuf>")]
    key_file: Option<Spanned<PathBuf>>,
    /// File store: whether a passphrase opens it, which the host asks for on the terminal.
    #[schemars(with = "Option<bool>")]
    passphrase: Option<Spanned<bool>>,
    /// File store: the file of the passphrase.
    #[schemars(with = "Option<PathBuf>")]
    passphrase_file: Option<Spanned<PathBuf>>,
    /// Vault: the address, such as `https://vault.example.com:8200` (default: `VAULT_ADDR`).
    #[schemars(with = "Option<String>")]
    address: Option<Spanned<String>>,
    /// Vault: the mount of the secrets engine (default `secret`).
    #[schemars(with = "Option<String>")]
    mount: Option<Spanned<String>>,
    /// Vault: the namespace (Vault Enterprise).
    #[schemars(with = "Option<String>")]
    namespace: Option<Spanned<String>>,
    /// Vault: the file of the token (default: `VAULT_TOKEN`, then `~/.vault-token`).
    #[schemars(with = "Option<PathBuf>")]
    token_file: Option<Spanned<PathBuf>>,
    /// Vault: the folder within the mount. Secrets Manager: the prefix of the names of the secrets.
    #[schemars(with = "Option<String>")]
    prefix: Option<Spanned<String>>,
    /// Secrets Manager: the regions, whose secrets form one list.
    #[schemars(with = "Option<Vec<RegionName>>")]
    regions: Option<Spanned<Vec<RegionName>>>,
    /// Secrets Manager: only secrets with this text in their names.
    #[schemars(with = "Option<String>")]
    include: Option<Spanned<String>>,
    /// Secrets Manager: only secrets without this text in their names.
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

/// A key that only one kind of store takes.
struct OwnKey {
    key: &'static str,
    store: StoreKind,
    /// The place of the key, when the table has it.
    span: Option<Range<usize>>,
}

impl OwnKey {
    fn new<T>(key: &'static str, store: StoreKind, value: &Option<Spanned<T>>) -> Self {
        Self { key, store, span: value.as_ref().map(Spanned::span) }
    }
}

impl KeyStoreTable {
    fn read(&self, source: &Source) -> Result<KeyStoreSettings, KeyStoreError> {
        let path = self.path.get_ref();
        // A key can lie below a path exactly when it could have the path itself.
        if path != "keys" && path.parse::<KeyPath>().is_err() {
            return Err(KeyStoreError::Path { path: path.clone(), place: source.place(&self.path.span()) });
        }
        let kind = *self.store.get_ref();
        let foreign = self.own_keys().into_iter().filter(|own| own.store != kind);
        if let Some((key, span)) = foreign.filter_map(|own| Some((own.key, own.span?))).next() {
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
            OwnKey::new("key_file", File, &self.key_file),
            OwnKey::new("passphrase", File, &self.passphrase),
            OwnKey::new("passphrase_file", File, &self.passphrase_file),
            OwnKey::new("address", Vault, &self.address),
            OwnKey::new("mount", Vault, &self.mount),
            OwnKey::new("namespace", Vault, &self.namespace),
            OwnKey::new("token_file", Vault, &self.token_file),
            OwnKey::new("regions", SecretsManager, &self.regions),
            OwnKey::new("include", SecretsManager, &self.include),
            OwnKey::new("exclude", SecretsManager, &self.exclude),
            OwnKey::new("role_arn", SecretsManager, &self.role_arn),
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

/// Whether the text can be part of the address of a request unescaped.
fn is_vault_path(text: &str) -> bool {
    format!("keys/{}", text.trim_matches('/')).parse::<KeyPath>().is_ok()
}

fn is_secret_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+=.@-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{SettingsError, System};

    fn stores(text: &str) -> Result<Vec<KeyStoreSettings>, SettingsError> {
        Ok(System::read(Source::new("stepwell.toml", text))?.key_stores)
    }

    /// The wrong key, and its place.
    fn fault(text: &str) -> (&'static str, String) {
        match stores(text) {
            Err(SettingsError::KeyStore(
                KeyStoreError::Contradiction { key, place } | KeyStoreError::Malformed { key, place, .. },
            )) => (key, place.to_string()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn without_a_table_everything_is_in_an_encrypted_file() {
        assert_eq!(stores(""), Ok(vec![KeyStoreSettings::default()]));
        let vault = stores("[[keys]]\npath = \"keys/vault\"\nstore = \"vault\"\n").expect("valid");
        let paths: Vec<_> = vault.iter().map(|store| store.path.as_str()).collect();
        assert_eq!(paths, ["keys/vault", "keys"]);
        let KeyStore::Vault(vault) = &vault[0].store else { panic!("{vault:?}") };
        assert_eq!((vault.mount.as_str(), vault.prefix.as_str(), &vault.address), ("secret", "", &None));
    }

    #[test]
    fn every_store_is_read() {
        let read = stores(
            "[[keys]]\npath = \"keys\"\nstore = \"file\"\npassphrase = true\n\
             [[keys]]\npath = \"keys/vault\"\nstore = \"vault\"\naddress = \"https://v\"\nmount = \"kv/team\"\nprefix = \"app\"\n\
             [[keys]]\npath = \"keys/aws\"\nstore = \"secrets_manager\"\nregions = [\"eu-central-1\", \"us-east-1\"]\nprefix = \"prod/\"\ninclude = \"db\"\n",
        );
        let read = read.expect("valid");
        assert_eq!(read[0].store, KeyStore::File(FileStore::Passphrase(None)));
        assert!(matches!(&read[1].store, KeyStore::Vault(vault) if vault.mount == "kv/team" && vault.prefix == "app"));
        let KeyStore::SecretsManager(secrets) = &read[2].store else { panic!("{read:?}") };
        let regions: Vec<_> = secrets.regions.iter().map(RegionName::as_str).collect();
        assert_eq!((regions, secrets.prefix.as_str()), (vec!["eu-central-1", "us-east-1"], "prod/"));
        assert_eq!(read[2].place.as_ref().map(ToString::to_string).as_deref(), Some("stepwell.toml:12:8"));
    }

    #[test]
    fn an_unknown_store_is_told_the_known_ones() {
        let error = stores("[[keys]]\npath = \"keys\"\nstore = \"valut\"\n").expect_err("no such store");
        assert!(error.because().starts_with("stepwell.toml:3:9"), "{}", error.explain());
        assert_eq!(error.next(), "write `vault` instead of `valut`");
    }

    #[test]
    fn a_key_of_another_store_is_a_contradiction() {
        let table = |store: &str, line: &str| format!("[[keys]]\npath = \"keys/x\"\nstore = \"{store}\"\n{line}\n");
        for (store, line, key, column) in [
            ("file", "mount = \"kv\"", "mount", 9),
            ("file", "prefix = \"a\"", "prefix", 10),
            ("vault", "regions = [\"eu-central-1\"]", "regions", 11),
            ("vault", "passphrase = true", "passphrase", 14),
            ("secrets_manager", "token_file = \"/t\"", "token_file", 14),
            ("vault", "mount = \"../x\"", "mount", 9),
            ("vault", "prefix = \"a b\"", "prefix", 10),
            ("secrets_manager", "exclude = \"a*\"", "exclude", 11),
        ] {
            assert_eq!(fault(&table(store, line)), (key, format!("stepwell.toml:4:{column}")), "{store} {line}");
        }
    }

    #[test]
    fn a_file_is_opened_by_a_key_or_by_a_passphrase() {
        let table = |lines: &str| format!("[[keys]]\npath = \"keys\"\nstore = \"file\"\n{lines}\n");
        assert_eq!(fault(&table("key_file = \"/k\"\npassphrase = true")).0, "key_file");
        assert_eq!(fault(&table("key_file = \"/k\"\npassphrase_file = \"/p\"")).0, "key_file");
        assert_eq!(fault(&table("passphrase_file = \"/p\"\npassphrase = false")).0, "passphrase");
        let file = FileStore::Passphrase(Some("/p".into()));
        assert_eq!(stores(&table("passphrase_file = \"/p\"")).expect("valid")[0].store, KeyStore::File(file));
    }

    #[test]
    fn two_stores_cannot_be_at_one_path() {
        let one = "[[keys]]\npath = \"keys/vault\"\nstore = \"vault\"\n";
        let error = stores(&one.repeat(2)).expect_err("twice");
        assert_eq!(error.to_string(), "two stores have the path `keys/vault`");
        assert!(error.because().contains("stepwell.toml:5:8"), "{}", error.explain());
    }

    #[test]
    fn a_store_lies_within_key_storage() {
        for path in ["", "vault", "keys/", "keys//a", "keys/../a", "/keys"] {
            let error = stores(&format!("[[keys]]\npath = \"{path}\"\nstore = \"vault\"\n")).expect_err("no path");
            assert!(matches!(error, SettingsError::KeyStore(KeyStoreError::Path { .. })), "{path}");
            assert!(error.because().contains("stepwell.toml:2:8"), "{}", error.explain());
        }
    }
}
