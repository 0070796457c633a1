//! Runs without plugins: the results of calls are decided beforehand, the engine decides everything else.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use stepwell_model::action::Repeat;
use stepwell_model::event::{Answer, Call, Checkpoint, DecidedBy, Event, Expansion, Outcome, StopCause, What};
use stepwell_model::failure::{Failure, FailureOrigin};
use stepwell_model::id::{Digest, StepPath};
use stepwell_model::job::Job;
use stepwell_model::limits::Logged;
use stepwell_model::plan::{Basis, NoOperations, Plan, Work};
use stepwell_model::plugin::{Description, Extra, Imports, Kind, Origin, Plugin};
use stepwell_model::report::{Report, Status};
use stepwell_model::schema::Schema;
use stepwell_model::settings::System;
use stepwell_model::source::Source;

use crate::state::{Act, Agenda, Ending, Next, next};

/// How the calls of a step end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Succeeds,
    Fails,
    /// It waits once, for this many seconds.
    Waits(i64),
    /// It makes a call that must happen once.
    Once,
    /// The first attempt fails.
    FailsOnce,
    /// It waits, makes a call that must happen once, and breaks. To stop it makes two more of them.
    Breaks,
}

pub(super) struct Simulation {
    plan: Plan,
    fates: BTreeMap<String, Fate>,
    pub(super) report: Report,
    pub(super) events: Vec<Event>,
    /// The report after each event.
    pub(super) history: Vec<Report>,
    pub(super) now: Timestamp,
    /// The run is cancelled after this many events.
    pub(super) cancel_after: Option<usize>,
    pub(super) most_at_once: usize,
}

/// Number of calls that a step which breaks makes to stop what it started.
const STOPS: usize = 2;

const SUB: &str = "name = \"sub\"\n[[steps]]\nid = \"s\"\nuses = \"p\"\n[[steps]]\nid = \"t\"\nuses = \"p\"\n[[finally]]\nid = \"f\"\nuses = \"p\"\n";

impl Simulation {
    /// A run of this job. A step without `uses` gets a plugin.
    pub(super) fn new(job: &str) -> Self {
        let mut text = String::from("name = \"job\"\n");
        for part in job.split_inclusive('\n') {
            text.push_str(part);
            let block = job.split("[[").find(|block| block.contains(part.trim())).unwrap_or_default();
            if part.starts_with("id = ") && !block.contains("\nuses = ") {
                text.push_str("uses = \"p\"\n");
            }
        }
        let job = Job::read(Source::new("job.toml", text.as_str())).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        let sub = Job::read(Source::new("sub.toml", SUB)).unwrap();
        let plugin = plugin();
        let plan = Plan::new(Basis {
            job: &job,
            jobs: &[(sub.name.clone(), sub)].into(),
            system: &System::default().settings,
            project: None,
            authority: None,
            plugins: &[(plugin.name.clone(), plugin)].into(),
            plugin_names: &[],
            operations: &NoOperations,
            options: &BTreeMap::new(),
            nonce: "",
            complete: true,
        });
        Self::of(plan.unwrap())
    }

