//! Stored secrets survive a crash at any moment, and other users cannot read them.

mod crashes;
mod elsewhere;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use stepwell_model::key_store::SecretsManagerStore;
use stepwell_model::settings::System;
use stepwell_model::source::Source;
use stepwell_secrets::{AskPassphrase, KeyError, KeyStore, KeyStores, Masker};

use crate::resumes::running::{await_that, waiter};
use crate::support::{Ended, Site, ended, repository, venv};

const PASSPHRASE_FILE: &str = "[[keys]]\npath = \"keys\"\nstore = \"file\"\npassphrase_file = \"pass\"\n";
const PASSPHRASE: &str = "[[keys]]\npath = \"keys\"\nstore = \"file\"\npassphrase = true\n";

/// `stepwell keys …`, without the Vault settings of the user who runs the tests.
fn keys(site: &Site, arguments: &[&str]) -> Command {
    let mut command = site.command(&[&["keys"], arguments].concat());
    for name in ["VAULT_ADDR", "VAULT_TOKEN", "VAULT_NAMESPACE", "VAULT_CACERT"] {
        command.env_remove(name);
    }
    command.env("HOME", site.path("nowhere"));
    command
}

/// Runs a command with this standard input, and asserts that its output holds no canary.
fn fed(mut command: Command, stdin: &[u8]) -> Ended {
    let mut process =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // A command that refuses its arguments does not read its input, which breaks the pipe.
    let _broken_pipe = process.stdin.take().expect("it is piped").write_all(stdin);
    let ended = ended(process.wait_with_output().expect("it ends"));
    assert!(!format!("{ended:?}").contains("canary"), "{ended:?}");
    ended
}

fn set(site: &Site, path: &str, secret: &str) -> Ended {
    fed(keys(site, &["set", path]), secret.as_bytes())
}

fn said(ended: &Ended) -> &str {
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended:?}");
    &ended.stdout
}

fn paths(site: &Site) -> Vec<String> {
    let ended = fed(keys(site, &["list", "--output", "json"]), b"");
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.json_lines().iter().map(|line| line["path"].as_str().expect("a path").to_owned()).collect()
}

/// A terminal at which no one can be asked.
struct NoOperator;

impl AskPassphrase for NoOperator {
    fn passphrase(&self, _: bool) -> Result<SecretString, String> {
        Err("nobody".to_owned())
    }
}

fn no_secrets_manager(path: &str, _: &SecretsManagerStore) -> Box<dyn KeyStore> {
    panic!("`{path}` is not in Secrets Manager")
}

/// The secret of a key, as a run gets it.
fn secret(home: &Path, path: &str) -> Result<String, KeyError> {
    let toml = fs::read_to_string(home.join("stepwell.toml")).unwrap_or_default();
    let settings = System::read(Source::new("stepwell.toml", toml)).expect("valid").key_stores;
    let stores = KeyStores::open(home, &settings, Masker::default(), Arc::new(NoOperator), &no_secrets_manager);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let path = path.parse().expect("a path");
    runtime.block_on(stores.secret(&path, &Masker::new())).map(|secret| secret.expose_secret().to_owned())
}

/// The command, started by a shell that first runs this script.
pub fn under_shell(script: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{script}; exec \"$0\" \"$@\"")]);
    started_by(shell, command)
}

/// The command, started by another one, to which it is given as the last arguments.
pub fn started_by(mut starter: Command, command: &Command) -> Command {
    starter.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => starter.env(name, value),
            None => starter.env_remove(name),
        };
    }
    starter.current_dir(command.get_current_dir().expect("it has one"));
    starter
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

