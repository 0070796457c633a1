//! The names that expressions read.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr};
use serde_json::Value as Json;
use toml::Spanned;

use super::check::check;
use super::text::{Segment, split};
use super::{ExpressionError, LOCALS, Unknown, mistaken, parse};
use crate::id::Identifier;
use crate::value::Value;

/// A name that an expression reads, such as `["steps", "check", "outputs", "state"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The parts of the name.
    pub path: Vec<String>,
    /// The span in the file of the text that holds it.
    pub span: (usize, usize),
}

/// Every name that the value reads.
///
/// # Errors
/// When an expression cannot be parsed, or names a filter, a test or a function that does not exist.
pub fn references(value: &Spanned<Value>) -> Result<Vec<Reference>, ExpressionError> {
    let mut found = Vec::new();
    collect(value, &mut found)?;
    found.sort();
    found.dedup();
    Ok(found)
}

fn collect(value: &Spanned<Value>, found: &mut Vec<Reference>) -> Result<(), ExpressionError> {
    match value.get_ref() {
        Value::Scalar(_) => Ok(()),
        Value::List(items) => items.iter().try_for_each(|item| collect(item, found)),
        Value::Table(entries) => entries.values().try_for_each(|entry| collect(entry, found)),
        Value::Text(text) => {
            let span = value.span();
            for segment in split(text, &span)? {
                let Segment::Expression(code) = segment else { continue };
                let parsed = parse(code, &span)?;
                check(&parsed).map_err(|mistake| mistaken(code, &span, mistake))?;
                let paths = paths(&parsed);
                found.extend(paths.into_iter().map(|path| Reference { path, span: (span.start, span.end) }));
            }
            Ok(())
        }
    }
}

/// Every name that the value reads, also through `locals`, whose own names have the spans of their values.
///
/// # Errors
/// Those of [`references`].
pub fn references_through(
    value: &Spanned<Value>,
    locals: &BTreeMap<Identifier, Spanned<Value>>,
) -> Result<Vec<Reference>, ExpressionError> {
    let mut found = references(value)?;
    let (mut seen, mut at) = (BTreeSet::new(), 0);
    while let Some(reference) = found.get(at) {
        at += 1;
        let Some(name) = local_named(&reference.path).map(str::to_owned) else { continue };
        if seen.insert(name.clone())
            && let Some(local) = locals.get(name.as_str())
        {
            found.extend(references(local)?);
        }
    }
    Ok(found)
}

/// The names of `locals` that a value reads, as far as it can be parsed.
pub fn locals_read(value: &Spanned<Value>) -> BTreeSet<String> {
    let found = references(value).unwrap_or_default();
    found.iter().filter_map(|reference| local_named(&reference.path)).map(str::to_owned).collect()
}

/// What stands in for the value of an expression that does more with unknown names than to pass their values on. None
/// when it does not.
pub(super) fn unknown<'u>(
    whole: &Expr<'_>,
    unknown: &'u Unknown,
    locals: &BTreeMap<Identifier, Spanned<Value>>,
) -> Option<&'u str> {
    if unknown.is_empty() || is_passed_on(whole) {
        return None;
    }
    paths(whole).iter().find_map(|path| unknown_at(path, unknown, locals))
}

fn unknown_at<'u>(
    path: &[String],
    unknown: &'u Unknown,
    locals: &BTreeMap<Identifier, Spanned<Value>>,
) -> Option<&'u str> {
    if let Some(value) = local_named(path).and_then(|name| locals.get(name)) {
        let read = references_through(value, locals).unwrap_or_default();
        return read
            .iter()
            .filter(|read| local_named(&read.path).is_none())
            .find_map(|read| unknown_at(&read.path, unknown, locals));
    }
    let root = path.first()?;
    let found = match path.get(1) {
        Some(name) => unknown.get(&format!("{root}.{name}")).or_else(|| unknown.get(root)),
        // It reads all that there are.
        None => unknown.iter().find(|(name, _)| name.split('.').next() == Some(root)).map(|(_, stand_in)| stand_in),
    };
    found.map(String::as_str)
}

