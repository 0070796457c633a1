//! The errors that planning has found so far, and what they are about.

use std::cell::RefCell;
use std::rc::Rc;

use super::PlanError;
use crate::error::NextAction as _;
use crate::file::MOST_MISTAKES;
use crate::id::StepId;
use crate::source::Place;

/// The errors that planning has found so far. Clones share them.
#[derive(Debug, Clone, Default)]
pub(in crate::plan) struct FoundErrors {
    errors: Rc<RefCell<Vec<PlanError>>>,
    is_resumed: bool,
}

impl FoundErrors {
    /// No errors. The plan of a run that is resumed is not refused for what earlier versions left to the step: they may
    /// have begun the run.
    pub(in crate::plan) fn new(is_resumed: bool) -> Self {
        Self { errors: Rc::default(), is_resumed }
    }

    /// Whether an error is left to the step that it is about.
    pub(in crate::plan) fn leaves_to_step(&self, error: &PlanError) -> bool {
        self.is_resumed
            && match error {
                PlanError::BlankOption { .. } | PlanError::UnknownCode { .. } | PlanError::UnknownRegion { .. } => true,
                PlanError::Expression { error, .. } => error.advice.is_some(),
                _ => false,
            }
    }

    /// Adds an error, unless it is known already: many steps can use one job, and take one region.
    pub(in crate::plan) fn add(&self, error: PlanError) {
        if self.leaves_to_step(&error) {
            return;
        }
        let mut all = self.errors.borrow_mut();
        let words = |error: &PlanError| (error.to_string(), error.because());
        // A step whose errors are all told ends with this one.
        let is_told = matches!(error, PlanError::ReservedName) && !all.is_empty();
        // Once the work of the plan is used up, every further value exceeds it.
        let exceeds = |error: &PlanError| match error {
            PlanError::Expression { error, .. } => error.is_bound,
            PlanError::SlowCheck { .. } => true,
            _ => false,
        };
        let is_told = is_told || exceeds(&error) && all.iter().any(exceeds);
        if !is_told && all.len() < MOST_MISTAKES && all.iter().all(|known| words(known) != words(&error)) {
            all.push(error);
        }
    }

    /// The value, or none after its error was added.
    pub(in crate::plan) fn keep<T>(&self, result: Result<T, PlanError>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    pub(in crate::plan) fn is_empty(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// Whether no other error would be told.
    pub(in crate::plan) fn is_full(&self) -> bool {
        self.errors.borrow().len() >= MOST_MISTAKES
    }

    /// All errors.
    pub(in crate::plan) fn take(&self) -> Vec<PlanError> {
        self.errors.take()
    }
}

impl PlanError {
    /// The place of the mistake in a job file, when it has one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Settings(_)
            | Self::Credentials(_)
            | Self::SecretGiven { .. }
            | Self::UnknownOption { .. }
            | Self::OptionTwice { .. }
            | Self::ReservedName
            | Self::Denied(_) => None,
            Self::Secret(denied) => Some(&denied.place),
            Self::UnknownRegion { place, .. } => place.as_ref(),
            Self::UnknownCode { place, .. }
            | Self::Chosen { place, .. }
            | Self::ChosenLate { place, .. }
            | Self::SecretGroup { place, .. }
            | Self::MissingOption { place, .. }
            | Self::OptionValue { place, .. }
            | Self::MissingWith { place, .. }
            | Self::UnknownWith { place, .. }
            | Self::SecretWith { place, .. }
            | Self::UnknownJob { place, .. }
            | Self::JobDepth { place, .. }
            | Self::TooManySteps { place, .. }
            | Self::SlowCheck { place, .. }
            | Self::ValueType { place, .. }
            | Self::JobCycle { place, .. }
            | Self::UnknownNeed { place, .. }
            | Self::NeedCycle { place, .. }
            | Self::UnknownPlugin { place, .. }
            | Self::NoWorkflowStep { place, .. }
            | Self::Operation { place, .. }
            | Self::Region { place, .. }
            | Self::Url { place, .. }
            | Self::SecretInUrl { place, .. }
            | Self::ConfigNotATable { place, .. }
            | Self::Config { place, .. }
            | Self::RepeatsChange { place, .. }
            | Self::Expression { place, .. }
            | Self::BlankOption { place, .. }
            | Self::UnknownName { place, .. }
            | Self::OutputOfList { place, .. }
            | Self::NotYetRun { place, .. } => Some(place),
        }
    }

    /// The step that is wrong, when it is one.
    pub fn step(&self) -> Option<&StepId> {
        match self {
            Self::MissingWith { step, .. }
            | Self::UnknownWith { step, .. }
            | Self::UnknownJob { step, .. }
            | Self::JobDepth { step, .. }
            | Self::ValueType { step, .. }
            | Self::JobCycle { step, .. }
            | Self::UnknownNeed { step, .. }
            | Self::UnknownPlugin { step, .. }
            | Self::NoWorkflowStep { step, .. }
            | Self::Operation { step, .. }
            | Self::Region { step, .. }
            | Self::Url { step, .. }
            | Self::SecretInUrl { step, .. }
            | Self::ConfigNotATable { step, .. }
            | Self::Config { step, .. }
            | Self::RepeatsChange { step, .. } => Some(step),
            Self::SlowCheck { step, .. }
            | Self::Expression { step, .. }
            | Self::BlankOption { step, .. }
            | Self::UnknownName { step, .. }
            | Self::OutputOfList { step, .. }
            | Self::NotYetRun { step, .. } => step.as_ref(),
            Self::Secret(denied) => Some(&denied.step),
            _ => None,
        }
    }
}
