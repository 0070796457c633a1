//! Writes text, a table and links into the report.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use stepwell_plugin::{Failure, Invocation, Step, info, log};

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-stepwell-rules" = [{
    "schema": { "anyOf": [{ "required": ["text"] }, { "required": ["table"] }, { "required": ["links"] }] },
    "message": "one of `text`, `table` and `links` is required",
    "next": "write what the report should say in `text`",
}]))]
struct Config {
    /// The text. Line breaks start new lines.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1))]
    text: Option<String>,
    /// The rows of a table, each a table of its cells by column: `[{ host = "web-1", state = "healthy" }]`, or the output
    /// of another step such as `${steps.list.outputs.instances}`.
    #[serde(default)]
    #[schemars(with = "Vec<Map<String, Json>>")]
    table: Option<Vec<Map<String, Json>>>,
    /// The columns of the table, in their order; by default all, sorted by name.
    #[serde(default)]
    columns: Vec<String>,
    /// The links, each with its label: `{ dashboard = "https://grafana.example.com/d/web" }`.
    #[serde(default)]
    links: BTreeMap<String, Link>,
}

/// The address of a page.
#[derive(Deserialize, JsonSchema)]
#[schemars(inline)]
struct Link(
    #[schemars(regex(pattern = "^https?://"))]
    String,
);

#[derive(Debug, Default, PartialEq, Serialize, JsonSchema)]
struct Outputs {
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    text: Option<String>,
    /// The rows of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Map<String, Json>>")]
    table: Option<Vec<Map<String, Json>>>,
    /// The links, by label.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    links: BTreeMap<String, String>,
}

struct Note;

impl Step for Note {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let outputs = config.outputs()?;
        outputs.text.iter().flat_map(|text| text.lines()).for_each(|line| info!("{line}"));
        if let Some(rows) = outputs.table.as_ref().filter(|rows| !rows.is_empty()) {
            let columns = columns(&config.columns, rows);
            log::table(&columns, rows.iter().map(|row| columns.iter().map(|column| cell(row, column))));
        }
        outputs.links.iter().for_each(|(label, url)| log::link(label, url));
        Ok(outputs)
    }
}

impl Config {
    fn outputs(&self) -> Result<Outputs, Failure> {
        if self.text.is_none() && self.table.is_none() && self.links.is_empty() {
            return Err(Failure::configuration_invalid("one of `text`, `table` and `links` is required"));
        }
        let links = self.links.iter().map(|(label, link)| (label.clone(), link.0.clone())).collect();
        let kept = |row: &Map<String, Json>| {
            let is_kept = |name: &String| self.columns.is_empty() || self.columns.contains(name);
            row.iter().filter(|(name, _)| is_kept(name)).map(|(name, cell)| (name.clone(), cell.clone())).collect()
        };
        let table = self.table.as_ref().map(|rows| rows.iter().map(kept).collect());
        Ok(Outputs { text: self.text.clone(), table, links })
    }
}

/// The wanted columns, or those that the rows have.
fn columns<'a>(wanted: &'a [String], rows: &'a [Map<String, Json>]) -> Vec<&'a str> {
    if !wanted.is_empty() {
        return wanted.iter().map(String::as_str).collect();
    }
    let mut columns: Vec<_> = rows.iter().flat_map(|row| row.keys().map(String::as_str)).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

/// A text as it is, any other value as JSON.
fn cell(row: &Map<String, Json>, column: &str) -> Option<String> {
    match row.get(column)? {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

stepwell_plugin::export!(Note);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outputs(config: Json) -> Result<Outputs, Failure> {
        serde_json::from_value::<Config>(config).unwrap().outputs()
    }

    #[test]
    fn a_note_says_something() {
        assert_eq!(outputs(json!({})).unwrap_err().code, "ConfigurationInvalid");
        assert_eq!(outputs(json!({ "text": "done" })).unwrap().text.as_deref(), Some("done"));
    }

    #[test]
    fn the_table_has_the_wanted_columns_in_their_order_or_all() {
        let rows = json!([{ "b": 1, "a": "x" }, { "c": null, "a": [1] }]);
        let table = outputs(json!({ "table": rows })).unwrap().table.unwrap();
        assert_eq!(columns(&[], &table), ["a", "b", "c"]);
        assert_eq!((cell(&table[0], "b").as_deref(), cell(&table[1], "c")), (Some("1"), None));
        assert_eq!((cell(&table[0], "a").as_deref(), cell(&table[1], "a").as_deref()), (Some("x"), Some("[1]")));
        let wanted = ["b".to_owned(), "a".to_owned()];
        let table = outputs(json!({ "table": rows, "columns": wanted })).unwrap().table.unwrap();
        assert_eq!(columns(&wanted, &table), ["b", "a"]);
        assert!(!table[1].contains_key("c"));
    }
}
