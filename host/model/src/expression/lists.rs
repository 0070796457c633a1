//! Filters for lists and tables that MiniJinja has in another form.

use std::collections::BTreeMap;

use minijinja::value::{Rest, ValueKind};
use minijinja::{Error, ErrorKind, Value};

use super::environment::LANGUAGE;
use super::work::{MOST_ITEMS, too_large};

fn wrong(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.to_owned())
}

/// An attribute such as `Instance.State.Name` of an item; undefined when the item lacks it.
pub(super) fn attribute(item: &Value, path: &str) -> Value {
    let found = path.split('.').try_fold(item.clone(), |part, name| part.get_attr(name));
    found.unwrap_or(Value::UNDEFINED)
}

/// The items for which a test holds, or which are true.
pub(super) fn select(list: &Value, test: Rest<Value>) -> Result<Vec<Value>, Error> {
    filtered(list, None, &test, true)
}

/// The other items.
pub(super) fn reject(list: &Value, test: Rest<Value>) -> Result<Vec<Value>, Error> {
    filtered(list, None, &test, false)
}

/// The items with an attribute for which a test holds, or which is true.
pub(super) fn selectattr(list: &Value, path: &str, test: Rest<Value>) -> Result<Vec<Value>, Error> {
    filtered(list, Some(path), &test, true)
}

/// The other items.
pub(super) fn rejectattr(list: &Value, path: &str, test: Rest<Value>) -> Result<Vec<Value>, Error> {
    filtered(list, Some(path), &test, false)
}

fn filtered(list: &Value, path: Option<&str>, test: &[Value], wanted: bool) -> Result<Vec<Value>, Error> {
    let holds = |item: &Value| {
        let subject = path.map_or_else(|| item.clone(), |path| attribute(item, path));
        let Some((name, arguments)) = test.split_first() else {
            return Ok(!subject.is_undefined() && subject.is_true());
        };
        let name = name.as_str().ok_or_else(|| wrong("the name of a test is text"))?;
        if subject.is_undefined() && !matches!(name, "defined" | "undefined") {
            return Ok(false);
        }
        let arguments: Vec<_> = std::iter::once(subject).chain(arguments.iter().cloned()).collect();
        LANGUAGE.test(name, &arguments)
    };
    let mut kept = Vec::new();
    for item in items_of(list)? {
        if holds(&item)? == wanted {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// The items of a list. A text is none: its characters are hardly ever meant.
fn items_of(list: &Value) -> Result<Vec<Value>, Error> {
    if !matches!(list.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) {
        return Err(wrong("only a list has items; `split` makes one of a text"));
    }
    let items: Vec<_> = list.try_iter()?.take(MOST_ITEMS + 1).collect();
    if items.len() > MOST_ITEMS { Err(too_large()) } else { Ok(items) }
}

/// The list itself, or the keys of a table.
pub(super) fn list(value: &Value) -> Result<Vec<Value>, Error> {
    items_of(value)
}

/// The entries of a table as `key` and `value`.
pub(super) fn items(table: &Value) -> Result<Vec<Value>, Error> {
    let pair = |(key, value): (Value, Value)| {
        Value::from(BTreeMap::from([(Value::from("key"), key), (Value::from("value"), value)]))
    };
    Ok(entries(table)?.into_iter().map(pair).collect())
}

/// The keys of a table.
pub(super) fn keys(table: &Value) -> Result<Vec<Value>, Error> {
    Ok(entries(table)?.into_iter().map(|(key, _)| key).collect())
}

/// The values of a table.
pub(super) fn values(table: &Value) -> Result<Vec<Value>, Error> {
    Ok(entries(table)?.into_iter().map(|(_, value)| value).collect())
}

fn entries(table: &Value) -> Result<Vec<(Value, Value)>, Error> {
    let no_table = || wrong("only a table has keys and values");
    let object = table.as_object().filter(|_| table.kind() == ValueKind::Map).ok_or_else(no_table)?;
    Ok(object.try_iter_pairs().into_iter().flatten().collect())
}

/// The items of a list by an attribute, as tables with `key` and `items`, in the order of their first items.
pub(super) fn group_by(list: &Value, path: &str) -> Result<Vec<Value>, Error> {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    let mut at_of: BTreeMap<Value, usize> = BTreeMap::new();
    for item in items_of(list)? {
        let key = attribute(&item, path);
        if key.is_undefined() {
            return Err(wrong(&format!("an item has no `{path}`; `selectattr('{path}', 'defined')` leaves it out")));
        }
        let at = *at_of.entry(key.clone()).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups.get_mut(at).into_iter().for_each(|(_, items)| items.push(item.clone()));
    }
    let group = |(key, items): (Value, Vec<Value>)| {
        Value::from(BTreeMap::from([(Value::from("key"), key), (Value::from("items"), Value::from(items))]))
    };
    Ok(groups.into_iter().map(group).collect())
}
