//! Listing runs, and finding one by the beginning of its id.

use serde_json::{Value as Json, json};

use super::fleet::the_run;
use super::running::{Running, waiter, without_times};
use crate::support::Site;

fn listed(site: &Site, arguments: &[&str]) -> Vec<Json> {
    let listed = site.stepwell(&[&["runs", "list", "--output", "json"], arguments].concat());
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""), "{listed:?}");
    listed.json_lines()
}

fn ids(site: &Site, arguments: &[&str]) -> Vec<String> {
    listed(site, arguments).iter().map(|run| run["run"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn before_the_first_run_the_list_is_empty_and_listing_creates_no_file() {
    let site = Site::without_aws().with_empty_home();
    let listed = site.stepwell(&["runs", "list"]);
    assert_eq!((listed.code, listed.stdout.as_str()), (0, "no runs\n"));
    let [what, because, next] = site.stepwell(&["runs", "show", "x"]).three_lines(2).map(str::to_owned);
    assert_eq!(what, "error: there is no run `x`");
    assert_eq!(because, "because: the journal holds no run whose id begins with this");
    assert_eq!(next, "next: run `stepwell runs list`");
    assert_eq!(site.stepwell(&["runs", "prune", "--yes"]).code, 0);
    assert_eq!(site.home().read_dir().expect("a folder").count(), 0);
}

#[test]
fn runs_are_listed_the_newest_first_and_by_what_is_asked_for() {
    let site = waiter(1, 3_600_000);
    let open = Running::waiting(&site).kill()[0]["run"].as_str().expect("an id").to_owned();
    let failing = "name = \"failing\"\n[[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = { rounds = 0, fail_at = 0 }\n";
    let site = site.file("failing.toml", failing);
    assert_eq!(site.stepwell(&["run", "failing.toml"]).code, 1);
    let outside = tempfile::TempDir::new().expect("a folder");
    let job = outside.path().join("outside.toml");
    std::fs::write(&job, "name = \"outside\"\n[[steps]]\nid = \"it\"\nuses = \"waiter\"\nwith = { rounds = 0 }\n")
        .expect("it is ours");
    let site = site.home_file("plugins/waiter.wasm", crate::support::guest("waiter"));
    assert_eq!(site.stepwell(&["run", job.to_str().expect("UTF-8")]).code, 0);

    let all = listed(&site, &[]);
    let [outside, failed, left] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(left["run"], open.as_str());
    for (run, job, project, state, outcome) in [
        (outside, "outside", json!(null), "ended", json!("succeeded")),
        (failed, "failing", json!("test"), "ended", json!("failed")),
        (left, "job", json!("test"), "open", json!(null)),
    ] {
        assert_eq!((&run["job"], &run["project"]), (&json!(job), &project), "{run}");
        assert_eq!((&run["state"], &run["outcome"]), (&json!(state), &outcome), "{run}");
        assert_eq!((&run["dry_run"], &run["held_by"]), (&json!(false), &json!(null)), "{run}");
        assert_eq!(run["finished"].is_null(), state == "open", "{run}");
    }
    let id = |run: &Json| run["run"].as_str().expect("an id").to_owned();
    assert_eq!(ids(&site, &["--job", "failing"]), [id(failed)]);
    assert_eq!(ids(&site, &["--project", "test"]), [id(failed), id(left)]);
    assert_eq!(ids(&site, &["--state", "open"]), [id(left)]);
    assert_eq!(ids(&site, &["--state", "ended", "--state", "paused"]), [id(outside), id(failed)]);
    assert_eq!(ids(&site, &["--limit", "1"]), [id(outside)]);
    assert_eq!(ids(&site, &["--since", "1h"]).len(), 3);
    assert_eq!(ids(&site, &["--since", failed["started"].as_str().expect("a time")]), [id(outside), id(failed)]);
    assert_eq!(site.stepwell(&["runs", "list", "--since", "yesterday"]).code, 2);

    let shortened = site.stepwell(&["runs", "list", "--limit", "2"]).stdout;
    assert!(shortened.ends_with("older runs are not listed: `--limit` lists more\n"), "{shortened}");
    let table = site.stepwell(&["runs", "list", "--limit", "3"]).stdout;
    let states = ["state", "-----", "succeeded", "failed", "abandoned: no process executes it"];
    assert_eq!(table.lines().count(), states.len(), "{table}");
    for (line, state) in table.lines().zip(states) {
        assert!(line.contains(state), "{state} in {table}");
    }
}

#[test]
fn the_beginning_of_an_id_is_enough_when_no_other_run_has_it() {
    let site = waiter(0, 0);
    let run = |_| site.run_json().1[0]["run"].as_str().expect("an id").to_owned();
    let [first, second] = [0, 1].map(run);
    let shared = first.chars().zip(second.chars()).take_while(|(a, b)| a == b).count();
    for (id, other) in [(&first, &second), (&second, &first)] {
        let shown = site.stepwell(&["runs", "show", &id[..=shared]]).stdout;
        assert!(shown.contains(id.as_str()) && !shown.contains(other.as_str()), "{shown}");
    }
    let [what, because, next] = site.stepwell(&["runs", "show", &first[..shared]]).three_lines(2).map(str::to_owned);
    assert_eq!(what, format!("error: several run ids begin with `{}`", &first[..shared]));
    assert!(because.contains(&first) && because.contains(&second), "{because}");
    assert_eq!(next, "next: give more of the id");
}

#[test]
fn logs_of_one_step_are_those_of_its_parts_too() {
    let job = "name = \"job\"\n[[steps]]\nid = \"each\"\nfor_each = [1, 2]\nuses = \"waiter\"\nwith = { rounds = 0 }\n\
               [[steps]]\nid = \"last\"\nuses = \"waiter\"\nwith = { rounds = 0 }\n";
    let site = waiter(0, 0).file("job.toml", job);
    assert_eq!(site.run().code, 0);
    let id = the_run(&site).expect("there is a run");
    let lines = |step: &str| without_times(&site.stepwell(&["runs", "logs", &id, "--step", step]).stdout);
    for (step, parts) in [("each", vec!["each[0]", "each[1]"]), ("each[1]", vec!["each[1]"]), ("last", vec!["last"])] {
        let logged = lines(step);
        let said: Vec<_> = logged.lines().filter_map(|line| line.strip_suffix(" round 0 of 0")).collect();
        assert_eq!(said, parts.iter().map(|part| format!("[{part}]")).collect::<Vec<_>>(), "{logged}");
    }
}

#[test]
fn runs_that_ended_are_removed_and_the_others_stay() {
    let site = waiter(1, 3_600_000);
    let open = Running::waiting(&site).kill()[0]["run"].as_str().expect("an id").to_owned();
    let site = site.step("waiter", "{ rounds = 0 }");
    for _ in 0..3 {
        assert_eq!(site.run().code, 0);
    }
    let newest = ids(&site, &["--limit", "1"]).remove(0);
    assert_eq!(site.stepwell(&["runs", "prune", "--yes"]).code, 0);
    assert_eq!(ids(&site, &[]).len(), 4, "none of them ended a month ago");
    let pruned =
        site.stepwell(&["runs", "prune", "--yes", "--older-than", "0s", "--keep-last", "1", "--output", "json"]);
    assert_eq!(pruned.json_lines()[0]["runs"], 2, "{pruned:?}");
    assert_eq!(ids(&site, &[]), [newest, open.clone()]);
    assert_eq!(site.stepwell(&["runs", "cancel", &open]).code, 0);
}
