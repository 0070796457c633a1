use serde_json::json;
use stepwell_model::event::{Log, LogLevel};
use stepwell_model::failure::FailureCode;

use super::guest::Guest;
use super::support::bench;
use crate::{Answer, Exceeded, Limit, StepFault};

/// The part of WASI to print, to read the environment and to exit.
const WORLD: &str = "import wasi:cli/stdout@0.2.0; import wasi:cli/stderr@0.2.0; import wasi:cli/environment@0.2.0; \
    import wasi:filesystem/preopens@0.2.0; import wasi:cli/exit@0.2.0;";
const PACKAGES: &str = "
    package wasi:io@0.2.0 {
      interface error { resource error; }
      interface streams {
        use error.{error};
        variant stream-error { last-operation-failed(error), closed }
        resource output-stream {
          blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
        }
      }
    }
    package wasi:cli@0.2.0 {
      interface stdout { use wasi:io/streams@0.2.0.{output-stream}; get-stdout: func() -> output-stream; }
      interface stderr { use wasi:io/streams@0.2.0.{output-stream}; get-stderr: func() -> output-stream; }
      interface environment {
        get-environment: func() -> list<tuple<string, string>>;
        get-arguments: func() -> list<string>;
      }
      interface exit { exit: func(status: result); }
    }
    package wasi:filesystem@0.2.0 {
      interface types { resource descriptor; }
      interface preopens { use types.{descriptor}; get-directories: func() -> list<tuple<descriptor, string>>; }
    }";
