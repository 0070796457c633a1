//! A misbehaving plugin harms only its own step.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value as Json;

use super::resumes::fleet::the_run;
use super::resumes::running::Running;
use super::support::{Ended, Site, failure, log_lines};

const LIMITS: &str = "[limits]\ncpu_time = \"1s\"\n";

fn site(mode: &str) -> Site {
    let with = format!("{{ mode = \"{mode}\", instance_id = \"i-0123456789abcdef0\" }}");
    Site::without_aws().guest("hostile").step("hostile", &with)
}

fn fails_with(site: &Site, code: &str) -> Ended {
    let ended = site.run();
    let [what, _, _] = ended.three_lines(1);
    assert!(what.starts_with("error: step `it` failed: "), "{what}");
    let (_, lines) = site.run_json();
    assert_eq!(failure(&lines)["code"], code, "{}", failure(&lines));
    ended
}

/// Asserts that the mode exceeds the limit of this key, and that the error names the limit, its value and the file that
/// sets it.
fn exceeds(mode: &str, key: &str) {
    exceeds_at(&site(mode), key);
}

fn exceeds_at(site: &Site, key: &str) {
    let ended = fails_with(site, "LimitExceeded");
    let [_, because, next] = ended.three_lines(1);
    assert!(because.contains(&format!("`{key}`")), "{because}");
    assert!(next.contains(&format!("set `{key}` under [limits]")), "{next}");
}

#[test]
fn an_endless_loop_ends_at_the_limit_of_cpu_time() {
    for mode in ["spin", "spin_after_wait"] {
        exceeds_at(&site(mode).home_file("stepwell.toml", LIMITS), "cpu_time");
    }
}

#[test]
fn a_stop_of_the_process_takes_no_time_from_a_plugin_that_computes() {
    let site = site("spin").home_file("stepwell.toml", "[limits]\ncpu_time = \"3s\"\n");
    let mut running = Running::start(site.command(&["run", "job.toml", "--output", "json"]));
    running.until("step_started");
    running.signal(Signal::STOP);
    std::thread::sleep(Duration::from_millis(3_100));
    running.signal(Signal::CONT);
    let continued = Instant::now();
    running.until("step_failed");
    assert!(continued.elapsed() > Duration::from_secs(1), "most of its time was left");
    assert_eq!(running.end().code, 1);
}

#[test]
fn too_many_calls_of_the_host_end_the_step() {
    exceeds_at(&site("call_flood").home_file("stepwell.toml", "[limits]\nhost_calls = 10000\n"), "host_calls");
}

#[test]
fn too_much_log_ends_the_step() {
    exceeds("log_flood", "log_events");
    exceeds_at(&site("log_flood").home_file("stepwell.toml", "[limits]\nlog_bytes = \"64KiB\"\n"), "log_bytes");
    exceeds("log_long", "log_bytes");
    exceeds("log_table", "log_bytes");
}

/// The records of this kind.
fn count(lines: &[Json], event: &str) -> usize {
    lines.iter().filter(|line| line["event"] == event).count()
}

#[test]
fn a_plugin_that_waits_again_and_again_ends_at_its_limits() {
    for (mode, limit, key, waits) in [
        ("wait_and_log", "log_events = 450", "log_events", 4),
        // 690 bytes each time.
        ("wait_and_log", "log_bytes = 3000", "log_bytes", 4),
        ("wait_and_call", "host_calls = 505", "host_calls", 5),
        ("wait_and_keep", "checkpoint_total = \"256KiB\"", "checkpoint_total", 7),
        ("wait_and_tell", "checkpoint_total = \"8KiB\"", "checkpoint_total", 8),
        ("wait_zero", "host_calls = 5", "host_calls", 5),
    ] {
        let site = site(mode).home_file("stepwell.toml", format!("[limits]\n{limit}\n"));
        let (_, lines) = site.run_json();
        assert_eq!(failure(&lines)["code"], "LimitExceeded", "{mode}: {}", failure(&lines));
        assert!(failure(&lines)["because"].as_str().is_some_and(|because| because.contains(key)), "{mode}");
        assert_eq!(count(&lines, "step_waiting"), waits, "{mode} with {limit}");
        // What the plugin does to stop has limits of its own.
        let cleans_up = matches!(mode, "wait_and_log" | "wait_and_call");
        assert_eq!(log_lines(&lines).last().is_some_and(|line| *line == "cancelled"), cleans_up, "{mode}");
    }
}

