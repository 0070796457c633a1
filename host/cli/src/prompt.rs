//! Asking for secrets on the terminal, without echo.

use std::io::{self, IsTerminal as _};

use secrecy::{ExposeSecret as _, SecretString};
use stepwell_aws::AskPassphrase;

/// The terminal as the one who is asked for the passphrase of the encrypted file.
pub struct Terminal;

impl AskPassphrase for Terminal {
    fn passphrase(&self, confirm: bool) -> Result<SecretString, String> {
        // Standard input may be the secret itself, and the terminal is there all the same.
        if !io::stderr().is_terminal() && !io::stdin().is_terminal() {
            return Err("there is no terminal to ask for it on".to_owned());
        }
        if confirm { twice("New passphrase of the key storage") } else { once("Passphrase of the key storage: ") }
    }
}

/// Asks for something new, which nobody could correct later: twice.
pub fn twice(what: &str) -> Result<SecretString, String> {
    let first = once(&format!("{what}: "))?;
    let again = once("The same again: ")?;
    if first.expose_secret() == again.expose_secret() {
        Ok(first)
    } else {
        Err("what was typed first is not what was typed then".to_owned())
    }
}

/// Asks for something that is known already.
pub fn once(prompt: &str) -> Result<SecretString, String> {
    rpassword::prompt_password(prompt).map(SecretString::from).map_err(|error| error.to_string())
}
