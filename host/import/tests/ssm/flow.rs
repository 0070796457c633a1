//! Whatever the jumps of a document: the job runs the same steps as the document, and ends alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use stepwell_model::expression::{Scope, evaluate};
use stepwell_model::job::Job;
use stepwell_model::source::Source;

use super::try_read;

/// A Lehmer generator, which makes the same documents in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        usize::try_from(self.0).unwrap() % limit
    }

    fn one_in(&mut self, limit: usize) -> bool {
        self.below(limit) == 0
    }
}

/// A step of a document that is made by chance.
#[derive(Debug, Default)]
struct Step {
    /// Pairs of a parameter that has to be `yes`, and the step that it leads to. Empty: the step is no branch.
    choices: Vec<(usize, usize)>,
    /// The step that follows. None: the one behind it.
    next: Option<usize>,
    is_end: bool,
    on_failure: OnFailure,
    is_critical: bool,
}

#[derive(Debug, Default, Clone, Copy)]
enum OnFailure {
    #[default]
    Abort,
    Continue,
    Step(usize),
}

/// The parameters that choices read.
const PARAMETERS: usize = 3;

fn document(chance: &mut Chance) -> Vec<Step> {
    let count = 2 + chance.below(7);
    (0..count).map(|number| step(number, count, chance)).collect()
}

/// A step, which mostly leads to later ones.
fn step(number: usize, count: usize, chance: &mut Chance) -> Step {
    let later = |chance: &mut Chance| match number + 1 < count && !chance.one_in(12) {
        true => number + 1 + chance.below(count - number - 1),
        false => chance.below(count),
    };
    let choices = if chance.one_in(3) { 1 + chance.below(2) } else { 0 };
    Step {
        choices: (0..choices).map(|_| (chance.below(PARAMETERS), later(chance))).collect(),
        next: chance.one_in(3).then(|| later(chance)),
        is_end: chance.one_in(5),
        on_failure: match chance.below(6) {
            0 => OnFailure::Continue,
            1 => OnFailure::Step(later(chance)),
            _ => OnFailure::Abort,
        },
        is_critical: !chance.one_in(3),
    }
}

fn write(steps: &[Step]) -> String {
    let mut text = "schemaVersion: '0.3'\nparameters:\n".to_owned();
    (0..PARAMETERS).for_each(|number| writeln!(text, "  p{number}: {{type: String}}").unwrap());
    text.push_str("mainSteps:\n");
    for (number, step) in steps.iter().enumerate() {
        let mut keys = format!("name: s{number}, isEnd: {}, isCritical: {}", step.is_end, step.is_critical);
        if let Some(next) = step.next {
            write!(keys, ", nextStep: s{next}").unwrap();
        }
        if !step.choices.is_empty() {
            let choice = |(parameter, to): &(usize, usize)| {
                format!("{{Variable: '{{{{ p{parameter} }}}}', StringEquals: yes, NextStep: s{to}}}")
            };
            let choices: Vec<_> = step.choices.iter().map(choice).collect();
            writeln!(text, "- {{{keys}, action: aws:branch, inputs: {{Choices: [{}]}}}}", choices.join(", ")).unwrap();
            continue;
        }
        match step.on_failure {
            OnFailure::Abort => {}
            OnFailure::Continue => keys.push_str(", onFailure: Continue"),
            OnFailure::Step(to) => write!(keys, ", onFailure: 'step:s{to}'").unwrap(),
        }
        writeln!(text, "- {{{keys}, action: aws:executeAwsApi, inputs: {{Service: sns, Api: ListTopics}}}}").unwrap();
    }
    text
}

/// The steps that ran, and whether all went well.
type Course = (BTreeSet<String>, bool);

/// What Automation does.
fn automation(steps: &[Step], yes: &[bool], fails: &[bool]) -> Course {
    let (mut ran, mut is_well, mut at) = (BTreeSet::new(), true, Some(0));
    while let Some(number) = at {
        let step = &steps[number];
        let next = match step.next {
            _ if step.is_end => None,
            Some(next) => Some(next),
            None => Some(number + 1).filter(|next| *next < steps.len()),
        };
        if !step.choices.is_empty() {
            let chosen = step.choices.iter().find(|(parameter, _)| yes[*parameter]);
            at = chosen.map(|(_, to)| *to).or(next);
            continue;
        }
        ran.insert(format!("s{number}"));
        at = next;
        if fails[number] {
            match step.on_failure {
                // The import tells that the run fails, critical or not.
                OnFailure::Abort => return (ran, false),
                OnFailure::Continue => {}
                OnFailure::Step(to) => at = Some(to),
            }
            is_well &= !step.is_critical;
        }
    }
    (ran, is_well)
}

/// What the host does.
fn host(job: &Job, yes: &[bool], fails: &[bool]) -> Course {
    let options = yes
        .iter()
        .enumerate()
        .map(|(number, yes)| (format!("p{number}").parse().expect("a name"), json!(if *yes { "yes" } else { "no" })));
    let options: BTreeMap<_, Json> = options.collect();
    let (mut ran, mut is_well, mut statuses) = (BTreeSet::new(), true, serde_json::Map::new());
    for step in &job.steps {
        let id = step.id.get_ref().to_string();
        let mut scope = Scope::of_job("job", None, &options);
        scope.set("steps", Json::Object(statuses.clone()));
        let runs = step.when.as_ref().is_none_or(|when| evaluate(when, &scope).expect("a value") == json!(true));
        let fails = fails[id[1..].parse::<usize>().expect("a number")];
        let status = if !runs {
            "skipped"
        } else if fails {
            "failed"
        } else {
            "succeeded"
        };
        statuses.insert(id.clone(), json!({ "status": status }));
        if !runs {
            continue;
        }
        ran.insert(id);
        if fails && !step.on_error.as_ref().is_some_and(|handler| handler.clears) {
            is_well = false;
            if !job.keep_going {
                break;
            }
        }
    }
    (ran, is_well)
}

#[test]
fn the_job_runs_the_steps_that_automation_would_run() {
    let mut chance = Chance(17);
    let (mut compared, mut told, mut circles) = (0, 0, 0);
    for _ in 0..1_500 {
        let steps = document(&mut chance);
        let text = write(&steps);
        let Ok(import) = try_read(&text) else {
            circles += 1;
            continue;
        };
        if import.notes.iter().any(|note| note.next.contains("job check")) {
            told += 1;
            continue;
        }
        let toml = &import.jobs[0].toml;
        let job =
            Job::read(Source::new("document.toml", toml.as_str())).unwrap_or_else(|error| panic!("{error}\n{toml}"));
        for _ in 0..12 {
            let yes: Vec<_> = (0..PARAMETERS).map(|_| chance.one_in(2)).collect();
            let fails: Vec<_> = steps.iter().map(|_| chance.one_in(3)).collect();
            let (expected, found) = (automation(&steps, &yes, &fails), host(&job, &yes, &fails));
            assert_eq!(found, expected, "yes: {yes:?}, fails: {fails:?}\n{text}\n{toml}");
            compared += 1;
        }
    }
    assert!(compared > 5_000 && told > 100 && circles > 10, "{compared} {told} {circles}");
}
