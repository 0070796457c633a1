//! Escaping of text for the cells of a Markdown table.

/// Text as in doc comments: code between backticks stays code, everything else is escaped.
pub(super) fn text(text: &str) -> String {
    let (mut escaped, mut rest) = (String::new(), text);
    while let Some((before, (within, after))) =
        rest.split_once('`').and_then(|(before, rest)| Some((before, rest.split_once('`')?)))
    {
        plain(before, &mut escaped);
        escaped.push_str(&code(within));
        rest = after;
    }
    plain(rest, &mut escaped);
    escaped
}

fn plain(text: &str, escaped: &mut String) {
    for c in text.chars() {
        escaped.extend("\\`*_<[]~|".contains(c).then_some('\\'));
        escaped.push(c);
    }
}

/// Inline code, which may hold backticks.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{}{space}{fence}", text.replace('|', "\\|"))
}

/// A table.
pub(super) fn table<const N: usize>(columns: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut table = line(&columns.map(str::to_owned)) + &line(&columns.map(|_| "---".to_owned()));
    table.extend(rows.map(|cells| line(&cells)));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_code_stays_code() {
        for (given, written) in [
            ("Wait until it is `running`.", "Wait until it is `running`."),
            ("`a|b` or a|b", "`a\\|b` or a\\|b"),
            ("*.log and <name>_[x]", "\\*.log and \\<name>\\_\\[x\\]"),
            ("`*_<` and ` alone", "`*_<` and \\` alone"),
            ("", ""),
        ] {
            assert_eq!(text(given), written);
        }
    }

    #[test]
    fn code_can_hold_backticks() {
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
    }
}
