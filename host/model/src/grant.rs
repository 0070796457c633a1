//! Decides which actions a plugin may call. It is the only place in the workspace that decides it.
//!
//! The rule: *system ∩ project ∩ imports*. A level that has an entry for a plugin (or for `*`) must allow the action;
//! a plugin that does not ship with Stepwell needs an entry that allows it; a `deny` at any level overrides everything.
//! Every imported action must be decided before a job starts: allowed, or withheld by a `deny` in the plugin's own
//! entry. The host answers the call of a withheld action with `denied`; an undecided action stops the plan.

mod http;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use wildmatch::WildMatchPattern;

use crate::action::{Action, ActionRow, Resource};
use crate::error::{NextAction, list_names};
use crate::http::{AddressPattern, RequestPattern};
use crate::id::PluginName;
pub use http::{HttpGrants, HttpPermit, RequestDenied};

use crate::plugin::{Origin, Plugin};
use crate::source::{Located, Place};

/// The name under which steps that call operations of AWS themselves are granted actions.
pub const OPERATIONS: &str = "aws";

/// The name of the entry for every plugin.
pub const EVERY_PLUGIN: &str = "*";

/// An action in a grant, with IAM's wildcards: `ec2:Describe*`.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionPattern {
    text: String,
    pattern: WildMatchPattern<'*', '?'>,
}

impl ActionPattern {
    /// A pattern. It ignores case, as IAM does for actions.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), pattern: WildMatchPattern::new_case_insensitive(text) }
    }

    /// Whether the pattern covers the action.
    pub fn matches(&self, action: Action) -> bool {
        self.pattern.matches(action.as_str())
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// One `[grants."plugin"]` entry.
#[derive(Debug, Clone)]
pub struct GrantEntry {
    /// The actions that the plugin may call. None when the entry has no `allow`, which differs from an empty list.
    pub allow: Option<Vec<Located<ActionPattern>>>,
    /// The actions that it may not call, even if another entry allows them.
    pub deny: Vec<Located<ActionPattern>>,
    /// The HTTP requests that it may send. None when the entry has no `http`, which differs from an empty list.
    pub http: Option<Vec<Located<RequestPattern>>>,
    /// The HTTP requests that it may not send, even if another entry allows them.
    pub deny_http: Vec<Located<RequestPattern>>,
    /// The header by which the servers at an address recognise a repeated request.
    pub idempotency_headers: Vec<(AddressPattern, String)>,
    /// The place of the entry.
    pub place: Place,
}

/// The `[grants]` of one file, by plugin name or [`EVERY_PLUGIN`].
#[derive(Debug, Clone, Default)]
pub struct GrantSection(pub BTreeMap<String, GrantEntry>);

impl GrantSection {
    fn entries<'a>(&'a self, plugin: &'a PluginName) -> impl Iterator<Item = &'a GrantEntry> {
        [plugin.as_str(), EVERY_PLUGIN].into_iter().filter_map(|name| self.0.get(name))
    }

    fn denying(&self, name: &str, action: Action) -> Option<&Place> {
        let denied = self.0.get(name)?.deny.iter().find(|pattern| pattern.value.matches(action))?;
        Some(&denied.place)
    }

    /// Whether this level allows the action. None when it has no entry with `allow` for the plugin.
    fn allows(&self, plugin: &PluginName, action: Action) -> Option<bool> {
        let lists: Vec<_> = self.entries(plugin).filter_map(|entry| entry.allow.as_ref()).collect();
        (!lists.is_empty()).then(|| lists.into_iter().flatten().any(|pattern| pattern.value.matches(action)))
    }

    fn entry_place(&self, plugin: &PluginName) -> Option<Place> {
        self.entries(plugin).find(|entry| entry.allow.is_some()).map(|entry| entry.place.clone())
    }
}

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The component does not import the function, so the plan did not decide on the action.
    NotImported,
    /// No entry of a level allows the action.
    NotGranted {
        /// The file whose entry lacks the action, or that has no entry.
        level: GrantLevel,
        /// The place of the entry, when there is one.
        place: Option<Place>,
        /// The actions that the plugin may call.
        granted: Vec<Action>,
    },
    /// The step has no property that needs it.
    NotNeeded,
    /// The `deny` for every plugin matches the action.
    Denied {
        /// The place of the pattern.
        place: Place,
    },
    /// The `deny` in the plugin's own entry matches the action: the operator knows that the plugin runs without it.
    Withheld {
        /// The place of the pattern.
        place: Place,
    },
}