#[test]
fn keys_are_set_replaced_listed_and_removed() {
    let site = Site::without_aws();
    assert_eq!(said(&set(&site, "keys/web/token", "canary-one\n")), "keys/web/token is set\n");
    assert_eq!(said(&set(&site, "keys/web/token", "canary-two\n")), "keys/web/token is replaced\n");
    assert_eq!(said(&set(&site, "keys/other", "canary\nof\r\nlines\r\n")), "keys/other is set\n");
    assert_eq!(secret(site.home(), "keys/web/token").as_deref(), Ok("canary-two"));
    assert_eq!(secret(site.home(), "keys/other").as_deref(), Ok("canary\nof\r\nlines"));
    assert_eq!(paths(&site), ["keys/other", "keys/web/token"]);

    let table = fed(keys(&site, &["list", "keys/web/"]), b"");
    let lines: Vec<_> = said(&table).lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(lines[0], ["key", "store", "set", "at"]);
    assert_eq!((lines.len(), &lines[2][..2]), (3, &["keys/web/token", "file"][..]));
    let json = fed(keys(&site, &["list", "keys/web", "--output", "json"]), b"").json_lines();
    assert_eq!((json.len(), &json[0]["store"]), (1, &json!("file")));
    assert!(json[0]["set_at"].as_str().expect("a time").ends_with('Z'));

    assert_eq!(said(&fed(keys(&site, &["remove", "--yes", "keys/web/token"]), b"")), "keys/web/token is removed\n");
    let [what, _, next] = fed(keys(&site, &["remove", "--yes", "keys/othr"]), b"").three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: there is no key `keys/othr`");
    assert!(next.contains("`keys/other`"), "{next}");
    assert_eq!(paths(&site), ["keys/other"]);
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let site = Site::without_aws();
    for arguments in [
        "keys/x canary",
        "keys/x -- canary",
        "keys/x --value canary",
        "keys/x --value=canary",
        "keys/x -canary",
        "canary keys/x",
        "--secret canary keys/x",
        "--secret=canary keys/x",
        "-pcanary keys/x",
        "canary",
        "-- canary",
    ] {
        let arguments: Vec<_> = ["set"].into_iter().chain(arguments.split(' ')).collect();
        let ended = fed(keys(&site, &arguments), b"canary");
        let [what, _, _] = ended.three_lines(2);
        assert!(what.contains("command line") || what.contains("not a key path"), "{what}");
    }
    assert!(!site.home().join("keys").exists());
}

#[test]
fn an_invalid_secret_or_path_is_refused() {
    let site = Site::without_aws();
    let long = [b"canary".as_slice(), &vec![b'x'; 64 << 10]].concat();
    let values: [(&[u8], &str); 6] = [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"abc\n", "shorter than 4 bytes"),
        (b"canary\0", "NUL"),
        (b"canary\xff", "not text"),
        (&long, "longer than 64 KiB"),
    ];
    for (value, why) in values {
        let ended = fed(keys(&site, &["set", "keys/x"]), value);
        let [what, because, _] = ended.three_lines(2);
        assert!(what.ends_with("the secret of `keys/x` cannot be used") && because.contains(why), "{ended:?}");
    }
    for path in ["x", "keys", "keys/", "keys/../x", "keys/a b", "/keys/x", "keys/.x"] {
        fed(keys(&site, &["set", path]), b"canary").three_lines(2);
        fed(keys(&site, &["remove", "--yes", path]), b"").three_lines(2);
    }
    fed(keys(&site, &["list", "keys/../x"]), b"").three_lines(2);
    assert!(!site.home().join("keys").exists());
}

#[test]
fn files_are_ours_alone_under_any_umask() {
    for umask in ["umask 0", "umask 077"] {
        let site = Site::without_aws();
        let home = site.home().join("made");
        for path in ["keys/a", "keys/b"] {
            let mut command = keys(&site, &["set", path]);
            command.env("STEPWELL_HOME", &home);
            let ended = fed(under_shell(umask, &command), b"canary");
            assert_eq!(ended.code, 0, "{ended:?}");
        }
        let mode = |path: &Path| path.metadata().expect("it is there").mode() & 0o7777;
        assert_eq!((mode(&home), mode(&home.join("keys"))), (0o700, 0o700), "{umask}");
        let files: Vec<_> =
            fs::read_dir(home.join("keys")).expect("a folder").map(|file| file.expect("one").path()).collect();
        assert_eq!(files.len(), 3, "{files:?}");
        assert!(files.iter().all(|file| mode(file) == 0o600), "{umask}: {files:?}");
    }
}

