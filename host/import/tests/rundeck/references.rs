//! References between jobs, within a file and within a directory.

use stepwell_import::{Import, Neighbor, import_beside};
use stepwell_model::source::Source;

use super::{at, read};

const STEP: &str = "sequence: {commands: [{type: ec2-start}]}";

fn uses(import: &Import, job: usize) -> String {
    let table: toml::Table = import.jobs[job].toml.parse().unwrap();
    at(&table, "steps.0.uses").unwrap()
}

#[test]
fn a_reference_uses_the_job_that_rundeck_would_start() {
    let jobs = "- {name: Restart, uuid: '1', group: Web, STEP}\n- {name: Restart, uuid: '2', group: Database, STEP}\n\
                - {name: Restart Old, uuid: '3', group: Web, STEP}\n- {name: Alone, uuid: '4', group: Ops, STEP}\n";
    for (reference, expected) in [
        ("{name: Restart, group: Web, uuid: '3'}", "job:restart-old"),
        ("{name: Restart, group: Web, uuid: '3', useName: 'true'}", "job:restart"),
        ("{name: Restart, group: /Database/}", "job:database-restart"),
        ("{uuid: '2'}", "job:database-restart"),
        ("{name: Alone}", "job:alone"),
        ("{name: Restart}", "job:restart-2"),
        ("{name: Restart, group: Web, uuid: '9'}", "job:web-restart"),
        ("{name: Restart, group: Web, project: Other}", "job:web-restart"),
        ("{uuid: '99999999-1111'}", "job:job-99999999"),
    ] {
        let import = read(&format!(
            "{}- {{name: N, sequence: {{commands: [{{jobref: {reference}}}]}}}}\n",
            jobs.replace("STEP", STEP)
        ));
        assert_eq!(uses(&import, 4), format!("{expected:?}"), "{reference}");
        let is_there = import.jobs.iter().any(|job| format!("job:{}", job.name) == expected);
        assert_eq!(import.open_places(), usize::from(!is_there), "{reference}: {:#?}", import.notes);
    }
    let import = read(&format!(
        "- {{name: A, uuid: '1', {STEP}}}\n- {{name: N, sequence: {{commands: [{{jobref: {{name: A}}, useName: true}}]}}}}\n"
    ));
    assert_eq!(uses(&import, 1), "\"job:a\"");
}

/// Imports files one after the other, and returns the job files in the directory.
fn one_by_one(files: &[&str]) -> Vec<(String, String)> {
    let mut written: Vec<(String, String)> = Vec::new();
    for file in files {
        let neighbor =
            |(name, toml): &(String, String)| Neighbor::read(Source::new(format!("jobs/{name}.toml"), toml.as_str()));
        let neighbors: Vec<_> = written.iter().map(neighbor).collect();
        let import = import_beside(&Source::new("file.yaml", *file), &neighbors).unwrap();
        written.extend(import.jobs.into_iter().map(|job| (job.name.to_string(), job.toml)));
    }
    written
}

#[test]
fn files_of_a_directory_refer_to_each_other_whatever_came_first() {
    let web = format!("- {{name: Restart, group: Web, uuid: '1', {STEP}}}");
    let database = format!(
        "- {{name: Restart, group: Database, uuid: '2', options: [{{name: hosts, multivalued: true}}], {STEP}}}"
    );
    let nightly = "- {name: Nightly, sequence: {commands: [{jobref: {group: Database, name: Restart, uuid: '2', args: '-hosts a,b'}}]}}";
    let files = [web.as_str(), database.as_str(), nightly];
    for order in [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 0, 1], [2, 1, 0], [1, 2, 0]] {
        let written = one_by_one(&order.map(|file| files[file]));
        let file = |name: &str| written.iter().find(|(known, _)| known == name).map(|(_, toml)| toml.as_str());
        let table: toml::Table = file("nightly").unwrap().parse().unwrap();
        let used = table["steps"][0]["uses"].as_str().unwrap().strip_prefix("job:").unwrap();
        let toml = file(used).unwrap_or_else(|| panic!("{order:?}: {used} in {written:#?}"));
        assert!(toml.contains("Rundeck's job Database/Restart"), "{order:?}: {toml}");
        let names: std::collections::BTreeSet<_> = written.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 3, "{order:?}: {names:?}");
        if order.iter().position(|file| *file == 1) < order.iter().position(|file| *file == 2) {
            let hosts = table["steps"][0]["with"]["hosts"].as_array().unwrap();
            assert_eq!(hosts.len(), 2, "{order:?}");
        }
    }
}

