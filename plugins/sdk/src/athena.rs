//! Amazon Athena: one function per API operation, and the first rows of a result.
//!
//! ```no_run
//! use stepwell_plugin::athena::{self, GetQueryExecutionRequest};
//!
//! # fn state(id: String) -> Result<(), stepwell_plugin::Failure> {
//! let request = GetQueryExecutionRequest { query_execution_id: id };
//! let query = athena::get_query_execution(&request)?.query_execution;
//! stepwell_plugin::info!("{}", query.status.state);
//! # Ok(()) }
//! ```

use std::iter;

use crate::rows;

pub use crate::bindings::stepwell::athena::athena::*;

/// The beginning of a query's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRows {
    /// The names of the columns, in the order of the query.
    pub columns: Vec<String>,
    /// The rows, limited by the request and by the size of a step's outputs.
    pub rows: Vec<rows::Row>,
    /// Whether there are more rows.
    pub truncated: bool,
}

/// The first rows, at most 999, of a query that has succeeded.
///
/// # Errors
///
/// Those of `GetQueryResults`.
pub fn first_rows(query_execution_id: &str, at_most: u32) -> Result<FirstRows, CallError> {
    // One more for the names of the columns.
    let wanted = at_most.saturating_add(1);
    let id = query_execution_id.to_owned();
    let mut request = GetQueryResultsRequest { query_execution_id: id, max_results: Some(wanted), next_token: None };
    let mut page = get_query_results(&request)?;
    let mut results = page.result_set;
    // AWS may return fewer rows than requested.
    while results.rows.len() < wanted as usize
        && let Some(token) = page.next_token.take()
    {
        request.next_token = Some(token);
        page = get_query_results(&request)?;
        results.rows.append(&mut page.result_set.rows);
    }
    let mut first = FirstRows::of(results, at_most as usize);
    first.truncated |= page.next_token.is_some();
    Ok(first)
}

impl FirstRows {
    fn of(results: ResultSet, at_most: usize) -> Self {
        let names: Vec<String> =
            results.result_set_metadata.column_info.into_iter().map(|column| column.name).collect();
        let named = |data: Vec<Option<String>>| {
            rows::Row::new(names.iter().cloned().zip(data.into_iter().chain(iter::repeat(None))))
        };
        let mut rows: Vec<Vec<Option<String>>> = results.rows.into_iter().map(|row| row.data).collect();
        // The first row of a SELECT holds the names of the columns; DDL and SHOW have no such row.
        if rows.first().is_some_and(|first| first.iter().map(Option::as_ref).eq(names.iter().map(Some))) {
            rows.remove(0);
        }
        let is_more = rows.len() > at_most;
        rows.truncate(at_most);
        let mut rows: Vec<rows::Row> = rows.into_iter().map(named).collect();
        let is_cut = rows::cut(&mut rows);
        let columns = named(Vec::new()).names().map(str::to_owned).collect();
        Self { columns, rows, truncated: is_more || is_cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Cells<'a> = &'a [Option<&'a str>];

    fn shown(names: &[&str], rows: &[Cells<'_>], at_most: usize) -> (Vec<String>, String, bool) {
        let column_info = names.iter().map(|name| ColumnInfo { name: (*name).to_owned() }).collect();
        let row = |cells: &Cells<'_>| Row { data: cells.iter().map(|cell| cell.map(str::to_owned)).collect() };
        let rows = rows.iter().map(row).collect();
        let results = ResultSet { rows, result_set_metadata: ResultSetMetadata { column_info } };
        let FirstRows { columns, rows, truncated } = FirstRows::of(results, at_most);
        (columns, serde_json::to_string(&rows).unwrap(), truncated)
    }

    #[test]
    fn the_row_of_names_is_dropped_and_order_and_case_are_kept() {
        let rows: &[Cells<'_>] = &[&[Some("Zone"), Some("count")], &[Some("a"), None], &[Some("count"), Some("Zone")]];
        let (columns, rows, truncated) = shown(&["Zone", "count"], rows, 50);
        assert_eq!(columns, ["Zone", "count"]);
        assert_eq!(rows, r#"[{"Zone":"a","count":null},{"Zone":"count","count":"Zone"}]"#);
        assert!(!truncated);
    }

    #[test]
    fn a_first_row_that_does_not_hold_the_names_is_kept() {
        let (_, rows, _) = shown(&["tab_name"], &[&[Some("orders")], &[Some("tab_name")]], 50);
        assert_eq!(rows, r#"[{"tab_name":"orders"},{"tab_name":"tab_name"}]"#);
    }

    #[test]
    fn more_rows_than_requested_are_cut_and_reported() {
        let rows: &[Cells<'_>] = &[&[Some("n")], &[Some("1")], &[Some("2")]];
        assert_eq!(shown(&["n"], rows, 2), (vec!["n".to_owned()], r#"[{"n":"1"},{"n":"2"}]"#.to_owned(), false));
        assert_eq!(shown(&["n"], rows, 1), (vec!["n".to_owned()], r#"[{"n":"1"}]"#.to_owned(), true));
        // Without a row of names there is one row more than requested.
        assert!(shown(&["m"], rows, 2).2);
    }

    #[test]
    fn columns_of_one_name_and_missing_cells_are_kept() {
        let (columns, rows, _) = shown(&["n", "n", "m"], &[&[Some("1"), Some("2")]], 50);
        assert_eq!(columns, ["n", "n_2", "m"]);
        assert_eq!(rows, r#"[{"n":"1","n_2":"2","m":null}]"#);
    }

    #[test]
    fn a_statement_without_a_result_has_no_rows() {
        assert_eq!(shown(&[], &[], 50), (Vec::new(), "[]".to_owned(), false));
    }
}
