//! The terminal as the operator of a `STEPWELL_HOME`: it asks for passphrases and secrets, without echo.

mod quiet;

use std::fs::File;
use std::io::{self, BufRead as _, IsTerminal as _, Read, Write as _};
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use stepwell_home::{AskPassphrase, Compilation, Home, LONGEST, Operator, default_path};
use stepwell_model::id::OptionName;
use stepwell_model::plan::SecretUse;

use crate::args::ConfirmArgs;
use crate::error::{CliError, Exit};
use crate::{out, render};
use quiet::Quiet;

/// Bytes that are read of a secret on standard input. A secret that is longer than allowed is then refused, not cut.
pub const MOST_INPUT: usize = 2 * LONGEST;

/// Opens the `STEPWELL_HOME` of this process, with the terminal as its operator.
pub fn open_home() -> Result<Home, CliError> {
    open(Terminal { is_attending: true })
}

/// Opens the `STEPWELL_HOME` for runs whose outcome no person awaits.
pub fn open_home_unattended() -> Result<Home, CliError> {
    open(Terminal { is_attending: false })
}

fn open(terminal: Terminal) -> Result<Home, CliError> {
    let (masker, operator) = (out::masker().clone(), Arc::new(terminal));
    Ok(Home::open(default_path()?, masker, operator, Compilation::ByOwnProgram)?)
}

struct Terminal {
    is_attending: bool,
}

impl AskPassphrase for Terminal {
    fn passphrase(&self, confirm: bool) -> Result<SecretString, String> {
        // A terminal can exist although standard input is a pipe that carries the secret itself.
        if !io::stderr().is_terminal() && !io::stdin().is_terminal() {
            return Err("there is no terminal to ask for it on".to_owned());
        }
        if confirm { ask_twice("New passphrase of the key storage") } else { ask("Passphrase of the key storage: ") }
    }
}

impl Operator for Terminal {
    fn is_attending(&self) -> bool {
        self.is_attending
    }

    /// Reads the next line of standard input where that is no terminal.
    fn secret(&self, option: &OptionName, uses: &[SecretUse<'_>]) -> Result<SecretString, String> {
        if io::stdin().is_terminal() {
            return ask(&format!("{option} ({}): ", render::plan::sent(uses)));
        }
        let mut line = Zeroizing::new(String::with_capacity(MOST_INPUT));
        let read = io::stdin().lock().take(MOST_INPUT as u64).read_line(&mut line);
        read.map_err(|error| error.to_string())?;
        Ok(line.as_str().into())
    }
}

/// Asks the operator whether to go on with what cannot be undone. `what` says what it is, and begins with a verb.
///
/// # Errors
/// When the operator does not agree, or there is no terminal to ask on.
pub fn confirm(ConfirmArgs { yes }: &ConfirmArgs, what: &str) -> Result<(), CliError> {
    if *yes {
        return Ok(());
    }
    let next = "add --yes to do it without being asked";
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let because = "this cannot be undone, and there is no terminal to ask on";
        return Err(CliError::new(Exit::Wrong, format!("this would {what}"), because, next));
    }
    out::ask(&format!("This will {what}. It cannot be undone. Go on? [y/N] "));
    let mut answer = String::new();
    let read = io::stdin().lock().take(16).read_line(&mut answer);
    read.map_err(|error| CliError::system("read the answer", &error))?;
    match answer.trim() {
        "y" | "Y" | "yes" => Ok(()),
        _ => Err(CliError::new(Exit::Cancelled, format!("this did not {what}"), "the answer was not yes", next)),
    }
}

/// Asks twice for a new secret: a typing error could not be found later.
pub fn ask_twice(what: &str) -> Result<SecretString, String> {
    let first = ask(&format!("{what}: "))?;
    let again = ask("The same again: ")?;
    if first.expose_secret() == again.expose_secret() { Ok(first) } else { Err("the two inputs differ".to_owned()) }
}

fn ask(prompt: &str) -> Result<SecretString, String> {
    match typed(prompt) {
        // The terminal echoes again by now.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => process::exit(Exit::Cancelled.code().into()),
        typed => typed.map_err(|error| error.to_string()),
    }
}

/// What the operator types, without echo. Ctrl-C is an error of the kind `Interrupted`: the library itself would end
/// the process before it restores the terminal.
fn typed(prompt: &str) -> io::Result<SecretString> {
    // Two prompts at once would take the quiet terminal of the other for its usual state.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let quiet = Quiet::new(File::options().read(true).write(true).open("/dev/tty")?)?;
    let config = rpassword::ConfigBuilder::new()
        .input_reader(Keyboard(quiet.terminal.try_clone()?))
        .output_writer(quiet.terminal.try_clone()?)
        .password_feedback_hide()
        .build();
    let typed = rpassword::prompt_password_with_config(prompt, config);
    (&quiet.terminal).write_all(b"\n")?;
    typed.map(SecretString::from)
}

/// The keys of a terminal, of which Ctrl-C interrupts.
struct Keyboard(File);

impl Read for Keyboard {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        const CTRL_C: u8 = 3;
        let read = self.0.read(bytes)?;
        if bytes.get(..read).is_some_and(|bytes| bytes.contains(&CTRL_C)) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(read)
    }
}
