//! The providers of `aws-config`, set up from the settings.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::Client as Imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::web_identity_token::{StaticConfiguration, WebIdentityTokenCredentialsProvider};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::region::Region;
use secrecy::ExposeSecret as _;
use stepwell_model::credentials::{AssumeRole, Base, Provider, WebIdentityToken};
use stepwell_model::id::{AccessKeyId, ExternalId, KeyPath, RunId};
use stepwell_secrets::{KeyStores, Masker};

use super::issuer::{Issuer, Shared, Stage};
use super::source_file::{WithProfiles, WithToken};

/// The timeout of the metadata service. The SDK's one second decides whether there is a service at all; where the settings
/// name it, a busy machine gets longer.
const IMDS_TIMEOUT: Duration = Duration::from_secs(5);

/// The parts that every provider needs.
pub(crate) struct Parts<'a> {
    pub(crate) http: &'a SharedHttpClient,
    /// The region of calls to STS.
    pub(crate) region: &'a Region,
    pub(crate) run: &'a RunId,
    pub(crate) keys: &'a KeyStores,
    pub(crate) masker: &'a Masker,
}

/// The start of a chain.
pub(crate) async fn base(base: &Base, parts: Parts<'_>) -> Issuer {
    let config =
        ProviderConfig::without_region().with_region(Some(parts.region.clone())).with_http_client(parts.http.clone());
    let stage = Stage::Base(base.provider().unwrap_or(Provider::DefaultChain));
    let masker = parts.masker.clone();
    match base {
        Base::Ec2 => {
            let imds =
                Imds::builder().configure(&config).connect_timeout(IMDS_TIMEOUT).read_timeout(IMDS_TIMEOUT).build();
            let provider = ImdsCredentialsProvider::builder().configure(&config).imds_client(imds).build();
            Issuer::new(stage, provider, masker)
        }
        Base::Ecs => Issuer::new(stage, EcsCredentialsProvider::builder().configure(&config).build(), masker),
        Base::WebIdentity { token } => exchange(token.as_ref(), &config, parts),
        Base::Profile { profile } => {
            let mut provider = ProfileFileCredentialsProvider::builder().configure(&config);
            if let Some(profile) = profile {
                provider = provider.profile_name(profile);
            }
            let (provider, named) = (provider.build(), profile.clone());
            Issuer::new(stage, WithProfiles { provider, named }, masker)
        }
        Base::KeyStorage { access_key_id, secret_key_path } => {
            let (id, path, keys) = (access_key_id.clone(), secret_key_path.clone(), parts.keys.clone());
            Issuer::new(stage, StoredKey { id, path, keys, masker: masker.clone() }, masker)
        }
        Base::Host | Base::DefaultChain => {
            let provider = DefaultCredentialsChain::builder().configure(config).build().await;
            Issuer::new(stage, WithProfiles { provider, named: None }, masker)
        }
    }
}

fn exchange(token: Option<&WebIdentityToken>, config: &ProviderConfig, parts: Parts<'_>) -> Issuer {
    let (stage, masker) = (Stage::Base(Provider::WebIdentity), parts.masker.clone());
    let provider = WebIdentityTokenCredentialsProvider::builder().configure(config);
    let Some((role_arn, path)) = web_identity(token) else {
        return Issuer::new(stage, provider.build(), masker);
    };
    // The SDK would give the session a name of its own.
    let session_name = parts.run.to_string();
    let web_identity_token_file = path.clone();
    let configuration = StaticConfiguration { web_identity_token_file, role_arn, session_name };
    let provider = provider.static_configuration(configuration).build();
    Issuer::new(stage, WithToken { path, provider, masker: masker.clone() }, masker)
}

/// The named role and token file, or else those of the environment.
fn web_identity(token: Option<&WebIdentityToken>) -> Option<(String, PathBuf)> {
    match token {
        Some(WebIdentityToken { role_arn, token_file }) => Some((role_arn.to_string(), token_file.clone())),
        None => Some((env::var("AWS_ROLE_ARN").ok()?, env::var_os("AWS_WEB_IDENTITY_TOKEN_FILE")?.into())),
    }
}

/// The parameters of one `sts:AssumeRole`.
pub(crate) struct RoleRequest<'a> {
    pub(crate) role: &'a AssumeRole,
    pub(crate) external_id: Option<&'a ExternalId>,
    /// The inline session policy.
    pub(crate) policy: Option<String>,
    pub(crate) tags: Vec<(&'static str, String)>,
    pub(crate) run: &'a RunId,
}

/// The next link of a chain.
pub(crate) async fn role(request: RoleRequest<'_>, before: Shared, config: &SdkConfig, masker: Masker) -> Issuer {
    let RoleRequest { role, external_id, policy, tags, run } = request;
    let mut builder = AssumeRoleProvider::builder(role.role_arn.as_str())
        .configure(config)
        .session_name(run.as_str())
        .session_length(role.duration);
    if let Some(id) = external_id {
        builder = builder.external_id(id.as_str());
    }
    if let Some(policy) = policy {
        builder = builder.policy(policy);
    }
    if !tags.is_empty() {
        builder = builder.tags(tags);
    }
    Issuer::new(Stage::Role(role.role_arn.clone()), builder.build_from_provider(before).await, masker)
}

/// An access key whose secret lies in key storage.
#[derive(Debug)]
struct StoredKey {
    id: AccessKeyId,
    path: KeyPath,
    keys: KeyStores,
    masker: Masker,
}

impl ProvideCredentials for StoredKey {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let secret = self.keys.secret(&self.path, &self.masker).await;
            let secret = secret.map_err(CredentialsError::provider_error)?;
            // A paste may have left spaces.
            Ok(Credentials::new(self.id.as_str(), secret.expose_secret().trim(), None, None, "KeyStorage"))
        })
    }
}
