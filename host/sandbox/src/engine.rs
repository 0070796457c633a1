//! The one wasmtime engine of a process: its configuration, the pool of instances, and the clock of its epochs.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::{Duration, Instant};

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

use crate::error::SandboxError;
use crate::fault::DEEP;

/// Number of calls that run side by side; further ones wait for their turn. A waiting step holds no place.
pub(crate) const PARALLEL_CALLS: u32 = 64;

/// A component of componentize-py consists of up to 40 core instances; a shipped one of 3.
const CORE_INSTANCES: u32 = 48;
/// QuickJS with stubbed WASI has 3.
const MEMORIES: u32 = 4;
/// Python's 20,000 entries are the default of wasmtime's pool; its C extensions need more.
const TABLE_ELEMENTS: usize = 50_000;

/// Bytes of stack for the plugin. Interpreters recurse; the deepest recursion seen needs half of it.
const WASM_STACK: usize = 512 << 10;
/// Host functions run on the same stack, and the AWS SDK's futures are large when they are not optimised.
const STACK: usize = 2 << 20;

pub(crate) fn engine() -> Result<Engine, SandboxError> {
    let mut config = config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    Engine::new(&config).map_err(|error| SandboxError::Engine { reason: format!("{error:#}") })
}

/// Everything that changes the compiled code.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    // Epochs, not fuel: an epoch check costs a load and a branch a loop, and operators can set a limit on time.
    config.epoch_interruption(true);
    config.max_wasm_stack(WASM_STACK).async_stack_size(STACK);
    // A fresh instance maps its memory's initial contents instead of copying them.
    config.memory_init_cow(true);

    // A step may resume on another machine, where relaxed SIMD may give other results. No toolchain for plugins needs
    // 64-bit memories, and a feature that is off cannot have a flaw.
    config.wasm_relaxed_simd(false).wasm_memory64(false);
    config.concurrency_support(false);

    // A crash report shows the innermost function's name. Addresses and unwind tables for debuggers would make up a third
    // of a compiled component, and their registration most of its loading time.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable).wasm_backtrace_max_frames(NonZeroUsize::new(DEEP));
    config.generate_address_map(false).native_unwind_info(false);
    config
}

/// A pool for the largest component in every place. It reserves address space, which is free, not memory.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(PARALLEL_CALLS)
        .total_stacks(PARALLEL_CALLS)
        .total_core_instances(PARALLEL_CALLS * CORE_INSTANCES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_memories(PARALLEL_CALLS * MEMORIES)
        .max_memories_per_component(MEMORIES)
        .total_tables(PARALLEL_CALLS * CORE_INSTANCES)
        .max_tables_per_component(CORE_INSTANCES)
        .max_tables_per_module(4)
        .table_elements(TABLE_ELEMENTS);
    // Pages that a small plugin touched are reset by copying over them, which is cheaper than returning them and getting
    // them again. At most this many unused places keep theirs.
    pool.linear_memory_keep_resident(64 << 10).table_keep_resident(8 << 10).max_unused_warm_slots(16);
    pool
}

/// The interval at which a computing plugin yields to the other tasks of its thread.
pub(crate) const TICK: Duration = Duration::from_millis(3);

/// A tick that takes longer counts as much: the process was stopped meanwhile, or the machine. A busy machine makes a
/// thread wait for milliseconds.
const LONGEST_TICK: Duration = Duration::from_millis(100);

/// The clock of the engine's epochs. It ticks while a plugin computes and sleeps otherwise, so that a process whose runs
/// all wait is idle. Its thread ends when it is dropped.
pub(crate) struct Ticker {
    pulse: Arc<Pulse>,
    thread: Thread,
}

#[derive(Default)]
struct Pulse {
    /// Number of plugins that compute now.
    computing: AtomicUsize,
    asleep: AtomicBool,
    stopped: AtomicBool,
    /// Nanoseconds of all ticks.
    ticked: AtomicU64,
}

impl Ticker {
    pub(crate) fn start(engine: &Engine) -> Result<Self, SandboxError> {
        let pulse = Arc::new(Pulse::default());
        let (engine, ticking) = (engine.clone(), Arc::clone(&pulse));
        let started =
            std::thread::Builder::new().name("stepwell-ticker".to_owned()).spawn(move || ticking.tick(&engine));
        let handle =
            started.map_err(|error| SandboxError::Engine { reason: format!("no thread for the clock: {error}") })?;
        Ok(Self { pulse, thread: handle.thread().clone() })
    }

    /// A plugin begins to compute.
    pub(crate) fn begin(&self) {
        self.pulse.computing.fetch_add(1, Ordering::SeqCst);
        if self.pulse.asleep.load(Ordering::SeqCst) {
            self.thread.unpark();
        }
    }

    /// The time that has gone by while plugins computed, up to the last tick, and without that in which this process or
    /// the machine was stopped.
    pub(crate) fn clock(&self) -> Duration {
        Duration::from_nanos(self.pulse.ticked.load(Ordering::SeqCst))
    }

    /// A plugin stops computing.
    pub(crate) fn end(&self) {
        self.pulse.computing.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.pulse.stopped.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

impl Pulse {
    fn tick(&self, engine: &Engine) {
        while !self.stopped.load(Ordering::SeqCst) {
            if self.computing.load(Ordering::SeqCst) == 0 {
                self.asleep.store(true, Ordering::SeqCst);
                // Checked again: a plugin that began before `asleep` was set does not wake the thread.
                if self.computing.load(Ordering::SeqCst) == 0 && !self.stopped.load(Ordering::SeqCst) {
                    std::thread::park();
                }
                self.asleep.store(false, Ordering::SeqCst);
            } else {
                let since = Instant::now();
                std::thread::sleep(TICK);
                let tick = since.elapsed().min(LONGEST_TICK);
                // Before the epoch, at whose end a plugin reads it.
                self.ticked.fetch_add(u64::try_from(tick.as_nanos()).unwrap_or_default(), Ordering::SeqCst);
                engine.increment_epoch();
            }
        }
    }
}
