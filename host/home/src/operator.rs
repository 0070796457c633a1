//! The person behind a host, as far as the host can ask one.

use secrecy::SecretString;
use stepwell_model::id::OptionName;
use stepwell_secrets::AskPassphrase;

/// Answers questions that no file answers.
pub trait Operator: AskPassphrase {
    /// Whether a person waits for the runs of this process. Only then is [`Operator::secret`] called.
    fn is_attending(&self) -> bool;

    /// The value of a secret option that no key storage holds.
    ///
    /// # Errors
    /// Why there is no answer, in a few words.
    fn secret(&self, option: &OptionName) -> Result<SecretString, String>;
}
