//! The errors of host functions: an answer to the plugin, or the end of the step. `sdk_error.rs` makes them from the
//! SDK's errors.

use stepwell_generic::archive::ArchiveError;
use stepwell_model::NextAction;
use stepwell_model::action::{Action, Function};
use stepwell_model::grant::Denied;
use stepwell_model::http::method_of;
use stepwell_model::id::RoleArn;
use stepwell_model::journal::JournalError;
use stepwell_model::plan::SecretRefused;
use stepwell_model::report::place_of;

use crate::credentials::{Advice, MissingProfile, TrustError, Verdict};
use crate::fill::SecretPlace;
use crate::wit::files::FileError;
use crate::wit::http::HttpError;
use crate::wit::types::{CallError, CallErrorKind};

/// The error of a host function.
#[derive(Debug)]
pub enum HostError {
    /// The plugin gets an answer and continues.
    Answer(CallError),
    /// The step ends here, because the plugin cannot help it.
    Trap(HostFault),
}

impl From<HostFault> for HostError {
    fn from(fault: HostFault) -> Self {
        Self::Trap(fault)
    }
}

impl From<Denied> for HostError {
    fn from(denied: Denied) -> Self {
        let message = format!("{denied}: {}", denied.because());
        let action = denied.action.to_string();
        Self::Answer(CallError { kind: CallErrorKind::Denied, action, code: None, message, request_id: None })
    }
}

impl HostError {
    /// An answer of AWS that lacks a part which AWS always gives. [`AwsCalls::call`](crate::AwsCalls) adds the action.
    pub(crate) fn without(what: &str) -> Self {
        Self::incomplete(format!("AWS answered without {what}"))
    }

    /// An answer of AWS that is not the record of the function.
    pub(crate) fn of_record(error: &serde_json::Error) -> Self {
        Self::incomplete(format!("AWS's answer cannot be read: {error}"))
    }

    fn incomplete(message: String) -> Self {
        let (kind, action) = (CallErrorKind::Unavailable, String::new());
        Self::Answer(CallError { kind, action, code: None, message, request_id: None })
    }

    /// The error of AWS for a request that held a secret, without AWS's message: it quotes what AWS refuses, in any
    /// form. A masked message would not do, because a mask knows only some forms, and because a plugin could tell from
    /// it whether something that it asks AWS about is a secret. Code and request id stay when they have the form of
    /// one.
    pub(crate) fn withheld(mut self) -> Self {
        match &mut self {
            Self::Answer(answer) => {
                WITHHELD.clone_into(&mut answer.message);
                answer.code = answer.code.take().filter(|code| is_identifier(code, LONGEST_CODE));
                answer.request_id = answer.request_id.take().filter(|id| is_identifier(id, LONGEST_REQUEST_ID));
            }
            Self::Trap(HostFault::Credentials { reason, .. }) => WITHHELD.clone_into(reason),
            Self::Trap(_) => {}
        }
        self
    }

    /// The answer to a call that AWS carried out, in the place of one that could tell a secret of the request, or of an
    /// earlier one whose results it shows.
    pub(crate) fn unheard() -> Self {
        let message = "AWS carried the call out; the answer is withheld: it could tell a secret".to_owned();
        let (kind, action, code) = (CallErrorKind::Rejected, String::new(), Some(ANSWER_WITHHELD.to_owned()));
        Self::Answer(CallError { kind, action, code, message, request_id: None })
    }

    /// The same error with the action of the call that failed.
    pub(crate) fn of(mut self, action: Action) -> Self {
        if let Self::Answer(answer) = &mut self {
            action.as_str().clone_into(&mut answer.action);
        }
        self
    }
}

/// The code of an answer that the host withholds.
const ANSWER_WITHHELD: &str = "AnswerWithheld";

/// Whether AWS carried the call out, and the host withholds the answer because it could tell a secret.
pub fn is_answer_withheld(error: &CallError) -> bool {
    error.kind == CallErrorKind::Rejected && error.code.as_deref() == Some(ANSWER_WITHHELD)
}

/// The first words about a call to which no answer came.
pub(crate) const NO_ANSWER: &str = "no answer from";

