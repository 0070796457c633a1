//! `[[keys]]` of `stepwell.toml`: where secrets lie. The stores themselves are in `stepwell-aws`.
//!
//! Paths of files are relative to `STEPWELL_HOME`.

mod table;

use std::path::PathBuf;

use crate::error::NextAction;
use crate::id::RoleArn;
use crate::settings::RegionName;
use crate::source::{Place, Source};

pub use table::KeyStoreTable;

/// A store and the part of key storage that lies in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStoreSettings {
    /// Everything below this: `keys` or, for instance, `keys/vault`. The longest one that fits decides.
    pub path: String,
    /// The store.
    pub store: KeyStore,
    /// Where the table says so; none for the store that there is without any.
    pub place: Option<Place>,
}

/// A store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyStore {
    /// An encrypted file (`age`) in `STEPWELL_HOME`, in the directory with the path of the store.
    File(FileStore),
    /// HashiCorp Vault, secrets engine KV version 2.
    Vault(VaultStore),
    /// AWS Secrets Manager.
    SecretsManager(SecretsManagerStore),
}

/// What opens the encrypted file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileStore {
    /// An age identity in a file that nobody else can read; none is `identity.txt` beside the encrypted file. It is
    /// made when the first key is set.
    KeyFile(Option<PathBuf>),
    /// A passphrase: from this file, or asked for on the terminal.
    Passphrase(Option<PathBuf>),
}

/// Where Vault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultStore {
    /// Such as `https://vault.example.com:8200`; none is `VAULT_ADDR`.
    pub address: Option<String>,
    /// Where the engine is mounted.
    pub mount: String,
    /// The namespace (Vault Enterprise).
    pub namespace: Option<String>,
    /// The file of the token; none is `VAULT_TOKEN`, then `~/.vault-token`.
    pub token_file: Option<PathBuf>,
    /// The folder within the mount; empty is the mount itself.
    pub prefix: String,
}

/// Which secrets of AWS Secrets Manager there are. They are read with the credentials of `stepwell.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretsManagerStore {
    /// The regions, whose secrets are one list; empty is the region of `stepwell.toml` or of the environment.
    pub regions: Vec<RegionName>,
    /// What the names of the secrets begin with, in AWS but not in key paths.
    pub prefix: String,
    /// Only secrets whose name holds this.
    pub include: Option<String>,
    /// No secrets whose name holds this.
    pub exclude: Option<String>,
    /// A role to assume first, for secrets in another account.
    pub role_arn: Option<RoleArn>,
}

/// A `[[keys]]` that cannot mean anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// A path that no key can lie below.
    #[error("`{path}` is no part of key storage")]
    Path {
        /// What stands there.
        path: String,
        /// Where.
        place: Place,
    },
    /// Two stores for one path.
    #[error("two stores are at `{path}`")]
    Twice {
        /// The path.
        path: String,
        /// The second one.
        place: Place,
    },
    /// A text that cannot be part of what it names.
    #[error("`{key}` is malformed")]
    Malformed {
        /// The key.
        key: &'static str,
        /// The form in words.
        expected: &'static str,
        /// Where.
        place: Place,
    },
    /// A key that the store has no use for.
    #[error("`{key}` does not go with this store")]
    Contradiction {
        /// The key.
        key: &'static str,
        /// Where.
        place: Place,
    },
}

impl NextAction for KeyStoreError {
    fn because(&self) -> String {
        match self {
            Self::Path { place, .. } => format!("key storage is `keys` and what is below it ({place})"),
            Self::Twice { place, .. } => format!("which one is meant cannot be told ({place})"),
            Self::Malformed { expected, place, .. } => format!("it is {expected} ({place})"),
            Self::Contradiction { place, .. } => format!("it means something else than the other keys ({place})"),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Path { .. } => "write path = \"keys\", or for instance path = \"keys/vault\"".to_owned(),
            Self::Twice { .. } => "remove one of them, or give it another path".to_owned(),
            Self::Malformed { key, .. } => format!("correct `{key}`"),
            Self::Contradiction { key, .. } => format!("remove `{key}`, or choose the store that it belongs to"),
        }
    }
}

impl KeyStoreSettings {
    /// What the tables mean, with the encrypted file for everything that no table takes.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{SettingsError, System};

    fn stores(text: &str) -> Result<Vec<KeyStoreSettings>, SettingsError> {
        Ok(System::read(Source::new("stepwell.toml", text))?.key_stores)
    }

    /// The key that is wrong, and where it stands.
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
        assert_eq!(error.to_string(), "two stores are at `keys/vault`");
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
