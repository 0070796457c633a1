//! Checks the files in the guides and the examples: the readers and the schemas for editors accept each, and each job can
//! be planned.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use crate::file_schema;
use crate::id::{Digest, JobName, PluginName};
use crate::job::{Job, Uses};
use crate::plan::{Basis, GivenOptions, NoOperations, Plan};
use crate::plugin::{Description, Extra, Imports, Kind, Origin, Plugin};
use crate::settings::{Project, System};
use crate::source::Source;

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
fn every_filter_and_test_of_expressions_is_in_the_guide() {
    let (guide, environment) = (read(&repository("docs/jobs.md")), include_str!("expression/environment.rs"));
    for kind in ["self.add(\"", "env.add_test(\""] {
        let names: Vec<_> = environment.split(kind).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(names.len() > 5, "{names:?}");
        for name in names {
            let is_named = [format!("`{name}`"), format!("`{name}(")].iter().any(|form| guide.contains(form));
            assert!(is_named, "{name}");
        }
    }
}
