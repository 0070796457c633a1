//! The errors before a call: the sandbox cannot be set up, or the component is not a plugin.

use std::path::PathBuf;

use stepwell_generic::archive::ArchiveError;
use stepwell_model::NextAction;
use stepwell_model::action::Function;
use stepwell_model::error::list_names;
use stepwell_secrets::ours::{self, NotOurs};

use crate::fault::StepFault;

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The engine could not be set up.
    #[error("the sandbox could not be set up")]
    Engine {
        /// wasmtime's message.
        reason: String,
    },
    /// Other users have access to the directory of compiled components.
    #[error("the cache `{path}` cannot be trusted")]
    CacheNotPrivate {
        /// The directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: NotPrivate,
    },
    /// Other users can put another directory in the place of that of compiled components.
    #[error("`{}` is not yours alone", path.display())]
    CacheWay {
        /// The directory or link that leads to it.
        path: PathBuf,
        /// How it admits other users.
        fault: NotOurs,
    },
}

/// What is wrong with the directory of compiled components. A user who can write to it can run code in the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPrivate {
    /// It is a symbolic link.
    #[error("it is a symbolic link")]
    Symlink,
    /// It is not a directory.
    #[error("it is not a directory")]
    NotADirectory,
    /// Its owner could replace what lies in it.
    #[error("it belongs to another user ({owner})")]
    OwnedByAnother {
        /// The owner's user id.
        owner: u32,
    },
    /// Others can read or write in it.
    #[error("others may use it (mode {mode:o})")]
    OpenToOthers {
        /// Its permission bits.
        mode: u32,
    },
}

