//! Checks the files in the guides and the examples: the readers and the schemas for editors accept each, and each job can
//! be planned.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use toml::Spanned;

use crate::error::NextAction as _;
use crate::expression::{self, Scope};
use crate::file_schema;
use crate::id::{Digest, JobName, PluginName};
use crate::job::{Job, Uses};
use crate::plan::{Basis, GivenOptions, NoOperations, Plan, PlannedStep};
use crate::plugin::{Description, Extra, Imports, Kind, Origin, Plugin};
use crate::settings::{Project, System};
use crate::source::Source;
use crate::value::Value;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files with this ending, including those in folders.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("it can be listed").map(|entry| entry.expect("it is there").path());
    let of = |path: PathBuf| if path.is_dir() { files(&path, ending) } else { vec![path] };
    let is_meant = |path: &PathBuf| path.extension().is_some_and(|extension| extension == ending);
    entries.flat_map(of).filter(is_meant).collect()
}

/// The TOML blocks of a text, each with the name in its first line. A block without a name is a job, or `stepwell.toml`.
fn blocks(markdown: &str) -> Vec<Source> {
    let blocks = markdown.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let name = |block: &str| match block.lines().next().and_then(|line| line.strip_prefix("# ")) {
        Some(name) => name.to_owned(),
        None if block.contains("[[steps]]") => "job.toml".to_owned(),
        None => "stepwell.toml".to_owned(),
    };
    blocks.map(|block| Source::new(name(block), block)).collect()
}

fn all_files() -> Vec<Source> {
    let examples = files(&repository("examples"), "toml").into_iter().map(|path| {
        let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
        Source::new(name, read(&path))
    });
    let guides = files(&repository("docs"), "md").into_iter().chain([repository("README.md")]);
    guides.flat_map(|path| blocks(&read(&path))).chain(examples).collect()
}

/// The actions that the guide to operations of AWS names. The models, which this crate does not have, know them; promises
/// run the jobs with the models.
fn actions_of_operations() -> Vec<String> {
    let texts = ["docs/aws.md", "README.md", "examples/aws/project.toml"].map(|path| read(&repository(path)));
    let words = texts.iter().flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || "-:".contains(c))));
    let is_action = |text: &&str| {
        text.split_once(':').is_some_and(|(service, action)| {
            service.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                && action.starts_with(|c: char| c.is_ascii_uppercase())
                && action.chars().all(|c| c.is_ascii_alphanumeric())
        })
    };
    words.filter(is_action).map(str::to_owned).collect()
}

#[test]
fn every_file_that_is_shown_can_be_read_and_is_accepted_by_editors() {
    crate::action::known::learn(actions_of_operations);
    let validators = [file_schema::system(), file_schema::project(), file_schema::job()]
        .map(|schema| jsonschema::draft202012::new(&schema).expect("it is a schema"));
    let [system, project, job] = &validators;
    let all = all_files();
    assert!(all.len() > 20, "{}", all.len());
    for source in all {
        let (name, text) = (source.name.clone(), source.text.clone());
        let (read, validator) = match name.as_str() {
            "stepwell.toml" => (System::read(source).map(drop).map_err(|error| error.to_string()), system),
            "project.toml" => (Project::read(source).map(drop).map_err(|error| error.to_string()), project),
            _ => (Job::read(source).map(drop).map_err(|error| error.to_string()), job),
        };
        assert_eq!(read, Ok(()), "{text}");
        let value: Json = toml::from_str(&text).expect("it is TOML");
        let wrong: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}\n{text}");
    }
}

