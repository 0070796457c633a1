//! The files that providers read. The SDK's own errors name neither the file nor the line.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use aws_config::profile;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};
use aws_types::os_shim_internal::{Env, Fs};
use stepwell_secrets::{Masker, regular};

use super::profiles::{MissingProfile, NoProfile};
use crate::cause::last_cause;

/// The files with credentials that the AWS SDK finds by itself, and the directory where it keeps more of them.
pub(crate) fn own_files() -> Vec<PathBuf> {
    const NAMED_BY: [&str; 4] = [
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ];
    let home = std::env::home_dir();
    let in_home = |path: PathBuf| match (path.strip_prefix("~"), &home) {
        (Ok(below), Some(home)) => home.join(below),
        _ => path,
    };
    let named = NAMED_BY.into_iter().filter_map(std::env::var_os).filter(|path| !path.is_empty());
    let named = named.map(PathBuf::from).map(in_home);
    home.iter().map(|home| home.join(".aws")).chain(named).collect()
}

/// A token file without a token.
#[derive(Debug, thiserror::Error)]
pub(super) enum TokenFileError {
    #[error("the token file `{}` cannot be read: {}", path.display(), last_cause(source))]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("the token file `{}` is empty", path.display())]
    Empty { path: PathBuf },
}

/// How long a token is masked after its last use. Its issuer replaces it in the file about once an hour.
const TOKEN_LINGERS: Duration = Duration::from_secs(24 * 60 * 60);

/// A provider that exchanges the token in a file. The token is masked, because its holder can do the same.
#[derive(Debug)]
pub(super) struct WithToken<P> {
    pub(super) path: PathBuf,
    pub(super) provider: P,
    pub(super) masker: Masker,
}

impl<P: ProvideCredentials> WithToken<P> {
    async fn credentials(&self) -> Provided {
        let path = || self.path.clone();
        let token = regular::read_text(&self.path)
            .map_err(|source| CredentialsError::provider_error(TokenFileError::Unreadable { path: path(), source }))?;
        if token.trim().is_empty() {
            return Err(CredentialsError::provider_error(TokenFileError::Empty { path: path() }));
        }
        self.masker.learn_until(&token, SystemTime::now() + TOKEN_LINGERS);
        self.provider.provide_credentials().await
    }
}

impl<P: ProvideCredentials> ProvideCredentials for WithToken<P> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// A provider that reads the profile files. Its error names the place when one of them is wrong, and a profile that does
/// not exist.
#[derive(Debug)]
pub(super) struct WithProfiles<P> {
    pub(super) provider: P,
    /// The profile that the settings name.
    pub(super) named: Option<String>,
}

impl<P: ProvideCredentials> WithProfiles<P> {
    async fn credentials(&self) -> Provided {
        let error = match self.provider.provide_credentials().await {
            Err(error) => error,
            provided => return provided,
        };
        if matches!(error, CredentialsError::InvalidConfiguration(_))
            && let Err(wrong) = profile::load(&Fs::real(), &Env::real(), &Default::default(), None).await
        {
            return Err(CredentialsError::invalid_configuration(wrong));
        }
        Err(match MissingProfile::find(self.named.as_deref()).await {
            Some(missing) => CredentialsError::invalid_configuration(NoProfile { missing, source: error }),
            None => error,
        })
    }
}

impl<P: ProvideCredentials> ProvideCredentials for WithProfiles<P> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;

    use super::*;

    #[tokio::test]
    async fn every_token_that_was_in_the_file_is_masked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let provider = Credentials::new("ASIAEXAMPLE", "secret", None, None, "test");
        let with_token = WithToken { path: path.clone(), provider, masker: Masker::default() };
        for token in ["canary.token.one\n", "canary.token.two"] {
            std::fs::write(&path, token).unwrap();
            with_token.provide_credentials().await.unwrap();
        }
        let quoted = "canary.token.one and canary.token.two";
        assert_eq!(with_token.masker.text(quoted), "***** and *****");
        std::fs::write(&path, " \n").unwrap();
        let error = with_token.provide_credentials().await.unwrap_err();
        assert!(stepwell_model::error::find_cause::<TokenFileError>(&error).is_some(), "{error:?}");
    }
}