/// Whether no server answered the call: its host was not found, refused the connection or broke it.
pub fn is_unanswered(error: &CallError) -> bool {
    let has_no_code = error.code.is_none() || is_not_sent(error);
    error.kind == CallErrorKind::Unavailable && has_no_code && error.message.starts_with(NO_ANSWER)
}

/// The code of a call of which AWS got no byte.
pub(crate) const NOT_SENT: &str = "NotSent";

/// Whether AWS got no byte of the call: its host was not found, refused the connection, or TLS failed.
pub fn is_not_sent(error: &CallError) -> bool {
    error.kind == CallErrorKind::Unavailable && error.code.as_deref() == Some(NOT_SENT)
}

/// In the place of AWS's message about a request that held a secret.
const WITHHELD: &str = "AWS refused the call; its message is withheld, because the request held a secret";

/// Most bytes of an error code. The longest of AWS's models has 57.
const LONGEST_CODE: usize = 64;

/// Most bytes of a request id. Most are UUIDs; S3's have 16 characters.
pub(crate) const LONGEST_REQUEST_ID: usize = 64;

/// Whether a text has the form of a code or an id of AWS: what a server quotes elsewhere is rarely that.
pub(crate) fn is_identifier(text: &str, longest: usize) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-');
    (1..=longest).contains(&text.len()) && text.bytes().all(is_sign)
}

/// The error of a host function whose answer is about a path of this machine.
#[derive(Debug)]
pub enum FileFault {
    /// The plugin gets an answer and continues.
    Answer(FileError),
    /// The step ends here.
    Trap(HostFault),
}

impl From<FileError> for FileFault {
    fn from(answer: FileError) -> Self {
        Self::Answer(answer)
    }
}

impl From<HostFault> for FileFault {
    fn from(fault: HostFault) -> Self {
        Self::Trap(fault)
    }
}

/// The error of a host function whose answer is about an HTTP request.
#[derive(Debug)]
pub enum HttpFault {
    /// The plugin gets an answer and continues.
    Answer(HttpError),
    /// The step ends here.
    Trap(HostFault),
}

impl From<HttpError> for HttpFault {
    fn from(answer: HttpError) -> Self {
        Self::Answer(answer)
    }
}

impl From<HostFault> for HttpFault {
    fn from(fault: HostFault) -> Self {
        Self::Trap(fault)
    }
}

