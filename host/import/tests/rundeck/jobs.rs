//! The keys of a job itself.

use super::{at, job, only, read};

#[test]
fn a_map_has_the_entries_of_the_maps_that_it_merges() {
    let step = |configuration: &str| format!("    - {{type: aws-vm-stop-step, configuration: {configuration}}}\n");
    let steps = step("&conf {instanceId: i-1, wait: 'true', region: eu-central-1}")
        + &step("{<<: *conf, instanceId: i-2}")
        + &step("{<<: [{instanceId: i-3, force: 'true'}, *conf]}");
    let (job, notes) = only(&format!("name: a\nsequence:\n  commands:\n{steps}"));
    for (step, with) in [
        (0, "{ instance_id = \"i-1\", wait = true }"),
        (1, "{ instance_id = \"i-2\", wait = true }"),
        (2, "{ force = true, instance_id = \"i-3\", wait = true }"),
    ] {
        assert_eq!(at(&job, &format!("steps.{step}.with")).as_deref(), Some(with));
        assert_eq!(at(&job, &format!("steps.{step}.aws.region")).as_deref(), Some("\"eu-central-1\""));
    }
    assert_eq!(notes, [""; 0]);
}

#[test]
fn keys_of_a_job_become_keys_of_a_job_file() {
    for (lines, path, expected) in [
        ("description: one line", "description", Some("\"one line\"")),
        ("description: \"one\\n\\ntwo\\nthree\\n\"", "description", Some("\"one\"")),
        ("description: \"one\\n\\ntwo\"", "docs", Some("\"two\"")),
        ("description: ''", "description", None),
        ("timeout: 1d 12h 30m 24s", "timeout", Some("\"36h30m24s\"")),
        ("timeout: 120", "timeout", Some("\"2m\"")),
        ("timeout: '${option.x}'", "timeout", None),
        ("", "concurrency", Some("{ most = 1 }")),
        ("multipleExecutions: false\nmaxMultipleExecutions: '3'", "concurrency", Some("{ most = 1 }")),
        ("multipleExecutions: true", "concurrency", None),
        ("multipleExecutions: true\nmaxMultipleExecutions: 0", "concurrency", None),
        ("multipleExecutions: true\nmaxMultipleExecutions: '3'", "concurrency", Some("{ most = 3 }")),
        ("multipleExecutions: true\nmaxMultipleExecutions: '${option.x}'", "concurrency", None),
        ("sequence: {keepgoing: true, commands: [{exec: a}]}", "keep_going", Some("true")),
        ("sequence: {keepgoing: 'false', commands: [{exec: a}]}", "keep_going", None),
    ] {
        let (table, _) = only(&job(lines));
        assert_eq!(at(&table, path).as_deref(), expected, "{lines}");
    }
}

#[test]
fn what_a_job_file_does_not_have_is_told_with_what_to_do() {
    for (lines, place, words) in [
        ("timeout: '${option.x}'", "3:10", "timeout = \"2h\""),
        ("retry: '2'", "3:8", "retry = { attempts = 3 }"),
        ("retry: {retry: '${option.x}', delay: 1m}", "3:8", "attempts = …, delay = \"1m\""),
        ("loglevel: INFO", "3:1", "`loglevel` is not imported"),
        ("nodefilters: {filter: 'tags: x'}", "3:1", "for_each"),
        ("schedule: {crontab: '0 0 0 * * ? *'}", "3:1", "cron"),
        ("notification: {onsuccess: {urls: x}}", "3:1", "[[finally]]"),
        ("something: {else: 1}", "3:1", "`something` of the job is unknown"),
        ("loglevel: yes", "3:1", "`loglevel` (true) is not imported"),
        ("description: yes", "3:1", "Rundeck reads it without quotes as `true` or `false`"),
        ("description: 0123", "3:1", "Rundeck reads it without quotes as a number of another base"),
        ("description: 1.10", "3:1", "Rundeck reads it without quotes as a shorter number"),
        ("description: 1_000", "3:1", "Rundeck reads it without quotes as a number without `_`"),
        ("description: 2026-01-31", "3:1", "Rundeck reads it without quotes as a date"),
        ("sequence: {strategy: node-first, commands: [{exec: a}]}", "2:22", "run once"),
        ("sequence: {strategy: other, commands: [{exec: a}]}", "2:12", "`other` is unknown"),
        ("sequence: {strategy: ruleset, commands: [{exec: a}]}", "2:12", "the rules of the strategy `ruleset` are not"),
        ("executionEnabled: false", "3:1", "the job is disabled"),
        ("plugins: {ExecutionLifecycle: {approval: {}}}", "3:1", "`approval` may stop a run"),
    ] {
        let (_, notes) = only(&job(lines));
        let found = notes.iter().any(|note| note.starts_with(&format!("{place}: ")) && note.contains(words));
        assert!(found, "{lines}: {notes:#?}");
    }
}

#[test]
fn what_says_nothing_has_no_note() {
    for lines in [
        "plugins: {ExecutionLifecycle: {}}",
        "schedules: []",
        "uuid:",
        "notification: {onstart: null}",
        "timeout: ''",
        "description: 1.5",
        "description: 120",
        "description: '0123'",
    ] {
        assert_eq!(only(&job(lines)).1, Vec::<String>::new(), "{lines}");
    }
}

#[test]
fn jobs_of_the_same_title_get_names_of_their_own() {
    let one = |group: &str| format!("- name: Clean Up\n  group: {group}\n  sequence: {{commands: [{{exec: a}}]}}\n");
    let import = read(&[one("a/b"), one("c"), one("c"), one("''")].concat());
    let names: Vec<_> = import.jobs.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, ["clean-up", "c-clean-up", "clean-up-2", "clean-up-3"]);
}

#[test]
fn a_job_whose_steps_are_all_comments_has_none_and_says_so() {
    let (table, notes) = only(&job("sequence: {commands: [{exec: a, enabled: false}]}"));
    assert_eq!(at(&table, "steps").as_deref(), Some("[]"));
    assert!(notes.iter().any(|note| note.contains("no step that runs")), "{notes:?}");
}

#[test]
fn old_exports_have_a_list_of_steps_and_a_map_of_options() {
    let (table, notes) = only(
        "name: a\noptions: {b: {value: c}}\nsequence:\n- type: ec2-start\n  configuration: {instanceId: '${option.b}'}\n",
    );
    assert_eq!(at(&table, "options.b.default").as_deref(), Some("\"c\""));
    assert_eq!(at(&table, "steps.0.with.instance_id").as_deref(), Some("\"${options.b}\""));
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn characters_that_json_writes_in_two_halves_are_one() {
    let text = r#"{"name": "a", "description": "\ud83d\ude00 \\ud83d \u2705", "sequence": {"commands": []}}"#;
    assert_eq!(read(text).jobs.len(), 1);
    let (table, _) = only(text);
    assert_eq!(table["description"].as_str(), Some("\u{1f600} \\ud83d \u{2705}"));
}
