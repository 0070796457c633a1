//! The filters and tests of expressions: an explicit list, because some of MiniJinja's filters make gigabytes out of a
//! short text.

use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, filters, tests};

/// Most instructions of one expression: far more than an honest one needs, and executed within milliseconds.
const FUEL: u64 = 100_000;

/// Most bytes of the result of a filter and of an expression: as many as the outputs of a step may have.
pub const LARGEST: usize = 1 << 20;

/// The environment of expressions, with the filters and tests below, and without functions.
pub fn environment() -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_auto_escape_callback(|_| AutoEscape::None);
    add_filters(&mut env);
    add_tests(&mut env);
    env
}

fn add_filters(env: &mut Environment<'_>) {
    env.add_filter("abs", filters::abs);
    env.add_filter("bool", filters::bool);
    env.add_filter("default", filters::default);
    env.add_filter("first", filters::first);
    env.add_filter("float", filters::float);
    env.add_filter("int", filters::int);
    env.add_filter("join", join);
    env.add_filter("last", filters::last);
    env.add_filter("length", filters::length);
    env.add_filter("lower", filters::lower);
    env.add_filter("map", map);
    env.add_filter("max", filters::max);
    env.add_filter("min", filters::min);
    env.add_filter("replace", replace);
    env.add_filter("reverse", filters::reverse);
    env.add_filter("round", filters::round);
    env.add_filter("sort", filters::sort);
    env.add_filter("split", filters::split);
    env.add_filter("string", filters::string);
    env.add_filter("sum", filters::sum);
    env.add_filter("times", times);
    env.add_filter("trim", filters::trim);
    env.add_filter("unique", filters::unique);
    env.add_filter("upper", filters::upper);
}

fn add_tests(env: &mut Environment<'_>) {
    env.add_test("defined", tests::is_defined);
    env.add_test("endingwith", tests::is_endingwith);
    env.add_test("false", tests::is_false);
    env.add_test("in", tests::is_in);
    env.add_test("mapping", tests::is_mapping);
    env.add_test("none", tests::is_none);
    env.add_test("number", tests::is_number);
    env.add_test("sequence", tests::is_sequence);
    env.add_test("startingwith", tests::is_startingwith);
    env.add_test("string", tests::is_string);
    env.add_test("true", tests::is_true);
    env.add_test("undefined", tests::is_undefined);
}

fn too_large() -> Error {
    Error::new(ErrorKind::InvalidOperation, "the result is larger than 1 MiB")
}

/// MiniJinja's `join`, limited to [`LARGEST`].
fn join(list: &Value, separator: Option<&str>) -> Result<String, Error> {
    let mut joined = String::new();
    for (at, item) in list.try_iter()?.enumerate() {
        if at > 0 {
            joined.push_str(separator.unwrap_or_default());
        }
        joined.push_str(&item.to_string());
        if joined.len() > LARGEST {
            return Err(too_large());
        }
    }
    Ok(joined)
}

/// MiniJinja's `replace`, limited to [`LARGEST`].
fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let growth = text.matches(from).count().saturating_mul(to.len());
    if growth.saturating_add(text.len()) > LARGEST {
        return Err(too_large());
    }
    Ok(text.replace(from, to))
}

/// MiniJinja's `map`, for attributes only: with a filter it would multiply a text by the items of a list.
fn map(list: &Value, options: Kwargs) -> Result<Vec<Value>, Error> {
    let path: &str = options.get("attribute")?;
    let default: Option<Value> = options.get("default")?;
    options.assert_all_used()?;
    let attribute = |item: Value| {
        let found = path.split('.').try_fold(item, |part, name| part.get_attr(name)).ok();
        found.filter(|value| !value.is_undefined()).or_else(|| default.clone()).ok_or_else(|| {
            Error::new(ErrorKind::UndefinedError, format!("an item has no `{path}`; default=… gives it a value"))
        })
    };
    list.try_iter()?.map(attribute).collect()
}

/// The product of two numbers.
fn times(one: &Value, other: &Value) -> Result<Value, Error> {
    let wrong = |what| Error::new(ErrorKind::InvalidOperation, what);
    if let (Some(one), Some(other)) = (one.as_i64(), other.as_i64()) {
        return one.checked_mul(other).map(Value::from).ok_or_else(|| wrong("the product is too large"));
    }
    match (one.is_number(), f64::try_from(one.clone()), f64::try_from(other.clone())) {
        (true, Ok(one), Ok(other)) => Ok(Value::from(one * other)),
        _ => Err(wrong("only numbers can be multiplied")),
    }
}