#[test]
fn a_job_that_is_imported_again_keeps_its_name() {
    let web = format!("- {{name: Restart, group: Web, uuid: '1', {STEP}}}");
    let written = one_by_one(&[&web, &web]);
    assert_eq!(written[0].0, written[1].0);
    let hand = Neighbor::read(Source::new("jobs/restart.toml", "name = \"restart\"\n"));
    let import = import_beside(&Source::new("file.yaml", web), &[hand]).unwrap();
    assert_eq!(import.jobs[0].name.as_str(), "restart", "so that the program refuses to overwrite the file");
}

#[test]
fn options_are_passed_on_where_both_places_say_so_and_leave_the_default_of_the_other_job() {
    for step in ["{jobref: {name: B, importOptions: 'true'}}", "{jobref: {name: B}, importOptions: true}"] {
        let import = read(&format!(
            "- {{name: A, options: [{{name: x, required: true}}, {{name: blank}}, {{name: own}}], sequence: {{commands: [{step}]}}}}\n\
             - {{name: B, options: [{{name: x}}, {{name: blank, value: it's}}], sequence: {{commands: [{{type: ec2-start}}]}}}}\n",
        ));
        let table: toml::Table = import.jobs[0].toml.parse().unwrap();
        let with = &table["steps"][0]["with"];
        assert_eq!(with["x"].as_str(), Some("${options.x}"), "{step}");
        assert_eq!(with["blank"].as_str(), Some(r"${options.blank|default('it\'s')}"), "{step}");
        assert!(with.get("own").is_none(), "{step}");
    }
    let import =
        read("- {name: A, options: [{name: x}], sequence: {commands: [{jobref: {name: B, importOptions: true}}]}}\n");
    let table: toml::Table = import.jobs[0].toml.parse().unwrap();
    assert!(table["steps"][0]["with"].get("import_options").is_some(), "it is not forgotten when the job is there");
}

#[test]
fn a_date_in_the_arguments_of_a_job_is_refused_until_somebody_decides() {
    let import = read(
        "- {name: A, sequence: {commands: [{jobref: {name: B, args: '-day ${DATE:yyyy-MM-dd} -before ${DATE-1:yyyyMMdd}'}}]}}\n\
         - {name: B, options: [{name: day, required: true}, {name: before}], sequence: {commands: [{type: ec2-start}]}}\n",
    );
    let table: toml::Table = import.jobs[0].toml.parse().unwrap();
    assert_eq!(at(&table, "steps.0.with.day").as_deref(), Some("\"${DATE:yyyy-MM-dd}\""));
    assert_eq!(import.open_places(), 1, "{:#?}", import.notes);
}

#[test]
fn a_reference_that_job_check_refuses_is_told() {
    let secret = "{name: token, secure: true, storagePath: keys/shared/a}";
    for (own, args, options, words) in [
        ("", "", "{name: x, required: true}", "`b` requires `x`"),
        ("", "", "{name: x, value: '${DATE:yyyy}'}", "`b` requires `x`"),
        ("", "", "{name: x, required: true, value: y}", ""),
        ("", "-token abc", secret, "`token` takes only a secret"),
        (secret, "-token ${option.token}", secret, ""),
        ("", "", secret, ""),
    ] {
        let import = read(&format!(
            "- {{name: A, options: [{own}], sequence: {{commands: [{{jobref: {{name: B, args: '{args}'}}}}]}}}}\n\
             - {{name: B, options: [{options}], {STEP}}}\n"
        ));
        let open: Vec<_> = import.notes.iter().filter(|note| note.is_open).map(|note| note.what.as_str()).collect();
        assert_eq!(open.len(), usize::from(!words.is_empty()), "{options}: {open:?}");
        assert!(open.iter().all(|what| what.contains(words)), "{options}: {open:?}");
    }
}
