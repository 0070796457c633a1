//! The person behind a host, as far as the host can ask one.

use secrecy::SecretString;
use stepwell_model::id::OptionName;
use stepwell_model::plan::SecretUse;
use stepwell_secrets::AskPassphrase;

/// Answers questions that no file answers.
pub trait Operator: AskPassphrase {
    /// Whether a person waits for the runs of this process. Only then is [`Operator::secret`] called.
    fn is_attending(&self) -> bool;

    /// The value of a secret option that no key storage holds. `uses` says for the question where the steps may send
    /// it.
    ///
    /// # Errors
    /// Why there is no answer, in a few words.
    fn secret(&self, option: &OptionName, uses: &[SecretUse<'_>]) -> Result<SecretString, String>;
}

/// The operator and the process that decides something, for other operators. Several people can work as one user of the
/// machine: `sudo` says who they are.
pub fn name() -> String {
    let is_name = |name: &String| {
        let is_plain = |character: char| character.is_ascii_alphanumeric() || "._-@".contains(character);
        (1..=64).contains(&name.len()) && name.chars().all(is_plain)
    };
    let named = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok().filter(is_name));
    let user = named.unwrap_or_else(|| format!("user {}", rustix::process::getuid().as_raw()));
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    format!("`{user}` (process {} on `{host}`)", std::process::id())
}