/// Whether an expression names values, at most in lists and tables, and makes no others of them.
fn is_passed_on(expr: &Expr<'_>) -> bool {
    match expr {
        Expr::Const(_) => true,
        Expr::List(list) => list.items.iter().all(is_passed_on),
        Expr::Map(map) => map.keys.iter().chain(&map.values).all(is_passed_on),
        expr => path(expr).is_some(),
    }
}

fn local_named(path: &[String]) -> Option<&str> {
    match path {
        [root, name, ..] if root == LOCALS => Some(name),
        _ => None,
    }
}

/// The first option without a value that an expression of the text needs one of, whatever the other names are. `default`
/// and `is defined` do not need one, and a condition that asks whether it is defined guards what it chooses.
///
/// # Errors
/// When an expression cannot be parsed.
pub fn needed_option(
    text: &Spanned<Value>,
    is_blank: &dyn Fn(&str) -> bool,
) -> Result<Option<String>, ExpressionError> {
    let (Value::Text(code), span) = (text.get_ref(), text.span()) else { return Ok(None) };
    for segment in split(code, &span)? {
        let Segment::Expression(code) = segment else { continue };
        if let Some(needed) = needed(&parse(code, &span)?, is_blank) {
            return Ok(Some(needed));
        }
    }
    Ok(None)
}

/// The options of which a value asks whether they are defined.
pub fn guarded_options(value: &Spanned<Value>) -> BTreeSet<String> {
    let (Value::Text(text), span) = (value.get_ref(), value.span()) else { return BTreeSet::new() };
    let segments = split(text, &span).unwrap_or_default();
    let codes = segments.iter().filter_map(|segment| match segment {
        Segment::Expression(code) => parse(code, &span).ok(),
        Segment::Text(_) => None,
    });
    codes.flat_map(|whole| guarded(&whole)).collect()
}

fn needed(whole: &Expr<'_>, is_blank: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut left: Vec<(&Expr<'_>, Rc<BTreeSet<String>>)> = vec![(whole, Rc::default())];
    while let Some((expr, safe)) = left.pop() {
        if let Some(name) = option_named(expr) {
            if is_blank(&name) && !safe.contains(&name) {
                return Some(name);
            }
            continue;
        }
        let beside =
            |condition: &Expr<'_>| Rc::new(guarded(condition).into_iter().chain(safe.iter().cloned()).collect());
        match expr {
            Expr::Filter(filter) if filter.name == "default" && filter.expr.as_ref().is_some_and(is_option) => {
                left.extend(filter.args.iter().map(|given| (argument(given), Rc::clone(&safe))));
            }
            Expr::Test(test) if (asks_definition(test.name) || test.name == "none") && is_option(&test.expr) => {}
            Expr::IfExpr(choice) => {
                let chosen = beside(&choice.test_expr);
                left.push((&choice.test_expr, Rc::clone(&safe)));
                left.push((&choice.true_expr, Rc::clone(&chosen)));
                left.extend(choice.false_expr.as_ref().map(|otherwise| (otherwise, chosen)));
            }
            Expr::BinOp(binary) if matches!(binary.op, BinOpKind::ScAnd | BinOpKind::ScOr) => {
                left.push((&binary.left, Rc::clone(&safe)));
                left.push((&binary.right, beside(&binary.left)));
            }
            other => left.extend(parts(other).into_iter().map(|part| (part, Rc::clone(&safe)))),
        }
    }
    None
}

/// The options of which a condition asks whether they are defined.
fn guarded(condition: &Expr<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![condition];
    while let Some(expr) = left.pop() {
        if let Expr::Test(test) = expr
            && asks_definition(test.name)
        {
            found.extend(option_named(&test.expr));
        }
        left.extend(parts(expr));
    }
    found
}

fn asks_definition(test: &str) -> bool {
    matches!(test, "defined" | "undefined")
}

fn is_option(expr: &Expr<'_>) -> bool {
    option_named(expr).is_some()
}

/// The name of `options.NAME`, and of anything inside of it.
fn option_named(expr: &Expr<'_>) -> Option<String> {
    let mut path = path(expr)?.into_iter();
    let is_option = path.next().is_some_and(|root| root == "options");
    path.next().filter(|_| is_option)
}

