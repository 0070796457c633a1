//! The key store in AWS Secrets Manager.
//!
//! The name of a secret is the store's prefix and the rest of the key path: with the prefix `prod/`, the secret
//! `prod/web/token` is `keys/aws/web/token`. A secret that is a JSON object is a folder and not a key: each of its members
//! is a key below its name. A text member is a key as it is, any other member as JSON, and `null` is left out. Names that
//! key paths do not allow (`+`, `=`, `@`) are left out as well.
//!
//! Several regions are one list. The first region wins, even when it does not answer: a later one could have another
//! secret of that name. New keys become secrets of their own in the first region.
//!
//! Setting a member reads the secret and writes it back. Secrets Manager cannot detect another write in between: the last
//! one wins.

mod error;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::types::SecretListEntry;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::region::Region;
use jiff::Timestamp;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value as Json};
use stepwell_model::id::{KeyPath, RoleArn};
use stepwell_model::key_store::SecretsManagerStore;
use stepwell_secrets::{KeyError, KeyStore, StoredKey, Written, field};
use tokio::sync::Mutex;

pub use error::SecretsManagerError;
use error::explain;

/// The result of [`Configs`].
pub type ConfigFuture = Pin<Box<dyn Future<Output = Result<SdkConfig, SecretsManagerError>> + Send>>;

/// A configuration in a region (none: the default one), through a role when one is named.
pub type Configs = Arc<dyn Fn(Option<Region>, Option<RoleArn>) -> ConfigFuture + Send + Sync>;

/// Opens stores that make their clients from these configurations: for `KeyStores::open`.
pub fn secrets_manager(configs: Configs) -> impl Fn(&str, &SecretsManagerStore) -> Box<dyn KeyStore> {
    move |path, settings| Box::new(SecretsManagerKeys::new(path, settings.clone(), Arc::clone(&configs)))
}

/// The store that is AWS Secrets Manager.
struct SecretsManagerKeys {
    path: String,
    settings: SecretsManagerStore,
    clients: Clients,
}

/// Clients by region, each made at its first use.
struct Clients {
    configs: Configs,
    role: Option<RoleArn>,
    made: Mutex<HashMap<Option<String>, Client>>,
}

/// The content of a secret.
enum Content {
    /// There is no such secret, or it has no value yet.
    Nothing,
    Text(SecretString),
    /// A JSON object, whose members are keys.
    Members(Map<String, Json>),
}

/// The location of a key.
enum Location {
    Secret {
        name: String,
        secret: SecretString,
    },
    Member {
        name: String,
        members: Map<String, Json>,
        member: String,
    },
    /// A secret of that name, whose members are keys.
    Folder,
    Nothing,
}

impl SecretsManagerKeys {
    fn new(path: &str, settings: SecretsManagerStore, configs: Configs) -> Self {
        let clients = Clients { configs, role: settings.role_arn.clone(), made: Mutex::default() };
        Self { path: path.to_owned(), settings, clients }
    }

    fn name(&self, path: &KeyPath) -> String {
        let rest = path.as_str().strip_prefix(&self.path).unwrap_or(path.as_str()).trim_start_matches('/');
        format!("{}{rest}", self.settings.prefix)
    }

    /// The secret and its member, when the key may be a member.
    fn as_member(&self, path: &KeyPath) -> Option<(String, String)> {
        let rest = path.as_str().strip_prefix(&self.path)?.trim_start_matches('/');
        let (secret, member) = rest.rsplit_once('/')?;
        let name = format!("{}{secret}", self.settings.prefix);
        self.takes(&name).then(|| (name, member.to_owned()))
    }

    /// Whether the store includes a secret of this name.
    fn takes(&self, name: &str) -> bool {
        let SecretsManagerStore { prefix, include, exclude, .. } = &self.settings;
        name.starts_with(prefix.as_str())
            && include.as_ref().is_none_or(|include| name.contains(include.as_str()))
            && exclude.as_ref().is_none_or(|exclude| !name.contains(exclude.as_str()))
    }

