//! Calls that take their time: of AWS, one call that becomes many requests; of this machine, a change of its files.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};
use stepwell_model::action::Repeat;
use stepwell_model::event::{Answer, Progress, What};

use super::{AwsCalls, StepAws};
use crate::aws::Service;
use crate::error::{HostError, HostFault};
use crate::gate::Pass;
use crate::sdk_error;

/// How often it is said how far a call has come.
const EVERY: Duration = Duration::from_secs(1);

/// How far a call has come.
#[derive(Debug)]
pub(crate) struct Tally {
    /// Such as `uploading`.
    verb: &'static str,
    /// What is counted, such as `files`.
    noun: &'static str,
    things: u64,
    /// Of all of them; none when that is not known.
    bytes: Option<u64>,
    done_things: AtomicU64,
    failed_things: AtomicU64,
    done_bytes: AtomicU64,
}

impl Tally {
    pub(crate) fn new(verb: &'static str, noun: &'static str, things: usize, bytes: Option<u64>) -> Arc<Self> {
        let things = u64::try_from(things).unwrap_or(u64::MAX);
        let [done_things, failed_things, done_bytes] = <[AtomicU64; 3]>::default();
        Arc::new(Self { verb, noun, things, bytes, done_things, failed_things, done_bytes })
    }

    /// One more thing is done, or failed.
    pub(crate) fn count(&self, is_done: bool) {
        let counted = if is_done { &self.done_things } else { &self.failed_things };
        counted.fetch_add(1, Ordering::Relaxed);
    }

    /// So many more bytes are where they belong.
    pub(crate) fn add(&self, bytes: u64) {
        self.done_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn now(&self) -> (String, Progress) {
        let [things, failed, bytes] =
            [&self.done_things, &self.failed_things, &self.done_bytes].map(|count| count.load(Ordering::Relaxed));
        let (done, all) = (grouped(things + failed), grouped(self.things));
        let message = format!("{}: {done} of {all} {}, {}", self.verb, self.noun, size(bytes));
        (message, Progress { done: bytes, total: self.bytes, unit: "bytes".to_owned() })
    }

    /// What the journal keeps of the answer.
    fn outcome(&self) -> Json {
        let [done, failed, bytes] =
            [&self.done_things, &self.failed_things, &self.done_bytes].map(|count| count.load(Ordering::Relaxed));
        json!({ "Done": done, "Failed": failed, "Bytes": bytes })
    }
}

/// A number with a comma at every thousand.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let is_start = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| is_start(at).then_some(',').into_iter().chain([digit])).collect()
}

/// A number of bytes in whole units.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", grouped(bytes >> 20)),
    }
}

impl AwsCalls<'_> {
    /// Makes one call that becomes many requests, each of which can be repeated: `work` gets a client and the pass that
    /// every request must carry as an interceptor. While it works, the journal is told how far it has come.
    ///
    /// `request` is what the journal keeps of it: what is moved in few words, never all of its names.
    pub(crate) async fn batch<S, T, F>(
        &mut self,
        function: &'static str,
        mut request: Json,
        tally: Arc<Tally>,
        work: impl FnOnce(S, Pass) -> F + Send,
    ) -> Result<T, HostError>
    where
        S: Service + Send,
        F: Future<Output = Result<T, HostError>> + Send,
    {
        let (step, permit) = self.permitted::<S>(function, &mut request)?;
        let row = permit.row();
        let action = row.action.as_str();
        let (session, client) = step.client::<S>(permit).await?;
        let number = step.intend(action, row.repeat, request, None).await?;
        let pass = Pass::of_many(permit, step.aws.secrets());
        // Both are one future: nothing is told of what has ended, or was dropped.
        let result = tokio::select! {
            result = work(client, pass.clone()) => result,
            never = step.tell(&tally) => match never {},
        };
        if matches!(&result, Err(HostError::Trap(HostFault::Credentials { .. }))) {
            session.forget().await;
        }
        if let Some(number) = number {
            let done = |_| Answer::Done { request_id: None, response: Some(tally.outcome()) };
            let answer = result.as_ref().map_or_else(|error| sdk_error::kept(error, &pass), done);
            step.conclude(action, number, answer).await?;
        }
        result.map_err(|error| error.of(row.action))
    }

    /// Changes files of this machine, which needs no permit of AWS. `action` is what the journal calls it.
    pub(crate) async fn change_files<T, F>(
        &mut self,
        (function, action): (&'static str, &'static str),
        request: Json,
        change: impl FnOnce() -> F + Send,
    ) -> Result<T, HostFault>
    where
        F: Future<Output = T> + Send,
    {
        let describing = HostFault::Describing { interface: "files", function };
        let step = self.step.as_deref_mut().ok_or(describing)?;
        let number = step.intend(action, Repeat::Idempotent, request, None).await?;
        let changed = change().await;
        if let Some(number) = number {
            step.conclude(action, number, Answer::Done { request_id: None, response: None }).await?;
        }
        Ok(changed)
    }
}

impl StepAws {
    /// Tells the journal how far a call has come, for as long as it is asked to.
    async fn tell(&self, tally: &Tally) -> Infallible {
        let mut told = None;
        loop {
            tokio::time::sleep(EVERY).await;
            let now = tally.now();
            if told.as_ref() == Some(&now) {
                continue;
            }
            let (message, progress) = now.clone();
            let what = What::StepProgressed { step: self.step.clone(), message, progress };
            // A journal that keeps nothing any more says so when the answer is to be kept.
            drop(self.journal.append(what).await);
            told = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_counts_what_failed_as_well_and_only_bytes_that_arrived() {
        let tally = Tally::new("uploading", "files", 2_000, Some(400 << 20));
        for at in 0..1_204 {
            tally.count(at != 7);
        }
        tally.add(310 << 20);
        let (message, progress) = tally.now();
        assert_eq!(message, "uploading: 1,204 of 2,000 files, 310 MiB");
        assert_eq!(progress, Progress { done: 310 << 20, total: Some(400 << 20), unit: "bytes".to_owned() });
        assert_eq!(tally.outcome(), json!({ "Done": 1_203, "Failed": 1, "Bytes": 310 << 20 }));
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), shown);
        }
    }
}
