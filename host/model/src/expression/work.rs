//! What an expression may cost.
//!
//! The unit of work is a byte that is read or written once. Every value that an expression touches is walked and
//! charged before an operator or a filter gets it, and every result before the next one does. So neither a value nor
//! the sum of all steps can be larger than these bounds, however operators and filters are nested.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use minijinja::{Value, value::ValueKind};
use serde_json::Value as Json;

use super::interpreter::Fault;

/// Most bytes of the texts of one value, and of all results of an evaluation: as many as the outputs of a step may
/// have.
pub(super) const LARGEST: usize = 1 << 20;

/// Most items and entries of one value, those of inner lists included. As many as the smallest outputs of 1 MiB that
/// name something: `"i-0123456"`.
pub(super) const MOST_ITEMS: usize = 100_000;

/// The work of an item besides its text: it is allocated, compared and freed.
const ITEM: u64 = 32;

/// Most work of one evaluation, which is one value of a step with all its expressions: 20 to 50 ms. A list of 100,000
/// items can be read four times, or a text of 1 MiB sixteen times.
const MOST_WORK: u64 = 16 << 20;

/// Most work of all expressions of a plan: less than half a second.
const MOST_PLAN_WORK: u64 = 128 << 20;

const TOO_LARGE: &str = "a value has more than 1 MiB of text or 100,000 items";
const TOO_MUCH: &str = "the expression takes too long: it reads and makes too much";
const TOO_MUCH_OF_PLAN: &str = "the expressions of the job take too long: together they read and make too much";

/// The work that is left for the expressions, patterns and schemas of one plan. Its clones share it.
#[derive(Debug, Clone)]
pub struct PlanWork(Arc<AtomicU64>);

impl PlanWork {
    /// Takes the work of a check that is no expression; false when too little is left.
    pub(crate) fn take(&self, work: u64) -> bool {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(work));
        left.is_ok()
    }
}

impl Default for PlanWork {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(MOST_PLAN_WORK)))
    }
}

/// The work that is left for one evaluation.
pub(super) struct Work<'a> {
    left: Cell<u64>,
    plan: Option<&'a PlanWork>,
}

impl<'a> Work<'a> {
    pub(super) fn of(plan: Option<&'a PlanWork>) -> Self {
        Self { left: Cell::new(MOST_WORK), plan }
    }

    /// Takes work before it is done.
    pub(super) fn take(&self, work: u64) -> Result<(), Fault> {
        self.left.set(self.left.get().checked_sub(work).ok_or(Fault::Large(TOO_MUCH))?);
        match self.plan {
            Some(plan) if !plan.take(work) => Err(Fault::Large(TOO_MUCH_OF_PLAN)),
            _ => Ok(()),
        }
    }

    /// Walks a value, and takes the work of it.
    pub(super) fn measure(&self, value: &Value) -> Result<Size, Fault> {
        let mut size = Size::default();
        let measured = size.add(value);
        self.take(size.work())?;
        measured.map(|()| size)
    }

    /// Walks a value of the scope, and takes the work of making MiniJinja's form of it.
    pub(super) fn measure_json(&self, value: &Json) -> Result<(), Fault> {
        let mut size = Size::default();
        let measured = size.add_json(value);
        self.take(size.work())?;
        measured
    }
}

/// The size of a value with everything inside.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    bytes: usize,
    pub(super) items: usize,
}

impl Size {
    pub(super) fn work(self) -> u64 {
        1 + self.bytes as u64 + self.items as u64 * ITEM
    }

    fn bytes(&mut self, more: usize) -> Result<(), Fault> {
        self.bytes += more;
        if self.bytes > LARGEST { Err(Fault::Large(TOO_LARGE)) } else { Ok(()) }
    }

    fn item(&mut self) -> Result<(), Fault> {
        self.items += 1;
        if self.items > MOST_ITEMS { Err(Fault::Large(TOO_LARGE)) } else { Ok(()) }
    }

    fn add(&mut self, value: &Value) -> Result<(), Fault> {
        if let Some(text) = value.as_str() {
            return self.bytes(text.len());
        }
        let is_map = value.kind() == ValueKind::Map;
        let Some(object) = value.as_object() else {
            known(value)?;
            return self.bytes(size_of::<u64>());
        };
        if is_map {
            for (key, value) in object.try_iter_pairs().into_iter().flatten() {
                self.item()?;
                self.add(&key)?;
                self.add(&value)?;
            }
        } else {
            for item in object.try_iter().into_iter().flatten() {
                self.item()?;
                self.add(&item)?;
            }
        }
        Ok(())
    }

    fn add_json(&mut self, value: &Json) -> Result<(), Fault> {
        match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => self.bytes(size_of::<u64>()),
            Json::String(text) => self.bytes(text.len()),
            Json::Array(items) => items.iter().try_for_each(|item| {
                self.item()?;
                self.add_json(item)
            }),
            Json::Object(entries) => entries.iter().try_for_each(|(key, value)| {
                self.item()?;
                self.bytes(key.len())?;
                self.add_json(value)
            }),
        }
    }
}

/// Refuses a number that JSON does not have. Its nearest form would be another value: `null`, or the largest integer.
fn known(value: &Value) -> Result<(), Fault> {
    let wrong = |what| Err(Fault::Language(minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, what)));
    if !value.is_number() {
        return Ok(());
    }
    if !value.is_integer() {
        let is_finite = f64::try_from(value.clone()).is_ok_and(f64::is_finite);
        return if is_finite { Ok(()) } else { wrong("a number is too large, or is none") };
    }
    let fits = |number| i64::try_from(number).is_ok() || u64::try_from(number).is_ok();
    if i128::try_from(value.clone()).is_ok_and(fits) { Ok(()) } else { wrong("an integer has more than 64 bits") }
}

/// The error of a result that a filter would make too large.
pub(super) fn too_large() -> minijinja::Error {
    minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, TOO_LARGE)
}

/// The fault of a failed filter or operator.
pub(super) fn fault(error: minijinja::Error) -> Fault {
    if error.detail() == Some(TOO_LARGE) { Fault::Large(TOO_LARGE) } else { Fault::Language(error) }
}
