//! Writes a document as a job file.

use stepwell_generic::archive::Archive;
use stepwell_model::id::{JobName, RoleArn};
use stepwell_model::source::Source;

use super::document::Document;
use super::graph::Graph;
use super::parameters;
use super::reference::{CALLER, Scope};
use super::steps::Writer;
use crate::names::{Taken, identifier};
use crate::note::Notes;
use crate::toml::{self, Comment, StepBlock, Table, Value};
use crate::words;
use crate::yaml::Node;

/// Writes the file of a document.
pub fn write(
    name: &JobName,
    document: &Document<'_>,
    graph: &Graph,
    source: &Source,
    models: &Archive,
    notes: &Notes,
) -> String {
    let node = document.node;
    let mut table = Table::default();
    table.set("name", name.as_str());
    let (first, rest) = words::description(node.text_of("description"));
    table.set_some("description", first);
    table.set_some("docs", rest);
    let of_role = node.glance("assumeRole").and_then(only_reference);
    let is_unused = |name: &str| of_role == Some(name) && reads(&source.text, name) == 1;
    let parameters = parameters::read(node.child("parameters"), is_unused, notes);
    let before = notes.count();
    role(node, &mut table, notes);
    let scope = Scope::new(notes, parameters.codes);
    let mut writer = Writer::new(document, graph, scope, models, notes);
    let origin = format!("Imported from the Automation document {} of AWS Systems Manager", source.name);
    let mut comments = vec![Comment::Sentence(origin)];
    comments.extend(notes.lines_since(before));
    let mut steps = writer.all();
    let outputs = outputs(node, &writer, notes);
    if writer.scope.reads_caller() {
        steps.insert(0, caller());
    }
    if writer.flow.keeps_going() {
        table.set("keep_going", true);
    }
    comments.extend(grants(document, &writer, notes));
    let options = parameters.options;
    toml::Document { comments, table, options, steps, outputs, ..toml::Document::default() }.write()
}

/// The parameter that a text is nothing but a reference to.
fn only_reference(text: &str) -> Option<&str> {
    Some(text.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim())
}

/// How often a document reads a parameter.
fn reads(document: &str, name: &str) -> usize {
    let inner = document.split("{{").skip(1).filter_map(|part| part.split_once("}}"));
    inner.filter(|(inner, _)| inner.trim() == name).count()
}

/// Reads `assumeRole`.
fn role(node: &Node, table: &mut Table, notes: &Notes) {
    let Some(role) = node.child("assumeRole") else { return };
    let text = role.text().unwrap_or_default().trim();
    if text.is_empty() {
        return;
    }
    if text.parse::<RoleArn>().is_ok() {
        let (mut own, mut credentials, mut aws) = (Table::default(), Table::default(), Table::default());
        own.set("role_arn", text);
        credentials.set("assume_role", Value::List(vec![own.into()]));
        aws.set("credentials", credentials);
        table.set("aws", aws);
        return;
    }
    let what = "the role of the document is not imported: `assumeRole` is no ARN, and a job names its role by the ARN";
    let next = "write [[aws.credentials.assume_role]] with a role_arn in the job, or in project.toml";
    notes.add(role.at, what, next);
}

/// The step that asks for account and region.
fn caller() -> StepBlock {
    let mut table = Table::default();
    table.set("id", CALLER);
    table.set("description", "The account and the region, which the document reads");
    table.set("uses", "aws-validate-credentials");
    StepBlock { comments: Vec::new(), table, off: false }
}

/// Reads the outputs of the document: names of outputs of steps.
fn outputs(node: &Node, writer: &Writer<'_>, notes: &Notes) -> Table {
    let (mut outputs, mut taken) = (Table::default(), Taken::default());
    for item in node.child("outputs").and_then(Node::items).into_iter().flatten() {
        let Some(text) = item.text().map(str::trim) else { continue };
        let name = text.trim_start_matches("{{").trim_end_matches("}}").trim();
        let Some(code) = writer.scope.output(name) else {
            let what = format!("the output `{name}` is not imported, because no step of the job declares it");
            notes.add(
                item.at,
                what,
                "read another output of the step under [outputs], if the caller of the job needs it",
            );
            continue;
        };
        let step = name.split('.').next().unwrap_or_default();
        let key = taken.unique(&identifier(name, "output"), '_');
        let Some(id) = writer.conditional.get(step) else {
            outputs.set(&key, format!("${{{}}}", code.text));
            continue;
        };
        outputs.set(&key, format!("${{{} if steps.{id}.status == 'succeeded' else none}}", code.text));
        let what = format!("the output `{name}` is `null` when its step does not run");
        notes.add(item.at, what, "nothing to do, unless the caller of the job reads it");
    }
    outputs
}

/// Tells the grants that the job needs, and returns them as lines for the top of the file.
fn grants(document: &Document<'_>, writer: &Writer<'_>, notes: &Notes) -> Vec<Comment> {
    if writer.granted.is_empty() {
        return Vec::new();
    }
    let actions: Vec<_> = writer.granted.iter().map(|action| format!("\"{action}\"")).collect();
    let allow = format!("[grants.\"aws\"] allow = [{}]", actions.join(", "));
    let at = document.node.child("mainSteps").map_or(document.node.at, |steps| steps.at);
    let before = notes.count();
    notes.add(at, "the job changes AWS, which its project has to grant", format!("write in project.toml: {allow}"));
    notes.lines_since(before)
}
