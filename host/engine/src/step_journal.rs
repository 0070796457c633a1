//! The journal that a step's host calls write to.

use std::collections::BTreeMap;

use async_trait::async_trait;
use stepwell_model::event::{Event, Log, What};
use stepwell_model::journal::{Journal, JournalError};
use stepwell_model::pattern::searched;
use stepwell_model::plan::Capture;

use crate::beside::beside;
use crate::journal::RunLog;

/// The journal of one step: adds to each line of its log what the job captures from it.
pub(crate) struct StepJournal {
    pub(crate) log: RunLog,
    pub(crate) captures: Vec<Capture>,
}

#[async_trait]
impl Journal for StepJournal {
    async fn append(&self, what: What) -> Result<Event, JournalError> {
        let what = match what {
            What::StepLogged { step, log, .. } => {
                let captured = captured(&self.captures, &log);
                What::StepLogged { step, log, captured }
            }
            other => other,
        };
        self.log.append(what).await
    }
}

/// Bytes that even the most expensive pattern searches within 20 ms.
const QUICK: usize = 512;

fn captured(captures: &[Capture], log: &Log) -> BTreeMap<String, String> {
    let Log::Line { text, .. } = log else { return BTreeMap::new() };
    let text = searched(text);
    let find = |capture: &Capture| {
        let value = capture.pattern.captures(text)?.get(1)?.as_str().to_owned();
        Some((capture.name.clone(), value))
    };
    let searched = text.len().saturating_mul(captures.len());
    beside(searched > QUICK, || captures.iter().filter_map(find).collect())
}
