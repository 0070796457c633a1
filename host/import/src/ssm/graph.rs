//! Where the steps of a document lead: the edges of `nextStep`, `isEnd`, `onFailure` and `aws:branch`, and the order in
//! which no step comes before one that leads to it.

use std::collections::{BTreeSet, HashMap};

use stepwell_model::error::nearest;

use super::document::{Document, Step};
use super::error::SsmError;
use crate::MOST;
use crate::error::ImportError;
use crate::note::{At, Notes};
use crate::yaml::Node;

/// Most ways from step to step.
const MOST_EDGES: usize = 4 * MOST;

/// Why the document goes on from a step to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The step has succeeded, or passes without effect.
    Success,
    /// The step has failed.
    Failure,
    /// The choice of this number holds, and none before it.
    Choice(usize),
    /// No choice holds.
    Otherwise,
}

/// A way from one step to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The step that it leaves.
    pub from: usize,
    /// The step that it reaches. None: the end of the document.
    pub to: Option<usize>,
    /// Its cause.
    pub cause: Cause,
}

/// What follows a failure of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnFailure {
    /// Whether the document goes on.
    pub goes_on: bool,
    /// Whether the failure counts for the outcome.
    pub counts: bool,
}

/// The steps of a document with their edges.
#[derive(Debug)]
pub struct Graph {
    /// The steps that can be reached, each behind those that lead to it.
    pub order: Vec<usize>,
    /// All edges. Those that lead back end.
    pub edges: Vec<Edge>,
    /// What follows a failure of each step.
    pub on_failure: Vec<OnFailure>,
    /// Steps that an edge leads back to, so that the condition for them is incomplete.
    pub undecided: BTreeSet<usize>,
}

impl Graph {
    /// The edges that reach a step.
    pub fn to(&self, step: usize) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.to == Some(step))
    }

    /// Whether every way to the end goes through a step.
    pub fn is_inevitable(&self, step: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = if step == 0 { Vec::new() } else { vec![0] };
        while let Some(from) = open.pop() {
            if !seen.insert(from) {
                continue;
            }
            for to in self.edges.iter().filter(|edge| edge.from == from).map(|edge| edge.to) {
                match to {
                    None => return false,
                    Some(to) if to == step || seen.contains(&to) => {}
                    Some(to) => open.push(to),
                }
            }
        }
        true
    }
}

/// Whether an action only decides or waits, and leaves nothing that a later step could read.
pub fn is_virtual(step: &Step<'_>) -> bool {
    matches!(step.action, "aws:branch" | "aws:sleep")
}

/// Reads the edges.
///
/// # Errors
/// When a step leads to an unknown one, or steps lead to each other without an end.
pub fn read(document: &Document<'_>, notes: &Notes) -> Result<Graph, SsmError> {
    let steps = &document.steps;
    let numbers = steps.iter().enumerate().map(|(number, step)| (step.name, number)).collect();
    let reader = Reader { steps, numbers, notes };
    let (mut edges, mut on_failure) = (BTreeSet::new(), Vec::new());
    for number in 0..steps.len() {
        on_failure.push(reader.step(number, &mut edges)?);
        if edges.len() > MOST_EDGES {
            let place = notes.place(steps.get(number).map(|step| step.node.at).unwrap_or_default());
            return Err(SsmError::File(ImportError::TooMany { what: "choices", place, most: MOST_EDGES }));
        }
    }
    reader.check_circle(&edges)?;
    Ok(reader.sorted(edges, on_failure))
}

struct Reader<'a> {
    steps: &'a [Step<'a>],
    numbers: HashMap<&'a str, usize>,
    notes: &'a Notes,
}

