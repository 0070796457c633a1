//! JSON Schemas (2020-12) of our files, with which editors complete keys and mark mistakes, and of what runs print as
//! JSON.
//!
//! The readers decide what is valid. A schema knows keys and types, but no rule that depends on other keys or on plugins.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value as Json;

use crate::event::Event;
use crate::job::Job;
use crate::report::Report;
use crate::settings::{RawProject, RawSystem, SYSTEM_ONLY};

/// The schema of job files.
pub fn job() -> Json {
    beneath_system(of::<Job>("Stepwell job"))
}

/// The schema of `project.toml`.
pub fn project() -> Json {
    beneath_system(of::<RawProject>("Stepwell project (project.toml)"))
}

/// The schema of `stepwell.toml`.
pub fn system() -> Json {
    of::<RawSystem>("Stepwell system (stepwell.toml)")
}

/// The schema of the records that `--output json` prints, each on a line of its own.
pub fn event() -> Json {
    printed::<Event>("Stepwell event")
}

/// The schema of the report of a run: the last line of `--output json`, and `runs show`.
pub fn report() -> Json {
    printed::<Report>("Stepwell report")
}

fn printed<T: JsonSchema>(title: &str) -> Json {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.to_value()
}

fn of<T: JsonSchema>(title: &str) -> Json {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.remove("description");
    schema.to_value()
}

