//! The tasks that build and check this repository, beyond `cargo build`.

#![warn(missing_docs)]

pub mod bench;
pub mod bindings;
pub mod console;
pub mod demo;
pub mod docs;
pub mod emulator;
pub mod gate;
pub mod killed;
pub mod models;
pub mod plugins;
pub mod python;
pub mod released;
pub mod repository;
pub mod task;
