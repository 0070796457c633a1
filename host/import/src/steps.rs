//! The steps of a job.

use std::collections::BTreeSet;

use stepwell_model::id::ON_ERROR;

use crate::capture;
use crate::catalogue::Plugin;
use crate::job::{self, Job};
use crate::names::{Taken, identifier, plugin_name, short_identifier};
use crate::note::{self, Notes};
use crate::order::Order;
use crate::properties::{self, Properties};
use crate::reference::{Scope, Syntax};
use crate::toml::{StepBlock, Table};
use crate::translate::Translator;
use crate::words;
use crate::yaml::Node;

/// Reads the steps of a job.
pub struct Steps<'a> {
    /// Collects the notes.
    pub notes: &'a Notes,
    /// The jobs of the file.
    pub jobs: &'a [Job<'a>],
    /// Whether the run continues after a step has failed.
    pub keep_going: bool,
    /// The captures that apply to every step.
    pub captures: &'a Table,
    /// The values that the next step may read.
    pub scope: Scope,
}

/// A step of Rundeck with its new id.
struct Command<'a> {
    node: &'a Node,
    id: String,
    /// Whether it becomes a step, and not a comment.
    runs: bool,
}

impl Steps<'_> {
    /// Reads the steps of `sequence`.
    pub fn read(&mut self, sequence: &Node, commands: &[Node]) -> Vec<StepBlock> {
        let commands = identify(commands);
        let labels: Vec<_> = commands.iter().map(|command| command.node.glance("description")).collect();
        let ids = commands.iter().map(|command| command.runs.then(|| command.id.clone())).collect();
        let order = Order::read(sequence, &labels, ids, self.notes);
        commands.iter().enumerate().map(|(at, command)| self.step(at, command, &order)).collect()
    }

    fn step(&mut self, at: usize, command: &Command<'_>, order: &Order) -> StepBlock {
        let before = self.notes.count();
        let node = command.node;
        let mut table = Table::default();
        table.set("id", command.id.as_str());
        describe(node.text_of("description"), &mut table);
        let mut translator = Translator::new(&self.scope, self.notes);
        let form = read_form(node, self.jobs, &mut translator);
        let read = translator.read;
        if node.flag_of("enabled") == Some(false) {
            let next = "remove the comment signs to enable it";
            self.notes.add(node.at, "the step is disabled and becomes a comment", next);
        }
        match form {
            Form::Unknown(keys) => {
                self.note_command(node, "the step", "becomes a comment");
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
        self.notes.leave_open(node.at, format!("{what} uses neither a plugin nor a job and {fate}"), next);
    }

    /// Lets later steps read the captured values and outputs of a step.
    fn offer(&mut self, id: &str, captures: &Table, plugin: Option<&Plugin>) {
        for name in captures.keys().chain(self.captures.keys()) {
            self.scope.add(name, id, format!("steps.{id}.captured.{name}"));
        }
        for name in plugin.map(|plugin| plugin.outputs).unwrap_or_default() {
            self.scope.add(name, id, format!("steps.{id}.outputs.{name}"));
        }
    }

    /// Reads `errorhandler` as `on_error`, and the steps whose values it reads.
    fn handler(&mut self, command: &Node) -> (Table, BTreeSet<String>) {
        let mut table = Table::default();
        let Some(node) = command.child("errorhandler") else { return (table, BTreeSet::new()) };
        self.scope.handles_error = true;
        let mut translator = Translator::new(&self.scope, self.notes);
        let lines = node.text_of("description").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        table.set_some("description", lines.filter(|line| !line.is_empty()));
        let continues = node.flag_of("keepgoingOnSuccess");
        match read_form(node, self.jobs, &mut translator) {
            Form::Unknown(_) => {
                self.note_command(node, "the error handler", "is not imported");
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

/// Gives every step an id, made from its description or from what it uses.
fn identify(commands: &[Node]) -> Vec<Command<'_>> {
    let mut taken = Taken::default();
    taken.reserve(ON_ERROR);
    let maps = commands.iter().filter(|node| node.entries().is_some());
    maps.map(|node| {
        let (used, is_known) = used(node);
        let runs = is_known && node.flag_of("enabled") != Some(false);
        let called = node.glance("description").and_then(|text| text.trim().lines().next()).and_then(short_identifier);
        let id = taken.unique(&called.unwrap_or_else(|| identifier(&used, "step")), '_');
        Command { node, id, runs }
    })
    .collect()
}

fn describe(text: Option<&str>, table: &mut Table) {
    let (first, rest) = words::description(text);
    table.set_some("description", first);
    table.set_some("docs", rest);
}

/// The kinds of commands, and the keys that go with them.
const COMMANDS: [&str; 4] = ["exec", "script", "scriptfile", "scripturl"];

/// A step or an error handler in the form of a job file.
enum Form {
    /// It uses a plugin or another job.
    Known {
        /// `uses`.
        uses: String,
        /// `with`.
        with: Table,
        /// `aws`.
        aws: Table,
        /// The plugin, when it is one of ours.
        plugin: Option<&'static Plugin>,
    },
    /// It is a command, which only a comment can keep: the keys of the comment.
    Unknown(Table),
}

/// The name of what a step uses, for its id, and whether that is a plugin or a job.
fn used(node: &Node) -> (String, bool) {
    if let Some(job) = node.child("jobref") {
        let name = job.glance("name").or_else(|| job.glance("uuid"));
        return (name.unwrap_or("job").to_owned(), true);
    }
    match node.glance("type") {
        Some(provider) => {
            (Plugin::find(provider).map_or_else(|| plugin_name(provider), |plugin| plugin.name.to_owned()), true)
        }
        None => ("command".to_owned(), false),
    }
}

/// Reads a step or an error handler.
fn read_form(node: &Node, jobs: &[Job<'_>], translator: &mut Translator<'_>) -> Form {
    if node.flag_of("nodeStep") == Some(true) {
        let next = "if it has to run for several machines, give it a `for_each`";
        translator.notes.add(node.at, "the step ran on every node and now runs once", next);
    }
    if let Some(job) = node.child("jobref") {
        let (uses, with) = job::read_reference(job, jobs, translator);
        return Form::Known { uses, with, aws: Table::default(), plugin: None };
    }
    match node.child("type") {
        Some(provider) if provider.text().is_some() => plugin(provider.text().unwrap_or_default(), node, translator),
        _ => Form::Unknown(command(node, translator)),
    }
}

fn plugin(provider: &str, node: &Node, translator: &mut Translator<'_>) -> Form {
    let plugin = Plugin::find(provider);
    if plugin.is_none() {
        let what = format!("no plugin replaces `{provider}`");
        translator.notes.leave_open(node.at, what, note::advice_on_type(provider));
    }
    let uses = plugin.map_or_else(|| plugin_name(provider), |plugin| plugin.name.to_owned());
    let Properties { with, aws } = match node.child("configuration") {
        Some(configuration) => properties::read(configuration, plugin, translator),
        None => Properties::default(),
    };
    Form::Known { uses, with, aws, plugin }
}

/// The keys of a command. It becomes a comment, with its references translated for the step that will replace it.
fn command(node: &Node, translator: &Translator<'_>) -> Table {
    let mut table = Table::default();
    let keys = COMMANDS.into_iter().chain(["args", "scriptInterpreter", "interpreterArgsQuoted", "fileExtension"]);
    for (key, text) in keys.filter_map(|key| Some((key, node.text_of(key)?))) {
        let syntax = if key == "script" { Syntax::Script } else { Syntax::Text };
        table.set(key, translator.scope.translate(text, syntax).text);
    }
    table
}