    /// The regions in their order; none stands for the default one.
    fn regions(&self) -> Vec<Option<&str>> {
        let regions = &self.settings.regions;
        if regions.is_empty() { vec![None] } else { regions.iter().map(|region| Some(region.as_str())).collect() }
    }

    async fn content(&self, client: &Client, name: &str) -> Result<Content, SecretsManagerError> {
        match client.get_secret_value().secret_id(name).send().await {
            Ok(answer) => match answer.secret_string() {
                Some(text) => Ok(match serde_json::from_str(text) {
                    Ok(Json::Object(members)) => Content::Members(members),
                    _ => Content::Text(text.into()),
                }),
                None => Err(SecretsManagerError::Binary { name: name.to_owned() }),
            },
            Err(error) if code(&error) == Some("ResourceNotFoundException") => Ok(Content::Nothing),
            Err(error) => Err(explain(&error, "secretsmanager:GetSecretValue", name)),
        }
    }

    /// The location of the key in one region.
    async fn find_in(&self, client: &Client, path: &KeyPath) -> Result<Location, SecretsManagerError> {
        let name = self.name(path);
        let own = if self.takes(&name) { self.content(client, &name).await } else { Ok(Content::Nothing) };
        if let Ok(Content::Text(secret)) = own {
            return Ok(Location::Secret { name, secret });
        }
        // A policy for one secret does not allow a look below its name, so a refusal is not conclusive yet.
        if let (Ok(_) | Err(SecretsManagerError::Denied { .. }), Some((name, member))) = (&own, self.as_member(path)) {
            match self.content(client, &name).await {
                Ok(Content::Members(members)) if members.get(&member).is_some_and(|value| !value.is_null()) => {
                    return Ok(Location::Member { name, members, member });
                }
                Ok(_) | Err(SecretsManagerError::Denied { .. } | SecretsManagerError::Binary { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(if let Content::Members(_) = own? { Location::Folder } else { Location::Nothing })
    }

    /// The location of the key, and a client of its region; of the first region when the key is in none.
    async fn find(&self, path: &KeyPath) -> Result<(Client, Location), SecretsManagerError> {
        let mut first = None;
        for region in self.regions() {
            let client = self.clients.client(region).await?;
            match self.find_in(&client, path).await? {
                Location::Nothing => first = first.or(Some(client)),
                found => return Ok((client, found)),
            }
        }
        let client = first.ok_or(SecretsManagerError::NoRegion)?;
        Ok((client, Location::Nothing))
    }

    async fn set(&self, path: &KeyPath, secret: &SecretString) -> Result<Written, SecretsManagerError> {
        let text = secret.expose_secret();
        let name = self.name(path);
        if matches!(serde_json::from_str(text), Ok(Json::Object(_))) {
            return Err(SecretsManagerError::ManyKeys { name });
        }
        if !self.takes(&name) {
            return Err(SecretsManagerError::LeftOut { name });
        }
        let (client, found) = self.find(path).await?;
        match found {
            Location::Secret { name, .. } => put(&client, &name, text).await?,
            Location::Member { name, mut members, member } => {
                members.insert(member, Json::String(text.to_owned()));
                put(&client, &name, &Zeroizing::new(Json::Object(members).to_string())).await?;
            }
            Location::Folder => return Err(SecretsManagerError::IsFolder { name }),
            Location::Nothing => {
                create(&client, &name, text).await?;
                return Ok(Written::New);
            }
        }
        Ok(Written::Replaced)
    }

    async fn unset(&self, path: &KeyPath) -> Result<bool, SecretsManagerError> {
        let (client, found) = self.find(path).await?;
        match found {
            Location::Secret { name, .. } => {
                // Without force, so that it can be restored for 30 days.
                let deleted = client.delete_secret().secret_id(&name).send().await;
                deleted.map_err(|error| explain(&error, "secretsmanager:DeleteSecret", &name))?;
            }
            Location::Member { name, mut members, member } => {
                members.remove(&member);
                put(&client, &name, &Zeroizing::new(Json::Object(members).to_string())).await?;
            }
            Location::Folder => return Err(SecretsManagerError::IsFolder { name: self.name(path) }),
            Location::Nothing => return Ok(false),
        }
        Ok(true)
    }

    async fn all(&self) -> Result<Vec<StoredKey>, SecretsManagerError> {
        let mut keys: Vec<StoredKey> = Vec::new();
        for region in self.regions() {
            let client = self.clients.client(region).await?;
            let mut pages = client.list_secrets().into_paginator().send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(|error| explain(&error, "secretsmanager:ListSecrets", "*"))?;
                for entry in page.secret_list() {
                    keys.extend(self.keys_of(&client, entry).await?);
                }
            }
        }
        // A stable sort keeps the key of the first region.
        keys.sort_by(|a, b| a.path.cmp(&b.path));
        keys.dedup_by(|later, first| later.path == first.path);
        Ok(keys)
    }

    async fn keys_of(&self, client: &Client, entry: &SecretListEntry) -> Result<Vec<StoredKey>, SecretsManagerError> {
        let Some(name) = entry.name().filter(|name| self.takes(name)) else { return Ok(Vec::new()) };
        let Some(rest) = name.strip_prefix(&self.settings.prefix) else { return Ok(Vec::new()) };
        let set_at =
            entry.last_changed_date().or(entry.created_date()).and_then(|at| Timestamp::from_second(at.secs()).ok());
        let key = |path: String| path.parse().ok().map(|path| StoredKey { path, set_at });
        let Some(own) = key(format!("{}/{rest}", self.path)) else { return Ok(Vec::new()) };
        match self.content(client, name).await {
            Ok(Content::Members(members)) => {
                let named = members.iter().filter(|(_, value)| !value.is_null());
                Ok(named.filter_map(|(member, _)| key(format!("{}/{rest}/{member}", self.path))).collect())
            }
            Ok(Content::Nothing) => Ok(Vec::new()),
            // A text is a key. So is a secret whose content IAM or KMS withholds, because the list names it.
            Ok(Content::Text(_)) | Err(SecretsManagerError::Denied { .. } | SecretsManagerError::Kms { .. }) => {
                Ok(vec![own])
            }
            Err(SecretsManagerError::Binary { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

impl Clients {
    /// A client in a region; none stands for the default one.
    async fn client(&self, region: Option<&str>) -> Result<Client, SecretsManagerError> {
        let region = region.map(str::to_owned);
        let mut made = self.made.lock().await;
        if let Some(client) = made.get(&region) {
            return Ok(client.clone());
        }
        let config = (self.configs)(region.clone().map(Region::new), self.role.clone()).await?;
        if config.region().is_none() {
            return Err(SecretsManagerError::NoRegion);
        }
        let client = Client::new(&config);
        made.insert(region, client.clone());
        Ok(client)
    }
}

async fn put(client: &Client, name: &str, text: &str) -> Result<(), SecretsManagerError> {
    let put = client.put_secret_value().secret_id(name).secret_string(text).send().await;
    put.map_err(|error| explain(&error, "secretsmanager:PutSecretValue", name))?;
    Ok(())
}

async fn create(client: &Client, name: &str, text: &str) -> Result<(), SecretsManagerError> {
    match client.create_secret().name(name).secret_string(text).send().await {
        Ok(_) => Ok(()),
        // A secret without a value, or one that another client created meanwhile.
        Err(error) if code(&error) == Some("ResourceExistsException") => put(client, name, text).await,
        Err(error) => Err(explain(&error, "secretsmanager:CreateSecret", name)),
    }
}

fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

#[async_trait]
impl KeyStore for SecretsManagerKeys {
    async fn read(&self, path: &KeyPath) -> Result<Option<SecretString>, KeyError> {
        Ok(match self.find(path).await?.1 {
            Location::Secret { secret, .. } => Some(secret),
            Location::Member { members, member, .. } => members.get(&member).and_then(field),
            Location::Folder | Location::Nothing => None,
        })
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
