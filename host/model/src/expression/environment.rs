//! The filters, tests and operators of expressions: an explicit list, each filter with what it costs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::machinery::ast::BinOpKind;
use minijinja::value::{FunctionArgs, FunctionResult, Kwargs};
use minijinja::{Environment, Error, ErrorKind, Expression, State, UndefinedBehavior, Value, context, filters, tests};

use super::interpreter::FilterWork;
use super::work::{LARGEST, MOST_ITEMS, too_large};

/// The work of a filter, besides that of making its arguments and its result.
#[derive(Debug, Clone, Copy)]
enum Charge {
    /// It reads the value once, and its arguments for each item: an attribute, a separator.
    Read,
    /// It compares each item with a few others.
    Compare,
    /// It compares each character with each character of its argument.
    Characters,
}

impl Charge {
    fn work(self, FilterWork { value, items, arguments }: FilterWork) -> u64 {
        let read = value.saturating_add(items.saturating_mul(arguments));
        match self {
            Self::Read => read,
            // Texts are compared in lower case, which is made anew for each comparison.
            Self::Compare => read.saturating_mul(2 + u64::from((items + 1).ilog2())),
            Self::Characters => value.saturating_mul(arguments),
        }
    }
}

/// Filters and tests.
pub(super) struct Language {
    env: Environment<'static>,
    charges: BTreeMap<&'static str, Charge>,
}

pub(super) static LANGUAGE: LazyLock<Language> = LazyLock::new(Language::new);

impl Language {
    fn new() -> Self {
        let mut env = Environment::empty();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut language = Self { env, charges: BTreeMap::new() };
        language.add_filters();
        language.add_tests();
        language
    }

    fn add<F, Rv, Args>(&mut self, name: &'static str, charge: Charge, filter: F)
    where
        F: minijinja::functions::Function<Rv, Args>,
        Rv: FunctionResult,
        Args: for<'a> FunctionArgs<'a>,
    {
        self.env.add_filter(name, filter);
        self.charges.insert(name, charge);
    }

    fn add_filters(&mut self) {
        self.add("abs", Charge::Read, filters::abs);
        self.add("bool", Charge::Read, filters::bool);
        self.add("default", Charge::Read, filters::default);
        self.add("first", Charge::Read, filters::first);
        self.add("float", Charge::Read, float);
        self.add("int", Charge::Read, int);
        self.add("join", Charge::Read, join);
        self.add("last", Charge::Read, filters::last);
        self.add("length", Charge::Read, filters::length);
        self.add("lower", Charge::Read, filters::lower);
        self.add("map", Charge::Read, map);
        self.add("max", Charge::Compare, filters::max);
        self.add("min", Charge::Compare, filters::min);
        self.add("replace", Charge::Read, replace);
        self.add("reverse", Charge::Read, filters::reverse);
        self.add("round", Charge::Read, filters::round);
        self.add("sort", Charge::Compare, filters::sort);
        self.add("split", Charge::Read, split);
        self.add("string", Charge::Read, filters::string);
        self.add("sum", Charge::Read, sum);
        self.add("times", Charge::Read, times);
        self.add("trim", Charge::Characters, filters::trim);
        self.add("unique", Charge::Compare, filters::unique);
        self.add("upper", Charge::Read, filters::upper);
    }

    fn add_tests(&mut self) {
        let env = &mut self.env;
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

    /// The work of a filter with these arguments.
    pub(super) fn work_of_filter(&self, name: &str, work: FilterWork) -> Result<u64, Error> {
        let unknown = || Error::new(ErrorKind::UnknownFilter, format!("filter {name} is unknown"));
        self.charges.get(name).map(|charge| charge.work(work)).ok_or_else(unknown)
    }

    pub(super) fn filter(&self, name: &str, args: &[Value]) -> Result<Value, Error> {
        self.env.empty_state().apply_filter(name, args)
    }

    pub(super) fn test(&self, name: &str, args: &[Value]) -> Result<bool, Error> {
        self.env.empty_state().perform_test(name, args).map_err(|error| match error.kind() {
            ErrorKind::UnknownTest => Error::new(ErrorKind::UnknownTest, format!("test {name} is unknown")),
            _ => error,
        })
    }

    /// The names of all filters.
    #[cfg(test)]
    pub(super) fn filters(&self) -> Vec<&'static str> {
        self.charges.keys().copied().collect()
    }
}

/// MiniJinja's operators, which it has only as expressions.
pub(super) struct Operators {
    add: Expression<'static, 'static>,
    subtract: Expression<'static, 'static>,
    divide: Expression<'static, 'static>,
    divide_whole: Expression<'static, 'static>,
    remainder: Expression<'static, 'static>,
    concat: Expression<'static, 'static>,
    contains: Expression<'static, 'static>,
    negative: Expression<'static, 'static>,
    slice: Expression<'static, 'static>,
}

static OPERATORS: LazyLock<Result<Operators, Error>> = LazyLock::new(Operators::new);

impl Operators {
    fn new() -> Result<Self, Error> {
        let compile = |code| LANGUAGE.env.compile_expression(code);
        Ok(Self {
            add: compile("a + b")?,
            subtract: compile("a - b")?,
            divide: compile("a / b")?,
            divide_whole: compile("a // b")?,
            remainder: compile("a % b")?,
            concat: compile("a ~ b")?,
            contains: compile("a in b")?,
            negative: compile("-a")?,
            slice: compile("a[b:c:d]")?,
        })
    }

