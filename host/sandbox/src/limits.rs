//! What a call may cost: memory, computing time, host calls, and the size of its results. The limits of the log are in
//! `log.rs`, the stack in `engine.rs`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use stepwell_model::limits::Limits;
use wasmtime::{CallHook, ResourceLimiterAsync};
use wasmtime_wasi::async_trait;

use crate::engine::Ticker;
use crate::fault::{Exceeded, Limit, StepFault};
use crate::seats::{SMALL_MEMORY, Seat};

/// The smallest bound on the data that one call hands to the host, in bytes as the host needs them, however small the
/// plugin's memory is: twice what the text of a failure or of a log could sensibly be.
const LEAST_HANDED_OVER: u64 = 32 << 20;

/// The bound on the data that one call hands to the host. It lies in the plugin's memory; but a list there can point to the
/// same large text a million times, and the host would unfold it.
pub(crate) fn handed_over(limits: &Limits) -> usize {
    usize::try_from(limits.memory.max(LEAST_HANDED_OVER)).unwrap_or(usize::MAX)
}

/// Checks the size of a result.
pub(crate) fn check(limit: Limit, value: u64, size: usize) -> Result<(), StepFault> {
    if size as u64 > value { Err(StepFault::Limit(Exceeded { limit, value })) } else { Ok(()) }
}

/// Counts all memories and tables of an instance together.
pub(crate) struct Memory {
    limit: u64,
    used: u64,
    seat: Arc<Seat>,
}

impl Memory {
    pub(crate) fn new(limits: &Limits, seat: Arc<Seat>) -> Self {
        Self { limit: limits.memory, used: 0, seat }
    }

    /// Ends the step at a growth beyond the limit. A refusal within the plugin would become a crash in which toolchains do
    /// not mention memory. A growth beyond a small memory waits until the process has room for a large one.
    async fn grow(&mut self, current: usize, desired: usize, unit: u64) -> wasmtime::Result<bool> {
        let more = (desired as u64).saturating_sub(current as u64).saturating_mul(unit);
        let used = self.used.saturating_add(more);
        if used > self.limit {
            return Err(Exceeded { limit: Limit::Memory, value: self.limit }.into());
        }
        if used > SMALL_MEMORY {
            self.seat.enlarge(self.limit).await;
        }
        self.used = used;
        Ok(true)
    }
}

#[async_trait]
impl ResourceLimiterAsync for Memory {
    async fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, 1).await
    }

    async fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, size_of::<usize>() as u64).await
    }
}

/// The stopwatch and the counter of host calls of one call. The stopwatch runs while the plugin's own code does, and
/// stops while the host works for it, while the host waits, and while other tasks have their turn.
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

    /// Counts one call to the host. Returns false for a call beyond the limit, which then ends the step.
    pub(crate) fn count_host_call(&mut self) -> bool {
        self.host_calls = self.host_calls.saturating_add(1);
        self.host_calls <= self.limits.host_calls
    }

    /// Starts or stops the stopwatch where wasmtime goes from the plugin to the host or back. wasmtime's libcalls (growing
    /// memory, the end of an epoch) count as host here: what they do is the host's work.
    pub(crate) fn cross(&mut self, hook: CallHook) -> wasmtime::Result<()> {
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

    pub(crate) fn check_time(&self) -> wasmtime::Result<()> {
        if self.spent > Duration::from_millis(self.limits.cpu_ms) {
            return Err(Exceeded { limit: Limit::CpuTime, value: self.limits.cpu_ms }.into());
        }
        Ok(())
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.end();
    }
}
