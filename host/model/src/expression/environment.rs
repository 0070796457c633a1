//! The filters, tests and operators of expressions: an explicit list, each filter with what it costs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use minijinja::machinery::ast::BinOpKind;
use minijinja::value::{FunctionArgs, FunctionResult, Kwargs};
use minijinja::{Environment, Error, ErrorKind, Expression, State, UndefinedBehavior, Value, context, filters, tests};

use super::check::Takes;
use super::interpreter::FilterWork;
use super::texts::work_of_search;
use super::work::{LARGEST, MOST_ITEMS, too_large};
use super::{lists, texts, times};

/// The work of a filter, besides that of making its arguments and its result.
#[derive(Debug, Clone, Copy)]
enum Charge {
    /// It reads the value once, and its arguments for each item: an attribute, a separator.
    Read,
    /// It compares each item with a few others.
    Compare,
    /// It compares each character with each character of its argument.
    Characters,
    /// It searches the value with the pattern in its first argument.
    Search,
}

impl Charge {
    fn work(self, FilterWork { value, items, arguments }: FilterWork, pattern: &str) -> u64 {
        let read = value.saturating_add(items.saturating_mul(arguments));
        match self {
            Self::Read => read,
            // Texts are compared in lower case, which is made anew for each comparison.
            Self::Compare => read.saturating_mul(2 + u64::from((items + 1).ilog2())),
            Self::Characters => value.saturating_mul(arguments),
            Self::Search => read.saturating_add(work_of_search(pattern, value)),
        }
    }
}

/// Filters and tests.
pub(super) struct Language {
    env: Environment<'static>,
    filters: BTreeMap<&'static str, (Charge, Takes)>,
    tests: BTreeMap<&'static str, Takes>,
}

/// No arguments.
const NOTHING: Takes = Takes::some(0, 0);

/// The item is compared by this attribute.
const BY: &[&str] = &["attribute", "case_sensitive"];

pub(super) static LANGUAGE: LazyLock<Language> = LazyLock::new(Language::new);

impl Language {
    fn new() -> Self {
        let mut env = Environment::empty();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut language = Self { env, filters: BTreeMap::new(), tests: BTreeMap::new() };
        language.add_filters();
        language.add_own_filters();
        language.add_tests();
        language
    }

