//! What confers authority belongs to the operator: settings, jobs and plugins that another user can change are refused
//! before they are read, wherever a symbolic link leads, with the command that mends it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use rustix::process::{getegid, geteuid};

use crate::resumes::running::{Running, waiter};
use crate::support::{Site, guest};

/// A project whose job uses its own plugin, one of `STEPWELL_HOME` and a job beside it.
fn site() -> Site {
    let job = "name = \"job\"\n[[steps]]\nid = \"a\"\nuses = \"noop\"\n[[steps]]\nid = \"b\"\nuses = \"job:inner\"\n";
    let inner = "name = \"inner\"\n[[steps]]\nid = \"c\"\nuses = \"waiter\"\nwith = { rounds = 0, after_ms = 0 }\n";
    let system = "[grants.waiter]\nallow = [\"*\"]\n";
    Site::without_aws()
        .guest("noop")
        .file("jobs/job.toml", job)
        .file("jobs/inner.toml", inner)
        .home_file("stepwell.toml", system)
        .home_file("plugins/waiter.wasm", guest("waiter"))
}

const RUN: &[&str] = &["run", "jobs/job.toml"];

/// The command that mends it when another user can change a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mended {
    /// All users write it.
    Others,
    /// A group with a member writes it.
    Group,
    /// Another user owns it.
    Owner,
}

impl Mended {
    /// What this user can arrange.
    fn all() -> &'static [Self] {
        if geteuid().is_root() { &[Self::Others, Self::Group, Self::Owner] } else { &[Self::Others] }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Others => "`chmod o-w ",
            Self::Group => "`chmod g-w ",
            Self::Owner => "`chown ",
        }
    }

    /// Lets another user change a file.
    fn give_away(self, path: &Path, mode: u32) {
        let set = |bits: u32| fs::set_permissions(path, Permissions::from_mode(mode | bits)).expect("it is ours");
        match self {
            Self::Others => set(0o002),
            Self::Group => {
                // The group of `daemon`, which has a member.
                chown(path, None, Some(1)).expect("we are root");
                set(0o020);
            }
            Self::Owner => chown(path, Some(4242), None).expect("we are root"),
        }
    }
}

fn take_back(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
    if geteuid().is_root() {
        chown(path, Some(0), Some(0)).expect("we are root");
    }
}

/// Asserts that no run begins while another user can change `given`, which the error names as `named`.
fn refused(site: &Site, given: &Path, command: &[&str]) {
    let mode = given.metadata().expect("it is there").permissions().mode() & 0o7777;
    for way in Mended::all() {
        way.give_away(given, mode);
        let ended = site.stepwell(command);
        let [what, because, next] = ended.three_lines(3);
        assert_eq!(what, format!("error: `{}` is not yours alone", given.display()), "{way:?}");
        assert!(because.starts_with("because: another user can change what the host does: "), "{way:?}: {because}");
        assert!(next.contains(way.command()) && next.contains(given.to_str().expect("text")), "{way:?}: {next}");
        assert_eq!(ended.stdout, "", "{way:?}");
        take_back(given, mode);
    }
}

#[test]
fn everything_that_grants_or_is_executed_belongs_to_the_operator() {
    let site = site();
    let project = ["", "project.toml", "plugins", "plugins/noop.wasm", "jobs", "jobs/job.toml", "jobs/inner.toml"];
    let home = ["", "stepwell.toml", "plugins", "plugins/waiter.wasm"];
    let all: Vec<PathBuf> =
        project.iter().map(|name| site.path(name)).chain(home.map(|name| site.home().join(name))).collect();
    for given in &all {
        let given = given.components().collect::<PathBuf>();
        refused(&site, &given, RUN);
    }
    refused(&site, &site.path("project.toml"), &["run", "jobs/job.toml", "--project", "."]);
    let ended = site.stepwell(RUN);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn the_target_of_a_link_and_the_way_to_it_belong_to_the_operator_too() {
    let site = site();
    let elsewhere = site.path("elsewhere");
    fs::create_dir_all(elsewhere.join("deep")).expect("there is room");
    for name in ["project.toml", "plugins/noop.wasm", "jobs/inner.toml"] {
        let target = elsewhere.join("deep/target");
        fs::rename(site.path(name), &target).expect("it is ours");
        symlink(&target, site.path(name)).expect("the name is free");
        let ended = site.stepwell(RUN);
        assert_eq!(ended.code, 0, "{name}: {ended:?}");
        for given in [&elsewhere, &elsewhere.join("deep"), &target] {
            refused(&site, given, RUN);
        }
        fs::remove_file(site.path(name)).expect("it is ours");
        fs::rename(&target, site.path(name)).expect("it is ours");
    }
}

#[test]
fn a_job_belongs_to_the_project_of_its_real_path() {
    let (site, other) = (site(), Site::without_aws());
    let granted = "name = \"granted\"\n[grants.noop]\nallow = [\"*\"]\n";
    let other = other
        .file("project.toml", granted)
        .file("jobs/job.toml", "name = \"theirs\"\n[[steps]]\nid = \"a\"\nuses = \"noop\"\n");
    fs::create_dir(other.path("sub")).expect("there is room");
    symlink(other.path("sub"), site.path("jobs/sub")).expect("the name is free");
    let plan = |job: &str| site.stepwell(&["job", "plan", job, "--output", "json"]);
    // `jobs/sub/..` is the directory of the other project, not `jobs`.
    fs::copy(other.path("jobs/job.toml"), other.path("job.toml")).expect("there is room");
    let planned = plan("jobs/sub/../job.toml");
    assert!(planned.stderr.contains("noop") && planned.code != 0, "their plugin is not ours: {planned:?}");
    symlink(site.path("jobs/job.toml"), other.path("linked.toml")).expect("the name is free");
    let planned = plan(other.path("linked.toml").to_str().expect("text"));
    assert_eq!(planned.json_lines()[0]["project"], "test", "{planned:?}");
}

/// The umask of Debian and Ubuntu: a group without another member may write.
#[test]
fn a_project_made_with_umask_002_is_the_operators() {
    let accounts = fs::read_to_string("/etc/passwd").expect("it is there");
    let group = getegid().as_raw().to_string();
    if accounts.lines().filter(|line| line.split(':').nth(3) == Some(&group)).count() > 1 {
        return;
    }
    let site = site();
    for (name, mode) in [("", 0o775), ("plugins", 0o775), ("jobs", 0o775)] {
        fs::set_permissions(site.path(name), Permissions::from_mode(mode)).expect("it is ours");
    }
    for name in ["project.toml", "plugins/noop.wasm", "jobs/job.toml", "jobs/inner.toml"] {
        fs::set_permissions(site.path(name), Permissions::from_mode(0o664)).expect("it is ours");
    }
    let ended = site.stepwell(RUN);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended:?}");
}

