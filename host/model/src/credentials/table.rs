//! Reads `[aws.credentials]`.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use toml::Spanned;

use super::{
    AssumeRole, Base, CredentialSettings, CredentialsError, ExternalIdUse, LONGEST_SESSION, MOST_ROLES, Provider,
    WebIdentityToken,
};
use crate::file::DurationText;
use crate::id::{AccessKeyId, ExternalId, KeyPath, RoleArn};
use crate::settings::Level;
use crate::source::{Place, Source};

/// The shortest session that STS allows.
const SHORTEST_SESSION: Duration = Duration::from_secs(900);

/// `[aws.credentials]` as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialTable {
    /// The source of credentials. Without it, the host's own identity assumes the roles.
    #[schemars(with = "Option<Provider>")]
    provider: Option<Spanned<Provider>>,
    /// With `key_storage`: the id of the access key.
    #[schemars(with = "Option<AccessKeyId>")]
    access_key_id: Option<Spanned<AccessKeyId>>,
    /// With `key_storage`: the path of the secret access key, such as `keys/project/web/aws`.
    #[schemars(with = "Option<KeyPath>")]
    secret_key_path: Option<Spanned<KeyPath>>,
    /// With `profile`: the profile (default: `AWS_PROFILE`, then `default`).
    #[schemars(with = "Option<String>")]
    profile: Option<Spanned<String>>,
    /// With `web_identity`: the role (default: `AWS_ROLE_ARN`).
    #[schemars(with = "Option<RoleArn>")]
    role_arn: Option<Spanned<RoleArn>>,
    /// With `web_identity`: the file of the token (default: `AWS_WEB_IDENTITY_TOKEN_FILE`).
    #[schemars(with = "Option<PathBuf>")]
    token_file: Option<Spanned<PathBuf>>,
    /// The roles, assumed one after the other.
    #[serde(default)]
    #[schemars(with = "Vec<RoleTable>")]
    assume_role: Vec<Spanned<RoleTable>>,
    /// Whether sessions carry the tags `run`, `job` and `project`.
    #[schemars(with = "Option<bool>")]
    session_tags: Option<Spanned<bool>>,
    /// Whether the session of a step is narrowed to the actions of its plugin (default true).
    #[schemars(with = "Option<bool>")]
    narrow_sessions: Option<Spanned<bool>>,
}

/// One `[[aws.credentials.assume_role]]` as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleTable {
    /// The role.
    role_arn: RoleArn,
    /// The external id for its trust policy: text, or `false` for none (default: the generated one for the first role of
    /// a level, none for the others).
    #[schemars(with = "Option<ExternalIdText>")]
    external_id: Option<Spanned<ExternalIdText>>,
    /// The duration of a session, from 15m to 1h (default 1h).
    #[schemars(with = "Option<DurationText>")]
    duration: Option<Spanned<DurationText>>,
}

/// An external id, or `false` for none.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ExternalIdText(Option<ExternalId>);

impl JsonSchema for ExternalIdText {
    fn schema_name() -> Cow<'static, str> {
        "ExternalIdText".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [generator.subschema_for::<ExternalId>(), { "const": false }] })
    }
}

impl<'de> Deserialize<'de> for ExternalIdText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Switch(bool),
            Text(String),
        }
        let wrong = || serde::de::Error::custom("an external id is text, or false for none");
        match Form::deserialize(deserializer).map_err(|_| wrong())? {
            Form::Switch(false) => Ok(Self(None)),
            Form::Switch(true) => Err(wrong()),
            Form::Text(text) => ExternalId::try_from(text).map(|id| Self(Some(id))).map_err(serde::de::Error::custom),
        }
    }
}

impl CredentialTable {
    /// The settings of the table.
    ///
    /// # Errors
    /// When its keys contradict each other or are incomplete.
    pub fn read(&self, level: Level, place: Place, source: &Source) -> Result<CredentialSettings, CredentialsError> {
        let roles = self.assume_role.iter().enumerate();
        let roles: Vec<_> =
            roles.map(|(at, role)| role.get_ref().read(at, level, role, source)).collect::<Result<_, _>>()?;
        if roles.len() > MOST_ROLES {
            return Err(CredentialsError::TooManyRoles { count: roles.len(), place });
        }
        for (key, switch) in [("session_tags", &self.session_tags), ("narrow_sessions", &self.narrow_sessions)] {
            if let (Some(switch), true) = (switch, roles.is_empty()) {
                return Err(CredentialsError::WithoutRole { key, place: source.place(&switch.span()) });
            }
        }
        Ok(CredentialSettings {
            base: self.base(&roles, &place, source)?,
            roles,
            session_tags: self.session_tags.as_ref().is_some_and(|tags| *tags.get_ref()),
            narrow_sessions: self.narrow_sessions.as_ref().is_none_or(|narrow| *narrow.get_ref()),
            place,
        })
    }

