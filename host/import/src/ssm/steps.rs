//! The steps of a document as the steps of a job.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use stepwell_generic::archive::Archive;
use stepwell_model::file::show_duration;
use stepwell_model::grant::{GrantSection, Grants};
use stepwell_model::plugin::Plugin;

use super::actions::{advice_on_action, is_known, outputs_of};
use super::branch;
use super::document::{Document, Step};
use super::flow::{Flow, Turn};
use super::graph::Graph;
use super::operation::{self, Goal};
use super::plugins;
use super::reference::{Scope, Type};
use super::request::Request;
use crate::names::plugin_name;
use crate::note::Notes;
use crate::toml::{StepBlock, Table, Value};
use crate::words;
use crate::yaml::Node;

/// The failures that another attempt may follow (`maxAttempts`): Automation repeats a step whatever has failed.
const RETRIED: [&str; 7] =
    ["AccessDenied", "AwsError", EXPECT_FAILED, "NotFound", "StepTimeout", "Throttled", "Unavailable"];

const EXPECT_FAILED: &str = "ExpectFailed";

/// Most attempts of a step.
const MOST_ATTEMPTS: u32 = 100;

/// Writes the steps of a document.
pub struct Writer<'a> {
    document: &'a Document<'a>,
    graph: &'a Graph,
    notes: &'a Notes,
    models: &'a Archive,
    /// The values that the next step may read.
    pub scope: Scope<'a>,
    /// When the steps run.
    pub flow: Flow<'a>,
    /// The ids of the steps that do not run, or may fail, in a run that succeeds, by their names.
    pub conditional: BTreeMap<&'a str, &'a str>,
    /// The IAM actions that need a grant.
    pub granted: BTreeSet<String>,
}

/// What a step uses, and the keys beside it.
#[derive(Default)]
struct Body {
    uses: String,
    with: Table,
    keys: Table,
    outputs: Vec<(String, String, Type)>,
    /// The outputs of the document that it does not have.
    lost: Vec<String>,
    plugin: Option<Box<Plugin>>,
    /// Whether it is only a comment.
    off: bool,
}

impl<'a> Writer<'a> {
    /// A writer for the first step.
    pub fn new(
        document: &'a Document<'a>,
        graph: &'a Graph,
        scope: Scope<'a>,
        models: &'a Archive,
        notes: &'a Notes,
    ) -> Self {
        let flow = Flow::new(document, graph);
        let (conditional, granted) = (BTreeMap::new(), BTreeSet::new());
        Self { document, graph, notes, models, scope, flow, conditional, granted }
    }

    /// All steps: those that can be reached, in their order, and the others as comments.
    pub fn all(&mut self) -> Vec<StepBlock> {
        let mut blocks: Vec<_> = self.graph.order.iter().filter_map(|number| self.step(*number)).collect();
        for (number, step) in self.document.steps.iter().enumerate() {
            if !self.graph.order.contains(&number) {
                blocks.push(self.unreachable(step));
            }
        }
        blocks
    }

    fn step(&mut self, number: usize) -> Option<StepBlock> {
        let step = self.document.steps.get(number)?;
        let before = self.notes.count();
        let turn = self.flow.turn(number);
        let goes_on = self.graph.on_failure.get(number).is_some_and(|on_failure| on_failure.goes_on);
        if turn != Turn::Always || goes_on {
            self.conditional.insert(step.name, &step.id);
        }
        if step.action == "aws:branch" {
            self.branch(number, step);
            return None;
        }
        self.note_new_name(step);
        let body = self.body(step);
        let mut table = Table::default();
        table.set("id", step.id.as_str());
        describe(step.node, &mut table);
        table.set("uses", body.uses);
        self.when(step, turn, &mut table);
        table.set_table("with", body.with);
        body.keys.into_entries().for_each(|(key, value)| table.set(&key, value));
        if !body.off {
            self.failure(number, step, &mut table);
        }
        for (name, code, kind) in body.outputs {
            self.scope.add(step.name, &name, code, kind);
        }
        body.lost.iter().for_each(|name| self.scope.lose(step.name, name));
        if let Some(plugin) = body.plugin {
            let grants = Grants::decide(&plugin, &GrantSection::default(), None);
            self.granted.extend(grants.undecided().map(|denied| denied.action.to_string()));
        }
        Some(StepBlock { comments: self.notes.lines_since(before), table, off: body.off })
    }

