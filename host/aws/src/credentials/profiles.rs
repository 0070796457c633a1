//! Named profiles that do not exist. The SDK passes over them without a word.

use std::env;
use std::fmt;
use std::path::PathBuf;

use aws_config::profile;
use aws_credential_types::provider::error::CredentialsError;
use aws_types::os_shim_internal::{Env, Fs};
use stepwell_model::error::{list_names, nearest};

/// A profile that is named and does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingProfile {
    /// Its name.
    pub name: String,
    /// AWS_PROFILE names it, and not a file of Stepwell.
    by_variable: bool,
    files: Vec<PathBuf>,
    known: Vec<String>,
}

impl MissingProfile {
    /// The profile that `named`, or else AWS_PROFILE, names, if it does not exist. None as well where a profile file cannot
    /// be read: that is another error.
    pub(crate) async fn find(named: Option<&str>) -> Option<Self> {
        let of_variable = || env::var("AWS_PROFILE").ok().map(|name| name.trim().to_owned());
        let name = named.map(str::to_owned).or_else(of_variable).filter(|name| !name.is_empty())?;
        let profiles = profile::load(&Fs::real(), &Env::real(), &Default::default(), None).await.ok()?;
        if profiles.get_profile(&name).is_some() {
            return None;
        }
        let mut known: Vec<_> = profiles.profiles().map(str::to_owned).collect();
        known.sort();
        Some(Self { name, by_variable: named.is_none(), files: files(), known })
    }

    /// What to do about it.
    pub(crate) fn next(&self) -> String {
        let key = if self.by_variable { "AWS_PROFILE" } else { "`profile`" };
        match nearest(&self.name, self.known.iter().map(String::as_str)) {
            Some(meant) => format!("write `{meant}` in {key}"),
            None if self.by_variable => {
                "name a profile that there is in AWS_PROFILE, or unset it to use other credentials".to_owned()
            }
            None => format!("name a profile that there is in {key}"),
        }
    }
}

impl fmt::Display for MissingProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files: Vec<_> = self.files.iter().map(|path| format!("`{}`", path.display())).collect();
        let named = if self.by_variable { ", which AWS_PROFILE names" } else { "" };
        let known = list_names(self.known.iter().map(String::as_str));
        write!(f, "there is no profile `{}`{named}: {} have {known}", self.name, files.join(" and "))
    }
}

/// A provider that gave no credentials, and the profile that it should have used.
#[derive(Debug, thiserror::Error)]
#[error("{missing}")]
pub(super) struct NoProfile {
    pub(super) missing: MissingProfile,
    pub(super) source: CredentialsError,
}

/// The two files in which the SDK looks for profiles.
fn files() -> Vec<PathBuf> {
    let home = env::home_dir().unwrap_or_default().join(".aws");
    let named = |variable, name| {
        env::var_os(variable).filter(|path| !path.is_empty()).map_or_else(|| home.join(name), PathBuf::from)
    };
    vec![named("AWS_CONFIG_FILE", "config"), named("AWS_SHARED_CREDENTIALS_FILE", "credentials")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_profile_is_named_with_the_files_and_the_nearest() {
        let missing = |name: &str, by_variable, known: &[&str]| MissingProfile {
            name: name.to_owned(),
            by_variable,
            files: vec!["/c".into(), "/s".into()],
            known: known.iter().map(|name| (*name).to_owned()).collect(),
        };
        let typo = missing("prdo", true, &["default", "prod"]);
        assert_eq!(
            typo.to_string(),
            "there is no profile `prdo`, which AWS_PROFILE names: `/c` and `/s` have `default`, `prod`"
        );
        assert_eq!(typo.next(), "write `prod` in AWS_PROFILE");
        let other = missing("x", false, &[]);
        assert_eq!(other.to_string(), "there is no profile `x`: `/c` and `/s` have none");
        assert_eq!(other.next(), "name a profile that there is in `profile`");
    }
}
