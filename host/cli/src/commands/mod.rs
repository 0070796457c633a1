//! One file per command.

pub mod credentials;
pub mod job;
pub mod keys;
pub mod plugin;
pub mod run;
