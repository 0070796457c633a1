//! How a call ends when something broke: the plugin ran into a limit, trapped, or the host could not continue.

use std::fmt;

use stepwell_aws::HostFault;
use stepwell_model::NextAction;
use stepwell_model::failure::{Failure, FailureCode, FailureOrigin};
use wasmtime::{Trap, WasmBacktrace};

/// A trap at this depth of the stack is a recursion without end, and not a plain mistake.
pub(crate) const DEEP: usize = 512;

/// Bytes of a cause, and of a function's name: the names of generic functions can fill pages.
const LONGEST_CAUSE: usize = 256;

/// The key of `[limits]` that sets a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// `memory`, in bytes.
    Memory,
    /// `cpu_time`, in milliseconds.
    CpuTime,
    /// `cpu_time` again, in milliseconds, for a plugin that sleeps.
    Sleep,
    /// `outputs`, in bytes.
    Outputs,
    /// `checkpoint`, in bytes.
    Checkpoint,
    /// `checkpoint_total`, in bytes.
    CheckpointTotal,
    /// `log_events`.
    LogEvents,
    /// `log_bytes`, in bytes.
    LogBytes,
    /// `host_calls`.
    HostCalls,
}

impl Limit {
    /// The key as `[limits]` spells it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::CpuTime | Self::Sleep => "cpu_time",
            Self::Outputs => "outputs",
            Self::Checkpoint => "checkpoint",
            Self::CheckpointTotal => "checkpoint_total",
            Self::LogEvents => "log_events",
            Self::LogBytes => "log_bytes",
            Self::HostCalls => "host_calls",
        }
    }

    fn exceeded(self) -> &'static str {
        match self {
            Self::Memory => "the plugin wanted more memory than it may have",
            Self::CpuTime => "the plugin computed for longer than it may",
            Self::Sleep => "the plugin wanted to sleep for longer than it may",
            Self::Outputs => "the plugin's outputs are larger than they may be",
            Self::Checkpoint => "the plugin's checkpoint is larger than it may be",
            Self::CheckpointTotal => "the plugin's checkpoints and wait messages together are larger than they may be",
            Self::LogEvents => "the plugin wrote more log events than it may",
            Self::LogBytes => "the plugin wrote more log text than it may",
            Self::HostCalls => "the plugin called the host more often than it may",
        }
    }

    fn show(self, value: u64) -> String {
        match self {
            Self::Memory | Self::Outputs | Self::Checkpoint | Self::CheckpointTotal | Self::LogBytes => {
                show_bytes(value)
            }
            Self::CpuTime | Self::Sleep => format!("{value} ms"),
            Self::LogEvents => format!("{value} events"),
            Self::HostCalls => format!("{value} calls"),
        }
    }
}

fn show_bytes(bytes: u64) -> String {
    match bytes {
        0 => "0 bytes".to_owned(),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

/// A limit that the plugin ran into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// The limit.
    pub limit: Limit,
    /// Its value, in the unit of [`Limit`].
    pub value: u64,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.limit.exceeded(), self.limit.show(self.value))
    }
}

impl std::error::Error for Exceeded {}

/// Why a call ended without an answer from the plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepFault {
    /// The plugin ran into one of the limits of a step.
    #[error("{0}")]
    Limit(Exceeded),
    /// The plugin recursed too deeply. The stack is the same for every plugin.
    #[error("the plugin ran out of stack")]
    StackOverflow,
    /// The plugin handed over more data in one call than the host takes.
    #[error("the plugin handed over too much data at once")]
    TooMuchData,
    /// The plugin crashed.
    #[error("the plugin crashed")]
    Trapped {
        /// The trap in a few words, such as `unreachable code was executed`.
        cause: String,
        /// The function that trapped, when the component has names.
        function: Option<String>,
    },
    /// The outputs are not a JSON object.
    #[error("the plugin's outputs are not a JSON object")]
    OutputsInvalid {
        /// What they are instead, or where the JSON is broken.
        reason: String,
    },
    /// The host ended the step; for [`HostFault::DryRun`] nothing failed.
    #[error("{0}")]
    Host(HostFault),
}

