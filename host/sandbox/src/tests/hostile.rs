use serde_json::json;
use stepwell_model::NextAction as _;
use stepwell_model::failure::{Failure, FailureCode, FailureOrigin};
use stepwell_model::limits::Limits;

use super::guest::Guest;
use super::support::{Bench, bench, hostile};
use crate::{Answer, Exceeded, Limit, StepFault};

fn exceeded(limit: Limit, value: u64) -> StepFault {
    StepFault::Limit(Exceeded { limit, value })
}

/// Small limits, so that every mode reaches its own soon.
async fn limited(change: impl FnOnce(&mut Limits)) -> Bench {
    let mut bench = hostile().await;
    change(&mut bench.limits);
    bench
}

#[tokio::test]
async fn an_endless_loop_ends_at_its_time() {
    let bench = limited(|limits| limits.cpu_ms = 50).await;
    assert_eq!(bench.mode("spin").await, Err(exceeded(Limit::CpuTime, 50)));
}

#[tokio::test]
async fn time_in_the_host_does_not_count() {
    // 10,000 calls take far longer than the plugin's own part of them.
    let mut bench = limited(|limits| limits.cpu_ms = 1_000).await;
    bench.limits.host_calls = 20_000;
    assert!(matches!(bench.mode("call_flood").await, Ok(Answer::Done { .. })));
}

#[tokio::test]
async fn too_many_calls_of_the_host_end_the_step() {
    let bench = limited(|limits| limits.host_calls = 100).await;
    assert_eq!(bench.mode("call_flood").await, Err(exceeded(Limit::HostCalls, 100)));
}

#[tokio::test]
async fn a_call_beyond_the_limit_never_reaches_aws() {
    let mut bench = limited(|limits| limits.host_calls = 0).await;
    bench.dry_run = true;
    assert_eq!(bench.mode("reboot").await, Err(exceeded(Limit::HostCalls, 0)));
    assert!(bench.kept.records().is_empty());
}

#[tokio::test]
async fn memory_ends_at_its_limit() {
    let bench = limited(|limits| limits.memory = 8 << 20).await;
    assert_eq!(bench.mode("allocate").await, Err(exceeded(Limit::Memory, 8 << 20)));
}

#[tokio::test]
async fn memory_that_a_component_has_from_the_beginning_counts() {
    let mut bench = bench(&Guest { pages: 32, ..Guest::default() }.component()).await;
    bench.limits.memory = 1 << 20;
    assert_eq!(bench.start(json!({})).await, Err(exceeded(Limit::Memory, 1 << 20)));
}

#[tokio::test]
async fn tables_count_as_memory() {
    let items = "(table $t 1 funcref)";
    let start = "(drop (table.grow $t (ref.null func) (i32.const 40000)))";
    let mut bench = bench(&Guest { items, start, ..Guest::default() }.component()).await;
    assert!(bench.start(json!({})).await.is_ok());
    bench.limits.memory = 256 << 10;
    assert_eq!(bench.start(json!({})).await, Err(exceeded(Limit::Memory, 256 << 10)));
}

#[tokio::test]
async fn the_log_has_its_limits() {
    let bench = limited(|limits| limits.log_events = 50).await;
    assert_eq!(bench.mode("log_flood").await, Err(exceeded(Limit::LogEvents, 50)));
    assert_eq!(bench.kept.logs().len(), 50);
    let bench = hostile().await;
    let bytes = exceeded(Limit::LogBytes, bench.limits.log_bytes);
    assert_eq!(bench.mode("log_long").await, Err(bytes.clone()));
    assert_eq!(bench.mode("log_table").await, Err(bytes));
    assert!(bench.kept.logs().is_empty());
}

#[tokio::test]
async fn outputs_and_checkpoints_have_their_limits() {
    let bench = hostile().await;
    assert_eq!(bench.mode("outputs").await, Err(exceeded(Limit::Outputs, 1 << 20)));
    assert_eq!(bench.mode("checkpoint").await, Err(exceeded(Limit::Checkpoint, 64 << 10)));
}

#[tokio::test]
async fn outputs_that_are_no_object_are_named_without_being_quoted() {
    let bench = hostile().await;
    for (mode, wanted) in [
        ("bad_outputs", "they are not JSON, from line 1 column 11 on"),
        ("outputs_no_object", "they are JSON, but not an object"),
        ("outputs_deep", "they are not JSON, from line 1 column 135 on"),
    ] {
        let fault = bench.mode(mode).await.unwrap_err();
        assert_eq!((fault.code(), fault.because().as_str()), (FailureCode::OutputsInvalid, wanted));
    }
}

