//! The journal of a run with a secret does not hold the secret.

use std::fs;
use std::process::Stdio;

use stepwell_xtask::emulator::Death;

use super::fleet::{Fleet, show, the_run};
use crate::support::Site;

const KEY: &str = "keys/web/token";

/// Every file of the journal in `STEPWELL_HOME`, with its bytes.
fn journal(site: &Site) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(site.home()).expect("a folder").map(|file| file.expect("one").path());
    let name = |path: &std::path::Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let files = files.filter(|path| name(path).starts_with("journal.db") || name(path).ends_with(".log"));
    files.map(|path| (name(&path), fs::read(&path).expect("readable"))).collect()
}

fn assert_nowhere(site: &Site, secret: &str, files: &[&str]) {
    let journal = journal(site);
    for file in files {
        assert!(journal.iter().any(|(name, bytes)| name == file && bytes.len() > 1_000), "{file} is the journal");
    }
    for (name, bytes) in journal {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "it is in {name}");
    }
}

#[test]
fn a_run_with_a_secret_goes_on_after_a_kill_and_the_journal_never_holds_it() {
    let mut fleet = Fleet::start();
    let secret = "correct-horse-battery".to_owned();
    let option = format!("[options.token]\nsecret = true\nkey = \"{KEY}\"\n");
    // The run needs the secret from its start, although this step makes no call: what AWS answers to a call with a
    // secret does not reach the plugin.
    let with = "{ function_name = \"tell\", payload = { token = \"${options.token}\" } }";
    let when = "when = \"${run.id == 'none'}\"";
    let holder = format!("[[steps]]\nid = \"holder\"\nuses = \"lambda-invoke\"\nwith = {with}\n{when}\n");
    let site = fleet.restart(&format!("{option}{holder}"), "");
    let set = site.pipe(&["keys", "set", KEY], &secret);
    assert_eq!(set.code, 0, "{set:?}");
    for (number, death) in [(2, Death::BeforeAnswer), (3, Death::BeforeEffect)] {
        let command = match the_run(&site) {
            None => site.command(&["run", "job.toml"]),
            Some(id) => site.command(&["runs", "resume", &id]),
        };
        assert!(fleet.kill_at(number, death, command));
        assert_nowhere(&site, &secret, &["journal.db", "journal.db-wal"]);
    }
    let id = the_run(&site).expect("there is a run");

    assert_eq!(site.stepwell(&["keys", "remove", "--yes", KEY]).code, 0);
    let [what, _, next] = site.stepwell(&["runs", "resume", &id]).three_lines(5).map(str::to_owned);
    assert!(what.starts_with("error: the run cannot go on: "), "{what}");
    assert!(what.contains(KEY) && next.contains("`stepwell keys set"), "{what} {next}");
    assert_nowhere(&site, &secret, &[]);

    site.pipe(&["keys", "set", KEY], &secret);
    let resumed = site.command(&["runs", "resume", &id]).stdin(Stdio::null()).output().expect("it starts");
    let resumed = crate::support::ended(resumed);
    assert_eq!((resumed.code, fleet.count("RebootInstances")), (0, 1), "{resumed:?}");
    assert!(!resumed.stdout.contains(&secret) && !resumed.stderr.contains(&secret), "{resumed:?}");
    assert_eq!(show(&site, &id)["outcome"], "succeeded");
    assert!(!show(&site, &id).to_string().contains(&secret));
    assert_nowhere(&site, &secret, &["journal.db"]);
}
