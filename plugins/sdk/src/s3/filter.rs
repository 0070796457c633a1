//! The properties `exclude` and `include` of a job: the files that a step processes.

use std::borrow::Cow;

use glob::Pattern;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::Failure;

/// One glob or a list of them: the value of `include` and `exclude` in a job.
///
/// They match as in the AWS CLI: `*` any text including `/`, `?` one character, `[seq]` one of these characters and
/// `[!seq]` one other character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Globs(Vec<Pattern>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for Globs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let globs = match OneOrMany::deserialize(deserializer)? {
            OneOrMany::One(glob) => vec![glob],
            OneOrMany::Many(globs) => globs,
        };
        globs
            .iter()
            .map(|glob| Pattern::new(&exact(glob)))
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(de::Error::custom)
    }
}

/// The glob in the syntax of the crate `glob`, to which `**` has another meaning, and which refuses a `[` without `]`.
/// Here such a `[` matches itself.
fn exact(glob: &str) -> String {
    let mut exact = String::with_capacity(glob.len());
    let mut rest = glob;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '*' => {
                exact.push('*');
                rest.len() - rest.trim_start_matches('*').len()
            }
            '[' => {
                let length = class(rest);
                exact.push_str(length.and_then(|length| rest.get(..length)).unwrap_or("[[]"));
                length.unwrap_or(1)
            }
            _ => {
                exact.push(first);
                first.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    exact
}

/// The length of the `[seq]` at the beginning of a text, if it ends. A `]` as the first character belongs to the
/// sequence.
fn class(text: &str) -> Option<usize> {
    let sequence = text.strip_prefix('[')?;
    let sequence = sequence.strip_prefix('!').unwrap_or(sequence);
    let first = sequence.chars().next()?.len_utf8();
    let end = sequence.get(first..)?.find(']')?;
    Some(text.len() - sequence.len() + first + end + 1)
}

impl Globs {
    fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|glob| glob.matches(name))
    }

    /// Whether one of them certainly matches every name with this beginning.
    fn cover(&self, beginning: &str) -> bool {
        self.0.iter().any(|glob| glob.as_str().ends_with('*') && glob.matches(beginning))
    }

    /// Whether one of them may match a name with this beginning.
    fn reach(&self, beginning: &str) -> bool {
        let mut literals = self.0.iter().filter_map(|glob| glob.as_str().split(['*', '?', '[']).next());
        literals.any(|literal| literal.starts_with(beginning) || beginning.starts_with(literal))
    }
}

impl JsonSchema for Globs {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Globs".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let glob = json_schema!({ "type": "string", "minLength": 1 });
        json_schema!({ "anyOf": [glob, { "type": "array", "items": glob, "minItems": 1 }] })
    }
}

/// The files that a step processes: all except those that match `exclude`, unless they match `include`.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    exclude: Globs,
    include: Globs,
}

impl Filter {
    /// Makes a filter. The globs match names relative to the source, or to the directory of a single file.
    ///
    /// # Errors
    ///
    /// An `include` without `exclude`: its author means to process only these files, but the step would process or
    /// remove all.
    pub fn new(exclude: Option<Globs>, include: Option<Globs>) -> Result<Self, Failure> {
        if include.is_some() && exclude.is_none() {
            return Err(Failure::configuration_invalid(
                "`include` takes back files that `exclude` leaves out, and there is no `exclude`; to process only \
                 these files, add exclude = \"*\"",
            ));
        }
        Ok(Self { exclude: exclude.unwrap_or_default(), include: include.unwrap_or_default() })
    }