    fn note_new_name(&self, step: &Step<'_>) {
        if step.id != step.name {
            let what = format!("the step `{}` is the step `{}`", step.name, step.id);
            self.notes.add(step.at("name"), what, "use the new name wherever the report of a run is read");
        }
    }

    fn unreachable(&self, step: &Step<'a>) -> StepBlock {
        let before = self.notes.count();
        let what = format!("no step leads to `{}`, so it becomes a comment", step.name);
        self.notes.add(step.node.at, what, "nothing to do, unless a step before it should lead there");
        step.node.set_aside();
        let mut table = Table::default();
        table.set("id", step.id.as_str());
        table.set("uses", step.action);
        StepBlock { comments: self.notes.lines_since(before), table, off: true }
    }

    fn branch(&mut self, number: usize, step: &Step<'_>) {
        let nodes = step.input("Choices").and_then(Node::items).unwrap_or_default();
        let choices: Vec<_> = nodes.iter().map(|node| branch::read(node, &self.scope)).collect();
        for (node, choice) in nodes.iter().zip(&choices) {
            if choice.code.is_none() {
                let what = format!("a choice of `{}` has no counterpart", step.name);
                let next = "write it as `when` of the steps that it leads to; until then `job check` refuses them";
                self.notes.leave_open(node.at, what, next);
            }
        }
        self.flow.decide(number, choices);
    }

    fn when(&self, step: &Step<'_>, turn: Turn, table: &mut Table) {
        match turn {
            Turn::Always => {}
            Turn::If(condition) => table.set("when", format!("${{{}}}", condition.text())),
            Turn::Undecided => {
                let what = format!("it cannot be said here when `{}` runs", step.name);
                let next = "write the condition as `when`; until then `job check` refuses the step";
                self.notes.leave_open(step.node.at, what, next);
                table.set("when", "${unresolved.condition}");
            }
        }
    }

    fn body(&self, step: &Step<'_>) -> Body {
        let reader = operation::Reader { models: self.models, scope: &self.scope, notes: self.notes };
        let goal = match step.action {
            "aws:executeAwsApi" => Some(Goal::None),
            "aws:waitForAwsResourceProperty" => Some(Goal::Until),
            "aws:assertAwsResourceProperty" => Some(Goal::Expect),
            _ => None,
        };
        let timeout = |keys: &mut Table| keys.set_some("timeout", timeout(step).map(show_duration));
        if let Some(call) = goal.and_then(|goal| reader.read(step, goal)) {
            let mut keys = call.keys;
            timeout(&mut keys);
            return Body {
                uses: call.uses,
                with: call.with,
                keys,
                outputs: call.outputs,
                lost: call.lost,
                plugin: call.plugin,
                off: false,
            };
        }
        let request = Request { scope: &self.scope, notes: self.notes, service: None };
        let mut keys = Table::default();
        if let Some(form) = plugins::read(step, &request, self.models) {
            keys.set_some("wait", form.wait);
            timeout(&mut keys);
            let base = format!("steps.{}.outputs", step.id);
            let output =
                |(theirs, ours, kind): &(&str, &str, Type)| ((*theirs).to_owned(), format!("{base}.{ours}"), *kind);
            let outputs = form.outputs.iter().map(output).collect();
            let plugin = reader.plugin(&form.uses, &form.with, form.wait).map(Box::new);
            return Body { uses: form.uses, with: form.with, keys, outputs, plugin, ..Body::default() };
        }
        timeout(&mut keys);
        self.without(step, &request, keys)
    }

