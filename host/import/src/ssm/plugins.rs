//! Actions that a shipped plugin, or a single operation, does in the same way.

use stepwell_generic::archive::Archive;
use stepwell_model::file::show_duration;

use super::document::Step;
use super::reference::Type;
use super::request::Request;
use super::steps::timeout;
use crate::toml::{Table, Value};
use crate::yaml::Node;

/// What a step becomes.
#[derive(Debug)]
pub struct Form {
    /// `uses`.
    pub uses: String,
    /// `with`.
    pub with: Table,
    /// `wait`.
    pub wait: Option<&'static str>,
    /// The outputs that the action has without being told: their name in Automation and here.
    pub outputs: &'static [(&'static str, &'static str, Type)],
}

impl Form {
    fn new(uses: &str, with: Table) -> Self {
        Self { uses: uses.to_owned(), with, wait: None, outputs: &[] }
    }
}

/// The form of a step. None: the action, or these inputs of it, have no counterpart.
pub fn read(step: &Step<'_>, request: &Request<'_>, models: &Archive) -> Option<Form> {
    match step.action {
        "aws:changeInstanceState" => change_instance_state(step, request),
        "aws:runCommand" => run_command(step, request),
        "aws:createStack" => {
            let form = operation(step, request, models, "cloudformation", "CreateStack")?;
            let outputs = &[("StackId", "StackId", Type::Text)];
            Some(Form { wait: Some("StackCreateComplete"), outputs, ..form })
        }
        "aws:deleteStack" => {
            let form = operation(step, request, models, "cloudformation", "DeleteStack")?;
            Some(Form { wait: Some("StackDeleteComplete"), ..form })
        }
        "aws:createTags" if is_of_ec2(step) => operation(step, request, models, "ec2", "CreateTags"),
        _ => None,
    }
}

/// The inputs that are members of a request under other names. None: it is not part of the request.
const RENAMED: [(&str, Option<&str>); 2] = [("ResourceIds", Some("Resources")), ("ResourceType", None)];

/// A step whose inputs are the request of an operation.
fn operation(step: &Step<'_>, request: &Request<'_>, models: &Archive, service: &str, name: &str) -> Option<Form> {
    let model = models.service(service).ok()?;
    let structure = model.structure(model.operation(name)?.input.as_ref());
    let request = Request { service: Some(&model), ..*request };
    let inputs = step.node.child("inputs").and_then(Node::entries).into_iter().flatten();
    let renamed = |(key, node)| {
        let found = RENAMED.iter().find(|(known, _)| *known == key).map(|(_, ours)| *ours);
        Some((found.unwrap_or(Some(key))?, node))
    };
    let uses = format!("aws:{service}/{name}");
    let with = request.members(inputs.filter_map(renamed), Some(structure), &uses);
    Some(Form::new(&uses, with))
}

fn change_instance_state(step: &Step<'_>, request: &Request<'_>) -> Option<Form> {
    let state = step.input("DesiredState")?.text()?.trim().to_ascii_lowercase();
    let (uses, waiter) = match state.as_str() {
        "running" => ("ec2-start", "InstanceRunning"),
        "stopped" => ("ec2-stop", "InstanceStopped"),
        "terminated" => ("ec2-delete", "InstanceTerminated"),
        _ => return None,
    };
    let ids = request.value(step.input("InstanceIds")?, None);
    let mut with = Table::default();
    match step.input("CheckStateOnly").map(Node::flag) {
        Some(Some(true)) => {
            with.set("InstanceIds", ids);
            return Some(Form { wait: Some(waiter), ..Form::new("aws:ec2/DescribeInstances", with) });
        }
        Some(None) => return None,
        Some(Some(false)) | None => {}
    }
    let count = if let Value::List(ids) = &ids { i64::try_from(ids.len()).ok() } else { None };
    with.set("instance_id", ids);
    match (uses, count) {
        ("ec2-delete", Some(count)) if count > 1 => with.set("max_instances", Value::Integer(count)),
        ("ec2-delete", None) => {
            let what = format!("`{}` terminates one instance at most, and fails when the list has more", step.name);
            request.notes.add(step.at("inputs"), what, "write max_instances = … if more are meant");
        }
        _ => {}
    }
    if uses == "ec2-stop" && step.input("Force").and_then(Node::flag) == Some(true) {
        with.set("force", true);
    }
    with.set("wait", true);
    // Without it the plugin would give up after ten minutes.
    with.set("timeout", timeout(step).map_or_else(|| "1h".to_owned(), show_duration));
    Some(Form::new(uses, with))
}

/// The inputs of `aws:runCommand`, and the properties of our plugin.
const COMMAND: &[(&str, &str)] = &[
    ("DocumentName", "document_name"),
    ("DocumentVersion", "document_version"),
    ("InstanceIds", "instance_id"),
    ("Parameters", "parameters"),
    ("Comment", "comment"),
    ("MaxConcurrency", "max_concurrency"),
    ("MaxErrors", "max_errors"),
];

fn run_command(step: &Step<'_>, request: &Request<'_>) -> Option<Form> {
    let mut with = Table::default();
    for (theirs, ours) in COMMAND {
        if let Some(node) = step.input(theirs) {
            let value = request.value(node, None);
            with.set(ours, if *theirs == "Parameters" { texts(value) } else { value });
        }
    }
    if let Some(targets) = step.input("Targets").and_then(Node::items) {
        let target = |target: &Node| {
            let mut table = Table::default();
            table.set("key", request.value(target.child("Key")?, None));
            table.set("values", request.value(target.child("Values")?, None));
            Some(Value::Table(table))
        };
        with.set("targets", Value::List(targets.iter().map(target).collect::<Option<_>>()?));
    }
    with.set("timeout", timeout(step).map_or_else(|| "1h".to_owned(), show_duration));
    let outputs = &[("CommandId", "command_id", Type::Text), ("Status", "status", Type::Text)];
    Some(Form { outputs, ..Form::new("ssm-run-command", with) })
}

/// Parameters of a document are texts, or lists of texts.
fn texts(value: Value) -> Value {
    match value {
        Value::Flag(flag) => Value::Text(flag.to_string()),
        Value::Integer(number) => Value::Text(number.to_string()),
        Value::Number(number) => Value::Text(number.to_string()),
        Value::List(items) => Value::List(items.into_iter().map(texts).collect()),
        Value::Table(table) => {
            let mut texted = Table::default();
            table.into_entries().for_each(|(key, value)| texted.set(&key, texts(value)));
            texted.into()
        }
        text @ Value::Text(_) => text,
    }
}

/// Whether `aws:createTags` tags what EC2's operation tags.
fn is_of_ec2(step: &Step<'_>) -> bool {
    step.input("ResourceType").is_none_or(|kind| kind.text() == Some("EC2"))
}