    /// Whether the step processes this file.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        !self.exclude.matches(name) || self.include.matches(name)
    }

    /// Whether the step may process a file whose name has this beginning.
    pub(super) fn reaches(&self, beginning: &str) -> bool {
        !self.exclude.cover(beginning) || self.include.reach(beginning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(json: &str) -> Globs {
        serde_json::from_str(json).unwrap()
    }

    fn matches(glob: &str, name: &str) -> bool {
        globs(&serde_json::to_string(glob).unwrap()).matches(name)
    }

    /// Every line was tried with Python's `fnmatch.fnmatchcase`.
    #[test]
    fn globs_match_as_pythons_fnmatch_does() {
        for (glob, name, expected) in [
            ("*.js", "a.js", true),
            ("*.js", "lib/deep/a.js", true),
            ("*.js", "a.js.map", false),
            ("lib/*", "lib/deep/a.js", true),
            ("lib/*", "src/lib/a.js", false),
            ("**/a.js", "deep/er/a.js", true),
            ("**/a.js", "a.js", false),
            ("a**b", "a/x/b", true),
            ("***", "", true),
            ("?.txt", "a.txt", true),
            ("?.txt", "ä.txt", true),
            ("a?b", "a/b", true),
            ("?.txt", "ab.txt", false),
            ("[ab].txt", "b.txt", true),
            ("[!ab].txt", "b.txt", false),
            ("[!ab].txt", "/.txt", true),
            ("[a-c]x", "bx", true),
            ("[]x]y", "]y", true),
            ("[!]]y", "xy", true),
            ("[!]]y", "]y", false),
            ("[^a]", "^", true),
            ("[^a]", "b", false),
            ("[**]", "*", true),
            ("[**]", "x", false),
            ("a[b", "a[b", true),
            ("a[", "a[", true),
            ("[!", "[!", true),
            ("[]", "[]", true),
            ("*.JS", "a.js", false),
            (".*", ".git/config", true),
            ("*", ".hidden", true),
            ("a\\*", "a\\bc", true),
            ("{a,b}", "a", false),
        ] {
            assert_eq!(matches(glob, name), expected, "{glob} and {name}");
        }
    }

    #[test]
    fn an_excluded_file_can_be_included_again() {
        let filter = Filter::new(Some(globs(r#"["*", "!"]"#)), Some(globs(r#"["*.js", "img/*"]"#))).unwrap();
        assert!(filter.takes("a.js") && filter.takes("img/x.png"));
        assert!(!filter.takes("a.css"));
        let without_tests = Filter::new(Some(globs(r#""*_test.js""#)), None).unwrap();
        assert!(without_tests.takes("a.js") && !without_tests.takes("a_test.js"));
    }

    #[test]
    fn whether_a_filter_may_take_a_file_below_a_directory_is_known_without_a_list() {
        for (exclude, include, directory, expected) in [
            ("*", None, "app/", false),
            ("app/*", None, "app/", false),
            ("app*", None, "app/", false),
            ("a[*]*", None, "a*/", false),
            ("app/*", None, "apps/", true),
            ("app", None, "app/", true),
            ("app/", None, "app/", true),
            ("*.js", None, "app/", true),
            ("a[*", None, "a/", true),
            ("*", Some("*.js"), "app/", true),
            ("*", Some("app/lib/*.js"), "app/", true),
            ("*", Some("app*.js"), "app/lib/", true),
            ("*", Some("[ab]pp/*"), "app/", true),
            ("*", Some("lib/*.js"), "app/", false),
        ] {
            let include = include.map(|glob| globs(&format!("{glob:?}")));
            let filter = Filter::new(Some(globs(&format!("{exclude:?}"))), include.clone()).unwrap();
            assert_eq!(filter.reaches(directory), expected, "{exclude} {include:?} {directory}");
        }
        assert!(Filter::default().reaches("app/"));
    }

    #[test]
    fn a_filter_without_globs_takes_everything() {
        assert!(Filter::default().takes("x"));
    }

    #[test]
    fn an_include_that_would_change_nothing_never_becomes_everything() {
        let failure = Filter::new(None, Some(globs(r#""*.tmp""#))).unwrap_err();
        assert_eq!(failure.code, "ConfigurationInvalid");
        assert!(failure.message.ends_with("add exclude = \"*\""), "{failure}");
    }

    #[test]
    fn a_glob_with_many_stars_is_fast() {
        let glob = format!("{}b", "*a".repeat(40));
        assert!(!matches(&glob, &"a".repeat(1_000)));
    }
}