impl NextAction for SandboxError {
    fn because(&self) -> String {
        match self {
            Self::Engine { reason } => reason.clone(),
            Self::CacheNotPrivate { reason, .. } => {
                format!("{reason}; the compiled components in it run as part of the host")
            }
            Self::CacheWay { fault, .. } => {
                format!("another user can replace the compiled components, which run as part of the host: {fault}")
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Self::Engine { .. } => {
                "raise the limit of address space (`ulimit -v unlimited`), or report this".to_owned()
            }
            Self::CacheNotPrivate { path, reason: NotPrivate::OpenToOthers { .. } } => {
                format!("rm -r '{0}' if another user could have written to it, else chmod 700 '{0}'", path.display())
            }
            Self::CacheNotPrivate { path, .. } => {
                format!("remove `{}`, or set STEPWELL_HOME to a directory of your own", path.display())
            }
            Self::CacheWay { path, fault } => ours::advice(path, *fault),
        }
    }
}

/// Why a component cannot be used as a plugin.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file is larger than a plugin may be.
    #[error("the component is too large")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The largest size.
        limit: u64,
    },
    /// The file is not WebAssembly.
    #[error("the file is not a WebAssembly component")]
    NotWasm,
    /// The file is WebAssembly, but not a component.
    #[error("the file is a core WebAssembly module, not a component")]
    CoreModule,
    /// The component does not validate.
    #[error("the component is malformed")]
    Malformed {
        /// The validator's message.
        reason: String,
    },
    /// The component was built for another version of the contract.
    #[error("the plugin was built for another version of Stepwell")]
    OtherContract {
        /// The required interface, such as `stepwell:ec2/ec2@0.3.0`.
        needs: String,
        /// The releases of its package that this host accepts, such as `stepwell:ec2@0.2.0`.
        have: Vec<String>,
    },
    /// The component imports an interface or package that the host does not have.
    #[error("the plugin imports `{import}`, which this host does not have")]
    UnknownImport {
        /// The import.
        import: String,
        /// The known ones of its kind.
        known: Vec<String>,
    },
    /// The component imports a function that its interface does not have.
    #[error("the plugin imports `{function}`, which this host does not have")]
    UnknownFunction {
        /// The function, such as `ec2.describe-tags`.
        function: String,
        /// The package that the component was built with, such as `stepwell:ec2@0.2.3`.
        needs: String,
        /// The package of this host, such as `stepwell:ec2@0.2.0`.
        have: String,
        /// The functions of the interface.
        known: Vec<String>,
    },
    /// The component imports an operation of AWS that no plugin may call.
    #[error("the plugin imports `{import}`, which no plugin may call")]
    Forbidden {
        /// The import, such as `aws.iam.create-access-key`.
        import: String,
        /// Why.
        reason: String,
    },
    /// The component imports an operation of AWS, and the models of AWS's services cannot be read.
    #[error("the plugin imports `{import}`, whose model is missing")]
    NoModels {
        /// The import.
        import: String,
        /// Why.
        error: ArchiveError,
    },
    /// The component does not export the interface of a step.
    #[error("the component is not a plugin")]
    NoStep {
        /// The missing interface.
        missing: String,
    },
    /// An import or export has the right name and the wrong type.
    #[error("the plugin does not fit the contract")]
    Mismatch {
        /// The function or interface.
        part: String,
        /// Its types in the component and in the host.
        reason: String,
    },
    /// The component has more parts than fit into the sandbox.
    #[error("the component has too many parts")]
    TooComplex {
        /// wasmtime's message.
        reason: String,
    },
    /// The component has more of something than the host compiles.
    #[error("the component has too many {what}")]
    TooMany {
        /// What, in the plural.
        what: &'static str,
        /// How many it has, or has at least.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// The compiler exceeded a limit.
    #[error("the component needs too much {what} to compile")]
    TooCostly {
        /// What the compiler needed too much of.
        what: &'static str,
    },
    /// The process that compiles did not start, or broke.
    #[error("the compiler of plugins does not work")]
    NoCompiler {
        /// The reason.
        reason: String,
    },
    /// `describe` crashed or broke a limit.
    #[error("the plugin could not describe itself")]
    DescribeFailed(#[source] StepFault),
    /// `describe` did not end in time.
    #[error("the plugin did not describe itself in time")]
    DescribeTooSlow,
    /// `describe` called a function other than those of `log`.
    #[error("the plugin called `{function}` during `describe`")]
    DescribeCalled {
        /// The function, such as `ec2.describe-instances`.
        function: Function,
    },
    /// The component's metadata contradict its description.
    #[error("the plugin gives itself two {what}s")]
    MetadataDiffers {
        /// `name` or `version`.
        what: &'static str,
        /// The one in the metadata.
        stated: String,
        /// The one in the description.
        described: String,
    },
    /// The description is not valid.
    #[error("the plugin's {field} is not valid")]
    Description {
        /// The field of `description`, such as `config-schema`.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl NextAction for LoadError {
    fn because(&self) -> String {
        match self {
            Self::TooLarge { size, limit } => format!("it has {size} bytes, and the limit is {limit}"),
            Self::NotWasm => "it does not start with the bytes `\\0asm`".to_owned(),
            Self::CoreModule => "a plugin is a component: it has typed imports and exports".to_owned(),
            Self::Malformed { reason } | Self::TooComplex { reason } => reason.clone(),
            Self::Mismatch { part, reason } => format!("{part}: {reason}"),
            Self::TooMany { found, limit, .. } => format!("it has {found}, and the limit is {limit}"),
            Self::TooCostly { .. } => {
                "a component may take 90 s of computing time, 5 minutes, 2 GiB of memory and 256 MiB of code".to_owned()
            }
            Self::NoCompiler { reason } => reason.clone(),
            Self::OtherContract { needs, have } => {
                format!("it needs `{needs}`, and this host has {}", list_names(have.iter().map(String::as_str)))
            }
            Self::Forbidden { reason, .. } => reason.clone(),
            Self::NoModels { error, .. } => format!("{error}: {}", error.because()),
            Self::UnknownFunction { needs, have, known, .. } => {
                let known = list_names(known.iter().map(String::as_str));
                format!("it was built with `{needs}`, and `{have}` of this host has {known}")
            }
            Self::UnknownImport { known, .. } => {
                format!("this host has {}", list_names(known.iter().map(String::as_str)))
            }
            Self::NoStep { missing } => format!("it does not export `{missing}`"),
            Self::DescribeFailed(fault) => format!("{fault}: {}", fault.because()),
            Self::DescribeTooSlow => "it slept or waited for 30 s".to_owned(),
            Self::DescribeCalled { .. } => "during `describe` a plugin may call `log` only".to_owned(),
            Self::MetadataDiffers { stated, described, .. } => {
                format!("the metadata of the component say `{stated}`, and its description `{described}`")
            }
            Self::Description { reason, .. } => reason.clone(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::TooLarge { .. } => "build it in release mode and without debug information".to_owned(),
            Self::NotWasm => "check that the path names a plugin".to_owned(),
            Self::CoreModule => "make it a component with `wasm-tools component new`".to_owned(),
            Self::Malformed { .. } => "build it again with a current toolchain".to_owned(),
            Self::OtherContract { .. } | Self::Mismatch { .. } => {
                "build the plugin again with the wit/ of this version of Stepwell".to_owned()
            }
            Self::Forbidden { .. } => "use a plugin that does without it".to_owned(),
            Self::NoModels { error, .. } => error.next(),
            Self::UnknownImport { .. } | Self::UnknownFunction { .. } => {
                "remove the import from the plugin, or use a version of Stepwell that has it".to_owned()
            }
            Self::NoStep { .. } => {
                "export the interface with the SDK's `export!`, or check that the file is a plugin".to_owned()
            }
            Self::TooMany { .. } | Self::TooCostly { .. } => {
                "build it with optimisation, split large functions, or remove the file if you do not trust it"
                    .to_owned()
            }
            Self::NoCompiler { .. } => "check the limits of processes and memory of the host, and try again".to_owned(),
            Self::TooComplex { .. } => "link the component's modules into fewer, or report this".to_owned(),
            Self::DescribeFailed(fault) => fault.next(),
            Self::DescribeTooSlow | Self::DescribeCalled { .. } => "move the call to `start`".to_owned(),
            Self::MetadataDiffers { what, .. } => {
                format!("build the plugin again, and let both {what}s come from one file, such as Cargo.toml")
            }
            Self::Description { field, .. } => format!("correct `{field}` in the plugin's description"),
        }
    }
}