    fn of(plan: Plan) -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let deadline = plan.timeout.map(|timeout| now + SignedDuration::try_from(timeout).unwrap());
        let (run, job) = ("run".parse().unwrap(), plan.job.clone());
        let what = What::RunStarted { run, job, steps: plan.titles(None), dry_run: false, deadline, origin: None };
        let first = Event { seq: 1, at: now, what };
        let report = Report::begin(&first).unwrap();
        let (events, history) = (vec![first], vec![report.clone()]);
        let fates = BTreeMap::new();
        Self { plan, fates, report, events, history, now, cancel_after: None, most_at_once: 0 }
    }

    /// A random job, with calls that end at random.
    pub(super) fn random(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let mut job = String::new();
        job.push_str(if dice.one_in(3) { "keep_going = true\n" } else { "" });
        job.push_str(if dice.one_in(6) { "timeout = \"20s\"\n" } else { "" });
        job.push_str("on_uncertain = \"retry\"\n");
        for at in 0..=dice.below(4) {
            job.push_str(&dice.step("steps", &format!("s{at}"), at));
        }
        for at in 0..dice.below(3) {
            job.push_str(&dice.step("finally", &format!("f{at}"), 0));
        }
        let mut simulation = Self::new(&job);
        for (at, fate) in (0..)
            .zip([Fate::Succeeds, Fate::Fails, Fate::Waits(3), Fate::Once, Fate::FailsOnce, Fate::Breaks].repeat(4))
        {
            if dice.one_in(2) {
                simulation.fate(&format!("#{at}"), fate);
            }
        }
        simulation.cancel_after = dice.one_in(5).then(|| 1 + dice.below(20));
        simulation
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn fate(&mut self, step: &str, fate: Fate) {
        self.fates.insert(step.to_owned(), fate);
    }

    fn fate_of(&self, step: &StepPath) -> Fate {
        let mut hasher = DefaultHasher::new();
        step.as_str().hash(&mut hasher);
        let any = format!("#{}", hasher.finish() % 24);
        self.fates.get(step.as_str()).or_else(|| self.fates.get(&any)).copied().unwrap_or(Fate::Succeeds)
    }

    pub(super) fn agenda(&self) -> Agenda {
        match next(&self.plan, &self.report, self.now) {
            Next::Go(agenda) => agenda,
            other => panic!("{other:?}"),
        }
    }

    /// The same run, resumed by another process after this many records.
    pub(super) fn crashed_after(&self, records: usize) -> Self {
        let events = self.events[..=records].to_vec();
        let report = Report::of(&events).unwrap().unwrap();
        let now = events.last().unwrap().at;
        let (plan, fates, history) = (self.plan.clone(), self.fates.clone(), Vec::new());
        let mut again =
            Self { plan, fates, report, events, history, now, cancel_after: self.cancel_after, most_at_once: 0 };
        if again.report.outcome.is_none() {
            again.crash();
        }
        again
    }

    pub(super) fn crash(&mut self) {
        self.append(What::RunResumed);
    }

    pub(super) fn cancelled(&self) -> bool {
        self.cancel_after.is_some()
    }

    /// A call that must happen once, was answered, and was repeated within the same attempt.
    pub(super) fn once_twice(&self) -> Option<&StepPath> {
        let answered_twice = |step: &&stepwell_model::report::StepReport| {
            let open = step.open_calls().iter().filter(|call| matches!(call.answer, Some(Answer::Done { .. })));
            open.count() > if step.stopping.is_some() { STOPS } else { 1 }
        };
        self.report.steps.iter().find(answered_twice).map(|step| &step.id)
    }

    pub(super) fn append(&mut self, what: What) {
        let event = Event { seq: self.report.last_seq + 1, at: self.now, what };
        self.report.apply(&event).unwrap_or_else(|_| panic!("{event:?} cannot follow {:#?}", self.events));
        self.events.push(event);
        self.history.push(self.report.clone());
        if self.cancel_after == Some(self.events.len()) && self.report.outcome.is_none() {
            self.append(What::CancelRequested { force: false });
        }
    }

    pub(super) fn advance_until(&mut self, reached: impl Fn(&Report) -> bool) {
        for _ in 0..10_000 {
            if reached(&self.report) {
                return;
            }
            assert!(self.advance().is_none(), "the run ended");
        }
        panic!("it was never reached");
    }

    pub(super) fn run(&mut self) -> Outcome {
        for _ in 0..10_000 {
            if let Some(outcome) = self.advance() {
                return outcome;
            }
        }
        panic!("the run has no end: {:#?}", self.agenda());
    }

    /// Does one thing, or lets time pass.
    fn advance(&mut self) -> Option<Outcome> {
        match next(&self.plan, &self.report, self.now) {
            Next::Ended(outcome) => return Some(outcome),
            Next::Finish(outcome) => {
                self.append(What::RunFinished { outcome, outputs: BTreeMap::new(), cause: None, failure: None });
            }
            Next::Go(Agenda { acts, wake, uncertain }) => {
                let running = acts.iter().filter(|act| matches!(act, Act::Call(_))).count();
                self.most_at_once = self.most_at_once.max(running);
                // Steps begin first, so that as many as possible run at the same time.
                let first = acts.iter().find(|act| matches!(act, Act::Begin(_))).or_else(|| acts.first()).cloned();
                match (first, wake) {
                    (Some(act), _) => self.act(act),
                    (None, Some(wake)) => self.now = wake,
                    (None, None) => panic!("nothing to do; uncertain: {uncertain:?}"),
                }
            }
        }
        None
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Begin(step) => self.begin(step),
            Act::Call(step) => self.call(step),
            Act::CallCancel(step, _) if self.fate_of(&step) == Fate::Breaks && self.call_once(&step, STOPS) => {}
            Act::CallCancel(step, StopCause::Cancelled) => self.append(What::StepCancelled { step, failure: None }),
            Act::CallCancel(step, StopCause::TimedOut | StopCause::Decided | StopCause::Failed) => {
                self.append(What::StepFailed { step, failure: failure() })
            }
            Act::Resume(step) => self.append(What::StepResumed { step }),
            Act::Stop(step, cause) if self.report.step(&step).is_some_and(|step| step.status == Status::Waiting) => {
                self.append(What::StepCancelling {
                    step,
                    cause: if self.report.stopping.is_some() { StopCause::Cancelled } else { cause },
                    failure: None,
                });
            }
            Act::Stop(step, _) => self.append(What::StepCancelled { step, failure: None }),
            Act::Decide(step, decision) => self.append(What::StepDecided { step, decision, by: DecidedBy::Job }),
            Act::Conclude(step, Ending::Succeeded) => {
                self.append(What::StepSucceeded { step, outputs: Arc::default() })
            }
            Act::Conclude(step, Ending::Failed) => self.append(What::StepFailed { step, failure: failure() }),
            Act::Conclude(step, Ending::Stopped(_)) => self.append(What::StepCancelled { step, failure: None }),
            Act::TimeOut => self.append(What::RunTimedOut),
        }
    }

    fn begin(&mut self, step: StepPath) {
        let found = self.plan.find(&step).unwrap();
        let attempt = self.report.step(&step).unwrap().attempt + 1;
        let deadline = self.now + SignedDuration::try_from(found.step.timeout.value).unwrap();
        let what = match (&found.step.for_each, &found.step.work) {
            (Some(for_each), _) if found.is_list() => {
                let Json::Array(items) = for_each.list.get_ref().literal() else { panic!("it is a list") };
                let steps = (0..items.len()).flat_map(|at| found.step.titles(step.item(at))).collect();
                What::StepExpanded {
                    step,
                    attempt,
                    deadline,
                    into: Expansion::Items(items),
                    steps,
                    stand_ins: Vec::new(),
                }
            }
            (_, Work::Job(plan)) => {
                let steps = plan.titles(Some(&step));
                What::StepExpanded {
                    step,
                    attempt,
                    deadline,
                    into: Expansion::Job(BTreeMap::new()),
                    steps,
                    stand_ins: Vec::new(),
                }
            }
            _ => What::StepStarted { step, attempt, deadline, stand_ins: Vec::new() },
        };
        self.append(what);
    }

    fn call(&mut self, step: StepPath) {
        let state = self.report.step(&step).unwrap();
        let (first, attempt) = (state.checkpoint.is_none(), state.attempt);
        match self.fate_of(&step) {
            Fate::Fails => self.append(What::StepFailed { step, failure: failure() }),
            Fate::FailsOnce if attempt == 1 => {
                self.append(What::StepRetrying {
                    step,
                    failure: failure(),
                    until: self.now + SignedDuration::from_secs(1),
                });
            }
            Fate::Waits(_) | Fate::Breaks if first => {
                let seconds = if let Fate::Waits(seconds) = self.fate_of(&step) { seconds } else { 1 };
                let until = self.now + SignedDuration::from_secs(seconds);
                let (message, checkpoint) = (String::new(), Checkpoint(Arc::from([1])));
                let logged = Logged::default();
                self.append(What::StepWaiting {
                    step,
                    until,
                    message,
                    progress: None,
                    checkpoint,
                    host_calls: 1,
                    logged,
                    again: false,
                });
            }
            Fate::Once | Fate::Breaks if self.call_once(&step, 1) => {}
            Fate::Breaks => {
                self.append(What::StepCancelling { step, cause: StopCause::Failed, failure: Some(failure()) });
            }
            _ => self.append(What::StepSucceeded { step, outputs: Arc::default() }),
        }
    }
}