#[test]
fn each_way_in_which_a_store_does_not_open_has_its_own_words() {
    let site = Site::without_aws();
    set(&site, "keys/a", "canary");
    let (identity, store) = (site.home().join("keys/identity.txt"), site.home().join("keys/store.age"));
    let (right, sealed) = (fs::read(&identity).expect("it is there"), fs::read(&store).expect("it is there"));
    let refused = |code: i32| {
        let writing = set(&site, "keys/b", "canary").three_lines(code).map(str::to_owned);
        assert_eq!(writing, fed(keys(&site, &["list"]), b"").stderr.lines().collect::<Vec<_>>().as_slice());
        writing
    };
    allow(&identity, 0o640);
    let [what, _, next] = refused(3);
    assert!(what.contains("other users have access") && next.contains("chmod 600"), "{what} {next}");

    fs::remove_file(&identity).expect("it is ours");
    let [_, because, _] = refused(3);
    assert!(because.contains("identity.txt` does not exist"), "{because}");
    assert!(!identity.exists(), "no new key is made for a store that has one");

    let other = Site::without_aws();
    set(&other, "keys/a", "canary");
    fs::copy(other.home().join("keys/identity.txt"), &identity).expect("it is copied");
    let [what, _, _] = refused(3);
    assert!(what.contains("is not the key of"), "{what}");

    fs::write(&identity, right).expect("it is ours");
    let mut changed = sealed.clone();
    *changed.last_mut().expect("bytes") ^= 1;
    for damaged in [&changed[..], &sealed[..sealed.len() / 2], &[]] {
        fs::write(&store, damaged).expect("it is ours");
        let [what, _, next] = refused(4);
        assert!(what.ends_with("store.age` is damaged") && next.contains("backup"), "{what} {next}");
    }
    fs::write(&store, sealed).expect("it is ours");
    assert_eq!(paths(&site), ["keys/a"]);
}

#[test]
fn a_full_disk_leaves_the_keys_as_they_were() {
    let site = Site::without_aws();
    set(&site, "keys/a", "canary-old");
    let full = under_shell("trap '' XFSZ; ulimit -f 0", &keys(&site, &["set", "keys/a"]));
    let [what, _, next] = fed(full, b"canary-new").three_lines(4).map(str::to_owned);
    assert!(what.starts_with("error: cannot write") && next.contains("make room"), "{what} {next}");
    assert_eq!(secret(site.home(), "keys/a").as_deref(), Ok("canary-old"));
    let left = fs::read_dir(site.home().join("keys")).expect("a folder").count();
    assert_eq!(left, 3, "the half file is gone");
}

#[test]
fn a_passphrase_in_a_file_opens_the_store() {
    let site = Site::without_aws().home_file("stepwell.toml", PASSPHRASE_FILE).home_file("pass", "correct horse\n");
    let file = site.home().join("pass");
    allow(&file, 0o644);
    set(&site, "keys/a", "canary").three_lines(3);
    allow(&file, 0o600);
    assert_eq!(said(&set(&site, "keys/a", "canary-one")), "keys/a is set\n");
    assert_eq!(secret(site.home(), "keys/a").as_deref(), Ok("canary-one"));
    fs::write(&file, "battery staple").expect("it is ours");
    let [what, _, _] = set(&site, "keys/a", "canary").three_lines(3).map(str::to_owned);
    assert!(what.contains("the passphrase of") && what.ends_with("is wrong"), "{what}");
    fs::remove_file(&file).expect("it is ours");
    set(&site, "keys/a", "canary").three_lines(3);
}

/// Runs a command on a terminal and types one of these lines at each prompt.
fn typed(command: &Command, lines: &[&str]) -> Ended {
    ended(on_terminal(command, lines).output().expect("it starts"))
}

/// The command on a terminal, where one of these lines is typed at each prompt.
fn on_terminal(command: &Command, lines: &[&str]) -> Command {
    let mut terminal = venv().command();
    terminal.env_clear().arg(repository().join("tests/emulators/terminal.py")).args(lines).arg("--");
    terminal.arg(command.get_program()).args(command.get_args());
    terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    terminal.current_dir(command.get_current_dir().expect("it has one"));
    terminal
}

