use std::collections::HashMap;

use aws_sdk_secretsmanager::Client;
use aws_types::region::Region;
use stepwell_model::id::RoleArn;
use tokio::sync::Mutex;

use super::SecretsManagerError;
use crate::keys::{Configs, KeyError};

/// Clients by region, each made when it is first needed.
pub(super) struct Clients {
    configs: Configs,
    role: Option<RoleArn>,
    made: Mutex<HashMap<Option<String>, Client>>,
}

impl Clients {
    pub(super) fn new(configs: Configs, role: Option<RoleArn>) -> Self {
        Self { configs, role, made: Mutex::default() }
    }

    /// A client in a region; none is the default one.
    pub(super) async fn client(&self, region: Option<&str>) -> Result<Client, SecretsManagerError> {
        let region = region.map(str::to_owned);
        let mut made = self.made.lock().await;
        if let Some(client) = made.get(&region) {
            return Ok(client.clone());
        }
        let config = (self.configs)(region.clone().map(Region::new), self.role.clone()).await;
        let config = config.map_err(|error| match error {
            KeyError::SecretsManager(error) => error,
            // Its credentials are a key themselves, and that one could not be had.
            other => SecretsManagerError::NoCredentials { reason: other.to_string(), cause: Some(Box::new(other)) },
        })?;
        if config.region().is_none() {
            return Err(SecretsManagerError::NoRegion);
        }
        let client = Client::new(&config);
        made.insert(region, client.clone());
        Ok(client)
    }
}
