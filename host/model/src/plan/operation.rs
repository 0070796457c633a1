//! Steps that call an operation of AWS themselves.

use std::fmt;

use serde_json::Value as Json;
use toml::Spanned;

use super::basis::ScopedJob;
use super::error::PlanError;
use crate::error::{list_names, nearest};
use crate::failure::FailureCode;
use crate::id::StepId;
use crate::job::{OperationName, PageLimit, Pages, Step};
use crate::plugin::Plugin;

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
    /// `retry`.
    Retry,
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

/// The request of a step, as far as the plan knows it.
#[derive(Debug, Clone, Copy)]
pub struct KnownRequest<'a> {
    /// The request, with `null` in the place of each value that only the run knows.
    pub value: &'a Json,
    /// Whether it has such values.
    pub has_open: bool,
}

impl KnownRequest<'_> {
    /// Whether only the run knows this value. TOML has no `null`, so each of them can stand for one.
    pub fn is_open(&self, value: &Json) -> bool {
        self.has_open && value.is_null()
    }

    /// The members that the step names.
    pub fn members(&self) -> Vec<&str> {
        self.value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }
}

/// The member of a request that names a role for a service of AWS, shown as "names a role in `RoleArn`".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleMember {
    /// The names that lead to it, such as `NetworkConfiguration.RoleArn`.
    pub path: String,
    /// Whether the plan knows that it names one. Otherwise the value is known only in the run.
    pub is_certain: bool,
}

impl fmt::Display for RoleMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.is_certain { "names" } else { "may name" };
        write!(f, "{verb} a role in `{}`", self.path)
    }
}

/// An operation with the request of a step.
#[derive(Debug)]
pub struct PlannedOperation {
    /// The operation as a plugin that takes its request as configuration.
    pub plugin: Plugin,
    /// The member of the request for which AWS checks `iam:PassRole`.
    pub role: Option<RoleMember>,
}

/// The operations of AWS that steps can use.
pub trait Operations: fmt::Debug + Sync {
    /// The names of all regions that the models know. Empty without models.
    fn regions(&self) -> Vec<String>;

    /// The operation as a plugin that takes its request as configuration, whatever the request is. `given` are the members
    /// of the request that the step names.
    ///
    /// # Errors
    /// When there is no such operation, or the step cannot use it like this.
    fn plugin(&self, call: &OperationCall, given: &[&str]) -> Result<Plugin, OperationRefused>;

    /// The operation as a plugin that needs no more actions than this request.
    ///
    /// # Errors
    /// Those of [`Self::plugin`].
    fn with_request(
        &self,
        call: &OperationCall,
        request: KnownRequest<'_>,
    ) -> Result<PlannedOperation, OperationRefused>;
}

/// No operations, for a host without the models of AWS's services.
#[derive(Debug, Clone, Copy)]
pub struct NoOperations;

impl NoOperations {
    fn refuse(call: &OperationCall) -> OperationRefused {
        OperationRefused {
            key: OperationKey::Uses,
            what: format!("`{}` cannot be called", call.name),
            because: "this host has no models of AWS's services".to_owned(),
            next: "use a host that was built with `cargo xtask models`".to_owned(),
        }
    }
}

impl Operations for NoOperations {
    fn regions(&self) -> Vec<String> {
        Vec::new()
    }

    fn plugin(&self, call: &OperationCall, _: &[&str]) -> Result<Plugin, OperationRefused> {
        Err(Self::refuse(call))
    }

    fn with_request(&self, call: &OperationCall, _: KnownRequest<'_>) -> Result<PlannedOperation, OperationRefused> {
        Err(Self::refuse(call))
    }
}

/// The keys of a step beside `uses` and `with`.
#[derive(Debug, Clone, Copy)]
pub(super) struct OperationKeys<'a> {
    /// The step; none for an error handler, which has no such keys.
    pub(super) step: Option<&'a Step>,
}

