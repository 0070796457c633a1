mod simulation;

use jiff::{SignedDuration, Timestamp};
use stepwell_model::event::{Event, Outcome, What};
use stepwell_model::report::{Report, Status};

use self::simulation::{Fate, Simulation};
use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
}

fn step(id: &str) -> StepPath {
    id.parse().expect("it is a path")
}

/// The steps that began, in the order in which they did.
fn began(events: &[Event]) -> Vec<String> {
    let began = events.iter().filter_map(|event| match &event.what {
        What::StepStarted { step, .. } | What::StepExpanded { step, .. } => Some(step.to_string()),
        _ => None,
    });
    began.collect()
}

fn ends(job: &str, fates: &[(&str, Fate)]) -> (Outcome, Vec<String>, Report) {
    let mut simulation = Simulation::new(job);
    fates.iter().for_each(|(step, fate)| simulation.fate(step, *fate));
    let outcome = simulation.run();
    (outcome, began(&simulation.events), simulation.report)
}

fn status(report: &Report, id: &str) -> Status {
    report.step(&step(id)).expect("it is in the report").status
}

const ABC: &str = "[[steps]]\nid = \"a\"\n[[steps]]\nid = \"b\"\n[[steps]]\nid = \"c\"\n";

#[test]
fn steps_run_in_order_and_the_run_ends_with_the_last() {
    assert_eq!(ends(ABC, &[]).1, ["a", "b", "c"]);
    let (outcome, began, _) = ends(ABC, &[("b", Fate::Fails)]);
    assert_eq!((outcome, began.as_slice()), (Outcome::Failed, ["a", "b"].map(str::to_owned).as_slice()));
}

#[test]
fn a_run_that_keeps_going_runs_what_does_not_need_the_failed_step() {
    let job = format!(
        "keep_going = true\n{ABC}[[steps]]\nid = \"d\"\nneeds = [\"b\"]\n[[steps]]\nid = \"e\"\nneeds = [\"d\"]\n"
    );
    let (outcome, began, report) = ends(&job, &[("b", Fate::Fails)]);
    assert_eq!((outcome, began), (Outcome::Failed, ["a", "b", "c"].map(str::to_owned).to_vec()));
    assert_eq!(status(&report, "e"), Status::NotStarted);
}

#[test]
fn a_step_is_blocked_by_steps_that_the_file_has_behind_it() {
    let job = "keep_going = true\n[[steps]]\nid = \"a\"\nneeds = [\"b\"]\n[[steps]]\nid = \"b\"\nneeds = [\"c\"]\n\
               [[steps]]\nid = \"c\"\nneeds = []\n[[steps]]\nid = \"d\"\nneeds = []\n[[steps]]\nid = \"e\"\n";
    let (outcome, began, report) = ends(job, &[("c", Fate::Fails)]);
    assert_eq!((outcome, began), (Outcome::Failed, ["c", "d", "e"].map(str::to_owned).to_vec()));
    assert_eq!((status(&report, "a"), status(&report, "b")), (Status::NotStarted, Status::NotStarted));
}

#[test]
fn neighbours_in_a_group_run_at_the_same_time_and_a_failed_one_lets_the_others_end() {
    let group = |id: &str| format!("[[steps]]\nid = \"{id}\"\nparallel = \"g\"\n");
    let job = format!("{}{}[[steps]]\nid = \"z\"\n", group("a"), group("b"));
    let mut simulation = Simulation::new(&job);
    simulation.fate("a", Fate::Fails);
    assert_eq!(simulation.agenda().acts, [Act::Begin(step("a")), Act::Begin(step("b"))]);
    assert_eq!(simulation.run(), Outcome::Failed);
    assert_eq!(status(&simulation.report, "b"), Status::Succeeded);
    assert_eq!(status(&simulation.report, "z"), Status::NotStarted);
}

#[test]
fn a_failure_is_cleared_by_its_handler_when_that_says_so() {
    let job =
        |more: &str| format!("[[steps]]\nid = \"a\"\non_error = {{ uses = \"p\"{more} }}\n[[steps]]\nid = \"b\"\n");
    let fails: &[_] = &[("a", Fate::Fails)];
    let (outcome, began, _) = ends(&job(", continue = true"), fails);
    assert_eq!((outcome, began), (Outcome::Succeeded, ["a", "a.on_error", "b"].map(str::to_owned).to_vec()));
    let (outcome, began, _) = ends(&job(""), fails);
    assert_eq!((outcome, began), (Outcome::Failed, ["a", "a.on_error"].map(str::to_owned).to_vec()));
    let both: &[_] = &[("a", Fate::Fails), ("a.on_error", Fate::Fails)];
    assert_eq!(ends(&job(", continue = true"), both).0, Outcome::Failed);
    assert_eq!(ends(&job(""), &[]).1, ["a", "b"]);
}

