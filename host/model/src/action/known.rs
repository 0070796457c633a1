//! The names of all IAM actions that some call can need: those of the table, and those that the models of AWS's services
//! name. Files that grant or deny by name are held against them: a misspelt `deny` would deny nothing.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::{Action, ActionRow, rows};

/// Gives the names in the models. They are read at the first name that the table does not have.
static MODELS: OnceLock<fn() -> Vec<String>> = OnceLock::new();

/// Has the names in the models of AWS's services count. They stay for as long as the process.
pub fn learn(models: fn() -> Vec<String>) {
    MODELS.get_or_init(|| models);
}

/// The actions of the table.
fn typed() -> impl Iterator<Item = Action> {
    rows().flat_map(ActionRow::actions).map(|(action, _)| action)
}

/// All actions that some call can need, sorted.
pub fn known() -> &'static [Action] {
    static KNOWN: OnceLock<Vec<Action>> = OnceLock::new();
    static TYPED: OnceLock<Vec<Action>> = OnceLock::new();
    let sorted = |all: BTreeSet<Action>| all.into_iter().collect();
    match MODELS.get() {
        Some(models) => KNOWN.get_or_init(|| {
            let modelled = models().into_iter().map(|name| Action(name.leak()));
            sorted(typed().chain(modelled).collect())
        }),
        None => TYPED.get_or_init(|| sorted(typed().collect())),
    }
}

/// The first action for which this is true; those of the table come first.
pub fn find(is_meant: impl Fn(Action) -> bool) -> Option<Action> {
    typed().find(|action| is_meant(*action)).or_else(|| known().iter().copied().find(|action| is_meant(*action)))
}
