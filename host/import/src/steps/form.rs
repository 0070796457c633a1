//! What a step of Rundeck is: a plugin, another job, or a command for machines.

use crate::advice;
use crate::catalogue::Plugin;
use crate::jobs::Job;
use crate::names::plugin_name;
use crate::properties::{self, Properties};
use crate::reference::Syntax;
use crate::toml::Table;
use crate::translate::Translator;
use crate::yaml::Node;

use super::job_ref;

/// The kinds of commands, and the keys that go with them.
const COMMANDS: [&str; 4] = ["exec", "script", "scriptfile", "scripturl"];

/// A step in our words.
pub enum Form {
    /// There is something here that can do it.
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
    /// There is not; these are the keys that say what it was.
    Unknown(Table),
}

/// What a step uses, for its id, and whether there is something here that can do it.
pub fn used(node: &Node) -> (String, bool) {
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
pub fn read(node: &Node, jobs: &[Job<'_>], translator: &mut Translator<'_>) -> Form {
    if node.flag_of("nodeStep") == Some(true) {
        let next = "where it has to run for several machines, give it a `for_each`";
        translator.notes.add(node.at, "the step ran for every node, and runs once here", next);
    }
    if let Some(job) = node.child("jobref") {
        let (uses, with) = job_ref::read(job, jobs, translator);
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
        translator.notes.add(node.at, format!("no plugin stands for `{provider}`"), advice::of_type(provider));
    }
    let uses = plugin.map_or_else(|| plugin_name(provider), |plugin| plugin.name.to_owned());
    let Properties { with, aws } = match node.child("configuration") {
        Some(configuration) => properties::read(configuration, plugin, translator),
        None => Properties::default(),
    };
    Form::Known { uses, with, aws, plugin }
}

/// A command stays a comment; its references are translated for whoever writes the step that replaces it.
fn command(node: &Node, translator: &Translator<'_>) -> Table {
    let mut table = Table::default();
    let keys = COMMANDS.into_iter().chain(["args", "scriptInterpreter", "interpreterArgsQuoted", "fileExtension"]);
    for (key, text) in keys.filter_map(|key| Some((key, node.text_of(key)?))) {
        let syntax = if key == "script" { Syntax::Script } else { Syntax::Text };
        table.set(key, translator.scope.translate(text, syntax).text);
    }
    table
}
