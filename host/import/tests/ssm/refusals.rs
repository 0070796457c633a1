//! Files that are no Automation documents, and hostile files.

use stepwell_import::SsmError;
use stepwell_model::NextAction as _;

use super::try_read;

/// A document with these steps.
fn document(steps: &str) -> String {
    format!("schemaVersion: '0.3'\nmainSteps:\n{steps}")
}

const LOOK: &str = "action: aws:executeAwsApi, inputs: {Service: sns, Api: ListTopics}";

#[test]
fn what_is_no_automation_document_is_refused_at_its_place() {
    for (text, what, line) in [
        ("a: [".to_owned(), "is neither valid YAML nor valid JSON", 1),
        ("- a".to_owned(), "is not an Automation document", 1),
        ("description: a".to_owned(), "is not an Automation document", 1),
        ("name: a\nsequence: {commands: []}".to_owned(), "is not an Automation document", 1),
        ("description: a\nschemaVersion: '2.2'\nmainSteps: [{}]".to_owned(), "has the schema version `2.2`", 2),
        ("schemaVersion: 0.3".to_owned(), "has no steps", 1),
        ("schemaVersion: 0.3\nmainSteps: []".to_owned(), "has no steps", 1),
        ("schemaVersion: 0.3\nmainSteps: {a: b}".to_owned(), "has no steps", 2),
        (document("- action: aws:sleep"), "has a step without `name`", 3),
        (document("- name: a"), "has a step without `action`", 3),
        (document("- a"), "has a step without `name`", 3),
        (document(&format!("- {{name: a, {LOOK}}}\n- {{name: a, {LOOK}}}")), "two steps are called `a`", 4),
        (document(&format!("- {{name: a, nextStep: c, {LOOK}}}")), "step `a` leads to the unknown step `c`", 3),
        (document(&format!("- {{name: a, onFailure: 'step:c', {LOOK}}}")), "leads to the unknown step `c`", 3),
        (document("- {name: a, action: aws:branch, inputs: {Choices: [{NextStep: c}]}}"), "unknown step `c`", 3),
        (document("- {name: a, action: aws:branch, inputs: {Choices: [{}, {x: y}]}}"), "a step without `NextStep`", 3),
        (
            document(&format!("- {{name: a, {LOOK}}}\n- {{name: b, {LOOK}}}\n- {{name: c, nextStep: b, {LOOK}}}")),
            "the steps `b`, `c` follow each other without an end",
            5,
        ),
        ("schemaVersion: 0.3\n---\nschemaVersion: 0.3".to_owned(), "holds more than one YAML document", 2),
        ("schemaVersion: 0.3\nschemaVersion: 0.3".to_owned(), "duplicate key `schemaVersion`", 2),
    ] {
        let error = try_read(&text).expect_err(&text);
        let told = error.explain();
        assert!(error.to_string().contains(what), "{text:?}: {told}");
        assert!(told.contains(&format!("document.yaml:{line}:")), "{text:?}: {told}");
        assert_eq!(told.lines().count(), 3, "{told}");
    }
}

#[test]
fn a_file_that_is_empty_or_too_large_is_refused() {
    for text in ["", "# only a comment", "<xml/>"] {
        let told = try_read(text).expect_err(text).explain();
        assert!(told.contains("aws ssm get-document"), "{told}");
    }
    let large = format!("schemaVersion: {}", "x".repeat(4 << 20));
    assert!(try_read(&large).expect_err("too large").explain().contains("split the document"));
    let bomb: String = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |bomb, level| {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        format!("{bomb}a{level}: &a{level} [{aliases}]\n")
    });
    assert!(matches!(try_read(&bomb), Err(SsmError::File(_))));
    let many = document(&(0..501).map(|number| format!("- {{name: a{number}, {LOOK}}}\n")).collect::<String>());
    assert!(try_read(&many).expect_err("too many").to_string().contains("too many steps"));
}