impl Reader<'_> {
    fn step(&self, from: usize, edges: &mut BTreeSet<Edge>) -> Result<OnFailure, SsmError> {
        let Some(step) = self.steps.get(from) else { return Ok(OnFailure { goes_on: false, counts: true }) };
        let next = self.next(from, step)?;
        let cause = if step.action == "aws:branch" { Cause::Otherwise } else { Cause::Success };
        let default = match step.input("Default").filter(|_| step.action == "aws:branch") {
            Some(node) => Some(self.target(step, node)?),
            None => next,
        };
        edges.insert(Edge { from, to: default, cause });
        if step.action == "aws:branch" {
            for (number, choice) in step.input("Choices").and_then(Node::items).unwrap_or_default().iter().enumerate() {
                let Some(node) = choice.child("NextStep") else {
                    return Err(SsmError::NoKey { place: self.notes.place(choice.at), key: "NextStep" });
                };
                edges.insert(Edge { from, to: Some(self.target(step, node)?), cause: Cause::Choice(number) });
            }
        }
        self.failure(from, step, next, edges)
    }

    /// The step that follows a success.
    fn next(&self, from: usize, step: &Step<'_>) -> Result<Option<usize>, SsmError> {
        let is_end = step.node.flag_of("isEnd") == Some(true);
        match step.node.child("nextStep") {
            Some(node) if !is_end => self.target(step, node).map(Some),
            _ if is_end => Ok(None),
            _ => Ok(Some(from + 1).filter(|next| *next < self.steps.len())),
        }
    }

    fn target(&self, step: &Step<'_>, node: &Node) -> Result<usize, SsmError> {
        self.named(step, node.text().unwrap_or_default().trim(), node.at)
    }

    fn named(&self, step: &Step<'_>, target: &str, at: At) -> Result<usize, SsmError> {
        self.numbers.get(target).copied().ok_or_else(|| {
            let nearest = nearest(target, self.numbers.keys().copied()).map(str::to_owned);
            let (step, target) = (step.name.to_owned(), target.to_owned());
            SsmError::UnknownStep { place: self.notes.place(at), step, target, nearest }
        })
    }

    /// Reads `onFailure` and `isCritical`.
    fn failure(
        &self,
        from: usize,
        step: &Step<'_>,
        next: Option<usize>,
        edges: &mut BTreeSet<Edge>,
    ) -> Result<OnFailure, SsmError> {
        let counts = step.node.flag_of("isCritical") != Some(false);
        let Some(node) = step.node.child("onFailure") else { return Ok(OnFailure { goes_on: false, counts }) };
        let text = node.text().unwrap_or_default().trim();
        let to = match text.strip_prefix("step:") {
            _ if text.eq_ignore_ascii_case("Abort") => return Ok(OnFailure { goes_on: false, counts }),
            _ if text.eq_ignore_ascii_case("Continue") => next,
            Some(name) => Some(self.named(step, name.trim(), node.at)?),
            None => {
                let what = format!("`onFailure` of `{}` is `{text}`, and the run stops after a failure", step.name);
                self.notes.add(
                    node.at,
                    what,
                    "write Abort, Continue or step:NAME into the document, and import it again",
                );
                return Ok(OnFailure { goes_on: false, counts });
            }
        };
        if is_virtual(step) {
            let what = format!("`onFailure` of `{}` is not imported, because it cannot fail in a job", step.name);
            self.notes.add(node.at, what, "nothing to do");
            return Ok(OnFailure { goes_on: false, counts });
        }
        self.note_doubt(step, text.starts_with("step:"), to, node.at);
        edges.insert(Edge { from, to, cause: Cause::Failure });
        Ok(OnFailure { goes_on: true, counts })
    }

    /// Tells where AWS's manual leaves open what follows a failure.
    fn note_doubt(&self, step: &Step<'_>, names_step: bool, to: Option<usize>, at: At) {
        let is_end = step.node.flag_of("isEnd") == Some(true);
        let with = match names_step {
            true if is_end => "isEnd",
            false if !is_end && step.node.child("nextStep").is_some() => "nextStep",
            _ => return,
        };
        let Some(to) = to.and_then(|to| self.steps.get(to)) else { return };
        let what = format!(
            "a failure of `{}` leads to `{}`; with `{with}`, AWS's manual does not say where it leads",
            step.name, to.name
        );
        self.notes.add(at, what, "check what the document does there");
    }

    /// Refuses a circle that no choice and no failure can leave.
    fn check_circle(&self, edges: &BTreeSet<Edge>) -> Result<(), SsmError> {
        let only = |from: usize| {
            let mut of_step = edges.iter().filter(|edge| edge.from == from);
            of_step.next().and_then(|edge| edge.to).filter(|_| of_step.next().is_none())
        };
        let mut done = BTreeSet::new();
        for start in 0..self.steps.len() {
            let (mut way, mut at) = (Vec::new(), Some(start));
            while let Some(step) = at.filter(|step| !done.contains(step)) {
                if let Some(first) = way.iter().position(|known| *known == step) {
                    let names = way.iter().skip(first).filter_map(|step| self.steps.get(*step));
                    let last: Option<&Step<'_>> = way.last().and_then(|step: &usize| self.steps.get(*step));
                    let place = self.notes.place(last.map(|step| step.at("nextStep")).unwrap_or_default());
                    return Err(SsmError::Circle { place, steps: names.map(|step| step.name.to_owned()).collect() });
                }
                way.push(step);
                at = only(step);
            }
            done.extend(way);
        }
        Ok(())
    }

    /// Orders the steps that can be reached, in the order of the file where that is possible, and takes the edges out that
    /// lead back.
    fn sorted(&self, edges: BTreeSet<Edge>, on_failure: Vec<OnFailure>) -> Graph {
        let reached = reached(&edges);
        let mut edges: Vec<_> = edges.into_iter().filter(|edge| reached.contains(&edge.from)).collect();
        let (mut order, mut placed, mut undecided) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        while order.len() < reached.len() {
            let waits = |step: usize, edges: &[Edge]| {
                edges.iter().any(|edge| edge.to == Some(step) && !placed.contains(&edge.from))
            };
            let left = || reached.iter().copied().filter(|step| !placed.contains(step));
            // A loop begins where the steps before it lead into it.
            let leads_in = |step: usize| edges.iter().any(|edge| edge.to == Some(step) && placed.contains(&edge.from));
            let header = || left().find(|step| leads_in(*step)).or_else(|| left().next());
            let Some(step) = left().find(|step| !waits(*step, &edges)).or_else(header) else { break };
            let (back, kept) =
                edges.into_iter().partition::<Vec<_>, _>(|edge| edge.to == Some(step) && !placed.contains(&edge.from));
            edges = kept;
            for edge in back {
                self.note_back(&edge, step);
                undecided.insert(step);
                // For the steps behind the loop, this way ends here.
                edges.push(Edge { to: None, ..edge });
            }
            placed.insert(step);
            order.push(step);
        }
        Graph { order, edges, on_failure, undecided }
    }

    fn note_back(&self, edge: &Edge, to: usize) {
        let (Some(from), Some(to)) = (self.steps.get(edge.from), self.steps.get(to)) else { return };
        let key = match edge.cause {
            Cause::Failure => "onFailure",
            Cause::Success => "nextStep",
            Cause::Choice(_) | Cause::Otherwise => "inputs",
        };
        let what = format!("`{}` leads back to `{}`, and a job has no loops", from.name, to.name);
        let next =
            "write `retry`, or `until` on a step that reads, and correct `when`; until then `job check` refuses it";
        self.notes.leave_open(from.at(key), what, next);
    }
}

/// The steps that the first one leads to, directly or not.
fn reached(edges: &BTreeSet<Edge>) -> BTreeSet<usize> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![0]);
    while let Some(from) = open.pop() {
        if reached.insert(from) {
            open.extend(edges.iter().filter(|edge| edge.from == from).filter_map(|edge| edge.to));
        }
    }
    reached
}
