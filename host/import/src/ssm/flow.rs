//! When each step runs: the edges that reach it as a condition.

use super::branch::{Choice, Condition};
use super::document::Document;
use super::graph::{Cause, Edge, Graph, is_virtual};

/// Bytes of a condition. Expressions may have 4 KiB.
const LONGEST: usize = 2_000;

/// Brackets inside one another. Expressions may have 32.
const DEEPEST: usize = 24;

/// When a step runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Always, when the run gets that far.
    Always,
    /// When the condition holds.
    If(Condition),
    /// When a condition holds that has no counterpart.
    Undecided,
}

/// The turns of the steps so far.
pub struct Flow<'a> {
    document: &'a Document<'a>,
    graph: &'a Graph,
    turns: Vec<Turn>,
    /// The choices of each branch so far.
    choices: Vec<Vec<Choice>>,
    keep_going: bool,
    jumps_after_failure: bool,
}

impl<'a> Flow<'a> {
    /// The flow before the first step.
    pub fn new(document: &'a Document<'a>, graph: &'a Graph) -> Self {
        let count = document.steps.len();
        let goes_elsewhere = |edge: &&Edge| {
            let same = |other: &&Edge| other.from == edge.from && other.to == edge.to && other.cause == Cause::Success;
            edge.cause == Cause::Failure && !graph.edges.iter().any(|other| same(&other))
        };
        Self {
            document,
            graph,
            turns: vec![Turn::Undecided; count],
            choices: vec![Vec::new(); count],
            keep_going: graph.order.iter().any(|step| {
                graph.on_failure.get(*step).is_some_and(|on_failure| on_failure.goes_on && on_failure.counts)
            }),
            jumps_after_failure: graph.edges.iter().any(|edge| goes_elsewhere(&edge)),
        }
    }

    /// Whether the run goes on after a failure that counts for its outcome (`keep_going`).
    pub fn keeps_going(&self) -> bool {
        self.keep_going
    }

    /// Keeps the choices of a branch, for the steps that it leads to.
    pub fn decide(&mut self, step: usize, choices: Vec<Choice>) {
        if let Some(known) = self.choices.get_mut(step) {
            *known = choices;
        }
    }

    /// The turn of the next step. Those that lead to it had theirs.
    pub fn turn(&mut self, step: usize) -> Turn {
        let turn = self.find(step);
        if let Some(known) = self.turns.get_mut(step) {
            *known = turn.clone();
        }
        turn
    }

    fn find(&self, step: usize) -> Turn {
        if self.graph.undecided.contains(&step) {
            return Turn::Undecided;
        }
        let is_first = self.graph.order.first() == Some(&step);
        let is_plain = !self.keep_going && !self.jumps_after_failure;
        if is_first || is_plain && self.graph.is_inevitable(step) {
            return Turn::Always;
        }
        let mut conditions = Vec::new();
        for edge in self.graph.to(step) {
            match self.condition(edge) {
                Some(Turn::Always) => return Turn::Always,
                Some(Turn::If(condition)) => conditions.push(condition),
                Some(Turn::Undecided) => return Turn::Undecided,
                None => {}
            }
        }
        if length(&conditions) > LONGEST {
            return Turn::Undecided;
        }
        let condition = Condition::any(conditions);
        if depth(condition.text()) > DEEPEST { Turn::Undecided } else { Turn::If(condition) }
    }

    /// The condition that an edge is taken. None: another edge says it.
    fn condition(&self, edge: &Edge) -> Option<Turn> {
        let (from, turn) = (self.document.steps.get(edge.from)?, self.turns.get(edge.from)?);
        if is_virtual(from) {
            return Some(self.choice(edge, turn));
        }
        let both = self.graph.edges.iter().filter(|other| other.from == edge.from && other.to == edge.to).count() > 1;
        let status = format!("steps.{}.status", from.id);
        let can_go_on = self.graph.on_failure.get(edge.from).is_some_and(|on_failure| on_failure.goes_on);
        Some(match edge.cause {
            Cause::Failure if both => return None,
            _ if both && *turn == Turn::Always => Turn::Always,
            _ if both => Turn::If(Condition::of(format!("{status} in ['succeeded', 'failed']"))),
            Cause::Failure => Turn::If(Condition::of(format!("{status} == 'failed'"))),
            _ if *turn == Turn::Always && !self.keep_going && !can_go_on => Turn::Always,
            _ => Turn::If(Condition::of(format!("{status} == 'succeeded'"))),
        })
    }

    /// The condition that a branch takes an edge.
    fn choice(&self, edge: &Edge, turn: &Turn) -> Turn {
        let mut all = match turn {
            Turn::Always => Vec::new(),
            Turn::If(condition) => vec![condition.clone()],
            Turn::Undecided => return Turn::Undecided,
        };
        let choices = self.choices.get(edge.from).map(Vec::as_slice).unwrap_or_default();
        let (own, before) = match edge.cause {
            Cause::Choice(number) => (choices.get(number), choices.get(..number).unwrap_or_default()),
            Cause::Otherwise => (None, choices),
            Cause::Success | Cause::Failure => (None, [].as_slice()),
        };
        if own.is_some_and(|choice| choice.code.is_none()) || before.iter().any(|choice| choice.code.is_none()) {
            return Turn::Undecided;
        }
        let before = before.iter().filter(|choice| !own.is_some_and(|own| own.excludes(choice)));
        let before: Vec<_> = before.filter_map(|choice| choice.code.clone()).collect();
        all.extend(own.and_then(|choice| choice.code.clone()));
        if length(&before) > LONGEST || length(&all) > LONGEST {
            return Turn::Undecided;
        }
        all.extend((!before.is_empty()).then(|| Condition::any(before).not()));
        if all.is_empty() { Turn::Always } else { Turn::If(Condition::all(all)) }
    }
}

fn length(conditions: &[Condition]) -> usize {
    conditions.iter().map(|condition| condition.text().len()).sum()
}

/// The most brackets inside one another.
fn depth(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '(' | '[' => open += 1,
            ')' | ']' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}