#[test]
fn the_longest_documents_are_read_in_no_time() {
    let choices: String =
        (0..400).map(|number| format!("{{Variable: x{number}, StringEquals: y, NextStep: a{number}}}, ")).collect();
    let branch = format!("- {{name: choose, action: aws:branch, inputs: {{Choices: [{choices}]}}}}\n");
    let steps: String = (0..400).map(|number| format!("- {{name: a{number}, {LOOK}}}\n")).collect();
    let import = try_read(&document(&format!("{branch}{steps}"))).expect("it is one");
    let job = &import.jobs[0].toml;
    let longest = job.lines().filter(|line| line.starts_with("when = ")).map(str::len).max();
    assert!(longest.is_some_and(|longest| longest < 4_096), "{longest:?}");
}

#[test]
fn a_maze_of_branches_is_read_in_no_time() {
    let branch = |number: usize| {
        let choice = |step: usize| {
            format!("{{Variable: x{step}, StringEquals: y, NextStep: a{}}}", (number + step * 7 + 1).min(499))
        };
        format!(
            "- {{name: a{number}, action: aws:branch, inputs: {{Choices: [{}]}}}}\n",
            (0..2).map(choice).collect::<Vec<_>>().join(", ")
        )
    };
    let steps: String = (0..499).map(branch).collect();
    let import = try_read(&document(&format!("{steps}- {{name: a499, {LOOK}}}"))).expect("it is one");
    assert_eq!(import.jobs[0].toml.matches("[[steps]]").count(), 1);
    let choices = "{Variable: x, StringEquals: y, NextStep: a}, ".repeat(3_000);
    let choices =
        choices.split_inclusive(", ").enumerate().map(|(number, choice)| choice.replace('y', &format!("y{number}")));
    let wide = format!("- {{name: a, action: aws:branch, inputs: {{Choices: [{}]}}}}\n", choices.collect::<String>());
    assert!(try_read(&document(&wide)).expect_err("too many").to_string().contains("too many choices"));
    let deep = "{Not: ".repeat(40) + "{Variable: x, StringEquals: y}" + &"}".repeat(40);
    let deep = format!(
        "- {{name: a, action: aws:branch, inputs: {{Choices: [{{NextStep: b, And: [{deep}]}}]}}}}\n- {{name: b, {LOOK}}}"
    );
    let import = try_read(&document(&deep)).expect("it is one");
    assert!(import.notes.iter().any(|note| note.what.contains("a choice of `a` has no counterpart")));
}

#[test]
fn no_part_of_a_document_makes_the_import_panic() {
    for text in [include_str!("documents/choices.yaml"), include_str!("documents/tag-resources.json")] {
        for (end, _) in text.char_indices().step_by(3) {
            drop(try_read(&text[..end]));
        }
    }
}

#[test]
fn what_can_be_read_can_be_written_whatever_was_changed_in_it() {
    // A Lehmer generator makes the same changes in every run.
    let mut state = 11_u64;
    let mut next = |below: usize| {
        state = state * 48_271 % 2_147_483_647;
        usize::try_from(state).unwrap() % below
    };
    let pieces =
        ["\n", " ", "'", "\"", "${", "}", "{{ ", " }}", "$.", "*", "[", "]", "{", ":", "- ", "\\", "ä", "null", "<<"];
    let text = include_str!("documents/choices.yaml");
    let mut read_ones = 0;
    for _ in 0..600 {
        let mut changed = text.to_owned();
        for _ in 0..=next(2) {
            let at = (0..=next(changed.len())).rev().find(|at| changed.is_char_boundary(*at)).unwrap();
            changed.insert_str(at, pieces[next(pieces.len())]);
        }
        let Ok(import) = try_read(&changed) else { continue };
        read_ones += 1;
        for job in import.jobs {
            assert!(job.toml.parse::<toml::Table>().is_ok(), "{changed}\n\n{}", job.toml);
        }
    }
    assert!(read_ones > 100, "{read_ones}");
}
