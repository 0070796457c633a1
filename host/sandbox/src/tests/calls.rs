use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_aws::HostFault;
use stepwell_model::event::{Checkpoint, Log, LogLevel, What};
use stepwell_model::failure::{FailureCode, FailureOrigin};
use tokio::time::timeout;

use super::guest::Guest;
use super::support::{MemoryJournal, bench, file, hostile};
use crate::{Answer, Entry, StepFault};

#[tokio::test]
async fn what_a_plugin_puts_out_comes_back() {
    let bench = bench(&file("tests/noop.wasm")).await;
    let config = json!({ "a": 1, "b": ["x", null, { "c": 2.5 }] });
    let Answer::Done { outputs, .. } = bench.start(config.clone()).await.unwrap() else { panic!() };
    assert_eq!(Json::from_iter(outputs), config);
}

#[tokio::test]
async fn every_call_gets_a_fresh_memory() {
    // A second call in the same memory would find the number of the first one, and crash.
    let start = "(if (i32.load (i32.const 60000)) (then unreachable)) (i32.store (i32.const 60000) (i32.const 1))";
    let bench = bench(&Guest { start, ..Guest::default() }.component()).await;
    for _ in 0..3 {
        assert_eq!(bench.start(json!({})).await, Ok(Answer::Done { outputs: [].into(), host_calls: 0 }));
    }
}

#[tokio::test]
async fn a_wait_comes_back_with_its_checkpoint() {
    let bench = hostile().await;
    let Answer::Wait { after, checkpoint, message, progress, .. } = bench.mode("spin_after_wait").await.unwrap() else {
        panic!()
    };
    assert_eq!((after, message.as_str(), progress), (Duration::from_millis(1), "waiting", None));
    let resumed = bench.call(Entry::Resume(checkpoint.clone()), json!({ "mode": "reboot" })).await.unwrap();
    assert_eq!(
        resumed,
        Answer::Done { outputs: [("value".to_owned(), json!(checkpoint.0.len()))].into(), host_calls: 0 }
    );
}

#[tokio::test]
async fn a_step_that_is_cancelled_may_clean_up() {
    let bench = hostile().await;
    let cancel = |mode: &str| bench.call(Entry::Cancel(Checkpoint::default()), json!({ "mode": mode }));
    assert_eq!(cancel("reboot").await, Ok(Answer::Cancelled));
    assert!(matches!(cancel("panic_cancel").await, Err(StepFault::Trapped { .. })));
    let Ok(Answer::Failed(failure)) = bench.call(Entry::Cancel(Checkpoint::default()), json!({})).await else {
        panic!()
    };
    assert_eq!((failure.code.as_str(), failure.origin), ("ConfigurationInvalid", FailureOrigin::Plugin));
}

#[tokio::test]
async fn what_is_logged_is_in_the_journal() {
    let imports = "(import \"stepwell:log/log@0.2.0\" \"line\" (func $line (param i32 i32 i32)))";
    let items = "(data (i32.const 50000) \"one\\0atwo\")";
    let start = "(call $line (i32.const 1) (i32.const 50000) (i32.const 7)) (call $line (i32.const 3) (i32.const 0) (i32.const 0))";
    let bench = bench(&Guest { imports, items, start, ..Guest::default() }.component()).await;
    bench.start(json!({})).await.unwrap();
    let line = |level, text: &str| Log::Line { level, text: text.to_owned() };
    let (warn, verbose) = (LogLevel::Warn, LogLevel::Verbose);
    assert_eq!(bench.kept.logs(), [line(warn, "one"), line(warn, "two"), line(verbose, "")]);
}

#[tokio::test]
async fn a_broken_journal_ends_the_step() {
    let mut bench = hostile().await;
    bench.kept = MemoryJournal::broken();
    let fault = bench.start(json!({ "mode": "echo", "text": "x" })).await.unwrap_err();
    assert!(matches!(fault, StepFault::Host(HostFault::LogNotKept { .. })), "{fault:?}");
    assert_eq!((fault.code(), fault.origin()), (FailureCode::JournalFailed, FailureOrigin::Host));
    let fault = bench.mode("reboot").await.unwrap_err();
    assert!(matches!(fault, StepFault::Host(HostFault::IntentNotKept { .. })), "{fault:?}");
}

#[tokio::test]
async fn a_dry_run_ends_at_the_first_change() {
    let mut bench = hostile().await;
    bench.dry_run = true;
    let fault = bench.mode("reboot_and_lie").await.unwrap_err();
    assert_eq!(fault, StepFault::Host(HostFault::DryRun { action: "ec2:RebootInstances" }));
    let records = bench.kept.records();
    assert!(matches!(&records[..], [What::CredentialsIssued { .. }, What::ChangeWithheld { .. }]), "{records:?}");
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_room_for_the_next() {
    let mut bench = hostile().await;
    bench.limits.cpu_ms = 60_000;
    for _ in 0..5 {
        timeout(Duration::from_millis(20), bench.mode("spin")).await.unwrap_err();
    }
    assert!(matches!(bench.mode("echo").await, Ok(Answer::Done { .. })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_calls_than_there_is_room_for_wait_for_their_turn() {
    let bench = std::sync::Arc::new(bench(&file("tests/noop.wasm")).await);
    let calls = (0..500).map(|n| {
        let bench = std::sync::Arc::clone(&bench);
        tokio::spawn(async move { bench.start(json!({ "n": n })).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(matches!(call.await.unwrap(), Ok(Answer::Done { .. })));
    }
}

#[tokio::test]
async fn a_computing_plugin_lets_others_have_their_turn() {
    let mut bench = hostile().await;
    bench.limits.cpu_ms = 200;
    let turns = async {
        let mut turns = 0_u32;
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            turns += 1;
            if turns == 10 {
                return;
            }
        }
    };
    let (fault, ()) = tokio::join!(bench.mode("spin"), turns);
    assert_eq!(fault.unwrap_err().code(), FailureCode::LimitExceeded);
}

#[tokio::test]
async fn large_memories_take_turns_and_small_plugins_run_beside_them() {
    let grow = Guest { start: "(drop (memory.grow (i32.const 512)))", ..Guest::default() }.component();
    let large = std::sync::Arc::new(bench(&grow).await);
    assert!(!large.component.is_large());
    let calls = (0..200).map(|_| {
        let large = std::sync::Arc::clone(&large);
        tokio::spawn(async move { large.start(json!({})).await })
    });
    let calls: Vec<_> = calls.collect();
    let component = large.sandbox.load(&file("tests/noop.wasm")).await.unwrap();
    assert!(large.sandbox.describe(&component, large.limits).await.is_ok());
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(Answer::Done { outputs: [].into(), host_calls: 0 }));
    }
    assert!(large.component.is_large() && !component.is_large());
}