#[test]
fn limits_of_an_attempt_outlive_the_process() {
    for (mode, limit) in [("wait_and_log", "log_events = 450"), ("wait_and_call", "host_calls = 505")] {
        let site = site(mode).home_file("stepwell.toml", format!("[limits]\n{limit}\n"));
        let mut running = Running::waiting(&site);
        running.until("step_waiting");
        drop(running.kill());
        let id = the_run(&site).expect("there is a run");
        assert_eq!(site.stepwell(&["runs", "resume", &id]).code, 1);
        let lines = site.stepwell(&["runs", "logs", &id, "--output", "json"]).json_lines();
        let stopping = lines.iter().position(|line| line["event"] == "step_cancelling").expect("it is told to stop");
        let before = &lines[..stopping];
        assert_eq!(lines[stopping]["failure"]["code"], "LimitExceeded", "{}", lines[stopping]);
        match mode {
            "wait_and_log" => assert_eq!(count(before, "step_logged"), 450),
            _ => assert_eq!(count(before, "step_waiting"), 5),
        }
    }
}

#[test]
fn outputs_that_are_too_large_fail_the_step() {
    exceeds("outputs", "outputs");
}

#[test]
fn a_checkpoint_that_is_too_large_fails_the_step() {
    exceeds("checkpoint", "checkpoint");
}

#[test]
fn memory_beyond_its_limit_ends_the_step() {
    exceeds("allocate", "memory");
}

#[test]
fn a_plugin_that_crashes_fails_its_step() {
    fails_with(&site("panic"), "PluginCrashed");
    fails_with(&site("recurse"), "StackOverflow");
}

#[test]
fn outputs_that_are_invalid_fail_the_step() {
    for mode in ["bad_outputs", "outputs_no_object", "outputs_deep", "schema_outputs", "undeclared"] {
        fails_with(&site(mode), "OutputsInvalid");
    }
}

#[test]
fn a_wait_with_a_huge_message_is_cut_and_goes_on() {
    let (code, lines) = site("wait_long").run_json();
    assert_eq!(code, 0);
    let longest = lines.iter().filter_map(|line| line["message"].as_str()).map(str::len).max();
    assert!(longest.is_some_and(|longest| (100..=2_048).contains(&longest)), "{longest:?}");
}

#[test]
fn a_failure_with_a_huge_message_is_cut() {
    let (code, lines) = site("failure_long").run_json();
    assert_eq!(code, 1);
    let message = failure(&lines)["message"].as_str().expect("text");
    assert!((100..=8_192).contains(&message.len()), "{}", message.len());
    assert_ne!(failure(&lines)["code"], "");
}

#[test]
fn a_plugin_cannot_steer_the_terminal_or_pretend_to_be_the_host() {
    for mode in ["terminal_escape", "terminal_escape_failure"] {
        let ended = site(mode).run();
        let all = format!("{}{}", ended.stdout, ended.stderr);
        let hostile = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!all.contains(hostile), "{mode}: {all:?}");
    }
    let ended = site("terminal_escape_failure").run();
    assert_eq!(ended.three_lines(1).len(), 3);
}

#[test]
fn a_ragged_table_is_shown_in_proportion() {
    let ended = site("log_ragged").run();
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.stdout.len() < 1 << 20, "{}", ended.stdout.len());
}

#[test]
fn a_python_plugin_is_held_by_the_same_limits() {
    let limits = "name = \"test\"\n[limits]\ncpu_time = \"2s\"\n";
    // One home for all modes, because compiling an interpreter is slow.
    let mut site = Site::without_aws().guest("python").file("project.toml", limits);
    for (mode, code) in [
        ("wait", None),
        ("nap", None),
        ("sleep", Some("LimitExceeded")),
        ("spin", Some("LimitExceeded")),
        ("fail", Some("ToldToFail")),
    ] {
        site = site.step("python", &format!("{{ mode = \"{mode}\" }}"));
        let (exit, lines) = site.run_json();
        assert_eq!((exit, failure(&lines)["code"].as_str()), (i32::from(code.is_some()), code), "{mode}");
    }
    let (exit, lines) = site.step("python", "{ mode = \"raise\" }").run_json();
    assert_eq!((exit, &failure(&lines)["code"]), (1, &"PluginCrashed".into()));
    assert!(log_lines(&lines).iter().any(|line| line.contains("not caught")), "the traceback is logged");
}
