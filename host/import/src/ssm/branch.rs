//! The choices of `aws:branch` as conditions.

use super::reference::{Code, Scope, Type};
use crate::yaml::Node;

/// The condition of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The code. None: it has no counterpart.
    pub code: Option<Condition>,
    /// The text that a variable is compared with, when the choice is no more than that: two of them cannot both hold.
    equals: Option<(String, String)>,
}

impl Choice {
    /// Whether this choice and another one cannot both hold.
    pub fn excludes(&self, other: &Self) -> bool {
        match (&self.equals, &other.equals) {
            (Some((variable, text)), Some((also, other))) => variable == also && text != other,
            _ => false,
        }
    }
}

/// A condition, and how it binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    text: String,
    binds: Binds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Or,
    And,
    Closely,
}

impl Condition {
    /// A condition that needs no brackets.
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), binds: Binds::Closely }
    }

    /// The code.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether one of the conditions holds.
    pub fn any(conditions: Vec<Self>) -> Self {
        Self::join(conditions, " or ", Binds::Or)
    }

    /// Whether all of the conditions hold.
    pub fn all(conditions: Vec<Self>) -> Self {
        Self::join(conditions, " and ", Binds::And)
    }

    /// Whether it does not hold.
    pub fn not(self) -> Self {
        match self.text.strip_prefix("not (").and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) if self.binds == Binds::Closely && !inner.contains(['(', ')']) => {
                Self { text: inner.to_owned(), binds: Binds::Or }
            }
            _ if self.text.contains(' ') => Self::of(format!("not ({})", self.text)),
            _ => Self::of(format!("not {}", self.text)),
        }
    }

    fn join(conditions: Vec<Self>, word: &str, binds: Binds) -> Self {
        let mut known: Vec<Self> = Vec::new();
        for condition in conditions {
            if !known.contains(&condition) {
                known.push(condition);
            }
        }
        if known.len() == 1 {
            return known.remove(0);
        }
        let parts = known.iter().map(|part| match part.binds < binds {
            true => format!("({})", part.text),
            false => part.text.clone(),
        });
        Self { text: parts.collect::<Vec<_>>().join(word), binds }
    }
}

/// The keys of a choice that are no operators.
const OTHER: [&str; 2] = ["NextStep", "Variable"];

/// Bytes of a condition. A longer one would be no expression.
const LONGEST: usize = 2_000;

/// Most levels of `And`, `Or` and `Not`.
const DEEPEST: usize = 12;

/// Reads a choice.
pub fn read(choice: &Node, scope: &Scope<'_>) -> Choice {
    let equals = choice.child("StringEquals").and_then(|value| {
        let variable = choice.text_of("Variable")?.to_owned();
        let text = value.text().filter(|text| !super::reference::has_reference(text))?;
        Some((variable, text.to_owned()))
    });
    Choice { code: condition(choice, scope, 0).filter(|code| code.text.len() <= LONGEST), equals }
}

fn condition(node: &Node, scope: &Scope<'_>, depth: usize) -> Option<Condition> {
    if depth > DEEPEST {
        return None;
    }
    let entries: Vec<_> = node.entries()?.collect();
    let mut operators = entries.iter().filter(|(key, _)| !OTHER.contains(key));
    let (Some((operator, value)), None) = (operators.next(), operators.next()) else { return None };
    let parts = || -> Option<Vec<_>> { value.items()?.iter().map(|item| condition(item, scope, depth + 1)).collect() };
    match *operator {
        "And" => parts().filter(|parts| !parts.is_empty()).map(Condition::all),
        "Or" => parts().filter(|parts| !parts.is_empty()).map(Condition::any),
        "Not" => {
            condition(value.items().and_then(<[Node]>::first).unwrap_or(value), scope, depth + 1).map(Condition::not)
        }
        operator => comparison(operator, node.child("Variable")?, value, scope).map(Condition::of),
    }
}

fn comparison(operator: &str, variable: &Node, value: &Node, scope: &Scope<'_>) -> Option<String> {
    let variable = scope.code(variable.scalar()?.0, variable.at);
    let given = value.scalar()?.0;
    let value = scope.code(given, value.at);
    let text = |code: Code| if code.kind == Type::Text { code.text } else { format!("{}|string", code.text) };
    let number = |code: Code, literal: &str| match literal.parse::<f64>() {
        Ok(_) => literal.to_owned(),
        Err(_) if code.kind == Type::Integer => code.text,
        Err(_) => format!("{}|float", code.text),
    };
    let compare =
        |sign: &str| Some(format!("{} {sign} {}", number(variable.clone(), ""), number(value.clone(), given)));
    match operator {
        "StringEquals" => Some(format!("{} == {}", text(variable), text(value))),
        "EqualsIgnoreCase" => Some(format!("{}|lower == {}", text(variable), lower(text(value)))),
        "StartsWith" => Some(format!("{} is startingwith {}", text(variable), text(value))),
        "EndsWith" => Some(format!("{} is endingwith {}", text(variable), text(value))),
        "Contains" if variable.kind == Type::List => Some(format!("{} in {}", text(value), variable.text)),
        "Contains" => Some(format!("{} in {}", text(value), text(variable))),
        "NumericEquals" => compare("=="),
        "NumericGreater" => compare(">"),
        "NumericLesser" => compare("<"),
        "NumericGreaterOrEquals" => compare(">="),
        "NumericLesserOrEquals" => compare("<="),
        "BooleanEquals" => boolean(variable, value, given),
        _ => None,
    }
}

fn lower(code: String) -> String {
    if code.starts_with('\'') { code.to_lowercase() } else { format!("{code}|lower") }
}

fn boolean(variable: Code, value: Code, given: &str) -> Option<String> {
    let flag = |code: Code| match code.kind {
        Type::Boolean => code.text,
        _ => format!("({}|string|lower == 'true')", code.text),
    };
    let variable = flag(variable);
    match given.to_ascii_lowercase().parse::<bool>() {
        Ok(true) => Some(variable),
        Ok(false) => Some(format!("not {variable}")),
        Err(_) => Some(format!("{variable} == {}", flag(value))),
    }
}
