//! Reports size and billing of DynamoDB tables: a plugin for a service that has no typed interface.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use stepwell_plugin::{Failure, Invocation, Step, aws, info};

stepwell_plugin::operation! {
    /// `ListTables` of Amazon DynamoDB.
    fn list_tables = "stepwell:aws/dynamodb@0.1.0", "list-tables";
    /// `DescribeTable` of Amazon DynamoDB.
    fn describe_table = "stepwell:aws/dynamodb@0.1.0", "describe-table";
}

/// Pages of a hundred tables each that the report reads.
const MOST_PAGES: usize = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Only tables whose names begin with this text.
    #[serde(default)]
    prefix: String,
}

#[derive(Serialize, JsonSchema)]
struct Outputs {
    /// The tables, sorted by name.
    tables: Vec<Line>,
    /// Items of all tables together.
    items: u64,
}

/// A table in the report.
#[derive(Serialize, JsonSchema)]
struct Line {
    name: String,
    status: String,
    items: u64,
    bytes: u64,
    billing: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    #[serde(default)]
    table_names: Vec<String>,
    last_evaluated_table_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    table: Table,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Table {
    table_status: String,
    #[serde(default)]
    item_count: u64,
    #[serde(default)]
    table_size_bytes: u64,
    billing_mode_summary: Option<Billing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Billing {
    billing_mode: String,
}

struct TableReport;

impl Step for TableReport {
    type Config = Config;
    type Outputs = Outputs;

    fn run(_: &Invocation, config: Config) -> Result<Outputs, Failure> {
        let mut names: Vec<String> = aws::all_pages(MOST_PAGES, |token| {
            let listed: Listed = list_tables(&json!({ "ExclusiveStartTableName": token }))?;
            Ok((listed.table_names, listed.last_evaluated_table_name))
        })?;
        names.retain(|name| name.starts_with(&config.prefix));
        names.sort();
        info!("{} tables", names.len());
        let tables = names.into_iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let items = tables.iter().map(|table| table.items).sum();
        Ok(Outputs { tables, items })
    }
}

fn line(name: String) -> Result<Line, Failure> {
    let Described { table } = describe_table(&json!({ "TableName": name }))?;
    let billing = table.billing_mode_summary.map_or_else(|| "PROVISIONED".to_owned(), |billing| billing.billing_mode);
    let Table { table_status: status, item_count: items, table_size_bytes: bytes, .. } = table;
    Ok(Line { name, status, items, bytes, billing })
}

stepwell_plugin::export!(TableReport);
