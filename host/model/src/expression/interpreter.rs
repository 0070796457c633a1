//! Computes an expression, and charges everything that it reads and makes.
//!
//! MiniJinja's own machine counts instructions. One instruction can join two texts of any size, compare two lists or
//! sort one, and values share their parts: a list can hold one large text a hundred thousand times. So the host walks
//! the parsed expression itself, measures every operand and every result, and leaves single operators and filters to
//! MiniJinja.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use minijinja::machinery::ast::{BinOpKind, CallArg, CompareOpKind, Expr, UnaryOpKind};
use minijinja::value::{Kwargs, Serde, Tuple, ValueKind};
use minijinja::{Error, ErrorKind, Value};
use serde_json::Value as Json;

use super::environment::{LANGUAGE, Operators};
use super::work::{MOST_ITEMS, Work, fault, too_large};
use super::{ExpressionError, LOCALS, NOW};

/// Most levels of parentheses, lists and calls. Operators in a row are one level.
const DEEPEST: u32 = 64;

/// Why an expression has no value.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is wrong.
    Language(Error),
    /// It makes or reads too much.
    Large(&'static str),
    /// A value of `[locals]` has none.
    Local(Box<ExpressionError>),
}

impl Fault {
    /// Whether a value that it reads is undefined.
    pub(super) fn is_undefined(&self) -> bool {
        matches!(self, Self::Language(error) if error.kind() == ErrorKind::UndefinedError)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        fault(error)
    }
}

/// A value on the way.
pub(super) enum Operand<'a> {
    /// A part of the scope. It is not copied as long as an expression only names it.
    Known(&'a Json),
    /// A value that an operator or a filter made.
    Made(Value),
}

impl Operand<'_> {
    pub(super) fn is_undefined(&self) -> bool {
        matches!(self, Self::Made(value) if value.is_undefined())
    }

    pub(super) fn write(&self, to: impl io::Write) -> serde_json::Result<()> {
        match self {
            Self::Known(json) => serde_json::to_writer(to, json),
            Self::Made(value) => serde_json::to_writer(to, value),
        }
    }

    pub(super) fn into_json(self) -> serde_json::Result<Json> {
        match self {
            Self::Known(json) => Ok(json.clone()),
            Self::Made(value) => serde_json::to_value(&value),
        }
    }
}

/// Computes one expression.
pub(super) struct Interpreter<'a> {
    scope: &'a BTreeMap<&'static str, Json>,
    work: &'a Work<'a>,
    /// The option that the last undefined value is, if it is one.
    blank: RefCell<Option<String>>,
    /// The values of `[locals]`.
    local: &'a LocalValue<'a>,
}

/// The value of a name of `[locals]`; none when there is no such name.
type LocalValue<'a> = dyn Fn(&str) -> Result<Option<Rc<Json>>, ExpressionError> + 'a;

impl<'a> Interpreter<'a> {
    pub(super) fn new(scope: &'a BTreeMap<&'static str, Json>, work: &'a Work<'a>, local: &'a LocalValue<'a>) -> Self {
        Self { scope, work, blank: RefCell::default(), local }
    }