#[test]
fn on_a_terminal_secrets_are_typed_twice_and_not_shown() {
    let site = Site::without_aws().home_file("stepwell.toml", PASSPHRASE);
    let set = keys(&site, &["set", "keys/a"]);
    let shown = typed(&set, &["canary-one", "canary-one", "pass-canary", "pass-canary"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    assert!(shown.stdout.contains("Secret of keys/a: ") && shown.stdout.contains("New passphrase"), "{shown:?}");
    assert!(shown.stdout.trim_end().ends_with("keys/a is set") && !shown.stdout.contains("canary"), "{shown:?}");
    assert_eq!(typed(&keys(&site, &["list"]), &["pass-canary"]).code, 0);
    let wrong = typed(&keys(&site, &["list"]), &["wrong"]);
    assert!(wrong.code == 3 && wrong.stdout.contains("passphrase of"), "{wrong:?}");
    let differing = typed(&set, &["canary-one", "canary-two"]);
    assert!(differing.code == 2 && !differing.stdout.contains("canary"), "{differing:?}");
    // Without a terminal, no passphrase can be asked for.
    let [_, because, next] = fed(set, b"canary").three_lines(3).map(str::to_owned);
    assert!(because.contains("no terminal") && next.contains("passphrase_file"), "{because} {next}");
}

#[test]
fn a_signal_that_ends_a_prompt_leaves_a_terminal_that_echoes() {
    let site = Site::without_aws();
    for (signal, code) in [("HUP", 129), ("INT", 130), ("QUIT", 131), ("USR1", 138), ("TERM", 143)] {
        for before in [&[][..], &["canary-one"]] {
            let last = format!("@{signal}");
            let lines = [before, &[last.as_str()]].concat();
            let shown = typed(&keys(&site, &["set", "keys/a"]), &lines);
            assert_eq!(shown.code, code, "{signal}: {shown:?}");
            assert!(shown.stdout.ends_with("\nthe terminal echoes\n"), "{signal}: {shown:?}");
            assert!(!shown.stdout.contains("canary"), "{signal}: {shown:?}");
        }
    }
    assert!(!site.home().join("keys").exists());
}

#[test]
fn signals_that_a_run_does_not_catch_end_it_after_a_prompt_as_well() {
    let site = waiter(1, 600_000);
    let job = fs::read_to_string(site.path("job.toml")).expect("it is there");
    let site = site.file("job.toml", job.replace("[[steps]]", "[options.token]\nsecret = true\n[[steps]]"));
    let run = site.command(&["run", "job.toml", "--option", "token=-"]);
    let running = on_terminal(&run, &["canary-of-the-prompt"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut holder = None;
    await_that("a process executes the run", || {
        let runs = site.stepwell(&["runs", "list", "--output", "json"]).json_lines();
        let pid = runs.first().and_then(|run| run["held_by"]["pid"].as_i64());
        holder = pid.and_then(|pid| Pid::from_raw(pid.try_into().expect("a process id")));
        holder.is_some()
    });
    kill_process(holder.expect("it is there"), Signal::QUIT).expect("it executes the run");
    let over = ended(running.wait_with_output().expect("it ends"));
    assert_eq!(over.code, 131, "{over:?}");
}

#[test]
fn processes_that_set_keys_at_the_same_time_lose_nothing() {
    let site = Site::without_aws();
    let start = |number: usize| {
        let mut command = keys(&site, &["set", &format!("keys/k{number}")]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        write!(process.stdin.take().expect("it is piped"), "canary-{number}").expect("it reads");
        process
    };
    for process in (0..8).map(start).collect::<Vec<_>>() {
        let ended = ended(process.wait_with_output().expect("it ends"));
        assert_eq!(ended.code, 0, "{ended:?}");
    }
    assert_eq!(paths(&site), (0..8).map(|number| format!("keys/k{number}")).collect::<Vec<_>>());
    assert_eq!(secret(site.home(), "keys/k5").as_deref(), Ok("canary-5"));
}
