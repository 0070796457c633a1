//! Job files, for people and for programs.

use serde_json::{Value as Json, json};
use stepwell_home::ListedJob;

use super::table;
use crate::out;

/// A table of jobs.
pub fn list(jobs: &[ListedJob]) -> String {
    if jobs.is_empty() {
        return "there is no job here; `stepwell init` makes a project with a first one\n".to_owned();
    }
    let row = |ListedJob { path, job }: &ListedJob| {
        let options: Vec<_> = job.options.keys().map(ToString::to_string).collect();
        let cells = [path.display().to_string(), job.name.to_string(), job.description.clone(), options.join(" ")];
        cells.map(Some).into()
    };
    let columns = ["file", "job", "description", "options"].map(str::to_owned);
    table::fitted(&columns, &jobs.iter().map(row).collect::<Vec<_>>(), out::width())
}

/// A job, for programs.
pub fn json(ListedJob { path, job }: &ListedJob) -> Json {
    let options: Vec<_> = job.options.keys().collect();
    json!({ "file": path, "job": job.name, "description": job.description, "options": options })
}
