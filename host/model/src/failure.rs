//! Why a step fails: the record of a failure, who failed, and the codes that the host and the SDK give.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a step failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// One word for programs: a [`FailureCode`], or a code of the plugin's own.
    pub code: String,
    /// What failed.
    pub message: String,
    /// Why, when the host knows more than the plugin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What to do next, when the host knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Whether another attempt may succeed with nothing changed.
    pub retryable: bool,
    /// Who failed.
    pub origin: FailureOrigin,
}

impl Failure {
    /// A failure with the origin and the retry rule of its code, without a reason and advice.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        let row = code.row();
        Self {
            code: row.code.to_owned(),
            message: message.into(),
            because: None,
            next: None,
            retryable: row.retryable,
            origin: row.origin,
        }
    }

    /// The same failure with its reason.
    #[must_use]
    pub fn because(self, because: impl Into<String>) -> Self {
        Self { because: Some(because.into()), ..self }
    }

    /// The same failure with what to do next.
    #[must_use]
    pub fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }

    /// The same failure, after which the plugin could not stop what it had started.
    #[must_use]
    pub fn left_behind(self, cancel: &Self) -> Self {
        let left = format!("the plugin could not stop what it had started: {}", cancel.message);
        let because = self.because.map_or(left.clone(), |because| format!("{because}; {left}"));
        Self { because: Some(because), ..self }
    }
}

/// Who failed: decides the exit code, and whom the report names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureOrigin {
    /// The plugin says that it could not do its work.
    Plugin,
    /// The plugin broke: a limit, a trap, invalid outputs.
    Sandbox,
    /// The run ended the step: a timeout, a cancellation, a value of the job file. Records of earlier releases say
    /// `plugin` for these.
    Run,
    /// The host refused: no grant, no credentials.
    Refused,
    /// The host itself failed.
    Host,
}

impl FailureOrigin {
    /// The origin as the journal and `--output json` spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Sandbox => "sandbox",
            Self::Run => "run",
            Self::Refused => "refused",
            Self::Host => "host",
        }
    }
}

/// One row of the table of codes.
struct Row {
    code: &'static str,
    origin: FailureOrigin,
    also: &'static [FailureOrigin],
    retryable: bool,
    when: &'static str,
    what_to_do: &'static str,
}

/// Makes the enum, its list and its rows from one table: a code without a row does not compile.
macro_rules! failure_codes {
    ($($code:ident: $origin:ident $(or $also:ident)*, retryable: $retryable:literal, $when:literal => $what_to_do:literal;)+) => {
        /// A code that the host gives, or that the SDK reserves. Its spelling is the variant's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FailureCode {
            $(#[doc = $when] $code,)+
        }

        impl FailureCode {
            /// Every code, in the order of the manual: those of plugins, of the sandbox, of the run, of the host.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            fn row(self) -> Row {
                match self {
                    $(Self::$code => Row {
                        code: stringify!($code),
                        origin: FailureOrigin::$origin,
                        also: &[$(FailureOrigin::$also),*],
                        retryable: $retryable,
                        when: $when,
                        what_to_do: $what_to_do,
                    },)+
                }
            }
        }
    };
}

