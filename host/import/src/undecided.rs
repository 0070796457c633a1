//! What has to be decided about a job as a whole: steps whose plugin does not exist, before the steps of the job.
//!
//! A comment would not stop anybody: the job would run without the guard or rule that Rundeck has.

use crate::names::{Taken, identifier, plugin_name};
use crate::note::{self, Notes};
use crate::toml::{Comment, StepBlock, Table};
use crate::yaml::Node;

/// A step that `job check` refuses until somebody has decided.
#[derive(Debug)]
pub struct Undecided {
    id: &'static str,
    uses: String,
    with: Table,
    comments: Vec<Comment>,
}

impl Undecided {
    /// The step.
    pub fn block(self, taken: &mut Taken) -> StepBlock {
        let mut table = Table::default();
        table.set("id", taken.unique(self.id, '_'));
        table.set("uses", self.uses);
        table.set_table("with", self.with);
        StepBlock { comments: self.comments, table, off: false }
    }
}

/// The keys of a sequence.
pub const SEQUENCE: [&str; 4] = ["keepgoing", "strategy", "commands", "pluginConfig"];

/// The keys of a job that are read, besides those that have advice.
const JOB: [&str; 9] = [
    "name",
    "description",
    "timeout",
    "retry",
    "options",
    "sequence",
    "executionEnabled",
    "multipleExecutions",
    "maxMultipleExecutions",
];

/// Plugins of a job's life cycle without an effect on what its steps do.
const HARMLESS: [&str; 4] = ["killhandler", "roi-metrics-data", "result-data-json-template", "retry-failed-nodes"];

/// What has to be decided about a job before its steps.
pub fn of_job(job: &Node, notes: &Notes) -> Vec<Undecided> {
    let mut undecided = Vec::new();
    let is_off = |text: &str| matches!(text.trim().to_ascii_lowercase().as_str(), "false" | "no" | "off");
    if job.glance("executionEnabled").is_some_and(is_off) {
        job.flag_of("executionEnabled");
        let before = notes.count();
        let what = "the job is disabled in Rundeck (`executionEnabled` is false)";
        notes.leave_open(job.place_of("executionEnabled"), what, "remove the step that refuses it to enable the job");
        let uses = "rundeck-execution-disabled".to_owned();
        let comments = notes.lines_since(before);
        undecided.push(Undecided { id: "execution_disabled", uses, with: Table::default(), comments });
    }
    let plugins = job.glance_at("plugins").and_then(|plugins| plugins.glance_at("ExecutionLifecycle"));
    let at = job.place_of("plugins");
    for provider in plugins.map(Node::keys).unwrap_or_default() {
        if HARMLESS.contains(&provider) {
            continue;
        }
        let before = notes.count();
        let what = format!("the plugin `{provider}` may stop a run of the job in Rundeck");
        let next = "write a step that does the same, or remove this one; until then `job check` refuses the job";
        notes.leave_open(at, what, next);
        let uses = plugin_name(&format!("rundeck-{provider}"));
        let comments = notes.lines_since(before);
        undecided.push(Undecided { id: "execution_plugin", uses, with: Table::default(), comments });
    }
    undecided.extend(keys(job, &JOB, "job", notes));
    undecided
}

/// The unknown keys of a job or a sequence, each of which may be a guard. Their values may be secrets, and stay in Rundeck's
/// file.
pub fn keys(node: &Node, known: &[&str], of: &str, notes: &Notes) -> Option<Undecided> {
    let before = notes.count();
    let mut with = Table::default();
    let unread = node.unread().into_iter();
    for (key, at, value) in unread.filter(|(key, ..)| !known.contains(key) && !note::is_known(key)) {
        value.set_aside();
        let what = format!("`{key}` of the {of} is unknown, and may decide whether its steps run");
        let next = "write a step that does the same, or remove this one; until then `job check` refuses the job";
        notes.leave_open(at, what, next);
        with.set(&identifier(key, "key"), format!("see {}", notes.place(at)));
    }
    let comments = notes.lines_since(before);
    (!with.is_empty()).then(|| Undecided { id: "unknown_keys", uses: format!("rundeck-{of}-key"), with, comments })
}

/// A strategy that is unknown, or a ruleset whose rules are.
pub fn strategy(sequence: &Node, notes: &Notes) -> Undecided {
    let before = notes.count();
    let strategy = sequence.text_of("strategy").unwrap_or_default();
    let what = match strategy {
        "ruleset" => "the rules of the strategy `ruleset` are not in the file".to_owned(),
        other => format!("the strategy `{other}` is unknown, so the order of the steps is unknown"),
    };
    let next = "write `needs` and `when` on the steps, and remove this one; until then `job check` refuses the job";
    let config = sequence.glance_at("pluginConfig").and_then(|config| config.glance_at("WorkflowStrategy"));
    let text = config.map(|config| config.lines("WorkflowStrategy")).unwrap_or_default();
    notes.leave_open_with_text(sequence.place_of("strategy"), what, next, text);
    if let Some(config) = config {
        config.set_aside();
    }
    let mut with = Table::default();
    with.set("strategy", strategy.replace("${", "$${"));
    let comments = notes.lines_since(before);
    Undecided { id: "unknown_strategy", uses: "rundeck-strategy".to_owned(), with, comments }
}
