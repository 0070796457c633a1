//! HashiCorp Vault, secrets engine KV version 2.
//!
//! A secret of Vault is a map. Its field `value` is the key with the secret's own path; every other field is a key of
//! its own below that: `keys/vault/db/password` is the field `password` of the secret `db`. Where a path could be both,
//! a secret of that name with a field `value` goes before the field. A new key becomes a secret of its own. A field
//! that is not text is a key with its JSON; a null field is ignored. Names that key paths do not allow (spaces, a
//! leading dot) are ignored as well.
//!
//! A change keeps the other fields and uses check-and-set, so that two changes at once lose nothing. Removing the last
//! field deletes the newest version, which `vault kv undelete` brings back.

mod connection;
mod error;
#[cfg(test)]
mod tests;

use std::path::Path;

use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value as Json};
use stepwell_model::id::KeyPath;
use stepwell_model::key_store::VaultStore;
use vaultrs::api;
use vaultrs::api::kv2::requests::{ReadSecretRequest, SetSecretRequestOptions};
use vaultrs::client::VaultClient;
use vaultrs::error::ClientError;
use vaultrs::kv2;

use super::secret;
use super::store::{KeyError, KeyStore, StoredKey, Written};
use crate::mask::Masker;
use connection::Connection;
pub(super) use connection::{certificates, token_file};
use error::{VaultError, explain, says};

/// Attempts at a change while other clients change the same secret.
const ATTEMPTS: usize = 5;

/// The field with the secret's own path.
const VALUE: &str = "value";

/// The store that is a Vault.
pub(super) struct VaultKeys {
    path: String,
    mount: String,
    prefix: String,
    connection: Connection,
}

/// A secret as it is now.
struct Current {
    /// Its path below the mount.
    name: String,
    /// None when there is no such secret, or its newest version is deleted.
    fields: Option<Map<String, Json>>,
    /// The version that check-and-set compares with; 0 for a secret that never existed.
    version: u64,
    created: Option<String>,
}

/// Where a key is: a field of a secret.
struct Location {
    secret: Current,
    field: String,
}

impl VaultKeys {
    pub(super) fn new(home: &Path, path: &str, mut settings: VaultStore, masker: Masker) -> Self {
        settings.token_file = settings.token_file.map(|file| home.join(file));
        let mount = settings.mount.trim_matches('/').to_owned();
        let prefix = settings.prefix.trim_matches('/').to_owned();
        Self { path: path.to_owned(), mount, prefix, connection: Connection::new(settings, masker) }
    }

    /// `team/db` for `keys/vault/db` with the prefix `team`.
    fn name(&self, path: &KeyPath) -> String {
        let rest = path.as_str().strip_prefix(&self.path).unwrap_or(path.as_str()).trim_start_matches('/');
        self.below_prefix(rest)
    }

    fn below_prefix(&self, rest: &str) -> String {
        if self.prefix.is_empty() { rest.to_owned() } else { format!("{}/{rest}", self.prefix) }
    }

    /// The name of the secret whose field a key may be, and that field. The folder of the prefix is not a secret.
    fn as_field(&self, path: &KeyPath) -> Option<(String, String)> {
        let rest = path.as_str().strip_prefix(&self.path)?.trim_start_matches('/');
        let (secret, field) = rest.rsplit_once('/').filter(|(_, field)| *field != VALUE)?;
        Some((self.below_prefix(secret), field.to_owned()))
    }

    async fn current(&self, client: &VaultClient, name: String) -> Result<Current, VaultError> {
        let request = ReadSecretRequest { mount: self.mount.clone(), path: name.clone(), version: None };
        match api::exec_with_result(client, request).await {
            Ok(answer) => Ok(Current {
                name,
                fields: answer.data.as_object().cloned(),
                version: answer.metadata.version,
                created: Some(answer.metadata.created_time),
            }),
            Err(error) => match not_there(&error) {
                Some(version) => Ok(Current { name, fields: None, version, created: None }),
                None => Err(self.failed(&error, "data", &name)),
            },
        }
    }

