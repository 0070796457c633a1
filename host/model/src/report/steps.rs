//! The steps of a report, with their paths as keys. Reports of one run share the steps that do not differ, because a list
//! can have a thousand of them.

use std::collections::HashMap;
use std::iter::Map;
use std::ops::Index;
use std::slice;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::StepReport;
use crate::event::StepTitle;
use crate::id::StepPath;

/// Steps in the order of the job; each followed by its parts. A clone shares them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Steps {
    list: Vec<Arc<StepReport>>,
    #[serde(skip)]
    places: Arc<HashMap<StepPath, usize>>,
}

/// Steps in their order.
pub type Iter<'a> = Map<slice::Iter<'a, Arc<StepReport>>, fn(&Arc<StepReport>) -> &StepReport>;

impl Steps {
    pub(super) fn new(titles: &[StepTitle]) -> Self {
        Self::of(titles.iter().map(report).collect())
    }

    fn of(list: Vec<Arc<StepReport>>) -> Self {
        let mut places = HashMap::with_capacity(list.len());
        for (place, step) in list.iter().enumerate() {
            places.entry(step.id.clone()).or_insert(place);
        }
        Self { list, places: Arc::new(places) }
    }

    /// In their order.
    pub fn iter(&self) -> Iter<'_> {
        self.list.iter().map(Arc::as_ref)
    }

    /// Number of steps.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no steps.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The items of this step, in the order of its list.
    pub fn items_of(&self, list: &StepPath) -> impl Iterator<Item = &StepReport> {
        self.behind(Some(list)).take_while(|step| step.id.is_part_of(list)).filter(|step| step.id.is_item_of(list))
    }

    /// The steps behind this one, of which its parts are the first; all steps for the run itself.
    pub fn behind(&self, step: Option<&StepPath>) -> Iter<'_> {
        let behind = step.map_or(Some(0), |step| self.places.get(step).map(|place| place + 1));
        let steps = behind.and_then(|behind| self.list.get(behind..)).unwrap_or_default();
        steps.iter().map(Arc::as_ref)
    }

    pub(super) fn find(&self, id: &StepPath) -> Option<&StepReport> {
        self.list.get(*self.places.get(id)?).map(Arc::as_ref)
    }

    pub(super) fn change(&mut self, id: &StepPath) -> Option<&mut StepReport> {
        self.list.get_mut(*self.places.get(id)?).map(Arc::make_mut)
    }

    pub(super) fn change_all(&mut self, change: impl Fn(&mut StepReport)) {
        self.list.iter_mut().for_each(|step| change(Arc::make_mut(step)));
    }

    /// Puts the parts of a step behind it, and removes those of an earlier attempt.
    pub(super) fn put_parts(&mut self, of: &StepPath, handler: &StepPath, parts: &[StepTitle]) {
        let mut list = std::mem::take(&mut self.list);
        list.retain(|step| step.id == *handler || !step.id.is_part_of(of));
        let behind = list.iter().take_while(|step| step.id != *of).count() + 1;
        list.splice(behind..behind, parts.iter().map(report));
        *self = Self::of(list);
    }
}

fn report(title: &StepTitle) -> Arc<StepReport> {
    Arc::new(StepReport::new(title))
}

impl Index<usize> for Steps {
    type Output = StepReport;

    #[expect(clippy::indexing_slicing, reason = "whoever indexes knows that the step is there")]
    fn index(&self, place: usize) -> &StepReport {
        &self.list[place]
    }
}

impl<'a> IntoIterator for &'a Steps {
    type Item = &'a StepReport;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}