#[test]
fn a_run_that_resumes_reads_only_settings_of_the_operator() {
    let site = waiter(2, 1_000);
    let mut running = Running::waiting(&site);
    let printed = running.until("step_waiting");
    drop(printed);
    let lines = running.kill();
    let id = lines[0]["run"].as_str().expect("an id");
    fs::set_permissions(site.path("project.toml"), Permissions::from_mode(0o666)).expect("it is ours");
    let resumed = site.stepwell(&["runs", "resume", id]);
    assert_eq!(resumed.code, 5, "{resumed:?}");
    assert!(resumed.stderr.contains("run `chmod go-w "), "{resumed:?}");
    fs::set_permissions(site.path("project.toml"), Permissions::from_mode(0o644)).expect("it is ours");
    let resumed = site.stepwell(&["runs", "resume", id]);
    assert_eq!(resumed.code, 0, "{resumed:?}");
}

#[test]
fn no_directory_that_is_lent_holds_what_confers_authority() {
    let lend = |entry: &str| {
        let project = format!("name = \"test\"\n[grants.noop]\nallow = [\"*\"]\n[directories]\nlent = {entry}\n");
        site().file("project.toml", project)
    };
    let refused = |site: &Site, guarded: &str| {
        let [what, because, _] = site.stepwell(&["job", "check", "jobs/job.toml"]).three_lines(3).map(str::to_owned);
        assert_eq!(what, "error: directory `lent` cannot be lent");
        assert!(because.contains(guarded), "{because}");
    };
    refused(&lend("{ path = \"plugins\" }"), "/plugins`");
    refused(&lend("{ path = \"jobs\", write = true }"), "/jobs/job.toml`");
    let site = lend("{ path = \"public\" }");
    symlink(site.home().join("keys"), site.path("public")).expect("the name is free");
    fs::create_dir(site.home().join("keys")).expect("there is room");
    refused(&site, "/keys`");
    for path in ["", "keys", "plugins", "cache", "."] {
        let system = format!("[grants.waiter]\nallow = [\"*\"]\n[directories]\nlent = {{ path = \"./{path}\" }}\n");
        refused(&self::site().home_file("stepwell.toml", system), "`");
    }
    let ended = lend("{ path = \"public\", write = true }").stepwell(RUN);
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[test]
fn no_directory_is_lent_for_writing_that_holds_what_the_host_obeys_wherever_it_lies() {
    let lend = |write: bool| {
        let project = format!(
            "name = \"test\"\n[grants.noop]\nallow = [\"*\"]\n[directories]\nlent = {{ path = \"lent\", write = {write} }}\n"
        );
        let site = site().file("project.toml", project).file("lent/page.html", "x");
        assert_eq!(site.stepwell(&["job", "check", "jobs/job.toml"]).code, 0);
        site
    };
    let moved = |site: &Site, from: PathBuf, name: &str| {
        fs::rename(&from, site.path(name)).expect("there is room");
        symlink(site.path(name), from).expect("the name is free");
    };
    for (name, of_home) in [("plugins/noop.wasm", false), ("plugins/waiter.wasm", true), ("jobs/inner.toml", false)] {
        for write in [true, false] {
            let site = lend(write);
            let from = if of_home { site.home().join(name) } else { site.path(name) };
            moved(&site, from, "lent/target");
            let checked = site.stepwell(&["job", "check", "jobs/job.toml"]);
            if write {
                let [what, because, _] = checked.three_lines(3);
                assert_eq!(what, "error: directory `lent` cannot be lent", "{name}");
                assert!(because.contains("/lent/target`"), "{because}");
            } else {
                assert_eq!(checked.code, 0, "{name}: {checked:?}");
            }
        }
    }
}

#[test]
fn no_directory_is_lent_for_writing_that_decides_whom_the_host_takes_for_aws() {
    let check = |write: bool, variable: &str, path: &str| {
        let lent =
            format!("[grants.waiter]\nallow = [\"*\"]\n[directories]\nlent = {{ path = \"lent\", write = {write} }}\n");
        let site = site().home_file("stepwell.toml", lent).home_file("lent/ca/ca.pem", "x");
        let mut command = site.command(&["job", "check", "jobs/job.toml"]);
        command.env(variable, site.home().join(path));
        crate::support::ended(command.output().expect("it starts"))
    };
    for (variable, path) in [("SSL_CERT_FILE", "lent/ca/ca.pem"), ("SSL_CERT_DIR", "lent/ca"), ("SSL_CERT_DIR", "lent")]
    {
        let ended = check(true, variable, path);
        let [what, because, _] = ended.three_lines(3);
        assert_eq!(what, "error: directory `lent` cannot be lent", "{variable}");
        assert!(because.contains("/lent"), "{because}");
        assert_eq!(check(false, variable, path).code, 0, "{variable}");
    }
}

#[test]
fn no_directory_is_lent_that_holds_a_credential_of_the_host() {
    let lent = "[grants.waiter]\nallow = [\"*\"]\n[directories]\nlent = { path = \"lent\" }\n";
    let check = |settings: &str, variable: Option<&str>| {
        let site = site().home_file("stepwell.toml", format!("{lent}{settings}")).home_file("lent/secret", "x");
        let file = site.home().join("lent/secret");
        let mut command = site.command(&["job", "check", "jobs/job.toml"]);
        command.envs(variable.map(|name| (name, file)));
        crate::support::ended(command.output().expect("it starts"))
    };
    assert_eq!(check("", None).code, 0);
    let token = "[aws.credentials]\nprovider = \"web_identity\"\nrole_arn = \"arn:aws:iam::123456789012:role/a\"\n";
    let home = |settings: &str| settings.to_owned();
    for (settings, variable) in [
        (home("[[keys]]\npath = \"keys\"\nstore = \"file\"\nkey_file = \"lent/secret\"\n"), None),
        (home("[[keys]]\npath = \"keys\"\nstore = \"file\"\npassphrase_file = \"lent/secret\"\n"), None),
        (home("[[keys]]\npath = \"keys/v\"\nstore = \"vault\"\ntoken_file = \"lent/secret\"\n"), None),
        (home(""), Some("AWS_CONFIG_FILE")),
        (home(""), Some("AWS_SHARED_CREDENTIALS_FILE")),
        (home(""), Some("AWS_WEB_IDENTITY_TOKEN_FILE")),
    ] {
        let ended = check(&settings, variable);
        let [what, because, _] = ended.three_lines(3);
        assert_eq!(what, "error: directory `lent` cannot be lent", "{settings}{variable:?}");
        assert!(because.contains("/lent/secret`"), "{because}");
    }
    let site = site().home_file("lent/secret", "x");
    let token = format!("{lent}{token}token_file = \"{}\"\n", site.home().join("lent/secret").display());
    let site = site.home_file("stepwell.toml", token);
    let ended = site.stepwell(&["job", "check", "jobs/job.toml"]);
    assert!(ended.three_lines(3)[1].contains("/lent/secret`"), "{ended:?}");
}

/// Of the folders of `STEPWELL_HOME`, with a command that uses each.
#[test]
fn the_folders_that_the_host_makes_are_closed_to_other_users() {
    let site = site();
    let check = ["job", "check", "jobs/job.toml"];
    let uses: [(&str, &[&[&str]]); 4] = [
        ("cache", &[&check]),
        ("cache/components", &[&check]),
        ("keys", &[&["keys", "list"], &["keys", "remove", "--yes", "keys/a"]]),
        ("processes", &[&["runs", "list"], RUN]),
    ];
    assert_eq!(site.stepwell(RUN).code, 0);
    assert_eq!(site.pipe(&["keys", "set", "keys/a"], "canary-one").code, 0);
    for (folder, commands) in uses {
        let path = site.home().join(folder);
        let refused = |how: &str| {
            for command in commands {
                let ended = site.stepwell(command);
                assert!([3, 4].contains(&ended.code), "{folder} {how} {command:?}: {ended:?}");
                let path = path.display().to_string();
                assert!(ended.stderr.contains(&path), "{folder} {how} {command:?}: {ended:?}");
            }
        };
        for mode in [0o702, 0o720, 0o777] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
            refused(&format!("{mode:o}"));
        }
        fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("it is ours");
        if geteuid().is_root() {
            chown(&path, Some(4242), None).expect("we are root");
            refused("of another user");
            chown(&path, Some(0), None).expect("we are root");
        }
    }
    assert_eq!(site.stepwell(RUN).code, 0);
}
