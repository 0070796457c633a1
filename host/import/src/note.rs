//! Notes for the operator, and the table of advice on Rundeck's keys and step types.

use std::cell::RefCell;
use std::fmt;

use stepwell_model::source::Place;

use crate::toml::Comment;

/// A place in the file: line and column, counted from 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct At {
    /// The line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

/// A difference between the job file and Rundeck's definition, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The place in Rundeck's file.
    pub place: Place,
    /// The difference.
    pub what: String,
    /// What to do about it, as an imperative.
    pub next: String,
    /// Whether the job is incomplete until somebody has decided about it.
    pub is_open: bool,
    /// The lines of Rundeck's file that the comment in the job file has below the note.
    pub text: Vec<String>,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.place.line, self.place.column, self.what, self.next)
    }
}

/// Collects the notes of one file while it is read.
#[derive(Debug)]
pub struct Notes {
    file: String,
    found: RefCell<Vec<Note>>,
}

impl Notes {
    /// A collection without notes.
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: RefCell::default() }
    }

    /// Adds a note.
    pub fn add(&self, at: At, what: impl Into<String>, next: impl Into<String>) {
        self.add_with_text(at, what, next, Vec::new());
    }

    /// Adds a note with the text that it is about.
    pub fn add_with_text(&self, at: At, what: impl Into<String>, next: impl Into<String>, text: Vec<String>) {
        self.push(Note { place: self.place(at), what: what.into(), next: next.into(), is_open: false, text });
    }

    /// Adds a note about a part without which the job is incomplete.
    pub fn leave_open(&self, at: At, what: impl Into<String>, next: impl Into<String>) {
        self.leave_open_with_text(at, what, next, Vec::new());
    }

    /// Adds a note about such a part with the text that it is about.
    pub fn leave_open_with_text(&self, at: At, what: impl Into<String>, next: impl Into<String>, text: Vec<String>) {
        self.push(Note { place: self.place(at), what: what.into(), next: next.into(), is_open: true, text });
    }

    /// Whether a note after the first `count` is about a part without which a job is incomplete.
    pub fn has_open_since(&self, count: usize) -> bool {
        self.found.borrow().iter().skip(count).any(|note| note.is_open)
    }

    /// A value that is read in two ways has its note once.
    fn push(&self, note: Note) {
        let mut found = self.found.borrow_mut();
        if found.last() != Some(&note) {
            found.push(note);
        }
    }

    /// The place with the name of the file.
    pub fn place(&self, at: At) -> Place {
        Place { file: self.file.clone(), line: at.line, column: at.column }
    }

    /// The number of notes so far, for [`Notes::lines_since`].
    pub fn count(&self) -> usize {
        self.found.borrow().len()
    }

    /// The notes after the first `count`, as comment lines for the job file.
    pub fn lines_since(&self, count: usize) -> Vec<Comment> {
        self.lines_between(count, usize::MAX)
    }

    /// The notes from the first number up to the second.
    pub fn lines_between(&self, from: usize, to: usize) -> Vec<Comment> {
        let found = self.found.borrow();
        let lines = |note: &Note| {
            let text: Vec<_> = note.text.iter().map(|line| Comment::Text(format!("    {line}"))).collect();
            std::iter::once(Comment::Sentence(format!("note: {}; {}", note.what, note.next))).chain(text)
        };
        found.iter().take(to).skip(from).flat_map(lines).collect()
    }

    /// All notes, in the order of the file.
    pub fn into_sorted(self) -> Vec<Note> {
        let mut notes = self.found.into_inner();
        notes.sort_by(|a, b| a.place.cmp(&b.place));
        notes
    }
}

