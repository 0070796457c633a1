//! Chooses the values of the options of a job, and checks them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};
use toml::Spanned;

use super::basis::{Basis, ScopedJob};
use super::error::{FoundErrors, PlanError};
use super::secret::{GivenTable, HeldSecrets, SecretOption};
use super::{JobOptions, PlannedSecret};
use crate::credentials::may_name;
use crate::error::nearest;
use crate::expression::{BlankEntry, PlanWork};
use crate::id::{JobName, KeyPath, OptionName};
use crate::job::JobOption;
use crate::pattern;
use crate::settings::Level;
use crate::source::Place;
use crate::value::{Value, span_at};

/// The value of a secret on a command line that asks for it on the terminal.
const ASK: &str = "-";

/// The prefix of every placeholder of a secret.
const PLACEHOLDER: &str = "stepwell-secret-";

/// The options that have a value.
#[derive(Default)]
pub(super) struct Options {
    pub(super) values: BTreeMap<OptionName, Json>,
    pub(super) secrets: BTreeMap<OptionName, PlannedSecret>,
    /// The options whose value the plan does not know, and may still be given.
    pub(super) open: BTreeSet<OptionName>,
    pub(super) held: HeldSecrets,
}

impl Options {
    pub(super) fn choose(basis: Basis<'_>, work: &PlanWork, errors: &FoundErrors) -> Result<Self, PlanError> {
        let job = basis.job;
        let mut meant = BTreeSet::new();
        for name in basis.options.keys().filter(|name| !job.options.contains_key(name.as_str())) {
            meant.extend(nearest(name, job.options.keys().map(OptionName::as_str)));
            let known = job.options.keys().map(|name| name.as_str().to_owned()).collect();
            errors.add(PlanError::UnknownOption { name: name.clone(), job: job.name.clone(), known });
        }
        let mut options = Self::default();
        for (name, option) in &job.options {
            let given = basis.options.get(name.as_str()).map(Vec::as_slice);
            if option.get_ref().secret {
                let added = one(name, given)
                    .and_then(|given| options.add_secret(basis, SecretOption { job, name, option }, given));
                if errors.keep(added).is_none() {
                    options.open.insert(name.clone());
                }
            } else {
                let chosen = match value(basis, name, option, given) {
                    // It was given under a misspelt name.
                    Err(PlanError::MissingOption { .. }) if meant.contains(name.as_str()) => None,
                    chosen => errors.keep(chosen),
                };
                let Some(chosen) = chosen else {
                    options.open.insert(name.clone());
                    continue;
                };
                let cost = chosen.as_ref().map_or(0, |value| option.get_ref().work_of(value));
                if !work.take(pattern::of_plan(cost)) {
                    return Err(PlanError::SlowCheck { step: None, place: job.source.place(&option.span()) });
                }
                options.values.extend(chosen.map(|value| (name.clone(), value)));
            }
            if option.get_ref().required && !options.values.contains_key(name) {
                options.open.insert(name.clone());
            }
        }
        Ok(options)
    }

    /// The options of a job that a step uses, as far as they are known before the run.
    pub(super) fn of_sub_job(
        sub: &ScopedJob<'_>,
        outer: &ScopedJob<'_>,
        given @ GivenTable { step, with, config, .. }: GivenTable<'_>,
        (blank, outer_options): (&[BlankEntry], JobOptions<'_>),
    ) -> Result<Self, PlanError> {
        let (job, source) = (sub.job, &outer.job.source);
        let place = |name: &str| source.place(&span_at(with, &format!("/{name}")));
        let entries = config.as_object().cloned().unwrap_or_default();
        if let Some(name) = unknown_option(&job.options, &entries) {
            let known = job.options.keys().map(ToString::to_string).collect();
            let (step, job, place) = (step.clone(), job.name.clone(), place(name));
            return Err(PlanError::UnknownWith { step, name: name.clone(), job, known, place });
        }
        let mut options = Self::default();
        for (name, option) in &job.options {
            let passed = outer.held.named(name.as_str(), given, source)?;
            options.held.add_passed(SecretOption { job, name, option }, passed);
            match entries.get(name.as_str()) {
                Some(_) if given.is_open(name.as_str()) => drop(options.open.insert(name.clone())),
                Some(value) => {
                    if !outer.work.take(pattern::of_plan(option.get_ref().work_of(value))) {
                        return Err(PlanError::SlowCheck { step: Some(step.clone()), place: place(name.as_str()) });
                    }
                    let value = check_given(name, option.get_ref(), value, || place(name.as_str()))?;
                    options.values.insert(name.clone(), value);
                }
                None if option.get_ref().key.is_some() => {
                    options.add_secret(sub.basis, SecretOption { job, name, option }, None)?;
                }
                None => match &option.get_ref().default {
                    Some(default) => {
                        if !outer.work.take(pattern::of_plan(option.get_ref().work_of(&default.get_ref().literal()))) {
                            return Err(PlanError::SlowCheck { step: Some(step.clone()), place: place("") });
                        }
                        options.values.extend(default_of(option.get_ref(), default).map(|value| (name.clone(), value)))
                    }
                    None if option.get_ref().required
                        && let Some(entry) = blank.iter().find(|entry| entry.pointer == format!("/{name}")) =>
                    {
                        let error = outer_options.blank(Some(step), &entry.option, place(name.as_str()));
                        if !outer.errors.leaves_to_step(&error) {
                            return Err(error);
                        }
                        options.open.insert(name.clone());
                    }
                    None if option.get_ref().required => {
                        let (step, job, place) = (step.clone(), job.name.clone(), source.place(&with.span()));
                        return Err(PlanError::MissingWith { step, name: name.clone(), job, place });
                    }
                    None => {}
                },
            }
        }
        Ok(options)
    }

    fn add_secret(
        &mut self,
        basis: Basis<'_>,
        SecretOption { job, name, option }: SecretOption<'_>,
        given: Option<&str>,
    ) -> Result<(), PlanError> {
        let declared = option.get_ref().key.as_ref();
        let (key, span) = match (given, declared) {
            (None, None) if option.get_ref().required && basis.complete => (None, option.span()),
            // Without a key it is typed when the job runs, and only the job says where it may go.
            (None, None) if option.get_ref().required => {
                let placeholder = placeholder(&job.name, name, basis.nonce);
                self.held.add(basis, SecretOption { job, name, option }, None, placeholder);
                return Ok(());
            }
            (None, None) => return Ok(()),
            (Some(ASK), _) => (None, option.span()),
            (Some(path), _) => match path.parse::<KeyPath>() {
                Ok(path) => (Some(path), option.span()),
                Err(_) => return Err(PlanError::SecretGiven { name: name.clone() }),
            },
            (None, Some(key)) => (Some(key.get_ref().clone()), key.span()),
        };
        if let Some(path) = &key {
            let project = basis.project.map(|project| project.name.as_str());
            may_name(path, project, Level::Job, job.source.place(&span))?;
        }
        let placeholder = placeholder(&job.name, name, basis.nonce);
        self.held.add(basis, SecretOption { job, name, option }, key.as_ref(), placeholder.clone());
        self.values.insert(name.clone(), placeholder.clone().into());
        self.secrets.insert(name.clone(), PlannedSecret { placeholder, key });
        Ok(())
    }
}

/// The first given name that the job does not declare.
pub fn unknown_option<'a>(
    declared: &BTreeMap<OptionName, Spanned<JobOption>>,
    given: &'a serde_json::Map<String, Json>,
) -> Option<&'a String> {
    given.keys().find(|name| !declared.contains_key(name.as_str()))
}