impl Simulation {
    /// Makes the next of `most` calls that must happen once, without repeating those that the journal has answers to.
    /// Returns false after the last one.
    fn call_once(&mut self, step: &StepPath, most: usize) -> bool {
        let state = self.report.step(step).unwrap();
        let (number, calls) = (state.calls.len() as u64, state.open_calls());
        let done = calls.iter().filter(|call| matches!(call.answer, Some(Answer::Done { .. }))).count();
        let in_flight = calls.last().is_some_and(|call| call.answer.is_none() && !call.decided);
        let step = step.clone();
        match in_flight {
            true => {
                let answer = Answer::Done { request_id: None, status: None, response: None };
                self.append(What::CallAnswered { step, number, answer });
            }
            false if done < most => {
                let (action, request) = ("ec2:RebootInstances".to_owned(), json!({}));
                let call =
                    Call { number: number + 1, action, repeat: Repeat::Once, request, token: None, token_header: None };
                self.append(What::CallIntended { step, call });
            }
            false => return false,
        }
        true
    }
}

/// Reproducible random numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most as u64) as usize
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn step(&mut self, list: &str, id: &str, earlier: usize) -> String {
        let mut step = format!("[[{list}]]\nid = \"{id}\"\n");
        if self.one_in(4) {
            step.push_str("uses = \"job:sub\"\n");
        }
        if self.one_in(4) {
            let items = self.below(4);
            step.push_str(&format!("for_each = {:?}\nconcurrency = 2\n", (0..items).collect::<Vec<_>>()));
        }
        match self.below(4) {
            0 => step.push_str("parallel = \"g\"\n"),
            1 if earlier > 0 => step.push_str(&format!("needs = [\"s{}\"]\n", self.below(earlier))),
            _ => {}
        }
        if self.one_in(3) {
            step.push_str(&format!("on_error = {{ uses = \"p\", continue = {} }}\n", self.one_in(2)));
        }
        step
    }
}

fn failure() -> Failure {
    Failure {
        code: "ToldToFail".to_owned(),
        message: "told to fail".to_owned(),
        because: None,
        next: None,
        retryable: true,
        origin: FailureOrigin::Plugin,
    }
}

fn plugin() -> Plugin {
    let any = Schema::from(json!({ "type": "object" }));
    Plugin {
        name: "p".parse().unwrap(),
        origin: Origin::Shipped,
        path: None,
        digest: Digest([7; 32]),
        size: 1,
        description: Description {
            name: "p".to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            kinds: vec![Kind::WorkflowStep],
            config_schema: any.clone(),
            outputs_schema: any,
            extra: Extra::default(),
        },
        imports: Imports::default(),
    }
}