/// Keys without a counterpart in a job file, and what to do about each.
static KEYS: &[(&[&str], &str)] = &[
    (&["uuid", "id"], "nothing to do: a comment at the top of the file keeps it, and references find the job by it"),
    (&["group"], "nothing to do, or sort the files into directories; keep a job beside the jobs that use it"),
    (&["loglevel"], "nothing to do: the host keeps every log line, and the reader chooses the level"),
    (
        &["tags", "defaultTab", "averageDuration", "href", "permalink", "project", "preserveOrder"],
        "nothing to do: it has no effect on a run",
    ),
    (&["notifyAvgDurationThreshold"], "nothing to do without `onavgduration`: it is the limit of that notification"),
    (&["scheduleEnabled"], "nothing to do if it is true, or without a schedule; otherwise leave the schedule off"),
    (&["executionEnabled"], "nothing to do: an imported job is enabled"),
    (&["schedule", "schedules", "timeZone"], "start `stepwell run` from a system timer, such as cron or systemd"),
    (
        &["loglimit", "loglimitAction", "loglimitStatus", "logOutputThreshold", "logOutputThresholdAction"],
        "set log_events and log_bytes under [limits] of project.toml",
    ),
    (
        &["nodefilters", "nodeIntersect", "filter", "dispatch"],
        "if the job has to run for several machines, give it an option with multiple = true and its steps a `for_each`",
    ),
    (&["orchestrator"], "give the step that runs for several items a `for_each` with `concurrency`"),
    (
        &["onsuccess", "onfailure", "onstart", "onavgduration", "onretryablefailure", "notification"],
        "write a step under [[finally]] that sends the notification; `${run.outcome}` is the outcome",
    ),
    (&["runnerSelector"], "run `stepwell` on the machine that the selector names"),
    (&["ExecutionLifecycle"], "check what the plugin did; steps under [[finally]] run whatever the outcome"),
    (&["valuesUrl", "configRemoteUrl", "optionValuesPluginType"], "write the allowed values as values = […]"),
    (&["remoteUrlAuthenticationType"], "nothing to do: it belongs to `valuesUrl`"),
    (&["config"], "check what the plugin of the option did with it"),
    (
        &["hidden", "sortIndex", "sortValues", "valuesListDelimiter", "nodeFilterEditable", "nodesSelectedByDefault"],
        "nothing to do: it changes only Rundeck's form",
    ),
    (&["inputType"], "nothing to do: it changes only Rundeck's form"),
    (
        &["multivalueAllSelected"],
        "nothing to do: Rundeck looks at it only when the option has several values and no default",
    ),
    (&["valueExposed"], "nothing to do: plugins receive a placeholder for every secret"),
    (&["nodeStep"], "if the step has to run for several machines, give it a `for_each`"),
    (&["autoSecureInput", "passSecureInput"], "give the secret to the step that replaces the script"),
    (&["keepgoingOnSuccess"], "nothing to do: it says something only of an error handler"),
    (&["useName"], "nothing to do: the job is found by its group and name"),
    (
        &["childNodes"],
        "nothing to do, unless the other job runs on the machines of this one: then pass them as an option",
    ),
    (
        &["failOnDisable"],
        "nothing to do: `job check` refuses a job that is imported as disabled, and each job that uses it",
    ),
    (
        &["ignoreNotifications"],
        "if the other job sends a notification under [[finally]], give it an option that switches it off",
    ),
    (&["expandTokenInScriptFile"], "nothing to do: a job file does not read the script"),
    (
        &["plugins"],
        "check what they did: steps under [[finally]] run whatever the outcome, and `capture` reads a step's log",
    ),
    (&["errorhandler"], "write `on_error` on the step that needs it"),
    (&["args", "scriptInterpreter", "interpreterArgsQuoted", "fileExtension"], "use a plugin that does the same"),
    (&["logData", "hideOutput"], "nothing to do: the report of the run has the captured values"),
    (&["invalidKeyPattern", "invalidCharactersPattern"], "nothing to do: the name of a captured value is fixed"),
];

/// Rundeck's step types without a plugin of ours, and what to do about each.
static TYPES: &[(&str, &str)] = &[
    ("export-var", "write `export = { name = \"…\" }` on the step that has the value"),
    ("flow-control", "write `when` on the steps after it, or `on_error` on the step before it"),
    ("job-state-conditional", "write `when` on the steps that depend on it"),
    ("log-data-step", "remove it: the report of a run shows the outputs of its steps"),
    ("progress-badge", "remove it: it changed only Rundeck's display"),
    ("nixy-local-node-step", "use a plugin that does what its script did"),
    ("nixy-local-workflow-step", "use a plugin that does what its script did"),
    ("nixy-waitfor-sleep-workflow-step", "use the step `wait`, or `wait = true` on the step that it waits for"),
    ("exec-command", COMMAND),
    ("script-inline", COMMAND),
    ("edu.ohio.ais.rundeck.HttpWorkflowStepPlugin", "write it for `http-request`"),
    ("edu.ohio.ais.rundeck.HttpWorkflowNodeStepPlugin", "write it for `http-request`"),
];

/// Advice on commands and scripts.
pub const COMMAND: &str = "write it for `ssm-run-command`, which runs commands on managed nodes: with = { instance_id = …, \
                           parameters = { commands = […] } }";

/// Advice on a key without a counterpart.
pub fn advice_on_key(key: &str) -> &'static str {
    KEYS.iter().find(|(keys, _)| keys.contains(&key)).map_or("check whether the job needs it", |(_, next)| next)
}

/// Whether a key is one of Rundeck's.
pub fn is_known(key: &str) -> bool {
    KEYS.iter().any(|(keys, _)| keys.contains(&key))
}

/// Advice on a step without a plugin.
pub fn advice_on_type(provider: &str) -> &'static str {
    let found = TYPES.iter().find(|(known, _)| *known == provider);
    found
        .map_or("install a plugin of that name, or use one that does the same (`stepwell plugin list`)", |(_, next)| {
            next
        })
}
