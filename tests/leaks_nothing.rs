//! A value from a credential provider, from key storage or from a prompt is never written: not by a job that succeeds,
//! fails, times out or is cancelled, and not at any level of diagnostics.
//!
//! Plugins get no secret. The job gives the plugins here the same text in another way, so that they can log what an
//! honest plugin might repeat from an AWS response.

mod guesses;
mod limits;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use rustix::process::{Pid, Signal, kill_process};
use stepwell_xtask::emulator::{Authorization, Keys, Metadata, Moto};

use super::support::{Site, venv};

const ACCESS_KEY_ID: &str = "ASIACANARYACCESSKEYX";
const SECRET_KEY: &str = "canary/Secret+Key&of=\"the\\provider\"";
const TOKEN: &str = "canary//session++token==of/the/provider/IQoJb3JpZ2luX2VjEJr";
const STORED: &str = "canary stored {\"in\": \"key storage\"} <ä>";
const TYPED: &str = "canary%typed?in by#hand";

const CANARIES: [&str; 5] = [ACCESS_KEY_ID, SECRET_KEY, TOKEN, STORED, TYPED];

/// The ending of a run.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Succeeds,
    Fails,
    RunsOutOfTime,
    IsCancelled,
}

impl End {
    fn code(self) -> i32 {
        match self {
            Self::Succeeds => 0,
            Self::Fails | Self::RunsOutOfTime => 1,
            Self::IsCancelled => 130,
        }
    }