/// Removes `null` from a schema: TOML has no null, and an optional key is simply missing.
fn without_null(schema: &mut Schema) {
    let is_null = |part: &Json| part.is_null() || part.get("type").is_some_and(|kind| kind == "null");
    if let Some(Json::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [one] = kinds.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    for key in ["enum", "anyOf"] {
        if let Some(Json::Array(parts)) = schema.get_mut(key) {
            parts.retain(|part| !is_null(part));
        }
    }
    if schema.get("default").is_some_and(Json::is_null) {
        schema.remove("default");
    }
    let only = schema.get("anyOf").and_then(Json::as_array).and_then(|parts| match parts.as_slice() {
        [Json::Object(only)] => Some(only.clone()),
        _ => None,
    });
    if let Some(only) = only {
        schema.remove("anyOf");
        for (key, value) in only {
            // The description of the field is more specific than that of its type.
            if schema.get(&key).is_none() {
                schema.insert(key, value);
            }
        }
    }
}

/// Removes the keys that only `stepwell.toml` can have.
fn beneath_system(mut schema: Json) -> Json {
    let aws = schema.pointer_mut("/$defs/AwsSettings/properties").and_then(Json::as_object_mut);
    if let Some(aws) = aws {
        SYSTEM_ONLY.iter().for_each(|key| drop(aws.remove(*key)));
    }
    schema
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::de::DeserializeOwned;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::file::{ByteSize, DurationText};
    use crate::id::{
        AccessKeyId, ExternalId, Identifier, JobName, KeyPath, KeyPattern, OptionName, PluginName, RegionName, RoleArn,
        StepId,
    };
    use crate::job::{Attempts, Concurrency, Uses};
    use crate::settings::{Project, System};
    use crate::source::Source;

    fn is_accepted(schema: &Json, text: &str) -> bool {
        let value: Json = toml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        jsonschema::draft202012::new(schema).expect("it is a schema").is_valid(&value)
    }

    #[test]
    fn each_is_a_schema_of_2020_12_with_a_title_and_knows_no_null() {
        for (schema, title) in [(job(), "job"), (project(), "project"), (system(), "system")] {
            jsonschema::draft202012::meta::validate(&schema).expect("it is a schema");
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            assert!(schema["title"].as_str().is_some_and(|text| text.contains(title)), "{}", schema["title"]);
            assert!(schema.get("$id").is_none());
            assert!(!schema.to_string().contains("null"), "{schema}");
        }
    }

    /// Editors show the description of every table and key.
    #[test]
    fn every_key_is_described() {
        fn undescribed(at: &str, schema: &Json, found: &mut Vec<String>) {
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                if property.get("description").is_none() {
                    found.push(format!("{at}.{name}"));
                }
            }
            for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
                undescribed(name, definition, found);
            }
        }
        let mut found = Vec::new();
        for schema in [job(), project(), system()] {
            undescribed("", &schema, &mut found);
        }
        assert_eq!(found, Vec::<String>::new());
    }

    /// Asserts that the schema and the reader of a type accept the same values.
    fn agree<T: JsonSchema + DeserializeOwned>(good: &[Json], wrong: &[Json]) {
        let schema = schemars::schema_for!(T).to_value();
        let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
        for (values, expected) in [(good, true), (wrong, false)] {
            for value in values {
                let read = serde_json::from_value::<T>(value.clone()).is_ok();
                assert_eq!((read, validator.is_valid(value)), (expected, expected), "{} {value}", T::schema_name());
            }
        }
    }

    fn texts(texts: &[&str]) -> Vec<Json> {
        texts.iter().map(|text| json!(text)).collect()
    }

    #[test]
    fn names_have_the_form_that_their_schemas_say() {
        let long = "a".repeat(64);
        let identifiers = texts(&["a", "restart_web2", &long]);
        let none = texts(&["", "2fast", "Restart", "a-b", "a.b", "_a", "ä", "a ", &format!("{long}a")]);
        agree::<StepId>(&identifiers, &none);
        agree::<OptionName>(&identifiers, &none);
        agree::<Identifier>(&identifiers, &none);
        let file_name = "a".repeat(128);
        agree::<JobName>(
            &texts(&["web", "Web-1.2_x", "_a", "1", &file_name]),
            &texts(&["", ".a", "-a", "a/b", "a b", &format!("{file_name}a")]),
        );
        agree::<PluginName>(
            &texts(&["ec2-start", "a", &long]),
            &texts(&["", "-a", "2a", "ec2_start", "EC2", "a.wasm", &format!("{long}a")]),
        );
        agree::<Uses>(
            &texts(&["ec2-start", "job:web", "job:Web-1.2"]),
            &texts(&["", "job:", "job:../a", "job:.a", "job: web", "plugin:a", "EC2"]),
        );
        agree::<KeyPath>(
            &texts(&["keys/a", "keys/project/web/database.password"]),
            &texts(&["", "keys", "keys/", "keys//a", "keys/../a", "keys/a/", "/keys/a", "key/a", "keys/a b"]),
        );
        agree::<KeyPattern>(
            &texts(&["keys/a", "keys/", "keys/a/", "keys/project/web/"]),
            &texts(&["", "keys", "keys//", "keys/a//", "keys/.a/", "keys/*", "/keys/a"]),
        );
        agree::<RoleArn>(
            &texts(&["arn:aws:iam::123456789012:role/web", "arn:aws-cn:iam::123456789012:role/path/to/web+x@y"]),
            &texts(&[
                "web",
                "arn:aws:iam::12345:role/web",
                "arn:aws:iam::123456789012:role/",
                "arn:evil:iam::123456789012:role/web",
                "arn:aws:iam::123456789012:role/a/",
            ]),
        );
        agree::<ExternalId>(&texts(&["ab", "a=b:c/d@e"]), &texts(&["", "a", "a b", "a*b"]));
        agree::<AccessKeyId>(&texts(&["AKIAIOSFODNN7EXAMPLE"]), &texts(&["", "AKI", "AKIA-IOSF"]));
        agree::<RegionName>(&texts(&["eu-central-1", "abc"]), &texts(&["", "eu", "-eu-1", "EU-1", "evil.example/"]));
    }

    #[test]
    fn numbers_durations_and_sizes_have_the_form_that_their_schemas_say() {
        let (low, high) = ([json!(0), json!(-1), json!(1.5), json!("3")], json!(257));
        agree::<Attempts>(&[json!(1), json!(100)], &[&low[..], &[json!(101)]].concat());
        agree::<Concurrency>(&[json!(1), json!(256)], &[&low[..], &[high]].concat());
        let durations = ["90s", "15m", "1h30m", "1h 30m", "1 hour, 5 mins", "1.5h", "10ms", "5µs", "01:30:00", "0h5m"];
        let none = texts(&["", "0s", "0h0m", "soon", "90", "h", "1h-5m", "m5"]);
        agree::<DurationText>(&texts(&durations), &[&none[..], &[json!(90), json!(true)]].concat());
        let sizes = [&texts(&["64KiB", "64 MiB", "1", "10B", "2GiB"])[..], &[json!(1), json!(65_536)]].concat();
        let none = [&texts(&["", "0", "0MiB", "-1", "64kb", "MiB", "1.5MiB"])[..], &[json!(0), json!(-1), json!(true)]]
            .concat();
        agree::<ByteSize>(&sizes, &none);
    }

    const STEP: &str = "[[steps]]\nid = \"a\"\nuses = \"b\"\n";

    fn reads(file: &str, text: &str) -> bool {
        let source = Source::new(file, text);
        match file {
            "stepwell.toml" => System::read(source).is_ok(),
            "project.toml" => Project::read(source).is_ok(),
            _ => Job::read(source).is_ok(),
        }
    }

    #[test]
    fn a_wrong_key_or_type_in_a_job_is_refused_by_both() {
        let schema = job();
        let of_job = [
            "retyr = 1",
            "timeout = 90",
            "timeout = \"soon\"",
            "keep_going = \"yes\"",
            "on_uncertain = \"ask\"",
            "docs = 1",
            "steps = []",
            "finally = { id = \"z\", uses = \"b\" }",
            "outputs = []",
            "outputs = { A = 1 }",
            "capture = { a = 1 }",
            "aws = { regoin = \"x\" }",
            "aws = { region = \"evil.example/\" }",
            "aws = { allow_default_chain = true }",
            "aws = { credentials = { provider = \"ec3\" } }",
            "aws = { credentials = { assume_role = [{ role_arn = \"web\" }] } }",
            "aws = { credentials = { assume_role = [{ role_arn = \"arn:aws:iam::123456789012:role/a\", external_id = true }] } }",
            "options = { A = {} }",
            "locals = { A = 1 }",
            "locals = []",
            "defaults = { retries = 3 }",
            "defaults = { timeout = 90 }",
            "defaults = { aws = { region = \"eu-central-1\" } }",
            "options = { a = { requierd = true } }",
            "options = { a = { type = \"int\" } }",
            "options = { a = { default = { b = 1 } } }",
            "options = { a = { values = \"b\" } }",
            "options = { a = { key = \"a\" } }",
            "options = { a = { values_from = \"https://example.com\" } }",
            "options = { a = { multiple = \"yes\" } }",
            "options = { a = { secret = true, to = \"ssm:SendCommand\" } }",
            "options = { a = { secret = true, to = [\"SendCommand\"] } }",
        ];
        let of_step = [
            "retyr = 1",
            "id = \"A\"",
            "uses = \"job:../x\"",
            "with = \"x\"",
            "with = [1]",
            "needs = \"a\"",
            "needs = [\"A\"]",
            "parallel = true",
            "for_each = 3",
            "when = 1",
            "concurrency = 0",
            "concurrency = \"3\"",
            "timeout = 5",
            "retry = 3",
            "retry = {}",
            "retry = { attempts = 0 }",
            "retry = { attempts = 2, backoff = \"linear\" }",
            "retry = { attempts = 2, on = \"X\" }",
            "on_error = \"b\"",
            "on_error = {}",
            "on_error = { uses = \"b\", id = \"c\" }",
            "on_error = { uses = \"b\", continue = \"yes\" }",
            "on_error = { uses = \"b\", on_error = { uses = \"c\" } }",
            "on_uncertain = true",
            "capture = { \"a-b\" = \"(.)\" }",
            "export = { B = 1 }",
            "aws = { region = 1 }",
        ];
        let jobs = of_job.iter().map(|line| {
            let steps = if line.starts_with("steps") { "" } else { STEP };
            format!("name = \"j\"\n{line}\n{steps}")
        });
        let steps = of_step.iter().map(|line| {
            let key = line.split(' ').next().unwrap_or_default();
            let rest: String =
                STEP.lines().filter(|other| !other.starts_with(key)).map(|line| format!("{line}\n")).collect();
            format!("name = \"j\"\n{rest}{line}\n")
        });
        let whole = ["name = \"../a\"\n".to_owned() + STEP, STEP.to_owned(), "name = \"a\"".to_owned()];
        for text in jobs.chain(steps).chain(whole) {
            assert!(!is_accepted(&schema, &text), "{text}");
            // The plan refuses these values, not the reader.
            let is_planned = text.contains("when = 1") || text.contains("for_each = 3") || text.contains("with = ");
            assert!(is_planned || !reads("job.toml", &text), "{text}");
        }
    }

    #[test]
    fn expressions_stand_where_the_language_has_them() {
        let schema = job();
        for line in [
            "when = \"${options.really}\"",
            "when = true",
            "for_each = \"${steps.a.outputs.ids}\"",
            "for_each = [\"a\", { b = 1 }]",
            "with = { a = \"${item}\", b = [1, { c = \"${index}\" }] }",
            "export = { x = \"${outputs.x}\", y = 3, z = [] }",
            "for_each = []\nconcurrency = \"${options.n}\"",
            "timeout = \"${options.t}\"",
            "[defaults]\ntimeout = \"${options.t}\"\nretry = { attempts = 2 }\n[locals]\na = { b = [\"${options.c}\"] }",
            "on_error = { uses = \"job:c\", with = { a = \"${error.code}\" }, continue = true, timeout = \"5m\" }",
            "needs = []",
            "retry = { attempts = 3, delay = \"10s\", backoff = \"exponential\", max_delay = \"5m\", jitter = true, on = [\"X\"] }",
        ] {
            let text = format!("name = \"j\"\n{STEP}{line}");
            assert!(is_accepted(&schema, &text) && reads("job.toml", &text), "{text}");
        }
        for line in ["when = \"yes\"", "for_each = \"a\""] {
            assert!(!is_accepted(&schema, &format!("name = \"j\"\n{STEP}{line}")), "{line}");
        }
    }

    #[test]
    fn a_wrong_key_or_type_in_settings_is_refused_by_both() {
        let shared = [
            "regoin = 1",
            "[aws]\nregoin = 1",
            "[limits]\nmemory = \"lots\"",
            "[limits]\nhost_calls = \"many\"",
            "[limits]\nfiles = 1",
            "[plugins]\nfolder = \"x\"",
            "[plugins]\noverride = \"x\"",
            "[plugins]\noverride = [\"X\"]",
            "[grants.x]\nalow = []",
            "[grants.x]\nallow = \"ec2:*\"",
            "[aws.credentials]\nprovider = \"ec2\"\nprofil = \"x\"",
            "[directories.site]\nwrite = true",
            "[directories.site]\npath = \"\"",
            "[directories.site]\npath = \"x\"\nwirte = true",
            "[directories.site]\npath = \"x\"\nwrite = \"yes\"",
            "[directories.Site]\npath = \"x\"",
            "[directories]\nsite = \"x\"",
            "[secrets]\n\"keys/a\" = \"x\"",
            "[secrets.\"keys/a\"]\ntoo = []",
            "[secrets.\"keys/a\"]\nto = \"ssm:SendCommand\"",
            "[secrets.\"keys/a\"]\nto = [\"SendCommand\"]",
            "[secrets.\"keys\"]\nto = []",
            "[secrets.\"keys/a*\"]\nto = []",
        ];
        let of_system = [
            "[[keys]]\npath = \"keys\"",
            "[[keys]]\nstore = \"file\"",
            "[[keys]]\npath = \"keys\"\nstore = \"valut\"",
            "[[keys]]\npath = \"keys\"\nstore = \"vault\"\nmuont = \"x\"",
        ];
        let of_project = ["[[keys]]\npath = \"keys\"\nstore = \"file\"", "[aws]\nallow_unverified_roles = true"];
        for text in shared.iter().chain(&of_system) {
            assert!(!is_accepted(&system(), text) && !reads("stepwell.toml", text), "{text}");
        }
        for text in shared.iter().chain(&of_project).map(|text| format!("name = \"web\"\n{text}")) {
            assert!(!is_accepted(&project(), &text) && !reads("project.toml", &text), "{text}");
        }
        let switches =
            "[aws]\nallow_default_chain = false\nallow_unverified_roles = true\nallow_other_providers = false";
        let lent = "[directories.site]\npath = \"public\"\nwrite = true\n";
        assert!(is_accepted(&system(), lent) && reads("stepwell.toml", lent));
        let to = "to = [\"ssm:SendCommand\", \"lambda:InvokeFunction arn:aws:lambda:*:*:function:a\"]\n";
        let secrets = format!("[secrets.\"keys/a\"]\n{to}[secrets.\"keys/shared/\"]\nto = []");
        assert!(is_accepted(&system(), &secrets) && reads("stepwell.toml", &secrets));
        let secret = format!("name = \"j\"\noptions.a.secret = true\noptions.a.{to}{STEP}");
        assert!(is_accepted(&job(), &secret) && reads("job.toml", &secret));
        assert!(is_accepted(&system(), switches) && reads("stepwell.toml", switches));
        assert!(!is_accepted(&project(), "description = \"without a name\""));
    }
}
