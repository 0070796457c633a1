//! The values of secret options.

use secrecy::ExposeSecret as _;
use stepwell_aws::{Aws, RunProject};
use stepwell_model::credentials::Base;
use stepwell_model::id::OptionName;
use stepwell_model::plan::Plan;
use stepwell_model::plugin::Origin;
use stepwell_secrets::{Masker, Secrets, is_weak, usable};

use crate::error::HomeError;
use crate::operator::Operator;

/// Refuses a weak secret for a job with a plugin that does not ship with the host, and warns of it otherwise: ordinary
/// texts hold it by chance, so the host does not search data for it.
fn check_strength(name: &OptionName, secret: &str, plan: &Plan) -> Result<(), HomeError> {
    if !is_weak(secret) {
        return Ok(());
    }
    let calls = plan.plugin_calls();
    let foreign = calls.iter().map(|(_, _, call)| &call.plugin).find(|plugin| plugin.origin != Origin::Shipped);
    if let Some(plugin) = foreign {
        return Err(HomeError::WeakSecret { name: name.clone(), plugin: plugin.name.clone() });
    }
    tracing::warn!(option = %name, "the secret is weak: it has under 8 characters or under 32 bits, and can be guessed");
    Ok(())
}

/// Finds the values of the secret options of a plan and of the jobs that it uses: in key storage, or by asking the
/// operator. The masker is that of the run.
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
            drop(aws.keys().secret(secret_key_path, masker).await);
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
                aws.keys().secret(path, masker).await?
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
        check_strength(name, value.expose_secret(), plan)?;
        secrets.push((secret.placeholder.clone(), value));
    }
    Ok(Secrets::new(secrets))
}
