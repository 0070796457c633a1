//! The values of secret options.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::PathBuf;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use stepwell_aws::{Aws, LONGEST, Secrets, usable};
use stepwell_model::credentials::Base;
use stepwell_model::id::OptionName;
use stepwell_model::plan::Plan;

use crate::error::CliError;
use crate::{out, prompt};

/// The values of the secret options of a plan, and of the jobs that it uses. Somebody is asked for those that are in no
/// key storage, when there is somebody.
pub async fn find(
    plan: &Plan,
    aws: &Aws,
    project: Option<&(String, PathBuf)>,
    somebody: bool,
) -> Result<Secrets, CliError> {
    // A passphrase is asked for before a view draws over the question. What fails is told by the step that needs it.
    for (_, _, call) in plan.plugin_calls() {
        if let Base::KeyStorage { secret_key_path, .. } = &call.credentials.base {
            drop(aws.keys().secret(secret_key_path).await);
        }
    }
    let mut secrets = Vec::new();
    for (name, planned_secret) in plan.all_plans().into_iter().flat_map(|plan| &plan.secrets) {
        let value = match &planned_secret.key {
            Some(path) => {
                if let Some((_, directory)) = project {
                    aws.trust().claim(path, directory)?;
                }
                aws.keys().secret(path).await?
            }
            None if somebody => ask(name)?,
            None => {
                return Err(CliError::NoSecret { name: name.clone(), reason: "nobody can be asked for it".to_owned() });
            }
        };
        secrets.push((planned_secret.placeholder.clone(), value));
    }
    Ok(Secrets::new(secrets))
}

/// Without echo on a terminal; otherwise the next line of standard input.
fn ask(name: &OptionName) -> Result<SecretString, CliError> {
    let missing = |reason| CliError::NoSecret { name: name.clone(), reason };
    let typed = if io::stdin().is_terminal() {
        prompt::once(&format!("{name}: ")).map_err(missing)?
    } else {
        // More than a secret has, so that one that is too long is refused and not cut.
        let most = 2 * LONGEST;
        let mut line = Zeroizing::new(String::with_capacity(most));
        let stdin = io::stdin().lock().take(most as u64).read_line(&mut line);
        stdin.map_err(|error| missing(error.to_string()))?;
        line.as_str().into()
    };
    let value = usable(typed.expose_secret()).map_err(|fault| missing(fault.words().to_owned()))?;
    out::masker().learn(value.expose_secret());
    Ok(value)
}
