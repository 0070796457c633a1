//! The words of the SDK's errors, whole: they are masked before they are cut, because half a secret would not be
//! recognised.

use std::error::Error as StdError;

use aws_config::meta::ProviderChainError;
use aws_credential_types::provider::error::CredentialsError;
use stepwell_model::error::{self, causes, find_cause};

/// The innermost cause of an error of the SDK, without the standard error of a `credential_process`.
pub(crate) fn last_cause(error: &(dyn StdError + 'static)) -> String {
    without_stderr(&error::last_cause(error)).to_owned()
}

/// Which providers were tried and why each gave nothing. Providers' errors hold no credentials.
pub(crate) fn provider_reason(error: &CredentialsError) -> String {
    let reason = match find_cause::<ProviderChainError<CredentialsError>>(error) {
        Some(chain) => {
            let tried =
                chain.attempts().iter().map(|tried| format!("{} ({})", tried.name(), last_cause(tried.error())));
            let tried =
                tried.map(|tried| tried.replace("the credential provider was not enabled", "none is configured"));
            format!("no provider has any: {}", tried.collect::<Vec<_>>().join(", "))
        }
        // The first error only says that there is one.
        None => causes(error)
            .skip(usize::from(error.source().is_some()))
            .map(|cause| without_stderr(&cause.to_string()).to_owned())
            .collect::<Vec<_>>()
            .join(": "),
    };
    reason.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts off the standard error of a `credential_process`, which can hold anything: its request, with a token.
fn without_stderr(text: &str) -> &str {
    text.split(". Stderr:").next().unwrap_or(text)
}