/// Why a host function ended the step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostFault {
    /// Not a failure: a dry run reached its first change. The journal has `What::ChangeWithheld`.
    #[error("the dry run ends before `{action}`, which would change something")]
    DryRun {
        /// The IAM action of the change.
        action: &'static str,
    },
    /// A dry run has only a stand-in for a value that this read needs.
    #[error("the dry run ends before `{action}`, which needs a real value")]
    StandIn {
        /// The IAM action of the read, or the name of the request.
        action: &'static str,
    },
    /// There are no credentials, or AWS does not accept them.
    #[error("there are no AWS credentials that work for `{action}`")]
    Credentials {
        /// The IAM action of the call that needed them.
        action: &'static str,
        /// The provider's or AWS's message. Never a credential.
        reason: String,
        /// What to do about it.
        advice: Advice,
    },
    /// A role that the host may not use as it stands.
    #[error("role `{role}` may not be used for `{action}`: it is {}", verdict.as_str())]
    Role {
        /// The IAM action of the call that needed it.
        action: &'static str,
        /// The role.
        role: RoleArn,
        /// The result of its verification.
        verdict: Verdict,
        /// The reason, and the place that names the role.
        reason: String,
        /// What to do about it, when that is not up to the role's owner.
        advice: Option<Advice>,
    },
    /// The external ids of this host cannot be read or written.
    #[error("no role was assumed for `{action}`: {source}")]
    Trust {
        /// The IAM action of the call that needed it.
        action: &'static str,
        /// The file's error.
        source: TrustError,
    },
    /// A secret option in a part of a request that proxies and logs can read.
    #[error("`{action}` was not called, because a secret would stand in the {place} of its request")]
    SecretMisplaced {
        /// The IAM action of the call.
        action: &'static str,
        /// The part.
        place: SecretPlace,
    },
    /// A secret option in a request of a step that may not send it there.
    #[error("{0}")]
    SecretRefused(Box<SecretRefused>),
    /// A plugin has a secret of its run. No part of this error tells where: the plugin could have guessed.
    #[error("the plugin has a secret of the run")]
    SecretFound,
    /// The model of the call cannot be read.
    #[error("`{action}` was not called: {source}")]
    Models {
        /// The IAM action of the call.
        action: &'static str,
        /// The fault of the models.
        source: ArchiveError,
    },
    /// Neither the plan nor the environment names a region.
    #[error("no AWS region is configured for `{action}`")]
    NoRegion {
        /// The IAM action of the call that needed it.
        action: &'static str,
    },
    /// No region is configured, because the profile that would name one does not exist.
    #[error("no AWS region is configured for `{action}`: there is no profile `{}`", missing.name)]
    NoProfile {
        /// The IAM action of the call that needed the region.
        action: &'static str,
        /// The profile.
        missing: Box<MissingProfile>,
    },
    /// The SDK could not make a request from its configuration: a malformed region or endpoint.
    #[error("the AWS configuration does not make a request for `{action}`")]
    Configuration {
        /// The IAM action of the call.
        action: &'static str,
        /// The SDK's message.
        reason: String,
    },
    /// After a crash the plugin makes a different call than the one that the journal has.
    #[error("`{action}` was not called: the plugin asks for another call than before")]
    OtherCall {
        /// The IAM action of the call.
        action: &'static str,
    },
    /// The grants name another header for the key of a request than when an earlier attempt sent it, or none.
    #[error("`{action}` was not called: an earlier attempt sent it with its key in another header")]
    OtherKey {
        /// The action of the request.
        action: &'static str,
    },
    /// Another process has the run now.
    #[error("`{action}` was not called: {source}")]
    NotHeld {
        /// The IAM action of the call.
        action: &'static str,
        /// Who has the run.
        source: JournalError,
    },
    /// The journal did not keep the intent, so the host did not make the call.
    #[error("`{action}` was not called, because its intent could not be recorded")]
    IntentNotKept {
        /// The IAM action of the call.
        action: &'static str,
        /// The journal's error.
        source: JournalError,
    },
    /// The host made the call, and the journal did not keep the answer.
    #[error("`{action}` was called, but the answer could not be recorded")]
    AnswerNotKept {
        /// The IAM action of the call.
        action: &'static str,
        /// The journal's error.
        source: JournalError,
    },
    /// The journal did not keep a line of the log.
    #[error("the log of the plugin could not be recorded")]
    LogNotKept {
        /// The journal's error.
        source: JournalError,
    },
    /// A request reached the gate without its permit. It was not sent.
    #[error("a request for {asked} was stopped: it carried {carried}")]
    GateClosed {
        /// The service and operation of the request.
        asked: String,
        /// The operation of its permit.
        carried: String,
    },
    /// The plugin called the host while it described itself.
    #[error("`{function}` was called during `describe`")]
    Describing {
        /// The function of the contract.
        function: Function,
    },
}

impl HostFault {
    /// Whether nothing is broken, but settings or AWS do not allow the call: exit code 3.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Credentials { .. }
            | Self::Role { .. }
            | Self::NoRegion { .. }
            | Self::NoProfile { .. }
            | Self::Configuration { .. }
            | Self::SecretMisplaced { .. }
            | Self::SecretRefused(_) => true,
            Self::Trust { source, .. } => source.is_refusal(),
            Self::DryRun { .. }
            | Self::StandIn { .. }
            | Self::NotHeld { .. }
            | Self::IntentNotKept { .. }
            | Self::AnswerNotKept { .. }
            | Self::LogNotKept { .. }
            | Self::GateClosed { .. }
            | Self::Describing { .. }
            | Self::Models { .. }
            | Self::SecretFound
            | Self::OtherCall { .. }
            | Self::OtherKey { .. } => false,
        }
    }

    /// The journal's error, when the journal failed: it would not keep any later record either.
    pub fn journal(&self) -> Option<&JournalError> {
        match self {
            Self::NotHeld { source, .. }
            | Self::IntentNotKept { source, .. }
            | Self::AnswerNotKept { source, .. }
            | Self::LogNotKept { source } => Some(source),
            _ => None,
        }
    }
}

/// Why a secret that a plugin has ends its run, and what to do about it.
pub const SECRET_FOUND: (&str, &str) = (
    "plugins get placeholders, and no record of a run may hold the secret itself; the run ends, so that no later step learns whether a guess was right",
    "look at the plugin and at what it calls, and replace the secret",
);

