//! One file per command.

pub mod job;
pub mod plugin;
pub mod run;
