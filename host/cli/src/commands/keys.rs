//! `stepwell keys set|list|remove`.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Read as _};

use clap::{Args, Subcommand};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use stepwell_home::{KeyError, Unusable, Written};
use stepwell_model::error::last_cause;
use stepwell_model::id::KeyPath;

use crate::args::{ConfirmArgs, Output, OutputArgs};
use crate::error::{CliError, Exit};
use crate::operator::{MOST_INPUT, ask_twice, confirm, open_home};
use crate::{out, render};

/// `stepwell keys …`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Set a key; its secret is asked for on a terminal, and otherwise read from standard input
    ///
    /// A secret is text of 4 bytes to 64 KiB. Line breaks before and after it are not part of it.
    Set(SetArgs),
    /// List keys, never their secrets
    List(ListArgs),
    /// Remove a key
    Remove(RemoveArgs),
}

/// `stepwell keys set`.
#[derive(Debug, Args)]
pub struct SetArgs {
    /// The key, such as keys/project/web/database
    #[arg(value_name = "PATH", allow_hyphen_values = true)]
    path: OsString,
    // Accepted, so that clap shows no error that quotes what is probably the secret.
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    surplus: Vec<OsString>,
}

/// `stepwell keys list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only the keys at and below this path
    #[arg(value_name = "PREFIX")]
    prefix: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

/// `stepwell keys remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The key
    #[arg(value_name = "PATH")]
    path: String,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

impl KeysCommand {
    pub async fn carry_out(self) -> Result<Exit, CliError> {
        match self {
            Self::Set(args) => args.set().await,
            Self::List(args) => args.list().await,
            Self::Remove(args) => args.remove().await,
        }
    }
}

impl SetArgs {
    async fn set(self) -> Result<Exit, CliError> {
        if !self.surplus.is_empty() {
            return Err(CliError::new(
                Exit::Wrong,
                "a secret cannot be given on the command line",
                "other users of this machine see the arguments of every process, and the shell keeps them",
                "run `stepwell keys set PATH` and type the secret, or give it on standard input; if this was one, change it",
            ));
        }
        // A wrong path is not shown: it may be the secret, in the wrong place.
        let path = self.path.to_str().and_then(|path| path.parse().ok());
        let path: KeyPath = path.ok_or_else(|| not_a_key_path("the given text"))?;
        let done = match open_home()?.keys().set(&path, &secret(&path)?).await? {
            Written::New => "is set",
            Written::Replaced => "is replaced",
        };
        out::line(&format!("{path} {done}"));
        Ok(Exit::Succeeded)
    }
}

impl ListArgs {
    /// Lists the keys that can be read, and explains why the other stores cannot.
    async fn list(self) -> Result<Exit, CliError> {
        let prefix = self.prefix.as_deref().map(|prefix| prefix.strip_suffix('/').unwrap_or(prefix));
        if let Some(wrong) = prefix.filter(|prefix| *prefix != "keys" && prefix.parse::<KeyPath>().is_err()) {
            return Err(not_a_key_path(&format!("`{wrong}`")));
        }
        let listing = open_home()?.keys().list(prefix).await;
        match self.output.output {
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
}

impl RemoveArgs {
    async fn remove(self) -> Result<Exit, CliError> {
        let path: KeyPath = self.path.parse().map_err(|_| not_a_key_path(&format!("`{}`", self.path)))?;
        let home = open_home()?;
        confirm(&self.confirm, &format!("remove the secret of {path}"))?;
        if !home.keys().remove(&path).await? {
            return Err(home.keys().no_such_key(&path).await.into());
        }
        out::line(&format!("{path} is removed"));
        Ok(Exit::Succeeded)
    }
}

fn not_a_key_path(text: &str) -> CliError {
    CliError::new(
        Exit::Wrong,
        format!("{text} is not a key path"),
        "a key path is `keys/` and then names of letters, digits, `-`, `_` and `.`, separated by `/`",
        "write a path such as keys/shared/database",
    )
}

/// Asks for a secret on a terminal; otherwise reads all of standard input.
fn secret(path: &KeyPath) -> Result<SecretString, CliError> {
    let missing = |reason| {
        let next = format!("run `stepwell keys set {path}` again, or give the secret on standard input");
        CliError::new(Exit::Wrong, format!("there is no secret for `{path}`"), reason, next)
    };
    if io::stdin().is_terminal() {
        return ask_twice(&format!("Secret of {path}")).map_err(missing);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_INPUT));
    io::stdin().take(MOST_INPUT as u64).read_to_end(&mut bytes).map_err(|error| missing(last_cause(&error)))?;
    let unusable = |_| KeyError::Unusable { path: path.clone(), fault: Unusable::NotText };
    Ok(std::str::from_utf8(&bytes).map_err(unusable)?.into())
}
