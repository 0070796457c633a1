//! What a plan finds that may be wrong, and cannot be judged by it.

use std::fmt;

use crate::error::NextAction;
use crate::id::{JobName, StepId};
use crate::source::Place;

/// Something that may be wrong with a job that can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanWarning {
    what: String,
    because: String,
    next: String,
    /// Its place, when it stands in a job file.
    pub place: Option<Place>,
}

impl PlanWarning {
    /// A code of `retry.on` that no plugin of the step states.
    pub(super) fn unknown_code(step: &StepId, code: &str, nearest: Option<&str>, place: &Place) -> Self {
        Self {
            what: format!("step `{step}` retries on `{code}`, which its plugin does not state"),
            because: format!("{place}: a plugin that does not ship with Stepwell may fail with other codes"),
            next: match nearest {
                Some(meant) => format!("write `{meant}`, if that is meant"),
                None => "check the code; `stepwell plugin inspect` lists those that a plugin states".to_owned(),
            },
            place: Some(place.clone()),
        }
    }

    /// `[concurrency]` of a job that a step uses.
    pub(super) fn unobserved_concurrency(job: &JobName, place: &Place) -> Self {
        Self {
            what: format!("`[concurrency]` of job `{job}` is not observed where a step uses the job"),
            because: format!("{place}: it counts the runs that are started of the job itself"),
            next: "give the job that is started a `[concurrency]` as well, if its runs must not go on at the same time"
                .to_owned(),
            place: Some(place.clone()),
        }
    }

    /// A region that has the form of one, and that this version does not know.
    pub(super) fn unknown_region(step: &StepId, region: &str, nearest: Option<&str>, place: Option<&Place>) -> Self {
        let at = place.map(|place| format!("{place}: ")).unwrap_or_default();
        Self {
            what: format!("this version of Stepwell does not know the region `{region}` of step `{step}`"),
            because: format!("{at}it has the form of a region, and AWS may have opened it since"),
            next: match nearest {
                Some(meant) => format!("write `{meant}`, if that is meant"),
                None => "check the name of the region".to_owned(),
            },
            place: place.cloned(),
        }
    }
}

impl fmt::Display for PlanWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for PlanWarning {}

impl NextAction for PlanWarning {
    fn because(&self) -> String {
        self.because.clone()
    }

    fn next(&self) -> String {
        self.next.clone()
    }
}