/// A plugin that accepts any configuration and may have any outputs.
fn plugin(name: &PluginName) -> Plugin {
    Plugin {
        name: name.clone(),
        origin: Origin::Shipped,
        path: None,
        digest: Digest([7; 32]),
        size: 1,
        description: Description {
            name: name.to_string(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            kinds: vec![Kind::WorkflowStep],
            config_schema: json!({}).into(),
            outputs_schema: json!({}).into(),
            extra: Extra::default(),
        },
        imports: Imports::default(),
    }
}

/// The plans of the jobs in the guide to jobs, by their names.
fn plans() -> BTreeMap<String, Plan> {
    let guide = read(&repository("docs/jobs.md"));
    let of_jobs = blocks(&guide).into_iter().filter(|source| source.text.contains("[[steps]]"));
    let jobs: Vec<_> = of_jobs.map(|source| Job::read(source).expect("it is a job")).collect();
    let by_name: BTreeMap<JobName, Job> = jobs.iter().map(|job| (job.name.clone(), job.clone())).collect();
    assert_eq!(by_name.len(), jobs.len(), "two jobs have one name");
    let plugin_of = |uses: &Uses| match uses {
        Uses::Plugin(name) => Some((name.clone(), plugin(name))),
        Uses::Job(_) | Uses::Operation(_) => None,
    };
    let plugins: BTreeMap<_, _> =
        jobs.iter().flat_map(Job::uses).filter_map(|uses| plugin_of(uses.get_ref())).collect();
    let plan = |job| {
        let basis = Basis {
            job,
            jobs: &by_name,
            system: &System::default().settings,
            project: None,
            authority: None,
            plugins: &plugins,
            plugin_names: &[],
            operations: &NoOperations,
            options: &GivenOptions::new(),
            nonce: "0123456789abcdef",
            complete: false,
        };
        let plan = Plan::new(basis).unwrap_or_else(|error| panic!("{error:?}\n{}", job.source.text));
        (job.name.to_string(), plan)
    };
    jobs.iter().map(plan).collect()
}

#[test]
fn every_job_of_the_guide_to_jobs_can_be_planned() {
    assert!(plans().len() > 10);
}

#[test]
fn expressions_come_to_what_the_guide_says() {
    let config = plans()["expressions"].steps[0].call().and_then(|call| call.config.clone());
    let expected = json!({
        "whole": 3,
        "text": "count=3",
        "unique": "i-1 i-2",
        "first": "i-2",
        "double": 6,
        "name": "EXPRE$$ION$",
        "words": 2,
        "chosen": "many",
        "is_one": true,
        "last": "i-2",
        "table": { "id": "i-2", "n": [2, 7] },
    });
    assert_eq!(config, Some(expected));
}

#[test]
fn filters_come_to_what_the_guide_says_and_a_time_is_that_of_the_run() {
    let plan = &plans()["filters"];
    let config = plan.steps[0].call().and_then(|call| call.config.clone());
    let expected = json!({
        "running": ["i-2"],
        "others": 1,
        "sorted": ["i-1", "i-2"],
        "zones": ["a"],
        "groups": ["a"],
        "large": 8,
        "full": "ab",
        "entries": [{ "key": "a", "value": 1 }],
        "names": ["a", "b"],
        "numbers": 3,
        "json": "{\"a\":[1]}",
        "id": "i-07",
        "masked": "key=a***",
        "until": "2026-02-01T00:00:00Z",
        "day": "2026-01-30",
        "local": "31.01.2026 23:30",
    });
    assert_eq!(config, Some(expected));
    // The plan would show its own time.
    assert_eq!(plan.steps[1].call().and_then(|call| call.config.clone()), None);
}

/// The outputs of the steps of the guide, by job and step.
fn sample_outputs(job: &str, step: &str) -> Json {
    match (job, step) {
        ("restart-web" | "cleanup", _) => json!({ "instance_id": "i-0123456789abcdef0", "current_state": "stopped" }),
        ("lists", "stop") => json!([{ "current_state": "stopped" }, {}]),
        ("nightly", "cleanup") => json!([{ "state": "stopped" }, { "state": "stopped" }]),
        ("await-health", _) => json!({ "target_count": 2, "unhealthy_count": 0 }),
        ("locals", "deploy") => json!({ "state": "up" }),
        ("values", "snapshot") => json!({ "id": "snap-1" }),
        _ => json!({}),
    }
}

/// The names of a run of this job in which every step has failed or succeeded as its expressions ask.
fn sample_scope(plan: &Plan, exports: &Json) -> Scope {
    let given = plan.declared.iter().map(|(name, option)| {
        let sample = if option.get_ref().is_multiple() { json!(["a"]) } else { json!("a") };
        (name.clone(), plan.options.get(name).cloned().unwrap_or(sample))
    });
    let mut scope = Scope::of_job(plan.job.as_str(), None, &given.collect()).with_locals(&plan.locals);
    let captured = |step: &PlannedStep| -> Json {
        step.captures.iter().map(|capture| (capture.name.clone(), json!("a"))).collect::<serde_json::Map<_, _>>().into()
    };
    let steps = plan.all_steps().map(|step| {
        let outputs = sample_outputs(plan.job.as_str(), step.id.as_str());
        let failure = json!({ "code": "AwsError", "message": "it is running" });
        let state =
            json!({ "outputs": outputs, "status": "succeeded", "captured": captured(step), "failure": failure });
        (step.id.to_string(), state)
    });
    scope.set("steps", Json::Object(steps.collect()));
    scope.set("exports", exports.clone());
    scope.set("run", json!({ "id": "r-1", "started": "2026-01-31T11:00:00Z", "outcome": "succeeded" }));
    scope.set_now("2026-01-31T12:00:00Z".parse().expect("it is a time"));
    scope.set("item", json!("a"));
    scope.set("index", json!(0));
    scope.set("error", json!({ "code": "AwsError", "message": "it is running", "step": "stop" }));
    scope
}

#[test]
fn every_expression_of_the_guide_to_jobs_has_a_value() {
    let plans = plans();
    let names = plans.values().flat_map(Plan::all_steps).flat_map(|step| step.exports.keys());
    let exports: Json = names.map(|name| (name.to_string(), json!("a"))).collect::<serde_json::Map<_, _>>().into();
    let mut seen = 0;
    for plan in plans.values() {
        let mut scope = sample_scope(plan, &exports);
        let handlers = plan.all_steps().filter_map(|step| Some(&*step.on_error.as_ref()?.step));
        for step in plan.all_steps().chain(handlers) {
            scope.set("outputs", sample_outputs(plan.job.as_str(), step.id.as_str()));
            for value in step.values() {
                let found = step.evaluate(value, &plan.source, &scope);
                found.unwrap_or_else(|error| panic!("{}\n{}", plan.source.text, error.explain()));
                seen += 1;
            }
        }
        for value in plan.outputs.values() {
            let found = expression::evaluate(value, &scope);
            found.unwrap_or_else(|error| panic!("{}: {error}", plan.job));
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

/// Expressions between the lines, such as `${options.day|default('none')}`.
#[test]
fn every_expression_that_a_guide_mentions_is_one() {
    let mut seen = 0;
    for path in files(&repository("docs"), "md").into_iter().chain([repository("README.md")]) {
        let text = read(&path);
        let prose = text.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2));
        for code in prose.filter(|code| code.contains("${") && !code.contains('…') && !code.contains("$${")) {
            // A cell of a table escapes the bars of filters.
            let code = code.replace("\\|", "|");
            let expressions = code.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(code, _)| code);
            for expression in expressions.filter(|code| !code.contains("option.") && code.trim() != "") {
                let value = Spanned::new(0..0, Value::Text(format!("${{{expression}}}")));
                let found = expression::references(&value);
                found.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn every_filter_and_test_of_expressions_is_in_the_guide() {
    let (guide, environment) = (read(&repository("docs/jobs.md")), include_str!("expression/environment.rs"));
    for kind in ["self.add(\"", "self.add_test(\""] {
        let names: Vec<_> = environment.split(kind).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            let is_named = [format!("`{name}`"), format!("`{name}(")].iter().any(|form| guide.contains(form));
            assert!(is_named, "{name}");
        }
    }
}
