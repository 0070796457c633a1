//! `${ … }`: MiniJinja expressions in the values of a job file.
//!
//! Expressions only, without statements and templates: text outside `${ … }` stays as it is, and `$${` writes `${`. An
//! undefined name is an error. Time and memory are bounded, because a job file may come from a third party.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

mod environment;

use minijinja::{Environment, ErrorKind, Expression};
use serde_json::{Value as Json, json};
use toml::Spanned;

use self::environment::{LARGEST, environment};
use crate::id::OptionName;
use crate::value::Value;

/// Why an expression cannot be parsed or has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// The expression, or the text around it.
    pub expression: String,
    /// The reason.
    pub message: String,
    /// The span of the text in the file.
    pub span: Range<usize>,
}

/// A name that an expression reads, such as `["steps", "check", "outputs", "state"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The parts of the name.
    pub path: Vec<String>,
    /// The span in the file of the text that holds it.
    pub span: (usize, usize),
}

enum Segment<'a> {
    Text(String),
    Expression(&'a str),
}

/// Every name that the value reads.
///
/// # Errors
/// When an expression cannot be parsed.
pub fn references(value: &Spanned<Value>) -> Result<Vec<Reference>, ExpressionError> {
    let mut found = Vec::new();
    collect(value, &environment(), &mut found)?;
    found.sort();
    found.dedup();
    Ok(found)
}

fn collect(value: &Spanned<Value>, env: &Environment<'_>, found: &mut Vec<Reference>) -> Result<(), ExpressionError> {
    match value.get_ref() {
        Value::Scalar(_) => Ok(()),
        Value::List(items) => items.iter().try_for_each(|item| collect(item, env, found)),
        Value::Table(entries) => entries.values().try_for_each(|entry| collect(entry, env, found)),
        Value::Text(text) => {
            let span = value.span();
            for segment in split(text, &span)? {
                let Segment::Expression(code) = segment else { continue };
                let expression = compile(env, code, &span)?;
                found.extend(expression.undeclared_variables(true).into_iter().map(|name| Reference {
                    path: name.split('.').map(str::to_owned).collect(),
                    span: (span.start, span.end),
                }));
            }
            Ok(())
        }
    }
}

/// The names that expressions can read, and their values.
#[derive(Debug, Clone, Default)]
pub struct Scope(BTreeMap<&'static str, Json>);

impl Scope {
    /// The names of a job that have the same values in its plan and in its run: `job`, `project` and `options`.
    pub fn of_job(job: &str, project: Option<&str>, options: &BTreeMap<OptionName, Json>) -> Self {
        let mut scope = Self::default();
        scope.set("job", json!({ "name": job }));
        if let Some(project) = project {
            scope.set("project", json!({ "name": project }));
        }
        scope.set("options", json!(options));
        scope
    }

    /// Sets the value of a top-level name.
    pub fn set(&mut self, name: &'static str, value: Json) {
        self.0.insert(name, value);
    }
}

/// Evaluates every expression of a value. A text that is one expression takes the type of its value.
///
/// # Errors
/// When an expression has no value, or when all results together exceed 1 MiB.
pub fn evaluate(value: &Spanned<Value>, scope: &Scope) -> Result<Json, ExpressionError> {
    let scope = minijinja::Value::from(minijinja::value::Serde(&scope.0));
    Evaluation { env: &environment(), scope: &scope, room: Cell::new(LARGEST) }.value(value)
}

struct Evaluation<'a> {
    env: &'a Environment<'a>,
    scope: &'a minijinja::Value,
    /// Bytes that are left for further results.
    room: Cell<usize>,
}

/// Counts the bytes of a result, so that a result that is too large is not created.
struct Room<'a>(&'a Cell<usize>);

impl io::Write for Room<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.0.get().checked_sub(bytes.len());
        self.0.set(left.ok_or_else(|| io::Error::other("the values exceed 1 MiB"))?);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Evaluation<'_> {
    fn value(&self, value: &Spanned<Value>) -> Result<Json, ExpressionError> {
        match value.get_ref() {
            Value::Scalar(scalar) => Ok(scalar.clone()),
            Value::List(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Table(entries) => {
                let evaluated = entries.iter().map(|(key, entry)| Ok((key.clone(), self.value(entry)?)));
                evaluated.collect::<Result<serde_json::Map<_, _>, _>>().map(Json::Object)
            }
            Value::Text(text) => self.text(text, &value.span()),
        }
    }

    fn text(&self, text: &str, span: &Range<usize>) -> Result<Json, ExpressionError> {
        let segments = split(text, span)?;
        if let [Segment::Expression(code)] = segments.as_slice() {
            return self.compute(code, span);
        }
        let mut whole = String::new();
        for segment in segments {
            match segment {
                Segment::Text(text) => whole.push_str(&text),
                Segment::Expression(code) => match self.compute(code, span)? {
                    Json::String(text) => whole.push_str(&text),
                    other => whole.push_str(&other.to_string()),
                },
            }
        }
        Ok(Json::String(whole))
    }

    fn compute(&self, code: &str, span: &Range<usize>) -> Result<Json, ExpressionError> {
        let wrong = |message: String| ExpressionError { expression: code.to_owned(), message, span: span.clone() };
        let expression = compile(self.env, code, span)?;
        let value = expression.eval(self.scope).map_err(|error| explain(code, span, &error))?;
        if value.is_undefined() {
            return Err(wrong(format!("`{code}` has no value")));
        }
        serde_json::to_writer(Room(&self.room), &value)
            .and_then(|()| serde_json::to_value(&value))
            .map_err(|error| wrong(format!("`{code}` has no JSON form: {error}")))
    }
}