    /// `locals.NAME`. It is undefined when its own value is, because of an option.
    fn local(&self, name: &str) -> Result<Operand<'a>, Fault> {
        match (self.local)(name) {
            Ok(Some(json)) => {
                self.work.measure_json(&json)?;
                Ok(Operand::Made(Value::from(Serde(&*json))))
            }
            Ok(None) => Ok(self.undefined(None)),
            Err(ExpressionError { blank: Some(option), .. }) => Ok(self.undefined(Some(&option))),
            Err(error) => Err(Fault::Local(Box::new(error))),
        }
    }

    pub(super) fn compute(&self, whole: &Expr<'_>) -> Result<Operand<'a>, Fault> {
        self.operand(whole, 0)
    }

    /// The option without a value because of which an expression has none.
    pub(super) fn blank(self) -> Option<String> {
        self.blank.into_inner()
    }

    /// A value that is undefined, because of an option or for another reason.
    fn undefined(&self, blank: Option<&str>) -> Operand<'a> {
        *self.blank.borrow_mut() = blank.map(str::to_owned);
        Operand::Made(Value::UNDEFINED)
    }

    /// The part of a value of the scope with this name.
    fn part(&self, json: &'a Json, name: &str) -> Operand<'a> {
        let is_options = self.scope.get("options").is_some_and(|options| std::ptr::eq(options, json));
        json.get(name).map_or_else(|| self.undefined(Some(name).filter(|_| is_options)), Operand::Known)
    }

    /// The value of an expression. Operators in a row nest in their first operand, thousands deep; they are computed in
    /// a loop, from the inside.
    fn operand(&self, expr: &Expr<'_>, depth: u32) -> Result<Operand<'a>, Fault> {
        if depth > DEEPEST {
            return Err(Error::new(ErrorKind::SyntaxError, "it is nested more than 64 levels deep").into());
        }
        let (mut outer, mut at) = (Vec::new(), expr);
        while let Some(first) = first_operand(at) {
            outer.push(at);
            at = first;
        }
        let mut operand = self.primary(at, depth)?;
        for operation in outer.into_iter().rev() {
            operand = self.apply(operation, operand, depth)?;
        }
        Ok(operand)
    }

    fn value(&self, expr: &Expr<'_>, depth: u32) -> Result<Value, Fault> {
        self.made(self.operand(expr, depth + 1)?)
    }

    fn optional(&self, expr: Option<&Expr<'_>>, depth: u32) -> Result<Value, Fault> {
        expr.map_or(Ok(Value::from(())), |expr| self.value(expr, depth))
    }

    fn values(&self, items: &[Expr<'_>], depth: u32) -> Result<Vec<Value>, Fault> {
        items.iter().map(|item| self.value(item, depth).and_then(defined)).collect()
    }

    /// MiniJinja's form of an operand.
    fn made(&self, operand: Operand<'_>) -> Result<Value, Fault> {
        match operand {
            Operand::Made(value) => Ok(value),
            Operand::Known(json) => {
                self.work.measure_json(json)?;
                Ok(Value::from(Serde(json)))
            }
        }
    }

    /// A result: not lazy, and measured.
    fn result(&self, value: Value) -> Result<Operand<'a>, Fault> {
        let value = if value.kind() == ValueKind::Iterable { listed(&value)? } else { value };
        self.work.measure(&value)?;
        Ok(Operand::Made(value))
    }

    /// An expression that has no first operand.
    fn primary(&self, expr: &Expr<'_>, depth: u32) -> Result<Operand<'a>, Fault> {
        match expr {
            Expr::Var(var) if var.id == NOW => Ok(self.undefined(None)),
            Expr::Var(var) => Ok(self.scope.get(var.id).map_or_else(|| self.undefined(None), Operand::Known)),
            Expr::Const(constant) => self.result(constant.value.clone()),
            Expr::List(list) => self.result(Value::from(self.values(&list.items, depth)?)),
            Expr::Tuple(tuple) => self.result(Value::from(Tuple::from(self.values(&tuple.items, depth)?))),
            Expr::Map(map) => {
                let keys = self.values(&map.keys, depth)?;
                let values = self.values(&map.values, depth)?;
                self.result(Value::from(keys.into_iter().zip(values).collect::<BTreeMap<Value, Value>>()))
            }
            Expr::IfExpr(choice) => match (truth(&self.value(&choice.test_expr, depth)?)?, &choice.false_expr) {
                (true, _) => self.operand(&choice.true_expr, depth + 1),
                (false, Some(otherwise)) => self.operand(otherwise, depth + 1),
                (false, None) => Ok(self.undefined(None)),
            },
            Expr::GetAttr(attribute) => self.local(attribute.name),
            Expr::Call(call) if matches!(&call.expr, Expr::Var(var) if var.id == NOW) && call.args.is_empty() => {
                match self.scope.get(NOW) {
                    Some(now) => Ok(Operand::Known(now)),
                    None => Ok(self.undefined(None)),
                }
            }
            Expr::Call(call) => Err(match &call.expr {
                Expr::Var(var) => Error::new(ErrorKind::UnknownFunction, format!("{} is unknown", var.id)),
                _ => Error::from(ErrorKind::UnknownFunction),
            }
            .into()),
            _ => Err(Error::new(ErrorKind::SyntaxError, "it has no value to begin with").into()),
        }
    }

    /// An operation on its first operand.
    fn apply(&self, operation: &Expr<'_>, operand: Operand<'a>, depth: u32) -> Result<Operand<'a>, Fault> {
        match operation {
            Expr::GetAttr(attribute) => match operand {
                Operand::Known(json) => Ok(self.part(json, attribute.name)),
                Operand::Made(value) => Ok(self.found(value.get_attr(attribute.name)?)),
            },
            Expr::GetItem(item) => self.item(operand, &self.value(&item.subscript_expr, depth)?),
            Expr::Slice(slice) => {
                let value = self.made(operand)?;
                let start = self.optional(slice.start.as_ref(), depth)?;
                let stop = self.optional(slice.stop.as_ref(), depth)?;
                let step = self.optional(slice.step.as_ref(), depth)?;
                self.work.measure(&value)?;
                self.result(Operators::slice(value, start, stop, step)?)
            }
            Expr::UnaryOp(unary) => {
                let value = self.made(operand)?;
                match unary.op {
                    UnaryOpKind::Not => Ok(Operand::Made(Value::from(!truth(&value)?))),
                    UnaryOpKind::Neg => self.result(Operators::negative(value)?),
                }
            }
            Expr::BinOp(binary) => self.binary(binary.op, self.made(operand)?, &binary.right, depth),
            Expr::Compare(compare) => {
                let mut left = self.made(operand)?;
                for next in &compare.ops {
                    let right = self.value(&next.expr, depth)?;
                    if !self.compare(next.op, &left, &right)? {
                        return Ok(Operand::Made(Value::from(false)));
                    }
                    left = right;
                }
                Ok(Operand::Made(Value::from(true)))
            }
            Expr::Filter(filter) => {
                let (work, args) = self.arguments(operand, &filter.args, depth)?;
                let is_default = filter.name == "default";
                if !is_default {
                    args.iter().try_for_each(is_defined)?;
                }
                self.work.take(LANGUAGE.work_of_filter(filter.name, work, &args)?)?;
                let value = LANGUAGE.filter(filter.name, &args)?;
                if !is_default && value.is_undefined() { Ok(self.undefined(None)) } else { self.result(value) }
            }
            Expr::Test(test) => {
                let (_, args) = self.arguments(operand, &test.args, depth)?;
                let undefined = args.first().is_some_and(Value::is_undefined).then(|| ErrorKind::UndefinedError.into());
                let holds = LANGUAGE.test(test.name, &args).map_err(|error| undefined.unwrap_or(error))?;
                Ok(Operand::Made(Value::from(holds)))
            }
            _ => Err(Error::from(ErrorKind::SyntaxError).into()),
        }
    }

    fn item(&self, operand: Operand<'a>, key: &Value) -> Result<Operand<'a>, Fault> {
        match (&operand, key.as_str(), key.as_i64()) {
            (Operand::Known(json @ Json::Object(_)), Some(key), _) => Ok(self.part(json, key)),
            (Operand::Known(Json::Array(items)), _, Some(at)) => {
                let end = i64::try_from(items.len()).unwrap_or(i64::MAX);
                let at = usize::try_from(if at < 0 { at.saturating_add(end) } else { at });
                let item = at.ok().and_then(|at| items.get(at));
                Ok(item.map_or_else(|| self.undefined(None), Operand::Known))
            }
            _ => Ok(self.found(self.made(operand)?.get_item(key)?)),
        }
    }

    /// A part of a value that is no part of the scope.
    fn found(&self, value: Value) -> Operand<'a> {
        if value.is_undefined() { self.undefined(None) } else { Operand::Made(value) }
    }

    fn binary(&self, op: BinOpKind, left: Value, right: &Expr<'_>, depth: u32) -> Result<Operand<'a>, Fault> {
        match op {
            BinOpKind::ScAnd if !truth(&left)? => return Ok(Operand::Made(left)),
            BinOpKind::ScOr if truth(&left)? => return Ok(Operand::Made(left)),
            BinOpKind::ScAnd | BinOpKind::ScOr => return self.operand(right, depth + 1),
            _ => is_defined(&left)?,
        }
        let right = self.value(right, depth)?;
        is_defined(&right)?;
        let compared = match op {
            BinOpKind::Eq => CompareOpKind::Eq,
            BinOpKind::Ne => CompareOpKind::Ne,
            BinOpKind::Lt => CompareOpKind::Lt,
            BinOpKind::Lte => CompareOpKind::Lte,
            BinOpKind::Gt => CompareOpKind::Gt,
            BinOpKind::Gte => CompareOpKind::Gte,
            BinOpKind::In => CompareOpKind::In,
            _ => {
                self.measure(&left, &right)?;
                return self.result(Operators::binary(op, left, right)?);
            }
        };
        Ok(Operand::Made(Value::from(self.compare(compared, &left, &right)?)))
    }

    fn compare(&self, op: CompareOpKind, left: &Value, right: &Value) -> Result<bool, Fault> {
        self.measure(left, right)?;
        is_defined(left)?;
        is_defined(right)?;
        Ok(match op {
            CompareOpKind::Eq => left == right,
            CompareOpKind::Ne => left != right,
            CompareOpKind::Lt => left < right,
            CompareOpKind::Lte => left <= right,
            CompareOpKind::Gt => left > right,
            CompareOpKind::Gte => left >= right,
            CompareOpKind::In => Operators::contains(right, left)?,
            CompareOpKind::NotIn => !Operators::contains(right, left)?,
        })
    }

    /// Takes the work of reading both operands of an operator.
    fn measure(&self, left: &Value, right: &Value) -> Result<(), Fault> {
        self.work.measure(left)?;
        self.work.measure(right).map(drop)
    }

    /// The arguments of a filter or a test, its first operand included, and what they mean for its work.
    fn arguments(
        &self,
        operand: Operand<'a>,
        given: &[CallArg<'_>],
        depth: u32,
    ) -> Result<(FilterWork, Vec<Value>), Fault> {
        let value = self.made(operand)?;
        let size = self.work.measure(&value)?;
        let mut work = FilterWork { value: size.work(), items: size.items as u64, arguments: 1 };
        let (mut args, mut named) = (vec![value], Vec::new());
        for argument in given {
            let (name, expr) = match argument {
                CallArg::Pos(expr) => (None, expr),
                CallArg::Kwarg(name, expr) => (Some(*name), expr),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => return Err(Error::from(ErrorKind::SyntaxError).into()),
            };
            let value = self.value(expr, depth)?;
            work.arguments += self.work.measure(&value)?.work();
            match name {
                Some(name) => named.push((name, value)),
                None => args.push(value),
            }
        }
        if !named.is_empty() {
            args.push(Value::from(named.into_iter().collect::<Kwargs>()));
        }
        Ok((work, args))
    }
}

/// What a filter gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct FilterWork {
    /// The work of reading the filtered value once.
    pub(super) value: u64,
    /// Its items.
    pub(super) items: u64,
    /// The work of reading the arguments once.
    pub(super) arguments: u64,
}

fn first_operand<'e, 's>(expr: &'e Expr<'s>) -> Option<&'e Expr<'s>> {
    match expr {
        Expr::Slice(slice) => Some(&slice.expr),
        Expr::UnaryOp(unary) => Some(&unary.expr),
        Expr::BinOp(binary) => Some(&binary.left),
        Expr::Compare(compare) => Some(&compare.expr),
        Expr::Filter(filter) => filter.expr.as_ref(),
        Expr::Test(test) => Some(&test.expr),
        Expr::GetAttr(attribute) if matches!(&attribute.expr, Expr::Var(var) if var.id == LOCALS) => None,
        Expr::GetAttr(attribute) => Some(&attribute.expr),
        Expr::GetItem(item) => Some(&item.expr),
        Expr::Var(_)
        | Expr::Const(_)
        | Expr::IfExpr(_)
        | Expr::Call(_)
        | Expr::List(_)
        | Expr::Tuple(_)
        | Expr::Map(_) => None,
    }
}

/// The items of a lazy sequence as a list.
fn listed(value: &Value) -> Result<Value, Fault> {
    let items: Vec<Value> = value.try_iter()?.take(MOST_ITEMS + 1).collect();
    if items.len() > MOST_ITEMS { Err(too_large().into()) } else { Ok(Value::from(items)) }
}

fn truth(value: &Value) -> Result<bool, Fault> {
    is_defined(value).map(|()| value.is_true())
}

fn is_defined(value: &Value) -> Result<(), Fault> {
    if value.is_undefined() { Err(Error::from(ErrorKind::UndefinedError).into()) } else { Ok(()) }
}

fn defined(value: Value) -> Result<Value, Fault> {
    is_defined(&value).map(|()| value)
}
