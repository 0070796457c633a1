//! Paths into documents (JMESPath): those of the models, and `select` of a job.

mod kind;

use std::fmt;

use jmespath::ast::Ast;
use jmespath::{ErrorReason, Expression};
use serde_json::Value as Json;

use crate::model::{Member, Service};
pub use kind::{Found, PathFault};

/// Most bytes of a path that is not of a model. A longer one is a program, and belongs into a plugin.
const LONGEST: usize = 1_000;

/// Most levels of such a path: few enough for the stack of a thread.
const DEEPEST: usize = 60;

/// How many times as large as its document the result of a path may be.
const MOST_GROWTH: u64 = 1_000;

/// Bytes of the result of a path, as JSON. In memory it takes many times as much.
const LARGEST_RESULT: u64 = 64 << 20;

/// A path of a model that can be searched.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(path: &str) -> Result<Expression<'static>, String> {
    jmespath::compile(path).map_err(|error| {
        let reason = match error.reason {
            ErrorReason::Parse(reason) => reason,
            other @ ErrorReason::Runtime(_) => other.to_string(),
        };
        format!("{reason}, at character {}", error.offset + 1)
    })
}

/// What a path finds: `null` when nothing. None when it cannot be computed, such as `length` of a number.
pub fn search(expression: &Expression<'_>, value: &Json) -> Option<Json> {
    let found = expression.search(value).ok()?;
    serde_json::to_value(&*found).ok()
}

/// A path that anybody may have written: what it makes of a document is bounded.
///
/// The engine of JMESPath has no bound of its own, and `[@,@][] | [@,@][] | …` doubles a list with every few bytes.
pub struct Selection {
    expression: Expression<'static>,
    growth: u64,
}

impl Selection {
    /// Reads a path.
    ///
    /// # Errors
    /// What is wrong with it: it is no JMESPath, too long, too deep, or makes too much of a document.
    pub fn read(path: &str) -> Result<Self, String> {
        if path.len() > LONGEST {
            return Err(format!("it has more than {LONGEST} bytes"));
        }
        if nesting(path) > DEEPEST {
            return Err(format!("it has more than {DEEPEST} levels"));
        }
        let expression = compile(path)?;
        let growth = growth(expression.as_ast());
        if growth > MOST_GROWTH {
            return Err(format!("its result could be more than {MOST_GROWTH} times as large as the answer"));
        }
        Ok(Self { expression, growth })
    }

    /// What the path finds in an answer of this shape.
    ///
    /// # Errors
    /// The part that finds nothing, whatever the answer is.
    pub fn finds<'a>(&self, service: &'a Service, output: Option<&'a Member>) -> Result<Found<'a>, PathFault> {
        kind::find(service, self.expression.as_ast(), &Found::of(output))
    }

    /// What the path finds: `null` when nothing.
    ///
    /// # Errors
    /// When it cannot be computed, or could be too large.
    pub fn search(&self, value: &Json) -> Result<Json, Unsearched> {
        let size = value.to_string().len() as u64;
        if size.saturating_mul(self.growth) > LARGEST_RESULT {
            return Err(Unsearched::TooLarge { size, growth: self.growth });
        }
        search(&self.expression, value).ok_or(Unsearched::Uncomputable)
    }
}

impl fmt::Debug for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selection").field("path", &self.expression.as_str()).finish_non_exhaustive()
    }
}

/// Why a path was not searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsearched {
    /// It cannot be computed from this document.
    Uncomputable,
    /// Its result could be too large.
    TooLarge {
        /// Bytes of the document.
        size: u64,
        /// How many times as large the result could be.
        growth: u64,
    },
}

/// How deeply the parser has to recurse, at most: every sign that opens something or stands before something.
fn nesting(path: &str) -> usize {
    path.chars().filter(|sign| matches!(sign, '(' | '[' | '{' | '!' | '&')).count()
        + path.matches("||").count()
        + path.matches("&&").count()
}

/// How many times as large as its document the result of an expression is, at most.
fn growth(of: &Ast) -> u64 {
    match of {
        Ast::Literal { value, .. } => 1 + value.to_string().len() as u64,
        Ast::MultiList { elements, .. } => sum(elements.iter()),
        Ast::MultiHash { elements, .. } => {
            let keys: u64 = elements.iter().map(|pair| 1 + pair.key.len() as u64 / 4).sum();
            sum(elements.iter().map(|pair| &pair.value)).saturating_add(keys)
        }
        Ast::Projection { lhs, rhs, .. } | Ast::Subexpr { lhs, rhs, .. } => growth(lhs).saturating_mul(growth(rhs)),
        Ast::Condition { then, .. } => growth(then),
        Ast::And { lhs, rhs, .. } | Ast::Or { lhs, rhs, .. } => growth(lhs).max(growth(rhs)),
        Ast::Flatten { node, .. } | Ast::ObjectValues { node, .. } | Ast::Not { node, .. } => growth(node),
        Ast::Expref { ast, .. } => growth(ast),
        Ast::Function { name, args, .. } => function(name, args),
        Ast::Comparison { .. } | Ast::Identity { .. } | Ast::Field { .. } | Ast::Index { .. } | Ast::Slice { .. } => 1,
    }
}

