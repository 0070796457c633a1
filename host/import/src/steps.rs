//! The steps of a job.

use std::collections::BTreeSet;
use std::time::Duration;

use stepwell_model::file::show_duration;
use stepwell_model::id::ON_ERROR;
use stepwell_model::plan::DEFAULT_TIMEOUT;

use crate::capture;
use crate::catalogue::{NOT_RUNDECKS, Plugin};
use crate::job::{self, Jobs};
use crate::names::{Taken, identifier, plugin_name, short_identifier};
use crate::note::{self, Notes};
use crate::order::Order;
use crate::properties::{self, Properties};
use crate::reference::{Scope, Syntax};
use crate::toml::{StepBlock, Table, Value};
use crate::translate::Translator;
use crate::undecided::{self, Undecided};
use crate::words;
use crate::yaml::{self, FORMAT, Node};

/// Reads the steps of a job.
pub struct Steps<'s, 'j> {
    /// Collects the notes.
    pub notes: &'s Notes,
    /// The jobs of the file.
    pub jobs: &'s Jobs<'j>,
    /// Whether the run continues after a step has failed.
    pub keep_going: bool,
    /// The captures that apply to every step.
    pub captures: &'s Table,
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

/// The keys that a step may have besides those that say what it does.
const KNOWN: [&str; 14] = [
    "description",
    "enabled",
    "errorhandler",
    "plugins",
    "nodeStep",
    "keepgoingOnSuccess",
    "importOptions",
    "failOnDisable",
    "childNodes",
    "useName",
    "ignoreNotifications",
    "project",
    "autoSecureInput",
    "passSecureInput",
];

impl Steps<'_, '_> {
    /// Reads the steps of `sequence`, after those that stand for what has to be decided about the whole job.
    pub fn read(&mut self, sequence: &Node, commands: &[Node], undecided: Vec<Undecided>) -> Vec<StepBlock> {
        let mut taken = Taken::default();
        taken.reserve(ON_ERROR);
        let commands = identify(commands, &mut taken);
        let labels: Vec<_> = commands.iter().map(|command| command.node.glance("description")).collect();
        let ids = commands.iter().map(|command| command.runs.then(|| command.id.clone())).collect();
        let order = Order::read(sequence, &labels, ids, self.notes);
        let mut undecided = undecided;
        if matches!(order, Order::Unknown) {
            undecided.push(undecided::strategy(sequence, self.notes));
        }
        undecided.extend(undecided::keys(sequence, &undecided::SEQUENCE, "sequence", self.notes));
        let mut blocks: Vec<_> = undecided.into_iter().map(|undecided| undecided.block(&mut taken)).collect();
        blocks.extend(commands.iter().enumerate().map(|(at, command)| self.step(at, command, &order)));
        blocks
    }

    fn step(&mut self, at: usize, command: &Command<'_>, order: &Order) -> StepBlock {
        let before = self.notes.count();
        let node = command.node;
        let mut table = Table::default();
        table.set("id", command.id.as_str());
        describe(node.text_of("description"), &mut table);
        let mut translator = Translator::new(&self.scope, self.notes);
        translator.is_off = !command.runs;
        if !command.runs {
            let next = "remove the comment signs to enable it";
            self.notes.add(node.at, "the step is disabled and becomes a comment", next);
        }
        let Form { uses, with, aws, plugin, timeout } = read_form(node, "the step", self.jobs, &mut translator);
        let read = translator.read;
        table.set("uses", uses);
        let filters = node.child("plugins").and_then(|plugins| plugins.child("LogFilter"));
        let captures = capture::read(filters, self.notes);
        let (on_error, also_read) = self.handler(node, !command.runs);
        let read: BTreeSet<_> = read.into_iter().chain(also_read).collect();
        let mut turn = order.turn(at, &read, &self.scope, self.notes, !command.runs);
        if self.has_unknown_keys(node, !command.runs) {
            turn.leave_open();
        }
        turn.write(&mut table);
        table.set_some("timeout", timeout);
        table.set_table("with", with);
        table.set_table("capture", captures.clone());
        table.set_table("on_error", on_error);
        table.set_table("aws", aws);
        if command.runs && !order.is_parallel() {
            self.offer(&command.id, &captures, plugin);
        }
        StepBlock { comments: self.notes.lines_since(before), table, off: !command.runs }
    }

