//! Services and operations of AWS, for people and for programs; and the answer to one call.

use console::style;
use serde_json::{Map, Value as Json, json};
use stepwell_generic::archive::Entry;
use stepwell_generic::model::{Kind, Location, Member, Operation, Service, Waiter};
use stepwell_generic::operation::{actions, gives_secret};
use stepwell_generic::scalar_name;
use stepwell_model::event::{Event, What};
use stepwell_model::report::Report;

use super::words::printable;
use super::{View, plain, report, table};
use crate::out;

/// Levels of a request or answer that people see at once.
const DEEPEST: usize = 3;

/// Values of an enumeration that fit into a line.
const MOST_VALUES: usize = 8;

/// A table of services.
pub fn services(services: &[&Entry]) -> String {
    let row =
        |entry: &&Entry| vec![Some(entry.name.clone()), Some(entry.title.clone()), Some(entry.operations.to_string())];
    let columns = ["service", "name", "operations"].map(str::to_owned);
    table::table(&columns, &services.iter().map(row).collect::<Vec<_>>())
}

/// A service, for programs.
pub fn service_json(entry: &Entry) -> Json {
    let Entry { name, title, id, api_version, operations } = entry;
    json!({ "service": name, "title": title, "id": id, "api_version": api_version, "operations": operations })
}

/// A table of operations.
pub fn operations(service: &Service) -> String {
    let row = |operation: &Operation| {
        vec![
            Some(operation.name.clone()),
            Some(repeat(operation).to_owned()),
            Some(actions(service, operation).join(", ")),
            Some(operation.summary.clone()),
        ]
    };
    let columns = ["operation", "class", "IAM actions", "what it does"].map(str::to_owned);
    table::table(&columns, &service.operations.iter().map(row).collect::<Vec<_>>())
}

fn repeat(operation: &Operation) -> &'static str {
    if operation.repeat.changes() { "changes" } else { "reads" }
}

/// An operation in one line, for programs.
pub fn in_short(service: &Service, operation: &Operation) -> Json {
    json!({
        "operation": format!("{}/{}", service.name, operation.name),
        "repeat": operation.repeat,
        "actions": actions(service, operation),
        "summary": operation.summary,
        "callable": operation.refused.is_none() && !gives_secret(service, operation),
    })
}

/// Everything about an operation, for people.
pub fn operation(service: &Service, operation: &Operation) -> String {
    let heading = |text: &str| format!("\n{}\n", style(text).bold());
    let uses = format!("aws:{}/{}", service.name, operation.name);
    let mut text = format!("{}  {}\n", style(&uses).bold(), printable(&operation.summary));
    text.push_str(&table::pairs(head(service, operation), "  "));
    text.push_str(&heading("Request"));
    text.push_str(&members(service, operation.input.as_ref()));
    text.push_str(&heading("Answer"));
    text.push_str(&members(service, operation.output.as_ref()));
    let waiters: Vec<_> = waiters(service, operation).collect();
    if !waiters.is_empty() {
        text.push_str(&heading("Waiters"));
        text.extend(
            waiters.iter().map(|waiter| format!("  {}  (looks every {} s at most)\n", waiter.name, waiter.delay)),
        );
    }
    text
}

fn head(service: &Service, operation: &Operation) -> Vec<(&'static str, String)> {
    let named = actions(service, operation).join(", ");
    let unknown = if operation.actions.is_empty() { "  (probably; no source names it)" } else { "" };
    let mut head = vec![
        ("service", format!("{}, API {}", service.title, service.api_version)),
        ("IAM actions", format!("{named}{unknown}")),
        ("after a crash", operation.repeat.in_words().to_owned()),
    ];
    head.extend(operation.because.clone().map(|because| ("because", because)));
    if let Some(paginator) = &operation.paginator {
        head.push(("pages", format!("of {}", paginator.results.join(", "))));
    }
    if let Some(refused) = operation.refused {
        head.push(("refused", refused.to_string()));
    } else if gives_secret(service, operation) {
        head.push(("refused", "it answers with a secret".to_owned()));
    }
    head
}

/// The waiters that look with the operation.
fn waiters<'a>(service: &'a Service, operation: &'a Operation) -> impl Iterator<Item = &'a Waiter> {
    service.waiters.iter().filter(|waiter| waiter.operation == operation.name)
}

fn members(service: &Service, member: Option<&Member>) -> String {
    let mut text = String::new();
    if let Some(member) = member {
        add_members(service, member, 1, &mut text);
    }
    if text.is_empty() { "  nothing\n".to_owned() } else { text }
}