#[test]
fn final_steps_run_in_every_ending_and_a_failed_one_does_not_stop_the_next() {
    let job = format!("{ABC}[[finally]]\nid = \"x\"\n[[finally]]\nid = \"y\"\n");
    for fates in [vec![], vec![("a", Fate::Fails)], vec![("x", Fate::Fails)]] {
        let (outcome, began, _) = ends(&job, &fates);
        assert_eq!(outcome == Outcome::Succeeded, fates.is_empty());
        assert_eq!(began.last().map(String::as_str), Some("y"), "{fates:?}");
    }
    let mut cancelled = Simulation::new(&job);
    cancelled.cancel_after = Some(3);
    assert_eq!(cancelled.run(), Outcome::Cancelled);
    assert!(began(&cancelled.events).ends_with(&["x".to_owned(), "y".to_owned()]));
}

#[test]
fn a_step_runs_for_each_item_and_never_for_more_than_it_may_at_once() {
    let job = "[[steps]]\nid = \"a\"\nfor_each = [1, 2, 3, 4, 5]\nconcurrency = 2\n[[steps]]\nid = \"b\"\n";
    let mut simulation = Simulation::new(job);
    assert_eq!(simulation.run(), Outcome::Succeeded);
    assert_eq!(simulation.most_at_once, 2);
    let (outcome, began, _) = ends(job, &[("a[1]", Fate::Fails)]);
    assert_eq!(outcome, Outcome::Failed);
    assert!(!began.contains(&"a[3]".to_owned()) && !began.contains(&"b".to_owned()), "{began:?}");
    assert_eq!(ends("[[steps]]\nid = \"a\"\nfor_each = []\n", &[]).0, Outcome::Succeeded);
}

#[test]
fn a_sub_job_is_a_step_with_an_end_of_its_own() {
    let job = "[[steps]]\nid = \"a\"\nuses = \"job:sub\"\n[[steps]]\nid = \"b\"\n";
    let (outcome, began, _) = ends(job, &[]);
    assert_eq!((outcome, began), (Outcome::Succeeded, ["a", "a.s", "a.t", "a.f", "b"].map(str::to_owned).to_vec()));
    let (outcome, began, report) = ends(job, &[("a.s", Fate::Fails)]);
    assert_eq!((outcome, began), (Outcome::Failed, ["a", "a.s", "a.f"].map(str::to_owned).to_vec()));
    assert_eq!(status(&report, "a"), Status::Failed);
}

#[test]
fn a_wait_ends_when_its_time_has_come_and_at_the_deadline_at_the_latest() {
    let mut simulation = Simulation::new("[[steps]]\nid = \"a\"\ntimeout = \"100s\"\n");
    simulation.fate("a", Fate::Waits(10));
    simulation.advance_until(|report| status(report, "a") == Status::Waiting);
    let wake = simulation.agenda().wake.expect("it waits");
    assert_eq!(wake, simulation.now + SignedDuration::from_secs(10));
    simulation.now = wake;
    assert_eq!(simulation.agenda().acts, [Act::Resume(step("a"))]);
    simulation.now = at(1_000_000);
    assert_eq!(simulation.agenda().acts, [Act::Stop(step("a"), StopCause::TimedOut)]);
}

#[test]
fn a_run_out_of_time_stops_its_steps_and_still_runs_the_final_ones() {
    let mut simulation = Simulation::new("timeout = \"5s\"\n[[steps]]\nid = \"a\"\n[[finally]]\nid = \"x\"\n");
    simulation.fate("a", Fate::Waits(60));
    assert_eq!(simulation.run(), Outcome::TimedOut);
    assert_eq!(status(&simulation.report, "a"), Status::Cancelled);
    assert_eq!(status(&simulation.report, "x"), Status::Succeeded);
}

#[test]
fn a_final_step_is_stopped_only_by_force_and_then_no_other_begins() {
    let mut simulation = Simulation::new(&format!("{ABC}[[finally]]\nid = \"x\"\n[[finally]]\nid = \"y\"\n"));
    simulation.fate("x", Fate::Waits(60));
    simulation.append(What::CancelRequested { force: false });
    simulation.advance_until(|report| status(report, "x") == Status::Waiting);
    simulation.append(What::CancelRequested { force: false });
    assert_eq!(simulation.agenda().acts, []);
    simulation.append(What::CancelRequested { force: true });
    assert_eq!(simulation.agenda().acts, [Act::Stop(step("x"), StopCause::Cancelled)]);
    assert_eq!(simulation.run(), Outcome::Cancelled);
    assert_eq!(status(&simulation.report, "x"), Status::Cancelled);
    assert_eq!(status(&simulation.report, "y"), Status::NotStarted);
}