/// Most bytes of an expression. Each name in it can stand for a value as large as the outputs of a step.
const LONGEST: usize = 4 << 10;

fn compile<'e>(
    env: &'e Environment<'_>,
    code: &'e str,
    span: &Range<usize>,
) -> Result<Expression<'e, 'e>, ExpressionError> {
    let wrong = |message| ExpressionError { expression: code.to_owned(), message, span: span.clone() };
    if code.len() > LONGEST {
        return Err(wrong(format!("an expression has at most {LONGEST} bytes")));
    }
    // `*` repeats texts and lists too, up to gigabytes before any limit takes effect.
    if outside_strings(code).any(|(_, c)| c == '*') {
        return Err(wrong(format!("`{code}`: `*` is not supported; `a|times(b)` multiplies numbers")));
    }
    env.compile_expression(code).map_err(|error| explain(code, span, &error))
}

fn explain(code: &str, span: &Range<usize>, error: &minijinja::Error) -> ExpressionError {
    let message = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => format!("`{code}` takes too long"),
        (kind, Some(detail)) => format!("`{code}`: {kind}: {detail}"),
        (kind, None) => format!("`{code}`: {kind}"),
    };
    ExpressionError { expression: code.to_owned(), message, span: span.clone() }
}

fn split<'a>(text: &'a str, span: &Range<usize>) -> Result<Vec<Segment<'a>>, ExpressionError> {
    let mut segments = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        if let Some(escaped) = before.strip_suffix('$') {
            literal.push_str(escaped);
            literal.push_str("${");
            rest = from.strip_prefix("${").unwrap_or(from);
            continue;
        }
        literal.push_str(before);
        let code = from.strip_prefix("${").unwrap_or(from);
        let Some(end) = closing_brace(code) else {
            let message = format!("`{from}` has no closing brace");
            return Err(ExpressionError { expression: text.to_owned(), message, span: span.clone() });
        };
        if !literal.is_empty() {
            segments.push(Segment::Text(std::mem::take(&mut literal)));
        }
        let (code, after) = code.split_at(end);
        segments.push(Segment::Expression(code.trim()));
        rest = after.strip_prefix('}').unwrap_or(after);
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        segments.push(Segment::Text(literal));
    }
    Ok(segments)
}

