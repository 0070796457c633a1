//! Services and operations of AWS, for people and for programs.

mod answer;
mod shapes;

use console::style;
use serde_json::{Map, Value as Json, json};
use stepwell_generic::archive::Entry;
use stepwell_generic::model::{Operation, Service, Waiter};
use stepwell_generic::operation::{actions, gives_secret};
use stepwell_generic::waiter::of_operation;
use stepwell_model::action::Repeat;

use super::table;
use super::words::printable;
pub use answer::Answer;
use shapes::Shapes;

/// A table of services.
pub fn services(services: &[&Entry], width: Option<usize>) -> String {
    let row =
        |entry: &&Entry| vec![Some(entry.name.clone()), Some(entry.operations.to_string()), Some(entry.title.clone())];
    let columns = ["service", "operations", "name"].map(str::to_owned);
    table::fitted(&columns, &services.iter().map(row).collect::<Vec<_>>(), width)
}

/// A service, for programs.
pub fn service_json(entry: &Entry) -> Json {
    let Entry { name, title, id, aliases, api_version, operations } = entry;
    json!({
        "service": name, "title": title, "id": id, "aliases": aliases, "api_version": api_version,
        "operations": operations,
    })
}

/// A table of operations.
pub fn operations(service: &Service, width: Option<usize>) -> String {
    let row = |operation: &Operation| {
        let class = match refusal(service, operation) {
            Some(reason) => format!("refused: {reason}"),
            None => class(operation.repeat).to_owned(),
        };
        vec![Some(operation.name.clone()), Some(class), Some(operation.summary.clone())]
    };
    let columns = ["operation", "class", "what it does"].map(str::to_owned);
    table::fitted(&columns, &service.operations.iter().map(row).collect::<Vec<_>>(), width)
}

/// A class of repetition in the few words that `docs/aws.md` has for it.
fn class(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Read => "reads",
        Repeat::Idempotent => "repeating it changes nothing more",
        Repeat::Tokened => "a client token makes it repeatable",
        Repeat::Paid => "it is paid for again",
        Repeat::Once => "never repeated without being asked",
    }
}

/// Why steps, calls and plugins cannot use an operation; none when they can.
pub fn refusal(service: &Service, operation: &Operation) -> Option<String> {
    match operation.refused {
        Some(refused) => Some(refused.to_string()),
        None => gives_secret(service, operation).then(|| "it answers with a secret".to_owned()),
    }
}

/// An operation in one line, for programs.
pub fn in_short(service: &Service, operation: &Operation) -> Json {
    let refused = refusal(service, operation);
    json!({
        "operation": format!("{}/{}", service.name, operation.name),
        "repeat": operation.repeat,
        "actions": actions(service, operation),
        "summary": operation.summary,
        "callable": refused.is_none(),
        "refused": refused,
    })
}

/// Everything about an operation.
pub struct Shown<'a> {
    pub service: &'a Service,
    pub operation: &'a Operation,
    /// Levels of the request and the answer.
    pub depth: usize,
}

impl Shown<'_> {
    /// For people.
    pub fn text(&self) -> String {
        let Self { service, operation, .. } = self;
        let heading = |text: &str| format!("\n{}\n", style(text).bold());
        let uses = format!("aws:{}/{}", service.name, operation.name);
        let mut text = format!("{}  {}\n", style(&uses).bold(), printable(&operation.summary));
        text.push_str(&table::pairs(self.head(), "  "));
        for (title, member) in [("Request", &operation.input), ("Answer", &operation.output)] {
            text.push_str(&heading(title));
            text.push_str(&self.shapes().text(member.as_ref()));
        }
        if [&operation.input, &operation.output].into_iter().flatten().any(|member| self.shapes().cuts(member)) {
            text.push_str(&format!("\n`--depth {}` shows more of what `…` stands for\n", self.depth + 1));
        }
        let waiters: Vec<_> = of_operation(service, operation).map(|waiter| self.waiter(waiter)).collect();
        if !waiters.is_empty() {
            text.push_str(&heading("Waiters"));
            text.push_str(&waiters.concat());
        }
        text
    }

    fn shapes(&self) -> Shapes<'_> {
        Shapes { service: self.service, depth: self.depth }
    }

    fn head(&self) -> Vec<(&'static str, String)> {
        let Self { service, operation, .. } = self;
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
        head.extend(refusal(service, operation).map(|reason| ("refused", reason)));
        head
    }

    fn waiter(&self, waiter: &Waiter) -> String {
        let with = match waiter.operation == self.operation.name {
            true => String::new(),
            false => format!(" with {}", waiter.operation),
        };
        format!("  {}  (looks{with} every {} s at most)\n", waiter.name, waiter.delay)
    }

    /// For programs.
    pub fn json(&self) -> Json {
        let Self { service, operation, .. } = self;
        let paginator = operation.paginator.as_ref().map(|pages| json!({ "results": pages.results }));
        let waiters: Vec<_> = of_operation(service, operation).map(|waiter| waiter.name.as_str()).collect();
        let more = json!({
            "request": self.shapes().json(operation.input.as_ref()),
            "answer": self.shapes().json(operation.output.as_ref()),
            "pages": paginator,
            "waiters": waiters,
        });
        let all = [in_short(service, operation), more].into_iter().filter_map(|part| match part {
            Json::Object(fields) => Some(fields),
            _ => None,
        });
        Json::Object(all.flatten().collect::<Map<_, _>>())
    }
}
