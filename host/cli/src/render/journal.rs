//! The journal as a whole.

use std::path::Path;

use serde_json::{Value as Json, json};
use stepwell_home::{Examination, Restored};
use stepwell_model::id::RunId;

use super::words::printable;

/// What an examination found.
pub fn check(found: &Examination) -> String {
    let mut text = format!("{} runs with {} records\n", found.runs, found.records);
    let mut damaged = |what: &str| text.push_str(&format!("damaged: {}\n", printable(what)));
    found.problems.iter().for_each(|problem| damaged(problem));
    found.damaged.iter().for_each(|(run, reason)| damaged(&format!("run {run}: {reason}")));
    text
}

/// What an examination found, for programs.
pub fn check_json(found: &Examination) -> Json {
    let damaged = damaged_json(&found.damaged);
    json!({ "runs": found.runs, "records": found.records, "problems": found.problems, "damaged": damaged })
}

fn damaged_json(damaged: &[(RunId, String)]) -> Vec<Json> {
    damaged.iter().map(|(run, reason)| json!({ "run": run, "reason": reason })).collect()
}

/// The first problem, and how many more there are.
pub fn damage(found: &Examination) -> String {
    let runs = found.damaged.iter().map(|(run, reason)| format!("run `{run}`: {reason}"));
    let all: Vec<_> = found.problems.iter().cloned().chain(runs).collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, more @ ..] => format!("{one}, and {} more", more.len()),
    }
}

/// A copy was made.
pub fn copied(file: &Path) -> String {
    format!("copied to {}\n", printable(&file.display().to_string()))
}

/// A copy was made, for programs.
pub fn copied_json(file: &Path) -> Json {
    json!({ "file": file })
}

/// A copy was put back.
pub fn restored(restored: &Restored) -> String {
    let mut text = format!("the journal has held {} runs\n", restored.runs);
    if restored.paused > 0 {
        let paused = restored.paused;
        text.push_str(&format!(
            "{paused} of them had not ended and are paused: check in AWS what they did since the copy was made, then \
             run `stepwell runs resume RUN` or `stepwell runs cancel RUN`\n"
        ));
    }
    if !restored.damaged.is_empty() {
        let damaged = restored.damaged.len();
        text.push_str(&format!("{damaged} of them cannot be read; `stepwell journal check` says which, and why\n"));
    }
    if let Some(replaced) = &restored.replaced {
        let replaced = replaced.display().to_string();
        text.push_str(&format!("the database that was there is {}\n", printable(&replaced)));
    }
    text
}

/// A copy was put back, for programs.
pub fn restored_json(restored: &Restored) -> Json {
    let damaged = damaged_json(&restored.damaged);
    json!({ "runs": restored.runs, "paused": restored.paused, "damaged": damaged, "replaced": restored.replaced })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_reasons_cannot_steer_the_terminal() {
        let hostile = "\u{1b}[2J\u{202e}x";
        let replaced = Some(hostile.into());
        let (problems, damaged) = (vec![hostile.to_owned()], vec![("run-1".parse().unwrap(), hostile.to_owned())]);
        for text in [
            check(&Examination { runs: 1, records: 1, problems, damaged }),
            copied(Path::new(hostile)),
            restored(&Restored { runs: 1, paused: 0, damaged: Vec::new(), replaced }),
        ] {
            assert!(text.contains('x') && !text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        }
    }
}