/// The two files that hold grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantLevel {
    /// `stepwell.toml`.
    System,
    /// `project.toml`.
    Project,
}

impl GrantLevel {
    fn file(self) -> &'static str {
        match self {
            Self::System => "stepwell.toml",
            Self::Project => "project.toml",
        }
    }
}

/// A call that a plugin may not make.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin `{plugin}` may not call `{action}`")]
pub struct Denied {
    /// The plugin.
    pub plugin: PluginName,
    /// The action.
    pub action: Action,
    /// The reason.
    pub reason: Reason,
}

impl NextAction for Denied {
    fn because(&self) -> String {
        match &self.reason {
            Reason::NotImported if self.plugin.as_str() == OPERATIONS => {
                "the request of the plan did not need it".to_owned()
            }
            Reason::NotImported => format!("`{}` does not import it", self.plugin),
            Reason::NotNeeded => "the step sets no property that needs it".to_owned(),
            Reason::NotGranted { place, granted, .. } => {
                let granted = list_names(granted.iter().map(|action| action.as_str()));
                match place {
                    Some(place) if self.plugin.as_str() == OPERATIONS => {
                        format!("steps that use `aws:` are granted other actions than this one ({place})")
                    }
                    Some(place) => format!("plugin `{}` is granted only {granted} ({place})", self.plugin),
                    None if self.plugin.as_str() == OPERATIONS => {
                        "a step that uses `aws:` may read; what changes something, or what IAM calls by a name that is \
                         not known, needs a grant"
                            .to_owned()
                    }
                    None => format!("plugin `{}` does not ship with Stepwell, so it needs a grant", self.plugin),
                }
            }
            Reason::Denied { place } => format!("it is denied to every plugin ({place})"),
            Reason::Withheld { place } if self.plugin.as_str() == OPERATIONS => {
                format!("it is denied to steps that use `aws:` ({place})")
            }
            Reason::Withheld { place } => format!("it is withheld from `{}` ({place})", self.plugin),
        }
    }

    fn next(&self) -> String {
        let Self { plugin, action, reason } = self;
        match reason {
            Reason::NotImported if plugin.as_str() == OPERATIONS => "report this as a bug of the host".to_owned(),
            Reason::NotNeeded => format!("report this as a bug of `{plugin}`, whose schema says so"),
            Reason::NotImported => {
                "report this as a bug: the sandbox passed on a call that the component does not import".to_owned()
            }
            Reason::NotGranted { level, place, .. } => {
                MissingGrant { plugin, level: *level, has_entry: place.is_some() }.advice(&[*action])
            }
            Reason::Denied { .. } => {
                "use a job that does not need the action, or ask the owner of that file to remove the `deny`".to_owned()
            }
            Reason::Withheld { .. } if plugin.as_str() == OPERATIONS => {
                format!("remove the step, or remove `{action}` from that `deny` if steps should do that")
            }
            Reason::Withheld { .. } => "remove it from that `deny` if the plugin should have it".to_owned(),
        }
    }
}

impl Denied {
    /// The entry that would have to allow the action. None when that would not help.
    pub(crate) fn missing_grant(&self) -> Option<MissingGrant<'_>> {
        match &self.reason {
            Reason::NotGranted { level, place, .. } => {
                Some(MissingGrant { plugin: &self.plugin, level: *level, has_entry: place.is_some() })
            }
            Reason::NotImported | Reason::NotNeeded | Reason::Denied { .. } | Reason::Withheld { .. } => None,
        }
    }
}

/// The entry of a file that allows too little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MissingGrant<'a> {
    pub(crate) plugin: &'a PluginName,
    pub(crate) level: GrantLevel,
    /// Whether the file has the entry.
    has_entry: bool,
}

