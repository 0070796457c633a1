//! Tables: aligned columns, with a rule under the heads.

use console::measure_text_width;

use super::words::printable;

/// The text of a cell without a value. It differs from empty text.
const NO_VALUE: &str = "∅";

/// The most that a column is padded to: one long cell must not make every line as long.
const WIDEST: usize = 64;

/// A table of these columns and rows, each line ended.
pub fn table(columns: &[String], rows: &[Vec<Option<String>>]) -> String {
    let cell = |text: Option<&String>| text.map_or_else(|| NO_VALUE.to_owned(), |text| printable(text).into_owned());
    let heads: Vec<_> = columns.iter().map(|head| printable(head).into_owned()).collect();
    let mut lines = vec![heads];
    lines.extend(rows.iter().map(|row| row.iter().map(|text| cell(text.as_ref())).collect()));
    // Plugins can give rows of any length, so no row is indexed by column.
    let mut widths = Vec::new();
    for line in &lines {
        widths.resize(widths.len().max(line.len()), 0);
        for (width, text) in widths.iter_mut().zip(line) {
            *width = measure_text_width(text).min(WIDEST).max(*width);
        }
    }
    lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect());
    lines.iter().map(|line| align(line, &widths)).collect()
}

/// Names and values, the values aligned, each line ended.
pub fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>, indent: &str) -> String {
    let pairs: Vec<_> = pairs.into_iter().collect();
    let width = pairs.iter().map(|(name, _)| measure_text_width(name).min(WIDEST)).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| {
        let gap = " ".repeat(width.saturating_sub(measure_text_width(name)) + 2);
        format!("{indent}{}{gap}{value}\n", printable(name))
    };
    pairs.iter().map(line).collect()
}

fn align(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(text, width)| {
        let gap = width.saturating_sub(measure_text_width(text));
        format!("{text}{}", " ".repeat(gap))
    });
    format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_a_missing_cell_is_not_empty() {
        let cell = |text: &str| Some(text.to_owned());
        let rows = [vec![cell("i-1"), cell("größe")], vec![cell("i-22"), None], vec![cell("i-3")]];
        let shown = table(&["id".to_owned(), "state".to_owned()], &rows);
        assert_eq!(shown, "id    state\n----  -----\ni-1   größe\ni-22  ∅\ni-3\n");
    }

    #[test]
    fn a_table_stays_in_proportion_to_its_cells() {
        let long = Some("x".repeat(100_000));
        let mut rows = vec![vec![long; 10]];
        rows.extend(vec![vec![Some(String::new()), Some("y".to_owned())]; 10_000]);
        rows.push(vec![None; 100_000]);
        assert!(table(&["a".to_owned()], &rows).len() < 3_000_000);
    }
}
