//! The clock that WASI guests sleep by.
//!
//! A guest that sleeps keeps its instance, with all its memory, and its place among the plugins that run. Its place
//! cannot be freed: another instance would have to take the memory. So a sleep counts as computing time, and a plugin
//! that wants to wait for longer returns a wait. Without files and network, the clock is all that a guest can sleep by.

use std::time::Duration;

use wasmtime::component::{HasData, Linker, Resource};
use wasmtime_wasi::clocks::WasiClocksView as _;
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::{self, Host};

use crate::state::State;

struct Clock;

impl HasData for Clock {
    type Data<'a> = &'a mut State;
}

/// Links the clock in place of the one of `wasmtime_wasi`.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    monotonic_clock::add_to_linker::<_, Clock>(linker, |state| state)?;
    linker.allow_shadowing(false);
    Ok(())
}

impl Host for State {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.clocks().now()
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        self.clocks().resolution()
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let now = self.clocks().now()?;
        self.sleeps(Duration::from_nanos(when.saturating_sub(now)))?;
        self.clocks().subscribe_instant(when)
    }

    fn subscribe_duration(&mut self, span: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.sleeps(Duration::from_nanos(span))?;
        self.clocks().subscribe_duration(span)
    }
}
