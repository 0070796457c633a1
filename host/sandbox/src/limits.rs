//! What a call may cost: memory, computing time, and what the attempt has left of host calls and of the size of its
//! results. The limits of the log are in `log.rs`, the stack in `engine.rs`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use stepwell_model::limits::{Limits, Used};
use wasmtime::{CallHook, ResourceLimiterAsync};
use wasmtime_wasi::async_trait;

use crate::engine::{TICK, Ticker};
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

/// Checks a size or a number against the value of its limit.
pub(crate) fn check(limit: Limit, value: u64, used: u64) -> Result<(), StepFault> {
    if used > value { Err(StepFault::Limit(Exceeded { limit, value })) } else { Ok(()) }
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
/// stops while the host works for it, while the host waits, and while other tasks have their turn. A stop of the process or
/// of the machine does not count.
pub(crate) struct Meter {
    limits: Limits,
    ticker: Arc<Ticker>,
    /// When the plugin's code began, by the clock of the machine and by that of the ticker.
    since: Option<(Instant, Duration)>,
    spent: Duration,
    slept: Duration,
    /// Those of the attempt before this call.
    earlier_calls: u64,
    host_calls: u64,
    /// Calls to WASI, which stay within the host: they end a loop, and do not count for the attempt. An interpreter
    /// makes many of them before it runs the first line of a plugin.
    wasi_calls: u64,
}

impl Meter {
    pub(crate) fn new(limits: Limits, used: Used, ticker: Arc<Ticker>) -> Self {
        let earlier_calls = used.host_calls;
        Self {
            limits,
            ticker,
            since: None,
            spent: Duration::ZERO,
            slept: Duration::ZERO,
            earlier_calls,
            host_calls: 0,
            wasi_calls: 0,
        }
    }

    /// What the call may cost.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts one call to the host. Returns false for a call beyond the limit, which then ends the step.
    pub(crate) fn count_host_call(&mut self) -> bool {
        self.host_calls = self.host_calls.saturating_add(1);
        self.has_calls_left()
    }

    /// Counts one call to WASI.
    pub(crate) fn count_wasi_call(&mut self) {
        self.wasi_calls = self.wasi_calls.saturating_add(1);
    }

    /// The calls to the host so far, without those to WASI.
    pub(crate) fn host_calls(&self) -> u64 {
        self.host_calls
    }

    fn has_calls_left(&self) -> bool {
        let all = self.earlier_calls.saturating_add(self.host_calls).saturating_add(self.wasi_calls);
        all <= self.limits.host_calls
    }

    /// Starts or stops the stopwatch where wasmtime goes from the plugin to the host or back. wasmtime's libcalls (growing
    /// memory, the end of an epoch) count as host here: what they do is the host's work.
    pub(crate) fn cross(&mut self, hook: CallHook) -> wasmtime::Result<()> {
        match hook {
            CallHook::CallingWasm => self.begin(),
            CallHook::ReturningFromWasm | CallHook::CallingHost => self.end(),
            CallHook::ReturningFromHost => {
                if !self.has_calls_left() {
                    return Err(Exceeded { limit: Limit::HostCalls, value: self.limits.host_calls }.into());
                }
                self.begin();
            }
        }
        Ok(())
    }

    fn begin(&mut self) {
        if self.since.is_none() {
            self.since = Some((Instant::now(), self.ticker.clock()));
            self.ticker.begin();
        }
    }

    fn end(&mut self) {
        if let Some((since, ticked)) = self.since.take() {
            let elapsed = since.elapsed();
            // Reading the processor time of the thread would be exact, and half of what a short call costs.
            let is_odd = elapsed > TICK * 3;
            let most = || self.ticker.clock().saturating_sub(ticked) + TICK;
            self.spent += if is_odd { elapsed.min(most()) } else { elapsed };
            self.ticker.end();
        }
    }

    pub(crate) fn check_time(&self) -> wasmtime::Result<()> {
        self.check_place(Limit::CpuTime)
    }

    /// Counts a sleep before it begins, as if the plugin computed meanwhile: it keeps its memory and its place among
    /// the plugins that run, and others wait for that. The host counts the whole sleep, also when the plugin stops
    /// listening to the clock before its end.
    pub(crate) fn sleep(&mut self, span: Duration) -> wasmtime::Result<()> {
        self.slept = self.slept.saturating_add(span);
        self.check_place(Limit::Sleep)
    }

    fn check_place(&self, limit: Limit) -> wasmtime::Result<()> {
        let value = self.limits.cpu_ms;
        if self.spent.saturating_add(self.slept) > Duration::from_millis(value) {
            return Err(Exceeded { limit, value }.into());
        }
        Ok(())
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.end();
    }
}
