//! Aligned columns, a rule under the heads.

use console::measure_text_width;

use super::words::printable;

/// What stands for a cell that has no value, so that it is not mistaken for empty text.
const NO_VALUE: &str = "∅";

/// A table of these columns and rows, each line ended.
pub fn table(columns: &[String], rows: &[Vec<Option<String>>]) -> String {
    let cell = |text: Option<&String>| text.map_or_else(|| NO_VALUE.to_owned(), |text| printable(text).into_owned());
    let heads: Vec<_> = columns.iter().map(|head| printable(head).into_owned()).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0).max(heads.len());
    let mut lines = vec![pad_to(heads, count)];
    lines.extend(rows.iter().map(|row| pad_to(row.iter().map(|text| cell(text.as_ref())).collect(), count)));
    let widths: Vec<_> = (0..count)
        .map(|column| {
            lines.iter().filter_map(|line| line.get(column)).map(|text| measure_text_width(text)).max().unwrap_or(0)
        })
        .collect();
    lines.insert(1, widths.iter().map(|width| "-".repeat(*width)).collect());
    lines.iter().map(|line| align(line, &widths)).collect()
}

/// Names and values, the values aligned, each line ended.
pub fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>, indent: &str) -> String {
    let pairs: Vec<_> = pairs.into_iter().collect();
    let width = pairs.iter().map(|(name, _)| measure_text_width(name)).max().unwrap_or(0);
    let line = |(name, value): &(&str, String)| {
        let gap = " ".repeat(width - measure_text_width(name) + 2);
        format!("{indent}{}{gap}{value}\n", printable(name))
    };
    pairs.iter().map(line).collect()
}

fn pad_to(mut cells: Vec<String>, count: usize) -> Vec<String> {
    cells.resize(count.max(cells.len()), String::new());
    cells
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
}
