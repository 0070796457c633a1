//! The promises of Stepwell, one file each. They run the real binary and the real plugins against emulators of AWS.
//!
//! All promises are one test binary, because each binary is linked separately. `cargo xtask test` prepares what the
//! tests need; after that, plain `cargo test` and `cargo nextest run` work too.

// Clippy allows panics in test code, and recognises it by this attribute.
#![cfg(test)]

mod answers_bad_credentials;
mod answers_bad_input;
mod bounds_jobs;
mod bounds_plugins;
mod calls_aws;
mod cancels;
mod checks_jobs;
mod confines_secrets;
mod denies;
mod documents_steps;
mod helps_operators;
mod holds_hostile_plugins;
mod holds_hostile_requests;
mod imports_documents;
mod imports_jobs;
mod imports_operations;
mod keeps_keys;
mod keeps_runs;
mod knows_its_plugins;
mod leaks_nothing;
mod limits_runs;
mod looks_again;
mod names_resources;
mod obeys_its_owner;
mod prints;
mod proves_identity;
mod rehearses_changes;
mod reruns;
mod resumes;
mod runs_earlier_plugins;
mod runs_examples;
mod runs_itself;
mod runs_jobs;
mod sends_requests;
mod signs;
mod steps;
mod support;
mod survives_aws;
mod trusts_roles;
mod watches_runs;
