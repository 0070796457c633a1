//! Every event that a run printed is in the journal, whatever happens to the disk and the file. If the journal cannot
//! be used, the host says so and does nothing.

mod disk;
mod files;
mod read_only;
mod restores;

use serde_json::Value as Json;

use crate::resumes::running::records;
use crate::support::Site;

/// Asserts that the journal holds every record that the run printed, and returns the run's id.
pub fn assert_kept(site: &Site, printed: &[Json]) -> String {
    let printed = records(printed);
    let id = printed[0]["run"].as_str().expect("an id");
    let kept = logged(site, id);
    assert!(kept.len() >= printed.len(), "{kept:?}");
    assert_eq!(kept[..printed.len()], *printed);
    id.to_owned()
}

fn logged(site: &Site, id: &str) -> Vec<Json> {
    let logs = site.stepwell(&["runs", "logs", id, "--output", "json"]);
    assert_eq!((logs.code, logs.stderr.as_str()), (0, ""), "{logs:?}");
    logs.json_lines()
}

/// Asserts that the run can be resumed and succeeds.
fn assert_goes_on(site: &Site, id: &str) {
    let resumed = site.stepwell(&["runs", "resume", id]);
    assert_eq!((resumed.code, resumed.stderr.as_str()), (0, ""), "{resumed:?}");
}
