//! The manual of the steps matches the plugins, and every example in it is a valid job.

use std::path::Path;

use regex::Regex;
use stepwell_model::NextAction as _;
use stepwell_xtask::docs::{self, Field, Step};

use super::support::{Site, repository};

fn stepwell() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_stepwell"))
}

fn steps() -> Vec<Step> {
    let steps = docs::steps(stepwell()).unwrap_or_else(|error| panic!("{}", error.explain()));
    assert!(steps.len() >= 4, "run: cargo xtask plugins");
    steps
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_manual_of_the_steps_is_what_the_plugins_say_of_themselves() {
    let page = docs::page(stepwell()).unwrap_or_else(|error| panic!("{}", error.explain()));
    let committed = std::fs::read_to_string(repository().join(docs::STEPS)).unwrap_or_default();
    let differs = page.lines().zip(committed.lines()).find(|(now, then)| now != then);
    assert!(page == committed, "run: cargo xtask docs (and look at {differs:?})");
}

#[test]
fn every_property_and_every_output_is_described() {
    let mut silent = Vec::new();
    for step in steps() {
        let fields = step.config().into_iter().chain(step.outputs());
        let names = fields.filter(|field: &Field| field.description.is_empty()).map(|field| field.path);
        silent.extend(names.map(|name| format!("{}: {name}", step.name)));
    }
    assert!(silent.is_empty(), "write a doc comment for {silent:#?}");
}

#[test]
fn every_plugin_declares_the_name_that_jobs_use() {
    for step in steps() {
        assert_eq!(step.description.name, step.name);
        assert!(repository().join("plugins").join(&step.name).is_dir(), "{}", step.name);
    }
}

#[test]
fn every_example_of_a_step_can_be_planned() {
    // One site for all examples, so that each plugin is compiled once.
    let project = "name = \"test\"\n[grants.http-request]\nhttp = [\"* https://*\"]\n\
                   [directories]\nreports = { path = \"reports\" }\nsite = { path = \"site\" }\n";
    let site = Site::without_aws().file("project.toml", project);
    for Step { name, .. } in steps() {
        let example = read(&format!("plugins/{name}/example.toml"));
        let job: toml::Table = example.parse().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(example.contains(&format!("uses = \"{name}\"")), "the example of {name} does not use it");
        let options = job.get("options").and_then(toml::Value::as_table).into_iter().flatten();
        let given: Vec<_> =
            options.filter(|(_, option)| is_needed(option)).map(|(key, option)| given(key, option)).collect();
        let arguments = given.iter().flat_map(|given| ["--option", given]);
        let arguments: Vec<_> = ["job", "plan", "job.toml"].into_iter().chain(arguments).collect();
        std::fs::write(site.path("job.toml"), example).expect("it is written");
        let ended = site.stepwell(&arguments);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{name}: {arguments:?}");
    }
}

fn is_needed(option: &toml::Value) -> bool {
    option.get("required").is_some_and(|required| *required == true.into()) && option.get("default").is_none()
}

/// Texts that match the patterns of the options in the examples.
const PLAUSIBLE: [&str; 18] = [
    "web",
    "2026-01",
    "2026-01-31",
    "i-0123456789abcdef0",
    "vol-0123456789abcdef0",
    "snap-0123456789abcdef0",
    "ami-0123456789abcdef0",
    "vpc-0123456789abcdef0",
    "subnet-0123456789abcdef0",
    "sg-0123456789abcdef0",
    "eni-0123456789abcdef0",
    "0123456789abcdef0123456789abcdef",
    "123456789012",
    "arn:aws:iam::123456789012:role/web",
    "s3://web/release/",
    "/web/log",
    "3",
    "1h",
];

/// `NAME=VALUE`, with a value that the option accepts.
fn given(name: &str, option: &toml::Value) -> String {
    let text = |key: &str| option.get(key).and_then(toml::Value::as_str);
    let pattern = Regex::new(&format!("^(?:{})$", text("pattern").unwrap_or_default())).expect("it is a pattern");
    let value = match (option.get("values").and_then(|values| values.get(0)), text("type")) {
        (Some(toml::Value::String(value)), _) => value.as_str(),
        (_, Some("integer" | "number")) => "3",
        (_, Some("boolean")) => "true",
        (_, Some("date")) => "2026-01-31",
        (_, Some("datetime")) => "2026-01-31T12:00:00Z",
        _ if option.get("secret").is_some() => "keys/example",
        _ if text("pattern").is_none() => "web",
        _ => PLAUSIBLE.into_iter().find(|text| pattern.is_match(text)).unwrap_or_else(|| panic!("`{name}`: no text")),
    };
    format!("{name}={value}")
}