    fn all() -> Result<&'static Self, Error> {
        OPERATORS.as_ref().map_err(|error| Error::new(error.kind(), "an operator is unknown"))
    }

    /// An operator of two operands that is neither logical nor a comparison.
    pub(super) fn binary(op: BinOpKind, a: Value, b: Value) -> Result<Value, Error> {
        let all = Self::all()?;
        let operator = match op {
            BinOpKind::Add => &all.add,
            BinOpKind::Sub => &all.subtract,
            BinOpKind::Div => &all.divide,
            BinOpKind::FloorDiv => &all.divide_whole,
            BinOpKind::Rem => &all.remainder,
            BinOpKind::Concat => &all.concat,
            _ => return Err(Error::new(ErrorKind::InvalidOperation, "the operator is not supported")),
        };
        operator.eval(context! { a, b })
    }

    pub(super) fn contains(container: &Value, item: &Value) -> Result<bool, Error> {
        Self::all()?.contains.eval(context! { a => item, b => container }).map(|found| found.is_true())
    }

    pub(super) fn negative(a: Value) -> Result<Value, Error> {
        Self::all()?.negative.eval(context! { a })
    }

    pub(super) fn slice(a: Value, b: Value, c: Value, d: Value) -> Result<Value, Error> {
        Self::all()?.slice.eval(context! { a, b, c, d })
    }
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

/// MiniJinja's `split`, limited to [`MOST_ITEMS`].
fn split(text: &Value, separator: Option<&str>, most: Option<i64>) -> Result<Value, Error> {
    let count = |text: &str| match separator {
        Some(separator) => text.split(separator).take(MOST_ITEMS + 1).count(),
        None => text.split_whitespace().take(MOST_ITEMS + 1).count(),
    };
    if text.as_str().is_some_and(|text| count(text) > MOST_ITEMS) {
        return Err(too_large());
    }
    filters::split(text, separator.map(Into::into), most)
}

/// MiniJinja's `sum` of numbers: with a text to start from, it would join texts one by one.
fn sum(state: &State<'_, '_>, values: Value, options: Kwargs) -> Result<Value, Error> {
    if options.has("start") {
        return Err(Error::new(ErrorKind::TooManyArguments, "`start` is not supported"));
    }
    filters::sum(state, values, None, None, options)
}

/// MiniJinja's `map`, for attributes only.
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

/// MiniJinja's `float`. A text without a finite number is no number.
fn float(state: &State<'_, '_>, value: &Value, default: Option<Value>, options: Kwargs) -> Result<Value, Error> {
    filters::float(state, &finite(value), default, options)
}

/// MiniJinja's `int`. A text without a finite number is no number.
fn int(
    state: &State<'_, '_>,
    value: &Value,
    default: Option<Value>,
    base: Option<u32>,
    options: Kwargs,
) -> Result<Value, Error> {
    filters::int(state, &finite(value), default, base, options)
}

/// The value, or a text that is no number in the place of `inf`, `nan` and `1e999`.
fn finite(value: &Value) -> Value {
    let number = value.as_str().and_then(|text| text.parse::<f64>().ok());
    let is_finite = number.is_none_or(f64::is_finite);
    if is_finite { value.clone() } else { Value::from("not finite") }
}

/// The product of two numbers.
fn times(one: &Value, other: &Value) -> Result<Value, Error> {
    let wrong = |what| Error::new(ErrorKind::InvalidOperation, what);
    let integer = |value: &Value| i128::try_from(value.clone()).ok().filter(|_| value.is_integer());
    if let (Some(one), Some(other)) = (integer(one), integer(other)) {
        return one.checked_mul(other).map(Value::from).ok_or_else(|| wrong("the product is too large"));
    }
    match (one.is_number(), f64::try_from(one.clone()), f64::try_from(other.clone())) {
        (true, Ok(one), Ok(other)) => Ok(Value::from(one * other)),
        _ => Err(wrong("only numbers can be multiplied")),
    }
}
