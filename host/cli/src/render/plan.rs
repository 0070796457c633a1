//! A plan, for people and for programs.

use std::collections::BTreeMap;

use console::style;
use serde_json::{Value as Json, json};
use stepwell_aws::SourceFound;
use stepwell_model::action::{ActionRow, Repeat};
use stepwell_model::credentials::Base;
use stepwell_model::file::show_duration;
use stepwell_model::id::OptionName;
use stepwell_model::limits::Limits;
use stepwell_model::plan::{Plan, PlannedStep};
use stepwell_model::plugin::Origin;

use super::words::{printable, value};
use super::{credentials, table};

/// One line that says that a job is as it should be.
pub fn checked(plan: &Plan) -> String {
    let count = plan.steps.len();
    let steps = if count == 1 { "1 step".to_owned() } else { format!("{count} steps") };
    format!("{}: job `{}` is valid ({steps})", printable(&plan.source.name), plan.job)
}

/// The plan, for people.
pub fn text(plan: &Plan, source: Option<&SourceFound>) -> String {
    let mut head = vec![("file", printable(&plan.source.name).into_owned())];
    let project = plan.project.as_ref().zip(plan.project_file.as_ref());
    head.extend(project.map(|(name, file)| ("project", printable(&format!("{name}  ({file})")).into_owned())));
    head.extend(plan.options.iter().map(|(name, value)| (name.as_str(), option(plan, name, value))));
    let description = printable(&plan.description);
    let mut text = format!("{}  {description}\n{}", style(&plan.job).bold(), table::pairs(head, "  "));
    for (number, step) in (1..).zip(&plan.steps) {
        text.push_str(&format!("\n{number}. {}  {}\n", style(&step.id).bold(), printable(&step.description)));
        text.push_str(&table::pairs(step_pairs(step, plan, source), "     "));
    }
    text
}

/// The value of an option; of a secret, where it is.
fn option(plan: &Plan, name: &OptionName, value: &str) -> String {
    match plan.secrets.get(name).map(|secret| &secret.key) {
        Some(Some(path)) => format!("secret, in {path}"),
        Some(None) => "secret, asked for when the job runs".to_owned(),
        None => printable(value).into_owned(),
    }
}

fn step_pairs(step: &PlannedStep, plan: &Plan, source: Option<&SourceFound>) -> Vec<(&'static str, String)> {
    let plugin = &step.plugin;
    let from = match plugin.origin {
        Origin::Shipped => "ships with Stepwell",
        Origin::Home => "from STEPWELL_HOME",
        Origin::Project => "from the project",
    };
    let version = printable(&plugin.description.version);
    let digest = plugin.digest.hex();
    let mut pairs = vec![("uses", format!("{} {version}  ({from}, sha256:{digest:.12}…)", plugin.name))];
    match config(step, plan) {
        Json::Object(entries) => pairs
            .extend(entries.iter().map(|(name, entry)| ("with", format!("{} = {}", printable(name), value(entry))))),
        other => pairs.push(("with", value(&other))),
    }
    pairs.push(("timeout", format!("{}  ({})", show_duration(step.timeout.value), step.timeout.from)));
    let region = step.region.as_ref().map(|region| format!("{}  ({})", region.value.as_str(), region.from));
    if plugin.imports.need_credentials() {
        let is_left = step.credentials.base == Base::DefaultChain;
        pairs.extend(credentials::pairs(&step.credentials, source.filter(|_| is_left)));
        pairs.push((
            "region",
            region.unwrap_or_else(|| "as the AWS SDK finds it: AWS_REGION, profile, instance".to_owned()),
        ));
    }
    pairs.extend(plugin.imports.rows().map(|row| ("may call", call(row, step))));
    if step.limits != Limits::default() {
        pairs.push(("limits", json!(step.limits).to_string()));
    }
    pairs
}

fn call(row: &ActionRow, step: &PlannedStep) -> String {
    if step.grants.withheld().any(|action| action == row.action) {
        return format!("{}  (withheld: the call is answered with `denied`)", row.action);
    }
    let repeat = match row.repeat {
        Repeat::Read => "reads",
        Repeat::Idempotent => "changes; repeating it changes nothing more",
        Repeat::Tokened => "changes; a client token makes it repeatable",
        Repeat::Once => "changes; never repeated without being asked",
    };
    format!("{}  ({repeat})", row.action)
}

/// The configuration as far as the plan knows it, with the expressions of what only the run will know.
fn config(step: &PlannedStep, plan: &Plan) -> Json {
    let written = || plan.source.text.get(step.with.span()).unwrap_or_default();
    step.config.clone().unwrap_or_else(|| written().split_whitespace().collect::<Vec<_>>().join(" ").into())
}

/// The plan, for programs.
pub fn json(plan: &Plan, source: Option<&SourceFound>) -> Json {
    let secrets: BTreeMap<_, _> = plan.secrets.iter().map(|(name, secret)| (name, &secret.key)).collect();
    json!({
        "job": plan.job,
        "description": plan.description,
        "file": plan.source.name,
        "project": plan.project,
        "project_file": plan.project_file,
        "options": plan.options,
        "secrets": secrets,
        "steps": plan.steps.iter().map(|step| step_json(step, source)).collect::<Vec<_>>(),
    })
}

fn step_json(step: &PlannedStep, source: Option<&SourceFound>) -> Json {
    let source = source.filter(|_| step.credentials.base == Base::DefaultChain);
    json!({
        "id": step.id,
        "description": step.description,
        "uses": step.plugin.name,
        "version": step.plugin.description.version,
        "origin": step.plugin.origin,
        "digest": step.plugin.digest,
        "config": step.config,
        "timeout_ms": u64::try_from(step.timeout.value.as_millis()).unwrap_or(u64::MAX),
        "timeout_from": step.timeout.from,
        "region": step.region,
        "credentials": step.plugin.imports.need_credentials().then(|| credentials::credentials_json(&step.credentials, source)),
        "limits": step.limits,
        "actions": step.grants.allowed().collect::<Vec<_>>(),
        "withheld": step.grants.withheld().collect::<Vec<_>>(),
    })
}
