//! The first sentence of AWS's documentation of an operation that is about the operation.

/// The most characters of a summary.
const LONGEST: usize = 160;

/// Elements for what stands beside the description, such as notices about the end of support.
const BOXES: [&str; 2] = ["note", "important"];

/// The first sentence, without HTML. What stands in a box describes the operation only if there is nothing else.
pub(super) fn summary(documentation: &str) -> String {
    let outside = plain(&BOXES.iter().fold(documentation.to_owned(), |html, element| without(&html, element)));
    let text = if outside.is_empty() { plain(documentation) } else { outside };
    let sentence = first_sentence(&text);
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let end = sentence.char_indices().nth(LONGEST - 1).map_or(sentence.len(), |(at, _)| at);
    let cut = sentence.get(..end).unwrap_or(sentence);
    let words = cut.rsplit_once(' ').map_or(cut, |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', ';', ':']))
}

/// The text without the elements of this name.
fn without(html: &str, element: &str) -> String {
    let (opens, closes) = (format!("<{element}>"), format!("</{element}>"));
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(&opens) {
        text.push_str(before);
        text.push(' ');
        rest = after.split_once(&closes).map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    text
}

/// The text between tags, with single spaces. What `<fullname>` holds is a heading.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, behind) = after.split_once('>').unwrap_or((after, ""));
        if tag == "fullname" {
            rest = behind.split_once("</fullname>").map_or("", |(_, behind)| behind);
            continue;
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if matches!(name, "p" | "li" | "ul" | "ol" | "br" | "note" | "important" | "div") {
            text.push(' ');
        }
        rest = behind;
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    let text = text.replace("&nbsp;", " ").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text up to the first full stop before a new word, which is no abbreviation.
fn first_sentence(text: &str) -> &str {
    for (at, _) in text.match_indices(". ") {
        let (sentence, rest) = (text.get(..at).unwrap_or(text), text.get(at + 2..).unwrap_or_default());
        let is_abbreviated = ["e.g", "i.e", "etc", "vs", "Inc", " St", "No"].iter().any(|end| sentence.ends_with(end));
        if !is_abbreviated && rest.starts_with(|first: char| !first.is_lowercase()) {
            return sentence;
        }
    }
    text.strip_suffix('.').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_the_first_sentence_without_html() {
        let html =
            "<fullname>X</fullname><p>Returns <code>a &lt; b</code>\n of items, e.g. Y. Then &amp; more.</p><p>Z</p>";
        assert_eq!(summary(html), "Returns a < b of items, e.g. Y");
        assert_eq!(summary("<p>One.</p><p>Two.</p>"), "One");
        assert_eq!(summary(""), "");
    }

    #[test]
    fn a_notice_beside_the_description_is_no_summary() {
        let html = "<p><important> <p>End of support notice: It ends. See <a href=\"x\">there</a>.</p> </important> \
                    <note> </note> <p>Gets a thing. And more.</p>";
        assert_eq!(summary(html), "Gets a thing");
        assert_eq!(summary("<note><p>Gets a thing. And more.</p></note>"), "Gets a thing");
    }

    #[test]
    fn a_long_summary_ends_at_a_word() {
        let cut = summary(&format!("<p>{}</p>", "äöü word, ".repeat(40)));
        assert!(cut.chars().count() <= LONGEST && cut.ends_with("äöü…"), "{cut}");
    }
}
