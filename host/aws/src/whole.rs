//! Rejects truncated responses. The SDK accepts truncated XML: a truncated list would be a shorter list, and a plugin would
//! take the missing items as deleted. Truncated JSON fails to parse by itself.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use xmlparser::{ElementEnd, Token, Tokenizer};

/// A response that lacks its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the response is truncated")]
pub(crate) struct Truncated;

/// Checks that an XML response closes its root element. An empty response and one whose bytes are not in memory, such as
/// the content of an object, pass.
pub(crate) fn check(answer: &HttpResponse) -> Result<(), Truncated> {
    let bytes = answer.body().bytes().unwrap_or_default();
    let document = std::str::from_utf8(bytes).unwrap_or_default().trim();
    if document.starts_with('<') && !is_whole(document) { Err(Truncated) } else { Ok(()) }
}

fn is_whole(document: &str) -> bool {
    let mut root = "";
    for token in Tokenizer::from(document) {
        match token {
            Ok(Token::ElementStart { span, .. }) => root = span.as_str().trim_start_matches('<'),
            Ok(Token::ElementEnd { end: ElementEnd::Empty, span }) => return span.end() == document.len(),
            Ok(Token::ElementEnd { .. }) => {
                let end = document.strip_suffix('>').map(str::trim_end).and_then(|end| end.strip_suffix(root));
                return end.is_some_and(|end| end.ends_with("</"));
            }
            Ok(_) => {}
            Err(_) => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_whole_when_its_root_is_closed() {
        for whole in
            ["<a><b>1</b></a>", "<a/>", "<a x=\"/>\"/>", "<?xml version=\"1.0\"?>\n<x:a>1</x:a >", "<!-- - --><a></a>"]
        {
            assert!(is_whole(whole), "{whole}");
        }
    }

    #[test]
    fn wherever_it_is_cut_a_document_breaks_off() {
        let whole = "<?xml version=\"1.0\"?><a x=\"1\"><b>one</b><b>two</b><c/></a>";
        let cut: Vec<_> = (1..whole.len()).filter_map(|end| whole.get(..end)).filter(|cut| is_whole(cut)).collect();
        assert_eq!(cut, Vec::<&str>::new());
    }

    #[test]
    fn only_xml_has_to_have_an_end() {
        for body in ["", "{\"a\":1", "plain <a>", "\u{0}\u{1}"] {
            assert_eq!(check(&HttpResponse::new(200.try_into().unwrap(), body.into())), Ok(()), "{body}");
        }
        let cut = HttpResponse::new(200.try_into().unwrap(), " <a><b>".into());
        assert_eq!(check(&cut), Err(Truncated));
    }
}