fn add_members(service: &Service, member: &Member, depth: usize, text: &mut String) {
    let inner = match &service.shape(member).kind {
        Kind::List { member, .. } | Kind::Map { value: member, .. } => {
            return add_members(service, member, depth, text);
        }
        Kind::Structure(structure) => structure,
        _ => return,
    };
    for field in inner.fields.iter().filter(|field| field.member.location != Location::Status) {
        let required = if field.required && !field.member.is_token { ", required" } else { "" };
        let token = if field.member.is_token { ", filled in by the host" } else { "" };
        let indent = "  ".repeat(depth);
        text.push_str(&format!("{indent}{}  {}{required}{token}\n", field.name, kind(service, &field.member)));
        if depth < DEEPEST {
            add_members(service, &field.member, depth + 1, text);
        }
    }
}

fn kind(service: &Service, member: &Member) -> String {
    match &service.shape(member).kind {
        Kind::List { member, .. } => match &service.shape(member).kind {
            Kind::Structure(_) => "list of objects".to_owned(),
            _ => format!("list of {}", kind(service, member)),
        },
        Kind::Map { value, .. } => format!("map to {}", kind(service, value)),
        Kind::Text { values, .. } if !values.is_empty() => {
            let more = if values.len() > MOST_VALUES { " | …" } else { "" };
            format!("{}{more}", values.iter().take(MOST_VALUES).cloned().collect::<Vec<_>>().join(" | "))
        }
        other => scalar_name(other).to_owned(),
    }
}

/// Everything about an operation, for programs.
pub fn operation_json(service: &Service, operation: &Operation) -> Json {
    let mut json = in_short(service, operation);
    if let Some(fields) = json.as_object_mut() {
        let paginator = operation.paginator.as_ref().map(|paginator| json!({ "results": paginator.results }));
        let waiters: Vec<_> = waiters(service, operation).map(|waiter| waiter.name.as_str()).collect();
        fields.insert("request".to_owned(), shape(service, operation.input.as_ref(), DEEPEST));
        fields.insert("answer".to_owned(), shape(service, operation.output.as_ref(), DEEPEST));
        fields.insert("pages".to_owned(), paginator.unwrap_or_default());
        fields.insert("waiters".to_owned(), json!(waiters));
        fields.insert("refused".to_owned(), json!(operation.refused.map(|refused| refused.to_string())));
    }
    json
}

fn shape(service: &Service, member: Option<&Member>, depth: usize) -> Json {
    let Some(member) = member else { return json!({ "type": "object", "members": {} }) };
    let of = &service.shape(member).kind;
    match of {
        Kind::Structure(structure) if depth > 0 => {
            let members: Map<_, _> = structure
                .fields
                .iter()
                .map(|field| {
                    let mut inner = shape(service, Some(&field.member), depth - 1);
                    if let (true, Some(inner)) = (field.required, inner.as_object_mut()) {
                        inner.insert("required".to_owned(), json!(true));
                    }
                    (field.name.clone(), inner)
                })
                .collect();
            json!({ "type": "object", "members": members })
        }
        Kind::List { member, .. } => json!({ "type": "list", "of": shape(service, Some(member), depth) }),
        Kind::Map { value, .. } => json!({ "type": "map", "of": shape(service, Some(value), depth) }),
        Kind::Text { values, .. } if !values.is_empty() => json!({ "type": "text", "values": values }),
        other => json!({ "type": scalar_name(other) }),
    }
}

/// Shows one call: its answer on standard output, and nothing else there.
pub struct Answer;

impl View for Answer {
    fn event(&self, event: &Event) {
        match &event.what {
            What::StepWaiting { message, .. } => out::error(&format!("waiting: {}", printable(message))),
            What::ChangeWithheld { call, .. } => out::text(&format!("{}\n", printable(&plain::would_call(call)))),
            _ => {}
        }
    }

    fn report(&self, report: &Report) {
        for outputs in report.steps.iter().filter_map(|step| step.outputs.as_ref()) {
            out::text(&format!("{}\n", super::printable_lines(&format!("{:#}", json!(**outputs)))));
        }
        out::failure(report::failure(report));
    }

    fn cancelling(&self) {
        out::error("cancelling; a second Ctrl-C leaves at once");
    }

    fn leaving(&self) {
        out::error(plain::LEAVING);
    }

    fn abandoned(&self) {
        out::error(plain::ABANDONED);
    }
}