impl OperationKeys<'_> {
    /// The call, and the operation with its request.
    pub(super) fn plan(
        self,
        scoped: &ScopedJob<'_>,
        id: &StepId,
        uses: &Spanned<&OperationName>,
        request: KnownRequest<'_>,
    ) -> Result<(OperationCall, PlannedOperation), PlanError> {
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
        let retry = step.and_then(|step| step.retry.as_ref());
        let codes = retry.and_then(|retry| retry.get_ref().on.as_deref()).unwrap_or_default();
        let planned = scoped.basis.operations.with_request(&call, request);
        let planned = planned.and_then(|planned| check_retry(&call.name, &planned, codes).map(|()| planned));
        let planned = planned.map_err(|refused| {
            let span = match refused.key {
                OperationKey::Uses => None,
                OperationKey::Pages => step.and_then(|step| step.pages.as_ref()).map(Spanned::span),
                OperationKey::Select => step.and_then(|step| step.select.as_ref()).map(Spanned::span),
                OperationKey::Wait => step.and_then(|step| step.wait.as_ref()).map(Spanned::span),
                OperationKey::Until => step.and_then(|step| step.until.as_ref()).map(Spanned::span),
                OperationKey::Retry => retry.map(Spanned::span),
            };
            let place = scoped.job.source.place(&span.unwrap_or(uses.span()));
            PlanError::Operation { step: id.clone(), refused: Box::new(refused), place }
        })?;
        Ok((call, planned))
    }

    /// Checks that a step whose request holds a secret reads nothing of the answer.
    pub(super) fn check_withheld(self, scoped: &ScopedJob<'_>, id: &StepId) -> Result<(), PlanError> {
        let Some(select) = self.step.and_then(|step| step.select.as_ref()) else { return Ok(()) };
        let place = scoped.job.source.place(&select.span());
        Err(PlanError::Operation { step: id.clone(), refused: Box::new(withheld()), place })
    }
}

/// Refuses `select` of an answer that the host withholds.
fn withheld() -> OperationRefused {
    OperationRefused {
        key: OperationKey::Select,
        what: "`select` reads an answer that the host withholds".to_owned(),
        because: "the request holds a secret, which the answer could repeat: the step has no outputs".to_owned(),
        next: "remove `select`; a later step can read what this one made".to_owned(),
    }
}

/// The codes of a call that AWS has answered as asked: another attempt makes it again.
const AFTER_SUCCESS: [FailureCode; 2] = [FailureCode::NothingSelected, FailureCode::ExpectFailed];

/// The codes with which most calls fail.
const USUAL: [FailureCode; 5] = [
    FailureCode::AwsError,
    FailureCode::NotFound,
    FailureCode::Throttled,
    FailureCode::Unavailable,
    FailureCode::StepTimeout,
];

/// Checks the codes of `retry.on`.
fn check_retry(
    name: &OperationName,
    PlannedOperation { plugin, .. }: &PlannedOperation,
    codes: &[String],
) -> Result<(), OperationRefused> {
    let changes = plugin.imports.rows().any(|row| row.repeat.changes());
    codes.iter().try_for_each(|code| match FailureCode::ALL.iter().find(|known| known.as_str() == code) {
        None => Err(unknown_code(code)),
        Some(known) if changes && AFTER_SUCCESS.contains(known) => Err(repeated_change(name, code)),
        Some(_) => Ok(()),
    })
}

fn unknown_code(code: &str) -> OperationRefused {
    let known = || FailureCode::ALL.iter().map(|code| code.as_str());
    OperationRefused {
        key: OperationKey::Retry,
        what: format!("`on` of `retry` has `{code}`, with which no step fails"),
        because: "an operation fails with a code of Stepwell; AWS's own code is part of the message".to_owned(),
        next: match nearest(code, known()) {
            Some(meant) => format!("write `{meant}`"),
            None => format!(
                "write the code with which the step failed, such as {}",
                list_names(USUAL.iter().map(|code| code.as_str()))
            ),
        },
    }
}

fn repeated_change(name: &OperationName, code: &str) -> OperationRefused {
    OperationRefused {
        key: OperationKey::Retry,
        what: format!("`{name}` cannot be repeated on `{code}`"),
        because: "it changes something, the change is made by then, and another attempt would make it again".to_owned(),
        next: format!("remove `{code}` from `on`; add a step that reads the resource, and give that one an `until`"),
    }
}
