//! What a plugin may call. Nothing else in the workspace decides it.
//!
//! The rule: *system ∩ project ∩ imports*. A level that has an entry for a plugin (or for `*`) must allow the action;
//! a plugin that does not ship with Stepwell needs an entry that allows it; a `deny` at any level wins over everything.
//! Every imported action must be decided before a job starts: allowed, or withheld by a `deny` in the plugin's own
//! entry. A withheld action is answered with `denied` when the plugin calls it; an undecided one stops the plan.

use std::collections::BTreeMap;

use wildmatch::WildMatchPattern;

use crate::action::{Action, ActionRow, Resource};
use crate::error::{NextAction, list_names};
use crate::id::PluginName;
use crate::plugin::{Origin, Plugin};
use crate::source::{Located, Place};

/// The entry that speaks of every plugin.
pub const EVERY_PLUGIN: &str = "*";

/// An action in a grant, with IAM's wildcards: `ec2:Describe*`.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionPattern {
    text: String,
    pattern: WildMatchPattern<'*', '?'>,
}

impl ActionPattern {
    /// A pattern. IAM matches actions without regard to case, and so does this.
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
    /// What the plugin may call; none when the entry says nothing of it, which is not the same as an empty list.
    pub allow: Option<Vec<Located<ActionPattern>>>,
    /// What it may not, whatever else is said.
    pub deny: Vec<Located<ActionPattern>>,
    /// Where the entry starts.
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

    /// What this level says: `None` when it has no entry that allows anything for the plugin.
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
    /// The component does not import the function, so nobody was asked to allow it.
    NotImported,
    /// No entry of this level allows it. `level` names the file to change.
    NotGranted {
        /// The file whose entry lacks it, or that has no entry.
        level: GrantLevel,
        /// The entry, when there is one.
        place: Option<Place>,
        /// What the plugin may call.
        granted: Vec<Action>,
    },
    /// A `deny` for every plugin.
    Denied {
        /// The `deny` that matched.
        place: Place,
    },
    /// A `deny` in the plugin's own entry: the operator knows that the plugin goes without.
    Withheld {
        /// The `deny` that matched.
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

/// A call that a plugin may not make.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plugin `{plugin}` may not call `{action}`")]
pub struct Denied {
    /// The plugin.
    pub plugin: PluginName,
    /// The action that it may not call.
    pub action: Action,
    /// Why.
    pub reason: Reason,
}

impl NextAction for Denied {
    fn because(&self) -> String {
        match &self.reason {
            Reason::NotImported => format!("`{}` does not import it", self.plugin),
            Reason::NotGranted { place, granted, .. } => {
                let granted = list_names(granted.iter().map(|action| action.as_str()));
                match place {
                    Some(place) => format!("plugin `{}` is granted {granted} only ({place})", self.plugin),
                    None => format!("plugin `{}` does not ship with Stepwell, and needs a grant", self.plugin),
                }
            }
            Reason::Denied { place } => format!("it is denied to every plugin ({place})"),
            Reason::Withheld { place } => format!("it is withheld from `{}` ({place})", self.plugin),
        }
    }

    fn next(&self) -> String {
        let Self { plugin, action, reason } = self;
        match reason {
            Reason::NotImported => {
                "report this: the sandbox let a call through that the component does not import".to_owned()
            }
            Reason::NotGranted { level, place, .. } => {
                let file = match level {
                    GrantLevel::System => "stepwell.toml",
                    GrantLevel::Project => "project.toml",
                };
                let how = match place {
                    Some(_) => format!("add \"{action}\" to [grants.\"{plugin}\"] allow in {file}"),
                    None => format!("add [grants.\"{plugin}\"] with allow = [\"{action}\"] to {file}"),
                };
                format!("{how}, if this plugin should have it; deny = [\"{action}\"] lets it run without")
            }
            Reason::Denied { .. } => {
                "use a job that does without it, or ask whoever wrote that line to lift it".to_owned()
            }
            Reason::Withheld { .. } => "remove it from that `deny`, if the plugin should have it".to_owned(),
        }
    }
}

/// Proof that one call was allowed. Only [`Grants::permit`] makes one, and no AWS client is to be had without it.
#[derive(Debug, Clone, Copy)]
pub struct Permit {
    row: &'static ActionRow,
}

impl Permit {
    /// What is allowed: this operation and no other.
    pub fn row(&self) -> &'static ActionRow {
        self.row
    }
}

/// What was decided for every action that one plugin imports.
#[derive(Debug, Clone)]
pub struct Grants {
    plugin: PluginName,
    decided: BTreeMap<Action, Option<Reason>>,
    /// The calls that the plugin imports.
    rows: Vec<&'static ActionRow>,
}

impl Grants {
    /// Decides for every action that the plugin imports.
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
        Self { plugin: plugin.name.clone(), decided, rows: plugin.imports.rows().collect() }
    }

