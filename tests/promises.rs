//! What Stepwell promises, one file for each promise, kept by the real binary and real plugins against real emulators.
//!
//! One binary, so that there is one to link. `cargo xtask test` makes what the tests need; after that plain
//! `cargo test` and `cargo nextest run` work as well.

// For clippy, which lets tests panic.
#![cfg(test)]

mod answers_bad_credentials;
mod answers_bad_input;
mod cancels;
mod denies;
mod documents_steps;
mod holds_hostile_plugins;
mod imports_jobs;
mod keeps_keys;
mod keeps_runs;
mod knows_its_plugins;
mod leaks_nothing;
mod proves_identity;
mod resumes;
mod runs_examples;
mod runs_jobs;
mod signs;
mod steps;
mod support;
mod survives_aws;
mod trusts_roles;