/// What the expressions of a value read below `root`, whose value is `of`: the code of each place without `root`, such as
/// `Table.Keys[0]`, and the value there.
pub fn values_read(value: &Spanned<Value>, root: &str, of: &Json) -> Vec<(String, Json)> {
    let (Value::Text(text), span) = (value.get_ref(), value.span()) else { return Vec::new() };
    let mut found: Vec<(String, Json)> = Vec::new();
    for segment in split(text, &span).unwrap_or_default() {
        let Segment::Expression(code) = segment else { continue };
        let Ok(parsed) = parse(code, &span) else { continue };
        let places = flattened(&parsed, place).into_iter().filter(|place| place.root == root);
        let read = places.filter_map(|place| Some((place.code(), of.pointer(&place.pointer())?.clone())));
        found.extend(read);
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// A place below a top-level name.
struct ReadPlace {
    root: String,
    keys: Vec<Key>,
}

enum Key {
    Name(String),
    Index(usize),
}

impl ReadPlace {
    /// The code after the top-level name; the name itself, when there is none.
    fn code(&self) -> String {
        let code: String = self.keys.iter().map(Key::code).collect();
        let code = code.trim_start_matches('.');
        if code.is_empty() { self.root.clone() } else { code.to_owned() }
    }

    fn pointer(&self) -> String {
        let part = |key: &Key| match key {
            Key::Name(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            Key::Index(index) => format!("/{index}"),
        };
        self.keys.iter().map(part).collect()
    }
}

impl Key {
    fn code(&self) -> String {
        match self {
            Self::Name(name) if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
                format!(".{name}")
            }
            Self::Name(name) => format!("['{name}']"),
            Self::Index(index) => format!("[{index}]"),
        }
    }
}

/// `a.b[0]` as a place below `a`.
fn place(expr: &Expr<'_>) -> Option<ReadPlace> {
    let (mut keys, mut at) = (Vec::new(), expr);
    loop {
        let (key, inner) = match at {
            Expr::Var(var) => {
                keys.reverse();
                return Some(ReadPlace { root: var.id.to_owned(), keys });
            }
            Expr::GetAttr(attribute) => (Key::Name(attribute.name.to_owned()), &attribute.expr),
            Expr::GetItem(item) => match &item.subscript_expr {
                Expr::Const(key) => (constant(&key.value)?, &item.expr),
                _ => return None,
            },
            _ => return None,
        };
        keys.push(key);
        at = inner;
    }
}

fn constant(key: &minijinja::Value) -> Option<Key> {
    key.as_str().map(|name| Key::Name(name.to_owned())).or_else(|| key.as_usize().map(Key::Index))
}

/// What values read of the names below these three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads {
    /// The steps below `steps`.
    pub steps: Names,
    /// The values below `exports`.
    pub exports: Names,
    /// The options of the job, below `options`.
    pub options: Names,
}

/// The names that values read below another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// Any of them, because an expression reads the whole or computes the name.
    All,
    /// These.
    These(BTreeSet<String>),
}

impl Reads {
    /// What these values read.
    pub fn of<'v>(values: impl IntoIterator<Item = &'v Spanned<Value>>) -> Self {
        let none = || Names::These(BTreeSet::new());
        let (mut reads, mut found) = (Self { steps: none(), exports: none(), options: none() }, Vec::new());
        for value in values.into_iter().filter(|value| may_read(value.get_ref())) {
            if collect(value, &mut found).is_err() {
                // The evaluation tells what is wrong.
                return Self { steps: Names::All, exports: Names::All, options: Names::All };
            }
        }
        for Reference { path, .. } in found {
            let mut path = path.into_iter();
            match path.next().as_deref() {
                Some("steps") => reads.steps.add(path.next()),
                Some("exports") => reads.exports.add(path.next()),
                Some("options") => reads.options.add(path.next()),
                _ => {}
            }
        }
        reads
    }
}

