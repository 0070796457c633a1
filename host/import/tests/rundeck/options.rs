//! The options of a job.

use super::{at, job, only};

fn option(keys: &str) -> (toml::Table, Vec<String>) {
    only(&job(&format!("options: [{{name: x, {keys}}}]")))
}

#[test]
fn keys_of_an_option_become_keys_of_an_option() {
    for (keys, key, expected) in [
        ("value: 5", "default", Some("\"5\"")),
        ("value: ''", "default", None),
        ("required: true", "required", Some("true")),
        ("required: true, value: a", "required", None),
        ("required: true, value: a", "default", Some("\"a\"")),
        ("values: [a, b], enforced: true", "values", Some("[\"a\", \"b\"]")),
        ("values: [a, b]", "values", None),
        ("regex: 'i-[0-9]+'", "pattern", Some("\"i-[0-9]+\"")),
        ("regex: '(?<!x)y'", "pattern", Some("\"(?<!x)y\"")),
        ("regex: 'a+', enforced: true, values: [b]", "pattern", None),
        ("required: true, value: a", "pattern", Some("\"(?s).+\"")),
        ("required: true, value: a, values: [a], enforced: true", "pattern", None),
        ("values: a, enforced: true", "values", Some("[\"a\"]")),
        ("enforced: true, valuesUrl: 'http://x'", "values_from", Some("\"http://x\"")),
        ("multivalued: true, multivalueAllSelected: true, values: [a, b]", "default", Some("[\"a\", \"b\"]")),
        ("multivalued: true, multivalueAllSelected: true, values: [a, b], required: true", "required", None),
        ("multivalued: true, multivalueAllSelected: true, values: [a, b], value: b", "default", Some("[\"b\"]")),
        ("multivalued: true, multivalueAllSelected: false, values: [a, b]", "default", None),
        ("multivalueAllSelected: true, values: [a, b]", "default", None),
        ("multivalued: true, multivalueAllSelected: true, valuesUrl: 'http://x'", "required", Some("true")),
        ("minimum: 3", "rundeck_minimum", Some("\"?\"")),
        ("default: 3", "default", None),
        ("multivalued: true", "multiple", Some("true")),
        ("multivalued: true, delimiter: ';'", "delimiter", Some("\";\"")),
        ("multivalued: true, value: 'a,b'", "default", Some("[\"a\", \"b\"]")),
        ("secure: true", "secret", Some("true")),
        ("secure: true, value: a", "default", None),
        ("secure: true, storagePath: keys/a/b", "key", Some("\"keys/a/b\"")),
        ("secure: true, storagePath: 'keys/a b'", "key", None),
        ("isDate: true, dateFormat: YYYY-MM-DD", "type", Some("\"date\"")),
        ("isDate: true, dateFormat: 'YYYY-MM-DDTHH:mm:ssZ'", "type", Some("\"datetime\"")),
        ("isDate: true, dateFormat: 'YYYY-MM-DDTHH:mm:ssZ', value: noon", "default", None),
        ("isDate: true, dateFormat: 'YYYY-MM-DDTHH:mm:ssZ', value: noon", "required", Some("true")),
        ("isDate: true, dateFormat: 'MM/DD/YYYY hh:mm a'", "type", None),
        ("isDate: true, dateFormat: MM/DD/YYYY", "pattern", Some("\"[0-9]{2}/[0-9]{2}/[0-9]{4}\"")),
        ("isDate: true, dateFormat: MM/DD/YYYY, value: 01/31/2026", "default", Some("\"01/31/2026\"")),
        ("isDate: true, dateFormat: MM/DD/YYYY, value: 2026-01-31", "pattern", None),
        ("value: '${DATE:yyyy}'", "default", None),
        ("value: '${DATE-7:yyyy-MM-dd}'", "required", Some("true")),
        ("label: Name, description: What it is", "description", Some("\"Name: What it is\"")),
        ("label: Name", "description", Some("\"Name\"")),
    ] {
        let (table, _) = option(keys);
        assert_eq!(at(&table, &format!("options.x.{key}")).as_deref(), expected, "{keys}");
    }
}

#[test]
fn what_an_option_does_not_have_is_told() {
    for (keys, words) in [
        ("required: true, value: a", "is not required"),
        ("values: [a, b]", "the suggested values `a`, `b` are not imported"),
        ("enforced: true", "Rundeck accepts every value too"),
        ("enforced: true, valuesUrl: http://x", "accepts only values that Rundeck loads"),
        ("minimum: 3", "`minimum` of the option is unknown"),
        ("regex: '(?<!x)y'", "only Java's"),
        ("valuesUrl: http://x", "`options.1.valuesUrl` is not imported"),
        ("type: file", "cannot upload a file"),
        ("secure: true, value: a", "the default of a secret is not imported"),
        ("secure: true, multivalued: true", "`options.1.multivalued` (true) is not imported"),
        ("secure: true, storagePath: 'keys/a b'", "not a valid key path"),
        ("isDate: true", "stays text in the format `MM/DD/YYYY hh:mm a`"),
        (
            "isDate: true, dateFormat: YYYY-MM-DD, value: 01/31/2026",
            "`01/31/2026` is not imported, because it is not written as 2026-01-31",
        ),
        ("value: '${DATE:yyyy}'", "a default cannot be an expression"),
        ("multivalueAllSelected: true", "only when the option has several values and no default"),
        ("hidden: true", "`options.1.hidden` (true) is not imported"),
        ("sortIndex: 3", "`options.1.sortIndex` is not imported"),
    ] {
        let (_, notes) = option(keys);
        assert!(notes.iter().any(|note| note.contains(words)), "{keys}: {notes:#?}");
    }
}

#[test]
fn names_that_become_the_same_are_kept_apart_and_references_follow() {
    let steps = "{type: x, configuration: {a: '${option.a-b} ${option.a_b} ${option.A.B}'}}";
    let (table, notes) = only(&job(&format!(
        "options: [{{name: a-b, value: 1}}, {{name: a_b, value: 2}}, {{name: A.B, value: 3}}]\nsequence: {{commands: [{steps}]}}"
    )));
    assert_eq!(at(&table, "options.a_b.default").as_deref(), Some("\"1\""));
    assert_eq!(at(&table, "options.a_b_2.default").as_deref(), Some("\"2\""));
    let expected = "\"${options.a_b} ${options.a_b_2} ${options.a_b_3}\"";
    assert_eq!(at(&table, "steps.0.with.a").as_deref(), Some(expected));
    assert!(notes.iter().any(|note| note.contains("the option `a_b` is renamed to `a_b_2`")), "{notes:?}");
}
