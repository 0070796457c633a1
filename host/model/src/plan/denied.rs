//! The actions that steps of a plan may not call, and the HTTP requests that they may not send, told together: their
//! owner grants them in one round.

use std::path::Path;

use super::operation::RoleMember;
use crate::action::{Action, PASS_ROLE};
use crate::error::{NextAction, list_names};
use crate::grant::{Denied, GrantLevel, Grants, MissingGrant, RequestDenied, quoted};
use crate::id::{JobName, StepId};
use crate::job::Job;

/// An action that a step may not call.
#[derive(Debug, Clone)]
struct DeniedStep {
    step: StepId,
    denied: Denied,
    /// The member of the request for which AWS checks the action.
    role: Option<RoleMember>,
}

/// The actions that the steps of a plan may not call, and the requests that they may not send.
#[derive(Debug, Clone, Default, thiserror::Error)]
#[error("{}", self.what())]
pub struct DeniedSteps {
    all: Vec<DeniedStep>,
    requests: Vec<(StepId, RequestDenied)>,
    /// The project that would grant them. None when there is one.
    missing_project: Option<MissingProject>,
}

/// A project that does not exist yet.
#[derive(Debug, Clone)]
struct MissingProject {
    /// The directory of the job file, as the operator names it. Empty: the current one.
    directory: String,
    /// Its name, for want of a better one.
    name: JobName,
}

impl DeniedSteps {
    /// Adds what a step may not call. `role` is the member of its request that names a role.
    pub(super) fn add(&mut self, step: &StepId, grants: &Grants, role: Option<&RoleMember>) {
        let of_step = |denied: Denied| {
            let role = role.filter(|_| denied.action == PASS_ROLE).cloned();
            DeniedStep { step: step.clone(), denied, role }
        };
        self.all.extend(grants.undecided().map(of_step));
    }

    /// Adds the requests that a step may not send.
    pub(super) fn add_requests(&mut self, step: &StepId, denied: Vec<RequestDenied>) {
        self.requests.extend(denied.into_iter().map(|denied| (step.clone(), denied)));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.requests.is_empty()
    }

    /// The same for a job that belongs to no project.
    pub(super) fn without_project(self, job: &Job) -> Self {
        let directory = Path::new(&job.source.name).parent().map(|directory| directory.display().to_string());
        let name = job.name.clone();
        Self { missing_project: Some(MissingProject { directory: directory.unwrap_or_default(), name }), ..self }
    }

    /// The refusals, in the order of the plan.
    pub fn refusals(&self) -> impl Iterator<Item = &Denied> {
        self.all.iter().map(|denied| &denied.denied)
    }

    fn what(&self) -> String {
        let by_step = grouped(self.all.iter().map(|denied| (denied.step.as_str(), denied.denied.action)));
        let by_actions = grouped(by_step.into_iter().map(|(step, actions)| (actions, step)));
        let told = |(actions, steps): &(Vec<Action>, Vec<&str>)| {
            let noun = if steps.len() == 1 { "step" } else { "steps" };
            let actions = list_names(actions.iter().map(|action| action.as_str()));
            format!("{noun} {} may not call {actions}", list_names(steps.iter().copied()))
        };
        let by_step = grouped(self.requests.iter().map(|(step, denied)| (step.as_str(), denied.request())));
        let by_requests = grouped(by_step.into_iter().map(|(step, requests)| (requests, step)));
        let of_requests = |(requests, steps): &(Vec<String>, Vec<&str>)| {
            let noun = if steps.len() == 1 { "step" } else { "steps" };
            format!("{noun} {} may not send {}", list_names(steps.iter().copied()), requests.join(", "))
        };
        joined(by_actions.iter().map(told).chain(by_requests.iter().map(of_requests)))
    }

    /// What to do so that an entry allows the actions.
    fn advice(&self, grant: MissingGrant<'_>, actions: &[Action]) -> String {
        match &self.missing_project {
            Some(project) if grant.level == GrantLevel::Project => project.advice(grant, actions),
            _ => grant.advice(actions),
        }
    }

    /// What to do so that an entry grants the requests.
    fn request_advice(&self, missing: MissingGrant<'_>, patterns: &[String]) -> String {
        match &self.missing_project {
            Some(project) if missing.level == GrantLevel::Project => {
                let line = format!("grants.{}.http = [{}]", missing.plugin, quoted(patterns));
                format!("{} and {line} if steps should send that", project.creation())
            }
            _ => missing.request_advice(patterns),
        }
    }

    fn because_of(&self, DeniedStep { step, denied, role }: &DeniedStep) -> String {
        let Some(role) = role else { return denied.because() };
        let is_one = self.all.iter().all(|other| other.step == *step);
        let whose = if is_one { "its request".to_owned() } else { format!("the request of step `{step}`") };
        match denied.missing_grant() {
            Some(_) => format!("{whose} {role}"),
            None => format!("{whose} {role}, and {}", denied.because()),
        }
    }
}

impl NextAction for DeniedSteps {
    fn because(&self) -> String {
        let of_requests = self.requests.iter().map(|(_, denied)| denied.because());
        joined(self.all.iter().map(|denied| self.because_of(denied)).chain(of_requests))
    }

    fn next(&self) -> String {
        let missing = self.refusals().filter_map(|denied| Some((denied.missing_grant()?, denied.action)));
        let grants = grouped(missing);
        let grants = grants.iter().map(|(grant, actions)| self.advice(*grant, actions));
        let others = self.refusals().filter(|denied| denied.missing_grant().is_none()).map(Denied::next);
        let requests = || self.requests.iter().map(|(_, denied)| denied);
        let missing = grouped(requests().filter_map(RequestDenied::missing_grant));
        let missing = missing.iter().map(|(missing, patterns)| self.request_advice(*missing, patterns));
        let other_requests = requests().filter(|denied| denied.missing_grant().is_none()).map(RequestDenied::next);
        joined(grants.chain(others).chain(missing).chain(other_requests))
    }
}

impl MissingProject {
    fn advice(&self, grant: MissingGrant<'_>, actions: &[Action]) -> String {
        let allow = format!("grants.{}.allow = [{}]", grant.plugin, quoted(actions));
        format!("{} and {allow} if steps should do that", self.creation())
    }

    fn creation(&self) -> String {
        let Self { directory, name } = self;
        let place = if directory.is_empty() { "this directory".to_owned() } else { format!("`{directory}`") };
        format!("create project.toml in {place} with the lines name = \"{name}\"")
    }
}

/// The values of each key, both in the order in which they come, and each once.
fn grouped<K: PartialEq, V: PartialEq>(pairs: impl Iterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) if values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

/// The texts, each once.
fn joined(texts: impl Iterator<Item = String>) -> String {
    let texts = grouped(texts.map(|text| (text, ())));
    texts.into_iter().map(|(text, _)| text).collect::<Vec<_>>().join("; ")
}
