//! Writes one Rundeck job as a job file.

use stepwell_model::file::show_duration;

use crate::capture;
use crate::identity;
use crate::job::{Job, Jobs};
use crate::note::Notes;
use crate::options;
use crate::reference::Scope;
use crate::steps::Steps;
use crate::toml::{Document, OptionBlock, StepBlock, Table, Value};
use crate::undecided::{self, Undecided};
use crate::words;
use crate::yaml::{self, FORMAT, Node};

/// Writes the file of a job.
pub fn write(job: &Job<'_>, jobs: &Jobs<'_>, file: &str, notes: &Notes) -> String {
    let before = notes.count();
    let node = job.node;
    let mut table = Table::default();
    table.set("name", job.name.as_str());
    let (first, rest) = words::description(node.text_of("description"));
    table.set_some("description", first);
    table.set_some("docs", rest);
    table.set_some("timeout", timeout(node, notes));
    table.set_some("concurrency", concurrency(node, notes));
    retry(job, notes);
    let sequence = node.child("sequence");
    let keep_going = sequence.and_then(|sequence| sequence.flag_of("keepgoing")) == Some(true);
    if keep_going {
        table.set("keep_going", true);
    }
    let filters = sequence.and_then(|sequence| sequence.child("pluginConfig")).and_then(|own| own.child("LogFilter"));
    let capture = capture::read(filters, notes);
    let undecided_before = notes.count();
    let undecided = undecided::of_job(node, notes);
    let own_notes = notes.count();
    for key in ASIDE {
        yaml::set_aside(node, "", key, FORMAT, notes);
    }
    let mut comments = job.origin(file);
    comments.extend(notes.lines_between(before, undecided_before));
    comments.extend(notes.lines_since(own_notes));
    let scope = Scope::new(options::names(&job.options));
    let mut steps = Steps { notes, jobs, keep_going, captures: &capture, scope };
    let steps = sequence.map_or_else(Vec::new, |sequence| read_steps(sequence, &mut steps, undecided));
    if steps.iter().all(|step| step.off) {
        let what = format!("the job `{}` has no step that runs", job.identity.title);
        notes.leave_open(node.at, what, "write its steps");
    }
    let options = job.options.iter().map(|option| OptionBlock {
        name: option.name.name.clone(),
        comments: option.comments.clone(),
        table: option.table.clone(),
    });
    let passport = Some(identity::passport(&job.identity, &jobs.take_needs()));
    Document { comments, passport, table, options: options.collect(), capture, steps, ..Document::default() }.write()
}

/// The parts of a job that stand in its file as comments.
const ASIDE: [&str; 8] =
    ["schedule", "schedules", "timeZone", "nodefilters", "orchestrator", "notification", "plugins", "runnerSelector"];

/// Reads the steps of a sequence: a map with `commands`, or a list in old exports.
fn read_steps(sequence: &Node, steps: &mut Steps<'_, '_>, undecided: Vec<Undecided>) -> Vec<StepBlock> {
    let commands = sequence.items().or_else(|| {
        let commands = sequence.child("commands")?;
        commands.items().or_else(|| Some(std::slice::from_ref(commands)))
    });
    steps.read(sequence, commands.unwrap_or_default(), undecided)
}

fn timeout(node: &Node, notes: &Notes) -> Option<String> {
    let timeout = node.child("timeout")?;
    let text = timeout.text().filter(|text| !text.trim().is_empty())?;
    let time = words::duration(text);
    if time.is_none() {
        let next = "write a fixed timeout, such as timeout = \"2h\"";
        notes.add(timeout.at, format!("the timeout `{text}` is not imported, because it is not a fixed time"), next);
    }
    time.map(show_duration)
}

/// Most runs that a job file can allow at the same time.
const MOST_RUNS: i64 = 1000;

/// Reads `multipleExecutions` and `maxMultipleExecutions`. Rundeck refuses a second run of a job, unless the first key is
/// true; it then starts as many as the second key says, or any number.
fn concurrency(node: &Node, notes: &Notes) -> Option<Table> {
    let is_multiple = node.flag_of("multipleExecutions") == Some(true);
    let most = node.child("maxMultipleExecutions");
    let text = most.and_then(Node::text).map(str::trim).filter(|text| !text.is_empty());
    let most = match (is_multiple, text.map(str::parse::<i64>)) {
        (false, _) => 1,
        (true, None | Some(Ok(0))) => return None,
        (true, Some(Ok(most @ 1..=MOST_RUNS))) => most,
        (true, Some(_)) => {
            let at = node.place_of("maxMultipleExecutions");
            let what = format!("`maxMultipleExecutions` {} is not imported", text.unwrap_or_default());
            notes.add(at, what, "write concurrency = { most = … } with a number from 1 to 1000, or allow any number");
            return None;
        }
    };
    let mut table = Table::default();
    table.set("most", Value::Integer(most));
    Some(table)
}

/// Adds a note on `retry`: a step that uses a job can be retried, a job cannot.
fn retry(job: &Job<'_>, notes: &Notes) {
    let Some(retry) = job.node.child("retry") else { return };
    let (count, delay) = match retry.text() {
        Some(count) => (Some(count), None),
        None => (retry.text_of("retry"), retry.text_of("delay")),
    };
    let count = count.and_then(|count| count.trim().parse::<u32>().ok());
    let attempts = count.and_then(|count| count.checked_add(1)).filter(|attempts| *attempts <= 100);
    let attempts = attempts.map_or("…".to_owned(), |attempts| attempts.to_string());
    let delay = match delay {
        Some(delay) => format!(", delay = \"{}\"", words::duration(delay).map_or("…".to_owned(), show_duration)),
        None => String::new(),
    };
    let next = format!(
        "write a job whose only step has uses = \"job:{}\" and retry = {{ attempts = {attempts}{delay} }}, and run it",
        job.name
    );
    notes.add(retry.at, "`retry` is not imported, because only a step can be retried", next);
}