#[tokio::test]
async fn long_words_are_cut() {
    let bench = hostile().await;
    let Ok(Answer::Failed(failure)) = bench.mode("failure_long").await else { panic!() };
    assert_eq!((failure.message.len(), failure.code.as_str()), (4 << 10, "Unspecified"));
    let Ok(Answer::Wait { message, .. }) = bench.mode("wait_long").await else { panic!() };
    assert_eq!(message.len(), 1 << 10);
}

#[tokio::test]
async fn a_crash_is_told_from_a_recursion_without_end() {
    let bench = hostile().await;
    assert_eq!(bench.mode("recurse").await, Err(StepFault::StackOverflow));
    let fault = bench.mode("panic").await.unwrap_err();
    assert!(fault.because().starts_with("wasm `unreachable` instruction executed"), "{}", fault.explain());
}

#[tokio::test]
async fn a_crash_names_the_function_when_the_component_has_names() {
    let items = "(func $innermost_function unreachable)";
    let start = "(call $innermost_function)";
    let bench = bench(&Guest { items, start, ..Guest::default() }.component()).await;
    let fault = bench.start(json!({})).await.unwrap_err();
    let StepFault::Trapped { function, .. } = fault else { panic!("{fault:?}") };
    assert_eq!(function.as_deref(), Some("innermost_function"));
}

#[tokio::test]
async fn a_list_that_points_to_one_text_many_times_does_not_fill_the_host() {
    // 1,000 rows of one list with 1,000 entries, of which all point to the same 60 kB.
    let imports = "(import \"stepwell:log/log@0.2.0\" \"table\" (func $table (param i32 i32 i32 i32)))";
    let start = "(local $i i32)
        (loop $cells
          (i32.store (i32.add (i32.const 131072) (local.get $i)) (i32.const 1))
          (i32.store (i32.add (i32.const 131076) (local.get $i)) (i32.const 0))
          (i32.store (i32.add (i32.const 131080) (local.get $i)) (i32.const 60000))
          (br_if $cells (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 12))) (i32.const 12000))))
        (local.set $i (i32.const 0))
        (loop $rows
          (i32.store (i32.add (i32.const 262144) (local.get $i)) (i32.const 131072))
          (i32.store (i32.add (i32.const 262148) (local.get $i)) (i32.const 1000))
          (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 8000))))
        (call $table (i32.const 0) (i32.const 0) (i32.const 262144) (i32.const 1000))";
    let bench = bench(&Guest { imports, start, pages: 8, ..Guest::default() }.component()).await;
    assert_eq!(bench.start(json!({})).await, Err(StepFault::TooMuchData));
}

#[tokio::test]
async fn every_fault_says_what_to_do() {
    let bench = limited(|limits| limits.cpu_ms = 20).await;
    let fault = bench.mode("spin").await.unwrap_err();
    assert_eq!(
        fault.explain(),
        "error: the plugin computed for longer than it may (20 ms)\n\
         because: `cpu_time` of this step is 20 ms\n\
         next: if the plugin needs it, set `cpu_time` under [limits] in stepwell.toml"
    );
    let failure = Failure::from(&fault);
    assert_eq!((failure.code.as_str(), failure.origin), ("LimitExceeded", FailureOrigin::Sandbox));
}

#[tokio::test]
async fn a_call_gets_what_the_attempt_has_left() {
    let mut bench = limited(|limits| (limits.log_events, limits.host_calls) = (150, 10_000)).await;
    bench.used.log_events = 60;
    assert_eq!(bench.mode("wait_and_log").await, Err(exceeded(Limit::LogEvents, 150)));
    assert_eq!(bench.kept.logs().len(), 90);
    (bench.used.log_events, bench.used.log_bytes) = (0, bench.limits.log_bytes);
    assert_eq!(bench.mode("wait_and_log").await, Err(exceeded(Limit::LogBytes, bench.limits.log_bytes)));
    bench.used.host_calls = 9_901;
    assert_eq!(bench.mode("wait_and_call").await, Err(exceeded(Limit::HostCalls, 10_000)));
    // The wait itself is the last call.
    bench.used.host_calls = 9_899;
    assert!(matches!(bench.mode("wait_and_call").await, Ok(Answer::Wait { host_calls: 100, .. })));
    bench.used.checkpoint_bytes = (64 << 20) - (32 << 10);
    assert_eq!(bench.mode("wait_and_keep").await, Err(exceeded(Limit::CheckpointTotal, 64 << 20)));
}
