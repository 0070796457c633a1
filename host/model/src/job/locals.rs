//! `[locals]` and `[defaults]` of a job.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::chosen::Chosen;
use super::{JobError, Retry};
use crate::expression;
use crate::file::DurationText;
use crate::id::Identifier;
use crate::source::Source;
use crate::value::Value;

/// Most names of `[locals]`.
const MOST_LOCALS: usize = 100;

/// Most names of `[locals]` that read one another in a row. Each needs stack while it is evaluated.
const DEEPEST: usize = 8;

/// `[defaults]`: keys of the steps that do not have them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// `timeout`: the longest time of an attempt, for steps and error handlers that use a plugin or an operation.
    pub timeout: Option<Chosen<DurationText>>,
    /// `retry`: the further attempts after a failed one, for steps that use a plugin or an operation.
    #[schemars(with = "Option<Retry>")]
    pub retry: Option<Spanned<Retry>>,
    /// `aws`. Refused: `[aws]` of the job is the default of its steps.
    #[schemars(skip)]
    pub(super) aws: Option<Spanned<Value>>,
}

/// Checks the names that expressions of a job can use.
pub(super) fn check(locals: &BTreeMap<Identifier, Spanned<Value>>, source: &Source) -> Result<(), JobError> {
    if let Some(beyond) = locals.values().nth(MOST_LOCALS) {
        return Err(JobError::TooManyLocals { most: MOST_LOCALS, place: source.place(&beyond.span()) });
    }
    let reads: BTreeMap<&str, BTreeSet<String>> =
        locals.iter().map(|(name, value)| (name.as_str(), expression::locals_read(value))).collect();
    for (name, value) in locals {
        if let Err(path) = depth(&reads, vec![name.as_str()]) {
            let path = path.into_iter().map(str::to_owned).collect();
            return Err(JobError::DeepLocals { path, most: DEEPEST, place: source.place(&value.span()) });
        }
    }
    Ok(())
}

/// Follows the names, and returns a path that is too long, such as one that has no end.
fn depth<'a>(reads: &'a BTreeMap<&str, BTreeSet<String>>, path: Vec<&'a str>) -> Result<(), Vec<&'a str>> {
    let mut left = vec![path];
    // A name is followed once for each length of a path to it.
    let mut seen = BTreeSet::new();
    while let Some(path) = left.pop() {
        let Some(last) = path.last() else { continue };
        if path.len() > DEEPEST {
            return Err(path);
        }
        if !seen.insert((*last, path.len())) {
            continue;
        }
        for next in reads.get(last).into_iter().flatten() {
            left.push(path.iter().copied().chain([next.as_str()]).collect());
        }
    }
    Ok(())
}
