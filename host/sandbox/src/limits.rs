//! The limits of a step that are bytes: memory, outputs, checkpoints. Time and host calls are in `meter.rs`, log in
//! `log.rs`, the stack in `engine.rs`.

use stepwell_model::limits::Limits;
use wasmtime::{ResourceLimiter, Store};

use crate::fault::{Exceeded, Limit, StepFault};
use crate::state::State;

/// The least that one call may hand to the host, in bytes as the host needs them, however small the plugin's memory is:
/// twice what the text of a failure or of a log could sensibly be.
const LEAST_HANDED_OVER: u64 = 32 << 20;

/// Counts all memories and tables of an instance together.
pub(crate) struct Memory {
    limit: u64,
    used: u64,
}

impl Memory {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limit: limits.memory, used: 0 }
    }

    /// A refused growth ends the step instead of failing within the plugin: toolchains turn that into a crash without a
    /// word of memory.
    fn grow(&mut self, current: usize, desired: usize, unit: u64) -> wasmtime::Result<bool> {
        let more = (desired as u64).saturating_sub(current as u64).saturating_mul(unit);
        let used = self.used.saturating_add(more);
        if used > self.limit {
            return Err(Exceeded { limit: Limit::Memory, value: self.limit }.into());
        }
        self.used = used;
        Ok(true)
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, 1)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired, size_of::<usize>() as u64)
    }
}

/// Bounds what the store's instance can make the host hold.
pub(crate) fn attach(store: &mut Store<State>, limits: &Limits) {
    store.limiter(|state| &mut state.memory);
    // What a plugin hands over lies in its memory. But a list there can point to the same large text a million times, and
    // the host would unfold it.
    let handed_over = limits.memory.max(LEAST_HANDED_OVER);
    store.set_hostcall_fuel(usize::try_from(handed_over).unwrap_or(usize::MAX));
}

/// Whether something that the plugin handed over is small enough.
pub(crate) fn check(limit: Limit, value: u64, size: usize) -> Result<(), StepFault> {
    if size as u64 > value { Err(StepFault::Limit(Exceeded { limit, value })) } else { Ok(()) }
}
