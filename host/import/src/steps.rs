//! The steps of a job.

mod form;
mod job_ref;
mod order;

use std::collections::BTreeSet;

use stepwell_model::id::ON_ERROR;

use crate::capture;
use crate::catalogue::Plugin;
use crate::jobs::Job;
use crate::names::{Taken, identifier, short_identifier};
use crate::note::Notes;
use crate::reference::Scope;
use crate::toml::{StepBlock, Table};
use crate::translate::Translator;
use crate::yaml::Node;
use form::Form;
use order::Order;

/// What the steps of a job have in common.
pub struct Steps<'a> {
    /// Where notes go.
    pub notes: &'a Notes,
    /// The jobs of the file.
    pub jobs: &'a [Job<'a>],
    /// Whether the run goes on behind a step that failed.
    pub keep_going: bool,
    /// What every step captures.
    pub captures: &'a Table,
    /// What the next step may read.
    pub scope: Scope,
}

/// A step, before it is read.
struct Command<'a> {
    node: &'a Node,
    id: String,
    /// Whether there is something here that can do it.
    runs: bool,
}

impl Steps<'_> {
    /// Reads the steps of `sequence`.
    pub fn read(&mut self, sequence: &Node, commands: &[Node]) -> Vec<StepBlock> {
        let commands = identify(commands);
        let order = Order::read(sequence, &commands, self.notes);
        commands.iter().enumerate().map(|(at, command)| self.step(at, command, &order)).collect()
    }

    fn step(&mut self, at: usize, command: &Command<'_>, order: &Order) -> StepBlock {
        let before = self.notes.count();
        let node = command.node;
        let mut table = Table::default();
        table.set("id", command.id.as_str());
        describe(node.text_of("description"), &mut table);
        let mut translator = Translator::new(&self.scope, self.notes);
        let form = form::read(node, self.jobs, &mut translator);
        let read = translator.read;
        if node.flag_of("enabled") == Some(false) {
            let next = "remove the comment signs when it should run";
            self.notes.add(node.at, "the step is switched off, and is a comment here", next);
        }
        match form {
            Form::Unknown(keys) => {
                self.note_command(node, "the step", "is a comment here");
                order.turn(at, &read, &self.scope, self.notes).write(&mut table);
                keys.into_entries().for_each(|(key, value)| table.set(&key, value));
            }
            Form::Known { uses, with, aws, plugin } => {
                table.set("uses", uses);
                let filters = node.child("plugins").and_then(|plugins| plugins.child("LogFilter"));
                let captures = capture::read(filters, self.notes);
                let (on_error, also_read) = self.handler(node);
                let read: BTreeSet<_> = read.into_iter().chain(also_read).collect();
                order.turn(at, &read, &self.scope, self.notes).write(&mut table);
                table.set_table("with", with);
                table.set_table("capture", captures.clone());
                table.set_table("on_error", on_error);
                table.set_table("aws", aws);
                if command.runs && !order.is_parallel() {
                    self.offer(&command.id, &captures, plugin);
                }
            }
        }
        StepBlock { comments: self.notes.lines_since(before), table, off: !command.runs }
    }

    fn note_command(&self, node: &Node, what: &str, fate: &str) {
        let next = "use a plugin that does the same (`stepwell plugin list`)";
        self.notes.add(node.at, format!("{what} is no plugin and no job, and {fate}"), next);
    }

    /// Later steps may read what this one captures and puts out.
    fn offer(&mut self, id: &str, captures: &Table, plugin: Option<&Plugin>) {
        for name in captures.keys().chain(self.captures.keys()) {
            self.scope.add(name, id, format!("steps.{id}.captured.{name}"));
        }
        for name in plugin.map(|plugin| plugin.outputs).unwrap_or_default() {
            self.scope.add(name, id, format!("steps.{id}.outputs.{name}"));
        }
    }

    /// `errorhandler` as `on_error`, and the steps that it reads.
    fn handler(&mut self, command: &Node) -> (Table, BTreeSet<String>) {
        let mut table = Table::default();
        let Some(node) = command.child("errorhandler") else { return (table, BTreeSet::new()) };
        self.scope.handles_error = true;
        let mut translator = Translator::new(&self.scope, self.notes);
        let lines = node.text_of("description").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        table.set_some("description", lines.filter(|line| !line.is_empty()));
        let continues = node.flag_of("keepgoingOnSuccess");
        match form::read(node, self.jobs, &mut translator) {
            Form::Unknown(_) => {
                self.note_command(node, "the error handler", "is left out");
                table = Table::default();
            }
            Form::Known { uses, with, aws, .. } => {
                table.set("uses", uses);
                table.set_table("with", with);
                if continues == Some(true) || self.keep_going {
                    table.set("continue", true);
                }
                table.set_table("aws", aws);
            }
        }
        let read = translator.read;
        self.scope.handles_error = false;
        (table, read)
    }
}

/// Gives every step an id, made from what people call it.
fn identify(commands: &[Node]) -> Vec<Command<'_>> {
    let mut taken = Taken::default();
    taken.reserve(ON_ERROR);
    let maps = commands.iter().filter(|node| node.entries().is_some());
    maps.map(|node| {
        let (used, is_known) = form::used(node);
        let runs = is_known && node.flag_of("enabled") != Some(false);
        let called = node.glance("description").and_then(|text| text.trim().lines().next()).and_then(short_identifier);
        let id = taken.unique(&called.unwrap_or_else(|| identifier(&used, "step")), '_');
        Command { node, id, runs }
    })
    .collect()
}

fn describe(text: Option<&str>, table: &mut Table) {
    let (first, rest) = crate::job::description(text);
    table.set_some("description", first);
    table.set_some("docs", rest);
}
