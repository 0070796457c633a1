//! What can go wrong in a command, and the exit code that says so.

use std::path::PathBuf;
use std::process::ExitCode;

use stepwell_aws::{HostFault, KeyError, KeyErrorKind, TrustError};
use stepwell_engine::snapshot::SnapshotError;
use stepwell_engine::{EngineError, LibraryError};
use stepwell_journal::{CancelError, ClaimError, StoreError};
use stepwell_model::NextAction;
use stepwell_model::credentials::CredentialsError;
use stepwell_model::id::{JobName, KeyPath, OptionName, PluginName, RunId, StepPath};
use stepwell_model::job::JobError;
use stepwell_model::journal::JournalError;
use stepwell_model::plan::PlanError;
use stepwell_model::settings::SettingsError;
use stepwell_sandbox::SandboxError;

use crate::commands::import::ImportFailure;

/// How a command ended, for the caller's `$?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Succeeded,
    Failed,
    Wrong,
    Refused,
    Broken,
    Paused,
    Cancelled,
    Left,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Succeeded => 0,
            Self::Failed => 1,
            Self::Wrong => 2,
            Self::Refused => 3,
            Self::Broken => 4,
            Self::Paused => 5,
            Self::Cancelled => 130,
            Self::Left => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    #[error(transparent)]
    Job(#[from] JobError),
    #[error(transparent)]
    Import(#[from] ImportFailure),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("cannot read `{path}`")]
    Unreadable { path: PathBuf, reason: String },
    #[error("`{path}` is no project")]
    NoProject { path: PathBuf },
    #[error("the project that this belongs to is not yours alone")]
    ForeignProject { path: PathBuf },
    #[error("`{path}` is another project than the one that the run belongs to")]
    OtherProject { path: PathBuf, found: String, expected: String },
    #[error("what was asked for could not be written")]
    OutputLost { reason: String },
    #[error("there is no place for STEPWELL_HOME")]
    NoHome,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Journal(JournalError),
    #[error(transparent)]
    Claim(#[from] ClaimError),
    #[error(transparent)]
    Cancel(#[from] CancelError),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error("there is no run `{text}`")]
    NoRun { text: String },
    #[error("`{text}` is the beginning of several runs' ids")]
    AmbiguousRun { text: String, known: Vec<RunId> },
    #[error("nothing is to be decided about step `{step}`")]
    NotUncertain { step: StepPath, uncertain: Vec<StepPath> },
    #[error("it is not clear what becomes of step `{step}`")]
    DecidedTwice { step: StepPath },
    #[error("a decision cannot be left to a detached process")]
    DecideAttached,
    #[error("`{path}` is not the job `{expected}`")]
    OtherJobName { path: PathBuf, expected: JobName, found: JobName },
    #[error("there is no plugin `{name}`")]
    NoPlugin { name: String, known: Vec<PluginName> },
    #[error(transparent)]
    Host(#[from] HostFault),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error("job `{job}` has no step `{step}`")]
    NoStep { job: JobName, step: String, known: Vec<StepPath> },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("{} is no key path", text.as_ref().map_or("what is given".to_owned(), |text| format!("`{text}`")))]
    KeyPath { text: Option<String> },
    #[error("a secret cannot be given on the command line")]
    SecretArgument,
    #[error("there is no secret for `{path}`")]
    NoSecretTyped { path: KeyPath, reason: String },
    #[error("there is no value for the secret option `{name}`")]
    NoSecret { name: OptionName, reason: String },
    #[error("cannot {what}")]
    System { what: &'static str, reason: String },
}

impl CliError {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Plan(PlanError::Denied { .. }) | Self::ForeignProject { .. } | Self::OtherProject { .. } => {
                Exit::Refused
            }
            Self::Plan(PlanError::Credentials(error))
            | Self::Settings(SettingsError::Credentials(error))
            | Self::Credentials(error)
                if error.is_refusal() =>
            {
                Exit::Refused
            }
            Self::Host(fault) if fault.is_refusal() => Exit::Refused,
            Self::Trust(error) if error.is_refusal() => Exit::Refused,
            Self::Job(_)
            | Self::Import(_)
            | Self::Settings(_)
            | Self::Plan(_)
            | Self::Library(_)
            | Self::Unreadable { .. }
            | Self::NoProject { .. }
            | Self::NoHome
            | Self::Credentials(_)
            | Self::KeyPath { .. }
            | Self::SecretArgument
            | Self::NoSecretTyped { .. }
            | Self::NoStep { .. }
            | Self::NoSecret { .. }
            | Self::NoRun { .. }
            | Self::AmbiguousRun { .. }
            | Self::NotUncertain { .. }
            | Self::DecidedTwice { .. }
            | Self::DecideAttached
            | Self::OtherJobName { .. }
            | Self::Claim(ClaimError::NotFound { .. } | ClaimError::Ended { .. })
            | Self::Cancel(CancelError::NotFound { .. } | CancelError::Ended { .. })
            | Self::NoPlugin { .. } => Exit::Wrong,
            Self::Key(error) => match error.kind() {
                KeyErrorKind::Wrong => Exit::Wrong,
                KeyErrorKind::Refused => Exit::Refused,
                KeyErrorKind::Broken => Exit::Broken,
            },
            Self::Engine(EngineError::Refused { .. }) => Exit::Paused,
            Self::Sandbox(_)
            | Self::Engine(_)
            | Self::Store(_)
            | Self::Journal(_)
            | Self::Claim(_)
            | Self::Cancel(_)
            | Self::Snapshot(_)
            | Self::Host(_)
            | Self::Trust(_)
            | Self::System { .. }
            | Self::OutputLost { .. } => Exit::Broken,
        }
    }
}

impl NextAction for CliError {
    fn because(&self) -> String {
        match self {
            Self::Job(error) => error.because(),
            Self::Import(error) => error.because(),
            Self::Settings(error) => error.because(),
            Self::Plan(error) => error.because(),
            Self::Library(error) => error.because(),
            Self::Sandbox(error) => error.because(),
            Self::Engine(error) => error.because(),
            Self::Host(fault) => fault.because(),
            Self::Trust(error) => error.because(),
            Self::Credentials(error) => error.because(),
            Self::Key(error) => error.because(),
            Self::KeyPath { .. } => {
                "a key path is `keys/` and then names of letters, digits, `-`, `_` and `.`, separated by `/`".to_owned()
            }
            Self::SecretArgument => {
                "others on this machine see the arguments of every process, and the shell keeps them".to_owned()
            }
            Self::NoSecretTyped { reason, .. } => reason.clone(),
            Self::NoStep { known, .. } => {
                format!("its steps are {}", stepwell_model::error::list_names(known.iter().map(StepPath::as_str)))
            }
            Self::NoSecret { reason, .. } => reason.clone(),
            Self::Unreadable { reason, .. } | Self::System { reason, .. } | Self::OutputLost { reason } => {
                reason.clone()
            }
            Self::ForeignProject { path } => {
                format!("`{}` belongs to somebody else, or everybody can write to it", path.display())
            }
            Self::OtherProject { found, expected, .. } => {
                format!("its name is `{found}`, and the run's was `{expected}`")
            }
            Self::NoProject { .. } => "a project is a directory with a file `project.toml`".to_owned(),
            Self::NoHome => "neither STEPWELL_HOME nor HOME is set".to_owned(),
            Self::Store(error) => error.because(),
            Self::Journal(error) => error.because(),
            Self::Claim(error) => error.because(),
            Self::Cancel(error) => error.because(),
            Self::Snapshot(error) => error.because(),
            Self::NoRun { .. } => "no run in the journal has this id, or an id that begins so".to_owned(),
            Self::AmbiguousRun { known, .. } => {
                format!("there are {}", stepwell_model::error::list_names(known.iter().map(RunId::as_str)))
            }
            Self::NotUncertain { uncertain, .. } if uncertain.is_empty() => {
                "no step of the run is uncertain".to_owned()
            }
            Self::NotUncertain { uncertain, .. } => {
                let uncertain = stepwell_model::error::list_names(uncertain.iter().map(StepPath::as_str));
                format!("those that are uncertain are {uncertain}")
            }
            Self::DecidedTwice { .. } => "it is named with --retry and with --skip".to_owned(),
            Self::DecideAttached => "whether it is understood is seen only here".to_owned(),
            Self::OtherJobName { found, .. } => format!("its name is `{found}`"),
            Self::NoPlugin { known, .. } => {
                format!("there are {}", stepwell_model::error::list_names(known.iter().map(PluginName::as_str)))
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Job(error) => error.next(),
            Self::Import(error) => error.next(),
            Self::Settings(error) => error.next(),
            Self::Plan(error) => error.next(),
            Self::Library(error) => error.next(),
            Self::Sandbox(error) => error.next(),
            Self::Engine(error) => error.next(),
            Self::Host(fault) => fault.next(),
            Self::Trust(error) => error.next(),
            Self::Credentials(error) => error.next(),
            Self::Key(error) => error.next(),
            Self::KeyPath { .. } => "write a path such as keys/shared/database".to_owned(),
            Self::SecretArgument => {
                "run `stepwell keys set PATH` and type the secret, or give it on standard input; if it was one, change it"
                    .to_owned()
            }
            Self::NoSecretTyped { path, .. } => {
                format!("run `stepwell keys set {path}` again, or give the secret on standard input")
            }
            Self::NoStep { .. } => "name one of them with --step".to_owned(),
            Self::NoSecret { name, .. } => {
                format!("store it with `stepwell keys set keys/…` and give --option {name}=keys/…")
            }
            Self::Unreadable { .. } => "check the path and its rights".to_owned(),
            Self::ForeignProject { path } => {
                let dir =
                    if path.is_dir() && !path.ends_with("plugins") { Some(path.as_path()) } else { path.parent() };
                let dir = dir.map(|dir| dir.display().to_string()).unwrap_or_default();
                format!("give --project {dir} if you trust it")
            }
            Self::OutputLost { .. } => "make room where standard output goes, and try again".to_owned(),
            Self::OtherProject { .. } => "put the project back where it was, or cancel the run".to_owned(),
            Self::NoProject { .. } => "give --project the directory that holds project.toml".to_owned(),
            Self::NoHome => "set STEPWELL_HOME to a directory of your own".to_owned(),
            Self::Store(error) => error.next(),
            Self::Journal(error) => error.next(),
            Self::Claim(error) => error.next(),
            Self::Cancel(error) => error.next(),
            Self::Snapshot(error) => error.next(),
            Self::NoRun { .. } => "see `stepwell runs list`".to_owned(),
            Self::AmbiguousRun { .. } => "give more of the id".to_owned(),
            Self::NotUncertain { .. } => "see `stepwell runs show` for where the steps stand".to_owned(),
            Self::DecidedTwice { .. } => "name it once".to_owned(),
            Self::DecideAttached => "leave out --detach".to_owned(),
            Self::OtherJobName { expected, .. } => format!("write name = \"{expected}\" there, or use the other job"),
            Self::NoPlugin { name, known } => {
                match stepwell_model::error::nearest(name, known.iter().map(PluginName::as_str)) {
                    Some(meant) => format!("write `{meant}` instead of `{name}`"),
                    None => "run `stepwell plugin list`, or give the path of a component (`….wasm`)".to_owned(),
                }
            }
            Self::System { .. } => "try again; if it stays, report it with these lines".to_owned(),
        }
    }
}
