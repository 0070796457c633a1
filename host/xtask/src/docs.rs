//! `cargo xtask docs`: the manual of the steps, from what the shipped plugins say of themselves.
//!
//! The built program is asked, not the plugins' sources, so that the manual tells what a user of it gets.

mod limits;
mod markdown;
mod schema;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value as Json;
use stepwell_model::action::Repeat;

use crate::bindings::repository;
use crate::task::{self, Profile, TaskError};
use markdown::{code, table, text};
pub use schema::{Field, fields};

/// Where the manual lies, from the repository's root.
pub const STEPS: &str = "docs/steps.md";

const HEAD: &str = "\
<!-- By `cargo xtask docs`, from what the plugins say of themselves. Change their doc comments and example.toml. -->

# The steps

Every step that ships with Stepwell: what `with` takes, what `steps.<id>.outputs` holds afterwards, and which IAM actions
it can call, which is all that it can do. `stepwell plugin inspect NAME --output json` has all of it, of any plugin.

Region and credentials are no properties: `aws` of the step, the job, the project or the system has them. A duration is
text such as `\"90s\"` or `\"1h30m\"`. [`jobs.md`](jobs.md) has the rest of the language.
";

/// What the names of plugins begin with, and the service that it stands for, in the order of the manual.
const SERVICES: [(&str, &str); 13] = [
    ("ec2", "Amazon EC2"),
    ("ebs", "Amazon EBS"),
    ("asg", "Amazon EC2 Auto Scaling"),
    ("elb", "Elastic Load Balancing"),
    ("vpc", "Amazon VPC"),
    ("ecs", "Amazon ECS"),
    ("lambda", "AWS Lambda"),
    ("rds", "Amazon RDS"),
    ("s3", "Amazon S3"),
    ("athena", "Amazon Athena"),
    ("cloudwatch", "Amazon CloudWatch"),
    ("ssm", "AWS Systems Manager"),
    ("aws", "AWS Security Token Service"),
];

/// For plugins that belong to none.
const OTHERS: &str = "Everything else";

/// A step that ships with Stepwell.
#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    /// The name that a job uses.
    pub name: String,
    origin: String,
    /// What it says of itself.
    pub description: Description,
    calls: Vec<Call>,
}

/// What a plugin says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Description {
    /// The name that it gives itself.
    pub name: String,
    summary: String,
    config_schema: Json,
    outputs_schema: Json,
}

#[derive(Debug, Clone, Deserialize)]
struct Call {
    function: String,
    action: String,
    also: Vec<String>,
    repeat: Repeat,
}

impl Step {
    /// What `with` takes.
    #[must_use]
    pub fn config(&self) -> Vec<Field> {
        fields(&self.description.config_schema)
    }

    /// What the step puts out.
    #[must_use]
    pub fn outputs(&self) -> Vec<Field> {
        fields(&self.description.outputs_schema)
    }

    fn service(&self) -> &'static str {
        let prefix = self.name.split('-').next();
        SERVICES.iter().find(|(name, _)| Some(*name) == prefix).map_or(OTHERS, |(_, title)| title)
    }
}

/// Builds the plugins and the host, and writes the manual.
///
/// # Errors
///
/// When something does not build, or a plugin has no example.
pub fn write() -> Result<(), TaskError> {
    task::build_plugins()?;
    let page = page(&task::build_host(Profile::Dev)?)?;
    let path = repository().join(STEPS);
    fs::write(&path, page).map_err(TaskError::file(&path))
}

