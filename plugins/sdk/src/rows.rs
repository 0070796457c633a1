//! Rows of a query: a table for people, and JSON objects in the outputs of a step.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::{info, log};

/// A row of a query's result, in the order of the query. A missing value is SQL's `NULL`.
///
/// In the outputs it is a JSON object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<(String, Option<String>)>);

impl Row {
    /// Makes a row. A repeated name gets a number, so that no value is lost: `count`, `count_2`, `count_3`.
    pub fn new(fields: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let mut row: Vec<(String, Option<String>)> = Vec::new();
        let fields: Vec<_> = fields.into_iter().collect();
        for (name, value) in &fields {
            let is_taken = |other: &str| row.iter().any(|(name, _)| name == other);
            let name = if is_taken(name) {
                // It must not be the name of a later column either.
                let is_free = |other: &String| !is_taken(other) && fields.iter().all(|(name, _)| name != other);
                (2_u32..).map(|number| format!("{name}_{number}")).find(is_free).unwrap_or_default()
            } else {
                name.clone()
            };
            row.push((name, value.clone()));
        }
        Self(row)
    }

    /// The names, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    fn has_the_names_of(&self, other: &Self) -> bool {
        self.names().eq(other.names())
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl JsonSchema for Row {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Row".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": ["string", "null"] } })
    }
}

/// The maximum size of a step's rows or text as JSON, in bytes. The host accepts 1 MiB of outputs; the rest is for the
/// other properties.
pub const ROOM: usize = 960 << 10;

/// Keeps as many rows as fit into the outputs of a step, and returns whether there were more.
pub fn cut<T: Serialize>(rows: &mut Vec<T>) -> bool {
    let mut size = 0;
    let mut fits = |row: &T| {
        // With a comma.
        size += serde_json::to_vec(row).map_or(ROOM, |json| json.len()) + 1;
        size <= ROOM
    };
    let (all, fitting) = (rows.len(), rows.iter().take_while(|row| fits(row)).count());
    rows.truncate(fitting);
    fitting < all
}

/// Cuts a text that needs more room in JSON, and returns whether it did.
pub fn cut_text(text: &mut String, room: usize) -> bool {
    let mut left = room;
    let end = text.char_indices().find_map(|(at, character)| match left.checked_sub(json_length(character)) {
        Some(rest) => {
            left = rest;
            None
        }
        None => Some(at),
    });
    end.into_iter().for_each(|end| text.truncate(end));
    end.is_some()
}

/// The size of a character in JSON, in bytes.
fn json_length(character: char) -> usize {
    match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..' ' => 6,
        _ => character.len_utf8(),
    }
}

/// The maximum number of blocks. Each is one of the 10,000 log events that a call may have.
const BLOCKS: usize = 1_000;

/// Prints the rows: one table with a column `#` if all rows have the same names, otherwise the names and values of each
/// row.
pub fn print(rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    if rows.iter().all(|row| row.has_the_names_of(first)) {
        let columns: Vec<&str> = std::iter::once("#").chain(first.names()).collect();
        return log::table(&columns, (1_usize..).zip(rows).map(|(number, row)| cells(number, row)));
    }
    for Row(fields) in rows.iter().take(BLOCKS) {
        log::pairs(fields.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?))));
    }
    if let Some(more) = rows.len().checked_sub(BLOCKS).filter(|more| *more > 0) {
        info!("{more} more rows are in the outputs");
    }
}

fn cells(number: usize, Row(fields): &Row) -> impl Iterator<Item = Option<String>> {
    std::iter::once(Some(number.to_string())).chain(fields.iter().map(|(_, value)| value.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, Option<&str>)]) -> Row {
        Row::new(fields.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))))
    }

    #[test]
    fn a_text_is_cut_by_its_size_in_json() {
        for text in ["a\"b\\c\n\r\t\u{8}\u{c}\0\u{1f} äöü 語 🦀", ""] {
            let whole = serde_json::to_string(text).unwrap().len() - 2;
            let mut kept = text.to_owned();
            assert!(!cut_text(&mut kept, whole));
            assert_eq!(kept, text);
            for room in 0..whole {
                let mut kept = text.to_owned();
                assert!(cut_text(&mut kept, room), "{room}");
                assert!(text.starts_with(&kept) && serde_json::to_string(&kept).unwrap().len() - 2 <= room, "{room}");
            }
        }
    }

    #[test]
    fn a_row_is_an_object_and_null_stays_null() {
        let row = row(&[("Name", Some("web")), ("zone", None), ("empty", Some(""))]);
        assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"Name":"web","zone":null,"empty":""}"#);
    }

    #[test]
    fn columns_of_the_same_name_all_keep_their_values() {
        let row = row(&[("a", Some("1")), ("a", Some("2")), ("a_2", Some("3")), ("A", Some("4")), ("a", None)]);
        assert_eq!(row.names().collect::<Vec<_>>(), ["a", "a_3", "a_2", "A", "a_4"]);
        assert_eq!(serde_json::to_string(&row).unwrap(), r#"{"a":"1","a_3":"2","a_2":"3","A":"4","a_4":null}"#);
    }

    #[test]
    fn rows_that_do_not_fit_are_cut() {
        let long = |count: usize| row(&[("text", Some(&"x".repeat(count)))]);
        let mut fitting = vec![long(400_000), long(400_000)];
        assert!(!cut(&mut fitting));
        assert_eq!(fitting.len(), 2);
        let mut more = vec![long(400_000), long(400_000), long(400_000), long(1)];
        assert!(cut(&mut more));
        assert_eq!(more.len(), 2);
        assert!(serde_json::to_vec(&more).unwrap().len() <= ROOM);
    }

    #[test]
    fn room_is_counted_in_bytes_of_json() {
        // Six bytes for each of them.
        let mut rows = vec![row(&[("text", Some(&"\u{1}".repeat(ROOM / 6)))])];
        assert!(cut(&mut rows));
        assert!(rows.is_empty());
    }

    #[test]
    fn rows_share_a_table_only_when_they_have_the_same_names_in_the_same_order() {
        let first = row(&[("a", Some("1")), ("b", None)]);
        assert!(first.has_the_names_of(&row(&[("a", None), ("b", Some("2"))])));
        assert!(!first.has_the_names_of(&row(&[("b", None), ("a", Some("1"))])));
        assert!(!first.has_the_names_of(&row(&[("a", Some("1"))])));
        let cells: Vec<_> = cells(7, &first).collect();
        assert_eq!(cells, [Some("7".to_owned()), Some("1".to_owned()), None]);
    }
}
