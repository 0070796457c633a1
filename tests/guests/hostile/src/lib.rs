//! Misbehaves in one way for each mode, so that the host's tests can check that it is contained.
//!
//! It uses the bare contract, because the SDK would prevent most of this.

mod noise;
mod voracity;

use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use stepwell_plugin::bindings::exports::stepwell::step::step::{
    Description, Failure, Guest, Invocation, Outcome, Progress, Wait,
};
use stepwell_plugin::ec2::{self, RebootInstancesRequest};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// The kind of misbehaviour.
    mode: Mode,
    /// The text for the modes that repeat one.
    #[serde(default)]
    text: String,
    /// The instance for the modes that call AWS.
    #[serde(default)]
    instance_id: String,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// Loops forever.
    Spin,
    /// Grows its memory until that is refused, continues, and returns the number of MiB that it got.
    Allocate,
    /// Overflows its stack.
    Recurse,
    /// Panics.
    Panic,
    /// Calls the clock 20,000 times.
    CallFlood,
    /// Calls `DescribeInstances` 20,000 times and ignores the results.
    AwsFlood,
    /// Calls `RebootInstances` for `instance_id`.
    Reboot,
    /// Calls `RebootInstances`, ignores the result and succeeds.
    RebootAndLie,
    /// Calls `StopInstances` with 100,000 instance ids.
    HugeRequest,
    /// Logs 20,000 lines.
    LogFlood,
    /// Logs one line of 16 MiB.
    LogLong,
    /// Logs a table of a million cells.
    LogTable,
    /// Logs a table whose rows do not have as many cells as there are columns.
    LogRagged,
    /// Logs links that are invalid, or that would run a script.
    LogLinks,
    /// Log lines, outputs and progress with escape sequences, carriage returns, line breaks and bidi controls.
    TerminalEscape,
    /// The same in a failure.
    TerminalEscapeFailure,
    /// Logs everything that it can read.
    TellAll,
    /// Repeats `text` in a line, in a table, in pairs and in a link.
    Echo,
    /// Repeats `text` in outputs.
    EchoOutputs,
    /// Repeats `text` in outputs, in base64, percent-encoded and in hexadecimal.
    EchoOutputsEncoded,
    /// Repeats `text` in the checkpoint of a wait, and then in outputs.
    EchoCheckpoint,
    /// 100,000 candidates for a secret that begins with `text`, in outputs.
    Candidates,
    /// Counts the candidates of the mode before that are missing in `text`.
    MissingCandidates,
    /// Repeats `text` in a failure.
    EchoFailure,
    /// Repeats `text` in the message of a wait.
    EchoWait,
    /// Logs `text`, waits with it as the message, and logs it again.
    EchoAndWait,
    /// Repeats `text` in two log lines and two outputs, the first half in one and the rest in the other.
    EchoSplit,
    /// Logs `text` in base64, percent-encoded and in hexadecimal.
    EchoEncoded,
    /// 2 MiB of outputs.
    Outputs,
    /// Outputs that are not JSON.
    BadOutputs,
    /// Outputs that are JSON, but not an object.
    OutputsNoObject,
    /// Outputs of a hundred thousand nested arrays.
    OutputsDeep,
    /// Outputs that violate its schema.
    SchemaOutputs,
    /// Outputs that its schema does not declare.
    Undeclared,
    /// A failure with a message of 16 MiB and no code.
    FailureLong,
    /// Waits with a checkpoint of 1 MiB.
    Checkpoint,
    /// Waits `u64::MAX` ms.
    WaitForever,
    /// Waits 0 ms, again and again.
    WaitZero,
    /// Logs 100 lines and waits, again and again; cancelled, it logs one more.
    WaitAndLog,
    /// Calls the clock 100 times and waits, again and again; cancelled, it calls the clock 100 times.
    WaitAndCall,
    /// Waits with a checkpoint of 32 KiB, again and again.
    WaitAndKeep,
    /// Waits with a message of 1 KiB, again and again.
    WaitAndTell,
    /// Waits with a message of 16 MiB.
    WaitLong,
    /// Waits with impossible progress.
    WaitProgress,
    /// Waits, then loops forever.
    SpinAfterWait,
    /// Waits, then loops forever when it is cancelled.
    SpinCancel,
    /// Waits, then panics when it is cancelled.
    PanicCancel,
    /// Waits, then panics; cancelled, it calls `RebootInstances` for `instance_id`.
    RebootCancel,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the schema is all that is wanted of it")]
