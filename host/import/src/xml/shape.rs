//! Which elements and attributes of the XML format are which keys of the YAML format.

use std::collections::HashMap;

use super::{Element, scalar};
use crate::yaml::Node;

/// Entries of a map, in their order. A key that comes again becomes a list.
#[derive(Default)]
struct Entries {
    entries: Vec<(String, Vec<Node>)>,
    places: HashMap<String, usize>,
}

impl Entries {
    fn add(&mut self, key: &str, node: Node) {
        match self.places.get(key).and_then(|place| self.entries.get_mut(*place)) {
            Some((_, nodes)) => nodes.push(node),
            None => {
                self.places.insert(key.to_owned(), self.entries.len());
                self.entries.push((key.to_owned(), vec![node]));
            }
        }
    }

    fn add_all(&mut self, entries: impl IntoIterator<Item = (String, Node)>) {
        entries.into_iter().for_each(|(key, node)| self.add(&key, node));
    }

    fn build(self, of: &Element) -> Node {
        let one = |(key, mut nodes): (String, Vec<Node>)| {
            let several = nodes.len() > 1;
            let node = if several { None } else { nodes.pop() };
            (key, node.unwrap_or_else(|| Node::of_items(of.at, nodes)))
        };
        Node::of_entries(of.at, self.entries.into_iter().map(one))
    }
}

/// The jobs of a `joblist`.
pub(super) fn jobs(list: &Element) -> Vec<Node> {
    list.children.iter().map(|child| if child.name == "job" { job(child) } else { any(child) }).collect()
}

/// A job.
pub(super) fn job(of: &Element) -> Node {
    let mut entries = Entries::default();
    let dispatch = of.children.iter().find(|child| child.name == "dispatch");
    let has_filters = of.children.iter().any(|child| child.name == "nodefilters");
    entries.add_all(of.of_attributes());
    for child in &of.children {
        match child.name.as_str() {
            "context" => context(child, &mut entries),
            "nodefilters" => entries.add("nodefilters", node_filters(child, dispatch)),
            "dispatch" if has_filters => {}
            "dispatch" => entries.add("nodefilters", node_filters(child, Some(child))),
            "logging" => {
                for (key, value) in &child.attributes {
                    let key = match key.as_str() {
                        "limit" => "loglimit",
                        "limitAction" => "loglimitAction",
                        "status" => "loglimitStatus",
                        other => other,
                    };
                    entries.add(key, scalar(child.at, value));
                }
            }
            "retry" if child.attribute("delay").is_some() => {
                let mut retry = Entries::default();
                retry.add("retry", scalar(child.at, child.text.trim()));
                retry.add_all(child.of_attributes());
                entries.add("retry", retry.build(child));
            }
            "sequence" => entries.add("sequence", sequence(child)),
            "plugins" => entries.add("plugins", job_plugins(child)),
            name => entries.add(name, any(child)),
        }
    }
    entries.build(of)
}

fn context(of: &Element, job: &mut Entries) {
    for child in &of.children {
        match child.name.as_str() {
            "options" => {
                let options = child.children.iter().filter(|child| child.name == "option").map(option);
                job.add("options", Node::of_items(child.at, options.collect()));
                let other = child.children.iter().filter(|child| child.name != "option");
                other.for_each(|other| job.add(&other.name, any(other)));
            }
            name => job.add(name, any(child)),
        }
    }
}

fn option(of: &Element) -> Node {
    let mut entries = Entries::default();
    for (key, value) in &of.attributes {
        match key.as_str() {
            "values" => {
                let delimiter = of.attribute("valuesListDelimiter").filter(|text| !text.is_empty()).unwrap_or(",");
                let values = value.split(delimiter).map(|value| scalar(of.at, value));
                entries.add("values", Node::of_items(of.at, values.collect()));
            }
            "enforcedvalues" => entries.add("enforced", scalar(of.at, value)),
            key => entries.add(key, scalar(of.at, value)),
        }
    }
    of.children.iter().for_each(|child| entries.add(&child.name, any(child)));
    entries.build(of)
}

/// `nodefilters`, which holds `dispatch` only in the YAML format.
fn node_filters(of: &Element, dispatch: Option<&Element>) -> Node {
    let mut entries = Entries::default();
    if of.name == "nodefilters" {
        let precedence = of.of_attributes();
        entries.add_all(precedence.map(|(key, node)| match key.as_str() {
            "excludeprecedence" => ("excludePrecedence".to_owned(), node),
            _ => (key, node),
        }));
        of.children.iter().for_each(|child| entries.add(&child.name, any(child)));
    }
    if let Some(dispatch) = dispatch {
        entries.add("dispatch", any(dispatch));
    }
    entries.build(of)
}

fn sequence(of: &Element) -> Node {
    let mut entries = Entries::default();
    entries.add_all(of.of_attributes());
    let commands: Vec<_> = of.children.iter().filter(|child| child.name == "command").map(command).collect();
    for child in of.children.iter().filter(|child| child.name != "command") {
        match child.name.as_str() {
            "pluginConfig" => entries.add("pluginConfig", plugin_config(child)),
            name => entries.add(name, any(child)),
        }
    }
    entries.add("commands", Node::of_items(of.at, commands));
    entries.build(of)
}