fn role_advice(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::RejectedInsecure => {
            "have its owner add the condition that `stepwell credentials trust` prints; allow_unverified_roles = true in [aws] of stepwell.toml uses such roles all the same"
        }
        Verdict::RejectedUnassumable => {
            "have its owner put the statement that `stepwell credentials trust` prints into its trust policy"
        }
        Verdict::Inconclusive | Verdict::Verified => "run it again a little later",
    }
}

impl NextAction for HostFault {
    fn because(&self) -> String {
        match self {
            Self::DryRun { .. } => "a dry run makes no change".to_owned(),
            Self::StandIn { .. } => "the change that gives the value was not made".to_owned(),
            Self::Credentials { reason, .. } | Self::Configuration { reason, .. } => reason.clone(),
            Self::Role { reason, .. } => reason.clone(),
            Self::Trust { source, .. } => source.because(),
            Self::SecretRefused(refused) => refused.because(),
            Self::SecretMisplaced { place, .. } => place.because().to_owned(),
            Self::Models { source, .. } => source.because(),
            Self::SecretFound => SECRET_FOUND.0.to_owned(),
            Self::OtherCall { .. } => {
                "the host was interrupted while the step ran, and this call must not be made twice by mistake"
                    .to_owned()
            }
            Self::OtherKey { .. } => {
                "`idempotency_headers` has changed since, and the server recognises a repetition by its key".to_owned()
            }
            Self::NoRegion { .. } => "neither the project nor AWS_REGION nor the AWS profile names one".to_owned(),
            Self::NoProfile { missing, .. } => missing.to_string(),
            Self::NotHeld { source, .. }
            | Self::IntentNotKept { source, .. }
            | Self::AnswerNotKept { source, .. }
            | Self::LogNotKept { source } => source.because(),
            Self::GateClosed { .. } => "every request must carry the permit of its call".to_owned(),
            Self::Describing { .. } => "during `describe` a plugin may call `log` only".to_owned(),
        }
    }

    fn next(&self) -> String {
        match self {
            Self::DryRun { .. } | Self::StandIn { .. } => "run the job without --dry-run to make the change".to_owned(),
            Self::Credentials { advice, .. } => advice.next(),
            Self::Role { verdict, advice, .. } => {
                advice.as_ref().map_or_else(|| role_advice(*verdict).to_owned(), Advice::next)
            }
            Self::Trust { source, .. } => source.next(),
            Self::SecretRefused(refused) => refused.next(),
            Self::SecretMisplaced { action, place } if method_of(action).is_some() => {
                format!(
                    "take the secret out of the {place}; the value of a header and a body of JSON or of a form may hold one, and the URL of a webhook may be a secret as a whole"
                )
            }
            Self::SecretMisplaced { place, .. } => {
                format!(
                    "take the secret out of the {place}; a body of text without a checksum may hold one, such as a payload"
                )
            }
            Self::Models { source, .. } => source.next(),
            Self::SecretFound => SECRET_FOUND.1.to_owned(),
            Self::OtherCall { action } => {
                let place = place_of(action);
                format!("check {place} what `{action}` has done, and run the job again if more has to be done")
            }
            Self::OtherKey { action } => {
                let place = place_of(action);
                format!("check {place} what `{action}` has done, and run the job again if more has to be done")
            }
            Self::NoProfile { missing, .. } => missing.next(),
            Self::NoRegion { .. } => "set region in [aws] of project.toml, or AWS_REGION".to_owned(),
            Self::Configuration { .. } => "correct region in [aws], AWS_REGION or AWS_ENDPOINT_URL".to_owned(),
            Self::NotHeld { source, .. } | Self::IntentNotKept { source, .. } | Self::LogNotKept { source } => {
                source.next()
            }
            Self::AnswerNotKept { action, .. } => {
                let place = place_of(action);
                format!(
                    "check the disk of STEPWELL_HOME, and {place} whether `{action}` took effect, before you run the job again"
                )
            }
            Self::Describing { .. } => "move the call to `start`".to_owned(),
            Self::GateClosed { .. } => {
                "report this: it is a mistake in the host, not in the job or the plugin".to_owned()
            }
        }
    }
}
