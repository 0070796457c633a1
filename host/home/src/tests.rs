//! The front office as a server uses it: without a terminal, and with one home for several runs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use secrecy::SecretString;
use stepwell_model::NextAction as _;
use stepwell_model::event::{Decision, Event, Outcome, What};
use stepwell_model::id::{OptionName, StepPath};
use stepwell_model::plan::{GivenOptions, SecretUse};
use stepwell_model::run_store::{OperatorDecision, RunFilter, RunState};
use tempfile::TempDir;

use crate::{
    AskPassphrase, Cancellation, Compilation, Decisions, ErrorKind, Home, HomeError, JobRequest, Masker, Observer,
    Operator,
};

/// Answers with a fixed secret, when it is there at all.
#[derive(Default)]
struct Desk {
    secret: Option<&'static str>,
    asked_for: Mutex<Vec<String>>,
}

impl AskPassphrase for Desk {
    fn passphrase(&self, _: bool) -> Result<SecretString, String> {
        Err("no key of these tests is in the encrypted file".to_owned())
    }
}

impl Operator for Desk {
    fn is_attending(&self) -> bool {
        self.secret.is_some()
    }

    fn secret(&self, option: &OptionName, _: &[SecretUse<'_>]) -> Result<SecretString, String> {
        self.asked_for.lock().unwrap().push(option.to_string());
        Ok(self.secret.unwrap().into())
    }
}

/// A `STEPWELL_HOME` and a project that grants the test guest `noop` everything.
struct Site {
    dir: TempDir,
    desk: Arc<Desk>,
    masker: Masker,
}

impl Site {
    fn new(secret: Option<&'static str>) -> Self {
        let site = Self {
            dir: tempfile::tempdir().unwrap(),
            desk: Arc::new(Desk { secret, asked_for: Mutex::default() }),
            masker: Masker::new(),
        };
        let noop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/target/components/tests/noop.wasm");
        fs::create_dir_all(site.path("project/plugins")).unwrap();
        fs::copy(noop, site.path("project/plugins/noop.wasm")).expect("`cargo xtask plugins` has built it");
        site.write("project/project.toml", "name = \"test\"\n[grants.noop]\nallow = [\"*\"]\n");
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Writes a job of one `noop`, below this head.
    fn job(&self, head: &str, with: &str) -> JobRequest {
        let text = format!("name = \"job\"\n{head}[[steps]]\nid = \"it\"\nuses = \"noop\"\nwith = {with}\n");
        self.write("project/job.toml", &text);
        let file = self.path("project/job.toml");
        JobRequest { file, options: GivenOptions::new(), project: None, complete: true }
    }

    fn open(&self) -> Home {
        let operator = Arc::clone(&self.desk) as Arc<dyn Operator>;
        Home::open(self.path("home"), self.masker.clone(), operator, Compilation::InProcess).unwrap()
    }
}

fn unobserved() -> Observer {
    Arc::new(|_: &Event| {})
}

fn error<T>(result: Result<T, HomeError>) -> HomeError {
    result.err().expect("it is an error")
}

#[tokio::test]
async fn one_home_runs_several_jobs_without_a_terminal() {
    let site = Site::new(None);
    let (home, request) = (site.open(), site.job("", "{ number = 1 }"));
    assert_eq!(home.runs().list(&RunFilter::default()).unwrap(), []);
    assert!(!site.path("home/journal.db").exists(), "a list creates no journal");

    let seen = Arc::new(Mutex::new(Vec::new()));
    let observer: Observer = Arc::new({
        let seen = Arc::clone(&seen);
        move |event: &Event| seen.lock().unwrap().push(event.what.clone())
    });
    let first = home.plan(&request).await.unwrap().start(false, observer).await.unwrap();
    let second = home.plan(&request).await.unwrap().start(false, unobserved()).await.unwrap();
    let (first, second) = (first.end().await.unwrap().report, second.end().await.unwrap().report);
    assert_eq!((first.outcome, second.outcome), (Some(Outcome::Succeeded), Some(Outcome::Succeeded)));
    let seen = seen.lock().unwrap();
    assert!(matches!(seen.first(), Some(What::RunStarted { run, .. }) if *run == first.run), "{seen:?}");
    assert!(matches!(seen.last(), Some(What::RunFinished { .. })), "{seen:?}");

    assert_eq!(home.runs().list(&RunFilter::default()).unwrap().len(), 2);
    let found = home.runs().find(first.run.as_str()).unwrap();
    assert_eq!((found.state().unwrap(), found.report().unwrap()), (RunState::Ended, (*first).clone()));
    let shared = first.run.as_str().chars().zip(second.run.as_str().chars()).take_while(|(a, b)| a == b).count();
    let ambiguous = error(home.runs().find(&first.run.as_str()[..shared]));
    assert!(matches!(&ambiguous, HomeError::AmbiguousRun { known, .. } if known.len() == 2), "{ambiguous:?}");
    assert_eq!(error(home.runs().find("nowhere")).kind(), ErrorKind::Wrong);
}

#[tokio::test]
async fn only_an_operator_who_is_present_is_asked_for_a_secret() {
    const HEAD: &str = "[options.token]\ndescription = \"A token\"\nsecret = true\n";
    let options = [("token".to_owned(), vec!["-".to_owned()])];

    let absent = Site::new(None);
    let mut request = absent.job(HEAD, "{}");
    request.options = options.clone().into();
    let home = absent.open();
    let refused = error(home.plan(&request).await.unwrap().start(false, unobserved()).await);
    assert_eq!(refused.to_string(), "the secret option `token` has no value");
    assert_eq!(refused.because(), "no operator is present to be asked for it");
    let detached = error(home.plan(&request).await.unwrap().start_detached(false).await);
    assert_eq!(detached.because(), "a detached run has no operator to ask for it");
    assert!(absent.desk.asked_for.lock().unwrap().is_empty());
    assert!(!absent.path("home/journal.db").exists(), "no run has begun");

    let present = Site::new(Some("canary-of-home"));
    let mut request = present.job(HEAD, "{}");
    request.options = options.into();
    let watch = present.open().plan(&request).await.unwrap().start(false, unobserved()).await.unwrap();
    let run = watch.masker.clone();
    watch.end().await.unwrap();
    assert_eq!(*present.desk.asked_for.lock().unwrap(), ["token"]);
    assert_eq!(present.masker.text("it is canary-of-home"), "it is *****");
    drop(run);
}

#[tokio::test]
async fn a_project_that_every_user_can_write_does_not_count_even_when_it_is_named() {
    let site = Site::new(None);
    let (home, mut request) = (site.open(), site.job("", "{}"));
    fs::set_permissions(site.path("project"), fs::Permissions::from_mode(0o777)).unwrap();
    for project in [None, Some(site.path("project"))] {
        request.project = project;
        let refused = error(home.plan(&request).await);
        assert_eq!(refused.kind(), ErrorKind::Refused);
        assert_eq!(refused.to_string(), format!("`{}` is not yours alone", site.path("project").display()));
        assert_eq!(refused.because(), "another user can change what the host does: its permissions are 777");
        assert_eq!(refused.next(), format!("run `chmod go-w {}`", site.path("project").display()));
    }
    fs::set_permissions(site.path("project"), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(home.plan(&request).await.unwrap().plan.project.as_deref(), Some("test"));
}

#[tokio::test]
async fn decisions_are_refused_for_steps_that_are_not_uncertain() {
    let site = Site::new(None);
    let (home, request) = (site.open(), site.job("", "{}"));
    let watch = home.plan(&request).await.unwrap().start(false, unobserved()).await.unwrap();
    let run = watch.end().await.unwrap().report.run.clone();
    let run = home.runs().find(run.as_str()).unwrap();
    let step: StepPath = "it".parse().unwrap();
    let decisions = Decisions { retry: vec![step.clone()], ..Decisions::default() };
    let refused = error(run.decide(&decisions));
    assert_eq!(refused.because(), "no step of the run is uncertain");
    assert_eq!(run.decide(&Decisions { fail: true, ..Decisions::default() }).unwrap(), []);
    let (by, at) = ("ada".to_owned(), jiff::Timestamp::UNIX_EPOCH);
    let decision = OperatorDecision { step, attempt: 1, call: 1, decision: Decision::Skip, by, at };
    let ended = error(run.resume(&[decision]).await.map(drop));
    assert_eq!(ended.kind(), ErrorKind::Wrong, "{ended:?}");
    let ended = error(run.claim().await.map(drop));
    assert_eq!(ended.kind(), ErrorKind::Wrong, "{ended:?}");
    assert_eq!(error(run.resume_detached()).kind(), ErrorKind::Wrong);
    // As when another process takes the run, cancels and ends it between the request and the claim.
    assert!(matches!(run.cancel_here().await, Ok(Cancellation::There(None))));
}

#[tokio::test]
async fn the_file_of_a_sub_job_holds_that_job() {
    let site = Site::new(None);
    site.write("project/inner.toml", "name = \"other\"\n[[steps]]\nid = \"a\"\nuses = \"noop\"\n");
    let mut request = site.job("", "{}");
    site.write("project/outer.toml", "name = \"outer\"\n[[steps]]\nid = \"a\"\nuses = \"job:inner\"\n");
    request.file = site.path("project/outer.toml");
    let refused = error(site.open().plan(&request).await);
    assert!(matches!(&refused, HomeError::OtherJobName { .. }), "{refused:?}");
    assert_eq!(refused.next(), "write name = \"inner\" there, or use the other job");
}

#[tokio::test]
async fn plugins_are_found_by_name_and_by_file() {
    let site = Site::new(None);
    let plugins = site.open().plugins(Some(&site.path("project"))).await.unwrap();
    assert_eq!(plugins.find("noop").await.unwrap().name.as_str(), "noop");
    let file = site.path("project/plugins/noop.wasm");
    assert_eq!(plugins.find(file.to_str().unwrap()).await.unwrap().name.as_str(), "noop");
    let unknown = error(plugins.find("noopp").await);
    assert_eq!(unknown.next(), "write `noop` instead of `noopp`");
}

#[tokio::test]
async fn a_project_that_cannot_be_read_is_an_error_and_not_absent() {
    use std::os::unix::fs::symlink;
    let site = Site::new(None);
    let request = site.job("", "{}");
    let (home, file) = (site.open(), site.path("project/project.toml"));
    let refused = || async {
        let refused = error(home.plan(&request).await);
        assert!(refused.explain().contains("project.toml"), "{}", refused.explain());
    };
    for target in ["none", "none/none", "project.toml", "/dev/zero", "."] {
        fs::remove_file(&file).unwrap();
        symlink(target, &file).unwrap();
        refused().await;
    }
    fs::remove_file(&file).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(&file).unwrap();
    refused().await;
    drop(socket);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    refused().await;
}
