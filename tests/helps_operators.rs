//! The everyday things: a new project, its jobs, the settings that hold, completion, manual pages and the version.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Site, repository};

/// What a shell offers for the last of these words.
fn offered(site: &Site, words: &[&str]) -> Vec<String> {
    let arguments: Vec<_> = ["--"].iter().chain(words).copied().collect();
    let mut command = site.command(&arguments);
    command.env("STEPWELL_COMPLETE", "bash").env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_COMP_TYPE", "9");
    command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
    let ended = crate::support::ended(command.output().expect("it starts"));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{words:?}");
    ended.stdout.lines().map(str::to_owned).collect()
}

const JOB: &str = "name = \"hello\"\ndescription = \"Say hello\"\n\n[options.mode]\nvalues = [\"soft\", \"hard\"]\n\
                   default = \"soft\"\n\n[[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = { rounds = 0, after_ms = 0 }\n";

#[test]
fn a_new_project_is_listed_and_valid_and_replaces_no_file() {
    let site = Site::without_aws();
    let made = site.stepwell(&["init", "web"]);
    assert_eq!((made.code, made.stdout.lines().count()), (0, 5), "{made:?}");
    let jobs = site.stepwell(&["job", "list", "--project", "web", "--output", "json"]).json_lines();
    let [job] = jobs.as_slice() else { panic!("{jobs:?}") };
    assert_eq!((&job["file"], &job["job"]), (&"web/list-instances.toml".into(), &"list-instances".into()));
    assert_eq!(job["options"], serde_json::json!(["environment"]));
    for schema in ["job", "project"] {
        let made = fs::read_to_string(site.path(&format!("web/.stepwell/{schema}.schema.json"))).expect("it is made");
        assert_eq!(made, site.stepwell(&["schema", schema]).stdout);
    }
    let checked = site.stepwell(&["job", "check", "web/list-instances.toml"]);
    assert_eq!(checked.code, 0, "{checked:?}");
    let [what, ..] = site.stepwell(&["init", "web"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: `web/project.toml` exists");
}

#[test]
fn a_file_with_steps_that_is_no_job_is_listed_with_its_error() {
    let site = Site::without_aws().file("good.toml", JOB).file("deep/bad.toml", "name = 1\n[[steps]]\n");
    let site = site.file("Cargo.toml", "[package]\n").file(".hidden/job.toml", JOB);
    let listed = site.stepwell(&["job", "list"]);
    assert!(listed.stdout.contains("good.toml  hello  Say hello    mode"), "{listed:?}");
    assert!(!listed.stdout.contains("Cargo") && !listed.stdout.contains("hidden"), "{listed:?}");
    assert!(listed.stderr.contains("deep/bad.toml:1:8"), "{listed:?}");
}

#[test]
fn every_setting_is_shown_with_the_place_that_it_comes_from() {
    let site = Site::without_aws().home_file("stepwell.toml", "[limits]\nmemory = \"32MiB\"\nlog_events = 7\n");
    let site = site.file("project.toml", "name = \"web\"\n\n[limits]\nmemory = \"16MiB\"\n");
    let lines = site.stepwell(&["config", "show", "--output", "json"]).json_lines();
    let found = |key: &str| -> Vec<_> { lines.iter().filter(|line| line["key"] == key).collect() };
    let memory = found("limits.memory");
    let [system, project] = memory.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&system["value"], &system["overridden"]), (&"32MiB".into(), &true.into()));
    assert_eq!((&project["value"], &project["overridden"]), (&"16MiB".into(), &false.into()));
    assert!(project["place"].as_str().is_some_and(|place| place.ends_with("project.toml:4:1")), "{project}");
    assert_eq!(found("limits.log_events")[0]["value"], 7);
    assert!(found("limits.outputs")[0]["place"].is_null());
}