/// The steps that this `stepwell` ships, by name.
///
/// # Errors
///
/// When the program cannot be run or says something else.
pub fn steps(stepwell: &Path) -> Result<Vec<Step>, TaskError> {
    let nowhere = tempfile::tempdir().map_err(TaskError::file(&std::env::temp_dir()))?;
    let mut list = Command::new(stepwell);
    list.args(["plugin", "list", "--output", "json"]).current_dir(&nowhere).env("STEPWELL_HOME", nowhere.path());
    let output = list.output().map_err(|source| TaskError::Start { program: task::name(&list), source })?;
    if !output.status.success() {
        return Err(TaskError::Wrong {
            program: task::name(&list),
            found: String::from_utf8_lossy(&output.stderr).into(),
        });
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let steps: Result<Vec<Step>, _> = text.lines().map(serde_json::from_str).collect();
    let mut steps = steps.map_err(|error| TaskError::Wrong { program: task::name(&list), found: error.to_string() })?;
    steps.retain(|step| step.origin == "shipped");
    steps.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(steps)
}

/// The manual of the steps that this `stepwell` ships.
///
/// # Errors
///
/// Those of [`steps`], and when a plugin has no example.
pub fn page(stepwell: &Path) -> Result<String, TaskError> {
    let steps = steps(stepwell)?;
    let (mut index, mut sections) = (Vec::new(), String::new());
    for title in SERVICES.iter().map(|(_, title)| *title).chain([OTHERS]) {
        let mut heading = title;
        for step in steps.iter().filter(|step| step.service() == title) {
            let link = format!("[`{0}`](#{0})", step.name);
            index.push([heading.to_owned(), link, text(&step.description.summary)]);
            if !heading.is_empty() {
                sections.push_str(&format!("\n## {title}\n"));
            }
            sections.push_str(&section(step, &example(&step.name)?));
            heading = "";
        }
    }
    Ok(format!("{HEAD}\n{}{sections}", table(["service", "step", "what it does"], index.into_iter())))
}

fn example(name: &str) -> Result<String, TaskError> {
    let path = repository().join("plugins").join(name).join("example.toml");
    fs::read_to_string(&path).map_err(TaskError::file(&path))
}

fn section(step: &Step, example: &str) -> String {
    let Step { name, description, .. } = step;
    let config = properties(&step.config());
    let outputs = outputs(&step.outputs());
    let (summary, actions, example) = (text(&description.summary), actions(&step.calls), example.trim());
    format!(
        "\n### `{name}`\n\n{summary}.\n\n{config}\n{outputs}\n{actions}\n**Example**\n\n```toml\n{example}\n```\n",
        summary = summary.trim_end_matches('.'),
    )
}

fn properties(fields: &[Field]) -> String {
    if fields.is_empty() {
        return "It has no properties.\n".to_owned();
    }
    let row = |field: &Field| {
        let default =
            if field.required { "required".to_owned() } else { field.default.as_deref().map(code).unwrap_or_default() };
        [code(&field.path), field.kind.clone(), default, words(field)]
    };
    table(["property", "type", "default", "what it is"], fields.iter().map(row))
}

/// The description of a property, and behind it what its values are held to.
fn words(field: &Field) -> String {
    let mut limits = field.limits.join("; ");
    if let Some(first) = limits.get(..1).map(str::to_ascii_uppercase) {
        limits.replace_range(..1, &first);
        limits.push('.');
    }
    format!("{} {limits}", text(&field.description)).trim().to_owned()
}

fn outputs(fields: &[Field]) -> String {
    if fields.is_empty() {
        return "It has no outputs.\n".to_owned();
    }
    let row = |field: &Field| {
        let null = if field.nullable { " or null" } else { "" };
        let kind = format!("{}{null}", field.kind);
        let always = if field.required { "always" } else { "" };
        [code(&field.path), kind, always.to_owned(), text(&field.description)]
    };
    table(["output", "type", "there", "what it is"], fields.iter().map(row))
}

fn actions(calls: &[Call]) -> String {
    if calls.is_empty() {
        return "It calls nothing of AWS.\n".to_owned();
    }
    let row = |call: &Call| {
        let actions: Vec<_> = std::iter::once(&call.action).chain(&call.also).map(|action| code(action)).collect();
        [code(&call.function), actions.join(", "), call.repeat.in_words().to_owned()]
    };
    table(["call", "IAM actions", "what it does"], calls.iter().map(row))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn step(config: Json, outputs: Json, calls: Json) -> Step {
        let description =
            json!({ "name": "a-b", "summary": "Does *it*", "config_schema": config, "outputs_schema": outputs });
        let step = json!({ "name": "a-b", "origin": "shipped", "description": description, "calls": calls });
        serde_json::from_value(step).unwrap()
    }

    #[test]
    fn a_section_has_properties_outputs_actions_and_the_example() {
        let config = json!({
            "properties": {
                "mode": { "enum": ["a", "b"], "default": "a", "description": "How." },
                "name": { "type": "string", "minLength": 1, "description": "Which|one." },
            },
            "required": ["name"],
        });
        let outputs = json!({
            "properties": { "at": { "type": ["string", "null"], "description": "When." }, "by": { "type": "integer" } },
            "required": ["at"],
        });
        let read = json!({ "function": "s3.get", "action": "s3:GetObject", "also": [], "repeat": "read" });
        let write =
            json!({ "function": "s3.put", "action": "s3:PutObject", "also": ["kms:Decrypt"], "repeat": "once" });
        let expected = "
### `a-b`

Does \\*it\\*.

| property | type | default | what it is |
| --- | --- | --- | --- |
| `name` | text | required | Which\\|one. Not empty. |
| `mode` | text | `\"a\"` | How. One of `\"a\"`, `\"b\"`. |

| output | type | there | what it is |
| --- | --- | --- | --- |
| `at` | text or null | always | When. |
| `by` | integer |  |  |

| call | IAM actions | what it does |
| --- | --- | --- |
| `s3.get` | `s3:GetObject` | reads |
| `s3.put` | `s3:PutObject`, `kms:Decrypt` | changes; never repeated without being asked |

**Example**

```toml
name = \"it\"
```
";
        let step = step(config, outputs, json!([read, write]));
        assert_eq!(section(&step, "name = \"it\"\n"), expected);
    }

    #[test]
    fn a_step_without_anything_says_so() {
        let section = section(&step(json!({}), json!({}), json!([])), "");
        for words in ["It has no properties.", "It has no outputs.", "It calls nothing of AWS."] {
            assert!(section.contains(words), "{section}");
        }
    }
}