#[test]
fn clean_up_is_not_being_stopped_when_the_run_is() {
    let job = "[[steps]]\nid = \"a\"\nuses = \"job:sub\"\n[[finally]]\nid = \"x\"\n";
    let mut simulation = Simulation::new(job);
    let stops = |simulation: &Simulation, id: &str| stopping(simulation.plan(), &simulation.report, &step(id));
    simulation.append(What::CancelRequested { force: false });
    for (id, cause) in
        [("a", Some(StopCause::Cancelled)), ("a.s", Some(StopCause::Cancelled)), ("a.f", None), ("x", None)]
    {
        assert_eq!(stops(&simulation, id), cause, "{id}");
    }
    simulation.append(What::CancelRequested { force: true });
    assert_eq!(stops(&simulation, "x"), Some(StopCause::Cancelled));
}

#[test]
fn a_failure_that_was_cleared_is_not_the_cause_of_another() {
    let job = "[[steps]]\nid = \"a\"\non_error = { uses = \"p\", continue = true }\n[[steps]]\nid = \"b\"\non_error = { uses = \"p\" }\n";
    let mut simulation = Simulation::new(job);
    ["a", "b"].iter().for_each(|step| simulation.fate(step, Fate::Fails));
    assert_eq!(simulation.run(), Outcome::Failed);
    assert_eq!(broken(simulation.plan(), &simulation.report, None), Some(step("b")));
}

#[test]
fn the_job_decides_about_uncertain_steps_or_somebody_has_to() {
    for (policy, outcome) in [
        ("retry", Some(Outcome::Succeeded)),
        ("skip", Some(Outcome::Succeeded)),
        ("fail", Some(Outcome::Failed)),
        ("pause", None),
    ] {
        let mut simulation = Simulation::new(&format!("on_uncertain = \"{policy}\"\n[[steps]]\nid = \"a\"\n"));
        simulation.fate("a", Fate::Once);
        simulation.advance_until(|report| report.steps[0].calls.len() == 1);
        simulation.crash();
        assert_eq!(status(&simulation.report, "a"), Status::Uncertain);
        match outcome {
            Some(outcome) => assert_eq!(simulation.run(), outcome, "{policy}"),
            None => assert_eq!(simulation.agenda().uncertain, [step("a")]),
        }
    }
}

#[test]
fn a_step_that_breaks_stops_what_it_had_started_and_after_a_crash_goes_on_with_that() {
    let mut simulation = Simulation::new("on_uncertain = \"retry\"\n[[steps]]\nid = \"a\"\n");
    simulation.fate("a", Fate::Breaks);
    simulation.advance_until(|report| report.steps[0].stopping.is_some() && report.steps[0].calls.len() == 2);
    // The call in flight is the one that stops the work, not the one at the end of the wait.
    simulation.crash();
    assert_eq!(status(&simulation.report, "a"), Status::Uncertain);
    simulation.advance_until(|report| status(report, "a") != Status::Uncertain);
    assert_eq!(simulation.agenda().acts, [Act::CallCancel(step("a"), StopCause::Failed)]);
    assert_eq!(simulation.run(), Outcome::Failed);
    assert_eq!((status(&simulation.report, "a"), simulation.once_twice()), (Status::Failed, None));
}

/// The fold of every prefix of a journal is the report of the live run at that time, and from every prefix the run ends.
#[test]
fn any_prefix_of_any_journal_recovers_to_the_state_of_the_live_run() {
    for seed in 0..300 {
        let mut live = Simulation::random(seed);
        let outcome = live.run();
        for (at, state) in live.history.iter().enumerate() {
            let folded = Report::of(&live.events[..=at]).expect("it is valid").expect("it began");
            assert_eq!(folded, *state, "seed {seed}, record {at}");
        }
        // Records survive a round trip through JSON.
        let json = serde_json::to_string(&live.events).expect("they are JSON");
        let read: Vec<Event> = serde_json::from_str(&json).expect("they are events");
        assert_eq!(Report::of(&read).expect("valid").as_ref(), live.history.last(), "seed {seed}");
        for at in 0..live.events.len() {
            let mut again = live.crashed_after(at);
            let end = again.run();
            assert!(end == outcome || again.cancelled(), "seed {seed}, record {at}: {end:?} and not {outcome:?}");
            assert_eq!(again.once_twice(), None, "seed {seed}, record {at}");
        }
    }
}