#[test]
fn a_shell_completes_commands_files_options_plugins_and_runs() {
    let site = Site::without_aws().guest("waiter").file("job.toml", JOB).file("sub/x.toml", JOB);
    assert_eq!(site.run().code, 0);
    assert_eq!(offered(&site, &["stepwell", "ru"]), ["run", "runs"]);
    let files = offered(&site, &["stepwell", "run", ""]);
    assert!(files.iter().any(|file| file == "job.toml") && files.iter().any(|file| file == "sub/"), "{files:?}");
    assert!(!files.iter().any(|file| file == "project.toml"), "{files:?}");
    assert_eq!(offered(&site, &["stepwell", "run", "job.toml", "-o", ""]), ["mode="]);
    assert_eq!(offered(&site, &["stepwell", "plugin", "inspect", "waite"]), ["waiter"]);
    let run = site.stepwell(&["runs", "list", "--output", "json"]).json_lines()[0]["run"].clone();
    let beginning = run.as_str().and_then(|id| id.get(..9)).expect("it is an id");
    assert_eq!(offered(&site, &["stepwell", "runs", "show", beginning]), [run.as_str().expect("it is an id")]);
    assert_eq!(offered(&site, &["stepwell", "runs", "list", "--job", ""]), ["hello"]);
}

#[test]
fn completion_survives_files_that_cannot_be_read() {
    let site = Site::without_aws().file("job.toml", "not toml").file("plugins/bad.wasm", "not wasm");
    let site = site.file("project.toml", "name = ").home_file("journal.db", "no journal");
    for words in [
        &["stepwell", "run", "job.toml", "-o", ""][..],
        &["stepwell", "plugin", "inspect", "s3"],
        &["stepwell", "runs", "show", "x"],
    ] {
        assert_eq!(offered(&site, words), [""; 0], "{words:?}");
    }
}

#[test]
fn every_shell_gets_a_script_and_every_command_a_manual_page() {
    let site = Site::without_aws();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = site.stepwell(&["completions", shell]);
        assert!(script.code == 0 && script.stdout.contains("STEPWELL_COMPLETE"), "{script:?}");
    }
    assert_eq!(site.stepwell(&["man", "man1"]).code, 0);
    let page = fs::read_to_string(site.path("man1/stepwell-job-check.1")).expect("it is written");
    assert!(page.contains(".TH stepwell-job-check 1") && page.contains("\\-\\-option"), "{page}");
    site.stepwell(&["man", "/dev/null/man1"]).three_lines(2);
}

#[test]
fn the_version_says_which_contract_plugins_can_have() {
    let version = Site::without_aws().stepwell(&["--version"]).stdout;
    assert!(version.contains("\ncontract  stepwell:step@0.1.0, stepwell:step@0.2.0\n"), "{version}");
    assert!(version.contains("\nbuild     "), "{version}");
}

#[test]
fn what_cannot_be_undone_asks_first() {
    let site = Site::without_aws().guest("waiter").file("job.toml", JOB);
    assert_eq!(site.run().code, 0);
    assert_eq!(site.pipe(&["keys", "set", "keys/a"], "canary-of-a-key").code, 0);
    let prune = ["runs", "prune", "--older-than", "0s"];
    for (command, would) in [
        (&prune[..], "error: this would remove 1 run that ended before "),
        (&["keys", "remove", "keys/a"], "error: this would remove the secret of keys/a"),
        (&["credentials", "trust", "--rotate"], "error: this would replace the external id, after which"),
    ] {
        let [what, _, next] = site.stepwell(command).three_lines(2).map(str::to_owned);
        assert!(what.starts_with(would), "{what}");
        assert_eq!(next, "next: add --yes to do it without being asked");
    }
    assert_eq!(site.stepwell(&["runs", "list", "--output", "json"]).json_lines().len(), 1);
    assert_eq!(site.stepwell(&["keys", "list", "--output", "json"]).json_lines().len(), 1);
    assert_eq!(site.stepwell(&[&prune[..], &["--yes"]].concat()).code, 0);
    assert_eq!(site.stepwell(&prune).code, 0, "there is nothing to ask about");
}

#[test]
fn the_manual_lists_every_event_that_a_run_prints() {
    let schema = Site::without_aws().stepwell(&["schema", "event"]).stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("it is JSON");
    let kinds = schema["oneOf"].as_array().expect("one for each event");
    let known = kinds.iter().map(|kind| kind["properties"]["event"]["const"].as_str().expect("its name").to_owned());
    let manual = fs::read_to_string(repository().join("docs/json.md")).expect("it is there");
    let rows = manual.split("## Events").nth(1).expect("it has them").split("## The report").next().expect("a part");
    let rows = rows.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.flat_map(|row| row.split('|').nth(1).expect("a cell").split(", "));
    let named = cells.map(|name| name.trim().trim_matches('`').to_owned()).filter(|name| name != "event");
    let (known, named): (BTreeSet<_>, BTreeSet<_>) = (known.collect(), named.collect());
    assert_eq!(known, named);
}