    /// A step without a counterpart: a comment if nothing depends on it, or else a plugin that does not exist, so that the
    /// job does not run before somebody has decided about it.
    fn without(&self, step: &Step<'_>, request: &Request<'_>, keys: Table) -> Body {
        let off = step.action == "aws:sleep";
        let uses = plugin_without(step.action);
        let what = format!("`{}` ({}) is not imported", step.name, step.action);
        let (at, next) = (step.at("action"), advice_on_action(step.action));
        match (off, is_known(step.action)) {
            (true, _) => self.notes.add(at, format!("{what}, and becomes a comment"), next),
            (false, true) => {
                self.notes.leave_open(at, format!("{what}, and `job check` refuses `{uses}` in its place"), next);
            }
            (false, false) => {
                let what = format!(
                    "{what}, because Systems Manager has no such action; `job check` refuses `{uses}` in its place"
                );
                self.notes.leave_open(at, what, next);
            }
        }
        let inputs = step.node.child("inputs").and_then(Node::entries).into_iter().flatten();
        let with = request.members(inputs, None, "");
        let base = format!("steps.{}.outputs", step.id);
        let kind = |is_list| if is_list { Type::List } else { Type::Text };
        let own =
            outputs_of(step.action).map(|(name, is_list)| (name.to_owned(), format!("{base}.{name}"), kind(is_list)));
        let outputs = step.node.child("outputs").and_then(Node::items).into_iter().flatten();
        let outputs = outputs.filter_map(|output| {
            let (name, _) = (output.text_of("Name")?, output.text_of("Selector"));
            Some((name.to_owned(), format!("{base}.{name}"), kind(output.text_of("Type") == Some("StringList"))))
        });
        Body { uses, with, keys, outputs: own.chain(outputs).collect(), off, ..Body::default() }
    }

    /// Writes what follows a failure: `retry` and `on_error`.
    fn failure(&self, number: usize, step: &Step<'_>, table: &mut Table) {
        if let Some(attempts) = self.attempts(step) {
            let mut retry = Table::default();
            retry.set("attempts", Value::Integer(attempts.into()));
            // Only a step with `expect` fails by it, and one that changes something may not be repeated for it.
            let codes = RETRIED.iter().filter(|code| **code != EXPECT_FAILED || table.value("expect").is_some());
            retry.set("on", codes.map(|code| (*code).to_owned()).collect::<Vec<_>>());
            table.set("retry", retry);
        }
        let Some(on_failure) = self.graph.on_failure.get(number).filter(|on_failure| !on_failure.counts) else {
            return;
        };
        if !on_failure.goes_on {
            let what = format!("a failure of `{}` ends the run as failed, though it is not critical", step.name);
            self.notes.add(step.at("isCritical"), what, "nothing to do, unless the caller of the job depends on it");
            return;
        }
        let mut handler = Table::default();
        handler.set("description", "The document goes on after this failure");
        handler.set("uses", "aws-validate-credentials");
        handler.set("continue", true);
        table.set("on_error", handler);
    }

    fn attempts(&self, step: &Step<'_>) -> Option<u32> {
        let node = step.node.child("maxAttempts")?;
        let (text, _) = node.scalar()?;
        match text.trim().parse::<u32>() {
            Ok(0 | 1) => None,
            Ok(attempts) if attempts <= MOST_ATTEMPTS => Some(attempts),
            _ => {
                let what =
                    format!("`maxAttempts` of `{}` is not imported, because it is no number up to 100", step.name);
                self.notes.add(node.at, what, "write retry = { attempts = … }");
                None
            }
        }
    }
}

/// The name of a plugin that does not exist, for an action without a counterpart. An unknown action could otherwise have
/// the name of one that exists.
fn plugin_without(action: &str) -> String {
    let name = action.trim_start_matches("aws:");
    if is_known(action) { plugin_name(name) } else { plugin_name(&format!("unknown-{name}")) }
}

fn describe(node: &Node, table: &mut Table) {
    let (first, rest) = words::description(node.text_of("description"));
    table.set_some("description", first);
    table.set_some("docs", rest);
}

/// The timeout of a step; none when it is no number, and then stays unread.
pub fn timeout(step: &Step<'_>) -> Option<Duration> {
    let seconds = step.node.glance("timeoutSeconds")?.trim().parse().ok().filter(|seconds| *seconds > 0)?;
    step.node.child("timeoutSeconds").and_then(Node::scalar);
    Some(Duration::from_secs(seconds))
}