    fn last_step(self) -> String {
        let canaries = hidden(&CANARIES.join(" "));
        match self {
            Self::Succeeds => step("last", "hostile", &format!("{{ mode = \"echo\", text = {canaries} }}")),
            // AWS quotes the requested id in its error.
            Self::Fails => step("last", "ec2-stop", "{ instance_id = \"i-00000000000000000\" }"),
            Self::RunsOutOfTime | Self::IsCancelled => {
                let wait = step("last", "waiter", "{ rounds = 1, after_ms = 3600000 }");
                if self == Self::IsCancelled { wait } else { format!("{wait}timeout = \"1s\"\n") }
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An expression with this text as its value. The job file must not hold the text itself, because the journal keeps the
/// file as it is written.
fn hidden(text: &str) -> String {
    let backwards: String = text.chars().rev().collect();
    quoted(&format!("${{ {}|reverse }}", quoted(&backwards)))
}

fn step(id: &str, uses: &str, with: &str) -> String {
    format!("[[steps]]\nid = \"{id}\"\nuses = \"{uses}\"\nwith = {with}\n")
}

fn job(end: End, instance: &str) -> String {
    let mut job = "name = \"job\"\n[options.stored]\nsecret = true\nkey = \"keys/shared/stored\"\n".to_owned();
    job.push_str("[options.typed]\nsecret = true\nrequired = true\nto = [\"ec2:RebootInstances\"]\n");
    job.push_str(&step("stop", "ec2-stop", &format!("{{ instance_id = \"{instance}\" }}")));
    let secrets = "\"${options.stored} and ${options.typed}\"";
    job.push_str(&step("told", "hostile", &format!("{{ mode = \"tell_all\", text = {secrets} }}")));
    for (at, canary) in CANARIES.iter().enumerate() {
        for mode in ["echo", "echo_encoded"] {
            let with = format!("{{ mode = \"{mode}\", text = {} }}", hidden(&format!("{}{canary}", "x".repeat(at))));
            job.push_str(&step(&format!("{mode}_{at}"), "hostile", &with));
        }
    }
    job + &end.last_step()
}

/// Everything that one run wrote.
fn written(site: &Site, metadata: &Metadata, end: End, output: &str) -> Vec<(String, Vec<u8>)> {
    let mut command = site.command(&["run", "job.toml", "--option", "typed=-", "--output", output]);
    metadata.in_container(&mut command, Authorization::Variable(metadata.container_token()));
    command.env("STEPWELL_LOG", "trace").env("RUST_BACKTRACE", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("stepwell starts");
    writeln!(running.stdin.take().expect("it is a pipe"), "{TYPED}").expect("it reads");
    if end == End::IsCancelled {
        cancel(site, &running);
    }
    let ended = running.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(end.code()), "{said}");
    assert!(said.contains("*****"), "nothing was masked, so nothing was tried: {said}");
    assert!(said.contains("stepwell-secret-stored-"), "the plugin was given a placeholder: {said}");
    let mut written = vec![("stdout".to_owned(), ended.stdout), ("stderr".to_owned(), ended.stderr)];
    collect(site.home(), &mut written);
    written
}

/// Sends Ctrl-C to the run as soon as another process sees it in its waiting step.
fn cancel(site: &Site, running: &Child) {
    for _ in 0..600 {
        let listed = site.stepwell(&["runs", "list", "--state", "open", "--output", "json"]).stdout;
        let run = listed.lines().next().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let run = run.and_then(|run| Some(run["run"].as_str()?.to_owned()));
        if run.is_some_and(|run| site.stepwell(&["runs", "logs", &run, "--step", "last"]).stdout.contains("waiting")) {
            kill_process(Pid::from_child(running), Signal::INT).expect("it is there");
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the run does not come to its last step");
}

fn collect(directory: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(directory).expect("it is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.push((path.display().to_string(), fs::read(&path).expect("it can be read")));
        }
    }
}

/// The encodings in which a canary could appear in the output.
fn forms(canary: &str) -> Vec<Vec<u8>> {
    let json = quoted(canary).trim_matches('"').to_owned();
    let mut forms = vec![canary.to_owned(), json.clone(), quoted(&json).trim_matches('"').to_owned()];
    let percent = |keep: fn(u8) -> bool, space: &str| {
        let byte = |byte: u8| match byte {
            b' ' if !space.is_empty() => space.to_owned(),
            _ if keep(byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        canary.bytes().map(byte).collect::<String>()
    };
    forms.push(percent(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte), ""));
    forms.push(percent(|byte| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte), "+"));
    forms.extend(forms.clone().iter().skip(3).map(|form| form.to_lowercase()));
    forms.push(canary.bytes().map(|byte| format!("{byte:02x}")).collect());
    forms.push(canary.bytes().map(|byte| format!("{byte:02X}")).collect());
    // The part of the base64 text that does not depend on the neighbouring bytes, in all three alignments.
    for before in 0..3 {
        let text = format!("{}{canary}", "x".repeat(before));
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE] {
            let encoded = engine.encode(&text);
            forms.push(encoded.get(4..encoded.len() - 4).expect("canaries are long").to_owned());
        }
    }
    forms.into_iter().map(String::into_bytes).collect()
}

fn leaks(written: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut found = Vec::new();
    for canary in CANARIES {
        for form in forms(canary) {
            let holds = |bytes: &[u8]| bytes.windows(form.len()).any(|window| window == form);
            let places = written.iter().filter(|(_, bytes)| holds(bytes));
            found.extend(places.map(|(place, _)| format!("{} in {place}", String::from_utf8_lossy(&form))));
        }
    }
    found
}

fn site(moto: &Moto, end: End, instance: &str) -> Site {
    let project = "name = \"test\"\n[aws.credentials]\nprovider = \"ecs\"\n[grants.hostile]\nallow = [\"*\"]\n";
    let site =
        Site::new(moto.endpoint()).with_empty_home().guest("hostile").guest("waiter").file("project.toml", project);
    let system = "[secrets.\"keys/shared/stored\"]\nto = [\"ec2:RebootInstances\"]\n";
    let site = site.file("job.toml", job(end, instance)).home_file("stepwell.toml", system);
    let set = site.pipe(&["keys", "set", "keys/shared/stored"], STORED);
    assert_eq!(set.code, 0, "{set:?}");
    assert!(leaks(&[("keys set".to_owned(), format!("{set:?}").into_bytes())]).is_empty());
    site
}

fn no_canary_survives(end: End) {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let keys = Keys { session_token: Some(TOKEN.to_owned()), ..Keys::new(ACCESS_KEY_ID, SECRET_KEY) };
    let metadata = Metadata::of_keys(&venv(), &keys, Duration::from_secs(3_600)).expect("it starts");
    let instance = moto.client().expect("boto3 starts").run_instances(1).expect("moto has any image").remove(0);
    let site = site(&moto, end, &instance);
    for output in ["text", "json"] {
        let written = written(&site, &metadata, end, output);
        assert!(written.len() > 4, "the home directory has files");
        assert_eq!(leaks(&written), Vec::<String>::new());
    }
    let signed = moto.seen().expect("moto records");
    assert!(signed.iter().any(|seen| seen.access_key_id == ACCESS_KEY_ID), "the canary signed: {signed:?}");
}

#[test]
fn no_canary_survives_a_job_that_succeeds() {
    no_canary_survives(End::Succeeds);
}

#[test]
fn no_canary_survives_a_job_that_fails() {
    no_canary_survives(End::Fails);
}

#[test]
fn no_canary_survives_a_job_that_runs_out_of_time() {
    no_canary_survives(End::RunsOutOfTime);
}

#[test]
fn no_canary_survives_a_job_that_is_cancelled() {
    no_canary_survives(End::IsCancelled);
}

#[test]
fn the_search_finds_a_canary_in_every_form() {
    for canary in CANARIES {
        for form in forms(canary) {
            let text = [b"before ".as_slice(), &form, b" after"].concat();
            assert!(!leaks(&[("text".to_owned(), text)]).is_empty(), "{}", String::from_utf8_lossy(&form));
        }
    }
}

#[test]
fn a_secret_is_typed_without_being_shown_and_not_given_as_an_argument() {
    let job =
        "name = \"job\"\n[options.typed]\nsecret = true\nrequired = true\n[[steps]]\nid = \"it\"\nuses = \"noop\"\n";
    let site = Site::without_aws().with_empty_home().guest("noop").file("job.toml", job);
    let given = site.stepwell(&["run", "job.toml", "--option", &format!("typed={TYPED}")]);
    let [what, _, next] = given.three_lines(2);
    assert_eq!(what, "error: the value of secret option `typed` must not be on the command line");
    assert!(next.contains("--option typed=-") && !format!("{given:?}").contains("canary"), "{given:?}");
    let nothing = site.run();
    let [what, because, _] = nothing.three_lines(2);
    assert_eq!(what, "error: the secret option `typed` has no value");
    assert_eq!(because, "because: it is empty");
    assert_eq!(site.pipe(&["run", "job.toml"], &format!("{TYPED}\n")).code, 0);
}

/// The plugin holds the placeholder, and AWS gets the secret.
#[test]
fn a_secret_reaches_aws_and_not_the_plugin() {
    let moto = Moto::start(&venv(), Duration::ZERO).expect("moto starts");
    let job = format!(
        "name = \"job\"\n[options.typed]\nsecret = true\nrequired = true\nto = [\"ec2:RebootInstances\"]\n{}",
        step("it", "hostile", "{ mode = \"reboot\", instance_id = \"${options.typed}\" }")
    );
    let site = Site::new(moto.endpoint()).with_empty_home().guest("hostile").file("job.toml", job);
    let ended = site.pipe(&["run", "job.toml", "--output", "json"], "i-0123456789abcdef0\n");
    let seen = moto.seen().expect("moto records");
    let named: Vec<_> = seen.iter().filter_map(|seen| seen.parameters.get("InstanceId.1")).collect();
    assert!(!named.is_empty() && named.iter().all(|id| *id == "i-0123456789abcdef0"), "{named:?} {ended:?}");
    assert!(!ended.stdout.contains("i-0123456789abcdef0"), "{ended:?}");
    assert!(ended.stdout.contains("stepwell-secret-typed-"), "{ended:?}");
}

/// Runs `stepwell keys set` on a terminal of its own, presses Ctrl-C at the prompt, and prints the exit code and
/// whether the terminal echoes.
const INTERRUPTS: &str = r"
import os, pty, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], 'keys', 'set', 'keys/shared/token'])
shown = b''
while b'Secret of' not in shown:
    shown += os.read(terminal, 1024)
hidden = not termios.tcgetattr(terminal)[3] & termios.ECHO
os.write(terminal, b'canary\x03')
# The other side of the terminal stays open here, so that its settings can be read after the end of the process.
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(code, hidden, bool(termios.tcgetattr(terminal)[3] & termios.ECHO))
";

#[test]
fn a_prompt_that_is_interrupted_leaves_a_terminal_that_echoes() {
    let site = Site::without_aws();
    let mut python = std::process::Command::new(venv().python());
    python.args(["-c", INTERRUPTS, env!("CARGO_BIN_EXE_stepwell")]).env("STEPWELL_HOME", site.home());
    let ended = python.output().expect("python starts");
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim(), "130 True True", "{ended:?}");
}
