//! Measures what a call costs in time and in host calls.

use std::sync::Arc;
use std::time::{Duration, Instant};

use stepwell_model::limits::Limits;
use wasmtime::{CallHook, Store, UpdateDeadline};

use crate::fault::{Exceeded, Limit};
use crate::state::State;
use crate::ticker::Ticker;

/// The stopwatch of one call: it runs while the plugin's own code does, and stands while the host works for it, while the
/// host waits, and while other tasks have their turn.
pub(crate) struct Meter {
    limits: Limits,
    ticker: Arc<Ticker>,
    since: Option<Instant>,
    spent: Duration,
    host_calls: u64,
}

impl Meter {
    pub(crate) fn new(limits: Limits, ticker: Arc<Ticker>) -> Self {
        Self { limits, ticker, since: None, spent: Duration::ZERO, host_calls: 0 }
    }

    /// Counts one call to the host. False when there was one too many; the call then ends the step.
    pub(crate) fn count_host_call(&mut self) -> bool {
        self.host_calls = self.host_calls.saturating_add(1);
        self.host_calls <= self.limits.host_calls
    }

    /// wasmtime's libcalls (growing memory, the end of an epoch) count as host here: what they do is the host's work.
    fn cross(&mut self, hook: CallHook) -> wasmtime::Result<()> {
        match hook {
            CallHook::CallingWasm => self.begin(),
            CallHook::ReturningFromWasm | CallHook::CallingHost => self.end(),
            CallHook::ReturningFromHost => {
                if self.host_calls > self.limits.host_calls {
                    return Err(Exceeded { limit: Limit::HostCalls, value: self.limits.host_calls }.into());
                }
                self.begin();
            }
        }
        Ok(())
    }

    fn begin(&mut self) {
        if self.since.is_none() {
            self.since = Some(Instant::now());
            self.ticker.begin();
        }
    }

    fn end(&mut self) {
        if let Some(since) = self.since.take() {
            self.spent += since.elapsed();
            self.ticker.end();
        }
    }

    fn check_time(&self) -> wasmtime::Result<()> {
        if self.spent > Duration::from_millis(self.limits.cpu_ms) {
            return Err(Exceeded { limit: Limit::CpuTime, value: self.limits.cpu_ms }.into());
        }
        Ok(())
    }

    /// Makes the store's meter run, and the plugin give way and be checked at every tick.
    pub(crate) fn attach(store: &mut Store<State>) {
        store.call_hook(|mut store, hook| store.data_mut().meter.cross(hook));
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|store| {
            store.data().meter.check_time()?;
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.end();
    }
}
