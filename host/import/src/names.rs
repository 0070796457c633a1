//! Valid names for options, steps, plugins and jobs, made from Rundeck's names.

use std::collections::HashMap;

/// Characters of an identifier: fewer than the model allows, to leave room for a number that makes it unique.
const LONGEST: usize = 56;

/// Characters of an identifier that is made from a description.
const LONGEST_SENTENCE: usize = 32;

/// Makes an identifier: `instanceId`, `Instance ID` and `instance-id` become `instance_id`.
pub fn identifier(text: &str, fallback: &str) -> String {
    let name = snake_case(text);
    let name = if name.is_empty() { fallback.to_owned() } else { name };
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) { format!("{fallback}_{name}") } else { name };
    name.chars().take(LONGEST).collect::<String>().trim_end_matches('_').to_owned()
}

/// Makes an identifier of a text that is short enough for a name.
pub fn short_identifier(text: &str) -> Option<String> {
    let name = snake_case(text);
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= LONGEST_SENTENCE;
    is_name.then_some(name)
}

/// Makes a plugin name of a Rundeck step type.
pub fn plugin_name(text: &str) -> String {
    identifier(text, "plugin").replace('_', "-")
}

/// Makes a job name of a title. The name is a file name too: in lower case, two names differ on every file system.
pub fn job_name(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') { c.to_ascii_lowercase() } else { '-' };
    let name = squeeze(&text.chars().map(keep).collect::<String>(), '-');
    let name = name.trim_matches(['-', '.']);
    let name: String = name.chars().take(100).collect();
    if name.is_empty() { "job".to_owned() } else { name }
}

fn snake_case(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut name = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let starts_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                let after = letters.get(at + 1);
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        if starts_word {
            name.push('_');
        }
        name.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
    }
    squeeze(&name, '_').trim_matches('_').to_owned()
}

/// Replaces every run of `letter` by one.
fn squeeze(text: &str, letter: char) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for c in text.chars() {
        if c != letter || !squeezed.ends_with(letter) {
            squeezed.push(c);
        }
    }
    squeezed
}

/// The names that are taken.
#[derive(Debug, Default)]
pub struct Taken(HashMap<String, usize>);

impl Taken {
    /// Takes a free name: the given one, or the given one with the next free number.
    pub fn unique(&mut self, name: &str, separator: char) -> String {
        if !self.is_taken(name) {
            self.0.insert(name.to_owned(), 1);
            return name.to_owned();
        }
        loop {
            let count = self.0.entry(name.to_owned()).or_insert(1);
            *count += 1;
            let numbered = format!("{name}{separator}{count}");
            if !self.0.contains_key(&numbered) {
                self.0.insert(numbered.clone(), 1);
                return numbered;
            }
        }
    }

    /// Whether a name is taken.
    pub fn is_taken(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Takes a name without giving it.
    pub fn reserve(&mut self, name: &str) {
        self.0.insert(name.to_owned(), 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_read_like_the_names_that_they_were() {
        for (text, name) in [
            ("instanceId", "instance_id"),
            ("Instance ID", "instance_id"),
            ("cluster-name", "cluster_name"),
            ("S3Uri", "s3_uri"),
            ("IAMRole", "iam_role"),
            ("ec2Start", "ec2_start"),
            ("__a--b__", "a_b"),
            ("2nd", "option_2nd"),
            ("größe", "gr_e"),
            ("✅", "option"),
            ("", "option"),
        ] {
            assert_eq!(identifier(text, "option"), name, "{text}");
        }
        assert_eq!(identifier(&"a".repeat(200), "option").len(), LONGEST);
    }

    #[test]
    fn job_names_are_names_of_files() {
        for (text, name) in [
            ("restart-web", "restart-web"),
            ("AWS - Change EC2 Instance Size", "aws-change-ec2-instance-size"),
            ("../../etc/passwd", "etc-passwd"),
            ("v1.2", "v1.2"),
            ("✅", "job"),
        ] {
            assert_eq!(job_name(text), name, "{text}");
        }
        assert!(job_name(&"a ".repeat(500)).parse::<stepwell_model::id::JobName>().is_ok());
    }

    #[test]
    fn names_that_are_taken_get_a_number() {
        let mut taken = Taken::default();
        let names: Vec<_> = ["a", "a_2", "a", "a", "b"].iter().map(|name| taken.unique(name, '_')).collect();
        assert_eq!(names, ["a", "a_2", "a_3", "a_4", "b"]);
    }
}