impl MissingGrant<'_> {
    /// What to do so that it allows the actions.
    pub(crate) fn advice(self, actions: &[Action]) -> String {
        let Self { plugin, level, has_entry } = self;
        let (names, file) = (quoted(actions), level.file());
        let how = match has_entry {
            true => format!("add {names} to [grants.\"{plugin}\"] allow in {file}"),
            false => format!("add [grants.\"{plugin}\"] with allow = [{names}] to {file}"),
        };
        if plugin.as_str() == OPERATIONS {
            return format!("{how} if steps should do that");
        }
        let them = if actions.len() == 1 { "it" } else { "them" };
        format!("{how} if this plugin should have {them}, or run the plugin without {them}: deny = [{names}]")
    }

    /// What to do so that it grants the requests.
    pub(crate) fn request_advice(self, patterns: &[String]) -> String {
        let Self { plugin, level, has_entry } = self;
        let (patterns, file) = (quoted(patterns), level.file());
        match has_entry {
            true => format!("add {patterns} to [grants.\"{plugin}\"] http in {file} if it should send that"),
            false => format!("add [grants.\"{plugin}\"] with http = [{patterns}] to {file} if it should send that"),
        }
    }
}

/// Names as TOML writes them in a list.
pub(crate) fn quoted(names: &[impl fmt::Display]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// Proof that one call is allowed. Only [`Grants::permit`] makes one, and every AWS client requires one.
#[derive(Debug, Clone, Copy)]
pub struct Permit {
    row: &'static ActionRow,
}

impl Permit {
    /// The only operation that is allowed.
    pub fn row(&self) -> &'static ActionRow {
        self.row
    }
}

/// The decision on every action that one plugin imports.
#[derive(Debug, Clone)]
pub struct Grants {
    plugin: PluginName,
    decided: BTreeMap<Action, Option<Reason>>,
    /// The imported actions that the configuration of the step does not need.
    unneeded: BTreeSet<Action>,
    /// The calls that the plugin imports.
    rows: Vec<&'static ActionRow>,
    http: HttpGrants,
}

impl Grants {
    /// Decides on every action that the plugin imports.
    pub fn decide(plugin: &Plugin, system: &GrantSection, project: Option<&GrantSection>) -> Self {
        let actions = plugin.imports.actions();
        let mut decided: BTreeMap<_, _> =
            actions.iter().map(|action| (*action, refuse(plugin, *action, system, project))).collect();
        let allowed: Vec<_> = decided.iter().filter(|(_, no)| no.is_none()).map(|(action, _)| *action).collect();
        for reason in decided.values_mut() {
            if let Some(Reason::NotGranted { granted, .. }) = reason {
                granted.clone_from(&allowed);
            }
        }
        let http = HttpGrants::decide(plugin, system, project);
        let rows = plugin.imports.rows().collect();
        Self { plugin: plugin.name.clone(), decided, unneeded: BTreeSet::new(), rows, http }
    }

    /// Takes out the actions that the configuration of the step does not need: their owner need not decide on them, and
    /// [`Self::check`] refuses them. An action that a function does not check itself stays, whatever a plugin says.
    #[must_use]
    pub fn without(mut self, mut unneeded: BTreeSet<Action>) -> Self {
        let has = |row: &ActionRow, action: Action| row.actions().any(|(of, _)| of == action);
        let is_checked =
            |action: Action| self.rows.iter().all(|row| row.conditional.contains(&action) || !has(row, action));
        unneeded.retain(|action| is_checked(*action));
        self.decided.retain(|action, _| !unneeded.contains(action));
        Self { unneeded, ..self }
    }

    /// Grants nothing, for a component that only describes itself.
    pub fn none(plugin: PluginName) -> Self {
        let (decided, unneeded, http) = (BTreeMap::new(), BTreeSet::new(), HttpGrants::none(plugin.clone()));
        Self { plugin, decided, unneeded, rows: Vec::new(), http }
    }

    /// Permits one call.
    ///
    /// # Errors
    /// The reason, when one of its actions is not allowed.
    pub fn permit(&self, row: &'static ActionRow) -> Result<Permit, Denied> {
        let is_needed = |action: &Action| self.needs(*action) || !row.conditional.contains(action);
        row.actions().filter(|(action, _)| is_needed(action)).try_for_each(|(action, _)| self.check(action))?;
        Ok(Permit { row })
    }

    /// Whether the configuration of the step needs the action, as far as the plugin says.
    pub fn needs(&self, action: Action) -> bool {
        !self.unneeded.contains(&action)
    }

