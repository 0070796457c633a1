//! Writes values as lines of YAML, for comments.

use super::{Content, Node, says_nothing};

/// Most lines of a value in a comment.
const MOST: usize = 200;

/// Words of keys whose texts are secrets.
const SECRETS: [&str; 7] = ["password", "passphrase", "secret", "token", "apikey", "credential", "privatekey"];

impl Node {
    /// The value as lines of YAML below its key, without the texts of keys that name secrets.
    pub fn lines(&self, key: &str) -> Vec<String> {
        let mut lines = of_entry(key, self);
        if lines.len() > MOST {
            lines.truncate(MOST);
            lines.push("…".to_owned());
        }
        lines
    }
}

fn names_secret(key: &str) -> bool {
    let letters: String = key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    SECRETS.iter().any(|word| letters.contains(word))
}

fn of_entry(key: &str, node: &Node) -> Vec<String> {
    match &node.content {
        Content::Scalar { text, .. } if names_secret(key) && !text.trim().is_empty() => {
            vec![format!("{key}: (not shown)")]
        }
        Content::Scalar { text, .. } => {
            let text = without_credentials(text.trim_end());
            match text.lines().count() {
                0 | 1 => vec![format!("{key}: {text}").trim_end().to_owned()],
                _ => below(&format!("{key}: |"), text.lines().map(str::to_owned)),
            }
        }
        Content::List(_) | Content::Map(_) => below(&format!("{key}:"), of_value(key, node).into_iter()),
    }
}

fn of_value(key: &str, node: &Node) -> Vec<String> {
    match &node.content {
        Content::Scalar { text, .. } if names_secret(key) && !text.trim().is_empty() => vec!["(not shown)".to_owned()],
        Content::Scalar { text, .. } => without_credentials(text.trim_end()).lines().map(str::to_owned).collect(),
        Content::List(items) => {
            let items = items.iter().filter(|item| !says_nothing(item));
            items.flat_map(|item| item_of(of_value(key, item))).collect()
        }
        Content::Map(entries) => {
            let entries = entries.iter().filter(|(_, value)| !says_nothing(value));
            entries.flat_map(|(key, value)| of_entry(&key.text, value)).collect()
        }
    }
}

fn below(head: &str, lines: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(head.to_owned()).chain(lines.map(|line| format!("  {line}"))).collect()
}

fn item_of(lines: Vec<String>) -> Vec<String> {
    let mark = |(at, line): (usize, String)| if at == 0 { format!("- {line}") } else { format!("  {line}") };
    lines.into_iter().enumerate().map(mark).collect()
}

/// The text without the credentials of each URL in it: user and password, and secrets in the query.
fn without_credentials(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let parts = without_users(text);
    let is_over = |c: char| matches!(c, '&' | '#' | ',' | '"' | '\'') || c.is_whitespace();
    for (at, part) in parts.split_inclusive(['?', '&']).enumerate() {
        match part.split_once('=') {
            Some((name, value)) if at > 0 && names_secret(name) => {
                let rest = value.find(is_over).and_then(|end| value.get(end..)).unwrap_or_default();
                shown.push_str(&format!("{name}=…{rest}"));
            }
            _ => shown.push_str(part),
        }
    }
    shown
}

/// The text without the user and the password of each URL in it.
fn without_users(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = after.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(after.len());
        let host = after.get(..end).and_then(|authority| authority.rfind('@'));
        rest = host.and_then(|at| after.get(at..)).unwrap_or(after);
        if host.is_some() {
            shown.push('…');
        }
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use crate::yaml::load;
    use stepwell_model::source::Source;

    #[test]
    fn a_value_reads_as_it_was_written_without_its_secrets() {
        let text = "onfailure:\n  plugin:\n  - type: Slack\n    configuration:\n      webhook_token: canary\n      text: |\n        one\n        two\n  - type: x\n  urls: https://user:canary@hooks.test/a?n=1&token=canary&m=2,https://b.test/?api_key=canary what?\n  empty: {}\n";
        let node = load(&Source::new("a.yaml", text)).unwrap();
        let expected = "notification:\n  onfailure:\n    plugin:\n      - type: Slack\n        configuration:\n          webhook_token: (not shown)\n          text: |\n            one\n            two\n      - type: x\n    urls: https://…@hooks.test/a?n=1&token=…&m=2,https://b.test/?api_key=… what?";
        assert_eq!(node.lines("notification").join("\n"), expected);
    }
}