failure_codes! {
    AccessDenied: Plugin, retryable: false,
        "An IAM action is missing, or the grant of an HTTP request. The message names it."
        => "Grant the action or the request to the plugin under `[grants]`, or allow the action in the IAM policy of the credentials. `stepwell job policy` prints the policy that the job needs.";
    NotFound: Plugin, retryable: false,
        "The resource that the step names does not exist in this account and region."
        => "Correct the name or id in `with`, or the region in `[aws]`.";
    NoTargets: Plugin, retryable: false,
        "The step looked its targets up, such as managed nodes by a tag or the files of a prefix, and found none, so it did nothing."
        => "Correct what selects them in `with`. Where it is right that there are none, write `allow_empty = true`.";
    Throttled: Plugin, retryable: true,
        "AWS still throttles the call after the host has repeated it."
        => "Wait, or give the step a `retry` with a longer `delay`.";
    Unavailable: Plugin, retryable: true,
        "AWS or a web server did not answer, or AWS answered with a server error (5xx)."
        => "Run the job again. If it lasts, check the network of the host, the server, and the AWS Health Dashboard.";
    NotSent: Plugin, retryable: true,
        "There is no connection to AWS or the web server, so the host sent no request: the name is unknown, the connection is refused, or TLS fails. A kind of `Unavailable`, whose place it takes in `retry.on`."
        => "Run the job again: the call had no effect. If it lasts, check the network of the host, the region, and the address of the server.";
    AwsError: Plugin, retryable: false,
        "AWS rejected the call: a wrong parameter, a quota. The message has AWS's own code and words."
        => "Look AWS's code up in the documentation of the action, and correct `with` or the resource.";
    WrongState: Plugin, retryable: false,
        "AWS rejected the call because of the state of the resource, such as `IncorrectInstanceState`. A kind of `AwsError`, whose place it takes in `retry.on`."
        => "Look at the resource in AWS. Where the state passes by itself, name the code in `retry.on`.";
    HttpStatus: Plugin, retryable: false,
        "A web server answered with a status that the step did not expect. The message quotes the beginning of the answer. 429 and 503 are retried."
        => "Correct the request in `with`, or name the status in `expect` of `http-request`.";
    AnswerInvalid: Plugin, retryable: false,
        "The answer of a web server is not in the form that the step reads, such as JSON."
        => "Look at the answer with `http-request`, and ask the owner of the server.";
    AnswerTooLarge: Plugin, retryable: false,
        "The answer of a web server is larger than a limit, or what was selected of it is."
        => "Ask for less, save the answer to a lent directory, or raise `http_answer` under `[limits]`.";
    AnswerWithheld: Plugin, retryable: false,
        "The step reads an answer that the host withholds, because the request held a secret that the server could repeat."
        => "Write `echoes = false` where the secret's owner says where it may go, if the server never repeats it.";
    WaitTimeout: Plugin, retryable: true,
        "The resource did not reach the awaited state within the time that `with` allows. The message names the last state."
        => "Look at the resource in AWS, and raise the wait in `with` if it only takes longer.";
    TerminalState: Plugin, retryable: false,
        "The resource is in a state from which it can never reach the awaited one."
        => "Look in AWS for the reason of that state.";
    NothingSelected: Plugin, retryable: false,
        "The `select` of a step finds nothing in the answer."
        => "Correct `select`. A step that looks for a state names the code in `retry.on`, so that it looks again.";
    FileError: Plugin, retryable: false,
        "A file of a lent directory could not be read, written or removed."
        => "Check the path and the permissions of the file, and `[directories]`.";
    PartialTransfer: Plugin, retryable: false,
        "Some of the files of a transfer failed. The log names each of them."
        => "Correct the cause that the log names, and run the job again.";
    CheckpointInvalid: Plugin, retryable: false,
        "The plugin does not understand the checkpoint of its own wait."
        => "Look in AWS at what the step had started, and report it to the plugin's author.";
    Unspecified: Plugin, retryable: false,
        "The plugin failed without a code."
        => "Read the message and the log of the step.";
    OutputsInvalid: Sandbox or Plugin, retryable: false,
        "The outputs of the plugin are not a JSON object, or do not match the plugin's schema."
        => "Report it to the plugin's author.";
    SecretFound: Sandbox or Run, retryable: false,
        "The plugin has a secret of the run: it stands in an answer of AWS or of a web server, or in the outputs, the checkpoint, a captured value, a failure or a request of the step. The host does not tell where. The run ends: no other step begins, except those under `finally`, and `retry` makes no other attempt."
        => "Look at the plugin and at what it calls, and replace the secret.";
    LimitExceeded: Sandbox, retryable: false,
        "The plugin reached a limit of its step: memory, CPU time or sleep, size of outputs or checkpoints, log, or host calls."
        => "If the plugin needs more, raise the limit that the reason names under `[limits]` in `stepwell.toml`.";
    StackOverflow: Sandbox, retryable: false,
        "The plugin recursed too deeply."
        => "Report it to the plugin's author.";
    TooMuchData: Sandbox, retryable: false,
        "The arguments or the result of one host call are larger than the memory of the step."
        => "Report it to the plugin's author.";
    PluginCrashed: Sandbox, retryable: false,
        "The plugin trapped. The reason names the trap and, where it is known, the function."
        => "Read what the plugin logged before, and report it to the plugin's author.";
    ConfigurationInvalid: Run or Plugin or Refused, retryable: false,
        "A value of the job or of the settings makes no sense: an expression without a value, a wrong type, a missing region, two keys that exclude each other."
        => "Correct the key that the message names in the job file, `project.toml` or `stepwell.toml`.";
    ExpectFailed: Run, retryable: false,
        "The outputs of an operation are not what `expect` of the step asks for. The message has the expression."
        => "Look at the resource in AWS, or correct `expect`.";
    StepTimeout: Run, retryable: true,
        "The step took longer than its `timeout`. It is not retried when another attempt would repeat a call that must happen once."
        => "Raise `timeout` of the step, or find out what it waited for.";
    Cancelled: Run, retryable: false,
        "The run was cancelled or ran out of time before the step came to its end."
        => "Look in AWS at what the step had started.";
    CancelTimeout: Run, retryable: false,
        "The plugin was told to stop and did not return in time."
        => "Look in AWS whether the operation that the step had started goes on.";
    PartFailed: Run, retryable: false,
        "A part of the step failed, such as an item of `for_each`, and left no failure of its own. Otherwise the step has the code of its part."
        => "Look at the part that the message names.";
    TooManySteps: Run, retryable: false,
        "The lists and sub-jobs of the run would expand into more steps than a run may have."
        => "Run the job several times, each time with a part of the list.";
    Uncertain: Run, retryable: false,
        "A call that must happen once was sent and its answer never came, so its effect is unknown."
        => "Look in AWS, or at the server of an HTTP request, whether the call took effect. `on_uncertain` in the job decides such cases beforehand.";
    CredentialsUnavailable: Refused or Host, retryable: false,
        "The host found no AWS credentials that work for the call, or may not use the role."
        => "Follow the advice of the message. `stepwell credentials validate` checks the credentials without a job.";
    SecretRefused: Refused, retryable: false,
        "A request would have carried a secret option to a place where it may not go, so the host did not send it."
        => "Add the line that the advice of the message names, if the secret should go there.";
    CannotGoOn: Refused, retryable: false,
        "The run is paused, because a file, a grant, a plugin or a secret that it needs is missing or has changed."
        => "Mend what the message names, then run `stepwell runs resume`.";
    OtherCall: Host, retryable: false,
        "After an interruption, the plugin asked for another call than the one that the journal has in this place, or the grants name another header for its key."
        => "Look in AWS, or at the server of an HTTP request, at what the recorded call did, and run the job again if more is to be done.";
    DryRun: Host, retryable: false,
        "A dry run reached the first call of the step that changes something, or a read that needs the result of a change. The step ends as `stopped_before_change` or `undecided`, which is no failure."
        => "Run the job without `--dry-run` to make the change.";
    JournalFailed: Host, retryable: false,
        "The journal could not keep a record, so the host made no further call."
        => "Check the disk of `STEPWELL_HOME`. The reason says what the journal reports.";
    HostDefect: Host, retryable: false,
        "The host stopped a call that it should never have made. It is a defect of Stepwell."
        => "Report it.";
}