    /// The location of a key, whether it exists or not.
    async fn find(&self, client: &VaultClient, path: &KeyPath) -> Result<Location, VaultError> {
        let own = self.current(client, self.name(path)).await;
        if let Ok(secret) = &own
            && secret.has(VALUE)
        {
            return Ok(Location { secret: own?, field: VALUE.to_owned() });
        }
        // A policy for the secret `db` does not allow reading `db/password`, so a refusal decides nothing yet.
        if let (Ok(_) | Err(VaultError::Denied { .. }), Some((name, field))) = (&own, self.as_field(path)) {
            match self.current(client, name).await {
                Ok(secret) if secret.has(&field) => return Ok(Location { secret, field }),
                Ok(_) | Err(VaultError::Denied { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Location { secret: own?, field: VALUE.to_owned() })
    }

    /// Writes the fields of a secret; false when another client changed it meanwhile.
    async fn put(&self, client: &VaultClient, secret: &Current, fields: Map<String, Json>) -> Result<bool, VaultError> {
        let cas = u32::try_from(secret.version).unwrap_or(u32::MAX);
        let data = Json::Object(fields);
        let options = SetSecretRequestOptions { cas };
        match kv2::set_with_options(client, &self.mount, &secret.name, &data, options).await {
            Ok(_) => Ok(true),
            Err(ClientError::APIError { code: 400, errors })
                if says(&errors, "check-and-set parameter did not match") =>
            {
                Ok(false)
            }
            Err(error) => Err(self.failed(&error, "data", &secret.name)),
        }
    }

    async fn set(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, VaultError> {
        let client = self.connection.client().await?;
        for _ in 0..ATTEMPTS {
            let Location { secret: current, field } = self.find(&client, path).await?;
            let mut fields = current.fields.clone().unwrap_or_default();
            let before = fields.insert(field, Json::String(secret.expose_secret().to_owned()));
            if self.put(&client, &current, fields).await? {
                return Ok(if before.is_some() { Written::Replaced } else { Written::New });
            }
        }
        Err(VaultError::Busy { name: self.name(path) })
    }

    async fn unset(&self, path: &KeyPath) -> Result<bool, VaultError> {
        let client = self.connection.client().await?;
        for _ in 0..ATTEMPTS {
            let Location { secret: current, field } = self.find(&client, path).await?;
            let mut fields = current.fields.clone().unwrap_or_default();
            if fields.remove(&field).is_none() {
                return Ok(false);
            }
            if fields.is_empty() {
                let deleted = kv2::delete_latest(&client, &self.mount, &current.name).await;
                deleted.map_err(|error| self.failed(&error, "data", &current.name))?;
                return Ok(true);
            }
            if self.put(&client, &current, fields).await? {
                return Ok(true);
            }
        }
        Err(VaultError::Busy { name: self.name(path) })
    }

    async fn all(&self) -> Result<Vec<StoredKey>, VaultError> {
        let client = self.connection.client().await?;
        let (mut keys, mut folders) = (Vec::new(), vec![String::new()]);
        while let Some(folder) = folders.pop() {
            for name in self.names(&client, &folder).await? {
                match name.strip_suffix('/') {
                    Some(name) if self.is_name(&folder, name) => folders.push(format!("{folder}{name}/")),
                    None if self.is_name(&folder, &name) => {
                        keys.extend(self.keys_of(&client, &format!("{folder}{name}")).await?);
                    }
                    _ => {}
                }
            }
        }
        keys.sort_by(|a, b| a.path.cmp(&b.path));
        // A field and a secret of the same path are one key.
        keys.dedup_by(|a, b| a.path == b.path);
        Ok(keys)
    }

    fn is_name(&self, folder: &str, name: &str) -> bool {
        format!("{}/{folder}{name}", self.path).parse::<KeyPath>().is_ok()
    }

    /// The names in a folder. The name of a folder ends with `/`.
    async fn names(&self, client: &VaultClient, folder: &str) -> Result<Vec<String>, VaultError> {
        let folder = self.below_prefix(folder);
        match kv2::list(client, &self.mount, &folder).await {
            Ok(names) => Ok(names),
            Err(error) if not_there(&error).is_some() => Ok(Vec::new()),
            Err(error) => Err(self.failed(&error, "metadata", &folder)),
        }
    }

    async fn keys_of(&self, client: &VaultClient, rest: &str) -> Result<Vec<StoredKey>, VaultError> {
        let key = |field: &str, set_at| {
            let path =
                if field == VALUE { format!("{}/{rest}", self.path) } else { format!("{}/{rest}/{field}", self.path) };
            path.parse().ok().map(|path| StoredKey { path, set_at })
        };
        match self.current(client, self.below_prefix(rest)).await {
            Ok(Current { fields, created, .. }) => {
                let set_at = created.and_then(|created| created.parse().ok());
                let fields = fields.unwrap_or_default();
                let named = fields.iter().filter(|(_, value)| !value.is_null());
                Ok(named.filter_map(|(field, _)| key(field, set_at)).collect())
            }
            // The policy hides its fields, but not that it exists.
            Err(VaultError::Denied { .. }) => Ok(key(VALUE, None).into_iter().collect()),
            Err(error) => Err(error),
        }
    }

    fn failed(&self, error: &ClientError, kind: &str, name: &str) -> VaultError {
        let mount = &self.mount;
        explain(error, &self.connection.shown_address(), mount, &format!("{mount}/{kind}/{name}"))
    }
}

impl Current {
    fn has(&self, field: &str) -> bool {
        self.fields.as_ref().and_then(|fields| fields.get(field)).is_some_and(|value| !value.is_null())
    }
}

/// The deleted version that a response names, 0 for a secret that never existed; none for any other response.
fn not_there(error: &ClientError) -> Option<u64> {
    use rustify::errors::ClientError::ServerResponseError;
    match error {
        ClientError::APIError { code: 404, errors } if errors.is_empty() => Some(0),
        ClientError::RestClientError { source: ServerResponseError { code: 404, content: Some(content) } } => {
            serde_json::from_str::<Json>(content).ok()?.pointer("/data/metadata/version")?.as_u64()
        }
        _ => None,
    }
}

#[async_trait]
impl KeyStore for VaultKeys {
    async fn read(&self, path: &KeyPath) -> Result<Option<SecretString>, KeyError> {
        let client = self.connection.client().await?;
        let Location { secret: current, field } = self.find(&client, path).await?;
        Ok(current.fields.as_ref().and_then(|fields| fields.get(&field)).and_then(secret::field))
    }

    async fn write(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, KeyError> {
        Ok(self.set(path, secret).await?)
    }

    async fn list(&self) -> Result<Vec<StoredKey>, KeyError> {
        Ok(self.all().await?)
    }

    async fn remove(&self, path: &KeyPath) -> Result<bool, KeyError> {
        Ok(self.unset(path).await?)
    }
}
