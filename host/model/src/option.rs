//! The options of a job: which have a value, and that it is one.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use toml::Spanned;

use crate::credentials::may_name;
use crate::id::{KeyPath, OptionName};
use crate::job::JobOption;
use crate::plan::{Basis, PlannedSecret};
use crate::plan_error::PlanError;
use crate::settings::Level;

/// How a command line says that the value of a secret follows.
const ASK: &str = "-";

/// The options that have a value.
pub(crate) struct Options {
    pub(crate) values: BTreeMap<OptionName, String>,
    pub(crate) secrets: BTreeMap<OptionName, PlannedSecret>,
}

impl Options {
    pub(crate) fn choose(basis: Basis<'_>) -> Result<Self, PlanError> {
        let job = basis.job;
        if let Some(name) = basis.options.keys().find(|name| !job.options.contains_key(name.as_str())) {
            let known = job.options.keys().map(|name| name.as_str().to_owned()).collect();
            return Err(PlanError::UnknownOption { name: name.clone(), job: job.name.clone(), known });
        }
        let mut options = Self { values: BTreeMap::new(), secrets: BTreeMap::new() };
        for (name, option) in &job.options {
            let given = basis.options.get(name.as_str()).map(String::as_str);
            if option.get_ref().secret {
                options.add_secret(basis, name, option, given)?;
            } else {
                options.values.extend(value(basis, name, option, given)?.map(|value| (name.clone(), value)));
            }
        }
        Ok(options)
    }

    fn add_secret(
        &mut self,
        basis: Basis<'_>,
        name: &OptionName,
        option: &Spanned<JobOption>,
        given: Option<&str>,
    ) -> Result<(), PlanError> {
        let job = basis.job;
        let declared = option.get_ref().key.as_ref();
        let (key, span) = match (given, declared) {
            (None, None) if option.get_ref().required && basis.complete => (None, option.span()),
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
        let placeholder = placeholder(name, basis.nonce);
        self.values.insert(name.clone(), placeholder.clone());
        self.secrets.insert(name.clone(), PlannedSecret { placeholder, key });
        Ok(())
    }
}

/// Letters, digits and hyphens only: neither JSON nor a URL writes them in another way. Who was given one cannot make
/// that of another option from it.
fn placeholder(name: &OptionName, nonce: &str) -> String {
    let hash = Sha256::digest(format!("{nonce}/{name}"));
    let digits: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("stepwell-secret-{}-{digits}", name.as_str().replace('_', "-"))
}

fn value(
    basis: Basis<'_>,
    name: &OptionName,
    option: &Spanned<JobOption>,
    given: Option<&str>,
) -> Result<Option<String>, PlanError> {
    let source = &basis.job.source;
    let place = source.place(&option.span());
    let option = option.get_ref();
    let missing = || {
        let description = option.description.clone();
        Err(PlanError::MissingOption { name: name.clone(), description, place: place.clone() })
    };
    let Some(value) = given.or(option.default.as_ref().map(|default| default.get_ref().as_str())) else {
        return if option.required && basis.complete { missing() } else { Ok(None) };
    };
    if option.required && value.is_empty() {
        return missing();
    }
    // `Job::read` has refused what is no regular expression.
    if let (Ok(Some(regex)), Some(pattern)) = (option.regex(), &option.pattern)
        && !regex.is_match(value)
    {
        return Err(PlanError::OptionPattern {
            name: name.clone(),
            value: value.to_owned(),
            pattern: pattern.get_ref().clone(),
            place: source.place(&pattern.span()),
        });
    }
    Ok(Some(value.to_owned()))
}
