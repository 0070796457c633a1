//! What can go wrong at the front office, and what the caller makes of it.

use std::path::PathBuf;

use stepwell_aws::{Guarded, HostFault, TrustError};
use stepwell_engine::{EngineError, LibraryError};
use stepwell_http::AuthorityError;
use stepwell_journal::StoreError;
use stepwell_model::NextAction;
use stepwell_model::credentials::CredentialsError;
use stepwell_model::error::{list_names, nearest};
use stepwell_model::id::{JobName, OptionName, PluginName, RunId, StepPath};
use stepwell_model::job::JobError;
use stepwell_model::job::Otherwise;
use stepwell_model::journal::JournalError;
use stepwell_model::plan::PlanError;
use stepwell_model::run_store::{CancelError, ClaimError, DecideError, PlacesTaken};
use stepwell_model::settings::SettingsError;
use stepwell_model::source::Place;
use stepwell_sandbox::SandboxError;
use stepwell_secrets::ours::PathError;
use stepwell_secrets::{KeyError, KeyErrorKind};

use crate::rerun::RerunError;

/// Why a request could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The job file is wrong.
    #[error(transparent)]
    Job(#[from] JobError),
    /// `stepwell.toml` or `project.toml` is wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The job cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Several things are wrong. The first of them stands for all.
    #[error("{first}")]
    Several {
        /// The first.
        first: Box<HomeError>,
        /// The others.
        others: Vec<HomeError>,
    },
    /// A plugin cannot be loaded.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Plugins cannot be executed at all.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A run cannot be driven.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The journal cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal does not accept a record.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A run cannot be resumed here.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// A run cannot be cancelled.
    #[error(transparent)]
    Cancel(#[from] CancelError),
    /// A decision about an uncertain step cannot be taken.
    #[error(transparent)]
    Decide(#[from] DecideError),
    /// A job cannot begin where an earlier run of it stopped.
    #[error(transparent)]
    Rerun(#[from] RerunError),
    /// AWS cannot be called.
    #[error(transparent)]
    Host(#[from] HostFault),
    /// An external id or a verdict about a role cannot be kept.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The authorities that the host believes cannot be read.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// A directory may not be lent.
    #[error(transparent)]
    Guarded(#[from] Guarded),
    /// The credentials that the files name cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// A key cannot be read or written.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A file cannot be read.
    #[error("cannot read `{path}`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A file is none that people write.
    #[error("`{path}` is no job, project or settings file")]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        reason: &'static str,
    },
    /// A file cannot be written.
    #[error("cannot write `{path}`")]
    Unwritable {
        /// The file, or the directory.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A file stands where a new one would be made.
    #[error("`{path}` exists")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The home directory is unknown.
    #[error("no directory is known for STEPWELL_HOME")]
    NoHome,
    /// `STEPWELL_HOME` names a directory that does not exist, and another one has a similar path.
    #[error("STEPWELL_HOME `{path}` does not exist")]
    MistypedHome {
        /// The directory.
        path: PathBuf,
        /// The other one.
        meant: PathBuf,
    },
    /// The directory that was named holds no project.
    #[error("`{path}` is not a project")]
    NoProject {
        /// The directory.
        path: PathBuf,
    },
    /// A file that confers authority cannot be opened, or another user can change it.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Another project has taken the place of a run's project.
    #[error("`{path}` is not the project that the run belongs to")]
    OtherProject {
        /// The directory.
        path: PathBuf,
        /// The name of the project there.
        found: String,
        /// The name of the run's project.
        expected: String,
    },
    /// The file of a sub-job holds another job.
    #[error("`{path}` is not the job `{expected}`")]
    OtherJobName {
        /// The file.
        path: PathBuf,
        /// The job that the file has to hold.
        expected: JobName,
        /// The job that it holds.
        found: JobName,
    },
    /// A plugin does not exist.
    #[error("there is no plugin `{name}`")]
    NoPlugin {
        /// What was asked for.
        name: String,
        /// The plugins that exist.
        known: Vec<PluginName>,
    },
    /// A job has no such step.
    #[error("job `{job}` has no step `{step}`")]
    NoStep {
        /// The job.
        job: JobName,
        /// What was asked for.
        step: String,
        /// The steps that it has.
        known: Vec<StepPath>,
    },
    /// A secret option has no value.
    #[error("the secret option `{name}` has no value")]
    NoSecret {
        /// The option.
        name: OptionName,
        /// Why.
        reason: String,
    },
    /// A secret can be guessed, and a plugin that does not ship with the host could try.
    #[error("the secret of option `{name}` is too weak for plugin `{plugin}`")]
    WeakSecret {
        /// The option.
        name: OptionName,
        /// A plugin of the job that does not ship with the host.
        plugin: PluginName,
    },
    /// A run does not exist.
    #[error("there is no run `{text}`")]
    NoRun {
        /// What was asked for.
        text: String,
    },
    /// The beginning of an id fits several runs.
    #[error("several run ids begin with `{text}`")]
    AmbiguousRun {
        /// What was asked for.
        text: String,
        /// Some of the runs that it fits.
        known: Vec<RunId>,
    },
    /// A decision names a step that needs none.
    #[error("step `{step}` is not uncertain, so it takes no decision")]
    NotUncertain {
        /// The step.
        step: StepPath,
        /// The steps that need a decision.
        uncertain: Vec<StepPath>,
    },
    /// A step has two different decisions.
    #[error("step `{step}` has two different decisions")]
    DecidedTwice {
        /// The step.
        step: StepPath,
    },
    /// The operating system refuses something.
    #[error("cannot {what}")]
    System {
        /// What was to be done.
        what: &'static str,
        /// The system's words.
        reason: String,
    },
}

/// What an error means for the caller: for a command its exit code, for a server its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request, or a file that it names, is wrong.
    Wrong,
    /// The request is not allowed.
    Refused,
    /// The run waits until the operator has removed the cause.
    Paused,
    /// The host itself failed.
    Broken,
}

/// Everything about an error but its first line.
struct Meaning {
    kind: ErrorKind,
    because: String,
    next: String,
}

impl HomeError {
    /// What the error means for the caller.
    pub fn kind(&self) -> ErrorKind {
        self.meaning().kind
    }

    /// Why the job started no run although that is no error: it says `otherwise = "skip"`.
    pub fn skips(&self) -> Option<&PlacesTaken> {
        match self {
            Self::Engine(EngineError::Full(taken)) if taken.limit.otherwise == Otherwise::Skip => Some(taken),
            _ => None,
        }
    }

    /// One error for all of these; none without any.
    pub(crate) fn of_all(errors: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut errors = errors.into_iter();
        let first = errors.next()?;
        let others: Vec<_> = errors.collect();
        Some(if others.is_empty() { first } else { Self::Several { first: Box::new(first), others } })
    }

    /// The errors behind this one, or itself.
    pub fn all(&self) -> Vec<&Self> {
        match self {
            Self::Several { first, others } => std::iter::once(&**first).chain(others).collect(),
            one => vec![one],
        }
    }

    /// The place in a file that is wrong, when the error knows it.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Job(error) => error.place(),
            Self::Plan(error) => error.place(),
            _ => None,
        }
    }

    fn meaning(&self) -> Meaning {
        use ErrorKind::{Broken, Paused, Refused, Wrong};
        let of = |kind, error: &dyn NextAction| Meaning { kind, because: error.because(), next: error.next() };
        let is = |kind, because: &str, next: &str| Meaning { kind, because: because.to_owned(), next: next.to_owned() };
        let refused_if = |is_refusal, otherwise| if is_refusal { Refused } else { otherwise };
        match self {
            Self::Job(error) => of(Wrong, error),
            Self::Settings(error) => {
                let is_refusal = matches!(error, SettingsError::Credentials(error) if error.is_refusal());
                of(refused_if(is_refusal, Wrong), error)
            }
            Self::Plan(error) => {
                let is_refusal = match error {
                    PlanError::Denied { .. } | PlanError::Secret(_) => true,
                    PlanError::Credentials(error) => error.is_refusal(),
                    _ => false,
                };
                of(refused_if(is_refusal, Wrong), error)
            }
            Self::Several { first, .. } => first.meaning(),
            Self::Library(error) => {
                let is_refusal = matches!(error, LibraryError::Path(PathError::Foreign { .. }));
                of(refused_if(is_refusal, Wrong), error)
            }
            Self::Sandbox(error) => of(Broken, error),
            Self::Engine(error @ EngineError::Refused { .. }) => of(Paused, error),
            Self::Engine(error @ EngineError::Full(_)) => of(Refused, error),
            Self::Engine(error) => of(Broken, error),
            Self::Store(error) => of(Broken, error),
            Self::Journal(error) => of(Broken, error),
            Self::Claim(error @ (ClaimError::NotFound { .. } | ClaimError::Ended { .. })) => of(Wrong, error),
            Self::Claim(error) => of(Broken, error),
            Self::Cancel(error @ (CancelError::NotFound { .. } | CancelError::Ended { .. })) => of(Wrong, error),
            Self::Cancel(error) => of(Broken, error),
            Self::Decide(error @ DecideError::Store(_)) => of(Broken, error),
            Self::Decide(error) => of(Wrong, error),
            Self::Rerun(error @ RerunError::Secret { .. }) => of(Refused, error),
            Self::Rerun(error) => of(Wrong, error),
            Self::Host(fault) => of(refused_if(fault.is_refusal(), Broken), fault),
            Self::Trust(error) => of(refused_if(error.is_refusal(), Broken), error),
            Self::Authority(error) => of(refused_if(error.is_foreign(), Wrong), error),
            Self::Guarded(error) => of(Refused, error),
            Self::Credentials(error) => of(refused_if(error.is_refusal(), Wrong), error),
            Self::Key(error) => match error.kind() {
                KeyErrorKind::Wrong => of(Wrong, error),
                KeyErrorKind::Refused => of(Refused, error),
                KeyErrorKind::Broken => of(Broken, error),
            },
            Self::Unreadable { reason, .. } => is(Wrong, reason, "check the path and its permissions"),
            Self::NotText { reason, .. } => is(Wrong, reason, "check the path: these files are TOML of at most 4 MiB"),
            Self::Unwritable { reason, .. } => {
                is(Wrong, reason, "check the path and its permissions, or name another directory")
            }
            Self::Exists { .. } => is(
                Wrong,
                "a new project replaces no file",
                "go on with the files that are there, or name another directory",
            ),
            Self::NoHome => {
                is(Wrong, "neither STEPWELL_HOME nor HOME is set", "set STEPWELL_HOME to a directory of your own")
            }
            Self::MistypedHome { path, meant } => is(
                Wrong,
                &format!("`{}` does, and has the settings, keys or runs of a STEPWELL_HOME", meant.display()),
                &format!("correct STEPWELL_HOME, or create `{}` if it is meant", path.display()),
            ),
            Self::NoProject { .. } => is(
                Wrong,
                "a project is a directory with a file `project.toml`",
                "give --project the directory that holds project.toml",
            ),
            Self::Path(error) => of(refused_if(matches!(error, PathError::Foreign { .. }), Wrong), error),
            Self::OtherProject { found, expected, .. } => is(
                Refused,
                &format!("its name is `{found}`, and the run belongs to `{expected}`"),
                "put the project back where it was, or cancel the run",
            ),
            Self::OtherJobName { expected, found, .. } => is(
                Wrong,
                &format!("its name is `{found}`"),
                &format!("write name = \"{expected}\" there, or use the other job"),
            ),
            Self::NoPlugin { name, known } => {
                let known = || known.iter().map(PluginName::as_str);
                let next = match nearest(name, known()) {
                    Some(meant) => format!("write `{meant}` instead of `{name}`"),
                    None => "run `stepwell plugin list`, or give the path of a component (`….wasm`)".to_owned(),
                };
                is(Wrong, &format!("the plugins here are {}", list_names(known())), &next)
            }
            Self::NoStep { known, step, .. } => {
                let known = || known.iter().map(StepPath::as_str);
                let next = match nearest(step, known()) {
                    Some(meant) => format!("write `{meant}` instead of `{step}`"),
                    None => "name one of them with --step".to_owned(),
                };
                is(Wrong, &format!("its steps are {}", list_names(known())), &next)
            }
            Self::NoSecret { name, reason } => {
                is(Wrong, reason, &format!("store it with `stepwell keys set keys/…` and give --option {name}=keys/…"))
            }
            Self::WeakSecret { .. } => is(
                Refused,
                "it has under 8 characters, or under 32 bits (ten random digits have more), and the plugin does not ship with Stepwell: it could guess the secret",
                "use a longer secret, or take the plugin out of the job",
            ),
            Self::NoRun { .. } => {
                is(Wrong, "the journal holds no run whose id begins with this", "run `stepwell runs list`")
            }
            Self::AmbiguousRun { known, .. } => is(
                Wrong,
                &format!("they include {}", list_names(known.iter().map(RunId::as_str))),
                "give more of the id",
            ),
            Self::NotUncertain { uncertain, .. } => {
                let because = match uncertain.as_slice() {
                    [] => "no step of the run is uncertain".to_owned(),
                    some => format!("the uncertain steps are {}", list_names(some.iter().map(StepPath::as_str))),
                };
                is(Wrong, &because, "see `stepwell runs show` for the state of every step")
            }
            Self::DecidedTwice { .. } => is(Wrong, "--retry and --skip both name it", "name it once"),
            Self::System { reason, .. } => {
                is(Broken, reason, "try again; if it fails again, report it with these lines")
            }
        }
    }
}

impl NextAction for HomeError {
    fn because(&self) -> String {
        self.meaning().because
    }

    fn next(&self) -> String {
        self.meaning().next
    }
}
