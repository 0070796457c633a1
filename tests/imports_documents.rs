//! Automation documents of AWS Systems Manager become jobs that do the same.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use stepwell_xtask::emulator::Moto;

use super::support::{Site, report, repository, venv};

/// The document of the import's tests that has this name.
fn document(name: &str) -> String {
    let path = documents().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn documents() -> PathBuf {
    repository().join("host/import/tests/ssm/documents")
}

/// A project that grants what the import says.
fn project(notes: &str) -> String {
    let line = notes.lines().find_map(|line| line.split_once("write in project.toml: ")).map(|(_, grants)| grants);
    let grants = line.map(|line| line.replace("] allow", "]\nallow")).unwrap_or_default();
    format!("name = \"imported\"\n{grants}\n")
}

#[test]
fn an_imported_document_runs_and_leaves_aws_as_the_document_would() {
    let moto = Moto::start(&venv(), Duration::from_secs(3)).expect("moto starts");
    let mut aws = moto.client().expect("boto3 starts");
    let id = aws.run_instances(1).expect("it launches").remove(0);
    aws.await_state(&id, "running", Duration::from_secs(30)).expect("it runs");
    let site = Site::new(moto.endpoint()).file("stop-if-running.yaml", document("stop-if-running.yaml"));
    let imported = site.stepwell(&["job", "import", "--from", "ssm", "stop-if-running.yaml"]);
    assert_eq!(imported.code, 0, "{imported:?}");
    let site = site.file("job.toml", imported.stdout.as_str()).file("project.toml", project(&imported.stderr));
    let checked = site.stepwell(&["job", "check", "job.toml"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{}", imported.stdout);

    let option = format!("instance_id={id}");
    let run = || site.stepwell(&["run", "job.toml", "--option", &option, "--output", "json"]);
    let ended = run();
    let lines = ended.json_lines();
    assert_eq!((ended.code, &report(&lines)["outputs"]), (0, &json!({ "get_state_state": "running" })), "{ended:?}");
    assert_eq!(aws.instance_state(&id).expect("it is there"), "stopped");
    let tags = aws.call("ec2", "DescribeTags", json!({})).expect("there are tags");
    let tag = |key: &str| tags["Tags"].as_array().and_then(|tags| tags.iter().find(|tag| tag["Key"] == key)).cloned();
    assert_eq!(tag("StoppedBy").map(|tag| tag["Value"].clone()), Some(json!("123456789012")));
    assert_eq!(tag("WasIn").map(|tag| tag["Value"].clone()), Some(json!("[\"running\"]")));

    // The branch leaves out the stop and the wait for it.
    let lines = run().json_lines();
    let steps = report(&lines)["steps"].as_array().cloned().unwrap_or_default();
    let status = |id: &str| steps.iter().find(|step| step["id"] == id).map(|step| step["status"].clone());
    assert_eq!(status("stop"), Some(json!("skipped")), "{steps:?}");
    assert_eq!(status("wait_until_stopped"), Some(json!("skipped")));
    assert_eq!(status("is_stopped"), Some(json!("succeeded")));
}

/// The documents whose jobs are refused, and what of the notes says so.
const REFUSED: &[(&str, &str)] = &[
    ("approve-and-delete.yaml", "`job check` refuses `approve`"),
    ("choices.yaml", "a choice of `again` has no counterpart"),
    ("look-again.yaml", "leads back to `look`"),
    ("out-of-order.json", "`job check` refuses `invoke-lambda-function`"),
    ("parameters.yaml", "`job check` refuses `${unresolved.maps}`"),
    ("selectors.yaml", "`job check` refuses `unknown-execut-aws-api`"),
    ("snapshot.yaml", "`job check` refuses `${unresolved.global_date}`"),
    ("unknown-names.yaml", "AWS has no service `dynamodbb`, so `job check` refuses the step"),
];

#[test]
fn a_job_is_accepted_or_the_import_says_what_will_be_refused() {
    for entry in fs::read_dir(documents()).expect("it is there") {
        let name = entry.expect("it can be read").file_name().into_string().expect("UTF-8");
        if !name.ends_with(".yaml") && !name.ends_with(".json") {
            continue;
        }
        let site = Site::without_aws().file(&name, document(&name));
        let imported = site.stepwell(&["job", "import", "--from", "ssm", &name]);
        let is_refused = REFUSED.iter().any(|(refused, _)| *refused == name);
        assert_eq!(imported.code, if is_refused { 5 } else { 0 }, "{name}: {imported:?}");
        let last = imported.stderr.lines().last().unwrap_or_default();
        assert!(last.is_empty() || last.contains("to be decided by hand"), "{name}: {last}");
        let site = site.file("job.toml", imported.stdout.as_str()).file("project.toml", project(&imported.stderr));
        let checked = site.stepwell(&["job", "check", "job.toml"]);
        match REFUSED.iter().find(|(refused, _)| *refused == name) {
            None => assert_eq!((checked.code, checked.stderr.as_str()), (0, ""), "{name}\n{}", imported.stdout),
            Some((_, note)) => {
                assert_eq!(checked.code, 2, "{name}: {checked:?}");
                assert!(imported.stderr.contains(note), "{name}: {}", imported.stderr);
            }
        }
    }
}

#[test]
fn a_file_of_another_kind_is_named_for_what_it_is() {
    let site = Site::without_aws()
        .file("document.yaml", document("change-table.yaml"))
        .file("command.yaml", "schemaVersion: '2.2'\nmainSteps: []\n")
        .file("rundeck.yaml", "- name: a\n  sequence: {commands: [{type: aws-vm-start-step}]}\n");
    for (arguments, next) in [
        (&["document.yaml"][..], "next: import an Automation document of AWS Systems Manager with --from ssm"),
        (
            &["--from", "ssm", "command.yaml"],
            "next: import an Automation document; run a Command document with the plugin `ssm-run-command`",
        ),
        (
            &["--from", "ssm", "rundeck.yaml"],
            "next: export the document: `aws ssm get-document --name NAME --query Content --output text`",
        ),
    ] {
        let ended = site.stepwell(&[&["job", "import"], arguments].concat());
        assert_eq!(ended.three_lines(2)[2], next);
    }
}

#[test]
fn what_the_import_could_not_convert_is_told_as_that_by_the_check() {
    let look = "action: aws:executeAwsApi, inputs: {Service: sns, Api: ListTopics";
    let steps = format!("- {{name: a, {look}, NextToken: '{{{{ global:DATE }}}}'}}}}\n- {{name: b, {look}}}}}\n");
    let site = Site::without_aws().file("d.yaml", format!("schemaVersion: '0.3'\nmainSteps:\n{steps}"));
    let imported = site.stepwell(&["job", "import", "--from", "ssm", "d.yaml"]);
    assert_eq!(imported.code, 5, "{imported:?}");
    assert!(imported.stderr.ends_with("\n1 place has to be decided by hand before the job can run\n"), "{imported:?}");
    let site = site.file("job.toml", imported.stdout.as_str());
    let checked = site.stepwell(&["job", "check", "job.toml"]);
    let [what, because, next] = checked.three_lines(2);
    assert_eq!(what, "error: step `a` reads `unresolved.global_date`, which does not exist");
    assert!(because.ends_with(": the import of the job could not convert what stood here"), "{because}");
    assert_eq!(next, "next: write what is meant; the note above the step says what that was");
}
