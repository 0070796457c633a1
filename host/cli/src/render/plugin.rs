//! Plugins, for people and for programs.

use console::style;
use serde_json::{Value as Json, json};
use stepwell_model::action::ActionRow;
use stepwell_model::plugin::{Origin, Plugin};
use stepwell_model::schema::request_properties;

use super::table;
use super::words::{bytes, printable};

/// A table of plugins.
pub fn list(plugins: &[Plugin]) -> String {
    let cell = |text: &str| Some(text.to_owned());
    let row = |plugin: &Plugin| {
        let description = &plugin.description;
        vec![
            cell(plugin.name.as_str()),
            cell(&description.version),
            cell(origin(plugin.origin)),
            cell(&description.summary),
        ]
    };
    let columns = ["plugin", "version", "from", "what it does"].map(str::to_owned);
    table::table(&columns, &plugins.iter().map(row).collect::<Vec<_>>())
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Project => "project",
        Origin::Home => "home",
        Origin::Shipped => "shipped",
        Origin::Operation => "operation of AWS",
    }
}

/// Everything about a plugin, for people.
pub fn text(plugin: &Plugin) -> String {
    let description = &plugin.description;
    let mut head = vec![
        ("version", printable(&description.version).into_owned()),
        ("from", origin(plugin.origin).to_owned()),
        ("digest", plugin.digest.to_string()),
        ("size", format!("{} ({} bytes)", bytes(plugin.size), plugin.size)),
    ];
    if description.name != plugin.name.as_str() {
        head.push(("calls itself", printable(&description.name).into_owned()));
    }
    if let Some(homepage) = &description.extra.homepage {
        head.push(("homepage", printable(homepage).into_owned()));
    }
    let heading = |text: &str| format!("\n{}\n", style(text).bold());
    let mut text =
        format!("{}  {}\n{}", style(&plugin.name).bold(), printable(&description.summary), table::pairs(head, "  "));
    text.push_str(&heading("IAM actions"));
    let actions = plugin.imports.actions();
    text.extend(actions.iter().map(|action| format!("  {action}\n")));
    text.push_str(if actions.is_empty() { "  none\n" } else { "" });
    if plugin.imports.send_requests() {
        text.push_str(&heading("HTTP requests"));
        text.extend(requests(plugin).iter().map(|request| format!("  {}\n", printable(request))));
    }
    text.push_str(&heading("Imports"));
    text.extend(plugin.imports.functions.iter().map(|import| format!("  {}.{}\n", import.interface, import.function)));
    text.extend(plugin.imports.wasi.iter().map(|import| format!("  {import}  (nothing granted)\n")));
    text.push_str(&heading("Configuration"));
    text.push_str(&properties(&description.config_schema));
    text.push_str(&heading("Outputs"));
    text.push_str(&properties(&description.outputs_schema));
    let failures = &description.extra.failures;
    if !failures.is_empty() {
        text.push_str(&heading("Failures of its own"));
        let lines = failures.iter().map(|own| (own.code.as_str(), printable(&own.summary).into_owned()));
        text.push_str(&table::pairs(lines, "  "));
    }
    text
}

/// The HTTP requests of a plugin: those that it declares, and those that its configuration names.
fn requests(plugin: &Plugin) -> Vec<String> {
    let named = request_properties(&plugin.description.config_schema);
    let named = named.map(|(name, _)| format!("to the URL in `{name}`, as far as it is granted"));
    let declared = plugin.description.extra.requests.iter().map(ToString::to_string);
    let all: Vec<_> = declared.chain(named).collect();
    if all.is_empty() { vec!["not declared; a grant decides".to_owned()] } else { all }
}

/// The properties of an object's schema; the whole schema if it does not describe a plain object.
fn properties(schema: &Json) -> String {
    let is_empty_object =
        || schema.get("type") == Some(&json!("object")) && schema.get("additionalProperties").is_none();
    let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
        if is_empty_object() {
            return "  none\n".to_owned();
        }
        return format!("  {}\n", printable(&schema.to_string()));
    };
    let required = |name: &str| {
        let names = schema.get("required").and_then(Json::as_array);
        names.is_some_and(|names| names.iter().any(|required| required == name))
    };
    let words = |name: &str, property: &Json| {
        let description = property.get("description").and_then(Json::as_str).unwrap_or_default();
        let default = property.get("default").map(|default| format!(" [default: {default}]")).unwrap_or_default();
        let needed = if required(name) { " (required)" } else { "" };
        let words = description.split_whitespace().collect::<Vec<_>>().join(" ");
        printable(&format!("{words}{needed}{default}")).into_owned()
    };
    let lines = properties.iter().map(|(name, property)| (name.as_str(), words(name, property)));
    if properties.is_empty() { "  none\n".to_owned() } else { table::pairs(lines, "  ") }
}

/// Everything about a plugin, for programs.
pub fn json(plugin: &Plugin) -> Json {
    let mut object = json!(plugin);
    if let Json::Object(entries) = &mut object {
        entries.insert("actions".to_owned(), json!(plugin.imports.actions()));
        entries.insert("calls".to_owned(), plugin.imports.rows().map(call).collect());
    }
    object
}

/// An AWS call that a plugin can make. `also` has the further actions that AWS may check for it.
fn call(row: &ActionRow) -> Json {
    let also: Vec<_> = row.further().collect();
    json!({
        "function": row.function.to_string(),
        "action": row.action,
        "also": also,
        "repeat": row.repeat,
    })
}