/// The position of the brace that closes an expression. Braces in strings and of maps do not count.
fn closing_brace(code: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, c) in outside_strings(code) {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The characters outside of strings and their quotes.
fn outside_strings(code: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    let mut escaped = false;
    code.char_indices().filter(move |(_, c)| {
        match (quote, *c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(*c),
            (None, _) => return true,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Spanned<Value> {
        Spanned::new(0..0, Value::Text(text.to_owned()))
    }

    fn value_of(expression: &str) -> Result<Json, ExpressionError> {
        let mut scope = Scope::default();
        scope.set("options", json!({ "id": "i-1", "count": 3 }));
        evaluate(&text(expression), &scope)
    }

    fn message_of(expression: &str) -> String {
        value_of(expression).expect_err(expression).message
    }

    #[test]
    fn a_whole_expression_keeps_its_type_and_a_mixed_text_is_text() {
        assert_eq!(value_of("${options.count}"), Ok(json!(3)));
        assert_eq!(value_of("${ options.count > 2 }"), Ok(json!(true)));
        assert_eq!(value_of("${ {'a': [options.id]} }"), Ok(json!({ "a": ["i-1"] })));
        assert_eq!(value_of("n=${options.count}, id=${options.id}"), Ok(json!("n=3, id=i-1")));
        assert_eq!(value_of("${ '}' }"), Ok(json!("}")));
    }

    #[test]
    fn text_without_an_expression_stays_as_it_is() {
        for plain in ["", "{{ options.id }}", "{% raw %}", "$5", "a } b", "{# no #}"] {
            assert_eq!(value_of(plain), Ok(json!(plain)));
        }
        assert_eq!(value_of("$${options.id}"), Ok(json!("${options.id}")));
    }

    #[test]
    fn an_undefined_name_is_an_error_and_never_empty_text() {
        for (wrong, message) in [
            ("${options.nothing}", "`options.nothing` has no value"),
            ("x ${options.nothing} y", "`options.nothing` has no value"),
            ("${nothing}", "`nothing` has no value"),
            ("${options.nothing.more}", "`options.nothing.more`: undefined value"),
        ] {
            assert_eq!(message_of(wrong), message, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_expression_is_an_error() {
        for (wrong, message) in [
            ("${", "`${` has no closing brace"),
            ("${}", "``: syntax error"),
            ("${options.}", "`options.`: syntax error"),
            ("${1 +}", "`1 +`: syntax error"),
            ("a ${'}", "`${'}` has no closing brace"),
        ] {
            for error in [value_of(wrong).expect_err(wrong), references(&text(wrong)).expect_err(wrong)] {
                assert!(error.message.starts_with(message), "{wrong}: {error}");
            }
        }
    }

    #[test]
    fn filters_that_jobs_want_are_there() {
        let expected = [
            ("${ ['b', 'a']|sort|join(',') }", json!("a,b")),
            ("${ 'a-b'|replace('-', '_')|upper }", json!("A_B")),
            ("${ options.id is startingwith 'i-' and options.count in [1, 3] }", json!(true)),
            ("${ '3'|int + [1, 2]|sum }", json!(6)),
            ("${ options.count if options.count > 5 else 5 }", json!(5)),
            ("${ options.count|times(2) + 1.5|times(2)|int }", json!(9)),
            ("${ '*' }", json!("*")),
            ("${ [{'a': {'b': 1}}, {'a': {'b': 2}}]|map(attribute='a.b') }", json!([1, 2])),
            ("${ [{'a': 'x'}, {}]|map(attribute='a', default='none')|unique|join(',') }", json!("x,none")),
            ("${ []|map(attribute='a')|length }", json!(0)),
        ];
        for (expression, value) in expected {
            assert_eq!(value_of(expression), Ok(value), "{expression}");
        }
    }

    #[test]
    fn a_list_is_mapped_to_attributes_that_all_of_its_items_have_and_numbers_alone_are_multiplied() {
        for (wrong, message) in [
            ("[{'a': 1}, {}]|map(attribute='a')", "an item has no `a`"),
            ("[{'a': 1}]|map(attribute='a', atribute='b')", "atribute"),
            ("[{'a': 1}]|map('upper')", "too many arguments"),
            ("['a']|map(attribute='a')", "an item has no `a`"),
            ("'a'|times(3)", "only numbers can be multiplied"),
            ("[0]|times(3)", "only numbers can be multiplied"),
            ("3|times('a')", "only numbers can be multiplied"),
            ("9000000000000000000|times(9000000000000000000)", "the product is too large"),
        ] {
            let found = message_of(&format!("${{ {wrong} }}"));
            assert!(found.contains(message), "{wrong}: {found}");
        }
    }

    #[test]
    fn work_and_memory_are_bounded() {
        for (greedy, message) in [
            ("((0,) * 100000000)|length", "`*` is not supported"),
            ("([0] * 100000000)|sort|length", "`*` is not supported"),
            ("2 ** 100000000", "`*` is not supported"),
            ("'aaaaaaaa'|map('replace', 'a', 'b')", "too many arguments"),
            ("range(100000000)|list|length", "unknown function"),
            ("'a' * 1000000000", "`*` is not supported"),
            ("[0] * 1000000000", "`*` is not supported"),
            ("('a' * 60000)|replace('a', 'b' * 60000)", "`*` is not supported"),
            ("('a' * 60000)|replace('', 'b' * 60000)", "`*` is not supported"),
            ("([0] * 9000)|join('x' * 60000)", "`*` is not supported"),
            ("'a'|indent(1000000000)", "unknown filter"),
            ("[1]|batch(1000000000, 0)|list", "unknown filter"),
            ("['a' * 60000] * 3000", "`*` is not supported"),
        ] {
            let found = message_of(&format!("${{ {greedy} }}"));
            assert!(found.contains(message), "{greedy}: {found}");
        }
        let many = "${'a' * 60000}".repeat(100);
        assert!(message_of(&many).contains("`*` is not supported"));
        let long = format!("${{ options.id{} }}", "~options.id".repeat(1_000));
        assert_eq!(message_of(&long), "an expression has at most 4096 bytes");
        let nested = format!("${{ {}1{} }}", "(".repeat(10_000), ")".repeat(10_000));
        assert_eq!(message_of(&nested), "an expression has at most 4096 bytes");
    }

    #[test]
    fn references_are_found_with_their_whole_path() {
        let found = references(&text("${steps.a.outputs.x} ${options['id']} ${options.count + 1}"));
        let paths: Vec<_> =
            found.expect("they are expressions").into_iter().map(|reference| reference.path.join(".")).collect();
        assert!(paths.contains(&"steps.a.outputs.x".to_owned()), "{paths:?}");
        assert!(paths.contains(&"options.count".to_owned()), "{paths:?}");
    }
}