impl NextAction for StepFault {
    fn because(&self) -> String {
        match self {
            Self::Limit(Exceeded { limit: Limit::Sleep, value }) => format!(
                "`cpu_time` of this step is {value} ms, and a plugin that sleeps keeps its place as one that computes"
            ),
            Self::Limit(Exceeded { limit, value }) => {
                format!("`{}` of this step is {}", limit.key(), limit.show(*value))
            }
            Self::StackOverflow => "a call within the plugin recurses without an end, or for too long".to_owned(),
            Self::TooMuchData => {
                "the arguments of one call, or its result, are larger than the memory of the step".to_owned()
            }
            Self::Trapped { cause, function: Some(function) } => format!("{cause}, in `{function}`"),
            Self::Trapped { cause, function: None } => cause.clone(),
            Self::OutputsInvalid { reason } => reason.clone(),
            Self::Host(fault) => fault.because(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Limit(Exceeded { limit: Limit::Sleep, .. }) => {
                "have the plugin return a wait instead of sleeping".to_owned()
            }
            Self::Limit(Exceeded { limit, .. }) => {
                format!("if the plugin needs it, set `{}` under [limits] in stepwell.toml", limit.key())
            }
            Self::StackOverflow | Self::TooMuchData | Self::OutputsInvalid { .. } => {
                "report this to the plugin's author".to_owned()
            }
            Self::Trapped { .. } => {
                "look at what the plugin logged before, and report it to the plugin's author".to_owned()
            }
            Self::Host(fault) => fault.next(),
        }
    }
}

impl StepFault {
    /// The code of the failure that it becomes.
    pub fn code(&self) -> FailureCode {
        match self {
            Self::Limit(_) => FailureCode::LimitExceeded,
            Self::StackOverflow => FailureCode::StackOverflow,
            Self::TooMuchData => FailureCode::TooMuchData,
            Self::Trapped { .. } => FailureCode::PluginCrashed,
            Self::OutputsInvalid { .. } => FailureCode::OutputsInvalid,
            Self::Host(fault) => match fault {
                HostFault::DryRun { .. } | HostFault::StandIn { .. } => FailureCode::DryRun,
                HostFault::Credentials { .. }
                | HostFault::NoProfile { .. }
                | HostFault::Role { .. }
                | HostFault::Trust { .. } => FailureCode::CredentialsUnavailable,
                HostFault::NoRegion { .. } | HostFault::Configuration { .. } | HostFault::SecretMisplaced { .. } => {
                    FailureCode::ConfigurationInvalid
                }
                HostFault::SecretRefused(_) => FailureCode::SecretRefused,
                HostFault::NotHeld { .. }
                | HostFault::IntentNotKept { .. }
                | HostFault::AnswerNotKept { .. }
                | HostFault::LogNotKept { .. } => FailureCode::JournalFailed,
                HostFault::OtherCall { .. } | HostFault::OtherKey { .. } => FailureCode::OtherCall,
                HostFault::SecretFound => FailureCode::SecretFound,
                HostFault::Describing { .. } | HostFault::GateClosed { .. } | HostFault::Models { .. } => {
                    FailureCode::HostDefect
                }
            },
        }
    }

    /// Who failed.
    pub fn origin(&self) -> FailureOrigin {
        match self {
            Self::Host(fault) if fault.is_refusal() => FailureOrigin::Refused,
            Self::Host(HostFault::SecretFound) => FailureOrigin::Sandbox,
            Self::Host(_) => FailureOrigin::Host,
            _ => FailureOrigin::Sandbox,
        }
    }
}

impl StepFault {
    /// The fault in an error of wasmtime, which passes on the errors of host functions.
    pub(crate) fn from_error(error: &wasmtime::Error) -> Self {
        if let Some(exceeded) = error.downcast_ref::<Exceeded>() {
            return Self::Limit(*exceeded);
        }
        if let Some(fault) = error.downcast_ref::<HostFault>() {
            return Self::Host(fault.clone());
        }
        let trace = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
        match error.downcast_ref::<Trap>() {
            Some(Trap::StackOverflow) => return Self::StackOverflow,
            // Rust and C keep a stack of their own at the beginning of the memory, which overflows downwards, out of bounds.
            Some(Trap::MemoryOutOfBounds) if trace.len() >= DEEP => return Self::StackOverflow,
            _ => {}
        }
        let cause = error.root_cause().to_string();
        // wasmtime's type for this error is private.
        if cause.starts_with("too much data is being copied") {
            return Self::TooMuchData;
        }
        let cause = cut(cause.trim_start_matches("wasm trap: "), LONGEST_CAUSE);
        let function = trace.first().and_then(|frame| frame.func_name()).map(|name| cut(name, LONGEST_CAUSE));
        Self::Trapped { cause, function }
    }
}

impl From<&StepFault> for Failure {
    fn from(fault: &StepFault) -> Self {
        let failure = Self::new(fault.code(), fault.to_string()).because(fault.because()).next(fault.next());
        // The same code may be a refusal for one cause and a defect of the host for another.
        Self { origin: fault.origin(), ..failure }
    }
}

/// The beginning of a text, in whole characters.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(longest.saturating_sub('…'.len_utf8()));
    format!("{}…", text.get(..end).unwrap_or_default())
}