/// A step, or an error handler.
fn command(of: &Element) -> Node {
    let mut entries = Entries::default();
    entries.add_all(of.of_attributes());
    for child in &of.children {
        match child.name.as_str() {
            "scriptargs" => entries.add("args", any(child)),
            "scriptinterpreter" => {
                entries.add("scriptInterpreter", scalar(child.at, child.text.trim()));
                let quoted =
                    |(key, node)| (if key == "argsquoted" { "interpreterArgsQuoted".to_owned() } else { key }, node);
                entries.add_all(child.of_attributes().map(quoted));
            }
            "jobref" => entries.add("jobref", job_reference(child)),
            "node-step-plugin" | "step-plugin" => {
                let is_node_step = if child.name == "step-plugin" { "false" } else { "true" };
                entries.add("nodeStep", scalar(child.at, is_node_step));
                entries.add_all(child.of_attributes());
                child.children.iter().for_each(|inner| entries.add(&inner.name, any(inner)));
            }
            "errorhandler" => entries.add("errorhandler", command(child)),
            "plugins" => entries.add("plugins", plugin_config(child)),
            name => entries.add(name, any(child)),
        }
    }
    entries.build(of)
}

fn job_reference(of: &Element) -> Node {
    let mut entries = Entries::default();
    entries.add_all(of.of_attributes());
    let dispatch = of.children.iter().find(|child| child.name == "dispatch");
    let has_filters = of.children.iter().any(|child| child.name == "nodefilters");
    for child in &of.children {
        match child.name.as_str() {
            "arg" => entries.add_all(
                child.of_attributes().map(|(key, node)| (if key == "line" { "args".to_owned() } else { key }, node)),
            ),
            "nodefilters" => entries.add("nodefilters", node_filters(child, dispatch)),
            "dispatch" if has_filters => {}
            "dispatch" => entries.add("nodefilters", node_filters(child, Some(child))),
            name => entries.add(name, any(child)),
        }
    }
    entries.build(of)
}

/// `pluginConfig` of a sequence, or `plugins` of a step, whose log filters are a list.
fn plugin_config(of: &Element) -> Node {
    let mut entries = Entries::default();
    let filters: Vec<_> = of.children.iter().filter(|child| child.name == "LogFilter").map(any).collect();
    let others = of.children.iter().filter(|child| child.name != "LogFilter");
    others.for_each(|child| entries.add(&child.name, any(child)));
    if !filters.is_empty() {
        entries.add("LogFilter", Node::of_items(of.at, filters));
    }
    entries.build(of)
}

/// `plugins` of a job: for each service the configuration of its providers.
fn job_plugins(of: &Element) -> Node {
    let mut services: Vec<(&str, Entries)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for child in &of.children {
        let place = *places.entry(&child.name).or_insert(services.len());
        if place == services.len() {
            services.push((&child.name, Entries::default()));
        }
        let own = child.children.iter().find(|inner| inner.name == "configuration");
        let configuration = own.map_or_else(|| Node::of_entries(child.at, []), any);
        if let Some((_, providers)) = services.get_mut(place) {
            providers.add(child.attribute("type").unwrap_or_default(), configuration);
        }
    }
    Node::of_entries(of.at, services.into_iter().map(|(name, providers)| (name.to_owned(), providers.build(of))))
}

/// An element whose keys have the same names in both formats.
fn any(of: &Element) -> Node {
    if of.attribute("data") == Some("true") {
        return of.children.first().map_or_else(|| scalar(of.at, ""), data);
    }
    if of.is_empty() {
        return scalar(of.at, &of.text);
    }
    if of.attributes.is_empty() && of.children.iter().all(is_pair) {
        let pairs = of.children.iter().filter_map(|pair| {
            let value = pair.attribute("value").unwrap_or(&pair.text);
            Some((pair.attribute("key")?.to_owned(), scalar(pair.at, value)))
        });
        return Node::of_entries(of.at, pairs.collect::<Vec<_>>());
    }
    let mut entries = Entries::default();
    entries.add_all(of.of_attributes());
    of.children.iter().for_each(|child| entries.add(&child.name, any(child)));
    if of.children.is_empty() && !of.text.trim().is_empty() {
        entries.add("text", scalar(of.at, of.text.trim()));
    }
    entries.build(of)
}

fn is_pair(of: &Element) -> bool {
    of.name == "entry" && of.attribute("key").is_some() && of.children.is_empty()
}

/// A value of Rundeck's generic data structure: `map`, `list`, `set`, `string`.
fn data(of: &Element) -> Node {
    match of.name.as_str() {
        "map" => {
            let key = |child: &Element| child.attribute("key").unwrap_or_default().to_owned();
            Node::of_entries(of.at, of.children.iter().map(|child| (key(child), data(child))).collect::<Vec<_>>())
        }
        "list" | "set" => Node::of_items(of.at, of.children.iter().map(data).collect()),
        _ => scalar(of.at, &of.text),
    }
}