    /// Grants nothing: for a component that is asked what it is.
    pub fn none(plugin: PluginName) -> Self {
        Self { plugin, decided: BTreeMap::new(), rows: Vec::new() }
    }

    /// Allows one call, or says why not.
    pub fn permit(&self, row: &'static ActionRow) -> Result<Permit, Denied> {
        for (action, _) in row.actions() {
            match self.decided.get(&action) {
                Some(None) => {}
                Some(Some(reason)) => return Err(self.denied(action, reason.clone())),
                None => return Err(self.denied(action, Reason::NotImported)),
            }
        }
        Ok(Permit { row })
    }

    /// The actions that are allowed.
    pub fn allowed(&self) -> impl Iterator<Item = Action> {
        self.decided.iter().filter(|(_, no)| no.is_none()).map(|(action, _)| *action)
    }

    /// What a policy for this plugin must hold: the actions that are allowed, each with the resource of every call that
    /// needs it.
    pub fn statements(&self) -> impl Iterator<Item = (Action, Resource)> {
        let all = self.rows.iter().flat_map(|row| row.actions());
        all.filter(|(action, _)| matches!(self.decided.get(action), Some(None)))
    }

    /// What stops a plan: imported actions that are neither allowed nor knowingly withheld.
    pub fn undecided(&self) -> impl Iterator<Item = Denied> {
        let stops = |reason: &Reason| !matches!(reason, Reason::Withheld { .. });
        self.decided
            .iter()
            .filter_map(move |(action, reason)| Some((action, reason.as_ref().filter(|reason| stops(reason))?)))
            .map(|(action, reason)| self.denied(*action, reason.clone()))
    }

    /// What the plugin imports and goes without.
    pub fn withheld(&self) -> impl Iterator<Item = Action> {
        let withheld = |reason: &Option<Reason>| matches!(reason, Some(Reason::Withheld { .. }));
        self.decided.iter().filter(move |(_, reason)| withheld(reason)).map(|(action, _)| *action)
    }

    fn denied(&self, action: Action, reason: Reason) -> Denied {
        Denied { plugin: self.plugin.clone(), action, reason }
    }
}

/// Why the action is refused; `None` allows it. `granted` is filled in by the caller, who knows all verdicts.
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
    let mut granted = plugin.origin == Origin::Shipped;
    for (level, section) in sections {
        match section.allows(&plugin.name, action) {
            Some(false) => {
                let place = section.entry_place(&plugin.name);
                return Some(Reason::NotGranted { level, place, granted: Vec::new() });
            }
            // A level grants to its own plugins. For those of the other level, what it says is only a ceiling.
            Some(true) => {
                let own = matches!(
                    (level, plugin.origin),
                    (GrantLevel::System, Origin::Home) | (GrantLevel::Project, Origin::Project)
                );
                granted |= own;
            }
            None => {}
        }
    }
    let level = if plugin.origin == Origin::Home { GrantLevel::System } else { GrantLevel::Project };
    (!granted).then_some(Reason::NotGranted { level, place: None, granted: Vec::new() })
}