/// Checks the value that a step gives to an option of the job that it uses.
///
/// # Errors
/// When the option does not accept it.
pub fn check_given(
    name: &OptionName,
    option: &JobOption,
    given: &Json,
    place: impl FnOnce() -> Place,
) -> Result<Json, PlanError> {
    if option.secret && !given.as_str().is_some_and(|given| given.starts_with(PLACEHOLDER)) {
        return Err(PlanError::SecretWith { name: name.clone(), place: place() });
    }
    option.convert(given).filter(|value| !option.is_lacking(value)).ok_or_else(|| PlanError::OptionValue {
        name: name.clone(),
        value: given.as_str().map_or_else(|| given.to_string(), str::to_owned),
        expected: option.expected(),
        place: place(),
    })
}

fn default_of(option: &JobOption, default: &Spanned<Value>) -> Option<Json> {
    option.convert(&default.get_ref().literal())
}

fn one<'a>(name: &OptionName, given: Option<&'a [String]>) -> Result<Option<&'a str>, PlanError> {
    match given {
        None | Some([]) => Ok(None),
        Some([text]) => Ok(Some(text)),
        Some(_) => Err(PlanError::OptionTwice { name: name.clone() }),
    }
}

/// The placeholder of a secret. It has only letters, digits and hyphens, which neither JSON nor a URL escapes. The
/// placeholder of one option does not reveal that of another.
fn placeholder(job: &JobName, name: &OptionName, nonce: &str) -> String {
    let hash = Sha256::digest(format!("{nonce}/{job}/{name}"));
    let digits: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{PLACEHOLDER}{}-{digits}", name.as_str().replace('_', "-"))
}

/// The option of a placeholder.
pub(super) fn option_of(placeholder: &str) -> String {
    let name = placeholder.strip_prefix(PLACEHOLDER).unwrap_or(placeholder);
    name.rsplit_once('-').map_or(name, |(name, _)| name).replace('-', "_")
}

fn value(
    basis: Basis<'_>,
    name: &OptionName,
    option: &Spanned<JobOption>,
    given: Option<&[String]>,
) -> Result<Option<Json>, PlanError> {
    let source = &basis.job.source;
    let span = option.get_ref().pattern.as_ref().map_or_else(|| option.span(), Spanned::span);
    let (declared, option) = (source.place(&option.span()), option.get_ref());
    let missing = || {
        let (description, place) = (option.description.clone(), declared.clone());
        Err(PlanError::MissingOption { name: name.clone(), description, place })
    };
    let Some(given) = given else {
        return match &option.default {
            Some(default) => Ok(default_of(option, default)),
            None if option.required && basis.complete => missing(),
            None => Ok(None),
        };
    };
    if option.required && given.iter().all(String::is_empty) {
        return missing();
    }
    if !option.is_multiple() {
        one(name, Some(given))?;
    }
    match option.parse(given) {
        Some(value) if option.is_lacking(&value) => missing(),
        Some(value) => Ok(Some(value)),
        None => Err(PlanError::OptionValue {
            name: name.clone(),
            value: given.join(","),
            expected: option.expected(),
            place: source.place(&span),
        }),
    }
}