    fn base(&self, roles: &[AssumeRole], place: &Place, source: &Source) -> Result<Base, CredentialsError> {
        let Some(provider) = self.provider.as_ref().map(|provider| *provider.get_ref()) else {
            let meant = self.own_keys().into_iter().find_map(|(_, provider, span)| span.map(|_| provider));
            return if roles.is_empty() || meant.is_some() {
                Err(CredentialsError::NoProvider { meant, place: place.clone() })
            } else {
                Ok(Base::Host)
            };
        };
        let foreign = self.own_keys().into_iter().find(|(_, owner, span)| *owner != provider && span.is_some());
        if let Some((key, _, Some(span))) = foreign {
            return Err(CredentialsError::Contradiction { key, provider, place: source.place(&span) });
        }
        Ok(match provider {
            Provider::Ec2 => Base::Ec2,
            Provider::Ecs => Base::Ecs,
            Provider::DefaultChain => Base::DefaultChain,
            Provider::Profile => Base::Profile { profile: self.profile(source)? },
            Provider::WebIdentity => Base::WebIdentity { token: self.token(place, source)? },
            Provider::KeyStorage => self.key_storage(place, source)?,
        })
    }

    /// The keys that belong to one provider, with their spans.
    fn own_keys(&self) -> [(&'static str, Provider, Option<std::ops::Range<usize>>); 5] {
        [
            ("access_key_id", Provider::KeyStorage, self.access_key_id.as_ref().map(Spanned::span)),
            ("secret_key_path", Provider::KeyStorage, self.secret_key_path.as_ref().map(Spanned::span)),
            ("profile", Provider::Profile, self.profile.as_ref().map(Spanned::span)),
            ("role_arn", Provider::WebIdentity, self.role_arn.as_ref().map(Spanned::span)),
            ("token_file", Provider::WebIdentity, self.token_file.as_ref().map(Spanned::span)),
        ]
    }

    fn profile(&self, source: &Source) -> Result<Option<String>, CredentialsError> {
        match &self.profile {
            Some(name) if name.get_ref().trim().is_empty() => {
                Err(CredentialsError::Empty { key: "profile", place: source.place(&name.span()) })
            }
            name => Ok(name.as_ref().map(|name| name.get_ref().clone())),
        }
    }

    fn token(&self, place: &Place, source: &Source) -> Result<Option<WebIdentityToken>, CredentialsError> {
        let half = |given, missing, place| Err(CredentialsError::HalfSet { given, missing, place });
        match (&self.role_arn, &self.token_file) {
            (None, None) => Ok(None),
            (Some(_), None) => half("role_arn", "token_file", place.clone()),
            (None, Some(_)) => half("token_file", "role_arn", place.clone()),
            (Some(_), Some(file)) if !file.get_ref().is_absolute() => {
                Err(CredentialsError::Relative { key: "token_file", place: source.place(&file.span()) })
            }
            (Some(role), Some(file)) => {
                Ok(Some(WebIdentityToken { role_arn: role.get_ref().clone(), token_file: file.get_ref().clone() }))
            }
        }
    }

    fn key_storage(&self, place: &Place, source: &Source) -> Result<Base, CredentialsError> {
        let half = |given, missing, place| Err(CredentialsError::HalfSet { given, missing, place });
        match (&self.access_key_id, &self.secret_key_path) {
            (Some(id), Some(path)) => {
                Ok(Base::KeyStorage { access_key_id: id.get_ref().clone(), secret_key_path: path.get_ref().clone() })
            }
            (Some(id), None) => half("access_key_id", "secret_key_path", source.place(&id.span())),
            (None, Some(path)) => half("secret_key_path", "access_key_id", source.place(&path.span())),
            (None, None) => half("provider", "access_key_id", place.clone()),
        }
    }

    /// The key in key storage that the table names.
    pub fn key(&self) -> Option<&Spanned<KeyPath>> {
        self.secret_key_path.as_ref()
    }
}

impl RoleTable {
    fn read(
        &self,
        at: usize,
        level: Level,
        table: &Spanned<Self>,
        source: &Source,
    ) -> Result<AssumeRole, CredentialsError> {
        let duration = self.duration.as_ref().map_or(LONGEST_SESSION, |duration| duration.get_ref().0);
        if !(SHORTEST_SESSION..=LONGEST_SESSION).contains(&duration) {
            let span = self.duration.as_ref().map_or(table.span(), Spanned::span);
            return Err(CredentialsError::Duration { duration, place: source.place(&span) });
        }
        let external_id = match self.external_id.as_ref().map(|id| &id.get_ref().0) {
            Some(Some(id)) => ExternalIdUse::Given(id.clone()),
            Some(None) => ExternalIdUse::None,
            // The second role trusts the first one, not the host.
            None if at > 0 => ExternalIdUse::None,
            None => ExternalIdUse::Generated,
        };
        Ok(AssumeRole {
            role_arn: self.role_arn.clone(),
            external_id,
            duration,
            from: level,
            place: source.place(&table.span()),
        })
    }
}