    /// Checks an action that AWS checks only for some requests of a row.
    ///
    /// # Errors
    /// The reason, when it is not allowed.
    pub fn check(&self, action: Action) -> Result<(), Denied> {
        match self.decided.get(&action) {
            Some(None) => Ok(()),
            Some(Some(reason)) => Err(self.denied(action, reason.clone())),
            None if self.unneeded.contains(&action) => Err(self.denied(action, Reason::NotNeeded)),
            None => Err(self.denied(action, Reason::NotImported)),
        }
    }

    /// The actions that are allowed.
    pub fn allowed(&self) -> impl Iterator<Item = Action> {
        self.decided.iter().filter(|(_, no)| no.is_none()).map(|(action, _)| *action)
    }

    /// The content of a policy for this plugin: the allowed actions, each with the resources of the calls that need it.
    pub fn statements(&self) -> impl Iterator<Item = (Action, Resource)> {
        let all = self.rows.iter().flat_map(|row| row.actions());
        all.filter(|(action, _)| matches!(self.decided.get(action), Some(None)))
    }

    /// The imported actions that stop a plan, because they are neither allowed nor withheld. A plugin can run without an
    /// action that is withheld; an operation cannot.
    pub fn undecided(&self) -> impl Iterator<Item = Denied> {
        let is_operation = self.plugin.as_str() == OPERATIONS;
        let stops = move |reason: &Reason| is_operation || !matches!(reason, Reason::Withheld { .. });
        self.decided
            .iter()
            .filter_map(move |(action, reason)| Some((action, reason.as_ref().filter(|reason| stops(reason))?)))
            .map(|(action, reason)| self.denied(*action, reason.clone()))
    }

    /// The imported actions that are withheld.
    pub fn withheld(&self) -> impl Iterator<Item = Action> {
        let withheld = |reason: &Option<Reason>| matches!(reason, Some(Reason::Withheld { .. }));
        self.decided.iter().filter(move |(_, reason)| withheld(reason)).map(|(action, _)| *action)
    }

    /// The decision on HTTP requests.
    pub fn http(&self) -> &HttpGrants {
        &self.http
    }

    fn denied(&self, action: Action, reason: Reason) -> Denied {
        Denied { plugin: self.plugin.clone(), action, reason }
    }
}

/// Whether every call that needs the action only reads.
fn reads(plugin: &Plugin, action: Action) -> bool {
    let mut rows = plugin.imports.rows().filter(|row| row.actions().any(|(needed, _)| needed == action));
    rows.all(|row| !row.repeat.changes())
}

/// The reason to refuse the action; `None` allows it. The caller knows all decisions and fills in `granted`.
fn refuse(plugin: &Plugin, action: Action, system: &GrantSection, project: Option<&GrantSection>) -> Option<Reason> {
    let levels = [(GrantLevel::System, Some(system)), (GrantLevel::Project, project)];
    let sections = levels.iter().filter_map(|(level, section)| Some((*level, (*section)?)));
    let denying = |name: &str| sections.clone().find_map(|(_, section)| section.denying(name, action).cloned());
    if let Some(place) = denying(plugin.name.as_str()) {
        return Some(Reason::Withheld { place });
    }
    if let Some(place) = denying(EVERY_PLUGIN) {
        return Some(Reason::Denied { place });
    }
    let mut granted = match plugin.origin {
        Origin::Shipped => true,
        Origin::Operation => reads(plugin, action),
        Origin::Home | Origin::Project => false,
    };
    for (level, section) in sections {
        match section.allows(&plugin.name, action) {
            // The line that lets steps change something would otherwise take their reads away. `deny` does that, and so does
            // the `allow` of the system, which is an upper limit for everything.
            Some(false)
                if level == GrantLevel::Project && plugin.origin == Origin::Operation && reads(plugin, action) => {}
            Some(false) => {
                let place = section.entry_place(&plugin.name);
                return Some(Reason::NotGranted { level, place, granted: Vec::new() });
            }
            // A level grants to its own plugins. For plugins of the other level its entry is only an upper limit.
            Some(true) => {
                let own = matches!(
                    (level, plugin.origin),
                    (GrantLevel::System, Origin::Home)
                        | (GrantLevel::Project, Origin::Project)
                        | (_, Origin::Operation)
                );
                granted |= own;
            }
            None => {}
        }
    }
    let level = if plugin.origin == Origin::Home { GrantLevel::System } else { GrantLevel::Project };
    (!granted).then_some(Reason::NotGranted { level, place: None, granted: Vec::new() })
}
