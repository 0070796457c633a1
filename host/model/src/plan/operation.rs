//! Steps that call an operation of AWS themselves.

use std::fmt;

use toml::Spanned;

use super::basis::ScopedJob;
use super::error::PlanError;
use crate::id::StepId;
use crate::job::{OperationName, PageLimit, Pages, Step};
use crate::plugin::Plugin;
use crate::value::Value;

/// What a step does with an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCall {
    /// The operation.
    pub name: OperationName,
    /// How many pages of a list it reads.
    pub pages: Pages,
    /// The most pages that it reads.
    pub page_limit: u32,
    /// The part of the answer that becomes the outputs (JMESPath).
    pub select: Option<String>,
    /// The waiter that decides when the step is complete.
    pub wait: Option<String>,
    /// Whether it is called again until its outputs are as the step wants them.
    pub repeats: bool,
    /// Whether the request may hold values that AWS's model does not list.
    pub allow_unlisted: bool,
}

/// The key of a step that an operation does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKey {
    /// `uses`.
    Uses,
    /// `pages`.
    Pages,
    /// `select`.
    Select,
    /// `wait`.
    Wait,
    /// `until`.
    Until,
}

/// Why a step cannot use an operation like this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRefused {
    /// The wrong key.
    pub key: OperationKey,
    /// What is wrong with it.
    pub what: String,
    /// The cause.
    pub because: String,
    /// The next action.
    pub next: String,
}

/// The operations of AWS that steps can use.
pub trait Operations: fmt::Debug + Sync {
    /// The operation as a plugin that takes its request as configuration. `given` are the members of the request that the
    /// step names.
    ///
    /// # Errors
    /// When there is no such operation, or the step cannot use it like this.
    fn plugin(&self, call: &OperationCall, given: &[&str]) -> Result<Plugin, OperationRefused>;
}

/// No operations, for a host without the models of AWS's services.
#[derive(Debug, Clone, Copy)]
pub struct NoOperations;

impl Operations for NoOperations {
    fn plugin(&self, call: &OperationCall, _: &[&str]) -> Result<Plugin, OperationRefused> {
        Err(OperationRefused {
            key: OperationKey::Uses,
            what: format!("`{}` cannot be called", call.name),
            because: "this host has no models of AWS's services".to_owned(),
            next: "use a host that was built with `cargo xtask models`".to_owned(),
        })
    }
}

/// The keys of a step beside `uses` and `with`.
#[derive(Debug, Clone, Copy)]
pub(super) struct OperationKeys<'a> {
    /// The step; none for an error handler, which has no such keys.
    pub(super) step: Option<&'a Step>,
}

impl OperationKeys<'_> {
    /// The call, and the plugin that stands for its operation.
    pub(super) fn plan(
        self,
        scoped: &ScopedJob<'_>,
        id: &StepId,
        uses: &Spanned<&OperationName>,
        with: &Spanned<Value>,
    ) -> Result<(OperationCall, Plugin), PlanError> {
        let step = self.step;
        let call = OperationCall {
            name: (*uses.get_ref()).clone(),
            pages: step.and_then(|step| step.pages.as_ref()).map(|pages| *pages.get_ref()).unwrap_or_default(),
            page_limit: step
                .and_then(|step| step.page_limit.as_ref())
                .map_or(PageLimit::default(), |limit| *limit.get_ref())
                .0,
            select: step.and_then(|step| step.select.as_ref()).map(|select| select.get_ref().clone()),
            wait: step.and_then(|step| step.wait.as_ref()).map(|wait| wait.get_ref().clone()),
            repeats: step.is_some_and(|step| step.until.is_some()),
            allow_unlisted: step.and_then(|step| step.allow_unlisted.as_ref()).is_some_and(|allow| *allow.get_ref()),
        };
        let given: Vec<&str> = match with.get_ref() {
            Value::Table(entries) => entries.keys().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let plugin = scoped.basis.operations.plugin(&call, &given).map_err(|refused| {
            let span = match refused.key {
                OperationKey::Uses => None,
                OperationKey::Pages => step.and_then(|step| step.pages.as_ref()).map(Spanned::span),
                OperationKey::Select => step.and_then(|step| step.select.as_ref()).map(Spanned::span),
                OperationKey::Wait => step.and_then(|step| step.wait.as_ref()).map(Spanned::span),
                OperationKey::Until => step.and_then(|step| step.until.as_ref()).map(Spanned::span),
            };
            let place = scoped.job.source.place(&span.unwrap_or(uses.span()));
            PlanError::Operation { step: id.clone(), refused: Box::new(refused), place }
        })?;
        Ok((call, plugin))
    }
}
