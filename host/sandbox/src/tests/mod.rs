//! Calls of real components: the test guests in `tests/guests`, and some that no toolchain would make.

mod cache;
mod calls;
mod describe;
mod guest;
mod hostile;
mod imports;
mod releases;
mod support;
mod wasi;
