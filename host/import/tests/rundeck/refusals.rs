//! Files without jobs, and hostile files.

use stepwell_import::ImportError;
use stepwell_model::NextAction as _;

use super::{fixture, job, read, try_read};

#[test]
fn what_is_no_job_is_refused_at_its_place() {
    for (text, kind, line) in [
        ("a: [", "is neither valid YAML nor valid JSON", 1),
        ("- name: a\n  sequence: {commands: []}\n- b", "is not a Rundeck export", 3),
        ("just text", "is not a Rundeck export", 1),
        ("- description: a\n  sequence: {commands: []}", "an entry that is not a Rundeck job", 1),
        ("\n- name: a", "an entry that is not a Rundeck job", 2),
        ("- name: ' '\n  sequence: {x: y}", "an entry that is not a Rundeck job", 1),
        ("name: a\nsequence: {a: b}\n---\nname: b\nsequence: {a: b}", "holds more than one YAML document", 3),
        ("name: a\nsequence: {a: b}\nname: b", "duplicate key `name`", 3),
        ("? [a]\n: b", "is neither valid YAML nor valid JSON", 1),
        ("a: *nothing", "is neither valid YAML nor valid JSON", 1),
        ("a: &x [*x]", "is neither valid YAML nor valid JSON", 1),
        ("<joblist>\n<job></joblist>", "is not valid XML", 2),
        ("\n<joblist>\n<job><name>a</name></job></joblist>", "an entry that is not a Rundeck job", 3),
        ("<joblist>\n<plan/></joblist>", "is not a Rundeck export", 2),
        ("<html/>", "is not a Rundeck export", 1),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]>\n<joblist><job>&b;</job></joblist>", "is not valid XML", 1),
    ] {
        let error = try_read(text).expect_err(text);
        let told = error.explain();
        assert!(error.to_string().contains(kind), "{text:?}: {told}");
        assert!(told.contains(&format!("jobs.yaml:{line}:")), "{text:?}: {told}");
        assert_eq!(told.lines().count(), 3, "{told}");
    }
}

#[test]
fn a_file_without_a_job_is_empty() {
    for text in ["", " \n\n", "# only a comment\n", "---\n", "---\n...\n", "[]", "\u{feff}"] {
        assert!(matches!(try_read(text), Err(ImportError::Empty { .. })), "{text:?}: {:?}", try_read(text));
    }
    assert!(matches!(try_read("<joblist></joblist>"), Err(ImportError::Empty { .. })));
}

#[test]
fn a_file_that_would_fill_the_memory_is_refused() {
    let bomb: String = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |bomb, level| {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        format!("{bomb}a{level}: &a{level} [{aliases}]\n")
    });
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 64].join(", "));
    let nested_anchors = (0..60).map(|level| format!("&a{level} [")).collect::<String>() + &"x, ".repeat(100_000);
    for text in [bomb, long, format!("{nested_anchors}{}", "]".repeat(60))] {
        assert!(matches!(try_read(&text), Err(ImportError::TooMuch { .. })), "{:?}", try_read(&text));
    }
    let elements = format!("<joblist>{}</joblist>", "<a/>".repeat(250_001));
    assert!(matches!(try_read(&elements), Err(ImportError::TooMuch { .. })));
    let large = format!("a: {}", "x".repeat(4 << 20));
    assert!(matches!(try_read(&large), Err(ImportError::TooLarge { .. })));
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = 1_000_000;
    for text in [
        "[".repeat(deep),
        "{a: ".repeat(deep / 2),
        "- ".repeat(deep),
        "? ".repeat(deep),
        "<a>".repeat(deep / 10) + &"</a>".repeat(deep / 10),
        (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
    ] {
        let error = try_read(&text).expect_err("it has no end");
        assert!(matches!(error, ImportError::TooDeep { .. } | ImportError::Syntax { .. }), "{error:?}");
    }
}

#[test]
fn a_job_of_more_steps_or_options_than_anybody_could_follow_is_refused() {
    let steps = "{exec: a}, ".repeat(501);
    let error = try_read(&format!("name: a\nsequence: {{commands: [{steps}]}}")).expect_err("too many");
    assert!(matches!(error, ImportError::TooMany { what: "steps", .. }), "{error:?}");
    let options = "{name: a}, ".repeat(501);
    let error = try_read(&job(&format!("options: [{options}]"))).expect_err("too many");
    assert!(matches!(error, ImportError::TooMany { what: "options", .. }), "{error:?}");
}

#[test]
fn names_and_texts_can_neither_leave_the_directory_nor_steer_the_terminal() {
    let hostile = "\u{1b}[2J\u{202e}\\r\\n[[steps]]\\n'''\\\"\\\"\\\"";
    let escaped = hostile.replace('\u{1b}', "\\e").replace('\u{202e}', "\\u202e");
    let text = format!(
        "name: \"../../{escaped}\"\ndescription: \"{escaped}\"\nuuid: \"{escaped}\"\noptions: [{{name: \"{escaped}\", description: \"{escaped}\"}}]\n\
         sequence: {{commands: [{{type: \"{escaped}\", configuration: {{\"{escaped}\": \"{escaped}\"}}}}, {{exec: \"{escaped}\"}}]}}"
    );
    let import = read(&text);
    let job = &import.jobs[0];
    assert!(!job.name.as_str().contains(['/', '\\']), "{}", job.name);
    assert!(!job.toml.contains(['\u{1b}', '\u{202e}', '\r']), "{:?}", job.toml);
    assert_eq!(job.toml.parse::<toml::Table>().unwrap()["steps"].as_array().unwrap().len(), 2, "{}", job.toml);
}

#[test]
fn no_part_of_a_file_makes_it_panic() {
    for file in ["fleet.yaml", "every_key.json", "styles/fleet.xml"] {
        let text = fixture(file);
        for (end, _) in text.char_indices().step_by(5) {
            drop(try_read(&text[..end]));
        }
    }
}

#[test]
fn what_can_be_read_can_be_written_whatever_was_changed_in_it() {
    // A Lehmer generator makes the same changes in every run.
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state * 48_271 % 2_147_483_647;
        usize::try_from(state).unwrap() % below
    };
    let pieces = [
        "\n", " ", "'", "\"", "${", "}", "@", "*", "&a ", "*a", "[", "]", "{", "}", ":", "- ", "|", "\\", "ä", "\t",
        "#", "!", "null", "'''",
    ];
    let text = fixture("fleet.yaml");
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut read_ones = 0;
    for _ in 0..2_000 {
        let mut changed = text.clone();
        for _ in 0..=next(2) {
            let at = places[next(places.len())];
            let at = (0..=at.min(changed.len())).rev().find(|at| changed.is_char_boundary(*at)).unwrap();
            changed.insert_str(at, pieces[next(pieces.len())]);
        }
        let Ok(import) = try_read(&changed) else { continue };
        read_ones += 1;
        for job in import.jobs {
            assert!(job.toml.parse::<toml::Table>().is_ok(), "{changed}\n\n{}", job.toml);
        }
    }
    assert!(read_ones > 500, "{read_ones}");
}
