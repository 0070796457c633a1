//! The one wasmtime engine of a process, and room for the instances in it.

use std::num::NonZeroUsize;

use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

use crate::error::SandboxError;

/// How many calls run side by side; further ones wait for their turn. Waiting steps hold no place: they have left.
pub(crate) const PARALLEL_CALLS: u32 = 64;

/// A component of componentize-py consists of up to 40 core instances; ours of 3.
const CORE_INSTANCES: u32 = 48;
/// QuickJS with stubbed WASI has 3.
const MEMORIES: u32 = 4;
/// Python's 20,000 entries are the default of wasmtime's pool; its C extensions need more.
const TABLE_ELEMENTS: usize = 50_000;

/// Bytes of stack for the plugin. Interpreters recurse; the deepest that was seen needs half of it.
pub(crate) const WASM_STACK: usize = 512 << 10;
/// How many calls within one another tell a recursion without end from a plain mistake.
pub(crate) const DEEP: usize = 512;
/// Host functions run on the same stack, and the AWS SDK's futures are large when they are not optimised.
const STACK: usize = 2 << 20;

pub(crate) fn engine() -> Result<Engine, SandboxError> {
    Engine::new(&config()).map_err(|error| SandboxError::Engine { reason: format!("{error:#}") })
}

fn config() -> Config {
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    // Epochs, not fuel: they cost a load and a branch a loop, and time is what operators can set a limit to.
    config.epoch_interruption(true);
    config.max_wasm_stack(WASM_STACK).async_stack_size(STACK);
    // A fresh instance maps its memory's initial contents instead of copying them.
    config.memory_init_cow(true);

    // A step that waited may go on on another machine, where relaxed SIMD may give other results. No toolchain for plugins
    // needs 64-bit memories, and what is off cannot have a flaw.
    config.wasm_relaxed_simd(false).wasm_memory64(false);
    config.concurrency_support(false);

    // Of a crash we show the innermost function's name. Addresses and unwind tables for debuggers would make up a third of
    // a compiled component, and registering them most of the time that loading one takes.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable).wasm_backtrace_max_frames(NonZeroUsize::new(DEEP));
    config.generate_address_map(false).native_unwind_info(false);
    config
}

/// The pool is sized for the worst component in every place. It reserves address space, which is free, not memory.
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
    // What a small plugin touches is reset by copying over it, which is cheaper than giving the pages back and getting
    // them again; and no more than this many places keep theirs when they are not used.
    pool.linear_memory_keep_resident(64 << 10).table_keep_resident(8 << 10).max_unused_warm_slots(16);
    pool
}
