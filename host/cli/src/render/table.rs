//! Tables: aligned columns, with a rule under the heads.

use console::{measure_text_width, truncate_str};

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

/// The least width of a column of a fitted table.
const NARROWEST: usize = 12;

/// Columns between two cells.
const GAP: usize = 2;

/// A table whose lines fit into this many columns: `…` stands for the end of a cell that is cut. The first column stays
/// whole. Without a width, so does everything.
pub fn fitted(columns: &[String], rows: &[Vec<Option<String>>], width: Option<usize>) -> String {
    let Some(most) = width else { return table(columns, rows) };
    let widest = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)?.as_deref()).chain(columns.get(at).map(String::as_str));
        cells.map(measure_text_width).max().unwrap_or(0)
    };
    let mut widths: Vec<_> = (0..columns.len()).map(widest).collect();
    shrink(&mut widths, most);
    let fit = |text: &String, width: &usize| truncate_str(text, *width, "…").into_owned();
    let heads: Vec<_> = columns.iter().zip(&widths).map(|(head, width)| fit(head, width)).collect();
    let row = |row: &Vec<Option<String>>| {
        row.iter().zip(&widths).map(|(cell, width)| cell.as_ref().map(|text| fit(text, width))).collect()
    };
    table(&heads, &rows.iter().map(row).collect::<Vec<_>>())
}

/// Takes from the widest column, which is not the first, until a line fits or none can give more.
fn shrink(widths: &mut [usize], most: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > most {
        let widest = widths.iter_mut().skip(1).filter(|width| **width > NARROWEST).max();
        match widest {
            Some(width) => *width -= 1,
            None => return,
        }
    }
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
    format!("{}\n", padded.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end())
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
    fn a_fitted_table_is_no_wider_than_the_terminal_and_keeps_its_first_column() {
        let cell = |text: &str| Some(text.to_owned());
        let heads = ["name", "class", "what it does"].map(str::to_owned);
        let rows = [vec![cell("UpdateContinuousBackups"), cell("reads"), cell(&"größer ".repeat(40))]];
        for width in [50, 80, 132] {
            let shown = fitted(&heads, &rows, Some(width));
            assert!(shown.lines().all(|line| measure_text_width(line) <= width), "{shown}");
            assert!(shown.contains("UpdateContinuousBackups  reads") && shown.contains('…'), "{shown}");
        }
        assert_eq!(fitted(&heads, &rows, None), table(&heads, &rows));
        // There is no room for the first column, which is not cut all the same.
        assert!(fitted(&heads, &rows, Some(10)).contains("UpdateContinuousBackups"));
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
