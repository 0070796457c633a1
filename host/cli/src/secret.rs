//! The values of secret options.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use stepwell_aws::{LONGEST, Secrets, usable};
use stepwell_model::credentials::Base;
use stepwell_model::id::OptionName;

use crate::error::CliError;
use crate::setup::Planned;
use crate::{out, prompt};

/// The values of a plan's secret options.
pub async fn find(planned: &Planned) -> Result<Secrets, CliError> {
    let (plan, aws) = (&planned.plan, &planned.aws);
    // A passphrase is asked for before a view draws over the question. What fails is told by the step that needs it.
    for step in &plan.steps {
        if let Base::KeyStorage { secret_key_path, .. } = &step.credentials.base {
            drop(aws.keys().secret(secret_key_path).await);
        }
    }
    let mut secrets = Vec::new();
    for (name, planned_secret) in &plan.secrets {
        let value = match &planned_secret.key {
            Some(path) => {
                if let Some((_, directory)) = &planned.project {
                    aws.trust().claim(path, directory)?;
                }
                aws.keys().secret(path).await?
            }
            None => ask(name)?,
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