fn function(name: &str, args: &[Ast]) -> u64 {
    match (name, args) {
        // The text between two items stands there for every item.
        ("join", [Ast::Literal { value, .. }, list]) => growth(list).saturating_mul(1 + value.to_string().len() as u64),
        ("join", _) => u64::MAX,
        // Every quotation mark is escaped, and every escape again.
        ("to_string", _) => sum(args.iter()).saturating_mul(8),
        ("map", _) => args.iter().map(growth).fold(1, u64::saturating_mul),
        _ => sum(args.iter()).max(1),
    }
}

fn sum<'a>(of: impl Iterator<Item = &'a Ast>) -> u64 {
    of.map(growth).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(path: &str, value: &Json) -> Json {
        Selection::read(path).unwrap().search(value).unwrap()
    }

    #[test]
    fn what_jobs_select_is_small() {
        let zones = json!({ "Zones": [{ "Name": "a", "State": "up", "Tags": [] }, { "Name": "b", "State": "down" }] });
        assert_eq!(found("Zones[].Name", &zones), json!(["a", "b"]));
        assert_eq!(
            found("Zones[?State=='up'] | [0].{name: Name, kind: 'zone'}", &zones),
            json!({ "name": "a", "kind": "zone" })
        );
        assert_eq!(found("join(', ', sort(Zones[].Name))", &zones), json!("a, b"));
        assert_eq!(found("to_string(length(Zones))", &zones), json!("2"));
        let columns: Vec<_> = (0..20).map(|number| format!("column_number_{number}: Name")).collect();
        let wide = format!("Reservations[].Instances[].{{{}}}", columns.join(", "));
        assert!(Selection::read(&wide).is_ok());
    }

    #[test]
    fn a_path_that_multiplies_its_document_is_refused() {
        let doubled = ["[@,@][]"; 30].join(" | ");
        let nested = ["[@,@]"; 30].join(" | ");
        let mapped = format!("{}@{}", "map(&[@,@], ".repeat(12), ")".repeat(12));
        let escaped = format!("{}@{}", "to_string([".repeat(9), "])".repeat(9));
        let literal = format!("[@, @] | [*].[`\"{}\"`]", "x".repeat(900));
        let keys = format!("[*].{{{}: @}}.{{{}: @}}", "k".repeat(400), "k".repeat(400));
        for path in [&doubled, &nested, &mapped, &escaped, &literal, &keys, "join(a, b)"] {
            let error = Selection::read(path).unwrap_err();
            assert!(error.contains("times as large") || error.contains("levels"), "{path}: {error}");
        }
    }

    #[test]
    fn a_large_document_is_not_multiplied() {
        let large = json!({ "a": "x".repeat(8 << 20) });
        assert!(Selection::read("a").unwrap().search(&large).is_ok());
        let many = format!("[{}]", ["a"; 50].join(", "));
        let unsearched = Selection::read(&many).unwrap().search(&large).unwrap_err();
        assert!(matches!(unsearched, Unsearched::TooLarge { growth: 50, .. }), "{unsearched:?}");
    }

    #[test]
    fn the_deepest_path_fits_the_stack_of_a_thread_and_deeper_ones_are_refused() {
        let nested =
            |open: &str, close: &str, levels: usize| format!("{}a{}", open.repeat(levels), close.repeat(levels));
        let forms = [("(", ")"), ("!", ""), ("[", "]"), ("{a: ", "}"), ("a[?", "]"), ("a.[", "]"), ("a || ", "")];
        let thread = std::thread::Builder::new().stack_size(1 << 20);
        let tried = thread.spawn(move || {
            for (open, close) in forms {
                drop(Selection::read(&nested(open, close, DEEPEST)).map(|path| path.search(&json!({ "a": [1] }))));
                assert!(Selection::read(&nested(open, close, DEEPEST + 1)).is_err(), "{open}");
            }
        });
        tried.unwrap().join().unwrap();
    }

    #[test]
    fn numbers_at_their_ends_are_errors_and_no_panics() {
        for path in ["a[2147483647]", "a[-2147483648]", "a[99999999999]", "a[::0]", "a[-2147483648:2147483647:-1]"] {
            drop(Selection::read(path).map(|path| path.search(&json!({ "a": [1, 2] }))));
        }
    }
}