    /// Adds a note on each key that Rundeck does not have: it may decide whether the step runs.
    fn has_unknown_keys(&self, node: &Node, is_off: bool) -> bool {
        let unknown: Vec<_> = node.unread().into_iter().filter(|(key, ..)| !KNOWN.contains(key)).collect();
        for (key, at, value) in &unknown {
            let what = format!("`{key}` of the step is unknown, and may decide whether the step runs");
            let next = "write it as `when`, or remove `condition`; until then `job check` refuses the step";
            let text = value.lines(key);
            if is_off {
                self.notes.add_with_text(*at, what, next, text);
            } else {
                self.notes.leave_open_with_text(*at, what, next, text);
            }
            value.set_aside();
        }
        !unknown.is_empty()
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
    fn handler(&mut self, command: &Node, is_off: bool) -> (Table, BTreeSet<String>) {
        let mut table = Table::default();
        let Some(node) = command.child("errorhandler") else { return (table, BTreeSet::new()) };
        self.scope.handles_error = true;
        let mut translator = Translator::new(&self.scope, self.notes);
        translator.is_off = is_off;
        let lines = node.text_of("description").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
        table.set_some("description", lines.filter(|line| !line.is_empty()));
        let continues = node.flag_of("keepgoingOnSuccess");
        let Form { uses, mut with, aws, timeout, .. } =
            read_form(node, "the error handler", self.jobs, &mut translator);
        for key in ["plugins", "errorhandler"] {
            yaml::set_aside(node, "errorhandler", key, FORMAT, self.notes);
        }
        for (key, at, value) in node.unread().into_iter().filter(|(key, ..)| !KNOWN.contains(key)) {
            let what = format!("`{key}` of the error handler is unknown, and may decide whether it runs");
            translator.leave_open(at, what, "remove it, or choose with `when` in a job that it uses");
            // Another name than the key: it could be one that the plugin has.
            with.set(&format!("rundeck_{}", identifier(key, "key")), translator.value(value));
        }
        table.set("uses", uses);
        table.set_some("timeout", timeout);
        table.set_table("with", with);
        if continues == Some(true) || self.keep_going {
            table.set("continue", true);
        }
        table.set_table("aws", aws);
        let read = translator.read;
        self.scope.handles_error = false;
        (table, read)
    }
}

/// Gives every step an id, made from its description or from what it uses.
fn identify<'c>(commands: &'c [Node], taken: &mut Taken) -> Vec<Command<'c>> {
    let steps = commands.iter().filter(|node| !node.is_nothing());
    steps
        .map(|node| {
            let runs = flag_of(node, "enabled") != Some(false);
            let called = node.glance("description").and_then(|text| text.trim().lines().next());
            let id = called.and_then(short_identifier).unwrap_or_else(|| identifier(&used(node), "step"));
            Command { node, id: taken.unique(&id, '_'), runs }
        })
        .collect()
}

/// A flag, read without marking the map as read when it is none.
fn flag_of(node: &Node, key: &str) -> Option<bool> {
    node.entries().is_some().then(|| node.flag_of(key)).flatten()
}

fn describe(text: Option<&str>, table: &mut Table) {
    let (first, rest) = words::description(text);
    table.set_some("description", first);
    table.set_some("docs", rest);
}

/// The kinds of commands, and the keys that go with them.
const COMMANDS: [&str; 4] = ["exec", "script", "scriptfile", "scripturl"];

/// A step or an error handler in the form of a job file.
struct Form {
    /// `uses`: a plugin or another job. What has no counterpart uses a plugin that does not exist, so that `job check`
    /// refuses the job.
    uses: String,
    /// `with`.
    with: Table,
    /// `aws`.
    aws: Table,
    /// The plugin, when it is one of ours.
    plugin: Option<&'static Plugin>,
    /// `timeout`, when the step may wait for longer than a step does by default.
    timeout: Option<String>,
}

/// The name of what a step uses, for its id.
fn used(node: &Node) -> String {
    if let Some(job) = node.entries().and_then(|_| node.child("jobref")) {
        let name = job.glance("name").or_else(|| job.glance("uuid"));
        return name.unwrap_or("job").to_owned();
    }
    match node.glance("type") {
        Some(provider) => Plugin::find(provider).map_or_else(|| plugin_name(provider), |plugin| plugin.name.to_owned()),
        None => "command".to_owned(),
    }
}