impl Names {
    /// Whether this name is among them.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(names) => names.contains(name),
        }
    }

    fn add(&mut self, name: Option<String>) {
        match (&mut *self, name) {
            (Self::These(names), Some(name)) => drop(names.insert(name)),
            (Self::These(_), None) => *self = Self::All,
            (Self::All, _) => {}
        }
    }
}

/// Whether a value may read any of them. Most do not, and a look at the text is cheaper than parsing it.
fn may_read(value: &Value) -> bool {
    match value {
        Value::Scalar(_) => false,
        Value::Text(text) => ["steps", "exports", "options"].iter().any(|name| text.contains(name)),
        Value::List(items) => items.iter().any(|item| may_read(item.get_ref())),
        Value::Table(entries) => entries.values().any(|entry| may_read(entry.get_ref())),
    }
}

/// The names of one expression.
fn paths(whole: &Expr<'_>) -> Vec<Vec<String>> {
    flattened(whole, path)
}

/// What `find` finds in an expression, and in the parts of those where it finds nothing. A stack of its own: a chain of
/// operators can be thousands of levels deep.
fn flattened<T>(whole: &Expr<'_>, find: impl Fn(&Expr<'_>) -> Option<T>) -> Vec<T> {
    let (mut found, mut left) = (Vec::new(), vec![whole]);
    while let Some(expr) = left.pop() {
        match find(expr) {
            Some(it) => found.push(it),
            None => left.extend(parts(expr)),
        }
    }
    found
}

/// `a.b['c']` as the path `a`, `b`, `c`.
fn path(expr: &Expr<'_>) -> Option<Vec<String>> {
    let (mut path, mut at) = (Vec::new(), expr);
    loop {
        match at {
            Expr::Var(var) => {
                path.push(var.id.to_owned());
                path.reverse();
                return Some(path);
            }
            Expr::Call(call) => {
                let Expr::Var(var) = &call.expr else { return None };
                path.push(format!("{}()", var.id));
                path.reverse();
                return Some(path);
            }
            Expr::GetAttr(attribute) => {
                path.push(attribute.name.to_owned());
                at = &attribute.expr;
            }
            Expr::GetItem(item) => match &item.subscript_expr {
                Expr::Const(key) => {
                    path.push(key.value.as_str()?.to_owned());
                    at = &item.expr;
                }
                _ => return None,
            },
            _ => return None,
        }
    }
}

/// The expressions of which an expression is made.
pub(super) fn parts<'e, 's>(expr: &'e Expr<'s>) -> Vec<&'e Expr<'s>> {
    match expr {
        Expr::Var(_) | Expr::Const(_) => Vec::new(),
        Expr::Slice(slice) => {
            std::iter::once(&slice.expr).chain(&slice.start).chain(&slice.stop).chain(&slice.step).collect()
        }
        Expr::UnaryOp(operation) => vec![&operation.expr],
        Expr::BinOp(operation) => vec![&operation.left, &operation.right],
        Expr::Compare(compare) => {
            std::iter::once(&compare.expr).chain(compare.ops.iter().map(|operation| &operation.expr)).collect()
        }
        Expr::IfExpr(choice) => [&choice.test_expr, &choice.true_expr].into_iter().chain(&choice.false_expr).collect(),
        Expr::Filter(filter) => filter.expr.iter().chain(filter.args.iter().map(argument)).collect(),
        Expr::Test(test) => std::iter::once(&test.expr).chain(test.args.iter().map(argument)).collect(),
        Expr::GetAttr(attribute) => vec![&attribute.expr],
        Expr::GetItem(item) => vec![&item.expr, &item.subscript_expr],
        Expr::Call(call) => std::iter::once(&call.expr).chain(call.args.iter().map(argument)).collect(),
        Expr::List(list) => list.items.iter().collect(),
        Expr::Tuple(tuple) => tuple.items.iter().collect(),
        Expr::Map(map) => map.keys.iter().chain(&map.values).collect(),
    }
}

fn argument<'e, 's>(argument: &'e CallArg<'s>) -> &'e Expr<'s> {
    match argument {
        CallArg::Pos(expr) | CallArg::Kwarg(_, expr) | CallArg::PosSplat(expr) | CallArg::KwargSplat(expr) => expr,
    }
}
