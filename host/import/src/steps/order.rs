//! Strategies: which step runs after which.

use std::collections::BTreeSet;

use crate::note::Notes;
use crate::reference::Scope;
use crate::rules::{self, StepRule, When};
use crate::toml::Table;
use crate::yaml::{At, Node};

use super::Command;

/// In which order the steps run.
pub enum Order {
    /// One after the other.
    Sequential,
    /// All at the same time.
    Parallel,
    /// By rules.
    Rules {
        /// Where they are.
        at: At,
        /// Those of every step.
        rules: Vec<StepRule>,
        /// The ids of the steps that run here.
        ids: Vec<Option<String>>,
    },
}

/// When it is a step's turn.
#[derive(Debug, Default)]
pub struct Turn {
    when: Option<String>,
    needs: Option<Vec<String>>,
    parallel: bool,
}

impl Turn {
    /// Writes its keys.
    pub fn write(self, table: &mut Table) {
        table.set_some("when", self.when);
        table.set_some("needs", self.needs);
        if self.parallel {
            table.set("parallel", "all");
        }
    }
}

impl Order {
    /// Reads `strategy` and `pluginConfig`.
    pub fn read(sequence: &Node, commands: &[Command<'_>], notes: &Notes) -> Self {
        let Some(strategy) = sequence.child("strategy") else { return Self::Sequential };
        match strategy.text().unwrap_or_default() {
            "sequential" | "step-first" => Self::Sequential,
            "parallel" => Self::Parallel,
            "ruleset" => Self::rules(strategy.at, sequence, commands),
            "node-first" => {
                let next = "nothing to do, unless the job runs on several nodes: then give its steps a `for_each`";
                notes.add(strategy.at, "the steps run once here, and not on one node after the other", next);
                Self::Sequential
            }
            other => {
                let next = "see in which order they have to run, and write `needs`";
                let what = format!("the strategy `{other}` is not known: the steps run one after the other");
                notes.add(strategy.at, what, next);
                Self::Sequential
            }
        }
    }

    fn rules(at: At, sequence: &Node, commands: &[Command<'_>]) -> Self {
        let strategies = sequence.child("pluginConfig").and_then(|config| config.child("WorkflowStrategy"));
        let rules = strategies.and_then(|strategies| strategies.child("ruleset")).and_then(|own| own.child("rules"));
        let at = rules.map_or(at, |rules| rules.at);
        let labels: Vec<_> = commands.iter().map(|command| command.node.glance("description")).collect();
        let rules = rules::parse(rules.and_then(Node::text).unwrap_or_default(), &labels);
        let ids = commands.iter().map(|command| command.runs.then(|| command.id.clone())).collect();
        Self::Rules { at, rules, ids }
    }

    /// Whether the steps have nothing for one another.
    pub fn is_parallel(&self) -> bool {
        matches!(self, Self::Parallel)
    }

    /// When it is the turn of a step, counted from 0, that reads those steps.
    pub fn turn(&self, step: usize, read: &BTreeSet<String>, scope: &Scope, notes: &Notes) -> Turn {
        match self {
            Self::Sequential => Turn::default(),
            Self::Parallel => Turn { parallel: true, ..Turn::default() },
            Self::Rules { at, rules, ids } => {
                let Some(rule) = rules.get(step) else { return Turn::default() };
                let mut needs = read.clone();
                let when = match rule.when(scope) {
                    When::Always => None,
                    When::If { code, steps } => {
                        needs.extend(steps);
                        Some(format!("${{{code}}}"))
                    }
                    When::Unknown(text) => {
                        let next = "write it as `when`; until then, `job check` refuses the step";
                        notes.add(*at, format!("there is nothing here for the rule `{text}`"), next);
                        Some("${condition}".to_owned())
                    }
                };
                needs.extend(after(rule, ids, *at, notes));
                Turn { when, needs: needs_of(step, rule, needs, ids), parallel: false }
            }
        }
    }
}

/// The steps that a rule puts before another, as far as they run here.
fn after(rule: &StepRule, ids: &[Option<String>], at: At, notes: &Notes) -> Vec<String> {
    let mut needed = Vec::new();
    for step in rule.after() {
        match ids.get(step) {
            Some(Some(id)) => needed.push(id.clone()),
            _ => {
                let what = format!("a step runs after step {}, which is a comment here", step + 1);
                notes.add(at, what, "add it to `needs` when it is a step again");
            }
        }
    }
    needed
}

/// None when that is what a step does by itself.
fn needs_of(step: usize, rule: &StepRule, mut needs: BTreeSet<String>, ids: &[Option<String>]) -> Option<Vec<String>> {
    let before = ids.iter().take(step).rev().find_map(Option::as_ref);
    if rule.in_sequence && rule.after().next().is_none() || before.is_none() && needs.is_empty() {
        return None;
    }
    if rule.in_sequence {
        needs.extend(before.cloned());
    }
    Some(needs.into_iter().collect())
}
