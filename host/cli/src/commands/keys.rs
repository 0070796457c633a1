//! `stepwell keys set|list|remove`.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Read as _};

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use stepwell_aws::{KeyError, LONGEST, Unusable, Written};
use stepwell_model::id::KeyPath;

use crate::args::{KeysCommand, Output};
use crate::error::{CliError, Exit};
use crate::setup::Home;
use crate::{out, prompt, render};

/// Carries the command out.
pub async fn keys(command: KeysCommand) -> Result<Exit, CliError> {
    match command {
        KeysCommand::Set { surplus, .. } if !surplus.is_empty() => Err(CliError::SecretArgument),
        KeysCommand::Set { path, .. } => set(&path).await,
        KeysCommand::List { prefix, output } => list(prefix.as_deref(), output.output).await,
        KeysCommand::Remove { path } => remove(&path).await,
    }
}

async fn set(path: &OsStr) -> Result<Exit, CliError> {
    // Not shown when it is wrong: it may be the secret, at the wrong place.
    let path: KeyPath = path.to_str().and_then(|path| path.parse().ok()).ok_or(CliError::KeyPath { text: None })?;
    let keys = Home::open()?.keys();
    let written = keys.set(&path, &secret(&path)?).await?;
    let done = match written {
        Written::New => "is set",
        Written::Replaced => "is replaced",
    };
    out::line(&format!("{path} {done}"));
    Ok(Exit::Succeeded)
}

/// What is typed on a terminal, and otherwise all of standard input.
fn secret(path: &KeyPath) -> Result<SecretString, CliError> {
    let missing = |reason| CliError::NoSecretTyped { path: path.clone(), reason };
    if io::stdin().is_terminal() {
        return prompt::twice(&format!("Secret of {path}")).map_err(missing);
    }
    // More than a secret has, so that one that is too long is refused and not cut.
    let most = 2 * LONGEST;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    io::stdin().take(most as u64).read_to_end(&mut bytes).map_err(|error| missing(error.to_string()))?;
    let unusable = |_| KeyError::Unusable { path: path.clone(), fault: Unusable::NotText };
    Ok(std::str::from_utf8(&bytes).map_err(unusable)?.into())
}

/// Lists what can be read, and says of every other store why not.
async fn list(prefix: Option<&str>, output: Output) -> Result<Exit, CliError> {
    let prefix = prefix.map(|prefix| prefix.strip_suffix('/').unwrap_or(prefix));
    if let Some(wrong) = prefix.filter(|prefix| *prefix != "keys" && prefix.parse::<KeyPath>().is_err()) {
        return Err(CliError::KeyPath { text: Some(wrong.to_owned()) });
    }
    let listing = Home::open()?.keys().list(prefix).await;
    match output {
        Output::Text => out::text(&render::keys::list(&listing.keys)),
        Output::Json => listing.keys.iter().for_each(|key| out::json(&render::keys::json(key))),
    }
    let mut exit = Exit::Succeeded;
    for error in listing.unread.into_iter().map(CliError::from) {
        out::error(&render::explain(&error));
        exit = error.exit();
    }
    Ok(exit)
}

async fn remove(path: &str) -> Result<Exit, CliError> {
    let path: KeyPath = path.parse().map_err(|_| CliError::KeyPath { text: Some(path.to_owned()) })?;
    let keys = Home::open()?.keys();
    if !keys.remove(&path).await? {
        return Err(keys.no_such_key(&path).await.into());
    }
    out::line(&format!("{path} is removed"));
    Ok(Exit::Succeeded)
}