struct Outputs {
    /// The result of the mode.
    value: Option<i64>,
    /// The repeated text.
    text: Option<String>,
    /// More of the repeated text.
    more: Option<String>,
}

struct Hostile;

impl Guest for Hostile {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: env!("CARGO_PKG_DESCRIPTION").to_owned(),
            config_schema: schema_for!(Config).to_value().to_string(),
            outputs_schema: schema_for!(Outputs).to_value().to_string(),
            kinds: vec!["workflow-step".to_owned()],
            extra: "{}".to_owned(),
        }
    }

    fn start(invocation: Invocation) -> Result<Outcome, Failure> {
        let Config { mode, text, instance_id } = config(&invocation)?;
        match mode {
            Mode::Spin => voracity::spin(),
            Mode::Allocate => Ok(value(voracity::allocate())),
            Mode::Recurse => Ok(value(voracity::recurse(1))),
            Mode::Panic => voracity::fall(),
            Mode::CallFlood => Ok(value(voracity::flood_clock())),
            Mode::AwsFlood => Ok(value(voracity::flood_aws(&instance_id))),
            Mode::Reboot => reboot(instance_id).map(|()| value(1)),
            Mode::RebootAndLie => Ok(value(i64::from(reboot(instance_id).is_ok()))),
            Mode::HugeRequest => Ok(value(voracity::huge_request(&instance_id))),
            Mode::LogFlood => Ok(noise::flood()),
            Mode::LogLong => Ok(noise::long_line()),
            Mode::LogTable => Ok(noise::huge_table()),
            Mode::LogRagged => Ok(noise::ragged_table()),
            Mode::LogLinks => Ok(noise::links()),
            Mode::TerminalEscape => Ok(noise::terminal_escape()),
            Mode::TerminalEscapeFailure => Err(noise::terminal_escape_failure()),
            Mode::TellAll => Ok(noise::tell_all(&invocation)),
            Mode::Echo => Ok(noise::echo(&text)),
            Mode::EchoOutputs => Ok(noise::echo_outputs(&text)),
            Mode::EchoOutputsEncoded => Ok(noise::echo_outputs_encoded(&text)),
            Mode::EchoCheckpoint => Ok(wait(1, text.into_bytes(), "waiting".to_owned(), None)),
            Mode::Candidates => Ok(noise::candidates(&text)),
            Mode::MissingCandidates => Ok(noise::missing_candidates(&text)),
            Mode::EchoFailure => Err(failure("Echo", format!("text is {text}"))),
            Mode::EchoWait => Ok(wait(1, b"waiting".to_vec(), format!("text is {text}"), None)),
            Mode::EchoAndWait => {
                noise::echo(&text);
                Ok(wait(1, b"waiting".to_vec(), format!("text is {text}"), None))
            }
            Mode::EchoSplit => Ok(noise::echo_split(&text)),
            Mode::EchoEncoded => Ok(noise::echo_encoded(&text)),
            Mode::Outputs => Ok(Outcome::Done(format!(r#"{{"text":"{}"}}"#, "x".repeat(2 << 20)))),
            Mode::BadOutputs => Ok(Outcome::Done(r#"{"value": 1"#.to_owned())),
            Mode::OutputsNoObject => Ok(Outcome::Done("[1]".to_owned())),
            Mode::OutputsDeep => {
                Ok(Outcome::Done(format!(r#"{{"text":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000))))
            }
            Mode::SchemaOutputs => Ok(Outcome::Done(r#"{"value":"not a number"}"#.to_owned())),
            Mode::Undeclared => Ok(Outcome::Done(r#"{"value":1,"surprise":true}"#.to_owned())),
            Mode::FailureLong => Err(failure("", "x".repeat(16 << 20))),
            Mode::Checkpoint => Ok(wait(1, vec![0; 1 << 20], "waiting".to_owned(), None)),
            Mode::WaitForever => Ok(wait(u64::MAX, Vec::new(), "waiting".to_owned(), None)),
            Mode::WaitZero => Ok(wait(0, Vec::new(), "waiting".to_owned(), None)),
            Mode::WaitAndLog | Mode::WaitAndCall | Mode::WaitAndKeep | Mode::WaitAndTell => Ok(again(mode)),
            Mode::WaitLong => Ok(wait(1, Vec::new(), "x".repeat(16 << 20), None)),
            Mode::WaitProgress => Ok(wait(1, Vec::new(), "waiting".to_owned(), Some(noise::senseless_progress()))),
            Mode::SpinAfterWait | Mode::SpinCancel | Mode::PanicCancel | Mode::RebootCancel => {
                Ok(wait(1, b"\xff not even text \0".to_vec(), "waiting".to_owned(), None))
            }
        }
    }

    fn resume(invocation: Invocation, checkpoint: Vec<u8>) -> Result<Outcome, Failure> {
        let Config { mode, text, .. } = config(&invocation)?;
        match mode {
            Mode::EchoAndWait => Ok(noise::echo(&text)),
            mode @ (Mode::WaitAndLog | Mode::WaitAndCall | Mode::WaitAndKeep | Mode::WaitAndTell) => Ok(again(mode)),
            Mode::SpinAfterWait => voracity::spin(),
            Mode::RebootCancel => voracity::fall(),
            Mode::EchoCheckpoint => Ok(noise::echo_outputs(&String::from_utf8_lossy(&checkpoint))),
            Mode::WaitZero => Ok(wait(0, Vec::new(), "waiting".to_owned(), None)),
            Mode::SpinCancel | Mode::PanicCancel => Ok(wait(60_000, checkpoint, "waiting".to_owned(), None)),
            _ => Ok(value(i64::try_from(checkpoint.len()).unwrap_or(i64::MAX))),
        }
    }

    fn cancel(invocation: Invocation, _: Vec<u8>) -> Result<(), Failure> {
        let Config { mode, instance_id, .. } = config(&invocation)?;
        match mode {
            Mode::SpinCancel => voracity::spin(),
            Mode::PanicCancel => voracity::fall(),
            Mode::RebootCancel => reboot(instance_id),
            Mode::WaitAndLog => {
                stepwell_plugin::info!("cancelled");
                Ok(())
            }
            Mode::WaitAndCall => {
                voracity::call_clock(100);
                stepwell_plugin::info!("cancelled");
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// One more wait of a plugin that uses up its limits in many small bits.
fn again(mode: Mode) -> Outcome {
    let (mut checkpoint, mut message) = (Vec::new(), "waiting".to_owned());
    match mode {
        Mode::WaitAndLog => noise::lines(100),
        Mode::WaitAndCall => voracity::call_clock(100),
        Mode::WaitAndKeep => checkpoint = vec![0; 32 << 10],
        _ => message = "x".repeat(1 << 10),
    }
    wait(0, checkpoint, message, None)
}

fn config(invocation: &Invocation) -> Result<Config, Failure> {
    serde_json::from_str(&invocation.config).map_err(|error| failure("ConfigurationInvalid", error.to_string()))
}

fn reboot(instance_id: String) -> Result<(), Failure> {
    ec2::reboot_instances(&RebootInstancesRequest { instance_ids: vec![instance_id] }).map_err(|error| {
        let known = stepwell_plugin::Failure::from(error);
        failure(&known.code, known.message)
    })
}

fn value(value: i64) -> Outcome {
    Outcome::Done(format!(r#"{{"value":{value}}}"#))
}

fn failure(code: &str, message: String) -> Failure {
    Failure { code: code.to_owned(), message, retryable: false }
}

fn wait(after_ms: u64, checkpoint: Vec<u8>, message: String, progress: Option<Progress>) -> Outcome {
    Outcome::Wait(Wait { after_ms, checkpoint, message, progress })
}

stepwell_plugin::bindings::export_contract!(Hostile with_types_in stepwell_plugin::bindings);