const IMPORTS: &str = "
    (import \"wasi:cli/stdout@0.2.0\" \"get-stdout\" (func $stdout (result i32)))
    (import \"wasi:cli/stderr@0.2.0\" \"get-stderr\" (func $stderr (result i32)))
    (import \"wasi:io/streams@0.2.0\" \"[method]output-stream.blocking-write-and-flush\" (func $print (param i32 i32 i32 i32)))
    (import \"wasi:cli/environment@0.2.0\" \"get-environment\" (func $environment (param i32)))
    (import \"wasi:cli/environment@0.2.0\" \"get-arguments\" (func $arguments (param i32)))
    (import \"wasi:filesystem/preopens@0.2.0\" \"get-directories\" (func $directories (param i32)))
    (import \"wasi:cli/exit@0.2.0\" \"exit\" (func $exit (param i32)))";
const TEXT: &str = "(data (i32.const 50000) \"one\\0atwo\\0athree\")";

fn guest(start: &str) -> Vec<u8> {
    Guest { wit: (WORLD, PACKAGES), imports: IMPORTS, items: TEXT, start, ..Guest::default() }.component()
}

fn line(level: LogLevel, text: &str) -> Log {
    Log::Line { level, text: text.to_owned() }
}

#[tokio::test]
async fn what_is_printed_is_logged_line_by_line() {
    let print = "(call $print (call $stdout) (i32.const 50000) (i32.const 10) (i32.const 60000))
        (call $print (call $stderr) (i32.const 50008) (i32.const 5) (i32.const 60000))";
    let bench = bench(&guest(print)).await;
    bench.start(json!({})).await.unwrap();
    let (info, warn) = (LogLevel::Info, LogLevel::Warn);
    assert_eq!(bench.kept.logs(), [line(info, "one"), line(info, "two"), line(info, "th"), line(warn, "three")]);
}

#[tokio::test]
async fn a_secret_is_masked_however_it_is_printed() {
    let print = |at: u32, length: u32| {
        format!("(call $print (call $stdout) (i32.const {at}) (i32.const {length}) (i32.const 60000))")
    };
    let info = |text: &str| line(LogLevel::Info, text);
    // In two pieces.
    let pieces = bench(&guest(&[print(50000, 10), print(50010, 3)].concat())).await;
    pieces.start(json!({})).await.unwrap();
    assert_eq!(pieces.kept.logs(), ["one", "two", "three"].map(info));
    pieces.masker.learn("three");
    pieces.start(json!({})).await.unwrap();
    assert_eq!(pieces.kept.logs()[3..], ["one", "two", "*****"].map(info));
    // In two lines, the second of which ends with the call.
    let lines = bench(&guest(&print(50000, 13))).await;
    lines.masker.learn("two\nthree");
    lines.start(json!({})).await.unwrap();
    assert_eq!(lines.kept.logs(), ["one", "*****", "*****"].map(info));
}

#[tokio::test]
async fn what_was_printed_before_a_crash_is_logged() {
    let print = "(call $print (call $stderr) (i32.const 50000) (i32.const 13) (i32.const 60000)) unreachable";
    let bench = bench(&guest(print)).await;
    assert_eq!(bench.start(json!({})).await.unwrap_err().code(), FailureCode::PluginCrashed);
    assert_eq!(bench.kept.logs().len(), 3);
}

#[tokio::test]
async fn prints_are_subject_to_the_limits_of_the_log() {
    let print = "(loop $again
        (call $print (call $stdout) (i32.const 50000) (i32.const 4) (i32.const 60000)) (br $again))";
    let mut bench = bench(&guest(print)).await;
    bench.limits.log_events = 20;
    assert_eq!(bench.start(json!({})).await, Err(StepFault::Limit(Exceeded { limit: Limit::LogEvents, value: 20 })));
    assert_eq!(bench.kept.logs().len(), 20);
    bench.limits.log_events = u64::MAX;
    bench.limits.host_calls = 30;
    assert_eq!(bench.start(json!({})).await, Err(StepFault::Limit(Exceeded { limit: Limit::HostCalls, value: 30 })));
}

#[tokio::test]
async fn there_are_no_files_no_environment_and_no_arguments() {
    // Each gives a list; its length is the second word of the result.
    let empty =
        |call: &str| format!("(call {call} (i32.const 60000)) (if (i32.load (i32.const 60004)) (then unreachable))");
    let start = ["$environment", "$arguments", "$directories"].map(empty).join(" ");
    let bench = bench(&guest(&start)).await;
    assert_eq!(bench.start(json!({})).await, Ok(Answer::Done { outputs: [].into(), host_calls: 0 }));
}

#[tokio::test]
async fn leaving_the_program_is_a_crash_of_the_step() {
    let bench = bench(&guest("(call $exit (i32.const 1))")).await;
    let fault = bench.start(json!({})).await.unwrap_err();
    let StepFault::Trapped { cause, .. } = fault else { panic!("{fault:?}") };
    assert!(cause.contains("exit"), "{cause}");
}

#[tokio::test]
async fn clocks_and_randomness_tell_nothing_to_a_plugin_that_describes_itself() {
    let packages = "
        package wasi:clocks@0.2.0 { interface monotonic-clock { now: func() -> u64; } }
        package wasi:random@0.2.0 { interface random { get-random-u64: func() -> u64; } }";
    let component = Guest {
        wit: ("import wasi:clocks/monotonic-clock@0.2.0; import wasi:random/random@0.2.0;", packages),
        imports: "(import \"wasi:clocks/monotonic-clock@0.2.0\" \"now\" (func $now (result i64)))
            (import \"wasi:random/random@0.2.0\" \"get-random-u64\" (func $random (result i64)))",
        describe: "(if (i64.ne (i64.or (call $now) (call $random)) (i64.const 0)) (then unreachable))",
        start: "(if (i64.eqz (call $now)) (then unreachable)) (if (i64.eqz (call $random)) (then unreachable))",
        ..Guest::default()
    }
    .component();
    let bench = bench(&component).await;
    assert!(bench.sandbox.describe(&bench.component, bench.limits).await.is_ok());
    assert_eq!(bench.start(json!({})).await, Ok(Answer::Done { outputs: [].into(), host_calls: 0 }));
}

/// A plugin that does this with the clock of WASI.
fn sleeper(start: &str) -> Vec<u8> {
    let packages = "
        package wasi:io@0.2.0 { interface poll { resource pollable { block: func(); } } }
        package wasi:clocks@0.2.0 {
          interface monotonic-clock {
            use wasi:io/poll@0.2.0.{pollable};
            subscribe-duration: func(when: u64) -> pollable;
            subscribe-instant: func(when: u64) -> pollable;
          }
        }";
    Guest {
        wit: ("import wasi:clocks/monotonic-clock@0.2.0;", packages),
        imports: "(import \"wasi:clocks/monotonic-clock@0.2.0\" \"subscribe-duration\" (func $after (param i64) (result i32)))
            (import \"wasi:clocks/monotonic-clock@0.2.0\" \"subscribe-instant\" (func $at (param i64) (result i32)))
            (import \"wasi:io/poll@0.2.0\" \"[method]pollable.block\" (func $block (param i32)))",
        start,
        ..Guest::default()
    }
    .component()
}

#[tokio::test]
async fn a_guest_may_sleep_for_a_moment_and_no_longer() {
    let moment = bench(&sleeper("(call $block (call $after (i64.const 1_000_000)))")).await;
    assert_eq!(moment.start(json!({})).await, Ok(Answer::Done { outputs: [].into(), host_calls: 0 }));
    let limit = Limit::Sleep;
    for sleep in [
        "(call $block (call $after (i64.const 3_600_000_000_000)))",
        "(call $block (call $at (i64.const -1)))",
        // All sleeps of a call count together, whether it sleeps now or later.
        "(loop $again (call $block (call $after (i64.const 20_000_000))) (br $again))",
        "(drop (call $after (i64.const -1))) (call $block (call $after (i64.const -1)))",
    ] {
        let mut bench = bench(&sleeper(sleep)).await;
        bench.limits.cpu_ms = 100;
        let ended = bench.start(json!({})).await;
        assert_eq!(ended, Err(StepFault::Limit(Exceeded { limit, value: 100 })), "{sleep}");
    }
}

#[tokio::test]
async fn calls_to_wasi_count_for_one_call_of_the_plugin() {
    let print = "(call $print (call $stdout) (i32.const 50000) (i32.const 4) (i32.const 60000))";
    let mut bench = bench(&guest(&print.repeat(4))).await;
    bench.limits.host_calls = 20;
    bench.used.host_calls = 4;
    assert_eq!(bench.start(json!({})).await, Ok(Answer::Done { outputs: [].into(), host_calls: 0 }));
    bench.used.host_calls = 20;
    let beyond = StepFault::Limit(Exceeded { limit: Limit::HostCalls, value: 20 });
    assert_eq!(bench.start(json!({})).await, Err(beyond));
}
