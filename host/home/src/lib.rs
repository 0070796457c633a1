//! The front office: everything that a command or a server does with a `STEPWELL_HOME`, without a terminal.
//!
//! [`Home::open`] is the entry. [`Home::plan`] turns a job file into a [`PlannedJob`], which starts as a run in this
//! process or in a process of its own. [`Home::runs`] finds, resumes, cancels and prunes runs. The [`Operator`] that
//! the caller passes to [`Home::open`] answers the questions for passphrases and secrets; its [`Compilation`] says
//! whether the caller's program also compiles plugins in processes of their own.
//!
//! What may not live here: arguments, printing, signals and exit codes (`stepwell`), and the decision what a run does
//! next (`stepwell-engine`).

mod access;
mod call;
mod credentials;
mod error;
mod file;
mod home;
mod init;
mod jobs;
mod journal;
mod operator;
mod plan;
mod plugins;
mod project;
mod rerun;
mod resources;
mod runs;
mod secret_values;
#[cfg(test)]
mod tests;

pub use call::CallRequest;
pub use credentials::{CredentialUse, CredentialsQuery, ResolvedCredentials, TrustStatement};
pub use error::{ErrorKind, HomeError};
pub use file::read;
pub use home::{Config, Home, default_path};
pub use init::init;
pub use jobs::{JobListing, ListedJob};
pub use journal::Journal;
pub use operator::Operator;
pub use plan::{DetachedRun, JobRequest, PlannedJob};
pub use plugins::{PluginListing, Plugins};
pub use rerun::{RerunError, RerunFrom, TakeOver};
pub use resources::Compilation;
pub use runs::{Cancellation, ClaimedRun, Decisions, Resumption, Runs, ShownOption, StartedWith, StoredRun};

pub use stepwell_aws::{CallerIdentity, SourceFound, TrustLevel, settled};
pub use stepwell_engine::{Engine, Halt, HaltReason, Observer, Watch};
pub use stepwell_journal::{Examination, Restored};
pub use stepwell_sandbox::{COMPILE_ARGUMENT, accepted_contracts, compile_for_parent};
pub use stepwell_secrets::{
    AskPassphrase, KeyError, KeyStores, LONGEST, ListedKey, MaskedWriter, Masker, Unusable, Written,
};