impl FailureCode {
    /// The code as the journal, `retry.on` and `--output json` spell it.
    pub fn as_str(self) -> &'static str {
        self.row().code
    }

    /// Whether a failure with the code `code` is meant by `named` in `retry.on`: it has that code, or one that tells more
    /// precisely what earlier releases gave that code.
    pub fn is_meant(code: &str, named: &str) -> bool {
        let is = |more: Self, than: Self| code == more.as_str() && named == than.as_str();
        code == named || is(Self::NotSent, Self::Unavailable) || is(Self::WrongState, Self::AwsError)
    }

    /// Who gives this code: first the usual origin.
    pub fn origins(self) -> impl Iterator<Item = FailureOrigin> {
        let Row { origin, also, .. } = self.row();
        std::iter::once(origin).chain(also.iter().copied())
    }

    /// Whether a step with `retry` gets another attempt when `retry.on` names no codes.
    pub fn is_retryable(self) -> bool {
        self.row().retryable
    }

    /// When it occurs, in sentences.
    pub fn when(self) -> &'static str {
        self.row().when
    }

    /// What to do about it, in sentences.
    pub fn what_to_do(self) -> &'static str {
        self.row().what_to_do
    }
}

/// Whether AWS refused a request because of the state of the resource. The code comes with and without `Exception` and
/// `Fault`.
pub fn is_wrong_state(code: &str) -> bool {
    let code = ["Exception", "Fault"].iter().find_map(|ending| code.strip_suffix(ending)).unwrap_or(code);
    let is_state = ["State", "StateTransition"].iter().any(|ending| code.ends_with(ending));
    let is_wrong = ["Incorrect", "Invalid", "Illegal"].iter().any(|beginning| code.starts_with(beginning));
    is_state && is_wrong || code.ends_with("NotReady")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_one_word_and_unique() {
        let codes: BTreeSet<_> = FailureCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), FailureCode::ALL.len());
        assert!(codes.iter().all(|code| code.chars().all(|c| c.is_ascii_alphanumeric())), "{codes:?}");
    }

    #[test]
    fn every_code_says_when_it_occurs_and_what_to_do() {
        for code in FailureCode::ALL {
            for sentence in [code.when(), code.what_to_do()] {
                assert!(sentence.ends_with('.') && sentence.len() > 5, "{code:?}: {sentence}");
            }
        }
    }

    #[test]
    fn a_code_that_tells_more_is_meant_by_the_code_of_earlier_releases() {
        for (code, named, is_meant) in [
            ("NotSent", "NotSent", true),
            ("NotSent", "Unavailable", true),
            ("Unavailable", "NotSent", false),
            ("WrongState", "AwsError", true),
            ("AwsError", "WrongState", false),
            ("Throttled", "AwsError", false),
        ] {
            assert_eq!(FailureCode::is_meant(code, named), is_meant, "{code} {named}");
        }
    }

    #[test]
    fn the_codes_of_a_wrong_state_are_known_by_their_form() {
        for (code, is_one) in [
            ("IncorrectInstanceState", true),
            ("IncorrectState", true),
            ("IncorrectStateException", true),
            ("InvalidDBInstanceState", true),
            ("InvalidDBClusterStateFault", true),
            ("InvalidDBSnapshotState", true),
            ("InvalidStateTransition", true),
            ("ResourceNotReadyException", true),
            ("InvalidParameterValue", false),
            ("InvalidStatement", false),
            ("StateMachineDoesNotExist", false),
            ("ValidationException", false),
        ] {
            assert_eq!(is_wrong_state(code), is_one, "{code}");
        }
    }

    #[test]
    fn an_origin_is_spelt_as_the_journal_spells_it() {
        use FailureOrigin::{Host, Plugin, Refused, Run, Sandbox};
        for origin in [Plugin, Sandbox, Run, Refused, Host] {
            assert_eq!(serde_json::json!(origin), origin.as_str());
        }
    }

    #[test]
    fn a_failure_of_an_earlier_release_and_one_with_a_plugins_own_code_are_read() {
        for (code, origin) in [("StepTimeout", "plugin"), ("UnhealthyTargets", "plugin")] {
            let json = serde_json::json!({ "code": code, "message": "m", "retryable": true, "origin": origin });
            let failure: Failure = serde_json::from_value(json.clone()).expect("it is readable");
            assert_eq!(serde_json::json!(failure), json);
        }
    }
}
