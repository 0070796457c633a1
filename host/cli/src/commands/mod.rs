//! One file per command.

pub mod credentials;
pub mod import;
pub mod job;
pub mod keys;
pub mod plugin;
pub mod run;
pub mod runs;
pub mod schema;
pub mod serve;
