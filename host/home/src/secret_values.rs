//! The values of secret options.

use secrecy::ExposeSecret as _;
use stepwell_aws::{Aws, RunProject};
use stepwell_model::credentials::Base;
use stepwell_model::plan::Plan;
use stepwell_secrets::{Masker, Secrets, usable};

use crate::error::HomeError;
use crate::operator::Operator;

/// Finds the values of the secret options of a plan and of the jobs that it uses: in key storage, or by asking the
/// operator.
pub async fn find(
    plan: &Plan,
    aws: &Aws,
    project: Option<&RunProject>,
    operator: &dyn Operator,
    masker: &Masker,
) -> Result<Secrets, HomeError> {
    // Asks for the passphrase before a live view draws over the question. A failure is reported by the step that needs
    // the key.
    for (_, _, call) in plan.plugin_calls() {
        if let Base::KeyStorage { secret_key_path, .. } = &call.credentials.base {
            drop(aws.keys().secret(secret_key_path).await);
        }
    }
    let mut secrets = Vec::new();
    for (name, secret) in plan.all_plans().into_iter().flat_map(|plan| &plan.secrets) {
        let missing = |reason: &str| HomeError::NoSecret { name: name.clone(), reason: reason.to_owned() };
        let value = match &secret.key {
            Some(path) => {
                if let Some(project) = project {
                    aws.trust().claim(path, &project.directory)?;
                }
                aws.keys().secret(path).await?
            }
            None if operator.is_attending() => {
                let typed =
                    operator.secret(name, &plan.uses_of(&secret.placeholder)).map_err(|reason| missing(&reason))?;
                let value = usable(typed.expose_secret()).map_err(|fault| missing(fault.words()))?;
                masker.learn(value.expose_secret());
                value
            }
            None => return Err(missing("no operator is present to be asked for it")),
        };
        secrets.push((secret.placeholder.clone(), value));
    }
    Ok(Secrets::new(secrets))
}