/// Reads a step or an error handler.
fn read_form(node: &Node, what: &str, jobs: &Jobs<'_>, translator: &mut Translator<'_>) -> Form {
    if node.entries().is_none() {
        translator.leave_open(node.at, format!("{what} is no map"), "write what it does");
        let mut with = Table::default();
        with.set("step", translator.value(node));
        return Form { uses: "rundeck-step".to_owned(), with, aws: Table::default(), plugin: None, timeout: None };
    }
    if node.flag_of("nodeStep") == Some(true) {
        let next = "if it has to run for several machines, give it a `for_each`";
        translator.notes.add(node.at, "the step ran on every node and now runs once", next);
    }
    if let Some(job) = node.child("jobref") {
        let (uses, with) = job::read_reference(node, job, jobs, translator);
        return Form { uses, with, aws: Table::default(), plugin: None, timeout: None };
    }
    match node.child("type") {
        Some(provider) if provider.text().is_some() => plugin(provider.text().unwrap_or_default(), node, translator),
        _ => command(node, what, translator),
    }
}

fn plugin(provider: &str, node: &Node, translator: &mut Translator<'_>) -> Form {
    let plugin = Plugin::find(provider);
    if plugin.is_none() {
        let what = format!("no plugin replaces `{provider}`");
        translator.leave_open(node.at, what, note::advice_on_type(provider));
    }
    let uses = plugin.map_or_else(|| unknown_plugin(provider), |plugin| plugin.name.to_owned());
    let Properties { with, aws } = match node.child("configuration") {
        Some(configuration) => properties::read(configuration, plugin, translator),
        None => Properties::default(),
    };
    let timeout = timeout(&with);
    Form { uses, with, aws, plugin, timeout }
}

/// The time that a step needs to wait for `with.timeout`, when that is longer than a step has by default. Some plugins wait
/// twice.
fn timeout(with: &Table) -> Option<String> {
    let Some(Value::Text(text)) = with.value("timeout") else { return None };
    let time = words::duration(text).filter(|time| *time * 2 >= DEFAULT_TIMEOUT)?;
    Some(show_duration(time * 2 + Duration::from_mins(10)))
}

/// Words to which job files may give a meaning of their own, as they do to `job:` and `aws:`.
const OWN_WORDS: [&str; 7] = ["assert", "command", "fail", "note", "script", "set", "wait"];

/// The name of a plugin that does not ship, also when a shipped plugin has the name of Rundeck's.
fn unknown_plugin(provider: &str) -> String {
    let name = plugin_name(provider);
    let is_ours = NOT_RUNDECKS.contains(&name.as_str()) || OWN_WORDS.contains(&name.as_str());
    if is_ours { format!("rundeck-{name}") } else { name }
}

/// A command or a script, or a step of an unknown form. Its references are translated for the step that replaces it.
fn command(node: &Node, what: &str, translator: &mut Translator<'_>) -> Form {
    let kind = COMMANDS.into_iter().find(|kind| node.child(kind).is_some());
    let mut with = Table::default();
    match kind {
        Some(kind) => {
            let what = format!("no plugin replaces the `{kind}` of {what}");
            translator.leave_open(node.at, what, note::COMMAND);
            let keys =
                ["args", "scriptInterpreter", "interpreterArgsQuoted", "fileExtension", "expandTokenInScriptFile"];
            for (key, text) in COMMANDS.into_iter().chain(keys).filter_map(|key| Some((key, node.text_of(key)?))) {
                let syntax = if key == "script" { Syntax::Script } else { Syntax::Command };
                let translated = translator.scope.translate(text, syntax);
                translator.read.extend(translated.steps);
                with.set(key, translated.text);
            }
        }
        None => {
            let next = "write what it does, or remove it; until then `job check` refuses the step";
            translator.leave_open(node.at, format!("{what} uses neither a plugin nor a job"), next);
            translator.syntax = Syntax::Command;
            for (key, _, value) in node.unread().into_iter().filter(|(key, ..)| !KNOWN.contains(key)) {
                with.set(&identifier(key, "key"), translator.value(value));
            }
        }
    }
    let uses = kind.map_or_else(|| "rundeck-step".to_owned(), |kind| format!("rundeck-{kind}"));
    Form { uses, with, aws: Table::default(), plugin: None, timeout: None }
}