    fn add<F, Rv, Args>(&mut self, name: &'static str, charge: Charge, takes: Takes, filter: F)
    where
        F: minijinja::functions::Function<Rv, Args>,
        Rv: FunctionResult,
        Args: for<'a> FunctionArgs<'a>,
    {
        self.env.add_filter(name, filter);
        self.filters.insert(name, (charge, takes));
    }

    fn add_filters(&mut self) {
        self.add("abs", Charge::Read, NOTHING, filters::abs);
        self.add("bool", Charge::Read, NOTHING, filters::bool);
        self.add("default", Charge::Read, Takes::some(0, 2), filters::default);
        self.add("first", Charge::Read, NOTHING, filters::first);
        self.add("float", Charge::Read, Takes::some(0, 1).or_named(&["default"]), float);
        self.add("int", Charge::Read, Takes::some(0, 2).or_named(&["default", "base"]), int);
        self.add("join", Charge::Read, Takes::some(0, 1), join);
        self.add("last", Charge::Read, NOTHING, filters::last);
        self.add("length", Charge::Read, NOTHING, filters::length);
        self.add("lower", Charge::Read, NOTHING, filters::lower);
        self.add(
            "map",
            Charge::Read,
            Takes::some(0, 0).or_named(&["attribute", "default"]).and_needs("attribute"),
            map,
        );
        self.add("max", Charge::Compare, NOTHING.or_named(BY), filters::max);
        self.add("min", Charge::Compare, NOTHING.or_named(BY), filters::min);
        self.add("replace", Charge::Read, Takes::some(2, 2), replace);
        self.add("reverse", Charge::Read, NOTHING, filters::reverse);
        self.add("round", Charge::Read, Takes::some(0, 2).or_named(&["precision", "method"]), filters::round);
        self.add("sort", Charge::Compare, NOTHING.or_named(&["attribute", "reverse", "case_sensitive"]), filters::sort);
        self.add("split", Charge::Read, Takes::some(0, 2), split);
        self.add("string", Charge::Read, NOTHING, filters::string);
        self.add("sum", Charge::Read, Takes::some(0, 0).or_named(&["attribute"]), sum);
        self.add("times", Charge::Read, Takes::some(1, 1), times);
        self.add("trim", Charge::Characters, Takes::some(0, 1), filters::trim);
        self.add("unique", Charge::Compare, NOTHING.or_named(BY), filters::unique);
        self.add("upper", Charge::Read, NOTHING, filters::upper);
    }

    fn add_own_filters(&mut self) {
        self.add("date", Charge::Read, Takes::some(0, 2), times::date);
        self.add("from_json", Charge::Read, NOTHING, texts::from_json);
        self.add("group_by", Charge::Compare, Takes::some(1, 1), lists::group_by);
        self.add("items", Charge::Read, NOTHING, lists::items);
        self.add("keys", Charge::Read, NOTHING, lists::keys);
        self.add("list", Charge::Read, NOTHING, lists::list);
        self.add("minus", Charge::Read, Takes::some(1, 1), times::minus);
        self.add("plus", Charge::Read, Takes::some(1, 1), times::plus);
        self.add("regex_replace", Charge::Search, Takes::some(2, 2), texts::regex_replace);
        self.add("regex_search", Charge::Search, Takes::some(1, 1), texts::regex_search);
        self.add("reject", Charge::Read, Takes::some(0, 9), lists::reject);
        self.add("rejectattr", Charge::Read, Takes::some(1, 9), lists::rejectattr);
        self.add("select", Charge::Read, Takes::some(0, 9), lists::select);
        self.add("selectattr", Charge::Read, Takes::some(1, 9), lists::selectattr);
        self.add("to_json", Charge::Read, NOTHING, texts::to_json);
        self.add("values", Charge::Read, NOTHING, lists::values);
    }

    fn add_test<F, Rv, Args>(&mut self, name: &'static str, takes: Takes, test: F)
    where
        F: minijinja::functions::Function<Rv, Args>,
        Rv: FunctionResult,
        Args: for<'a> FunctionArgs<'a>,
    {
        self.env.add_test(name, test);
        self.tests.insert(name, takes);
    }

    fn add_tests(&mut self) {
        let one = Takes::some(1, 1);
        self.add_test("eq", one, tests::is_eq);
        self.add_test("ge", one, tests::is_ge);
        self.add_test("gt", one, tests::is_gt);
        self.add_test("le", one, tests::is_le);
        self.add_test("lt", one, tests::is_lt);
        self.add_test("ne", one, tests::is_ne);
        self.add_test("defined", NOTHING, tests::is_defined);
        self.add_test("endingwith", one, tests::is_endingwith);
        self.add_test("false", NOTHING, tests::is_false);
        self.add_test("in", one, tests::is_in);
        self.add_test("mapping", NOTHING, tests::is_mapping);
        self.add_test("none", NOTHING, tests::is_none);
        self.add_test("number", NOTHING, tests::is_number);
        self.add_test("sequence", NOTHING, tests::is_sequence);
        self.add_test("startingwith", one, tests::is_startingwith);
        self.add_test("string", NOTHING, tests::is_string);
        self.add_test("true", NOTHING, tests::is_true);
        self.add_test("undefined", NOTHING, tests::is_undefined);
    }

    /// The work of a filter with these arguments.
    pub(super) fn work_of_filter(&self, name: &str, work: FilterWork, args: &[Value]) -> Result<u64, Error> {
        let pattern = args.get(1).and_then(Value::as_str).unwrap_or_default();
        let unknown = || Error::new(ErrorKind::UnknownFilter, format!("filter {name} is unknown"));
        self.filters.get(name).map(|(charge, _)| charge.work(work, pattern)).ok_or_else(unknown)
    }

    /// The arguments of a filter; none when there is no such filter.
    pub(super) fn takes_of_filter(&self, name: &str) -> Option<Takes> {
        self.filters.get(name).map(|(_, takes)| *takes)
    }

    /// The arguments of a test; none when there is no such test.
    pub(super) fn takes_of_test(&self, name: &str) -> Option<Takes> {
        self.tests.get(name).copied()
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
    pub(super) fn filters(&self) -> Vec<&'static str> {
        self.filters.keys().copied().collect()
    }

    /// The names of all tests.
    pub(super) fn tests(&self) -> Vec<&'static str> {
        self.tests.keys().copied().collect()
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

/// MiniJinja's `float`. A text without a finite number is no number, and `none` stays `none`.
fn float(state: &State<'_, '_>, value: &Value, default: Option<Value>, options: Kwargs) -> Result<Value, Error> {
    if value.is_none() && default.is_none() && !options.has("default") {
        return Ok(value.clone());
    }
    filters::float(state, &finite(value), default, options)
}

/// MiniJinja's `int`. A text without a finite number is no number, and `none` stays `none`: an option without a value is
/// not zero.
fn int(
    state: &State<'_, '_>,
    value: &Value,
    default: Option<Value>,
    base: Option<u32>,
    options: Kwargs,
) -> Result<Value, Error> {
    if value.is_none() && default.is_none() && !options.has("default") {
        return Ok(value.clone());
    }
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
